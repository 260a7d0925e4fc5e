//! What the matrix says about Terraform: which resources are calls, and which describe instances.
//!
//! Takes the `terraform` binding of each API; gives types to look things up by resource type. No name of a
//! provider stands in this code.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::model::Api;

/// The binding of one API, as it is written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Raw {
    calls: Vec<CallSpec>,
    instances: Vec<InstanceSpec>,
    data_sources: Vec<DataSpec>,
    scripts: Vec<ScriptSpec>,
}

/// A resource that runs a script.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct ScriptSpec {
    resource: String,
    /// The argument that holds it.
    pub(super) argument: String,
    /// The argument that names its language.
    #[serde(default)]
    pub(super) language: String,
}

/// A resource that makes the call.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct CallSpec {
    /// Its type.
    pub(super) resource: String,
    /// The API's parameter for each argument.
    pub(super) arguments: BTreeMap<String, String>,
    /// Arguments that no parameter belongs to.
    #[serde(default)]
    pub(super) other_arguments: Vec<String>,
    /// Attributes that are computed and cannot be set.
    #[serde(default)]
    pub(super) exported: Vec<String>,
}

/// A resource that is an instance.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct InstanceSpec {
    /// Its type.
    pub(super) resource: String,
    /// The argument that names the instance it is made from.
    #[serde(default)]
    pub(super) origin: Option<String>,
    /// The facts that come from that one.
    #[serde(default)]
    pub(super) inherits: Vec<String>,
    /// The argument that holds its tags.
    #[serde(default)]
    pub(super) tags: Option<String>,
    /// How its arguments tell its facts.
    #[serde(default)]
    pub(super) facts: Vec<FactSpec>,
}

/// A data source that lists instances.
#[derive(Debug, Clone, Deserialize)]
struct DataSpec {
    data: String,
    #[serde(default)]
    facts: Vec<FactSpec>,
}

/// How a fact is told: by an argument, or always (or under a condition) by this value.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct FactSpec {
    /// The fact.
    pub(super) fact: String,
    /// The argument that holds it.
    #[serde(default)]
    pub(super) argument: Option<String>,
    /// Its value.
    #[serde(default)]
    pub(super) value: Option<String>,
    /// Only when each of these arguments has one of these values.
    #[serde(default)]
    pub(super) when: BTreeMap<String, Vec<String>>,
}

/// Everything that the APIs say about Terraform.
#[derive(Debug)]
pub(super) struct Bindings<'a> {
    calls: Vec<(&'a Api, CallSpec)>,
    instances: Vec<InstanceSpec>,
    data_sources: Vec<InstanceSpec>,
    scripts: Vec<ScriptSpec>,
    /// The APIs.
    pub(super) apis: &'a [Api],
}

impl<'a> Bindings<'a> {
    /// Reads the bindings; an API without one contributes nothing.
    pub(super) fn of(apis: &'a [Api]) -> Self {
        let (calls, instances, data_sources, scripts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut bindings = Self { calls, instances, data_sources, scripts, apis };
        for api in apis {
            let Some(raw) = api.bindings.get("terraform") else { continue };
            let Ok(raw) = Raw::deserialize(raw) else { continue };
            bindings.calls.extend(raw.calls.into_iter().map(|call| (api, call)));
            bindings.instances.extend(raw.instances);
            // What is no API's own comes with each of them.
            let known = |script: &ScriptSpec| bindings.scripts.contains(script);
            let new: Vec<ScriptSpec> = raw.scripts.into_iter().filter(|script| !known(script)).collect();
            bindings.scripts.extend(new);
            bindings.data_sources.extend(raw.data_sources.into_iter().map(|data| InstanceSpec {
                resource: data.data,
                origin: None,
                inherits: Vec::new(),
                tags: None,
                facts: data.facts,
            }));
        }
        bindings
    }

    /// The calls that a resource type makes.
    pub(super) fn calls(&self, resource: &str) -> impl Iterator<Item = (&'a Api, &CallSpec)> {
        self.calls.iter().filter(move |(_, call)| call.resource == resource).map(|(api, call)| (*api, call))
    }

    /// The scripts that a resource type runs.
    pub(super) fn scripts(&self, resource: &str) -> impl Iterator<Item = &ScriptSpec> {
        self.scripts.iter().filter(move |script| script.resource == resource)
    }

    /// The types of all resources that are calls.
    pub(super) fn call_types(&self) -> impl Iterator<Item = &str> {
        self.calls.iter().map(|(_, call)| call.resource.as_str())
    }

    /// The instance that a resource type is.
    pub(super) fn instance(&self, resource: &str) -> Option<&InstanceSpec> {
        self.instances.iter().find(|instance| instance.resource == resource)
    }

    /// The list of instances that a data source is.
    pub(super) fn data_source(&self, data: &str) -> Option<&InstanceSpec> {
        self.data_sources.iter().find(|source| source.resource == data)
    }
}

/// The id of an API, to be shared by its calls.
pub(super) fn api_id(api: &Api) -> Arc<str> {
    Arc::clone(&api.id)
}
