//! What a set of documents says about a request.
//!
//! The order of decisions is the documented one: a control policy must allow what is done, an explicit denial wins over
//! everything that allows, and what nothing allows is denied. Where the documentation is silent, these readings hold:
//!
//! | question | reading | why |
//! |---|---|---|
//! | letter case of actions | does not count | documented as "in most cases not case-sensitive" |
//! | letter case of resources | counts | nothing says that it does not, and the documented form is exact |
//! | `*` and the separators `:` and `/` | it goes over them | documented examples do that with `/` and with whole parts |
//! | a key that a request does not have | the condition may hold or not | not documented, and reports differ |
//! | an operator that the language does not have | the condition may hold or not | whether the document is refused or the condition left out is not documented |
//! | `NotResource` | evaluated | an older grammar has it |
//! | both `Action` and `NotAction`, or neither | the statement may apply or not | the service refuses such a document |
//! | a statement without `Resource` | may apply or not | the same |
//! | control policies and the owner of an account | whoever asks says whether they hold | they do not hold for the owner, nor in the managing account |
//! | control policies beside one that only denies | the one that allows everything is there too | it is attached to everything unless somebody takes it away |
//! | control policies beside one that allows | the one that allows everything may be there or not | a list of what is allowed means something only without it |

use std::collections::BTreeMap;

use super::condition;
use super::pattern::{self, Case};
use super::truth::Truth;
use crate::model::{Effect, Piece, PolicyDocument, Statement, Templates};
use crate::source::Place;

/// A request: what somebody wants to do with what.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The action, e.g. `rds:CreateBackup`.
    pub action: &'a str,
    /// The name of the resource, with parts that are not known.
    pub resource: &'a [Piece],
    /// What else is known of the request.
    pub context: &'a Context,
}

/// What is known of the keys of a request.
#[derive(Debug, Clone, Default)]
pub struct Context {
    keys: BTreeMap<String, Option<Vec<String>>>,
}

/// What is known of one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known<'a> {
    /// Its values; at least one.
    Values(&'a [String]),
    /// The request does not have it.
    Absent,
    /// Nothing.
    Nothing,
}

impl Context {
    /// Says what a key has. Letter case of keys does not count: the documentation writes some both ways.
    pub fn set(&mut self, key: &str, values: Vec<String>) {
        let values = if values.is_empty() { None } else { Some(values) };
        self.keys.insert(key.to_ascii_lowercase(), values);
    }

    /// What is known of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Known<'_> {
        match self.keys.get(&key.to_ascii_lowercase()) {
            Some(Some(values)) => Known::Values(values),
            Some(None) => Known::Absent,
            None => Known::Nothing,
        }
    }
}

/// The documents that hold for whoever asks.
#[derive(Debug, Clone, Default)]
pub struct Layers<'a> {
    /// What a resource directory lets anybody do at most, one for each level (root folder, folders, account); each
    /// level must allow. None when no control policy holds.
    pub controls: Vec<Control<'a>>,
    /// What the session of a role may do at most; absent when nothing was said when the role was taken.
    pub session: Option<Vec<&'a PolicyDocument>>,
    /// What the user, the groups of the user, or the role may do.
    pub identity: Vec<&'a PolicyDocument>,
    /// Whether there may be more documents of the identity than are seen.
    pub open: bool,
}

/// What control policies say at one level of a resource directory.
#[derive(Debug, Clone, Default)]
pub struct Control<'a> {
    /// What they are attached to, for people: `the root folder`.
    pub target: String,
    /// The policies that are attached there.
    pub documents: Vec<&'a PolicyDocument>,
    /// Where each of them is attached, as far as somebody wrote that down, in the same order.
    pub places: Vec<&'a Place>,
    /// Why more may be attached there; absent when these are all.
    pub open: Option<String>,
    /// Why nobody can tell whether they bind whoever asks; absent when they do.
    pub doubt: Option<String>,
}

/// What comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Something allows it and nothing denies it.
    Allowed,
    /// A statement denies it.
    DeniedExplicitly,
    /// Nothing allows it.
    DeniedByDefault,
    /// It depends on what is not known.
    Unknown,
}

/// A statement that has a part in a decision.
#[derive(Debug, Clone, Copy)]
pub struct Deciding<'a> {
    /// Its document.
    pub document: &'a PolicyDocument,
    /// The statement.
    pub statement: &'a Statement,
    /// Whether it applies for certain.
    pub applies: Truth,
}

/// A decision with what it comes from.
#[derive(Debug, Clone)]
pub struct Decision<'a> {
    /// What comes out.
    pub outcome: Outcome,
    /// The statements that decide: those that deny, else those that allow; where it is unknown, those of which it is not
    /// known whether they apply.
    pub deciding: Vec<Deciding<'a>>,
}

/// What the documents say about a request.
#[must_use]
pub fn decide<'a>(layers: &Layers<'a>, request: &Request<'_>) -> Decision<'a> {
    let mut sets: Vec<Decision<'a>> = layers.controls.iter().map(|level| level.decide(request)).collect();
    sets.extend(layers.session.as_ref().map(|session| decide_set(session, false, request)));
    sets.push(decide_set(&layers.identity, layers.open, request));
    // The strictest decides; of several the outermost.
    let strictness = |outcome: Outcome| match outcome {
        Outcome::DeniedExplicitly => 3,
        Outcome::DeniedByDefault => 2,
        Outcome::Unknown => 1,
        Outcome::Allowed => 0,
    };
    let strictest = sets.iter().map(|decision| strictness(decision.outcome)).max().unwrap_or(2);
    let found = sets.into_iter().rev().find(|decision| strictness(decision.outcome) == strictest);
    found.unwrap_or(Decision { outcome: Outcome::DeniedByDefault, deciding: Vec::new() })
}

impl<'a> Control<'a> {
    /// What this level says of a request.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>) -> Decision<'a> {
        let decision = decide_set(&self.documents, self.open.is_some(), request);
        if self.doubt.is_none() || decision.outcome == Outcome::Allowed {
            return decision;
        }
        let may = |deciding: Deciding<'a>| Deciding { applies: Truth::Maybe, ..deciding };
        Decision { outcome: Outcome::Unknown, deciding: decision.deciding.into_iter().map(may).collect() }
    }

    /// Where a document is attached.
    #[must_use]
    pub fn attached_at(&self, document: &PolicyDocument) -> Option<&'a Place> {
        let mut all = self.documents.iter().zip(&self.places);
        all.find(|(one, _)| std::ptr::eq(**one, document)).map(|(_, place)| *place)
    }

    /// The same level for somebody whom it binds for certain.
    #[must_use]
    pub fn binding(&self) -> Self {
        Self { doubt: None, ..self.clone() }
    }
}

/// What one set of documents says: an explicit denial wins, then what allows, and else it is denied.
fn decide_set<'a>(documents: &[&'a PolicyDocument], open: bool, request: &Request<'_>) -> Decision<'a> {
    let mut all: Vec<(Effect, Deciding<'a>)> = Vec::new();
    let mut open = open;
    for document in documents {
        open |= document.open.is_some();
        for statement in &document.statements {
            let applies = applies(statement, request);
            if applies != Truth::No {
                all.push((statement.effect, Deciding { document, statement, applies }));
            }
        }
    }
    let of = |effects: &[Effect]| -> Vec<Deciding<'a>> {
        all.iter().filter(|(effect, _)| effects.contains(effect)).map(|(_, deciding)| *deciding).collect()
    };
    let certain =
        |found: &[Deciding<'a>]| found.iter().copied().filter(|d| d.applies == Truth::Yes).collect::<Vec<_>>();
    let denying = certain(&of(&[Effect::Deny]));
    if !denying.is_empty() {
        return Decision { outcome: Outcome::DeniedExplicitly, deciding: denying };
    }
    let allowing = of(&[Effect::Allow]);
    let may_allow = !of(&[Effect::Allow, Effect::Unknown]).is_empty() || open;
    if !may_allow {
        return Decision { outcome: Outcome::DeniedByDefault, deciding: Vec::new() };
    }
    let may_deny = of(&[Effect::Deny, Effect::Unknown]);
    let surely_allowing = certain(&allowing);
    if surely_allowing.is_empty() || !may_deny.is_empty() || open {
        let mut deciding = may_deny;
        deciding.extend(allowing.into_iter().filter(|d| surely_allowing.is_empty() || d.applies == Truth::Yes));
        return Decision { outcome: Outcome::Unknown, deciding };
    }
    Decision { outcome: Outcome::Allowed, deciding: surely_allowing }
}

/// Whether a statement is about a request.
#[must_use]
pub fn applies(statement: &Statement, request: &Request<'_>) -> Truth {
    is_about_action(statement, request.action)
        .and(is_about_resource(statement, request.resource))
        .and(conditions_hold(statement, request.context))
}

/// Whether a statement is about an action.
#[must_use]
pub fn is_about_action(statement: &Statement, action: &str) -> Truth {
    let action = [Piece::Text(action.to_owned())];
    one_of_two(statement.actions.as_ref(), statement.not_actions.as_ref(), &action, Case::Folded)
}

/// Whether a statement is about a resource.
#[must_use]
pub fn is_about_resource(statement: &Statement, resource: &[Piece]) -> Truth {
    one_of_two(statement.resources.as_ref(), statement.not_resources.as_ref(), resource, Case::Sensitive)
}

/// Whether all conditions of a statement hold.
#[must_use]
pub fn conditions_hold(statement: &Statement, context: &Context) -> Truth {
    let all = Truth::all(statement.conditions.iter().map(|condition| condition::holds(condition, context)));
    if statement.more_conditions.is_some() { all.and(Truth::Maybe) } else { all }
}

fn one_of_two(these: Option<&Templates>, others: Option<&Templates>, text: &[Piece], case: Case) -> Truth {
    match (these, others) {
        (Some(these), None) => any_matches(these, text, case),
        (None, Some(others)) => any_matches(others, text, case).negated(),
        _ => Truth::Maybe,
    }
}

fn any_matches(patterns: &Templates, text: &[Piece], case: Case) -> Truth {
    let any = Truth::any(patterns.all.iter().map(|pattern| pattern::matches(&pattern.pieces, text, case)));
    if patterns.open.is_some() { any.or(Truth::Maybe) } else { any }
}
