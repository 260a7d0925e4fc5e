//! A matrix file as it is written, typed. Names are not yet resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::finding::Severity;

/// The whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) schema_version: u32,
    pub(super) id: String,
    pub(super) api: Api,
    pub(super) facts: Vec<Fact>,
    pub(super) identifiers: Option<Identifiers>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) quota: Option<Quota>,
    pub(super) concurrency: Option<Concurrency>,
    #[serde(default)]
    pub(super) preconditions: Vec<Precondition>,
    pub(super) scope_noun: String,
    pub(super) reports: BTreeMap<String, Report>,
    pub(super) names: Names,
    pub(super) tables: Vec<Table>,
    #[serde(default)]
    pub(super) scenarios: Vec<Scenario>,
    #[serde(default)]
    pub(super) remarks: Vec<Remark>,
    #[serde(default)]
    pub(super) bindings: BTreeMap<String, serde_json::Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Api {
    pub(super) product: Product,
    pub(super) action: String,
    pub(super) documentation: Documentation,
    pub(super) ram: Option<Ram>,
    #[serde(default)]
    pub(super) tolerated: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Product {
    pub(super) code: String,
    pub(super) title: String,
    pub(super) version: String,
}

/// Where and when the documentation was read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documentation {
    /// The title of the page.
    pub title: String,
    /// The day of its last update, `YYYY-MM-DD`.
    pub updated: String,
}

/// What permission the call needs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ram {
    /// The RAM action.
    pub action: String,
    /// Its access level.
    pub access_level: String,
    /// The resource, with `{region}`, `{account}` and parameters as holes.
    pub resource: String,
    /// What the holes of the resource look like.
    #[serde(default)]
    pub parts: BTreeMap<String, NamePart>,
    /// Condition keys that the service supplies.
    #[serde(default)]
    pub condition_keys: Vec<String>,
    /// Where that is written.
    pub source: String,
}

/// What a part of a name looks like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamePart {
    /// The characters that it may have.
    pub characters: String,
    /// How many it has at least.
    pub least: usize,
    /// How many it has at most; absent when nothing limits them.
    #[serde(default)]
    pub most: Option<usize>,
    /// One that people know.
    pub usual: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) assumed: Option<String>,
    pub(super) values: Vec<FactValue>,
    #[serde(rename = "source")]
    pub(super) _source: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactValue {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identifiers {
    pub(super) parameter: String,
    pub(super) report: String,
    pub(super) prefixes: Vec<Prefix>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prefix {
    pub(super) prefix: String,
    #[serde(default)]
    pub(super) facts: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) product: Option<String>,
    #[serde(rename = "source")]
    pub(super) _source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ParameterType {
    Identifier,
    Text,
    Choice,
    Integer,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: ParameterType,
    #[serde(default)]
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) default: Option<String>,
    #[serde(default)]
    pub(super) response_values: Vec<String>,
    #[serde(default)]
    pub(super) separator: Option<String>,
    #[serde(default)]
    pub(super) ranges: Vec<Range>,
    #[serde(default)]
    pub(super) ranges_text: Option<String>,
    #[serde(default)]
    pub(super) intent: Intent,
    #[serde(default)]
    pub(super) prefer: Vec<Preference>,
    #[serde(default)]
    pub(super) checks: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) spellings: BTreeMap<String, String>,
    #[serde(rename = "source")]
    pub(super) _source: String,
}

/// How much a given value says about what the user wants; suggestions keep a strong intent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Intent {
    #[default]
    Weak,
    Strong,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Preference {
    pub(super) value: String,
    pub(super) when: BTreeMap<String, Cell>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// How many calls a day the service takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// The limit for one instance on one day.
    pub per_instance_and_day: u32,
    /// From how many on a run is near the limit.
    pub near: u32,
    /// The error code of a call over it.
    pub code: String,
    /// The rules that speak of it.
    pub rules: QuotaRules,
    /// What is counted.
    pub nouns: Nouns,
    /// A sentence on why being near the limit matters.
    #[serde(default)]
    pub near_because: Option<String>,
    /// Where that is written.
    pub source: String,
}

/// The rules that speak of a quota.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuotaRules {
    /// When more is done than the limit.
    pub exceeded: String,
    /// When it is near the limit.
    pub near: String,
}

/// What is counted, in words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nouns {
    /// One of it.
    pub one: String,
    /// Several.
    pub many: String,
}

/// That only one call may run on one instance at a time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concurrency {
    /// The rule that speaks of it.
    pub rule: String,
    /// The error code of a call that begins while another one runs.
    pub code: String,
    /// A sentence on callers that try again by themselves.
    #[serde(default)]
    pub retried: Option<String>,
    /// Where that is written.
    pub source: String,
}

/// What must hold when the call is made, and cannot be told from the call.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    /// The condition in words.
    pub name: String,
    /// The error code when it does not hold.
    #[serde(default)]
    pub code: Option<String>,
    /// Where that is written.
    pub source: String,
}

/// Where the caret of a report goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum At {
    Call,
    Value,
}

/// What a report lists beside its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Offer {
    /// The values of its parameter that are supported instead.
    Values,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Report {
    pub(super) rule: Arc<str>,
    pub(super) severity: Severity,
    #[serde(default)]
    pub(super) parameter: Option<String>,
    pub(super) at: At,
    #[serde(default)]
    pub(super) offers: Option<Offer>,
    pub(super) message: String,
    #[serde(default)]
    pub(super) message_response_value: Option<String>,
    #[serde(default)]
    pub(super) answer: Option<String>,
    /// The severity for a call of which logs tell that the service took it, where it is another one.
    #[serde(default)]
    pub(super) accepted: Option<Severity>,
    #[serde(default)]
    pub(super) answer_note: Option<String>,
    /// Whether the nearest supported call does the same as this one: its edit changes nothing.
    #[serde(default)]
    pub(super) harmless: bool,
    #[serde(default)]
    pub(super) help: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Names {
    pub(super) rule: Arc<str>,
    pub(super) texts: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub(super) id: String,
    pub(super) title: String,
    #[serde(default)]
    pub(super) stops: bool,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub(super) when: BTreeMap<String, Cell>,
    #[serde(default)]
    pub(super) report: OneOrMany,
    pub(super) source: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "OneOrManyForm")]
pub(super) struct OneOrMany(pub(super) Vec<String>);

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrManyForm {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrManyForm> for OneOrMany {
    fn from(form: OneOrManyForm) -> Self {
        match form {
            OneOrManyForm::One(one) => Self(vec![one]),
            OneOrManyForm::Many(many) => Self(many),
        }
    }
}

/// The allowed values of one column.
pub(super) type Cell = OneOrMany;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scenario {
    pub(super) title: String,
    pub(super) facts: BTreeMap<String, String>,
    pub(super) parameters: BTreeMap<String, String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Remark {
    pub(super) facts: BTreeMap<String, String>,
    pub(super) text: String,
}
