//! The text that a string literal of Python stands for.

/// The text between the quotes. A `template` writes a brace as two.
pub(super) fn content(written: &str, raw: bool, template: bool) -> String {
    let braces;
    let written = if template {
        braces = written.replace("{{", "{").replace("}}", "}");
        &braces
    } else {
        written
    };
    if raw || !written.contains('\\') {
        return written.to_owned();
    }
    let mut text = String::with_capacity(written.len());
    let mut rest = written.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('0') => text.push('\0'),
            Some('\n') | None => {}
            Some('x') => numbered(&mut rest, 2, &mut text),
            Some('u') => numbered(&mut rest, 4, &mut text),
            Some('U') => numbered(&mut rest, 8, &mut text),
            Some(c @ ('\\' | '\'' | '"')) => text.push(c),
            Some(other) => {
                text.push('\\');
                text.push(other);
            }
        }
    }
    text
}

/// A character by its number.
fn numbered(rest: &mut std::str::Chars<'_>, digits: usize, text: &mut String) {
    let number: String = rest.clone().take(digits).filter(char::is_ascii_hexdigit).collect();
    for _ in 0..number.len() {
        rest.next();
    }
    text.extend(u32::from_str_radix(&number, 16).ok().and_then(char::from_u32));
}
