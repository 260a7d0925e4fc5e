//! How a record is wrapped by whoever delivered it.
//!
//! To add a form: a file with a function that unwraps a record, and a line in [`FORMS`].

mod cloud_event;
mod columns;
mod log_service;
mod lookup_events;

use super::record::Record;

/// Shows the events in a wrapped record; false when the record is not wrapped in this way.
type Unwrap = fn(&Record<'_>, &mut dyn FnMut(&str), &mut dyn FnMut(&Record<'_>)) -> bool;

/// The forms, asked one after the other. The first function that is given shows a text that is a record itself, the
/// second one shows an event.
const FORMS: [Unwrap; 4] = [lookup_events::unwrap, log_service::unwrap, cloud_event::unwrap, columns::unwrap];

/// How often a record may be wrapped.
const DEPTH: usize = 4;

/// Shows every event that a text holds: a record as it is, or what one of the forms wraps.
///
/// # Errors
/// The text is no JSON object; events in it that could be read were shown.
pub(super) fn events(text: &str, show: &mut dyn FnMut(&Record<'_>)) -> Result<(), serde_json::Error> {
    nested(text, show, 0)
}

/// Shows every event of a record that was no JSON.
pub(super) fn events_of(record: &Record<'_>, show: &mut dyn FnMut(&Record<'_>)) -> Result<(), serde_json::Error> {
    unwrapped(record, show, 0)
}

fn nested(text: &str, show: &mut dyn FnMut(&Record<'_>), depth: usize) -> Result<(), serde_json::Error> {
    unwrapped(&Record::parse(text)?, show, depth)
}

fn unwrapped(record: &Record<'_>, show: &mut dyn FnMut(&Record<'_>), depth: usize) -> Result<(), serde_json::Error> {
    if record.raw(EVENT_NAME).is_some() || depth >= DEPTH {
        show(record);
        return Ok(());
    }
    for unwrap in FORMS {
        let mut inner = Vec::new();
        let is_wrapped = unwrap(record, &mut |text| inner.push(text.to_owned()), show);
        if is_wrapped {
            let mut result = Ok(());
            for text in inner {
                result = result.and(nested(&text, show, depth + 1));
            }
            return result;
        }
    }
    Ok(())
}

/// The field that every event has.
pub(super) const EVENT_NAME: &str = "eventName";

/// The field with its moment.
pub(super) const EVENT_TIME: &str = "eventTime";

/// The field with the region in which it took place.
pub(super) const REGION: &str = "acsRegion";
