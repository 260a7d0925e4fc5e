//! One call judged by one policy, in all worlds and for all values that it may have.

use super::rule::{Policy, Subject};
use super::situation::{Moment, Situation};
use super::truth::{self, Candidate, World};
use super::wording;
use crate::finding::{Confidence, Finding, Severity};
use crate::matrix::{Evaluator, KnownCase, KnownValue, Worlds};
use crate::model::{Api, Call, Content, Fact, Inventory, ParameterKind, TAG};
use crate::ram::Truth;

/// How many combinations of values that are not known are tried; with more, they count as unknown altogether.
const MOST_COMBINATIONS: usize = 4096;

/// The surface that calls of logs are of.
const LOGS: &str = "actiontrail";

/// What a policy says of a call.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The finding, if there is one.
    pub finding: Option<Finding>,
    /// Facts and parameters that decide whether there is one, where that is not known.
    pub deciding: Vec<String>,
    /// What it depends on beside the call, where nobody can tell that: who makes it, or when, in words.
    pub in_the_dark: Option<&'static str>,
    /// For each condition, whether it was seen to hold and seen not to.
    pub reached: Vec<(bool, bool)>,
    /// Whether the call is one that the policy is about: certainly, perhaps, or not.
    pub concerned: Option<Truth>,
}

/// What holds in one case.
#[derive(Debug, Clone, Default)]
struct OfCase {
    /// In every world, whatever is not known.
    certain: bool,
    /// The same with everything left open that may be overridden.
    firm: bool,
    /// Worlds in which it holds for every value, where there are others.
    somewhere: Vec<usize>,
    /// Whether some world and some value give a violation.
    perhaps: bool,
}

/// Judges a call by a policy. The call is one of the API of the evaluator.
#[must_use]
pub fn judge(
    policy: &Policy,
    evaluator: &Evaluator<'_>,
    call: &Call,
    (inventory, without): (&Inventory, Worlds),
    situation: &Situation,
) -> Judged {
    let api = evaluator.matrix().api();
    let mut judged = Judged { reached: vec![(false, false); policy.atoms.len()], ..Judged::default() };
    if !speaks_about(policy, api) || !policy.holds_at(call.head.source.path()) {
        return judged;
    }
    let cases = evaluator.known_cases(call, inventory, without);
    let principals: Vec<Option<&str>> = match situation.principals.as_slice() {
        some @ [_, ..] if policy.asks_who() => some.iter().map(|who| Some(who.as_str())).collect(),
        _ => vec![None],
    };
    let moments: Vec<Option<Moment>> = match situation.moments.as_slice() {
        some @ [_, ..] if policy.asks_when() => some.iter().copied().map(Some).collect(),
        _ => vec![None],
    };
    let tags = tags(policy, call, inventory, api);
    let mut best: Option<(Confidence, Severity, Found<'_>)> = None;
    let mut perhaps = false;
    for principal in &principals {
        for moment in &moments {
            let asked = Asked { policy, call, api, tags: &tags, principal: *principal, moment: *moment };
            let of_cases: Vec<OfCase> = cases.iter().map(|case| asked.case(case, &mut judged)).collect();
            for (number, (case, of_case)) in cases.iter().zip(&of_cases).enumerate() {
                perhaps |= of_case.perhaps;
                let mut siblings = cases.iter().zip(&of_cases).filter(|(other, _)| other.iterations == case.iterations);
                let everywhere = siblings.all(|(_, other)| other.firm && other.certain);
                let weight = match (of_case.certain, everywhere, of_case.somewhere.is_empty()) {
                    (true, true, _) => (Confidence::Certain, policy.rule.severity),
                    (true, false, _) => (Confidence::Possible, policy.rule.severity),
                    (false, _, false) => (Confidence::Possible, Severity::Note),
                    (false, _, true) => continue,
                };
                if best.as_ref().is_none_or(|(confidence, severity, _)| (*confidence, *severity) < weight) {
                    let worlds = if of_case.certain { Vec::new() } else { of_case.somewhere.clone() };
                    let found = Found { case: number, worlds, principal: *principal, moment: *moment };
                    best = Some((weight.0, weight.1, found));
                }
            }
        }
    }
    if let Some((confidence, severity, found)) = &best
        && let Some(case) = cases.get(found.case)
    {
        let asked = Asked { policy, call, api, tags: &tags, principal: found.principal, moment: found.moment };
        let mut finding = wording::finding(&asked, case, &found.worlds);
        finding.confidence = *confidence;
        finding.severity = if call.advisory { Severity::Note } else { *severity };
        judged.finding = Some(finding);
    }
    if perhaps && best.as_ref().is_none_or(|(confidence, ..)| *confidence == Confidence::Possible) {
        judged.deciding = deciding(policy, &cases);
        let open = tags.iter().filter(|(_, value)| *value == Candidate::Any);
        judged.deciding.extend(open.map(|(key, _)| format!("tag {key}")));
        let unknown_who = policy.asks_who() && situation.principals.is_empty();
        let unknown_when = policy.asks_when() && situation.moments.is_empty();
        judged.in_the_dark = match (unknown_who, unknown_when) {
            _ if best.is_some() => None,
            (true, true) => Some("who makes it and when"),
            (true, false) => Some("who makes it"),
            (false, true) => Some("when it is made"),
            (false, false) => None,
        };
    }
    judged
}

/// Where a finding comes from.
struct Found<'s> {
    case: usize,
    worlds: Vec<usize>,
    principal: Option<&'s str>,
    moment: Option<Moment>,
}

/// A policy asked about a call that somebody makes at some time.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) policy: &'a Policy,
    pub(super) call: &'a Call,
    pub(super) api: &'a Api,
    /// The tags that the policy asks for.
    pub(super) tags: &'a [(&'a str, Candidate<'a>)],
    pub(super) principal: Option<&'a str>,
    pub(super) moment: Option<Moment>,
}

impl Asked<'_> {
    pub(super) fn world<'w, 'c>(
        &'w self,
        case: &'w KnownCase<'c>,
        facts: &'w [&'c str],
        parameters: &'w [(&'c str, Candidate<'c>)],
    ) -> World<'w, 'c> {
        World {
            api: (&self.api.id, &self.api.action),
            surface: self.call.surface,
            // A record of a log stands in no file of a repository.
            path: if self.call.surface == LOGS { "" } else { self.call.head.source.path() },
            facts,
            fact_names: &case.facts,
            parameters,
            tags: self.tags,
            principal: self.principal,
            moment: self.moment,
        }
    }

    fn case(&self, case: &KnownCase<'_>, judged: &mut Judged) -> OfCase {
        let mut found =
            OfCase { certain: !case.worlds.is_empty(), firm: !case.firm_worlds.is_empty(), ..OfCase::default() };
        let values = combinations(self.policy, case, false);
        for (number, facts) in case.worlds.iter().enumerate() {
            let (all, some) = self.in_world(case, facts, &values, Some(judged));
            found.certain &= all;
            found.perhaps |= some;
            if all {
                found.somewhere.push(number);
            }
        }
        if found.certain {
            let values = combinations(self.policy, case, true);
            found.firm = case.firm_worlds.iter().all(|facts| self.in_world(case, facts, &values, None).0);
        }
        found
    }

    /// Whether the policy is violated for all values of a world, and for some.
    fn in_world<'c>(
        &self,
        case: &KnownCase<'c>,
        facts: &[&'c str],
        values: &[Vec<(&'c str, Candidate<'c>)>],
        mut judged: Option<&mut Judged>,
    ) -> (bool, bool) {
        let (mut all, mut some) = (!values.is_empty(), false);
        for parameters in values {
            let world = self.world(case, facts, parameters);
            let violated = truth::violated(self.policy, &world);
            all &= violated == Truth::Yes;
            some |= violated != Truth::No;
            if let Some(judged) = &mut judged {
                judged.note(self.policy, &world);
            }
        }
        (all, some)
    }
}

impl Judged {
    /// Notes which conditions hold in a world, and which do not.
    fn note(&mut self, policy: &Policy, world: &World<'_, '_>) {
        for (atom, reached) in policy.atoms.iter().zip(&mut self.reached) {
            match truth::atom_holds(atom, world) {
                Truth::Yes => reached.0 = true,
                Truth::No => reached.1 = true,
                Truth::Maybe => {}
            }
        }
        let concerned = truth::holds(policy, &policy.when, world);
        self.concerned = Some(match self.concerned {
            Some(known) if known != concerned => Truth::Maybe,
            _ => concerned,
        });
    }
}

/// Whether a policy can say anything of calls of an API: all that it names is there.
fn speaks_about(policy: &Policy, api: &Api) -> bool {
    policy.atoms.iter().all(|atom| match &atom.subject {
        Subject::Fact(name) => api.fact(name).is_some(),
        Subject::Parameter(name) => api.parameter(name).is_some(),
        _ => true,
    })
}

/// What is known of the tags that a policy asks for: by what the call says of its instance, else by the inventory.
fn tags<'a>(policy: &'a Policy, call: &'a Call, inventory: &'a Inventory, api: &Api) -> Vec<(&'a str, Candidate<'a>)> {
    let asked = policy.atoms.iter().filter_map(|atom| match &atom.subject {
        Subject::Tag(key) => Some(key.as_str()),
        _ => None,
    });
    let mut keys: Vec<&str> = asked.collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Vec::new();
    }
    let identifier = api.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
    let id = identifier.and_then(|identifier| call.argument(&identifier.name)?.value.as_text());
    let listed = id.and_then(|id| inventory.get(id)).map_or(&[][..], |instance| instance.facts.as_slice());
    let of = |facts: &'a [Fact], key: &str| {
        let named = |name: &str| facts.iter().find(|fact| fact.name.strip_prefix(TAG) == Some(name));
        match named(key) {
            Some(fact) => Some(match fact.value.alternatives() {
                [only] if !only.overridable => match &only.content {
                    Content::Text(text) if !text.is_empty() => Candidate::Text(text.as_str().into()),
                    Content::Text(_) | Content::Absent => Candidate::Absent,
                    Content::Unknown(_) => Candidate::Any,
                },
                _ => Candidate::Any,
            }),
            // Where all are told it is not there.
            None => named("").map(|_| Candidate::Absent),
        }
    };
    let known = |key: &str| of(&call.facts, key).or_else(|| of(listed, key)).unwrap_or(Candidate::Any);
    keys.into_iter().map(|key| (key, known(key))).collect()
}

/// Every combination of values that parameters may have; with `firm`, what may be overridden is not known either.
fn combinations<'c>(policy: &'c Policy, case: &KnownCase<'c>, firm: bool) -> Vec<Vec<(&'c str, Candidate<'c>)>> {
    let mut all: Vec<Vec<(&str, Candidate<'_>)>> = vec![Vec::new()];
    for (name, value) in &case.parameters {
        let is_asked =
            policy.atoms.iter().any(|atom| matches!(&atom.subject, Subject::Parameter(asked) if asked == name));
        if !is_asked {
            continue;
        }
        let choices = match value {
            KnownValue::Absent => vec![Candidate::Absent],
            KnownValue::Open => truth::candidates(policy, name, true),
            KnownValue::Is(alternative) if firm && alternative.overridable => truth::candidates(policy, name, true),
            KnownValue::Is(alternative) => match &alternative.content {
                Content::Absent => vec![Candidate::Absent],
                Content::Text(text) => vec![Candidate::Text(text.as_str().into())],
                Content::Unknown(unknown) => truth::candidates(policy, name, !unknown.present),
            },
        };
        let choices =
            if all.len().saturating_mul(choices.len()) > MOST_COMBINATIONS { vec![Candidate::Any] } else { choices };
        all = all
            .into_iter()
            .flat_map(|before| {
                choices.iter().map(move |choice| {
                    let mut next = before.clone();
                    next.push((*name, choice.clone()));
                    next
                })
            })
            .collect();
    }
    all
}

/// The facts and parameters of a policy that are not known.
fn deciding(policy: &Policy, cases: &[KnownCase<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for atom in &policy.atoms {
        let is_open = |case: &KnownCase<'_>| match &atom.subject {
            Subject::Fact(name) => {
                let number = case.facts.iter().position(|fact| fact == name);
                let values = number.map(|number| case.firm_worlds.iter().filter_map(move |world| world.get(number)));
                values.is_some_and(|mut values| {
                    let first = values.next();
                    values.any(|value| Some(value) != first)
                })
            }
            Subject::Parameter(name) => case.parameters.iter().any(|(known, value)| {
                known == name
                    && match value {
                        KnownValue::Absent => false,
                        KnownValue::Open => true,
                        KnownValue::Is(value) => value.overridable || matches!(value.content, Content::Unknown(_)),
                    }
            }),
            _ => false,
        };
        if let (Subject::Fact(name) | Subject::Parameter(name), true) = (&atom.subject, cases.iter().any(is_open))
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}
