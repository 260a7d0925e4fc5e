//! What the matrix says about Python: packages, classes and methods.
//!
//! Takes the `python` binding of each API. No name of a library of the service stands in this code.

use serde::Deserialize;

use crate::model::Api;

/// The binding of one API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Binding {
    pub(super) packages: Vec<String>,
    pub(super) requests: Vec<RequestSpec>,
    pub(super) generic: Vec<GenericSpec>,
    pub(super) parameter_fields: Vec<String>,
    pub(super) map_functions: Vec<String>,
    pub(super) add_one: Vec<String>,
    pub(super) add_many: Vec<String>,
    pub(super) other_methods: Vec<String>,
    pub(super) send: Vec<String>,
    pub(super) hosts: Vec<String>,
    pub(super) action_keys: Vec<String>,
    pub(super) version_keys: Vec<String>,
    pub(super) listed_facts: Vec<String>,
    pub(super) resources: Vec<RequestSpec>,
    pub(super) instances: Vec<InstanceSpec>,
}

/// A class of requests of one API.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct RequestSpec {
    pub(super) module: String,
    pub(super) class: String,
    #[serde(default)]
    pub(super) style: Style,
    pub(super) family: String,
    #[serde(default)]
    pub(super) from_map: Option<String>,
}

/// How parameters are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Style {
    /// As arguments of the constructor and as fields.
    #[default]
    Fields,
    /// By methods.
    Setters,
}

/// A class of requests of any API: the names of what tells which, as methods, fields or arguments.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct GenericSpec {
    pub(super) module: String,
    pub(super) class: String,
    pub(super) action: Vec<String>,
    pub(super) product: Vec<String>,
    pub(super) version: Vec<String>,
    pub(super) host: Vec<String>,
}

/// A class that is an instance.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct InstanceSpec {
    pub(super) module: String,
    pub(super) class: String,
    /// The field that is its id.
    pub(super) identifier: String,
    #[serde(default)]
    pub(super) facts: Vec<FactSpec>,
}

/// How a fact is told.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct FactSpec {
    pub(super) fact: String,
    pub(super) field: String,
}

/// The bindings of all APIs.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    pub(super) all: Vec<Binding>,
}

impl Bindings {
    /// One for each API, in their order; an API without one has an empty one.
    pub(super) fn of(apis: &[Api]) -> Self {
        let binding = |api: &Api| {
            let raw = api.bindings.get("python")?;
            Binding::deserialize(raw).ok()
        };
        Self { all: apis.iter().map(|api| binding(api).unwrap_or_default()).collect() }
    }
}

impl Binding {
    /// Whether a host is one of the service.
    pub(super) fn is_host(&self, text: &str) -> bool {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = rest.split(['/', '?', ':']).next().unwrap_or(rest);
        self.hosts.iter().any(|pattern| match pattern.split_once('*') {
            Some((before, behind)) => host
                .strip_prefix(before)
                .and_then(|rest| rest.strip_suffix(behind))
                .is_some_and(|region| !region.is_empty() && !region.contains('.')),
            None => host == pattern,
        })
    }

    /// Whether a name with dots is in one of the packages of the service.
    pub(super) fn is_packaged(&self, path: &str) -> bool {
        self.packages.iter().any(|package| is_below(path, package))
    }
}

/// Whether a name with dots is a class of a module, or of a module below it.
pub(super) fn is_class(path: &str, module: &str, class: &str) -> bool {
    is_below(path, module) && path.rsplit('.').next() == Some(class)
}

/// Whether a name with dots begins with another one.
pub(super) fn is_below(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
