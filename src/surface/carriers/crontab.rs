//! Crontabs: a line of a schedule is a command.
//!
//! Owns the fields of a line, with the user's name that system crontabs have, the variables between the
//! lines, and the `%` that ends a command. Scripts that a line runs are followed with their arguments.

use std::path::{Path, PathBuf};

use crate::model::{Alternative, Api, Content, Runs, Start, Step, Value};
use crate::source::{Place, Span};
use crate::surface::{Extraction, Project, Surface, normalize, part_of};
use crate::syntax::schedule;
use crate::syntax::shell::EmbeddedText;

use super::{Reader, Script};

const ID: &str = "crontab";

/// How many folders above a crontab may be the root of the tree that it is installed with.
const LEVELS: usize = 8;

/// How many files are looked for.
pub(super) const LOOKUPS: usize = 2000;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Crontab;

impl Surface for Crontab {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "crontabs"
    }

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        is_crontab(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn support_needles(&self) -> Vec<String> {
        super::leads()
    }

    fn leads_elsewhere(&self) -> bool {
        true
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn is_crontab(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let ending = |ending: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
    // cron itself leaves out names with a dot in this folder.
    in_system_folder(path) && !name.contains('.')
        || name == "crontab"
        || name.ends_with("-crontab")
        || name.starts_with("crontab.") && !ending("sh")
        || ending("cron")
        || ending("crontab")
        || ending("cron") && name.starts_with('.')
}

/// Whether the lines of a file name a user before the command.
fn is_system(path: &Path) -> bool {
    in_system_folder(path) || path.ends_with("etc/crontab")
}

fn in_system_folder(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|folder| folder == "cron.d")
}

fn read(reader: &mut Reader<'_>) {
    let source = std::sync::Arc::clone(&reader.source);
    let mut variables: Vec<(String, Value)> = Vec::new();
    let mut start = 0;
    let mut lookups = LOOKUPS;
    for whole in source.text().split_inclusive('\n') {
        let line = whole.trim_end();
        let indent = line.len() - line.trim_start().len();
        let at = start + indent;
        let text = line.get(indent..).unwrap_or_default();
        start += whole.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some((name, value, from)) = variable(text) {
            let place = Place::new(&source, Span::new(at + from, at + text.len()));
            let step = Step { place, label: format!("`{name}` is set here") };
            let alternative = Alternative { steps: vec![step], ..Alternative::new(Content::text(value)) };
            variables.retain(|(known, _)| *known != name);
            variables.push((name, Value::from(alternative)));
            continue;
        }
        let Some((times, from)) = schedule::crontab_line(text, is_system(reader.path)) else { continue };
        let line_of = Span::new(at, at + text.len());
        let program = part_of(source.path(), &format!("{}", source.position(line_of.start).line));
        let starts = start_of(
            Place::new(&source, Span::new(at, at + times)),
            Place::new(&source, Span::new(at + from, at + text.len())),
        );
        let folder = folder(reader, text.get(from..).unwrap_or_default(), &mut lookups);
        let command = command(text, from, at);
        let runs = Runs { starts, program, ..Runs::default() };
        reader.run(&Script { text: command, folder: &folder, variables: &variables, runs, ..Script::default() });
    }
}

/// `NAME = value`, and where the value begins.
fn variable(text: &str) -> Option<(String, String, usize)> {
    let (name, value) = text.split_once('=')?;
    let plain = name.trim_end();
    let is_name = !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name || plain.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let from = text.len() - value.trim_start().len();
    let value = value.trim();
    let quoted = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
    Some((plain.to_owned(), value.to_owned(), from))
}

/// The start that a line is; none for one that no day brings about.
fn start_of(times: Place, command: Place) -> Vec<Start> {
    let text = times.text().to_owned();
    if text.eq_ignore_ascii_case("@reboot") {
        return Vec::new();
    }
    let steps = vec![Step { place: command, label: "the command of this line".to_owned() }];
    vec![Start { steps, ..Start::of(times, text.clone(), schedule::cron(&text)) }]
}

/// The command up to the first `%`, with `\%` as `%`.
fn command(text: &str, from: usize, offset: usize) -> EmbeddedText {
    let mut command = EmbeddedText::new();
    let mut done = from;
    let rest = text.get(from..).unwrap_or_default();
    let add = |command: &mut EmbeddedText, begin: usize, end: usize| {
        command.push(text.get(begin..end).unwrap_or_default(), Span::new(offset + begin, offset + end));
    };
    for (at, _) in rest.match_indices('%') {
        let at = from + at;
        let escaped = at > done && text.get(..at).is_some_and(|before| before.ends_with('\\'));
        if !escaped {
            add(&mut command, done, at);
            return command;
        }
        add(&mut command, done, at - 1);
        done = at;
    }
    add(&mut command, done, text.len());
    command
}

/// The folder that absolute paths are looked for in: that of the tree which is installed as `/`.
pub(super) fn folder(reader: &Reader<'_>, command: &str, lookups: &mut usize) -> String {
    let absolute = command
        .split(|c: char| c.is_whitespace() || "\"';&|".contains(c))
        .filter(|word| word.starts_with('/') && word.len() > 1);
    let words: Vec<&str> = absolute.take(6).collect();
    // The root of the machine that this runs on is not the root of that tree.
    let is_root = |folder: &&Path| folder.file_name().is_some() || folder.as_os_str().is_empty();
    for root in reader.path.ancestors().skip(1).take(LEVELS).filter(is_root) {
        for word in &words {
            let Some(left) = lookups.checked_sub(1) else { break };
            *lookups = left;
            let candidate: PathBuf = normalize(&root.join(word.trim_start_matches('/')));
            if reader.project.files.holds(&candidate) && reader.project.files.read(&candidate).is_ok() {
                return normalize(root).to_string_lossy().into_owned();
            }
        }
    }
    reader.path.parent().map(|p| p.to_string_lossy().into_owned()).unwrap_or_default()
}
