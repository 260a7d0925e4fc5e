//! `switch` of TypeScript and JavaScript: a row of comparisons.

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::children;
use super::super::switch::{arms, leaves, without_breaks};
use super::super::{Comparison, Expression, ExpressionKind, Statement, StatementKind};
use super::{Reader, all_fields, opaque};

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
