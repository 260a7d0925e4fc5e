//! `ram-ineffective-condition`: a condition that no request of the call can meet.

use super::{About, finding, label, possible};
use crate::finding::{Edit, Finding, Fix, Safety, Severity};
use crate::model::{Condition, Statement, Template, naming};
use crate::ram::condition::{Comparison, Operator, Order, holds};
use crate::ram::data::{self, KeyNote};
use crate::ram::evaluate::Context;
use crate::ram::pattern::Case;
use crate::ram::truth::Truth;

const RULE: &str = "ram-ineffective-condition";

/// What is wrong with the conditions of a statement; one finding for each condition.
pub(super) fn findings(about: &About<'_>, statement: &Statement) -> Vec<Finding> {
    let entries = about.entries(statement);
    if !entries.iter().any(|entry| about.names_service(entry)) {
        return Vec::new();
    }
    let all = statement.conditions.iter().enumerate();
    all.filter_map(|(number, condition)| {
        operator(condition)
            .or_else(|| key(about, condition))
            .or_else(|| value(condition))
            .or_else(|| contradiction(condition, statement.conditions.get(..number).unwrap_or_default()))
    })
    .map(|mut finding| {
        finding.parameter = Some(about.elements().condition.clone());
        finding
    })
    .collect()
}

/// An operator that the language does not have.
fn operator(condition: &Condition) -> Option<Finding> {
    if Operator::parse(&condition.operator).is_some() || condition.operator.contains(['{', '$']) {
        return None;
    }
    let known = data::language().operators.known.iter().map(|operator| operator.name.as_str());
    let nearest = naming::nearest(&condition.operator, known);
    let message = format!("policies have no operator {}", condition.operator);
    let mut found = finding(RULE, Severity::Warning, message, &condition.operator_place, "no operator");
    found.help = Some(
        "Whether the service refuses the policy or leaves the condition out is not documented; neither is what is meant."
            .to_owned(),
    );
    found.nearest = nearest.map(str::to_owned);
    Some(found)
}

/// A key that no request has.
fn key(about: &About<'_>, condition: &Condition) -> Option<Finding> {
    let keys = &data::language().keys;
    let (name, tag) = condition.key.split_once('/').map_or((condition.key.as_str(), None), |(n, t)| (n, Some(t)));
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let own = about.permission.condition_keys.iter().find(|key| is(key));
    if let Some(missing) = keys.not_supplied.iter().find(|m| is(&m.key) && has(&m.services, about.service)) {
        let instead = format!("{}/{}", missing.instead, tag.unwrap_or("<key>"));
        let message = format!(
            "{} does not supply {}, so this never holds: the tags of its instances are {instead}",
            about.api.product.title, condition.key
        );
        let mut found = finding(RULE, Severity::Warning, message, &condition.key_place, "not supplied");
        found.help = Some(format!("Told by {}.", missing.source));
        found.nearest = Some(instead.clone());
        found.fixes.extend(tag.and_then(|_| other_key(condition, &instead)));
        return Some(found);
    }
    if let Some(own) = own {
        return own_key(condition, own, tag);
    }
    if keys.common.iter().chain(&keys.common_tags).any(|known| is(known)) {
        return None;
    }
    let (service, _) = name.split_once(':')?;
    let vendor = data::language().foreign.iter().find(|f| f.keys.iter().any(|key| name.starts_with(key.as_str())));
    let is_supplied =
        |key: &&String| !keys.not_supplied.iter().any(|m| m.key == **key && has(&m.services, about.service));
    let known = about.permission.condition_keys.iter().chain(&keys.common).chain(&keys.common_tags);
    let nearest = naming::nearest(name, known.filter(is_supplied).map(String::as_str));
    let why = match vendor {
        Some(vendor) => format!("{} is a key of {}, which no request to RAM has", condition.key, vendor.vendor),
        None if service.eq_ignore_ascii_case(about.service) => {
            let action = &about.permission.action;
            format!("{} does not supply {} with {action}", about.api.product.title, condition.key)
        }
        // The list of common keys may not be complete: a name that is like none of them may be right.
        None if service == keys.prefix && nearest.is_some() => format!("no common key is called {}", condition.key),
        None => return None,
    };
    let mut found = finding(RULE, Severity::Warning, why, &condition.key_place, "no such key");
    found.nearest = nearest.map(|key| tag.map_or_else(|| key.to_owned(), |tag| format!("{key}/{tag}")));
    found.supported = about.permission.condition_keys.clone();
    Some(possible(found))
}

/// A key of the service: with tags it needs the name of one.
fn own_key(condition: &Condition, own: &str, tag: Option<&str>) -> Option<Finding> {
    let keys = &data::language().keys;
    let noted = |notes: &[KeyNote]| notes.iter().any(|note| note.key.eq_ignore_ascii_case(own));
    if tag.is_none_or(str::is_empty) && noted(&keys.tags) {
        let message = format!("{own} names no tag: write {own}/<key>");
        let mut found = finding(RULE, Severity::Note, message, &condition.key_place, "which tag?");
        found.nearest = Some(format!("{own}/<key>"));
        found.help = Some("The pages of the API print the key like this, for any tag.".to_owned());
        return Some(possible(found));
    }
    let is_exact = matches!(Operator::parse(&condition.operator)?.comparison, Comparison::Text(Case::Sensitive));
    let capital = |text: &str| text.chars().any(char::is_uppercase);
    if !noted(&keys.small_letters) || !is_exact {
        return None;
    }
    let value = condition.values.all.iter().find(|value| value.text().is_some_and(capital))?;
    let message = format!("{} may never be the value of a tag: tags were kept in small letters", value.shown());
    let mut found = finding(RULE, Severity::Note, message, &value.place, "capital letters");
    found.help = Some(format!("Told by {}.", keys.small_letters.iter().map(|n| n.source.as_str()).next()?));
    Some(possible(found))
}

fn has(services: &[String], service: &str) -> bool {
    services.iter().any(|known| known.eq_ignore_ascii_case(service))
}

fn other_key(condition: &Condition, key: &str) -> Option<Fix> {
    let written = condition.key_place.text();
    let replacement = written.replace(&condition.key, key);
    let edit = Edit { place: condition.key_place.clone(), replacement };
    (edit.replacement != written).then(|| Fix {
        title: format!("write {key}"),
        safety: Safety::NeedsReview,
        edits: vec![edit],
    })
}

/// Values none of which can be compared with.
fn value(condition: &Condition) -> Option<Finding> {
    let operator = Operator::parse(&condition.operator)?;
    if condition.values.open.is_some() {
        return None;
    }
    let first = condition.values.all.first()?;
    if condition.values.all.iter().all(|value| !operator.takes(value)) {
        let wanted = match operator.comparison {
            Comparison::Number(_) => "a number",
            Comparison::Moment(_) => "a time like 2026-01-01T00:00:00+08:00",
            Comparison::Bool => "true or false",
            Comparison::Address => "an address or a range like 192.0.2.0/24",
            Comparison::Text(_) | Comparison::Like => "a text",
        };
        let message = format!("{} compares with {wanted}, and {} is none", condition.operator, first.shown());
        return Some(finding(RULE, Severity::Warning, message, &first.place, "cannot be compared"));
    }
    let is_text = matches!(operator.comparison, Comparison::Text(_));
    let wild = |value: &&Template| value.text().is_some_and(|text| text.contains('*') && text != "*");
    let literal = condition.values.all.iter().find(wild).filter(|_| is_text)?;
    let like = like(&condition.operator)?;
    let message =
        format!("{} takes the * in {} as it is: with {like} it is a wildcard", condition.operator, literal.shown());
    let mut found = finding(RULE, Severity::Warning, message, &literal.place, "no wildcard here");
    found.related.push(label(&condition.operator_place, "compares letter by letter"));
    found.nearest = Some(like.to_owned());
    found.fixes.extend(other_operator(condition, like));
    Some(possible(found))
}

/// The operator with wildcards that is nearest to one without.
fn like(operator: &str) -> Option<&'static str> {
    let negated = Operator::parse(operator)?.negated;
    let known = data::language().operators.known.iter();
    known
        .filter(|entry| entry.compares == data::Compares::Pattern && entry.negated == negated)
        .map(|entry| entry.name.as_str())
        .next()
}

fn other_operator(condition: &Condition, like: &str) -> Option<Fix> {
    let written = condition.operator_place.text();
    let replacement = written.replace(&condition.operator, like);
    let edit = Edit { place: condition.operator_place.clone(), replacement };
    (edit.replacement != written).then(|| Fix {
        title: format!("write {like}"),
        safety: Safety::NeedsReview,
        edits: vec![edit],
    })
}

/// A condition that no value meets which an earlier one on the same key lets through.
fn contradiction(condition: &Condition, earlier: &[Condition]) -> Option<Finding> {
    let other =
        earlier.iter().find(|other| other.key.eq_ignore_ascii_case(&condition.key) && exclude(other, condition))?;
    let message = format!("no value of {} meets this and {} as well", condition.key, other.operator);
    let mut found = finding(RULE, Severity::Warning, message, &condition.operator_place, "never together");
    found.related.push(label(&other.operator_place, "with this"));
    found.help = Some("All conditions of a statement must hold; values in one list are alternatives.".to_owned());
    Some(found)
}

/// Whether two conditions on one key never hold together.
fn exclude(a: &Condition, b: &Condition) -> bool {
    listed_excludes(a, b) || listed_excludes(b, a) || apart(a, b) || apart(b, a)
}

/// Whether every value that one condition lists fails the other one.
fn listed_excludes(listing: &Condition, other: &Condition) -> bool {
    let Some(operator) = Operator::parse(&listing.operator) else { return false };
    let lists =
        matches!(operator.comparison, Comparison::Text(Case::Sensitive) | Comparison::Bool) && !operator.negated;
    if !lists || listing.values.open.is_some() || listing.values.all.is_empty() {
        return false;
    }
    listing.values.all.iter().all(|value| {
        let Some(text) = value.text() else { return false };
        let mut context = Context::default();
        context.set(&other.key, vec![text.to_owned()]);
        holds(other, &context) == Truth::No
    })
}

/// Whether one condition wants more than the other one allows.
fn apart(low: &Condition, high: &Condition) -> bool {
    let order = |condition: &Condition| match Operator::parse(&condition.operator)? {
        Operator { comparison: Comparison::Moment(order) | Comparison::Number(order), negated: false, .. } => {
            Some(order)
        }
        _ => None,
    };
    let (Some(Order::Greater | Order::AtLeast), Some(Order::Less | Order::AtMost)) = (order(low), order(high)) else {
        return false;
    };
    let [bound] = low.values.all.as_slice() else { return false };
    let Some(text) = bound.text() else { return false };
    if low.values.open.is_some() {
        return false;
    }
    // A value at the lower bound fails the upper one; those above it do so all the more.
    let mut context = Context::default();
    context.set(&high.key, vec![text.to_owned()]);
    holds(high, &context) == Truth::No
}
