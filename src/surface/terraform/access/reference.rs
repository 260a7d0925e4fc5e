//! Names: by what a resource is known, and what a value means that names one.

use super::value::{held, pieces};
use super::{One, Spec};
use crate::model::{Handle, Piece, Reference};
use crate::surface::terraform::symbol::{Data, MadeKind, Possible, Symbol};

impl One<'_, '_> {
    /// By what others name this resource: the name that its arguments give, and its address.
    pub(super) fn handles(&self, names: &[String]) -> Vec<Handle> {
        let mut handles = Vec::new();
        if let Some((symbol, _)) = self.first_argument(names)
            && let Reference::To(handle) = self.reference(&symbol)
        {
            handles.push(handle);
        }
        for handle in self.addresses() {
            if !handles.contains(&handle) {
                handles.push(handle);
            }
        }
        handles
    }

    /// For people: the name where it is known, else the address.
    pub(super) fn shown(&self, names: &[String]) -> String {
        let name = self.first_argument(names).and_then(|(symbol, _)| symbol.single_text());
        name.filter(|name| !name.is_empty()).map_or_else(|| self.subject.clone(), |name| name.to_string())
    }

    /// What a value names.
    pub(super) fn reference(&self, symbol: &Symbol) -> Reference {
        match held(symbol, self.guards).as_slice() {
            [only] => self.named(only),
            _ => Reference::Unknown("it may be one of several".to_owned()),
        }
    }

    /// What a value or each element of a list names.
    pub(super) fn references(&self, symbol: &Symbol) -> Vec<Reference> {
        let alternatives = held(symbol, self.guards);
        let [only] = alternatives.as_slice() else {
            return vec![Reference::Unknown("it may be one of several".to_owned())];
        };
        match only.data.elements() {
            Some(elements) => elements.iter().map(|element| self.reference(element)).collect(),
            None => vec![self.named(only)],
        }
    }

    /// The resource with an attribute that somebody refers to; nothing for anything else.
    pub(super) fn attribute_of<'s>(&self, symbol: &'s Symbol) -> Option<(&'s str, &'s str, &'s str)> {
        match held(symbol, self.guards).as_slice() {
            [only] => match only.made() {
                Some(MadeKind::Attribute(reference, name)) => {
                    Some((reference.declaration.kind(), reference.address.as_str(), name))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn named(&self, possible: &Possible) -> Reference {
        match &possible.data {
            Data::Id(reference) => return Reference::To(self.address(&reference.address)),
            Data::Null => return Reference::Unknown("nothing is named".to_owned()),
            _ => {}
        }
        if let Some(MadeKind::Attribute(reference, name)) = possible.made()
            && self.spec.naming.iter().any(|known| **known == **name)
        {
            return Reference::To(self.address(&reference.address));
        }
        self.name(pieces(possible, true))
    }

    /// The name in a text: an ARN and a name to sign in with hold one.
    fn name(&self, pieces: Vec<Piece>) -> Reference {
        let name = self.spec.name_in(pieces);
        match name.as_slice() {
            [] => Reference::Unknown("nothing is named".to_owned()),
            [Piece::Text(text)] => Reference::To(Handle::Name(text.clone())),
            [Piece::Hole(words)] => {
                let address = self.spec.resource_named(words);
                Reference::To(self.address(address.unwrap_or(words)))
            }
            // The same text with the same holes is the same name.
            pieces => {
                let piece = |piece: &Piece| match piece {
                    Piece::Text(text) => text.clone(),
                    Piece::Hole(words) => format!("{{{words}}}"),
                };
                Reference::To(self.address(&pieces.iter().map(piece).collect::<String>()))
            }
        }
    }
}

impl Spec {
    /// Leaves out what stands before and behind a name.
    pub(in crate::surface::terraform) fn name_in(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        let mut name: Vec<Piece> = Vec::new();
        for piece in pieces {
            let Piece::Text(text) = piece else {
                name.push(piece);
                continue;
            };
            let starts = self.before_name.iter().filter_map(|before| Some(text.rfind(before.as_str())? + before.len()));
            let text = match starts.max() {
                Some(start) => {
                    name.clear();
                    text.get(start..).unwrap_or_default().to_owned()
                }
                None => text,
            };
            let (text, ends) = match text.split_once(self.behind_name.as_str()) {
                Some((before, _)) => (before.to_owned(), true),
                None => (text, false),
            };
            if !text.is_empty() {
                name.push(Piece::Text(text));
            }
            if ends {
                break;
            }
        }
        name
    }
    /// The address of the resource that a reference to one of its names is to; nothing for any other reference.
    pub(in crate::surface::terraform) fn resource_named<'w>(&self, words: &'w str) -> Option<&'w str> {
        let (address, name) = words.rsplit_once('.')?;
        let is_one = |kind: &str| {
            self.policies.iter().any(|spec| spec.resource == kind)
                || self.principals.iter().any(|spec| spec.resource == kind)
                || self.parts.iter().any(|spec| spec.resource == kind)
        };
        let is_address = address.split('.').any(is_one);
        (is_address && self.naming.iter().any(|known| known == name)).then_some(address)
    }
}
