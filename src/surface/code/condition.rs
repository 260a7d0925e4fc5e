//! Conditions: which outcomes they may have, and under which decisions.

use std::sync::Arc;

use super::machine::Machine;
use super::run::short;
use super::symbol::{Data, Possible, add_guards, compatible};
use crate::model::Guard;
use crate::source::Span;
use crate::syntax::code::{Comparison, Expression, ExpressionKind};

/// An outcome with what has to hold for it.
pub(crate) type Outcome = (Vec<Guard>, bool);

impl Machine<'_> {
    /// The outcomes that a condition can have here. More than `limit` are one decision.
    pub(crate) fn decide(&mut self, condition: &Expression, limit: usize) -> Vec<Outcome> {
        if !self.enter() {
            return self.undecided(condition, condition.span, false);
        }
        let outcomes = self.outcomes(condition);
        self.leave();
        let here = self.guards.clone();
        let possible: Vec<Outcome> = outcomes.into_iter().filter(|(guards, _)| compatible(guards, &here)).collect();
        let known: Vec<bool> = possible.iter().map(|(_, holds)| *holds).collect();
        if known.iter().all(|holds| *holds) || known.iter().all(|holds| !holds) {
            return known.first().map(|holds| (Vec::new(), *holds)).into_iter().collect();
        }
        if possible.len() > limit { self.undecided(condition, condition.span, false) } else { possible }
    }

    fn outcomes(&mut self, condition: &Expression) -> Vec<Outcome> {
        match &condition.kind {
            ExpressionKind::Not(inner) => {
                self.decide(inner, 6).into_iter().map(|(guards, holds)| (guards, !holds)).collect()
            }
            ExpressionKind::All(parts) => self.several(parts, true),
            ExpressionKind::Any(parts) => self.several(parts, false),
            ExpressionKind::Compare(comparison, left, right) => self.compare(*comparison, left, right, condition),
            _ => {
                let symbol = self.evaluate(condition);
                let mut outcomes = Vec::new();
                for alternative in symbol.alternatives() {
                    match self.truth(alternative) {
                        Some(holds) => outcomes.push((alternative.guards.clone(), holds)),
                        None => outcomes.extend(self.open_outcomes(&alternative.guards, condition, false)),
                    }
                }
                outcomes
            }
        }
    }

    /// All parts hold, or with `wanted` false any does.
    fn several(&mut self, parts: &[Expression], wanted: bool) -> Vec<Outcome> {
        let mut going: Vec<Vec<Guard>> = vec![Vec::new()];
        let mut outcomes = Vec::new();
        let before = self.guards.clone();
        for part in parts {
            let mut next = Vec::new();
            self.gave_up |= going.len() > 8;
            for base in going.into_iter().take(8) {
                self.guards.clone_from(&before);
                self.assume(&base);
                for (guards, holds) in self.decide(part, 6) {
                    let mut all = base.clone();
                    add_guards(&mut all, &guards);
                    if holds == wanted { next.push(all) } else { outcomes.push((all, !wanted)) }
                }
            }
            going = next;
        }
        self.guards = before;
        outcomes.extend(going.into_iter().map(|guards| (guards, wanted)));
        outcomes
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        left: &Expression,
        right: &Expression,
        whole: &Expression,
    ) -> Vec<Outcome> {
        let (a, b) = (self.evaluate(left), self.evaluate(right));
        let flipped = matches!(comparison, Comparison::Different | Comparison::NotIn);
        let mut outcomes = Vec::new();
        for x in a.alternatives() {
            for y in b.alternatives() {
                if !compatible(&x.guards, &y.guards) || !self.spend(0) {
                    continue;
                }
                let mut guards = x.guards.clone();
                add_guards(&mut guards, &y.guards);
                let same = match comparison {
                    Comparison::Equal | Comparison::Different => equal(&x.data, &y.data),
                    Comparison::In | Comparison::NotIn => self.among(&x.data, y),
                    Comparison::Other => None,
                };
                match same {
                    Some(same) => outcomes.push((guards, same != flipped)),
                    None => {
                        let open = self.open_outcomes(&guards, whole, flipped);
                        if matches!(comparison, Comparison::Equal | Comparison::Different)
                            && (is_failure(left) && matches!(y.data, Data::Null))
                        {
                            self.failures
                                .extend(open.first().and_then(|(own, _)| own.first()).map(|g| Arc::clone(&g.key)));
                        }
                        outcomes.extend(open);
                    }
                }
            }
        }
        outcomes
    }

    /// Whether a value is among the elements of another one.
    fn among(&mut self, value: &Data, list: &Possible) -> Option<bool> {
        if let (Data::Text(part), Data::Text(whole)) = (value, &list.data) {
            return Some(whole.contains(&**part));
        }
        let Data::Object(id) = &list.data else { return None };
        let length = self.object(*id)?.length()?;
        if !self.spend(length) {
            return None;
        }
        let object = self.object(*id)?;
        let mut certain = object.open.is_none();
        for element in object.elements()? {
            match element.single().and_then(|element| equal(value, element)) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => certain = false,
            }
        }
        certain.then_some(false)
    }

    fn open_outcomes(&mut self, guards: &[Guard], condition: &Expression, flipped: bool) -> Vec<Outcome> {
        let mut outcomes = self.undecided(condition, condition.span, flipped);
        for (own, _) in &mut outcomes {
            add_guards(own, guards);
        }
        outcomes
    }

    /// Both outcomes of a decision. The opposite of a comparison is the same decision.
    fn undecided(&mut self, condition: &Expression, span: Span, flipped: bool) -> Vec<Outcome> {
        let words = match &condition.kind {
            ExpressionKind::Compare(Comparison::Different, left, right) => {
                let part = |span| self.place(span).text().trim().to_owned();
                format!("{} == {}", part(left.span), part(right.span))
            }
            _ => self.place(span).text().to_owned(),
        };
        let mut identity = self.source.path().to_owned();
        self.identify(condition, &mut identity, 0);
        let text = short(&words);
        if text != words.trim() {
            identity.push_str(&words);
        }
        let holds = self.decision(&text, &identity, 0);
        let fails = Guard { branch: 1, ..holds.clone() };
        vec![(vec![holds], !flipped), (vec![fails], flipped)]
    }

    /// Adds which values of its names a condition is about.
    fn identify(&self, expression: &Expression, identity: &mut String, depth: usize) {
        if depth > 20 {
            return;
        }
        match &expression.kind {
            ExpressionKind::Name(name) => {
                let version = self.lookup(name).map_or(0, |binding| binding.version);
                identity.push_str(&format!(" {name}:{version}"));
            }
            ExpressionKind::Member(object, name) => {
                self.identify(object, identity, depth + 1);
                identity.push_str(&format!(".{}", name.name));
            }
            ExpressionKind::Index(a, b) | ExpressionKind::Compare(_, a, b) => {
                self.identify(a, identity, depth + 1);
                self.identify(b, identity, depth + 1);
            }
            ExpressionKind::Not(inner) => self.identify(inner, identity, depth + 1),
            ExpressionKind::All(parts) | ExpressionKind::Any(parts) | ExpressionKind::Opaque(parts) => {
                parts.iter().for_each(|part| self.identify(part, identity, depth + 1));
            }
            ExpressionKind::Call(call) => {
                self.identify(&call.function, identity, depth + 1);
                call.arguments.iter().for_each(|a| self.identify(&a.value, identity, depth + 1));
                // Two calls need not give the same.
                identity.push_str(&format!("@{}", expression.span.start));
            }
            _ => {}
        }
    }

    /// Whether a value counts as true.
    pub(crate) fn truth(&self, possible: &Possible) -> Option<bool> {
        match &possible.data {
            Data::Absent | Data::Null => Some(false),
            Data::Bool(value) => Some(*value),
            Data::Number(number) => Some(number.parse::<f64>().ok()? != 0.0),
            Data::Text(text) => Some(!text.is_empty()),
            Data::Object(id) => {
                let object = self.object(*id)?;
                match object.length() {
                    Some(0) if object.open.is_some() => None,
                    Some(length) => Some(length > 0),
                    None => Some(true),
                }
            }
            Data::Function(_) => Some(true),
            Data::External(_) => None,
            Data::Unknown(hole) => hole.present.then_some(true),
        }
    }
}

/// Whether a condition is that something went wrong.
pub(super) fn is_failed(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Compare(Comparison::Different, left, right) => {
            is_failure(left) && matches!(right.kind, ExpressionKind::Null)
        }
        _ => false,
    }
}

/// Whether a variable is called as what a call gives that tells of its failure.
fn is_failure(expression: &Expression) -> bool {
    let ExpressionKind::Name(name) = &expression.kind else { return false };
    // A variable of an inner block has a number behind its name.
    let name = name.split('·').next().unwrap_or(name);
    let ends = ["Err", "Error", "_err", "_error"].iter().any(|ending| name.ends_with(ending));
    let begins = ["err", "error"].iter().any(|word| {
        let rest = name.strip_prefix(word);
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|c: char| c == '_' || c.is_uppercase() || c.is_ascii_digit())
        })
    });
    begins || ends
}

/// Whether two values are the same, when that is known.
fn equal(left: &Data, right: &Data) -> Option<bool> {
    match (left, right) {
        (Data::Unknown(hole), Data::Null) | (Data::Null, Data::Unknown(hole)) => hole.present.then_some(false),
        (Data::Unknown(_) | Data::External(_), _) | (_, Data::Unknown(_) | Data::External(_)) => None,
        (Data::Text(a), Data::Text(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a.parse::<f64>().ok()? == b.parse::<f64>().ok()?),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Null | Data::Absent, Data::Null | Data::Absent) => Some(true),
        (Data::Object(_) | Data::Function(_), Data::Object(_) | Data::Function(_)) => None,
        _ => Some(false),
    }
}
