//! Kubernetes: the command of a container, and scripts in a ConfigMap.
//!
//! Owns which manifests hold containers, how a container's list of words becomes a command, and what its
//! environment sets. Files with holes of a template are judged as far as they are YAML.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Runs, Start, Step, Value};
use crate::source::{Place, Source};
use crate::surface::embedded_yaml;
use crate::surface::{Extraction, Project, Surface, part_of};
use crate::syntax::schedule;
use crate::syntax::yaml::{Kind, Node};

use super::pipelines;
use super::{Reader, Script};

const ID: &str = "kubernetes";

/// How deep containers are looked for.
const DEPTH: usize = 24;

/// The surface.
#[derive(Debug, Clone, Copy)]
pub(in crate::surface) struct Kubernetes;

impl Surface for Kubernetes {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Kubernetes manifests"
    }

    fn claims(&self, path: &Path, beginning: &[u8]) -> bool {
        let is_yaml = path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
        let text = String::from_utf8_lossy(beginning);
        is_yaml && (text.lines().any(|line| line.starts_with("apiVersion:") || line.starts_with("kind:")))
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn read(reader: &mut Reader<'_>) {
    for (index, document) in pipelines::documents(reader).iter().enumerate() {
        let program = part_of(reader.source.path(), &format!("{index}"));
        objects(reader, document, &program, DEPTH);
    }
}

/// The objects of a document; a list holds several.
fn objects(reader: &mut Reader<'_>, node: &Rc<Node>, program: &str, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    match node.get("kind").and_then(|kind| kind.text()) {
        Some("List") => {
            for item in node.get("items").map_or(&[] as &[Rc<Node>], |items| items.items()) {
                // Each is an object of its own.
                let program = part_of(program, &format!("{}", item.span.start));
                objects(reader, item, &program, less);
            }
        }
        Some("ConfigMap" | "Secret") => config_map(reader, node),
        _ => {
            let runs = Runs { starts: starts(reader, node), program: program.to_owned(), ..Runs::default() };
            containers(reader, node, &runs, less);
        }
    }
}

/// The schedules of an object that is run by the clock.
fn starts(reader: &Reader<'_>, node: &Node) -> Vec<Start> {
    let kind = node.get("kind").and_then(|kind| kind.text()).unwrap_or_default();
    let Some(spec) = node.get("spec").filter(|_| kind.starts_with("Cron")) else { return Vec::new() };
    if spec.get("suspend").and_then(|suspend| suspend.text()) == Some("true") {
        return Vec::new();
    }
    let several = spec.get("schedules").map_or(&[] as &[Rc<Node>], |list| list.items());
    let schedules = spec.get("schedule").into_iter().chain(several);
    let start = |node: &Rc<Node>| {
        let text = node.text()?;
        let place = Place::new(&reader.source, node.span);
        let schedule =
            if text.contains("{{") { Err("a template fills in the schedule".to_owned()) } else { schedule::cron(text) };
        Some(Start::of(place, text, schedule))
    };
    let name = node.get("metadata").and_then(|metadata| metadata.get("name"));
    let step = name.and_then(|name| {
        let label = format!("{kind} `{}`", name.text()?);
        Some(Step { place: Place::new(&reader.source, name.span), label })
    });
    let starts = schedules.filter_map(start);
    starts.map(|start| Start { steps: step.iter().cloned().collect(), ..start }).collect()
}

/// Data that are scripts, told by their name or their first line.
fn config_map(reader: &mut Reader<'_>, node: &Node) {
    let source = Arc::clone(&reader.source);
    for data in ["data", "stringData"].into_iter().filter_map(|key| node.get(key)) {
        for (key, value) in data.entries() {
            let (Some(name), Some(text)) = (key.text(), value.text()) else { continue };
            let beginning = text.as_bytes();
            if crate::surface::shell::is_script(Path::new(name), beginning) {
                let text = pipelines::script(&source, value);
                reader.run(&Script { text, ..Script::default() });
            }
        }
    }
}

/// Every mapping with a `command` or `args` list is looked at as a container.
fn containers(reader: &mut Reader<'_>, node: &Rc<Node>, runs: &Runs, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    match &node.kind {
        Kind::Mapping(entries) => {
            let is_list = |key: &str| node.get(key).is_some_and(|list| !list.items().is_empty());
            if is_list("command") || is_list("args") {
                container(reader, node, runs);
            } else if let Some(script) = node.get("script").filter(|script| script.text().is_some()) {
                // A step of a task or a template brings its own script.
                let source = Arc::clone(&reader.source);
                let variables = environment(&source, node);
                let text = pipelines::script(&source, script);
                let shell = text.text().starts_with("#!") || node.get("image").is_some();
                if shell && !has_hole(text.text()) && is_shell_script(text.text()) {
                    reader.run(&Script { text, variables: &variables, runs: runs.clone(), ..Script::default() });
                } else if has_hole(text.text()) {
                    reader.in_part.get_or_insert_with(|| "a script with parts that are filled in elsewhere".to_owned());
                }
            }
            entries.iter().for_each(|(_, child)| containers(reader, child, runs, less));
        }
        Kind::Sequence(items) => items.iter().for_each(|item| containers(reader, item, runs, less)),
        Kind::Scalar { .. } => {}
    }
}

fn is_shell_script(text: &str) -> bool {
    !text.starts_with("#!") || crate::surface::shell::is_script(Path::new("script"), text.as_bytes())
}

fn has_hole(text: &str) -> bool {
    text.contains("{{") || text.contains("$(params.")
}

fn container(reader: &mut Reader<'_>, node: &Node, runs: &Runs) {
    let source = Arc::clone(&reader.source);
    let variables = environment(&source, node);
    let lists = ["command", "args"].into_iter().filter_map(|key| node.get(key));
    let nodes: Vec<&Rc<Node>> = lists.flat_map(|list| list.items()).collect();
    let texts = nodes.iter().filter_map(|item| embedded_yaml::text(source.text(), item));
    let texts: Vec<_> = texts.collect();
    if texts.iter().any(|text| has_hole(text.text())) {
        reader.in_part.get_or_insert_with(|| "a command with parts that are filled in elsewhere".to_owned());
        return;
    }
    // `sh -c "…"` holds a script of its own; in a plain list no word can be put in.
    let told = |text: &str| text.starts_with('-') && text.ends_with('c');
    if let Some(at) = texts.iter().position(|text| told(text.text()))
        && let Some(script) = texts.get(at + 1)
        && texts.get(..at).is_some_and(|before| before.iter().any(|w| is_shell(w.text())))
    {
        let runs = runs.clone();
        reader.run(&Script { text: script.clone(), variables: &variables, runs, ..Script::default() });
        return;
    }
    let text = pipelines::words(texts, true);
    let runs = runs.clone();
    reader.run(&Script { text, variables: &variables, list: true, runs, ..Script::default() });
}

/// Whether a word is a shell.
pub(super) fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next().unwrap_or(word), "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh")
}

/// The variables with a literal value.
fn environment(source: &Arc<Source>, node: &Node) -> Vec<(String, Value)> {
    let mut variables = Vec::new();
    for item in node.get("env").map_or(&[] as &[Rc<Node>], |list| list.items()) {
        let Some(name) = item.get("name").and_then(|n| n.text()) else { continue };
        let value = match item.get("value").and_then(|v| v.text().map(|text| (v, text))) {
            Some((node, text)) if !text.contains("$(") && !text.contains("{{") => {
                pipelines::set_here(source, name, node, text)
            }
            _ => Value::unknown(format!("`{name}` comes from outside of this manifest"), None),
        };
        pipelines::set(&mut variables, name, value);
    }
    variables
}
