//! What lowering is in every language: texts of nodes, a limit of depth, and expressions by the fields that hold them.

use tree_sitter::Node;

use super::parse::{fields, span};
use super::{Expression, ExpressionKind, Identifier, Statement, StatementKind};

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

    /// An `if` with all its `else if`s, each of which stands in the alternative of the one before: `next` is the `if` in
    /// an alternative, `block` reads what is done.
    fn chained_if<'t>(
        &mut self,
        node: Node<'t>,
        next: impl Fn(Node<'t>) -> Option<Node<'t>>,
        block: impl Fn(&mut Self, Node<'t>) -> Vec<Statement>,
    ) -> StatementKind {
        let mut branches = Vec::new();
        let mut at = node;
        loop {
            let condition = self.field(at, "condition");
            let done = at.child_by_field_name("consequence").map_or_else(Vec::new, |inner| block(self, inner));
            branches.push((condition, done));
            let Some(alternative) = at.child_by_field_name("alternative") else {
                return StatementKind::If(branches, Vec::new());
            };
            match next(alternative) {
                Some(inner) => at = inner,
                None => return StatementKind::If(branches, block(self, alternative)),
            }
        }
    }

    /// An `if`, beside which its `else if`s stand as clauses of this kind: `body` reads what is done from a field, which
    /// is called `done` in an `if` and in such a clause.
    fn if_with_clauses(
        &mut self,
        node: Node<'_>,
        clause: &str,
        done: &str,
        body: impl Fn(&mut Self, Node<'_>, &str) -> Vec<Statement>,
    ) -> StatementKind {
        let condition = self.field(node, "condition");
        let mut branches = vec![(condition, body(self, node, done))];
        let mut otherwise = Vec::new();
        for alternative in fields(node, "alternative") {
            if alternative.kind() == clause {
                let condition = self.field(alternative, "condition");
                branches.push((condition, body(self, alternative, done)));
            } else {
                otherwise = body(self, alternative, "body");
            }
        }
        StatementKind::If(branches, otherwise)
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
