//! A large file that several threads read, each a part of it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::surface::display;
use crate::trail::{Cuts, Gather, Part, Reader, Scratch};

/// The size of a part, more or less: a part ends where a record does.
const PART: u64 = 8 << 20;
/// So much of a file is looked at to find a record that begins.
const WINDOW: usize = 64 << 10;

/// A large file that may be cut.
pub(super) struct Large<'p> {
    pub(super) path: &'p Path,
    pub(super) size: u64,
    cuts: Cuts,
}

impl<'p> Large<'p> {
    /// A file of some size, if it is worth cutting.
    pub(super) fn of(path: &'p Path, size: u64) -> Option<Self> {
        if size < Cuts::SMALLEST {
            return None;
        }
        let mut beginning = Vec::with_capacity(Cuts::BEGINNING);
        File::open(path).ok()?.take(Cuts::BEGINNING as u64).read_to_end(&mut beginning).ok()?;
        Some(Self { path, size, cuts: Cuts::of(&beginning)? })
    }

    /// How many parts it has.
    pub(super) fn parts(&self) -> u64 {
        self.size.div_ceil(PART)
    }

    /// How many bytes of the file count as one of its parts.
    pub(super) fn bytes(&self, number: u64) -> u64 {
        PART.min(self.size - number * PART)
    }

    /// Reads one of its parts; nothing when no record seems to begin in it, or when it cannot be read by itself.
    pub(super) fn read(&self, number: u64, reader: &Reader<'_>, scratch: &mut Scratch) -> Option<Part> {
        let mut file = File::open(self.path).ok()?;
        let begin = if number == 0 { 0 } else { self.place(&mut file, number).ok()?? };
        let mut end = self.size;
        for next in number + 1..self.parts() {
            if let Some(place) = self.place(&mut file, next).ok()? {
                end = place;
                break;
            }
        }
        file.seek(SeekFrom::Start(begin)).ok()?;
        let mut stream = file.take(end - begin);
        reader.read_part(&display(self.path), &self.cuts, begin, end == self.size, &mut stream, scratch)
    }

    /// Brings its parts together; false when it has to be read in one go.
    pub(super) fn join(&self, parts: Vec<Part>, reader: &Reader<'_>, gather: &mut Gather) -> bool {
        reader.join(&display(self.path), &self.cuts, self.size, parts, gather)
    }

    /// Where a part begins.
    fn place(&self, file: &mut File, number: u64) -> io::Result<Option<u64>> {
        let from = number * PART;
        file.seek(SeekFrom::Start(from))?;
        let mut window = Vec::with_capacity(WINDOW);
        file.by_ref().take(WINDOW as u64).read_to_end(&mut window)?;
        Ok(self.cuts.place(&window).map(|at| from + at as u64).filter(|place| *place < self.size))
    }
}
