//! Batch files of Windows as the tree of a shell script, as far as command lines and the values in them need it.
//!
//! Takes a text that may stand inside another one; gives statements, words and variables with their places. What
//! it does not know has no value, and nothing is run or resolved. Names of variables are in capitals, since their
//! letter case does not count; those of loops are as they are written, behind a `%`.

mod statements;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::source::Span;

use super::shell::{Command, EmbeddedText, Expansion, Part, PartKind, Script, Statement, Word};

/// How deep blocks are followed.
const DEPTH: usize = 48;

/// How many steps the reader makes for each byte of a script, and for a script at all: some text is read twice.
const WORK_PER_BYTE: usize = 16;
const WORK: usize = 4096;

/// Reads a script that stands inside another text; every span of the result is one of the outer text.
#[must_use]
pub fn parse(text: &EmbeddedText) -> Script {
    let mut parser = Parser::new(text);
    let mut statements = Vec::new();
    while parser.at < text.text().len() {
        let before = parser.at;
        statements.extend(parser.statements(false));
        if parser.at == before {
            parser.step();
        }
    }
    Script { statements, errors: Vec::new(), complete: parser.complete }
}

/// The state of the reader.
struct Parser<'a> {
    embedded: &'a EmbeddedText,
    at: usize,
    depth: usize,
    work: usize,
    complete: bool,
    /// Whether some line jumps to another one.
    jumps: bool,
    /// The variables that are set anywhere.
    assigned: BTreeSet<String>,
    /// Those that are set in the block which is being read: `%X%` in it is what was there before the block.
    stale: BTreeSet<String>,
}

impl<'a> Parser<'a> {
    fn new(embedded: &'a EmbeddedText) -> Self {
        let text = embedded.text();
        let lower = text.to_ascii_lowercase();
        let jumps = lower.match_indices("goto").any(|(at, word)| {
            let target = lower.get(at + word.len()..).unwrap_or_default().trim_start_matches([' ', ':']);
            !target.starts_with("eof")
        });
        let calls = lower.contains("call :");
        Self {
            embedded,
            at: 0,
            depth: 0,
            work: WORK.saturating_add(text.len().saturating_mul(WORK_PER_BYTE)),
            complete: true,
            jumps: jumps || calls,
            assigned: BTreeSet::new(),
            stale: BTreeSet::new(),
        }
    }

    fn rest(&self) -> &'a str {
        self.embedded.text().get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn starts(&self, mark: &str) -> bool {
        self.rest().starts_with(mark)
    }

    fn step(&mut self) {
        self.skip(self.peek().map_or(0, char::len_utf8));
    }

    fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.embedded.text().len());
        self.work = self.work.saturating_sub(1);
        if self.work == 0 {
            self.complete = false;
            self.at = self.embedded.text().len();
        }
    }

    fn span(&self, start: usize) -> Span {
        self.embedded.span(start, self.at)
    }

    fn line_rest(&mut self) {
        self.skip(self.rest().find('\n').unwrap_or(self.rest().len()));
    }

    /// Steps over blanks and continued lines.
    fn blank(&mut self) {
        loop {
            if self.starts("^\r\n") {
                self.skip(3);
            } else if self.starts("^\n") {
                self.skip(2);
            } else if self.peek().is_some_and(|c| c != '\n' && c.is_whitespace()) {
                self.step();
            } else {
                return;
            }
        }
    }

    /// The word of letters that stands here, in small letters.
    fn name(&self) -> String {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default().to_ascii_lowercase()
    }

    /// One word of a command: up to a blank or to a character that ends it.
    fn word(&mut self, ends: &[char]) -> Word {
        let start = self.at;
        let mut parts = Vec::new();
        let mut from = self.at;
        let mut quoted = false;
        while let Some(next) = self.peek() {
            let ended = next == '\n' || !quoted && (next.is_whitespace() || ends.contains(&next));
            if ended || self.starts("\r\n") {
                break;
            }
            let before = self.at;
            match next {
                '"' => {
                    self.literal(from, before, quoted, &mut parts);
                    quoted = !quoted;
                    self.step();
                    from = self.at;
                }
                '^' if !quoted => {
                    self.literal(from, before, quoted, &mut parts);
                    if self.starts("^\n") || self.starts("^\r\n") {
                        self.skip(if self.starts("^\n") { 2 } else { 3 });
                        // The next line goes on with this word only when it does not begin with a blank.
                    } else {
                        self.step();
                        let character = self.at;
                        self.step();
                        self.literal(character, self.at, quoted, &mut parts);
                    }
                    from = self.at;
                }
                '%' | '!' | '$' => match self.variable() {
                    Some(kind) => {
                        let end = self.at;
                        self.literal(from, before, quoted, &mut parts);
                        parts.push(Part { span: self.embedded.span(before, end), quoted: true, kind });
                        from = end;
                    }
                    None => self.step(),
                },
                _ => self.step(),
            }
        }
        self.literal(from, self.at, quoted, &mut parts);
        let span = self.span(start);
        if parts.is_empty() && self.at > start {
            parts.push(Part { span, quoted: true, kind: PartKind::Text(String::new()) });
        }
        Word { span, parts }
    }

    fn literal(&self, start: usize, end: usize, quoted: bool, parts: &mut Vec<Part>) {
        let text = self.embedded.text().get(start..end).unwrap_or_default();
        if !text.is_empty() {
            let span = self.embedded.span(start, end);
            parts.push(Part { span, quoted, kind: PartKind::Text(text.to_owned()) });
        }
    }

    /// `%NAME%`, `!NAME!`, `%1`, `%%i`, and `${name}` of what a file around this one puts in.
    fn variable(&mut self) -> Option<PartKind> {
        let named =
            |name: &str| PartKind::Variable(Box::new(Expansion { name: name.to_owned(), ..Expansion::default() }));
        let rest = self.rest();
        if let Some(inner) = rest.strip_prefix("${") {
            let name = inner.split('}').next().filter(|name| name.starts_with("hole"))?;
            self.skip(name.len() + 3);
            return Some(named(name));
        }
        if let Some(inner) = rest.strip_prefix("%%") {
            let plain = inner.strip_prefix('~').unwrap_or(inner);
            let name = plain.chars().next().filter(char::is_ascii_alphabetic)?;
            self.skip(2 + inner.len() - plain.len() + 1);
            return Some(named(&format!("%{name}")));
        }
        if let Some(inner) = rest.strip_prefix('%') {
            let plain =
                inner.trim_start_matches(|c: char| c == '~' || c.is_ascii_lowercase() && inner.starts_with('~'));
            if let Some(digit) = plain.chars().next().filter(|c| c.is_ascii_digit() || *c == '*') {
                self.skip(1 + inner.len() - plain.len() + 1);
                let own = digit == '*' || digit == '0' || inner.len() - plain.len() > 1;
                return Some(if own { PartKind::Opaque } else { named(&digit.to_string()) });
            }
        }
        let mark = rest.chars().next().filter(|mark| matches!(mark, '%' | '!'))?;
        let inner = rest.get(1..)?;
        let end = inner.find([mark, '\n'])?;
        let name = inner
            .get(..end)
            .filter(|name| !name.is_empty() && inner.get(end..).is_some_and(|r| r.starts_with(mark)))?;
        let is_name = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '(' | ')'));
        let substring = name.contains(':') && !name.contains(' ');
        if !is_name && !substring {
            return None;
        }
        self.skip(end + 2);
        let name = name.to_ascii_uppercase();
        let dynamic = matches!(name.as_str(), "RANDOM" | "DATE" | "TIME" | "CD" | "ERRORLEVEL" | "CMDCMDLINE");
        if substring || dynamic || mark == '%' && self.stale.contains(&name) {
            return Some(PartKind::Opaque);
        }
        Some(named(&name))
    }
}

/// A word of which nothing is known.
fn opaque(span: Span) -> Word {
    Word { span, parts: vec![Part { span, quoted: true, kind: PartKind::Opaque }] }
}

/// A command of these words.
fn command(span: Span, words: Vec<Word>) -> Statement {
    Statement::Command(Command { span, words, ..Command::default() })
}
