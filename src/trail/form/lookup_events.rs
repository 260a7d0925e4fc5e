//! An answer of the API that looks events up: objects, or strings that hold them, in the list `Events`.

use serde_json::value::RawValue;

use crate::trail::record::{Record, text_of};

pub(super) fn unwrap(record: &Record<'_>, text: &mut dyn FnMut(&str), _: &mut dyn FnMut(&Record<'_>)) -> bool {
    let Some(list) = record.raw("Events").filter(|list| list.starts_with('[')) else { return false };
    let Ok(events) = serde_json::from_str::<Vec<&RawValue>>(list) else { return false };
    events.into_iter().filter_map(|event| text_of(event.get())).for_each(|event| text(&event));
    true
}
