//! The parts of a text as it is written: between quotes, in a heredoc, in the file of a template.
//!
//! Owns where escapes and `${ … }` begin and end. It evaluates nothing.

use std::ops::Range;

/// A part of the text, by its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    /// Characters that stand for themselves.
    Text(Range<usize>),
    /// Characters that stand for others.
    Escape(Range<usize>, &'static str),
    /// Something is put in here.
    Hole(Range<usize>),
}

/// The parts of what stands between quotes, or in a heredoc without its first and its last line.
pub(super) fn of(slice: &str) -> Vec<Segment> {
    if slice.starts_with("<<") {
        let from = slice.find('\n').map_or(slice.len(), |at| at + 1);
        let body = slice.trim_end();
        // The last line is the word that ends it.
        let to = body.rfind('\n').map_or(from, |at| at + 1).max(from);
        return between(slice, from..to, false);
    }
    between(slice, 1..slice.len().saturating_sub(1).max(1), true)
}

/// The parts of the file of a template.
pub(super) fn of_file(text: &str) -> Vec<Segment> {
    between(text, 0..text.len(), false)
}

fn between(slice: &str, range: Range<usize>, quoted: bool) -> Vec<Segment> {
    let (mut done, mut next) = (range.start, range.start);
    let to = range.end;
    let mut segments = Vec::new();
    let push = |segments: &mut Vec<Segment>, begin: usize, end: usize| {
        if begin < end {
            segments.push(Segment::Text(begin..end));
        }
    };
    for (at, character) in slice.char_indices() {
        if at < next || at >= to {
            continue;
        }
        let rest = slice.get(at..to).unwrap_or_default();
        if let Some((length, new)) = escape(character, rest, quoted) {
            push(&mut segments, done, at);
            segments.push(Segment::Escape(at..at + length, new));
            next = at + length;
            done = next;
        } else if rest.starts_with("${") {
            push(&mut segments, done, at);
            next = at + hole_length(rest);
            segments.push(Segment::Hole(at..next));
            done = next;
        }
    }
    push(&mut segments, done, to);
    segments
}

fn escape(character: char, rest: &str, quoted: bool) -> Option<(usize, &'static str)> {
    match character {
        '\\' if quoted => Some((
            2,
            match rest.chars().nth(1) {
                Some('n') => "\n",
                Some('t') => "\t",
                Some('r') => "\r",
                Some('"') => "\"",
                Some('\\') => "\\",
                _ => "?",
            },
        )),
        '$' if rest.starts_with("$${") => Some((3, "${")),
        '%' if rest.starts_with("%%{") => Some((3, "%{")),
        _ => None,
    }
}

/// How long `${ … }` is.
fn hole_length(text: &str) -> usize {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match character {
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}
