//! The sums of an audit.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use super::context::{Context, InstanceCalls, counts};
use super::quota::limits;
use crate::finding::{AuditSummary, ErrorClass, Refusals};
use crate::trail::{Name, Outcome, Survivor};

/// What codes are called that nobody knows.
const UNKNOWN: &str = "unknown";

/// The sums; those that are counted elsewhere are left at nothing.
pub(super) fn summary(context: &Context<'_>, calls: &[&Survivor], instances: &[InstanceCalls<'_>]) -> AuditSummary {
    let files = context.partial.files.values().filter(|file| !file.not_opened);
    let opened = files.clone().count();
    let zone = &context.settings.zone;
    let times = || calls.iter().filter_map(|call| call.time);
    let (first, last) = (times().min(), times().max());
    let day = |moment: Option<i64>| moment.and_then(|m| zone.day(m)).map(|day| day.to_string()).unwrap_or_default();
    let accepted = calls.iter().filter(|call| call.outcome == Outcome::Accepted).count() as u64;
    let accounts: BTreeSet<&str> =
        calls.iter().map(|call| context.text(call.account)).filter(|text| !text.is_empty()).collect();
    let principals: FxHashSet<Name> = calls.iter().map(|call| call.principal).collect();
    let classes = calls.iter().filter(|call| call.outcome != Outcome::Accepted).map(|call| class_id(context, call));
    let classes: Vec<String> = classes.collect();
    let wanted_copies = context.partial.copies.iter().filter(|call| context.is_wanted(call)).count() as u64;
    AuditSummary {
        product: context.checker.apis().iter().map(|api| api.product.title.as_str()).collect::<Vec<_>>().join(", "),
        zone: zone.name().to_owned(),
        first: first.map(super::when::utc).unwrap_or_default(),
        last: last.map(super::when::utc).unwrap_or_default(),
        first_day: day(first),
        last_day: day(last),
        accounts: accounts.into_iter().map(str::to_owned).collect(),
        records: files.clone().map(|file| file.records).sum(),
        calls: calls.len() as u64,
        filtered: (context.partial.survivors.len() - calls.len()) as u64,
        copies: wanted_copies,
        accepted,
        refused: calls.len() as u64 - accepted,
        denied: calls.iter().filter(|call| context.is_denied(call)).count() as u64,
        refusals: counts(classes.iter().map(String::as_str))
            .into_iter()
            .map(|(class, count)| Refusals { class: class.to_owned(), count })
            .collect(),
        principals: principals.len() as u64,
        instances: instances.iter().filter(|instance| !instance.id.is_empty()).count() as u64,
        files: opened as u64,
        not_opened: (context.partial.files.len() - opened) as u64,
        bytes: files.clone().map(|file| file.bytes).sum(),
        text_bytes: files.map(|file| file.text_bytes).sum(),
        limit: (0..context.checker.apis().len()).find_map(|api| limits(context, api)).map_or(0, |(limit, _)| limit),
        ..AuditSummary::default()
    }
}

/// The id of the class of a refusal, as the file of error codes writes it.
pub(super) fn class_id(context: &Context<'_>, call: &Survivor) -> String {
    let id = |class: ErrorClass| serde_json::to_value(class).ok()?.as_str().map(str::to_owned);
    context.class_of(call).and_then(id).unwrap_or_else(|| UNKNOWN.to_owned())
}
