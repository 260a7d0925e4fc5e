//! What a run is at, for whoever measures or tells it.
//!
//! Owns the steps and the trait of whoever is told. There is no clock here: whoever watches has one.

use std::path::PathBuf;

/// A step of a run, as it begins. It ends where the next one begins.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A surface reads its files.
    Parse {
        /// What people call the surface.
        surface: &'static str,
        /// The files that hold a word of its calls.
        files: &'a [PathBuf],
        /// How many files it has besides to understand those.
        helpers: usize,
    },
    /// What was found in one file is connected with what was found in others.
    Connect,
    /// Calls are judged.
    Judge {
        /// How many.
        calls: usize,
    },
    /// Findings are sorted, waived, numbered and counted.
    Report,
}

/// Whoever is told of the steps.
pub trait Watch {
    /// A step begins.
    fn begins(&self, step: Step<'_>);
}

/// Nobody.
impl Watch for () {
    fn begins(&self, _: Step<'_>) {}
}
