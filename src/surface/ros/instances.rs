//! Instances that a template makes beside the template of OOS that it holds, and what an execution is given.
//!
//! Owns how a value refers to a resource of the same template. Which resources are instances, and which property tells
//! a fact, is written in the matrix.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Deserialize;

use super::{Functions, function};
use crate::model::{Alternative, Api, Call, Content, Fact, ParameterKind, Step, Unknown, Value};
use crate::source::Span;
use crate::surface::document::{self, File};
use crate::syntax::yaml::{Kind, Node};

/// A resource that is an instance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Instance {
    resource: String,
    /// The attribute that is its id.
    identifier: String,
    /// The property that tells a fact.
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// Facts that hold of every such resource.
    #[serde(default)]
    fixed: BTreeMap<String, String>,
}

/// A resource that runs a template which another resource holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Execution {
    resource: String,
    /// The property that names the template, and the one with its parameters.
    template: String,
    parameters: String,
}

/// The resource that a function refers to, and which attribute of it.
fn referred(node: &Rc<Node>) -> Option<(&str, Option<&str>)> {
    match function(node)? {
        ("Ref", argument) => Some((argument.text()?, None)),
        ("GetAtt", argument) => match argument.items() {
            [name, attribute] => Some((name.text()?, attribute.text())),
            _ => argument.text()?.split_once('.').map(|(name, attribute)| (name, Some(attribute))),
        },
        _ => None,
    }
}

/// What the executions of a template give for its parameters, by the resource or the name of what they run.
#[derive(Debug, Default)]
pub(super) struct Given<'n> {
    by_resource: BTreeMap<&'n str, Vec<Option<&'n Node>>>,
    by_name: BTreeMap<&'n str, Vec<Option<&'n Node>>>,
}

impl<'n> Given<'n> {
    /// The executions of a template of ROS.
    pub(super) fn of(root: &'n Node, executions: &[Execution]) -> Self {
        let mut given = Self::default();
        for (_, resource) in root.get("Resources").map_or(&[][..], |resources| resources.entries()) {
            let kind = resource.get("Type").and_then(|kind| kind.text()).unwrap_or_default();
            let Some(execution) = executions.iter().find(|execution| execution.resource == kind) else { continue };
            let Some(properties) = resource.get("Properties") else { continue };
            let Some(template) = properties.get(&execution.template) else { continue };
            let parameters = properties.get(&execution.parameters).map(|parameters| &**parameters);
            if let Some((name, _)) = referred(template) {
                given.by_resource.entry(name).or_default().push(parameters);
            } else if let Some(name) = template.text() {
                given.by_name.entry(name).or_default().push(parameters);
            }
        }
        given
    }

    /// What the only execution of a template gives.
    pub(super) fn only(&self, resource: &str, properties: &Node, executions: &[Execution]) -> Option<&'n Node> {
        let named = executions.iter().filter_map(|execution| properties.get(&execution.template)?.text());
        let named = named.filter_map(|name| self.by_name.get(name)).flatten();
        let mut all = self.by_resource.get(resource).into_iter().flatten().chain(named);
        match (all.next(), all.next()) {
            (Some(only), None) => *only,
            _ => None,
        }
    }
}

/// A template whose parameters have what they are given as their defaults.
pub(super) fn with_given(root: &Rc<Node>, given: &Node) -> Rc<Node> {
    let declare = |key: &Rc<Node>, declared: &Rc<Node>| {
        let value = key.text().and_then(|name| given.get(name));
        let Some(value) = value else { return Rc::clone(declared) };
        let kept = |key: &Node| !matches!(key.text(), Some("Default" | "AllowedValues"));
        let mut entries: Vec<_> = declared.entries().iter().filter(|(key, _)| kept(key)).cloned().collect();
        let kind = Kind::Scalar { text: "Default".to_owned(), plain: true };
        entries.push((Rc::new(Node { span: value.span, tag: None, kind, alias: None }), Rc::clone(value)));
        with_entries(declared, entries)
    };
    let entries = root.entries().iter().map(|(key, value)| {
        if key.text() != Some("Parameters") {
            return (Rc::clone(key), Rc::clone(value));
        }
        let declared = value.entries().iter().map(|(key, value)| (Rc::clone(key), declare(key, value)));
        (Rc::clone(key), with_entries(value, declared.collect()))
    });
    with_entries(root, entries.collect())
}

fn with_entries(node: &Node, entries: Vec<(Rc<Node>, Rc<Node>)>) -> Rc<Node> {
    Rc::new(Node { span: node.span, tag: node.tag.clone(), kind: Kind::Mapping(entries), alias: node.alias })
}

/// Gives calls the facts of the instances of a template whose ids they are made with.
pub(super) fn add_facts(
    file: &File<'_>,
    root: &Node,
    instances: &[Instance],
    (apis, functions): (&[Api], &Functions<'_>),
    calls: &mut [Call],
) {
    let Some(resources) = root.get("Resources").filter(|_| !instances.is_empty()) else { return };
    let entries = resources.entries().iter();
    let by_name: BTreeMap<&str, &Node> = entries.filter_map(|(key, node)| Some((key.text()?, &**node))).collect();
    let instance_of = |name: &str, attribute: Option<&str>| {
        let (name, resource) = by_name.get_key_value(name)?;
        let kind = resource.get("Type").and_then(|kind| kind.text()).unwrap_or_default();
        let is_own = |instance: &&Instance| {
            instance.resource == kind && attribute.is_none_or(|attribute| attribute == instance.identifier)
        };
        instances.iter().find(is_own).map(|instance| (*name, *resource, instance))
    };
    let mut known: BTreeMap<(u32, u32), (&str, &Node, &Instance)> = BTreeMap::new();
    let mut see = |node: &Rc<Node>| {
        let found = referred(node).and_then(|(name, attribute)| instance_of(name, attribute));
        known.extend(found.map(|found| (span_of(node.span), found)));
    };
    walk(resources, &mut see);
    for call in calls {
        let Some(api) = apis.iter().find(|api| api.id == call.api) else { continue };
        let identifier = api.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
        let Some(argument) = identifier.and_then(|parameter| call.argument(&parameter.name)) else { continue };
        let [Alternative { content: Content::Unknown(unknown), overridable, .. }] = argument.value.alternatives()
        else {
            continue;
        };
        let Some(place) = &unknown.place else { continue };
        let named = || substituted(place.text()).and_then(|(name, attribute)| instance_of(name, attribute));
        let Some(found) = known.get(&span_of(place.span)).copied().or_else(named) else { continue };
        let facts = facts(file, found, api, functions, *overridable);
        call.facts.extend(facts);
    }
}

/// The resource, and which attribute of it, that all of a text stands for which is substituted: `${Name.Attribute}`.
fn substituted(text: &str) -> Option<(&str, Option<&str>)> {
    let inside = text.trim_matches(['"', '\'']).strip_prefix("${")?.strip_suffix('}')?;
    Some(inside.split_once('.').map_or((inside, None), |(name, attribute)| (name, Some(attribute))))
}

fn span_of(span: Span) -> (u32, u32) {
    (span.start, span.end)
}

/// Documents are nested no deeper than they may be.
fn walk(node: &Node, see: &mut dyn FnMut(&Rc<Node>)) {
    for child in node.items().iter().chain(node.entries().iter().map(|(_, value)| value)) {
        see(child);
        walk(child, see);
    }
}

fn facts(
    file: &File<'_>,
    (name, resource, instance): (&str, &Node, &Instance),
    api: &Api,
    functions: &Functions<'_>,
    overridable: bool,
) -> Vec<Fact> {
    let head = resource.get("Type").map_or(resource.span, |kind| kind.span);
    let header = Step { place: file.place(head), label: format!("the instance that `{name}` is") };
    let fixed = instance.fixed.iter().map(|(fact, fixed)| {
        let steps = vec![header.clone()];
        let value = Alternative { steps, overridable, ..Alternative::new(Content::text(fixed.as_str())) };
        Fact { name: fact.clone(), value: Value::from(value) }
    });
    let told = instance.facts.iter().filter_map(|(fact, property)| {
        let node = resource.get("Properties")?.get(property)?;
        let own = || Some(Value::from(Alternative::new(document::scalar(node)?)));
        let mut value = functions.value(node, 0).or_else(own)?;
        let step = Step { place: file.place_of(node), label: format!("`{property}` of `{name}`") };
        for alternative in value.alternatives_mut() {
            if let Content::Text(text) = &alternative.content
                && api.fact(fact).is_none_or(|names| names.value(text).is_none())
            {
                let reason = format!("\"{text}\" is no known {fact}");
                alternative.content = Content::Unknown(Unknown { reason, place: None, present: true });
            }
            alternative.overridable |= overridable;
            alternative.steps.splice(0..0, [header.clone(), step.clone()]);
        }
        Some(Fact { name: fact.clone(), value })
    });
    fixed.chain(told).collect()
}
