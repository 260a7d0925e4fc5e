//! Files that a configuration reads as texts: templates and scripts.
//!
//! Owns which files are templates, which configuration reads which of them, and what became of a template. What a
//! template gives is said where its text is used.

use std::path::{Path, PathBuf};

use super::module::is_configuration;
use crate::model::{Api, Call, Coverage, CoverageStatus};
use crate::surface::{Project, display, normalize};

/// What a configuration holds that reads a file.
pub(super) const READS: &str = "file(";

/// Endings of the names of templates.
const ENDINGS: &[&str] = &["tpl", "tftpl", "tmpl"];

/// How many files one configuration may read.
const FILES: usize = 64;

/// Whether a file is a template by its name.
pub(super) fn is_template(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

/// Whether a configuration reads a file with a word of a call.
pub(super) fn is_user(path: &Path, project: &Project<'_>) -> bool {
    let words: Vec<String> = project.apis.iter().flat_map(Api::action_spellings).collect();
    let holds = |path: PathBuf| {
        let read = project.files.read(&path);
        read.is_ok_and(|source| words.iter().any(|word| source.text().contains(word.as_str())))
    };
    read_by(path, project).into_iter().any(holds)
}

/// The files that a configuration reads, as far as their names are written there.
fn read_by(path: &Path, project: &Project<'_>) -> Vec<PathBuf> {
    let Ok(source) = project.files.read(path) else { return Vec::new() };
    let folder = path.parent().unwrap_or(Path::new(""));
    let text = source.text();
    let mut files = Vec::new();
    for (at, start) in text.match_indices(READS).take(FILES) {
        let rest = text.get(at + start.len()..).unwrap_or_default().trim_start();
        let written = rest.strip_prefix('"').and_then(|rest| rest.split_once('"')).map(|(written, _)| written);
        let Some(written) = written else { continue };
        let relative = ["${path.module}/", "${path.root}/", "${path.cwd}/"]
            .iter()
            .find_map(|base| written.strip_prefix(base))
            .unwrap_or(written);
        if !relative.contains("${") && !relative.starts_with('/') {
            files.push(normalize(&folder.join(relative)));
        }
    }
    files
}

/// What became of a template.
pub(super) fn coverage(path: &Path, project: &Project<'_>, calls: &[Call]) -> Coverage {
    let shown = display(&normalize(path));
    let own = normalize(path);
    let configurations = project.support.iter().chain(project.hits).filter(|path| is_configuration(path));
    let is_read = || configurations.into_iter().any(|user| read_by(user, project).contains(&own));
    let (status, reason) = if calls.iter().any(|call| call.head.source.path() == shown) {
        (CoverageStatus::Judged, "")
    } else if is_read() {
        (CoverageStatus::InPart, "a template of which not all is followed")
    } else {
        (CoverageStatus::Skipped, "a template that no Terraform in sight reads by its name")
    };
    Coverage { path: display(path), status, reason: reason.to_owned() }
}
