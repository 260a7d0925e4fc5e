//! What is known of the policy language, of the policies that the vendor keeps, and of the actions of services.
//!
//! Reads `rules/policies/*.yaml`, which are part of the program. Gives them as typed tables; judges nothing.

use std::sync::LazyLock;

use serde::Deserialize;

use super::condition::Order;
use crate::syntax::yaml;

/// The data files, by their paths below `rules/policies`.
const LANGUAGE: &str = include_str!("../../rules/policies/language.yaml");
const SYSTEM: &str = include_str!("../../rules/policies/system.yaml");
const ACTIONS: &[&str] = &[include_str!("../../rules/policies/actions/rds.yaml")];

/// The policy language. The data files are part of the program; the tests hold that each can be read.
#[must_use]
pub fn language() -> &'static Language {
    static LOADED: LazyLock<Language> = LazyLock::new(|| load(LANGUAGE).unwrap_or_default());
    &LOADED
}

/// The policies that the vendor keeps.
#[must_use]
pub(super) fn system_policies() -> &'static [SystemPolicy] {
    static LOADED: LazyLock<SystemPolicies> = LazyLock::new(|| load(SYSTEM).unwrap_or_default());
    &LOADED.policies
}

/// What is known of the actions of a service, by its code in policies.
#[must_use]
pub fn actions_of(service: &str) -> Option<&'static Actions> {
    static LOADED: LazyLock<Vec<Actions>> =
        LazyLock::new(|| ACTIONS.iter().filter_map(|text| load(text).ok()).collect());
    LOADED.iter().find(|actions| actions.service.eq_ignore_ascii_case(service))
}

fn load<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    let stream = yaml::parse(text);
    let document = stream.documents.first().ok_or_else(|| "empty file".to_owned())?;
    serde_json::from_value(document.to_json()).map_err(|error| error.to_string())
}

/// How a document is written and how it is read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    /// How resources are named.
    pub resources: Resources,
    /// The operators of conditions.
    pub operators: Operators,
    /// The keys of conditions.
    pub keys: Keys,
    /// Control policies.
    pub control: ControlPolicies,
    /// How long documents may be.
    pub limits: Vec<Limit>,
    /// What tells documents of other vendors.
    pub foreign: Vec<Foreign>,
}

/// How resources are named.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Resources {
    /// What every name begins with.
    pub vendor: String,
}

/// Control policies of a resource directory.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ControlPolicies {
    /// The one that is attached to everything unless somebody takes it away.
    pub default: String,
}

/// The operators of conditions.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Operators {
    /// Those of the language.
    pub known: Vec<OperatorEntry>,
    /// What may stand in front of one.
    pub quantifiers: Vec<QuantifierEntry>,
}

/// An operator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatorEntry {
    /// Its name.
    pub name: String,
    /// What it compares.
    pub compares: Compares,
    /// How two things in an order are compared.
    #[serde(default)]
    pub order: Option<Order>,
    /// Whether it holds when none of its values fits.
    #[serde(default)]
    pub negated: bool,
}

/// What an operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compares {
    /// Texts.
    Text,
    /// Texts, without regard to letter case.
    FoldedText,
    /// Texts with wildcards.
    Pattern,
    /// Numbers.
    Number,
    /// Moments.
    Moment,
    /// `true` or `false`.
    Boolean,
    /// Addresses in a range.
    Address,
}

/// What may stand in front of an operator.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuantifierEntry {
    /// What is written.
    pub prefix: String,
    /// Whether every value of the key must fit, or some.
    pub means: QuantifierMeaning,
}

/// How many values of a key must fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuantifierMeaning {
    /// Each.
    Every,
    /// At least one.
    Some,
}

/// The keys of conditions.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Keys {
    /// Those that are there for every service.
    pub common: Vec<String>,
    /// The same, with the name of a tag behind a slash.
    pub common_tags: Vec<String>,
    /// Those of which records of logs say what they were.
    pub recorded: RecordedKeys,
    /// What the names of common keys begin with.
    pub prefix: String,
    /// Common keys that some services do not supply.
    pub not_supplied: Vec<NotSupplied>,
    /// Keys of services that have the name of a tag behind a slash.
    pub tags: Vec<KeyNote>,
    /// Tags that the service keeps in small letters.
    pub small_letters: Vec<KeyNote>,
}

/// The keys of which records of logs say what they were.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedKeys {
    /// When the call was made.
    pub moment: String,
    /// The public address that it came from.
    pub address: String,
}

/// A common key that some services do not supply.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotSupplied {
    /// The key, without the name of a tag.
    pub key: String,
    /// The services.
    pub services: Vec<String>,
    /// The key that they supply instead.
    pub instead: String,
    /// Where that is told.
    pub source: String,
}

/// Something that is known of a key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyNote {
    /// The key, without the name of a tag.
    pub key: String,
    /// Where that is told.
    pub source: String,
}

/// How long a document may be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What it is attached with.
    pub carrier: Carrier,
    /// The most characters.
    pub characters: usize,
    /// What other pages say is the most.
    #[serde(default)]
    pub elsewhere: Vec<usize>,
    /// Where that is written.
    pub source: String,
}

/// What a document is attached with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// A policy of RAM that a customer writes.
    Custom,
    /// A policy of the resource management.
    ResourceManager,
    /// A policy of a resource directory.
    Control,
    /// What a role that is taken may do at most.
    Session,
}

/// What tells documents of another vendor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Foreign {
    /// The vendor.
    pub vendor: String,
    /// Versions that its documents have.
    pub versions: Vec<String>,
    /// What names of its resources begin with.
    #[serde(default)]
    pub resource: Option<String>,
    /// What its keys of conditions begin with.
    #[serde(default)]
    pub keys: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemPolicies {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    policies: Vec<SystemPolicy>,
}

/// A policy that the vendor keeps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemPolicy {
    pub(super) name: String,
    pub(super) known: HowKnown,
    #[serde(default, rename = "version")]
    _version: Option<String>,
    #[serde(default, rename = "updated")]
    _updated: Option<String>,
    pub(super) statements: Vec<SystemStatement>,
    #[serde(rename = "source")]
    _source: String,
    #[serde(default)]
    pub(super) not_known: Option<String>,
}

/// How well the text of a policy is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum HowKnown {
    Full,
    Summary,
    Part,
}

/// A statement of a policy that the vendor keeps. All of them allow.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemStatement {
    #[serde(rename = "effect")]
    _effect: String,
    #[serde(default)]
    pub(super) action: Vec<String>,
    #[serde(default)]
    pub(super) not_action: Vec<String>,
    pub(super) resource: Vec<String>,
}

/// What is known of the actions of a service.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actions {
    #[serde(rename = "schema_version")]
    _schema_version: u32,
    /// The code of the service in policies.
    pub service: String,
    /// Whether there are no others.
    pub complete: bool,
    /// The day of the list.
    pub updated: String,
    #[serde(rename = "source")]
    _source: String,
    /// What a wide grant allows, the worst first.
    pub told_first: Vec<Told>,
    /// What programs call beside a backup.
    pub beside: Beside,
    /// Names that people take for one of these.
    pub mistaken: Vec<Mistaken>,
    levels: Vec<Level>,
    /// The names, without the service.
    pub actions: Vec<String>,
}

/// What programs call beside a backup.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beside {
    /// The actions.
    pub actions: Vec<String>,
    /// Words of other products that have operations of the same names.
    pub others: Vec<String>,
}

impl Beside {
    /// The action that an operation is, however a tool spells it.
    #[must_use]
    pub fn action(&self, operation: &str) -> Option<&str> {
        let plain = |name: &str| name.replace(['-', '_'], "").to_ascii_lowercase();
        let wanted = plain(operation);
        self.actions.iter().map(String::as_str).find(|action| plain(action) == wanted)
    }
}

/// An action that is worth telling.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The action.
    pub action: String,
    /// What it does, a fragment: "deletes backup sets".
    pub does: String,
}

/// A name that people take for an action.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistaken {
    /// What they write.
    pub text: String,
    /// Whose name it is; empty for nobody's.
    pub of: String,
    /// The action.
    pub means: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Level {
    action: String,
    level: String,
}

impl Actions {
    /// Whether an action, without its service, is one of these. Letter case does not count.
    #[must_use]
    pub fn knows(&self, action: &str) -> bool {
        self.actions.iter().any(|known| known.eq_ignore_ascii_case(action))
    }

    /// The access level of an action, where it is known.
    #[must_use]
    pub fn level(&self, action: &str) -> Option<&str> {
        let level = self.levels.iter().find(|level| level.action.eq_ignore_ascii_case(action));
        level.map(|level| level.level.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_can_be_read() {
        load::<Language>(LANGUAGE).unwrap();
        load::<SystemPolicies>(SYSTEM).unwrap();
        for text in ACTIONS {
            load::<Actions>(text).unwrap();
        }
        assert!(language().operators.known.len() > 20 && system_policies().len() > 10);
    }

    #[test]
    fn the_catalogue_of_actions_is_of_one_piece() {
        let rds = actions_of("RDS").unwrap();
        let mut sorted = rds.actions.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!(sorted, rds.actions);
        for name in rds.told_first.iter().map(|told| &told.action).chain(rds.mistaken.iter().map(|m| &m.means)) {
            assert!(rds.knows(name), "{name}");
        }
        assert!(rds.mistaken.iter().all(|m| !rds.knows(m.text.strip_prefix("rds:").unwrap())));
        assert_eq!(rds.level("createbackup"), Some("create"));
        assert_eq!(rds.level("DeleteBackup"), None);
        assert!(!rds.complete && actions_of("ecs").is_none());
    }

    #[test]
    fn policies_of_the_vendor_say_what_is_not_known_of_them() {
        for policy in system_policies() {
            assert!(policy.known != HowKnown::Part || policy.not_known.is_some(), "{}", policy.name);
            let has_actions = |s: &SystemStatement| s.action.is_empty() != s.not_action.is_empty();
            assert!(policy.statements.iter().all(has_actions), "{}", policy.name);
        }
    }
}
