//! From the paths that the user names to the files that can hold a call.
//!
//! Walks folders in parallel, obeys ignore files, and searches each file once. What cannot be read is
//! told, never lost.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Instant;

use ignore::{DirEntry, WalkBuilder, WalkState};
use rayon::prelude::*;

use super::configuration::Configurations;
use super::files::{DiskFiles, read_bytes, read_into};
use crate::check::{FoundFile, Look, Run, Sieve};
use crate::config::{PatternError, Patterns};
use crate::model::{Coverage, CoverageStatus, Problem, ProblemKind};
use crate::source::{Place, Source, Span};
use crate::surface::{ReadProblem, display, normalize};

/// Endings of files that hold no text that anybody would look for calls in; they are not opened.
const BINARY_ENDINGS: &[&str] = &[
    "7z", "a", "avi", "bin", "bmp", "bz2", "class", "dll", "dylib", "eot", "exe", "gif", "gz", "ico", "jar", "jpeg",
    "jpg", "lock", "mkv", "mov", "mp3", "mp4", "o", "otf", "pack", "pdf", "png", "pyc", "rlib", "rmeta", "so", "svg",
    "tar", "tgz", "tif", "tiff", "ttf", "war", "wasm", "wav", "webm", "webp", "whl", "woff", "woff2", "xz", "zip",
    "zst",
];

/// What the user asked to look at.
#[derive(Debug)]
pub(super) struct Request<'a> {
    /// The paths.
    pub paths: &'a [PathBuf],
    /// Patterns of what to leave out.
    pub exclude: &'a [String],
    /// Whether ignore files are obeyed.
    pub obey_ignore_files: bool,
    /// The configuration files, which leave out further paths.
    pub configurations: Option<&'a Arc<Configurations>>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Discovered {
    /// Files that hold a word of a call, and files that are needed to understand those.
    pub found: Vec<FoundFile>,
    /// Files that hold none and may be needed where another one does.
    helpers: Vec<PathBuf>,
    /// What was left out though it could hold a call.
    pub coverage: Vec<Coverage>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// How many files were met.
    pub seen: usize,
    /// How many were searched.
    pub searched: usize,
}

impl Discovered {
    /// Looks again at the files that hold no call, for a run in which another one does.
    pub(super) fn add_helpers(&mut self, sieve: &Sieve, files: &DiskFiles) {
        let helpers = std::mem::take(&mut self.helpers);
        self.found.par_extend(helpers.par_iter().filter_map(|path| help(path, sieve, files)));
        self.sort();
    }

    /// A file that two of the paths lead to is found twice.
    fn sort(&mut self) {
        self.found.sort_by(|a, b| a.path.cmp(&b.path));
        self.found.dedup_by(|a, b| a.path == b.path);
    }

    /// A run over what was found.
    pub(super) fn into_run(self, files: &DiskFiles) -> Run<'_> {
        Run {
            files,
            found: self.found,
            coverage: self.coverage,
            problems: self.problems,
            files_seen: self.seen,
            files_searched: self.searched,
        }
    }

    fn merge(&mut self, other: Self) {
        self.found.extend(other.found);
        self.helpers.extend(other.helpers);
        self.coverage.extend(other.coverage);
        self.problems.extend(other.problems);
        self.seen += other.seen;
        self.searched += other.searched;
    }
}

/// A request that cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum DiscoverError {
    /// A pattern of `--exclude` is none.
    #[error("--exclude {0}")]
    Pattern(#[from] PatternError),
    /// A path that the user names is not there.
    #[error("{path}: no such file or folder")]
    Missing {
        /// The path.
        path: String,
    },
}

/// Looks through everything that was asked for.
///
/// # Errors
/// [`DiscoverError`] for a request that makes no sense; files that cannot be read are no errors.
pub(super) fn discover(request: &Request<'_>, sieve: &Sieve, files: &DiskFiles) -> Result<Discovered, DiscoverError> {
    let excluded = Patterns::new(request.exclude.iter().map(String::as_str))?;
    for path in request.paths {
        if std::fs::symlink_metadata(path).is_err() {
            return Err(DiscoverError::Missing { path: path.display().to_string() });
        }
    }
    let mut discovered = Discovered::default();
    let (folders, named): (Vec<&PathBuf>, Vec<&PathBuf>) = request.paths.iter().partition(|p| p.is_dir());
    let mut buffer = Vec::new();
    let mut names: Vec<PathBuf> = named.iter().map(|p| normalize(p)).collect();
    names.sort();
    names.dedup();
    for path in names {
        if !excluded.matches(&path)
            && !request.configurations.is_some_and(|c| c.leaves_out(&path))
            && !folders.iter().any(|f| is_inside(&path, f))
        {
            discovered.merge(look(&path, sieve, files, &mut buffer));
        }
    }
    if let Some((first, others)) = folders.split_first() {
        let roots: Vec<PathBuf> = folders.iter().filter_map(|f| std::fs::canonicalize(f).ok()).collect();
        let mut builder = WalkBuilder::new(first);
        others.iter().for_each(|folder| {
            builder.add(folder);
        });
        let configurations = request.configurations.map(Arc::clone);
        builder.standard_filters(request.obey_ignore_files).hidden(false).require_git(false).filter_entry(
            move |entry| {
                let is_folder = || entry.file_type().is_some_and(|kind| kind.is_dir());
                entry.file_name() != OsStr::new(".git")
                    && !excluded.matches(entry.path())
                    && configurations.as_ref().is_none_or(|c| c.admits(entry.path(), is_folder()))
            },
        );
        walk(&builder, sieve, files, &roots, &mut discovered);
    }
    if discovered.found.iter().any(FoundFile::is_read) {
        discovered.add_helpers(sieve, files);
    }
    discovered.sort();
    Ok(discovered)
}

/// Whether a file that is named is left out all the same.
pub(super) fn excludes(patterns: &[String], path: &Path) -> bool {
    Patterns::new(patterns.iter().map(String::as_str)).is_ok_and(|excluded| excluded.matches(path))
}

fn is_inside(path: &Path, folder: &Path) -> bool {
    let folder = normalize(folder);
    path.starts_with(&folder) || (folder == Path::new(".") && path.is_relative() && !path.starts_with(".."))
}

fn walk(builder: &WalkBuilder, sieve: &Sieve, files: &DiskFiles, roots: &[PathBuf], discovered: &mut Discovered) {
    let (sender, receiver) = mpsc::channel();
    builder.build_parallel().run(|| {
        let mut worker =
            Worker { sieve, files, roots, buffer: Vec::new(), found: Discovered::default(), sender: sender.clone() };
        Box::new(move |entry| {
            worker.visit(entry);
            WalkState::Continue
        })
    });
    drop(sender);
    receiver.into_iter().for_each(|part| discovered.merge(part));
}

/// What one thread of the walk does; it hands over what it found when it ends.
struct Worker<'a> {
    sieve: &'a Sieve,
    files: &'a DiskFiles,
    roots: &'a [PathBuf],
    buffer: Vec<u8>,
    found: Discovered,
    sender: mpsc::Sender<Discovered>,
}

impl Worker<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                self.found.problems.push(walk_problem(&error));
                return;
            }
        };
        let Some(kind) = entry.file_type() else { return };
        if kind.is_symlink() {
            self.visit_link(entry.path());
        } else if kind.is_file() {
            let found = look(&normalize(entry.path()), self.sieve, self.files, &mut self.buffer);
            self.found.merge(found);
        }
    }

    /// What a link leads to is looked at where it really is; a link out of what is walked is told.
    fn visit_link(&mut self, path: &Path) {
        let Ok(target) = std::fs::canonicalize(path) else { return };
        if self.roots.iter().any(|root| target.starts_with(root)) {
            return;
        }
        if target.is_dir() {
            let reason = "a link to a folder outside of what is checked; name that folder to check it".to_owned();
            self.found.coverage.push(Coverage { path: display(path), status: CoverageStatus::Skipped, reason });
        } else if target.is_file() {
            let found = look(&normalize(path), self.sieve, self.files, &mut self.buffer);
            self.found.merge(found);
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        // The receiver lives longer than every worker; were it gone, nobody would want the result.
        let _ = self.sender.send(std::mem::take(&mut self.found));
    }
}

/// Searches one file, and counts the time.
fn look(path: &Path, sieve: &Sieve, files: &DiskFiles, buffer: &mut Vec<u8>) -> Discovered {
    let begin = Instant::now();
    let found = search(path, sieve, files, buffer);
    files.add_search(begin.elapsed());
    found
}

fn search(path: &Path, sieve: &Sieve, files: &DiskFiles, buffer: &mut Vec<u8>) -> Discovered {
    let mut result = Discovered { seen: 1, ..Discovered::default() };
    let ending = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
    if ending.is_some_and(|ending| BINARY_ENDINGS.binary_search(&ending.as_str()).is_ok()) {
        return result;
    }
    let known = files.looked_at(path);
    let read = known.is_none().then(|| read_into(path, buffer));
    match read.unwrap_or(Ok(())) {
        Ok(()) => {
            result.searched = 1;
            let is_new = known.is_none();
            let look = known.unwrap_or_else(|| sieve.look(path, buffer));
            if is_new {
                files.keep_look(path, &look);
            }
            match look {
                Look::Found(found) => {
                    if is_new {
                        files.remember(path, buffer.clone());
                    }
                    result.found.push(found);
                }
                Look::MayHelp => result.helpers.push(path.to_owned()),
                Look::Nothing => {}
            }
        }
        Err(ReadProblem::Binary) if !sieve.claims_by_name(path) => {}
        // It went away while the walk was under way. A link to nothing is there, and whoever names it expects it read.
        Err(ReadProblem::Missing) if std::fs::symlink_metadata(path).is_err() => result.seen = 0,
        Err(problem) => {
            result.coverage.push(Coverage {
                path: display(path),
                status: CoverageStatus::Skipped,
                reason: problem.to_string(),
            });
            if sieve.claims_by_name(path) {
                result.problems.push(file_problem(path, &problem));
            }
        }
    }
    result
}

/// Looks again at a file that holds no call, now that another one does. What has become unreadable since then cannot
/// help; that it was searched stays true.
fn help(path: &Path, sieve: &Sieve, files: &DiskFiles) -> Option<FoundFile> {
    if let Some(known) = files.helped(path) {
        return known;
    }
    let bytes = read_bytes(path).ok()?;
    let found = sieve.look_for_help(path, &bytes);
    files.keep_help(path, found.as_ref());
    if found.is_some() {
        files.remember(path, bytes);
    }
    found
}

fn file_problem(path: &Path, problem: &ReadProblem) -> Problem {
    let source = Arc::new(Source::from_text(display(path), ""));
    Problem {
        kind: ProblemKind::Unreadable,
        place: Place::new(&source, Span::default()),
        message: format!("this file cannot be read: {problem}"),
        help: Some(
            "A call in it would not be seen. Leave the file out with --exclude if that is all right.".to_owned(),
        ),
    }
}

fn walk_problem(error: &ignore::Error) -> Problem {
    // The message of the walk names the path itself.
    let source = Arc::new(Source::from_text(path_of(error).map_or_else(|| ".".to_owned(), |p| display(&p)), ""));
    Problem {
        kind: ProblemKind::Unreadable,
        place: Place::new(&source, Span::default()),
        message: format!("this folder cannot be read: {}", cause_of(error)),
        help: None,
    }
}

fn path_of(error: &ignore::Error) -> Option<PathBuf> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path.clone()),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child.clone()),
        _ => None,
    }
}

fn cause_of(error: &ignore::Error) -> String {
    match error {
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => cause_of(err),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endings_are_sorted_for_the_binary_search() {
        assert!(BINARY_ENDINGS.is_sorted());
    }
}
