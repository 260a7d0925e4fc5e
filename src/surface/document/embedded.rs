//! Documents and scripts that stand in a scalar of a document.

use std::rc::Rc;

use super::File;
use crate::source::Span;
use crate::syntax::document::{self, Document, Format};
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

/// The text of a scalar with the places of its bytes; nothing when escapes hide them. White space may be
/// folded or indented otherwise in the source, words are the same.
pub(in crate::surface) fn text_in(file: &File<'_>, node: &Node) -> Option<EmbeddedText> {
    let text = node.text()?;
    let slice = file.source.slice(node.span);
    let base = node.span.start as usize;
    let is_plain = matches!(node.kind, Kind::Scalar { plain: true, .. });
    let mut from = match slice.chars().next() {
        Some('|' | '>') if !is_plain => slice.find('\n')?,
        Some('"' | '\'') if !is_plain => 1,
        _ => 0,
    };
    let mut embedded = EmbeddedText::new();
    let mut rest = text;
    while !rest.is_empty() {
        let blank = rest.len() - rest.trim_start().len();
        let (white, behind) = rest.split_at_checked(blank)?;
        let source = slice.get(from..)?;
        let skipped = source.len() - source.trim_start().len();
        // The white space at the end of a block is not part of what the node spans.
        let span = Span::new(base + from, base + from + if behind.is_empty() { 0 } else { skipped });
        embedded.push(white, span);
        from += skipped;
        let (word, behind) = behind.split_at_checked(behind.find(char::is_whitespace).unwrap_or(behind.len()))?;
        if !word.is_empty() {
            if !slice.get(from..)?.starts_with(word) {
                return None;
            }
            embedded.push(word, Span::new(base + from, base + from + word.len()));
            from += word.len();
        }
        rest = behind;
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
        filled: None,
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
