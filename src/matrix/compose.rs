//! From what was found to a finding: message, places, what is supported instead, and edits.

use super::evaluate::{Detail, Evaluator, Held};
use super::facts::FactSource;
use super::judge::{Asked, Emission, EmissionSource};
use super::raw::{self, At};
use super::suggest::Change;
use super::values::ValueIssue;
use super::wording::{Words, display_value};
use std::sync::Arc;

use crate::finding::{Confidence, Edit, Finding, Fix, Label, Safety, Severity};
use crate::model::{Argument, Call, Content, NameKind, Step, UnknownName, Value};
use crate::source::Place;

impl Evaluator<'_> {
    /// The finding for an emission.
    pub(super) fn compose(&mut self, call: &Call, asked: &Asked<'_>, emission: &Emission) -> Finding {
        match &emission.source {
            EmissionSource::Table(held) => self.compose_table(call, asked, emission, &Arc::clone(held)),
            EmissionSource::Value(issue) => self.compose_value(call, asked, emission, issue),
        }
    }

    fn compose_table(&mut self, call: &Call, asked: &Asked<'_>, emission: &Emission, held: &Held) -> Finding {
        let matrix = self.matrix;
        let Some(raw) = matrix.raw_report(held.report) else {
            return Finding::new("internal-error", Severity::Error, "a report without a text", label(&call.head, ""));
        };
        let message = self.table_message(call, asked, emission, held);
        let mut finding = self.begin(call, asked, emission, raw, message);
        let suggestion = self.suggestion(&asked.question, held);
        if raw.offers.is_some() {
            finding.supported.clone_from(&suggestion.supported);
        }
        // With facts unknown a single change may be right everywhere; a chain of them is only a guess.
        let is_sure = held.elsewhere.is_empty() || suggestion.changes.len() == 1;
        if is_sure && !emission.in_some_worlds {
            finding.nearest = self.nearest_text(call, asked, &suggestion.changes);
        }
        if self.detail == Detail::Full {
            if finding.nearest.is_some() {
                let fix = self.fix(call, &suggestion.changes, &finding.nearest);
                let safety = if raw.harmless { Safety::Safe } else { Safety::NeedsReview };
                finding.fixes.extend(fix.map(|fix| Fix { safety, ..fix }));
            }
            finding.related.extend(self.fact_labels(call, asked, held));
        }
        finding
    }

    /// The message: what holds, and for whom else something else holds.
    fn table_message(&self, call: &Call, asked: &Asked<'_>, emission: &Emission, held: &Held) -> String {
        let mut message = String::new();
        for (report, scope) in &held.said_of {
            let Some(raw) = self.matrix.raw_report(*report) else { continue };
            let parameter = self.matrix.tables.report(*report).and_then(|r| r.parameter);
            let mut words = self.words(call, asked, parameter);
            words.scope = scope;
            let part = self.matrix.fill(&raw.message, &words, call.spelling);
            if !message.contains(&part) {
                message.push_str(if message.is_empty() { "" } else { "; " });
                message.push_str(&part);
            }
        }
        if emission.in_some_worlds {
            message.push_str(&held.where_it_holds);
        }
        message
    }

    fn compose_value(&mut self, call: &Call, asked: &Asked<'_>, emission: &Emission, issue: &ValueIssue) -> Finding {
        let matrix = self.matrix;
        let Some(raw) = matrix.file.reports.get(&issue.report) else {
            return Finding::new("internal-error", Severity::Error, "a report without a text", label(&call.head, ""));
        };
        let mut words = self.words(call, asked, emission.parameter);
        words.right = issue.right.as_deref();
        words.product = issue.product.as_deref();
        let template = raw.message_response_value.as_ref().filter(|_| issue.is_response_value).unwrap_or(&raw.message);
        let message = self.matrix.fill(template, &words, call.spelling);
        let help = raw.help.as_ref().map(|help| self.matrix.fill(help, &words, call.spelling));
        let mut finding = self.begin(call, asked, emission, raw, message);
        finding.help = help.filter(|_| self.detail == Detail::Full);
        if raw.offers.is_some() {
            finding.supported = self.supported_for_value(asked, emission);
        }
        if let (Some(right), Some(parameter)) = (&issue.right, self.parameter_index(emission.parameter)) {
            let change = Change { parameter, value: Some(right.clone()), because_of: None };
            if self.matrix.file.parameters.get(parameter).is_some_and(|p| p.ranges.is_empty()) {
                finding.supported = vec![right.clone()];
            }
            finding.nearest = self.nearest_text(call, asked, std::slice::from_ref(&change));
            let fix = self.fix(call, std::slice::from_ref(&change), &finding.nearest);
            let safety = if issue.is_sure { Safety::Safe } else { Safety::NeedsReview };
            finding.fixes.extend(fix.map(|fix| Fix { safety, ..fix }));
        }
        finding
    }

    /// What a value that is wrong by itself could be instead, for these facts.
    fn supported_for_value(&mut self, asked: &Asked<'_>, emission: &Emission) -> Vec<String> {
        let Some(raw) = self.parameter_index(emission.parameter).and_then(|i| self.matrix.file.parameters.get(i))
        else {
            return Vec::new();
        };
        if !raw.ranges.is_empty() {
            let text = |range: &raw::Range| {
                if range.from == range.to { range.from.to_string() } else { format!("{} to {}", range.from, range.to) }
            };
            return raw.ranges.iter().map(text).collect();
        }
        let dimension = emission.parameter.unwrap_or_default();
        let supported = &self.suggestion_for_value(&asked.question, dimension).supported;
        if supported.is_empty() { raw.values.clone() } else { supported.clone() }
    }

    /// The parts that every finding on a call has.
    fn begin(
        &self,
        call: &Call,
        asked: &Asked<'_>,
        emission: &Emission,
        raw: &raw::Report,
        message: String,
    ) -> Finding {
        let parameter = self.parameter_index(emission.parameter).and_then(|i| self.matrix.file.parameters.get(i));
        let argument = parameter.and_then(|p| call.argument(&p.name));
        let slot = emission.parameter.and_then(|d| asked.case.slots.get(d)).copied();
        let steps: &[Step] = slot.and_then(|s| s.alternative()).map_or(&[], |a| &a.steps);
        let primary = match (raw.at, argument) {
            (At::Value, Some(argument)) => label(&argument.place, &self.here(asked, emission, steps)),
            // A name without a value is where it has to be written.
            (_, Some(argument)) if emission.severity == Severity::Error && is_empty(&argument.value) => {
                label(&argument.name, "no value is given")
            }
            _ => label(&call.head, ""),
        };
        let mut finding = Finding::new(Arc::clone(&raw.rule), emission.severity, message, primary);
        finding.confidence = emission.confidence;
        finding.parameter = parameter.map(|p| p.name.clone());
        if self.detail == Detail::Brief {
            return finding;
        }
        finding.answer = raw.answer.as_ref().map(|code| match &raw.answer_note {
            Some(note) => format!("{code} ({note})"),
            None => code.clone(),
        });
        finding.help = raw.help.as_ref().map(|help| {
            let words = self.words(call, asked, emission.parameter);
            self.matrix.fill(help, &words, call.spelling)
        });
        finding.subject.clone_from(&call.subject);
        if raw.at == At::Value {
            finding.related.extend(step_labels(steps, &finding.primary.place));
        }
        if argument.is_none() {
            let meant = call.unknown_names.iter().filter(|n| n.nearest.is_some() && n.nearest == finding.parameter);
            finding.related.extend(meant.map(|n| label(&n.place, "this is not read as one")));
        }
        finding
    }

    /// What the caret says when the value does not stand there itself.
    fn here(&self, asked: &Asked<'_>, emission: &Emission, steps: &[Step]) -> String {
        if steps.is_empty() {
            return String::new();
        }
        self.slot_text(asked, emission.parameter)
            .map_or_else(String::new, |text| format!("\"{}\" here", display_value(text)))
    }

    fn slot_text<'c>(&self, asked: &Asked<'c>, dimension: Option<usize>) -> Option<&'c str> {
        match &asked.case.slots.get(dimension?)?.alternative()?.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    fn words<'w>(&'w self, call: &'w Call, asked: &Asked<'w>, parameter: Option<usize>) -> Words<'w> {
        let index = self.parameter_index(parameter);
        Words {
            scope: &self.matrix.file.scope_noun,
            value: self.slot_text(asked, parameter),
            parameter: index,
            call: Some(&call.subject),
            ..Words::default()
        }
    }

    fn parameter_index(&self, dimension: Option<usize>) -> Option<usize> {
        dimension?.checked_sub(self.matrix.fact_count())
    }

    /// Labels on what says which instance is meant, for the facts that the finding depends on.
    fn fact_labels(&self, call: &Call, asked: &Asked<'_>, held: &Held) -> Vec<Label> {
        let facts = held.depends_on.iter().filter_map(|&i| Some((i, asked.facts.get(i)?)));
        facts.flat_map(|(i, source)| self.fact_label(call, asked, source, i)).collect()
    }

    fn fact_label(&self, call: &Call, asked: &Asked<'_>, source: &FactSource<'_>, fact: usize) -> Vec<Label> {
        let Some(title) = self.matrix.file.facts.get(fact).map(|f| f.title.as_str()) else { return Vec::new() };
        match source {
            FactSource::Known(_, alternative) => {
                // Which instance is meant, when that takes more than one look, and where the value is written.
                let first = alternative.steps.first().filter(|_| alternative.steps.len() > 2);
                let steps = first.into_iter().chain(alternative.steps.last());
                steps.map(|step| label(&step.place, if step.label.is_empty() { title } else { &step.label })).collect()
            }
            FactSource::Prefix(class) => {
                let identifiers = self.matrix.file.identifiers.as_ref();
                let Some(argument) = identifiers.and_then(|i| call.argument(&i.parameter)) else { return Vec::new() };
                // Of several ids it is the one of this case.
                let own = self.matrix.dimensions.iter().position(|d| !d.is_fact && d.name == argument.parameter);
                let slot = own.and_then(|own| asked.case.slots.get(own)).copied();
                let named = slot.and_then(super::cases::Slot::alternative);
                let named = named.or(argument.value.alternatives().first());
                let place = named.and_then(|alternative| alternative.steps.last()).map(|step| &step.place);
                let text = format!("the id says that the {title} is {}", self.matrix.fact_title(fact, *class));
                vec![Label { place: place.unwrap_or(&argument.place).clone(), text }]
            }
            FactSource::Assumed(_) | FactSource::Unknown => Vec::new(),
        }
    }

    /// The nearest supported call, as what to write.
    fn nearest_text(&self, call: &Call, asked: &Asked<'_>, changes: &[Change]) -> Option<String> {
        let mut parts = Vec::new();
        for change in changes {
            let raw = self.matrix.file.parameters.get(change.parameter)?;
            let name = self.matrix.spelled(&raw.name, call.spelling)?;
            parts.push(match &change.value {
                Some(value) => {
                    let written = match &call.insert {
                        Some(site) => {
                            // In JSON the quote before the name belongs to what stands before it.
                            let mark = if site.between.starts_with('"') { "\"" } else { "" };
                            format!("{mark}{name}{}{}", site.between, site.quote.apply(value))
                        }
                        None => format!("{name}={value}"),
                    };
                    match change.because_of.and_then(|fact| self.known_fact(asked, fact)) {
                        Some(reason) => format!("{written} ({reason})"),
                        None => written,
                    }
                }
                None => format!("leave out {name}"),
            });
        }
        if parts.is_empty() { None } else { Some(parts.join(", ")) }
    }

    fn known_fact(&self, asked: &Asked<'_>, fact: usize) -> Option<String> {
        let title = &self.matrix.file.facts.get(fact)?.title;
        match asked.facts.get(fact)? {
            FactSource::Known(_, alternative) => match &alternative.content {
                Content::Text(text) => Some(format!("the {title} is {}", display_value(text))),
                _ => None,
            },
            _ => None,
        }
    }

    /// The edits that make the changes, when each of them can be written down.
    fn fix(&self, call: &Call, changes: &[Change], title: &Option<String>) -> Option<Fix> {
        let mut edits = Vec::new();
        for change in changes {
            let raw = self.matrix.file.parameters.get(change.parameter)?;
            let edit = match (call.argument(&raw.name), &change.value) {
                (Some(argument), Some(value)) => replace(argument, value)?,
                (Some(argument), None) => Edit { place: argument.removal.clone()?, replacement: String::new() },
                (None, Some(value)) => {
                    let site = call.insert.as_ref()?;
                    let name = self.matrix.spelled(&raw.name, call.spelling)?;
                    let written =
                        format!("{}{name}{}{}{}", site.before, site.between, site.quote.apply(value), site.after);
                    Edit { place: site.at.clone(), replacement: written }
                }
                (None, None) => continue,
            };
            edits.push(edit);
        }
        let title = title.clone()?;
        (!edits.is_empty()).then_some(Fix { title, safety: Safety::NeedsReview, edits })
    }

    /// The finding for a name that is no parameter.
    pub(super) fn compose_name(&self, call: &Call, name: &UnknownName) -> Finding {
        let names = &self.matrix.file.names;
        let nearest = name.nearest.as_ref().and_then(|n| self.matrix.spelled(n, call.spelling));
        let words = Words {
            spelled: Some(&name.spelled),
            nearest: nearest.as_deref(),
            call: Some(&call.subject),
            product: Some(&self.matrix.api.product.title),
            ..Words::default()
        };
        let template = names.texts.get(name.kind.key()).map_or("{spelled}", String::as_str);
        let message = self.matrix.fill(template, &words, call.spelling);
        let severity = if name.refused { Severity::Error } else { Severity::Warning };
        let mut finding = Finding::new(Arc::clone(&names.rule), severity, message, label(&name.place, ""));
        finding.confidence = Confidence::Certain;
        finding.parameter = Some(name.nearest.clone().unwrap_or_else(|| name.spelled.clone()));
        finding.subject.clone_from(&call.subject);
        finding.nearest = name.instead.clone().or(nearest);
        if name.kind == NameKind::Duplicate {
            finding.nearest = None;
            finding.related.extend(name.nearest.as_ref().and_then(|n| call.argument(n)).and_then(|other| {
                let is_open = other.value.alternatives().iter().any(|a| matches!(a.content, Content::Unknown(_)));
                let text = if name.refused || is_open { "given again here" } else { "this one counts" };
                (other.name != name.place).then(|| label(&other.name, text))
            }));
        }
        let rename = name.kind != NameKind::NegativeNumber && name.kind != NameKind::Duplicate;
        if let Some(instead) = finding.nearest.clone().filter(|_| rename) {
            // A name that is refused does nothing as it stands; one that is passed over begins to count.
            let is_other_spelling = matches!(name.kind, NameKind::WrongCase | NameKind::MixedStyle);
            let safety = if name.refused || is_other_spelling { Safety::Safe } else { Safety::NeedsReview };
            let edits = vec![Edit { place: name.place.clone(), replacement: instead.clone() }];
            finding.fixes.push(Fix { title: format!("write {instead}"), safety, edits });
        }
        finding
    }
}

/// Whether nothing is given, whichever way the value came.
fn is_empty(value: &Value) -> bool {
    value.alternatives().iter().all(|alternative| matches!(alternative.content, Content::Absent))
}

fn label(place: &Place, text: &str) -> Label {
    Label { place: place.clone(), text: text.to_owned() }
}

/// The way of a value as labels, without what the caret stands on anyway.
fn step_labels(steps: &[Step], primary: &Place) -> Vec<Label> {
    let others = steps.iter().filter(|step| step.place != *primary);
    others.map(|step| label(&step.place, &step.label)).collect()
}

/// An edit of a value that stands in the call as a literal.
fn replace(argument: &Argument, value: &str) -> Option<Edit> {
    let in_place = argument.value.alternatives().iter().all(|a| a.steps.is_empty());
    let quote = argument.literal.filter(|_| in_place)?;
    let replacement = quoted_alike(argument.place.text(), value).unwrap_or_else(|| quote.apply(value));
    Some(Edit { place: argument.place.clone(), replacement })
}

/// A plain word between the quotes that stand there now.
fn quoted_alike(now: &str, value: &str) -> Option<String> {
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let quote = ['"', '\''].into_iter().find(|quote| now.starts_with(*quote))?;
    let inside = now.strip_prefix(quote)?.strip_suffix(quote)?;
    (is_plain(inside) && is_plain(value)).then(|| format!("{quote}{value}{quote}"))
}
