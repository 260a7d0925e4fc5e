//! Patterns of C#: `switch` as a statement and as an expression, and `is`. Those that are constants are comparisons;
//! what others ask is not known.

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::switch::{arms, without_breaks};
use super::super::{Comparison, Expression, ExpressionKind, Statement, StatementKind};
use super::{Reader, opaque};

/// How many arms of an expression are kept apart.
const ARMS: usize = 20;

impl Reader<'_> {
    /// A `switch` as a statement.
    pub(super) fn switch(&mut self, node: Node<'_>) -> StatementKind {
        let subject = node.child_by_field_name("value").map_or_else(|| opaque(node), |value| self.wanting(None, value));
        let mark = self.names.mark();
        let mut read: Vec<(Option<Expression>, Vec<Statement>, bool)> = Vec::new();
        for section in node.child_by_field_name("body").map(children).unwrap_or_default() {
            let is_case = self.slice(section).starts_with("case");
            let mut condition = None;
            let mut parts = Vec::new();
            for part in children(section) {
                match part.kind() {
                    "when_clause" => {
                        let held = children(part).pop().map_or_else(|| opaque(part), |held| self.wanting(None, held));
                        condition = condition.map(|pattern| both(pattern, held));
                    }
                    _ if is_case && condition.is_none() => condition = Some(self.pattern(&subject, part)),
                    _ => parts.push(part),
                }
            }
            let mut body = self.deeper(Vec::new(), |reader| reader.sequence(parts));
            // Only labels without statements go on with what stands below.
            let ends = !body.is_empty();
            without_breaks(&mut body, 0);
            read.push((condition, body, ends));
        }
        self.names.forget(mark);
        arms(read)
    }

    /// A `switch` as an expression.
    pub(super) fn chosen(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let Some((subject, arms)) = parts.split_first() else { return ExpressionKind::Opaque(Vec::new()) };
        let wanted = self.wanted.clone();
        let subject = self.wanting(None, *subject);
        let mut read = Vec::new();
        let mut otherwise = opaque(node);
        for arm in arms.iter().filter(|arm| arm.kind() == "switch_expression_arm") {
            let mark = self.names.mark();
            let parts = children(*arm);
            let (Some(pattern), Some(value)) = (parts.first(), parts.last()) else { continue };
            let held = parts.iter().find(|part| part.kind() == "when_clause").and_then(|when| children(*when).pop());
            let any = matches!(pattern.kind(), "discard" | "var_pattern");
            let condition = (!any).then(|| self.pattern(&subject, *pattern));
            let held = held.map(|held| self.wanting(None, held));
            let throws = value.kind() == "throw_expression";
            let value = self.wanting(wanted.clone(), *value);
            self.names.forget(mark);
            match (condition, held) {
                // Where nothing else is left, an exception gives no value.
                _ if throws => {}
                (Some(condition), Some(held)) => read.push((both(condition, held), value)),
                (Some(condition), None) => read.push((condition, value)),
                (None, Some(held)) => read.push((held, value)),
                (None, None) => {
                    otherwise = value;
                    break;
                }
            }
        }
        let whole = span(node);
        let chosen = read.into_iter().rev().take(ARMS).fold(otherwise, |rest, (condition, value)| Expression {
            span: whole,
            kind: ExpressionKind::Conditional(Box::new([condition, value, rest])),
        });
        chosen.kind
    }

    /// `value is pattern`
    pub(super) fn matching(&mut self, node: Node<'_>) -> ExpressionKind {
        let subject = self.field(node, "expression");
        match node.child_by_field_name("pattern") {
            Some(pattern) => self.pattern(&subject, pattern).kind,
            None => ExpressionKind::Opaque(vec![subject]),
        }
    }

    /// What a pattern asks of a value.
    fn pattern(&mut self, subject: &Expression, node: Node<'_>) -> Expression {
        let at = span(node);
        let unknown = Expression { span: at, kind: ExpressionKind::Opaque(vec![subject.clone()]) };
        let kind = match node.kind() {
            "constant_pattern" => {
                let value = children(node).pop().map_or_else(|| opaque(node), |value| self.wanting(None, value));
                ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(value))
            }
            "negated_pattern" => {
                let Some(inner) = children(node).pop() else { return unknown };
                let inner = self.deeper(unknown, |reader| reader.pattern(subject, inner));
                ExpressionKind::Not(Box::new(inner))
            }
            "parenthesized_pattern" => {
                let Some(inner) = children(node).pop() else { return unknown };
                return self.deeper(unknown, |reader| reader.pattern(subject, inner));
            }
            "or_pattern" => {
                let sides = [node.child_by_field_name("left"), node.child_by_field_name("right")];
                let sides = sides.into_iter().flatten();
                let read = sides.map(|side| self.deeper(unknown.clone(), |reader| reader.pattern(subject, side)));
                ExpressionKind::Any(read.collect())
            }
            "declaration_pattern" | "recursive_pattern" | "var_pattern" => {
                self.declare_field(node, "name");
                return unknown;
            }
            // Constants stand for themselves where no pattern but one can stand.
            kind if kind.ends_with("_literal") || matches!(kind, "identifier" | "member_access_expression") => {
                let value = self.wanting(None, node);
                ExpressionKind::Compare(Comparison::Equal, Box::new(subject.clone()), Box::new(value))
            }
            _ => return unknown,
        };
        Expression { span: at, kind }
    }
}

/// Both hold.
fn both(first: Expression, second: Expression) -> Expression {
    Expression { span: first.span, kind: ExpressionKind::All(vec![first, second]) }
}
