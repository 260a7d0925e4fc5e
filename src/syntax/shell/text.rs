//! Shell text that stands inside other text: a string, a here-document, a block of YAML.
//!
//! Owns the way back from an offset in such a text to the offset in the file. It knows no grammar.

use crate::source::Span;

/// A text with the places that its bytes come from.
#[derive(Debug, Clone, Default)]
pub struct EmbeddedText {
    text: String,
    /// In order, without a gap in the text; the first begins at 0.
    pieces: Vec<Piece>,
}

/// A part of the text that comes from one span of the source.
#[derive(Debug, Clone, Copy)]
struct Piece {
    start: u32,
    length: u32,
    source: Span,
}

impl Piece {
    /// Whether the text stands in the source as it is, byte by byte.
    fn verbatim(self) -> bool {
        self.source.end - self.source.start == self.length
    }
}

impl EmbeddedText {
    /// An empty text.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A text that stands in its source as it is, from an offset on.
    #[must_use]
    pub fn verbatim(text: &str, offset: u32) -> Self {
        let mut embedded = Self::new();
        let end = (offset as usize).saturating_add(text.len());
        embedded.push(text, Span::new(offset as usize, end));
        embedded
    }

    /// Adds a piece and the span that it comes from. Where both have one length every byte keeps its own
    /// place; otherwise (an escape) the whole piece has the place of the span.
    pub fn push(&mut self, text: &str, source: Span) {
        let Ok(length) = u32::try_from(text.len()) else { return };
        if length == 0 {
            return;
        }
        let piece = Piece { start: u32::try_from(self.text.len()).unwrap_or(u32::MAX), length, source };
        self.text.push_str(text);
        match self.pieces.last_mut() {
            Some(last) if last.verbatim() && piece.verbatim() && last.source.end == source.start => {
                last.length += length;
                last.source.end = source.end;
            }
            _ => self.pieces.push(piece),
        }
    }

    /// Adds another text behind this one.
    pub fn append(&mut self, other: &Self) {
        for piece in &other.pieces {
            let (start, end) = (piece.start as usize, (piece.start + piece.length) as usize);
            self.push(other.text.get(start..end).unwrap_or_default(), piece.source);
        }
    }

    /// The text itself.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The span in the source of a range of the text.
    #[must_use]
    pub fn span(&self, start: usize, end: usize) -> Span {
        let first = self.byte(start);
        if start >= end {
            return Span { start: first.start, end: first.start };
        }
        Span { start: first.start, end: self.byte(end - 1).end.max(first.start) }
    }

    /// A part of the text with its places.
    #[must_use]
    pub fn part(&self, start: usize, end: usize) -> Self {
        let mut part = Self::new();
        let first = self.pieces.partition_point(|piece| piece.start as usize <= start).saturating_sub(1);
        for piece in self.pieces.get(first..).unwrap_or_default() {
            let from = start.max(piece.start as usize);
            let to = end.min((piece.start + piece.length) as usize);
            if from >= to {
                break;
            }
            part.push(self.text.get(from..to).unwrap_or_default(), self.span(from, to));
        }
        part
    }

    /// The same text with other places: `outer` gives for each span that the text comes from where that is.
    #[must_use]
    pub fn mapped_through(&self, outer: impl Fn(Span) -> Span) -> Self {
        let mut mapped = Self::new();
        for piece in &self.pieces {
            let (start, end) = (piece.start as usize, (piece.start + piece.length) as usize);
            mapped.push(self.text.get(start..end).unwrap_or_default(), outer(piece.source));
        }
        mapped
    }

    /// The span of one byte; past the end, an empty one there.
    fn byte(&self, at: usize) -> Span {
        let index = self.pieces.partition_point(|piece| piece.start as usize <= at).saturating_sub(1);
        let Some(piece) = self.pieces.get(index).copied() else { return Span::default() };
        let into = u32::try_from(at).unwrap_or(u32::MAX).saturating_sub(piece.start);
        if into >= piece.length {
            Span { start: piece.source.end, end: piece.source.end }
        } else if piece.verbatim() {
            let start = piece.source.start + into;
            Span { start, end: start + 1 }
        } else {
            piece.source
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_go_back_through_removed_indentation() {
        let source = "run: |\n  echo a\n  echo b\n";
        let mut text = EmbeddedText::new();
        text.push("echo a\n", Span::new(9, 16));
        text.push("echo b\n", Span::new(18, 25));
        let at = text.text().find('b').unwrap();
        assert_eq!(source.get(text.span(at, at + 1).range()).unwrap(), "b");
        let part = text.part(5, 12);
        assert_eq!(part.text(), "a\necho ");
        assert_eq!(source.get(part.span(2, 6).range()).unwrap(), "echo");
    }

    #[test]
    fn verbatim_text_is_only_shifted() {
        let text = EmbeddedText::verbatim("ab cd", 10);
        assert_eq!(text.span(3, 5), Span::new(13, 15));
        assert_eq!(text.span(5, 5), Span::new(15, 15));
    }
}
