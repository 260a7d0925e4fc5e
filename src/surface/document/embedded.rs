//! Documents and scripts that stand in a scalar of a document.

use std::rc::Rc;

use super::File;
use crate::source::Span;
use crate::syntax::document::{self, Document, Format};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

/// The text of a scalar with the places of its bytes; nothing when its escapes or folds hide them.
pub(in crate::surface) fn text_in(file: &File<'_>, node: &Node) -> Option<EmbeddedText> {
    let text = node.text()?;
    let slice = file.source.slice(node.span);
    let base = node.span.start as usize;
    let mut embedded = EmbeddedText::new();
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches('\n');
        if bare.is_empty() {
            embedded.push(line, Span::new(base + from, base + from));
            continue;
        }
        let at = from + slice.get(from..)?.find(bare)?;
        // Nothing but indentation, a quote or the mark of a block may stand before it.
        let skipped = slice.get(from..at)?;
        let is_first = embedded.text().is_empty();
        let is_mark = |c: char| "|>+-'\"".contains(c) || c.is_ascii_digit() || c.is_whitespace();
        if !skipped.chars().all(|c| c.is_whitespace() || (is_first && is_mark(c))) {
            return None;
        }
        let end = at + bare.len();
        embedded.push(bare, Span::new(base + at, base + end));
        if line.len() > bare.len() {
            embedded.push("\n", Span::new(base + end, base + end + 1));
        }
        from = end;
    }
    Some(embedded)
}

/// The document that a scalar holds, with places in the file.
pub(in crate::surface) fn document_in(file: &File<'_>, node: &Node) -> Option<Document> {
    let text = node.text()?;
    let format = if text.trim_start().starts_with('{') { Format::Json } else { Format::Yaml };
    let document = document::parse(text, format);
    // Where the way back is lost, everything has the place of the scalar.
    let back = text_in(file, node);
    let place = |span: Span| match &back {
        Some(back) => back.span(span.start as usize, span.end as usize),
        None => node.span,
    };
    Some(Document {
        roots: document.roots.iter().map(|root| moved(root, &place)).collect(),
        holes: document.holes.into_iter().map(place).collect(),
        directives: document.directives.into_iter().map(place).collect(),
        error: document.error.map(|(message, span)| (message, place(span))),
    })
}

/// The same tree in other places.
fn moved(node: &Rc<Node>, place: &dyn Fn(Span) -> Span) -> Rc<Node> {
    let kind = match &node.kind {
        Kind::Scalar { text, plain } => Kind::Scalar { text: text.clone(), plain: *plain },
        Kind::Sequence(items) => Kind::Sequence(items.iter().map(|item| moved(item, place)).collect()),
        Kind::Mapping(entries) => {
            Kind::Mapping(entries.iter().map(|(key, value)| (moved(key, place), moved(value, place))).collect())
        }
    };
    Rc::new(Node { span: place(node.span), tag: node.tag.clone(), kind, alias: node.alias.map(place) })
}
