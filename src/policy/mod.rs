//! The rules that an organisation has of its own: reading them and judging calls by them.
//!
//! Takes YAML files, and calls with what is known of them; gives findings that are certain only where they hold for
//! everything that is not known. One rule judges calls of files and calls of logs. It reads no file, and names no API.

mod condition;
mod judge;
mod load;
mod rule;
mod situation;
#[cfg(test)]
mod tests;
mod truth;
mod wording;

pub use judge::{Judged, judge};
pub use load::{Vocabulary, read};
pub use rule::{Example, Input, Policy, Trial};
pub use situation::{Moment, Situation};
