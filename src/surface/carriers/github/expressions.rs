//! What is known of `${{ … }}`: variables of the environment, inputs with defaults or choices, the matrix.
//!
//! Everything else is unknown: it is decided outside of the file.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Alternative, Content, Guard, GuardKind, Often, Repeat, Step, Value};
use crate::source::{Place, Source};
use crate::syntax::yaml::{Kind, Node};

use super::super::Replacement;

/// How many values a dimension of a matrix or a choice may have.
const VALUES: usize = 48;

/// What expressions see.
#[derive(Clone)]
pub(super) struct Context {
    source: Arc<Source>,
    environment: Vec<(String, Value)>,
    inputs: BTreeMap<String, Value>,
    matrix: BTreeMap<String, Value>,
    /// The dimensions of the matrix as loops.
    pub(super) rounds: Vec<Repeat>,
}

impl Context {
    /// What the expressions of a workflow or an action see, by its head.
    pub(super) fn new(document: &Rc<Node>, source: &Arc<Source>) -> Self {
        let mut context = Self {
            source: Arc::clone(source),
            environment: Vec::new(),
            inputs: BTreeMap::new(),
            matrix: BTreeMap::new(),
            rounds: Vec::new(),
        };
        let on = document.get("on").or_else(|| document.get("true"));
        let events = ["workflow_dispatch", "workflow_call"];
        let lists = events.into_iter().filter_map(|event| on?.get(event)?.get("inputs"));
        let lists: Vec<&Rc<Node>> = lists.chain(document.get("inputs")).collect();
        // Another event than these gives no inputs, and nothing is known of what is there then.
        let started_otherwise = on.is_some_and(|on| {
            on.entries().iter().any(|(key, _)| key.text().is_none_or(|event| !events.contains(&event)))
        });
        for (key, input) in lists.into_iter().flat_map(|list| list.entries()) {
            let Some(name) = key.text() else { continue };
            let value = context.input(name, input, started_otherwise);
            let twice = context.inputs.contains_key(name);
            let value = if twice { Value::unknown(format!("`inputs.{name}` is declared twice"), None) } else { value };
            context.inputs.insert(name.to_owned(), value);
        }
        context
    }

    fn input(&self, name: &str, input: &Node, started_otherwise: bool) -> Value {
        let choice = input.get("type").and_then(|n| n.text()) == Some("choice");
        let options = input.get("options").map_or(&[] as &[Rc<Node>], |options| options.items());
        let label = format!("option of `inputs.{name}`");
        if choice && !options.is_empty() && options.len() <= VALUES && !started_otherwise {
            let key: Arc<str> = Arc::from(format!("input {name} of {}", self.source.path()));
            return self.one_of(options, &key, GuardKind::Conditional, &label);
        }
        match input.get("default").and_then(|node| node.text().map(|text| (node, text))) {
            Some((node, text)) if !text.is_empty() && !text.contains("${{") => {
                let step = Step { place: self.place(node), label: format!("default of `inputs.{name}`") };
                let content = Content::text(text);
                Value::from(Alternative { steps: vec![step], overridable: true, ..Alternative::new(content) })
            }
            _ => Value::unknown(format!("`inputs.{name}` has no default"), Some(self.place(input))),
        }
    }

    fn place(&self, node: &Node) -> Place {
        Place::new(&self.source, node.span)
    }

    /// One of several scalars.
    fn one_of(&self, nodes: &[Rc<Node>], key: &Arc<str>, kind: GuardKind, label: &str) -> Value {
        let mut alternatives = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            let Some(text) = node.text().filter(|text| !text.contains("${{")) else {
                return Value::unknown(format!("{label} that is no plain text"), Some(self.place(node)));
            };
            let guard = Guard { key: Arc::clone(key), branch: u32::try_from(index).unwrap_or(u32::MAX), kind };
            alternatives.push(Alternative {
                steps: vec![Step { place: self.place(node), label: label.to_owned() }],
                guards: vec![guard],
                ..Alternative::new(Content::text(text))
            });
        }
        Value::one_of(alternatives)
    }

    /// Reads the matrix of a job: each dimension is a loop, and so is a list of whole combinations.
    pub(super) fn matrix(&mut self, job: &Node) {
        self.matrix.clear();
        self.rounds.clear();
        let Some(matrix) = job.get("strategy").and_then(|strategy| strategy.get("matrix")) else { return };
        let dimensions: Vec<_> =
            matrix.entries().iter().filter(|(key, _)| !matches!(key.text(), Some("include" | "exclude"))).collect();
        let at = matrix.span.start;
        let include = matrix.get("include");
        let mixed = matrix.get("exclude").is_some() || include.is_some() && !dimensions.is_empty();
        if mixed || matrix.entries().is_empty() {
            self.rounds(matrix, None, Err("how many combinations the matrix has"));
            return;
        }
        if let Some(include) = include {
            self.combinations(include, at);
            return;
        }
        for (key, list) in dimensions {
            let Some(name) = key.text() else { continue };
            let items = list.items();
            let guard: Arc<str> = Arc::from(format!("matrix {name} of {} at {at}", self.source.path()));
            if items.is_empty() || items.len() > VALUES {
                let count = if items.is_empty() { Err("how many values the matrix has") } else { Ok(items.len()) };
                self.rounds(list, None, count);
                continue;
            }
            self.rounds(list, Some(&guard), Ok(items.len()));
            let label = format!("element of `matrix.{name}`");
            if items.iter().all(|item| matches!(item.kind, Kind::Mapping(_))) {
                self.fields(items, &format!("{name}."), &guard);
            } else {
                let value = self.one_of(items, &guard, GuardKind::Iteration, &label);
                self.matrix.insert(name.to_owned(), value);
            }
        }
    }

    fn combinations(&mut self, include: &Node, at: u32) {
        let items = include.items();
        if !items.is_empty() && items.len() <= VALUES {
            let guard: Arc<str> = Arc::from(format!("matrix of {} at {at}", self.source.path()));
            self.rounds(include, Some(&guard), Ok(items.len()));
            self.fields(items, "", &guard);
        } else {
            let count = if items.is_empty() { Err("how many combinations the matrix has") } else { Ok(items.len()) };
            self.rounds(include, None, count);
        }
    }

    /// A dimension of the matrix is a loop.
    fn rounds(&mut self, of: &Node, key: Option<&Arc<str>>, count: Result<usize, &str>) {
        let times = match count {
            Ok(1) => return,
            Ok(count) => Often::Times(u64::try_from(count).unwrap_or(u64::MAX)),
            Err(reason) => Often::Unknown(reason.to_owned()),
        };
        self.rounds.push(Repeat { place: self.place(of), times, key: key.cloned(), distinct: true });
    }

    /// The fields of mappings, of which one after the other holds.
    fn fields(&mut self, items: &[Rc<Node>], prefix: &str, guard: &Arc<str>) {
        let mut names: Vec<&str> = items.iter().flat_map(|i| i.entries()).filter_map(|(key, _)| key.text()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names.into_iter().filter(|name| *name != "<<") {
            let mut alternatives = Vec::new();
            for (index, item) in items.iter().enumerate() {
                let branch = u32::try_from(index).unwrap_or(u32::MAX);
                let guards = vec![Guard { key: Arc::clone(guard), branch, kind: GuardKind::Iteration }];
                let label = format!("element of `matrix.{prefix}{name}`");
                let alternative = match item.get(name).map(|node| (node, node.text())) {
                    None => Alternative::new(Content::Absent),
                    Some((node, Some(text))) if !text.contains("${{") => {
                        let steps = vec![Step { place: self.place(node), label }];
                        Alternative { steps, ..Alternative::new(Content::text(text)) }
                    }
                    Some((node, _)) => {
                        let value = Value::unknown(format!("{label} that is no plain text"), Some(self.place(node)));
                        value.alternatives().first().cloned().unwrap_or_else(|| Alternative::new(Content::Absent))
                    }
                };
                alternatives.push(Alternative { guards, ..alternative });
            }
            self.matrix.insert(format!("{prefix}{name}"), Value::one_of(alternatives));
        }
    }

    /// Adds the variables of a level.
    pub(super) fn environment(&mut self, node: &Node) {
        for (key, value) in node.get("env").map_or(&[] as &[_], |env| env.entries()) {
            let (Some(name), Some(text)) = (key.text(), value.text()) else { continue };
            let label = format!("`{name}` is set here");
            let step = Step { place: self.place(value), label };
            let new = match whole_expression(text) {
                Some(expression) => {
                    let mut new = self.expression(expression);
                    for alternative in new.alternatives_mut() {
                        alternative.steps.insert(0, step.clone());
                    }
                    new
                }
                None if text.contains("${{") => {
                    Value::unknown(format!("`{name}` is put together from expressions"), Some(step.place))
                }
                None => Value::from(Alternative { steps: vec![step], ..Alternative::new(Content::text(text)) }),
            };
            super::super::pipelines::set(&mut self.environment, name, new);
        }
    }

    /// A step that writes to the environment file sets variables for the steps behind it.
    pub(super) fn written(&mut self, script: &str) {
        if !script.contains("GITHUB_ENV") && !script.contains("::set-env") {
            return;
        }
        for (name, value) in &mut self.environment {
            if script.contains(&format!("{name}=")) || script.contains(&format!("{name}<<")) {
                *value = Value::unknown(format!("an earlier step sets `{name}` while it runs"), None);
            }
        }
    }

    /// The environment of the shell.
    pub(super) fn variables(&self) -> Vec<(String, Value)> {
        self.environment.clone()
    }

    /// The expression that a text begins with, as something to put in.
    pub(super) fn hole(&self, text: &str) -> Option<(usize, Replacement)> {
        let end = text.starts_with("${{").then(|| crate::surface::holes::end_of(text, "}}")).flatten()?;
        let expression = text.get(3..end - 2)?.trim();
        Some((end, Replacement::Value(format!("${{{{ {expression} }}}}"), self.expression(expression))))
    }

    /// What an expression comes to.
    fn expression(&self, expression: &str) -> Value {
        // `inputs.x || 'text'`: the text stands in for an empty input.
        if let Some((left, right)) = expression.split_once("||")
            && let Some(text) = right.trim().strip_prefix('\'').and_then(|r| r.strip_suffix('\''))
            && !text.contains('\'')
        {
            let left = self.lookup(left.trim());
            let unknown = left.as_ref().is_none_or(|v| v.as_text().is_none());
            if unknown {
                let content = Content::text(text);
                return Value::from(Alternative { overridable: true, ..Alternative::new(content) });
            }
            return left.unwrap_or_else(Value::absent);
        }
        if let Some(text) = expression.strip_prefix('\'').and_then(|r| r.strip_suffix('\''))
            && !text.contains('\'')
        {
            return Value::known(text);
        }
        self.lookup(expression)
            .unwrap_or_else(|| Value::unknown(format!("`{expression}` is not known before the workflow runs"), None))
    }

    fn lookup(&self, expression: &str) -> Option<Value> {
        let (kind, name) = expression.split_once('.')?;
        match kind {
            "env" => self.environment.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()),
            "inputs" => self.inputs.get(name).cloned(),
            "matrix" => self.matrix.get(name).cloned(),
            "github" => self.inputs.get(name.strip_prefix("event.inputs.")?).cloned(),
            _ => None,
        }
    }
}

/// The expression, when a text is just one.
fn whole_expression(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("${{")?.strip_suffix("}}")?;
    (!inner.contains("${{")).then(|| inner.trim())
}
