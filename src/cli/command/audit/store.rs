//! What logs left behind, on disk: states of earlier runs and parts from other machines.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::cli::atomic::write_file;
use crate::cli::exit::Exit;
use crate::cli::output::write_out;
use crate::trail::Partial;

const BUFFER: usize = 1 << 20;
/// How much of a file tells what it is.
const BEGINNING: u64 = 256;

/// Loads one file.
///
/// # Errors
/// It cannot be read, is something else, was written by another version, or is cut off.
pub(super) fn load(path: &Path) -> Result<Partial, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let mut reader: Box<dyn BufRead> = if path == Path::new(super::STDIN) {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(BufReader::with_capacity(BUFFER, File::open(path).map_err(|error| told(&error))?))
    };
    let mut merged: Option<Partial> = None;
    // Parts that were written one behind the other are as good as files of their own.
    while merged.is_none() || !reader.fill_buf().map_err(|error| told(&error))?.is_empty() {
        let part = Partial::read(&mut reader).map_err(|error| told(&error))?;
        match &mut merged {
            None => merged = Some(part),
            Some(merged) => merged.merge(part),
        }
    }
    Ok(merged.unwrap_or_default())
}

/// Whether a file is one, told by how it begins.
pub(super) fn is_one(path: &Path) -> bool {
    let mut bytes = Vec::new();
    let begin = File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut bytes));
    begin.is_ok() && Partial::begins(&bytes)
}

/// Loads files and brings them together.
///
/// # Errors
/// One of them cannot be used: a report that leaves something out in silence would be wrong.
pub(super) fn load_all(files: &[PathBuf]) -> Result<Partial, String> {
    let mut merged = Partial::default();
    for path in files {
        merged.merge(load(path)?);
    }
    Ok(merged)
}

/// Saves the state of a run in one piece.
///
/// # Errors
/// It could not be written; the state before it stays.
pub(super) fn save(partial: &Partial, path: &Path) -> Result<(), String> {
    write_file(path, |out| partial.write(out))
}

/// Writes a part to a file or to standard output.
///
/// # Errors
/// It could not be written.
pub(super) fn write(partial: &Partial, path: Option<&Path>) -> Result<Exit, String> {
    match path {
        Some(path) => save(partial, path).map(|()| Exit::Clean),
        None => Ok(write_out(Exit::Clean, |out| partial.write(out))),
    }
}
