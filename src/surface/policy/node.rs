//! Documents in YAML: from its nodes to a tree.

use std::rc::Rc;
use std::sync::Arc;

use super::holes;
use super::tree::{Member, Tree, TreeKind};
use super::{Frame, Written, read, read_text};
use crate::model::{Piece, PolicyDocument, Template};
use crate::source::{Place, Source, Span};
use crate::surface::embedded_yaml;
use crate::surface::ros::function;
use crate::syntax::shell::EmbeddedText;
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
    /// The text that was read instead of the file's, when holes in it were filled.
    pub(super) filled: Option<&'a str>,
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

    /// The document that a node is or holds as text; nothing when it is none.
    pub(super) fn document(&self, node: &Rc<Node>, frame: Frame) -> Option<PolicyDocument> {
        let node = written(node);
        match self.text(node) {
            Some(text) => read_text(Written { source: self.source, text: &text }, frame),
            None => read(&self.tree(node), frame),
        }
    }

    /// The text of a scalar, with what is filled in as it is written; nothing for an absent value.
    pub(super) fn text(&self, node: &Rc<Node>) -> Option<EmbeddedText> {
        let is_null = matches!(
            self.scalar(node, node.text()?, matches!(node.kind, Kind::Scalar { plain: true, .. })),
            TreeKind::Null
        );
        if is_null || self.functions.is_some() && function(node).is_some_and(|(name, _)| name != "Sub") {
            return None;
        }
        embedded_yaml::restored(self.source.text(), self.filled, self.holes, node)
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

/// What a document is made from: the argument of a function that only writes it down as a text.
fn written(node: &Rc<Node>) -> &Rc<Node> {
    match function(node) {
        Some(("Sub", argument)) if argument.text().is_some() => argument,
        Some(("Sub", argument)) => argument.items().first().unwrap_or(node),
        _ => match node.entries() {
            [(key, argument)] if key.text().is_some_and(|key| key.eq_ignore_ascii_case("fn::toJSON")) => argument,
            _ => node,
        },
    }
}

/// What the functions of ROS give, as far as texts are concerned: references are holes, which have the same words
/// wherever the same thing is referred to.
pub(super) fn functions_of_ros(nodes: &Nodes<'_>, node: &Rc<Node>) -> Option<TreeKind> {
    let (name, argument) = function(node)?;
    let texts =
        |items: &[Rc<Node>]| items.iter().map(|item| item.text().map(str::to_owned)).collect::<Option<Vec<_>>>();
    match name {
        "Ref" => {
            let text = argument.text()?;
            Some(if text.ends_with("::NoValue") { TreeKind::Null } else { TreeKind::Hole(text.to_owned()) })
        }
        "GetAtt" => {
            let words = argument.text().map(str::to_owned).or_else(|| Some(texts(argument.items())?.join(".")));
            words.map(TreeKind::Hole)
        }
        "Sub" => {
            let text = argument.text().or_else(|| argument.items().first()?.text())?;
            Some(TreeKind::Text(holes::pieces(text)))
        }
        "Join" => joined(nodes, argument),
        _ => None,
    }
    .or_else(|| {
        let written: String =
            nodes.source.slice(node.span).split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ");
        Some(TreeKind::Hole(written))
    })
}

/// How many words of a function are shown.
const WORDS: usize = 30;

/// Texts with one between each two of them; nothing when some are no texts.
fn joined(nodes: &Nodes<'_>, argument: &Rc<Node>) -> Option<TreeKind> {
    let [separator, items] = argument.items() else { return None };
    let separator = separator.text()?;
    let mut pieces = Vec::new();
    for (number, item) in items.items().iter().enumerate() {
        if number > 0 {
            holes::push_text(&mut pieces, separator);
        }
        for piece in nodes.tree(item).template()?.pieces {
            match piece {
                Piece::Text(text) => holes::push_text(&mut pieces, &text),
                hole @ Piece::Hole(_) => pieces.push(hole),
            }
        }
    }
    (!items.items().is_empty()).then_some(TreeKind::Text(pieces))
}
