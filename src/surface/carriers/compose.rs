//! Compose files: what containers are told to run.
//!
//! Owns the command of a service in both of its forms, its environment, and the variables that are put in from
//! the `.env` beside the file before anything runs (`$$` stands for a dollar).

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Runs, Value};
use crate::source::{Place, Source, Span};
use crate::surface::{embedded_yaml, part_of};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

use super::carrier::{Carrier, file_name, is_yaml};
use super::{Holes, Reader, Replacement, Script, given, pipelines};

/// Compose files.
pub(in crate::surface) const COMPOSE: Carrier =
    Carrier { id: "compose", title: "Compose files", claims: is_compose, leads: false, read };

fn is_compose(path: &Path) -> bool {
    let name = file_name(path);
    let begins = ["compose.", "docker-compose.", "docker-compose-", "podman-compose."];
    is_yaml(path) && (begins.iter().any(|begin| name.starts_with(begin)) || name.contains(".compose."))
}

fn read(reader: &mut Reader<'_>) {
    let folder = reader.path.parent().map(Path::to_path_buf).unwrap_or_default();
    let project = given::variables_in(reader.project.files, &folder.join(".env"));
    for document in pipelines::documents(reader) {
        for (key, service) in document.get("services").map_or(&[] as &[_], |services| services.entries()) {
            let name = key.text().unwrap_or_default();
            Service { project: &project, folder: &folder }.read(reader, service, name);
        }
    }
}

/// The script that some texts and lists are, and whether it is a plain list of words.
fn command(source: &Arc<Source>, nodes: &[&Rc<Node>]) -> Option<(EmbeddedText, bool)> {
    // A line by itself is split into words as a shell does it.
    if let [only] = nodes
        && let Some(text) = embedded_yaml::text(source.text(), only)
    {
        return Some(given::line(&text));
    }
    let items = nodes.iter().flat_map(|node| match node.items() {
        [] => std::slice::from_ref(*node),
        items => items,
    });
    let mut words: Vec<_> = items.filter_map(|item| embedded_yaml::text(source.text(), item)).collect();
    match words.first().map(|word| word.text().to_owned()).as_deref() {
        Some("CMD-SHELL") => words.get(1).map(|text| (text.clone(), false)),
        Some("CMD") => Some(given::program(words.split_off(1).as_slice())),
        Some(_) => Some(given::program(&words)),
        None => None,
    }
}

struct Service<'a> {
    /// What is put in before anything runs.
    project: &'a [(String, Value)],
    folder: &'a PathBuf,
}

impl Service<'_> {
    fn read(&self, reader: &mut Reader<'_>, service: &Rc<Node>, name: &str) {
        let source = Arc::clone(&reader.source);
        let variables = self.variables(reader, service);
        // What a container runs is its entry point with the command behind it.
        let parts: Vec<&Rc<Node>> = ["entrypoint", "command"].into_iter().filter_map(|key| service.get(key)).collect();
        let check = service.get("healthcheck").and_then(|check| check.get("test"));
        let test: Vec<&Rc<Node>> = check.into_iter().collect();
        for (nodes, part) in [(parts, ""), (test, " healthcheck")] {
            let Some((text, list)) = command(&source, &nodes) else { continue };
            let mut holes = Holes::default();
            let text = holes.fill(&text, &['$'], |rest, span| self.hole(&source, rest, span));
            let runs = Runs { program: part_of(source.path(), &format!("{name}{part}")), ..Runs::default() };
            let folder = &self.folder.to_string_lossy();
            let holes = Some(&holes);
            reader.run(&Script { text, folder, variables: &variables, holes, list, runs, ..Script::default() });
        }
    }

    /// What stands for a `$` in a text.
    fn hole(&self, source: &Arc<Source>, text: &str, span: Span) -> Option<(usize, Replacement)> {
        if text.starts_with("$$") {
            return Some((2, Replacement::Text("$")));
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (inner, length) = match text.strip_prefix("${") {
            Some(_) => {
                let end = super::end_of(text, "}")?;
                (text.get(2..end - 1)?, end)
            }
            None => {
                let rest = text.get(1..)?;
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                (rest.get(..end)?, end + 1)
            }
        };
        let end = inner.find(|c| !is_name(c)).unwrap_or(inner.len());
        let name = inner.get(..end).filter(|name| !name.is_empty())?;
        let operator = inner.get(end..)?;
        let known = self.project.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let default = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'));
        let value = match (known, default) {
            (Some(value), _) => value,
            (None, Some(text)) if !text.contains('$') => {
                let at = span.start as usize;
                let span = if length > 3 { Span::new(at, at + length) } else { span };
                given::default(source, format!("default of `{name}`"), span, text)
            }
            _ => {
                let place = Some(Place::new(source, span));
                Value::unknown(format!("`{name}` is put in from where this is started"), place)
            }
        };
        Some((length, Replacement::Value(format!("${{{name}}}"), value)))
    }

    /// The environment of a service: its files first.
    fn variables(&self, reader: &Reader<'_>, service: &Node) -> Vec<(String, Value)> {
        let mut variables = Vec::new();
        if let Some(files) = service.get("env_file") {
            let items = files.items().iter().map(|item| item.get("path").unwrap_or(item));
            for path in std::iter::once(files).chain(items).filter_map(|node| node.text()) {
                for (name, value) in given::variables_in(reader.project.files, &self.folder.join(path)) {
                    pipelines::set(&mut variables, &name, value);
                }
            }
        }
        if let Some(environment) = service.get("environment") {
            let mut own = Vec::new();
            given::environment(&reader.source, environment, &mut own, &|_| true);
            for (name, value) in own {
                let value = match value.as_text().map(str::to_owned) {
                    Some(text) if text.contains('$') => self.put_in(&name, &text, &value),
                    _ => value,
                };
                pipelines::set(&mut variables, &name, value);
            }
        }
        variables
    }

    /// The value of a variable that is just another one.
    fn put_in(&self, name: &str, text: &str, value: &Value) -> Value {
        let step = value.alternatives().first().and_then(|a| a.steps.first()).cloned();
        let place = step.as_ref().map(|step| step.place.clone());
        let found = place.as_ref().and_then(|place| self.hole(&place.source, text, place.span));
        match found {
            Some((length, Replacement::Value(_, mut value))) if length == text.len() => {
                for alternative in value.alternatives_mut() {
                    alternative.steps.splice(0..0, step.clone());
                }
                value
            }
            _ => Value::unknown(format!("`{name}` is put together from other variables"), place),
        }
    }
}
