//! Principals, which policy holds for whom, and who is in which group.

use super::spec::AttachmentSpec;
use super::{One, Reader};
use crate::model::{AttachedPolicy, Attachment, Handle, Membership, Principal, PrincipalKind, Reference};
use crate::surface::terraform::symbol::Symbol;

impl Reader<'_> {
    pub(super) fn principals(&mut self, one: &One<'_, '_>) {
        for spec in self.spec.principals.iter().filter(|spec| spec.resource == one.declaration.kind()) {
            self.found.principals.push(Principal {
                kind: spec.kind.principal_kind(),
                handles: one.handles(&spec.names),
                shown: one.shown(&spec.names),
                place: one.declaration.header(),
            });
            if let (Some(own), Some((account, place))) = (one.addresses().next(), self.account(one)) {
                self.add_residence(spec.kind.principal_kind(), own, account, place);
            }
        }
    }

    pub(super) fn attachments(&mut self, one: &One<'_, '_>) {
        for spec in self.spec.attachments.iter().filter(|spec| spec.resource == one.declaration.kind()) {
            let Some((principal, _)) = one.argument(&spec.principal) else { continue };
            let mut policy = one.attached(spec);
            let mut principal = one.reference(&principal);
            let kind = spec.kind.map_or_else(|| one.told_kind(spec), |kind| Some(kind.principal_kind()));
            if kind.is_none() {
                principal = Reference::Unknown("what kind of principal it is is not known".to_owned());
            }
            if let Some(reason) = one.uncertain() {
                policy = AttachedPolicy::Unknown(reason);
            }
            self.found.attachments.push(Attachment {
                principal,
                kind: kind.unwrap_or(PrincipalKind::User),
                policy,
                place: one.place(),
                resource_group: spec.resource_group,
            });
        }
    }

    pub(super) fn memberships(&mut self, one: &One<'_, '_>) {
        for spec in self.spec.memberships.iter().filter(|spec| spec.resource == one.declaration.kind()) {
            let (Some((group, _)), Some((users, _))) = (one.argument(&spec.group), one.argument(&spec.users)) else {
                continue;
            };
            let group = match one.uncertain() {
                Some(reason) => Reference::Unknown(reason),
                None => one.reference(&group),
            };
            for user in one.references(&users) {
                self.found.memberships.push(Membership { user, group: group.clone(), place: one.place() });
            }
        }
    }
}

impl One<'_, '_> {
    fn told_kind(&self, spec: &AttachmentSpec) -> Option<PrincipalKind> {
        let (kind, _) = self.argument(spec.kind_argument.as_deref()?)?;
        spec.kinds.get(kind.single_text()?.as_ref()).map(|kind| kind.principal_kind())
    }

    /// What is attached: which list of policies the name is in is told by the type.
    fn attached(&self, spec: &AttachmentSpec) -> AttachedPolicy {
        let unknown = |reason: &str| AttachedPolicy::Unknown(reason.to_owned());
        let Some((policy, _)) = self.argument(&spec.policy) else { return unknown("no policy is named") };
        let policy = match self.reference(&policy) {
            Reference::To(handle) => handle,
            Reference::Unknown(reason) => return AttachedPolicy::Unknown(reason),
        };
        let told = self.argument(&spec.policy_type).map(|(told, _)| told);
        let is_own = told.as_ref().is_some_and(|told| self.is_type_of_policy(told))
            || self.declared_policy(&policy) && told.as_ref().is_none_or(|told| told.single_text().is_none());
        let told = told.and_then(|told| told.single_text());
        match (told.as_deref(), policy) {
            (Some(told), Handle::Name(name)) if told == self.spec.system => AttachedPolicy::System(name),
            (Some(told), Handle::Address { .. }) if told == self.spec.system => unknown("the name is not known"),
            (Some(told), policy) if told == self.spec.custom => AttachedPolicy::Custom(policy),
            (_, policy) if is_own => AttachedPolicy::Custom(policy),
            _ => unknown("the type of the policy is not known"),
        }
    }

    /// Whether a type is the one that a policy of these files tells.
    fn is_type_of_policy(&self, told: &Symbol) -> bool {
        self.attribute_of(told).is_some_and(|(kind, _, name)| {
            name == self.spec.type_attribute && self.spec.policies.iter().any(|spec| spec.resource == kind)
        })
    }

    /// Whether a handle is the address of a policy.
    fn declared_policy(&self, handle: &Handle) -> bool {
        let Handle::Address { address, .. } = handle else { return false };
        let kind = |address: &str| {
            let resource = address.rsplit_once("module.").map_or(address, |(_, rest)| rest);
            self.spec.policies.iter().any(|spec| resource.split('.').any(|word| word == spec.resource))
        };
        kind(address)
    }
}
