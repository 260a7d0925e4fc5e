//! A call of a plan and the same call in the `.tf` files, put together.

use crate::model::{Call, Step, Value};

/// Takes from the call in the `.tf` files what the plan cannot say: places, and the way of each value that the
/// two agree on.
pub(in crate::surface::terraform) fn laid_over(mut plan: Call, configuration: &Call) -> Call {
    plan.place = configuration.place.clone();
    plan.head = configuration.head.clone();
    plan.insert.clone_from(&configuration.insert);
    plan.unknown_names.clone_from(&configuration.unknown_names);
    plan.runs = configuration.runs.clone();
    // What the files repeat, or make of something that is not known, the plan names one by one.
    plan.runs.repeats.clear();
    if plan.subject != configuration.subject {
        plan.runs.lanes.clear();
    }
    for argument in &mut plan.arguments {
        let Some(written) = configuration.argument(&argument.parameter) else { continue };
        let planned_at = std::mem::replace(&mut argument.place, written.place.clone());
        argument.name = written.name.clone();
        argument.literal = written.literal;
        argument.removal.clone_from(&written.removal);
        if agree(&argument.value, &written.value) {
            argument.value = written.value.clone();
            continue;
        }
        for alternative in argument.value.alternatives_mut() {
            alternative.steps = vec![
                Step { place: written.place.clone(), label: "set here".to_owned() },
                Step { place: planned_at.clone(), label: "value in the plan".to_owned() },
            ];
        }
    }
    for fact in &configuration.facts {
        match plan.facts.iter_mut().find(|planned| planned.name == fact.name) {
            Some(planned) if agree(&planned.value, &fact.value) => *planned = fact.clone(),
            Some(_) => {}
            None => plan.facts.push(fact.clone()),
        }
    }
    plan
}

/// Whether the plan says what the files say; what both do not know is better told by the files.
fn agree(planned: &Value, written: &Value) -> bool {
    match (planned.as_text(), written.as_text()) {
        (Some(p), Some(w)) => p == w && !written.alternatives().iter().any(|a| a.overridable),
        (None, None) => true,
        _ => false,
    }
}
