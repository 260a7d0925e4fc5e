//! Breaks prose into lines of a given width.
//!
//! Takes plain text or the little Markdown that the catalogue uses: paragraphs with an empty line between
//! them, and items that begin with a dash. Width is counted in columns of a terminal, so Chinese text
//! and emoji come out right.

use unicode_width::UnicodeWidthStr;

/// The narrowest text that is still worth breaking; a narrower terminal gets lines of this width.
const NARROWEST: usize = 20;

/// How many columns a text takes.
pub(in crate::report) fn columns(text: &str) -> usize {
    text.width()
}

/// The lines of a Markdown text, all indented, with an empty line between paragraphs.
pub(super) fn paragraphs(markdown: &str, width: usize, indent: usize) -> Vec<String> {
    let indent = " ".repeat(indent);
    let mut lines = Vec::new();
    let mut open: Option<(String, bool)> = None;
    for line in markdown.lines().map(str::trim).chain([""]) {
        let item = line.strip_prefix("- ");
        let ended = if line.is_empty() || item.is_some() { open.take() } else { None };
        if let Some((text, is_item)) = ended {
            lines.extend(block(&text, is_item, width, &indent));
        }
        match (item, &mut open) {
            (Some(text), _) => open = Some((text.to_owned(), true)),
            (None, _) if line.is_empty() => lines.push(String::new()),
            (None, Some((text, _))) => {
                text.push(' ');
                text.push_str(line);
            }
            (None, None) => open = Some((line.to_owned(), false)),
        }
    }
    lines.dedup_by(|later, earlier| later.is_empty() && earlier.is_empty());
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn block(text: &str, is_item: bool, width: usize, indent: &str) -> Vec<String> {
    let mark = |mark: &str| format!("{indent}{mark}");
    if is_item { paragraph(text, width, &mark("- "), &mark("  ")) } else { paragraph(text, width, indent, indent) }
}

/// The lines of one paragraph: `first` stands before the first line, `rest` before the others. A word that
/// is wider than a line stands on a line of its own and is not broken: it may be a name or an address.
pub(in crate::report) fn paragraph(text: &str, width: usize, first: &str, rest: &str) -> Vec<String> {
    let width = width.max(NARROWEST);
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut used = columns(first);
    let mut is_begun = false;
    for word in text.split_whitespace() {
        let wide = columns(word);
        if is_begun && used + 1 + wide > width {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            used = columns(rest);
            is_begun = false;
        }
        if is_begun {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += wide;
        is_begun = true;
    }
    if is_begun {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_long_as_they_may_be_and_no_longer() {
        assert_eq!(paragraph("one two three four five six", 20, "", ""), ["one two three four", "five six"]);
        assert_eq!(paragraph("one two three four 56", 20, "- ", "  "), ["- one two three four", "  56"]);
    }

    #[test]
    fn a_word_wider_than_the_line_is_kept_whole() {
        let name = "InvalidBackupMethod.ValueNotSupport";
        assert_eq!(paragraph(&format!("a {name} b"), 20, "", ""), ["a", name, "b"]);
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(paragraph("数据库备份 数据库备份", 20, "", ""), ["数据库备份", "数据库备份"]);
        assert_eq!(paragraph("数据库备份 数据库备份", 21, "", ""), ["数据库备份 数据库备份"]);
    }

    #[test]
    fn paragraphs_are_joined_and_kept_apart() {
        let text = "one\ntwo\n\nthree\n- four\n  five\n- six\n\n\n";
        assert_eq!(paragraphs(text, 80, 2), ["  one two", "", "  three", "  - four five", "  - six"]);
    }

    #[test]
    fn nothing_gives_no_line() {
        assert!(paragraphs("", 80, 2).is_empty());
        assert!(paragraph("  ", 80, "- ", "  ").is_empty());
    }

    #[test]
    fn a_terminal_without_width_is_survived() {
        assert_eq!(paragraph("one two", 0, "", ""), ["one two"]);
    }
}
