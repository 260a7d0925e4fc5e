//! `backuplint ram diff`: what two versions of policies allow differently.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::revision::Revision;
use super::{action, extraction, files_of, permission, unread};
use crate::check::{Checker, Run, Settings};
use crate::cli::arguments::{AnswerFormat, Color, FailOnChange, RamDiff};
use crate::cli::exit::Exit;
use crate::cli::output::write_out;
use crate::cli::terminal;
use crate::model::PolicyKind;
use crate::ram::compare::Shape;
use crate::ram::diff::{Change, Difference, Pairing, differences};
use crate::report::ram::{DiffAnswer, write_diff_human, write_diff_json};
use crate::surface::Extraction;

pub(super) fn run(arguments: &RamDiff, checker: &Checker) -> Result<Exit, String> {
    let permission = permission(checker)?;
    let (old, new) = (side(&arguments.old, checker)?, side(&arguments.new, checker)?);
    for (side, named) in [(&old, &arguments.old), (&new, &arguments.new)] {
        let is_policy = |kind: PolicyKind| kind != PolicyKind::Trust;
        if side.is_file && !side.extraction.access.documents.iter().any(|document| is_policy(document.kind)) {
            return Err(format!("{named}: there is no policy in it"));
        }
    }
    let given = [("region", &arguments.name.region), ("account", &arguments.name.account)];
    let given: BTreeMap<String, String> =
        given.into_iter().filter_map(|(part, value)| Some((part.to_owned(), value.clone()?))).collect();
    let shape = Shape::of(permission, &given).ok_or("a part of the name holds what stands between two parts")?;
    let action = action(arguments.action.as_deref(), permission);
    let pairing = if old.is_file || new.is_file { Pairing::Together } else { Pairing::Principals };
    let found = differences(&old.extraction.access, &new.extraction.access, pairing, &action, &shape);
    let exit = exit(&found, arguments.fail_on_change);
    let not_read = |side: &Side| {
        unread(&side.extraction).into_iter().map(|told| format!("not read: {}{told}", side.prefix)).collect::<Vec<_>>()
    };
    let answer = DiffAnswer {
        old: arguments.old.clone(),
        new: arguments.new.clone(),
        old_prefix: old.prefix.clone(),
        new_prefix: new.prefix.clone(),
        action,
        differences: found,
        notes: not_read(&old).into_iter().chain(not_read(&new)).collect(),
    };
    let look = terminal::presentation(Color::Never);
    Ok(write_out(exit, |out| match arguments.format {
        AnswerFormat::Human => write_diff_human(&answer, &look, out),
        AnswerFormat::Json => write_diff_json(&answer, out),
    }))
}

/// What is compared.
struct Side {
    extraction: Extraction,
    /// What stands in front of its paths.
    prefix: String,
    /// Whether it is one file.
    is_file: bool,
}

/// A path when there is one of this name, else a git revision.
fn side(text: &str, checker: &Checker) -> Result<Side, String> {
    let path = PathBuf::from(text);
    if path == Path::new("-") || path.exists() {
        let extraction = extraction(&files_of(std::slice::from_ref(&path)), checker)?;
        return Ok(Side { extraction, prefix: String::new(), is_file: !path.is_dir() });
    }
    let Some(revision) = Revision::parse(text) else {
        return Err(format!("{text}: no such file or folder, and no such revision of git"));
    };
    let (files, named) = revision.files(&checker.sieve())?;
    let mut run = Run::of_memory(&files, &checker.sieve());
    let named: Vec<PathBuf> = named.into_iter().collect();
    let extraction = checker.extraction_with(&mut run, &named, &Settings::default());
    let name = text.split(':').next().unwrap_or(text);
    Ok(Side { extraction, prefix: format!("{name}:"), is_file: !named.is_empty() })
}

fn exit(found: &[Difference<'_>], fail_on: FailOnChange) -> Exit {
    let counted = |difference: &Difference<'_>| {
        let (gained, lost) = match fail_on {
            FailOnChange::Gained => (true, false),
            FailOnChange::Lost => (false, true),
            FailOnChange::Any => (true, true),
            FailOnChange::Never => (false, false),
        };
        let of = |change: &Change<'_>, counts: bool| match change {
            Change::Certain(_) if counts => 2,
            Change::Unknown(..) if counts => 1,
            _ => 0,
        };
        of(&difference.gained, gained).max(of(&difference.lost, lost))
    };
    match found.iter().map(counted).max() {
        Some(2) => Exit::Findings,
        Some(1) => Exit::Incomplete,
        _ => Exit::Clean,
    }
}
