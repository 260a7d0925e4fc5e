//! Resource directories: which control policies limit whoever is in an account.
//!
//! Takes what sources say of folders, accounts and what is attached to them; gives the levels that hold for an account.
//! Policies that are attached and written elsewhere are left out: nobody can tell what they say.

use std::collections::{BTreeMap, BTreeSet};

use super::data::language;
use super::evaluate::Control;
use super::repository::handle_text;
use super::system;
use super::truth::Truth;
use crate::model::{
    Access, AttachedPolicy, ControlAttachment, DirectoryPart, DirectoryTarget, Effect, Handle, PartKind,
    PolicyDocument, PolicyKind, Reference,
};
use crate::source::Place;

/// How deep folders are in each other at most; the service allows fewer.
const DEPTH: usize = 16;

/// How many folders and accounts with control policies of their own are looked at.
const LEVELS: usize = 500;

/// A directory, as far as it is written.
#[derive(Debug)]
pub(super) struct Directory<'a> {
    access: &'a Access,
    levels: Vec<Level<'a>>,
    /// The parts that are written out, by each of their handles.
    parts: BTreeMap<&'a Handle, &'a DirectoryPart>,
    /// What something is attached to.
    targets: BTreeSet<&'a Handle>,
}

/// What is attached to one part.
#[derive(Debug)]
struct Level<'a> {
    target: &'a DirectoryTarget,
    documents: Vec<&'a PolicyDocument>,
    places: Vec<&'a Place>,
    open: Option<String>,
}

impl<'a> Directory<'a> {
    pub(super) fn of(access: &'a Access) -> Self {
        let mut by_target: BTreeMap<&DirectoryTarget, Vec<&'a ControlAttachment>> = BTreeMap::new();
        for attachment in &access.controls {
            by_target.entry(&attachment.target).or_default().push(attachment);
        }
        let levels = by_target.into_iter().filter_map(|(target, attachments)| level(access, target, &attachments));
        let levels: Vec<Level<'a>> = levels.take(LEVELS).collect();
        let of_part = |part: &'a DirectoryPart| part.handles.iter().map(move |handle| (handle, part));
        let parts = access.directory.iter().flat_map(of_part).collect();
        let target = |level: &Level<'a>| match &level.target.reference {
            Reference::To(handle) => Some(handle),
            Reference::Unknown(_) => None,
        };
        let targets = levels.iter().filter_map(target).collect();
        Self { access, levels, parts, targets }
    }

    /// What limits whoever is in an account; in one that nobody names each level may be a limit.
    pub(super) fn controls(&self, account: Option<&Handle>) -> Vec<Control<'a>> {
        let bound = |level: &Level<'a>| {
            let doubt = match self.reaches(level.target, account) {
                Truth::No => return None,
                Truth::Yes => None,
                Truth::Maybe => Some(doubt(level.target, account)),
            };
            let (documents, places) = (level.documents.clone(), level.places.clone());
            Some(Control { target: shown(level.target), documents, places, open: level.open.clone(), doubt })
        };
        self.levels.iter().filter_map(bound).collect()
    }

    /// Control policies that are attached to nothing here.
    pub(super) fn unattached(&self) -> impl Iterator<Item = &'a PolicyDocument> {
        let is_attached = |document: &PolicyDocument| {
            self.levels.iter().flat_map(|level| &level.documents).any(|one| std::ptr::eq(*one, document))
        };
        let controls = self.access.documents.iter().filter(|d| d.kind == PolicyKind::Control && !d.advisory);
        controls.filter(move |document| !is_attached(document))
    }

    /// Whether what is attached to a part binds whoever is in an account.
    fn reaches(&self, target: &DirectoryTarget, account: Option<&Handle>) -> Truth {
        let (Some(account), Reference::To(handle)) = (account, &target.reference) else { return Truth::Maybe };
        if handle == account || self.names(handle, account) {
            return Truth::Yes;
        }
        match self.kind(target) {
            // Two numbers are two accounts.
            Some(PartKind::Account) if is_name(handle) && is_name(account) => Truth::No,
            Some(PartKind::Account) | None => Truth::Maybe,
            // Everything but the account that manages the directory is below the root folder.
            Some(PartKind::Root) if self.is_member(account) => Truth::Yes,
            Some(PartKind::Root) => Truth::Maybe,
            Some(PartKind::Folder) => self.is_below(account, handle),
        }
    }

    /// What a part is: as it is named, else as it is written out.
    fn kind(&self, target: &DirectoryTarget) -> Option<PartKind> {
        let Reference::To(handle) = &target.reference else { return target.kind };
        target.kind.or_else(|| self.parts.get(handle).map(|part| part.kind))
    }

    /// Whether two handles are of one part that is written out.
    fn names(&self, one: &Handle, other: &Handle) -> bool {
        self.parts.get(one).is_some_and(|part| part.handles.contains(other))
    }

    /// Whether an account is known to be a member: it is made here, or something is attached to it.
    fn is_member(&self, account: &Handle) -> bool {
        let is_made = self.parts.get(account).is_some_and(|part| part.kind == PartKind::Account);
        is_made || self.targets.contains(account)
    }

    /// Whether an account is in a folder, or in one that is in it.
    fn is_below(&self, account: &Handle, folder: &Handle) -> Truth {
        let mut inner = account;
        for _ in 0..DEPTH {
            let Some(part) = self.parts.get(inner) else { return Truth::Maybe };
            match &part.parent {
                Some(DirectoryTarget { kind: Some(PartKind::Root), .. }) => return Truth::No,
                Some(DirectoryTarget { reference: Reference::To(outer), .. }) => {
                    if outer == folder || self.names(outer, folder) {
                        return Truth::Yes;
                    }
                    inner = outer;
                }
                _ => return Truth::Maybe,
            }
        }
        Truth::Maybe
    }
}

/// What is attached to a part; nothing when no policy that limits anything is written here.
fn level<'a>(
    access: &'a Access,
    target: &'a DirectoryTarget,
    attachments: &[&'a ControlAttachment],
) -> Option<Level<'a>> {
    let default = language().control.default.as_str();
    let (mut documents, mut places): (Vec<&'a PolicyDocument>, Vec<&'a Place>) = (Vec::new(), Vec::new());
    for attachment in attachments.iter().filter(|attachment| !attachment.is_detached) {
        let found = written(access, &attachment.policy);
        places.extend(found.iter().map(|_| &attachment.place));
        documents.extend(found);
    }
    if documents.is_empty() {
        return None;
    }
    let named = |attachment: &&&ControlAttachment| names_default(&attachment.policy, default);
    let is_detached = attachments.iter().filter(named).any(|attachment| attachment.is_detached);
    let is_attached = attachments.iter().filter(named).any(|attachment| !attachment.is_detached);
    let mut open = None;
    if is_attached || !is_detached && only_deny(&documents) {
        documents.extend(system::document(default));
    } else if !is_detached {
        open = Some(format!("whether {default} is still attached to {} is not written here", shown(target)));
    }
    Some(Level { target, documents, places, open })
}

/// The level of control policies that are all that is known of it: beside those that only deny there is the one that
/// allows everything.
#[must_use]
pub fn level_of<'a>(documents: &[&'a PolicyDocument]) -> Control<'a> {
    let default = system::document(&language().control.default).filter(|_| only_deny(documents));
    let documents = documents.iter().copied().chain(default).collect();
    Control { target: "the account".to_owned(), documents, ..Control::default() }
}

fn only_deny(documents: &[&PolicyDocument]) -> bool {
    documents.iter().all(|document| {
        document.open.is_none() && document.statements.iter().all(|statement| statement.effect == Effect::Deny)
    })
}

/// The documents of an attachment, but for the one that allows everything.
fn written<'a>(access: &'a Access, policy: &AttachedPolicy) -> Vec<&'a PolicyDocument> {
    let AttachedPolicy::Custom(handle) = policy else { return Vec::new() };
    let controls = || access.documents.iter().filter(|d| d.kind == PolicyKind::Control && !d.advisory);
    let found: Vec<&PolicyDocument> = controls().filter(|document| document.handles.contains(handle)).collect();
    // A script learns the id of a policy from the answer of the service: of one that makes a single policy that is it.
    let Handle::Address { scope, .. } = handle else { return found };
    if !found.is_empty() {
        return found;
    }
    let mut of_file =
        controls().filter(|document| document.place.source.path() == scope && is_made_by_command(document));
    of_file.next().filter(|_| of_file.next().is_none()).into_iter().collect()
}

/// Whether nothing but its name tells others of a document: those of templates have addresses.
fn is_made_by_command(document: &PolicyDocument) -> bool {
    document.handles.iter().all(is_name)
}

fn names_default(policy: &AttachedPolicy, default: &str) -> bool {
    match policy {
        AttachedPolicy::System(name) | AttachedPolicy::Custom(Handle::Name(name)) => name == default,
        AttachedPolicy::Custom(Handle::Address { .. }) | AttachedPolicy::Unknown(_) => false,
    }
}

fn is_name(handle: &Handle) -> bool {
    matches!(handle, Handle::Name(_))
}

/// A part, for people.
fn shown(target: &DirectoryTarget) -> String {
    match target.kind {
        Some(PartKind::Root) => "the root folder".to_owned(),
        Some(PartKind::Folder) => format!("folder {}", target.shown),
        Some(PartKind::Account) => format!("account {}", target.shown),
        None => target.shown.clone(),
    }
}

/// Why nobody can tell whether what is attached to a part binds somebody.
fn doubt(target: &DirectoryTarget, account: Option<&Handle>) -> String {
    let part = shown(target);
    match (account, target.kind) {
        (Some(account), Some(PartKind::Root)) => {
            format!(
                "whether account {} is a member of the directory, and not the one that manages it, is not written here",
                handle_text(account)
            )
        }
        (Some(account), _) => format!("whether account {} is in {part} is not written here", handle_text(account)),
        (None, Some(PartKind::Account)) => format!("whether its account is {} is not written here", target.shown),
        (None, Some(PartKind::Root)) => {
            "whether its account is a member of the directory, and not the one that manages it, is not written here"
                .to_owned()
        }
        (None, _) => format!("whether its account is in {part} is not written here"),
    }
}
