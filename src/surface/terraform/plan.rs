//! Plans as JSON (`terraform show -json`): the calls that the next apply will make.
//!
//! Takes the JSON tree of a plan; gives one call for each resource that will be created. What the plan calls
//! "known after apply" stays unknown; which instance is meant then comes from the plan's own configuration.
//! Where the `.tf` files of the same root are there, the places are taken from them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::bindings::{Bindings, CallSpec, FactSpec, api_id};
use crate::model::{
    Alternative, Api, Argument, Call, Content, Fact, FactNames, ParameterKind, Runs, Spelling, Step, Unknown, Value,
};
use crate::source::{Place, Source};
use crate::syntax::json::{Kind, Node};

mod access;
mod address;
mod overlay;
mod providers;

pub(super) use access::access;
pub(super) use address::base_address;
use address::{key_of, module_part, module_path, resource_part};
pub(super) use overlay::laid_over;

/// How often a reference is followed.
const REFERENCE_LIMIT: usize = 16;

/// Words of which the beginning of a plan holds at least one.
const BEGINNINGS: &[&str] =
    &["\"format_version\"", "\"terraform_version\"", "\"planned_values\"", "\"resource_changes\"", "\"configuration\""];

/// Whether a JSON file may be a plan, by its first bytes.
pub(super) fn may_be_plan(beginning: &[u8]) -> bool {
    BEGINNINGS.iter().any(|word| memchr::memmem::find(beginning, word.as_bytes()).is_some())
}

/// The calls of a plan; none for JSON that is no plan.
pub(super) fn calls(source: &Arc<Source>, root: &Node, bindings: &Bindings<'_>) -> Vec<Call> {
    let plan = Plan::of(source, root, bindings);
    let changes = root.get("resource_changes").map_or(&[][..], Node::elements);
    let made = |change| {
        let mut calls = plan.calls(change);
        if calls.is_empty() {
            return calls;
        }
        if let Some(region) = providers::provider(root, change).and_then(|provider| provider.region()) {
            calls.iter_mut().for_each(|call| call.set_region(Value::known(region.to_owned())));
        }
        calls
    };
    changes.iter().filter(|change| is_created(change)).flat_map(made).collect()
}

/// Whether a change makes the resource, for the first time or anew.
fn is_created(change: &Node) -> bool {
    let actions = change.get("change").and_then(|c| c.get("actions")).map_or(&[][..], Node::elements);
    text(change, "mode") != Some("data") && actions.iter().any(|action| action.as_str() == Some("create"))
}

fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key)?.as_str()
}

struct Plan<'p> {
    source: &'p Arc<Source>,
    bindings: &'p Bindings<'p>,
    configuration: Option<&'p Node>,
    /// The planned resources by type and name.
    planned: FxHashMap<(&'p str, &'p str), Vec<Planned<'p>>>,
}

/// A resource as it will be.
#[derive(Clone, Copy)]
struct Planned<'p> {
    address: &'p Node,
    kind: &'p str,
    values: &'p Node,
    data: bool,
}

/// The module that a reference stands in: the names on the way from the root.
type ModulePath<'p> = Vec<&'p str>;

impl<'p> Plan<'p> {
    fn of(source: &'p Arc<Source>, root: &'p Node, bindings: &'p Bindings<'p>) -> Self {
        let mut planned: FxHashMap<(&str, &str), Vec<Planned<'_>>> = FxHashMap::default();
        let prior = root.get("prior_state").and_then(|state| state.get("values"));
        // Data sources that have been read stand in the prior state only.
        for (tree, only_data) in [(root.get("planned_values"), false), (prior, true)] {
            let mut pending: Vec<&Node> = tree.and_then(|t| t.get("root_module")).into_iter().collect();
            while let Some(module) = pending.pop() {
                pending.extend(module.get("child_modules").map_or(&[][..], Node::elements));
                for resource in module.get("resources").map_or(&[][..], Node::elements) {
                    let data = text(resource, "mode") == Some("data");
                    let parts = (resource.get("address"), text(resource, "type"), text(resource, "name"));
                    let ((Some(address), Some(kind), Some(name)), Some(values)) = (parts, resource.get("values"))
                    else {
                        continue;
                    };
                    if data || !only_data {
                        planned.entry((kind, name)).or_default().push(Planned { address, kind, values, data });
                    }
                }
            }
        }
        // A part of a plan may hold the changes alone: they say of a new resource what it will be.
        for change in root.get("resource_changes").map_or(&[][..], Node::elements) {
            let after = change.get("change").and_then(|change| change.get("after"));
            let parts = (change.get("address"), text(change, "type"), text(change, "name"), after);
            let (Some(address), Some(kind), Some(name), Some(values)) = parts else { continue };
            // What is destroyed has no values.
            if matches!(values.kind, Kind::Null) {
                continue;
            }
            let all = planned.entry((kind, name)).or_default();
            if !all.iter().any(|known| known.address.as_str() == address.as_str()) {
                let data = text(change, "mode") == Some("data");
                all.push(Planned { address, kind, values, data });
            }
        }
        Self { source, bindings, configuration: root.get("configuration"), planned }
    }

    fn place(&self, node: &Node) -> Place {
        Place::new(self.source, node.span)
    }

    /// The calls that one change makes.
    fn calls(&self, change: &'p Node) -> Vec<Call> {
        let parts = (change.get("address"), text(change, "type"), text(change, "name"), change.get("change"));
        let (Some(address), Some(kind), Some(name), Some(planned)) = parts else { return Vec::new() };
        let subject = address.as_str().unwrap_or_default();
        let path = module_path(text(change, "module_address").unwrap_or_default());
        let written = self.expressions(&path, kind, name);
        let call = |(api, spec): (&Api, &CallSpec)| {
            let arguments = self.arguments(spec, planned, written);
            let identifier = api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
            let argument = spec.arguments.iter().find(|(_, p)| identifier.is_some_and(|i| i.name == **p));
            let instance = argument.and_then(|(argument, _)| {
                let id = planned.get("after").and_then(|after| text(after, argument));
                self.instance(id, written.and_then(|w| w.get(argument)), &path, subject)
            });
            let label = argument.map_or_else(String::new, |(name, _)| format!("the instance that `{name}` refers to"));
            let facts = instance.map_or_else(Vec::new, |instance| self.facts(api, instance, &label));
            Call {
                api: api_id(api),
                surface: super::ID,
                subject: subject.to_owned(),
                place: self.place(change),
                head: self.place(address),
                arguments,
                unknown_names: Vec::new(),
                facts,
                guards: Vec::new(),
                spelling: Spelling { family: "snake", prefix: "" },
                insert: None,
                runs: Runs::default(),
                advisory: false,
            }
        };
        self.bindings.calls(kind).map(call).collect()
    }

    fn arguments(&self, spec: &CallSpec, change: &Node, written: Option<&Node>) -> Vec<Argument> {
        let after = change.get("after").map_or(&[][..], Node::members);
        let mut arguments: Vec<Argument> = Vec::new();
        for member in after {
            let Some(parameter) = spec.arguments.get(&member.key) else { continue };
            let content = content(&member.value);
            if content == Content::Absent || arguments.iter().any(|a| a.parameter == *parameter) {
                continue;
            }
            arguments.push(Argument {
                parameter: parameter.clone(),
                name: Place::new(self.source, member.key_span),
                place: self.place(&member.value),
                value: Value::from(Alternative::new(content)),
                literal: None,
                removal: None,
            });
        }
        for member in change.get("after_unknown").map_or(&[][..], Node::members) {
            // What is not written is computed: nothing of it is sent.
            let is_written = written.is_none_or(|expressions| expressions.get(&member.key).is_some());
            let Some(parameter) = spec.arguments.get(&member.key) else { continue };
            if !matches!(member.value.kind, Kind::Bool(true)) || !is_written {
                continue;
            }
            let place = self.place(&member.value);
            let reason = format!("`{}` is known after apply", member.key);
            let unknown = Unknown { reason, place: Some(place.clone()), present: written.is_some() };
            arguments.push(Argument {
                parameter: parameter.clone(),
                name: Place::new(self.source, member.key_span),
                value: Value::from(Alternative::new(Content::Unknown(unknown))),
                place,
                literal: None,
                removal: None,
            });
        }
        arguments
    }

    /// What the configuration writes for a resource.
    fn expressions(&self, path: &ModulePath<'p>, kind: &str, name: &str) -> Option<&'p Node> {
        let resources = self.module(path)?.get("resources")?.elements();
        let found = resources.iter().find(|r| text(r, "type") == Some(kind) && text(r, "name") == Some(name))?;
        found.get("expressions")
    }

    /// The configuration of a module.
    fn module(&self, path: &[&str]) -> Option<&'p Node> {
        let mut module = self.configuration?.get("root_module")?;
        for name in path {
            module = module.get("module_calls")?.get(name)?.get("module")?;
        }
        Some(module)
    }

    /// The instance that an id means: by the id itself, else by what the configuration refers to.
    fn instance(
        &self,
        id: Option<&str>,
        expression: Option<&'p Node>,
        path: &ModulePath<'p>,
        subject: &str,
    ) -> Option<Planned<'p>> {
        if let Some(id) = id {
            let known = |p: &&Planned<'p>| text(p.values, "id") == Some(id) && self.bindings.instance(p.kind).is_some();
            // The order of a map decides nothing: at most one instance has the id.
            let mut all: Vec<&Planned<'p>> = self.planned.values().flatten().filter(known).collect();
            all.sort_by_key(|p| p.address.span);
            if let Some(found) = all.first() {
                return Some(**found);
            }
        }
        self.referred(expression?, path.clone(), subject, 0)
    }

    fn referred(&self, expression: &'p Node, path: ModulePath<'p>, subject: &str, depth: usize) -> Option<Planned<'p>> {
        if depth > REFERENCE_LIMIT {
            return None;
        }
        let references = expression.get("references")?.elements().iter().filter_map(Node::as_str);
        references.into_iter().find_map(|reference| {
            let (first, rest) = reference.split_once('.')?;
            let name = rest.split(['.', '[']).next()?;
            match first {
                "var" => {
                    let (call, above) = path.split_last()?;
                    let call = self.module(above)?.get("module_calls")?.get(call)?;
                    self.referred(call.get("expressions")?.get(name)?, above.to_vec(), subject, depth + 1)
                }
                "module" => {
                    let output = reference.rsplit_once('.').map(|(_, output)| output)?;
                    let mut below = path.clone();
                    below.push(name);
                    let output = self.module(&below)?.get("outputs")?.get(output)?.get("expression")?;
                    self.referred(output, below, subject, depth + 1)
                }
                "data" => {
                    let second = rest.split_once('.')?.1.split(['.', '[']).next()?;
                    self.chosen(name, second, &path, subject, true)
                }
                kind => self.chosen(kind, name, &path, subject, false),
            }
        })
    }

    /// The one planned resource that a reference can mean: the only one, or the one with the caller's own key.
    fn chosen(&self, kind: &str, name: &str, path: &ModulePath<'p>, subject: &str, data: bool) -> Option<Planned<'p>> {
        let known = if data { self.bindings.data_source(kind) } else { self.bindings.instance(kind) };
        known?;
        let address = |p: &Planned<'p>| p.address.as_str().unwrap_or_default();
        let in_module = |p: &&Planned<'p>| p.data == data && module_path(address(p)) == *path;
        let candidates: Vec<&Planned<'p>> = self.planned.get(&(kind, name))?.iter().filter(in_module).collect();
        if let [only] = candidates.as_slice() {
            return Some(**only);
        }
        let same_key = |p: &&&Planned<'p>| {
            key_of(address(p)) == key_of(subject) && module_part(address(p)) == module_part(subject)
        };
        let mut fitting = candidates.iter().filter(same_key);
        fitting.next().filter(|_| fitting.next().is_none()).map(|found| **found)
    }

    fn facts(&self, api: &Api, instance: Planned<'p>, label: &str) -> Vec<Fact> {
        let fact = |names: &FactNames| {
            let (content, at) = self.fact(instance, names, 0)?;
            let steps = vec![
                Step { place: self.place(instance.address), label: label.to_owned() },
                Step { place: at, label: "value in the plan".to_owned() },
            ];
            let value = Value::from(Alternative { steps, ..Alternative::new(content) });
            Some(Fact { name: names.name.clone(), value })
        };
        api.facts.iter().filter_map(fact).collect()
    }

    fn fact(&self, instance: Planned<'p>, names: &FactNames, depth: usize) -> Option<(Content, Place)> {
        let spec = if instance.data {
            self.bindings.data_source(instance.kind)?
        } else {
            self.bindings.instance(instance.kind)?
        };
        let own = spec.facts.iter().filter(|f| f.fact == names.name).find_map(|f| self.told(instance, f));
        if let Some((text, place)) = own {
            let content = match names.value(&text) {
                Some(_) => Content::Text(text),
                None => {
                    let reason = format!("\"{text}\" is no known {}", names.name);
                    Content::Unknown(Unknown { reason, place: Some(place.clone()), present: true })
                }
            };
            return Some((content, place));
        }
        if depth >= REFERENCE_LIMIT || !spec.inherits.contains(&names.name) {
            return None;
        }
        let origin = spec.origin.as_deref()?;
        let address = instance.address.as_str()?;
        let path = module_path(address);
        let name = resource_part(address).split('.').nth(1)?.split('[').next()?;
        let written = self.expressions(&path, instance.kind, name).and_then(|w| w.get(origin));
        let source = self.instance(text(instance.values, origin), written, &path, address)?;
        self.fact(source, names, depth + 1)
    }

    fn told(&self, instance: Planned<'p>, spec: &FactSpec) -> Option<(String, Place)> {
        for (argument, values) in &spec.when {
            let given = text(instance.values, argument)?;
            if !values.iter().any(|value| value.eq_ignore_ascii_case(given)) {
                return None;
            }
        }
        if let Some(value) = &spec.value {
            return Some((value.clone(), self.place(instance.address)));
        }
        let node = instance.values.get(spec.argument.as_deref()?)?;
        let given = node.as_str().filter(|text| !text.is_empty())?;
        Some((given.to_owned(), self.place(node)))
    }
}

/// A value of the plan as it is sent.
fn content(node: &Node) -> Content {
    match &node.kind {
        Kind::String { text, .. } => Content::text(text.as_str()),
        Kind::Number(number) => Content::text(number.as_str()),
        Kind::Bool(value) => Content::text(value.to_string()),
        Kind::Null => Content::Absent,
        Kind::Array(_) | Kind::Object(_) => {
            Content::Unknown(Unknown { reason: "it is no text and no number".to_owned(), place: None, present: true })
        }
    }
}
