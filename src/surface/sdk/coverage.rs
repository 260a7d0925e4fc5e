//! What became of a file, and whether a broken part of it may hold a call.

use std::sync::Arc;

use super::{Descriptor, Walked};
use crate::model::{Api, Coverage, CoverageStatus, Problem, ProblemKind};
use crate::source::{Place, Source, Span};

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
    if let Some(error) = hidden_call(apis, source, walked) {
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

/// A broken part that names an operation where no call was found.
fn hidden_call(apis: &[Api], source: &Arc<Source>, walked: &Walked) -> Option<Span> {
    let text = source.text();
    walked.errors.iter().copied().find(|error| {
        let start = text.get(..error.start as usize).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        let rest = text.get(error.end as usize..).unwrap_or_default();
        let end = error.end as usize + rest.find('\n').unwrap_or(rest.len());
        let lines = text.get(start..end).unwrap_or_default();
        let seen = |at: usize| {
            walked.calls.iter().any(|c| c.place.source.path() == source.path() && c.place.span.range().contains(&at))
        };
        apis.iter()
            .flat_map(Api::action_spellings)
            .any(|needle| lines.match_indices(&needle).any(|(at, _)| !seen(start + at)))
    })
}
