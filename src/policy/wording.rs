//! What a person reads about a call that a policy does not allow.

use super::judge::Asked;
use super::rule::{Atom, Formula, Subject};
use super::truth;
use crate::finding::{Finding, Label, Severity};
use crate::matrix::{KnownCase, KnownValue};
use crate::model::Content;
use crate::ram::Truth;

/// How many values of a fact are named.
const MOST_VALUES: usize = 4;

/// The finding on a call in a case; `worlds` are those that it holds in, none where it holds in all.
pub(super) fn finding(asked: &Asked<'_>, case: &KnownCase<'_>, worlds: &[usize]) -> Finding {
    let policy = asked.policy;
    let reason = reason(asked, case, worlds);
    let argument = reason.as_ref().and_then(|(atom, _)| match &atom.subject {
        Subject::Parameter(name) => asked.call.argument(name),
        _ => None,
    });
    let place = argument.map_or(&asked.call.head, |argument| &argument.place);
    let mut message = policy.title().to_owned();
    if let Some((_, words)) = &reason {
        message.push_str(": ");
        message.push_str(words);
    }
    message.push_str(&only_for(asked, case, worlds));
    let primary = Label { place: place.clone(), text: String::new() };
    let mut finding = Finding::new(policy.rule.id.as_str(), Severity::Error, message, primary);
    finding.subject.clone_from(&asked.call.subject);
    finding.parameter = reason.as_ref().and_then(|(atom, _)| match &atom.subject {
        Subject::Parameter(name) => Some(name.clone()),
        _ => None,
    });
    if let Some(Subject::Parameter(name)) = reason.as_ref().map(|(atom, _)| &atom.subject)
        && let Some((_, KnownValue::Is(value))) = case.parameters.iter().find(|(known, _)| known == name)
    {
        let labels = value.steps.iter().map(|step| Label { place: step.place.clone(), text: step.label.clone() });
        finding.related = labels.filter(|label| label.place != finding.primary.place).collect();
    }
    if reason.as_ref().is_some_and(|(atom, _)| atom.subject == Subject::Time) {
        let starts = asked.call.runs.starts.iter().filter(|start| start.hours.is_some());
        finding.related.extend(starts.map(|start| Label { place: start.place.clone(), text: "starts it".to_owned() }));
    }
    let fix = policy.rule.fix.trim();
    finding.help = (!fix.is_empty()).then(|| fix.split("\n\n").next().unwrap_or(fix).replace('\n', " "));
    finding
}

/// The condition that makes it a violation, and what is so there.
fn reason<'a>(asked: &Asked<'a>, case: &KnownCase<'_>, worlds: &[usize]) -> Option<(&'a Atom, String)> {
    let policy = asked.policy;
    let facts = case.worlds.get(worlds.first().copied().unwrap_or(0))?;
    let known: Vec<_> = case.parameters.iter().map(|(name, value)| (*name, shown_candidate(value))).collect();
    let world = asked.world(case, facts, &known);
    let mut broken: Vec<&'a Atom> = Vec::new();
    if let Some(require) = &policy.require {
        let parts = match require {
            Formula::All(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        let failing = parts.iter().filter(|part| truth::holds(policy, part, &world) != Truth::Yes);
        failing.for_each(|part| atoms(part, &mut |number| broken.extend(policy.atoms.get(number))));
    }
    let is_broken = !broken.is_empty();
    if broken.is_empty()
        && let Some(forbid) = &policy.forbid
    {
        atoms(forbid, &mut |number| broken.extend(policy.atoms.get(number)));
        broken.retain(|atom| {
            truth::atom_holds(atom, &world) != Truth::No || matches!(atom.subject, Subject::Parameter(_))
        });
    }
    let is_parameter = |atom: &&&Atom| matches!(atom.subject, Subject::Parameter(_));
    let atom = broken.iter().find(is_parameter).or_else(|| broken.first()).copied()?;
    let words = words(asked, case, facts, atom, is_broken);
    Some((atom, words))
}

fn words(asked: &Asked<'_>, case: &KnownCase<'_>, facts: &[&str], atom: &Atom, required: bool) -> String {
    match &atom.subject {
        Subject::Parameter(name) => {
            let spelling = asked.call.spelling;
            let shown = asked.api.parameter(name).map_or(name.clone().into(), |known| known.spelled(spelling.family));
            let value = case.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value);
            let is = match value {
                Some(KnownValue::Is(alternative)) => match &alternative.content {
                    Content::Text(text) => format!("is {}", short(text)),
                    Content::Absent => "is not given".to_owned(),
                    Content::Unknown(unknown) => format!("is not known ({})", unknown.reason),
                },
                Some(KnownValue::Open) => "is one of many values".to_owned(),
                Some(KnownValue::Absent) | None => "is not given".to_owned(),
            };
            let wanted =
                if required && atom.words.starts_with("at ") { format!(", not {}", atom.words) } else { String::new() };
            format!("{}{shown} {is}{wanted}", spelling.prefix)
        }
        Subject::Fact(name) => {
            let number = case.facts.iter().position(|fact| fact == name);
            let value = number.and_then(|number| facts.get(number)).copied().unwrap_or_default();
            format!("the {name} is {value}")
        }
        Subject::Tag(key) => match asked.tags.iter().find(|(known, _)| known == key) {
            Some((_, truth::Candidate::Text(text))) => format!("the tag {key} is {}", short(text)),
            Some((_, truth::Candidate::Absent)) => format!("there is no tag {key}"),
            _ => format!("the tag {key} is not known"),
        },
        Subject::Principal => format!("{} makes it", asked.principal.unwrap_or("somebody else")),
        Subject::Time => match asked.moment {
            Some(moment) => {
                let usual = crate::syntax::when::Zone::default();
                let zone = asked.policy.zone().unwrap_or(&usual).name().to_owned();
                format!("it is made at {} ({zone})", moment.shown())
            }
            None => format!("it may be made {}", atom.words),
        },
        Subject::Api => format!("it is a call of {}", asked.api.id),
        Subject::Surface => format!("it is written for {}", asked.call.surface),
        Subject::Path => format!("it stands in {}", asked.call.head.source.path()),
    }
}

/// A value for people, on one line and not too long.
fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(60).collect();
    if line.len() < text.len() { format!("{line}…") } else { line }
}

/// For which instances it holds, where that is not all of them.
fn only_for(asked: &Asked<'_>, case: &KnownCase<'_>, worlds: &[usize]) -> String {
    if worlds.is_empty() {
        return String::new();
    }
    let mut parts = Vec::new();
    for (number, name) in case.facts.iter().enumerate() {
        let is_asked =
            asked.policy.atoms.iter().any(|atom| matches!(&atom.subject, Subject::Fact(asked) if asked == name));
        if !is_asked {
            continue;
        }
        let values = |worlds: &mut dyn Iterator<Item = usize>| {
            let mut values: Vec<&str> =
                worlds.filter_map(|world| case.worlds.get(world)?.get(number).copied()).collect();
            values.sort_unstable();
            values.dedup();
            values
        };
        let here = values(&mut worlds.iter().copied());
        let all = values(&mut (0..case.worlds.len()));
        if here.len() < all.len() && here.len() <= MOST_VALUES {
            parts.push(format!("the {name} is {}", here.join(" or ")));
        }
    }
    if parts.is_empty() { " (for some instances)".to_owned() } else { format!(" (if {})", parts.join(" and ")) }
}

fn shown_candidate<'c>(value: &KnownValue<'c>) -> truth::Candidate<'c> {
    match value {
        KnownValue::Absent => truth::Candidate::Absent,
        KnownValue::Open => truth::Candidate::Any,
        KnownValue::Is(alternative) => match &alternative.content {
            Content::Absent => truth::Candidate::Absent,
            Content::Text(text) => truth::Candidate::Text(text.as_str().into()),
            Content::Unknown(_) => truth::Candidate::Any,
        },
    }
}

fn atoms(formula: &Formula, visit: &mut dyn FnMut(usize)) {
    match formula {
        Formula::All(all) | Formula::Any(all) => all.iter().for_each(|inner| atoms(inner, visit)),
        Formula::Not(inner) => atoms(inner, visit),
        Formula::Atom(number) => visit(*number),
    }
}
