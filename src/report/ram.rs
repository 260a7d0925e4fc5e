//! Answers about RAM policies, for people and for programs.
//!
//! Takes a finished answer with the statements that it comes from; gives bytes. The JSON documents are described by
//! `schemas/ram.schema.json`; their types are apart from the crate's own, which may change.

mod can;
mod diff;
mod parts;
mod suggest;

pub use can::{CanAnswer, Held, write_can_human, write_can_json};
pub use diff::{DiffAnswer, write_diff_human, write_diff_json};
pub use suggest::{write_suggest_human, write_suggest_json, write_suggest_terraform};
