//! Writing to standard output: buffered, and quiet when the reader goes away.

use std::io::{self, BufWriter, Write};

use super::exit::Exit;

/// Runs `write` over standard output. A reader that goes away (`| head`) is no failure: the exit stays.
pub(super) fn write_out(exit: Exit, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Ok(()) => exit,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // Dropping the writer would try again, and fail again.
            let _ = out.into_parts();
            exit
        }
        Err(error) => {
            complain(&format!("standard output: {error}"));
            Exit::Failed
        }
    }
}

/// Tells the user why the run failed.
pub(super) fn complain(message: &str) {
    // Nothing can be done when standard error is closed.
    let _ = writeln!(io::stderr().lock(), "backuplint: {message}");
}
