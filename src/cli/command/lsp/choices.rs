//! What may be written for a parameter of a call: each of its values is judged as if it stood there.

use super::workspace::Checked;
use crate::check::Checker;
use crate::finding::{Confidence, Finding, Severity};
use crate::model::{Argument, Call, Value};

/// One value, and what would be found.
pub(super) struct Choice {
    pub(super) value: String,
    /// The worst that would be said of it; nothing where it is right.
    pub(super) finding: Option<Finding>,
}

impl Choice {
    /// How good it is: the right ones come first.
    pub(super) fn rank(&self) -> u8 {
        match &self.finding {
            None => 0,
            Some(found) if found.severity == Severity::Note => 1,
            Some(found) if found.confidence == Confidence::Possible || found.severity == Severity::Warning => 2,
            Some(_) => 3,
        }
    }

    /// What there is to say.
    pub(super) fn says(&self) -> String {
        match &self.finding {
            None => "supported".to_owned(),
            Some(found) => format!("{}, {}: {}", found.severity.word(), found.confidence.word(), found.message),
        }
    }
}

/// The values that a parameter takes, each with what would be said of it in a call; nothing where it takes no words.
pub(super) fn of_call(checker: &Checker, checked: &Checked, call: &Call, parameter: &str) -> Vec<Choice> {
    let Some(number) = checker.apis().iter().position(|api| api.id == call.api) else { return Vec::new() };
    let mut evaluators = checker.evaluators();
    let (Some(matrix), Some(evaluator)) = (checker.matrix_of(number), evaluators.get_mut(number)) else {
        return Vec::new();
    };
    let known = matrix.parameter_values();
    let Some(values) = known.iter().find(|values| values.name == parameter) else { return Vec::new() };
    let inventory = checked.settings.inventory_at(call.head.source.path());
    let is_same = |one: &Finding, other: &Finding| one.rule == other.rule && one.parameter == other.parameter;
    let before = evaluator.judge(call, inventory).findings;
    let judge = |value: &String| {
        let judged = evaluator.judge(&with(call, parameter, value), inventory);
        // What is wrong with the rest of the call is wrong whatever stands here.
        let own = judged.findings.into_iter().filter(|found| {
            found.parameter.as_deref() == Some(parameter) || !before.iter().any(|known| is_same(known, found))
        });
        Choice { value: value.clone(), finding: own.max_by_key(|found| (found.severity, found.confidence)) }
    };
    values.values.iter().map(judge).collect()
}

/// The call with another value for a parameter.
fn with(call: &Call, parameter: &str, value: &str) -> Call {
    let mut call = call.clone();
    match call.arguments.iter_mut().find(|argument| argument.parameter == parameter) {
        Some(argument) => argument.value = Value::known(value),
        None => call.arguments.push(Argument {
            parameter: parameter.to_owned(),
            name: call.head.clone(),
            place: call.head.clone(),
            value: Value::known(value),
            literal: None,
            removal: None,
        }),
    }
    call
}
