//! What reading leaves behind, before it is put in order.

use super::event::{Spot, Wanted};
use super::object_name::object_name;
use super::partial::{Damage, DamageKind, FileRecord, Partial};
use super::record::Record;
use super::survivor::{Name, Names, Survivor};

/// So much damage is kept of one file; one more says that there is more.
const MOST_DAMAGE: usize = 100;

/// The longest excerpt of what could not be read, in bytes.
const EXCERPT: usize = 120;

/// Collects what is found in files. Each thread has one of its own; what they hold is merged at the end.
#[derive(Debug, Default)]
pub struct Gather {
    pub(super) names: Names,
    pub(super) survivors: Vec<Survivor>,
    pub(super) damage: Vec<Damage>,
    /// In the order in which they were read; what is told last of a path counts.
    files: Vec<(String, FileRecord)>,
}

impl Gather {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps an event that is a call.
    pub(super) fn event(&mut self, wanted: &[Wanted<'_>], event: &Record<'_>, spot: Spot) -> bool {
        let Some(of) = wanted.iter().find(|wanted| wanted.is_call(event)) else { return false };
        let survivor = of.survivor(event, &mut self.names, spot);
        self.survivors.push(survivor);
        true
    }

    /// Tells something that could not be read.
    pub(super) fn damage(&mut self, path: &str, spot: &Spot, kind: DamageKind, message: String, text: &[u8]) {
        let told = self.damage.iter().rev().take_while(|damage| damage.file == path).count();
        if told > MOST_DAMAGE {
            return;
        }
        let message = if told == MOST_DAMAGE { more_damage() } else { message };
        let shown = text.get(..EXCERPT).unwrap_or(text);
        self.damage.push(Damage {
            file: path.to_owned(),
            offset: spot.offset,
            line: spot.line,
            column: spot.column,
            kind,
            message,
            excerpt: String::from_utf8_lossy(shown).trim_end_matches('\u{FFFD}').to_owned(),
        });
    }

    /// Tells a file that was not opened. The hours that its name speaks of are kept: they are no gap in the logs.
    pub fn not_opened(&mut self, path: &str, bytes: u64) {
        let mut record = FileRecord { bytes, not_opened: true, ..FileRecord::default() };
        if let Some(name) = object_name(path) {
            record.set_hours([(name.region.to_owned(), vec![name.hour])].into());
        }
        self.file(path, record);
    }

    /// Adds what was found in a part of a file, whose records, lines and columns are counted from where the part begins.
    pub(super) fn part(&mut self, part: Self, records: u64, lines: u64, column: u64) {
        let Self { names, survivors, damage, .. } = part;
        let of_first_line = |line: u64| if line == 1 { column } else { 0 };
        for mut survivor in survivors {
            survivor.rename(|name| self.names.name(names.text(name)));
            survivor.record += records;
            survivor.column += of_first_line(survivor.line);
            survivor.line += lines;
            self.survivors.push(survivor);
        }
        for mut damage in damage {
            let told = self.damage.iter().rev().take_while(|told| told.file == damage.file).count();
            if told > MOST_DAMAGE {
                return;
            }
            if told == MOST_DAMAGE {
                damage.message = more_damage();
            }
            damage.column += of_first_line(damage.line);
            damage.line += lines;
            self.damage.push(damage);
        }
    }

    /// Tells a file that could not be opened or read.
    pub fn unreadable(&mut self, path: &str, message: String) {
        let spot = Spot { file: Name::NONE, record: 0, offset: 0, line: 1, column: 1 };
        self.damage(path, &spot, DamageKind::Unreadable, message, b"");
    }

    /// Tells a file that became shorter after the run had begun.
    pub fn shrunk(&mut self, path: &str, from: u64, to: u64) {
        let spot = Spot { file: Name::NONE, record: 0, offset: to, line: 1, column: 1 };
        let message = format!("this file had {from} bytes when the run began, and {to} when it was read");
        self.damage(path, &spot, DamageKind::Truncated, message, b"");
    }

    /// Keeps what became of a file.
    pub(super) fn file(&mut self, path: &str, record: FileRecord) {
        self.files.push((path.to_owned(), record));
    }

    /// What became of the file that was told last, when it is this one.
    #[must_use]
    pub fn last_file(&self, path: &str) -> Option<&FileRecord> {
        self.files.last().filter(|(last, _)| last == path).map(|(_, record)| record)
    }

    /// Takes back what became of the file that was told last, when it is this one.
    pub(super) fn take_file(&mut self, path: &str) -> Option<FileRecord> {
        self.files.pop_if(|(last, _)| last == path).map(|(_, record)| record)
    }

    /// What was collected, in order.
    #[must_use]
    pub fn into_partial(self) -> Partial {
        Partial::new(self.names, self.survivors, self.files.into_iter().collect(), self.damage)
    }
}

fn more_damage() -> String {
    format!("more than {MOST_DAMAGE} places in this file cannot be read; those behind this one are not told")
}
