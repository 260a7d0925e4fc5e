//! What lowering is in every language: texts of nodes, a limit of depth, and expressions by the fields that hold them.

use tree_sitter::Node;

use super::parse::span;
use super::{Expression, ExpressionKind, Identifier};

/// How deep statements and expressions may be nested, so that no walk runs out of stack.
const DEPTH_LIMIT: usize = 60;

/// How deep a walk is, and whether it ever was as deep as it may be.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    too_deep: bool,
}

impl Nesting {
    /// Whether everything was looked at.
    pub(super) fn is_complete(&self) -> bool {
        !self.too_deep
    }
}

/// The walk through a foreign tree.
pub(super) trait Lowering: Sized {
    /// The whole text.
    fn text(&self) -> &str;

    /// How deep the walk is.
    fn nesting(&mut self) -> &mut Nesting;

    /// What an expression is.
    fn lower(&mut self, node: Node<'_>) -> ExpressionKind;

    /// The text of a node.
    fn slice(&self, node: Node<'_>) -> &str {
        self.text().get(node.byte_range()).unwrap_or_default()
    }

    fn identifier(&self, node: Node<'_>) -> Identifier {
        Identifier { name: self.slice(node).to_owned(), span: span(node) }
    }

    /// Runs `read` one level deeper, or notes that the text is too deep.
    fn deeper<T>(&mut self, otherwise: T, read: impl FnOnce(&mut Self) -> T) -> T {
        let nesting = self.nesting();
        if nesting.depth >= DEPTH_LIMIT {
            nesting.too_deep = true;
            return otherwise;
        }
        nesting.depth += 1;
        let result = read(self);
        self.nesting().depth -= 1;
        result
    }

    fn expression(&mut self, node: Node<'_>) -> Expression {
        let kind = self.deeper(ExpressionKind::Opaque(Vec::new()), |reader| reader.lower(node));
        Expression { span: span(node), kind }
    }

    /// The expression in a field.
    fn field(&mut self, node: Node<'_>, field: &str) -> Expression {
        node.child_by_field_name(field).map_or_else(|| opaque(node), |inner| self.expression(inner))
    }

    fn boxed(&mut self, node: Node<'_>, field: &str) -> Box<Expression> {
        Box::new(self.field(node, field))
    }

    fn all(&mut self, nodes: Vec<Node<'_>>) -> Vec<Expression> {
        nodes.into_iter().map(|node| self.expression(node)).collect()
    }
}

/// An expression of which nothing is known.
pub(super) fn opaque(node: Node<'_>) -> Expression {
    Expression { span: span(node), kind: ExpressionKind::Opaque(Vec::new()) }
}

/// The operator of a binary expression, as it is written.
pub(super) fn operator<'t>(node: Node<'t>) -> &'t str {
    node.child_by_field_name("operator").map(|operator| operator.kind()).unwrap_or_default()
}

/// The operands of a chain of one operator, `a + b + c`, from left to right: such a chain is nested as deep as it is
/// long, and a walk over it must not be.
pub(super) fn operands(node: Node<'_>) -> Vec<Node<'_>> {
    let mut operands = chain(node, "left", "right");
    operands.reverse();
    operands
}

/// The operands of a chain from the outermost to the innermost, which stands in the field `next` of each link.
pub(super) fn chain<'t>(node: Node<'t>, next: &str, other: &str) -> Vec<Node<'t>> {
    let (kind, first) = (node.kind(), operator(node));
    let mut operands = Vec::new();
    let mut at = node;
    while at.kind() == kind && operator(at).eq_ignore_ascii_case(first) {
        operands.extend(at.child_by_field_name(other));
        match at.child_by_field_name(next) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    operands.push(at);
    operands
}
