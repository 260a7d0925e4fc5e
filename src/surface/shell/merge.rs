//! One call for each place: what several visits of it saw becomes the alternatives of one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Alternative, Argument, Call, Content, Guard, GuardKind, Value};

use super::value;

/// Merges calls that stand at one place. A function that is called three times makes one call whose values
/// go through three rounds.
pub(super) fn merge(calls: Vec<Call>) -> Vec<Call> {
    let mut places: BTreeMap<(String, u32), Vec<Call>> = BTreeMap::new();
    for call in calls {
        places.entry(identity(&call)).or_default().push(call);
    }
    places.into_values().filter_map(merge_visits).collect()
}

/// What tells calls apart: where the operation stands. The program may stand elsewhere, in a wrapper.
pub(super) fn identity(call: &Call) -> (String, u32) {
    (call.head.source.path().to_owned(), call.head.span.end)
}

fn merge_visits(visits: Vec<Call>) -> Option<Call> {
    let mut merged = visits.first()?.clone();
    let mut distinct: Vec<Call> = Vec::new();
    for visit in visits {
        if !distinct.iter().any(|other| alike(other, &visit)) {
            distinct.push(visit);
        }
    }
    if distinct.len() == 1 {
        return Some(merged);
    }
    merged.guards.retain(|guard| distinct.iter().all(|visit| visit.guards.contains(guard)));
    let key: Arc<str> = Arc::from(format!("visits of {}: {}", merged.head.source.path(), merged.subject));
    let mut names: Vec<String> = Vec::new();
    for argument in distinct.iter().flat_map(|visit| &visit.arguments) {
        if !names.contains(&argument.parameter) {
            names.push(argument.parameter.clone());
        }
    }
    merged.arguments = names.iter().filter_map(|name| merge_arguments(name, &distinct, &key)).collect();
    for visit in distinct.iter().skip(1) {
        for name in &visit.unknown_names {
            if !merged.unknown_names.iter().any(|other| other.place == name.place) {
                merged.unknown_names.push(name.clone());
            }
        }
        merged.advisory &= visit.advisory;
    }
    Some(merged)
}

fn alike(a: &Call, b: &Call) -> bool {
    a.guards == b.guards
        && a.arguments.len() == b.arguments.len()
        && a.arguments
            .iter()
            .zip(&b.arguments)
            .all(|(x, y)| x.parameter == y.parameter && x.place == y.place && value::same_value(&x.value, &y.value))
}

fn merge_arguments(name: &str, visits: &[Call], key: &Arc<str>) -> Option<Argument> {
    let first = visits.iter().find_map(|visit| visit.argument(name))?;
    let mut merged = first.clone();
    let given = |visit: &Call| visit.argument(name).is_some_and(|a| a.place == first.place);
    if !visits.iter().all(given) {
        merged.literal = None;
        merged.removal = None;
    }
    // Words that a function passes on stand elsewhere each time; none of these places stands for all.
    if visits.iter().filter_map(|visit| visit.argument(name)).any(|a| a.place != first.place) {
        let head = visits.first().map_or(&first.place, |visit| &visit.head);
        merged.place = head.clone();
        merged.name = head.clone();
    }
    let same = |visit: &Call| visit.argument(name).is_some_and(|a| value::same_value(&a.value, &first.value));
    let guards_alike = visits.iter().all(|visit| visit.guards.len() == visits.first().map_or(0, |v| v.guards.len()));
    if visits.iter().all(same) && guards_alike {
        return Some(merged);
    }
    let mut all: Vec<Alternative> = Vec::new();
    for (index, visit) in visits.iter().enumerate() {
        let absent = Value::absent();
        let argument = visit.argument(name);
        let branch = u32::try_from(index).unwrap_or(u32::MAX);
        for alternative in argument.map_or(&absent, |a| &a.value).alternatives() {
            let mut alternative = alternative.clone();
            value::add_guards(&mut alternative.guards, &visit.guards);
            let round = Guard { key: Arc::clone(key), branch, kind: GuardKind::Iteration };
            value::add_guards(&mut alternative.guards, &[round]);
            if let (Some(argument), true) = (argument, alternative.steps.is_empty())
                && argument.place != merged.place
                && alternative.content != Content::Absent
            {
                let label = "the value is given here".to_owned();
                alternative.steps.push(crate::model::Step { place: argument.place.clone(), label });
            }
            all.push(alternative);
        }
    }
    merged.value = if all.len() > value::ALTERNATIVES { value::too_many() } else { Value::one_of(all) };
    Some(merged)
}
