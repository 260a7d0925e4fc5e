//! Documents that stand by themselves: files of JSON and YAML, several in one file, within other data, as texts in it.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::carriers::carriers;
use super::grammar::grammar;
use super::node::Nodes;
use super::tree::{Tree, TreeKind};
use super::{Frame, Written, holes, read, read_text, recognise, text};
use crate::model::{DefectKind, Handle, PolicyDocument, Problem, ProblemKind};
use crate::source::{Source, Span};
use crate::surface::document::holds;
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::{Kind, Node};

/// How many blobs of one file are read.
const BLOBS: usize = 500;

/// The documents in a file of JSON, or in one that holds several texts of JSON; nothing when it holds no JSON.
pub(super) fn json(path: &Path, source: &Arc<Source>) -> Option<Vec<PolicyDocument>> {
    let whole = EmbeddedText::verbatim(source.text(), 0);
    let subject = subject_of(path);
    if let Some(tree) = text::parse(Written { source, text: &whole }).tree {
        let mut documents = Vec::new();
        Json { source, is_file: true }.walk(&tree, &subject, &mut documents);
        name_alone(&mut documents, &subject);
        return Some(documents);
    }
    let blobs = blobs(source.text());
    let mut documents = Vec::new();
    for (number, span) in blobs.iter().take(BLOBS).enumerate() {
        let blob = EmbeddedText::verbatim(source.slice(*span), span.start);
        let subject = if number == 0 { subject.clone() } else { format!("{subject} ({})", number + 1) };
        if let Some(tree) = text::parse(Written { source, text: &blob }).tree {
            Json { source, is_file: true }.walk(&tree, &subject, &mut documents);
        }
    }
    (!documents.is_empty()).then_some(documents)
}

/// What is wrong with a file that was meant to be a document: it names resources of the account in statements, and it
/// is no JSON. A template is not complained about.
pub(super) fn broken(path: &Path, source: &Arc<Source>, documents: &[PolicyDocument]) -> Option<Problem> {
    let text = source.text();
    let is_json = path.extension().is_some_and(|ending| ending == "json" || ending == "policy");
    let is_meant = || {
        let quoted = |word: &str| text.contains(&format!("\"{word}"));
        quoted(&grammar().statement) && quoted(&grammar().effect) && quoted(&grammar().own_prefix)
    };
    if !documents.is_empty() || !is_json || !holes::holes(text).is_empty() || text.contains("%{") || !is_meant() {
        return None;
    }
    let whole = EmbeddedText::verbatim(text, 0);
    let parsed = text::parse(Written { source, text: &whole });
    let defect = parsed.defects.into_iter().find(|defect| defect.kind == DefectKind::Unreadable)?;
    let message = format!("this policy is no JSON: {}", defect.words);
    Some(Problem { kind: ProblemKind::Unparsable, place: defect.place, message, help: None })
}

/// The documents in a block of JSON that stands in a file of another kind.
pub(in crate::surface) fn in_block(path: &Path, source: &Arc<Source>, block: &EmbeddedText) -> Vec<PolicyDocument> {
    let mut documents = Vec::new();
    if holds(block.text(), &grammar().statement)
        && let Some(tree) = text::parse(Written { source, text: block }).tree
    {
        Json { source, is_file: false }.walk(&tree, &subject_of(path), &mut documents);
    }
    documents
}

/// A file that is one document is called by its name.
fn name_alone(documents: &mut [PolicyDocument], subject: &str) {
    if let [only] = documents
        && only.handles.is_empty()
        && only.subject == subject
    {
        only.handles.push(Handle::Name(subject.to_owned()));
    }
}

/// What a file is called as a policy: its name without endings.
pub(super) fn subject_of(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').find(|part| !part.is_empty()).unwrap_or(&name);
    stem.to_owned()
}

/// A frame for a document that nothing else says anything about.
fn frame(subject: &str, name: Option<&str>) -> Frame {
    Frame {
        subject: name.unwrap_or(subject).to_owned(),
        handles: name.map(|name| Handle::Name(name.to_owned())).into_iter().collect(),
        ..Frame::default()
    }
}

struct Json<'a> {
    source: &'a Arc<Source>,
    /// Whether the text stands in the file as it is.
    is_file: bool,
}

impl Json<'_> {
    fn walk(&self, tree: &Tree, subject: &str, documents: &mut Vec<PolicyDocument>) {
        self.within(tree, subject, None, documents);
    }

    fn within(&self, tree: &Tree, subject: &str, name: Option<&str>, documents: &mut Vec<PolicyDocument>) {
        match &tree.kind {
            TreeKind::Object { members, .. } => {
                if let Some(document) = self.object(tree, frame(subject, name)) {
                    documents.push(document);
                    return;
                }
                let known = &carriers().plain;
                let named = |tree: &Tree| {
                    known.names.iter().find_map(|name| tree.get(name).and_then(Tree::as_text)).map(str::to_owned)
                };
                // What the service answers holds the name beside the versions.
                let own = named(tree).or_else(|| named(tree.get(&known.policy)?));
                let name = own.as_deref().or(name);
                members.iter().for_each(|member| self.within(&member.value, subject, name, documents));
            }
            TreeKind::List { items, .. } => items.iter().for_each(|item| self.within(item, subject, name, documents)),
            TreeKind::Text(_) => documents.extend(self.text(tree, frame(subject, name))),
            _ => {}
        }
    }

    /// The object itself, read again from its text for what only the text shows.
    fn object(&self, tree: &Tree, frame: Frame) -> Option<PolicyDocument> {
        if !recognise::is_document(tree) {
            return None;
        }
        if !self.is_file {
            return read(tree, frame);
        }
        let written = self.source.slice(tree.place.span);
        let own = EmbeddedText::verbatim(written, tree.place.span.start);
        read_text(Written { source: self.source, text: &own }, frame.clone()).or_else(|| read(tree, frame))
    }

    /// A text between quotes that holds a document.
    fn text(&self, tree: &Tree, frame: Frame) -> Option<PolicyDocument> {
        let span = tree.place.span;
        let raw = self.source.slice(span).strip_prefix('"')?.strip_suffix('"')?;
        if !holds(raw, &grammar().statement) {
            return None;
        }
        let text = text::unescaped(&EmbeddedText::verbatim(raw, span.start + 1));
        read_text(Written { source: self.source, text: &text }, frame)
    }
}

/// The texts in braces of a file that is no JSON by itself: each begins at the beginning of a line.
fn blobs(text: &str) -> Vec<Span> {
    let mut blobs = Vec::new();
    let mut open: Option<usize> = None;
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if open.is_none() && !line.trim_start().starts_with('{') {
            continue;
        }
        for (offset, character) in line.char_indices() {
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '{' if !quoted => {
                    open.get_or_insert(start + offset);
                    depth += 1;
                }
                '}' if !quoted => {
                    depth = depth.saturating_sub(1);
                    if let Some(begin) = open.take_if(|_| depth == 0) {
                        blobs.push(Span::new(begin, start + offset + 1));
                    }
                }
                _ => {}
            }
        }
        // No text between quotes goes on in the next line.
        (quoted, escaped) = (false, false);
        if open.is_none() {
            depth = 0;
        }
    }
    blobs
}

/// The documents in a tree of YAML.
pub(super) fn yaml(nodes: &Nodes<'_>, root: &Rc<Node>, path: &Path) -> Vec<PolicyDocument> {
    let subject = subject_of(path);
    let mut documents = Vec::new();
    within(nodes, root, &subject, None, &mut documents);
    name_alone(&mut documents, &subject);
    documents
}

fn within(nodes: &Nodes<'_>, node: &Rc<Node>, subject: &str, name: Option<&str>, documents: &mut Vec<PolicyDocument>) {
    match &node.kind {
        Kind::Mapping(_) => {
            let may_be = may_be_document(node);
            if let Some(document) = may_be.then(|| read(&nodes.tree(node), frame(subject, name))).flatten() {
                documents.push(document);
                return;
            }
            let own = carriers().plain.names.iter().find_map(|name| node.get(name).and_then(|node| node.text()));
            let own = own.filter(|own| holes::holes(own).is_empty());
            node.entries().iter().for_each(|(_, value)| within(nodes, value, subject, own.or(name), documents));
        }
        Kind::Sequence(items) => items.iter().for_each(|item| within(nodes, item, subject, name, documents)),
        Kind::Scalar { text, .. } => {
            let is_json = text.trim_start().starts_with('{') && holds(text, &grammar().statement);
            if let Some(text) = is_json.then(|| nodes.text(node)).flatten() {
                documents.extend(read_text(Written { source: nodes.source, text: &text }, frame(subject, name)));
            }
        }
    }
}

/// Whether a mapping has the shape of a document, told before a tree is made of it.
fn may_be_document(node: &Node) -> bool {
    let g = grammar();
    let get = |node: &Node, name: &str| -> Option<Rc<Node>> {
        let is = |key: &Rc<Node>| key.text().is_some_and(|key| key.eq_ignore_ascii_case(name));
        node.entries().iter().find(|(key, _)| is(key)).map(|(_, value)| Rc::clone(value))
    };
    let has_effect = |node: &Node| get(node, &g.effect).is_some();
    get(node, &g.statement).is_some_and(|all| has_effect(&all) || all.items().iter().any(|one| has_effect(one)))
}
