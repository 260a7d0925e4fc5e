//! Edits in one text: whether they may be made, and what comes of them.

use std::collections::BTreeMap;

use super::file_of;
use crate::finding::Edit;
use crate::source::{Encoding, Source};
use crate::surface::Files;

/// Why a fix is not applied.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Refusal {
    /// Some bytes of the file are not UTF-8: they would be lost.
    #[error("the file is not wholly UTF-8")]
    NotUtf8,
    /// The file is UTF-16.
    #[error("the file is UTF-16")]
    Utf16,
    /// The text is made up of a file and does not stand in it that way.
    #[error("the text does not stand in the file that way")]
    MadeUp,
    /// The finding does not go away.
    #[error("the finding would still be there")]
    StillThere,
    /// Something else becomes as wrong.
    #[error("it would bring another finding: {0}")]
    NewFinding(String),
    /// A call, or a file, would not be understood any more.
    #[error("a call would not be seen any more")]
    SeenNoMore,
    /// There are so many that do not go well that the rest is not tried.
    #[error("too many others were tried")]
    TooMuchWork,
}

/// Whether edits may be made at all where they stand.
///
/// # Errors
/// Why not.
pub(super) fn allowed(edits: &[Edit], files: &dyn Files) -> Result<(), Refusal> {
    for edit in edits {
        match edit.place.source.encoding() {
            Encoding::Utf8 | Encoding::Utf8WithMark => {}
            Encoding::Lossy { .. } => return Err(Refusal::NotUtf8),
            Encoding::Utf16 => return Err(Refusal::Utf16),
        }
        let span = edit.place.span.range();
        let is_whole = edit.place.source.text().get(span).is_some();
        if !is_whole || edit.place.source.origin().is_some() || file_of(&edit.place.source, files).is_none() {
            return Err(Refusal::MadeUp);
        }
    }
    Ok(())
}

/// What makes two edits one and the same.
pub(super) fn identity(edit: &Edit) -> (String, u32, u32, String) {
    let span = edit.place.span;
    (edit.place.source.path().to_owned(), span.start, span.end, edit.replacement.clone())
}

/// The parts of files that edits are made in.
#[derive(Default)]
pub(super) struct Taken {
    /// For each file the parts, by their start: their end.
    parts: BTreeMap<String, BTreeMap<u32, u32>>,
}

impl Taken {
    /// Takes the parts of a fix, all of them or none. Parts that touch each other count as one: what is deleted up to
    /// a point and what is inserted there may depend on each other.
    pub(super) fn take(&mut self, edits: &[Edit]) -> bool {
        let is_free = |edit: &Edit| {
            let Some(parts) = self.parts.get(edit.place.source.path()) else { return true };
            let span = edit.place.span;
            parts.range(..=span.end).next_back().is_none_or(|(_, end)| *end < span.start)
        };
        if !edits.iter().all(is_free) {
            return false;
        }
        for edit in edits {
            let parts = self.parts.entry(edit.place.source.path().to_owned()).or_default();
            let end = parts.entry(edit.place.span.start).or_default();
            *end = edit.place.span.end.max(*end);
        }
        true
    }
}

/// The text after the edits. One that begins inside of an earlier one is left out.
pub(super) fn edited(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| edit.place.span);
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in edits {
        let span = edit.place.span.range();
        let Some(between) = text.get(done..span.start) else { continue };
        out.push_str(between);
        push_with_line_ends(&mut out, &edit.replacement, line_end(text, span.start));
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// How lines end around a place: as the line of the place does, or as the one before does.
fn line_end(text: &str, offset: usize) -> &'static str {
    let ends_with_return = |at: usize| text.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\r');
    let after = text.get(offset..).and_then(|rest| memchr::memchr(b'\n', rest.as_bytes())).map(|at| offset + at);
    let before = || text.get(..offset).and_then(|rest| memchr::memrchr(b'\n', rest.as_bytes()));
    if after.or_else(before).is_some_and(ends_with_return) { "\r\n" } else { "\n" }
}

fn push_with_line_ends(out: &mut String, text: &str, line_end: &str) {
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            out.push_str(line_end);
        }
        out.push_str(if line_end.len() > 1 { line.strip_suffix('\r').unwrap_or(line) } else { line });
    }
}

/// Another text in the same file: path and encoding stay.
pub(super) fn with_text(source: &Source, text: String) -> Source {
    let mark = if source.encoding() == Encoding::Utf8WithMark { "\u{feff}" } else { "" };
    // UTF-8 without a NUL stays what it is; anything else has been refused.
    Source::from_bytes(source.path(), format!("{mark}{text}").into_bytes())
        .unwrap_or_else(|_| Source::from_text(source.path(), text))
}
