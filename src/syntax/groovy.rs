//! Groovy as a row of tokens: names, texts, brackets, line ends. Comments are left out.
//!
//! Takes the text of a file; gives tokens with their places, texts with the expressions in them. It is no grammar,
//! accepts anything, and never evaluates.

#[cfg(test)]
mod tests;

use crate::source::Span;

use super::shell::EmbeddedText;

/// How deep expressions within texts are skipped over.
const DEPTH: usize = 64;

/// How far the end of such an expression is looked for.
const LENGTH: usize = 2000;

/// One token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}

/// The kinds of tokens.
#[derive(Debug, Clone)]
pub enum TokenKind {
    /// A name or a keyword.
    Name(String),
    /// A number, as it is written.
    Number(String),
    /// A text.
    Text(Vec<Piece>),
    /// A bracket, an operator or another sign, character by character.
    Sign(char),
    /// The end of a line.
    Line,
}

/// A part of a text.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Characters, with their places.
    Text(EmbeddedText),
    /// An expression between `${` and `}` or behind `$`, as it is written, and its place with the signs around it.
    Expression(String, Span),
}

/// Reads a text.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0, tokens: Vec::new() };
    while let Some(character) = lexer.peek() {
        let before = lexer.at;
        lexer.token(character);
        if lexer.at == before {
            lexer.step();
        }
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn step(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn push(&mut self, start: usize, kind: TokenKind) {
        self.tokens.push(Token { span: Span::new(start, self.at), kind });
    }

    fn token(&mut self, character: char) {
        let start = self.at;
        let rest = self.rest();
        match character {
            '\n' => {
                self.step();
                self.push(start, TokenKind::Line);
            }
            _ if character.is_whitespace() => self.step(),
            '/' if rest.starts_with("//") => self.at += rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => self.at += rest.find("*/").map_or(rest.len(), |at| at + 2),
            '#' if start == 0 => self.at += rest.find('\n').unwrap_or(rest.len()),
            '\\' if rest.starts_with("\\\n") || rest.starts_with("\\\r\n") => {
                self.at += rest.find('\n').map_or(1, |at| at + 1);
            }
            '\'' | '"' => {
                let mark = if rest.starts_with("'''") {
                    "'''"
                } else if rest.starts_with("\"\"\"") {
                    "\"\"\""
                } else if character == '\'' {
                    "'"
                } else {
                    "\""
                };
                self.quoted(mark, character == '"', true);
            }
            '$' if rest.starts_with("$/") => self.dollar_slashy(),
            '/' if self.may_begin_text()
                && rest.get(1..).is_some_and(|r| r.split('\n').next().is_some_and(|l| l.contains('/'))) =>
            {
                self.quoted("/", true, false);
            }
            _ if character.is_alphabetic() || character == '_' || character == '$' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
                self.at += end.max(1);
                self.push(start, TokenKind::Name(rest.get(..end).unwrap_or_default().to_owned()));
            }
            _ if character.is_ascii_digit() => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                self.at += end;
                self.push(start, TokenKind::Number(rest.get(..end).unwrap_or_default().to_owned()));
            }
            _ => {
                self.step();
                self.push(start, TokenKind::Sign(character));
            }
        }
    }

    /// Whether a `/` begins a text and does not divide.
    fn may_begin_text(&self) -> bool {
        match self.tokens.last().map(|token| &token.kind) {
            None | Some(TokenKind::Line) => true,
            Some(TokenKind::Sign(sign)) => !matches!(sign, ')' | ']' | '}'),
            Some(TokenKind::Name(name)) => matches!(name.as_str(), "sh" | "bat" | "powershell" | "pwsh" | "return"),
            _ => false,
        }
    }

    fn text_piece(&self, from: usize, to: usize, all: &mut EmbeddedText) {
        all.push(self.text.get(from..to).unwrap_or_default(), Span::new(from, to));
    }

    /// A text up to a mark. `expands` says whether there are expressions in it, `escapes` whether `\n` and the
    /// like stand for other characters.
    fn quoted(&mut self, mark: &str, expands: bool, escapes: bool) {
        let start = self.at;
        self.at += mark.len();
        let single_line = mark.len() == 1 && mark != "/";
        let mut pieces = Vec::new();
        let mut all = EmbeddedText::new();
        let mut from = self.at;
        while let Some(character) = self.peek() {
            if self.rest().starts_with(mark) || single_line && character == '\n' {
                break;
            }
            let before = self.at;
            match character {
                '\\' if escapes => {
                    self.text_piece(from, before, &mut all);
                    self.escape(&mut all);
                    from = self.at;
                }
                '\\' if self.rest().starts_with("\\/") => {
                    self.text_piece(from, before, &mut all);
                    self.at += 1;
                    from = self.at;
                    self.at += 1;
                }
                '$' if expands => {
                    if let Some(expression) = self.expression() {
                        self.text_piece(from, before, &mut all);
                        if !all.text().is_empty() {
                            pieces.push(Piece::Text(std::mem::take(&mut all)));
                        }
                        pieces.push(Piece::Expression(expression, Span::new(before, self.at)));
                        from = self.at;
                    } else {
                        self.step();
                    }
                }
                _ => self.step(),
            }
        }
        self.text_piece(from, self.at, &mut all);
        if !all.text().is_empty() {
            pieces.push(Piece::Text(all));
        }
        if self.rest().starts_with(mark) {
            self.at += mark.len();
        }
        self.push(start, TokenKind::Text(pieces));
    }

    /// `$/ … /$`
    fn dollar_slashy(&mut self) {
        let start = self.at;
        let from = start + 2;
        let end = self.text.get(from..).and_then(|rest| rest.find("/$")).map_or(self.text.len(), |at| from + at);
        let mut all = EmbeddedText::new();
        self.text_piece(from, end, &mut all);
        self.at = (end + 2).min(self.text.len());
        self.push(start, TokenKind::Text(vec![Piece::Text(all)]));
    }

    fn escape(&mut self, all: &mut EmbeddedText) {
        let start = self.at;
        self.step();
        let text = match self.peek() {
            Some('n') => "\n".to_owned(),
            Some('t') => "\t".to_owned(),
            Some('r') => "\r".to_owned(),
            // A line that goes on.
            Some('\n') | None => String::new(),
            Some(other) => other.to_string(),
        };
        self.step();
        all.push(&text, Span::new(start, self.at));
    }

    /// The expression that begins here, which is stepped over; nothing when the dollar stands for itself.
    fn expression(&mut self) -> Option<String> {
        let rest = self.rest();
        if rest.starts_with("${") {
            let (mut depth, mut quote) = (0_usize, None);
            for (at, character) in rest.char_indices().skip(1).take(LENGTH) {
                match (character, quote) {
                    ('\'' | '"', None) => quote = Some(character),
                    (c, Some(open)) if c == open => quote = None,
                    ('{', None) => depth += 1,
                    ('}', None) => depth -= 1,
                    ('\n', _) => return None,
                    _ => {}
                }
                if depth == 0 && at > 1 {
                    self.at += at + 1;
                    return rest.get(2..at).map(|inner| inner.trim().to_owned());
                }
                if depth > DEPTH {
                    return None;
                }
            }
            return None;
        }
        let inner = rest.get(1..)?;
        let begins = |c: char| c.is_alphabetic() || c == '_';
        let mut end = 0;
        // A name, and properties of it.
        loop {
            let name = inner.get(end..)?;
            if !name.starts_with(begins) {
                break;
            }
            end += name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            match inner.get(end..).and_then(|rest| rest.strip_prefix('.')) {
                Some(next) if next.starts_with(begins) => end += 1,
                _ => break,
            }
        }
        let name = inner.get(..end).filter(|name| !name.is_empty())?;
        self.at += 1 + end;
        Some(name.to_owned())
    }
}
