//! `backuplint.toml`: what a repository sets once for everybody.
//!
//! Takes the text of configuration files, from the nearest to the outermost, and gives what holds for a path. It reads
//! no file itself and decides nothing about a call.
//!
//! A file is read to a [`Layer`], in which every setting keeps its place. The layers that hold for a folder are a
//! [`Stack`], and [`Scopes`] finds the stack for a path: the nearest file wins key by key.

mod instances;
mod layer;
mod patterns;
mod reader;
mod scopes;
mod show;
#[cfg(test)]
mod tests;

pub use layer::{Layer, Level, PerPath, Set, Unknown};
pub use patterns::{PatternError, Patterns};
pub use reader::{KEYS, Vocabulary, read};
pub use scopes::{Scopes, Stack};
pub use show::{Asked, Elsewhere, quoted, show};

/// The names that a configuration file may have; where a folder has both, the first is used.
pub const FILE_NAMES: &[&str] = &["backuplint.toml", ".backuplint.toml"];
