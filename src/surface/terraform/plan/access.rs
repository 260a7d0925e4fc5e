//! Who may do what once a plan is carried out: documents, principals, and what is attached to whom.
//!
//! Every argument of a plan is known or known after apply; what is referred to then comes from the configuration.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{Node, address, text};
use crate::model::{
    Access, AttachedPolicy, Attachment, Call, ControlAttachment, DirectoryPart, DirectoryTarget, Handle, Membership,
    Piece, PolicyDocument, Principal, PrincipalKind, Reference, Residence, RunScope, Runner,
};
use crate::source::{Place, Source, Span};
use crate::surface::policy::{self, Frame, Tree, TreeKind, Written};
use crate::surface::terraform::access::Spec;
use crate::surface::terraform::access::spec::{AttachmentSpec, PolicySpec};
use crate::syntax::json::Kind;
use crate::syntax::shell::EmbeddedText;

/// What the resources of a plan that will be there say about access, and who makes its calls.
pub(in crate::surface::terraform) fn access(source: &Arc<Source>, root: &Node, calls: &[Call]) -> Access {
    let changes = root.get("resource_changes").map_or(&[][..], Node::elements);
    let configuration = root.get("configuration");
    let mut access = Access::default();
    let of_calls: FxHashSet<Span> = calls.iter().map(|call| call.place.span).collect();
    for change in changes.iter().filter(|change| of_calls.contains(&change.span)) {
        made_by(source, root, change, &mut access);
    }
    for change in changes.iter().filter(|change| will_be(change)) {
        let (Some(kind), Some(address), Some(planned)) =
            (text(change, "type"), change.get("address"), change.get("change"))
        else {
            continue;
        };
        let subject = address.as_str().unwrap_or_default();
        let one = One { source, spec: Spec::get(), configuration, changes, kind, address, subject, planned, change };
        one.say(&mut access);
        for spec in one.spec.principals.iter().filter(|spec| spec.resource == one.kind) {
            let provider = super::providers::provider(root, change);
            let role = provider.and_then(|provider| provider.role());
            let of_role = role.and_then(|(role, _)| account_of(role));
            let own = || provider.filter(|_| role.is_none()).and_then(|p| p.account().map(str::to_owned));
            let Some(account) = of_role.or_else(own) else { continue };
            access.residences.push(Residence {
                kind: spec.kind.principal_kind(),
                principal: one.handle(subject),
                account: Handle::Name(account),
                place: one.place(one.address),
            });
        }
    }
    access
}

/// Adds as whom a provider makes the call that a change is.
fn made_by(source: &Arc<Source>, root: &Node, change: &Node, access: &mut Access) {
    let Some((role, node)) = super::providers::provider(root, change).and_then(|provider| provider.role()) else {
        return;
    };
    let name = role.rsplit('/').next().unwrap_or(role).to_owned();
    let place = Place::new(source, node.span);
    let principal = Handle::Name(name);
    if let Some(account) = account_of(role) {
        let (principal, account, place) = (principal.clone(), Handle::Name(account), place.clone());
        access.residences.push(Residence { kind: PrincipalKind::Role, principal, account, place });
    }
    access.runners.push(Runner {
        principal: Reference::To(principal),
        kind: PrincipalKind::Role,
        place,
        scope: RunScope::Within(Place::new(source, change.span)),
        session: None,
    });
}

/// The account in the name of a role.
fn account_of(role: &str) -> Option<String> {
    match policy::directory::account_in(&[Piece::Text(role.to_owned())])? {
        Piece::Text(account) => Some(account),
        Piece::Hole(_) => None,
    }
}

fn will_be(change: &Node) -> bool {
    let actions = change.get("change").and_then(|c| c.get("actions")).map_or(&[][..], Node::elements);
    let is = |action: &Node, name: &str| action.as_str() == Some(name);
    text(change, "mode") != Some("data") && !actions.is_empty() && !actions.iter().all(|a| is(a, "delete"))
}

/// A resource that will be there.
struct One<'p> {
    source: &'p Arc<Source>,
    spec: &'static Spec,
    configuration: Option<&'p Node>,
    changes: &'p [Node],
    kind: &'p str,
    address: &'p Node,
    subject: &'p str,
    planned: &'p Node,
    change: &'p Node,
}

impl One<'_> {
    fn say(&self, access: &mut Access) {
        for spec in self.spec.policies.iter().filter(|spec| spec.resource == self.kind) {
            access.documents.extend(self.document(spec));
        }
        for spec in self.spec.principals.iter().filter(|spec| spec.resource == self.kind) {
            access.principals.push(Principal {
                kind: spec.kind.principal_kind(),
                handles: self.handles(&spec.names),
                shown: self.shown(&spec.names),
                place: self.place(self.address),
            });
        }
        for spec in self.spec.attachments.iter().filter(|spec| spec.resource == self.kind) {
            access.attachments.extend(self.attachment(spec));
        }
        for spec in self.spec.limits.iter().filter(|spec| spec.resource == self.kind) {
            let (Some(policy), Some(target)) = (self.reference(&spec.policy), self.part(&spec.target)) else {
                continue;
            };
            let policy = match policy {
                Reference::To(handle) => AttachedPolicy::Custom(handle),
                Reference::Unknown(reason) => AttachedPolicy::Unknown(reason),
            };
            let place = self.place(self.change);
            access.controls.push(ControlAttachment { policy, target, place, is_detached: false });
        }
        for spec in self.spec.parts.iter().filter(|spec| spec.resource == self.kind) {
            access.directory.push(DirectoryPart {
                kind: spec.kind.part_kind(),
                handles: self.handles(&["id".to_owned()]),
                parent: self.part(&spec.parent),
                place: self.place(self.address),
            });
        }
        for spec in self.spec.memberships.iter().filter(|spec| spec.resource == self.kind) {
            let (Some(group), place) = (self.reference(&spec.group), self.place(self.change)) else { continue };
            for user in self.references(&spec.users) {
                access.memberships.push(Membership { user, group: group.clone(), place: place.clone() });
            }
        }
    }

    fn place(&self, node: &Node) -> Place {
        Place::new(self.source, node.span)
    }

    /// The value that an argument will have, where the plan knows it.
    fn after(&self, argument: &str) -> Option<&Node> {
        self.planned.get("after")?.get(argument).filter(|node| !matches!(node.kind, Kind::Null))
    }

    fn known_later(&self, argument: &str) -> Option<&Node> {
        let unknown = self.planned.get("after_unknown")?.get(argument)?;
        (!matches!(unknown.kind, Kind::Bool(false))).then_some(unknown)
    }

    fn name(&self, names: &[String]) -> Option<&str> {
        names.iter().find_map(|name| self.after(name)?.as_str()).filter(|name| !name.is_empty())
    }

    fn handle(&self, address: &str) -> Handle {
        Handle::Address { scope: self.source.path().to_owned(), address: address.to_owned() }
    }

    fn handles(&self, names: &[String]) -> Vec<Handle> {
        let name = self.name(names).map(|name| Handle::Name(name.to_owned()));
        name.into_iter().chain([self.handle(self.subject)]).collect()
    }

    fn shown(&self, names: &[String]) -> String {
        self.name(names).unwrap_or(self.subject).to_owned()
    }

    fn document(&self, spec: &PolicySpec) -> Option<PolicyDocument> {
        let frame = Frame {
            subject: self.shown(&spec.names),
            handles: self.handles(&spec.names),
            kind: Some(spec.kind.policy_kind()),
            expected: true,
            ..Frame::default()
        };
        let written = spec.documents.iter().find_map(|name| self.after(name).filter(|n| n.as_str() != Some("")));
        if let Some(node) = written {
            let inner = node.inner_span();
            let raw = EmbeddedText::verbatim(self.source.slice(inner), inner.start);
            let text = policy::unescaped(&raw);
            return policy::read_text(Written { source: self.source, text: &text }, frame);
        }
        let later = spec.documents.iter().find_map(|name| self.known_later(name))?;
        let kind = TreeKind::Hole("a document that is known after apply".to_owned());
        policy::read(&Tree { place: self.place(later), kind }, frame)
    }

    fn attachment(&self, spec: &AttachmentSpec) -> Option<Attachment> {
        let mut principal = self.reference(&spec.principal)?;
        let told = || spec.kinds.get(self.after(spec.kind_argument.as_deref()?)?.as_str()?).copied();
        let kind = spec.kind.or_else(told).map(|kind| kind.principal_kind());
        if kind.is_none() {
            principal = Reference::Unknown("what kind of principal it is is not known".to_owned());
        }
        let unknown = |reason: &str| AttachedPolicy::Unknown(reason.to_owned());
        let told = self.after(&spec.policy_type).and_then(Node::as_str);
        let policy = match (self.reference(&spec.policy), told) {
            (Some(Reference::To(Handle::Name(name))), Some(told)) if told == self.spec.system => {
                AttachedPolicy::System(name)
            }
            (Some(Reference::To(handle)), Some(told)) if told == self.spec.custom => AttachedPolicy::Custom(handle),
            // A policy that is made now is the account's own, though its type is told only later.
            (Some(Reference::To(handle @ Handle::Address { .. })), None) => AttachedPolicy::Custom(handle),
            (Some(Reference::Unknown(reason)), _) => AttachedPolicy::Unknown(reason),
            (None, _) => unknown("no policy is named"),
            _ => unknown("the type of the policy is not known"),
        };
        let kind = kind.unwrap_or(PrincipalKind::User);
        let place = self.place(self.change);
        Some(Attachment { principal, kind, policy, place, resource_group: spec.resource_group })
    }

    /// The part of a resource directory that an argument names; nothing when it is left out.
    fn part(&self, argument: &str) -> Option<DirectoryTarget> {
        let reference = self.reference(argument)?;
        let shown = match &reference {
            Reference::To(Handle::Name(name)) => name.clone(),
            Reference::To(Handle::Address { address, .. }) => address.clone(),
            Reference::Unknown(_) => "what is known after apply".to_owned(),
        };
        let kind = match &reference {
            Reference::To(Handle::Address { address, .. }) => {
                let is = |kind: &str| address.split('.').any(|word| word == kind);
                self.spec.parts.iter().find(|spec| is(&spec.resource)).map(|spec| spec.kind.part_kind())
            }
            _ => None,
        };
        Some(policy::directory::target(reference, kind, shown))
    }

    /// What an argument names; nothing when it is left out.
    fn reference(&self, argument: &str) -> Option<Reference> {
        match self.after(argument).and_then(Node::as_str) {
            Some(name) => Some(self.named(name)),
            None => self.known_later(argument).map(|_| self.referred(argument)),
        }
    }

    fn references(&self, argument: &str) -> Vec<Reference> {
        match self.after(argument) {
            Some(node) if matches!(node.kind, Kind::Array(_)) => {
                let one = |node: &Node| match node.as_str() {
                    Some(name) => self.named(name),
                    None => Reference::Unknown("it is known after apply".to_owned()),
                };
                node.elements().iter().map(one).collect()
            }
            _ => self.reference(argument).into_iter().collect(),
        }
    }

    fn named(&self, name: &str) -> Reference {
        match self.spec.name_in(vec![Piece::Text(name.to_owned())]).as_slice() {
            [Piece::Text(name)] => Reference::To(Handle::Name(name.clone())),
            _ => Reference::Unknown("nothing is named".to_owned()),
        }
    }

    /// The resource that the configuration refers to, when the plan has only one that it can be.
    fn referred(&self, argument: &str) -> Reference {
        let found = self.expression(argument).and_then(|expression| {
            let references = expression.get("references")?.elements().iter().filter_map(Node::as_str);
            let written = references.into_iter().find_map(|words| self.spec.resource_named(words))?;
            let base = written.split('[').next().unwrap_or(written);
            let wanted = format!("{}{base}", address::module_part(self.subject));
            let mut same = self.changes.iter().filter(|change| will_be(change)).filter_map(|change| {
                let other = text(change, "address")?;
                (super::base_address(other) == wanted).then_some(other)
            });
            same.next().filter(|_| same.next().is_none())
        });
        match found {
            Some(address) => Reference::To(self.handle(address)),
            None => Reference::Unknown("it is known after apply".to_owned()),
        }
    }

    /// What the configuration writes for an argument.
    fn expression(&self, argument: &str) -> Option<&Node> {
        let mut module = self.configuration?.get("root_module")?;
        for name in address::module_path(text(self.change, "module_address").unwrap_or_default()) {
            module = module.get("module_calls")?.get(name)?.get("module")?;
        }
        let name = text(self.change, "name")?;
        let is = |resource: &&Node| text(resource, "type") == Some(self.kind) && text(resource, "name") == Some(name);
        module.get("resources")?.elements().iter().find(is)?.get("expressions")?.get(argument)
    }
}
