//! `switch`: a row of comparisons, as a statement and as an expression.

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::switch::{arms, leaves, without_breaks};
use super::super::{Comparison, Expression, ExpressionKind, Statement, StatementKind};
use super::{Reader, opaque};

impl Reader<'_> {
    /// A `switch` as a statement.
    pub(super) fn switch(&mut self, node: Node<'_>) -> StatementKind {
        let subject = self.field(node, "condition");
        let mark = self.names.mark();
        let mut read: Vec<(Option<Expression>, Vec<Statement>, bool)> = Vec::new();
        for arm in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let labels: Vec<Node<'_>> = children(arm).into_iter().filter(|n| n.kind() == "switch_label").collect();
            let falls = arm.kind() == "switch_block_statement_group";
            let mut body = Vec::new();
            for part in children(arm).into_iter().filter(|n| n.kind() != "switch_label") {
                body.extend(self.part_of_arm(part));
            }
            let ends = body.last().is_some_and(leaves) || !falls;
            without_breaks(&mut body, 0);
            read.push((self.labels(&subject, &labels), body, ends));
        }
        self.names.forget(mark);
        arms(read)
    }

    /// One statement of an arm; its variables are those of the whole `switch`.
    fn part_of_arm(&mut self, part: Node<'_>) -> Vec<Statement> {
        if part.kind() == "block" {
            return self.block(part);
        }
        self.deeper(Vec::new(), |reader| {
            let mut statements = Vec::new();
            reader.statement(part, &mut statements);
            statements
        })
    }

    /// A `switch` as an expression; nothing for one whose arms are more than values.
    pub(super) fn chosen(&mut self, node: Node<'_>) -> ExpressionKind {
        let subject = self.field(node, "condition");
        let arms = node.child_by_field_name("body").map(children).unwrap_or_default();
        let mut read = Vec::new();
        let mut otherwise = opaque(node);
        for arm in arms {
            let labels: Vec<Node<'_>> = children(arm).into_iter().filter(|n| n.kind() == "switch_label").collect();
            let value = children(arm).into_iter().rfind(|n| n.kind() != "switch_label");
            let value = value.map_or_else(|| opaque(arm), |value| self.value_of_arm(value));
            match self.labels(&subject, &labels) {
                Some(condition) => read.push((condition, value)),
                None => otherwise = value,
            }
        }
        let whole = span(node);
        let chosen = read.into_iter().rev().take(20).fold(otherwise, |rest, (condition, value)| Expression {
            span: whole,
            kind: ExpressionKind::Conditional(Box::new([condition, value, rest])),
        });
        chosen.kind
    }

    /// The value of an arm: an expression, or the one that a block yields.
    fn value_of_arm(&mut self, node: Node<'_>) -> Expression {
        match node.kind() {
            "expression_statement" => children(node).first().map_or_else(|| opaque(node), |n| self.expression(*n)),
            "block" => match children(node).as_slice() {
                [only] if only.kind() == "yield_statement" => {
                    children(*only).first().map_or_else(|| opaque(node), |n| self.expression(*n))
                }
                _ => opaque(node),
            },
            "yield_statement" => children(node).first().map_or_else(|| opaque(node), |n| self.expression(*n)),
            _ => opaque(node),
        }
    }

    /// The condition that labels stand for; nothing for `default`.
    fn labels(&mut self, subject: &Expression, labels: &[Node<'_>]) -> Option<Expression> {
        let mut tests = Vec::new();
        for label in labels {
            let values = children(*label);
            if values.is_empty() {
                return None;
            }
            for value in values {
                let right = self.expression(value);
                let kind = match value.kind() {
                    "pattern" | "guard" => ExpressionKind::Opaque(vec![right]),
                    _ => ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(right)),
                };
                tests.push(Expression { span: span(value), kind });
            }
        }
        let at = labels.first().map_or(subject.span, |label| span(*label));
        match <[Expression; 1]>::try_from(tests) {
            Ok([only]) => Some(only),
            Err(tests) => Some(Expression { span: at, kind: ExpressionKind::Any(tests) }),
        }
    }
}
