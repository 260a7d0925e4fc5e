//! What a comment in a file answers for: the call on its line, below it, or in the block that begins there.
//!
//! Owns the lines of one file, which of them are comments alone, and which line begins the block around another.
//! Blocks are told by their indentation, as people see them. Takes comments and places; judges nothing.

use super::comments::{Comment, columns};
use super::language::{Holds, Language};
use crate::source::{Place, Source, Span};

/// How many lines above another one are looked through for the block around it.
const FAR: usize = 4000;

/// How many blocks around a line count in a program.
const BLOCKS: usize = 8;

/// What blocks begin with that are no functions.
const INNER: [&str; 18] = [
    "if", "for", "while", "until", "switch", "case", "try", "catch", "except", "finally", "else", "elif", "with", "do",
    "foreach", "using", "lock", "select",
];

/// The lines of a file. Lines count from zero here.
pub(super) struct Layout<'t> {
    lines: Vec<&'t str>,
    /// Whether a line holds a comment and nothing else.
    comment_only: Vec<bool>,
    language: Language,
}

/// The lines that a comment answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// Its own.
    own: usize,
    /// The line that it stands on or above; none when nothing follows it.
    target: Option<usize>,
    /// The last line of what begins at the target, where that is known.
    last: Option<usize>,
}

impl<'t> Layout<'t> {
    pub(super) fn new(source: &'t Source, language: Language, comments: &[Comment]) -> Self {
        let lines: Vec<&str> = source.text().lines().collect();
        let mut comment_only = vec![false; lines.len()];
        for comment in comments {
            let (first, last) = lines_of(source, comment.whole);
            for line in first..=last {
                let (Some(only), Some(text)) = (comment_only.get_mut(line), lines.get(line)) else { continue };
                *only |= is_alone(source, comment.whole, line, text, language);
            }
        }
        Self { lines, comment_only, language }
    }

    /// What a comment reaches.
    pub(super) fn reach(&self, source: &Source, comment: Comment, said: Span) -> Reach {
        let own = lines_of(source, said).0;
        let (_, mut line) = lines_of(source, comment.whole);
        if !self.comment_only.get(line).copied().unwrap_or(false) {
            return Reach { own, target: Some(own), last: None };
        }
        let skips_blanks = self.language.holds == Holds::Fences;
        loop {
            line += 1;
            match self.lines.get(line) {
                None => return Reach { own, target: None, last: None },
                Some(_) if self.comment_only.get(line).copied().unwrap_or(false) => {}
                Some(text) if text.trim().is_empty() && skips_blanks => {}
                Some(text) if text.trim().is_empty() => return Reach { own, target: None, last: None },
                Some(text) => {
                    let last = skips_blanks.then(|| self.fence(line, text)).flatten();
                    return Reach { own, target: Some(line), last };
                }
            }
        }
    }

    /// The last line of the fenced block that begins at a line.
    fn fence(&self, line: usize, text: &str) -> Option<usize> {
        let sign = text.trim().chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
        let fence: String = text.trim().chars().take_while(|c| *c == sign).collect();
        let closes = |text: &&str| text.trim().starts_with(&fence);
        let behind = self.lines.get(line + 1..)?.iter().position(closes)?;
        (fence.len() >= 3).then_some(line + 1 + behind)
    }

    /// Whether a comment stands above everything that is no comment.
    pub(super) fn is_at_head(&self, source: &Source, said: Span) -> bool {
        let own = lines_of(source, said).0;
        let is_nothing = |line: usize| {
            let text = self.lines.get(line).map_or("", |text| text.trim());
            text.is_empty()
                || text.starts_with("#!")
                || matches!(text, "---" | "<?php" | "@echo off" | "@ECHO OFF")
                || self.comment_only.get(line).copied().unwrap_or(false)
        };
        own < 10 || (0..own).all(is_nothing)
    }

    /// Whether a comment answers for a place, or for something on one of these stretches of lines.
    pub(super) fn covers(&self, reach: Reach, stretches: &[(usize, usize)]) -> bool {
        let holds = |line: usize| stretches.iter().any(|&(first, last)| first <= line && line <= last);
        let Some(target) = reach.target else { return holds(reach.own) };
        let in_block =
            reach.last.is_some_and(|end| stretches.iter().any(|&(first, _)| target <= first && first <= end));
        holds(reach.own)
            || holds(target)
            || in_block
            || stretches.iter().any(|&(first, _)| self.heads(first).contains(&target))
    }

    /// The lines that begin the blocks around a line, the nearest first.
    fn heads(&self, line: usize) -> Vec<usize> {
        let mut heads = Vec::new();
        let Some(mut current) = self.lines.get(line).copied() else { return heads };
        let is_yaml = self.language.holds == Holds::Blocks;
        for above in (line.saturating_sub(FAR)..line).rev() {
            let Some(text) = self.lines.get(above).copied() else { break };
            if text.trim().is_empty() || text.trim() == "{" || self.comment_only.get(above).copied().unwrap_or(false) {
                continue;
            }
            let item_below_key = is_yaml && is_item(current) && !is_item(text) && columns(text) == columns(current);
            if columns(text) >= columns(current) && !item_below_key {
                continue;
            }
            current = text;
            if !is_yaml {
                heads.push(above);
                if heads.len() == BLOCKS || is_function(text) {
                    break;
                }
            } else if is_key(text) {
                heads.push(above);
                // The key that holds the commands, and the step or the job around it: no more is meant.
                if heads.len() == 2 || is_item(text) {
                    break;
                }
            }
        }
        heads
    }
}

/// The stretches of lines in a file that places are on.
pub(super) fn stretches<'p>(places: impl Iterator<Item = &'p Place>, path: &str) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize)> =
        places.filter(|place| place.source.path() == path).map(|place| lines_of(&place.source, place.span)).collect();
    stretches.sort_unstable();
    stretches.dedup();
    stretches
}

/// The first and the last line of a span, from zero. A line end at its end is not a line of its own.
fn lines_of(source: &Source, span: Span) -> (usize, usize) {
    let first = source.position(span.start).line as usize;
    let text = source.slice(span);
    let end = span.end - u32::try_from(text.len() - text.trim_end().len()).unwrap_or(0);
    let last = source.position(end.max(span.start)).line as usize;
    (first.saturating_sub(1), last.saturating_sub(1))
}

/// Whether a line holds nothing but a comment.
fn is_alone(source: &Source, comment: Span, line: usize, text: &str, language: Language) -> bool {
    let Some(whole) = u32::try_from(line + 1).ok().and_then(|line| source.line_span(line)) else { return false };
    let inside = |at: u32| comment.start.max(whole.start).min(at);
    let before = source.slice(Span { start: whole.start, end: inside(whole.end) });
    let behind = source.slice(Span { start: comment.end.min(whole.end).max(whole.start), end: whole.end });
    if language.holds == Holds::Cells {
        return before.trim().trim_start_matches('"').is_empty() && !text.is_empty();
    }
    before.trim().is_empty() && behind.trim().is_empty()
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    line == "-" || line.starts_with("- ")
}

/// Whether a line of YAML begins with a key.
fn is_key(line: &str) -> bool {
    let mut rest = line.trim();
    while let Some(behind) = rest.strip_prefix("- ") {
        rest = behind.trim_start();
    }
    let quoted = rest.trim_start_matches(['"', '\'']);
    let end = quoted.find(|c: char| !(c.is_alphanumeric() || "_-./*".contains(c))).unwrap_or(quoted.len());
    let behind = quoted.get(end..).unwrap_or_default().trim_start_matches(['"', '\'']);
    rest == "-" || (end > 0 && (behind == ":" || behind.starts_with(": ")))
}

/// Whether a line begins a function, or another block that has a name of its own.
fn is_function(line: &str) -> bool {
    let line = line.trim();
    let first = line.trim_start_matches('}').trim_start();
    let first = first.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    match first {
        "def" | "function" | "func" | "fn" | "sub" | "resource" | "data" | "module" | "locals" => true,
        _ if INNER.contains(&first) => false,
        _ => line.contains('(') && line.ends_with(['{', ')', ':', '(']) && !line.ends_with("({"),
    }
}
