//! Gaps over a whole repository: who makes which call, and what the documents of that principal say of it.
//!
//! Takes what surfaces say of access and of calls; gives findings on calls that are denied, in so many words or because
//! nothing allows them. What is not known of a principal, of an instance or of a document is never the cause of one.

mod companions;
mod limits;
mod profiles;
mod runs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(super) use self::companions::action_beside;
pub(super) use self::profiles::{region as region_of_profile, runners as runners_of_profiles};
pub(super) use self::runs::Runners;
use super::evaluate::{Context, Control, Decision, Layers, Outcome, Request, decide, is_about_action};
use super::least::{Form, least_statement};
use super::repository::{Grant, Holder, Repository};
use super::resource::{Parts, pieces};
use super::rules;
use super::truth::Truth;
use crate::finding::{Confidence, Finding, Label, Severity};
use crate::model::{
    Access, Api, AttachedPolicy, Call, Content, Effect, Handle, ParameterKind, Permission, Piece, PolicyDocument,
    Runner, Statement,
};
use crate::source::Place;
use crate::surface::Lead;

const MISSING: &str = "ram-missing-grant";

/// How many instances are told by name.
const MOST_TOLD: usize = 3;

/// What is to be said of calls and of those who make them. `told` are places that findings on documents stand on: what
/// follows from one of them is not told again.
#[must_use]
pub fn findings(access: &Access, calls: &[Call], leads: &[Lead], apis: &[Api], told: &[Finding]) -> Vec<Finding> {
    if access.attachments.is_empty() && access.documents.is_empty() {
        return Vec::new();
    }
    let repository = Repository::of(access);
    let of_profiles = runners_of_profiles(access);
    let runners = Runners::of(access.runners.iter().chain(&of_profiles), leads);
    let mut findings = Vec::new();
    for api in apis {
        let Some(permission) = &api.permission else { continue };
        let gaps = Gaps { api, permission, access, repository: &repository, told };
        let mut refused: BTreeMap<Key, Refused<'_>> = BTreeMap::new();
        for call in calls.iter().filter(|call| call.api == api.id && !call.advisory) {
            for refusal in gaps.of_call(call, &runners) {
                match refused.get_mut(&refusal.key()) {
                    Some(known) => known.instances.extend(refusal.instances),
                    None => {
                        refused.insert(refusal.key(), refusal);
                    }
                }
            }
        }
        findings.extend(refused.into_values().filter_map(|refusal| gaps.finding(&refusal)));
        findings.extend(gaps.beside(calls, &runners));
        findings.extend(repository.holders().iter().flat_map(|holder| gaps.contradictions(holder)));
    }
    findings
}

struct Gaps<'a> {
    api: &'a Api,
    permission: &'a Permission,
    access: &'a Access,
    repository: &'a Repository<'a>,
    told: &'a [Finding],
}

/// What calls at one place are refused for, by one principal's documents.
struct Refused<'a> {
    who: Who<'a>,
    call: &'a Call,
    decision: Decision<'a>,
    /// The level of a resource directory that refuses it, where its own documents do not.
    limit: Option<Control<'a>>,
    /// Whether it is refused only if the instance lies in the region that the call is sent to.
    by_region: bool,
    instances: Vec<(Piece, Place)>,
}

type Key = (String, String, u32, u32, Outcome, Option<(String, u32)>);

impl Refused<'_> {
    fn key(&self) -> Key {
        let head = &self.call.head;
        let deciding = self.decision.deciding.first().map(|d| &d.statement.place);
        let deciding = deciding.map(|place| (place.source.path().to_owned(), place.span.start));
        let span = head.span;
        (self.who.title(), head.source.path().to_owned(), span.start, span.end, self.decision.outcome, deciding)
    }
}

/// Whoever makes a call.
#[derive(Clone, Copy)]
enum Who<'a> {
    /// The sources say so.
    Known(&'a Holder<'a>, &'a Runner),
    /// Nobody else in the sources has to do with such calls.
    Only(&'a Holder<'a>),
    /// The only document that has to do with them, and that nobody in the sources has.
    Document(&'a PolicyDocument),
}

impl<'a> Who<'a> {
    fn title(self) -> String {
        match self {
            Self::Known(holder, _) | Self::Only(holder) => holder.title(),
            Self::Document(document) => document.subject.clone(),
        }
    }

    fn holder(self) -> Option<&'a Holder<'a>> {
        match self {
            Self::Known(holder, _) | Self::Only(holder) => Some(holder),
            Self::Document(_) => None,
        }
    }

    fn documents(self) -> Vec<&'a PolicyDocument> {
        match self {
            Self::Known(holder, _) | Self::Only(holder) => holder.grants.iter().map(|g| g.document).collect(),
            Self::Document(document) => vec![document],
        }
    }
}

impl<'a> Gaps<'a> {
    /// What refuses a call, for each of those who make it and each instance.
    fn of_call(&self, call: &'a Call, runners: &Runners<'a>) -> Vec<Refused<'a>> {
        let instances = self.instances(call);
        if instances.is_empty() {
            return Vec::new();
        }
        let all = runners.of_call(call);
        let mut who: Vec<Who<'a>> = Vec::new();
        for runner in &all {
            let holder = self.repository.find(runner.kind, &runner.principal);
            who.extend(holder.map(|holder| Who::Known(holder, runner)));
        }
        if all.is_empty() {
            who.extend(self.only());
        }
        let mut refused = Vec::new();
        for who in who {
            for instance in &instances {
                let parts = Parts { instance: instance.0.clone(), ..self.of_call_alone(call, who) };
                let Some((decision, limit)) = self.decision(who, &parts) else { continue };
                // One endpoint serves several regions, so an id alone does not lie where the call is sent to; an
                // instance that is made beside the call does.
                let anywhere = Parts { region: Parts::default().region, ..parts };
                let by_region = matches!(instance.0, Piece::Text(_)) && self.decision(who, &anywhere).is_none();
                refused.push(Refused { who, call, decision, limit, by_region, instances: vec![instance.clone()] });
            }
        }
        refused
    }

    /// The instances of a call as they stand in names of resources, with where each is named.
    fn instances(&self, call: &Call) -> Vec<(Piece, Place)> {
        let id = self.api.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
        let Some(argument) = id.and_then(|id| call.argument(&id.name)) else { return Vec::new() };
        let mut instances = Vec::new();
        for alternative in argument.value.alternatives() {
            let piece = match &alternative.content {
                Content::Text(id) if is_placeholder(id) => continue,
                Content::Text(id) => Piece::Text(id.clone()),
                Content::Absent => continue,
                Content::Unknown(_) => match &call.runs.target {
                    Some(target) if target.certain => Piece::Hole(target.name.to_string()),
                    _ => Parts::default().instance,
                },
            };
            let place = alternative.steps.last().map_or(&argument.place, |step| &step.place);
            instances.push((piece, place.clone()));
        }
        instances
    }

    /// Whoever alone has to do with such calls; nobody where several have, or none has.
    fn only(&self) -> Option<Who<'a>> {
        let names = |document: &&PolicyDocument| rules::names_action(document, self.api);
        let holders = self.repository.holders().iter().filter(|h| h.grants.iter().any(|g| names(&g.document)));
        let documents = self.repository.unattached().filter(|d| !d.advisory).filter(names);
        let mut all = holders.map(Who::Only).chain(documents.map(Who::Document));
        let first = all.next()?;
        all.next().is_none().then_some(first)
    }

    /// What the documents of a principal say of the call on an instance; nothing unless they refuse it for certain.
    fn decision(&self, who: Who<'a>, parts: &Parts) -> Option<(Decision<'a>, Option<Control<'a>>)> {
        let resource = pieces(self.permission, parts);
        let context = Context::default();
        let request = Request { action: &self.permission.action, resource: &resource, context: &context };
        let mut layers = self.layers(who);
        let controls = std::mem::take(&mut layers.controls);
        let refuses = |d: &Decision<'_>| matches!(d.outcome, Outcome::DeniedExplicitly | Outcome::DeniedByDefault);
        // With nothing at all in the sources, what holds is written elsewhere.
        if !layers.identity.is_empty() || layers.session.is_some() {
            let decision = decide(&layers, &request);
            if refuses(&decision) {
                return Some((decision, None));
            }
        }
        let limited = |control: Control<'a>| {
            let decision = control.binding().decide(&request);
            refuses(&decision).then_some((decision, Some(control)))
        };
        // One that binds for certain comes before those that may.
        let (may, certain): (Vec<_>, Vec<_>) = controls.into_iter().partition(|control| control.doubt.is_some());
        certain.into_iter().chain(may).find_map(limited)
    }

    /// What a call and whoever makes it tell of the name of its resource, but for the instance.
    fn of_call_alone(&self, call: &Call, who: Who<'_>) -> Parts {
        let unknown = Parts::default();
        // Nobody but somebody of the account may do anything with its instances.
        let account = match who.holder().and_then(|holder| holder.account) {
            Some(Handle::Name(number)) => Piece::Text(number.clone()),
            _ => unknown.account,
        };
        let region = call.region().or_else(|| profiles::region(self.access, call));
        let region = region.map_or(unknown.region, |region| Piece::Text(region.to_owned()));
        Parts { region, account, instance: unknown.instance }
    }

    /// The documents that hold for whoever makes a call.
    fn layers(&self, who: Who<'a>) -> Layers<'a> {
        let mut layers = who.holder().map(Holder::layers).unwrap_or_default();
        if let Who::Document(document) = who {
            layers.identity.push(document);
        }
        if let Who::Known(_, Runner { session: Some(handle), .. }) = who {
            let of_session: Vec<&PolicyDocument> =
                self.access.documents.iter().filter(|document| document.handles.contains(handle)).collect();
            layers.session = (!of_session.is_empty()).then_some(of_session);
        }
        layers
    }

    /// Whether something is told of documents from which it follows that they allow nothing.
    fn is_told(&self, documents: &[&PolicyDocument]) -> bool {
        documents.iter().any(|document| {
            self.told.iter().any(|f| f.severity >= Severity::Warning && is_within(&f.primary.place, &document.place))
        })
    }

    fn finding(&self, refused: &Refused<'a>) -> Option<Finding> {
        let mut finding = match (&refused.limit, refused.decision.outcome) {
            (Some(control), _) => self.limited(refused, control),
            (None, Outcome::DeniedExplicitly) => self.denied(refused)?,
            (None, _) => self.missing(refused)?,
        };
        finding.subject = format!("{} {}", refused.who.title(), refused.call.subject);
        let may_bind = refused.limit.as_ref().is_some_and(|control| control.doubt.is_some());
        if may_bind || refused.by_region || !matches!(refused.who, Who::Known(..)) {
            finding.severity = Severity::Note;
            finding.confidence = Confidence::Possible;
        }
        Some(finding)
    }

    /// A statement denies the call in so many words.
    fn denied(&self, refused: &Refused<'a>) -> Option<Finding> {
        let deciding = refused.decision.deciding.first()?;
        let place = rules::action_place(deciding.statement, self.api);
        let message = format!(
            "{} backs up {} here, and this denies {} on it",
            refused.who.title(),
            listed(refused),
            self.permission.action
        );
        let mut finding = finding(rules::DENIED, Severity::Error, message, place, "denied here");
        finding.related.push(label(&refused.call.head, "the call that is refused"));
        self.add_way(refused, deciding.document, &mut finding);
        finding.help = Some(
            "A denial wins over everything that allows: take the call or the instance out of it, or let another \
             principal make the call."
                .to_owned(),
        );
        Some(finding)
    }

    /// Nothing allows the call.
    fn missing(&self, refused: &Refused<'a>) -> Option<Finding> {
        let documents = refused.who.documents();
        // A resource that is misspelt grants nothing, and has been told.
        if self.is_told(&documents) {
            return None;
        }
        let session = match refused.who {
            Who::Known(_, Runner { session: Some(handle), .. }) => {
                self.access.documents.iter().find(|document| document.handles.contains(handle))
            }
            _ => None,
        };
        let nearest =
            documents.iter().copied().chain(session).filter_map(|d| nearest(d, self.permission)).min_by_key(|n| n.0);
        let form = nearest.as_ref().map_or(Form::Json, |(_, document, _)| Form::of(document));
        let action = &self.permission.action;
        let message = match refused.who {
            Who::Document(document) => {
                format!(
                    "{} is the only policy here that names {action}, and it does not allow it on {}",
                    document.subject,
                    listed(refused)
                )
            }
            who => {
                format!("{} may not call {action} on {}: none of its policies allows it", who.title(), listed(refused))
            }
        };
        let known = refused.instances.iter().all(|(piece, _)| matches!(piece, Piece::Text(_)) || is_named(piece));
        let is_closed = refused.who.holder().is_some_and(|holder| holder.is_written);
        let severity = if known && is_closed { Severity::Error } else { Severity::Note };
        let mut finding = finding(MISSING, severity, message, &refused.call.head, "the call that is refused");
        if let Some((_, document, statement)) = &nearest {
            finding.related.push(near_label(statement, self.api, self.permission));
            self.add_way(refused, document, &mut finding);
        } else if let Some(holder) = refused.who.holder() {
            let attached =
                holder.grants.iter().map(|grant| label(&grant.attachment.place, "attached, and does not allow it"));
            finding.related.extend(attached.take(MOST_TOLD));
            self.add_runner(refused, &mut finding);
        }
        let parts =
            |instance: &Piece| Parts { instance: as_text(instance), ..self.of_call_alone(refused.call, refused.who) };
        let statements: Vec<String> = refused
            .instances
            .iter()
            .take(MOST_TOLD)
            .map(|(instance, _)| least_statement(self.permission, &parts(instance)).written(form))
            .collect();
        finding.help = Some(format!("The least statement that allows it: {}", statements.join(", ")));
        Some(finding)
    }

    /// Where the document comes from, and who makes the call.
    fn add_way(&self, refused: &Refused<'a>, document: &PolicyDocument, finding: &mut Finding) {
        let grants: &[Grant<'_>] = refused.who.holder().map_or(&[], |holder| holder.grants.as_slice());
        let attached = grants.iter().find(|grant| std::ptr::eq(grant.document, document));
        finding.related.extend(attached.map(|grant| label(&grant.attachment.place, "attached here")));
        self.add_runner(refused, finding);
    }

    fn add_runner(&self, refused: &Refused<'a>, finding: &mut Finding) {
        if let Who::Known(holder, runner) = refused.who {
            finding.related.push(label(&runner.place, &format!("runs as {}", holder.title())));
        }
        let named = refused.instances.iter().map(|(_, place)| place).filter(|place| **place != refused.call.head);
        finding.related.extend(named.take(1).map(|place| label(place, "the instance")));
    }

    /// What one document of a principal allows and another one denies.
    fn contradictions(&self, holder: &Holder<'a>) -> Vec<Finding> {
        let is_own = |grant: &&Grant<'a>| !matches!(grant.attachment.policy, AttachedPolicy::System(_));
        let documents: Vec<&PolicyDocument> = holder.grants.iter().filter(is_own).map(|grant| grant.document).collect();
        let mut findings = Vec::new();
        for denying in &documents {
            let others = documents.iter().filter(|document| !std::ptr::eq(**document, *denying));
            let statements: Vec<&Statement> = others.flat_map(|document| &document.statements).collect();
            for mut finding in rules::contradictions(self.api, self.permission, denying, &statements) {
                if self.told.iter().any(|told| told.rule == finding.rule && told.primary.place == finding.primary.place)
                {
                    continue;
                }
                finding.message = format!("{}, both for {}", finding.message, holder.title());
                finding.subject = format!("{} {}", holder.title(), denying.subject);
                findings.push(finding);
            }
        }
        findings
    }
}

/// The statement that is nearest to allowing the call: it allows the action elsewhere, else others of the service.
fn nearest<'a>(
    document: &'a PolicyDocument,
    permission: &Permission,
) -> Option<(u8, &'a PolicyDocument, &'a Statement)> {
    let service = permission.action.split(':').next().unwrap_or_default();
    let begins = |statement: &Statement| {
        statement
            .actions
            .iter()
            .flat_map(|actions| &actions.all)
            .any(|action| action.shown().split(':').next().is_some_and(|own| own.eq_ignore_ascii_case(service)))
    };
    // A policy of the vendor stands in no file.
    if super::system::is_one(document) {
        return None;
    }
    let allowing = document.statements.iter().filter(|statement| statement.effect == Effect::Allow);
    allowing
        .filter_map(|statement| match is_about_action(statement, &permission.action) {
            Truth::Yes | Truth::Maybe => Some((0, document, statement)),
            Truth::No => begins(statement).then_some((1, document, statement)),
        })
        .min_by_key(|(distance, _, _)| *distance)
}

/// Where the documents of a principal come nearest to allowing a call; where none has to do with it, what is attached.
pub(super) fn nearest_labels(holder: &Holder<'_>, api: &Api, permission: &Permission) -> Vec<Label> {
    let near = holder.grants.iter().filter_map(|grant| Some((grant, nearest(grant.document, permission)?)));
    let Some((grant, (_, _, statement))) = near.min_by_key(|(_, near)| near.0) else {
        let attached =
            holder.grants.iter().map(|grant| label(&grant.attachment.place, "attached, and does not allow it"));
        return attached.take(MOST_TOLD).chain([label(holder.place, "has no other policy")]).collect();
    };
    vec![near_label(statement, api, permission), label(&grant.attachment.place, "attached here")]
}

/// How a statement misses a call.
fn near_label(statement: &Statement, api: &Api, permission: &Permission) -> Label {
    match is_about_action(statement, &permission.action) {
        Truth::No => label(rules::action_place(statement, api), "allows other actions"),
        _ => label(resource_place(statement), "allows it on this"),
    }
}

fn resource_place(statement: &Statement) -> &Place {
    let resources = statement.resources.as_ref().or(statement.not_resources.as_ref());
    resources.map_or(&statement.place, |resources| match resources.all.as_slice() {
        [only] => &only.place,
        _ => &resources.place,
    })
}

fn is_within(inner: &Place, outer: &Place) -> bool {
    inner.source.path() == outer.source.path()
        && inner.span.start >= outer.span.start
        && inner.span.end <= outer.span.end
}

/// Whether what stands for an instance is the instance itself, by its address.
fn is_named(piece: &Piece) -> bool {
    *piece != Parts::default().instance
}

/// What stands for an instance, as it is shown to whoever writes the statement.
fn as_text(piece: &Piece) -> Piece {
    match piece {
        Piece::Hole(words) if is_named(piece) => Piece::Text(format!("<id of {words}>")),
        other => other.clone(),
    }
}

fn listed(refused: &Refused<'_>) -> String {
    let shown = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Hole(text) => text.clone(),
    };
    let mut names: Vec<String> = Vec::new();
    for (piece, _) in &refused.instances {
        let name = shown(piece);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST_TOLD);
    names.truncate(MOST_TOLD);
    match more {
        0 => names.join(", "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

/// Whether a text only shows where an id goes.
pub(super) fn is_placeholder(id: &str) -> bool {
    id.contains(['<', '>', '*', '{', '}', '$', ' ']) || id.to_ascii_lowercase().contains("xxx")
}

fn finding(rule: &'static str, severity: Severity, message: String, place: &Place, text: &str) -> Finding {
    Finding::new(rule, severity, message, label(place, text))
}

fn label(place: &Place, text: &str) -> Label {
    Label { place: place.clone(), text: text.to_owned() }
}
