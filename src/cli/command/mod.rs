//! The commands, one file each.

pub mod check;
pub mod explain;
pub mod matrix;
pub mod preflight;
pub mod rules;
