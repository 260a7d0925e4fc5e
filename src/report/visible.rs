//! Characters that must not reach a terminal as they are.
//!
//! A source, a path or a message may hold escape sequences, and direction marks that make a line look
//! like another one. What people see of them is a picture or a code; what programs get is the escape of
//! their format. Owns the list of those characters.

/// Whether a character moves the cursor, changes the terminal or hides itself or others.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Appends a character, or what stands for it when it is hidden.
pub(super) fn push_visible(out: &mut String, c: char, unicode: bool) {
    if !is_hidden(c) {
        out.push(c);
        return;
    }
    // The block of control pictures follows the order of the control characters.
    let picture = match c {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)),
        '\u{7f}' => Some('\u{2421}'),
        _ => None,
    };
    match picture {
        Some(picture) if unicode => out.push(picture),
        _ => out.extend(c.escape_unicode()),
    }
}

/// A text in which every character can be seen; a tab becomes a space.
pub(super) fn visible(text: &str, unicode: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut out, if c == '\t' { ' ' } else { c }, unicode);
    }
    out
}

/// JSON text in which hidden characters stand as escapes.
///
/// The serializer escapes only what JSON demands; the rest can stand nowhere but in strings, where
/// `\u` means the same.
pub(super) fn escape_json(text: String) -> String {
    if !text.chars().any(|c| is_hidden(c) && c != '\n') {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_and_direction_marks_are_seen() {
        assert_eq!(visible("a\u{1b}[31m\tb\u{202e}", true), "a␛[31m b\\u{202e}");
        assert_eq!(visible("a\u{1b}\u{9b}备份😀", false), "a\\u{1b}\\u{9b}备份😀");
    }

    #[test]
    fn json_means_the_same_after_escaping() {
        let text = "line\n\u{9b}\u{7f}\u{e0041}\u{1b}\"备";
        let escaped = escape_json(serde_json::to_string(text).unwrap());
        assert!(!escaped.chars().any(is_hidden));
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
    }
}
