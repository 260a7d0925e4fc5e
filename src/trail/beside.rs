//! Unpacking on a thread of its own, beside the search through what was unpacked.
//!
//! The text is the same as without such a thread, and so is the place of an error in it: what was unpacked before an
//! error comes before it. Where the reading ends early the thread ends, too.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

use super::reader::read_full;

/// How much text goes over at a time: what waits should stay within the cache of the processor.
const PIECE: usize = 1 << 17;
/// So many pieces may wait; then the thread does.
const WAITING: usize = 4;

/// Lets somebody read what another thread unpacks meanwhile.
pub(super) fn beside<T>(mut packed: impl Read + Send, work: impl FnOnce(&mut dyn Read) -> T) -> T {
    let (send, receive) = sync_channel::<io::Result<Vec<u8>>>(WAITING);
    // Pieces that were read come back to be filled again.
    let (give_back, returned) = channel::<Vec<u8>>();
    let unpack = move || {
        loop {
            let mut piece = returned.try_recv().unwrap_or_default();
            piece.resize(PIECE, 0);
            let (read, error) = match read_full(&mut packed, &mut piece) {
                Ok(read) => (read, None),
                Err((read, error)) => (read, Some(error)),
            };
            piece.truncate(read);
            let is_wanted = read == 0 || send.send(Ok(piece)).is_ok();
            if !is_wanted || read < PIECE {
                // An empty piece says that the text is at its end. Whoever left before needs neither.
                let _ = send.send(error.map_or_else(|| Ok(Vec::new()), Err));
                return;
            }
        }
    };
    thread::scope(|scope| {
        // Where the system gives no thread, nothing is sent, which is told where it is read.
        let _ = thread::Builder::new().spawn_scoped(scope, unpack);
        work(&mut Received { pieces: receive, give_back, piece: Vec::new(), at: 0, is_end: false })
    })
}

/// The text, as it comes from the other thread.
struct Received {
    pieces: Receiver<io::Result<Vec<u8>>>,
    give_back: Sender<Vec<u8>>,
    piece: Vec<u8>,
    /// How much of the piece was read.
    at: usize,
    is_end: bool,
}

impl Read for Received {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() && !self.is_end {
            self.at = 0;
            // Where the other thread is through with all of it, nobody wants the piece.
            let _ = self.give_back.send(std::mem::take(&mut self.piece));
            self.piece =
                self.pieces.recv().unwrap_or_else(|_| Err(io::Error::other("the thread that unpacks is gone")))?;
            self.is_end = self.piece.is_empty();
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..read), rest.get(..read)) {
            to.copy_from_slice(from);
        }
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that ends with an error.
    struct Torn<'t>(&'t [u8]);

    impl Read for Torn<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() { Err(io::Error::other("torn")) } else { self.0.read(buffer) }
        }
    }

    #[test]
    fn the_text_comes_whole_and_an_error_behind_it() {
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 7 * PIECE + 5] {
            let text: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut read = Vec::new();
            beside(text.as_slice(), |stream| stream.read_to_end(&mut read)).unwrap();
            assert!(read == text, "{length}");
            let mut read = Vec::new();
            let error = beside(Torn(&text), |stream| stream.read_to_end(&mut read)).unwrap_err();
            assert!(read == text && error.to_string() == "torn", "{length}");
        }
    }

    #[test]
    fn who_stops_early_does_not_wait_for_the_rest() {
        let mut beginning = [0; 9];
        beside(io::repeat(7), |stream| stream.read_exact(&mut beginning)).unwrap();
        assert_eq!(beginning, [7; 9]);
    }
}
