//! The hours in which a file has records, found without reading the records.
//!
//! A moment is known by the name of its field, and that is written in as many ways as there are forms: with the quotes
//! of a string in a string, with the name of a column before it, in small letters. Which one a file uses is learned
//! from its first record; a record in which it is missing is looked at by itself.

use std::collections::BTreeMap;

use memchr::memmem::{self, Finder};

use super::event::hour_of;

/// The field with the moment of an event, as the service writes it.
pub(super) const TIME: &[u8] = b"\"eventTime\"";

/// The field as copies write it.
const SPELLINGS: [&[u8]; 3] = [b"eventTime", b"eventtime", b"EventTime"];

/// The moment at which the log service took a record, in seconds.
const TAKEN: &[u8] = b"__time__";

/// How much of a moment tells the hour.
const HOUR: usize = 13;

/// So many places that are no moment are looked at for the way in which a file writes them.
const PATIENCE: usize = 16;

/// The hours of the records of one file.
pub(super) struct Hours {
    /// By region; the empty one stands for those whose region nobody has looked at.
    regions: BTreeMap<String, Vec<u32>>,
    unknown: Vec<u32>,
    /// The beginning of the last moment, as it is written: most records say the same hour as the one before.
    last: [u8; HOUR],
    /// Where in the last record its moment was: most records have it at the same place.
    at: usize,
    spelling: Spelling,
}

/// How a file writes the name of the field.
struct Spelling {
    name: Vec<u8>,
    finder: Finder<'static>,
}

impl Spelling {
    fn new(name: &[u8]) -> Self {
        Self { name: name.to_vec(), finder: Finder::new(name).into_owned() }
    }
}

impl Default for Hours {
    fn default() -> Self {
        Self {
            regions: BTreeMap::new(),
            unknown: Vec::new(),
            last: [0; HOUR],
            at: 0,
            spelling: Spelling { name: TIME.to_vec(), finder: Finder::new(TIME) },
        }
    }
}

impl Hours {
    /// Notes the hours of all records in a text; gives how many moments there are.
    pub(super) fn all(&mut self, text: &[u8]) -> u64 {
        let mut found = self.each(text);
        if found == 0 && self.learn(text) {
            found = self.each(text);
        }
        found
    }

    /// How often the field with the id of an event stands in a text, written as the one with its moment.
    pub(super) fn ids(&self, text: &[u8]) -> u64 {
        let name = String::from_utf8_lossy(&self.spelling.name).replace("Time", "Id").replace("time", "id");
        memmem::find_iter(text, &name).count() as u64
    }

    /// Whether no hour was met yet.
    pub(super) fn is_empty(&self) -> bool {
        self.unknown.is_empty() && self.regions.is_empty()
    }

    /// Notes the hour of one record; false when it has no moment.
    pub(super) fn one(&mut self, record: &[u8]) -> bool {
        let is_there = record.get(self.at..).is_some_and(|rest| rest.starts_with(&self.spelling.name));
        if !is_there {
            match self.spelling.finder.find(record) {
                Some(at) => self.at = at,
                None => return self.odd(record),
            }
        }
        self.note(record, self.at + self.spelling.name.len());
        true
    }

    /// Notes the hour of a record that is written in another way than those before it; false when it has no moment.
    fn odd(&mut self, record: &[u8]) -> bool {
        if self.learn(record) {
            return self.each(record) > 0;
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
    pub(super) fn by_region(mut self, region: Option<&str>) -> BTreeMap<String, Vec<u32>> {
        if let Some(region) = region {
            let all = std::mem::take(&mut self.regions).into_values().flatten();
            self.unknown.extend(all);
            self.regions.insert(region.to_owned(), self.unknown);
        } else {
            self.regions.entry(String::new()).or_default().extend(self.unknown);
        }
        for hours in self.regions.values_mut() {
            hours.sort_unstable();
            hours.dedup();
        }
        self.regions.retain(|_, hours| !hours.is_empty());
        self.regions
    }

    fn each(&mut self, text: &[u8]) -> u64 {
        let (mut at, mut found) = (0, 0);
        while let Some(next) = text.get(at..).and_then(|rest| self.spelling.finder.find(rest)) {
            at += next + self.spelling.name.len();
            found += u64::from(self.note(text, at));
        }
        found
    }

    /// Learns how a text writes the name of the field, from the first moment in it.
    fn learn(&mut self, text: &[u8]) -> bool {
        let mut at = 0;
        for _ in 0..PATIENCE {
            let rest = text.get(at..).unwrap_or_default();
            let next = SPELLINGS.iter().filter_map(|word| memmem::find(rest, word)).min();
            let Some(word) = next.map(|next| at + next) else { return false };
            at = word + 9;
            let Some(name) = name_around(text, word, at) else { continue };
            if text.get(name.end..).and_then(value).is_some_and(|(_, moment)| hour_of(moment).is_some()) {
                self.spelling = Spelling::new(text.get(name).unwrap_or_default());
                return true;
            }
        }
        false
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
        let mut hours = Hours::default();
        let found = hours.all(text.as_bytes());
        (found, hours.by_region(None).remove("").unwrap_or_default())
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
        assert_eq!(hours.by_region(None)[""], [noon, noon + 1, noon + 2]);
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
        let apart: BTreeMap<_, _> =
            [(String::new(), vec![4]), ("cn-x".to_owned(), vec![5]), ("cn-y".to_owned(), vec![5])].into();
        assert_eq!(made().by_region(None), apart);
        assert_eq!(made().by_region(Some("cn-z")), [("cn-z".to_owned(), vec![4, 5])].into());
    }
}
