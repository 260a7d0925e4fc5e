//! The texts that literals of TypeScript and JavaScript stand for.

/// The text of a literal between quotes.
pub(super) fn literal(text: &str) -> String {
    let mut chars = text.chars();
    chars.next();
    let inner = chars.as_str();
    let mut chars = inner.chars();
    chars.next_back();
    unescape(chars.as_str())
}

/// What a text with escapes stands for; an escape that is none stands for itself.
pub(super) fn unescape(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        result.push_str(before);
        let mut chars = behind.chars();
        let letter = chars.next();
        rest = chars.as_str();
        match letter {
            Some('n') => result.push('\n'),
            Some('t') => result.push('\t'),
            Some('r') => result.push('\r'),
            Some('b') => result.push('\u{8}'),
            Some('f') => result.push('\u{c}'),
            Some('v') => result.push('\u{b}'),
            Some('0') => result.push('\0'),
            Some('x') => rest = coded(rest, 2, &mut result),
            Some('u') => match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
                Some((digits, behind)) => {
                    coded(digits, digits.len(), &mut result);
                    rest = behind;
                }
                None => rest = coded(rest, 4, &mut result),
            },
            // A line that goes on.
            Some('\n') | None => {}
            Some(other) => result.push(other),
        }
    }
    result.push_str(rest);
    result
}

/// Adds the character whose number stands there; gives what stands behind.
fn coded<'t>(text: &'t str, digits: usize, result: &mut String) -> &'t str {
    let number = text.get(..digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    match number.and_then(char::from_u32) {
        Some(c) => {
            result.push(c);
            text.get(digits..).unwrap_or_default()
        }
        None => text,
    }
}
