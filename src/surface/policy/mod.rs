//! RAM policies: documents, principals, what is attached to whom, and who runs which program, as all carriers but
//! Terraform's own syntax write them.
//!
//! Owns the reader of documents, which every carrier uses: [`read`] for a tree, [`read_text`] for a text that stands in
//! some file. It keeps whatever is wrong with a document and judges nothing.

mod grammar;
mod holes;
#[allow(dead_code)]
mod node;
mod read;
mod recognise;
mod single;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use crate::model::{Handle, PolicyDocument, PolicyKind};

pub use grammar::{Grammar, grammar};
pub use single::{access, documents};
pub use text::Written;
pub use tree::{Member, Tree, TreeKind};

/// What is known of a document from where it stands.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What the source calls it.
    pub subject: String,
    /// By what attachments name it.
    pub handles: Vec<Handle>,
    /// What it is attached to; absent when only the document itself tells.
    pub kind: Option<PolicyKind>,
    /// Whether nothing but a RAM policy can stand there: then it is one, whatever is wrong with it.
    pub expected: bool,
    /// Whether it is not really used.
    pub advisory: bool,
    /// How many characters it has as it is sent, when that is known. For a text it is counted.
    pub length: Option<usize>,
}

/// The document that a tree is; nothing when it is none.
#[must_use]
pub fn read(tree: &Tree, frame: Frame) -> Option<PolicyDocument> {
    (frame.expected || recognise::is_document(tree)).then(|| read::document(tree, frame))
}

/// The document that a text is; nothing when it is none. What nobody knows of the text stands in it as `${words}`.
#[must_use]
pub fn read_text(written: Written<'_>, frame: Frame) -> Option<PolicyDocument> {
    read_filled(written, &|_| None, frame)
}

/// The same, where somebody knows what some holes are: `fill` gives it for the words of a hole.
#[must_use]
pub fn read_filled(written: Written<'_>, fill: &dyn Fn(&str) -> Option<Tree>, frame: Frame) -> Option<PolicyDocument> {
    let parsed = text::parse(written);
    let frame = Frame { length: parsed.length, ..frame };
    let mut document = match parsed.tree.map(|tree| tree.filled(fill)) {
        Some(tree) => read(&tree, frame)?,
        None if frame.expected => {
            let place = crate::source::Place::new(written.source, written.text.span(0, written.text.text().len()));
            let hole = Tree { place, kind: TreeKind::Hole("a text that cannot be read".to_owned()) };
            PolicyDocument { open: Some("it cannot be read".to_owned()), ..read::document(&hole, frame) }
        }
        None => return None,
    };
    document.defects.extend(parsed.defects);
    document.defects.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
    Some(document)
}
