//! The finished result of a run, which every reporter gets.

use std::sync::Arc;

use super::catalogue::Catalogue;
use super::types::{Finding, Severity, Undecided, Verdict};
use crate::model::{Coverage, CoverageStatus, RuleCoverage};
use crate::source::Place;

/// One call with its verdict.
#[derive(Debug, Clone)]
pub struct CallRecord {
    /// What the source calls it.
    pub subject: String,
    /// The id of the API.
    pub api: Arc<str>,
    /// The id of the surface.
    pub surface: &'static str,
    /// The part of the source that stands for it.
    pub head: Place,
    /// The verdict.
    pub verdict: Verdict,
    /// What would decide it; empty unless undecided.
    pub undecided: Vec<Undecided>,
    /// Parameters as far as they are known: the API's name and the text, `None` for unknown.
    pub parameters: Vec<(String, Option<String>)>,
    /// Facts as far as they are known, in the same form.
    pub facts: Vec<(String, Option<String>)>,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings of severity error, warning and note, before anything is hidden.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
    /// Findings that are below the level that is shown.
    pub hidden: usize,
    /// Calls judged.
    pub calls: usize,
    /// Calls with at least one finding that is shown.
    pub calls_with_findings: usize,
    /// Calls by verdict.
    pub violations: usize,
    /// Calls that are proven.
    pub proven: usize,
    /// Calls that are undecided.
    pub undecided: usize,
    /// Files that the walk met.
    pub files_seen: usize,
    /// Files whose bytes were searched.
    pub files_searched: usize,
    /// Files that were parsed.
    pub files_parsed: usize,
    /// Files that could hold a call and were not looked at.
    pub files_skipped: usize,
    /// Files that were looked at in part.
    pub files_in_part: usize,
}

/// Everything that a run found, sorted and counted. Reporters only write it down.
#[derive(Debug, Clone)]
pub struct Report {
    /// The findings that are shown, sorted by path, offset and rule.
    pub findings: Vec<Finding>,
    /// Every call with its verdict, sorted likewise.
    pub calls: Vec<CallRecord>,
    /// What became of each file that could hold a call, sorted by path.
    pub coverage: Vec<Coverage>,
    /// How far each rule was applied, in the order of the catalogue.
    pub rules: Vec<RuleCoverage>,
    /// The numbers.
    pub counts: Counts,
    /// The operations whose calls were looked for, by the API's own names.
    pub operations: Vec<String>,
    /// The lowest severity that is shown.
    pub level: Severity,
    /// The catalogue, for titles and explanations.
    pub catalogue: Arc<Catalogue>,
    /// Whether undecided calls are to be listed.
    pub list_undecided: bool,
    /// Whether the coverage is to be listed.
    pub list_coverage: bool,
    /// How long the run took, in milliseconds; absent where output must not depend on the clock.
    pub elapsed_milliseconds: Option<u64>,
    /// The date of the documentation that the rules stand on, e.g. `2026-06-12`.
    pub rules_date: String,
}

impl Report {
    /// Whether anything that could hold a call was not, or not wholly, looked at.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.coverage.iter().any(|c| c.status != CoverageStatus::Judged)
    }
}
