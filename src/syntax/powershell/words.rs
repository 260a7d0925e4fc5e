//! Words of commands, quoted texts and variables.

use crate::source::Span;
use crate::syntax::shell::{Expansion, Key, Part, PartKind, Statement, Word};

use super::{Given, Parser, opaque};

impl Parser<'_> {
    /// The next word of a command; a list where commas join several.
    pub(super) fn argument(&mut self, all: &mut Vec<Statement>) -> Given {
        let start = self.at;
        let mut words = vec![self.word(all)];
        loop {
            let before = self.at;
            self.blank(false);
            if words.last().is_some_and(|word| word.parts.is_empty()) || !self.take(",") {
                self.at = before;
                break;
            }
            self.blank(true);
            words.push(self.word(all));
        }
        match words.pop() {
            Some(only) if words.is_empty() => Given::One(only),
            Some(last) => {
                words.push(last);
                Given::List(words)
            }
            None => Given::One(opaque(self.span(start))),
        }
    }

    /// One word: pieces without a blank between them.
    pub(super) fn word(&mut self, all: &mut Vec<Statement>) -> Word {
        let start = self.at;
        let mut parts = Vec::new();
        let mut text_start = self.at;
        loop {
            let before = self.at;
            let Some(next) = self.peek() else { break };
            if next.is_whitespace() || matches!(next, ';' | '|' | '{' | '}' | ')' | ',' | '&') {
                break;
            }
            if matches!(next, '<' | '>') && before == start {
                break;
            }
            let special =
                matches!(next, '\'' | '"' | '$' | '`' | '(') || next == '@' && before == start && self.rest().len() > 1;
            if !special {
                self.step();
                continue;
            }
            self.literal(text_start, before, false, &mut parts);
            match next {
                '`' if self.starts("`\n") || self.starts("`\r\n") => break,
                '`' => {
                    self.step();
                    let from = self.at;
                    self.step();
                    self.literal(from, self.at, false, &mut parts);
                }
                '(' if before > start => {
                    self.step();
                    let body = self.statements(Some(')'));
                    parts.push(Part { span: self.span(before), quoted: true, kind: PartKind::Command(body) });
                }
                _ => parts.extend(self.operand(all).parts),
            }
            if self.at == before {
                self.step();
            }
            text_start = self.at;
        }
        self.literal(text_start, self.at, false, &mut parts);
        Word { span: self.span(start), parts }
    }

    /// Adds text that stands there as it is.
    pub(super) fn literal(&self, start: usize, end: usize, quoted: bool, parts: &mut Vec<Part>) {
        let text = self.embedded.text().get(start..end).unwrap_or_default();
        if !text.is_empty() {
            let span = self.embedded.span(start, end);
            parts.push(Part { span, quoted, kind: PartKind::Text(text.to_owned()) });
        }
    }

    /// `'…'`: only a doubled quote is anything else than it looks.
    pub(super) fn single(&mut self) -> Word {
        let start = self.at;
        self.step();
        let mut parts = Vec::new();
        loop {
            let from = self.at;
            self.skip(self.rest().find('\'').unwrap_or(self.rest().len()));
            let doubled = self.starts("''");
            self.literal(from, self.at + usize::from(doubled), true, &mut parts);
            if !doubled {
                break;
            }
            self.skip(2);
        }
        self.step();
        Word { span: self.span(start), parts: or_empty(parts, self.span(start)) }
    }

    /// `"…"`, up to its end.
    pub(super) fn double(&mut self) -> Word {
        let start = self.at;
        self.step();
        let mut parts = Vec::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                None => break,
                Some('"') if self.starts("\"\"") => {
                    self.literal(from, self.at + 1, true, &mut parts);
                    self.skip(2);
                    from = self.at;
                }
                Some('"') => break,
                Some('`') => {
                    self.literal(from, self.at, true, &mut parts);
                    self.escape(&mut parts);
                    from = self.at;
                }
                Some('$') => {
                    let before = self.at;
                    if let Some(part) = self.variable(true) {
                        self.literal(from, before, true, &mut parts);
                        parts.push(part);
                        from = self.at;
                    } else {
                        self.step();
                    }
                }
                Some(_) => self.step(),
            }
        }
        self.literal(from, self.at, true, &mut parts);
        self.step();
        Word { span: self.span(start), parts: or_empty(parts, self.span(start)) }
    }

    fn escape(&mut self, parts: &mut Vec<Part>) {
        let start = self.at;
        self.step();
        let text = match self.peek() {
            Some('n') => "\n".to_owned(),
            Some('t') => "\t".to_owned(),
            Some('r') => "\r".to_owned(),
            Some('0') | None => String::new(),
            Some(other) => other.to_string(),
        };
        self.step();
        parts.push(Part { span: self.span(start), quoted: true, kind: PartKind::Text(text) });
    }

    /// `@'…'@` and `@"…"@`: the lines between.
    pub(super) fn here_string(&mut self) -> Word {
        let start = self.at;
        let expands = self.starts("@\"");
        let end = if expands { "\n\"@" } else { "\n'@" };
        let head = self.rest().find('\n').map_or(self.rest().len(), |at| at + 1);
        self.skip(head);
        let from = self.at;
        let close = self.rest().find(end).map_or(self.embedded.text().len(), |at| from + at);
        let mut parts = Vec::new();
        let mut done = from;
        while expands && self.at < close {
            let before = self.at;
            match self.peek() {
                Some('$') => {
                    if let Some(part) = self.variable(true).filter(|_| self.at <= close) {
                        self.literal(done, before, true, &mut parts);
                        parts.push(part);
                        done = self.at;
                    } else {
                        self.at = before + 1;
                    }
                }
                _ => self.step(),
            }
            if self.at == before {
                break;
            }
        }
        self.at = close.max(self.at);
        self.literal(done, close, true, &mut parts);
        self.skip(end.len());
        Word { span: self.span(start), parts: or_empty(parts, self.span(start)) }
    }

    /// `$name`, `${name}`, `$env:NAME`, `$( … )`; nothing when the dollar stands for itself.
    pub(super) fn variable(&mut self, in_text: bool) -> Option<Part> {
        let start = self.at;
        let kind = if self.starts("$(") {
            self.skip(2);
            PartKind::Command(self.statements(Some(')')))
        } else {
            let braced = self.starts("${");
            let rest = self.rest().get(if braced { 2 } else { 1 }..)?;
            let length = if braced {
                rest.find('}')?
            } else {
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '?');
                let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
                let name = rest.get(..end)?.trim_end_matches(':');
                name.len()
            };
            let name = rest.get(..length).filter(|name| !name.is_empty())?.to_owned();
            self.skip(length + if braced { 3 } else { 1 });
            named(&name)
        };
        // A member or an element of it; in a text these are just text.
        let mut kind = kind;
        if !in_text {
            let after = self.rest().get(1..).and_then(|rest| rest.chars().next());
            let member = self.starts(".") && after.is_some_and(char::is_alphabetic);
            if member || self.starts("[") || self.starts("::") {
                self.members();
                if !matches!(kind, PartKind::Command(_)) {
                    kind = PartKind::Opaque;
                }
            }
        }
        Some(Part { span: self.span(start), quoted: true, kind })
    }

    /// Steps over `.name`, `[…]`, `::name` and the arguments of a method.
    pub(super) fn members(&mut self) {
        loop {
            let before = self.at;
            if self.starts("[") {
                self.balanced('[', ']');
            } else if self.starts("(") && before > 0 {
                self.balanced('(', ')');
            } else if self.take("::") || self.take(".") {
                self.skip(self.name().len());
            }
            if self.at == before {
                return;
            }
        }
    }

    /// Steps over brackets and what is between them.
    pub(super) fn balanced(&mut self, open: char, close: char) {
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                '\'' => drop(self.single()),
                '"' => {
                    self.step();
                    while let Some(next) = self.peek().filter(|next| *next != '"') {
                        if next == '`' {
                            self.step();
                        }
                        self.step();
                    }
                    self.step();
                }
                _ => {
                    self.step();
                    depth += usize::from(next == open);
                    if next == close {
                        depth = depth.saturating_sub(1);
                        if depth == 0 {
                            return;
                        }
                    }
                }
            }
        }
    }
}

/// An empty text between quotes is a word all the same.
fn or_empty(parts: Vec<Part>, span: Span) -> Vec<Part> {
    if parts.is_empty() { vec![Part { span, quoted: true, kind: PartKind::Text(String::new()) }] } else { parts }
}

/// Scopes that a name may begin with.
const SCOPES: &[&str] = &["script:", "global:", "local:", "private:", "using:", "variable:"];

/// What a variable is by its name.
fn named(name: &str) -> PartKind {
    let lower = name.to_ascii_lowercase();
    let plain = SCOPES.iter().find_map(|scope| lower.strip_prefix(scope));
    let name = match (lower.split_once(':'), plain) {
        (_, Some(plain)) => plain.to_owned(),
        (Some(("env", _)), _) => name.split_once(':').map_or("", |(_, name)| name).to_owned(),
        (Some(_), _) => return PartKind::Opaque,
        (None, _) => match lower.as_str() {
            "null" => return PartKind::Text(String::new()),
            "true" | "false" | "args" | "psscriptroot" | "pwd" | "home" | "lastexitcode" | "?" => {
                return PartKind::Opaque;
            }
            "psitem" => "_".to_owned(),
            _ => lower,
        },
    };
    PartKind::Variable(Box::new(Expansion { name, ..Expansion::default() }))
}

/// The same variable with all of its elements, each a word.
pub(super) fn elements(word: Word) -> Word {
    let parts = word.parts.into_iter().map(|part| match part.kind {
        PartKind::Variable(expansion) => {
            let kind = PartKind::Variable(Box::new(Expansion { key: Some(Key::All), ..*expansion }));
            Part { kind, ..part }
        }
        _ => part,
    });
    Word { span: word.span, parts: parts.collect() }
}
