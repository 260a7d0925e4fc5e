//! Findings: what is said, how sure it is, where, and in which order.
//!
//! Owns the finding and its parts, the catalogue of rules, fingerprints and the finished report. It
//! formats no text for people and knows no API.

mod catalogue;
mod error_codes;
mod fingerprint;
mod report;
mod types;

pub use catalogue::{Catalogue, CatalogueError, Example, ExampleFile, Rule};
pub use error_codes::{ErrorClass, ErrorClassText, ErrorCode, ErrorCodes, ErrorDocumentation};
pub use fingerprint::assign_fingerprints;
pub use report::{AuditSummary, CallRecord, Counts, InstanceDay, PolicySums, Refusals, Report, Repository};
pub use types::{
    Confidence, Edit, Evidence, Finding, Fix, Label, Safety, SettingProblem, Severity, Suppressed, SuppressedBy,
    Undecided, Verdict,
};
