//! From the bytes of one file to what it leaves behind: packed or not, whole or as a stream.

use std::cell::Cell;
use std::io::{self, Chain, Cursor, Read};

use libdeflater::{DecompressionError, Decompressor};
use memchr::memmem::{self, Finder};
use xxhash_rust::xxh3::{Xxh3, xxh3_128};

use super::event::{Spot, Wanted};
use super::gather::Gather;
use super::gzip::GzipReader;
use super::hours::{Hours, Spelling};
use super::object_name::object_name;
use super::partial::{DamageKind, FileRecord};
use super::split::RECORD_LIMIT;
use super::survivor::Name;
use super::table;
use super::text::{Layout, Scan, Search, layout};
use crate::model::Api;

/// Files of up to this many packed bytes are unpacked at once, if the text stays below [`WHOLE_TEXT`].
const WHOLE_PACKED: usize = 16 << 20;
/// The most text that is unpacked at once.
const WHOLE_TEXT: usize = 48 << 20;
/// The size of a piece of a stream.
pub(super) const PIECE: usize = 1 << 18;
/// A text of this size is never a bomb.
const SURE_TEXT: u64 = 1 << 30;
/// How many times larger than its packed form a larger text may be; logs are seldom more than thirty times.
const GROWTH: u64 = 250;
/// Larger files get no digest: reading them would cost half as much again, and several threads may read one.
pub(super) const DIGEST_LIMIT: u64 = 64 << 20;

/// Reads logs for the calls of some APIs.
pub struct Reader<'a> {
    search: Search<'a>,
}

/// What a thread uses again for each file.
pub struct Scratch {
    text: Vec<u8>,
    pub(super) piece: Vec<u8>,
    inflate: Decompressor,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { text: Vec::new(), piece: Vec::new(), inflate: Decompressor::new() }
    }
}

/// How a file is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    None,
    Gzip,
    Zstandard,
}

/// What a text comes out of.
#[derive(Clone, Copy)]
struct Packed<'p> {
    /// The name of the packing; empty for none.
    name: &'p str,
    /// How many packed bytes were read so far.
    bytes: &'p Cell<u64>,
}

impl<'a> Reader<'a> {
    /// A reader. With `exact` every record is read, also one in whose text the name of the operation is escaped; without
    /// it only records that hold the name as it is.
    #[must_use]
    pub fn new(apis: &'a [Api], exact: bool) -> Self {
        let wanted = apis.iter().map(Wanted::new).collect();
        let mut words: Vec<&str> = apis.iter().map(|api| api.action.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        let words = words.into_iter().map(Finder::new).collect();
        Self { search: Search { wanted, words, exact } }
    }

    /// Reads a file whose bytes are at hand.
    pub fn read_bytes(&self, path: &str, bytes: &[u8], scratch: &mut Scratch, gather: &mut Gather) {
        let size = bytes.len() as u64;
        let mut record = file_record(path, size);
        if size <= DIGEST_LIMIT {
            record.digest = xxh3_128(bytes);
        }
        match packing(bytes) {
            Packing::None => self.whole(path, bytes, "", record, gather),
            Packing::Gzip => {
                let mut text = std::mem::take(&mut scratch.text);
                match inflate(bytes, &mut text, &mut scratch.inflate).and_then(|length| text.get(..length)) {
                    Some(text) => self.whole(path, text, "gzip", record, gather),
                    None => self.stream(
                        path,
                        &mut GzipReader::new(bytes),
                        Packed { name: "gzip", bytes: &Cell::new(size) },
                        record,
                        scratch,
                        gather,
                    ),
                }
                scratch.text = text;
            }
            Packing::Zstandard => match zstd::stream::read::Decoder::with_buffer(bytes) {
                Ok(mut decoder) => self.stream(
                    path,
                    &mut decoder,
                    Packed { name: "zstd", bytes: &Cell::new(size) },
                    record,
                    scratch,
                    gather,
                ),
                Err(error) => gather.unreadable(path, error.to_string()),
            },
        }
    }

    /// Reads a file as it comes. `size` is what is known of its size, to decide whether a digest is made.
    pub fn read_stream(
        &self,
        path: &str,
        size: u64,
        stream: &mut dyn Read,
        scratch: &mut Scratch,
        gather: &mut Gather,
    ) {
        let mut record = file_record(path, size);
        let packed_bytes = Cell::new(0);
        let mut metered =
            Meter { stream, bytes: &packed_bytes, digest: (size <= DIGEST_LIMIT).then(|| Box::new(Xxh3::new())) };
        let mut beginning = vec![0_u8; 4];
        let begun = match read_full(&mut metered, &mut beginning) {
            Ok(begun) => begun,
            Err((_, error)) => return gather.unreadable(path, error.to_string()),
        };
        beginning.truncate(begun);
        let packing = packing(&beginning);
        let mut whole: Chain<Cursor<Vec<u8>>, &mut Meter<'_>> = Cursor::new(beginning).chain(&mut metered);
        match packing {
            Packing::None => {
                self.stream(path, &mut whole, Packed { name: "", bytes: &packed_bytes }, record, scratch, gather)
            }
            Packing::Gzip => {
                let mut decoder = GzipReader::new(io::BufReader::with_capacity(1 << 18, &mut whole));
                self.stream(path, &mut decoder, Packed { name: "gzip", bytes: &packed_bytes }, record, scratch, gather);
            }
            Packing::Zstandard => match zstd::stream::read::Decoder::new(&mut whole) {
                Ok(mut decoder) => self.stream(
                    path,
                    &mut decoder,
                    Packed { name: "zstd", bytes: &packed_bytes },
                    record,
                    scratch,
                    gather,
                ),
                Err(error) => return gather.unreadable(path, error.to_string()),
            },
        }
        record = gather.take_file(path).unwrap_or_default();
        record.bytes = packed_bytes.get();
        record.digest = metered.digest.map_or(0, |digest| digest.digest128());
        gather.file(path, record);
    }

    /// Works on a text that is at hand as a whole.
    fn whole(&self, path: &str, text: &[u8], packed: &str, mut record: FileRecord, gather: &mut Gather) {
        let text = text.strip_prefix(BOM).unwrap_or(text);
        record.text_bytes = text.len() as u64;
        let layout = layout(text.get(..PIECE).unwrap_or(text));
        if layout == Layout::Unknown {
            return self.unknown(path, text, packed, record, gather);
        }
        record.form = form(layout, text, packed);
        let hours = Hours::new(Spelling::of(text.get(..PIECE).unwrap_or(text)));
        let mut scan = Scan::new(&self.search, path, Name::NONE, layout, hours);
        if layout == Layout::Objects && !self.search.may_hold(text) {
            // Where every record has an id and a moment, counting them is enough.
            record.records = scan.hours.all_records(text).unwrap_or_default();
            let is_whole = text.trim_ascii_end().ends_with(b"]") || text.trim_ascii_end().ends_with(b"}");
            let is_counted = record.records > 0;
            if is_whole && is_counted && record.declared.as_ref().is_none_or(|(events, _, _)| *events == record.records)
            {
                return finish(path, record, scan.hours, gather);
            }
        }
        scan.file = gather.names.name(path);
        scan.piece(text, true, gather);
        record.records = scan.records;
        record.calls = scan.calls;
        finish(path, record, scan.hours, gather);
    }

    /// Works on a text that comes piece by piece.
    fn stream(
        &self,
        path: &str,
        stream: &mut dyn Read,
        packed: Packed<'_>,
        mut record: FileRecord,
        scratch: &mut Scratch,
        gather: &mut Gather,
    ) {
        let mut piece = std::mem::take(&mut scratch.piece);
        piece.resize(piece.len().max(PIECE), 0);
        let file = gather.names.name(path);
        let (mut filled, mut end, mut scan, mut text_bytes) = (0, false, None, 0_u64);
        let most = || SURE_TEXT.max(packed.bytes.get().saturating_mul(GROWTH));
        while !end {
            if filled == piece.len() {
                piece.resize(piece.len() * 2, 0);
            }
            match read_full(stream, piece.get_mut(filled..).unwrap_or_default()) {
                Ok(read) => {
                    end = filled + read < piece.len();
                    filled += read;
                    text_bytes += read as u64;
                }
                Err((read, error)) => {
                    filled += read;
                    text_bytes += read as u64;
                    end = true;
                    cut_off(path, file, text_bytes, packed.name, &error, gather);
                }
            }
            if !packed.name.is_empty() && text_bytes > most() {
                end = true;
                let spot = Spot { file, record: 0, offset: text_bytes, line: 1, column: 1 };
                let message = format!("unpacked it is more than {GROWTH} times as large; what follows was not read");
                gather.damage(path, &spot, DamageKind::Limit, message, b"");
            }
            let mut text = piece.get(..filled).unwrap_or_default();
            if scan.is_none() {
                text = text.strip_prefix(BOM).unwrap_or(text);
                let layout = layout(text.get(..PIECE).unwrap_or(text));
                if layout == Layout::Unknown {
                    record.text_bytes = text_bytes;
                    let rest = &mut text.chain(stream);
                    let mut capped = Capped { stream: rest, line: 0, text: 0, most: &most };
                    table::read(self, path, file, &mut capped, packed.name, record, gather);
                    scratch.piece = piece;
                    return;
                }
                record.form = form(layout, text, packed.name);
                let hours = Hours::new(Spelling::of(text.get(..PIECE).unwrap_or(text)));
                scan = Some(Scan::new(&self.search, path, file, layout, hours));
            }
            let skipped = filled - text.len();
            text_bytes -= skipped as u64;
            if let Some(scan) = &mut scan {
                let used = skipped + scan.piece(text, end, gather);
                piece.copy_within(used..filled, 0);
                filled -= used;
            }
        }
        record.text_bytes = text_bytes;
        if let Some(scan) = scan {
            record.records = scan.records;
            record.calls = scan.calls;
            finish(path, record, scan.hours, gather);
        }
        // One long record must not cost memory for good.
        if piece.len() > PIECE {
            piece = Vec::new();
        }
        scratch.piece = piece;
    }

    /// A text that is no JSON: a table, or no log at all.
    fn unknown(&self, path: &str, text: &[u8], packed: &str, record: FileRecord, gather: &mut Gather) {
        let file = gather.names.name(path);
        table::read(self, path, file, &mut &*text, packed, record, gather);
    }

    pub(super) fn search(&self) -> &Search<'a> {
        &self.search
    }
}

pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn packing(bytes: &[u8]) -> Packing {
    match bytes {
        [0x1F, 0x8B, ..] => Packing::Gzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Packing::Zstandard,
        _ => Packing::None,
    }
}

/// Unpacks a file of one member at once, and gives how long its text is; nothing when it has several members, is too
/// large, or is broken.
fn inflate(bytes: &[u8], text: &mut Vec<u8>, inflate: &mut Decompressor) -> Option<usize> {
    // What the file says of its size is only a hint: it holds for the last member, and for small ones.
    let said = bytes.last_chunk::<4>().map_or(0, |size| u32::from_le_bytes(*size) as usize);
    if bytes.len() > WHOLE_PACKED || said > WHOLE_TEXT {
        return None;
    }
    // A second header may stand in packed data by chance; then it is only slower.
    if bytes.get(1..).is_some_and(|rest| memmem::find(rest, b"\x1F\x8B\x08").is_some()) {
        return None;
    }
    let size = said.clamp(1 << 10, WHOLE_TEXT);
    if text.len() < size {
        text.resize(size, 0);
    }
    let found = match inflate.gzip_decompress(bytes, text) {
        Err(DecompressionError::InsufficientSpace) if text.len() < WHOLE_TEXT => {
            text.resize(WHOLE_TEXT, 0);
            inflate.gzip_decompress(bytes, text)
        }
        other => other,
    };
    found.ok()
}

pub(super) fn file_record(path: &str, bytes: u64) -> FileRecord {
    let declared = object_name(path).map(|name| (name.events, name.bytes, name.digest.to_owned()));
    FileRecord { bytes, declared, ..FileRecord::default() }
}

/// Keeps what became of a file.
pub(super) fn finish(path: &str, mut record: FileRecord, mut hours: Hours, gather: &mut Gather) {
    let name = object_name(path);
    if let Some(name) = &name {
        hours.known(name.hour, name.region);
    }
    record.set_hours(hours.by_region(name.as_ref().map(|name| name.region)));
    // JSON of something else has neither moments nor calls, whatever it is called.
    if name.is_none() && record.hours.is_empty() && record.calls == 0 {
        record.records = 0;
        record.form = "not a log".to_owned();
    }
    gather.file(path, record);
}

pub(super) fn form(layout: Layout, text: &[u8], packed: &str) -> String {
    let plain = match (layout, text.trim_ascii_start().first()) {
        (Layout::Lines, _) => "JSON lines",
        (_, Some(b'[')) => "a JSON array",
        _ => "JSON objects",
    };
    if packed.is_empty() { plain.to_owned() } else { format!("{plain}, {packed}") }
}

fn cut_off(path: &str, file: Name, at: u64, packed: &str, error: &io::Error, gather: &mut Gather) {
    let spot = Spot { file, record: 0, offset: at, line: 1, column: 1 };
    let message = if packed.is_empty() {
        format!("reading stopped after {at} bytes: {error}")
    } else {
        format!("unpacking ({packed}) stopped after {at} bytes of text: {error}; what came before was read")
    };
    let kind = if packed.is_empty() { DamageKind::Unreadable } else { DamageKind::Truncated };
    gather.damage(path, &spot, kind, message, b"");
}

/// Fills a buffer as far as the stream goes; an error comes with how much was read before it.
pub(super) fn read_full(stream: &mut dyn Read, buffer: &mut [u8]) -> Result<usize, (usize, io::Error)> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match stream.read(rest) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((filled, error)),
        }
    }
    Ok(filled)
}

/// Counts what is read, and makes its digest.
struct Meter<'r> {
    stream: &'r mut dyn Read,
    bytes: &'r Cell<u64>,
    digest: Option<Box<Xxh3>>,
}

impl Read for Meter<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        self.bytes.set(self.bytes.get() + read as u64);
        if let Some(digest) = &mut self.digest {
            digest.update(buffer.get(..read).unwrap_or_default());
        }
        Ok(read)
    }
}

/// Ends a text that cannot be a table: one with a row that has no end, or one that was packed as no log is.
struct Capped<'r> {
    stream: &'r mut dyn Read,
    /// Bytes since the last line end, and altogether.
    line: usize,
    text: u64,
    most: &'r dyn Fn() -> u64,
}

impl Read for Capped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let bytes = buffer.get(..read).unwrap_or_default();
        self.text += read as u64;
        self.line = memchr::memrchr(b'\n', bytes).map_or(self.line + read, |end| read - end);
        if self.line > RECORD_LIMIT {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row has no end"));
        }
        if self.text > (self.most)() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it is packed as no log is"));
        }
        Ok(read)
    }
}
