//! Columns named after the fields of the event: `event.eventName` in queries of the log service, `event_eventname` in
//! copies that other systems keep.

use crate::trail::record::Record;

/// What columns begin with.
const PREFIXES: [&str; 2] = ["event.", "event_"];

pub(super) fn unwrap(record: &Record<'_>, _: &mut dyn FnMut(&str), show: &mut dyn FnMut(&Record<'_>)) -> bool {
    PREFIXES.iter().any(|prefix| {
        let event = record.below(prefix);
        let is_event = event.raw(super::EVENT_NAME).is_some();
        if is_event {
            show(&event);
        }
        is_event
    })
}
