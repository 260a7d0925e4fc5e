//! `ram-explicit-deny` within one document: what one statement allows another one denies, and the denial wins.

use super::{About, all_of, finding, label};
use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Effect, Statement, Template};
use crate::ram::pattern::Case;
use crate::ram::resource::{Meets, is_within, meets};

/// The rule; what the documents of one principal say together is told under the same one.
pub(in crate::ram) const RULE: &str = "ram-explicit-deny";

/// The denials of a document that take away what it allows. One finding for each statement that denies.
pub(super) fn findings(about: &About<'_>) -> Vec<Finding> {
    let statements = &about.document.statements;
    let denials = statements.iter().filter(|s| s.effect == Effect::Deny && is_plain(s));
    denials.filter_map(|denial| contradicted(about, denial, statements)).collect()
}

/// Whether a statement holds whatever the request is like, and is about listed actions and resources.
fn is_plain(statement: &Statement) -> bool {
    statement.conditions.is_empty()
        && statement.more_conditions.is_none()
        && statement.not_actions.is_none()
        && statement.not_resources.is_none()
}

fn contradicted(about: &About<'_>, denial: &Statement, statements: &[Statement]) -> Option<Finding> {
    let denying = about.entries(denial);
    let denied = denial.resources.as_ref()?;
    for grant in statements.iter().filter(|s| about.allows(s) && s.not_resources.is_none()) {
        let allowing = about.entries(grant);
        if !about.is_meant(grant, &allowing) && !about.is_meant(denial, &denying) {
            continue;
        }
        for allowed in all_of(grant.resources.as_ref()) {
            if meets(&allowed.pieces, about.permission) != Meets::Yes {
                continue;
            }
            let covers = |d: &&Template| is_within(&allowed.pieces, &d.pieces, Case::Sensitive);
            let Some(covering) = denied.all.iter().find(covers) else { continue };
            let (Some(first_grant), Some(first_denial)) = (allowing.first(), denying.first()) else { continue };
            // What denies part of a wide grant is how exceptions are written.
            let is_exception =
                !allowing.iter().any(|a| denying.iter().any(|d| is_within(&a.pieces, &d.pieces, Case::Folded)));
            return Some(told(about, (first_grant, allowed), (first_denial, covering), is_exception));
        }
    }
    None
}

fn told(
    about: &About<'_>,
    (grant, allowed): (&Template, &Template),
    (denial, covering): (&Template, &Template),
    is_exception: bool,
) -> Finding {
    let action = &about.permission.action;
    let severity = if is_exception { Severity::Note } else { Severity::Error };
    let message = format!(
        "this denies {action} on {}, which the same policy allows on {}: the denial wins",
        covering.shown(),
        allowed.shown()
    );
    let mut found = finding(RULE, severity, message, &denial.place, "denied here");
    found.parameter = Some(about.elements().action.clone());
    found.related.push(label(&grant.place, "allowed here"));
    found.related.push(label(&allowed.place, "on this"));
    if is_exception {
        found.confidence = Confidence::Possible;
        found.help = Some("It is right when backups are the exception that is meant.".to_owned());
    } else {
        found.help = Some(
            "The order of statements does not matter, and no grant overrides a denial. Take the call or the instance out \
             of the denial, or drop the grant."
                .to_owned(),
        );
    }
    found
}
