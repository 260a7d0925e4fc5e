//! PowerShell as the tree of a shell script, as far as command lines and the values in them need it.
//!
//! Takes a text that may stand inside another one; gives statements, words and variables with their places. It
//! is no grammar of the language: what it does not know is skipped or has no value, blocks in it are read all
//! the same, and nothing is run or resolved. Names of variables are in small letters, those of the environment
//! as they are written.

mod expressions;
mod keywords;
mod programs;
#[cfg(test)]
pub(super) mod tests;
mod words;

use crate::source::Span;

use super::shell::{Command, EmbeddedText, Part, PartKind, Script, Statement, Word};

/// How deep blocks are followed.
const DEPTH: usize = 48;

/// How many steps the reader makes for each byte of a script, and for a script at all: some text is read twice.
const WORK_PER_BYTE: usize = 16;
const WORK: usize = 4096;

/// Reads a script that stands inside another text; every span of the result is one of the outer text.
#[must_use]
pub fn parse(text: &EmbeddedText) -> Script {
    let mut parser = Parser::new(text, 0);
    let statements = parser.statements(None);
    Script { statements, errors: Vec::new(), complete: parser.complete }
}

/// The state of the reader.
struct Parser<'a> {
    embedded: &'a EmbeddedText,
    at: usize,
    depth: usize,
    work: usize,
    complete: bool,
}

/// What an expression gives.
enum Given {
    One(Word),
    List(Vec<Word>),
}

impl Given {
    fn words(self) -> Vec<Word> {
        match self {
            Self::One(word) => vec![word],
            Self::List(words) => words,
        }
    }
}

impl<'a> Parser<'a> {
    fn new(embedded: &'a EmbeddedText, depth: usize) -> Self {
        let work = WORK.saturating_add(embedded.text().len().saturating_mul(WORK_PER_BYTE));
        Self { embedded, at: 0, depth, work, complete: true }
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
            self.give_up();
        }
    }

    /// Goes to the end: the rest is not read.
    fn give_up(&mut self) {
        self.complete = false;
        self.work = 0;
        self.at = self.embedded.text().len();
    }

    fn take(&mut self, mark: &str) -> bool {
        let found = self.starts(mark);
        if found {
            self.skip(mark.len());
        }
        found
    }

    fn span(&self, start: usize) -> Span {
        self.embedded.span(start, self.at)
    }

    /// Steps over blanks, continued lines and comments; line ends too where they mean nothing.
    fn blank(&mut self, lines: bool) {
        loop {
            let before = self.at;
            match self.peek() {
                Some('\n') if !lines => return,
                Some(c) if c.is_whitespace() => self.step(),
                Some('`') if self.starts("`\n") => self.skip(2),
                Some('`') if self.starts("`\r\n") => self.skip(3),
                Some('#') => self.skip(self.rest().find('\n').unwrap_or(self.rest().len())),
                Some('<') if self.starts("<#") => {
                    let length = self.rest().find("#>").map_or(self.rest().len(), |at| at + 2);
                    self.skip(length);
                }
                _ => return,
            }
            if self.at == before {
                return;
            }
        }
    }

    /// The statements up to a closing character, which is stepped over, or to the end.
    fn statements(&mut self, until: Option<char>) -> Vec<Statement> {
        let mut all = Vec::new();
        if self.depth >= DEPTH || self.work == 0 {
            self.give_up();
            return all;
        }
        self.depth += 1;
        loop {
            self.blank(true);
            let Some(next) = self.peek() else { break };
            if next == ';' {
                self.step();
            } else if matches!(next, '}' | ')') {
                self.step();
                if until == Some(next) {
                    break;
                }
            } else {
                let before = self.at;
                self.statement(&mut all);
                if self.at == before {
                    self.step();
                }
            }
        }
        self.depth -= 1;
        all
    }

    fn statement(&mut self, all: &mut Vec<Statement>) {
        let word = self.name();
        if !word.is_empty() && self.keyword(&word.to_ascii_lowercase(), word.len(), all) {
            return;
        }
        match self.peek() {
            Some('$' | '[') if self.assignment(all) => {}
            Some('$' | '[' | '\'' | '"' | '(' | '@') => self.value_statement(all),
            Some('{') => {
                self.step();
                all.extend(self.statements(Some('}')));
            }
            _ => self.pipeline(None, all),
        }
    }

    /// The name that stands here.
    fn name(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-')).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    /// Commands joined by `|`, `&&` and `||`, with what the first one is given.
    fn pipeline(&mut self, mut given: Option<Given>, all: &mut Vec<Statement>) {
        loop {
            self.command(given.take(), all);
            self.blank(false);
            if self.take("&&") || self.take("||") || self.take("|") {
                self.blank(true);
                continue;
            }
            // A command in the background.
            if self.starts("&") {
                self.step();
            }
            return;
        }
    }

    /// A statement that begins with a value: what flows into a pipeline, or something that is not read.
    fn value_statement(&mut self, all: &mut Vec<Statement>) {
        let given = self.expression(all);
        self.blank(false);
        if self.starts("|") && !self.starts("||") {
            self.step();
            self.blank(true);
            self.pipeline(Some(given), all);
            return;
        }
        all.extend(given.words().into_iter().filter(runs).map(of_words));
        self.unread(all);
    }

    /// Steps over the rest of a statement; blocks in it may run.
    fn unread(&mut self, all: &mut Vec<Statement>) {
        loop {
            self.blank(false);
            match self.peek() {
                None | Some('\n' | ';' | '}' | ')') => return,
                Some('{') => {
                    let start = self.at;
                    self.step();
                    let body = self.statements(Some('}'));
                    all.push(keywords::perhaps(self.span(start), body));
                }
                Some('(') => {
                    self.step();
                    all.extend(self.statements(Some(')')));
                }
                Some('\'' | '"' | '$' | '@') => {
                    let before = self.at;
                    drop(self.operand(all));
                    if self.at == before {
                        self.step();
                    }
                }
                Some(_) => self.step(),
            }
        }
    }
}

/// Whether a word holds commands.
fn runs(word: &Word) -> bool {
    word.parts.iter().any(|part| matches!(part.kind, PartKind::Command(_)))
}

/// A statement that only has what is run for one word.
fn of_words(word: Word) -> Statement {
    let name = Part { span: word.span, quoted: true, kind: PartKind::Text(":".to_owned()) };
    let first = Word { span: word.span, parts: vec![name] };
    Statement::Command(Command { span: word.span, words: vec![first, word], ..Command::default() })
}

/// A word of which nothing is known.
fn opaque(span: Span) -> Word {
    Word { span, parts: vec![Part { span, quoted: true, kind: PartKind::Opaque }] }
}
