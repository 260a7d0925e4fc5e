//! One call of an API, as a surface found it.

use std::sync::Arc;

use super::runs::Runs;
use super::value::{Content, Guard, Value};
use crate::source::Place;

/// One call (one element of a `for_each` is a call of its own).
#[derive(Debug, Clone)]
pub struct Call {
    /// The id of the API in its matrix, e.g. `rds-create-backup`.
    pub api: Arc<str>,
    /// The id of the surface that found it, e.g. `terraform`.
    pub surface: &'static str,
    /// What the source calls it, e.g. `alicloud_rds_backup.nightly["billing"]` or `aliyun rds CreateBackup`.
    /// It must not depend on line numbers: fingerprints are made from it.
    pub subject: String,
    /// The whole call.
    pub place: Place,
    /// The part to point at when a finding is about the whole call (a resource's header, the words of the command).
    pub head: Place,
    /// The parameters that are given, in the order of the source; each parameter at most once.
    pub arguments: Vec<Argument>,
    /// Names given beside them that are not parameters.
    pub unknown_names: Vec<UnknownName>,
    /// What the call is made against, as far as the surface could tell. A missing fact is unknown.
    pub facts: Vec<Fact>,
    /// When the call runs at all; empty means always.
    pub guards: Vec<Guard>,
    /// How often it runs, and beside what.
    pub runs: Runs,
    /// How parameter names are spelt here.
    pub spelling: Spelling,
    /// Where and how a further parameter could be written; absent where it cannot be.
    pub insert: Option<InsertSite>,
    /// Whether the call is not really made (`--dryrun`, an example in a document): its findings are notes.
    pub advisory: bool,
}

/// A parameter that is given.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The API's own name of the parameter.
    pub parameter: String,
    /// Where its name is written.
    pub name: Place,
    /// Where its value is written in the call (an expression, perhaps).
    pub place: Place,
    /// What is known of the value.
    pub value: Value,
    /// How a literal at `place` is quoted when it is written anew; absent when what stands there is no literal.
    pub literal: Option<Quote>,
    /// What to delete to leave the parameter out, with the white space that goes with it.
    pub removal: Option<Place>,
}

/// A name that is no parameter of the call here.
#[derive(Debug, Clone)]
pub struct UnknownName {
    /// As written.
    pub spelled: String,
    /// Where.
    pub place: Place,
    /// What is wrong with it.
    pub kind: NameKind,
    /// The API's name of the parameter that is probably meant.
    pub nearest: Option<String>,
    /// What to write instead, in full, when it is known.
    pub instead: Option<String>,
    /// Whether the tool or the provider refuses it before anything is sent.
    pub refused: bool,
}

/// What is wrong with a name. The wording of each kind is in the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NameKind {
    /// Not a parameter.
    Unknown,
    /// Right but for letter case, where case counts.
    WrongCase,
    /// The spelling of another style of the same tool (`create-backup --DBInstanceId`).
    MixedStyle,
    /// A negative number that the tool reads as a flag (`--BackupRetentionPeriod -1`).
    NegativeNumber,
    /// A flag that is given more than once.
    Duplicate,
    /// The name of the operation itself is not one (`aliyun rds createBackup`).
    Operation,
}

impl NameKind {
    /// The key of this kind in the matrix.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::WrongCase => "wrong-case",
            Self::MixedStyle => "mixed-style",
            Self::NegativeNumber => "negative-number",
            Self::Duplicate => "duplicate",
            Self::Operation => "operation",
        }
    }
}

/// A fact about what the call is made against.
#[derive(Debug, Clone)]
pub struct Fact {
    /// Its name in the matrix, e.g. `engine`.
    pub name: String,
    /// What is known of it, in the spelling of the source. `steps` say where from; for a fact the steps
    /// hold every place, the last one being where the text stands.
    pub value: Value,
}

/// How a surface spells parameter names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spelling {
    /// The naming family, a key of the matrix (`wire`, `kebab`, `snake`, …).
    pub family: &'static str,
    /// What stands before a name (`--` on a command line).
    pub prefix: &'static str,
}

/// Where a further parameter can be written.
#[derive(Debug, Clone)]
pub struct InsertSite {
    /// An empty span: the text goes in here.
    pub at: Place,
    /// Before the name, e.g. a line break and the indentation.
    pub before: String,
    /// Between name and value, e.g. ` = `.
    pub between: String,
    /// After the value.
    pub after: String,
    /// How the value is quoted.
    pub quote: Quote,
}

/// How a value is quoted in a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// As it is.
    None,
    /// Between double quotes with JSON's escapes (HCL, JSON); numbers too.
    Double,
    /// Between double quotes unless it is a number (HCL).
    DoubleUnlessNumber,
    /// A shell word: bare when that is safe, else between single quotes.
    Shell,
}

impl Quote {
    /// The value as it is written.
    #[must_use]
    pub fn apply(self, value: &str) -> String {
        match self {
            Self::None => value.to_owned(),
            Self::DoubleUnlessNumber if value.parse::<i64>().is_ok() => value.to_owned(),
            Self::Double | Self::DoubleUnlessNumber => serde_json::Value::from(value).to_string(),
            Self::Shell => {
                let safe = |c: char| c.is_ascii_alphanumeric() || "-_./:,@%+=".contains(c);
                if !value.is_empty() && value.chars().all(safe) {
                    value.to_owned()
                } else {
                    format!("'{}'", value.replace('\'', r"'\''"))
                }
            }
        }
    }
}

/// The fact that says in which region a call is made. The matrix knows nothing of it: what a policy grants depends on it.
pub const REGION: &str = "region";

/// What the names of facts begin with that are tags of the instance, which the matrix knows nothing of. The fact of this
/// name alone says that there are no other tags than those that are told.
pub const TAG: &str = "tag:";

/// The fact that is a tag of an instance.
#[must_use]
pub fn tag(key: &str, value: Value) -> Fact {
    Fact { name: format!("{TAG}{key}"), value }
}

/// The fact that says that all tags are told.
#[must_use]
pub fn all_tags() -> Fact {
    tag("", Value::known(""))
}

impl Call {
    /// The region that the call is made in, when all of it is known and nobody may set another one.
    #[must_use]
    pub fn region(&self) -> Option<&str> {
        match self.fact(REGION)?.value.alternatives() {
            [only] if !only.overridable && only.guards.is_empty() => match &only.content {
                Content::Text(region) if !region.is_empty() => Some(region),
                _ => None,
            },
            _ => None,
        }
    }

    /// Says in which region the call is made.
    pub fn set_region(&mut self, value: Value) {
        self.facts.retain(|fact| fact.name != REGION);
        self.facts.push(Fact { name: REGION.to_owned(), value });
    }

    /// The argument for a parameter, by the API's name.
    #[must_use]
    pub fn argument(&self, parameter: &str) -> Option<&Argument> {
        self.arguments.iter().find(|a| a.parameter == parameter)
    }

    /// A fact by its name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|f| f.name == name)
    }
}
