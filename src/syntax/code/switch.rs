//! `switch`: a row of comparisons, in the languages where an arm may fall through to the next one.

use super::{Expression, ExpressionKind, Statement, StatementKind};

/// How many statements below are taken into a case that falls through.
const BELOW: usize = 40;

/// Arms with their conditions, `None` for the one that is taken otherwise; what falls through goes on below.
pub(super) fn arms(read: Vec<(Option<Expression>, Vec<Statement>, bool)>) -> StatementKind {
    let mut below: Vec<Statement> = Vec::new();
    let mut branches: Vec<(Expression, Vec<Statement>)> = Vec::new();
    let mut otherwise = Vec::new();
    // Whether what stands below is taken otherwise.
    let mut last = false;
    for (condition, mut body, ends) in read.into_iter().rev() {
        let Some(condition) = condition else {
            fall(&mut body, &below, ends);
            otherwise.clone_from(&body);
            below = body;
            last = true;
            continue;
        };
        if body.is_empty() && !ends {
            // Several cases share what is done.
            match branches.last_mut().filter(|_| !last) {
                Some((shared, _)) => *shared = either(condition, shared),
                None if last => {}
                None => branches.push((condition, body)),
            }
            continue;
        }
        fall(&mut body, &below, ends);
        below.clone_from(&body);
        last = false;
        branches.push((condition, body));
    }
    branches.reverse();
    StatementKind::If(branches, otherwise)
}

/// What does not end goes on with what stands below, unless that is so much that copies of copies would fill the memory.
fn fall(body: &mut Vec<Statement>, below: &[Statement], ends: bool) {
    if !ends && weight(below, 0) <= BELOW {
        body.extend(below.iter().cloned());
    }
}

/// A condition, or another one.
fn either(condition: Expression, other: &Expression) -> Expression {
    let span = condition.span;
    let mut all = vec![condition];
    match &other.kind {
        ExpressionKind::Any(more) => all.extend(more.iter().cloned()),
        _ => all.push(other.clone()),
    }
    Expression { span, kind: ExpressionKind::Any(all) }
}

/// How many statements there are, as far as that is more than may be copied.
fn weight(statements: &[Statement], depth: usize) -> usize {
    if depth > 8 {
        return BELOW + 1;
    }
    let mut sum = statements.len();
    for statement in statements {
        if sum > BELOW {
            break;
        }
        sum += match &statement.kind {
            StatementKind::If(branches, otherwise) => {
                let inner: usize = branches.iter().take(BELOW).map(|(_, body)| weight(body, depth + 1)).sum();
                inner + weight(otherwise, depth + 1)
            }
            StatementKind::For(looped) => weight(&looped.body, depth + 1),
            StatementKind::While(_, body) | StatementKind::Block(body) => weight(body, depth + 1),
            StatementKind::Try(attempt) => weight(&attempt.body, depth + 1),
            _ => 0,
        };
    }
    sum
}

/// Whether nothing behind a statement is reached.
pub(super) fn leaves(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Leave | StatementKind::Return(_) | StatementKind::Raise(_) => true,
        StatementKind::Block(inner) => inner.last().is_some_and(leaves),
        _ => false,
    }
}

/// A `break` of a `switch` ends the arm, not a loop around it.
pub(super) fn without_breaks(statements: &mut Vec<Statement>, depth: usize) {
    statements.retain(|statement| !matches!(statement.kind, StatementKind::Leave));
    if depth > 20 {
        return;
    }
    for statement in statements {
        match &mut statement.kind {
            StatementKind::Block(inner) => without_breaks(inner, depth + 1),
            StatementKind::If(branches, otherwise) => {
                branches.iter_mut().for_each(|(_, body)| without_breaks(body, depth + 1));
                without_breaks(otherwise, depth + 1);
            }
            _ => {}
        }
    }
}
