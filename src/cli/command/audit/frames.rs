//! Whole files one after the other in one stream, from engines that read storage themselves.

use std::io::{BufReader, Read};
use std::path::Path;

use super::read::LogReader;
use crate::trail::Partial;

/// No path is longer.
const MOST_PATH: u32 = 64 * 1024;
/// A file that is larger is not sent this way.
const MOST_CONTENT: u64 = 8 << 30;
/// So many bytes are read before they are worked on together.
const BATCH: usize = 64 << 20;

/// Reads every frame.
///
/// # Errors
/// The stream cannot be read, or ends within a frame: then the part as a whole is worth nothing.
pub(super) fn read(path: &Path, reader: &LogReader<'_>) -> Result<Partial, String> {
    let told = |error: std::io::Error| format!("{}: {error}", path.display());
    let stream: Box<dyn Read> = if path == Path::new(super::STDIN) {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).map_err(told)?)
    };
    let mut stream = BufReader::with_capacity(1 << 20, stream);
    let mut partial = Partial::default();
    loop {
        let mut batch: Vec<(String, Vec<u8>)> = Vec::new();
        let mut size = 0;
        while size < BATCH {
            let Some(frame) = frame(&mut stream).map_err(|message| format!("{}: {message}", path.display()))? else {
                break;
            };
            size += frame.1.len() + frame.0.len();
            batch.push(frame);
        }
        if batch.is_empty() {
            return Ok(partial);
        }
        partial = reader.read_memory(&batch, partial);
    }
}

/// The next frame; nothing at the end of the stream.
fn frame(stream: &mut impl Read) -> Result<Option<(String, Vec<u8>)>, String> {
    let mut length = [0_u8; 4];
    match stream.read(&mut length).map_err(|error| error.to_string())? {
        0 => return Ok(None),
        some => stream.read_exact(length.get_mut(some..).unwrap_or_default()).map_err(|_| cut_off())?,
    }
    let path = take(stream, u64::from(u32::from_be_bytes(length)), u64::from(MOST_PATH), "path")?;
    let mut length = [0_u8; 8];
    stream.read_exact(&mut length).map_err(|_| cut_off())?;
    let content = take(stream, u64::from_be_bytes(length), MOST_CONTENT, "content")?;
    Ok(Some((String::from_utf8_lossy(&path).into_owned(), content)))
}

/// So many bytes; memory grows with what really comes, not with what is promised.
fn take(stream: &mut impl Read, length: u64, most: u64, what: &str) -> Result<Vec<u8>, String> {
    if length > most {
        return Err(format!("a {what} of {length} bytes, over the limit of {most}: is this a stream of frames?"));
    }
    let mut bytes = Vec::new();
    stream.take(length).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(cut_off()) }
}

fn cut_off() -> String {
    "the stream of frames ends within a frame".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(path: &str, content: &[u8]) -> Vec<u8> {
        let mut bytes = u32::try_from(path.len()).unwrap().to_be_bytes().to_vec();
        bytes.extend(path.as_bytes());
        bytes.extend((content.len() as u64).to_be_bytes());
        bytes.extend(content);
        bytes
    }

    #[test]
    fn frames_are_read_one_after_the_other() {
        let stream = [bytes("a/b.gz", b"one"), bytes("c", b"")].concat();
        let mut stream = stream.as_slice();
        assert_eq!(frame(&mut stream).unwrap(), Some(("a/b.gz".to_owned(), b"one".to_vec())));
        assert_eq!(frame(&mut stream).unwrap(), Some(("c".to_owned(), Vec::new())));
        assert_eq!(frame(&mut stream).unwrap(), None);
    }

    #[test]
    fn a_stream_that_ends_early_or_is_none_fails() {
        let whole = bytes("a", b"content");
        for end in 1..whole.len() {
            assert!(frame(&mut &whole[..end]).is_err(), "{end}");
        }
        assert!(frame(&mut b"[{\"eventId\": 1}]".as_slice()).is_err());
    }
}
