//! Kubernetes: the command of a container, and scripts in a ConfigMap.
//!
//! Owns which manifests hold containers, how a container's list of words becomes a command, and what its
//! environment sets. Files with holes of a template are judged as far as they are YAML.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Runs, Start, Step, Value};
use crate::source::Place;
use crate::surface::embedded_yaml;
use crate::surface::{Extraction, Project, Surface, part_of};
use crate::syntax::document::{self, Document, Format};
use crate::syntax::schedule;
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

use super::pipelines;
use super::{Holes, Reader, Replacement, Script, end_of};

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

    fn claims(&self, path: &Path, _beginning: &[u8]) -> bool {
        // Comments, licenses and lines of a template may stand before what tells: that is looked for in the text.
        super::carrier::is_yaml(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        super::needles(apis)
    }

    fn policy_needles(&self) -> Vec<String> {
        crate::surface::policy::script_needles()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        super::extract(project, ID, read)
    }
}

fn read(reader: &mut Reader<'_>) {
    let source = Arc::clone(&reader.source);
    let tells = |line: &str| line.starts_with("apiVersion:") || line.starts_with("kind:");
    if !source.text().lines().any(tells) {
        reader.passed = true;
        return;
    }
    let mut document = document::parse(source.text(), Format::Yaml);
    if let Some((message, span)) = document.error.take() {
        reader.problems.push(super::unparsable(&source, span, format!("this is no YAML: {message}")));
        reader.in_part = Some("part of it is no YAML".to_owned());
    }
    let roots = std::mem::take(&mut document.roots);
    for (index, root) in roots.iter().enumerate() {
        let program = part_of(source.path(), &format!("{index}"));
        objects(&mut Manifest { reader, document: &document }, root, &program, DEPTH);
    }
    // A manifest without any script is one whose kind is not known here.
    reader.passed = reader.in_part.is_none()
        && reader.problems.is_empty()
        && reader.calls.is_empty()
        && reader.started.is_empty()
        && reader.leads.is_empty();
}

/// A manifest, which may be the template of one.
struct Manifest<'m, 'p> {
    reader: &'m mut Reader<'p>,
    document: &'m Document,
}

impl Manifest<'_, '_> {
    fn place(&self, node: &Node) -> Place {
        Place::new(&self.reader.source, node.span)
    }

    /// The text of a scalar, with what a template fills in as it is written.
    fn text(&self, node: &Node) -> Option<EmbeddedText> {
        let filled = self.document.filled.as_deref();
        embedded_yaml::restored(self.reader.source.text(), filled, &self.document.holes, node)
    }

    /// Whether lines of a template stand in something: some of it may be there or not.
    fn is_conditional(&self, node: &Node) -> bool {
        let first = self.document.directives.partition_point(|line| line.end <= node.span.start);
        self.document.directives.get(first).is_some_and(|line| line.start < node.span.end)
    }

    /// What is written, when nothing fills in a part of it.
    fn plain<'n>(&self, node: &'n Node) -> Option<&'n str> {
        let written = self.reader.source.slice(node.span);
        node.text().filter(|text| !written.contains("{{") && !text.contains("{{"))
    }

    /// Runs a script, with what is filled in elsewhere left unknown.
    fn run(&mut self, node: &Node, script: &Script<'_>) {
        if self.is_conditional(node) {
            self.reader
                .in_part
                .get_or_insert_with(|| "a script with lines that a template puts in or leaves out".to_owned());
            return;
        }
        let mut holes = Holes::default();
        let text = holes.fill(&script.text, &['{', '$'], |text, _| hole(text));
        if !holes.variables.is_empty() {
            self.reader.in_part.get_or_insert_with(|| "a command with parts that are filled in elsewhere".to_owned());
        }
        self.reader.run(&Script { text, holes: Some(&holes), ..script.clone() });
    }
}

/// `{{ … }}` of Helm and Jinja, `$(params.x)` of Tekton.
fn hole(text: &str) -> Option<(usize, Replacement)> {
    let scopes = ["$(params.", "$(inputs.", "$(workspaces.", "$(context.", "$(tasks.", "$(results."];
    let end = if text.starts_with("{{") {
        end_of(text, "}}")?
    } else if text.starts_with("{%") {
        end_of(text, "%}")?
    } else if scopes.iter().any(|scope| text.starts_with(scope)) {
        end_of(text, ")")?
    } else {
        return None;
    };
    let shown = text.get(..end)?.to_owned();
    let value = Value::unknown(format!("`{shown}` is filled in elsewhere"), None);
    Some((end, Replacement::Value(shown, value)))
}

/// The objects of a document; a list holds several.
fn objects(manifest: &mut Manifest<'_, '_>, node: &Rc<Node>, program: &str, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    match node.get("kind").and_then(|kind| kind.text()) {
        Some("List") => {
            for item in node.get("items").map_or(&[] as &[Rc<Node>], |items| items.items()) {
                // Each is an object of its own.
                let program = part_of(program, &format!("{}", item.span.start));
                objects(manifest, item, &program, less);
            }
        }
        Some("ConfigMap" | "Secret") => config_map(manifest, node),
        _ => {
            let runs = Runs { starts: starts(manifest, node), program: program.to_owned(), ..Runs::default() };
            containers(manifest, node, &runs, less);
        }
    }
}

/// The schedules of an object that is run by the clock.
fn starts(manifest: &Manifest<'_, '_>, node: &Node) -> Vec<Start> {
    let kind = node.get("kind").and_then(|kind| kind.text()).unwrap_or_default();
    let Some(spec) = node.get("spec").filter(|_| kind.starts_with("Cron")) else { return Vec::new() };
    if spec.get("suspend").and_then(|suspend| suspend.text()) == Some("true") {
        return Vec::new();
    }
    let several = spec.get("schedules").map_or(&[] as &[Rc<Node>], |list| list.items());
    let schedules = spec.get("schedule").into_iter().chain(several);
    let start = |node: &Rc<Node>| {
        let text = node.text()?;
        let place = manifest.place(node);
        let filled = || Err("a template fills in the schedule".to_owned());
        let schedule = manifest.plain(node).map_or_else(filled, schedule::cron);
        Some(Start::of(place, text, schedule))
    };
    let name = node.get("metadata").and_then(|metadata| metadata.get("name"));
    let step = name.and_then(|name| {
        let label = format!("{kind} `{}`", name.text()?);
        Some(Step { place: manifest.place(name), label })
    });
    let starts = schedules.filter_map(start);
    starts.map(|start| Start { steps: step.iter().cloned().collect(), ..start }).collect()
}

/// Data that are scripts, told by their name or their first line.
fn config_map(manifest: &mut Manifest<'_, '_>, node: &Node) {
    for data in ["data", "stringData"].into_iter().filter_map(|key| node.get(key)) {
        for (key, value) in data.entries() {
            let (Some(name), Some(text)) = (key.text(), manifest.text(value)) else { continue };
            if crate::surface::shell::is_script(Path::new(name), text.text().as_bytes()) {
                manifest.run(value, &Script { text, ..Script::default() });
            }
        }
    }
}

/// Every mapping with a `command` or `args` list is looked at as a container.
fn containers(manifest: &mut Manifest<'_, '_>, node: &Rc<Node>, runs: &Runs, depth: usize) {
    let Some(less) = depth.checked_sub(1) else { return };
    match &node.kind {
        Kind::Mapping(entries) => {
            let is_list = |key: &str| node.get(key).is_some_and(|list| !list.items().is_empty());
            // A step of a task or a template brings its own script.
            let script = node.get("script").or_else(|| node.get("source"));
            let script = script.and_then(|script| Some((script, manifest.text(script)?)));
            if let Some((script, text)) = script.filter(|(script, text)| is_shell_script(node, script, text.text())) {
                let variables = environment(manifest, node);
                let runs = runs.clone();
                manifest.run(script, &Script { text, variables: &variables, runs, ..Script::default() });
            } else if is_list("command") || is_list("args") {
                container(manifest, node, runs);
            }
            entries.iter().for_each(|(_, child)| containers(manifest, child, runs, less));
        }
        Kind::Sequence(items) => items.iter().for_each(|item| containers(manifest, item, runs, less)),
        Kind::Scalar { .. } => {}
    }
}

/// Whether what a container runs is a script of the shell: by its first line, else by the program that is given it.
fn is_shell_script(container: &Node, script: &Node, text: &str) -> bool {
    if text.starts_with("#!") {
        return crate::surface::shell::is_script(Path::new("script"), text.as_bytes());
    }
    let program = container.get("command").and_then(|list| list.items().first()?.text().map(str::to_owned));
    let is_run = container.get("image").is_some() && script.text().is_some();
    is_run && program.is_none_or(|program| is_shell(&program))
}

fn container(manifest: &mut Manifest<'_, '_>, node: &Node, runs: &Runs) {
    let variables = environment(manifest, node);
    let lists: Vec<&Rc<Node>> = ["command", "args"].into_iter().filter_map(|key| node.get(key)).collect();
    if let Some(list) = lists.iter().find(|list| manifest.is_conditional(list)) {
        let written = manifest.reader.source.slice(list.span).to_owned();
        if manifest.reader.holds_needle(&written) {
            let reason = || "a command with words that a template puts in or leaves out".to_owned();
            manifest.reader.in_part.get_or_insert_with(reason);
        }
        return;
    }
    let texts: Vec<_> = lists.iter().flat_map(|list| list.items()).filter_map(|item| manifest.text(item)).collect();
    // `sh -c "…"` holds a script of its own; in a plain list no word can be put in.
    let told = |text: &str| text.starts_with('-') && text.ends_with('c');
    let script = texts
        .iter()
        .position(|text| told(text.text()))
        .filter(|at| texts.get(..*at).is_some_and(|before| before.iter().any(|word| is_shell(word.text()))));
    let script = script.and_then(|at| texts.get(at + 1)).cloned();
    let list = script.is_none();
    let text = script.unwrap_or_else(|| pipelines::words(texts, true));
    let runs = runs.clone();
    // The lists hold no lines of a template, as was seen above.
    let nowhere = Node { span: crate::source::Span::default(), ..(*node).clone() };
    manifest.run(&nowhere, &Script { text, variables: &variables, list, runs, ..Script::default() });
}

/// Whether a word is a shell.
pub(super) fn is_shell(word: &str) -> bool {
    matches!(word.rsplit('/').next().unwrap_or(word), "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh")
}

/// The variables with a literal value.
fn environment(manifest: &Manifest<'_, '_>, node: &Node) -> Vec<(String, Value)> {
    let mut variables: Vec<(String, Value)> = Vec::new();
    let Some(list) = node.get("env") else { return variables };
    let conditional = manifest.is_conditional(list);
    for item in list.items() {
        let Some(name) = item.get("name").and_then(|name| manifest.plain(name)) else { continue };
        let twice = conditional && variables.iter().any(|(known, _)| known == name);
        let written = item.get("value").and_then(|node| Some((node, manifest.plain(node)?)));
        let mut value = match written.filter(|(_, text)| !text.contains("$(") && !twice) {
            Some((node, text)) => pipelines::set_here(&manifest.reader.source, name, node, text),
            None => Value::unknown(format!("`{name}` comes from outside of this manifest"), None),
        };
        // A line of a template may leave it out.
        value.alternatives_mut().iter_mut().for_each(|a| a.overridable |= conditional);
        pipelines::set(&mut variables, name, value);
    }
    variables
}
