//! The module tree: which folders have to be read for the calls that were found, and who calls whom.
//!
//! Files are read on demand through [`Files`](crate::surface::Files) and parsed once, in parallel. Only
//! folders that hold a call, that lead to one, or that such a folder calls are read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::module::{Declaration, File, Module, is_configuration, local_folder};
use super::templates;
use super::variables::variable_files;
use crate::model::{Problem, ProblemKind};
use crate::source::Place;
use crate::surface::{Project, ReadProblem, normalize, unreadable};

/// How many folders are read for one run.
const FOLDER_LIMIT: usize = 50_000;

/// Everything that was read.
#[derive(Debug, Default)]
pub(super) struct World {
    files: BTreeMap<PathBuf, Arc<File>>,
    unreadable: BTreeMap<PathBuf, ReadProblem>,
    modules: FxHashMap<PathBuf, Arc<Module>>,
    /// The files of variables in each folder, the weakest first.
    variables: FxHashMap<PathBuf, Vec<PathBuf>>,
    /// The folders from which a call can be reached.
    leading: FxHashSet<PathBuf>,
}

impl World {
    /// Reads what the calls in the hit files need.
    pub(super) fn read(project: &Project<'_>) -> Self {
        let mut world = Self::default();
        let named = |paths: &[PathBuf]| -> Vec<PathBuf> {
            paths.iter().map(|path| normalize(path)).filter(|path| is_configuration(path)).collect()
        };
        let hits: FxHashSet<PathBuf> = named(project.hits).into_iter().collect();
        // Files that read a script or a template with a call in it, which may stand anywhere.
        let users: Vec<PathBuf> =
            named(project.support).into_par_iter().filter(|path| templates::is_user(path, project)).collect();
        let hits: FxHashSet<PathBuf> = hits.into_iter().chain(users.iter().cloned()).collect();
        let mut first = named(project.hits);
        first.extend(users);
        // Only files that may call a local module matter; every local source begins with a dot.
        let calls_local = |path: &PathBuf| project.files.read(path).is_ok_and(|source| source.text().contains("\"."));
        first.extend(named(project.support).into_par_iter().filter(calls_local).collect::<Vec<_>>());
        world.parse(project, first, &hits);
        let hit_folders: BTreeSet<PathBuf> = hits.iter().map(|path| folder_of(path)).collect();
        let mut wanted = leading_to(&hit_folders, &world.calls());
        let mut read: FxHashSet<PathBuf> = FxHashSet::default();
        while !wanted.is_empty() && read.len() < FOLDER_LIMIT {
            let lists: Vec<Vec<PathBuf>> = wanted.par_iter().map(|folder| project.files.list(folder)).collect();
            let mut listed = Vec::new();
            for (folder, paths) in wanted.iter().zip(lists) {
                let (configuration, others): (Vec<_>, Vec<_>) =
                    paths.iter().map(|path| normalize(path)).partition(|path| is_configuration(path));
                listed.extend(configuration);
                world.variables.insert(folder.clone(), variable_files(others));
            }
            world.parse(project, listed, &hits);
            read.extend(wanted);
            let calls = world.calls();
            let called = calls.iter().filter(|(from, _)| read.contains(*from)).flat_map(|(_, to)| to.iter().cloned());
            wanted = called.filter(|folder| !read.contains(folder)).collect();
        }
        world.leading = leading_to(&hit_folders, &world.calls()).into_iter().collect();
        world.build(&read);
        world
    }

    /// Parses files that have not been parsed yet.
    fn parse(&mut self, project: &Project<'_>, mut paths: Vec<PathBuf>, hits: &FxHashSet<PathBuf>) {
        paths.retain(|path| !self.files.contains_key(path) && !self.unreadable.contains_key(path));
        paths.sort();
        paths.dedup();
        let parsed: Vec<(PathBuf, Result<File, ReadProblem>)> = paths
            .into_par_iter()
            .map(|path| {
                let hit = hits.contains(&path);
                let file = project.files.read(&path).map(|source| File::parse(&path, source, hit));
                (path, file)
            })
            .collect();
        for (path, file) in parsed {
            match file {
                Ok(file) => {
                    self.files.insert(path, Arc::new(file));
                }
                Err(problem) => {
                    self.unreadable.insert(path, problem);
                }
            }
        }
    }

    /// Which folder calls which, as far as files are parsed. A folder that calls itself does not count.
    fn calls(&self) -> BTreeMap<PathBuf, BTreeSet<PathBuf>> {
        let mut calls: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
        for file in self.files.values() {
            for called in file.local_modules() {
                let folder = folder_of(&file.path);
                if called != folder {
                    calls.entry(folder).or_default().insert(called);
                }
            }
        }
        calls
    }

    fn build(&mut self, read: &FxHashSet<PathBuf>) {
        let mut by_folder: BTreeMap<PathBuf, Vec<Arc<File>>> = BTreeMap::new();
        for file in self.files.values() {
            let folder = folder_of(&file.path);
            if read.contains(&folder) {
                by_folder.entry(folder).or_default().push(Arc::clone(file));
            }
        }
        self.modules = by_folder
            .into_iter()
            .map(|(folder, files)| (folder.clone(), Arc::new(Module::of(&folder, &files))))
            .collect();
    }

    /// The root modules from which calls can be reached, sorted. Of a circle that nobody calls, its first folder.
    pub(super) fn roots(&self) -> Vec<Arc<Module>> {
        let calls = self.calls();
        let called: FxHashSet<&PathBuf> = calls.values().flatten().collect();
        let mut leading: Vec<&PathBuf> = self.leading.iter().collect();
        leading.sort();
        let mut roots: Vec<&PathBuf> = leading.iter().copied().filter(|folder| !called.contains(folder)).collect();
        let mut reached: FxHashSet<&PathBuf> = FxHashSet::default();
        roots.iter().for_each(|root| reach(root, &calls, &mut reached));
        for folder in leading {
            if !reached.contains(folder) {
                roots.push(folder);
                reach(folder, &calls, &mut reached);
            }
        }
        roots.sort();
        roots.into_iter().filter_map(|root| self.modules.get(root).cloned()).collect()
    }

    /// The module that a call means, when it is a local one that was read.
    pub(super) fn called(&self, folder: &Path, call: &Declaration) -> Option<Arc<Module>> {
        let (_, source) = call.attribute("source")?;
        self.modules.get(&local_folder(folder, source.expression.as_str()?)?).cloned()
    }

    /// Whether a call can be reached from a folder.
    pub(super) fn leads(&self, folder: &Path) -> bool {
        self.leading.contains(folder)
    }

    /// A parsed file.
    pub(super) fn file(&self, path: &Path) -> Option<&Arc<File>> {
        self.files.get(path)
    }

    /// The files of variables that Terraform reads in a folder by itself, the weakest first.
    pub(super) fn variable_files(&self, folder: &Path) -> &[PathBuf] {
        self.variables.get(folder).map_or(&[], Vec::as_slice)
    }

    /// How many files were parsed.
    pub(super) fn parsed(&self) -> usize {
        self.files.len()
    }

    /// What is wrong with the files that count.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for file in self.files.values().filter(|file| self.modules.contains_key(&folder_of(&file.path))) {
            if let Some(error) = &file.error {
                problems.push(Problem {
                    kind: ProblemKind::Unparsable,
                    place: Place::new(&file.source, error.span),
                    message: error.message.clone(),
                    help: None,
                });
            }
        }
        for (path, problem) in &self.unreadable {
            problems.push(unreadable(path, problem));
        }
        problems
    }

    /// Why a file could not be read.
    pub(super) fn unreadable(&self, path: &Path) -> Option<&ReadProblem> {
        self.unreadable.get(path)
    }
}

/// The folder of a file.
pub(super) fn folder_of(path: &Path) -> PathBuf {
    normalize(path.parent().unwrap_or(Path::new("")))
}

/// The folders from which one of these can be reached, these included.
fn leading_to(targets: &BTreeSet<PathBuf>, calls: &BTreeMap<PathBuf, BTreeSet<PathBuf>>) -> Vec<PathBuf> {
    let mut callers: FxHashMap<&PathBuf, Vec<&PathBuf>> = FxHashMap::default();
    for (caller, called) in calls {
        called.iter().for_each(|called| callers.entry(called).or_default().push(caller));
    }
    let mut leading: BTreeSet<&PathBuf> = targets.iter().collect();
    let mut pending: Vec<&PathBuf> = targets.iter().collect();
    while let Some(folder) = pending.pop() {
        for caller in callers.get(folder).into_iter().flatten() {
            if leading.insert(caller) {
                pending.push(caller);
            }
        }
    }
    leading.into_iter().cloned().collect()
}

fn reach<'p>(
    start: &'p PathBuf,
    calls: &'p BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    reached: &mut FxHashSet<&'p PathBuf>,
) {
    let mut pending = vec![start];
    while let Some(folder) = pending.pop() {
        if reached.insert(folder) {
            pending.extend(calls.get(folder).into_iter().flatten());
        }
    }
}
