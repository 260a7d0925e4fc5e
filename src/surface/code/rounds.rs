//! Rounds of loops, as far as they tell how often a call is made.
//!
//! Part of the machine. A loop over known elements is walked round by round, and each round finds its own calls. A
//! loop that may end before its last round may be one that tries until it works; its later rounds then make no
//! further call on the same thing.

use rustc_hash::FxHashSet;

use super::condition::is_failed;
use super::machine::{Found, Machine};
use crate::model::{Often, ParameterKind, Repeat};
use crate::source::Place;
use crate::syntax::code::{Statement, StatementKind};

/// How deep statements are looked into.
const DEPTH: usize = 60;

impl Machine<'_> {
    /// Walks a part of a loop of which nobody can tell how often it is walked; `distinct` where each round takes
    /// another element.
    pub(super) fn repeated(&mut self, place: Place, distinct: bool, walk: impl FnOnce(&mut Self)) {
        let times = Often::Unknown("how many rounds it makes is not known".to_owned());
        self.around.repeats.push(Repeat { place, times, key: None, distinct });
        walk(self);
        self.around.repeats.pop();
    }
}

/// Whether a loop may end before its last round.
pub(super) fn may_end(body: &[Statement], depth: usize) -> bool {
    depth < DEPTH
        && body.iter().any(|statement| {
            let within = |parts: &[Statement]| may_end(parts, depth + 1);
            match &statement.kind {
                StatementKind::Leave | StatementKind::Return(_) => true,
                // What leaves because something went wrong would have gone on otherwise.
                StatementKind::If(branches, otherwise) => {
                    let mut going = branches.iter().filter(|(condition, _)| !is_failed(condition));
                    going.any(|(_, body)| within(body)) || within(otherwise)
                }
                StatementKind::Block(body) => within(body),
                StatementKind::Try(attempt) => {
                    [&attempt.body, &attempt.otherwise, &attempt.finally].into_iter().any(|part| within(part))
                        || attempt.handlers.iter().any(|handler| within(handler))
                }
                _ => false,
            }
        })
}

/// Says of calls of later rounds, where one on the same thing was made by an earlier one, that they do not add to it.
pub(super) fn drop_tries(machine: &mut Machine<'_>) {
    let identifier = |api: &str| {
        let api = machine.apis.iter().find(|known| *known.id == *api)?;
        api.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier)
    };
    let mut seen: FxHashSet<(String, u32, String)> = FxHashSet::default();
    for Found { call, again, .. } in &mut machine.found {
        let id = identifier(&call.api).and_then(|parameter| call.argument(&parameter.name));
        let contents = id.map(|id| id.value.alternatives().iter().map(|a| &a.content).collect::<Vec<_>>());
        let key = (call.head.source.path().to_owned(), call.head.span.start, format!("{contents:?}"));
        if !seen.insert(key) && *again {
            let times = Often::AtMost(0);
            call.runs.repeats.push(Repeat { place: call.head.clone(), times, key: None, distinct: false });
        }
    }
}
