//! The one place that runs a grammar: with a limit of work, and helpers to walk what it gives.

use std::ops::ControlFlow;

use tree_sitter::{Language, Node, ParseOptions, Parser, Tree};

use crate::source::Span;

/// Steps of the parser (each a hundred of its operations) that any text is granted.
const BASE_STEPS: usize = 4_000;

/// Bytes for which one more step is granted; an ordinary program takes one step for about 30 bytes.
const BYTES_PER_STEP: usize = 4;

/// How many broken parts are kept.
const ERRORS: usize = 100;

/// The tree of a text; nothing when it takes too much work. Work is counted and not timed, so that the result
/// is the same on every machine.
pub(super) fn parse(language: &Language, text: &str) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(language).ok()?;
    let limit = BASE_STEPS + text.len() / BYTES_PER_STEP;
    let mut steps = 0_usize;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

/// The named children of a node that are no comments.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()).collect()
}

/// The children of a node that have a field name.
pub(super) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor).collect()
}

/// Where a node stands.
pub(super) fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

/// Where a tree breaks the grammar, outermost parts only.
pub(super) fn errors(root: Node<'_>) -> Vec<Span> {
    let mut found = Vec::new();
    if !root.has_error() {
        return found;
    }
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let broken = node.is_error() || node.is_missing();
        if broken {
            found.push(span(node));
            if found.len() >= ERRORS {
                return found;
            }
        }
        if !broken && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}
