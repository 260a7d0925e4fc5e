//! Who is who in sources, and which documents hold for whom.
//!
//! What is attached but not written out makes a set of documents open: then nobody can say that something is not granted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::directory::Directory;
use super::evaluate::{Control, Layers};
use super::system;
use crate::model::{Access, AttachedPolicy, Attachment, Handle, PolicyDocument, PolicyKind, PrincipalKind, Reference};
use crate::source::Place;

/// Principals with their documents.
#[derive(Debug)]
pub struct Repository<'a> {
    access: &'a Access,
    holders: Vec<Holder<'a>>,
    directory: Arc<Directory<'a>>,
}

/// A principal with its documents.
#[derive(Debug, Clone)]
pub struct Holder<'a> {
    /// What it is.
    pub kind: PrincipalKind,
    /// For people: its name, or its address where the name is not known.
    pub shown: String,
    /// Where it is written, or where something is attached to it.
    pub place: &'a Place,
    /// Whether the sources write it out; else they only attach something to it.
    pub is_written: bool,
    /// What holds for it.
    pub grants: Vec<Grant<'a>>,
    /// Why more may hold for it; empty when this is all.
    pub open: Vec<String>,
    /// The account that it is in, where somebody says so.
    pub account: Option<&'a Handle>,
    directory: Arc<Directory<'a>>,
    handles: BTreeSet<Handle>,
}

/// A document that holds for somebody.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The document.
    pub document: &'a PolicyDocument,
    /// What makes it hold.
    pub attachment: &'a Attachment,
}

impl<'a> Repository<'a> {
    /// Brings together what sources say of access.
    #[must_use]
    pub fn of(access: &'a Access) -> Self {
        let mut repository = Self { access, holders: Vec::new(), directory: Arc::new(Directory::of(access)) };
        for principal in &access.principals {
            let handles = principal.handles.iter().cloned().collect();
            let directory = Arc::clone(&repository.directory);
            repository.add(Holder {
                kind: principal.kind,
                shown: principal.shown.clone(),
                place: &principal.place,
                is_written: true,
                grants: Vec::new(),
                open: Vec::new(),
                account: None,
                directory,
                handles,
            });
        }
        for attachment in &access.attachments {
            repository.attach(attachment);
        }
        repository.join_groups();
        repository.house();
        repository.holders.sort_by(|a, b| (a.kind, &a.shown).cmp(&(b.kind, &b.shown)));
        repository
    }

    /// Every principal, by kind and name.
    #[must_use]
    pub fn holders(&self) -> &[Holder<'a>] {
        &self.holders
    }

    /// The principal that is meant.
    #[must_use]
    pub fn find(&self, kind: PrincipalKind, reference: &Reference) -> Option<&Holder<'a>> {
        let Reference::To(handle) = reference else { return None };
        self.holders.iter().find(|holder| holder.kind == kind && holder.handles.contains(handle))
    }

    /// Documents that say what somebody may do and that nothing attaches to anybody.
    pub fn unattached(&self) -> impl Iterator<Item = &'a PolicyDocument> {
        let attached = |document: &PolicyDocument| {
            self.access.attachments.iter().any(|attachment| match &attachment.policy {
                AttachedPolicy::Custom(handle) => document.handles.contains(handle),
                AttachedPolicy::System(_) | AttachedPolicy::Unknown(_) => false,
            })
        };
        self.access.documents.iter().filter(move |d| d.kind == PolicyKind::Identity && !attached(d))
    }

    /// Control policies that nothing attaches to a part of a resource directory.
    pub fn unattached_controls(&self) -> impl Iterator<Item = &'a PolicyDocument> {
        self.directory.unattached()
    }

    /// What control policies let whoever is in an account do at most.
    #[must_use]
    pub fn controls_of(&self, account: &Handle) -> Vec<Control<'a>> {
        self.directory.controls(Some(account))
    }

    /// Two that share a handle are one.
    fn add(&mut self, holder: Holder<'a>) {
        let known = self.holders.iter_mut().find(|h| h.kind == holder.kind && !h.handles.is_disjoint(&holder.handles));
        match known {
            Some(known) => known.handles.extend(holder.handles),
            None => self.holders.push(holder),
        }
    }

    fn attach(&mut self, attachment: &'a Attachment) {
        let handle = match &attachment.principal {
            Reference::To(handle) => handle,
            Reference::Unknown(reason) => {
                // Somebody has it, and nobody knows who.
                for holder in self.holders.iter_mut().filter(|holder| holder.kind == attachment.kind) {
                    holder.open.push(format!("something is attached to somebody who is not known: {reason}"));
                }
                return;
            }
        };
        let is_known = |h: &Holder<'a>| h.kind == attachment.kind && h.handles.contains(handle);
        if !self.holders.iter().any(is_known) {
            self.holders.push(Holder {
                kind: attachment.kind,
                shown: handle_text(handle),
                place: &attachment.place,
                is_written: false,
                grants: Vec::new(),
                open: Vec::new(),
                account: None,
                directory: Arc::clone(&self.directory),
                handles: BTreeSet::from([handle.clone()]),
            });
        }
        let (grants, mut open) = granted(self.access, attachment);
        if attachment.resource_group {
            open.push("something holds in one resource group alone".to_owned());
        }
        for holder in self.holders.iter_mut().filter(|holder| is_known(holder)) {
            if !attachment.resource_group {
                holder.grants.extend(grants.iter().copied());
            }
            holder.open.extend(open.iter().cloned());
        }
    }

    /// Puts everybody into its account. One that several accounts are said of is in none that is known.
    fn house(&mut self) {
        let mut told: BTreeMap<(PrincipalKind, &Handle), Vec<&'a Handle>> = BTreeMap::new();
        for residence in &self.access.residences {
            told.entry((residence.kind, &residence.principal)).or_default().push(&residence.account);
        }
        for holder in &mut self.holders {
            let own = holder.handles.iter().filter_map(|handle| told.get(&(holder.kind, handle)));
            let mut accounts: Vec<&'a Handle> = own.flatten().copied().collect();
            accounts.sort();
            accounts.dedup();
            holder.account = match accounts.as_slice() {
                [only] => Some(*only),
                _ => None,
            };
        }
    }

    /// What a group may do its users may do.
    fn join_groups(&mut self) {
        let groups: Vec<Holder<'a>> =
            self.holders.iter().filter(|holder| holder.kind == PrincipalKind::Group).cloned().collect();
        for membership in &self.access.memberships {
            let Reference::To(user) = &membership.user else { continue };
            let Some(user) =
                self.holders.iter_mut().find(|h| h.kind == PrincipalKind::User && h.handles.contains(user))
            else {
                continue;
            };
            match &membership.group {
                Reference::To(handle) => match groups.iter().find(|group| group.handles.contains(handle)) {
                    Some(group) => {
                        user.grants.extend(group.grants.iter().copied());
                        user.open.extend(group.open.iter().cloned());
                    }
                    None => user.open.push(format!("group {} is not written here", handle_text(handle))),
                },
                Reference::Unknown(reason) => user.open.push(format!("it is in a group that is not known: {reason}")),
            }
        }
    }
}

impl<'a> Holder<'a> {
    /// The documents that hold for it.
    #[must_use]
    pub fn layers(&self) -> Layers<'a> {
        Layers {
            controls: self.controls(),
            identity: self.grants.iter().map(|grant| grant.document).collect(),
            open: !self.open.is_empty(),
            ..Layers::default()
        }
    }

    /// What control policies let it do at most.
    #[must_use]
    pub fn controls(&self) -> Vec<Control<'a>> {
        self.directory.controls(self.account)
    }

    /// Whether the name by which the service knows it is known.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.handles.iter().any(|handle| matches!(handle, Handle::Name(_)))
    }

    /// Whether others name it by a handle.
    #[must_use]
    pub fn has(&self, handle: &Handle) -> bool {
        self.handles.contains(handle)
    }

    /// Whether people mean it by a text: its name, or its kind and its name (`role/nightly`).
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let name = match text.split_once('/') {
            Some((kind, name)) if kind == self.kind.word() => name,
            _ => text,
        };
        self.shown == name
            || self.handles.iter().any(|handle| match handle {
                Handle::Name(known) => known == name,
                Handle::Address { address, .. } => address == name,
            })
    }

    /// For people: its kind and its name, as names of principals write them.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}/{}", self.kind.word(), self.shown)
    }
}

/// The documents of an attachment, and why there may be more.
fn granted<'a>(access: &'a Access, attachment: &'a Attachment) -> (Vec<Grant<'a>>, Vec<String>) {
    let grant = |document: &'a PolicyDocument| Grant { document, attachment };
    match &attachment.policy {
        AttachedPolicy::Custom(handle) => {
            let of =
                |document: &&PolicyDocument| document.handles.contains(handle) && document.kind == PolicyKind::Identity;
            let documents: Vec<Grant<'a>> = access.documents.iter().filter(of).map(grant).collect();
            let open = documents.is_empty().then(|| format!("policy {} is not written here", handle_text(handle)));
            (documents, open.into_iter().collect())
        }
        AttachedPolicy::System(name) => match system::document(name) {
            Some(document) => (vec![grant(document)], Vec::new()),
            None => (Vec::new(), vec![format!("what system policy {name} says is not known")]),
        },
        AttachedPolicy::Unknown(reason) => {
            (Vec::new(), vec![format!("a policy that is not known is attached: {reason}")])
        }
    }
}

/// What people call what has a handle.
pub(super) fn handle_text(handle: &Handle) -> String {
    match handle {
        Handle::Name(name) => name.clone(),
        Handle::Address { address, .. } => address.clone(),
    }
}

#[cfg(test)]
mod tests;
