//! The strict reader: `hcl-edit`'s tree (which no other module sees) into ours.
//!
//! It refuses a whole file for one error or one duplicate name, and it is quadratic on large objects; its
//! caller knows that. Its own limits on nesting keep the walk here shallow.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Ident;
use hcl_edit::expr as theirs;
use hcl_edit::structure::{self, Structure};
use hcl_edit::template::{Element, Template};

use super::{
    Access, Attribute, BinaryOperator, Block, Body, Conditional, Expression, ExpressionKind, For, FunctionCall,
    HclError, Item, ItemKey, Label, Part, UnaryOperator,
};
use crate::source::Span;

/// How an offset in the parsed text becomes one in the source.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shift {
    /// The parsed text stands in the source at this offset.
    By(usize),
    /// The parsed text stands there only after escapes: everything has this one place.
    Whole(Span),
}

impl Shift {
    pub(super) fn by(offset: usize) -> Self {
        Self::By(offset)
    }

    fn span(self, range: Option<Range<usize>>) -> Span {
        match self {
            Self::By(offset) => range.map_or_else(Span::default, |r| Span::new(r.start + offset, r.end + offset)),
            Self::Whole(span) => span,
        }
    }
}

pub(super) fn parse(text: &str, shift: Shift) -> Result<Body, HclError> {
    let body = hcl_edit::parser::parse_body(text).map_err(|e| error(&e, text, shift))?;
    Ok(Converter { shift }.body(&body))
}

pub(super) fn parse_expression(text: &str, shift: Shift) -> Result<Expression, HclError> {
    let expression = hcl_edit::parser::parse_expr(text).map_err(|e| error(&e, text, shift))?;
    Ok(Converter { shift }.expression(&expression))
}

/// Reads the inside of a string as a template. A template that is one hole is that hole's expression.
pub(super) fn parse_template(text: &str, whole: Span, shift: Shift) -> Result<Expression, HclError> {
    let template = hcl_edit::parser::parse_template(text).map_err(|e| error(&e, text, shift))?;
    Ok(Expression { kind: Converter { shift }.template(&template), span: whole })
}

fn error(error: &hcl_edit::parser::Error, text: &str, shift: Shift) -> HclError {
    // At the end of a text the parser points at the last byte, which may be in the middle of a character.
    let at = text.floor_char_boundary(error.location().offset());
    let message = error.message().split('\n').map(str::trim).collect::<Vec<_>>().join("; ");
    HclError { message, span: shift.span(Some(at..at)) }
}

struct Converter {
    shift: Shift,
}

impl Converter {
    fn span(&self, of: &impl hcl_edit::Span) -> Span {
        self.shift.span(of.span())
    }

    fn body(&self, body: &structure::Body) -> Body {
        let mut converted = Body::default();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => converted.attributes.push(self.attribute(attribute)),
                Structure::Block(block) => converted.blocks.push(Arc::new(self.block(block))),
            }
        }
        converted
    }

    fn attribute(&self, attribute: &structure::Attribute) -> Attribute {
        let name_span = self.span(&attribute.key);
        let expression = self.expression(&attribute.value);
        Attribute {
            name: attribute.key.as_str().to_owned(),
            name_span,
            span: name_span.join(expression.span),
            expression,
        }
    }

    fn block(&self, block: &structure::Block) -> Block {
        let kind_span = self.span(&block.ident);
        let labels: Vec<Label> = block
            .labels
            .iter()
            .map(|label| Label { text: label.as_str().to_owned(), span: self.span(label) })
            .collect();
        let header_span = labels.last().map_or(kind_span, |last| kind_span.join(last.span));
        let span = kind_span.join(self.span(block));
        let (kind, body) = (block.ident.as_str().to_owned(), self.body(&block.body));
        Block { kind, labels, header_span, span, body, whole: true }
    }

    fn expression(&self, expression: &theirs::Expression) -> Expression {
        use theirs::Expression as E;
        let kind = match expression {
            E::Null(_) => ExpressionKind::Null,
            E::Bool(value) => ExpressionKind::Bool(*value.value()),
            E::Number(number) => number.value().as_f64().map_or(ExpressionKind::Invalid, ExpressionKind::Number),
            E::String(text) => ExpressionKind::String(text.value().clone()),
            E::Array(array) => ExpressionKind::Tuple(array.iter().map(|e| self.expression(e)).collect()),
            E::Object(object) => ExpressionKind::Object(object.iter().map(|(k, v)| self.item(k, v)).collect()),
            E::StringTemplate(template) => self.template(template),
            E::HeredocTemplate(heredoc) => ExpressionKind::Template(self.parts(&heredoc.template)),
            E::Parenthesis(inner) => ExpressionKind::Parenthesis(Box::new(self.expression(inner.inner()))),
            E::Variable(name) => ExpressionKind::Variable(name.as_str().to_owned()),
            E::Conditional(conditional) => ExpressionKind::Conditional(Box::new(Conditional {
                condition: self.expression(&conditional.cond_expr),
                yes: self.expression(&conditional.true_expr),
                no: self.expression(&conditional.false_expr),
            })),
            E::FuncCall(call) => ExpressionKind::Call(Box::new(self.call(call))),
            E::Traversal(traversal) => ExpressionKind::Traversal(
                Box::new(self.expression(&traversal.expr)),
                traversal.operators.iter().map(|operator| self.access(operator.value())).collect(),
            ),
            E::UnaryOp(operation) => {
                let operator = match operation.operator.value() {
                    theirs::UnaryOperator::Neg => UnaryOperator::Minus,
                    theirs::UnaryOperator::Not => UnaryOperator::Not,
                };
                ExpressionKind::Unary(operator, Box::new(self.expression(&operation.expr)))
            }
            E::BinaryOp(operation) => ExpressionKind::Binary(
                binary(*operation.operator.value()),
                Box::new((self.expression(&operation.lhs_expr), self.expression(&operation.rhs_expr))),
            ),
            E::ForExpr(each) => ExpressionKind::For(Box::new(self.for_expression(each))),
        };
        Expression { kind, span: self.span(expression) }
    }

    fn item(&self, key: &theirs::ObjectKey, value: &theirs::ObjectValue) -> Item {
        let key_span = self.span(key);
        let key = match key {
            theirs::ObjectKey::Ident(ident) => ItemKey::Name(ident.as_str().to_owned()),
            theirs::ObjectKey::Expression(theirs::Expression::Variable(name)) => {
                ItemKey::Name(name.as_str().to_owned())
            }
            theirs::ObjectKey::Expression(theirs::Expression::String(text)) => ItemKey::Name(text.value().clone()),
            theirs::ObjectKey::Expression(expression) => ItemKey::Expression(self.expression(expression)),
        };
        Item { key, key_span, value: self.expression(value.expr()) }
    }

    fn call(&self, call: &theirs::FuncCall) -> FunctionCall {
        let namespace: String = call.name.namespace.iter().map(|part| format!("{}::", part.as_str())).collect();
        FunctionCall {
            name: namespace + call.name.name.as_str(),
            arguments: call.args.iter().map(|argument| self.expression(argument)).collect(),
            expand: call.args.expand_final(),
        }
    }

    fn access(&self, operator: &theirs::TraversalOperator) -> Access {
        match operator {
            theirs::TraversalOperator::AttrSplat(_) => Access::Splat { full: false },
            theirs::TraversalOperator::FullSplat(_) => Access::Splat { full: true },
            theirs::TraversalOperator::GetAttr(name) => Access::Attribute(name.as_str().to_owned()),
            theirs::TraversalOperator::Index(index) => Access::Index(self.expression(index)),
            theirs::TraversalOperator::LegacyIndex(index) => {
                #[allow(clippy::cast_precision_loss, reason = "indices are small")]
                let kind = ExpressionKind::Number(*index.value() as f64);
                Access::Index(Expression { kind, span: self.span(operator) })
            }
        }
    }

    fn for_expression(&self, each: &theirs::ForExpr) -> For {
        let name = |ident: &hcl_edit::Decorated<Ident>| ident.as_str().to_owned();
        For {
            key_name: each.intro.key_var.as_ref().map(name),
            value_name: name(&each.intro.value_var),
            collection: self.expression(&each.intro.collection_expr),
            key: each.key_expr.as_ref().map(|key| self.expression(key)),
            value: self.expression(&each.value_expr),
            grouping: each.grouping,
            condition: each.cond.as_ref().map(|condition| self.expression(&condition.expr)),
        }
    }

    /// A template that is nothing but one hole has the hole's value, whatever its type.
    fn template(&self, template: &Template) -> ExpressionKind {
        let mut parts = self.parts(template);
        match (parts.pop(), parts.is_empty()) {
            (None, _) => ExpressionKind::String(String::new()),
            (Some(Part::Literal(text)), true) => ExpressionKind::String(text),
            (Some(Part::Interpolation(inner)), true) => ExpressionKind::Parenthesis(Box::new(inner)),
            (Some(last), _) => {
                parts.push(last);
                ExpressionKind::Template(parts)
            }
        }
    }

    fn parts(&self, template: &Template) -> Vec<Part> {
        template
            .iter()
            .map(|element| match element {
                Element::Literal(text) => Part::Literal(text.value().clone()),
                Element::Interpolation(hole) => Part::Interpolation(self.expression(&hole.expr)),
                Element::Directive(_) => Part::Directive,
            })
            .collect()
    }
}

fn binary(operator: theirs::BinaryOperator) -> BinaryOperator {
    match operator {
        theirs::BinaryOperator::Eq => BinaryOperator::Equal,
        theirs::BinaryOperator::NotEq => BinaryOperator::NotEqual,
        theirs::BinaryOperator::LessEq => BinaryOperator::LessEqual,
        theirs::BinaryOperator::GreaterEq => BinaryOperator::GreaterEqual,
        theirs::BinaryOperator::Less => BinaryOperator::Less,
        theirs::BinaryOperator::Greater => BinaryOperator::Greater,
        theirs::BinaryOperator::Plus => BinaryOperator::Add,
        theirs::BinaryOperator::Minus => BinaryOperator::Subtract,
        theirs::BinaryOperator::Mul => BinaryOperator::Multiply,
        theirs::BinaryOperator::Div => BinaryOperator::Divide,
        theirs::BinaryOperator::Mod => BinaryOperator::Modulo,
        theirs::BinaryOperator::And => BinaryOperator::And,
        theirs::BinaryOperator::Or => BinaryOperator::Or,
    }
}
