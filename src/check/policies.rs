//! Policies without calls: reading what sources say of access, and judging documents by themselves.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use super::{Checker, Run, Settings, assemble};
use crate::finding::{Finding, Report};
use crate::model::{Access, CoverageStatus, Defect, DefectKind, PolicyDocument, Problem, ProblemKind};
use crate::ram;
use crate::surface::{Extraction, display, policy};

/// What the ids of rules on policies begin with.
const FAMILY: &str = "ram-";

/// The kinds of problems that reading policies may have.
const PROBLEMS: [ProblemKind; 3] = [ProblemKind::Unparsable, ProblemKind::Unreadable, ProblemKind::Internal];

impl Checker {
    /// What the surfaces find, with what stands in files that are named one by one: those are read as documents even
    /// when nothing in them tells that they are some.
    #[must_use]
    pub fn extraction_with(&self, run: &mut Run<'_>, named: &[PathBuf], settings: &Settings) -> Extraction {
        let mut extraction = self.extraction(run, settings);
        for path in named {
            let shown = display(path);
            let is_here = |access: &Access| {
                let documents = access.documents.iter().map(|document| &document.place);
                let principals = access.principals.iter().map(|principal| &principal.place);
                let attachments = access.attachments.iter().map(|attachment| &attachment.place);
                documents.chain(principals).chain(attachments).any(|place| place.source.path() == shown)
            };
            if is_here(&extraction.access) {
                continue;
            }
            let Ok(source) = run.files.read(path) else { continue };
            let found = policy::access(path, &source);
            if is_here(&found) {
                extraction.access.merge(found);
            } else if let Some(document) = policy::named(path, &source).filter(says_something) {
                // The document itself says where it cannot be read, where it is about a call.
                let mut actions = self.apis.iter().filter_map(|api| Some(&api.permission.as_ref()?.action));
                let unreadable = document.defects.iter().find(|defect| defect.kind == DefectKind::Unreadable);
                if let (Some(defect), false) = (unreadable, actions.any(|action| source.text().contains(action))) {
                    extraction.problems.push(Problem {
                        kind: ProblemKind::Unparsable,
                        place: defect.place.clone(),
                        message: format!("this is no policy in JSON: {}", defect.words),
                        help: None,
                    });
                    continue;
                }
                extraction.problems.retain(|problem| problem.place.source.path() != shown);
                extraction.access.documents.push(document);
            }
        }
        extraction
    }

    /// What is wrong with policies by themselves, and what kept some from being read.
    #[must_use]
    pub fn check_policies(&self, mut run: Run<'_>, named: &[PathBuf], settings: &Settings) -> Report {
        let mut extraction = self.extraction_with(&mut run, named, settings);
        extraction.coverage.append(&mut run.coverage);
        extraction.problems.append(&mut run.problems);
        let access = &extraction.access;
        let mut findings = caught(access, || ram::document_findings(access, &self.apis));
        findings.extend(extraction.problems.into_iter().map(assemble::problem_finding));
        let seen = assemble::Seen { seen: run.files_seen, searched: run.files_searched, parsed: extraction.parsed };
        let policies = access.documents.len();
        let none = assemble::Judged { calls: Vec::new(), together: Vec::new() };
        let texts = assemble::Texts::Of(run.files);
        let mut report = assemble::report(self, none, findings, extraction.coverage, seen, (settings, texts));
        report.policies = Some(policies);
        for rule in &mut report.rules {
            let is_of_problem = PROBLEMS.iter().any(|kind| kind.rule() == rule.rule);
            if !rule.rule.starts_with(FAMILY) && !is_of_problem {
                rule.status = CoverageStatus::Skipped;
                rule.reason = "policies alone were looked at".to_owned();
            }
        }
        report
    }
}

/// Whether a file that is named may be meant as a policy: it has statements, or cannot be read at all.
fn says_something(document: &PolicyDocument) -> bool {
    let is_unreadable = |defect: &Defect| defect.kind == DefectKind::Unreadable;
    !document.statements.is_empty() || document.defects.iter().any(is_unreadable)
}

/// What is to be said of policies. A fault of ours costs these findings, not the run.
pub(super) fn caught(access: &Access, findings: impl FnOnce() -> Vec<Finding>) -> Vec<Finding> {
    catch_unwind(AssertUnwindSafe(findings)).unwrap_or_else(|_| {
        let first = access.documents.first().map(|document| &document.place);
        let problem = first.map(|place| Problem {
            kind: ProblemKind::Internal,
            place: place.clone(),
            message: "looking at the RAM policies failed".to_owned(),
            help: Some("Please report it; everything else is judged all the same.".to_owned()),
        });
        problem.into_iter().map(assemble::problem_finding).collect()
    })
}
