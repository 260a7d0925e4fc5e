//! Where lines begin.

use super::{Position, Span};

/// The offsets at which lines begin.
pub(super) struct LineIndex {
    starts: Vec<u32>,
    /// How many characters begin before each block of [`BLOCK`] bytes: a file of one line would
    /// otherwise be counted from its start for each column.
    blocks: Vec<u32>,
}

const BLOCK: usize = 4096;

impl LineIndex {
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        for offset in memchr::memchr_iter(b'\n', text.as_bytes()) {
            starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
        }
        let mut blocks = Vec::with_capacity(text.len() / BLOCK + 1);
        let mut characters = 0_u32;
        for block in text.as_bytes().chunks(BLOCK) {
            blocks.push(characters);
            characters = characters.saturating_add(u32::try_from(count_characters(block)).unwrap_or(u32::MAX));
        }
        // The end of the text may be the border behind the last block.
        blocks.push(characters);
        Self { starts, blocks }
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = self.starts.get(line - 1).map_or(0, |&start| start as usize);
        let column = match text.as_bytes().get(start..offset) {
            Some(before) if before.len() <= BLOCK => count_characters(before),
            _ => self.characters_before(text, offset).saturating_sub(self.characters_before(text, start)),
        };
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    fn characters_before(&self, text: &str, offset: usize) -> usize {
        let block = offset / BLOCK;
        let known = self.blocks.get(block).map_or(0, |&known| known as usize);
        known + text.as_bytes().get(block * BLOCK..offset).map_or(0, count_characters)
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

/// How many characters begin in these bytes of a text.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_far_to_the_right_are_counted_from_the_nearest_block() {
        // Three bytes do not divide a block, so characters lie across its border.
        let text = format!("first\nx{}end", "备".repeat(2 * BLOCK));
        let lines = LineIndex::new(&text);
        for offset in (6..=text.len()).filter(|&offset| text.is_char_boundary(offset)).step_by(97).chain([text.len()]) {
            let column = u32::try_from(text.get(6..offset).unwrap().chars().count() + 1).unwrap();
            assert_eq!(lines.position(&text, offset), Position { line: 2, column });
        }
        let full = "y".repeat(2 * BLOCK);
        let lines = LineIndex::new(&full);
        assert_eq!(lines.position(&full, full.len()), Position { line: 1, column: 8193 });
    }

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
