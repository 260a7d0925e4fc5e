//! HCL as a tree with spans, whether it is written as HCL or as JSON.
//!
//! Owns the tree ([`Body`], [`Block`], [`Expression`]) and the readers that give it: a strict and fast one,
//! one that recovers from errors and takes over when the strict one refuses a file, and one for the JSON
//! spelling. It evaluates nothing and knows no provider.

mod edit;
mod json_body;
mod pieces;
#[cfg(feature = "code")]
mod recover;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::source::Span;

pub use json_body::{parse_json, value_expression};

/// The strict reader takes time quadratic in the size of an object; larger files go to the other one.
const STRICT_LIMIT: usize = 256 * 1024;

/// What a file, or a block, holds.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// `name = expression`, in the order of the source, duplicates kept.
    pub attributes: Vec<Attribute>,
    /// Nested blocks, in the order of the source.
    pub blocks: Vec<Arc<Block>>,
}

/// One `name = expression`.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// The name.
    pub name: String,
    /// Where the name stands (in JSON with its quotes).
    pub name_span: Span,
    /// The value.
    pub expression: Expression,
    /// From the name to the end of the value.
    pub span: Span,
}

/// One block, e.g. `resource "a" "b" { … }`.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its first word.
    pub kind: String,
    /// The words between that and the brace.
    pub labels: Vec<Label>,
    /// From the first word to the last label.
    pub header_span: Span,
    /// The whole block. When its end is missing, as far as it could be read.
    pub span: Span,
    /// What stands in it.
    pub body: Body,
    /// Whether all of it could be read; else something may be missing.
    pub whole: bool,
}

/// One label of a block.
#[derive(Debug, Clone)]
pub struct Label {
    /// Its text without quotes.
    pub text: String,
    /// Where it stands, with quotes.
    pub span: Span,
}

/// An expression with its place.
#[derive(Debug, Clone)]
pub struct Expression {
    /// What it is.
    pub kind: ExpressionKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Debug, Clone)]
pub enum ExpressionKind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string without holes.
    String(String),
    /// A string or a heredoc with holes, or a heredoc without.
    Template(Vec<Part>),
    /// The first word of a reference.
    Variable(String),
    /// `a.b`, `a[0]`, `a[*].b`: something, and what is taken from it.
    Traversal(Box<Expression>, Vec<Access>),
    /// A function call.
    Call(Box<FunctionCall>),
    /// `condition ? yes : no`.
    Conditional(Box<Conditional>),
    /// `[for …]` or `{for …}`.
    For(Box<For>),
    /// `{ key = value }`.
    Object(Vec<Item>),
    /// `[value, …]`.
    Tuple(Vec<Expression>),
    /// `!x` or `-x`.
    Unary(UnaryOperator, Box<Expression>),
    /// `a + b` and the like.
    Binary(BinaryOperator, Box<(Expression, Expression)>),
    /// `(x)`.
    Parenthesis(Box<Expression>),
    /// Something that could not be read.
    Invalid,
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub enum Part {
    /// Text as it is.
    Literal(String),
    /// `${ … }`.
    Interpolation(Expression),
    /// `%{ … }`: conditions and loops in a template, which are not followed.
    Directive,
}

/// One step of a traversal.
#[derive(Debug, Clone)]
pub enum Access {
    /// `.name`.
    Attribute(String),
    /// `[expression]` or `.0`.
    Index(Expression),
    /// `[*]`, or `.*`, which ends at the next index.
    Splat {
        /// Whether it is `[*]`.
        full: bool,
    },
}

/// A function call.
#[derive(Debug, Clone)]
pub struct FunctionCall {
    /// The name, with its namespace.
    pub name: String,
    /// The arguments.
    pub arguments: Vec<Expression>,
    /// Whether the last argument is followed by `...`.
    pub expand: bool,
}

/// `condition ? yes : no`.
#[derive(Debug, Clone)]
pub struct Conditional {
    /// What decides.
    pub condition: Expression,
    /// The value when it holds.
    pub yes: Expression,
    /// The value when it does not.
    pub no: Expression,
}

/// A `for` expression.
#[derive(Debug, Clone)]
pub struct For {
    /// The name of the key or index, if there is one.
    pub key_name: Option<String>,
    /// The name of the value.
    pub value_name: String,
    /// What is gone through.
    pub collection: Expression,
    /// The key of each entry; absent in `[for …]`.
    pub key: Option<Expression>,
    /// The value of each entry.
    pub value: Expression,
    /// Whether values of one key are collected (`...`).
    pub grouping: bool,
    /// Which entries are taken.
    pub condition: Option<Expression>,
}

/// One entry of an object.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its key.
    pub key: ItemKey,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Expression,
}

/// The key of an entry.
#[derive(Debug, Clone)]
pub enum ItemKey {
    /// A bare word or a string.
    Name(String),
    /// An expression, in parentheses or with holes.
    Expression(Expression),
}

/// An operator before its operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Minus,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after what it does")]
pub enum BinaryOperator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    And,
    Or,
}

/// Text that breaks the grammar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct HclError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What could be read of a text, and the first thing that could not.
#[derive(Debug, Default)]
pub struct Parsed {
    /// What could be read; empty when nothing was.
    pub body: Body,
    /// What is wrong with the text, when something is.
    pub error: Option<HclError>,
}

/// Reads a file.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    if text.len() > STRICT_LIMIT {
        return in_pieces(text, None);
    }
    match edit::parse(text, edit::Shift::by(0)) {
        Ok(body) => Parsed { body, error: None },
        Err(error) => in_pieces(text, Some(error)),
    }
}

/// Reads each top-level block on its own, so that an error costs only the block that it stands in.
fn in_pieces(text: &str, error: Option<HclError>) -> Parsed {
    let mut parsed = Parsed { body: Body::default(), error };
    for (start, piece) in pieces::split(text) {
        let strict = if piece.len() > STRICT_LIMIT {
            Err(HclError { message: "a block is too large".to_owned(), span: Span::new(start, start) })
        } else {
            edit::parse(piece, edit::Shift::by(start))
        };
        let body = match strict {
            Ok(body) => body,
            Err(strict) => {
                let (body, error) = recover(piece, start, strict);
                parsed.error = parsed.error.or(error);
                body
            }
        };
        parsed.body.attributes.extend(body.attributes);
        parsed.body.blocks.extend(body.blocks);
    }
    parsed
}

#[cfg(feature = "code")]
fn recover(piece: &str, start: usize, strict: HclError) -> (Body, Option<HclError>) {
    recover::parse(piece, start, strict)
}

#[cfg(not(feature = "code"))]
fn recover(_piece: &str, _start: usize, strict: HclError) -> (Body, Option<HclError>) {
    (Body::default(), Some(strict))
}

/// Reads one expression, e.g. the value of a flag, that starts at `offset` of its source.
///
/// # Errors
/// [`HclError`] when the text is no expression.
pub fn parse_expression(text: &str, offset: usize) -> Result<Expression, HclError> {
    edit::parse_expression(text, edit::Shift::by(offset))
}

impl Body {
    /// The attribute with this name; of duplicates the first.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }
}

impl Block {
    /// The text of a label, by its number from 0.
    #[must_use]
    pub fn label(&self, index: usize) -> Option<&str> {
        self.labels.get(index).map(|label| label.text.as_str())
    }
}

impl Expression {
    /// The expression without parentheses around it.
    #[must_use]
    pub fn bare(&self) -> &Self {
        let mut expression = self;
        while let ExpressionKind::Parenthesis(inner) = &expression.kind {
            expression = inner;
        }
        expression
    }

    /// The text of a string without holes.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::String(text) => Some(text),
            _ => None,
        }
    }
}
