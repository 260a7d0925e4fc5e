//! `ram-overbroad-grant`: a grant of much more than a backup.

use super::{About, label};
use crate::finding::{Finding, Severity};
use crate::model::{Piece, PolicyKind, Statement, Template};
use crate::ram::evaluate::{is_about_action, is_about_resource};
use crate::ram::resource;
use crate::ram::truth::Truth;
use crate::source::Place;

const RULE: &str = "ram-overbroad-grant";

/// How many actions are told by name.
const MOST_TOLD: usize = 5;

/// What a statement allows beside the call. Where it has conditions, that it holds for all instances is not told.
pub(super) fn finding(about: &About<'_>, statement: &Statement) -> Option<Finding> {
    // A control policy grants nothing by itself.
    if about.document.kind == PolicyKind::Control || !about.allows(statement) {
        return None;
    }
    let wide = wide_entry(about, statement);
    let everywhere = everywhere(about, statement);
    let (place, how) = match (&wide, everywhere) {
        (Some((place, how)), _) => (place.clone(), how.clone()),
        (None, Some(resource)) => (resource.place.clone(), String::new()),
        (None, None) => return None,
    };
    let action = &about.permission.action;
    let more = if wide.is_some() { others(about, statement) } else { Vec::new() };
    let message = match (wide.is_some(), everywhere.is_some()) {
        (true, true) => format!("{how} grants {action} on every instance, and more than that{}", listed(&more)),
        (true, false) => format!("{how} grants more than {action}{}", listed(&more)),
        (false, _) => format!("{action} is granted on every instance of every account"),
    };
    let mut found = super::finding(RULE, Severity::Note, message, &place, "wider than a backup needs");
    found.parameter = Some(if wide.is_some() { &about.elements().action } else { &about.elements().resource }.clone());
    let elsewhere = everywhere.filter(|resource| resource.place != place);
    found.related.extend(elsewhere.map(|resource| label(&resource.place, "on every instance of every account")));
    found.nearest = wide.is_some().then(|| action.clone());
    let parts = resource::Parts::default();
    let least = resource::text(about.permission, &parts);
    found.help = Some(format!(
        "A program that makes backups needs {action} on its own instances: {least}, with the region, the account and the \
         id where they are known."
    ));
    Some(found)
}

/// The first entry that grants more than the action, with what to call it.
fn wide_entry(about: &About<'_>, statement: &Statement) -> Option<(Place, String)> {
    let entries = about.entries(statement);
    // Whatever else is written, an entry that is exact is what was wanted.
    let wide = entries.iter().find(|entry| entry.text().is_some_and(|text| text.contains(['*', '?'])));
    match (&statement.not_actions, wide) {
        (Some(all_but), _) if statement.actions.is_none() => {
            Some((all_but.place.clone(), format!("{} with everything that is not listed", about.elements().not_action)))
        }
        (_, Some(entry)) => Some((entry.place.clone(), entry.shown())),
        _ => None,
    }
}

/// The resource that is every instance of every account, where no condition says which.
fn everywhere<'a>(about: &About<'_>, statement: &'a Statement) -> Option<&'a Template> {
    if !statement.conditions.is_empty() || statement.more_conditions.is_some() {
        return None;
    }
    let any = resource::pieces(about.permission, &resource::Parts::default());
    if statement.not_resources.is_some() || is_about_resource(statement, &any) != Truth::Yes {
        return None;
    }
    let wild = [Piece::Text(resource::text(about.permission, &resource::Parts::default()))];
    let all = statement.resources.iter().flat_map(|resources| &resources.all);
    all.into_iter().find(|r| resource::is_within(&wild, &r.pieces, crate::ram::pattern::Case::Sensitive))
}

/// What else the statement allows, the worst first, and how many more there are.
fn others<'a>(about: &About<'a>, statement: &Statement) -> Vec<String> {
    let Some(actions) = about.actions else { return Vec::new() };
    let allowed = |name: &str| {
        let action = format!("{}:{name}", about.service);
        !action.eq_ignore_ascii_case(&about.permission.action) && is_about_action(statement, &action) == Truth::Yes
    };
    let mut told: Vec<String> = actions
        .told_first
        .iter()
        .filter(|told| allowed(&told.action))
        .map(|told| format!("{} ({})", told.action, told.does))
        .take(MOST_TOLD)
        .collect();
    let all: Vec<&String> = actions.actions.iter().filter(|name| allowed(name)).collect();
    if told.is_empty() {
        told.extend(all.iter().take(MOST_TOLD).map(|name| (*name).clone()));
    }
    let left = all.len().saturating_sub(told.len());
    if left > 0 {
        told.push(format!("{left} more actions of {}", about.service));
    }
    told
}

fn listed(more: &[String]) -> String {
    match more {
        [] => String::new(),
        [only] => format!(": {only}"),
        [front @ .., last] => format!(": {} and {last}", front.join(", ")),
    }
}
