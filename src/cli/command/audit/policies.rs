//! Reads the documents that calls in logs are held against.

use std::path::PathBuf;

use crate::audit::PolicyFiles;
use crate::check::{Checker, Run, Settings};
use crate::cli::discover::{self, Request};
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
    let request = Request { paths, exclude: &[], obey_ignore_files: true };
    let discovered = discover::discover(&request, &checker.sieve(), &files);
    let discovered = discovered.map_err(|error| format!("--policies: {error}"))?;
    let mut run = Run {
        files: &files,
        found: discovered.found,
        coverage: discovered.coverage,
        problems: discovered.problems,
        files_seen: discovered.seen,
        files_searched: discovered.searched,
    };
    let extraction = checker.extraction(&mut run, settings);
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
