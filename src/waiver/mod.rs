//! Findings that somebody has answered for: comments in a source, waivers of a configuration, a baseline.
//!
//! Takes findings with their sources and gives which of them are left. It hides nothing without a count.

mod apply;
mod baseline;
mod comments;
mod directive;
mod language;
mod reach;
mod told;
mod write;

use crate::source::Place;

pub use apply::{Applied, Ground, apply};
pub use baseline::{Baseline, BaselineError, Entry};
use told::is_own;
pub use write::{comment_for, rule_begun, rules_named};

/// What answers for findings in a run.
#[derive(Debug, Clone, Default)]
pub struct Waiving {
    /// Waivers of the configuration.
    pub waivers: Vec<Waiver>,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// The day of the run: what ended before it holds no longer. Without one everything holds.
    pub today: Option<jiff::civil::Date>,
    /// Whether nothing is left out.
    pub is_off: bool,
    /// Whether what is left out is listed.
    pub list: bool,
}

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
