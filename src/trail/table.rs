//! Exports as a table: a column with the whole event, or columns named after its fields.

use std::io::Read;

use super::event::{Spot, hour_of};
use super::form;
use super::gather::Gather;
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
    let mut hours = Vec::new();
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
        if !row.iter().any(|value| reader.search().may_hold(value)) {
            hours.extend(row.iter().filter(|value| value.len() == 20).filter_map(hour_of));
            continue;
        }
        let values: Vec<_> = row.iter().map(String::from_utf8_lossy).collect();
        let columns = Record::of_columns(names, values.iter().map(AsRef::as_ref));
        let mut calls = 0;
        let result = form::events_of(&columns, &mut |event| {
            hours.extend(event.text("eventTime").and_then(|time| hour_of(time.as_bytes())));
            calls += u64::from(gather.event(&reader.search().wanted, event, spot));
        });
        record.calls += calls;
        if let Err(error) = result {
            let message = format!("the event in this row cannot be read: {error}");
            gather.damage(path, &spot, DamageKind::Record, message, row.as_slice());
        }
    }
    record.text_bytes = record.text_bytes.max(table.position().byte());
    record.set_hours("", hours);
}
