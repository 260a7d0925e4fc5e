//! The envelope of the event bus: `specversion`, and the event under `data`.

use crate::trail::record::{Record, text_of};

pub(super) fn unwrap(record: &Record<'_>, text: &mut dyn FnMut(&str), _: &mut dyn FnMut(&Record<'_>)) -> bool {
    let Some(data) = record.raw("specversion").and_then(|_| record.raw("data")).and_then(text_of) else { return false };
    text(&data);
    true
}
