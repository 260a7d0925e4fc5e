//! backuplint finds wrong `CreateBackup` calls of ApsaraDB RDS before they are made.
//!
//! The way of the data, which a test holds:
//!
//! ```text
//! source → syntax → model → surface → trail → finding → waiver → config → matrix → quota → ram → policy → check → fix → audit → report → cli
//! ```
//!
//! Each module uses only those left of it. Everything left of `cli` does no I/O.

// A test that slices wrongly fails, as it should; clippy.toml knows no such exception for this lint.
#![cfg_attr(test, allow(clippy::string_slice))]

pub mod audit;
pub mod check;
pub mod cli;
pub mod config;
pub mod finding;
pub mod fix;
pub mod matrix;
pub mod model;
pub mod policy;
pub mod quota;
pub mod ram;
pub mod report;
pub mod source;
pub mod surface;
pub mod syntax;
pub mod trail;
pub mod waiver;
