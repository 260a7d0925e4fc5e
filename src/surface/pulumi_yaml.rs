//! Pulumi programs in YAML: resources that make a call, and the instances that they name.
//!
//! References are followed within the program: to its configuration, its variables and its resources. Which
//! resources are calls or instances is written in the matrix.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::document::{self, CallSite, File, Named};
use super::{Extraction, Project, Surface};
use crate::model::{Alternative, Api, Call, Content, Fact, Step, Unknown, Value};
use crate::syntax::yaml::Node;

/// The surface.
#[derive(Debug)]
pub(super) struct PulumiYaml;

/// The id of this surface.
const ID: &str = "pulumi-yaml";

/// How often variables may lead to each other.
const DEPTH: usize = 8;

/// What the matrix says about Pulumi.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Binding {
    calls: Vec<CallSpec>,
    instances: Vec<InstanceSpec>,
}

/// A resource that makes the call.
#[derive(Debug, Deserialize)]
struct CallSpec {
    types: Vec<String>,
    #[serde(default)]
    other_properties: Vec<String>,
}

/// A resource that is an instance.
#[derive(Debug, Deserialize)]
struct InstanceSpec {
    types: Vec<String>,
    /// The property that tells a fact.
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// Facts that hold of every such resource.
    #[serde(default)]
    fixed: BTreeMap<String, String>,
}

impl Binding {
    fn of(api: &Api) -> Self {
        api.bindings.get(ID).and_then(|binding| Self::deserialize(binding).ok()).unwrap_or_default()
    }

    fn types(&self) -> impl Iterator<Item = &String> {
        self.calls.iter().flat_map(|call| &call.types)
    }
}

impl Surface for PulumiYaml {
    fn id(&self) -> &'static str {
        ID
    }

    fn title(&self) -> &'static str {
        "Pulumi YAML"
    }

    fn claims(&self, path: &Path, _: &[u8]) -> bool {
        document::is_document(path)
    }

    fn needles(&self, apis: &[Api]) -> Vec<String> {
        apis.iter().flat_map(|api| Binding::of(api).types().cloned().collect::<Vec<_>>()).collect()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let bindings: Vec<(&Api, Binding)> = project.apis.iter().map(|api| (api, Binding::of(api))).collect();
        document::extract(project, &|text| text.contains("resources"), &|file| {
            let roots = file.document.roots.iter();
            roots.flat_map(|root| program(file, root, &bindings)).collect::<Vec<_>>().into()
        })
    }
}

fn program(file: &File<'_>, root: &Node, bindings: &[(&Api, Binding)]) -> Vec<Call> {
    let mut calls = Vec::new();
    for (name, resource) in root.get("resources").map_or(&[][..], |resources| resources.entries()) {
        let Some((kind, name)) = resource.get("type").and_then(|kind| kind.text().zip(name.text())) else { continue };
        for (api, binding) in bindings {
            let Some(spec) = binding.calls.iter().find(|call| call.types.iter().any(|t| t == kind)) else { continue };
            let program = Program { file, root, api, instances: &binding.instances };
            calls.push(program.call(name, resource, spec));
        }
    }
    calls
}

struct Program<'a> {
    file: &'a File<'a>,
    root: &'a Node,
    api: &'a Api,
    instances: &'a [InstanceSpec],
}

impl Program<'_> {
    fn call(&self, name: &str, resource: &Node, spec: &CallSpec) -> Call {
        let head = resource.get("type").map_or(resource.span, |kind| kind.span);
        let site = CallSite {
            file: self.file,
            api: self.api,
            surface: ID,
            subject: format!("Pulumi resource `{name}`"),
            whole: resource.span,
            head,
            family: "camel",
            open: true,
        };
        let named = |key: &str| match self.api.parameter_spelled(key, "camel") {
            Some(parameter) => Named::Parameter(parameter.name.clone()),
            None if spec.other_properties.iter().any(|other| other == key) => Named::Other,
            None => Named::Unknown { refused: true },
        };
        let properties = resource.get("properties").map(|properties| &**properties);
        let mut call = site.call(properties, &named, &|_, value| self.value(value, 0));
        if let Some(properties) = properties {
            call.facts = self.facts(properties);
        }
        call
    }

    /// What is known of a value.
    fn value(&self, node: &Node, depth: usize) -> Value {
        let place = self.file.place_of(node);
        if self.file.has_hole(node.span) {
            return Value::unknown("a template fills it in", Some(place));
        }
        match document::scalar(node) {
            Some(Content::Text(text)) => {
                let resolve = |expression: &str| self.expression(expression, node, depth);
                document::resolve_text(&text, ("${", "}"), &place, &resolve)
            }
            Some(content) => Value::from(Alternative::new(content)),
            None => Value::unknown("a function is not evaluated", Some(place)),
        }
    }

    fn expression(&self, expression: &str, node: &Node, depth: usize) -> Value {
        let place = self.file.place_of(node);
        let here = Step { place: place.clone(), label: String::new() };
        if depth >= DEPTH || !self.file.may_follow() {
            return Value::unknown("variables lead to each other", Some(place));
        }
        let section = |name: &str| self.root.get(name).and_then(|section| section.get(expression));
        if let Some(variable) = section("variables") {
            let mut value = self.value(variable, depth + 1);
            let step = Step { place: self.file.place_of(variable), label: format!("variable `{expression}`") };
            value.alternatives_mut().iter_mut().for_each(|a| drop(a.steps.splice(0..0, [here.clone(), step.clone()])));
            return value;
        }
        if let Some(declared) = section("config").or_else(|| section("configuration")) {
            let default = declared.get("default").or_else(|| declared.get("value"));
            let Some((default, content)) = default.and_then(|d| Some((d, document::scalar(d)?))) else {
                let reason = format!("configuration `{expression}` has no default");
                return Value::unknown(reason, Some(self.file.place_of(declared)));
            };
            let label = format!("default of configuration `{expression}`");
            let step = Step { place: self.file.place_of(default), label };
            return Value::from(Alternative {
                content,
                guards: Vec::new(),
                steps: vec![here, step],
                overridable: true,
            });
        }
        let resource = expression.split(['.', '[']).next().unwrap_or_default();
        let is_resource = self.root.get("resources").is_some_and(|resources| resources.get(resource).is_some());
        let reason = if is_resource {
            format!("`{expression}` is known after deployment")
        } else {
            format!("`{expression}` is not declared in this program")
        };
        let unknown = Unknown { reason, place: Some(place), present: is_resource };
        Value::from(Alternative::new(Content::Unknown(unknown)))
    }

    /// Facts of the instance that a property refers to by its id.
    fn facts(&self, properties: &Node) -> Vec<Fact> {
        let mut facts = Vec::new();
        for entry in properties.effective() {
            let named = entry.key.text().and_then(|key| self.api.parameter_spelled(key, "camel"));
            let is_id = named.is_some_and(|parameter| parameter.kind == crate::model::ParameterKind::Identifier);
            let Some((name, instance, spec)) = entry.value.text().filter(|_| is_id).and_then(|t| self.instance(t))
            else {
                continue;
            };
            let head = instance.get("type").map_or(instance.span, |kind| kind.span);
            let header = Step { place: self.file.place(head), label: format!("the instance that `{name}` is") };
            for (fact, fixed) in &spec.fixed {
                facts.push(Fact {
                    name: fact.clone(),
                    value: Value::from(Alternative {
                        steps: vec![header.clone()],
                        ..Alternative::new(Content::text(fixed.as_str()))
                    }),
                });
            }
            for (fact, property) in &spec.facts {
                let Some(node) = instance.get("properties").and_then(|properties| properties.get(property)) else {
                    continue;
                };
                let mut value = self.value(node, 0);
                let step = Step { place: self.file.place_of(node), label: format!("`{property}` of `{name}`") };
                for alternative in value.alternatives_mut() {
                    self.keep_known(fact, alternative);
                    alternative.steps.splice(0..0, [header.clone(), step.clone()]);
                }
                facts.push(Fact { name: fact.clone(), value });
            }
        }
        facts
    }

    /// A value that the fact does not have is no fact.
    fn keep_known(&self, fact: &str, alternative: &mut Alternative) {
        let Content::Text(text) = &alternative.content else { return };
        let is_known = self.api.fact(fact).is_some_and(|names| names.value(text).is_some());
        if !is_known {
            let reason = format!("\"{text}\" is no known {fact}");
            alternative.content = Content::Unknown(Unknown { reason, place: None, present: true });
        }
    }

    /// The instance whose id a text is: `${main.id}`.
    fn instance<'t>(&self, text: &'t str) -> Option<(&'t str, &Node, &InstanceSpec)> {
        let name = text.trim().strip_prefix("${")?.strip_suffix(".id}")?;
        let instance = self.root.get("resources")?.get(name)?;
        let kind = instance.get("type")?.text()?;
        let spec = self.instances.iter().find(|spec| spec.types.iter().any(|t| t == kind))?;
        Some((name, instance, spec))
    }
}
