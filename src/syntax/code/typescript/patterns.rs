//! Patterns of TypeScript and JavaScript: a value is given to the names in one by a row of assignments.

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{
    Expression, ExpressionKind, Identifier, Parameter, ParameterKind, Statement, StatementKind, Target,
};
use super::{Reader, THIS, opaque};
use crate::source::Span;

/// The longest part of a pattern that stands for it as a name.
const NAME: usize = 60;

impl Reader<'_> {
    /// Something that can be assigned to as a whole.
    pub(super) fn target(&mut self, node: Node<'_>) -> Target {
        let expression = self.expression(node);
        match expression.kind {
            ExpressionKind::Name(name) => Target::Name(Identifier { name, span: expression.span }),
            ExpressionKind::Member(object, name) => Target::Member(*object, name),
            ExpressionKind::Index(object, index) => Target::Index(*object, *index),
            _ => Target::Other,
        }
    }

    /// Gives a value to a name, or to the names in a pattern.
    pub(super) fn bind(&mut self, pattern: Node<'_>, value: Expression, into: &mut Vec<Statement>) {
        match pattern.kind() {
            "object_pattern" | "array_pattern" => {
                let held = match &value.kind {
                    ExpressionKind::Name(_) => value,
                    _ => {
                        let name = self.pattern_name(pattern);
                        let kind = ExpressionKind::Name(name.name.clone());
                        let target = vec![Target::Name(name)];
                        into.push(Statement { span: span(pattern), kind: StatementKind::Assign(target, value) });
                        Expression { span: span(pattern), kind }
                    }
                };
                self.deeper((), |reader| reader.parts(pattern, &held, into));
            }
            "assignment_pattern" | "object_assignment_pattern" => {
                let default = self.field(pattern, "right");
                let at = value.span;
                let value = Expression { span: at, kind: ExpressionKind::Any(vec![value, default]) };
                if let Some(left) = pattern.child_by_field_name("left") {
                    self.deeper((), |reader| reader.bind(left, value, into));
                }
            }
            "shorthand_property_identifier_pattern" => {
                let name = self.names.resolve(self.slice(pattern)).to_owned();
                let target = vec![Target::Name(Identifier { name, span: span(pattern) })];
                into.push(Statement { span: span(pattern), kind: StatementKind::Assign(target, value) });
            }
            _ => {
                let target = self.target(pattern);
                let at = Span { start: span(pattern).start, end: value.span.end.max(span(pattern).end) };
                into.push(Statement { span: at, kind: StatementKind::Assign(vec![target], value) });
            }
        }
    }

    /// The parts of a pattern, which share what `held` is.
    fn parts(&mut self, pattern: Node<'_>, held: &Expression, into: &mut Vec<Statement>) {
        let member = |name: Identifier| {
            let at = name.span;
            Expression { span: at, kind: ExpressionKind::Member(Box::new(held.clone()), name) }
        };
        for (index, part) in self.elements(pattern) {
            match part.kind() {
                "rest_pattern" => {
                    if let Some(name) = children(part).first() {
                        self.bind(*name, opaque(part), into);
                    }
                }
                _ if pattern.kind() == "array_pattern" => {
                    let number = Expression { span: span(part), kind: ExpressionKind::Number(index.to_string()) };
                    let kind = ExpressionKind::Index(Box::new(held.clone()), Box::new(number));
                    self.bind(part, Expression { span: span(part), kind }, into);
                }
                "pair_pattern" => {
                    let (Some(key), Some(value)) = (part.child_by_field_name("key"), part.child_by_field_name("value"))
                    else {
                        continue;
                    };
                    let name = Identifier { name: self.property_name(key), span: span(key) };
                    self.bind(value, member(name), into);
                }
                _ => {
                    let name = part.child_by_field_name("left").unwrap_or(part);
                    let name = self.identifier(name);
                    self.bind(part, member(name), into);
                }
            }
        }
    }

    /// The elements of a pattern with their numbers; elements may be left out.
    fn elements<'t>(&self, pattern: Node<'t>) -> Vec<(usize, Node<'t>)> {
        let mut cursor = pattern.walk();
        let mut index = 0;
        let mut elements = Vec::new();
        for child in pattern.children(&mut cursor) {
            if child.kind() == "," {
                index += 1;
            } else if child.is_named() && !child.is_extra() {
                elements.push((index, child));
            }
        }
        elements
    }

    /// A name for what a pattern takes apart: its own text, which no program can name.
    fn pattern_name(&self, pattern: Node<'_>) -> Identifier {
        let text: Vec<&str> = self.slice(pattern).split_whitespace().collect();
        let mut name: String = text.join(" ").chars().take(NAME).collect();
        if !name.ends_with(['}', ']']) {
            name.push('…');
        }
        Identifier { name, span: span(pattern) }
    }

    /// One target for a pattern; what takes it apart is added to `body`.
    pub(super) fn whole(&mut self, pattern: Node<'_>, body: &mut Vec<Statement>) -> Target {
        match pattern.kind() {
            "object_pattern" | "array_pattern" => {
                let name = self.pattern_name(pattern);
                let held = Expression { span: name.span, kind: ExpressionKind::Name(name.name.clone()) };
                self.bind(pattern, held, body);
                Target::Name(name)
            }
            "lexical_declaration" | "variable_declaration" | "variable_declarator" => {
                match children(pattern).into_iter().next() {
                    Some(inner) => self.deeper(Target::Other, |reader| reader.whole(inner, body)),
                    None => Target::Other,
                }
            }
            _ => self.target(pattern),
        }
    }

    /// A parameter; what takes it apart, or keeps it in a field, is added to `body`.
    pub(super) fn parameter(&mut self, node: Node<'_>, into: &mut Vec<Parameter>, body: &mut Vec<Statement>) {
        let mut pattern = node;
        let mut default = None;
        let kept = children(node).iter().any(|n| matches!(n.kind(), "accessibility_modifier" | "override_modifier"))
            || self.slice(node).starts_with("readonly ");
        if matches!(node.kind(), "required_parameter" | "optional_parameter") {
            default = node.child_by_field_name("value").map(|value| self.expression(value));
            let Some(inner) = node.child_by_field_name("pattern") else { return };
            pattern = inner;
        }
        if pattern.kind() == "assignment_pattern" {
            default = Some(self.field(pattern, "right"));
            let Some(left) = pattern.child_by_field_name("left") else { return };
            pattern = left;
        }
        let (kind, pattern) = match pattern.kind() {
            "rest_pattern" => match children(pattern).into_iter().next() {
                Some(inner) => (ParameterKind::Rest, inner),
                None => return,
            },
            // The type of `this` is no parameter; nor are decorators and comments.
            "this" | "decorator" => return,
            _ => (ParameterKind::One, pattern),
        };
        if let Target::Name(Identifier { name, span: at }) = self.whole(pattern, body) {
            if kept {
                let this = Expression { span: at, kind: ExpressionKind::Name(THIS.to_owned()) };
                let value = Expression { span: at, kind: ExpressionKind::Name(name.clone()) };
                let target = Target::Member(this, Identifier { name: name.clone(), span: at });
                body.push(Statement { span: at, kind: StatementKind::Assign(vec![target], value) });
            }
            into.push(Parameter { name, span: at, default, kind });
        }
    }
}
