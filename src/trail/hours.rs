//! The hours in which a file has records, found without reading the records.
//!
//! A moment is known by the name of its field, and that is written in as many ways as there are forms: with the quotes
//! of a string in a string, with the name of a column before it, in small letters. Which one a file uses is learned
//! from its beginning; a record in which it is missing is looked at by itself. What is noted of a record depends on
//! nothing else, so that several threads may read a file.

use std::collections::BTreeMap;

use memchr::memmem::{self, Finder};

use super::event::hour_of;

/// The field with the moment of an event, as the service writes it.
pub(super) const TIME: &[u8] = b"\"eventTime\"";

/// The field as copies write it.
const SPELLINGS: [&[u8]; 3] = [b"eventTime", b"eventtime", b"EventTime"];

/// What is in each spelling of it, the one or the other.
const TIMES: [&[u8]; 2] = [b"ventTime", b"venttime"];

/// The same for the field with the id of an event.
const IDS: [&[u8]; 2] = [b"ventId", b"ventid"];

/// The moment at which the log service took a record, in seconds.
const TAKEN: &[u8] = b"__time__";

/// How much of a moment tells the hour.
const HOUR: usize = 13;

/// So many places that are no moment are looked at for the way in which a file writes them.
const PATIENCE: usize = 16;

/// The hours of the records of one file.
#[derive(Debug)]
pub(super) struct Hours {
    /// By region; the empty one stands for those whose region nobody has looked at.
    regions: BTreeMap<String, Vec<u32>>,
    unknown: Vec<u32>,
    /// The beginning of the last moment, as it is written: most records say the same hour as the one before.
    last: [u8; HOUR],
    spelling: Spelling,
}

/// How a file writes the name of the field.
#[derive(Debug, Clone)]
pub(super) struct Spelling {
    name: Vec<u8>,
    finder: Finder<'static>,
    /// Whether a moment was seen that is written so.
    is_sure: bool,
}

impl Spelling {
    /// How a file writes it, told by its beginning.
    pub(super) fn of(beginning: &[u8]) -> Self {
        let usual = Self::default();
        let is_usual = |at| beginning.get(at + TIME.len()..).and_then(value).is_some_and(|(_, m)| hour_of(m).is_some());
        if usual.finder.find_iter(beginning).take(PATIENCE).any(is_usual) {
            return Self { is_sure: true, ..usual };
        }
        let name = first_moment(beginning).and_then(|name| beginning.get(name));
        name.map_or(usual, |name| Self { name: name.to_vec(), finder: Finder::new(name).into_owned(), is_sure: true })
    }
}

impl Default for Spelling {
    fn default() -> Self {
        Self { name: TIME.to_vec(), finder: Finder::new(TIME), is_sure: false }
    }
}

impl Default for Hours {
    fn default() -> Self {
        Self::new(Spelling::default())
    }
}

impl Hours {
    /// No hours yet, of a file that writes its moments so.
    pub(super) fn new(spelling: Spelling) -> Self {
        Self { regions: BTreeMap::new(), unknown: Vec::new(), last: [0; HOUR], spelling }
    }

    /// Adds the hours of another part of the file.
    pub(super) fn merge(&mut self, other: Self) {
        self.unknown.extend(other.unknown);
        self.tidy();
        for (region, hours) in other.regions {
            let own = self.regions.entry(region).or_default();
            own.extend(hours);
            shrink(own);
        }
    }

    /// Whether the beginning of the file told how it writes its moments.
    pub(super) fn is_sure(&self) -> bool {
        self.spelling.is_sure
    }

    /// Notes the hours of all records in a text that are written as the file writes them; gives how many records there
    /// are, where each of them has its moment and its id, and nothing where some may be written in another way.
    pub(super) fn all_records(&mut self, text: &[u8]) -> Option<u64> {
        let found = self.all(text);
        let count =
            |words: [&[u8]; 2]| words.iter().map(|word| memmem::find_iter(text, word).count() as u64).sum::<u64>();
        let is_uniform = count(TIMES) == found && count(IDS) == found && memmem::find(text, TAKEN).is_none();
        is_uniform.then_some(found)
    }

    /// Notes the hours of all moments in a text that are written as the file writes them; gives how many there are.
    fn all(&mut self, text: &[u8]) -> u64 {
        let (mut at, mut found) = (0, 0);
        while let Some(next) = text.get(at..).and_then(|rest| self.next(rest)) {
            found += u64::from(self.note_at(text, at + next));
            at += next + self.spelling.name.len();
        }
        found
    }

    /// Where in a text the field stands next.
    pub(super) fn next(&self, text: &[u8]) -> Option<usize> {
        self.spelling.finder.find(text)
    }

    /// Notes the hour of the field that stands at an offset; false when no moment stands behind it.
    pub(super) fn note_at(&mut self, text: &[u8], at: usize) -> bool {
        self.note(text, at + self.spelling.name.len())
    }

    /// Notes the hour of one record; false when it has no moment.
    pub(super) fn one(&mut self, record: &[u8]) -> bool {
        match self.next(record) {
            Some(at) => {
                self.note_at(record, at);
                true
            }
            None => self.odd(record),
        }
    }

    /// Notes the hour of a record that is written in another way than the first ones; false when it has no moment.
    fn odd(&mut self, record: &[u8]) -> bool {
        if let Some(name) = first_moment(record) {
            return self.note(record, name.end);
        }
        let Some(at) = memmem::find(record, TAKEN) else { return false };
        let behind = record.get(at + TAKEN.len()..).unwrap_or_default();
        let Some((start, _)) = value(behind) else { return false };
        let hour = behind.get(start..).and_then(hour_of_seconds);
        hour.is_some_and(|hour| {
            self.unknown.push(hour);
            self.tidy();
            true
        })
    }

    /// Notes an hour that was read from a record, with its region as far as that is known.
    pub(super) fn known(&mut self, hour: u32, region: &str) {
        if region.is_empty() {
            if self.unknown.last() != Some(&hour) {
                self.unknown.push(hour);
                self.tidy();
            }
            return;
        }
        let hours = match self.regions.get_mut(region) {
            Some(hours) => hours,
            None => self.regions.entry(region.to_owned()).or_default(),
        };
        if hours.last() != Some(&hour) {
            hours.push(hour);
            shrink(hours);
        }
    }

    /// All hours, by region; with `region` all are of that one.
    pub(super) fn by_region(mut self, region: Option<&str>) -> Vec<(String, Vec<u32>)> {
        let mut regions: Vec<(String, Vec<u32>)> = if let Some(region) = region {
            self.unknown.extend(std::mem::take(&mut self.regions).into_values().flatten());
            vec![(region.to_owned(), self.unknown)]
        } else {
            let unknown = std::iter::once((String::new(), self.unknown));
            unknown.chain(self.regions).collect()
        };
        for (_, hours) in &mut regions {
            hours.sort_unstable();
            hours.dedup();
        }
        regions.retain(|(_, hours)| !hours.is_empty());
        regions
    }

    /// Notes the hour behind the name of the field; false when no moment stands there.
    fn note(&mut self, text: &[u8], at: usize) -> bool {
        let Some((_, moment)) = text.get(at..(at + 40).min(text.len())).and_then(value) else { return false };
        if *moment == self.last {
            return true;
        }
        let Some(hour) = hour_of(moment) else { return false };
        self.last = *moment;
        if self.unknown.last() != Some(&hour) {
            self.unknown.push(hour);
            self.tidy();
        }
        true
    }

    fn tidy(&mut self) {
        shrink(&mut self.unknown);
    }
}

/// The name of the field with the first moment in a text, however it is written.
fn first_moment(text: &[u8]) -> Option<std::ops::Range<usize>> {
    let mut at = 0;
    for _ in 0..PATIENCE {
        let rest = text.get(at..).unwrap_or_default();
        let word = at + SPELLINGS.iter().filter_map(|word| memmem::find(rest, word)).min()?;
        at = word + 9;
        let Some(name) = name_around(text, word, at) else { continue };
        if text.get(name.end..).and_then(value).is_some_and(|(_, moment)| hour_of(moment).is_some()) {
            return Some(name);
        }
    }
    None
}

/// The hour of a moment that is written as seconds since 1970.
pub(super) fn hour_of_seconds(text: &[u8]) -> Option<u32> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    // Ten digits until the year 2286; more are milliseconds or no moment.
    let text = text.get(..digits).filter(|_| digits == 10)?;
    let seconds: u64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    u32::try_from(seconds / 3600).ok()
}

/// What is not in order must not fill the memory.
fn shrink(hours: &mut Vec<u32>) {
    if hours.len() > 4096 {
        hours.sort_unstable();
        hours.dedup();
    }
}

/// The name of a field around a word that ends it, with its quotes as they are written there.
fn name_around(text: &[u8], word: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let behind = text.get(end..)?;
    let backslashes = behind.iter().take_while(|b| **b == b'\\').count();
    let end = (behind.get(backslashes) == Some(&b'"')).then_some(end + backslashes + 1)?;
    let before = text.get(..word)?;
    let prefix = before.iter().rev().take_while(|b| matches!(b, b'.' | b'_') || b.is_ascii_alphabetic()).count();
    let quote = word.checked_sub(prefix + 1).filter(|at| text.get(*at) == Some(&b'"'))?;
    let escapes = text.get(..quote)?.iter().rev().take_while(|b| **b == b'\\').count();
    Some(quote - escapes..end)
}

/// The first characters of the value behind the name of a field, and where they begin; values in strings have their
/// quotes escaped.
fn value(rest: &[u8]) -> Option<(usize, &[u8; HOUR])> {
    let start = rest.iter().position(|b| !matches!(b, b':' | b'"' | b' ' | b'\\' | b'\t'))?;
    let rest = rest.get(start..)?;
    let value = rest.first_chunk::<HOUR>().filter(|_| rest.first().is_some_and(u8::is_ascii_digit))?;
    Some((start, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: &str = "2026-03-04T12";

    fn hours(text: &str) -> (u64, Vec<u32>) {
        let mut hours = Hours::new(Spelling::of(text.as_bytes()));
        let found = hours.all(text.as_bytes());
        (found, hours.by_region(None).pop().map(|(_, hours)| hours).unwrap_or_default())
    }

    #[test]
    fn moments_are_found_however_their_field_is_written() {
        let noon = hour_of(NOON.as_bytes()).unwrap();
        for name in [
            r#""eventTime":""#,
            r#""eventTime" : ""#,
            r#""event": "{\"eventTime\":\""#,
            r#""event": "{\\\"eventTime\\\" : \\\""#,
            r#""event.eventTime":""#,
            r#""event_eventtime":""#,
            r#""EventTime":""#,
        ] {
            let text = format!("{{{name}{NOON}:30:07Z\"}}\n{{{name}2026-03-04T13:00:00Z\"}}\n");
            assert_eq!(hours(&text), (2, vec![noon, noon + 1]), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in ["{\"eventTime\":null}", "{\"eventTime\":\"later\"}", "eventTime: 2026-03-04T12", "\"eventTime\""] {
            assert_eq!(hours(text), (0, Vec::new()), "{text}");
        }
    }

    #[test]
    fn a_record_that_is_written_in_another_way_is_met_by_itself() {
        let noon = hour_of(NOON.as_bytes()).unwrap();
        let mut hours = Hours::default();
        assert!(hours.one(br#"{"eventTime":"2026-03-04T12:00:00Z"}"#));
        assert!(hours.one(br#"{"event_eventtime":"2026-03-04T13:00:00Z"}"#));
        assert!(hours.one(br#"{"__time__":"1772632800","event":"{}"}"#));
        assert!(!hours.one(br#"{"__time__":"17726328000000"}"#) && !hours.one(b"{}"));
        assert_eq!(hours.by_region(None), [(String::new(), vec![noon, noon + 1, noon + 2])]);
    }

    #[test]
    fn regions_are_kept_apart_unless_one_is_said_for_all() {
        let made = || {
            let mut hours = Hours::default();
            hours.known(5, "cn-x");
            hours.known(5, "cn-y");
            hours.known(4, "");
            hours
        };
        let apart = [(String::new(), vec![4]), ("cn-x".to_owned(), vec![5]), ("cn-y".to_owned(), vec![5])];
        assert_eq!(made().by_region(None), apart);
        assert_eq!(made().by_region(Some("cn-z")), [("cn-z".to_owned(), vec![4, 5])]);
    }
}
