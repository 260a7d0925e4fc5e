//! Audit records: from the bytes of logs to the few of them that speak of a call.
//!
//! Owns every form in which logs are delivered, the search for records, and the [`Partial`]: what a slice of the logs
//! leaves behind, as a value that merges. It judges nothing and opens no file.

mod partial;
mod survivor;

pub use partial::{Damage, DamageKind, FileRecord, Partial};
pub use survivor::{EventId, Moment, Name, Names, Outcome, Survivor};
