//! Widths, line breaks and counted nouns.

use unicode_width::UnicodeWidthChar;

/// How many columns a text takes; the box around a source counts in the same way, character by character.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

/// Breaks a text into lines of at most `first` and then `rest` columns.
///
/// Breaks stand at spaces and beside wide characters (Chinese has no spaces); a word that is longer than
/// a line is cut.
pub(super) fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    // A wide character needs two columns; less room than that would never end.
    let rest = rest.max(2);
    let mut lines = Vec::new();
    let mut line = String::new();
    let (mut used, mut gap, mut room) = (0, 0, first.max(2));
    for atom in atoms(text) {
        let width = columns(atom);
        if atom.starts_with(' ') {
            gap = width;
            continue;
        }
        if used > 0 && used + gap + width > room {
            lines.push(std::mem::take(&mut line));
            (used, room) = (0, rest);
        } else if used > 0 {
            line.extend(std::iter::repeat_n(' ', gap));
            used += gap;
        } else if lines.is_empty() && width > room && width <= rest {
            // The first line is short because something stands before it: begin below.
            lines.push(String::new());
            room = rest;
        }
        gap = 0;
        for c in atom.chars() {
            let width = c.width().unwrap_or(0);
            if used + width > room {
                lines.push(std::mem::take(&mut line));
                (used, room) = (0, rest);
            }
            line.push(c);
            used += width;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Runs of spaces, words, and single wide characters.
fn atoms(text: &str) -> impl Iterator<Item = &str> {
    let kind = |c: char| match c {
        ' ' => 0,
        _ if c.width() == Some(2) => 1,
        _ => 2,
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = kind(rest.chars().next()?);
        let mut previous = first;
        let end = rest.char_indices().skip(1).find(|&(_, c)| {
            let this = kind(c);
            // What has no width belongs to the character before it.
            let joined = c.width() == Some(0);
            let ends = !joined && (this != previous || this == 1);
            previous = if joined { previous } else { this };
            ends
        });
        let (atom, after) = rest.split_at_checked(end.map_or(rest.len(), |(index, _)| index))?;
        rest = after;
        Some(atom)
    })
}

/// A number with its thousands apart.
pub(super) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 call`, `2 calls`.
pub(super) fn count(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

/// How long something took, in the unit that fits.
pub(super) fn duration(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..60_000 => format!("{}.{} s", milliseconds / 1_000, milliseconds % 1_000 / 100),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds % 60_000 / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_beside_wide_characters() {
        assert_eq!(wrap("one two  three", 8, 8), ["one two", "three"]);
        assert_eq!(wrap("a  b", 8, 8), ["a  b"]);
        assert_eq!(wrap("备份方法是错误的", 6, 8), ["备份方", "法是错误", "的"]);
        assert_eq!(wrap("extraordinary", 5, 5), ["extra", "ordin", "ary"]);
        assert_eq!(wrap("word", 2, 8), ["", "word"]);
        assert!(wrap("", 5, 5).is_empty());
    }

    #[test]
    fn no_room_at_all_still_ends() {
        assert_eq!(wrap("备a", 0, 0), ["备", "a"]);
    }

    #[test]
    fn counted_nouns() {
        assert_eq!(count(1, "call"), "1 call");
        assert_eq!(count(0, "call"), "0 calls");
        assert_eq!(count(1_234_567, "file"), "1,234,567 files");
        assert_eq!(number(999), "999");
    }

    #[test]
    fn durations() {
        assert_eq!(duration(84), "84 ms");
        assert_eq!(duration(1_250), "1.2 s");
        assert_eq!(duration(125_000), "2 min 5 s");
    }
}
