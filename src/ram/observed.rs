//! What documents say of a call that somebody made, as logs tell of it.
//!
//! Takes who called, on what and when; gives the decision of the documents of that principal, or why there is none: logs
//! and documents have nothing but a name in common, and where that is not enough nothing is claimed.

use core::net::IpAddr;

use super::data::language;
use super::evaluate::{Context, Control, Decision, Layers, Outcome, Request, decide, is_about_action};
use super::gaps;
use super::repository::{Grant, Holder, Repository};
use super::resource::{Parts, pieces};
use super::rules;
use super::truth::Truth;
use crate::finding::Label;
use crate::model::{Access, Api, AttachedPolicy, Effect, Handle, Permission, Piece, PrincipalKind};

/// Names of so many digits and more are ids that the service gave.
const DIGITS_OF_ID: usize = 15;

/// Who called, as names of principals write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller<'a> {
    /// What it is.
    pub kind: PrincipalKind,
    /// The account.
    pub account: &'a str,
    /// The name, or the id where the record has no name.
    pub name: &'a str,
}

impl<'a> Caller<'a> {
    /// Reads `…:<account>:role/<name>`; nothing for anybody whom no policy of a user or a role is about: the owner of an
    /// account, services, and whoever is logged in from elsewhere.
    #[must_use]
    pub fn parse(principal: &'a str) -> Option<Self> {
        let (before, name) = principal.rsplit_once(':')?;
        let account = before.rsplit(':').next()?;
        let (kind, name) = name.split_once('/')?;
        let kind = [PrincipalKind::User, PrincipalKind::Role].into_iter().find(|known| known.word() == kind)?;
        (!name.is_empty()).then_some(Self { kind, account, name })
    }

    /// Whether it is known by its id alone.
    #[must_use]
    pub fn is_id(&self) -> bool {
        self.name.len() >= DIGITS_OF_ID && self.name.chars().all(|c| c.is_ascii_digit())
    }
}

/// What a record says of a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Observed<'a> {
    /// The region; empty when the record does not say.
    pub region: &'a str,
    /// The account that owns the instance.
    pub account: &'a str,
    /// The instance.
    pub instance: &'a str,
    /// When, in milliseconds.
    pub time: Option<i64>,
    /// Where the call came from.
    pub origin: &'a str,
}

/// Why documents say nothing of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Silence {
    /// No document is about such a caller.
    NotWritten,
    /// Its name is not known, or several have it.
    Ambiguous,
    /// More holds for it than is at hand.
    Open,
    /// It depends on what no record says.
    Depends,
}

impl Silence {
    /// For people, behind a number of callers.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NotWritten => "not written in them",
            Self::Ambiguous => "whose name is not known or not theirs alone",
            Self::Open => "with policies that are not at hand",
            Self::Depends => "on conditions that no record tells of",
        }
    }
}

/// Documents, as they are held against logs.
#[derive(Debug)]
pub struct Documents<'a> {
    access: &'a Access,
    repository: Repository<'a>,
}

/// A grant that a principal has for certain.
#[derive(Debug)]
pub struct Granted<'a> {
    /// Who has it.
    pub holder: &'a Holder<'a>,
    /// Where the statement names the action.
    pub action: Label,
    /// Where it is attached.
    pub attached: Label,
    /// What it is granted on, as it is written.
    pub resources: Vec<String>,
}

impl<'a> Documents<'a> {
    /// The documents of sources.
    #[must_use]
    pub fn of(access: &'a Access) -> Self {
        Self { access, repository: Repository::of(access) }
    }

    /// Who of them a caller is.
    ///
    /// # Errors
    /// Why nobody can tell.
    pub fn holder(&self, caller: Caller<'_>) -> Result<&Holder<'a>, Silence> {
        if caller.is_id() {
            return Err(Silence::Ambiguous);
        }
        let name = Handle::Name(caller.name.to_owned());
        let mut written = self.access.principals.iter().filter(|p| p.kind == caller.kind && p.handles.contains(&name));
        let first = written.next().map(|principal| &principal.place);
        // Two stacks may each have one of this name, and then nobody knows of which of them the logs tell.
        if written.any(|principal| Some(&principal.place) != first) {
            return Err(Silence::Ambiguous);
        }
        let mut holders = self.repository.holders().iter().filter(|h| h.kind == caller.kind && h.has(&name));
        let holder = holders.next().ok_or(Silence::NotWritten)?;
        if holders.next().is_some() { Err(Silence::Ambiguous) } else { Ok(holder) }
    }

    /// What the documents of a caller say of a call.
    ///
    /// # Errors
    /// Why they say nothing that is certain.
    pub fn decision(
        &self,
        permission: &Permission,
        caller: Caller<'_>,
        call: &Observed<'_>,
    ) -> Result<(&Holder<'a>, Decision<'a>), Silence> {
        let holder = self.holder(caller)?;
        let (resource, context) = (resource(permission, call), context(call));
        let request = Request { action: &permission.action, resource: &resource, context: &context };
        // A record tells the account, whatever the documents say of it.
        let controls = self.repository.controls_of(&Handle::Name(caller.account.to_owned()));
        let decision = decide(&Layers { controls, ..holder.layers() }, &request);
        let is_all = holder.is_written && holder.open.is_empty();
        match decision.outcome {
            Outcome::DeniedExplicitly => Ok((holder, decision)),
            // More that is attached elsewhere may allow it, or deny it.
            _ if !is_all => Err(Silence::Open),
            Outcome::Unknown => Err(Silence::Depends),
            Outcome::Allowed | Outcome::DeniedByDefault => Ok((holder, decision)),
        }
    }

    /// A control policy that denies a call in so many words, if it binds the account of whoever makes it.
    #[must_use]
    pub fn limit(
        &self,
        permission: &Permission,
        caller: Caller<'_>,
        call: &Observed<'_>,
    ) -> Option<(Decision<'a>, Control<'a>)> {
        let (resource, context) = (resource(permission, call), context(call));
        let request = Request { action: &permission.action, resource: &resource, context: &context };
        let controls = self.repository.controls_of(&Handle::Name(caller.account.to_owned()));
        controls.into_iter().filter(|control| control.doubt.is_some()).find_map(|control| {
            let decision = control.binding().decide(&request);
            (decision.outcome == Outcome::DeniedExplicitly).then_some((decision, control))
        })
    }

    /// Who may make a call by documents that name its service, each with the first such grant. A grant of everything is
    /// for other things as well, and is none of these.
    #[must_use]
    pub fn granted(&self, api: &Api) -> Vec<Granted<'_>> {
        let holders = self.repository.holders().iter().filter(|holder| holder.kind != PrincipalKind::Group);
        holders.filter_map(|holder| granted(holder, api)).collect()
    }
}

fn granted<'h>(holder: &'h Holder<'_>, api: &Api) -> Option<Granted<'h>> {
    let permission = api.permission.as_ref()?;
    let own = |grant: &&Grant<'_>| !matches!(grant.attachment.policy, AttachedPolicy::System(_));
    for grant in holder.grants.iter().filter(own).filter(|grant| rules::names_action(grant.document, api)) {
        let allows = grant.document.statements.iter().find(|statement| {
            statement.effect == Effect::Allow
                && is_about_action(statement, &permission.action) == Truth::Yes
                && statement.resources.is_some()
        });
        let Some(statement) = allows else { continue };
        let resources = statement.resources.iter().flat_map(|resources| &resources.all);
        return Some(Granted {
            holder,
            action: label(rules::action_place(statement, api), "granted here"),
            attached: label(&grant.attachment.place, "attached here"),
            resources: resources.map(crate::model::Template::shown).collect(),
        });
    }
    None
}

/// Where a decision comes from: the statements that decide, or the one that is nearest to allowing it, and what is attached.
#[must_use]
pub fn labels(holder: &Holder<'_>, decision: &Decision<'_>, api: &Api) -> Vec<Label> {
    let Some(permission) = &api.permission else { return Vec::new() };
    if let Some(deciding) = decision.deciding.first() {
        if super::system::is_one(deciding.document) {
            return attached(holder, deciding.document, "attached here: a policy that the vendor keeps");
        }
        let text = if decision.outcome == Outcome::Allowed { "allows it" } else { "denied here" };
        let mut labels = vec![label(rules::action_place(deciding.statement, api), text)];
        labels.extend(attached(holder, deciding.document, "attached here"));
        return labels;
    }
    gaps::nearest_labels(holder, api, permission)
}

fn attached(holder: &Holder<'_>, document: &crate::model::PolicyDocument, text: &str) -> Vec<Label> {
    let grant = holder.grants.iter().find(|grant| std::ptr::eq(grant.document, document));
    grant.map(|grant| label(&grant.attachment.place, text)).into_iter().collect()
}

/// The name of what a call is about, as far as a record tells it.
fn resource(permission: &Permission, call: &Observed<'_>) -> Vec<Piece> {
    let or = |text: &str, other: Piece| if text.is_empty() { other } else { Piece::Text(text.to_owned()) };
    let unknown = Parts::default();
    let parts = Parts {
        region: or(call.region, unknown.region),
        account: or(call.account, unknown.account),
        instance: or(call.instance, unknown.instance),
    };
    pieces(permission, &parts)
}

/// Where a control policy denies a call, and where it is attached.
#[must_use]
pub fn labels_of_limit(decision: &Decision<'_>, control: &Control<'_>, api: &Api) -> Vec<Label> {
    let Some(deciding) = decision.deciding.first() else { return Vec::new() };
    let denied = label(rules::action_place(deciding.statement, api), "denied here");
    let attached = control.attached_at(deciding.document);
    let attached = attached.map(|place| label(place, &format!("attached to {} here", control.target)));
    [denied].into_iter().chain(attached).collect()
}

/// What a record says of the keys of a request. An address within a network is not the one that conditions see.
fn context(call: &Observed<'_>) -> Context {
    let keys = &language().keys.recorded;
    let mut context = Context::default();
    if let Some(time) = call.time.and_then(|time| jiff::Timestamp::from_millisecond(time).ok()) {
        context.set(&keys.moment, vec![time.to_string()]);
    }
    if call.origin.parse().is_ok_and(is_public) {
        context.set(&keys.address, vec![call.origin.to_owned()]);
    }
    context
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            // 100.64.0.0/10 is what the vendor uses within its own network.
            let is_shared = first == 100 && (second & 0xc0) == 0x40;
            !(address.is_private() || address.is_loopback() || address.is_link_local() || is_shared)
        }
        IpAddr::V6(_) => false,
    }
}

fn label(place: &crate::source::Place, text: &str) -> Label {
    Label { place: place.clone(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_can_be_found_in_documents() {
        let parse = |text| Caller::parse(text).map(|caller| (caller.kind.word(), caller.account, caller.name));
        assert_eq!(parse("acs:ram::1900000000000007:role/nightly"), Some(("role", "1900000000000007", "nightly")));
        assert_eq!(parse("acs:ram::1900000000000007:user/dba"), Some(("user", "1900000000000007", "dba")));
        for nobody in ["acs:ram::1900000000000007:root", "system:ecs.aliyuncs.com", "cloudsso-user:a/b", "", "dba"] {
            assert_eq!(parse(nobody), None, "{nobody}");
        }
        assert!(Caller::parse("acs:ram::1:user/200000000000000311").is_some_and(|caller| caller.is_id()));
    }

    #[test]
    fn addresses_within_networks_say_nothing() {
        let public = |text: &str| text.parse().is_ok_and(is_public);
        assert!(public("203.0.113.24") && !public("10.0.0.1") && !public("100.104.1.1") && !public("Internal"));
    }
}
