//! What a slice of the logs leaves behind.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::survivor::{Name, Names, Survivor};

/// What a slice of the logs leaves behind. Merging two of them is associative, commutative and idempotent, so that any
/// split, order, retry or repetition of the work gives the same whole.
#[derive(Debug, Clone, Default)]
pub struct Partial {
    /// The texts.
    pub names: Names,
    /// The records of calls, sorted by event id, one for each id: of several copies the one that stands first
    /// (by path, then by offset).
    pub survivors: Vec<Survivor>,
    /// Copies that were left out: event id and place of each, sorted, so that a copy is counted once however often
    /// its file is read.
    pub copies: Vec<Survivor>,
    /// What became of each file, by its path.
    pub files: BTreeMap<String, FileRecord>,
    /// What could not be read, sorted by file and offset.
    pub damage: Vec<Damage>,
}

/// What became of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileRecord {
    /// Its size as it lies there.
    pub bytes: u64,
    /// The size of its text.
    pub text_bytes: u64,
    /// The digest (XXH3, 128 bits) of its bytes.
    pub digest: u128,
    /// How many records it holds.
    pub records: u64,
    /// How many of them are of calls that are looked for.
    pub calls: u64,
    /// The first and the last moment of a record, as far as records were looked at.
    pub first: Option<i64>,
    /// See `first`.
    pub last: Option<i64>,
    /// The form it is in, for people: "one JSON array, gzip".
    pub form: String,
    /// Hours (since 1970, UTC) for which its records or its name speak, by region.
    #[serde(with = "as_map")]
    pub hours: Vec<(String, Vec<u32>)>,
    /// Whether it was not opened, because its name says that nothing in it was asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_opened: bool,
    /// What its name says of it: events, bytes and digest; absent when it is not named as objects of a trail are.
    pub declared: Option<(u64, u64, String)>,
}

impl FileRecord {
    /// Keeps the hours of its records, by region, each in order; an empty region stands for records whose region nobody
    /// has looked at.
    pub(super) fn set_hours(&mut self, hours: Vec<(String, Vec<u32>)>) {
        let moment = |hour: &u32| i64::from(*hour) * HOUR;
        self.first = hours.iter().filter_map(|(_, hours)| hours.first()).min().map(moment);
        self.last = hours.iter().filter_map(|(_, hours)| hours.last()).max().map(moment);
        self.hours = hours;
    }
}

/// A list with keys as an object. Nearly every file is of one region, for which a map would be too large.
mod as_map {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(hours: &[(String, Vec<u32>)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(hours.iter().map(|(region, hours)| (region, hours)))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Vec<u32>)>, D::Error> {
        Ok(BTreeMap::deserialize(deserializer)?.into_iter().collect())
    }
}

/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Damage {
    /// The file.
    pub file: String,
    /// Where in its text.
    pub offset: u64,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What kind.
    pub kind: DamageKind,
    /// What is wrong there, for people.
    pub message: String,
    /// A few bytes of what stands there.
    pub excerpt: String,
}

/// The kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DamageKind {
    /// A record that is not valid JSON, or that lacks what a record has.
    Record,
    /// A file that ends in the middle, or whose compression is broken.
    Truncated,
    /// A file that could not be opened or read.
    Unreadable,
    /// Something reached a limit (a bomb).
    Limit,
}

impl Partial {
    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        self.names.text(name)
    }

    /// What was collected, in order: names sorted, one record for each event, the others as copies.
    #[must_use]
    pub fn new(
        names: Names,
        survivors: Vec<Survivor>,
        files: BTreeMap<String, FileRecord>,
        damage: Vec<Damage>,
    ) -> Self {
        let mut partial = Self { names, survivors, copies: Vec::new(), files, damage };
        partial.order();
        partial
    }

    /// Adds what another slice left behind.
    pub fn merge(&mut self, other: Self) {
        let Self { names, survivors, copies, files, damage } = other;
        let mut translated: FxHashMap<Name, Name> = FxHashMap::default();
        for mut survivor in survivors.into_iter().chain(copies) {
            let own = &mut self.names;
            survivor.rename(|name| *translated.entry(name).or_insert_with(|| own.name(names.text(name))));
            self.survivors.push(survivor);
        }
        self.survivors.append(&mut self.copies);
        self.merge_files(files);
        self.damage.extend(damage);
        self.order();
    }

    /// Adds what became of other files. Two lists in order become one list in order, which costs less than putting each
    /// file into its place: there are hundreds of thousands of them.
    fn merge_files(&mut self, other: BTreeMap<String, FileRecord>) {
        let mut all: Vec<(String, FileRecord)> = std::mem::take(&mut self.files).into_iter().chain(other).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        // One path that was read twice and changed between: whatever came last is not known; the larger is kept.
        all.dedup_by(|next, kept| {
            let is_same = next.0 == kept.0;
            if is_same && kept.1 < next.1 {
                std::mem::swap(kept, next);
            }
            is_same
        });
        self.files = all.into_iter().collect();
    }

    /// Brings everything into the one order that equal contents have.
    fn order(&mut self) {
        self.survivors.append(&mut self.copies);
        self.sort_names();
        self.survivors.sort_unstable_by(|a, b| (&a.event, a.file, a.offset).cmp(&(&b.event, b.file, b.offset)));
        // What was read twice is there twice; a copy is another record of the same event.
        self.survivors.dedup_by(|a, b| a.event == b.event && a.file == b.file && a.offset == b.offset);
        let mut kept: Vec<Survivor> = Vec::with_capacity(self.survivors.len());
        for survivor in self.survivors.drain(..) {
            if kept.last().is_some_and(|last| last.event == survivor.event) {
                self.copies.push(survivor);
            } else {
                kept.push(survivor);
            }
        }
        self.survivors = kept;
        self.damage.sort_unstable();
        self.damage.dedup();
    }

    /// Sorts the names, and leaves out those that nothing uses.
    fn sort_names(&mut self) {
        let mut used: Vec<Name> = Vec::new();
        self.survivors.iter_mut().for_each(|survivor| {
            survivor.rename(|name| {
                used.push(name);
                name
            });
            if used.len() > 1 << 20 {
                used.sort_unstable();
                used.dedup();
            }
        });
        used.sort_unstable();
        used.dedup();
        used.sort_unstable_by(|a, b| self.names.text(*a).cmp(self.names.text(*b)));
        let mut sorted = Names::default();
        let translated: FxHashMap<Name, Name> =
            used.into_iter().map(|name| (name, sorted.name(self.names.text(name)))).collect();
        let renamed = |name: Name| translated.get(&name).copied().unwrap_or(Name::NONE);
        self.survivors.iter_mut().for_each(|survivor| survivor.rename(renamed));
        self.names = sorted;
    }
}
