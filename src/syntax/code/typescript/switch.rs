//! `switch` of TypeScript and JavaScript: a row of comparisons.

use tree_sitter::Node;

use super::super::parse::children;
use super::super::{Comparison, Expression, ExpressionKind, Statement, StatementKind};
use super::{Reader, all_fields, opaque};

/// How many statements below are taken into a case that falls through.
const BELOW: usize = 40;

impl Reader<'_> {
    pub(super) fn switch(&mut self, node: Node<'_>) -> StatementKind {
        let subject = self.field(node, "value");
        let mut read: Vec<(Option<Expression>, Vec<Statement>, bool)> = Vec::new();
        for arm in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let mut body = Vec::new();
            for part in all_fields(arm, "body") {
                body.extend(self.one_or_block(part));
            }
            let ends = body.last().is_some_and(leaves);
            without_breaks(&mut body, 0);
            let condition = (arm.kind() == "switch_case").then(|| {
                let value = arm.child_by_field_name("value").map_or_else(|| opaque(arm), |v| self.expression(v));
                let at = value.span;
                let kind = ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(value));
                Expression { span: at, kind }
            });
            read.push((condition, body, ends));
        }
        arms(read)
    }
}

/// Arms with their conditions, `None` for the one that is taken otherwise; what falls through goes on below.
pub(in crate::syntax::code) fn arms(read: Vec<(Option<Expression>, Vec<Statement>, bool)>) -> StatementKind {
    let mut below: Vec<Statement> = Vec::new();
    let mut branches = Vec::new();
    let mut otherwise = Vec::new();
    for (condition, mut body, ends) in read.into_iter().rev() {
        if !ends {
            body.extend(below.iter().take(BELOW).cloned());
        }
        below.clone_from(&body);
        match condition {
            Some(condition) => branches.push((condition, body)),
            None => otherwise = body,
        }
    }
    branches.reverse();
    StatementKind::If(branches, otherwise)
}

/// Whether nothing behind a statement is reached.
pub(in crate::syntax::code) fn leaves(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Leave | StatementKind::Return(_) | StatementKind::Raise(_) => true,
        StatementKind::Block(inner) => inner.last().is_some_and(leaves),
        _ => false,
    }
}

/// A `break` of a `switch` ends the arm, not a loop around it.
pub(in crate::syntax::code) fn without_breaks(statements: &mut Vec<Statement>, depth: usize) {
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
