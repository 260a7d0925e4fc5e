//! Where lines begin.

use super::{Position, Span};

/// The offsets at which lines begin.
pub(super) struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        for offset in memchr::memchr_iter(b'\n', text.as_bytes()) {
            starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
        }
        Self { starts }
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.starts.get(line - 1).map_or(0, |&start| start as usize);
        let column = text.get(start..offset).map_or(offset - start, |before| before.chars().count());
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    pub(super) fn line_span(&self, text: &str, line: u32) -> Option<Span> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        let line = text.get(start..end)?;
        let trimmed = line.trim_end_matches('\n').trim_end_matches('\r');
        Some(Span::new(start, start + trimmed.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a\r\n备份x\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(text, text.find('x').unwrap()), Position { line: 2, column: 3 });
        assert_eq!(lines.position(text, 999), Position { line: 3, column: 1 });
        assert_eq!(lines.line_span(text, 1), Some(Span::new(0, 1)));
        assert_eq!(lines.line_span(text, 4), None);
    }
}
