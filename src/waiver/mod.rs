//! Findings that somebody has answered for: comments in a source, waivers of a configuration, a baseline.
//!
//! Takes findings with their sources and gives which of them are left. It hides nothing without a count.

use crate::source::Place;

/// A waiver that the configuration holds, for files in which no comment can stand.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// Pattern of the paths that it holds for, as people write them for files to ignore: `deploy/**/*.json`.
    pub path: String,
    /// The rule whose findings it covers; every rule when there is none, as far as a fingerprint narrows it.
    pub rule: Option<String>,
    /// The one finding that it covers.
    pub fingerprint: Option<String>,
    /// Why; never empty.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<jiff::civil::Date>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is written.
    pub place: Place,
}
