//! Azure Pipelines: scripts of steps and of tasks, with variables and parameters.
//!
//! Owns both forms of `variables`, `$(X)` macros and `${{ … }}` expressions as far as they name a variable or a
//! parameter of the file, and which shell a step runs in. Variable groups and templates elsewhere are not known.

mod values;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Runs, Start, Value};
use crate::source::Place;
use crate::surface::normalize;
use crate::syntax::schedule;
use crate::syntax::yaml::{Kind, Node};

use super::carrier::{Carrier, file_name, is_below, is_yaml, root_above};
use super::lanes::{self, Job};
use super::languages::Language;
use super::{Holes, Reader, Script, pipelines};
use values::Values;

/// Azure Pipelines.
pub(in crate::surface) const AZURE: Carrier =
    Carrier { id: "azure-pipelines", title: "Azure Pipelines", claims: is_pipeline, leads: true, read };

/// Folders of a repository that only hold pipelines.
const FOLDERS: &[&str] = &[".azure", ".azuredevops", ".azure-pipelines", ".pipelines", "azure-pipelines"];

/// How deep stages, jobs and steps may be nested.
const DEPTH: usize = 24;

fn is_pipeline(path: &Path) -> bool {
    is_yaml(path) && (file_name(path).contains("azure-pipeline") || FOLDERS.iter().any(|folder| is_below(path, folder)))
}

fn read(reader: &mut Reader<'_>) {
    let root = root_above(reader.path, FOLDERS);
    for document in pipelines::documents(reader) {
        let source = Arc::clone(&reader.source);
        let mut values = Values::new(&source);
        values.parameters(&document);
        let schedules = document.get("schedules").map_or(&[] as &[Rc<Node>], |schedules| schedules.items());
        let start = |entry: &Rc<Node>| {
            let cron = entry.get("cron")?;
            let text = cron.text()?;
            Some(Start::of(Place::new(&source, cron.span), text, schedule::cron(text)))
        };
        let runs = Runs { starts: schedules.iter().filter_map(start).collect(), ..Runs::default() };
        let level = Level { values: Rc::new(values), windows: false, runs };
        walk(reader, &document, &level, &root, DEPTH);
    }
}

/// What steps inherit.
#[derive(Clone)]
struct Level {
    values: Rc<Values>,
    windows: bool,
    runs: Runs,
}

/// Walks stages, jobs and whatever else holds steps.
fn walk(reader: &mut Reader<'_>, node: &Rc<Node>, outer: &Level, root: &str, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    let mut level = outer.clone();
    if let Some(variables) = node.get("variables") {
        Rc::make_mut(&mut level.values).variables(variables);
    }
    if let Some(matrix) = node.get("strategy").and_then(|strategy| strategy.get("matrix")) {
        Rc::make_mut(&mut level.values).matrix(matrix);
    }
    if let Some(pool) = node.get("pool") {
        let image = pool.get("vmImage").unwrap_or(pool).text().unwrap_or_default();
        level.windows = image.to_ascii_lowercase().contains("windows");
    }
    for (key, value) in node.entries() {
        match key.text().unwrap_or_default() {
            "steps" => steps(reader, value, &level, root, less),
            "jobs" => {
                let jobs = jobs(reader, value);
                let group = format!("jobs at {} of {}", value.span.start, reader.source.path());
                for item in value.items() {
                    let mut level = level.clone();
                    level.runs.lanes.extend(lanes::of(&group, &jobs, &name_of(item)));
                    walk(reader, item, &level, root, less);
                }
            }
            "variables" | "parameters" | "pool" | "resources" | "trigger" | "pr" | "schedules" => {}
            _ => walk(reader, value, &level, root, less),
        }
    }
    node.items().iter().for_each(|item| walk(reader, item, &level, root, less));
}

fn name_of(job: &Node) -> String {
    ["job", "deployment"].iter().find_map(|key| job.get(key)?.text()).unwrap_or_default().to_owned()
}

/// The jobs of a list; those without `dependsOn` run at the same time.
fn jobs(reader: &Reader<'_>, list: &Node) -> Vec<Job> {
    let job = |item: &Rc<Node>| {
        let needs = item.get("dependsOn");
        let items = needs.map_or(&[] as &[Rc<Node>], |needs| needs.items());
        let names = needs.into_iter().chain(items).filter_map(|name| name.text().map(str::to_owned));
        Job {
            name: name_of(item),
            place: Place::new(&reader.source, item.get("job").map_or(item.span, |name| name.span)),
            after: names.collect(),
            optional: item.get("condition").is_some() || name_of(item).is_empty(),
        }
    };
    list.items().iter().map(job).collect()
}

fn steps(reader: &mut Reader<'_>, list: &Node, level: &Level, root: &str, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    let mut level = level.clone();
    for step in list.items() {
        let conditional = step.entries().iter().find(|(key, _)| key.text().is_some_and(|key| key.starts_with("${{")));
        if let Some((_, inner)) = conditional {
            steps(reader, inner, &level, root, less);
        } else {
            one(reader, step, &level, root);
        }
        let written = reader.source.slice(step.span);
        if written.contains("task.setvariable") {
            Rc::make_mut(&mut level.values).written(written);
        }
    }
}

fn one(reader: &mut Reader<'_>, step: &Rc<Node>, level: &Level, root: &str) {
    let Some((node, language)) = script_of(step, level.windows) else { return };
    let Some(language) = language else {
        reader.skip(node.text().unwrap_or_default(), "a language of its own");
        return;
    };
    if !reader.is_of_interest(node.text().unwrap_or_default()) {
        return;
    }
    let source = Arc::clone(&reader.source);
    let values = &level.values;
    let mut variables = values.environment();
    for (key, value) in step.get("env").map_or(&[] as &[_], |environment| environment.entries()) {
        if let (Some(name), Some(text)) = (key.text(), value.text()) {
            let value = values.text(name, value, text);
            pipelines::set(&mut variables, name, value);
        }
    }
    let inputs = step.get("inputs");
    let folder = step.get("workingDirectory").or_else(|| inputs?.get("workingDirectory"));
    let folder = folder.and_then(|node| node.text()).unwrap_or_default();
    let inner = folder.rsplit_once(')').map_or(folder, |(_, rest)| rest).trim_start_matches('/');
    let folder = normalize(&Path::new(root).join(inner)).to_string_lossy().into_owned();
    let mut holes = Holes::default();
    let text = pipelines::script(&source, node);
    let text = holes.fill(&text, &['$'], |text, span| values.hole(text, span));
    let (holes, runs) = (Some(&holes), level.runs.clone());
    reader.run(&Script { text, folder: &folder, variables: &variables, holes, language, runs, ..Script::default() });
}

/// The script of a step and its language; no language for one that is not known.
fn script_of(step: &Rc<Node>, windows: bool) -> Option<(&Rc<Node>, Option<Language>)> {
    let own = if windows { Language::Batch } else { Language::Shell };
    let keys = [
        ("bash", Language::Shell),
        ("script", own),
        ("pwsh", Language::PowerShell),
        ("powershell", Language::PowerShell),
    ];
    for (key, language) in keys {
        if let Some(node) = step.get(key).filter(|node| node.text().is_some()) {
            return Some((node, Some(language)));
        }
    }
    let task = step.get("task")?.text()?.split('@').next()?.to_ascii_lowercase();
    let inputs = step.get("inputs").filter(|inputs| matches!(inputs.kind, Kind::Mapping(_)))?;
    let node = inputs.get("inlineScript").or_else(|| inputs.get("script")).or_else(|| inputs.get("inline"))?;
    node.text()?;
    let language = match task.as_str() {
        "bash" | "shellscript" | "ssh" => Some(Language::Shell),
        "powershell" | "azurepowershell" => Some(Language::PowerShell),
        "cmdline" => Some(own),
        _ => Language::of(inputs.get("scriptType").and_then(|kind| kind.text()).unwrap_or_default()),
    };
    Some((node, language))
}

impl Values {
    /// The variables as a script sees them in its environment.
    fn environment(&self) -> Vec<(String, Value)> {
        let named = |name: &str| name.to_ascii_uppercase().replace(['.', ' '], "_");
        self.known().map(|(name, value)| (named(name), value.clone())).collect()
    }
}
