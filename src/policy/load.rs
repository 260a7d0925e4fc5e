//! From the text of a file to policies, and everything that is wrong with it: each thing with its place.
//!
//! A file holds one policy, or several documents with one each.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use super::rule::{Example, Input, Limit, Policy, Trial};
use crate::finding::{Catalogue, ExampleFile, Rule, SettingProblem, Severity};
use crate::model::{Api, naming};
use crate::source::{Place, Source, Span};
use crate::syntax::when::{self, Zone};
use crate::syntax::yaml::{self, Node};

/// The keys of a policy.
const KEYS: &[&str] =
    &["id", "title", "severity", "when", "require", "forbid", "time_zone", "schedules_in", "why", "fix", "examples"];

/// The keys of an example, and of the call in one.
const EXAMPLE: &[&str] = &["title", "path", "text", "files", "call"];
const CALL: &[&str] = &["api", "surface", "path", "facts", "tags", "parameters", "principal", "at", "calls_per_day"];

/// Where policies stand among the rules: behind all that are built in.
const FIRST_ORDER: u32 = 1_000_000;

/// The names that a policy may use.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// The rules that are there already.
    pub catalogue: &'a Catalogue,
    /// The APIs, with those that are not looked for in this run.
    pub apis: &'a [Api],
}

/// Reads files of policies. A policy with a problem is left out.
#[must_use]
pub fn read(sources: &[Arc<Source>], vocabulary: Vocabulary<'_>) -> (Vec<Policy>, Vec<SettingProblem>) {
    let mut policies: Vec<Policy> = Vec::new();
    let mut problems = Vec::new();
    for source in sources {
        let stream = yaml::parse(source.text());
        let mut reader = Reader { source, vocabulary, problems: Vec::new(), atoms: Vec::new() };
        for error in &stream.errors {
            reader.problem(error.message.clone(), "", error.span, None);
        }
        for document in &stream.documents {
            // A separator with nothing behind it is no policy.
            if document.text().is_some_and(str::is_empty) {
                continue;
            }
            let told = reader.problems.len();
            let policy =
                reader.policy(document, FIRST_ORDER.saturating_add(u32::try_from(policies.len()).unwrap_or(0)));
            let Some(policy) = policy else { continue };
            let twin = policies.iter().find(|known| known.id() == policy.id()).map(|known| known.place.display());
            if let Some(twin) = twin {
                let help = Some(format!("The other one stands at {twin}."));
                reader.problem(format!("two policies are called `{}`", policy.id()), "", policy.place.span, help);
            }
            if reader.problems.len() == told {
                policies.push(policy);
            }
        }
        problems.append(&mut reader.problems);
    }
    (policies, problems)
}

/// Reads one file.
pub(super) struct Reader<'a> {
    pub(super) source: &'a Arc<Source>,
    pub(super) vocabulary: Vocabulary<'a>,
    pub(super) problems: Vec<SettingProblem>,
    /// The conditions of the policy that is being read.
    pub(super) atoms: Vec<super::rule::Atom>,
}

impl Reader<'_> {
    pub(super) fn problem(&mut self, message: impl Into<String>, label: &str, span: Span, help: Option<String>) {
        let place = Place::new(self.source, span);
        self.problems.push(SettingProblem { message: message.into(), label: label.to_owned(), place, help });
    }

    /// A word that stands where only some may.
    pub(super) fn misspelt(&mut self, what: &str, word: &str, span: Span, known: &[&str]) {
        let nearest = naming::nearest(word, known.iter().copied());
        let label = nearest.map_or_else(String::new, |nearest| format!("did you mean `{nearest}`?"));
        let help = (nearest.is_none() && known.len() <= 24).then(|| format!("Known here: {}.", known.join(", ")));
        self.problem(format!("unknown {what} `{word}`"), &label, span, help);
    }

    /// The entries of a mapping whose keys are known; everything else is told.
    pub(super) fn entries<'n>(&mut self, node: &'n Node, what: &str, known: &[&str]) -> Vec<(&'n str, &'n Rc<Node>)> {
        let entries = node.effective();
        if entries.is_empty() && node.entries().is_empty() {
            self.problem(format!("expected {what} with some of the keys {}", known.join(", ")), "", node.span, None);
        }
        let mut kept = Vec::new();
        for entry in entries {
            let Some(key) = entry.key.text() else { continue };
            if let Some(earlier) = entry.earlier {
                let help = Some("The last one would count; leave one.".to_owned());
                self.problem(format!("`{key}` is given twice"), "", earlier.span, help);
            }
            if known.contains(&key) {
                kept.push((key, entry.value));
            } else {
                self.misspelt("key", key, entry.key.span, known);
            }
        }
        kept
    }

    pub(super) fn text(&mut self, node: &Node, what: &str) -> Option<String> {
        let text = node.text().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.problem(format!("expected a text for {what}"), "", node.span, None);
        }
        text.map(str::to_owned)
    }

    /// A word of a short list.
    pub(super) fn word(&mut self, node: &Node, what: &str, known: &[&str]) -> Option<String> {
        let text = self.text(node, what)?;
        if known.contains(&text.as_str()) {
            return Some(text);
        }
        self.misspelt(what, &text, node.span, known);
        None
    }

    fn policy(&mut self, node: &Rc<Node>, order: u32) -> Option<Policy> {
        self.atoms.clear();
        if node.entries().is_empty() {
            self.problem(
                "a policy is a mapping: id, title, severity, when, require or forbid, why, fix",
                "",
                node.span,
                None,
            );
            return None;
        }
        let mut policy = Policy {
            rule: Arc::new(Rule {
                id: String::new(),
                order,
                title: String::new(),
                severity: Severity::Error,
                why: String::new(),
                fix: String::new(),
                references: Vec::new(),
                codes: Vec::new(),
                bad: Vec::new(),
                good: Vec::new(),
                no_examples: None,
            }),
            place: Place::new(self.source, node.span),
            within: None,
            when: super::rule::Formula::All(Vec::new()),
            require: None,
            forbid: None,
            calls_per_day: None,
            atoms: Vec::new(),
            zone: None,
            schedule_zone: None,
            examples: Vec::new(),
        };
        let mut rule = (*policy.rule).clone();
        let entries = self.entries(node, "a policy", KEYS);
        // Examples have times in the zone of the policy, wherever that is written.
        policy.zone = node.get("time_zone").and_then(|value| self.zone(value));
        for (key, value) in &entries {
            match *key {
                "id" => {
                    rule.id = self.id(value).unwrap_or_default();
                    policy.place = Place::new(self.source, value.span);
                }
                "title" => rule.title = self.text(value, "the title").unwrap_or_default(),
                "severity" => rule.severity = self.severity(value),
                "when" => policy.when = self.formula(value, 0),
                "require" => (policy.require, policy.calls_per_day) = self.required(value),
                "forbid" => policy.forbid = Some(self.formula(value, 0)),
                "schedules_in" => policy.schedule_zone = self.zone(value),
                "why" => rule.why = self.text(value, "why").unwrap_or_default(),
                "fix" => rule.fix = self.text(value, "fix").unwrap_or_default(),
                "examples" => policy.examples = self.examples(value, policy.zone.as_ref()),
                _ => {}
            }
        }
        for key in ["id", "title", "severity", "why"] {
            if node.get(key).is_none() {
                self.problem(format!("a policy needs `{key}`"), "", first_key(node), None);
            }
        }
        if !entries.iter().any(|(key, _)| matches!(*key, "require" | "forbid")) {
            self.problem("a policy needs `require` or `forbid`", "", first_key(node), None);
        }
        policy.atoms = std::mem::take(&mut self.atoms);
        (rule.bad, rule.good) = shown(&policy.examples);
        rule.no_examples = (rule.bad.is_empty() && rule.good.is_empty()).then(|| "its examples are calls".to_owned());
        policy.rule = Arc::new(rule);
        Some(policy)
    }

    fn id(&mut self, node: &Node) -> Option<String> {
        let id = self.text(node, "the id")?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.chars().all(fits) || id.starts_with('-') || id.ends_with('-') {
            let help = Some("It has lower case letters, digits and hyphens, as in `keep-long-enough`.".to_owned());
            self.problem(format!("`{id}` is no id of a rule"), "", node.span, help);
            return None;
        }
        if self.vocabulary.catalogue.rule(&id).is_some() {
            let help = Some("Give it a name of its own, perhaps with that of your organisation in front.".to_owned());
            self.problem(format!("`{id}` is a rule of backuplint itself"), "", node.span, help);
            return None;
        }
        Some(id)
    }

    fn severity(&mut self, node: &Node) -> Severity {
        match self.word(node, "severity", &["error", "warning", "note"]).as_deref() {
            Some("warning") => Severity::Warning,
            Some("note") => Severity::Note,
            _ => Severity::Error,
        }
    }

    pub(super) fn zone(&mut self, node: &Node) -> Option<Zone> {
        let text = self.text(node, "the time zone")?;
        match Zone::parse(&text) {
            Ok(zone) => Some(zone),
            Err(error) => {
                self.problem(error.to_string(), "", node.span, None);
                None
            }
        }
    }

    /// What is required: conditions, and how many calls a day has.
    fn required(&mut self, node: &Node) -> (Option<super::rule::Formula>, Option<Limit>) {
        let Some(limit) = node.get("calls_per_day") else { return (Some(self.formula(node, 0)), None) };
        let number = limit.get("at_most").and_then(|most| most.text()?.parse::<u32>().ok());
        if number.is_none() {
            let help = Some("Write `calls_per_day: { at_most: 4 }`.".to_owned());
            self.problem("expected how many calls a day may have", "", limit.span, help);
        }
        self.entries(limit, "a limit", &["at_most"]);
        let limit = number.map(|at_most| Limit { at_most, place: Place::new(self.source, limit.span) });
        let only = node.effective().len() == 1;
        ((!only).then(|| self.formula_without(node, 0, "calls_per_day")), limit)
    }

    fn examples(&mut self, node: &Node, zone: Option<&Zone>) -> Vec<Trial> {
        let mut trials = Vec::new();
        for (key, list) in self.entries(node, "examples", &["pass", "fail"]) {
            if list.items().is_empty() && !list.text().is_some_and(str::is_empty) {
                self.problem("expected a list of examples", "", list.span, None);
            }
            for item in list.items() {
                trials.extend(self.example(item, key == "fail", zone));
            }
        }
        trials
    }

    fn example(&mut self, node: &Node, fails: bool, zone: Option<&Zone>) -> Option<Trial> {
        let entries = self.entries(node, "an example", EXAMPLE);
        let has = |wanted: &str| entries.iter().find(|(key, _)| *key == wanted).map(|(_, value)| *value);
        let title = has("title").and_then(scalar).unwrap_or_default();
        let input = match (has("call"), has("files"), has("path"), has("text")) {
            (Some(call), None, None, None) => Input::Call(Box::new(self.call(call, zone))),
            (None, Some(files), None, None) => {
                let files = files.items().iter().filter_map(|file| {
                    let of = |key: &str| file.get(key).and_then(scalar);
                    Some((of("path")?, of("text")?))
                });
                Input::Files(files.collect())
            }
            (None, None, Some(path), Some(text)) => Input::Files(vec![(scalar(path)?, scalar(text)?)]),
            _ => {
                let help = Some("Give a `path` and its `text`, `files` with several, or a `call`.".to_owned());
                self.problem("an example is a file or a call", "", node.span, help);
                return None;
            }
        };
        let place = Place::new(self.source, node.span);
        Some(Trial { title, fails, input, place })
    }

    fn call(&mut self, node: &Node, zone: Option<&Zone>) -> Example {
        let mut call = Example::default();
        for (key, value) in self.entries(node, "a call", CALL) {
            let text = || value.text().map(str::to_owned);
            match key {
                "api" => call.api = text(),
                "surface" => call.surface = text(),
                "path" => call.path = text(),
                "principal" => call.principal = text(),
                "facts" => call.facts = self.pairs(value, true),
                "tags" => {
                    let entries = value.effective();
                    let pairs = entries.iter().filter_map(|entry| Some((entry.key.text()?, entry.value.text()?)));
                    call.tags = Some(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect());
                }
                "parameters" => call.parameters = self.pairs(value, false),
                "calls_per_day" => call.calls_per_day = value.text().and_then(|text| text.parse().ok()),
                _ => {
                    let text = value.text().unwrap_or_default();
                    let usual = Zone::default();
                    match when::moment(text, zone.unwrap_or(&usual), false) {
                        Ok(moment) => call.at = Some(moment),
                        Err(error) => self.problem(error.to_string(), "", value.span, None),
                    }
                }
            }
        }
        call
    }

    fn pairs(&mut self, node: &Node, are_facts: bool) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        for entry in node.effective() {
            let (Some(name), Some(value)) = (entry.key.text(), entry.value.text()) else { continue };
            let is_known =
                if are_facts { self.is_fact(name, entry.key.span) } else { self.is_parameter(name, entry.key.span) };
            if is_known {
                pairs.push((name.to_owned(), value.to_owned()));
            }
        }
        pairs
    }

    /// Whether some API has a fact of this name; if not, that is told.
    pub(super) fn is_fact(&mut self, name: &str, span: Span) -> bool {
        let apis = self.vocabulary.apis;
        let known: BTreeSet<&str> = apis.iter().flat_map(|api| &api.facts).map(|fact| fact.name.as_str()).collect();
        self.is_known("fact", name, span, known)
    }

    /// Whether some API has a parameter of this name; if not, that is told.
    pub(super) fn is_parameter(&mut self, name: &str, span: Span) -> bool {
        let apis = self.vocabulary.apis;
        let known = apis.iter().flat_map(|api| &api.parameters).map(|parameter| parameter.name.as_str()).collect();
        self.is_known("parameter", name, span, known)
    }

    fn is_known(&mut self, what: &str, name: &str, span: Span, known: BTreeSet<&str>) -> bool {
        let is_known = known.contains(name);
        if !is_known {
            self.misspelt(what, name, span, &known.into_iter().collect::<Vec<_>>());
        }
        is_known
    }
}

/// The text of a scalar, as it is.
fn scalar(node: &Rc<Node>) -> Option<String> {
    node.text().map(str::to_owned)
}

/// Where a policy begins.
fn first_key(node: &Node) -> Span {
    node.entries().first().map_or(node.span, |(key, _)| key.span)
}

/// The examples that are files, as the catalogue has them.
fn shown(trials: &[Trial]) -> (Vec<crate::finding::Example>, Vec<crate::finding::Example>) {
    let of = |fails: bool| {
        let trials = trials.iter().filter(move |trial| trial.fails == fails);
        let examples = trials.filter_map(|trial| {
            let Input::Files(files) = &trial.input else { return None };
            let files = files.iter().map(|(path, text)| ExampleFile { path: path.clone(), text: text.clone() });
            Some(crate::finding::Example { title: trial.title.clone(), files: files.collect(), at: None })
        });
        examples.collect::<Vec<_>>()
    };
    (of(true), of(false))
}
