//! From the text of a configuration file to a layer, and everything that is wrong with it: each thing with its place.
//!
//! The tree of the file is walked by hand: a derived reader would stop at the first thing that is wrong.

mod entries;
mod values;
mod wrappers;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::layer::{Layer, Level, Set, Unknown};
use crate::finding::{Catalogue, SettingProblem, Severity};
use crate::model::{Api, naming};
use crate::source::{Place, Source, Span};

/// The keys of a configuration file, each with the keys of a table below it where those are fixed.
pub const KEYS: &[(&str, &[&str])] = &[
    ("rules", &[]),
    ("per-path", PER_PATH),
    ("exclude", &[]),
    ("inventory", &[]),
    ("quota", &[]),
    ("timezone", &[]),
    ("level", &[]),
    ("fail-on", &[]),
    ("unknown", &[]),
    ("instances", &[]),
    ("waiver", WAIVER),
    ("policies", &[]),
    ("wrappers", WRAPPER),
];

/// The keys of an entry of `per-path`.
const PER_PATH: &[&str] = &["paths", "rules"];

/// The keys of a waiver.
const WAIVER: &[&str] = &["path", "rule", "fingerprint", "reason", "until", "owner"];

/// The keys of a wrapper.
const WRAPPER: &[&str] = &["name", "action", "parameters"];

/// The severities by their words.
const SEVERITIES: &[(&str, Severity)] =
    &[("error", Severity::Error), ("warning", Severity::Warning), ("note", Severity::Note)];

/// The levels of rules by their words.
const LEVELS: &[(&str, Level)] = &[
    ("error", Level::At(Severity::Error)),
    ("warning", Level::At(Severity::Warning)),
    ("note", Level::At(Severity::Note)),
    ("off", Level::Off),
];

/// From which severity on a run fails, by words.
const FAIL_ON: &[(&str, Option<Severity>)] = &[
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("note", Some(Severity::Note)),
    ("never", None),
];

/// What to do about undecided calls, by words.
const UNKNOWN: &[(&str, Unknown)] =
    &[("ignore", Unknown::Ignore), ("report", Unknown::Report), ("fail", Unknown::Fail)];

/// The names that a configuration may use.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// The rules.
    pub catalogue: &'a Catalogue,
    /// The facts of instances and their values.
    pub apis: &'a [Api],
}

/// Reads a configuration file. Patterns start from `folder`, an absolute path. What is wrong is left out of the layer
/// and told, in the order of the file.
#[must_use]
pub fn read(source: &Arc<Source>, folder: &Path, vocabulary: Vocabulary<'_>) -> (Layer, Vec<SettingProblem>) {
    let mut reader = Reader { source, vocabulary, problems: Vec::new() };
    let (root, errors) = DeTable::parse_recoverable(source.text());
    for error in errors {
        let span = error.span().map_or_else(Span::default, Span::from);
        reader.problem(error.message().replace('\n', ", "), "", span, None);
    }
    // What a broken line leaves behind would be told twice, and wrongly.
    let broken: Vec<u32> = reader.problems.iter().map(|problem| problem.place.start().line).collect();
    let mut layer = Layer { folder: folder.to_owned(), ..Layer::default() };
    for (key, span, value) in sorted(root.get_ref()) {
        reader.key(&mut layer, key, span, value);
    }
    let mut problems = reader.problems;
    let mut number = 0;
    problems.retain(|problem| {
        number += 1;
        number <= broken.len() || !broken.contains(&problem.place.start().line)
    });
    problems.sort_by_key(|problem| (problem.place.span.start, problem.place.span.end));
    (layer, problems)
}

/// A value with its span.
type Value<'t> = Spanned<DeValue<'t>>;

/// The entries of a table in the order of the file.
fn sorted<'t>(table: &'t DeTable<'_>) -> Vec<(&'t str, Span, &'t Value<'t>)> {
    let mut entries: Vec<_> =
        table.iter().map(|(key, value)| (&**key.get_ref(), Span::from(key.span()), value)).collect();
    entries.sort_by_key(|(_, span, _)| span.start);
    entries
}

/// Reads one file.
struct Reader<'a> {
    source: &'a Arc<Source>,
    vocabulary: Vocabulary<'a>,
    problems: Vec<SettingProblem>,
}

impl Reader<'_> {
    fn problem(&mut self, message: impl Into<String>, label: impl Into<String>, span: Span, help: Option<String>) {
        let place = Place::new(self.source, span);
        self.problems.push(SettingProblem { message: message.into(), label: label.into(), place, help });
    }

    /// A word that stands where only some may.
    fn misspelt(&mut self, what: &str, word: &str, span: Span, known: &[&str]) {
        let nearest = naming::nearest(word, known.iter().copied());
        let label = nearest.map_or_else(String::new, |nearest| format!("did you mean `{nearest}`?"));
        // A long list is no help beside a suggestion.
        let help = (nearest.is_none() && known.len() <= 16).then(|| format!("Known here: {}.", known.join(", ")));
        self.problem(format!("unknown {what} `{word}`"), label, span, help);
    }

    fn set<T>(&self, value: T, span: Span) -> Set<T> {
        Set { value, place: Place::new(self.source, span) }
    }

    /// One key at the top.
    fn key(&mut self, layer: &mut Layer, key: &str, span: Span, value: &Value<'_>) {
        match key {
            "rules" => layer.rules = self.rules(value),
            "per-path" => layer.per_path = self.per_path(value),
            "exclude" => {
                if let Some((patterns, texts)) = self.patterns(value) {
                    layer.excluded = patterns;
                    layer.exclude = Some(texts);
                }
            }
            "inventory" => layer.inventory = self.texts(value),
            "quota" => layer.quota = self.whole_number(value),
            "timezone" => layer.timezone = self.text(value),
            "level" => layer.level = self.choice("level", value, SEVERITIES),
            "fail-on" => layer.fail_on = self.choice("value of fail-on", value, FAIL_ON),
            "unknown" => layer.unknown = self.choice("value of unknown", value, UNKNOWN),
            "instances" => layer.instances = self.instances(value),
            "waiver" => layer.waivers = self.waivers(value),
            "policies" => layer.policies = self.texts(value),
            "wrappers" => layer.wrappers = self.wrappers(value),
            _ => {
                let keys: Vec<&str> = KEYS.iter().map(|(key, _)| *key).collect();
                let rule = self.vocabulary.catalogue.rule(key);
                if rule.is_some() {
                    let help = format!("Levels of rules stand below `[rules]`: {key} = \"off\".");
                    self.problem(format!("unknown key `{key}`"), "this is a rule", span, Some(help));
                } else {
                    self.misspelt("key", key, span, &keys);
                }
            }
        }
    }

    /// Levels by rule.
    fn rules(&mut self, value: &Value<'_>) -> BTreeMap<String, Set<Level>> {
        let mut levels = BTreeMap::new();
        let Some(table) = self.table(value) else { return levels };
        for (rule, span, value) in sorted(table) {
            if !self.is_rule(rule, span) {
                continue;
            }
            if let Some(level) = self.choice("level", value, LEVELS) {
                levels.insert(rule.to_owned(), level);
            }
        }
        levels
    }

    /// Whether a rule of this id is there; if not, that is told.
    fn is_rule(&mut self, rule: &str, span: Span) -> bool {
        let catalogue = self.vocabulary.catalogue;
        let known = catalogue.rule(rule).is_some();
        if !known {
            let ids: Vec<&str> = catalogue.rules().iter().map(|rule| rule.id.as_str()).collect();
            let nearest = naming::nearest(rule, ids.iter().copied());
            let label = nearest.map_or_else(String::new, |nearest| format!("did you mean `{nearest}`?"));
            let help = nearest.is_none().then(|| "`backuplint rules` lists the rules.".to_owned());
            self.problem(format!("unknown rule `{rule}`"), label, span, help);
        }
        known
    }
}
