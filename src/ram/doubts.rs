//! Why a decision is not known, in words for people.

use super::compare::Doubt;
use super::condition::{self, Operator};
use super::evaluate::{Context, Decision, Known, Layers, Outcome, Request, is_about_action, is_about_resource};
use super::pattern::{self, Case};
use super::truth::Truth;
use crate::model::{Condition, Effect, Piece, Statement, Template, Templates};
use crate::source::Place;

/// What a decision depends on; nothing for one that is certain.
#[must_use]
pub fn doubts(decision: &Decision<'_>, request: &Request<'_>) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = Vec::new();
    if decision.outcome != Outcome::Unknown {
        return doubts;
    }
    for deciding in &decision.deciding {
        of_statement(deciding.statement, request, &mut doubts);
    }
    let mut seen: Vec<Doubt> = Vec::new();
    for doubt in doubts {
        if !seen.iter().any(|known| known.words == doubt.words) {
            seen.push(doubt);
        }
    }
    seen
}

/// What it depends on whether control policies allow a request.
#[must_use]
pub fn limits(layers: &Layers<'_>, request: &Request<'_>) -> Vec<Doubt> {
    let unknown = layers.controls.iter().filter(|control| control.decide(request).outcome == Outcome::Unknown);
    let doubt = |words: &String, place: Option<&Place>| Doubt { words: words.clone(), place: place.cloned() };
    unknown
        .flat_map(|control| {
            let place = control.places.first().copied();
            control.doubt.iter().chain(&control.open).map(move |words| doubt(words, place))
        })
        .collect()
}

fn of_statement(statement: &Statement, request: &Request<'_>, doubts: &mut Vec<Doubt>) {
    let place = &statement.place;
    let mut add = |words: String, place| doubts.push(Doubt { words, place: Some(place) });
    if statement.effect == Effect::Unknown {
        add("whether this statement allows or denies is not known".to_owned(), place.clone());
    }
    if is_about_action(statement, request.action) == Truth::Maybe {
        let words = texts(statement.actions.as_ref(), statement.not_actions.as_ref(), &[]).unwrap_or_else(|| {
            "what a statement without exactly one list of actions is about is not documented".into()
        });
        add(words, place.clone());
    }
    if is_about_resource(statement, request.resource) == Truth::Maybe {
        let resources = (statement.resources.as_ref(), statement.not_resources.as_ref());
        let words = texts(resources.0, resources.1, request.resource).unwrap_or_else(|| {
            "what a statement without exactly one list of resources is about is not documented".into()
        });
        let at = resources.0.or(resources.1).map_or(place, |texts| &texts.place);
        add(words, at.clone());
    }
    for condition in &statement.conditions {
        if condition::holds(condition, request.context) == Truth::Maybe {
            add(of_condition(condition, request.context), condition.key_place.clone());
        }
    }
    if let Some(reason) = &statement.more_conditions {
        add(format!("this statement may have further conditions: {reason}"), place.clone());
    }
}

/// What keeps texts from being compared; nothing when there is not exactly one list of them.
fn texts(these: Option<&Templates>, others: Option<&Templates>, wanted: &[Piece]) -> Option<String> {
    let list = match (these, others) {
        (Some(list), None) | (None, Some(list)) => list,
        _ => return None,
    };
    if let Some(reason) = &list.open {
        return Some(format!("there may be more in this list than is seen: {reason}"));
    }
    let not_known = |template: &&Template| template.text().is_none();
    if let Some(template) = list.all.iter().find(not_known) {
        return Some(format!("what {} is filled in with is not known", template.shown()));
    }
    let all: Vec<&str> = wanted.iter().filter_map(hole).collect();
    let mut holes: Vec<&str> = all.iter().copied().filter(|words| matters(list, wanted, words)).collect();
    if holes.is_empty() {
        holes = all;
    }
    let shown: Vec<String> = list.all.iter().take(3).map(Template::shown).collect();
    Some(format!("whether {} names the instance depends on {}", shown.join(", "), holes.join(" and ")))
}

fn hole(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Hole(words) => Some(words),
        Piece::Text(_) => None,
    }
}

/// Whether a part that is not known can keep a pattern from matching, be it what no pattern names.
fn matters(patterns: &Templates, wanted: &[Piece], words: &str) -> bool {
    let other = |piece: &Piece| match hole(piece) {
        Some(own) if own == words => Piece::Text("\u{0}".to_owned()),
        _ => piece.clone(),
    };
    let filled: Vec<Piece> = wanted.iter().map(other).collect();
    patterns.all.iter().any(|pattern| {
        let says = |wanted: &[Piece]| pattern::matches(&pattern.pieces, wanted, Case::Sensitive);
        says(wanted) == Truth::Maybe && says(&filled) == Truth::No
    })
}

fn of_condition(condition: &Condition, context: &Context) -> String {
    let key = &condition.key;
    if Operator::parse(&condition.operator).is_none() {
        return format!("what the service makes of {} is not documented", condition.operator);
    }
    match context.get(key) {
        Known::Nothing => format!("which {key} the request has is not known"),
        Known::Absent => format!("what {} says of a request without {key} is not documented", condition.operator),
        Known::Values(_) => format!("what {key} is compared with is not known"),
    }
}
