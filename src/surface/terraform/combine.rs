//! Computing with several alternatives at once: each combination that can hold together.

use std::rc::Rc;
use std::sync::Arc;

use super::symbol::{self, Data, Possible, Symbol, compatible, merge_guards};
use crate::model::{Guard, GuardKind};
use crate::source::Place;

/// Of how many entries one is taken by an unknown key before the result is simply unknown.
const CHOICE_LIMIT: usize = 16;

/// The keys and values of a collection, and where each key is written; nothing when it is none.
pub(super) fn elements_of(collection: &symbol::Possible) -> Option<Vec<(Symbol, Symbol, Option<Place>)>> {
    #[allow(clippy::cast_precision_loss, reason = "a position in a list is small")]
    let number = |index: usize| Symbol::new(Data::Number(index as f64));
    match &collection.data {
        Data::List(list) => Some(
            list.iter()
                .enumerate()
                .map(|(i, e)| (number(i), e.inside(collection, None, &format!("element {i}")), None))
                .collect(),
        ),
        Data::Set(set) => Some(
            set.iter()
                .map(|e| {
                    let value = e.inside(collection, None, "element of the set");
                    (value.clone(), value, None)
                })
                .collect(),
        ),
        Data::Map(entries) => Some(
            entries
                .iter()
                .map(|entry| {
                    let label = format!("entry `{}`", entry.key);
                    let value = entry.value.inside(collection, entry.place.as_ref(), &label);
                    (Symbol::text(Rc::clone(&entry.key)), value, entry.place.clone())
                })
                .collect(),
        ),
        _ => None,
    }
}

impl Symbol {
    /// The alternatives under one more guard.
    pub(super) fn guarded_by(self, guard: crate::model::Guard) -> Vec<symbol::Possible> {
        let guards = [guard];
        let mut alternatives = self.into_alternatives();
        alternatives.retain(|a| compatible(&a.guards, &guards));
        alternatives.iter_mut().for_each(|a| merge_guards(&mut a.guards, &guards));
        alternatives
    }
}

/// Computes something for every combination of alternatives that can hold together.
pub(super) fn combine(
    operands: &[Symbol],
    place: &Place,
    mut compute: impl FnMut(&[&symbol::Possible]) -> Symbol,
) -> Symbol {
    let mut combinations: Vec<Vec<&symbol::Possible>> = vec![Vec::new()];
    for operand in operands {
        let mut next = Vec::new();
        for combination in &combinations {
            for alternative in operand.alternatives() {
                if combination.iter().all(|other| compatible(&other.guards, &alternative.guards)) {
                    let mut longer = combination.clone();
                    longer.push(alternative);
                    next.push(longer);
                }
            }
        }
        if next.len() > symbol::ALTERNATIVES_LIMIT {
            return Symbol::unknown("it may be too many things", Some(place.clone()), place.display());
        }
        combinations = next;
    }
    let mut results = Vec::new();
    for combination in combinations {
        let overridable = combination.iter().any(|a| a.overridable);
        let mut guards = Vec::new();
        combination.iter().for_each(|a| merge_guards(&mut guards, &a.guards));
        // What cannot hold together with what it was made from never happens.
        let held = compute(&combination).into_alternatives().into_iter().filter(|a| compatible(&a.guards, &guards));
        results.extend(held.map(|mut a| {
            a.overridable |= overridable;
            merge_guards(&mut a.guards, &guards);
            a
        }));
        if results.len() > symbol::ALTERNATIVES_LIMIT {
            break;
        }
    }
    Symbol::one_of(results, Some(place))
}

/// One of the entries of a collection, by a key that is not known.
pub(super) fn choice(collection: &Possible, name: &str, reason: &str, place: &Place) -> Symbol {
    let unknown = || Symbol::unknown(reason, Some(place.clone()), format!("[{name}]"));
    let entries: Vec<(String, Symbol)> = match &collection.data {
        Data::Resource(_) | Data::Listing(_) | Data::Module(_) => {
            return Symbol::one_of(vec![collection.clone()], None);
        }
        Data::Map(map) if map.len() <= CHOICE_LIMIT => elements_of(collection)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|(k, v, _)| Some((k.single_text()?.to_string(), v)))
            .collect(),
        Data::List(list) if list.len() <= CHOICE_LIMIT => elements_of(collection)
            .unwrap_or_default()
            .into_iter()
            .enumerate()
            .map(|(i, (_, v, _))| (i.to_string(), v))
            .collect(),
        _ => return unknown(),
    };
    if let [(_, only)] = entries.as_slice() {
        return only.clone();
    }
    let mut alternatives = Vec::new();
    for (key, value) in entries {
        // One unknown key takes the same entry of every collection.
        let branch = xxhash_rust::xxh3::xxh3_64(key.as_bytes()) as u32;
        let guard = Guard { key: Arc::from(name), branch, kind: GuardKind::Conditional };
        alternatives.extend(value.guarded_by(guard));
    }
    if alternatives.is_empty() { unknown() } else { Symbol::one_of(alternatives, Some(place)) }
}
