//! Parts of a text that somebody else fills in: `${…}` and `{{ … }}` of templates, `<account-id>` of examples.
//!
//! Owns where such a part begins and ends. The words of a hole are what stands between its marks, so that the same
//! reference has the same words however it is written.

use std::ops::Range;

use crate::model::Piece;

/// The longest part that is filled in, in bytes; what is longer is text.
const LONGEST: usize = 2000;

/// The longest name between angle brackets, in bytes.
const LONGEST_NAME: usize = 64;

/// How many beginnings without an end are looked at in one text.
const FAILURES: usize = 1000;

/// A part that is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hole {
    /// Its bytes, with its marks.
    pub(super) range: Range<usize>,
    /// What stands between them.
    pub(super) words: String,
}

/// The parts of a text that are filled in, in order.
pub(super) fn holes(text: &str) -> Vec<Hole> {
    let mut holes = Vec::new();
    let mut at = 0;
    let mut failures = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(['$', '{', '<'])).map(|found| at + found) {
        let rest = text.get(start..).unwrap_or_default();
        match hole(rest) {
            Some((length, words)) => {
                holes.push(Hole { range: start..start + length, words: words.to_owned() });
                at = start + length;
            }
            None if failures > FAILURES => break,
            None => {
                failures += usize::from(!rest.starts_with('<') && may_begin(rest));
                at = start + 1;
            }
        }
    }
    holes
}

/// Whether a text begins as a hole does.
fn may_begin(text: &str) -> bool {
    text.starts_with("${") || text.starts_with("{{")
}

/// The hole that a text begins with: its length and its words.
fn hole(text: &str) -> Option<(usize, &str)> {
    let marks = [("${{", "}}"), ("${", "}"), ("{{", "}}"), ("<", ">")];
    let (open, close) = marks.into_iter().find(|(open, _)| text.starts_with(open))?;
    let inside = text.get(open.len()..)?;
    let end = match open {
        "${" => braced(inside)?,
        "<" => named(inside)?,
        _ => near(inside).find(close)?,
    };
    Some((open.len() + end + close.len(), inside.get(..end)?.trim()))
}

/// The part of a text in which the end of a hole is looked for.
fn near(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// Where the brace is that closes one: braces within and quotes count.
fn braced(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let mut escaped = false;
    for (at, character) in near(text).char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            },
            _ => {}
        }
    }
    // Quotes that do not pair belong to what stands around it.
    near(text).find('}')
}

/// Where the angle bracket is that closes a name.
fn named(text: &str) -> Option<usize> {
    let end = text
        .bytes()
        .take(LONGEST_NAME + 1)
        .position(|byte| byte == b'>')
        .filter(|end| (1..=LONGEST_NAME).contains(end))?;
    let name = text.get(..end)?;
    let is_name = |c: char| c.is_alphanumeric() || "-_ .|:/".contains(c);
    (name.starts_with(char::is_alphanumeric) && name.chars().all(is_name)).then_some(end)
}

/// A text in parts.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut done = 0;
    for hole in holes(text) {
        push_text(&mut pieces, text.get(done..hole.range.start).unwrap_or_default());
        done = hole.range.end;
        pieces.push(Piece::Hole(hole.words));
    }
    push_text(&mut pieces, text.get(done..).unwrap_or_default());
    pieces
}

/// Adds characters to the parts of a text.
pub(super) fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let one = |piece: Piece| match piece {
            Piece::Text(text) => text,
            Piece::Hole(words) => format!("[{words}]"),
        };
        pieces(text).into_iter().map(one).collect()
    }

    #[test]
    fn the_same_reference_has_the_same_words() {
        assert_eq!(shown("acs:rds:*:${var.account}:dbinstance/*"), ["acs:rds:*:", "[var.account]", ":dbinstance/*"]);
        assert_eq!(shown("{{ account }}{{account}}"), ["[account]", "[account]"]);
        assert_eq!(shown("acs:ram::<account-id>:role/x"), ["acs:ram::", "[account-id]", ":role/x"]);
        assert_eq!(shown("a<b, c>d < 3"), ["a<b, c>d < 3"]);
        assert_eq!(shown("${join(\"}\", {a = 1})}!"), ["[join(\"}\", {a = 1})]", "!"]);
        assert_eq!(shown("${never"), ["${never"]);
        assert_eq!(shown("$ { {{ <"), ["$ { {{ <"]);
    }
}
