//! When the tasks of a template run, and how often: timers and loops.

use std::rc::Rc;
use std::sync::Arc;

use super::expressions::Scope;
use crate::model::{Lane, Often, Repeat, Start, Step, Value};
use crate::surface::document::File;
use crate::syntax::schedule;
use crate::syntax::yaml::Node;

/// The starts by the timers among the tasks.
pub(super) fn starts(file: &File<'_>, tasks: &Node, scope: &Scope<'_>, timers: &[&String]) -> Vec<Start> {
    let is_timer = |task: &&Rc<Node>| {
        let action = task.get("Action").and_then(|action| action.text());
        action.is_some_and(|action| timers.iter().any(|timer| timer.eq_ignore_ascii_case(action)))
    };
    tasks.items().iter().filter(is_timer).filter_map(|task| start(file, task, scope)).collect()
}

fn start(file: &File<'_>, task: &Node, scope: &Scope<'_>) -> Option<Start> {
    let properties = task.get("Properties")?;
    let kind = scope.value(property(properties, "type")?);
    let expression = property(properties, "expression")?;
    let value = scope.value(expression);
    let place = file.place_of(expression);
    let schedule = match (kind.as_text(), value.as_text()) {
        (Some(kind), Some(text)) if kind.eq_ignore_ascii_case("cron") => schedule::oos(text),
        (Some(kind), Some(text)) if kind.eq_ignore_ascii_case("rate") => schedule::rate(text),
        // One day, and no other.
        (Some(kind), _) if kind.eq_ignore_ascii_case("at") => return None,
        _ => Err("the schedule is known only when the template runs".to_owned()),
    };
    let text = value.as_text().map_or_else(|| place.text().to_owned(), str::to_owned);
    let mut start = Start::of(place, text, schedule);
    if is_overridable(&kind) || is_overridable(&value) {
        start.per_day = start.per_day.at_most();
    }
    if let Some(name) = task.get("Name")
        && let Some(text) = name.text()
    {
        start.steps.push(Step { place: file.place_of(name), label: format!("timer `{text}`") });
    }
    Some(start)
}

/// A property, whatever the case of its first letter.
fn property<'n>(properties: &'n Node, name: &str) -> Option<&'n Rc<Node>> {
    let found = properties.entries().iter().find(|(key, _)| key.text().is_some_and(|k| k.eq_ignore_ascii_case(name)));
    found.map(|(_, value)| value)
}

fn is_overridable(value: &Value) -> bool {
    value.alternatives().iter().any(|alternative| alternative.overridable)
}

/// The loop of a task; nothing when it has one round.
pub(super) fn repeat(file: &File<'_>, given: &Node, looped: &Scope<'_>) -> Option<Repeat> {
    let place = file.place(given.span);
    let (times, key) = match looped.elements.as_ref()? {
        Ok(elements) => {
            let count = u64::try_from(elements.items.len()).unwrap_or(u64::MAX);
            let times = if elements.overridable { Often::AtMost(count) } else { Often::Times(count) };
            (times, (count > 1).then(|| Arc::clone(&elements.key)))
        }
        Err((reason, _)) => (Often::Unknown(reason.clone()), None),
    };
    (times != Often::Times(1)).then_some(Repeat { place, times, key, distinct: true })
}

/// Whether the rounds of a loop run at the same time, as its control of the rate says.
pub(super) fn lane(file: &File<'_>, given: &Node, looped: &Scope<'_>) -> Option<Lane> {
    let control = given.get("RateControl")?;
    let concurrency = control.get("Concurrency")?;
    let value = looped.value(concurrency);
    let several = value.as_text().is_some_and(|text| !matches!(text.trim(), "1" | "0" | "")) && !is_overridable(&value);
    several.then(|| Lane {
        group: Arc::from(format!("the loop at {}", file.place(given.span).display())),
        number: 0,
        after: Vec::new(),
        beside_itself: true,
        place: file.place_of(concurrency),
        label: "several rounds of the loop run at the same time".to_owned(),
        retried: false,
    })
}
