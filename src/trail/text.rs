//! The way through the text of one file, piece by piece.

use std::borrow::Cow;

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter, memrchr};

use super::event::{Spot, Wanted, hour_of};
use super::form;
use super::gather::Gather;
use super::hours::Hours;
use super::partial::DamageKind;
use super::record::Record;
use super::split::{Found, RECORD_LIMIT, Splitter};
use super::survivor::Name;

/// How the records of a text follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One a line.
    Lines,
    /// One after the other, in a list or not, over as many lines as it takes.
    Objects,
    /// Nothing that could be a log.
    Unknown,
}

/// How far the line ends of a piece were counted, and where the last of them stands.
struct LineEnds {
    counted: usize,
    last: Option<usize>,
}

/// After so many broken records a text is looked at with less patience, so that a hostile one does not cost the square
/// of its length.
pub(super) const PATIENCE: usize = 64;
const IMPATIENT_LIMIT: usize = 64 << 10;

/// What stays the same in a run.
pub(super) struct Search<'a> {
    pub(super) wanted: Vec<Wanted<'a>>,
    /// The names of the operations.
    pub(super) words: Vec<Finder<'a>>,
    /// Whether every record is read, whatever is in it.
    pub(super) exact: bool,
}

impl Search<'_> {
    /// Whether a record with a call may be in a text.
    pub(super) fn may_hold(&self, text: &[u8]) -> bool {
        self.exact || self.words.iter().any(|word| word.find(text).is_some())
    }

    /// The first place of a word in a text.
    fn next_word(&self, text: &[u8]) -> Option<usize> {
        self.words.iter().filter_map(|word| word.find(text)).min()
    }
}

/// The way through one text.
pub(super) struct Scan<'s, 'a> {
    search: &'s Search<'a>,
    path: &'s str,
    pub(super) file: Name,
    layout: Layout,
    /// Bytes, line ends and records before the piece.
    before: u64,
    pub(super) lines: u64,
    pub(super) records: u64,
    /// Bytes between the last line end and the piece.
    pub(super) column: u64,
    pub(super) calls: u64,
    splitter: Splitter,
    pub(super) broken: usize,
    /// Whether something was met that depends on how the text is cut into pieces.
    pub(super) torn: bool,
    /// Lines with nothing on them.
    blank: u64,
    /// Where the last line begins, when the text ends on it.
    last_line: Option<u64>,
    /// The hours of its events, as far as they were met.
    pub(super) hours: Hours,
}

impl<'s, 'a> Scan<'s, 'a> {
    pub(super) fn new(search: &'s Search<'a>, path: &'s str, file: Name, layout: Layout, hours: Hours) -> Self {
        Self {
            search,
            path,
            file,
            layout,
            before: 0,
            lines: 0,
            records: 0,
            column: 0,
            calls: 0,
            splitter: Splitter::default(),
            broken: 0,
            torn: false,
            blank: 0,
            last_line: None,
            hours,
        }
    }

    /// The way through the part of a text that begins at an offset, between two records.
    pub(super) fn from(self, before: u64) -> Self {
        if before == 0 { self } else { Self { before, splitter: Splitter::within(), ..self } }
    }

    /// Whether what comes next begins a record, as it does in a part of its own.
    pub(super) fn is_between(&self) -> bool {
        self.layout == Layout::Lines || self.splitter.is_between()
    }

    /// Works on a piece that begins where the last one ended; gives how many of its bytes are dealt with. What is left
    /// has to stand at the beginning of the next piece. `last` says that there is none.
    pub(super) fn piece(&mut self, text: &[u8], last: bool, gather: &mut Gather) -> usize {
        let lines = self.lines;
        let used = match self.layout {
            Layout::Lines => self.lines(text, last, gather),
            Layout::Objects => self.objects(text, last, gather),
            Layout::Unknown => text.len(),
        };
        self.pass(text.get(..used).unwrap_or(text), lines);
        used
    }

    /// Counts what is dealt with.
    fn pass(&mut self, text: &[u8], lines: u64) {
        self.before += text.len() as u64;
        self.column = match memrchr(b'\n', text).filter(|_| self.lines > lines) {
            Some(at) => (text.len() - at - 1) as u64,
            None => self.column + text.len() as u64,
        };
    }

    /// Where an offset of the piece is, as the record with this number.
    fn spot(&self, text: &[u8], at: usize, line: u64, record: u64) -> Spot {
        let before = text.get(..at).unwrap_or(text);
        let column = memrchr(b'\n', before).map_or(self.column + at as u64, |end| (at - end - 1) as u64);
        Spot { file: self.file, record, offset: self.before + at as u64, line, column: column + 1 }
    }

    fn lines(&mut self, text: &[u8], last: bool, gather: &mut Gather) -> usize {
        let end = match memrchr(b'\n', text) {
            Some(at) if !last => at + 1,
            _ if last => text.len(),
            _ if text.len() <= RECORD_LIMIT => return 0,
            // A line that long is no record, but what follows it may be.
            _ => {
                self.torn = true;
                text.len()
            }
        };
        let text = text.get(..end).unwrap_or(text);
        if last && !text.ends_with(b"\n") {
            self.last_line = Some(self.before + memrchr(b'\n', text).map_or(0, |at| at + 1) as u64);
        }
        if self.search.exact {
            self.every_line(text, gather);
        } else {
            self.lines_with_words(text, gather);
        }
        let lines = self.lines + u64::from(text.last().is_some_and(|b| *b != b'\n'));
        self.records = lines - self.blank;
        end
    }

    fn every_line(&mut self, text: &[u8], gather: &mut Gather) {
        let mut at = 0;
        while at < text.len() {
            let rest = text.get(at..).unwrap_or_default();
            let (length, whole) = memchr(b'\n', rest).map_or((rest.len(), false), |end| (end + 1, true));
            let line = rest.get(..length).unwrap_or(rest);
            self.line(text, at, line, self.lines + 1, gather);
            self.lines += u64::from(whole);
            at += length;
        }
    }

    fn lines_with_words(&mut self, text: &[u8], gather: &mut Gather) {
        let (mut at, mut counted) = (0, 0);
        while let Some(found) = text.get(at..).and_then(|rest| self.search.next_word(rest)) {
            let hit = at + found;
            let start = text.get(..hit).and_then(|front| memrchr(b'\n', front)).map_or(0, |end| end + 1);
            let rest = text.get(start..).unwrap_or_default();
            let end = start + memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            self.count(text.get(..start).unwrap_or_default(), counted, gather);
            counted = start;
            self.line(text, start, text.get(start..end).unwrap_or_default(), self.lines + 1, gather);
            at = end;
        }
        self.count(text, counted, gather);
    }

    /// Counts the lines of a text from the beginning of one on, and notes the hour of each: from where a line names its
    /// moment its end is looked for, so that no byte is looked at twice.
    fn count(&mut self, text: &[u8], from: usize, gather: &mut Gather) {
        let mut at = from;
        loop {
            let found = text.get(at..).and_then(|rest| self.hours.next(rest)).map(|found| at + found);
            // Whole lines before that have none.
            while let Some(end) = text.get(at..found.unwrap_or(text.len())).and_then(|part| memchr(b'\n', part)) {
                let line = text.get(at..=at + end).unwrap_or_default();
                self.line_without_moment(text, at, line, gather);
                self.lines += 1;
                at += end + 1;
            }
            let rest = text.get(at..).unwrap_or_default();
            let Some(found) = found else {
                if !rest.is_empty() {
                    self.line_without_moment(text, at, rest, gather);
                    self.line_cut_off(text, at, rest, gather);
                }
                return;
            };
            self.hours.note_at(text, found);
            let Some(end) = text.get(found..).and_then(|rest| memchr(b'\n', rest)) else {
                return self.line_cut_off(text, at, rest, gather);
            };
            self.lines += 1;
            at = found + end + 1;
        }
    }

    /// A line in which no moment was found: an empty one, one that is written in another way than the first, or one
    /// that cannot be read.
    fn line_without_moment(&mut self, text: &[u8], at: usize, line: &[u8], gather: &mut Gather) {
        let content = content(line);
        if content.is_empty() {
            self.blank += 1;
        } else if !self.hours.one(content) && self.hours.is_sure() && !self.search.may_hold(line) {
            self.is_read(text, at, line, gather);
        }
    }

    /// A last line that does not end as a record does, and that was not read.
    fn line_cut_off(&mut self, text: &[u8], at: usize, line: &[u8], gather: &mut Gather) {
        let content = content(line);
        let is_cut = self.last_line.is_some() && !content.is_empty() && !content.ends_with(b"}");
        if is_cut && self.hours.one(content) && !self.search.may_hold(line) {
            self.is_read(text, at, line, gather);
        }
    }

    /// Tells the next line, which begins at an offset, if it is no JSON.
    fn is_read(&mut self, text: &[u8], at: usize, line: &[u8], gather: &mut Gather) {
        let bytes = content(line);
        if let Err(error) = Record::parse(&String::from_utf8_lossy(bytes)) {
            let at = at + (line.len() - line.trim_ascii_start().len());
            let spot = self.spot(text, at, self.lines + 1, self.lines + 1);
            self.broken_record(bytes, spot, &error, gather);
        }
    }

    /// One line: a record, or several without anything between them.
    fn line(&mut self, text: &[u8], start: usize, line: &[u8], number: u64, gather: &mut Gather) {
        let trimmed = content(line);
        if trimmed.is_empty() {
            self.blank += u64::from(self.search.exact);
            return;
        }
        let at = start + (line.len() - line.trim_ascii_start().len());
        let spot = self.spot(text, at, number, number);
        match self.record(trimmed, spot, gather) {
            Ok(()) => {}
            Err(error) => {
                let mut splitter = Splitter::default();
                let mut ends = Vec::new();
                while let Found::Object(from, to) = splitter.next(trimmed, true, RECORD_LIMIT) {
                    ends.push((from, to));
                }
                if ends.len() < 2 {
                    self.broken_record(trimmed, spot, &error, gather);
                    return;
                }
                for (from, to) in ends {
                    let spot = Spot { offset: spot.offset + from as u64, column: spot.column + from as u64, ..spot };
                    let one = trimmed.get(from..to).unwrap_or_default();
                    if let Err(error) = self.record(one, spot, gather) {
                        self.broken_record(one, spot, &error, gather);
                    }
                }
            }
        }
    }

    /// Shows a record to those who look for calls.
    fn record(&mut self, bytes: &[u8], spot: Spot, gather: &mut Gather) -> Result<(), serde_json::Error> {
        let text = text_of(bytes);
        let (mut calls, mut has_moment) = (0, false);
        let (search, hours) = (self.search, &mut self.hours);
        let result = form::events(&text, &mut |event| {
            calls += u64::from(gather.event(&search.wanted, event, spot));
            // Where only some records are read, what they say of regions says nothing of the others.
            if search.exact
                && let Some(hour) = event.text(form::EVENT_TIME).and_then(|time| hour_of(time.as_bytes()))
            {
                hours.known(hour, &event.text(form::REGION).unwrap_or_default());
                has_moment = true;
            }
        });
        self.calls += calls;
        if !has_moment {
            self.hours.one(bytes);
        }
        result
    }

    fn broken_record(&mut self, bytes: &[u8], spot: Spot, error: &serde_json::Error, gather: &mut Gather) {
        self.broken += 1;
        let text = String::from_utf8_lossy(bytes);
        let why = error.to_string();
        let why = why.rsplit_once(" at line").map_or(why.as_str(), |(why, _)| why);
        let column = error.column();
        let message = if self.search.wanted.iter().any(|wanted| wanted.looks_like_call(&text)) {
            format!("this record cannot be read, and it seems to be of a call: {why} at its byte {column}")
        } else {
            format!("this record cannot be read: {why} at its byte {column}")
        };
        let is_cut = error.is_eof() && self.last_line.is_some_and(|at| at <= spot.offset);
        if is_cut {
            let message =
                format!("the text ends within this record{}", message.trim_start_matches("this record cannot be read"));
            return gather.damage(self.path, &spot, DamageKind::Truncated, message, bytes);
        }
        gather.damage(self.path, &spot, DamageKind::Record, message, bytes);
    }

    /// Where an offset of the piece is, behind those that were asked for before: of a long line nothing is looked at
    /// twice.
    fn spot_in(&mut self, text: &[u8], at: usize, ends: &mut LineEnds) -> Spot {
        let between = text.get(ends.counted..at).unwrap_or_default();
        self.lines += line_ends(Some(between));
        ends.last = memrchr(b'\n', between).map(|end| ends.counted + end).or(ends.last);
        ends.counted = at;
        let column = ends.last.map_or(self.column + at as u64, |end| (at - end - 1) as u64);
        let (offset, line) = (self.before + at as u64, self.lines + 1);
        Spot { file: self.file, record: self.records, offset, line, column: column + 1 }
    }

    fn objects(&mut self, text: &[u8], last: bool, gather: &mut Gather) -> usize {
        let (mut ends, mut used) = (LineEnds { counted: 0, last: None }, 0);
        let mut word = if self.search.exact { Some(0) } else { self.search.next_word(text) };
        loop {
            let limit = if self.broken > PATIENCE { IMPATIENT_LIMIT } else { RECORD_LIMIT };
            let found = self.splitter.next(text, last, limit);
            let (from, to, is_broken) = match found {
                Found::Object(from, to) => (from, to, false),
                Found::Text(from, to) => {
                    used = to;
                    if !text.get(from + 1..to).is_some_and(|inner| inner.starts_with(b"{")) {
                        continue;
                    }
                    (from, to, false)
                }
                Found::Broken(from, to) => (from, to, true),
                Found::More(start) => {
                    used = used.max(start).min(text.len());
                    if last && start < text.len() {
                        self.records += 1;
                        let spot = self.spot_in(text, start, &mut ends);
                        let rest = text.get(start..).unwrap_or_default();
                        let message = "the text ends within this record".to_owned();
                        gather.damage(self.path, &spot, DamageKind::Truncated, message, rest);
                        used = text.len();
                    }
                    break;
                }
            };
            self.records += 1;
            // The next word may stand behind this record; then nobody has to look into it.
            while let Some(at) = word.filter(|at| !self.search.exact && *at < from) {
                let behind = text.get(at + 1..).and_then(|rest| self.search.next_word(rest));
                word = behind.map(|found| at + 1 + found);
            }
            let holds_word = self.search.exact || word.is_some_and(|at| at < to);
            if holds_word || is_broken {
                let spot = self.spot_in(text, from, &mut ends);
                let bytes = text.get(from..to).unwrap_or_default();
                if is_broken {
                    self.torn = true;
                    self.broken += 1;
                    let message =
                        "this record cannot be told from what follows it: a quote or a brace is missing".to_owned();
                    gather.damage(self.path, &spot, DamageKind::Record, message, bytes);
                    self.splitter.resume(text, from);
                } else {
                    let inner =
                        bytes.starts_with(b"\"").then(|| serde_json::from_slice::<String>(bytes).ok()).flatten();
                    let result = self.record(inner.as_deref().map_or(bytes, str::as_bytes), spot, gather);
                    if let Err(error) = result {
                        self.broken_record(bytes, spot, &error, gather);
                    }
                }
            }
            if !holds_word || is_broken {
                self.hours.one(text.get(from..to).unwrap_or_default());
            }
            used = to;
        }
        self.lines += line_ends(text.get(ends.counted..used));
        self.splitter.forget(used);
        used
    }
}

/// The text of a record. Nearly all are valid, and telling that is much quicker than looking for what is not.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn line_ends(text: Option<&[u8]>) -> u64 {
    memchr_iter(b'\n', text.unwrap_or_default()).count() as u64
}

/// What stands on a line: a record, or several; nothing where only the brackets of a list stand there.
fn content(line: &[u8]) -> &[u8] {
    // Some writers fill a file up with zeros.
    let filled = line.iter().rposition(|b| *b != 0).map_or(0, |at| at + 1);
    let trimmed = line.get(..filled).unwrap_or(line).trim_ascii();
    let trimmed = trimmed.strip_suffix(b",").unwrap_or(trimmed);
    if matches!(trimmed, b"[" | b"]") { b"" } else { trimmed }
}

/// How the records of a text follow each other, told by its beginning (up to a megabyte).
pub(super) fn layout(beginning: &[u8]) -> Layout {
    let text = beginning.trim_ascii_start();
    match text.first() {
        Some(b'[') => Layout::Objects,
        Some(b'{') => {
            let Some(end) = memchr(b'\n', text) else { return Layout::Objects };
            let line = text.get(..end).unwrap_or_default().trim_ascii();
            let next = text.get(end..).unwrap_or_default().trim_ascii_start();
            let is_whole = line.ends_with(b"}") && !std::str::from_utf8(line).is_ok_and(is_page);
            if is_whole && matches!(next.first(), None | Some(b'{' | 0)) { Layout::Lines } else { Layout::Objects }
        }
        _ => Layout::Unknown,
    }
}

/// Whether a line is the answer of an API with a list of events, which may be long.
fn is_page(line: &str) -> bool {
    line.len() > RECORD_LIMIT / 2 || Record::parse(line).is_ok_and(|record| record.raw("Events").is_some())
}
