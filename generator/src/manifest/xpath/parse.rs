//! Parses text to an expression.

use super::{Axis, Comparison, Expression, Path, Step, Term, Test};

/// The maximum nesting of predicates and brackets.
const MAX_DEPTH: usize = 16;

pub(super) fn expression(text: &str) -> Result<Expression, String> {
    let mut parser = Parser { rest: text.trim(), depth: 0 };
    let expression = parser.union()?;
    match parser.rest {
        "" => Ok(expression),
        rest => Err(format!("unexpected `{rest}`")),
    }
}

struct Parser<'t> {
    /// The remaining input, without leading white space.
    rest: &'t str,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default().trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        let is_next = self.rest.starts_with(token);
        if is_next {
            self.skip(token.len());
        }
        is_next
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.eat(token) { Ok(()) } else { Err(format!("no `{token}` before `{}`", self.rest)) }
    }

    /// Reads the next name, if there is one.
    fn name(&mut self) -> Option<&'t str> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let name = &self.rest[..end];
        if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            return None;
        }
        self.skip(end);
        Some(name)
    }

    /// Reads an operator that is a word.
    fn eat_word(&mut self, word: &str) -> bool {
        let before = self.rest;
        if self.name() == Some(word) {
            return true;
        }
        self.rest = before;
        false
    }

    fn union(&mut self) -> Result<Expression, String> {
        let mut paths = vec![self.path()?];
        while self.eat("|") {
            paths.push(self.path()?);
        }
        Ok(Expression(paths))
    }

    fn path(&mut self) -> Result<Path, String> {
        let mut path = Path { is_absolute: self.rest.starts_with('/'), steps: Vec::new() };
        if !path.is_absolute {
            path.steps.push(self.step()?);
        }
        loop {
            if self.eat("//") {
                let (axis, test) = (Axis::DescendantOrSelf, Test::Node);
                path.steps.push(Step { axis, test, predicates: Vec::new() });
            } else if !self.eat("/") || path.steps.is_empty() && self.rest.is_empty() {
                break;
            }
            path.steps.push(self.step()?);
        }
        let attributes = path.steps.iter().rev().skip(1);
        match attributes.into_iter().any(|step| step.axis == Axis::Attribute) {
            true => Err("a step below an attribute".to_owned()),
            false => Ok(path),
        }
    }

    fn step(&mut self) -> Result<Step, String> {
        let (axis, test) = if self.eat("..") {
            (Axis::Parent, Test::Node)
        } else if self.rest.starts_with('.') {
            self.skip(1);
            (Axis::Itself, Test::Node)
        } else if self.eat("@") {
            (Axis::Attribute, self.test()?)
        } else {
            let before = self.rest;
            match self.name().filter(|_| self.eat("::")) {
                Some(name) => (axis(name)?, self.test()?),
                None => {
                    self.rest = before;
                    (Axis::Child, self.test()?)
                }
            }
        };
        let mut predicates = Vec::new();
        while self.eat("[") {
            predicates.push(self.deeper()?);
            self.expect("]")?;
        }
        match axis {
            Axis::Attribute if !predicates.is_empty() => Err("a test of an attribute".to_owned()),
            _ => Ok(Step { axis, test, predicates }),
        }
    }

    fn test(&mut self) -> Result<Test, String> {
        if self.eat("*") {
            return Ok(Test::Any);
        }
        let Some(name) = self.name() else {
            return Err(format!("no name before `{}`", self.rest));
        };
        match (name, self.eat("(")) {
            ("node", true) => self.expect(")").map(|()| Test::Node),
            (_, true) => Err(format!("`{name}()` is not supported")),
            (_, false) if self.rest.starts_with(':') => Err(format!("`{name}:` is a namespace")),
            (_, false) => Ok(Test::Name(name.to_owned())),
        }
    }

    /// Reads a term inside brackets.
    fn deeper(&mut self) -> Result<Term, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        let term = self.or();
        self.depth -= 1;
        term
    }

    fn or(&mut self) -> Result<Term, String> {
        let mut term = self.and()?;
        while self.eat_word("or") {
            term = Term::Or(Box::new(term), Box::new(self.and()?));
        }
        Ok(term)
    }

    fn and(&mut self) -> Result<Term, String> {
        let mut term = self.comparison()?;
        while self.eat_word("and") {
            term = Term::And(Box::new(term), Box::new(self.comparison()?));
        }
        Ok(term)
    }

    fn comparison(&mut self) -> Result<Term, String> {
        let mut term = self.primary()?;
        let operators = [
            ("=", Comparison::Equal),
            ("!=", Comparison::Unequal),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        while let Some((_, comparison)) = operators.iter().find(|(token, _)| self.eat(token)) {
            term = Term::Compare(*comparison, Box::new(term), Box::new(self.primary()?));
        }
        Ok(term)
    }

    fn primary(&mut self) -> Result<Term, String> {
        if let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            let Some((text, _)) = self.rest[1..].split_once(quote) else {
                return Err(format!("an unclosed quote in `{}`", self.rest));
            };
            self.skip(text.len() + 2);
            return Ok(Term::Text(text.to_owned()));
        }
        if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            return self.number();
        }
        if self.eat("(") {
            let term = self.deeper()?;
            return self.expect(")").map(|()| term);
        }
        let before = self.rest;
        if let Some(name) = self.name()
            && name != "node"
            && self.eat("(")
        {
            return self.call(name);
        }
        self.rest = before;
        self.union().map(Term::Paths)
    }

    fn number(&mut self) -> Result<Term, String> {
        let is_digit = |c: char| c.is_ascii_digit() || c == '.';
        let end = self.rest.find(|c| !is_digit(c)).unwrap_or(self.rest.len());
        let text = &self.rest[..end];
        let number = text.parse().map_err(|_| format!("`{text}` is not a number"))?;
        self.skip(end);
        Ok(Term::Number(number))
    }

    /// Reads a function call, after its opening bracket.
    fn call(&mut self, name: &str) -> Result<Term, String> {
        let term = match name {
            "not" => Term::Not(Box::new(self.deeper()?)),
            "count" => Term::Count(self.union()?),
            "position" => Term::Position,
            "last" => Term::Last,
            "name" | "local-name" => Term::NodeName,
            "true" => Term::Not(Box::new(Term::Text(String::new()))),
            "false" => Term::Not(Box::new(Term::Text("true".to_owned()))),
            _ => return Err(format!("`{name}()` is not supported")),
        };
        self.expect(")").map(|()| term)
    }
}

fn axis(name: &str) -> Result<Axis, String> {
    match name {
        "child" => Ok(Axis::Child),
        "descendant" => Ok(Axis::Descendant),
        "descendant-or-self" => Ok(Axis::DescendantOrSelf),
        "self" => Ok(Axis::Itself),
        "parent" => Ok(Axis::Parent),
        "attribute" => Ok(Axis::Attribute),
        _ => Err(format!("the axis `{name}` is not supported")),
    }
}
