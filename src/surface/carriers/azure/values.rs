//! What is known of the variables and parameters of a pipeline.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{GuardKind, Step, Value};
use crate::source::{Place, Source, Span};
use crate::syntax::yaml::Node;

use super::super::{Replacement, given, pipelines};

/// What expressions see.
#[derive(Clone)]
pub(super) struct Values {
    source: Arc<Source>,
    variables: Vec<(String, Value)>,
    parameters: Vec<(String, Value)>,
}

impl Values {
    pub(super) fn new(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), variables: Vec::new(), parameters: Vec::new() }
    }

    /// The variables and their values.
    pub(super) fn known(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Reads the parameters of a pipeline or of a template.
    pub(super) fn parameters(&mut self, document: &Node) {
        let Some(list) = document.get("parameters") else { return };
        for item in list.items() {
            let Some(name) = item.get("name").and_then(|name| name.text()) else { continue };
            let options = item.get("values").map_or(&[] as &[Rc<Node>], |values| values.items());
            let default = item.get("default").and_then(|node| Some((node, node.text()?)));
            let value = if options.is_empty() {
                match default.filter(|(_, text)| plain(text)) {
                    Some((node, text)) => {
                        given::default(&self.source, format!("default of parameter `{name}`"), node.span, text)
                    }
                    None => Value::unknown(format!("parameter `{name}` has no default"), Some(self.place(item))),
                }
            } else {
                let key: Arc<str> = Arc::from(format!("parameter {name} of {}", self.source.path()));
                let label = format!("one of the values of parameter `{name}`");
                given::one_of(&self.source, options, (&key, GuardKind::Conditional), &label, &plain)
            };
            self.parameters.push((name.to_owned(), value));
        }
        // The old form of templates.
        for (key, node) in list.entries() {
            let (Some(name), Some(text)) = (key.text(), node.text()) else { continue };
            let label = format!("default of parameter `{name}`");
            let value = if plain(text) {
                given::default(&self.source, label, node.span, text)
            } else {
                Value::unknown(label, Some(self.place(node)))
            };
            self.parameters.push((name.to_owned(), value));
        }
    }

    fn place(&self, node: &Node) -> Place {
        Place::new(&self.source, node.span)
    }

    /// Adds the variables of a level, in either form.
    pub(super) fn variables(&mut self, level: &Node) {
        for (key, node) in level.entries() {
            if let Some(name) = key.text() {
                self.variable(name, node);
            }
        }
        for item in level.items() {
            if let (Some(name), Some(value)) = (item.get("name").and_then(|name| name.text()), item.get("value")) {
                self.variable(name, value);
            } else if let Some(place) = item.get("group").or_else(|| item.get("template")) {
                // Anything may be set there, and what stands behind wins over it.
                for (name, value) in &mut self.variables {
                    *value = Value::unknown(
                        format!("`{name}` may be set elsewhere"),
                        Some(Place::new(&self.source, place.span)),
                    );
                }
            }
        }
    }

    fn variable(&mut self, name: &str, node: &Node) {
        let value = match node.text() {
            Some(text) => self.text(name, node, text),
            None => Value::unknown(format!("`{name}` is chosen when the pipeline runs"), Some(self.place(node))),
        };
        self.variables.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.variables.push((name.to_owned(), value));
    }

    /// The value of a text, which may be one expression.
    pub(super) fn text(&self, name: &str, node: &Node, text: &str) -> Value {
        if plain(text) {
            return pipelines::set_here(&self.source, name, node, text);
        }
        match self.hole(text, node.span) {
            Some((length, Replacement::Value(_, mut value))) if length == text.trim_end().len() => {
                let step = Step { place: self.place(node), label: format!("`{name}` is set here") };
                value.alternatives_mut().iter_mut().for_each(|a| a.steps.insert(0, step.clone()));
                value
            }
            _ => Value::unknown(format!("`{name}` is put together when the pipeline runs"), Some(self.place(node))),
        }
    }

    /// The variables of `strategy: matrix`: one combination after the other.
    pub(super) fn matrix(&mut self, matrix: &Node) {
        let rounds = matrix.entries();
        let key: Arc<str> = Arc::from(format!("matrix at {} of {}", matrix.span.start, self.source.path()));
        let mut names: Vec<String> = Vec::new();
        for (name, _) in rounds.iter().flat_map(|(_, round)| round.entries()) {
            names.extend(name.text().map(str::to_owned));
        }
        names.sort_unstable();
        names.dedup();
        for name in names {
            let nodes: Option<Vec<Rc<Node>>> = rounds.iter().map(|(_, round)| round.get(&name).cloned()).collect();
            let value = match nodes {
                Some(nodes) => {
                    let label = format!("`{name}` of the matrix");
                    given::one_of(&self.source, &nodes, (&key, GuardKind::Iteration), &label, &plain)
                }
                None => Value::unknown(format!("`{name}` is not in each part of the matrix"), Some(self.place(matrix))),
            };
            self.variables.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            self.variables.push((name, value));
        }
    }

    /// A script that sets variables for the steps behind it.
    pub(super) fn written(&mut self, script: &str) {
        for (name, value) in &mut self.variables {
            if script.contains(name.as_str()) {
                *value = Value::unknown(format!("an earlier step sets `{name}` while it runs"), None);
            }
        }
    }

    /// `$(X)`, `${{ parameters.X }}`, `${{ variables.X }}`, `$[ … ]`
    pub(super) fn hole(&self, text: &str, span: Span) -> Option<(usize, Replacement)> {
        let find = |list: &[(String, Value)], name: &str| {
            list.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
        };
        let unknown = |shown: &str| {
            Value::unknown(
                format!("`{shown}` is not known before the pipeline runs"),
                Some(Place::new(&self.source, span)),
            )
        };
        if text.starts_with("${{") {
            let end = crate::surface::holes::end_of(text, "}}")?;
            let inner = text.get(3..end - 2)?.trim();
            let found = match inner.split_once('.') {
                Some(("parameters", name)) => find(&self.parameters, name),
                Some(("variables", name)) => find(&self.variables, name),
                _ => None,
            };
            let shown = format!("${{{{ {inner} }}}}");
            let value = found.unwrap_or_else(|| unknown(&shown));
            return Some((end, Replacement::Value(shown, value)));
        }
        if text.starts_with("$[") {
            let end = crate::surface::holes::end_of(text, "]")?;
            let shown = text.get(..end)?.to_owned();
            let value = unknown(&shown);
            return Some((end, Replacement::Value(shown, value)));
        }
        // Where no variable has the name, the shell sees a command in parentheses.
        let end = text.starts_with("$(").then(|| crate::surface::holes::end_of(text, ")")).flatten()?;
        let name = text.get(2..end - 1)?;
        let own = name.split_once('.').is_some_and(|(scope, _)| {
            ["Build", "System", "Agent", "Pipeline", "Environment", "Release"].contains(&scope)
        });
        let value = match find(&self.variables, name) {
            Some(value) => value,
            None if own => unknown(name),
            None => return None,
        };
        Some((end, Replacement::Value(format!("$({name})"), value)))
    }
}

/// Whether a text is what it looks like.
fn plain(text: &str) -> bool {
    !text.contains("$(") && !text.contains("${{") && !text.contains("$[")
}
