//! What changes between two versions of the sources: for each principal, else for all documents together.
//!
//! Takes what both versions say of access; pairs principals by kind and name, and documents that nobody has by name.
//! What is attached and written elsewhere is never taken for a difference, nor for the lack of one.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::{Answer, Doubt, Shape, Witness, compare};
use super::directory::level_of;
use super::evaluate::{Control, Layers};
use super::repository::Repository;
use crate::model::{Access, PolicyDocument, PolicyKind};

/// What differs for one principal, or for one set of documents.
#[derive(Debug, Clone)]
pub struct Difference<'a> {
    /// Who, for people.
    pub who: String,
    /// What is allowed now and was not.
    pub gained: Change<'a>,
    /// What was allowed and is not any more.
    pub lost: Change<'a>,
}

/// One direction of a difference.
#[derive(Debug, Clone)]
pub enum Change<'a> {
    /// There is none.
    Nothing,
    /// There is one, and this shows it.
    Certain(Box<Witness<'a>>),
    /// There may be one: what it depends on, and what would show it.
    Unknown(Vec<Doubt>, Option<Box<Witness<'a>>>),
}

/// How documents are brought together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairing {
    /// By principal, where any is written; documents that nobody has by their names.
    Principals,
    /// All documents of one side together.
    Together,
}

/// One side of a pair.
#[derive(Debug, Default)]
struct Side<'a> {
    documents: Vec<&'a PolicyDocument>,
    /// What control policies allow at most.
    controls: Vec<Control<'a>>,
    /// Why more may hold.
    open: BTreeSet<String>,
}

/// What differs in what two versions allow: an action on resources whose names have a shape.
#[must_use]
pub fn differences<'a>(
    old: &'a Access,
    new: &'a Access,
    pairing: Pairing,
    action: &str,
    shape: &Shape,
) -> Vec<Difference<'a>> {
    let (before, after) = (Repository::of(old), Repository::of(new));
    let are_there = |repository: &Repository<'_>| !repository.holders().is_empty();
    let (mut before, mut after) = match pairing {
        Pairing::Principals if are_there(&before) || are_there(&after) => (sides(&before), sides(&after)),
        _ => (together(old), together(new)),
    };
    let (mut limits_before, mut limits_after) = (limits(old), limits(new));
    let names: BTreeSet<String> = limits_before.keys().chain(limits_after.keys()).cloned().collect();
    for name in names {
        // Where there is no such policy it takes nothing away.
        let add = |sides: &mut BTreeMap<String, Side<'a>>, documents: Option<Vec<&'a PolicyDocument>>| {
            let documents = level_of(&documents.unwrap_or_default()).documents;
            sides.insert(format!("whoever control policy {name} binds"), Side { documents, ..Side::default() });
        };
        add(&mut before, limits_before.remove(&name));
        add(&mut after, limits_after.remove(&name));
    }
    let who: BTreeSet<String> = before.keys().chain(after.keys()).cloned().collect();
    let pair = |who: String| {
        let (old, new) = (before.remove(&who).unwrap_or_default(), after.remove(&who).unwrap_or_default());
        let found = compare(&old.layers(), &new.layers(), action, shape);
        let gained = change(found.gained, &old.open, &new.open);
        let lost = change(found.lost, &old.open, &new.open);
        Difference { who, gained, lost }
    };
    who.into_iter().map(pair).collect()
}

/// The control policies by their names.
fn limits(access: &Access) -> BTreeMap<String, Vec<&PolicyDocument>> {
    let mut limits: BTreeMap<String, Vec<&PolicyDocument>> = BTreeMap::new();
    for document in access.documents.iter().filter(|d| d.kind == PolicyKind::Control && !d.advisory) {
        limits.entry(document.subject.clone()).or_default().push(document);
    }
    limits
}

impl<'a> Side<'a> {
    fn layers(&self) -> Layers<'a> {
        Layers { identity: self.documents.clone(), controls: self.controls.clone(), ..Layers::default() }
    }
}

/// Every principal with its documents, and every document that nobody has.
fn sides<'a>(repository: &Repository<'a>) -> BTreeMap<String, Side<'a>> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    repository.holders().iter().for_each(|holder| *times.entry(holder.title()).or_default() += 1);
    let mut sides: BTreeMap<String, Side<'a>> = BTreeMap::new();
    for holder in repository.holders() {
        let title = holder.title();
        // Several projects may have one of this name.
        let is_one = times.get(&title).is_none_or(|times| *times < 2);
        let title = if is_one { title } else { format!("{title} ({})", holder.place.source.path()) };
        let side = sides.entry(title).or_default();
        side.documents.extend(holder.grants.iter().map(|grant| grant.document));
        side.controls.extend(holder.controls());
        side.open.extend(holder.open.iter().cloned());
    }
    for document in repository.unattached().filter(|document| !document.advisory) {
        let title = format!("whoever has policy {}", document.subject);
        sides.entry(title).or_default().documents.push(document);
    }
    sides
}

fn together(access: &Access) -> BTreeMap<String, Side<'_>> {
    let of_identity = |document: &&PolicyDocument| document.kind == PolicyKind::Identity && !document.advisory;
    let documents: Vec<&PolicyDocument> = access.documents.iter().filter(of_identity).collect();
    let only_controls = documents.is_empty() && access.documents.iter().any(|d| d.kind == PolicyKind::Control);
    let side = Side { documents, ..Side::default() };
    if only_controls { BTreeMap::new() } else { BTreeMap::from([("whoever has these policies".to_owned(), side)]) }
}

fn change<'a>(answer: Answer<'a>, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Change<'a> {
    let doubt = |words: &String| Doubt { words: words.clone(), place: None };
    let all: Vec<Doubt> = old.union(new).map(doubt).collect();
    match answer {
        Answer::Witness(witness) if all.is_empty() => Change::Certain(witness),
        Answer::Witness(witness) => Change::Unknown(all, Some(witness)),
        Answer::Unknown(doubts) => Change::Unknown(doubts.into_iter().chain(all).collect(), None),
        // What is written elsewhere is taken for the same before and after.
        Answer::Nothing => match old.symmetric_difference(new).map(doubt).collect::<Vec<_>>() {
            none if none.is_empty() => Change::Nothing,
            some => Change::Unknown(some, None),
        },
    }
}
