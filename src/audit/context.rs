//! What every part of the audit needs: the records, the codes, the settings, and the records grouped by instance.

use rustc_hash::FxHashMap;

use super::AuditSettings;
use crate::check::Checker;
use crate::finding::{ErrorClass, ErrorCode, ErrorCodes, Evidence};
use crate::matrix::Quota;
use crate::model::Api;
use crate::trail::{EventId, Name, Outcome, Partial, Survivor};

/// How many ids of events a finding names.
const MOST_IDS: usize = 5;

/// The rule of calls that RAM refused; the file of error codes names it at each of the codes that tell of one.
pub(super) const DENIED: &str = "ram-denied-call";

/// What every part of the audit needs.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub(super) checker: &'a Checker,
    pub(super) partial: &'a Partial,
    pub(super) settings: &'a AuditSettings,
    pub(super) codes: Option<&'static ErrorCodes>,
}

/// The calls of one API on one instance, in the order of time.
pub(super) struct InstanceCalls<'a> {
    /// The number of the API.
    pub(super) api: usize,
    /// The id; empty for calls that name none.
    pub(super) id: &'a str,
    pub(super) calls: Vec<&'a Survivor>,
}

impl<'a> Context<'a> {
    /// The text of a name.
    pub(super) fn text(&self, name: Name) -> &'a str {
        self.partial.text(name)
    }

    /// What is known of an error code.
    pub(super) fn code(&self, code: &str) -> Option<&'static ErrorCode> {
        self.codes?.code_or_family(code)
    }

    /// The code of a refused call.
    pub(super) fn code_of(&self, call: &Survivor) -> Option<&'a str> {
        match call.outcome {
            Outcome::Accepted => None,
            Outcome::Refused { code, .. } => Some(self.text(code)),
        }
    }

    /// Whether the call was refused with a code that the file of codes gives to a rule.
    pub(super) fn is_refused_by_rule(&self, call: &Survivor, rule: &str) -> bool {
        let code = self.code_of(call).and_then(|code| self.code(code));
        code.is_some_and(|code| code.rule.as_deref() == Some(rule))
    }

    /// Whether RAM refused the call. The details of a denial say so under whatever code.
    pub(super) fn is_denied(&self, call: &Survivor) -> bool {
        let is_refused = call.outcome != Outcome::Accepted;
        is_refused && (call.denial != Name::NONE || self.is_refused_by_rule(call, DENIED))
    }

    /// The class of a refusal; nothing for a code that is not known, and for a call that was not refused.
    pub(super) fn class_of(&self, call: &Survivor) -> Option<ErrorClass> {
        if self.is_denied(call) {
            return Some(ErrorClass::Authorisation);
        }
        self.code_of(call).and_then(|code| self.code(code)).map(|code| code.class)
    }

    /// The number of the API that a call is of; nothing for one that is not looked for.
    pub(super) fn api_number(&self, call: &Survivor) -> Option<usize> {
        let id = self.text(call.api);
        self.checker.apis().iter().position(|api| *api.id == *id)
    }

    /// The API that a call is of.
    pub(super) fn api(&self, call: &Survivor) -> Option<&'a Api> {
        self.checker.apis().get(self.api_number(call)?)
    }

    /// The quota of an API.
    pub(super) fn quota(&self, api: usize) -> Option<&'a Quota> {
        self.checker.matrix_of(api)?.quota()
    }

    /// Whether the call is one that is looked at.
    pub(super) fn is_wanted(&self, call: &Survivor) -> bool {
        let filter = &self.settings.filter;
        self.api_number(call).is_some() && filter.takes(call.time, |part| self.text(part.of(call)))
    }

    /// The calls by API and instance, instances in the order of their ids, calls in the order of time.
    pub(super) fn by_instance(&self, calls: &[&'a Survivor]) -> Vec<InstanceCalls<'a>> {
        let mut groups: FxHashMap<(Name, Name), Vec<&'a Survivor>> = FxHashMap::default();
        for call in calls {
            groups.entry((call.api, call.instance)).or_default().push(call);
        }
        let mut instances: Vec<InstanceCalls<'a>> = groups
            .into_values()
            .filter_map(|calls| {
                let first = calls.first()?;
                Some(InstanceCalls { api: self.api_number(first)?, id: self.text(first.instance), calls })
            })
            .collect();
        instances.sort_by(|a, b| (a.id, a.api).cmp(&(b.id, b.api)));
        instances.iter_mut().for_each(|instance| in_order_of_time(&mut instance.calls));
        instances
    }

    /// What a finding on these calls stands on; they are in the order of time.
    pub(super) fn evidence(&self, calls: &[&Survivor]) -> Evidence {
        let said = |name: fn(&Survivor) -> Name| {
            calls.iter().map(|call| self.text(name(call))).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
        };
        let mut times = calls.iter().filter_map(|call| call.time);
        let first = times.next();
        let last = times.next_back().or(first);
        Evidence {
            instance: said(|call| call.instance),
            region: said(|call| call.region),
            account: said(|call| call.account),
            count: calls.len() as u64,
            accepted: calls.iter().filter(|call| call.outcome == Outcome::Accepted).count() as u64,
            first: first.map(super::when::utc).unwrap_or_default(),
            last: last.map(super::when::utc).unwrap_or_default(),
            event_ids: calls.iter().filter_map(|call| event_text(&call.event)).take(MOST_IDS).collect(),
            ..Evidence::default()
        }
    }

    /// How often each text occurs, the commonest first, as words: `user/a (12), role/b (3)`.
    pub(super) fn counted<'t>(&self, texts: impl Iterator<Item = &'t str>) -> String {
        let counts = counts(texts);
        let more = counts.len().saturating_sub(3);
        let mut parts: Vec<String> = counts.iter().take(3).map(|(text, count)| format!("{text} ({count})")).collect();
        if more > 0 {
            parts.push(format!("{more} more"));
        }
        parts.join(", ")
    }
}

/// How often each text occurs, the commonest first, then in the order of the texts.
pub(super) fn counts<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<(&'t str, u64)> {
    let mut counts: FxHashMap<&str, u64> = FxHashMap::default();
    texts.for_each(|text| *counts.entry(text).or_default() += 1);
    let mut counts: Vec<(&str, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts
}

/// Sorts calls by time; those of one moment by their ids, which every copy shares.
pub(super) fn in_order_of_time(calls: &mut [&Survivor]) {
    calls.sort_by(|a, b| (a.time, &a.event).cmp(&(b.time, &b.event)));
}

/// The id of an event as the records spell it; nothing when they say none.
pub(super) fn event_text(event: &EventId) -> Option<String> {
    match event {
        EventId::Uuid(number, capital) => {
            let digits = format!("{number:032x}");
            let mut text = String::with_capacity(36);
            for (index, digit) in digits.chars().enumerate() {
                if matches!(index, 8 | 12 | 16 | 20) {
                    text.push('-');
                }
                text.push(if *capital { digit.to_ascii_uppercase() } else { digit });
            }
            Some(text)
        }
        EventId::Text(text) => Some(text.to_string()),
        EventId::Missing(_) => None,
    }
}

/// The short name of a caller: what stands behind the account.
pub(super) fn short(principal: &str) -> &str {
    match principal {
        "" => "somebody unnamed",
        named => named.rsplit_once(':').map_or(named, |(_, name)| name),
    }
}
