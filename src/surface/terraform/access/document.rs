//! Policy documents: what a policy, a role or a data source has for one.

use super::blocks;
use super::spec::PolicySpec;
use super::value::{Values, held, json_length, words};
use super::{One, Reader};
use crate::model::PolicyDocument;
use crate::source::Place;
use crate::surface::policy::{self, Frame, Tree, TreeKind};
use crate::surface::terraform::symbol::{Data, MadeKind, Possible, Symbol};

/// How many documents one argument may be, by conditions.
const ALTERNATIVES: usize = 8;

/// A document of which nothing is known but its place.
pub(super) fn stub(words: &str, place: &Place, frame: Frame) -> Option<PolicyDocument> {
    let tree = Tree { place: place.clone(), kind: TreeKind::Hole(words.to_owned()) };
    policy::read(&tree, Frame { expected: true, ..frame })
}

impl Reader<'_> {
    pub(super) fn documents(&mut self, one: &One<'_, '_>) {
        if one.declaration.block.kind == "data" {
            for spec in self.spec.documents.iter().filter(|spec| spec.data == one.declaration.kind()) {
                let frame = Frame {
                    subject: one.subject.clone(),
                    handles: one.addresses().collect(),
                    expected: true,
                    ..Frame::default()
                };
                let document = blocks::document(one, &spec.blocks, frame);
                let Some(address) = one.addresses.first().cloned() else { continue };
                self.put_together.extend(document.map(|document| (address, document)));
            }
            return;
        }
        for spec in self.spec.policies.iter().filter(|spec| spec.resource == one.declaration.kind()) {
            let frame = Frame {
                subject: one.shown(&spec.names),
                handles: one.handles(&spec.names),
                kind: Some(spec.kind.policy_kind()),
                expected: true,
                ..Frame::default()
            };
            self.policy(one, spec, frame);
        }
    }

    fn policy(&mut self, one: &One<'_, '_>, spec: &PolicySpec, frame: Frame) {
        if let Some((symbol, place)) = one.first_argument(&spec.documents) {
            let documents = self.written(one, &symbol, &place, frame);
            self.found.documents.extend(documents);
            return;
        }
        let trusted = blocks::trusted(one, spec, &frame);
        let blocks = || {
            spec.blocks
                .as_ref()
                .filter(|spec| blocks::has_any(one, spec))
                .and_then(|spec| blocks::document(one, spec, frame))
        };
        self.found.documents.extend(trusted.or_else(blocks));
    }

    /// The documents that a value is: one, or each of those that a condition chooses from.
    pub(super) fn written(
        &mut self,
        one: &One<'_, '_>,
        symbol: &Symbol,
        place: &Place,
        frame: Frame,
    ) -> Vec<PolicyDocument> {
        let alternatives = held(symbol, one.guards);
        if let [only] = alternatives.as_slice() {
            return self.document(one, only, place, frame).into_iter().collect();
        }
        // Nobody knows which of them holds, so none of them is what others refer to.
        let unnamed = Frame { handles: Vec::new(), ..frame.clone() };
        let mut documents: Vec<PolicyDocument> = Vec::new();
        if alternatives.len() <= ALTERNATIVES {
            let known = alternatives.into_iter().filter(|a| !matches!(a.data, Data::Null));
            documents.extend(known.filter_map(|a| self.document(one, a, place, unnamed.clone())));
        }
        documents.extend(stub("one of several documents", place, frame));
        documents
    }

    fn document(
        &mut self,
        one: &One<'_, '_>,
        possible: &Possible,
        place: &Place,
        frame: Frame,
    ) -> Option<PolicyDocument> {
        let values = Values::new(one.guards);
        values.take_default(possible);
        let unknown = |frame: Frame| stub(&words(possible), possible.written.as_ref().unwrap_or(place), frame);
        let document = match possible.made() {
            Some(MadeKind::Json(value)) => {
                let tree = values.tree(value, possible.written.as_ref().unwrap_or(place));
                let length = json_length(&tree);
                policy::read(&tree, Frame { length, ..frame })
            }
            Some(MadeKind::Attribute(reference, name)) => {
                let is = |spec: &&super::spec::DocumentSpec| {
                    spec.data == reference.declaration.kind() && spec.attribute == **name
                };
                match self.spec.documents.iter().find(is).zip(one.evaluator.instance(reference.module)) {
                    Some((spec, instance)) if reference.declaration.block.kind == "data" => {
                        self.used.insert(reference.address.clone());
                        let data = One {
                            instance: &instance,
                            declaration: &reference.declaration,
                            each: &reference.each,
                            subject: reference.address.clone(),
                            addresses: vec![reference.address.clone()],
                            ..*one
                        };
                        blocks::document(&data, &spec.blocks, frame)
                    }
                    _ => unknown(frame),
                }
            }
            _ => match one.text_document(possible, &values, &frame) {
                Some(document) => Some(document),
                None => unknown(frame),
            },
        };
        document.map(|mut document| {
            document.open = document.open.or_else(|| values.default());
            document
        })
    }
}
