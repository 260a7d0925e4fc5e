//! Reads the documents that calls in logs are held against.

use std::path::PathBuf;

use crate::audit::PolicyFiles;
use crate::check::{Checker, Settings};
use crate::cli::command::check::Wanted;
use crate::cli::files::DiskFiles;
use crate::model::CoverageStatus;

/// What the files and folders say of access; nothing when none are named.
///
/// # Errors
/// A sentence for the user: a path that is not there, or paths without any document.
pub(super) fn read(paths: &[PathBuf], checker: &Checker, settings: &Settings) -> Result<Option<PolicyFiles>, String> {
    if paths.is_empty() {
        return Ok(None);
    }
    let files = DiskFiles::of(paths);
    let wanted = Wanted { paths, stdin_filename: "", exclude: &[], no_ignore: false, configurations: None };
    let mut run = wanted.run(&checker.sieve(), &files).map_err(|error| format!("--policies: {error}"))?;
    let extraction = checker.extraction_with(&mut run, &wanted.named(), settings);
    let mut problems = extraction.problems;
    problems.append(&mut run.problems);
    let mut coverage = extraction.coverage;
    coverage.append(&mut run.coverage);
    // What was read as it should be is no part of the logs; what was not makes their account incomplete.
    coverage.retain(|entry| matches!(entry.status, CoverageStatus::Skipped | CoverageStatus::InPart));
    let access = extraction.access;
    if access.documents.is_empty() && access.attachments.is_empty() && problems.is_empty() {
        let named: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(format!("--policies: no RAM policy is written in {}", named.join(", ")));
    }
    Ok(Some(PolicyFiles { access, problems, coverage }))
}
