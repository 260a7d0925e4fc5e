//! Exit codes, all in one place.

use super::arguments::FailOn;
use crate::finding::{Counts, Report, Severity};

/// What a run ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on`.
    Clean,
    /// Findings at or above it.
    Findings,
    /// The run itself failed: bad flags, unreadable rules, nothing to read.
    Failed,
    /// Something that could hold a call was not looked at, under `--strict`.
    Incomplete,
    /// The editor went away without a goodbye: the language server protocol wants a 1.
    #[cfg(feature = "lsp")]
    Abandoned,
}

impl Exit {
    /// The number for the shell.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Failed => 2,
            Self::Incomplete => 3,
            #[cfg(feature = "lsp")]
            Self::Abandoned => 1,
        }
    }
}

/// The exit of a run with these findings. Hidden findings count too, and so does a possible one.
#[must_use]
fn of_findings(counts: &Counts, fail_on: FailOn) -> Exit {
    let failing = match fail_on.severity() {
        None => 0,
        Some(Severity::Error) => counts.errors,
        Some(Severity::Warning) => counts.errors + counts.warnings,
        Some(Severity::Note) => counts.errors + counts.warnings + counts.notes,
    };
    if failing > 0 { Exit::Findings } else { Exit::Clean }
}

/// The exit of a run with this report; `strict` says that looking at everything counts too.
#[must_use]
pub(super) fn of_report(report: &Report, strict: bool, fail_on: FailOn) -> Exit {
    if strict && report.is_incomplete() { Exit::Incomplete } else { of_findings(&report.counts, fail_on) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_severity_fails_from_its_own_level_on() {
        let warnings = Counts { warnings: 1, ..Counts::default() };
        assert_eq!(of_findings(&warnings, FailOn::Error), Exit::Clean);
        assert_eq!(of_findings(&warnings, FailOn::Warning), Exit::Findings);
        assert_eq!(of_findings(&warnings, FailOn::Note), Exit::Findings);
        assert_eq!(of_findings(&warnings, FailOn::Never), Exit::Clean);
        assert_eq!([Exit::Clean, Exit::Findings, Exit::Failed, Exit::Incomplete].map(Exit::code), [0, 1, 2, 3]);
    }
}
