//! The conditions of a policy: what may stand below `when`, `require` and `forbid`.
//!
//! Takes nodes; gives formulas over conditions, and tells what is wrong with each at its place.

use globset::{Glob, GlobSet, GlobSetBuilder};
use regex::{RegexSet, RegexSetBuilder};

use super::load::Reader;
use super::rule::{Atom, Formula, Subject, Test};
use crate::config::Patterns;
use crate::source::{Place, Span};
use crate::surface;
use crate::syntax::yaml::Node;

/// The keys of conditions.
const KEYS: &[&str] = &[
    "facts",
    "tags",
    "parameters",
    "api",
    "surface",
    "path",
    "principal",
    "schedule",
    "hours",
    "days",
    "all",
    "any",
    "not",
];

/// The keys of the condition on one value.
const VALUE: &[&str] = &["at_least", "at_most", "glob", "regex", "one_of", "not"];

/// The keys of a condition on who makes a call.
const PRINCIPAL: &[&str] = &["glob", "regex", "not"];

/// How large a regular expression may be once it is compiled, in bytes.
const EXPRESSION: usize = 1 << 20;

/// How deep conditions may be nested.
const DEEPEST: usize = 16;

/// Surfaces of calls that stand in no file.
const OTHER_SURFACES: [&str; 2] = ["actiontrail", "plain"];

const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const WEEKDAYS: u8 = 0b011_1110;

impl Reader<'_> {
    /// Conditions that all have to hold.
    pub(super) fn formula(&mut self, node: &Node, depth: usize) -> Formula {
        self.formula_without(node, depth, "")
    }

    /// The same without one key, which is read elsewhere.
    pub(super) fn formula_without(&mut self, node: &Node, depth: usize, left_out: &str) -> Formula {
        if depth > DEEPEST {
            self.problem(format!("conditions are nested deeper than {DEEPEST} levels"), "", node.span, None);
            return Formula::All(Vec::new());
        }
        let mut known = KEYS.to_vec();
        if !left_out.is_empty() {
            known.push(left_out);
        }
        let mut all = Vec::new();
        for (key, value) in self.entries(node, "conditions", &known) {
            match key {
                "facts" => all.extend(self.named(value, true, depth)),
                "tags" => all.extend(self.tags(value, depth)),
                "parameters" => all.extend(self.named(value, false, depth)),
                "api" => all.push(self.value(value, &Subject::Api, depth)),
                "surface" => all.push(self.value(value, &Subject::Surface, depth)),
                "path" => all.push(self.path(value)),
                "principal" => all.push(self.principal(value, depth)),
                "schedule" => {
                    for (key, value) in self.entries(value, "a schedule", &["hours", "days"]) {
                        all.push(if key == "hours" { self.hours(value) } else { self.days(value) });
                    }
                }
                "hours" => all.push(self.hours(value)),
                "days" => all.push(self.days(value)),
                "all" => all.push(Formula::All(self.list(value, depth))),
                "any" => all.push(Formula::Any(self.list(value, depth))),
                "not" => all.push(Formula::Not(Box::new(self.formula(value, depth + 1)))),
                _ => {}
            }
        }
        match all.len() {
            1 => all.pop().unwrap_or(Formula::All(Vec::new())),
            _ => Formula::All(all),
        }
    }

    fn list(&mut self, node: &Node, depth: usize) -> Vec<Formula> {
        if node.items().is_empty() {
            self.problem("expected a list of conditions", "", node.span, None);
        }
        node.items().iter().map(|item| self.formula(item, depth + 1)).collect()
    }

    /// Conditions on facts or on parameters, by their names.
    fn named(&mut self, node: &Node, are_facts: bool, depth: usize) -> Vec<Formula> {
        let entries = node.effective();
        if entries.is_empty() {
            self.problem("expected names with values", "", node.span, None);
        }
        let mut all = Vec::new();
        for entry in entries {
            let Some(name) = entry.key.text() else { continue };
            let (is_known, subject) = if are_facts {
                (self.is_fact(name, entry.key.span), Subject::Fact(name.to_owned()))
            } else {
                (self.is_parameter(name, entry.key.span), Subject::Parameter(name.to_owned()))
            };
            if is_known {
                all.push(self.value(entry.value, &subject, depth));
            }
        }
        all
    }

    /// Conditions on tags, by their keys, which may be any.
    fn tags(&mut self, node: &Node, depth: usize) -> Vec<Formula> {
        let entries = node.effective();
        if entries.is_empty() {
            self.problem("expected keys of tags with values", "", node.span, None);
        }
        let keys = entries.iter().filter_map(|entry| Some((entry.key.text()?, entry.value)));
        keys.map(|(key, value)| self.value(value, &Subject::Tag(key.to_owned()), depth)).collect()
    }

    /// The condition on one value: a word, a list of words, or a mapping.
    fn value(&mut self, node: &Node, subject: &Subject, depth: usize) -> Formula {
        if depth > DEEPEST {
            self.problem(format!("conditions are nested deeper than {DEEPEST} levels"), "", node.span, None);
            return Formula::All(Vec::new());
        }
        if node.text().is_some() {
            return self.words(std::slice::from_ref(&node), subject, node.span);
        }
        if !node.items().is_empty() {
            let items: Vec<&Node> = node.items().iter().map(AsRef::as_ref).collect();
            return self.words(&items, subject, node.span);
        }
        let mut all = Vec::new();
        let mut range: (Option<i64>, Option<i64>) = (None, None);
        for (key, value) in self.entries(node, "a condition", VALUE) {
            match key {
                "at_least" => range.0 = self.number(value, subject),
                "at_most" => range.1 = self.number(value, subject),
                "glob" => all.extend(
                    self.globs(value)
                        .map(|(set, words)| self.atom(subject.clone(), Test::Like(set), value.span, words)),
                ),
                "regex" => all.extend(
                    self.expressions(value)
                        .map(|(set, words)| self.atom(subject.clone(), Test::Found(set), value.span, words)),
                ),
                "one_of" => all.push(self.value(value, subject, depth + 1)),
                _ => all.push(Formula::Not(Box::new(self.value(value, subject, depth + 1)))),
            }
        }
        let words = match range {
            (None, None) => None,
            (Some(least), None) => Some(format!("at least {least}")),
            (None, Some(most)) => Some(format!("at most {most}")),
            (Some(least), Some(most)) => Some(format!("between {least} and {most}")),
        };
        if let Some(words) = words {
            all.push(self.atom(subject.clone(), Test::Between(range.0, range.1), node.span, words));
        }
        Formula::All(all)
    }

    fn number(&mut self, node: &Node, subject: &Subject) -> Option<i64> {
        if !matches!(subject, Subject::Parameter(_)) {
            self.problem("only a parameter can be compared with a number", "", node.span, None);
            return None;
        }
        let number = node.text().and_then(|text| text.trim().parse::<i64>().ok());
        if number.is_none() {
            self.problem("expected a whole number", "", node.span, None);
        }
        number
    }

    /// One of some words, of which `absent` and `given` mean whether there is a value at all.
    fn words(&mut self, nodes: &[&Node], subject: &Subject, span: Span) -> Formula {
        let mut any = Vec::new();
        let mut words: Vec<String> = Vec::new();
        for node in nodes {
            let Some(text) = self.text(node, "a value") else { continue };
            let may_be_absent = matches!(subject, Subject::Parameter(_) | Subject::Tag(_));
            match text.as_str() {
                "absent" if may_be_absent => {
                    any.push(self.atom(subject.clone(), Test::Absent, node.span, "not given".to_owned()))
                }
                "given" | "present" if may_be_absent => {
                    let absent = self.atom(subject.clone(), Test::Absent, node.span, "given".to_owned());
                    any.push(Formula::Not(Box::new(absent)));
                }
                _ => words.extend(self.checked(subject, text, node.span)),
            }
        }
        if !words.is_empty() {
            let shown = words.join(" or ");
            any.push(self.atom(subject.clone(), Test::OneOf(words), span, shown));
        }
        match any.len() {
            1 => any.pop().unwrap_or(Formula::Any(Vec::new())),
            _ => Formula::Any(any),
        }
    }

    /// The word as it is compared; a word that can never be is told.
    fn checked(&mut self, subject: &Subject, text: String, span: Span) -> Option<String> {
        let apis = self.vocabulary.apis;
        match subject {
            Subject::Fact(name) => {
                let mut facts = apis.iter().filter_map(|api| api.fact(name));
                if let Some(value) = facts.clone().find_map(|fact| fact.value(&text)) {
                    return Some(value.id.clone());
                }
                let known: Vec<&str> =
                    facts.by_ref().flat_map(|fact| &fact.values).map(|value| value.id.as_str()).collect();
                self.misspelt(&format!("value of {name}"), &text, span, &known);
                None
            }
            Subject::Api => {
                let known: Vec<&str> = apis.iter().map(|api| &*api.id).collect();
                let action = apis.iter().any(|api| api.action == text);
                if !known.contains(&text.as_str()) && !action {
                    self.misspelt("API", &text, span, &known);
                    return None;
                }
                Some(text)
            }
            Subject::Surface => {
                let mut known: Vec<&str> = surface::all().iter().map(|surface| surface.id()).collect();
                known.extend(OTHER_SURFACES);
                if !known.contains(&text.as_str()) {
                    self.misspelt("surface", &text, span, &known);
                    return None;
                }
                Some(text)
            }
            _ => Some(text),
        }
    }

    pub(super) fn atom(&mut self, subject: Subject, test: Test, span: Span, words: String) -> Formula {
        self.atoms.push(Atom { subject, test, place: Place::new(self.source, span), words });
        Formula::Atom(self.atoms.len() - 1)
    }

    /// Patterns from a text or a list of texts.
    fn globs(&mut self, node: &Node) -> Option<(GlobSet, String)> {
        let mut builder = GlobSetBuilder::new();
        let texts = self.texts(node, "a pattern");
        for (text, span) in &texts {
            match Glob::new(text) {
                Ok(glob) => {
                    builder.add(glob);
                }
                Err(error) => self.problem(format!("`{text}` is no pattern: {}", error.kind()), "", *span, None),
            }
        }
        let shown: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        Some((builder.build().ok()?, format!("like {}", shown.join(" or "))))
    }

    /// Regular expressions from a text or a list of texts.
    fn expressions(&mut self, node: &Node) -> Option<(RegexSet, String)> {
        let texts = self.texts(node, "a regular expression");
        for (text, span) in &texts {
            if let Err(error) = RegexSetBuilder::new([text]).size_limit(EXPRESSION).build() {
                let message = error.to_string();
                let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                self.problem(format!("`{text}` is no regular expression: {last}"), "", *span, None);
            }
        }
        let shown: Vec<String> = texts.iter().map(|(text, _)| format!("/{text}/")).collect();
        let set = RegexSetBuilder::new(texts.iter().map(|(text, _)| text)).size_limit(EXPRESSION).build().ok()?;
        Some((set, format!("like {}", shown.join(" or "))))
    }

    fn texts(&mut self, node: &Node, what: &str) -> Vec<(String, Span)> {
        if node.items().is_empty() {
            return self.text(node, what).map(|text| (text, node.span)).into_iter().collect();
        }
        node.items().iter().filter_map(|item| Some((self.text(item, what)?, item.span))).collect()
    }

    /// Patterns of names, or a mapping that says of which kind they are.
    fn principal(&mut self, node: &Node, depth: usize) -> Formula {
        if depth > DEEPEST {
            self.problem(format!("conditions are nested deeper than {DEEPEST} levels"), "", node.span, None);
            return Formula::All(Vec::new());
        }
        if node.text().is_some() || !node.items().is_empty() {
            return self.principal_like(node);
        }
        let mut all = Vec::new();
        for (key, value) in self.entries(node, "a principal", PRINCIPAL) {
            all.push(match key {
                "glob" => self.principal_like(value),
                "regex" => match self.expressions(value) {
                    Some((set, words)) => self.atom(Subject::Principal, Test::Found(set), value.span, words),
                    None => Formula::All(Vec::new()),
                },
                _ => Formula::Not(Box::new(self.principal(value, depth + 1))),
            });
        }
        Formula::All(all)
    }

    fn principal_like(&mut self, node: &Node) -> Formula {
        match self.globs(node) {
            Some((set, words)) => {
                let words = words.trim_start_matches("like ").to_owned();
                self.atom(Subject::Principal, Test::Like(set), node.span, words)
            }
            None => Formula::All(Vec::new()),
        }
    }

    fn path(&mut self, node: &Node) -> Formula {
        if let Some(not) = node.get("not") {
            self.entries(node, "a path", &["not"]);
            return Formula::Not(Box::new(self.path_like(not)));
        }
        self.path_like(node)
    }

    fn path_like(&mut self, node: &Node) -> Formula {
        let texts = self.texts(node, "a path");
        match Patterns::new(texts.iter().map(|(text, _)| text.as_str())) {
            Ok(patterns) => {
                let shown: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
                self.atom(Subject::Path, Test::Path(patterns), node.span, format!("in {}", shown.join(" or ")))
            }
            Err(error) => {
                self.problem(error.to_string(), "", node.span, None);
                Formula::All(Vec::new())
            }
        }
    }

    /// `between 08:00 and 20:00`, `08:00-20:00`, each with `not` in front.
    fn hours(&mut self, node: &Node) -> Formula {
        let text = node.text().unwrap_or_default().trim();
        let (negated, plain) = text.strip_prefix("not ").map_or((false, text), |rest| (true, rest.trim_start()));
        let plain = plain.strip_prefix("between ").unwrap_or(plain);
        let parts = plain.split_once(" and ").or_else(|| plain.split_once('-'));
        let minutes = parts.and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        let Some((from, to)) = minutes.filter(|(from, to)| from != to) else {
            let help = Some("Write `between 22:00 and 06:00`, or `not between 08:00 and 20:00`.".to_owned());
            self.problem(format!("`{text}` is no range of hours"), "", node.span, help);
            return Formula::All(Vec::new());
        };
        let words = format!("between {} and {}", clock(from), clock(to));
        let atom = self.atom(Subject::Time, Test::Minutes(from, to), node.span, words);
        if negated { Formula::Not(Box::new(atom)) } else { atom }
    }

    fn days(&mut self, node: &Node) -> Formula {
        let mut bits = 0_u8;
        let texts = self.texts(node, "a day of the week");
        for (text, span) in &texts {
            let lower = text.to_ascii_lowercase();
            match lower.as_str() {
                "weekdays" => bits |= WEEKDAYS,
                "weekends" => bits |= !WEEKDAYS & 0b111_1111,
                _ => match DAYS.iter().position(|day| *day == lower || (lower.len() == 3 && day.starts_with(&lower))) {
                    Some(day) => bits |= 1 << day,
                    None => {
                        let known: Vec<&str> = DAYS.into_iter().chain(["weekdays", "weekends"]).collect();
                        self.misspelt("day", text, *span, &known);
                    }
                },
            }
        }
        let shown: Vec<&str> = texts.iter().map(|(text, _)| text.as_str()).collect();
        self.atom(Subject::Time, Test::Days(bits), node.span, format!("on {}", shown.join(" or ")))
    }
}

/// The minute of the day of `08:00`; `24:00` is its end.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes) = (hours.parse::<u16>().ok()?, minutes.parse::<u16>().ok()?);
    (minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0))).then_some(hours * 60 + minutes)
}

/// A minute of the day as people write it.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
