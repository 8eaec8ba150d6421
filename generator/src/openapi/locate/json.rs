//! Finding a place in JSON: a scan that reads no more than it has to.

use std::ops::Range;

/// The bytes of what `tokens` lead to, or of the last thing on the way that is there.
///
/// The text has been parsed before; of text that is not JSON, any place is right.
pub(super) fn locate(text: &str, tokens: &[String]) -> Range<usize> {
    let mut scan = Scan { text, at: 0 };
    let mut found = None;
    for token in tokens {
        let Some(key) = scan.enter(token) else { break };
        found = Some(key);
    }
    let value = scan.value();
    match (value.clone().map(|span| &text[span]), found) {
        (Some(shown), Some(Some(key))) if shown.starts_with(['{', '[']) => key,
        (Some(shown), _) if shown.starts_with(['{', '[']) => {
            let start = value.map_or(0, |span| span.start);
            start..start + 1
        }
        (_, found) => value.or(found.flatten()).unwrap_or(0..0),
    }
}

/// A position in the text.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl Scan<'_> {
    /// Goes to the member `token` of the value that comes next; answers where its key stands,
    /// which an item of a list does not have. Where there is no such member, nothing moves.
    fn enter(&mut self, token: &str) -> Option<Option<Range<usize>>> {
        let start = self.at;
        let entered = match self.peek()? {
            b'{' => self.enter_map(token).map(Some),
            b'[' => self.enter_list(token).then_some(None),
            _ => None,
        };
        if entered.is_none() {
            self.at = start;
        }
        entered
    }

    fn enter_map(&mut self, token: &str) -> Option<Range<usize>> {
        self.at += 1;
        while self.peek()? == b'"' {
            let key = self.string()?;
            self.skip(b':')?;
            let name: String = serde_json::from_str(&self.text[key.clone()]).ok()?;
            if name == token {
                return Some(key);
            }
            self.value()?;
            self.skip(b',')?;
        }
        None
    }

    fn enter_list(&mut self, token: &str) -> bool {
        let Ok(index) = token.parse::<usize>() else { return false };
        self.at += 1;
        for _ in 0..index {
            if self.value().is_none() || self.skip(b',').is_none() {
                return false;
            }
        }
        self.peek().is_some_and(|next| next != b']')
    }

    /// The bytes of the value that comes next, which is then behind.
    fn value(&mut self) -> Option<Range<usize>> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.nested(),
            _ => {
                let rest = &self.text[self.at..];
                let end = rest.find(|c: char| c.is_ascii_whitespace() || ",]}".contains(c));
                let start = self.at;
                self.at += end.unwrap_or(rest.len());
                Some(start..self.at)
            }
        }
    }

    fn nested(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(start..self.at);
            }
        }
    }

    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            match bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        // A byte order mark may come first.
        while bytes.get(self.at).is_some_and(|b| b.is_ascii_whitespace() || !b.is_ascii()) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }
}
