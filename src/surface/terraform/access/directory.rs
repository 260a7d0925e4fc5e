//! Resource directories: folders, accounts, control policies that are attached to them, and the account that a principal
//! is made in.

use super::value::{held, pieces};
use super::{One, Reader};
use crate::model::{
    AttachedPolicy, ControlAttachment, DirectoryPart, DirectoryTarget, Handle, PartKind, Piece, PrincipalKind,
    Reference, Residence,
};
use crate::source::Place;
use crate::surface::policy::directory::{account_in, target};
use crate::surface::terraform::symbol::{MadeKind, Symbol};

impl Reader<'_> {
    pub(super) fn directory(&mut self, one: &One<'_, '_>) {
        let kind = one.declaration.kind();
        for spec in self.spec.limits.iter().filter(|spec| spec.resource == kind) {
            let (Some((policy, _)), Some((named, _))) = (one.argument(&spec.policy), one.argument(&spec.target)) else {
                continue;
            };
            let policy = match (one.uncertain(), one.reference(&policy)) {
                (None, Reference::To(handle)) => AttachedPolicy::Custom(handle),
                (Some(reason), _) | (None, Reference::Unknown(reason)) => AttachedPolicy::Unknown(reason),
            };
            let (target, place) = (one.part(&named), one.place());
            self.found.controls.push(ControlAttachment { policy, target, place, is_detached: false });
        }
        for spec in self.spec.parts.iter().filter(|spec| spec.resource == kind) {
            let parent = one.argument(&spec.parent).map(|(parent, _)| one.part(&parent));
            self.found.directory.push(DirectoryPart {
                kind: spec.kind.part_kind(),
                handles: one.addresses().collect(),
                parent,
                place: one.declaration.header(),
            });
        }
    }

    /// Adds the account that the name of a role tells.
    pub(super) fn resides(&mut self, one: &One<'_, '_>, role: &Symbol, principal: &Reference, place: &Place) {
        let (Some(account), Reference::To(handle)) = (one.account_of(role), principal) else { return };
        self.add_residence(PrincipalKind::Role, handle.clone(), account, place.clone());
    }

    pub(super) fn add_residence(&mut self, kind: PrincipalKind, principal: Handle, account: Handle, place: Place) {
        let same = |known: &Residence| known.kind == kind && known.principal == principal && known.account == account;
        if !self.found.residences.iter().any(same) {
            self.found.residences.push(Residence { kind, principal, account, place });
        }
    }
}

impl One<'_, '_> {
    /// The part of a directory that a value names.
    fn part(&self, symbol: &Symbol) -> DirectoryTarget {
        let reference = self.reference(symbol);
        let shown = match held(symbol, self.guards).as_slice() {
            [only] => match only.made() {
                Some(MadeKind::Attribute(made, name)) => format!("{}.{name}", made.address),
                _ => pieces(only, true).iter().map(words).collect(),
            },
            _ => "one of several".to_owned(),
        };
        let kind = self.part_kind(&reference);
        let shown = match &reference {
            // An address says what it is without the attribute that holds the id.
            Reference::To(Handle::Address { address, .. }) if kind.is_some() => address.clone(),
            _ => shown,
        };
        target(reference, kind, shown)
    }

    fn part_kind(&self, reference: &Reference) -> Option<PartKind> {
        let Reference::To(Handle::Address { address, .. }) = reference else { return None };
        let is = |kind: &str| address.split('.').any(|word| word == kind);
        self.spec.parts.iter().find(|spec| is(&spec.resource)).map(|spec| spec.kind.part_kind())
    }

    /// The account in the name of a role.
    pub(super) fn account_of(&self, role: &Symbol) -> Option<Handle> {
        let alternatives = held(role, self.guards);
        let [only] = alternatives.as_slice() else { return None };
        match account_in(&pieces(only, true))? {
            Piece::Text(number) => Some(Handle::Name(number)),
            Piece::Hole(words) => {
                let address = self.spec.resource_named(&words).unwrap_or(&words);
                Some(self.address(address))
            }
        }
    }
}

fn words(piece: &Piece) -> &str {
    match piece {
        Piece::Text(text) | Piece::Hole(text) => text,
    }
}
