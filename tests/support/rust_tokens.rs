//! Reads Rust just well enough to tell names, punctuation and literals apart: for tests that look at sources.

/// One token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// What a token is. Comments are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A name, a keyword or a number.
    Word(String),
    /// Any other character of the program.
    Punct(char),
    /// What stands between the quotes of a text, with its escapes as they are written.
    Text(String),
}

impl Token {
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, TokenKind::Word(own) if own == word)
    }

    pub(crate) fn is_punct(&self, punct: char) -> bool {
        self.kind == TokenKind::Punct(punct)
    }
}

/// The tokens of a source file without what is only there for tests.
pub(crate) fn program(text: &str) -> Vec<Token> {
    without_tests(tokens(text))
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, kind) = next(rest, c);
        if let Some(kind) = kind {
            tokens.push(Token { kind, line });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// How long the next token is, and what it is; nothing for spaces, comments and characters.
fn next(rest: &str, c: char) -> (usize, Option<TokenKind>) {
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (block_comment(rest), None);
    }
    // r"…", br#"…"#, b"…", c"…" and plain texts.
    let prefix = rest.find(|c: char| !matches!(c, 'r' | 'b' | 'c')).unwrap_or(rest.len());
    let after = &rest[prefix..];
    if prefix <= 2 && rest[..prefix].contains('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        if after[hashes..].starts_with('"') {
            let begin = prefix + hashes + 1;
            let end = format!("\"{}", "#".repeat(hashes));
            let length = rest[begin..].find(&end).unwrap_or(rest.len() - begin);
            let text = rest[begin..begin + length].to_owned();
            return ((begin + length + end.len()).min(rest.len()), Some(TokenKind::Text(text)));
        }
    }
    if prefix <= 1 && after.starts_with('"') {
        let length = quoted(after, '"');
        let text = after[1..length.saturating_sub(1).max(1)].to_owned();
        return (prefix + length, Some(TokenKind::Text(text)));
    }
    if prefix <= 1 && after.starts_with('\'') {
        let mut chars = after.chars().skip(1);
        let (first, second) = (chars.next(), chars.next());
        // A lifetime has no closing quote behind its first character.
        if first == Some('\\') || second == Some('\'') {
            return (prefix + quoted(after, '\''), None);
        }
        if prefix == 0 {
            return (1, None);
        }
    }
    if c.is_alphanumeric() || c == '_' {
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        return (length, Some(TokenKind::Word(rest[..length].to_owned())));
    }
    (c.len_utf8(), (!c.is_whitespace()).then_some(TokenKind::Punct(c)))
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The length of a literal with both of its quotes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Leaves out every item behind a `cfg` that names `test`.
fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let is_attribute = tokens[at].is_punct('#') && tokens.get(at + 1).is_some_and(|t| t.is_punct('['));
        if is_attribute && tokens.get(at + 2).is_some_and(|t| t.is_word("cfg")) {
            let end = closing(&tokens, at + 1);
            let condition = &tokens[at + 3..end.min(tokens.len())];
            if condition.iter().any(|t| t.is_word("test")) && !condition.iter().any(|t| t.is_word("not")) {
                at = item_end(&tokens, end);
                continue;
            }
        }
        kept.push(tokens[at].clone());
        at += 1;
    }
    kept
}

/// The index behind the bracket that closes the one at `open`.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Punct('[' | '{' | '(') => depth += 1,
            TokenKind::Punct(']' | '}' | ')') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

/// The index behind the item that begins at `at`: behind its semicolon or its block.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while tokens.get(at).is_some_and(|t| t.is_punct('#')) {
        at = closing(tokens, at + 1);
    }
    let is_use = tokens[at.min(tokens.len())..].iter().find(|t| !t.is_word("pub")).is_some_and(|t| t.is_word("use"));
    while let Some(token) = tokens.get(at) {
        match token.kind {
            TokenKind::Punct(';') => return at + 1,
            TokenKind::Punct('{') if !is_use => return closing(tokens, at),
            TokenKind::Punct('{' | '(' | '[') => at = closing(tokens, at),
            _ => at += 1,
        }
    }
    at
}
