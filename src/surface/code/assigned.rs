//! The names that statements give a value to.

use rustc_hash::FxHashSet;

use crate::source::Span;
use crate::syntax::code::{Statement, StatementKind, Target};

/// Names in their order, each once, with where they stand first.
#[derive(Default)]
pub(super) struct Names {
    pub(super) all: Vec<(String, Span)>,
    known: FxHashSet<String>,
}

/// The names that statements give a value to.
pub(super) fn assigned(statements: &[Statement], names: &mut Names, depth: usize) {
    if depth > 60 {
        return;
    }
    for statement in statements {
        let mut within = |parts: &[Statement]| assigned(parts, names, depth + 1);
        match &statement.kind {
            StatementKind::Assign(targets, _) => targets.iter().for_each(|target| named(target, names)),
            StatementKind::Update(target, _) => named(target, names),
            StatementKind::If(branches, otherwise) => {
                branches.iter().for_each(|(_, body)| within(body));
                within(otherwise);
            }
            StatementKind::For(looped) => {
                within(&looped.body);
                named(&looped.target, names);
            }
            StatementKind::While(_, body) | StatementKind::Block(body) => within(body),
            StatementKind::Try(attempt) => {
                for part in [&attempt.body, &attempt.otherwise, &attempt.finally] {
                    within(part);
                }
                attempt.handlers.iter().for_each(|handler| within(handler));
            }
            _ => {}
        }
    }
}

fn named(target: &Target, names: &mut Names) {
    match target {
        Target::Name(name) if names.known.insert(name.name.clone()) => {
            names.all.push((name.name.clone(), name.span));
        }
        Target::Many(targets) => targets.iter().for_each(|target| named(target, names)),
        _ => {}
    }
}
