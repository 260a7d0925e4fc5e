//! Places as editors count them: lines and characters from zero, characters in the units that were agreed on.
//!
//! Owns that arithmetic alone. A line ends at a line feed, at a carriage return, or at both together.

use gen_lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::Span;

/// What a character of a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    /// A byte of UTF-8.
    Utf8,
    /// A unit of UTF-16, which every editor can count.
    #[default]
    Utf16,
}

impl Encoding {
    /// The one to use with an editor that offers these, in its order of liking.
    pub(super) fn among(offered: &[PositionEncodingKind]) -> Self {
        let known = offered.iter().find_map(|kind| match kind {
            PositionEncodingKind::UTF8 => Some(Self::Utf8),
            PositionEncodingKind::UTF16 => Some(Self::Utf16),
            _ => None,
        });
        known.unwrap_or_default()
    }

    /// Its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn length(self, sign: char) -> usize {
        match self {
            Self::Utf8 => sign.len_utf8(),
            Self::Utf16 => sign.len_utf16(),
        }
    }
}

/// The lines of a text.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    /// Where each begins.
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    pub(super) fn new(text: &str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_of_two = bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_of_two {
                starts.push(at + 1);
            }
        }
        Self { starts, encoding }
    }

    /// The place of a byte. What lies behind the text is its end.
    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = text.get(start..offset.min(text.len())).unwrap_or_default();
        let character: usize = before.chars().map(|sign| self.encoding.length(sign)).sum();
        let short = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: short(line), character: short(character) }
    }

    /// The place of a span.
    pub(super) fn range(&self, text: &str, span: Span) -> Range {
        let Span { start, end } = span;
        Range { start: self.position(text, start as usize), end: self.position(text, end as usize) }
    }

    /// The byte at a place. A character behind the end of its line is that end; one inside of a sign its beginning.
    pub(super) fn offset(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return text.len() };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(text.len());
        let line = text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let mut left = position.character as usize;
        for (at, sign) in line.char_indices() {
            let length = self.encoding.length(sign);
            if left < length {
                return start + at;
            }
            left -= length;
        }
        start + line.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_as_agreed_and_back() {
        let text = "a😀b\r\nc\rdé\nend";
        for (encoding, after_emoji) in [(Encoding::Utf16, 3), (Encoding::Utf8, 5)] {
            let lines = Lines::new(text, encoding);
            assert_eq!(lines.position(text, text.find('b').unwrap()), Position { line: 0, character: after_emoji });
            assert_eq!(lines.position(text, text.find('d').unwrap()), Position { line: 2, character: 0 });
            for (at, _) in text.char_indices().filter(|(_, sign)| !"\r\n".contains(*sign)) {
                assert_eq!(lines.offset(text, lines.position(text, at)), at);
            }
            assert_eq!(lines.offset(text, Position { line: 0, character: 99 }), text.find('\r').unwrap());
            assert_eq!(lines.offset(text, Position { line: 99, character: 0 }), text.len());
        }
        // Half of an emoji is the emoji.
        assert_eq!(Lines::new(text, Encoding::Utf16).offset(text, Position { line: 0, character: 2 }), 1);
    }

    #[test]
    fn the_first_known_encoding_of_the_editor_is_taken() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::among(&[]), Encoding::Utf16);
        assert_eq!(Encoding::among(&[Kind::UTF32, Kind::UTF8, Kind::UTF16]), Encoding::Utf8);
    }
}
