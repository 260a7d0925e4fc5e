//! Calls in logs against documents that say who may make them: why a call was denied, what the documents would not have
//! allowed and was taken all the same, and grants that nobody used.
//!
//! What is not known of a caller or of a document is never the cause of a finding; such callers are counted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::context::{Context, in_order_of_time};
use crate::finding::{AuditSummary, Finding, Label, PolicySums, Severity};
use crate::model::{Access, Api, Coverage, Problem};
use crate::ram::Outcome as Decided;
use crate::ram::observed::{Caller, Documents, Granted, Observed, Silence, labels, labels_of_limit};
use crate::trail::{Outcome, Survivor};

/// The rule of calls that were taken although the documents would not allow them.
const STALE: &str = "ram-stale-policy";
/// The rule of grants that nobody used.
const UNUSED: &str = "ram-unused-grant";
/// The value of the details of a denial that says that a statement denied it.
const EXPLICIT: &str = "ExplicitDeny";

/// Documents to hold the calls against.
#[derive(Debug, Clone, Default)]
pub struct PolicyFiles {
    /// What they say.
    pub access: Access,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
    /// What became of each file.
    pub coverage: Vec<Coverage>,
}

/// What the documents say, while an audit goes on.
pub(super) struct Against<'c, 'a> {
    context: &'c Context<'a>,
    documents: Documents<'c>,
    sums: PolicySums,
    silent: BTreeMap<Silence, BTreeSet<&'a str>>,
    callers: BTreeSet<&'a str>,
    accounts: BTreeMap<(&'static str, &'a str), BTreeSet<&'a str>>,
}

/// What documents add to what is said of denied calls.
pub(super) struct Explanation {
    /// Behind the message.
    pub(super) message: String,
    /// Where it comes from.
    pub(super) related: Vec<Label>,
    /// What to do, in place of the grant; nothing where the grant is what is missing.
    pub(super) help: Option<String>,
}

impl<'c, 'a> Against<'c, 'a> {
    /// Prepares the documents; nothing when there are none.
    pub(super) fn of(context: &'c Context<'a>, calls: &[&'a Survivor], files: &'c PolicyFiles) -> Self {
        let mut accounts: BTreeMap<(&'static str, &str), BTreeSet<&str>> = BTreeMap::new();
        for caller in calls.iter().filter_map(|call| Caller::parse(context.text(call.principal))) {
            accounts.entry((caller.kind.word(), caller.name)).or_default().insert(caller.account);
        }
        let sums = PolicySums { documents: files.access.documents.len() as u64, ..PolicySums::default() };
        let documents = Documents::of(&files.access);
        Self { context, documents, sums, silent: BTreeMap::new(), callers: BTreeSet::new(), accounts }
    }

    /// What the documents say of one call, unless they say nothing for certain; the caller is counted then.
    fn decided(&mut self, call: &'a Survivor) -> Option<(String, Decided, Vec<Label>, usize)> {
        let principal = self.context.text(call.principal);
        let api = self.context.api(call)?;
        let permission = api.permission.as_ref()?;
        let caller = Caller::parse(principal)?;
        self.callers.insert(principal);
        let observed = self.observed(call);
        let is_elsewhere = !observed.account.is_empty() && observed.account != caller.account;
        let of_several = self.accounts.get(&(caller.kind.word(), caller.name)).is_some_and(|known| known.len() > 1);
        let decision = match is_elsewhere || of_several {
            true => Err(Silence::Ambiguous),
            false => self.documents.decision(permission, caller, &observed),
        };
        match decision {
            Ok((holder, decision)) => {
                let labels = labels(holder, &decision, api);
                Some((holder.title(), decision.outcome, labels, holder.grants.len()))
            }
            Err(silence) => {
                self.silent.entry(silence).or_default().insert(principal);
                None
            }
        }
    }

    fn observed(&self, call: &Survivor) -> Observed<'c> {
        Observed {
            region: self.context.text(call.region),
            account: self.context.text(call.account),
            instance: self.context.text(call.instance),
            time: call.time,
            origin: self.context.text(call.origin),
        }
    }

    /// The control policy that may be why a caller was denied.
    fn limited(&mut self, call: &'a Survivor) -> Option<Explanation> {
        let api = self.context.api(call)?;
        let caller = Caller::parse(self.context.text(call.principal))?;
        let (decision, control) = self.documents.limit(api.permission.as_ref()?, caller, &self.observed(call))?;
        let policy = &decision.deciding.first()?.document.subject;
        self.sums.explained += 1;
        Some(Explanation {
            message: format!(
                "; control policy {policy}, attached to {}, denies it, if it binds account {}",
                control.target, caller.account
            ),
            related: labels_of_limit(&decision, &control, api),
            help: Some(
                "No policy of the account can allow what a control policy denies: see which control policies hold for \
                 the account, and take this call out of the Deny."
                    .to_owned(),
            ),
        })
    }

    /// Why a caller was denied, by the last of the calls: documents change, and those at hand are of today.
    pub(super) fn explain(&mut self, calls: &[&'a Survivor], denial: Option<&str>) -> Option<Explanation> {
        let last = *calls.last()?;
        let Some((title, outcome, mut related, policies)) = self.decided(last) else { return self.limited(last) };
        // What its own policies allow a control policy may deny.
        if outcome == Decided::Unknown {
            return self.limited(last);
        }
        self.sums.explained += 1;
        let is_explicit = denial == Some(EXPLICIT);
        let (message, help) = match outcome {
            Decided::DeniedExplicitly => (
                "; a policy at hand denies it".to_owned(),
                Some("Granting it once more does not help: take this call out of the Deny.".to_owned()),
            ),
            Decided::DeniedByDefault if is_explicit => {
                related.clear();
                let help = "The Deny stands in none of the policies at hand: look at control policies, at the policy of \
                            the session and at what is attached elsewhere.";
                ("; none of the policies at hand denies it in so many words".to_owned(), Some(help.to_owned()))
            }
            Decided::DeniedByDefault => (format!("; {}", none_allows(&title, policies)), None),
            Decided::Allowed => {
                let help = "The policies at hand allow it. Either they were changed since, or they are not applied, or \
                            something else denies it: a control policy, or the policy of the session.";
                ("; the policies at hand allow it".to_owned(), Some(help.to_owned()))
            }
            Decided::Unknown => return None,
        };
        Some(Explanation { message, related, help })
    }

    /// What was taken although the documents would not allow it: they are not those that hold.
    pub(super) fn stale(&mut self, calls: &[&'a Survivor]) -> Vec<Finding> {
        let mut groups: BTreeMap<(&str, &str, &str), Vec<&'a Survivor>> = BTreeMap::new();
        for call in calls.iter().filter(|call| call.outcome == Outcome::Accepted) {
            let key = [call.principal, call.instance, call.region].map(|name| self.context.text(name));
            groups.entry(key.into()).or_default().push(call);
        }
        let mut findings: Vec<Finding> = Vec::new();
        for mut calls in groups.into_values() {
            in_order_of_time(&mut calls);
            findings.extend(self.stale_calls(&calls));
        }
        findings
    }

    fn stale_calls(&mut self, calls: &[&'a Survivor]) -> Option<Finding> {
        let context = self.context;
        let last = *calls.last()?;
        let (title, outcome, related, policies) = self.decided(last)?;
        let says = match outcome {
            Decided::DeniedExplicitly => "a policy at hand denies it".to_owned(),
            Decided::DeniedByDefault => none_allows(&title, policies),
            Decided::Allowed | Decided::Unknown => return None,
        };
        let action = self.context.api(last).map_or("", |api| api.action.as_str());
        let on = match context.text(last.instance) {
            "" => String::new(),
            id => format!(" on {id}"),
        };
        let times = if calls.len() == 1 { "once".to_owned() } else { format!("{} times", calls.len()) };
        let message = format!("{title} called {action}{on} {times}, and was let through; {says}");
        let mut finding = context.finding(STALE, Severity::Note, message, context.label(last, "the last"), calls);
        let principal = context.text(last.principal);
        if let Some(evidence) = &mut finding.evidence {
            principal.clone_into(&mut evidence.principal);
        }
        finding.subject = format!("{principal} {}", finding.subject);
        finding.related = related;
        finding.help = Some(
            "The policies that hold are not these: apply what is written here, or write down here what holds."
                .to_owned(),
        );
        Some(finding)
    }

    /// Grants of principals that made no call. Only where the logs are whole and every call in them counts.
    pub(super) fn unused(&self, calls: &[&'a Survivor], summary: &AuditSummary) -> Vec<Finding> {
        let settings = self.context.settings;
        let filter = &settings.filter;
        let is_narrow = !filter.instances.is_empty()
            || !filter.regions.is_empty()
            || !filter.principals.is_empty()
            || !filter.accounts.is_empty();
        let is_whole = self.context.partial.damage.is_empty() && summary.gaps.is_empty() && summary.not_opened == 0;
        if is_narrow || !is_whole || calls.is_empty() {
            return Vec::new();
        }
        // Somebody who is known by an id alone may be anybody of that kind.
        let unnamed: BTreeSet<&str> = calls
            .iter()
            .filter_map(|call| Caller::parse(self.context.text(call.principal)))
            .filter(Caller::is_id)
            .map(|caller| caller.kind.word())
            .collect();
        let mut findings = Vec::new();
        for api in self.context.checker.apis() {
            let granted = self.documents.granted(api);
            let unused = granted.iter().filter(|granted| {
                let holder = granted.holder;
                !unnamed.contains(holder.kind.word())
                    && holder.is_named()
                    && !self.accounts.keys().any(|(kind, name)| *kind == holder.kind.word() && holder.is_called(name))
                    && self.is_of_these_logs(granted, calls)
            });
            findings.extend(unused.filter_map(|granted| self.unused_grant(granted, api, summary)));
        }
        findings
    }

    /// Whether a grant is about the accounts and the regions that the logs tell of.
    fn is_of_these_logs(&self, granted: &Granted<'_>, calls: &[&Survivor]) -> bool {
        let seen: BTreeSet<&str> =
            calls.iter().flat_map(|call| [self.context.text(call.account), self.context.text(call.region)]).collect();
        granted.resources.iter().any(|resource| {
            let mut parts = resource.split(':').skip(2);
            let is_seen =
                |part: Option<&str>| part.is_none_or(|part| part.contains(['*', '?', '{']) || seen.contains(part));
            is_seen(parts.next()) && is_seen(parts.next())
        })
    }

    fn unused_grant(&self, granted: &Granted<'_>, api: &Api, summary: &AuditSummary) -> Option<Finding> {
        let action = &api.permission.as_ref()?.action;
        let days = match (summary.first_day.as_str(), summary.last_day.as_str()) {
            (first, last) if first == last => format!("on {first}"),
            (first, last) => format!("from {first} to {last}"),
        };
        let title = granted.holder.title();
        let message = format!("{title} may call {action} and has not done so {days}");
        let mut finding = Finding::new(UNUSED, Severity::Note, message, granted.action.clone());
        finding.subject = format!("{title} {action}");
        finding.related.push(granted.attached.clone());
        finding.help = Some(
            "If nothing needs it, take the action out of the statement, or the policy from the principal. The logs that \
             were read tell of this time alone."
                .to_owned(),
        );
        Some(finding)
    }

    /// The sums, when all has been looked at.
    pub(super) fn sums(self) -> PolicySums {
        let silent: BTreeSet<&str> = self.silent.values().flatten().copied().collect();
        PolicySums {
            callers: self.callers.len() as u64,
            judged: (self.callers.len() - silent.len()) as u64,
            silent: self.silent.iter().map(|(why, who)| (why.words().to_owned(), who.len() as u64)).collect(),
            ..self.sums
        }
    }
}

fn none_allows(title: &str, policies: usize) -> String {
    match policies {
        0 => format!("{title} has no policy at all"),
        1 => format!("the one policy of {title} does not allow it"),
        many => format!("none of the {many} policies of {title} allows it"),
    }
}

/// What the details of a denial say of its kind.
pub(super) fn kind_of_denial(details: &serde_json::Map<String, Value>) -> Option<&str> {
    details.get("NoPermissionType").and_then(Value::as_str)
}
