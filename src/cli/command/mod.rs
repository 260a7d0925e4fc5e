//! The commands, one file each.

pub(super) mod audit;
pub(super) mod baseline;
pub(super) mod check;
pub(super) mod completions;
pub(super) mod config;
pub(super) mod explain;
pub(super) mod init;
#[cfg(feature = "lsp")]
pub(super) mod lsp;
pub(super) mod man;
pub(super) mod matrix;
pub(super) mod policy;
pub(super) mod preflight;
pub(super) mod ram;
pub(super) mod rules;
