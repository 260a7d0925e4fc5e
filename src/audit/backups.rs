//! Accepted calls compared with the backup sets that there are.
//!
//! A call that the service took starts a job; whether a backup set came of it stands elsewhere. Only calls within the
//! time that the list speaks of are compared: older sets may have been deleted, newer ones may not be listed yet.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::context::{Context, InstanceCalls};
use crate::finding::{Finding, Label, Severity};
use crate::model::Api;
use crate::source::{Place, Source, Span};
use crate::trail::{Outcome, Survivor};

/// The rule.
const NOT_MADE: &str = "backup-not-made";
/// The key of what the matrix says of the list.
const BINDING: &str = "backup-sets";
/// A set may be stamped this much before its call: clocks differ, and some stamps have no seconds.
const EARLY: i64 = 120_000;
/// A set begins at most this long after its call.
const LATE: i64 = 6 * 3_600_000;

/// One backup set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSet {
    /// The instance.
    pub instance: String,
    /// When it was begun, in milliseconds.
    pub start: i64,
    /// Whether it failed.
    pub failed: bool,
    /// Where the list stands.
    pub file: String,
    /// What the list calls its state.
    pub status: String,
}

/// How the list of backup sets is written.
#[derive(Debug, Deserialize)]
struct Names {
    instance: String,
    start: String,
    status: String,
    failed: Vec<String>,
    mode: String,
    automatic: Vec<String>,
}

/// The backup sets in a JSON text, wherever they stand in it; those that the service makes by itself are left out.
///
/// # Errors
/// The text is no JSON, or the matrix does not say how sets are written.
pub fn read_backups(source: &Source, api: &Api) -> Result<Vec<BackupSet>, String> {
    let binding = api.bindings.get(BINDING).cloned().ok_or("the matrix does not say how backup sets are listed")?;
    let names: Names = serde_json::from_value(binding).map_err(|error| error.to_string())?;
    let mut sets = Vec::new();
    for value in serde_json::Deserializer::from_str(source.text()).into_iter::<Value>() {
        collect(&value.map_err(|error| error.to_string())?, &names, source.path(), &mut sets);
    }
    Ok(sets)
}

/// JSON nests at most 128 deep: the parser refuses more.
fn collect(value: &Value, names: &Names, file: &str, sets: &mut Vec<BackupSet>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, names, file, sets)),
        Value::Object(map) => match set(map, names, file) {
            Some(set) => sets.extend(set),
            None => map.values().for_each(|inner| collect(inner, names, file, sets)),
        },
        _ => {}
    }
}

/// The set that an object is; `Some(None)` for one that nobody asked for.
fn set(map: &Map<String, Value>, names: &Names, file: &str) -> Option<Option<BackupSet>> {
    let text = |name: &String| map.get(name).and_then(Value::as_str);
    let (instance, start) = (text(&names.instance)?, text(&names.start)?);
    // Some stamps have no seconds.
    let start = start.parse::<jiff::Timestamp>().or_else(|_| start.replace('Z', ":00Z").parse()).ok()?;
    let is_one_of = |name: &String, words: &[String]| text(name).is_some_and(|t| words.iter().any(|w| w == t));
    if is_one_of(&names.mode, &names.automatic) {
        return Some(None);
    }
    Some(Some(BackupSet {
        instance: instance.to_owned(),
        start: start.as_millisecond(),
        failed: is_one_of(&names.status, &names.failed),
        file: file.to_owned(),
        status: text(&names.status).unwrap_or_default().to_owned(),
    }))
}

/// Backup sets by instance.
pub(super) type Sets<'a> = FxHashMap<&'a str, Vec<&'a BackupSet>>;

/// Brings the sets of each instance together.
pub(super) fn by_instance(sets: &[BackupSet]) -> Sets<'_> {
    let mut grouped = Sets::default();
    for set in sets {
        grouped.entry(set.instance.as_str()).or_default().push(set);
    }
    grouped
}

/// Accepted calls of which no backup came.
pub(super) fn findings(context: &Context<'_>, calls: &InstanceCalls<'_>, sets: &Sets<'_>) -> Vec<Finding> {
    let mut sets: Vec<&BackupSet> = sets.get(calls.id).cloned().unwrap_or_default();
    sets.sort_by_key(|set| (set.start, set.failed));
    sets.dedup_by(|a, b| a.start == b.start && a.failed == b.failed);
    let (Some(from), Some(to)) = (sets.first().map(|set| set.start), sets.last().map(|set| set.start)) else {
        return Vec::new();
    };
    let mut missing: Vec<&Survivor> = Vec::new();
    let mut failed: Vec<(&Survivor, &BackupSet)> = Vec::new();
    let mut sets = sets.into_iter().peekable();
    for call in calls.calls.iter().filter(|call| call.outcome == Outcome::Accepted) {
        let Some(time) = call.time.filter(|time| *time >= from - EARLY && *time <= to + EARLY) else { continue };
        while sets.next_if(|set| set.start < time - EARLY).is_some() {}
        match sets.next_if(|set| set.start <= time + LATE) {
            None => missing.push(call),
            Some(set) if set.failed => failed.push((call, set)),
            Some(_) => {}
        }
    }
    of_missing(context, calls.id, &missing).into_iter().chain(of_failed(context, calls.id, &failed)).collect()
}

fn of_missing(context: &Context<'_>, id: &str, calls: &[&Survivor]) -> Option<Finding> {
    let first = *calls.first()?;
    let message = match calls.len() {
        1 => format!("a call on {id} was accepted, and no backup set came of it"),
        many => format!("{many} calls on {id} were accepted, and no backup set came of them"),
    };
    let mut finding = context.finding(NOT_MADE, Severity::Warning, message, context.label(first, "accepted"), calls);
    finding.help = Some(
        "Look at the job in DescribeBackupTasks; a set that somebody has deleted since is missing too.".to_owned(),
    );
    Some(finding)
}

fn of_failed(context: &Context<'_>, id: &str, calls: &[(&Survivor, &BackupSet)]) -> Option<Finding> {
    let (first, set) = calls.first()?;
    let message = match calls.len() {
        1 => format!("a backup of {id} was accepted and has failed"),
        many => format!("{many} backups of {id} were accepted and have failed"),
    };
    let all: Vec<&Survivor> = calls.iter().map(|(call, _)| *call).collect();
    let mut finding = context.finding(NOT_MADE, Severity::Error, message, context.label(first, "accepted"), &all);
    let list = Arc::new(Source::from_text(set.file.as_str(), ""));
    let text = format!("its set, begun {}: {}", super::when::utc(set.start), set.status);
    finding.related.push(Label { place: Place::new(&list, Span::default()), text });
    finding.help = Some(
        "Look at the job in DescribeBackupTasks and the events of the instance, and make the backup again.".to_owned(),
    );
    Some(finding)
}
