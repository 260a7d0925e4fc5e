//! ROS templates, which hold templates of OOS as resources, or files of Terraform.
//!
//! ROS itself has no resource that makes a call. Its functions are followed where one stands for a value of
//! the inner template: references to parameters and conditions; all others are unknown.

mod instances;
mod scripts;
#[cfg(test)]
mod tests;
mod workspace;

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;

use super::document::{self, File, Found};
use super::terraform::Terraform;
use super::{Extraction, Files, Project, Surface, oos};
use crate::model::{Alternative, Api, Call, Content, Guard, GuardKind, Step, Value};
use crate::syntax::document::Document;
use crate::syntax::yaml::{Kind, Node};

/// The surface.
#[derive(Debug)]
pub(super) struct Ros;

/// The id of this surface.
const ID: &str = "ros";

/// The key that every template has.
const VERSION: &str = "ROSTemplateFormatVersion";

/// How deep functions are followed.
const DEPTH: usize = 16;

/// How many values a value may have.
const ALTERNATIVES: usize = 32;

/// What the matrix says about ROS.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Binding {
    holders: Vec<Holder>,
    instances: Vec<instances::Instance>,
    executions: Vec<instances::Execution>,
    scripts: Vec<scripts::Script>,
}

/// What is looked for, and how further files are read.
type Reading<'a> = (&'a [Api], &'a dyn Files);

/// A resource that holds a template of OOS.
#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Holder {
    resource: String,
    property: String,
}

impl Surface for Ros {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "ROS templates"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        document::operation_needles(apis).into_iter().chain(Terraform.needles(apis)).collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let mut bindings = Binding::default();
        for own in project.apis.iter().filter_map(|api| Binding::deserialize(api.bindings.get(ID)?).ok()) {
            // What is no API's own comes with each of them.
            add_new(&mut bindings.holders, own.holders);
            add_new(&mut bindings.scripts, own.scripts);
            add_new(&mut bindings.executions, own.executions);
            add_new(&mut bindings.instances, own.instances);
        }
        document::extract(project, &|text| text.contains(VERSION), &|file| {
            let mut found = Found::default();
            for root in file.document.roots.iter().filter(|root| root.get(VERSION).is_some()) {
                found.calls.extend(held(file, root, &bindings, (project.apis, project.files)));
                found.calls.extend(scripts::calls(file, root, &bindings.scripts, (project.apis, project.files)));
                let inside = workspace::found(file, root, project);
                found.calls.extend(inside.calls);
                found.problems.extend(inside.problems);
            }
            found
        })
    }
}

fn add_new<T: PartialEq>(known: &mut Vec<T>, more: Vec<T>) {
    for one in more {
        if !known.contains(&one) {
            known.push(one);
        }
    }
}

/// The calls of the templates that a template holds.
fn held(file: &File<'_>, root: &Node, bindings: &Binding, apis: Reading<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    let parameters = root.get("Parameters").map(|parameters| &**parameters);
    let executed = instances::Given::of(root, &bindings.executions);
    for resource in root.get("Resources").map_or(&[][..], |resources| resources.entries()) {
        let Some(kind) = resource.1.get("Type").and_then(|kind| kind.text()) else { continue };
        for holder in bindings.holders.iter().filter(|holder| holder.resource == kind) {
            let Some(content) = resource.1.get("Properties").and_then(|p| p.get(&holder.property)) else { continue };
            let name = resource.0.text().unwrap_or_default();
            let own = resource.1.get("Properties").and_then(|own| executed.only(name, own, &bindings.executions));
            calls.extend(inner(file, content, (parameters, own), apis));
        }
    }
    let functions = Functions { file, parameters, substituted: false };
    instances::add_facts(file, root, &bindings.instances, (apis.0, &functions), &mut calls);
    calls
}

/// The calls of one template; `parameters` are those of the template around it, `given` is what it is run with.
fn inner(
    file: &File<'_>,
    content: &Rc<Node>,
    (parameters, given): (Option<&Node>, Option<&Node>),
    apis: Reading<'_>,
) -> Vec<Call> {
    let run = |root: &Rc<Node>| given.map_or_else(|| Rc::clone(root), |given| instances::with_given(root, given));
    let (content, substituted) = match function(content) {
        Some(("Sub", argument)) => (argument.items().first().unwrap_or(argument), true),
        _ => (content, false),
    };
    let functions = Functions { file, parameters, substituted };
    let outer = |node: &Node| functions.value(node, 0);
    if matches!(content.kind, Kind::Mapping(_)) {
        return oos::template(file, &run(content), apis, Some(&outer), ID);
    }
    let Some(document) = document::document_in(file, content) else { return Vec::new() };
    let is_verbatim = document::text_in(file, content).is_some();
    let Document { roots, holes, directives, error, .. } = document;
    if error.is_some() || !holes.is_empty() || !directives.is_empty() {
        file.miss("a template within it cannot be read in full");
    }
    let document = Document { holes, directives, error, ..Document::default() };
    let held = File::new(file.path, Arc::clone(&file.source), document);
    let functions = Functions { file: &held, parameters, substituted };
    let outer = |node: &Node| functions.value(node, 0);
    let mut calls: Vec<Call> =
        roots.iter().flat_map(|root| oos::template(&held, &run(root), apis, Some(&outer), ID)).collect();
    if !is_verbatim {
        // Every place is the whole text, which no edit may replace.
        for call in &mut calls {
            call.insert = None;
            for argument in &mut call.arguments {
                argument.literal = None;
                argument.removal = None;
            }
        }
    }
    calls
}

/// The function that a node is, without its prefix, and its argument: `!If […]` or `Fn::If: […]`.
pub(super) fn function(node: &Rc<Node>) -> Option<(&str, &Rc<Node>)> {
    if let Some(tag) = node.tag.as_deref().and_then(|tag| tag.strip_prefix('!')).filter(|tag| !tag.is_empty()) {
        return (!tag.starts_with('!')).then_some((tag, node));
    }
    match node.entries() {
        [(key, argument)] => {
            let key = key.text()?;
            let name = key.strip_prefix("Fn::").or((key == "Ref").then_some(key))?;
            Some((name, argument))
        }
        _ => None,
    }
}

/// What a condition gives: the values of both branches, each under its outcome. What both give is given whatever the
/// outcome, and said once.
fn either(condition: &str, [yes, no]: &[Value; 2]) -> Option<Value> {
    let key: Arc<str> = Arc::from(format!("condition `{condition}`"));
    let is_twin = |a: &Alternative, b: &Alternative| {
        let known = !matches!(a.content, Content::Unknown(_)) && a.content == b.content;
        known && a.guards == b.guards && a.overridable == b.overridable
    };
    let mut alternatives = Vec::new();
    for (branch, own, other) in [(0, yes, no), (1, no, yes)] {
        for mut alternative in own.alternatives().iter().cloned() {
            if let Some(twin) = other.alternatives().iter().find(|other| is_twin(&alternative, other)) {
                if branch == 0 {
                    alternative.steps.extend(twin.steps.iter().cloned());
                    alternatives.push(alternative);
                }
                continue;
            }
            let guard = Guard { key: Arc::clone(&key), branch, kind: GuardKind::Conditional };
            if !alternative.guards.iter().any(|g| g.key == guard.key && g.branch != guard.branch) {
                alternative.guards.push(guard);
                alternatives.push(alternative);
            }
        }
    }
    (alternatives.len() <= ALTERNATIVES).then(|| Value::one_of(alternatives))
}

struct Functions<'a> {
    file: &'a File<'a>,
    parameters: Option<&'a Node>,
    /// Whether the text went through a substitution of `${…}`.
    substituted: bool,
}

impl Functions<'_> {
    /// What a function gives; nothing for a value that is no function.
    fn value(&self, node: &Node, depth: usize) -> Option<Value> {
        let place = || Some(self.file.place(node.span));
        if self.substituted && node.text().is_some_and(|text| text.contains("${")) {
            return Some(Value::unknown("it is substituted when the stack is made", place()));
        }
        let shared = Rc::new(node.clone());
        let (name, argument) = function(&shared)?;
        if depth >= DEPTH {
            return Some(Value::unknown("functions are nested too deeply", place()));
        }
        match (name, argument.items()) {
            ("Ref", _) => Some(self.reference(argument.text()?, node)),
            ("If", [condition, yes, no]) => {
                let values = [self.any(yes, depth + 1), self.any(no, depth + 1)];
                let value = either(condition.text().unwrap_or_default(), &values);
                Some(value.unwrap_or_else(|| Value::unknown("too many values are possible", place())))
            }
            _ => Some(Value::unknown(format!("the function `{name}` is not evaluated"), place())),
        }
    }

    fn any(&self, node: &Node, depth: usize) -> Value {
        let own = self.value(node, depth).or_else(|| Some(Value::from(Alternative::new(document::scalar(node)?))));
        let mut value = own.unwrap_or_else(|| Value::unknown("a list or a mapping", Some(self.file.place(node.span))));
        let step = Step { place: self.file.place(node.span), label: "one of the values of the condition".to_owned() };
        for alternative in value.alternatives_mut() {
            alternative.steps.insert(0, step.clone());
        }
        value
    }

    fn reference(&self, name: &str, node: &Node) -> Value {
        if name.ends_with("::NoValue") {
            return Value::absent();
        }
        let place = self.file.place(node.span);
        let Some(declared) = self.parameters.and_then(|parameters| parameters.get(name)) else {
            return Value::unknown(format!("`{name}` is known only when the stack is made"), Some(place));
        };
        let here = Step { place, label: String::new() };
        let allowed = declared.get("AllowedValues").map_or(&[][..], |allowed| allowed.items());
        if !allowed.is_empty() && allowed.len() <= ALTERNATIVES {
            let key: Arc<str> = Arc::from(format!("parameter `{name}`"));
            let alternatives = allowed.iter().enumerate().map(|(index, node)| {
                let step =
                    Step { place: self.file.place_of(node), label: format!("allowed value of parameter `{name}`") };
                let branch = u32::try_from(index).unwrap_or(u32::MAX);
                let guards = match allowed {
                    [_] => Vec::new(),
                    _ => vec![Guard { key: Arc::clone(&key), branch, kind: GuardKind::Conditional }],
                };
                let content = document::scalar(node).unwrap_or(Content::Absent);
                Alternative { content, guards, steps: vec![here.clone(), step], overridable: false }
            });
            return Value::one_of(alternatives.collect());
        }
        match declared.get("Default").and_then(|default| Some((default, document::scalar(default)?))) {
            Some((default, content)) => {
                let step = Step { place: self.file.place_of(default), label: format!("default of parameter `{name}`") };
                Value::from(Alternative { content, guards: Vec::new(), steps: vec![here, step], overridable: true })
            }
            None => {
                let reason = format!("parameter `{name}` has no default");
                Value::unknown(reason, Some(self.file.place(declared.span)))
            }
        }
    }
}
