//! `backuplint ram`: questions about RAM policies, one file each.

mod can;
mod check;
mod diff;
mod revision;
mod suggest;

use std::path::PathBuf;

use super::check::Wanted;
use crate::check::{Checker, Settings};
use crate::cli::arguments::{Ram, RamFiles, RamVerb};
use crate::cli::exit::Exit;
use crate::cli::files::DiskFiles;
use crate::cli::load::{self, failed};
use crate::matrix::Matrix;
use crate::model::Permission;
use crate::surface::Extraction;

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Ram, matrices: Vec<Matrix>) -> Exit {
    // Checks are made with what an organisation sets; the other verbs ask questions.
    if let RamVerb::Check(check) = &arguments.verb {
        return check::run(check, matrices).unwrap_or_else(|message| failed(&message));
    }
    let result = load::catalogue().and_then(|catalogue| {
        let checker = Checker::of_several(matrices, catalogue);
        match &arguments.verb {
            RamVerb::Check(_) => Ok(Exit::Failed),
            RamVerb::Can(can) => can::run(can, &checker),
            RamVerb::Suggest(suggest) => suggest::run(suggest, &checker),
            RamVerb::Diff(diff) => diff::run(diff, &checker),
        }
    });
    result.unwrap_or_else(|message| failed(&message))
}

/// The files that are asked for.
fn wanted(files: &RamFiles) -> Wanted<'_> {
    Wanted {
        paths: &files.paths,
        stdin_filename: &files.stdin_filename,
        exclude: &files.exclude,
        no_ignore: files.no_ignore,
        configurations: None,
    }
}

/// What the files say of access, and which calls are in them.
///
/// # Errors
/// A sentence for the user.
fn extraction(wanted: &Wanted<'_>, checker: &Checker) -> Result<Extraction, String> {
    let files = DiskFiles::of(wanted.paths);
    let mut run = wanted.run(&checker.sieve(), &files)?;
    let named = wanted.named();
    let mut extraction = checker.extraction_with(&mut run, &named, &Settings::default());
    extraction.problems.append(&mut run.problems);
    Ok(extraction)
}

/// What a call needs, as the matrix has it.
///
/// # Errors
/// The matrix says nothing of it.
fn permission(checker: &Checker) -> Result<&Permission, String> {
    let permission = checker.apis().iter().find_map(|api| api.permission.as_ref());
    permission.ok_or_else(|| "the decision table names no permission".to_owned())
}

/// An action with its service in front: that of the call, unless another one is named.
fn action(named: Option<&str>, permission: &Permission) -> String {
    let service = permission.action.split(':').next().unwrap_or_default();
    match named {
        None => permission.action.clone(),
        Some(action) if action.contains(':') => action.to_owned(),
        Some(action) => format!("{service}:{action}"),
    }
}

/// Paths of files that could not be read or parsed, told where an answer depends on all of them.
fn unread(extraction: &Extraction) -> Vec<String> {
    let mut told: Vec<String> =
        extraction.problems.iter().map(|p| format!("{}: {}", p.place.display(), p.message)).collect();
    told.sort();
    told.dedup();
    told
}

/// The same for paths alone.
fn files_of(paths: &[PathBuf]) -> Wanted<'_> {
    Wanted { paths, stdin_filename: "stdin.json", exclude: &[], no_ignore: false, configurations: None }
}
