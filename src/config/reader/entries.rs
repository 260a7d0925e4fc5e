//! Tables with entries: levels by path, instances, waivers.

use std::collections::BTreeMap;

use toml::de::{DeArray, DeTable};

use super::{PER_PATH, Reader, Value, WAIVER, sorted};
use crate::config::layer::{PerPath, Set};
use crate::model::FactNames;
use crate::source::{Place, Span};
use crate::waiver::Waiver;

/// What may be said of an instance beside its facts.
const REGION: &str = "region";

impl Reader<'_> {
    /// The entries of an array of tables.
    fn entries<'t>(&mut self, value: &'t Value<'_>, how: &str) -> Option<&'t DeArray<'t>> {
        let array = value.get_ref().as_array();
        if array.is_none() {
            let help = format!("Each entry begins with a line `{how}`.");
            self.problem("expected an array of tables", "", Span::from(value.span()), Some(help));
        }
        array
    }

    fn missing(&mut self, table: &DeTable<'_>, key: &str, span: Span) {
        if !table.contains_key(key) {
            self.problem(format!("this entry has no `{key}`"), "", span, None);
        }
    }

    pub(super) fn per_path(&mut self, value: &Value<'_>) -> Option<Set<Vec<PerPath>>> {
        let mut all = Vec::new();
        for entry in self.entries(value, "[[per-path]]")?.iter() {
            let Some(table) = self.table(entry) else { continue };
            let (mut patterns, mut rules) = (None, BTreeMap::new());
            for (key, span, value) in sorted(table) {
                match key {
                    "paths" => patterns = self.patterns(value),
                    "rules" => rules = self.rules(value),
                    _ => self.misspelt("key", key, span, PER_PATH),
                }
            }
            PER_PATH.iter().for_each(|key| self.missing(table, key, Span::from(entry.span())));
            if let Some((patterns, paths)) = patterns {
                all.push(PerPath { paths: paths.value, patterns, rules });
            }
        }
        Some(self.set(all, Span::from(value.span())))
    }

    pub(super) fn instances(&mut self, value: &Value<'_>) -> BTreeMap<String, BTreeMap<String, Set<String>>> {
        let mut instances = BTreeMap::new();
        let Some(table) = self.table(value) else { return instances };
        for (id, _, entry) in sorted(table) {
            let Some(said) = self.table(entry) else { continue };
            let said = sorted(said).into_iter().filter_map(|(name, span, value)| {
                let text = self.of_instance(name, span, value)?;
                Some((name.to_owned(), text))
            });
            let said = said.collect();
            instances.insert(id.to_owned(), said);
        }
        instances
    }

    /// One thing that is said of an instance.
    fn of_instance(&mut self, name: &str, span: Span, value: &Value<'_>) -> Option<Set<String>> {
        let apis = self.vocabulary.apis;
        let facts: Vec<&FactNames> = apis.iter().filter_map(|api| api.fact(name)).collect();
        if name == REGION {
            return self.words(value);
        }
        if facts.is_empty() {
            let names = apis.iter().flat_map(|api| api.facts.iter().map(|fact| fact.name.as_str()));
            let names: Vec<&str> = names.chain([REGION]).collect();
            self.misspelt("key", name, span, &names);
            return None;
        }
        let text = self.words(value)?;
        if facts.iter().any(|fact| fact.value(&text.value).is_some()) {
            return Some(text);
        }
        let known = facts.iter().flat_map(|fact| &fact.values);
        let known: Vec<&str> =
            known.flat_map(|value| std::iter::once(&value.id).chain(&value.aliases)).map(String::as_str).collect();
        let ids: Vec<&str> = facts.iter().flat_map(|fact| fact.values.iter().map(|value| value.id.as_str())).collect();
        let nearest = crate::model::naming::nearest(&text.value, known);
        let label = nearest.map_or_else(String::new, |nearest| format!("did you mean `{nearest}`?"));
        let help = Some(format!("Known here: {}.", ids.join(", ")));
        self.problem(format!("unknown {name} `{}`", text.value), label, text.place.span, help);
        None
    }

    pub(super) fn waivers(&mut self, value: &Value<'_>) -> Vec<Waiver> {
        let Some(entries) = self.entries(value, "[[waiver]]") else { return Vec::new() };
        entries.iter().filter_map(|entry| self.waiver(entry)).collect()
    }

    fn waiver(&mut self, entry: &Value<'_>) -> Option<Waiver> {
        let table = self.table(entry)?;
        let before = self.problems.len();
        let place = Place::new(self.source, Span::from(entry.span()));
        let (path, reason) = (String::new(), String::new());
        let mut waiver = Waiver { path, rule: None, fingerprint: None, reason, until: None, owner: None, place };
        let plain = |set: Option<Set<String>>| set.map(|set| set.value);
        for (key, span, value) in sorted(table) {
            match key {
                "path" => waiver.path = self.pattern(value).unwrap_or_default(),
                "rule" => {
                    let rule = self.words(value);
                    waiver.rule = plain(rule.filter(|rule| self.is_rule(&rule.value, rule.place.span)));
                }
                "fingerprint" => waiver.fingerprint = plain(self.words(value)),
                "reason" => waiver.reason = plain(self.words(value)).unwrap_or_default(),
                "until" => waiver.until = self.day(value),
                "owner" => waiver.owner = plain(self.words(value)),
                _ => self.misspelt("key", key, span, WAIVER),
            }
        }
        ["path", "reason"].iter().for_each(|key| self.missing(table, key, Span::from(entry.span())));
        // Half a waiver could hide more than was meant.
        (self.problems.len() == before).then_some(waiver)
    }

    /// One pattern of paths.
    fn pattern(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.words(value)?;
        match crate::config::Patterns::new([text.value.as_str()]) {
            Ok(_) => Some(text.value),
            Err(error) => {
                self.problem("this is no pattern of paths", error.message, text.place.span, None);
                None
            }
        }
    }

    /// A day, as a date of TOML or as a text.
    fn day(&mut self, value: &Value<'_>) -> Option<jiff::civil::Date> {
        let written = match (value.get_ref().as_datetime(), value.get_ref().as_str()) {
            (Some(date), _) => date.to_string(),
            (None, Some(text)) => text.to_owned(),
            (None, None) => String::new(),
        };
        let day = (written.len() == "2027-01-31".len()).then(|| written.parse().ok()).flatten();
        if day.is_none() {
            self.problem("expected a day such as 2027-01-31", "", Span::from(value.span()), None);
        }
        day
    }
}
