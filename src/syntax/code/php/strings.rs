//! The texts that literals of PHP stand for.

/// The text of a literal between single quotes.
pub(super) fn single(text: &str) -> String {
    let inner = text.trim_start_matches(['b', 'B']);
    let inner = inner.strip_prefix('\'').unwrap_or(inner);
    let inner = inner.strip_suffix('\'').unwrap_or(inner);
    let mut result = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(&next @ ('\\' | '\''))) => {
                result.push(next);
                chars.next();
            }
            _ => result.push(c),
        }
    }
    result
}

/// What an escape in a text between double quotes stands for.
pub(super) fn escape(text: &str) -> String {
    let behind = text.strip_prefix('\\').unwrap_or(text);
    let coded = |digits: &str, radix: u32| {
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).map(|c| c.to_string())
    };
    let known = match behind.chars().next() {
        Some('n') => Some("\n".to_owned()),
        Some('t') => Some("\t".to_owned()),
        Some('r') => Some("\r".to_owned()),
        Some('v') => Some("\u{b}".to_owned()),
        Some('e') => Some("\u{1b}".to_owned()),
        Some('f') => Some("\u{c}".to_owned()),
        Some(c @ ('\\' | '$' | '"' | '`')) => Some(c.to_string()),
        Some('x') => coded(behind.get(1..).unwrap_or_default(), 16),
        Some('u') => coded(behind.get(1..).unwrap_or_default().trim_matches(['{', '}']), 16),
        Some('0'..='7') => coded(behind, 8),
        _ => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}
