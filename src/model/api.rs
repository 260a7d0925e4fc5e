//! What an API is called and what it takes, as its matrix says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::naming;
use super::wrapper::Wrapper;

/// The identity, the names and the values of one API. Loaded from a matrix file; no Rust code names any of it.
#[derive(Debug, Clone)]
pub struct Api {
    /// The id of the matrix, e.g. `rds-create-backup`.
    pub id: Arc<str>,
    /// The product that offers it.
    pub product: Product,
    /// The name of the operation.
    pub action: String,
    /// The parameters, in the order of the documentation.
    pub parameters: Vec<Parameter>,
    /// Parameters that the service takes and that no rule speaks about; never a misspelling.
    pub tolerated: Vec<String>,
    /// The facts that decide, e.g. the engine.
    pub facts: Vec<FactNames>,
    /// The permission that a call needs; absent when it needs none, or nobody has said which.
    pub permission: Option<Permission>,
    /// What each surface needs to know of this API, by the surface's id; the surface reads it with a type of its own.
    pub bindings: BTreeMap<String, serde_json::Value>,
    /// Functions and commands of the project that is looked at which make the call, as its configuration names them.
    pub wrappers: Vec<Wrapper>,
}

/// The permission that a call needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The action of policies, with its service in front.
    pub action: String,
    /// What kind of access it is, e.g. `create`.
    pub access_level: String,
    /// The name of the resource, with `{region}`, `{account}` and the names of parameters as holes.
    pub resource: String,
    /// What the holes of the name look like, by their names. A hole that is not here may be anything.
    pub parts: BTreeMap<String, NamePart>,
    /// The parameter that names the region, where a request has one.
    pub region_parameter: Option<String>,
    /// The keys of conditions that the service itself supplies for this action.
    pub condition_keys: Vec<String>,
}

/// What a part of the name of a resource looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePart {
    /// The characters that it may have.
    pub characters: Vec<char>,
    /// How many it has at least.
    pub least: usize,
    /// How many it has at most; absent when nothing limits them.
    pub most: Option<usize>,
    /// One that people know, shown where it makes no difference which it is.
    pub usual: String,
}

/// The product that offers an API.
#[derive(Debug, Clone)]
pub struct Product {
    /// Its code, e.g. `rds`.
    pub code: String,
    /// Its name for people.
    pub title: String,
    /// The API version that the matrix speaks about.
    pub version: String,
}

/// One parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The API's own name.
    pub name: String,
    /// What its values are.
    pub kind: ParameterKind,
    /// Spellings that no convention gives, by family.
    pub spellings: BTreeMap<String, String>,
}

/// What the values of a parameter are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// The id of what the call is made against.
    Identifier,
    /// One of a list of words.
    Choice,
    /// Free text.
    Text,
    /// A whole number.
    Integer,
}

/// A fact and its values.
#[derive(Debug, Clone)]
pub struct FactNames {
    /// Its name, e.g. `engine`.
    pub name: String,
    /// Its values.
    pub values: Vec<FactValue>,
}

/// One value of a fact.
#[derive(Debug, Clone)]
pub struct FactValue {
    /// Its id in the matrix.
    pub id: String,
    /// Other spellings; compared without regard to case.
    pub aliases: Vec<String>,
}

impl Api {
    /// A parameter by the API's own name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// A parameter by its spelling in a family; case counts.
    #[must_use]
    pub fn parameter_spelled(&self, spelled: &str, family: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|p| p.spelled(family) == spelled)
    }

    /// The parameter that a misspelt name of a family probably means.
    #[must_use]
    pub fn nearest_parameter(&self, spelled: &str, family: &str) -> Option<&Parameter> {
        let names: Vec<_> = self.parameters.iter().map(|p| p.spelled(family)).collect();
        let nearest = naming::nearest(spelled, names.iter().map(AsRef::as_ref))?;
        self.parameters.iter().find(|p| p.spelled(family) == nearest)
    }

    /// Whether a name is one that the service takes though no rule speaks about it; case is ignored.
    #[must_use]
    pub fn tolerates(&self, name: &str) -> bool {
        self.tolerated.iter().any(|t| t.eq_ignore_ascii_case(name))
    }

    /// The name of the operation in a family.
    #[must_use]
    pub fn action_spelled(&self, family: &str) -> String {
        naming::spell(&self.action, family).unwrap_or_else(|| self.action.clone())
    }

    /// Words that tell a text about this API from one about another vendor's operation of the same name; letter
    /// case does not count. Every file that makes the call by itself holds at least one.
    #[must_use]
    pub fn evidence(&self) -> Vec<String> {
        let Some(binding) = self.bindings.get("unread") else { return Vec::new() };
        let words =
            |key: &str| binding.get(key).and_then(|words| serde_json::from_value::<Vec<String>>(words.clone()).ok());
        ["vendor", "words"].into_iter().filter_map(words).flatten().collect()
    }

    /// The spellings of the operation that a program or a script may hold, right ones and wrong ones.
    #[must_use]
    pub fn action_spellings(&self) -> Vec<String> {
        let spelled = ["kebab", "snake", "camel"].iter().filter_map(|family| naming::spell(&self.action, family));
        std::iter::once(self.action.clone()).chain([self.action.to_lowercase()]).chain(spelled).collect()
    }

    /// The words of which each program and script that makes the call holds one: the spellings of the operation and
    /// the names of what the project calls instead.
    #[must_use]
    pub fn call_words(&self) -> Vec<String> {
        let wrappers = self.wrappers.iter().map(|wrapper| wrapper.word().to_owned());
        self.action_spellings().into_iter().chain(wrappers).collect()
    }

    /// The names of a fact.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&FactNames> {
        self.facts.iter().find(|f| f.name == name)
    }
}

impl Parameter {
    /// The name in a family: an own spelling, else the convention's, else the API's own name.
    #[must_use]
    pub fn spelled(&self, family: &str) -> Cow<'_, str> {
        if family == "wire" {
            return Cow::Borrowed(&self.name);
        }
        match self.spellings.get(family) {
            Some(own) => Cow::Borrowed(own),
            None => naming::spell(&self.name, family).map_or(Cow::Borrowed(self.name.as_str()), Cow::Owned),
        }
    }
}

impl FactNames {
    /// The value that a text means: its id or an alias, without regard to case.
    #[must_use]
    pub fn value(&self, text: &str) -> Option<&FactValue> {
        self.values
            .iter()
            .find(|v| v.id.eq_ignore_ascii_case(text) || v.aliases.iter().any(|a| a.eq_ignore_ascii_case(text)))
    }
}
