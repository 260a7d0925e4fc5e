//! Text formats: one file each, tolerant of errors, with a span on every key and value.
//!
//! Gives trees; knows no service and no API.

pub mod batch;
pub mod code;
pub mod document;
pub mod groovy;
pub mod hcl;
pub mod json;
pub mod powershell;
pub mod schedule;
pub mod shell;
pub mod when;
pub mod yaml;
