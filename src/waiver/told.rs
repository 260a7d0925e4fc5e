//! What is said of suppressions themselves: those that are over, those that do nothing, those that are wrong.
//!
//! Owns the wording of these findings. Nothing leaves them out: whoever could hide them could hide everything.

use super::directive::Fault;
use crate::finding::{Catalogue, Finding, Label, Severity};
use crate::source::{Place, Source, Span};
use std::sync::Arc;

/// The rule of suppressions whose day is over.
pub(super) const EXPIRED: &str = "expired-suppression";
/// The rule of suppressions that leave out nothing.
pub(super) const UNUSED: &str = "unused-suppression";
/// The rule of suppressions that cannot be read.
pub(super) const INVALID: &str = "invalid-suppression";

/// Whether a rule is about suppressions.
pub(super) fn is_own(rule: &str) -> bool {
    [EXPIRED, UNUSED, INVALID].contains(&rule)
}

fn finding(rule: &str, place: Place, message: String, subject: &str, help: Option<String>) -> Finding {
    let mut finding = Finding::new(rule, Severity::Warning, message, Label { place, text: String::new() });
    subject.clone_into(&mut finding.subject);
    finding.help = help;
    finding
}

pub(super) fn expired(place: Place, rules: &str, until: jiff::civil::Date, reason: &str) -> Finding {
    let message = format!("the suppression of {rules} ended on {until}");
    let help = format!("Fix what it was for, or set a later day after a look. The reason was: {}", reason.trim());
    finding(EXPIRED, place, message, rules, Some(help))
}

/// A rule in a comment that leaves out nothing; `elsewhere` is where the rule speaks in the same file.
pub(super) fn unused(place: Place, rule: &str, elsewhere: Option<&Place>) -> Finding {
    let message = format!("{rule} is not reported here, so this suppression does nothing");
    let help = if elsewhere.is_some() {
        "Move it: a comment answers for the call on its line, on the line below it, or in the block that begins there."
    } else {
        "Remove it."
    };
    let mut finding = finding(UNUSED, place, message, rule, Some(help.to_owned()));
    finding
        .related
        .extend(elsewhere.map(|place| Label { place: place.clone(), text: "it is reported here".to_owned() }));
    finding
}

pub(super) fn unused_waiver(place: Place, message: String) -> Finding {
    let help = "Remove the entry, or correct its path.".to_owned();
    finding(UNUSED, place, message, "", Some(help))
}

pub(super) fn invalid(place: Place, message: impl Into<String>, help: Option<String>) -> Finding {
    finding(INVALID, place, message.into(), "", help)
}

pub(super) fn fault(source: &Arc<Source>, fault: Fault) -> Finding {
    invalid(Place::new(source, fault.at), fault.message, fault.help)
}

/// What is wrong with the name of a rule, if anything.
pub(super) fn rule_fault(catalogue: &Catalogue, rule: &str, place: Place) -> Option<Finding> {
    if is_own(rule) {
        let help = "What is wrong with a suppression is always told.".to_owned();
        return Some(invalid(place, format!("{rule} cannot be suppressed"), Some(help)));
    }
    // An empty catalogue knows nothing, and says nothing.
    if catalogue.rule(rule).is_some() || catalogue.rules().is_empty() {
        return None;
    }
    let lower = rule.to_ascii_lowercase().replace('_', "-");
    let near = catalogue.rules().iter().map(|known| (strsim::osa_distance(&known.id, &lower), &known.id)).min();
    let near = near.filter(|(distance, id)| *distance <= id.len().div_ceil(3)).map(|(_, id)| id);
    let help = near.map_or_else(
        || "`backuplint rules` lists them.".to_owned(),
        |near| format!("Did you mean `{near}`? `backuplint rules` lists them all."),
    );
    Some(invalid(place, format!("there is no rule `{rule}`"), Some(help)))
}

pub(super) fn misplaced(source: &Arc<Source>, at: Span) -> Finding {
    let help = "Move it to the head of the file, or write `ignore[…]` at the call.".to_owned();
    invalid(Place::new(source, at), "a comment about the whole file stands at its head", Some(help))
}
