//! The levels that a configuration gives rules: findings get them before anything is counted.
//!
//! Verdicts on calls stay what they are: whether the service takes a call does not depend on what somebody wants to see.

use super::Settings;
use super::assemble::Judged;
use crate::config::{Level, Scopes};
use crate::finding::{Confidence, Finding};

/// Gives findings their levels, drops those that are switched off, and says how many these were.
pub(super) fn apply(judged: &mut Judged, findings: &mut Vec<Finding>, settings: &Settings) -> usize {
    let scopes = &settings.scopes;
    if scopes.is_empty() {
        return 0;
    }
    let mut dropped = retain(findings, scopes);
    for (_, of_call) in &mut judged.calls {
        dropped += retain(of_call, scopes);
    }
    let before = judged.together.len();
    judged.together.retain_mut(|together| level(&mut together.finding, scopes));
    dropped + before - judged.together.len()
}

/// Gives findings their levels, and says how many of them are switched off and dropped.
pub fn retain(findings: &mut Vec<Finding>, scopes: &Scopes) -> usize {
    let before = findings.len();
    findings.retain_mut(|finding| level(finding, scopes));
    before - findings.len()
}

/// Gives a finding its level; false for one that is switched off.
///
/// What is only possible is never made worse than it is: somebody who wants errors of a rule does not want a build to
/// fail for something that may not be so.
pub(super) fn level(finding: &mut Finding, scopes: &Scopes) -> bool {
    match scopes.level(&finding.rule, finding.primary.place.source.path()) {
        None => true,
        Some(Level::Off) => false,
        Some(Level::At(severity)) => {
            finding.severity = match finding.confidence {
                Confidence::Certain => severity,
                Confidence::Possible => severity.min(finding.severity),
            };
            true
        }
    }
}
