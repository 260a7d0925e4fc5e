//! Calls that RAM refused: one finding for each caller and instance, with what would have allowed them.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::context::{Context, DENIED, in_order_of_time, short};
use crate::finding::{Finding, Severity};
use crate::model::Piece;
use crate::ram::least::{Form, least_statement};
use crate::ram::resource::Parts;
use crate::trail::{Name, Survivor};

/// What is to be said of denied calls.
pub(super) fn findings(context: &Context<'_>, calls: &[&Survivor]) -> Vec<Finding> {
    let mut groups: FxHashMap<(Name, Name), Vec<&Survivor>> = FxHashMap::default();
    for call in calls.iter().filter(|call| context.is_denied(call)) {
        groups.entry((call.principal, call.instance)).or_default().push(call);
    }
    let mut groups: Vec<Vec<&Survivor>> = groups.into_values().collect();
    groups.sort_by_key(|calls| calls.first().map(|call| (context.text(call.principal), context.text(call.instance))));
    groups.into_iter().filter_map(|calls| finding(context, calls)).collect()
}

fn finding(context: &Context<'_>, mut calls: Vec<&Survivor>) -> Option<Finding> {
    in_order_of_time(&mut calls);
    let first = *calls.first()?;
    let principal = context.text(first.principal);
    let action = context.api(first).map_or("", |api| api.action.as_str());
    let on = match context.text(first.instance) {
        "" => String::new(),
        id => format!(" on {id}"),
    };
    let times = if calls.len() == 1 { "once".to_owned() } else { format!("{} times", calls.len()) };
    let zone = &context.settings.zone;
    let at = |call: Option<&&Survivor>| call.and_then(|call| call.time).map(|time| zone.shown(time));
    let when = match (at(calls.first()), at(calls.last())) {
        (Some(first), Some(last)) if first != last => format!(" from {first} to {last} ({})", zone.name()),
        (Some(first), _) => format!(" on {first} ({})", zone.name()),
        _ => String::new(),
    };
    let message = format!("{} may not call {action}{on}: refused {times}{when}", short(principal));
    let mut finding = context.finding(DENIED, Severity::Error, message, context.label(first, "the first"), &calls);
    if let Some(evidence) = &mut finding.evidence {
        principal.clone_into(&mut evidence.principal);
    }
    finding.subject = format!("{principal} {}", finding.subject);
    finding.answer = context.code_of(first).map(str::to_owned);
    finding.help = Some(help(context, &calls));
    if let (Some(last), true) = (calls.last(), calls.len() > 1) {
        finding.related.push(context.label(last, "the last"));
    }
    Some(finding)
}

/// What to do: grant it, or look for what denies it.
fn help(context: &Context<'_>, calls: &[&Survivor]) -> String {
    let denial = calls.iter().rev().find_map(|call| details(context.text(call.denial)));
    let said = |key: &str| denial.as_ref().and_then(|d| d.get(key)).and_then(Value::as_str).unwrap_or_default();
    let statement = statement(context, calls).unwrap_or_default();
    if said("NoPermissionType") == "ExplicitDeny" {
        let policy = match said("PolicyType") {
            "" => String::new(),
            policy => format!(" in a policy of the kind {policy}"),
        };
        return format!(
            "An explicit Deny{policy} refuses it, so granting it once more does not help: take this call out of the Deny. \
             What has to be left allowed: {statement}"
        );
    }
    let missing = match said("PolicyType") {
        "" => String::new(),
        policy => format!(" (what is missing is in the policies of the kind {policy})"),
    };
    format!("The least statement that would have allowed it{missing}: {statement}")
}

/// The details of a denial, unless they are not an object.
fn details(text: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(text).ok()
}

/// The least statement of a policy that allows the calls.
fn statement(context: &Context<'_>, calls: &[&Survivor]) -> Option<String> {
    let api = context.api(calls.first()?)?;
    let known = |name: fn(&Survivor) -> Name| {
        let mut texts = calls.iter().map(|call| context.text(name(call)));
        Piece::Text(texts.find(|text| !text.is_empty()).unwrap_or("*").to_owned())
    };
    let parts = Parts { region: known(|c| c.region), account: known(|c| c.account), instance: known(|c| c.instance) };
    Some(least_statement(api.permission.as_ref()?, &parts).written(Form::Json))
}
