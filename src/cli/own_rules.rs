//! Finds and reads the rules that an organisation has of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::arguments::{Color, Configured, PolicyRules};
use super::configuration::{Configurations, beside};
use super::{load, problems};
use crate::check::Checker;
use crate::config::Set;
use crate::finding::{Catalogue, SettingProblem};
use crate::matrix::Matrix;
use crate::model::{Api, Inventory};
use crate::policy::{self, Policy, Vocabulary};
use crate::source::Source;

/// The checker of a run: with the rules that configurations and options name.
///
/// # Errors
/// A sentence for the user.
pub(super) fn checker(
    matrices: Vec<Matrix>,
    given: &PolicyRules,
    configured: &Configured,
    paths: &[PathBuf],
    color: Color,
) -> Result<Checker, String> {
    let (checker, mut folders) = configured_with(Checker::of_several(matrices, load::catalogue()?), configured, paths)?;
    folders.extend(given.policy_rules.iter().cloned());
    if folders.is_empty() {
        return Ok(checker);
    }
    let policies = read(&checker, &folders, color)?;
    Ok(checker.with_policies(policies))
}

/// A checker that knows what a project names in its configuration as making the call, and the folders with rules that
/// are named there.
///
/// # Errors
/// A sentence for the user: a configuration that is named is not there.
pub(super) fn configured_with(
    checker: Checker,
    configured: &Configured,
    paths: &[PathBuf],
) -> Result<(Checker, Vec<PathBuf>), String> {
    // What is wrong with a configuration is told when it is read with the names of all rules.
    let configurations = Configurations::load(configured, paths, &checker, Inventory::default())?;
    let wrappers = configurations.base().nearest(|layer| layer.wrappers.as_ref());
    let wrappers = wrappers.into_iter().flat_map(|set| &set.value).map(|set| set.value.clone()).collect();
    Ok((checker.with_wrappers(wrappers), of_configurations(&configurations)))
}

fn of_configurations(configurations: &Configurations) -> Vec<PathBuf> {
    let set = configurations.base().nearest(|layer| layer.policies.as_ref());
    set.map(folders_of).unwrap_or_default()
}

/// The folders that a configuration names, from where it lies.
pub(super) fn folders_of(set: &Set<Vec<Set<String>>>) -> Vec<PathBuf> {
    set.value.iter().map(|folder| beside(folder.place.source.path(), &folder.value)).collect()
}

/// The rules in some folders, in the order of their paths.
///
/// # Errors
/// A sentence for the user; each problem is told on standard error.
pub(super) fn read(checker: &Checker, folders: &[PathBuf], color: Color) -> Result<Vec<Policy>, String> {
    let (policies, wrong) = read_all((checker.catalogue(), checker.apis()), folders, &|_| false)?;
    if wrong.is_empty() { Ok(policies) } else { Err(problems::told(wrong, "the policies", color)) }
}

/// The rules in some folders, and what is wrong with their files. Files that are known already are left out.
///
/// # Errors
/// A sentence for the user: a folder that cannot be read.
pub(super) fn read_all(
    (catalogue, looked_for): (&Catalogue, &[Api]),
    folders: &[PathBuf],
    is_known: &dyn Fn(&str) -> bool,
) -> Result<(Vec<Policy>, Vec<SettingProblem>), String> {
    let mut sources: Vec<Arc<Source>> = Vec::new();
    for folder in folders {
        for file in files(folder)? {
            let path = crate::surface::display(&file);
            if !is_known(&path) && !sources.iter().any(|known| known.path() == path) {
                sources.push(load::source(&file)?);
            }
        }
    }
    let mut apis: Vec<Api> = looked_for.to_vec();
    // A rule may be about calls that this run does not look for.
    for matrix in Matrix::builtin_codes().into_iter().filter_map(Matrix::builtin_of).flatten() {
        if !apis.iter().any(|api| api.id == matrix.api().id) {
            apis.push(matrix.api().clone());
        }
    }
    Ok(policy::read(&sources, Vocabulary { catalogue, apis: &apis }))
}

/// The files of a folder and of those below it.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let wrong = |error: std::io::Error| format!("{}: {error}", folder.display());
    if !folder.is_dir() {
        std::fs::metadata(folder).map_err(wrong)?;
        return Ok(vec![folder.to_owned()]);
    }
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).map_err(wrong)? {
            let entry = entry.map_err(wrong)?;
            let path = entry.path();
            // A link to a folder could lead round in circles.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
