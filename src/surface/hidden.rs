//! Whether a part of a text that breaks the grammar of its language may hide a call.
//!
//! Takes what a reader could not read and the calls that were found; gives the first such part on a line that names
//! an operation where no call is. It reads and judges nothing itself, and looks at each line once.

use std::sync::Arc;

use crate::model::{Api, Call};
use crate::source::{Source, Span};

/// A broken part on a line where an operation is named and no call was found. Lines that begin with one of the signs
/// of `comments` hide none.
pub(super) fn call(
    apis: &[Api],
    source: &Arc<Source>,
    errors: &[Span],
    calls: &[Call],
    comments: &[&str],
) -> Option<Span> {
    if errors.is_empty() {
        return None;
    }
    let text = source.text();
    let spellings: Vec<String> = apis.iter().flat_map(Api::action_spellings).collect();
    let own = calls.iter().filter(|call| call.place.source.path() == source.path());
    let covered = Covered::new(own.map(|call| call.place.span));
    let hides = |line: Span| {
        let words = text.get(line.range()).unwrap_or_default();
        let named = |needle: &String| {
            words.match_indices(needle.as_str()).any(|(at, _)| !covered.has(line.start as usize + at))
        };
        !comments.iter().any(|sign| words.trim_start().starts_with(sign)) && spellings.iter().any(named)
    };
    let mut errors = errors.to_vec();
    errors.sort_unstable();
    // Several parts of one line may be broken.
    let mut looked = 0;
    errors.into_iter().find(|error| {
        let mut at = looked;
        if looked <= error.start as usize {
            at = text.get(..error.start as usize).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1).max(looked);
        }
        if looked <= error.end as usize {
            let rest = text.get(error.end as usize..).unwrap_or_default();
            looked = error.end as usize + rest.find('\n').unwrap_or(rest.len());
        }
        let lines = text.get(at..looked).unwrap_or_default();
        lines.split_inclusive('\n').any(|line| {
            let span = Span::new(at, at + line.len());
            at = span.end as usize;
            hides(span)
        })
    })
}

/// Stretches of a text, which may lie within each other.
struct Covered {
    /// Where each begins, with the farthest end of those that begin up to there.
    ends: Vec<(u32, u32)>,
}

impl Covered {
    fn new(spans: impl Iterator<Item = Span>) -> Self {
        let mut ends: Vec<(u32, u32)> = spans.map(|span| (span.start, span.end)).collect();
        ends.sort_unstable();
        let mut farthest = 0;
        for (_, end) in &mut ends {
            farthest = farthest.max(*end);
            *end = farthest;
        }
        Self { ends }
    }

    fn has(&self, at: usize) -> bool {
        let behind = self.ends.partition_point(|(start, _)| *start as usize <= at);
        behind.checked_sub(1).and_then(|last| self.ends.get(last)).is_some_and(|(_, end)| at < *end as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_within_each_other_cover_what_either_does() {
        let covered = Covered::new([Span::new(0, 10), Span::new(2, 4), Span::new(20, 22)].into_iter());
        let has: Vec<usize> = (0..24).filter(|at| covered.has(*at)).collect();
        assert_eq!(has, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21]);
    }
}
