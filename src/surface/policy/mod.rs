//! RAM policies: documents, principals, what is attached to whom, and who runs which program, as all carriers but
//! Terraform's own syntax write them.
//!
//! Owns the reader of documents, which every carrier uses: [`read()`] for a tree, [`read_text`] for a text that stands in
//! some file. It keeps whatever is wrong with a document and judges nothing.

mod carriers;
pub(in crate::surface) mod cli;
pub(in crate::surface) mod directory;
mod expressions;
mod files;
mod grammar;
mod holes;
mod node;
mod plain;
mod programs;
mod read;
mod recognise;
mod resources;
mod runners;
mod say;
mod serverless;
mod single;
#[cfg(test)]
mod tests;
mod text;
mod tree;

use crate::model::{Access, Handle, PolicyDocument, PolicyKind};
use crate::source::{Place, Span};

pub(super) use files::Policies;
pub use grammar::{Grammar, grammar};
pub(super) use plain::in_block;
pub(super) use programs::PulumiPrograms;
pub use single::{access, documents, named};
pub use text::Written;
pub(in crate::surface) use text::unescaped;
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
            let place = Place::new(written.source, written.text.span(0, written.text.text().len()));
            let hole = Tree { place, kind: TreeKind::Hole("a text that cannot be read".to_owned()) };
            PolicyDocument { open: Some("it cannot be read".to_owned()), ..read::document(&hole, frame) }
        }
        None => return None,
    };
    document.defects.extend(parsed.defects);
    document.defects.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
    Some(document)
}

/// The words of which a script that is about access holds at least one.
pub(in crate::surface) fn script_words() -> impl Iterator<Item = &'static String> {
    let known = carriers::carriers();
    known.needles.scripts.iter().chain(&known.role_variables).chain(&known.profile_variables)
}

/// Those words, as a surface gives them.
pub(in crate::surface) fn script_needles() -> Vec<String> {
    script_words().cloned().collect()
}

/// The words of which a text with a document in it holds at least one.
pub(in crate::surface) fn document_needles() -> Vec<String> {
    carriers::carriers().needles.texts.clone()
}

/// A document that is an example.
pub(in crate::surface) fn example(document: PolicyDocument) -> PolicyDocument {
    PolicyDocument { advisory: true, ..document }
}

/// Keeps one of those that stand at one place: a script may be walked several times.
pub(in crate::surface) fn distinct(access: &mut Access) {
    type Seen<T> = rustc_hash::FxHashSet<T>;
    let at = |place: &Place| (place.source.path().to_owned(), place.span);
    one_of_each(&mut access.documents);
    let mut seen = Seen::default();
    access.principals.retain(|principal| seen.insert((at(&principal.place), principal.handles.clone())));
    let mut seen = Seen::default();
    access
        .attachments
        .retain(|attached| seen.insert((at(&attached.place), attached.principal.clone(), attached.policy.clone())));
    let mut seen = Seen::default();
    access.memberships.retain(|member| seen.insert((at(&member.place), member.user.clone(), member.group.clone())));
    let mut seen = Seen::default();
    access.runners.retain(|runner| seen.insert((at(&runner.place), runner.principal.clone())));
    let mut seen = Seen::default();
    access.controls.retain(|one| seen.insert((at(&one.place), one.target.clone(), one.policy.clone())));
    let mut seen = Seen::default();
    access.directory.retain(|part| seen.insert((at(&part.place), part.handles.clone())));
    let mut seen = Seen::default();
    access.residences.retain(|one| seen.insert((one.principal.clone(), one.account.clone())));
    let mut seen = Seen::default();
    access.profiles.retain(|profile| seen.insert((at(&profile.place), profile.name.clone(), profile.role.clone())));
    let mut seen = Seen::default();
    access.profile_uses.retain(|one| seen.insert((at(&one.scope), at(&one.place), one.name.clone())));
    let mut seen = Seen::default();
    access.companions.retain(|companion| seen.insert((at(&companion.place), companion.operation.clone())));
}

/// Makes one of documents that say the same at one place: it has the handles of all.
pub(in crate::surface) fn one_of_each(documents: &mut Vec<PolicyDocument>) {
    let mut seen: rustc_hash::FxHashMap<(String, Span, String), usize> = rustc_hash::FxHashMap::default();
    let mut kept: Vec<PolicyDocument> = Vec::new();
    for document in documents.drain(..) {
        let key = (document.place.source.path().to_owned(), document.place.span, shown(&document));
        match seen.get(&key).and_then(|at| kept.get_mut(*at)) {
            Some(same) => {
                let new = document.handles.into_iter().filter(|handle| !same.handles.contains(handle));
                same.handles.extend(new.collect::<Vec<_>>());
            }
            None => {
                seen.insert(key, kept.len());
                kept.push(document);
            }
        }
    }
    *documents = kept;
}

/// All texts of a document: at one place nothing else can differ.
fn shown(document: &PolicyDocument) -> String {
    let mut shown = String::new();
    let texts = document.statements.iter().flat_map(|statement| {
        let elements = [&statement.actions, &statement.not_actions, &statement.resources, &statement.not_resources];
        elements.into_iter().flatten().chain(statement.conditions.iter().map(|condition| &condition.values))
    });
    for text in texts.flat_map(|texts| &texts.all) {
        shown.push_str(&text.shown());
        shown.push('\n');
    }
    shown
}
