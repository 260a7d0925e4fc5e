//! Sixty-four bytes of a text at a time: where in them the bytes are that matter to the structure of JSON.
//!
//! Takes bytes; gives a bit for each of them. It knows nothing of records, and of the bytes before a block only what
//! it is told.

use wide::u8x16;

/// How many bytes a block has.
pub(super) const BLOCK: usize = 64;

/// Which bytes of a block are of which kind: bit 0 stands for the first byte.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// `"`.
    pub(super) quotes: u64,
    /// `{`.
    pub(super) opens: u64,
    /// `}`.
    pub(super) closes: u64,
    /// What is below the space, such as a line end.
    pub(super) controls: u64,
    /// A backslash.
    backslashes: u64,
}

/// Every second bit, from bit 1.
const ODD: u64 = 0xAAAA_AAAA_AAAA_AAAA;

impl Block {
    /// The block at the beginning of a text, and how many of its bytes are the text's; the others count as spaces.
    #[inline]
    pub(super) fn of(text: &[u8]) -> (Self, usize) {
        if let Some(whole) = text.first_chunk::<BLOCK>() {
            return (Self::whole(whole), BLOCK);
        }
        let mut filled = [b' '; BLOCK];
        filled.iter_mut().zip(text).for_each(|(to, from)| *to = *from);
        (Self::whole(&filled), text.len())
    }

    #[inline]
    fn whole(bytes: &[u8; BLOCK]) -> Self {
        let is = |byte: u8| u8x16::splat(byte);
        let mut block = Self::default();
        let (chunks, _) = bytes.as_chunks::<16>();
        for (number, chunk) in chunks.iter().enumerate() {
            let chunk = u8x16::new(*chunk);
            let bits = |found: u8x16| u64::from(found.to_bitmask() & 0xFFFF) << (16 * number);
            block.quotes |= bits(chunk.simd_eq(is(b'"')));
            block.opens |= bits(chunk.simd_eq(is(b'{')));
            block.closes |= bits(chunk.simd_eq(is(b'}')));
            block.backslashes |= bits(chunk.simd_eq(is(b'\\')));
            // The smaller of a byte and the last control character is the byte itself where it is one.
            block.controls |= bits(chunk.min(is(0x1F)).simd_eq(chunk));
        }
        block
    }

    /// The bytes that a backslash takes the meaning from, and the backslashes that do so. `first` says whether the first
    /// byte has lost its meaning.
    #[inline]
    pub(super) fn escapes(&self, first: bool) -> (u64, u64) {
        let first = u64::from(first);
        if self.backslashes == 0 {
            return (first, 0);
        }
        // Of a run of backslashes every second one has lost its meaning. Taking a run away from what stands one further
        // leaves a bit behind its end; whether that one is even or odd tells which of them they are.
        let able = self.backslashes & !first;
        let codes = ((able << 1) | ODD).wrapping_sub(able) ^ ODD;
        (codes ^ (self.backslashes | first), codes & self.backslashes)
    }

    /// The bytes from each odd quote up to the next even one, that one left out.
    #[inline]
    pub(super) fn between(quotes: u64) -> u64 {
        let mut bits = quotes;
        for shift in [1, 2, 4, 8, 16, 32] {
            bits ^= bits << shift;
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, byte by byte.
    fn plainly(text: &[u8], first: bool) -> (Block, u64, bool, u64) {
        let (mut block, mut escaped, mut is_escaped, mut strings, mut inside) = (Block::default(), 0, first, 0, false);
        for (at, byte) in text.iter().enumerate() {
            let bit = 1_u64 << at;
            match byte {
                b'"' => block.quotes |= bit,
                b'{' => block.opens |= bit,
                b'}' => block.closes |= bit,
                b'\\' => block.backslashes |= bit,
                0..0x20 => block.controls |= bit,
                _ => {}
            }
            escaped |= if is_escaped { bit } else { 0 };
            inside ^= *byte == b'"' && !is_escaped;
            strings |= if inside { bit } else { 0 };
            is_escaped = *byte == b'\\' && !is_escaped;
        }
        (block, escaped, is_escaped, strings)
    }

    proptest! {
        #[test]
        fn a_block_is_what_its_bytes_are(
            text in proptest::collection::vec(prop_oneof![
                4 => proptest::sample::select(b"\\\\\\\"\"{}\n\0\x1f\x20 a\x7f\x80\xff".to_vec()),
                1 => any::<u8>(),
            ], 0..=BLOCK),
            first in any::<bool>(),
        ) {
            let (block, length) = Block::of(&text);
            let (expected, escaped, carries, strings) = plainly(&text, first);
            prop_assert_eq!(length, text.len());
            prop_assert_eq!(block, expected);
            let below = if length == BLOCK { u64::MAX } else { (1 << length) - 1 };
            let (found, backslashes) = block.escapes(first);
            prop_assert_eq!(found & below, escaped);
            let behind = length.checked_sub(1).map_or(first, |last| backslashes >> last & 1 == 1);
            prop_assert_eq!(behind, carries);
            prop_assert_eq!(Block::between(block.quotes & !escaped) & below, strings);
        }
    }
}
