//! `backuplint init`: a configuration, and what runs the check before a commit and in CI.
//!
//! Writes only files that are not there. What a file that is there lacks is printed, for a person to add.

use std::path::{Path, PathBuf};

use crate::cli::arguments::Init;
use crate::cli::atomic::write_file;
use crate::cli::exit::Exit;
use crate::cli::load::failed;
use crate::cli::output::write_out;
use crate::config::FILE_NAMES;

/// The word by which a file that runs the check already is known.
const NAME: &str = "backuplint";

/// The configuration: everything in it is a comment, so that it changes nothing until somebody wants that.
const CONFIGURATION: &str = include_str!("init/backuplint.toml");
/// The hook, as an entry of `repos`.
const HOOK: &str = include_str!("init/pre-commit.yaml");
/// What runs the check in GitHub Actions.
const GITHUB: &str = include_str!("init/github.yml");
/// What runs the check in GitLab CI.
const GITLAB: &str = include_str!("init/gitlab.yml");
/// What runs the check anywhere else.
const OTHERS: &str = include_str!("init/others.sh");

/// A file that the check needs.
struct Wanted {
    path: PathBuf,
    text: String,
    /// What is printed where a file of this name is there and does not mention the check.
    snippet: &'static str,
}

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Init) -> Exit {
    try_run(arguments).unwrap_or_else(|message| failed(&message))
}

fn try_run(arguments: &Init) -> Result<Exit, String> {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(format!("{}: no such folder", folder.display()));
    }
    let mut told = String::new();
    for wanted in wanted(folder) {
        told.push_str(&settle(&wanted, arguments.dry_run)?);
    }
    if !has_known_ci(folder) {
        told.push_str(&format!("For a CI job:\n\n{}\n", indented(OTHERS)));
    }
    Ok(write_out(Exit::Clean, |out| out.write_all(told.as_bytes())))
}

/// The files for what a repository has.
fn wanted(folder: &Path) -> Vec<Wanted> {
    let hook = Wanted { path: folder.join(".pre-commit-config.yaml"), text: format!("repos:\n{HOOK}"), snippet: HOOK };
    let existing = FILE_NAMES.iter().map(|name| folder.join(name)).find(|path| path.exists());
    let path = existing.unwrap_or_else(|| folder.join("backuplint.toml"));
    let mut wanted = vec![Wanted { path, text: CONFIGURATION.to_owned(), snippet: "" }, hook];
    if folder.join(".github").is_dir() {
        let path = folder.join(".github/workflows/backuplint.yml");
        wanted.push(Wanted { path, text: GITHUB.to_owned(), snippet: GITHUB });
    }
    if folder.join(".gitlab-ci.yml").is_file() {
        wanted.push(Wanted { path: folder.join(".gitlab-ci.yml"), text: GITLAB.to_owned(), snippet: GITLAB });
    }
    wanted
}

fn has_known_ci(folder: &Path) -> bool {
    folder.join(".github").is_dir() || folder.join(".gitlab-ci.yml").is_file()
}

/// Writes a file that is not there, and tells what was done or is left to do.
fn settle(wanted: &Wanted, dry_run: bool) -> Result<String, String> {
    let shown = wanted.path.strip_prefix(".").unwrap_or(&wanted.path).display();
    // A link that leads nowhere is there, too.
    if std::fs::symlink_metadata(&wanted.path).is_ok() {
        let text = std::fs::read_to_string(&wanted.path).unwrap_or_default();
        return Ok(if wanted.snippet.is_empty() || text.contains(NAME) {
            format!("{shown} is there already; nothing to do.\n\n")
        } else {
            format!("{shown} is there already; add to it:\n\n{}\n", indented(wanted.snippet))
        });
    }
    if dry_run {
        return Ok(format!("{shown} would be written:\n\n{}\n", indented(&wanted.text)));
    }
    if let Some(parent) = wanted.path.parent() {
        std::fs::create_dir_all(parent).map_err(|error| format!("{}: {error}", parent.display()))?;
    }
    write_file(&wanted.path, |out| out.write_all(wanted.text.as_bytes()))?;
    Ok(format!("{shown} is written.\n\n"))
}

fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}
