//! A scalar of YAML as text with the places that its bytes have in the file.
//!
//! Takes the file's text and a node of its tree; gives the node's text such that every byte that stands in
//! the file as it is knows where. It never trusts its own reading: where that differs from what the YAML
//! reader gave, the whole text has the place of the whole node.

use crate::source::Span;
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

/// The text of a scalar with its places; nothing for a collection.
#[must_use]
pub fn text(source: &str, node: &Node) -> Option<EmbeddedText> {
    let Kind::Scalar { text, plain } = &node.kind else { return None };
    let raw = source.get(node.span.range()).unwrap_or_default();
    let first = raw.chars().next();
    let candidates = [
        (!plain && first == Some('"')).then(|| flow(raw, node.span, Style::Double)),
        (!plain && first == Some('\'')).then(|| flow(raw, node.span, Style::Single)),
        plain.then(|| flow(raw, node.span, Style::Plain)),
        (!plain).then(|| block(source, node.span, text)).flatten(),
    ];
    let right = candidates.into_iter().flatten().find(|candidate| candidate.text() == text);
    Some(right.unwrap_or_else(|| coarse(text, node.span)))
}

/// The text of a scalar of a file with a template language in it: what is filled in stands in it as it is written.
/// `filled` is the text that was read instead of the file's, if any, with `holes` in it.
#[must_use]
pub fn restored(source: &str, filled: Option<&str>, holes: &[Span], node: &Node) -> Option<EmbeddedText> {
    let Some(filled) = filled else { return text(source, node) };
    let text = text(filled, node)?;
    let mut restored = EmbeddedText::new();
    let mut last = None;
    for (at, character) in text.text().char_indices() {
        let span = text.span(at, at + character.len_utf8());
        let hole = holes.partition_point(|hole| hole.end <= span.start);
        match holes.get(hole).filter(|hole| hole.start <= span.start && span.end <= hole.end) {
            Some(hole) if last == Some(*hole) => {}
            Some(hole) => {
                restored.push(source.get(hole.range()).unwrap_or_default(), *hole);
                last = Some(*hole);
            }
            None => restored.push(character.encode_utf8(&mut [0; 4]), span),
        }
    }
    Some(restored)
}

/// Whether a scalar is a block (`|` or `>`), told by its places: it is none of the others.
#[must_use]
pub fn is_block(source: &str, node: &Node) -> bool {
    let raw = source.get(node.span.range()).unwrap_or_default();
    let Kind::Scalar { text, plain: false } = &node.kind else { return false };
    let style = match raw.chars().next() {
        Some('"') => Style::Double,
        Some('\'') => Style::Single,
        _ => return true,
    };
    flow(raw, node.span, style).text() != text
}

/// The whole text at the place of the whole node.
fn coarse(text: &str, span: Span) -> EmbeddedText {
    let mut all = EmbeddedText::new();
    // A text as long as its span would count as standing there byte by byte.
    let same = span.range().len() == text.len() && !span.is_empty();
    all.push(text, if same { Span { start: span.start, end: span.end - 1 } } else { span });
    all
}

/// How a scalar that is no block is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// A scalar that is no block: lines are joined by spaces, empty ones are line ends.
fn flow(raw: &str, span: Span, style: Style) -> EmbeddedText {
    let quoted = usize::from(style != Style::Plain);
    let inner = raw.get(quoted..raw.len().saturating_sub(quoted)).unwrap_or_default();
    let lines: Vec<&str> = inner.split('\n').collect();
    let mut all = EmbeddedText::new();
    let mut at = span.start as usize + quoted;
    let mut empty = 0_usize;
    let mut joined = true;
    for (index, line) in lines.iter().enumerate() {
        let (first, last) = (index == 0, index + 1 == lines.len());
        let mut content = *line;
        if !first {
            content = content.trim_start_matches([' ', '\t', '\r']);
        }
        let begin = at + line.len() - content.len();
        let mut continued = false;
        if !last {
            content = content.trim_end_matches(['\r']);
            continued = style == Style::Double && ends_with_backslash(content);
            content = if continued {
                content.strip_suffix('\\').unwrap_or(content)
            } else {
                content.trim_end_matches([' ', '\t'])
            };
        }
        if !first && content.is_empty() && !last {
            empty += 1;
        } else {
            if !first {
                let joint = Span::new(begin.saturating_sub(1), begin);
                match (joined, empty) {
                    (true, 0) => all.push(" ", joint),
                    (_, 0) => {}
                    (_, count) => all.push(&"\n".repeat(count), Span::new(begin, begin)),
                }
            }
            empty = 0;
            line_of(&mut all, content, begin, style);
            joined = !continued;
        }
        at += line.len() + 1;
    }
    all
}

fn ends_with_backslash(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

/// A line of a scalar that is no block, with its escapes.
fn line_of(all: &mut EmbeddedText, line: &str, begin: usize, style: Style) {
    let mut done = 0;
    let mut next = 0;
    for (at, character) in line.char_indices() {
        if at < next {
            continue;
        }
        let rest = line.get(at..).unwrap_or_default();
        let found = match (style, character) {
            (Style::Single, '\'') if rest.starts_with("''") => Some((2, Some('\''))),
            (Style::Double, '\\') => escape(rest),
            _ => None,
        };
        let Some((length, new)) = found else { continue };
        all.push(line.get(done..at).unwrap_or_default(), Span::new(begin + done, begin + at));
        if let Some(new) = new {
            all.push(new.encode_utf8(&mut [0; 4]), Span::new(begin + at, begin + at + length));
        }
        next = at + length;
        done = next;
    }
    all.push(line.get(done..).unwrap_or_default(), Span::new(begin + done, begin + line.len()));
}

/// The escape that a text begins with: its length and its character.
fn escape(text: &str) -> Option<(usize, Option<char>)> {
    let kind = text.chars().nth(1)?;
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let code = u32::from_str_radix(text.get(2..2 + digits)?, 16).ok()?;
        return Some((2 + digits, char::from_u32(code)));
    }
    let character = match kind {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        other => other,
    };
    Some((1 + kind.len_utf8(), Some(character)))
}

/// A block: each line of the file stands in the text, with line ends or a space between.
fn block(source: &str, span: Span, text: &str) -> Option<EmbeddedText> {
    let start = span.start as usize;
    let line_start = source.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let indent = start - line_start;
    let mut all = EmbeddedText::new();
    let mut done = 0;
    let mut at = line_start;
    for line in source.get(line_start..)?.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n').trim_end_matches('\r');
        let blank = bare.len() - bare.trim_start_matches(' ').len();
        let content = bare.get(blank.min(indent)..).unwrap_or_default();
        let begin = at + bare.len() - content.len();
        at += line.len();
        if content.is_empty() {
            continue;
        }
        if text.get(done..)?.trim_start_matches('\n').is_empty() {
            break;
        }
        // What stands between this line and the one before it.
        while !text.get(done..)?.starts_with(content) {
            let separator = text.get(done..)?.chars().next().filter(|c| matches!(c, '\n' | ' '))?;
            let joint = Span::new(begin.saturating_sub(1), begin.saturating_sub(1));
            all.push(separator.encode_utf8(&mut [0; 4]), joint);
            done += 1;
        }
        all.push(content, Span::new(begin, begin + content.len()));
        done += content.len();
    }
    let rest = text.get(done..).filter(|rest| rest.chars().all(|c| c == '\n' || c == ' '))?;
    let end = Span { start: span.end, end: span.end };
    all.push(rest, end);
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::yaml;

    /// Checks that each byte of a value stands in the file where it is said to, and gives the value.
    fn mapped(source: &str, pointer: &str, verbatim_at_least: usize) -> String {
        let stream = yaml::parse(source);
        assert_eq!(stream.errors, [], "{source}");
        let node = stream.documents[0].pointer(pointer).unwrap();
        let embedded = text(source, node).unwrap();
        assert_eq!(embedded.text(), node.text().unwrap());
        let mut verbatim = 0;
        for at in 0..embedded.text().len() {
            let span = embedded.span(at, at + 1);
            if span.range().len() == 1 {
                let there = &source.as_bytes()[span.start as usize];
                let here = &embedded.text().as_bytes()[at];
                assert!(there == here || here.is_ascii_whitespace(), "{source:?} {at}");
                verbatim += usize::from(there == here);
            }
        }
        assert!(verbatim >= verbatim_at_least, "{source:?}: {verbatim} bytes of {:?}", embedded.text());
        embedded.text().to_owned()
    }

    #[test]
    fn every_style_maps_back() {
        assert_eq!(mapped("a: b c\n", "/a", 3), "b c");
        assert_eq!(mapped("a: b\n  c\n\n  d\n", "/a", 3), "b c\nd");
        assert_eq!(mapped("a: 'it''s'\n", "/a", 3), "it's");
        assert_eq!(mapped("a: \"x\\n\\u0041 \\\"y\\\"\"\n", "/a", 2), "x\nA \"y\"");
        assert_eq!(mapped("a: \"one\\\n   two\n  three\"\n", "/a", 11), "onetwo three");
        assert_eq!(mapped("a: |\n  b\n    c\n\n  d é\nx: 1\n", "/a", 8), "b\n  c\n\nd é\n");
        assert_eq!(mapped("a: |2-\n    b\n   c\n", "/a", 4), "  b\n c");
        assert_eq!(mapped("a: |+\n  b\n\n\nx: 1\n", "/a", 1), "b\n\n\n");
        assert_eq!(mapped("a: |\r\n  b\r\n  c\r\nx: 1\r\n", "/a", 2), "b\nc\n");
        assert_eq!(mapped("a: |\n\n\n  b\n", "/a", 1), "\n\nb\n");
        assert_eq!(mapped("a: >-\n  b\n  c\n\n  d\n    e\n  f\n", "/a", 7), "b c\nd\n  e\nf");
        assert_eq!(mapped("a:\n- |\n  \"b\" c\n", "/a/0", 5), "\"b\" c\n");
        assert_eq!(mapped("a: |-\n  b \u{1F600}", "/a", 6), "b \u{1F600}");
    }

    #[test]
    fn any_lines_map_back_in_any_block() {
        let parts = ["x", "  y", "", "'q' \"r\"", "\\", "# no", "é: - z", "\ttab"];
        let mut state = 7_usize;
        for round in 0..400 {
            let mut lines = vec!["k"];
            for _ in 0..round % 7 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                lines.push(parts[(state >> 33) % parts.len()]);
            }
            let header = ["|", "|-", "|+", ">", ">-", ">+"][round % 6];
            let end = ["\n", "\r\n"][round % 2];
            let mut source = format!("a: {header}{end}");
            for line in &lines {
                source.push_str(&format!("  {line}{end}"));
            }
            let most = lines.iter().map(|line| line.len()).sum::<usize>();
            mapped(&source, "/a", most);
        }
    }
}
