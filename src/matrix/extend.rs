//! A matrix file that changes another one, or adds to what several have in common: `extends: NAME` and what is different.
//!
//! Mappings are merged key by key, and a key whose value is null is taken away. Lists of things with a name of their own
//! (`id`, `name`, `prefix`, or a class by its module) are merged by it: what is known is changed where it stands, what is
//! new comes last. Every other list, as the rows of a table, is replaced as a whole, since their order and their number
//! have a meaning.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::syntax::yaml::{Kind, Node};

/// The key that names what is extended.
pub(super) const EXTENDS: &str = "extends";

/// What things in a list are known by: all of these keys together.
const NAMES: [&[&str]; 5] = [&["id"], &["name"], &["prefix"], &["module", "class"], &["module"]];

/// What both files say together; nodes that only `base` has are its own.
pub(super) fn merged(base: &Rc<Node>, over: &Rc<Node>) -> Rc<Node> {
    let kind = match (&base.kind, &over.kind) {
        (Kind::Mapping(before), Kind::Mapping(after)) => Kind::Mapping(mappings(before, after)),
        (Kind::Sequence(before), Kind::Sequence(after)) => match by_name(before, after) {
            Some(items) => Kind::Sequence(items),
            None => return Rc::clone(over),
        },
        _ => return Rc::clone(over),
    };
    Rc::new(Node { span: over.span, tag: over.tag.clone(), kind, alias: over.alias })
}

/// Every node of a tree, by its address.
pub(super) fn nodes(root: &Rc<Node>) -> FxHashSet<*const Node> {
    let mut found = FxHashSet::default();
    let mut left = vec![Rc::clone(root)];
    while let Some(node) = left.pop() {
        if !found.insert(Rc::as_ptr(&node)) {
            continue;
        }
        match &node.kind {
            Kind::Mapping(entries) => {
                left.extend(entries.iter().flat_map(|(key, value)| [Rc::clone(key), Rc::clone(value)]));
            }
            Kind::Sequence(items) => left.extend(items.iter().cloned()),
            Kind::Scalar { .. } => {}
        }
    }
    found
}

type Entries = [(Rc<Node>, Rc<Node>)];

fn mappings(before: &Entries, after: &Entries) -> Vec<(Rc<Node>, Rc<Node>)> {
    let same = |a: &Node, b: &Node| a.text().is_some() && a.text() == b.text();
    let mut all: Vec<(Rc<Node>, Rc<Node>)> = before.to_vec();
    for (key, value) in after.iter().filter(|(key, _)| key.text() != Some(EXTENDS)) {
        let known = all.iter().position(|(other, _)| same(other, key));
        match known.and_then(|index| all.get_mut(index)) {
            Some(entry) => *entry = (Rc::clone(key), merged(&entry.1, value)),
            None => all.push((Rc::clone(key), Rc::clone(value))),
        }
    }
    all.retain(|(_, value)| !is_null(value));
    all
}

fn is_null(node: &Node) -> bool {
    matches!(&node.kind, Kind::Scalar { text, plain: true } if text == "null" || text == "~" || text.is_empty())
}

/// The lists merged by the names of their items; nothing when some item has none.
fn by_name(before: &[Rc<Node>], after: &[Rc<Node>]) -> Option<Vec<Rc<Node>>> {
    let keys = NAMES.into_iter().find(|keys| before.iter().chain(after).all(|item| name(item, keys).is_some()))?;
    let mut all: Vec<Rc<Node>> = before.to_vec();
    for item in after {
        let known = all.iter().position(|other| name(other, keys) == name(item, keys));
        match known.and_then(|index| all.get_mut(index)) {
            Some(other) => *other = merged(other, item),
            None => all.push(Rc::clone(item)),
        }
    }
    Some(all)
}

fn name<'n>(item: &'n Node, keys: &[&str]) -> Option<Vec<&'n str>> {
    match &item.kind {
        Kind::Mapping(_) => keys.iter().map(|key| item.get(key)?.text()).collect(),
        _ => None,
    }
}
