//! From reports to words: whom a finding holds for, and what its message says.

use std::fmt::Write as _;

use super::compile::ReportId;
use super::domain::World;
use super::load::Matrix;
use crate::model::Spelling;

/// How long a value may be in a message; longer ones are cut, since the source shows them anyway.
const MAX_VALUE_LENGTH: usize = 60;

/// What the placeholders of a message stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Words<'a> {
    pub(super) scope: &'a str,
    pub(super) value: Option<&'a str>,
    pub(super) right: Option<&'a str>,
    pub(super) product: Option<&'a str>,
    pub(super) spelled: Option<&'a str>,
    pub(super) nearest: Option<&'a str>,
    pub(super) call: Option<&'a str>,
    /// The parameter that the message is about: its name and its documented values.
    pub(super) parameter: Option<usize>,
}

impl Matrix {
    /// Fills the placeholders of a text. A brace that opens no known placeholder stays.
    pub(super) fn fill(&self, template: &str, words: &Words<'_>, spelling: Spelling) -> String {
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((placeholder, behind)) = after.split_once('}') else {
                text.push('{');
                rest = after;
                continue;
            };
            match self.word(placeholder, words, spelling) {
                Some(word) => text.push_str(&word),
                None => {
                    let _ = write!(text, "{{{placeholder}}}");
                }
            }
            rest = behind;
        }
        text.push_str(rest);
        text
    }

    fn word(&self, placeholder: &str, words: &Words<'_>, spelling: Spelling) -> Option<String> {
        let known = |word: Option<&str>| Some(word.unwrap_or("?").to_owned());
        let raw = words.parameter.and_then(|i| self.file.parameters.get(i));
        match placeholder {
            "scope" => Some(words.scope.to_owned()),
            "value" => Some(words.value.map_or_else(|| "?".to_owned(), display_value)),
            "name" => raw.and_then(|p| self.spelled(&p.name, spelling)).or_else(|| known(None)),
            "right" => known(words.right),
            "product" => known(words.product),
            "spelled" => Some(words.spelled.map_or_else(|| "?".to_owned(), display_value)),
            "nearest" => known(words.nearest),
            "call" => known(words.call),
            "values" => raw.map(|p| join(&p.values, "or")),
            "ranges" => raw.and_then(|p| p.ranges_text.clone()),
            other => self.spelled(other, spelling),
        }
    }

    /// A parameter's name as a source spells it, with what stands before names there.
    pub(super) fn spelled(&self, parameter: &str, spelling: Spelling) -> Option<String> {
        let parameter = self.api.parameter(parameter)?;
        Some(format!("{}{}", spelling.prefix, parameter.spelled(spelling.family)))
    }

    /// The instances that a report holds for: "PostgreSQL instances", "MySQL instances on cloud disks".
    ///
    /// `holds` are the worlds that it holds in; `everywhere` tells of any world whether the report would hold
    /// there too, so that a disk is named only where it makes a difference.
    pub(super) fn scope(&self, holds: &[World], everywhere: &dyn Fn(&World) -> bool) -> String {
        let noun = &self.file.scope_noun;
        let groups = self.scope_groups(holds, everywhere);
        let parts: Vec<String> = groups
            .iter()
            .map(|(qualifier, heads)| match qualifier.as_str() {
                "" => format!("{} {noun}", join(heads, "and")),
                _ => format!("{} {noun} {qualifier}", join(heads, "and")),
            })
            .collect();
        if parts.is_empty() { noun.clone() } else { join(&parts, "and") }
    }

    /// The same in few words: "PostgreSQL, SQL Server, MySQL on local disks".
    pub(super) fn short_scope(&self, holds: &[World], everywhere: &dyn Fn(&World) -> bool) -> String {
        let mut parts = Vec::new();
        for (qualifier, heads) in self.scope_groups(holds, everywhere) {
            parts.extend(heads.into_iter().map(|head| format!("{head} {qualifier}").trim_end().to_owned()));
        }
        parts.join(", ")
    }

    /// Groups worlds by the values of the first fact, those with the same qualification together.
    fn scope_groups(&self, holds: &[World], everywhere: &dyn Fn(&World) -> bool) -> Vec<(String, Vec<String>)> {
        let speaking: Vec<usize> =
            self.file.facts.iter().enumerate().filter(|(_, f)| f.assumed.is_none()).map(|(i, _)| i).collect();
        let Some((&head, others)) = speaking.split_first() else { return Vec::new() };
        let mut heads: Vec<u8> = holds.iter().filter_map(|w| w.get(head).copied()).collect();
        heads.sort_unstable();
        heads.dedup();
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for class in heads {
            let mine: Vec<&World> = holds.iter().filter(|w| w.get(head) == Some(&class)).collect();
            let qualifier = self.qualifier(&mine, others, everywhere);
            let title = self.fact_title(head, class);
            match groups.iter_mut().find(|(known, _)| *known == qualifier) {
                Some((_, titles)) => titles.push(title),
                None => groups.push((qualifier, vec![title])),
            }
        }
        // Those that need no qualification come first: "A and B instances and C instances on cloud disks".
        groups.sort_by_key(|(qualifier, _)| !qualifier.is_empty());
        groups
    }

    /// What else must be said of the instances of one engine: nothing where all of them are meant.
    fn qualifier(&self, worlds: &[&World], others: &[usize], everywhere: &dyn Fn(&World) -> bool) -> String {
        let mut words: Vec<String> = Vec::new();
        for &fact in others {
            let all = self.file.facts.get(fact).map_or(0, |f| f.values.len());
            let wide = worlds.iter().all(|world| {
                (0..all).filter_map(|class| u8::try_from(class).ok()).all(|class| {
                    let mut varied = **world;
                    if let Some(slot) = varied.get_mut(fact) {
                        *slot = class;
                    }
                    everywhere(&varied)
                })
            });
            if wide {
                continue;
            }
            let mut classes: Vec<u8> = worlds.iter().filter_map(|w| w.get(fact).copied()).collect();
            classes.sort_unstable();
            classes.dedup();
            let titles: Vec<String> = classes.iter().map(|&class| self.fact_title(fact, class)).collect();
            words.push(join(&titles, "and"));
        }
        words.join(" ")
    }

    pub(super) fn fact_title(&self, fact: usize, class: u8) -> String {
        let value = self.file.facts.get(fact).and_then(|f| f.values.get(usize::from(class)));
        value.map_or_else(String::new, |v| v.title.clone())
    }

    pub(super) fn raw_report(&self, report: ReportId) -> Option<&super::raw::Report> {
        self.reports.get(usize::from(report))
    }
}

/// "a", "a and b", "a, b and c".
pub(super) fn join(parts: &[String], last: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [before @ .., end] => format!("{} {last} {end}", before.join(", ")),
    }
}

/// A value as it may stand in a message: one line, no control characters, not too long.
pub(super) fn display_value(value: &str) -> String {
    let mut text = String::with_capacity(value.len().min(MAX_VALUE_LENGTH));
    for (count, c) in value.chars().enumerate() {
        if count >= MAX_VALUE_LENGTH {
            text.push('…');
            break;
        }
        if c.is_control() {
            let _ = write!(text, "{}", c.escape_default());
        } else {
            text.push(c);
        }
    }
    text
}
