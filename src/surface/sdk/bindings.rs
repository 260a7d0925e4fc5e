//! What the matrix says about a language: packages, classes, functions and methods of the libraries of a service.
//!
//! Takes the binding of each API that stands under the id of the language's surface. No name of a library of
//! the service stands in this code.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::model::Api;

/// The binding of one API. Everything in it may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Binding {
    /// Packages whose names alone prove the product.
    pub(crate) packages: Vec<String>,
    /// Classes of requests of this API.
    pub(crate) requests: Vec<RequestSpec>,
    /// Classes of requests of any API.
    pub(crate) generic: Vec<GenericSpec>,
    /// Fields, and entries of maps of options, that hold the map of the parameters of a call.
    pub(crate) parameter_fields: Vec<String>,
    /// Functions that give back what they are given; `*` stands for any part of a name.
    pub(crate) transparent: Vec<String>,
    /// Functions that stand for a namespace or a class, so that what they give back is called like its members.
    pub(crate) namespaces: BTreeMap<String, String>,
    /// Methods of a request that set one parameter by its own name, or many by a map.
    pub(crate) add_one: Vec<String>,
    pub(crate) add_many: Vec<String>,
    /// Methods of a request that set no parameter.
    pub(crate) other_methods: Vec<String>,
    /// Methods of a request or a builder without arguments that give it back.
    pub(crate) finish: Vec<String>,
    /// Functions that send a request which they are given; those with the operation's own name are known.
    pub(crate) send: Vec<String>,
    /// Methods by which a request sends itself.
    pub(crate) send_itself: Vec<String>,
    /// Clients whose method with the operation's name takes a map of the API's own names.
    pub(crate) clients: Vec<ClientSpec>,
    /// Hosts of the service; `*` stands for one label.
    pub(crate) hosts: Vec<String>,
    /// A map or a URL that names the operation and the version under these keys is a call.
    pub(crate) action_keys: Vec<String>,
    pub(crate) version_keys: Vec<String>,
    /// Headers of a request that say the same.
    pub(crate) action_headers: Vec<String>,
    pub(crate) version_headers: Vec<String>,
    /// Facts that a list of instances may say beside an instance id.
    pub(crate) listed_facts: Vec<String>,
    /// Classes of resources that make the call.
    pub(crate) resources: Vec<RequestSpec>,
    /// Classes that are an instance.
    pub(crate) instances: Vec<InstanceSpec>,
}

/// A class of requests, or of resources, of one API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestSpec {
    /// The module, the package or the namespace that it is in, or one above; `*` stands for any part of a name.
    pub(crate) module: String,
    pub(crate) class: String,
    #[serde(default)]
    pub(crate) style: Style,
    /// How parameters are spelt.
    pub(crate) family: String,
    /// How parameters are spelt as fields, where that is another way.
    #[serde(default)]
    pub(crate) fields: Option<String>,
    /// The method that sets all parameters by a map of the API's own names.
    #[serde(default)]
    pub(crate) from_map: Option<String>,
    /// Functions of the module that make one.
    #[serde(default)]
    pub(crate) functions: Vec<String>,
    /// Functions of the class itself that make one, or a builder of one.
    #[serde(default)]
    pub(crate) makers: Vec<String>,
    /// The class of the object that holds its arguments, where that is another one.
    #[serde(default)]
    pub(crate) arguments: Option<String>,
    /// Whether nobody refuses a name that is no parameter (an array in PHP, an object in JavaScript).
    #[serde(default)]
    pub(crate) unchecked: bool,
}

/// How parameters are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Style {
    /// As arguments of the constructor and as fields.
    #[default]
    Fields,
    /// By methods, which may give the request back.
    Setters,
    /// By both.
    Both,
}

/// A class of requests of any API: the names of what tells which, as methods, fields or arguments.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct GenericSpec {
    pub(crate) module: String,
    pub(crate) class: String,
    pub(crate) functions: Vec<String>,
    pub(crate) makers: Vec<String>,
    pub(crate) action: Vec<String>,
    pub(crate) product: Vec<String>,
    pub(crate) version: Vec<String>,
    pub(crate) host: Vec<String>,
    /// Fields that are maps of parameters and are there from the beginning.
    pub(crate) maps: Vec<String>,
    /// Methods that take a map of options, in which parameters stand under one of `parameter_fields`.
    pub(crate) options: Vec<String>,
    /// How methods that set a parameter are spelt, where there is one for any name.
    pub(crate) setters: Option<String>,
}

/// A class of clients.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ClientSpec {
    pub(crate) module: String,
    /// Methods that take the name of the operation and a map, and make the first letters of both capitals.
    pub(crate) capitalizing: Vec<String>,
}

/// A class that is an instance.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstanceSpec {
    pub(crate) module: String,
    pub(crate) class: String,
    /// The field that is its id.
    pub(crate) identifier: String,
    /// The class of the object that holds its arguments, where that is another one, and functions that make one.
    #[serde(default)]
    pub(crate) arguments: Option<String>,
    #[serde(default)]
    pub(crate) makers: Vec<String>,
    /// Functions of the module that make an instance.
    #[serde(default)]
    pub(crate) functions: Vec<String>,
    #[serde(default)]
    pub(crate) facts: Vec<FactSpec>,
}

/// How a fact is told.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct FactSpec {
    pub(crate) fact: String,
    pub(crate) field: String,
}

/// The bindings of all APIs.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    pub(crate) all: Vec<Binding>,
}

impl Bindings {
    /// One for each API, in their order; an API without one under this id has an empty one.
    pub(crate) fn of(apis: &[Api], id: &str) -> Self {
        Self { all: apis.iter().map(|api| Binding::read(api, id).unwrap_or_default()).collect() }
    }
}

/// What is the same in all languages stands under this id; a language's own entries go before.
pub(crate) const SHARED: &str = "sdk";

impl Binding {
    /// The binding of one API; nothing when it has none under this id, or when it cannot be read.
    pub(crate) fn read(api: &Api, id: &str) -> Option<Self> {
        let own = api.bindings.get(id)?.as_object()?;
        let shared = api.bindings.get(SHARED).and_then(Value::as_object);
        let mut all = shared.cloned().unwrap_or_default();
        all.extend(own.iter().map(|(key, value)| (key.clone(), value.clone())));
        serde_json::from_value(Value::Object(all)).ok()
    }

    /// Whether a host is one of the service.
    pub(crate) fn is_host(&self, text: &str) -> bool {
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
    pub(crate) fn is_packaged(&self, path: &str) -> bool {
        self.packages.iter().any(|package| is_below(path, package))
    }
}

/// Whether a name with dots is a class of a module, or of a module below it.
pub(crate) fn is_class(path: &str, module: &str, class: &str) -> bool {
    last(path) == class && is_below(path, module)
}

/// The last part of a name with dots.
pub(crate) fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The name without its last part.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(before, _)| before)
}

/// Whether a name begins with another one, in which `*` stands for any part of a name.
pub(crate) fn is_below(path: &str, module: &str) -> bool {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(['.', '/']);
    let Some((before, behind)) = module.split_once('*') else {
        return path.strip_prefix(module).is_some_and(ends);
    };
    let Some(rest) = path.strip_prefix(before) else { return false };
    let part = rest.find(['.', '/']).unwrap_or(rest.len());
    part > 0 && rest.get(part..).is_some_and(|rest| rest.strip_prefix(behind).is_some_and(ends))
}

/// Whether a function is one of a list.
pub(crate) fn is_listed(path: &str, functions: &[String]) -> bool {
    let dots = |name: &str| name.matches('.').count();
    functions.iter().any(|function| is_below(path, function) && dots(path) == dots(function))
}
