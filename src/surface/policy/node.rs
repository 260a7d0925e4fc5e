//! Documents in YAML: from its nodes to a tree.

use std::rc::Rc;
use std::sync::Arc;

use super::holes;
use super::tree::{Member, Tree, TreeKind};
use crate::model::{Piece, Template};
use crate::source::{Place, Source, Span};
use crate::syntax::yaml::{Kind, Node};

/// What a function of a template gives: nothing for a node that is none.
pub(super) type Functions<'f> = dyn Fn(&Nodes<'_>, &Rc<Node>) -> Option<TreeKind> + 'f;

/// How the nodes of a file are read.
#[derive(Clone, Copy)]
pub(super) struct Nodes<'a> {
    /// The file.
    pub(super) source: &'a Arc<Source>,
    /// What a template language fills in, in order.
    pub(super) holes: &'a [Span],
    /// What the functions of a template give, where there are any.
    pub(super) functions: Option<&'a Functions<'a>>,
}

impl Nodes<'_> {
    /// Where a node stands, as seen from what holds it.
    pub(super) fn place(&self, node: &Node) -> Place {
        Place::new(self.source, node.alias.unwrap_or(node.span))
    }

    /// What a node is.
    pub(super) fn tree(&self, node: &Rc<Node>) -> Tree {
        Tree { place: self.place(node), kind: self.kind(node) }
    }

    fn kind(&self, node: &Rc<Node>) -> TreeKind {
        if let Some(kind) = self.functions.and_then(|functions| functions(self, node)) {
            return kind;
        }
        match &node.kind {
            Kind::Scalar { text, plain } => self.scalar(node, text, *plain),
            Kind::Sequence(items) => {
                TreeKind::List { items: items.iter().map(|item| self.tree(item)).collect(), open: None }
            }
            Kind::Mapping(_) => {
                // A key of the mapping itself beats one that is merged in.
                let mut members: Vec<Member> = Vec::new();
                for (key, value) in node.entries().iter().filter(|(key, _)| !is_merge(key)) {
                    members.push(self.member(key, value));
                }
                for entry in node.effective().iter().filter(|entry| entry.merged.is_some()) {
                    members.push(self.member(entry.key, entry.value));
                }
                TreeKind::Object { members, open: None }
            }
        }
    }

    fn member(&self, key: &Node, value: &Rc<Node>) -> Member {
        let pieces = holes::pieces(key.text().unwrap_or_default());
        Member { key: Template { pieces, place: self.place(key) }, value: self.tree(value) }
    }

    fn scalar(&self, node: &Node, text: &str, plain: bool) -> TreeKind {
        let first = self.holes.partition_point(|hole| hole.end <= node.span.start);
        if let Some(hole) = self.holes.get(first).filter(|hole| hole.start < node.span.end) {
            // The text is not what stands in the file.
            return match holes::pieces(self.source.slice(node.span)).as_slice() {
                [Piece::Hole(words)] => TreeKind::Hole(words.clone()),
                [] => TreeKind::Hole(self.source.slice(*hole).to_owned()),
                pieces => TreeKind::Text(pieces.to_vec()),
            };
        }
        if plain && node.tag.is_none() {
            match text {
                "" | "~" | "null" | "Null" | "NULL" => return TreeKind::Null,
                "true" | "True" | "TRUE" => return TreeKind::Bool(true),
                "false" | "False" | "FALSE" => return TreeKind::Bool(false),
                _ if text.parse::<f64>().is_ok() && text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
                    return TreeKind::Number(text.to_owned());
                }
                _ => {}
            }
        }
        TreeKind::Text(holes::pieces(text))
    }
}

fn is_merge(key: &Node) -> bool {
    matches!(&key.kind, Kind::Scalar { text, plain: true } if text == "<<")
}
