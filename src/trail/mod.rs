//! Audit records: from the bytes of logs to the few of them that speak of a call.
//!
//! Owns every form in which logs are delivered, the search for records, and the [`Partial`]: what a slice of the logs
//! leaves behind, as a value that merges. It judges nothing and opens no file.

mod block;
mod event;
mod form;
mod gather;
mod gzip;
mod hours;
mod object_name;
mod partial;
mod parts;
mod reader;
mod record;
mod split;
mod survivor;
mod table;
mod text;
mod wire;

pub use gather::Gather;
pub use object_name::{ObjectName, may_hold, object_name};
pub use partial::{Damage, DamageKind, FileRecord, Partial};
pub use parts::{Cuts, Part};
pub use reader::{Reader, Scratch};
pub use survivor::{EventId, Moment, Name, Names, Outcome, Survivor};
pub use wire::WireError;

#[cfg(test)]
mod tests;
