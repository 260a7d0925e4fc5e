//! How often Terraform makes a call in one run, and which calls it makes at the same time.
//!
//! Part of the surface. Elements of a `count` or a `for_each` are calls of their own where they differ; where they do
//! not, the call is repeated. Everything that no dependency keeps apart is made at the same time.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::dependencies::{Dependencies, Node};
use super::evaluate::{Evaluator, Instance};
use super::module::{Declaration, Module};
use super::symbol::{Data, Symbol, compatible};
use crate::model::{Call, Guard, Lane, Often, Repeat, Runs, Target};
use crate::source::Place;
use crate::surface::display;

/// How many calls of one root are told apart by what they wait for.
const LANE_LIMIT: usize = 400;

/// How a resource is repeated without making calls of their own.
#[derive(Debug, Clone)]
pub(super) enum Again {
    /// It is not.
    Once,
    /// So often, by `count`, all alike.
    Alike(usize),
    /// Each element is a call, but somebody outside may want others.
    Perhaps,
    /// Nobody can tell how often; whether each element takes something else.
    Unknown { distinct: bool },
}

/// How often a call is made, as far as it alone tells.
pub(super) fn of_call(root: &Path, declaration: &Declaration, again: &Again, overridable: bool) -> Runs {
    let folder = display(root);
    let program = if folder.is_empty() { ".".to_owned() } else { folder };
    let attribute = declaration.attribute("count").or_else(|| declaration.attribute("for_each"));
    let place = attribute.map_or_else(|| declaration.header(), |(source, a)| Place::new(source, a.span));
    let times = match again {
        Again::Once => None,
        Again::Alike(1) | Again::Perhaps if overridable => Some(Often::AtMost(1)),
        Again::Alike(1) | Again::Perhaps => None,
        Again::Alike(count) => {
            let count = u64::try_from(*count).unwrap_or(u64::MAX);
            Some(if overridable { Often::AtMost(count) } else { Often::Times(count) })
        }
        Again::Unknown { .. } => Some(Often::Unknown("it is known only when Terraform runs".to_owned())),
    };
    let distinct = matches!(again, Again::Unknown { distinct: true });
    let repeats = times.map(|times| Repeat { place, times, key: None, distinct }).into_iter().collect();
    Runs { repeats, program, ..Runs::default() }
}

/// What stands for the instance of a call.
pub(super) fn target(id: &Symbol, guards: &[Guard], subject: &str) -> Option<Target> {
    let mut held = id.alternatives().iter().filter(|a| compatible(&a.guards, guards));
    let only = held.next().filter(|_| held.next().is_none())?;
    let (name, certain) = match &only.data {
        Data::Id(reference) => (reference.address.clone(), true),
        // Which of the listed ones it is, nobody can tell; another call may mean another one.
        Data::Listing(reference) | Data::Resource(reference) => (format!("{} for {subject}", reference.address), false),
        Data::Unknown(hole) => (hole.name.to_string(), false),
        _ => return None,
    };
    Some(Target { name: Arc::from(name), certain })
}

/// A call and the resource that makes it.
pub(super) struct Made {
    /// The call's number among those of the root.
    pub(super) call: usize,
    pub(super) instance: Rc<Instance>,
    pub(super) declaration: Arc<Declaration>,
}

/// Says of the calls of a root which of them are made at the same time.
pub(super) fn fill_lanes(evaluator: &Evaluator<'_>, root: &Arc<Module>, made: &[Made], calls: &mut [Call]) {
    let alone = made.len() < 2 && calls.iter().all(|call| call.runs.repeats.is_empty());
    if alone || made.len() > LANE_LIMIT {
        return;
    }
    let mut dependencies = Dependencies::of(evaluator, root);
    let nodes: Vec<Option<Node>> =
        made.iter().map(|made| dependencies.node(&made.instance, &made.declaration)).collect();
    let mut lanes = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        let Some(node) = node else { return };
        let Some(before) = dependencies.before(node) else { return };
        let is_before =
            |other: &Option<Node>| other.as_ref().is_some_and(|other| other != node && before.contains(other));
        let after = nodes.iter().enumerate().filter(|(_, other)| is_before(other)).map(|(i, _)| small(i));
        lanes.push((small(number), after.collect::<Vec<u32>>()));
    }
    let group: Arc<str> = Arc::from(format!("terraform {}", root.folder.display()));
    for (made, (number, after)) in made.iter().zip(lanes) {
        let Some(call) = calls.get_mut(made.call) else { continue };
        let beside_itself = call.runs.repeats.iter().any(|repeat| match &repeat.times {
            Often::Times(times) | Often::AtMost(times) => *times > 1,
            Often::Unknown(_) => repeat.distinct,
        });
        let label = if beside_itself {
            "its elements are made at the same time"
        } else {
            "nothing makes it wait for the others"
        };
        call.runs.lanes.push(Lane {
            group: Arc::clone(&group),
            number,
            after,
            beside_itself,
            place: call.head.clone(),
            label: label.to_owned(),
            retried: true,
        });
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
