//! What a person reads about the daily limit.
//!
//! Takes a sum that is over the limit or near to it; gives a finding with every place that takes part in it. What is
//! counted is called as the matrix says.

use super::Together;
use super::daily::{Sum, times};
use super::instance::Instance;
use super::rounds::Entry;
use super::suggest;
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::matrix::Quota;
use crate::model::{Often, Repeat, Start};

/// How many places a finding names beside its own.
const MOST_LABELS: usize = 12;

/// The longest schedule that is repeated in a label.
const LONGEST_SCHEDULE: usize = 60;

/// Minutes in a day.
const DAY: u64 = 1440;

/// The limits that hold in a run.
pub(super) struct Limits<'q> {
    quota: &'q Quota,
    /// More than this is over the limit.
    pub(super) limit: u64,
    /// From this on it is near.
    pub(super) near: u64,
}

impl<'q> Limits<'q> {
    /// The limits of the matrix; with a limit of the user, what is near keeps its share of it.
    pub(super) fn of(quota: &'q Quota, limit: Option<u32>) -> Self {
        let own = u64::from(quota.per_instance_and_day).max(1);
        let limit = limit.map_or(own, u64::from);
        let near = (limit.saturating_mul(u64::from(quota.near))).div_ceil(own);
        Self { quota, limit, near }
    }
}

/// How much it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// More than the limit.
    Exceeded,
    /// No more, but not much less.
    Near,
}

/// The finding for a sum.
pub(super) fn finding(
    sum: &Sum<'_, '_>,
    instance: &Instance,
    limits: &Limits<'_>,
    identifier: &str,
) -> Option<Together> {
    let rules = &limits.quota.rules;
    let (rule, severity) = match (sum.weight, sum.certain) {
        (Weight::Exceeded, true) => (&rules.exceeded, Severity::Error),
        (Weight::Exceeded, false) => (&rules.exceeded, Severity::Warning),
        (Weight::Near, _) => (&rules.near, Severity::Note),
    };
    let mut labels = labels(sum, instance).into_iter();
    let mut finding = Finding::new(rule.as_str(), severity, message(sum, instance, limits), labels.next()?);
    finding.confidence = if sum.certain { Confidence::Certain } else { Confidence::Possible };
    finding.parameter = Some(identifier.to_owned());
    finding.related = labels.collect();
    finding.answer = (sum.weight == Weight::Exceeded).then(|| limits.quota.code.clone());
    finding.help = help(sum, limits);
    finding.subject = subject(instance);
    let mut calls: Vec<usize> = sum.entries.iter().map(|entry| entry.number).collect();
    calls.sort_unstable();
    calls.dedup();
    Some(Together { finding, calls })
}

/// What an instance is called where nobody reads it as a sentence.
pub(super) fn subject(instance: &Instance) -> String {
    match (&instance.name, &instance.missing) {
        (Some(name), _) => name.clone(),
        (None, Some((_, reason))) => reason.clone(),
        (None, None) => String::new(),
    }
}

/// What an instance is called in a sentence.
pub(super) fn title(instance: &Instance) -> &str {
    instance.name.as_deref().unwrap_or("one instance")
}

fn message(sum: &Sum<'_, '_>, instance: &Instance, limits: &Limits<'_>) -> String {
    let number = sum.number();
    let scheduled = sum.entries.iter().any(|entry| entry.start.is_some());
    let up_to = if sum.total.sure < number { "up to " } else { "" };
    let nouns = &limits.quota.nouns;
    let noun = if number == 1 { &nouns.one } else { &nouns.many };
    let (formula, title, limit) = (sum.formula(), title(instance), limits.limit);
    let made = if scheduled {
        format!("{up_to}{formula} {noun} a day of {title}")
    } else {
        format!("{up_to}{formula} {noun} of {title} in one run")
    };
    let day = if scheduled { "" } else { " a day" };
    match sum.weight {
        Weight::Exceeded => format!("{made}: the limit is {limit}{day}"),
        Weight::Near if number == limit => {
            format!("{made}: that is the limit{}", if scheduled { "" } else { " of a day" })
        }
        Weight::Near => format!("{made}: close to the limit of {limit}{day}"),
    }
}

/// The places, the one for the caret first: the first schedule, else the outermost loop, else the last call.
fn labels(sum: &Sum<'_, '_>, instance: &Instance) -> Vec<Label> {
    let mut entries: Vec<&Entry<'_>> = sum.entries.clone();
    entries.sort_by(|a, b| a.call.head.sort_key().cmp(&b.call.head.sort_key()));
    let mut starts: Vec<&Start> = entries.iter().filter_map(|entry| entry.start).collect();
    starts.sort_by(|a, b| (a.place.sort_key(), &a.text).cmp(&(b.place.sort_key(), &b.text)));
    // One schedule may start it in several ways, and each of them is shown.
    let steps: Vec<_> = starts.iter().flat_map(|start| &start.steps).collect();
    starts.dedup_by(|a, b| a.place == b.place && a.text == b.text);
    let mut labels: Vec<Label> = starts.iter().map(|start| start_label(start)).collect();
    labels.extend(steps.into_iter().map(|step| Label { place: step.place.clone(), text: step.label.clone() }));
    labels.extend(entries.iter().flat_map(|entry| &entry.repeats).map(|repeat| repeat_label(repeat)));
    let calls = entries.iter().map(|entry| Label { place: entry.call.head.clone(), text: "this call".to_owned() });
    let mut calls: Vec<Label> = calls.collect();
    calls.dedup();
    if labels.is_empty()
        && let Some(mut last) = calls.pop()
    {
        last.text = format!("the last of these {}", sum.number());
        labels.push(last);
    }
    labels.extend(calls);
    let named = entries.iter().filter_map(|entry| entry.named_at);
    labels.extend(named.map(|step| Label { place: step.place.clone(), text: step.label.clone() }));
    labels.extend(instance.missing.iter().map(|(place, reason)| Label { place: place.clone(), text: reason.clone() }));
    shortened(labels)
}

/// Each place once, and no more of them than people read.
pub(super) fn shortened(labels: Vec<Label>) -> Vec<Label> {
    let mut kept: Vec<Label> = Vec::new();
    let mut left = 0_usize;
    for label in labels {
        if kept.iter().any(|other| other.place == label.place) {
            continue;
        }
        if kept.len() <= MOST_LABELS {
            kept.push(label);
        } else {
            left += 1;
        }
    }
    if left > 0
        && let Some(last) = kept.last_mut()
    {
        last.text.push_str(&format!(", and {left} more places"));
    }
    kept
}

fn start_label(start: &Start) -> Label {
    let shown = start.text.trim();
    let is_short = !shown.contains(['\n', '`']) && shown.chars().count() <= LONGEST_SCHEDULE && !shown.is_empty();
    let schedule = if is_short { format!("`{shown}`") } else { "this schedule".to_owned() };
    let text = match &start.per_day {
        Often::Times(1) => format!("{schedule} starts it once a day"),
        Often::Times(times) => format!("{schedule} starts it {times} times a day"),
        Often::AtMost(times) => format!("{schedule} starts it up to {times} times a day"),
        Often::Unknown(reason) => format!("how often {schedule} starts it is not known: {reason}"),
    };
    Label { place: start.place.clone(), text }
}

fn repeat_label(repeat: &Repeat) -> Label {
    let text = match &repeat.times {
        Often::Times(times) => format!("repeats it {times} times"),
        Often::AtMost(times) => format!("repeats it up to {times} times"),
        Often::Unknown(reason) => format!("how often it is repeated is not known: {reason}"),
    };
    Label { place: repeat.place.clone(), text }
}

/// What to write instead, and what the number depends on.
fn help(sum: &Sum<'_, '_>, limits: &Limits<'_>) -> Option<String> {
    let mut sentences: Vec<String> = Vec::new();
    match sum.weight {
        Weight::Near => sentences.extend(limits.quota.near_because.clone()),
        Weight::Exceeded => sentences.push(advice(sum, limits)),
    }
    if sum.total.sure < sum.number() {
        if sum.entries.iter().any(|entry| !entry.term.choices.is_empty()) {
            sentences.push("Whether all of them are made depends on conditions.".to_owned());
        }
        if sum.entries.iter().any(|entry| entry.term.dated.is_some()) {
            sentences.push("Whether they fall on one day is not known.".to_owned());
        }
        if sum.entries.iter().any(|entry| entry.overridable) {
            sentences.push("Another instance may be set from outside.".to_owned());
        }
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn advice(sum: &Sum<'_, '_>, limits: &Limits<'_>) -> String {
    let limit = limits.limit;
    let mut starts: Vec<&Start> = sum.entries.iter().filter_map(|entry| entry.start).collect();
    starts.sort_by(|a, b| (a.place.sort_key(), &a.text).cmp(&(b.place.sort_key(), &b.text)));
    starts.dedup_by(|a, b| a.place == b.place && a.text == b.text);
    let nouns = &limits.quota.nouns;
    match starts.as_slice() {
        [] => format!("No more than {limit} {} of one instance are taken in a day.", nouns.many),
        [only] => {
            let in_a_run = sum.entries.iter().fold(0_u64, |all, entry| all.saturating_add(entry.in_a_run)).max(1);
            let runs = limit / in_a_run;
            if runs == 0 {
                return format!("One start makes {in_a_run} already; no more than {limit} are taken in a day.");
            }
            let minutes = DAY.div_ceil(runs);
            match suggest::at_most(&only.text, runs) {
                Some(better) => {
                    let number = better.per_day.saturating_mul(in_a_run);
                    format!("At most every {minutes} minutes: `{}` makes {number} a day.", better.text)
                }
                None => format!("At most every {minutes} minutes."),
            }
        }
        several => several_starts(several, sum, limit),
    }
}

/// The largest of several schedules is the one to make rarer.
fn several_starts(starts: &[&Start], sum: &Sum<'_, '_>, limit: u64) -> String {
    let general = format!("Together they may make no more than {limit} a day.");
    let largest = starts.iter().rev().max_by_key(|start| times(&start.per_day).unwrap_or(0));
    let Some(largest) = largest else { return general };
    let is_largest =
        |entry: &Entry<'_>| entry.start.is_some_and(|s| s.place == largest.place && s.text == largest.text);
    let own = sum.entries.iter().filter(|entry| is_largest(entry));
    let (own, in_a_run) = own.fold((0_u64, 0_u64), |(most, run), entry| {
        (most.saturating_add(entry.term.most), run.saturating_add(entry.in_a_run))
    });
    let others = sum.number().saturating_sub(own);
    let runs = limit.saturating_sub(others).checked_div(in_a_run).unwrap_or(0);
    match suggest::at_most(&largest.text, runs) {
        Some(better) => {
            let number = better.per_day.saturating_mul(in_a_run).saturating_add(others);
            format!("{general} With `{}` instead of `{}` they make {number}.", better.text, largest.text)
        }
        None => general,
    }
}
