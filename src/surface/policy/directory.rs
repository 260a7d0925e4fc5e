//! Resource directories: folders, accounts, control policies that are attached to them, and the account that the name of
//! a principal tells.

use super::carriers::{Is, Kind, carriers};
use super::grammar;
use super::say::{Project, Resource, text};
use crate::model::{
    Access, AttachedPolicy, ControlAttachment, DirectoryPart, DirectoryTarget, Handle, PartKind, Piece, PrincipalKind,
    Reference, Residence, Template,
};

/// Which part of the name of a principal is its account, parts being counted from nought.
const ACCOUNT: usize = 3;

/// A part of a directory, from what is written for it.
pub(in crate::surface) fn target(reference: Reference, kind: Option<PartKind>, shown: String) -> DirectoryTarget {
    let kind = kind.or_else(|| told_kind(&shown));
    DirectoryTarget { reference, kind, shown }
}

/// What a part is, by its id or by the name of what stands for it.
fn told_kind(shown: &str) -> Option<PartKind> {
    let known = &carriers().directory;
    let bare = shown.trim_matches(['{', '}', '$', '"']);
    if is_account(bare) {
        return Some(PartKind::Account);
    }
    let last = bare.rsplit(['.', ':', ' ']).next().unwrap_or(bare);
    if bare.starts_with(&known.root.prefix) || known.root.words.iter().any(|word| word == last) {
        return Some(PartKind::Root);
    }
    bare.starts_with(&known.folder.prefix).then_some(PartKind::Folder)
}

fn is_account(text: &str) -> bool {
    text.len() >= carriers().directory.account_digits.max(1) && text.chars().all(|c| c.is_ascii_digit())
}

/// The pieces that stand for the account in the name of a principal; nothing in a bare name.
pub(in crate::surface) fn account_in(pieces: &[Piece]) -> Option<Piece> {
    if !matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with(&grammar().own_prefix)) {
        return None;
    }
    let mut part = 0;
    let mut found: Vec<Piece> = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Hole(_) if part == ACCOUNT => found.push(piece.clone()),
            Piece::Hole(_) => {}
            Piece::Text(text) => {
                for (number, segment) in text.split(':').enumerate() {
                    part += usize::from(number > 0);
                    if part == ACCOUNT && !segment.is_empty() {
                        found.push(Piece::Text(segment.to_owned()));
                    }
                }
            }
        }
    }
    match <[Piece; 1]>::try_from(found).ok()? {
        [Piece::Text(text)] => is_account(&text).then_some(Piece::Text(text)),
        [hole] => Some(hole),
    }
}

impl Project<'_> {
    /// A control policy that is attached to a part of a directory, or taken from it.
    pub(super) fn limit(&self, resource: &Resource<'_>, access: &mut Access) {
        let entry = resource.entry;
        let given = |name: &str| text(resource.properties, name);
        let (Some(policy), Some(target)) = (given(&entry.policy), given(&entry.target)) else { return };
        // An id that a command prints is no name.
        let is_printed = policy.text().is_some_and(|text| text.starts_with(['$', '`']));
        let printed = || AttachedPolicy::Custom(self.address(policy.shown()));
        access.controls.push(ControlAttachment {
            policy: if is_printed { printed() } else { self.attached_policy(&policy, Some(false)) },
            target: self.part_named(&target),
            place: resource.place.clone(),
            is_detached: entry.is == Is::Release,
        });
    }

    /// A part of a directory.
    pub(super) fn part(&self, resource: &Resource<'_>, access: &mut Access) {
        let parent = text(resource.properties, &resource.entry.parent);
        access.directory.push(DirectoryPart {
            kind: resource.entry.kind.map_or(PartKind::Folder, Kind::part),
            handles: self.handles(resource, None),
            parent: parent.map(|parent| self.part_named(&parent)),
            place: resource.place.clone(),
        });
    }

    /// The part that a value names.
    fn part_named(&self, value: &Template) -> DirectoryTarget {
        target(self.reference(value), None, value.shown().trim_matches(['{', '}']).to_owned())
    }

    /// Adds the account that the name of a principal tells.
    pub(super) fn resides(&self, kind: PrincipalKind, principal: &Template, access: &mut Access) {
        let account = match account_in(&principal.pieces) {
            Some(Piece::Text(number)) => Handle::Name(number),
            Some(hole) => {
                let named = Template { pieces: vec![hole], place: principal.place.clone() };
                let Reference::To(handle) = self.reference(&named) else { return };
                handle
            }
            None => return,
        };
        if let Reference::To(handle) = self.reference(principal) {
            access.residences.push(Residence { kind, principal: handle, account, place: principal.place.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_by_their_ids_or_by_what_stands_for_them() {
        assert_eq!(told_kind("1900000000000007"), Some(PartKind::Account));
        assert_eq!(told_kind("fd-ZDNPiT0001"), Some(PartKind::Folder));
        for root in ["r-Zo0001", "var.root_folder_id", "{Directory.RootFolderId}", "${ROOT_FOLDER_ID}"] {
            assert_eq!(told_kind(root), Some(PartKind::Root), "{root}");
        }
        assert_eq!(told_kind("var.target"), None);
    }

    #[test]
    fn the_account_in_the_name_of_a_principal() {
        let text = |text: &str| Piece::Text(text.to_owned());
        let hole = Piece::Hole("var.account".to_owned());
        let name = [text("acs:ram::1900000000000007:role/nightly")];
        assert_eq!(account_in(&name), Some(text("1900000000000007")));
        assert_eq!(account_in(&[text("acs:ram::"), hole.clone(), text(":role/nightly")]), Some(hole.clone()));
        assert_eq!(account_in(&[text("nightly")]), None);
        assert_eq!(account_in(&[text("acs:ram::1900"), hole, text(":role/x")]), None);
    }
}
