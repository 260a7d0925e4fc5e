//! What became of a file, and whether a broken part of it may hold a call.

use std::sync::Arc;

use super::{Descriptor, Walked};
use crate::model::{Api, Coverage, CoverageStatus, Problem, ProblemKind};
use crate::source::{Place, Source};
use crate::surface::hidden;

/// What became of a file: broken text is a problem only where a call may stand in it.
pub(super) fn assess(
    language: &Descriptor,
    apis: &[Api],
    source: &Arc<Source>,
    walked: &Walked,
) -> (Option<Problem>, Coverage) {
    let coverage =
        |status, reason: &str| Coverage { path: source.path().to_owned(), status, reason: reason.to_owned() };
    if cfg!(not(feature = "code")) {
        return (None, coverage(CoverageStatus::Skipped, "built without the feature `code`"));
    }
    if let Some((status, reason)) = walked.left {
        return (None, coverage(status, reason));
    }
    let broken = format!("part of it breaks the grammar of {}", language.title);
    if let Some(error) = hidden::call(apis, source, &walked.errors, &walked.calls, &[]) {
        let problem = Problem {
            kind: ProblemKind::Unparsable,
            place: Place::new(source, error),
            message: format!("this part breaks the grammar of {}, and may hold a call", language.title),
            help: None,
        };
        return (Some(problem), coverage(CoverageStatus::InPart, &broken));
    }
    if !walked.complete {
        return (None, coverage(CoverageStatus::InPart, "following it takes too much work"));
    }
    if walked.errors.is_empty() {
        (None, coverage(CoverageStatus::Judged, ""))
    } else {
        (None, coverage(CoverageStatus::InPart, &broken))
    }
}
