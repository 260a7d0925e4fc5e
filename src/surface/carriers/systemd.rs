//! Units of systemd: the commands of a service, and the timers that start it.
//!
//! Owns the lines of a unit, with what may stand before a command, `%` specifiers and `$$`, its environment, and
//! which timer belongs to it. A unit has no shell of its own: the words of its commands are taken as one would.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::{Alternative, Content, Runs, Start, Step, Value};
use crate::source::{Place, Source, Span};
use crate::syntax::schedule;
use crate::syntax::shell::EmbeddedText;

use super::carrier::Carrier;
use super::{Holes, Reader, Replacement, Script, crontab, given, pipelines};

/// Units that run something.
pub(in crate::surface) const SYSTEMD: Carrier = Carrier {
    id: "systemd",
    title: "systemd units",
    claims: |path| path.extension().is_some_and(|ending| ending == "service"),
    leads: true,
    read,
};

/// How many units beside one are looked at for a timer.
const TIMERS: usize = 200;

/// How many folders above a unit may be the root of the tree that it is installed with.
const LEVELS: usize = 8;

/// A line of a unit.
struct Entry {
    section: String,
    key: String,
    key_span: Span,
    value: EmbeddedText,
}

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let entries = entries(&source);
    let mut variables: Vec<(String, Value)> = Vec::new();
    for entry in entries.iter().filter(|entry| entry.section == "Service") {
        match entry.key.as_str() {
            "Environment" => set(&source, &entry.value, &mut variables),
            "EnvironmentFile" => {
                let path = entry.value.text().trim().trim_start_matches('-').to_owned();
                for (name, value) in file_of(reader, &path) {
                    pipelines::set(&mut variables, &name, value);
                }
            }
            _ => {}
        }
    }
    let starts = timers(reader);
    let mut lookups = crontab::LOOKUPS;
    let commands = entries.iter().filter(|entry| entry.section == "Service" && entry.key.starts_with("Exec"));
    for entry in commands {
        let text = entry.value.text();
        let prefix = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || "@-:+!|".contains(c)).len();
        let command = entry.value.part(prefix, text.len());
        let folder = crontab::folder(reader, command.text(), &mut lookups);
        let mut holes = Holes::default();
        let (text, list) = given::line(&command);
        let text = holes.fill(&text, &['%', '$'], |text, _| specifier(text));
        let step = Step { place: Place::new(&source, entry.key_span), label: format!("`{}` of the unit", entry.key) };
        let mut runs = Runs { program: source.path().to_owned(), starts: starts.clone(), ..Runs::default() };
        runs.starts.iter_mut().for_each(|start| start.steps.push(step.clone()));
        let holes = Some(&holes);
        reader.run(&Script { text, folder: &folder, variables: &variables, holes, list, runs, ..Script::default() });
    }
}

/// The lines of a unit, continued ones joined.
fn entries(source: &Arc<Source>) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    let mut section = String::new();
    let mut continued = false;
    let mut start = 0;
    for whole in source.text().split_inclusive('\n') {
        let at = start;
        start += whole.len();
        let line = whole.trim_end();
        let trimmed = line.trim_start();
        if trimmed.starts_with(['#', ';']) {
            continue;
        }
        let goes_on = line.ends_with('\\');
        let text = if goes_on { line.get(..line.len() - 1).unwrap_or(line) } else { line };
        if continued {
            if let Some(entry) = all.last_mut() {
                entry.value.push(" ", Span::new(at, at));
                entry.value.push(text, Span::new(at, at + text.len()));
            }
        } else if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
        } else if let Some((key, _)) = text.split_once('=') {
            let from = key.len() + 1;
            let key_span = Span::new(at, at + key.trim_end().len());
            let mut value = EmbeddedText::new();
            value.push(text.get(from..).unwrap_or_default(), Span::new(at + from, at + text.len()));
            all.push(Entry { section: section.clone(), key: key.trim().to_owned(), key_span, value });
        }
        continued = goes_on;
    }
    all
}

/// `Environment=A=b "C=d e"`
fn set(source: &Arc<Source>, text: &EmbeddedText, variables: &mut Vec<(String, Value)>) {
    let whole = text.text();
    let mut at = 0;
    while let Some(rest) = whole.get(at..).filter(|rest| !rest.trim().is_empty()) {
        at += rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (skipped, end) = match quote {
            Some(quote) => (1, rest.get(1..).and_then(|inner| inner.find(quote)).map_or(rest.len(), |at| at + 1)),
            None => (0, rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        let word = rest.get(skipped..end).unwrap_or_default();
        if let Some((name, value)) = word.split_once('=') {
            let value = value.trim_matches('"');
            let from = at + skipped + name.len() + 1;
            let place = Place::new(source, text.span(from, (at + end).max(from)));
            let value = if value.contains(['%', '\\']) {
                Value::unknown(format!("`{name}` is put together when the unit starts"), Some(place))
            } else {
                let steps = vec![Step { place, label: format!("`{name}` is set here") }];
                Value::from(Alternative { steps, ..Alternative::new(Content::text(value)) })
            };
            pipelines::set(variables, name, value);
        }
        at += end + skipped;
    }
}

/// The variables of a file of the tree that the unit is installed with.
fn file_of(reader: &Reader<'_>, path: &str) -> Vec<(String, Value)> {
    let relative = path.trim_start_matches('/');
    let roots = reader.path.ancestors().skip(1).take(LEVELS);
    let found = roots.map(|root| given::variables_in(reader.project.files, &root.join(relative)));
    found.into_iter().find(|variables| !variables.is_empty()).unwrap_or_default()
}

/// `%i`, `%%` and `$$` of a command.
fn specifier(text: &str) -> Option<(usize, Replacement)> {
    if text.starts_with("$$") {
        return Some((2, Replacement::Text("$")));
    }
    let letter = text.strip_prefix('%')?.chars().next()?;
    if letter == '%' {
        return Some((2, Replacement::Text("%")));
    }
    let shown = format!("%{letter}");
    let value = Value::unknown(format!("`{shown}` is put in when the unit starts"), None);
    letter.is_ascii_alphabetic().then_some((2, Replacement::Value(shown, value)))
}

/// What the timers beside a unit start it by.
fn timers(reader: &Reader<'_>) -> Vec<Start> {
    let Some(folder) = reader.path.parent() else { return Vec::new() };
    let own = reader.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = own.strip_suffix(".service").unwrap_or(&own).to_owned();
    let is_timer = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "timer");
    let mut starts = Vec::new();
    for path in reader.project.files.list(folder).into_iter().filter(is_timer).take(TIMERS) {
        let Ok(source) = reader.project.files.read(&path) else { continue };
        starts.extend(starts_of(&source, &path, &own, &stem));
    }
    starts
}

/// The starts of a timer, when it is one of this unit.
fn starts_of(source: &Arc<Source>, path: &Path, own: &str, stem: &str) -> Vec<Start> {
    let entries = entries(source);
    let timer: Vec<&Entry> = entries.iter().filter(|entry| entry.section == "Timer").collect();
    let named = timer.iter().rev().find(|entry| entry.key == "Unit").map(|entry| entry.value.text().trim().to_owned());
    let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let instance = |name: &str| stem.ends_with('@') && name.starts_with(stem);
    let belongs = match named {
        Some(unit) => unit == own || unit.strip_suffix(".service").is_some_and(instance),
        None => name == stem || instance(&name),
    };
    if !belongs {
        return Vec::new();
    }
    let start = |entry: &&Entry| {
        let text = entry.value.text().trim();
        let schedule = match entry.key.as_str() {
            "OnCalendar" => schedule::calendar(text),
            "OnUnitActiveSec" | "OnUnitInactiveSec" => schedule::monotonic(text),
            _ => return None,
        };
        let lead = entry.value.text().len() - entry.value.text().trim_start().len();
        let place = Place::new(source, entry.value.span(lead, entry.value.text().trim_end().len()));
        (!text.is_empty()).then(|| Start::of(place, text, schedule))
    };
    timer.iter().filter_map(start).collect()
}
