//! The subset of XPath 1.0 that an `external_file` can use to select elements.
//!
//! It consists of paths along children, descendants and parents with predicates, over elements and
//! their attributes. The text of elements is not kept, so expressions about it are unsupported; so
//! are functions with several arguments, because the server splits a list of paths at every comma.

mod parse;

use std::cell::Cell;

use super::Element;

/// The maximum number of nodes that one evaluation may visit.
const MAX_WORK: usize = 2_000_000;

/// An expression that selects elements: a union of paths.
#[derive(Debug)]
pub(super) struct Expression(Vec<Path>);

#[derive(Debug)]
struct Path {
    /// Whether it begins at the document rather than the context node.
    is_absolute: bool,
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    axis: Axis,
    test: Test,
    predicates: Vec<Term>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Child,
    Descendant,
    /// The meaning of `//`.
    DescendantOrSelf,
    Itself,
    Parent,
    Attribute,
}

#[derive(Debug)]
enum Test {
    /// `node()`
    Node,
    /// `*`
    Any,
    Name(String),
}

/// The condition of a predicate.
#[derive(Debug)]
enum Term {
    Or(Box<Term>, Box<Term>),
    And(Box<Term>, Box<Term>),
    Compare(Comparison, Box<Term>, Box<Term>),
    Not(Box<Term>),
    Text(String),
    Number(f64),
    Position,
    Last,
    /// `name()` and `local-name()` of the context node.
    NodeName,
    Count(Expression),
    Paths(Expression),
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The elements of a file, in document order; the first node is the document itself.
pub(super) struct Tree<'e> {
    nodes: Vec<Node<'e>>,
    /// The number of nodes visited.
    work: Cell<usize>,
}

struct Node<'e> {
    element: Option<&'e Element>,
    parent: usize,
    children: Vec<usize>,
}

/// The context in which an expression is evaluated.
#[derive(Clone, Copy)]
struct Context {
    node: usize,
    position: usize,
    last: usize,
}

/// The value of a term.
enum Value<'e> {
    Bool(bool),
    Number(f64),
    Text(String),
    /// The values of attributes.
    Attributes(Vec<&'e str>),
    Nodes(Vec<usize>),
}

impl<'e> Tree<'e> {
    pub(super) fn new(root: &'e Element) -> Self {
        let document = Node { element: None, parent: 0, children: Vec::new() };
        let mut tree = Self { nodes: vec![document], work: Cell::new(0) };
        tree.add(root, 0);
        tree
    }

    fn add(&mut self, element: &'e Element, parent: usize) {
        let index = self.nodes.len();
        self.nodes.push(Node { element: Some(element), parent, children: Vec::new() });
        self.nodes[parent].children.push(index);
        element.children.iter().for_each(|child| self.add(child, index));
    }

    /// Returns the elements that an expression selects from the root element on, in document order,
    /// each with its parent.
    ///
    /// # Errors
    ///
    /// Returns an error when it uses the text of elements, which is not kept, and when it takes too
    /// long.
    pub(super) fn select(
        &self,
        expression: &Expression,
    ) -> Result<Vec<(&'e Element, Option<&'e Element>)>, String> {
        let root = Context { node: 1, position: 1, last: 1 };
        let nodes = expression.nodes(self, root)?;
        let element = |index: usize| self.nodes.get(index).and_then(|node| node.element);
        let with_parent = |index: usize| Some((element(index)?, element(self.nodes[index].parent)));
        Ok(nodes.into_iter().filter_map(with_parent).collect())
    }

    fn descendants(&self, node: usize, found: &mut Vec<usize>) {
        for &child in &self.nodes[node].children {
            found.push(child);
            self.descendants(child, found);
        }
    }

    /// Returns the nodes of an axis, in its order.
    fn along(&self, axis: Axis, node: usize) -> Vec<usize> {
        match axis {
            Axis::Child => self.nodes[node].children.clone(),
            Axis::Itself => vec![node],
            Axis::Parent if node == 0 => Vec::new(),
            Axis::Parent => vec![self.nodes[node].parent],
            Axis::Attribute => Vec::new(),
            Axis::Descendant | Axis::DescendantOrSelf => {
                let mut found = Vec::new();
                if axis == Axis::DescendantOrSelf {
                    found.push(node);
                }
                self.descendants(node, &mut found);
                found
            }
        }
    }
}

impl Expression {
    /// Parses an expression.
    ///
    /// # Errors
    ///
    /// Returns what is not XPath, or not part of the supported subset.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        parse::expression(text)
    }

    /// Returns whether it could select actions in some file: not when its names are other ones.
    pub(super) fn is_about_actions(&self) -> bool {
        self.0.iter().any(|path| {
            let names = path.steps.iter().map(|step| match (step.axis, &step.test) {
                (Axis::Child, Test::Name(name)) => Some(&**name),
                (Axis::Child, Test::Any) => Some("*"),
                _ => None,
            });
            let Some(names) = names.collect::<Option<Vec<_>>>() else { return true };
            names.len() < 2 || names.contains(&"actions") || names[..names.len() - 1].contains(&"*")
        })
    }

    fn nodes(&self, tree: &Tree<'_>, context: Context) -> Result<Vec<usize>, String> {
        let mut all = Vec::new();
        for path in &self.0 {
            all.extend(path.nodes(tree, context)?);
        }
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn value<'e>(&self, tree: &Tree<'e>, context: Context) -> Result<Value<'e>, String> {
        match &self.0[..] {
            [path] if path.steps.last().is_some_and(|step| step.axis == Axis::Attribute) => {
                path.attributes(tree, context).map(Value::Attributes)
            }
            _ => self.nodes(tree, context).map(Value::Nodes),
        }
    }
}

impl Path {
    fn nodes(&self, tree: &Tree<'_>, context: Context) -> Result<Vec<usize>, String> {
        self.walk(tree, context, &self.steps)
    }

    fn walk(&self, tree: &Tree<'_>, from: Context, steps: &[Step]) -> Result<Vec<usize>, String> {
        let mut nodes = vec![if self.is_absolute { 0 } else { from.node }];
        for step in steps {
            let mut next = Vec::new();
            for &node in &nodes {
                next.extend(step.nodes(tree, node)?);
            }
            next.sort_unstable();
            next.dedup();
            nodes = next;
        }
        Ok(nodes)
    }

    /// Returns the values of the attributes that the last step selects.
    fn attributes<'e>(&self, tree: &Tree<'e>, context: Context) -> Result<Vec<&'e str>, String> {
        let Some((last, before)) = self.steps.split_last() else { return Ok(Vec::new()) };
        let nodes = self.walk(tree, context, before)?;
        let elements = nodes.into_iter().filter_map(|node| tree.nodes[node].element);
        let attributes = elements.flat_map(|element| &element.attributes);
        let selected = attributes.filter(|attribute| match &last.test {
            Test::Name(name) => attribute.name == *name,
            Test::Any | Test::Node => true,
        });
        Ok(selected.map(|attribute| &*attribute.value).collect())
    }
}

impl Step {
    fn nodes(&self, tree: &Tree<'_>, from: usize) -> Result<Vec<usize>, String> {
        let mut nodes = tree.along(self.axis, from);
        tree.work.set(tree.work.get() + nodes.len());
        if tree.work.get() > MAX_WORK {
            return Err("it looks at too many elements".to_owned());
        }
        nodes.retain(|&node| match (&self.test, tree.nodes[node].element) {
            (Test::Node, _) => true,
            (Test::Any, element) => element.is_some(),
            (Test::Name(name), element) => element.is_some_and(|element| element.is(name)),
        });
        for predicate in &self.predicates {
            let last = nodes.len();
            let mut kept = Vec::new();
            for (index, node) in nodes.into_iter().enumerate() {
                let context = Context { node, position: index + 1, last };
                let holds = match predicate.value(tree, context)? {
                    Value::Number(number) => number == context.position as f64,
                    value => value.is_true(),
                };
                if holds {
                    kept.push(node);
                }
            }
            nodes = kept;
        }
        Ok(nodes)
    }
}

impl Term {
    fn value<'e>(&self, tree: &Tree<'e>, context: Context) -> Result<Value<'e>, String> {
        let is_true = |term: &Self| Ok::<_, String>(term.value(tree, context)?.is_true());
        Ok(match self {
            Self::Or(left, right) => Value::Bool(is_true(left)? || is_true(right)?),
            Self::And(left, right) => Value::Bool(is_true(left)? && is_true(right)?),
            Self::Not(term) => Value::Bool(!is_true(term)?),
            Self::Compare(comparison, left, right) => {
                let (left, right) = (left.value(tree, context)?, right.value(tree, context)?);
                Value::Bool(comparison.holds(&left, &right)?)
            }
            Self::Text(text) => Value::Text(text.clone()),
            Self::Number(number) => Value::Number(*number),
            Self::Position => Value::Number(context.position as f64),
            Self::Last => Value::Number(context.last as f64),
            Self::NodeName => {
                let element = tree.nodes[context.node].element;
                Value::Text(element.map(|element| element.name.clone()).unwrap_or_default())
            }
            Self::Count(paths) => Value::Number(match paths.value(tree, context)? {
                Value::Attributes(values) => values.len() as f64,
                Value::Nodes(nodes) => nodes.len() as f64,
                _ => f64::NAN,
            }),
            Self::Paths(paths) => paths.value(tree, context)?,
        })
    }
}

impl Value<'_> {
    fn is_true(&self) -> bool {
        match self {
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            Self::Attributes(values) => !values.is_empty(),
            Self::Nodes(nodes) => !nodes.is_empty(),
        }
    }

    /// Returns the texts to compare. Elements have none, because their texts are not kept.
    fn texts(&self) -> Result<Vec<String>, String> {
        match self {
            Self::Bool(value) => Ok(vec![value.to_string()]),
            Self::Number(number) => Ok(vec![number.to_string()]),
            Self::Text(text) => Ok(vec![text.clone()]),
            Self::Attributes(values) => Ok(values.iter().map(|&value| value.to_owned()).collect()),
            Self::Nodes(nodes) if nodes.is_empty() => Ok(Vec::new()),
            Self::Nodes(_) => Err("it compares the text of elements".to_owned()),
        }
    }
}

impl Comparison {
    /// Returns whether it holds for some pair of texts from both sides. Orderings compare numbers,
    /// and so does equality where one of the sides is a number.
    fn holds(self, left: &Value<'_>, right: &Value<'_>) -> Result<bool, String> {
        if let (Value::Bool(one), other) | (other, Value::Bool(one)) = (left, right) {
            return Ok(match self {
                Self::Equal => *one == other.is_true(),
                Self::Unequal => *one != other.is_true(),
                _ => return Err("it puts truth values in order".to_owned()),
            });
        }
        let as_numbers = matches!(left, Value::Number(_)) || matches!(right, Value::Number(_));
        let (left, right) = (left.texts()?, right.texts()?);
        let number = |text: &str| text.trim().parse::<f64>().unwrap_or(f64::NAN);
        let holds = |one: &str, other: &str| match self {
            Self::Equal if as_numbers => number(one) == number(other),
            Self::Equal => one == other,
            Self::Unequal if as_numbers => number(one) != number(other),
            Self::Unequal => one != other,
            Self::Less => number(one) < number(other),
            Self::LessOrEqual => number(one) <= number(other),
            Self::Greater => number(one) > number(other),
            Self::GreaterOrEqual => number(one) >= number(other),
        };
        Ok(left.iter().any(|one| right.iter().any(|other| holds(one, other))))
    }
}

#[cfg(test)]
mod tests;
