//! What a resource says of access, whichever carrier it is written in.
//!
//! Takes the properties of a resource and the entry of `carriers.yaml` that is about it; gives documents, principals,
//! attachments and memberships. Which resources there are and how their properties are written is each carrier's own.

use std::collections::BTreeSet;

use super::Frame;
use super::carriers::{Entry, Inline, Is, Kind, carriers};
use super::tree::Tree;
use crate::model::{
    Access, AttachedPolicy, Attachment, Handle, Membership, Piece, PolicyDocument, PolicyKind, Principal,
    PrincipalKind, Reference, Template,
};
use crate::source::Place;

/// The properties of a resource.
pub(in crate::surface) trait Properties {
    /// A value.
    fn get(&self, name: &str) -> Option<Tree>;

    /// A value that is a document.
    fn document(&self, name: &str, frame: Frame) -> Option<PolicyDocument>;

    /// The properties of each element of a list, or of one object.
    fn inner(&self, name: &str) -> Vec<Box<dyn Properties + '_>>;
}

/// A resource and where it stands.
pub(in crate::surface) struct Resource<'a> {
    /// What it is.
    pub(in crate::surface) entry: &'a Entry,
    /// Its properties.
    pub(in crate::surface) properties: &'a dyn Properties,
    /// By what other resources of the project name it; empty when they cannot.
    pub(in crate::surface) address: &'a str,
    /// For people: what stands for a name that is not known.
    pub(in crate::surface) shown: &'a str,
    /// Where it is written: its head.
    pub(in crate::surface) place: Place,
}

/// The resources that are named by addresses, and where.
pub(in crate::surface) struct Project<'a> {
    /// What addresses hold within: a file, a folder.
    pub(in crate::surface) scope: &'a str,
    /// The addresses that there are.
    pub(in crate::surface) addresses: &'a BTreeSet<String>,
    /// Whether all is an example.
    pub(in crate::surface) advisory: bool,
}

impl Project<'_> {
    /// Adds what a resource says.
    pub(in crate::surface) fn add(&self, resource: &Resource<'_>, access: &mut Access) {
        match resource.entry.is {
            Is::Policy => self.policy(resource, access),
            Is::Principal => self.principal(resource, access),
            Is::Trust => {
                let name = first(resource.properties, &resource.entry.name);
                self.trust(resource, name.as_ref(), access);
            }
            Is::Attachment => self.attachment(resource, access),
            Is::Membership => self.membership(resource, access),
            Is::Limit | Is::Release => self.limit(resource, access),
            Is::Part => self.part(resource, access),
        }
    }

    pub(super) fn address(&self, address: impl Into<String>) -> Handle {
        Handle::Address { scope: self.scope.to_owned(), address: address.into() }
    }

    /// By what a resource is known.
    pub(super) fn handles(&self, resource: &Resource<'_>, name: Option<&Template>) -> Vec<Handle> {
        let address = (!resource.address.is_empty()).then(|| self.address(resource.address));
        address.into_iter().chain(name.map(|name| self.named(name))).collect()
    }

    /// The handle of a name; where parts of it are filled in, the same parts make the same name within the project.
    fn named(&self, name: &Template) -> Handle {
        let pieces = bare(&name.pieces);
        match pieces.as_slice() {
            [Piece::Text(text)] => Handle::Name(text.clone()),
            _ => self.address(Template { pieces, place: name.place.clone() }.shown()),
        }
    }

    /// What a value names.
    pub(in crate::surface) fn reference(&self, value: &Template) -> Reference {
        if let [Piece::Hole(words)] = value.pieces.as_slice()
            && let Some(address) = self.addressed(words)
        {
            return Reference::To(self.address(address));
        }
        Reference::To(self.named(value))
    }

    /// The address that a reference goes by: all of it or its first words.
    fn addressed<'w>(&self, words: &'w str) -> Option<&'w str> {
        let ends = words.match_indices(['.', '[']).map(|(at, _)| at).chain([words.len()]);
        ends.filter_map(|end| words.get(..end)).find(|part| self.addresses.contains(*part))
    }

    fn frame(&self, resource: &Resource<'_>, name: Option<&Template>, kind: PolicyKind) -> Frame {
        Frame {
            subject: name.map_or_else(|| resource.shown.to_owned(), Template::shown),
            handles: self.handles(resource, name),
            kind: Some(kind),
            expected: true,
            advisory: self.advisory,
            length: None,
        }
    }

    fn policy(&self, resource: &Resource<'_>, access: &mut Access) {
        let entry = resource.entry;
        let name = first(resource.properties, &entry.name);
        let frame = self.frame(resource, name.as_ref(), entry.kind.map_or(PolicyKind::Identity, Kind::policy));
        let handle = frame.handles.first().cloned();
        access.documents.extend(document(resource.properties, &entry.document, &frame));
        let Some(handle) = handle else { return };
        for (kind, property) in &entry.holders {
            for holder in names(resource.properties, property) {
                access.attachments.push(Attachment {
                    principal: self.reference(&holder),
                    kind: kind.principal(),
                    policy: AttachedPolicy::Custom(handle.clone()),
                    place: holder.place,
                    resource_group: false,
                });
            }
        }
    }

    fn principal(&self, resource: &Resource<'_>, access: &mut Access) {
        let entry = resource.entry;
        let name = first(resource.properties, &entry.name);
        let kind = entry.kind.map_or(PrincipalKind::Role, Kind::principal);
        let handles = self.handles(resource, name.as_ref());
        let shown = name.as_ref().map_or_else(|| resource.shown.to_owned(), Template::shown);
        self.trust(resource, name.as_ref(), access);
        if let Some(own) = handles.first().cloned() {
            let holder = Holder { handle: own, kind, shown: &shown };
            if let Some(inline) = &entry.inline {
                self.inline(resource.properties, inline, &holder, access);
            }
            self.attached(resource, &holder, access);
        }
        access.principals.push(Principal { kind, handles, shown, place: resource.place.clone() });
    }

    fn trust(&self, resource: &Resource<'_>, name: Option<&Template>, access: &mut Access) {
        let frame = Frame { handles: Vec::new(), ..self.frame(resource, name, PolicyKind::Trust) };
        access.documents.extend(document(resource.properties, &resource.entry.trust, &frame));
    }

    /// Policies that a principal holds itself.
    fn inline(&self, properties: &dyn Properties, inline: &Inline, holder: &Holder<'_>, access: &mut Access) {
        for (number, policy) in properties.inner(&inline.list).iter().enumerate() {
            let name = first(&**policy, &inline.name);
            let subject = name.as_ref().map_or_else(|| format!("{} of {}", number + 1, holder.shown), Template::shown);
            let own = self.address(format!("{}#{number}", shown_handle(&holder.handle)));
            let handles = [own.clone()].into_iter().chain(name.as_ref().map(|name| self.named(name))).collect();
            let frame = Frame {
                subject,
                handles,
                kind: Some(PolicyKind::Identity),
                expected: true,
                advisory: self.advisory,
                length: None,
            };
            let Some(document) = document(&**policy, &inline.document, &frame) else { continue };
            access.attachments.push(Attachment {
                principal: Reference::To(holder.handle.clone()),
                kind: holder.kind,
                policy: AttachedPolicy::Custom(own),
                place: name.map_or_else(|| document.place.clone(), |name| name.place),
                resource_group: false,
            });
            access.documents.push(document);
        }
    }

    /// Policies that a principal names.
    fn attached(&self, resource: &Resource<'_>, holder: &Holder<'_>, access: &mut Access) {
        let types = &carriers().policy_types;
        for (whose, way) in &resource.entry.attached {
            let Some((list, ways)) = way.split_last() else { continue };
            let holding = match ways {
                [outer] => resource.properties.inner(outer),
                _ => Vec::new(),
            };
            for properties in &holding {
                for name in names(&**properties, list) {
                    let is_system = whose.eq_ignore_ascii_case(&types.system);
                    access.attachments.push(Attachment {
                        principal: Reference::To(holder.handle.clone()),
                        kind: holder.kind,
                        policy: self.attached_policy(&name, Some(is_system)),
                        place: name.place,
                        resource_group: false,
                    });
                }
            }
        }
    }

    /// What is attached, when it is told whether that is the vendor's.
    pub(super) fn attached_policy(&self, name: &Template, is_system: Option<bool>) -> AttachedPolicy {
        if let (Some(true), Some(text)) = (is_system, name.text()) {
            return AttachedPolicy::System(text.to_owned());
        }
        match self.reference(name) {
            Reference::To(handle @ Handle::Address { .. }) if is_system != Some(true) => AttachedPolicy::Custom(handle),
            Reference::To(handle) if is_system == Some(false) => AttachedPolicy::Custom(handle),
            _ => AttachedPolicy::Unknown(format!("which policy `{}` is nobody knows before it runs", name.shown())),
        }
    }

    fn attachment(&self, resource: &Resource<'_>, access: &mut Access) {
        let entry = resource.entry;
        let types = &carriers().policy_types;
        let Some(policy) = text(resource.properties, &entry.policy) else { return };
        let kind = text(resource.properties, &entry.policy_type);
        let is = |word: &String| kind.as_ref().and_then(Template::text).map(|text| text.eq_ignore_ascii_case(word));
        let is_system = match (is(&types.system), is(&types.custom)) {
            (Some(true), _) => Some(true),
            (_, Some(true)) => Some(false),
            _ => None,
        };
        let unknown = || Reference::Unknown("it is not said to whom".to_owned());
        let principal = text(resource.properties, &entry.principal);
        access.attachments.push(Attachment {
            principal: principal.map_or_else(unknown, |principal| self.reference(&principal)),
            kind: entry.kind.map_or(PrincipalKind::Role, Kind::principal),
            policy: self.attached_policy(&policy, is_system),
            place: resource.place.clone(),
            resource_group: !entry.resource_group.is_empty()
                && resource.properties.get(&entry.resource_group).is_some(),
        });
    }

    fn membership(&self, resource: &Resource<'_>, access: &mut Access) {
        let Some(group) = text(resource.properties, &resource.entry.group) else { return };
        for property in &resource.entry.users {
            for user in names(resource.properties, property) {
                access.memberships.push(Membership {
                    user: self.reference(&user),
                    group: self.reference(&group),
                    place: user.place,
                });
            }
        }
    }
}

/// A principal that holds policies.
struct Holder<'a> {
    handle: Handle,
    kind: PrincipalKind,
    shown: &'a str,
}

fn shown_handle(handle: &Handle) -> &str {
    match handle {
        Handle::Name(name) => name,
        Handle::Address { address, .. } => address,
    }
}

/// A name without what stands before it: `acs:ram::1:role/name` is `name`.
fn bare(pieces: &[Piece]) -> Vec<Piece> {
    let is_resource =
        matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with(&super::grammar().own_prefix));
    let slash = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains('/'));
    let Some((last, rest)) =
        pieces.iter().rposition(slash).filter(|_| is_resource).and_then(|at| pieces.get(at..)?.split_first())
    else {
        return pieces.to_vec();
    };
    let mut bare = Vec::new();
    if let Piece::Text(text) = last {
        super::holes::push_text(&mut bare, text.rsplit('/').next().unwrap_or_default());
    }
    bare.extend(rest.iter().cloned());
    bare
}

pub(super) fn text(properties: &dyn Properties, name: &str) -> Option<Template> {
    properties.get(name)?.template()
}

/// The first of some properties that is there.
fn first(properties: &dyn Properties, names: &[String]) -> Option<Template> {
    names.iter().find_map(|name| text(properties, name))
}

/// The document in the last of some properties that is there.
fn document(properties: &dyn Properties, names: &[String], frame: &Frame) -> Option<PolicyDocument> {
    names.iter().rev().find_map(|name| properties.document(name, frame.clone()))
}

/// The texts of a list.
fn names(properties: &dyn Properties, name: &str) -> Vec<Template> {
    properties.get(name).map_or_else(Vec::new, |list| list.items().iter().filter_map(Tree::template).collect())
}
