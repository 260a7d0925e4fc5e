//! Exports as a table: a column with the whole event, or columns named after its fields.

use std::io::Read;

use super::event::{Spot, hour_of};
use super::form;
use super::gather::Gather;
use super::hours::{Hours, hour_of_seconds};
use super::partial::{DamageKind, FileRecord};
use super::reader::Reader;
use super::record::Record;
use super::survivor::Name;

/// What the name of a column of such a table is or begins with.
const COLUMNS: [&str; 3] = ["event", "event.", "event_"];

/// Reads a table as it comes.
pub(super) fn read(
    reader: &Reader<'_>,
    path: &str,
    file: Name,
    stream: &mut dyn Read,
    packed: &str,
    mut record: FileRecord,
    gather: &mut Gather,
) {
    let mut table = csv::ReaderBuilder::new().flexible(true).from_reader(stream);
    let names: Vec<String> = match table.byte_headers() {
        Ok(names) => names.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect(),
        Err(_) => Vec::new(),
    };
    let is_log = names.iter().any(|name| {
        let name = name.to_ascii_lowercase();
        COLUMNS.iter().any(|column| name == *column || column.len() > 5 && name.starts_with(column))
            || name.eq_ignore_ascii_case(form::EVENT_NAME)
    });
    let plain = if is_log { "a table" } else { "not a log" };
    record.form = if packed.is_empty() { plain.to_owned() } else { format!("{plain}, {packed}") };
    if is_log {
        rows(reader, path, file, &mut table, &names, &mut record, gather);
    }
    gather.file(path, record);
}

fn rows(
    reader: &Reader<'_>,
    path: &str,
    file: Name,
    table: &mut csv::Reader<&mut dyn Read>,
    names: &[String],
    record: &mut FileRecord,
    gather: &mut Gather,
) {
    let mut row = csv::ByteRecord::new();
    let mut hours = Hours::default();
    let places = Places::of(names);
    let search = reader.search();
    loop {
        let more = table.read_byte_record(&mut row);
        let (offset, line) = row.position().map_or((0, 1), |position| (position.byte(), position.line()));
        let spot = Spot { file, record: record.records + 1, offset, line, column: 1 };
        match more {
            Ok(false) => break,
            Ok(true) => record.records += 1,
            Err(error) => {
                let kind = if error.is_io_error() { DamageKind::Truncated } else { DamageKind::Record };
                gather.damage(path, &spot, kind, format!("the table cannot be read further: {error}"), b"");
                break;
            }
        }
        let is_read = places.is_cut(&row) || row.iter().any(|value| search.may_hold(value));
        if !is_read {
            places.hour(&row, &mut hours);
            continue;
        }
        let values: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        let columns = Record::of_columns(names, values.iter().map(AsRef::as_ref));
        let (mut calls, mut has_moment) = (0, false);
        let result = form::events_of(&columns, &mut |event| {
            calls += u64::from(gather.event(&search.wanted, event, spot));
            // As in other forms: the regions of some records say nothing of the others.
            if search.exact
                && let Some(hour) = event.text(form::EVENT_TIME).and_then(|time| hour_of(time.as_bytes()))
            {
                hours.known(hour, &event.text(form::REGION).unwrap_or_default());
                has_moment = true;
            }
        });
        if !has_moment {
            places.hour(&row, &mut hours);
        }
        record.calls += calls;
        if let Err(error) = result {
            let message = format!("the event in this row cannot be read: {error}");
            gather.damage(path, &spot, DamageKind::Record, message, row.as_slice());
        }
    }
    record.text_bytes = record.text_bytes.max(table.position().byte());
    record.set_hours(hours.by_region(None));
}

/// Where in a row stands what is looked at without reading the row as an event.
struct Places {
    event: Option<usize>,
    moment: Option<usize>,
    region: Option<usize>,
    taken: Option<usize>,
}

impl Places {
    fn of(names: &[String]) -> Self {
        let at = |name: &str| names.iter().position(|own| own.eq_ignore_ascii_case(name));
        let of_event = |field: &str| {
            names.iter().position(|own| {
                let own = own.to_ascii_lowercase();
                let prefix = COLUMNS.iter().filter(|column| column.len() > 5).find_map(|c| own.strip_prefix(c));
                prefix.unwrap_or(&own).eq_ignore_ascii_case(field)
            })
        };
        Self {
            event: at("event"),
            moment: of_event(form::EVENT_TIME),
            region: of_event(form::REGION),
            taken: at("__time__"),
        }
    }

    /// Whether the event in a row does not end as one does.
    fn is_cut(&self, row: &csv::ByteRecord) -> bool {
        let event = self.event.and_then(|at| row.get(at)).unwrap_or_default().trim_ascii();
        !event.is_empty() && event != b"null" && !event.ends_with(b"}")
    }

    /// Notes the hour of a row.
    fn hour(&self, row: &csv::ByteRecord, hours: &mut Hours) {
        let value = |at: Option<usize>| at.and_then(|at| row.get(at));
        if let Some(hour) = value(self.moment).and_then(hour_of) {
            let region = value(self.region).filter(|region| *region != b"null").unwrap_or_default();
            return hours.known(hour, &String::from_utf8_lossy(region));
        }
        if value(self.event).is_some_and(|event| hours.one(event)) {
            return;
        }
        if let Some(hour) = value(self.taken).and_then(hour_of_seconds) {
            hours.known(hour, "");
        }
    }
}
