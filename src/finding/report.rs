//! The finished result of a run, which every reporter gets.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::catalogue::Catalogue;
use super::types::{Finding, Severity, Suppressed, Undecided, Verdict};
use crate::model::{Coverage, CoverageStatus, RuleCoverage};
use crate::source::Place;
use crate::surface::{display, normalize};

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
    /// All parts of the source that it is written in.
    pub about: Arc<[Place]>,
    /// The verdict.
    pub verdict: Verdict,
    /// How many calls it stands for: one, but in an audit, where equal calls are judged once.
    pub times: usize,
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
    /// Findings that were dropped because a configuration switches their rules off there; counted nowhere else.
    pub switched_off: usize,
    /// Findings that a comment or a waiver answers for; they are in none of the numbers above.
    pub suppressed: usize,
    /// Findings that a baseline holds; they are in none of the numbers above either.
    pub baselined: usize,
    /// Entries of the baseline that are found no longer, as far as this run can tell.
    pub baseline_gone: usize,
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
    /// The findings that are left out because somebody has answered for them, sorted likewise.
    pub suppressed: Vec<Suppressed>,
    /// Whether these are to be listed.
    pub list_suppressed: bool,
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
    /// Whether people are shown the findings and the lists that they asked for, and nothing about the run.
    pub is_quiet: bool,
    /// How long the run took, in milliseconds; absent where output must not depend on the clock.
    pub elapsed_milliseconds: Option<u64>,
    /// The date of the documentation that the rules stand on, e.g. `2026-06-12`.
    pub rules_date: String,
    /// How many RAM policies were looked at, where they alone were; absent elsewhere.
    pub policies: Option<usize>,
    /// What the logs hold; absent outside an audit.
    pub audit: Option<Box<AuditSummary>>,
    /// The repository that the run was in, for services that know files by their place in it.
    pub repository: Option<Repository>,
}

impl Report {
    /// The path of a file below the root of its repository, with `/`; as it is where it is in none.
    #[must_use]
    pub fn path_in_repository<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let found = self.repository.as_ref().and_then(|repository| repository.path(path));
        found.map_or_else(|| Cow::Borrowed(path.strip_prefix("./").unwrap_or(path)), Cow::Owned)
    }
}

/// Where a repository is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repository {
    /// Its root, an absolute path.
    pub root: PathBuf,
    /// The working folder of the run, below the root; empty when it is the root.
    pub below: PathBuf,
}

impl Repository {
    /// The path of a file below the root; nothing where it lies outside.
    fn path(&self, path: &str) -> Option<String> {
        let path = Path::new(path);
        let inside = if path.is_absolute() {
            normalize(path).strip_prefix(&self.root).ok()?.to_owned()
        } else {
            normalize(&self.below.join(path))
        };
        (!inside.starts_with("..")).then(|| display(&inside))
    }
}

/// What the logs of an audit hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditSummary {
    /// The product whose calls were looked for, for people.
    pub product: String,
    /// The time zone in which days are counted, for people: `UTC+8`, `Europe/Berlin`.
    pub zone: String,
    /// The first and the last moment of a call, in UTC; empty when there is no call with a time.
    pub first: String,
    /// See `first`.
    pub last: String,
    /// The first and the last day of a call in the time zone.
    pub first_day: String,
    /// See `first_day`.
    pub last_day: String,
    /// Accounts, sorted.
    pub accounts: Vec<String>,
    /// Records of every kind.
    pub records: u64,
    /// Records of calls, copies not counted.
    pub calls: u64,
    /// Records of calls that the filters left out.
    pub filtered: u64,
    /// Further copies of these records.
    pub copies: u64,
    /// Calls that the service took.
    pub accepted: u64,
    /// Calls that it refused.
    pub refused: u64,
    /// Those among them that were refused because the caller may not make them.
    pub denied: u64,
    /// Refusals by class, the commonest first.
    pub refusals: Vec<Refusals>,
    /// How many callers.
    pub principals: u64,
    /// How many instances.
    pub instances: u64,
    /// Files that were read.
    pub files: u64,
    /// Files that were not opened, because their names say that they hold nothing that was asked for.
    pub not_opened: u64,
    /// The size, as they lie there, of the files that were read.
    pub bytes: u64,
    /// The size of their text.
    pub text_bytes: u64,
    /// Where the logs have gaps, for people.
    pub gaps: Vec<String>,
    /// The limit for an instance and a day; 0 when there is none.
    pub limit: u64,
    /// Instances over the limit on some day, and those that reach it.
    pub over_limit: u64,
    /// See `over_limit`.
    pub at_limit: u64,
    /// Calls by instance and day, sorted by both.
    pub instance_days: Vec<InstanceDay>,
    /// What documents at hand said of the calls; absent when none were given.
    pub policies: Option<PolicySums>,
}

/// What documents said of the calls in logs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicySums {
    /// How many documents were given.
    pub documents: u64,
    /// Callers that policies can be about: users and roles.
    pub callers: u64,
    /// Those of whom the documents say for certain what they may do.
    pub judged: u64,
    /// Callers and instances with denied calls of which the documents say why, or that they allow them.
    pub explained: u64,
    /// The other callers: why nothing is said of them, and how many.
    pub silent: Vec<(String, u64)>,
}

/// How many calls were refused for reasons of one class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals {
    /// The id of the class, as in the file of error codes; `unknown` for codes that are not in it.
    pub class: String,
    /// How many.
    pub count: u64,
}

/// The calls on one instance on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceDay {
    /// The instance.
    pub instance: String,
    /// The day: `2026-03-04`.
    pub day: String,
    /// Calls that the service took.
    pub accepted: u64,
    /// Calls that it refused because the caller may not make them.
    pub denied: u64,
    /// Calls that it refused for another reason.
    pub refused: u64,
}

impl Report {
    /// What it is about, for people.
    #[must_use]
    pub fn title(&self) -> String {
        if self.policies.is_some() { "RAM policies".to_owned() } else { self.operations.join(" and ") }
    }

    /// Whether anything that could hold a call was not, or not wholly, looked at.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.coverage.iter().any(|c| c.status != CoverageStatus::Judged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_root_of_the_repository() {
        let repository = Repository { root: PathBuf::from("/srv/repo"), below: PathBuf::from("infra/prod") };
        let path = |path: &str| repository.path(path);
        assert_eq!(path("main.tf").as_deref(), Some("infra/prod/main.tf"));
        assert_eq!(path("./a/../main.tf").as_deref(), Some("infra/prod/main.tf"));
        assert_eq!(path("../dev/main.tf").as_deref(), Some("infra/dev/main.tf"));
        assert_eq!(path("/srv/repo/infra/main.tf").as_deref(), Some("infra/main.tf"));
        assert_eq!(path("../../../elsewhere/main.tf"), None);
        assert_eq!(path("/srv/repository/main.tf"), None);
    }
}
