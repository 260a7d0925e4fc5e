//! From the paths that the user names to the files that are read.
//!
//! No ignore file counts here: logs are read wherever they lie. A folder that cannot be listed is told like a file
//! that cannot be read.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;
use rayon::prelude::*;
use walkdir::WalkDir;

use crate::surface::{display, normalize};

/// What is to be read.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// The files with their sizes, sorted by path, each once.
    pub(super) files: Vec<(PathBuf, u64)>,
    /// Files that need not be opened, with their sizes.
    pub(super) left_out: Vec<(PathBuf, u64)>,
    /// Folders and files that could not be reached, and why.
    pub(super) unreachable: Vec<(PathBuf, String)>,
}

/// The files that paths lead to: files themselves, those below folders, and those that patterns fit.
///
/// # Errors
/// A path that is not there, a pattern that is none or fits nothing.
pub(super) fn list(paths: &[PathBuf]) -> Result<Inputs, String> {
    let mut inputs = Inputs::default();
    for path in paths {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => inputs.walk(path, |_| true),
            Ok(_) => inputs.files.push((normalize(path), 0)),
            Err(_) if is_pattern(path) => inputs.fitting(path)?,
            Err(error) => return Err(format!("{}: {error}", path.display())),
        }
    }
    // By bytes: comparing paths part by part costs more than reading small files.
    inputs.files.par_sort_unstable_by(|a, b| a.0.as_os_str().cmp(b.0.as_os_str()));
    inputs.files.dedup_by(|a, b| a.0 == b.0);
    // Asked of all at once: for very many small files this is a tenth of the whole work. A pipe or a device has no size.
    inputs.files.par_iter_mut().for_each(|(path, size)| *size = std::fs::metadata(path).map_or(0, |found| found.len()));
    inputs.unreachable.sort();
    inputs.unreachable.dedup();
    Ok(inputs)
}

/// The paths in a file, one a line.
///
/// # Errors
/// The file cannot be read.
pub(super) fn from_list(list: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", list.display());
    let reader: Box<dyn BufRead> = if list == Path::new(super::STDIN) {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::io::BufReader::new(std::fs::File::open(list).map_err(told)?))
    };
    let lines: Result<Vec<String>, _> = reader.lines().collect();
    let lines = lines.map_err(told)?;
    Ok(lines
        .iter()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| !line.is_empty())
        .map(PathBuf::from)
        .collect())
}

impl Inputs {
    /// Leaves out the files whose paths say that they hold nothing that is asked for.
    pub(super) fn keep(&mut self, may_hold: impl Fn(&str) -> bool) {
        let (kept, left_out) =
            std::mem::take(&mut self.files).into_iter().partition(|(path, _)| may_hold(&display(path)));
        (self.files, self.left_out) = (kept, left_out);
    }

    fn walk(&mut self, folder: &Path, takes: impl Fn(&Path) -> bool) {
        // Links are followed, and one that leads back to a folder above is told by the walk.
        // Below a folder whose path is as it should be all paths are.
        for entry in WalkDir::new(normalize(folder)).follow_links(true) {
            match entry {
                Ok(entry) if entry.file_type().is_file() => {
                    let path = entry.path().strip_prefix(".").unwrap_or(entry.path());
                    if takes(path) {
                        self.files.push((path.to_owned(), 0));
                    }
                }
                Ok(_) => {}
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let why = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    self.unreachable.push((path, why));
                }
            }
        }
    }

    fn fitting(&mut self, pattern: &Path) -> Result<(), String> {
        let text = normalize(pattern).to_string_lossy().into_owned();
        let glob = GlobBuilder::new(&text).literal_separator(true).build();
        let matcher = glob.map_err(|error| format!("{text}: {error}"))?.compile_matcher();
        let before = self.files.len() + self.unreachable.len();
        let fixed: PathBuf = Path::new(&text).components().take_while(|part| !is_pattern(part.as_ref())).collect();
        let root = if fixed.as_os_str().is_empty() { PathBuf::from(".") } else { fixed };
        if root.is_dir() {
            self.walk(&root, |path| matcher.is_match(path));
        }
        if self.files.len() + self.unreachable.len() == before {
            return Err(format!("{}: no file fits", pattern.display()));
        }
        Ok(())
    }
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '[', '{'])
}
