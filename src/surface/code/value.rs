//! From what the machine knows to what a call says of a parameter.

use super::symbol::{Data, Symbol, compatible};
use crate::model::{Alternative, Content, Guard, Step, Unknown, Value};
use crate::source::Place;

/// What is known of a value that is given at `place`, where `guards` hold.
pub(crate) fn value_of(symbol: &Symbol, place: &Place, guards: &[Guard]) -> Value {
    let fit = symbol.alternatives().iter().filter(|a| compatible(&a.guards, guards));
    let alternatives = fit.map(|possible| {
        let content = match &possible.data {
            Data::Absent | Data::Null => Content::Absent,
            Data::Text(text) | Data::Number(text) => Content::text(&**text),
            Data::Bool(value) => Content::text(if *value { "true" } else { "false" }),
            Data::Unknown(hole) => Content::Unknown(Unknown {
                reason: hole.reason.clone(),
                place: hole.place.clone(),
                present: hole.present,
            }),
            Data::External(_) => Content::Unknown(Unknown {
                reason: format!("`{}` is set outside of these files", super::run::short(place.text())),
                place: Some(place.clone()),
                present: false,
            }),
            Data::Object(_) | Data::Function(_) => Content::Unknown(Unknown {
                reason: format!("`{}` is no plain text", super::run::short(place.text())),
                place: Some(place.clone()),
                present: false,
            }),
        };
        Alternative {
            content,
            guards: possible.guards.iter().filter(|g| !guards.contains(g)).cloned().collect(),
            steps: steps(&possible.trail, place),
            overridable: possible.overridable,
        }
    });
    let alternatives: Vec<Alternative> = alternatives.collect();
    if alternatives.is_empty() { Value::absent() } else { Value::one_of(alternatives) }
}

/// The way of a value, as it is told: nothing when it stands in the call itself.
pub(crate) fn steps(trail: &[Step], place: &Place) -> Vec<Step> {
    match trail {
        [] => Vec::new(),
        [only] if only.place == *place => Vec::new(),
        _ => {
            let mut steps: Vec<Step> = trail.to_vec();
            let last = steps.len() - 1;
            for (index, step) in steps.iter_mut().enumerate() {
                if step.label.is_empty() {
                    step.label = if index == 0 && last > 0 {
                        format!("`{}` is used here", super::run::short(step.place.text()))
                    } else {
                        "written here".to_owned()
                    };
                }
            }
            steps
        }
    }
}
