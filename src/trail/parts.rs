//! A large text in parts that several threads read, each from a place where a record seems to begin.
//!
//! Such a place is a guess. A part is read as if the guess were right; when the parts are brought together, the end of
//! each tells whether it was. Where it was not, nothing is kept and the text has to be read in one go: the result is
//! the same in either case, whatever the parts are.

use std::io::Read;

use memchr::{memchr, memchr_iter, memmem};

use super::gather::Gather;
use super::hours::{Hours, Spelling};
use super::reader::{
    BOM, DIGEST_LIMIT, PIECE, Packing, Reader, Scratch, file_record, finish, form, packing, read_full,
};
use super::text::{Layout, PATIENCE, Scan, layout};

/// Where a text may be cut.
#[derive(Debug, Clone)]
pub struct Cuts {
    layout: Layout,
    /// How records begin, up to the end of their first key, where they are not lines.
    beginning: Vec<u8>,
    spelling: Spelling,
    form: String,
}

/// What one part of a text leaves behind.
#[derive(Debug)]
pub struct Part {
    begin: u64,
    end: u64,
    records: u64,
    lines: u64,
    /// Bytes behind its last line end.
    column: u64,
    calls: u64,
    broken: usize,
    hours: Hours,
    gather: Gather,
}

impl Part {
    /// How many records it holds, and how many of them are calls.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.records, self.calls)
    }
}

impl Cuts {
    /// Smaller files are not worth it, and have a digest, which is made in one go.
    pub const SMALLEST: u64 = DIGEST_LIMIT + 1;
    /// So much of a text tells how it may be cut.
    pub const BEGINNING: usize = PIECE;

    /// How a text may be cut, told by its beginning; nothing for what is packed or no list of records.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Option<Self> {
        if packing(beginning) != Packing::None || beginning.starts_with(BOM) {
            return None;
        }
        let layout = layout(beginning);
        let key = match layout {
            Layout::Lines => Vec::new(),
            Layout::Objects => {
                let first = beginning.get(memchr(b'{', beginning)?..)?;
                let end = memchr_iter(b'"', first).nth(1)?;
                first.get(..=end)?.to_vec()
            }
            Layout::Unknown => return None,
        };
        Some(Self { layout, beginning: key, spelling: Spelling::of(beginning), form: form(layout, beginning, "") })
    }

    /// Where in a piece of the text, which may begin anywhere, the next record seems to begin.
    #[must_use]
    pub fn place(&self, piece: &[u8]) -> Option<usize> {
        if self.layout == Layout::Lines {
            return memchr(b'\n', piece).map(|end| end + 1);
        }
        memmem::find_iter(piece, &self.beginning).find(|at| {
            let before = piece.get(..*at).unwrap_or_default().iter().rev();
            before.copied().find(|b| !b.is_ascii_whitespace() && *b != b',') == Some(b'}')
        })
    }
}

impl Reader<'_> {
    /// Reads the part of a text that begins at an offset and ends where its stream does. Nothing when the stream cannot
    /// be read, or when what is in it depends on the text around it.
    pub fn read_part(
        &self,
        path: &str,
        cuts: &Cuts,
        begin: u64,
        is_last: bool,
        stream: &mut dyn Read,
        scratch: &mut Scratch,
    ) -> Option<Part> {
        let mut gather = Gather::new();
        let file = gather.names.name(path);
        let hours = Hours::new(cuts.spelling.clone());
        let mut scan = Scan::new(self.search(), path, file, cuts.layout, hours).from(begin);
        scratch.piece.resize(scratch.piece.len().max(PIECE), 0);
        let piece = &mut scratch.piece;
        let (mut filled, mut end, mut is_end) = (0, begin, false);
        while !is_end {
            if filled == piece.len() {
                piece.resize(piece.len() * 2, 0);
            }
            let read = read_full(stream, piece.get_mut(filled..).unwrap_or_default()).ok()?;
            is_end = filled + read < piece.len();
            filled += read;
            end += read as u64;
            let used = scan.piece(piece.get(..filled).unwrap_or_default(), is_end && is_last, &mut gather);
            piece.copy_within(used..filled, 0);
            filled -= used;
        }
        if piece.len() > PIECE {
            *piece = Vec::new();
        }
        if scan.torn || !is_last && (filled > 0 || !scan.is_between()) {
            return None;
        }
        let Scan { records, lines, column, calls, broken, hours, .. } = scan;
        Some(Part { begin, end, records, lines, column, calls, broken, hours, gather })
    }

    /// Brings the parts of a text together. False, and nothing kept, when they are not the whole of it.
    pub fn join(&self, path: &str, cuts: &Cuts, size: u64, mut parts: Vec<Part>, gather: &mut Gather) -> bool {
        parts.sort_unstable_by_key(|part| part.begin);
        let end = parts.iter().try_fold(0, |end, part| (part.begin == end).then_some(part.end));
        let broken: usize = parts.iter().map(|part| part.broken).sum();
        // A text with more broken records is looked at with less patience from some record on.
        let is_impatient = cuts.layout == Layout::Objects && broken > PATIENCE;
        if end != Some(size) || is_impatient {
            return false;
        }
        let mut record = file_record(path, size);
        record.text_bytes = size;
        record.form.clone_from(&cuts.form);
        let (mut hours, mut lines, mut column) = (Hours::default(), 0, 0);
        for part in parts {
            // Records on lines are numbered by them.
            let records = if cuts.layout == Layout::Lines { lines } else { record.records };
            gather.part(part.gather, records, lines, column);
            hours.merge(part.hours);
            record.records += part.records;
            record.calls += part.calls;
            column = if part.lines > 0 { part.column } else { column + part.column };
            lines += part.lines;
        }
        finish(path, record, hours, gather);
        true
    }
}
