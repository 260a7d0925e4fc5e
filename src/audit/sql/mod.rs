//! The audit as SQL, for logs that lie in an engine already: the tables of the matrix as one query, the limit of a day
//! as another.
//!
//! Takes a matrix and what the events are called there; gives text. It runs nothing. What SQL cannot say, such as
//! calls that overlap and what refusals teach, it does not try to say, and tells so.

mod dialect;
mod quota;
mod text;
mod wrong;

use super::when::Zone;
use crate::matrix::Matrix;
pub use dialect::{DIALECTS, Dialect};
use text::Text;

/// Where the events are, and how days are counted.
#[derive(Debug, Clone)]
pub struct SqlSettings {
    /// The table with the events.
    pub table: String,
    /// The column that holds an event as JSON; nothing where each field of an event is a column.
    pub json_column: Option<String>,
    /// A table with what is known of instances: a column for the id, and one for each fact.
    pub instances: Option<String>,
    /// The time zone in which days are counted.
    pub zone: Zone,
    /// How many calls on one instance a day may have, where it is not the documented number.
    pub quota: Option<u32>,
}

/// The queries of an audit in a dialect, with comments.
#[must_use]
pub fn queries(matrix: &Matrix, dialect: &Dialect, settings: &SqlSettings) -> String {
    let mut all = head(matrix, dialect, settings);
    all.push('\n');
    all.push_str(&wrong::query(matrix, dialect, settings));
    if let Some(query) = quota::query(matrix, dialect, settings) {
        all.push('\n');
        all.push_str(&query);
    }
    all
}

/// What the queries read, and what they do not say.
fn head(matrix: &Matrix, dialect: &Dialect, settings: &SqlSettings) -> String {
    let mut text = Text::new(dialect);
    let api = matrix.api();
    text.note(&format!(
        "{} of {} in logs, for {}: written by backuplint from the matrix {} of {}.",
        api.action,
        api.product.title,
        dialect.title,
        matrix.id(),
        matrix.documentation().updated
    ));
    match &settings.json_column {
        Some(column) => text.note(&format!("Reads {}, whose column {column} holds an event as JSON.", settings.table)),
        None => text.note(&format!("Reads {}, which has a column for each field of an event.", settings.table)),
    }
    match &settings.instances {
        Some(table) => text.note(&format!(
            "Facts come from {table}: a row for each instance, with its id and a column for each fact."
        )),
        None => text.note("No table of instances is named: what depends on their facts is possible, not certain."),
    }
    for sentence in NOT_SAID {
        text.note(sentence);
    }
    text.finish()
}

/// What SQL does not say here.
const NOT_SAID: [&str; 5] = [
    "Not said here: calls that overlap, refusals by RAM and what would allow them, gaps in the logs, calls within any 24 hours.",
    "What accepted and refused calls teach of an instance is not used, so more is possible and less certain than in `backuplint audit`;",
    "a call that is wrong in every case, for different reasons, is a possible finding of each of them.",
    "A parameter that was sent as a list is read as the text of that list. Records without an id are never copies of each other.",
    "Events in other envelopes (of the log service, of the event bus) have to be unwrapped into the table first.",
];
