//! A record of the log service: the event under `event`, as a JSON string in raw logs, as an object in copies.

use crate::trail::record::Record;

pub(super) fn unwrap(record: &Record<'_>, text: &mut dyn FnMut(&str), _: &mut dyn FnMut(&Record<'_>)) -> bool {
    let Some(event) = record.object("event") else { return false };
    text(&event);
    true
}
