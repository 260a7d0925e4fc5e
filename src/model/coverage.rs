//! What was looked at, what was not, and why: a skipped thing must never look like a clean one.

use crate::source::Place;

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The path that people see.
    pub path: String,
    /// How far it was judged.
    pub status: CoverageStatus,
    /// Why not in full; a fragment for people. Empty when judged in full.
    pub reason: String,
}

/// How far a file was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CoverageStatus {
    /// Every call in it was seen.
    Judged,
    /// Some of it could not be read: calls may have been missed.
    InPart,
    /// Not looked at, though it could hold a call.
    Skipped,
}

impl CoverageStatus {
    /// The word in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::InPart => "in part",
            Self::Skipped => "skipped",
        }
    }
}

/// How far one rule was applied in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleCoverage {
    /// The id of the rule.
    pub rule: String,
    /// In part when calls are undecided, so that it may hold where it was not reported; skipped when it is off.
    pub status: CoverageStatus,
    /// Why not in full; empty when judged in full.
    pub reason: String,
}

/// Something that kept a file from being read; becomes a finding.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// Where. For a file that could not be read at all, an empty source with its path.
    pub place: Place,
    /// What is wrong, a fragment for people without a final period.
    pub message: String,
    /// What to do about it, when there is something.
    pub help: Option<String>,
}

/// What kind of problem. Each is a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The file cannot be opened or is too large.
    Unreadable,
    /// The file breaks the grammar of its format.
    Unparsable,
    /// A fault of ours, caught.
    Internal,
}

impl ProblemKind {
    /// The id of the rule.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable-file",
            Self::Unparsable => "unparsable-file",
            Self::Internal => "internal-error",
        }
    }
}
