//! Components of Vue and Svelte: files of markup with the program in `<script>` elements.
//!
//! Takes the text of a file; gives one as long in which all that is no program is white space, so that every place
//! stays what it is. A program does not begin with `<`, so nobody has to say which of both a file is.

use std::borrow::Cow;

/// What a program stands in.
const OPEN: &str = "<script";
const CLOSE: &str = "</script";

/// Markup in which nothing is a program.
const COMMENT: (&str, &str) = ("<!--", "-->");

/// The programs of a component; any other text as it is.
pub(super) fn programs(text: &str) -> Cow<'_, str> {
    let begins = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if !begins.starts_with('<') || !text.contains(OPEN) {
        return Cow::Borrowed(text);
    }
    let mut all = String::with_capacity(text.len());
    let mut at = 0;
    while let Some((from, to)) = next(text, at) {
        blank(text.get(at..from).unwrap_or_default(), &mut all);
        all.push_str(text.get(from..to).unwrap_or_default());
        at = to;
    }
    blank(text.get(at..).unwrap_or_default(), &mut all);
    Cow::Owned(all)
}

/// Where the next program is, from an offset on.
fn next(text: &str, at: usize) -> Option<(usize, usize)> {
    let mut at = at;
    loop {
        let rest = text.get(at..)?;
        let open = rest.find(OPEN)?;
        if let Some(comment) = rest.find(COMMENT.0).filter(|comment| *comment < open) {
            at += comment + rest.get(comment..)?.find(COMMENT.1)? + COMMENT.1.len();
            continue;
        }
        let tag = rest.get(open + OPEN.len()..)?;
        let from = at + open + OPEN.len() + end_of_tag(tag)?;
        if !tag.starts_with(|c: char| c.is_whitespace() || c == '>') {
            at = from;
            continue;
        }
        let to = text.get(from..)?.find(CLOSE).map_or(text.len(), |end| from + end);
        return Some((from, to));
    }
}

/// How long a tag is, its `>` included; one within quotes ends none.
fn end_of_tag(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('>', None) => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// As many bytes of white space, with the ends of lines.
fn blank(text: &str, into: &mut String) {
    into.extend(text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::programs;

    #[test]
    fn markup_becomes_white_space_and_programs_stay_where_they_are() {
        let text = "<!-- <script>no()</script> -->\n<template>é</template>\n<script setup lang=\"ts\" a='>'>\na()\n</script>\n<script>b()</script>\n<style>c</style>\n";
        let program = programs(text);
        assert_eq!(program.len(), text.len());
        assert_eq!(program.split_whitespace().collect::<Vec<_>>(), ["a()", "b()"]);
        assert_eq!(program.find("a()\n"), text.find("a()\n"));
        assert_eq!(program.lines().count(), text.lines().count());
        assert_eq!(programs("const a = '<script>'\n"), "const a = '<script>'\n");
        assert_eq!(programs("<scripts>a</scripts>\n<script>b").trim(), "b");
    }
}
