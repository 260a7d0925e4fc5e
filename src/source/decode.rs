//! From bytes to text without moving anything.
//!
//! A byte that is not UTF-8 becomes one `?`, so that every later offset stays what it is in the
//! file: a Latin-1 or GBK comment must not shift the spans behind it.

/// How the bytes of a source were encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 as it is.
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8WithMark,
    /// Not UTF-8; this many bytes were replaced.
    Lossy {
        /// Replaced bytes.
        replaced: u32,
        /// Whether a byte order mark stood in front.
        mark: bool,
    },
    /// UTF-16 with a byte order mark, either byte order.
    Utf16,
}

/// The bytes are not text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("binary file: a NUL byte at offset {offset}")]
pub struct NotText {
    /// Where the NUL byte is.
    pub offset: usize,
}

impl Encoding {
    /// See [`super::Source::file_offset`].
    pub(super) fn file_offset(self, text: &str, offset: usize) -> u64 {
        match self {
            Self::Utf8 | Self::Lossy { mark: false, .. } => offset as u64,
            Self::Utf8WithMark | Self::Lossy { mark: true, .. } => offset as u64 + MARK.len() as u64,
            Self::Utf16 => {
                let before = text.get(..offset).unwrap_or(text);
                2 + before.chars().map(|c| c.len_utf16() as u64 * 2).sum::<u64>()
            }
        }
    }
}

const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

pub(super) fn decode(mut bytes: Vec<u8>) -> Result<(String, Encoding), NotText> {
    if let Some(text) = decode_utf16(&bytes) {
        return Ok((text, Encoding::Utf16));
    }
    let mark = bytes.starts_with(&MARK);
    if mark {
        bytes.drain(..MARK.len());
    }
    if let Some(offset) = memchr::memchr(0, &bytes) {
        return Err(NotText { offset });
    }
    match String::from_utf8(bytes) {
        Ok(text) if mark => Ok((text, Encoding::Utf8WithMark)),
        Ok(text) => Ok((text, Encoding::Utf8)),
        Err(error) => {
            let (text, replaced) = replace_invalid(error.as_bytes());
            Ok((text, Encoding::Lossy { replaced, mark }))
        }
    }
}

/// Replaces each byte that is not part of valid UTF-8 by one `?`.
fn replace_invalid(bytes: &[u8]) -> (String, u32) {
    let mut text = String::with_capacity(bytes.len());
    let mut replaced = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            text.push('?');
            replaced += 1;
        }
    }
    (text, replaced)
}

/// Text behind a UTF-16 byte order mark; nothing when there is none.
fn decode_utf16(bytes: &[u8]) -> Option<String> {
    let (is_little, rest) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (true, rest),
        [0xFE, 0xFF, rest @ ..] => (false, rest),
        _ => return None,
    };
    let read = |pair: [u8; 2]| if is_little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) };
    let units = rest.chunks_exact(2).filter_map(|pair| Some(read(pair.try_into().ok()?)));
    Some(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin1_byte_does_not_move_what_follows() {
        let (text, encoding) = decode(b"# caf\xe9\nx".to_vec()).unwrap();
        assert_eq!(text, "# caf?\nx");
        assert_eq!(encoding, Encoding::Lossy { replaced: 1, mark: false });
    }

    #[test]
    fn a_mark_is_not_part_of_the_text_but_of_the_file() {
        let (text, encoding) = decode(b"\xef\xbb\xbfab".to_vec()).unwrap();
        assert_eq!((text.as_str(), encoding), ("ab", Encoding::Utf8WithMark));
        assert_eq!(encoding.file_offset(&text, 1), 4);
    }

    #[test]
    fn utf16_is_read_in_both_byte_orders() {
        let little: Vec<u8> = [0xFF, 0xFE].into_iter().chain("a备".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let (text, encoding) = decode(little).unwrap();
        assert_eq!(text, "a备");
        assert_eq!(encoding.file_offset(&text, 4), 6);
    }

    #[test]
    fn a_nul_byte_means_binary() {
        assert_eq!(decode(b"a: \x00\n".to_vec()).unwrap_err().offset, 3);
    }
}
