//! Jobs that a scheduler starts by their class, and queues whose tasks come again and again: Quartz on both platforms,
//! Bull, Agenda.
//!
//! Part of the machine. What is registered and what it runs may stand in any order, so both are kept by name; a
//! function is looked up here when the walk comes to it.

use core::time::Duration;
use std::rc::Rc;
use std::sync::Arc;

use super::heap::{ObjectId, ObjectKind, Passed};
use super::machine::{Closure, Machine, Site};
use super::schedules::{amount, duration, unit_amounts, unit_of};
use super::symbol::{Data, Symbol};
use crate::model::{Often, Start};
use crate::source::{Place, Span};
use crate::syntax::schedule;

/// Functions that register a job with a trigger.
const REGISTERS: &[&str] = &["scheduleJob", "ScheduleJob", "AddTrigger"];

/// What stands around the name of the class of a job.
const CLASSES: &[(&str, &str)] =
    &[("newJob(", ".class"), ("JobBuilder.Create<", ">"), ("ScheduleJob<", ">"), ("AddJob<", ">")];

/// The methods of such a class that are run.
const RUNS: &[&str] = &["execute", "executeInternal", "Execute"];

/// What stands in front of a text of cron.
const CRON: &str = "ronSchedule(\"";

/// What stands in front of the length of an interval, with its unit in seconds, and what says that it goes on.
const INTERVALS: &[(&str, f64)] =
    &[("ithIntervalInSeconds(", 1.0), ("ithIntervalInMinutes(", 60.0), ("ithIntervalInHours(", 3_600.0)];
const FOR_EVER: &str = "epeatForever";

/// Intervals that go on by themselves.
const REPEATS: &[(&str, f64)] =
    &[("epeatSecondlyForever(", 1.0), ("epeatMinutelyForever(", 60.0), ("epeatHourlyForever(", 3_600.0)];

/// How much of a text is looked at.
const TEXT: usize = 4_096;

/// What is known of jobs and queues so far.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    /// Classes with what starts them.
    classes: Vec<(String, Start)>,
    /// Queues, and the functions that work on them by their addresses.
    workers: Vec<(String, usize)>,
    /// Queues with what puts a task into them again and again.
    repeats: Vec<(String, Start)>,
}

impl Machine<'_> {
    /// Notes what a call outside says of a job or a queue; whether it says anything.
    pub(crate) fn registers(&mut self, path: &str, on: Option<ObjectId>, site: &Site) -> bool {
        let name = path.rsplit('.').next().unwrap_or(path);
        match name {
            _ if REGISTERS.contains(&name) => self.registers_class(site),
            "Worker" => {
                let queue = site.arguments.first().and_then(text);
                self.works_on(queue, site)
            }
            "process" => self.works_on(self.queue(on), site),
            "define" => {
                let queue = site.arguments.first().and_then(text);
                self.works_on(queue, site)
            }
            "add" => {
                let found = self.queue(on).and_then(|queue| Some((queue, self.repeated_task(site)?)));
                self.jobs.repeats.extend(found);
                false
            }
            "every" => {
                let start = site.arguments.first().and_then(every);
                let named = site.arguments.get(1);
                let names = named.map(|passed| match passed.symbol.alternatives() {
                    [only] => self.rounds(only).unwrap_or_else(|| vec![passed.symbol.clone()]),
                    _ => Vec::new(),
                });
                let names = names.into_iter().flatten().filter_map(|name| name.single_text().cloned());
                let all = names.filter_map(|name| Some((name.to_string(), start.clone()?)));
                let before = self.jobs.repeats.len();
                self.jobs.repeats.extend(all);
                self.jobs.repeats.len() > before
            }
            _ => false,
        }
    }

    /// Walks a function that jobs and queues start; false when none does.
    pub(super) fn is_job(&mut self, closure: &Rc<Closure>) -> bool {
        let mut starts = Vec::new();
        if let Some(class) = closure.class.as_ref().filter(|_| runs_job(closure)) {
            let own = self.jobs.classes.iter().filter(|(name, _)| *name == class.class.name);
            starts.extend(own.map(|(_, start)| start.clone()));
        }
        let address = Arc::as_ptr(&closure.function) as usize;
        for (queue, _) in self.jobs.workers.iter().filter(|(_, function)| *function == address) {
            starts.extend(self.jobs.repeats.iter().filter(|(name, _)| name == queue).map(|(_, start)| start.clone()));
        }
        if starts.is_empty() {
            return false;
        }
        self.as_started(starts, closure, |machine| machine.call_as_root(closure));
        true
    }

    /// `scheduler.scheduleJob(job, trigger)`, where both are put together by chains of calls.
    fn registers_class(&mut self, site: &Site) -> bool {
        let mut places = vec![site.place.clone()];
        places.extend(site.arguments.iter().filter_map(|passed| match passed.symbol.single()? {
            Data::Unknown(hole) => hole.place.clone(),
            Data::Object(id) => self.object(*id).map(|object| object.place.clone()),
            _ => None,
        }));
        let Some(start) = places.iter().find_map(start_in) else { return false };
        let class = places.iter().find_map(|place| class_in(place.text()).into_iter().next());
        let Some(class) = class.or_else(|| {
            // A trigger names its job by a key; where the file has one job, that is it.
            let mut all = class_in(self.source.text());
            all.dedup();
            <[String; 1]>::try_from(all).ok().map(|[only]| only)
        }) else {
            return false;
        };
        self.jobs.classes.push((class, start));
        true
    }

    /// The name of the queue that an object is.
    fn queue(&self, on: Option<ObjectId>) -> Option<String> {
        let ObjectKind::Instance(instance) = &self.object(on?)?.kind else { return None };
        instance.external.as_deref()?.rsplit('.').next().filter(|class| *class == "Queue" || *class == "bull")?;
        text(instance.positional.first()?)
    }

    fn works_on(&mut self, queue: Option<String>, site: &Site) -> bool {
        let function = site.arguments.iter().find_map(|passed| match passed.symbol.single()? {
            Data::Function(closure) => Some(Arc::as_ptr(&closure.function) as usize),
            _ => None,
        });
        let (Some(queue), Some(function)) = (queue, function) else { return false };
        self.jobs.workers.push((queue, function));
        false
    }

    /// `add(data, { repeat: { every: 60000 } })`
    fn repeated_task(&self, site: &Site) -> Option<Start> {
        let object = |symbol: &Symbol| symbol.single_object().and_then(|id| self.object(id));
        site.arguments.iter().find_map(|passed| {
            let repeat = object(&passed.symbol)?.field("repeat")?;
            let ObjectKind::Map(entries) = &object(&repeat)?.kind else { return None };
            let entry = entries.iter().find(|entry| matches!(&*entry.key, "cron" | "pattern" | "every"))?;
            let place = entry.value_place.clone();
            let given =
                Passed { name: None, symbol: entry.value.clone(), place: place.clone(), whole: place, literal: false };
            match &*entry.key {
                "every" => Some(Start::new(given.place.clone(), given.place.text(), unit_amounts(&given, 0.001))),
                _ => every(&given),
            }
        })
    }
}

/// Whether a function is what is run of a job, if its class is one.
pub(super) fn runs_job(closure: &Closure) -> bool {
    closure.class.is_some() && RUNS.contains(&closure.function.name.trim_end_matches("()"))
}

fn text(passed: &Passed) -> Option<String> {
    passed.symbol.single_text().map(|text| text.to_string())
}

/// `30 minutes`, `1h`, a text of cron, or a number of milliseconds.
fn every(given: &Passed) -> Option<Start> {
    let place = given.place.clone();
    let Some(text) = given.symbol.single_text() else {
        amount(given)?;
        return Some(Start::new(place.clone(), place.text(), unit_amounts(given, 0.001)));
    };
    let of_words = || {
        let (number, unit) = text.trim().split_once(' ')?;
        Some(number.parse::<f64>().ok()? * unit_of(unit)?)
    };
    let often = match duration(text).or_else(of_words) {
        Some(seconds) => Often::from(schedule::every(Duration::try_from_secs_f64(seconds).ok()?)),
        None => Often::from(schedule::cron(text).or_else(|_| schedule::spring(text)).ok().map(Ok)?),
    };
    Some(Start::new(place, text.to_string(), often))
}

/// The schedule that a chain of calls writes out.
fn start_in(place: &Place) -> Option<Start> {
    let text = place.text();
    let text = text.get(..text.floor_char_boundary(TEXT))?;
    let at = |from: usize, length: usize| {
        let start = place.span.start as usize + from;
        Place::new(&place.source, Span::new(start, start + length))
    };
    if let Some(found) = text.find(CRON) {
        let from = found + CRON.len();
        let cron = text.get(from..)?.split('"').next()?;
        let read = schedule::quartz(cron).ok()?;
        return Some(Start::of(at(from, cron.len()), cron.to_owned(), Ok(read)));
    }
    let goes_on = text.contains(FOR_EVER);
    let intervals = INTERVALS.iter().filter(|_| goes_on).chain(REPEATS);
    intervals.into_iter().find_map(|(sign, unit)| {
        let from = text.find(sign)? + sign.len();
        let number = text.get(from..)?.split(')').next()?;
        let count: f64 = if number.trim().is_empty() { 1.0 } else { number.trim().parse().ok()? };
        let often = Often::from(schedule::every(Duration::try_from_secs_f64(count * unit).ok()?));
        let begin = from - sign.len();
        let written = text.get(begin..from + number.len() + 1)?;
        Some(Start::new(at(begin, written.len()), written, often))
    })
}

/// The classes of jobs that a text names.
fn class_in(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (before, behind) in CLASSES {
        for (found, _) in text.match_indices(before) {
            let rest = text.get(found + before.len()..).unwrap_or_default();
            let class = rest.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').next().unwrap_or_default();
            let class = class.strip_suffix(".class").unwrap_or(class);
            if rest.get(class.len()..).is_some_and(|rest| rest.starts_with(behind)) {
                all.extend(class.rsplit('.').next().map(str::to_owned));
            }
        }
    }
    all
}
