//! The calls of an audit as a Parquet table: typed columns, an absent value where there is none.
//!
//! Nothing is compressed: equal texts are kept once by the format itself, and so every engine reads it.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;

use crate::audit::CallRow;

/// So many rows are held in memory and make a group of the file.
const GROUP: usize = 65_536;

/// A text of a row.
type TextOf = for<'r> fn(&'r CallRow<'r>) -> &'r str;

/// What a column holds of a row.
enum Column {
    Text(TextOf),
    /// A moment in UTC, in milliseconds.
    Moment(TextOf),
    /// A day of the time zone that was chosen.
    Day(TextOf),
    Number(for<'r> fn(&'r CallRow<'r>) -> &'r u64),
}

/// A column that is called as its field.
macro_rules! column {
    ($kind:ident $field:ident) => {
        (stringify!($field), Column::$kind(|row| &row.$field))
    };
}

/// The columns, named and ordered as in the other forms.
const COLUMNS: [(&str, Column); 20] = [
    column!(Text event_id),
    column!(Moment time),
    column!(Day day),
    column!(Text outcome),
    column!(Text code),
    column!(Text class),
    column!(Text instance),
    column!(Text region),
    column!(Text account),
    column!(Text principal),
    column!(Text session),
    column!(Text agent),
    column!(Text origin),
    column!(Text job),
    column!(Text parameters),
    column!(Text file),
    column!(Number record),
    column!(Number line),
    column!(Number column),
    column!(Number offset),
];

/// Writes rows as a table.
///
/// # Errors
/// The writer's.
pub(super) fn write<'r>(mut rows: impl Iterator<Item = CallRow<'r>>, out: &mut (dyn Write + Send)) -> io::Result<()> {
    let schema = Arc::new(parse_message_type(&schema()).map_err(io::Error::other)?);
    // The first version is read by everything; equal rows make equal bytes, so no clock and no build goes into it.
    let properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_1_0)
        .set_created_by(concat!("backuplint ", env!("CARGO_PKG_VERSION")).to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(told)?;
    loop {
        let group: Vec<CallRow<'_>> = rows.by_ref().take(GROUP).collect();
        if group.is_empty() {
            break;
        }
        let mut columns = writer.next_row_group().map_err(told)?;
        COLUMNS.iter().try_for_each(|(_, column)| write_column(column, &group, &mut columns)).map_err(told)?;
        columns.close().map_err(told)?;
    }
    writer.close().map_err(told)?;
    Ok(())
}

fn schema() -> String {
    let column = |(name, column): &(&str, Column)| match column {
        Column::Text(_) => format!("optional binary {name} (STRING);\n"),
        Column::Moment(_) => format!("optional int64 {name} (TIMESTAMP(MILLIS,true));\n"),
        Column::Day(_) => format!("optional int32 {name} (DATE);\n"),
        Column::Number(_) => format!("optional int64 {name};\n"),
    };
    format!("message call {{\n{}}}", COLUMNS.iter().map(column).collect::<String>())
}

fn write_column<W: Write + Send>(
    column: &Column,
    rows: &[CallRow<'_>],
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<(), ParquetError> {
    match column {
        Column::Text(of) => {
            let value = |row| Some(of(row)).filter(|text| !text.is_empty()).map(ByteArray::from);
            write_values::<ByteArrayType, _>(rows.iter().map(value), group)
        }
        Column::Moment(of) => {
            let value = |row| of(row).parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_millisecond);
            write_values::<Int64Type, _>(rows.iter().map(value), group)
        }
        Column::Day(of) => {
            let epoch = jiff::civil::date(1970, 1, 1);
            let days = |day: jiff::civil::Date| day.since(epoch).ok().map(|span| span.get_days());
            let value = |row| of(row).parse::<jiff::civil::Date>().ok().and_then(days);
            write_values::<Int32Type, _>(rows.iter().map(value), group)
        }
        Column::Number(of) => {
            let value = |row| i64::try_from(*of(row)).ok();
            write_values::<Int64Type, _>(rows.iter().map(value), group)
        }
    }
}

fn write_values<T: DataType, W: Write + Send>(
    values: impl Iterator<Item = Option<T::T>>,
    group: &mut SerializedRowGroupWriter<'_, W>,
) -> Result<(), ParquetError> {
    let (mut present, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        present.extend(value);
    }
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(&present, Some(&levels), None)?;
        column.close()?;
    }
    Ok(())
}

/// What went wrong while writing, as the operating system said it.
fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}
