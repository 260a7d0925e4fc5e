//! Text with byte spans.
//!
//! Owns: the text of one file, the spans into it, the conversion of a byte offset to a line and a
//! column, and what encoding the bytes were in. It takes bytes and knows no format.
//!
//! Offsets everywhere in the crate are byte offsets into [`Source::text`]. A byte order mark is not
//! part of that text; [`Source::file_offset`] gives the offset in the file as it is on disk.

mod decode;
mod lines;

use std::sync::{Arc, OnceLock};

pub use decode::{Encoding, NotText};
use lines::LineIndex;

/// A half-open range of bytes in the text of one [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// A span over `start..end`. Offsets past 4 GiB are cut to that size; files are capped far below it.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// The same range as `usize` offsets.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether the span holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A place for people: both counted from 1, the column in Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// The text of one file, or of one other input such as a command line.
pub struct Source {
    path: String,
    text: String,
    encoding: Encoding,
    origin: Option<Origin>,
    lines: OnceLock<LineIndex>,
}

/// Where in a file the record stands that a source of one line was made up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Bytes before it.
    pub offset: u64,
    /// Its line, from 1.
    pub line: u32,
    /// Its column, from 1.
    pub column: u32,
}

impl Source {
    /// Decodes the bytes of a file. `path` is what people see: relative, with forward slashes.
    ///
    /// # Errors
    /// [`NotText`] when the bytes are binary (a NUL byte outside UTF-16).
    pub fn from_bytes(path: impl Into<String>, bytes: Vec<u8>) -> Result<Self, NotText> {
        let (text, encoding) = decode::decode(bytes)?;
        Ok(Self { path: path.into(), text, encoding, origin: None, lines: OnceLock::new() })
    }

    /// A source over text that is already decoded.
    #[must_use]
    pub fn from_text(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), encoding: Encoding::Utf8, origin: None, lines: OnceLock::new() }
    }

    /// One line that says in short what a record of a big file says. Every place in it is the place of the record.
    #[must_use]
    pub fn excerpt(path: impl Into<String>, text: impl Into<String>, origin: Origin) -> Self {
        Self { origin: Some(origin), ..Self::from_text(path, text) }
    }

    /// Where the record stands that this source was made up for; absent for a source that is a file.
    #[must_use]
    pub fn origin(&self) -> Option<Origin> {
        self.origin
    }

    /// The path that people see.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The decoded text, without a byte order mark.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the bytes were.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The text of a span; empty when the span is not inside the text or not on character borders.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Line and column of a byte offset. An offset past the end is the end.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        match self.origin {
            Some(Origin { line, column, .. }) => Position { line, column },
            None => self.lines().position(&self.text, offset as usize),
        }
    }

    /// The span of a line (from 1) without its line end, or nothing past the last line.
    #[must_use]
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let before = self.origin.map_or(0, |origin| origin.line.saturating_sub(1));
        self.lines().line_span(&self.text, line.checked_sub(before)?)
    }

    /// How many lines the text has; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> u32 {
        self.lines().count()
    }

    /// The offset in the file on disk of an offset in the text: a byte order mark and UTF-16 count.
    #[must_use]
    pub fn file_offset(&self, offset: u32) -> u64 {
        self.origin.map_or_else(|| self.encoding.file_offset(&self.text, offset as usize), |origin| origin.offset)
    }

    fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("path", &self.path).field("bytes", &self.text.len()).finish()
    }
}

/// A span together with the text that it is in.
#[derive(Debug, Clone)]
pub struct Place {
    /// The text.
    pub source: Arc<Source>,
    /// Where in it.
    pub span: Span,
}

impl Place {
    /// A place from its parts.
    #[must_use]
    pub fn new(source: &Arc<Source>, span: impl Into<Span>) -> Self {
        Self { source: Arc::clone(source), span: span.into() }
    }

    /// The text at the place.
    #[must_use]
    pub fn text(&self) -> &str {
        self.source.slice(self.span)
    }

    /// Line and column of the first character.
    #[must_use]
    pub fn start(&self) -> Position {
        self.source.position(self.span.start)
    }

    /// Line and column after the last character.
    #[must_use]
    pub fn end(&self) -> Position {
        self.source.position(self.span.end)
    }

    /// `path:line:column`, as compilers write it.
    #[must_use]
    pub fn display(&self) -> String {
        let start = self.start();
        format!("{}:{}:{}", self.source.path(), start.line, start.column)
    }

    /// The order of places in one and the same kind of source: path, then offset.
    #[must_use]
    pub fn sort_key(&self) -> (&str, u32, u32) {
        (self.source.path(), self.span.start, self.span.end)
    }

    /// The order in which places are reported: path, then where the record stands that a source was made up for, then
    /// offset.
    #[must_use]
    pub fn order(&self) -> (&str, u64, u32, u32) {
        let before = self.source.origin.map_or(0, |origin| origin.offset);
        (self.source.path(), before, self.span.start, self.span.end)
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Place {}
