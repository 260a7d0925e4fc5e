//! Plans: maps that say by name which functions are started when, as task queues take them.
//!
//! Part of the machine. A plan is read when it is set; the functions that it names are walked with what it gives
//! them, as programs of their own.

use std::rc::Rc;
use std::sync::Arc;

use super::call::empty_site;
use super::heap::{ObjectKind, Passed};
use super::machine::{Closure, Machine, Site};
use super::run::short;
use super::schedules::{fields, unit_amounts};
use super::symbol::{Data, Symbol};
use crate::model::Start;
use crate::source::Place;

/// Names under which a plan is set.
const NAMES: &[&str] = &["beat_schedule", "CELERYBEAT_SCHEDULE", "CELERY_BEAT_SCHEDULE"];

/// How many entries of a plan are read.
const ENTRIES: usize = 100;

/// One entry of a plan.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The last part of the name of its function.
    function: String,
    start: Start,
    /// What the function is given.
    arguments: Vec<Passed>,
}

impl Machine<'_> {
    /// Reads a plan, if a name is that of one.
    pub(super) fn plan(&mut self, name: &str, value: &Symbol) {
        if !NAMES.contains(&name) {
            return;
        }
        let Some(object) = value.single_object().and_then(|id| self.object(id)) else { return };
        let ObjectKind::Map(entries) = &object.kind else { return };
        let ids: Vec<_> = entries.iter().take(ENTRIES).filter_map(|entry| entry.value.single_object()).collect();
        let plans: Vec<Plan> = ids.into_iter().filter_map(|id| self.entry(id)).collect();
        self.plans.extend(plans);
    }

    fn entry(&self, id: usize) -> Option<Plan> {
        let object = self.object(id)?;
        let task = object.field("task")?;
        let function = task.single_text()?.rsplit('.').next()?.to_owned();
        let ObjectKind::Map(entries) = &object.kind else { return None };
        let schedule = entries.iter().find(|entry| &*entry.key == "schedule")?;
        let start = self.entry_start(&schedule.value, &schedule.value_place)?;
        let given = entries.iter().find(|entry| &*entry.key == "args");
        let elements = given.and_then(|args| self.rounds(args.value.alternatives().first()?)).unwrap_or_default();
        let place = given.map_or(&schedule.value_place, |args| &args.value_place).clone();
        let passed = |symbol| Passed { name: None, symbol, place: place.clone(), whole: place.clone(), literal: false };
        Some(Plan { function, start, arguments: elements.into_iter().map(passed).collect() })
    }

    /// A number of seconds, or the call of something that makes a schedule, with its fields as they are written.
    fn entry_start(&self, value: &Symbol, place: &Place) -> Option<Start> {
        let given =
            Passed { name: None, symbol: value.clone(), place: place.clone(), whole: place.clone(), literal: false };
        let often = match value.single()? {
            Data::Number(_) => unit_amounts(&given, 1.0),
            _ => fields(&written(place)?)?.1,
        };
        Some(Start::new(place.clone(), short(place.text()), often))
    }

    /// Walks a function with what the plans give it; false when none names it.
    pub(super) fn planned(&mut self, closure: &Rc<Closure>) -> bool {
        let name = closure.function.name.trim_end_matches("()");
        let plans: Vec<Plan> = self.plans.iter().filter(|plan| plan.function == name).cloned().collect();
        for plan in &plans {
            let site = Site { arguments: plan.arguments.clone(), ..empty_site(&plan.start.place) };
            let closure = Rc::clone(closure);
            self.as_started(vec![plan.start.clone()], &closure, |machine| {
                if site.arguments.is_empty() {
                    machine.call_as_root(&closure);
                } else {
                    machine.call_closure(&closure, &site);
                }
            });
        }
        !plans.is_empty()
    }
}

/// The named values of a call as they are written: `crontab(minute="*/30", hour=8)`.
fn written(place: &Place) -> Option<Site> {
    let (_, rest) = place.text().split_once('(')?;
    let inner = rest.trim_end().strip_suffix(')')?;
    let mut site = empty_site(place);
    let mut quote: Option<char> = None;
    let parts = inner.split(|c: char| match quote {
        Some(open) => {
            quote = Some(open).filter(|open| *open != c);
            false
        }
        None => {
            quote = Some(c).filter(|c| matches!(c, '"' | '\''));
            c == ','
        }
    });
    for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        let text = value.trim().trim_matches(['"', '\'']);
        site.arguments.push(Passed {
            name: Some((Arc::from(name.trim()), place.clone())),
            symbol: Symbol::text(text, place.clone()),
            place: place.clone(),
            whole: place.clone(),
            literal: false,
        });
    }
    Some(site)
}
