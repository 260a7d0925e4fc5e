//! Every call as a row, for those who want to ask questions of their own.

use serde::Serialize;

use super::AuditSettings;
use super::context::{Context, event_text};
use crate::check::Checker;
use crate::finding::ErrorCodes;
use crate::trail::{Outcome, Partial};

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "the names are those of the columns")]
pub struct CallRow<'a> {
    pub event_id: String,
    pub time: String,
    pub day: String,
    pub outcome: &'static str,
    pub code: &'a str,
    pub class: String,
    pub instance: &'a str,
    pub region: &'a str,
    pub account: &'a str,
    pub principal: &'a str,
    pub session: &'a str,
    pub agent: &'a str,
    pub origin: &'a str,
    pub job: &'a str,
    pub parameters: &'a str,
    pub file: &'a str,
    pub record: u64,
    pub line: u64,
    pub column: u64,
    pub offset: u64,
}

/// The calls that are looked at, in the order of their event ids.
pub fn rows<'a>(
    checker: &'a Checker,
    partial: &'a Partial,
    settings: &'a AuditSettings,
) -> impl Iterator<Item = CallRow<'a>> {
    let context = Context { checker, partial, settings, codes: ErrorCodes::builtin().ok() };
    partial.survivors.iter().filter(move |call| context.is_wanted(call)).map(move |call| CallRow {
        event_id: event_text(&call.event).unwrap_or_default(),
        time: call.time.map(super::when::utc).unwrap_or_default(),
        day: call.time.and_then(|time| settings.zone.day(time)).map(|day| day.to_string()).unwrap_or_default(),
        outcome: if call.outcome == Outcome::Accepted { "accepted" } else { "refused" },
        code: context.code_of(call).unwrap_or_default(),
        class: if call.outcome == Outcome::Accepted { String::new() } else { super::summary::class_id(&context, call) },
        instance: context.text(call.instance),
        region: context.text(call.region),
        account: context.text(call.account),
        principal: context.text(call.principal),
        session: context.text(call.session),
        agent: context.text(call.agent),
        origin: context.text(call.origin),
        job: context.text(call.job),
        parameters: context.text(call.parameters),
        file: context.text(call.file),
        record: call.record,
        line: call.line,
        column: call.column,
        offset: call.offset,
    })
}
