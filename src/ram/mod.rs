//! The policy language of RAM: what a set of documents says about a request.
//!
//! Takes documents as [`crate::model::PolicyDocument`], gives decisions with the statements that decide them. Where the
//! documentation of the language is silent, [`evaluate`] says which reading it takes. It reads no file.

pub mod compare;
pub mod condition;
pub mod data;
pub mod diff;
mod directory;
pub mod doubts;
pub mod evaluate;
pub mod gaps;
pub mod least;
pub mod observed;
pub mod pattern;
mod repository;
pub mod resource;
pub mod rules;
pub mod suggest;
mod system;
mod truth;

pub use directory::level_of;
pub use evaluate::{Context, Control, Deciding, Decision, Layers, Outcome, Request, decide};
pub use repository::{Grant, Holder, Repository};
pub use system::document as system_policy;
pub use truth::Truth;

use crate::finding::Finding;
use crate::model::{Access, Api, Call, PolicyDocument};
use crate::surface::Lead;

/// What is to be said of the policies of sources: of each document by itself, and of what calls need and do not have.
#[must_use]
pub fn findings(access: &Access, calls: &[Call], leads: &[Lead], apis: &[Api]) -> Vec<Finding> {
    let mut findings = document_findings(access, apis);
    let gaps = gaps::findings(access, calls, leads, apis, &findings);
    // What is denied to whoever makes the call says more than that a document contradicts itself.
    findings.retain(|f| {
        !gaps.iter().any(|gap| gap.rule == f.rule && gap.primary.place == f.primary.place && gap.severity >= f.severity)
    });
    findings.extend(gaps);
    findings
}

/// What is to be said of each document by itself.
#[must_use]
pub fn document_findings(access: &Access, apis: &[Api]) -> Vec<Finding> {
    let is_session = |document: &PolicyDocument| {
        let mut sessions = access.runners.iter().filter_map(|runner| runner.session.as_ref());
        sessions.any(|handle| document.handles.contains(handle))
    };
    rules::findings(&access.documents, apis, &is_session)
}

#[cfg(test)]
mod tests;
