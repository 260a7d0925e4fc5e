//! Arithmetic of values that are not all known: joining, narrowing, merging.

use crate::model::{Alternative, Content, Guard, Step, Unknown, Value};
use crate::source::Place;

/// How many alternatives a value may have; one with more is not known.
pub(super) const ALTERNATIVES: usize = 64;

/// How long a text may get.
const TEXT: usize = 65_536;

/// How many places of a value's way are kept.
const STEPS: usize = 24;

/// A value that somebody outside the script sets: an environment variable, an argument.
///
/// Its alternative is overridable, which tells it from what the script computes.
pub(super) fn outside(reason: impl Into<String>, place: Option<Place>) -> Value {
    let mut value = Value::unknown(reason, place);
    for alternative in value.alternatives_mut() {
        alternative.overridable = true;
    }
    value
}

/// Whether an alternative is one that somebody outside the script sets.
pub(super) fn is_outside(alternative: &Alternative) -> bool {
    alternative.overridable && matches!(alternative.content, Content::Unknown(_))
}

/// The text of an alternative; the empty one for an absent value.
pub(super) fn text(alternative: &Alternative) -> Option<&str> {
    match &alternative.content {
        Content::Text(text) => Some(text),
        Content::Absent => Some(""),
        Content::Unknown(_) => None,
    }
}

/// Whether two lists of guards can hold together.
pub(super) fn compatible(a: &[Guard], b: &[Guard]) -> bool {
    a.iter().all(|x| b.iter().all(|y| x.key != y.key || x.branch == y.branch))
}

/// Adds guards that are not there yet.
pub(super) fn add_guards(guards: &mut Vec<Guard>, more: &[Guard]) {
    for guard in more {
        if !guards.contains(guard) {
            guards.push(guard.clone());
        }
    }
}

/// Joins the values of the parts of one word.
pub(super) fn concat(values: &[Value]) -> Value {
    if let [one] = values {
        return one.clone();
    }
    let mut joined = vec![Alternative::new(Content::Absent)];
    for value in values {
        if joined.len().saturating_mul(value.alternatives().len()) > ALTERNATIVES {
            return too_many();
        }
        let mut next = Vec::new();
        for left in &joined {
            for right in value.alternatives() {
                if compatible(&left.guards, &right.guards) {
                    next.push(join(left, right));
                }
            }
        }
        joined = next;
    }
    Value::one_of(joined)
}

/// A value with another one behind it. A text that is added to again and again is not copied each time.
pub(super) fn append(mut value: Value, more: Value) -> Value {
    if let ([left], [right]) = (value.alternatives_mut(), more.alternatives())
        && let (Content::Text(text), Content::Text(more)) = (&mut left.content, &right.content)
        && text.len() + more.len() <= TEXT
    {
        text.push_str(more);
        add_guards(&mut left.guards, &right.guards);
        let room = STEPS.saturating_sub(left.steps.len());
        left.steps.extend(right.steps.iter().take(room).cloned());
        left.overridable |= right.overridable;
        return value;
    }
    concat(&[value, more])
}

fn join(left: &Alternative, right: &Alternative) -> Alternative {
    let content = match (&left.content, &right.content) {
        (Content::Unknown(unknown), other) | (other, Content::Unknown(unknown)) => {
            let present = unknown.present || matches!(other, Content::Text(_));
            Content::Unknown(Unknown { present, ..unknown.clone() })
        }
        (Content::Absent, other) | (other, Content::Absent) => other.clone(),
        (Content::Text(a), Content::Text(b)) if a.len() + b.len() > TEXT => {
            Content::Unknown(Unknown { reason: "a very long text".to_owned(), place: None, present: true })
        }
        (Content::Text(a), Content::Text(b)) => Content::Text(format!("{a}{b}")),
    };
    let mut guards = left.guards.clone();
    add_guards(&mut guards, &right.guards);
    let steps = left.steps.iter().chain(&right.steps).take(STEPS).cloned().collect();
    Alternative { content, guards, steps, overridable: left.overridable || right.overridable }
}

/// A value with more alternatives than are followed.
pub(super) fn too_many() -> Value {
    Value::unknown(format!("more than {ALTERNATIVES} possible values"), None)
}

/// One value out of those that several branches lead to.
///
/// Where one branch lets somebody outside decide, what the others set is a default. An empty default is
/// none.
pub(super) fn merge(branches: Vec<Value>) -> Value {
    let mut all: Vec<Alternative> = branches.iter().flat_map(|v| v.alternatives().iter().cloned()).collect();
    if let Some(outside) = all.iter().find(|a| is_outside(a)).cloned() {
        let has_text = all.iter().any(|a| matches!(a.content, Content::Text(_)));
        if !has_text {
            return Value::from(Alternative { guards: Vec::new(), ..outside });
        }
        all.retain(|a| matches!(a.content, Content::Text(_)));
        for alternative in &mut all {
            alternative.overridable = true;
        }
    }
    let defaults = all.iter().any(|a| a.overridable);
    let mut unique: Vec<Alternative> = Vec::new();
    for alternative in all {
        if unique.len() > ALTERNATIVES {
            break;
        }
        let alike = |other: &&mut Alternative| {
            other.content == alternative.content
                && other.steps == alternative.steps
                && (defaults || lasting(&other.guards).eq(lasting(&alternative.guards)))
        };
        match unique.iter_mut().find(alike) {
            Some(other) => {
                other.guards.retain(|guard| alternative.guards.contains(guard));
                other.overridable |= alternative.overridable;
            }
            None => unique.push(alternative),
        }
    }
    if unique.len() > ALTERNATIVES { too_many() } else { Value::one_of(unique) }
}

/// How the keys of guards begin that tell the passes of a loop apart.
pub(super) const PASSES: &str = "passes of ";

/// The guards that say more than which pass of a loop it is.
fn lasting(guards: &[Guard]) -> impl Iterator<Item = &Guard> {
    guards.iter().filter(|guard| !guard.key.starts_with(PASSES))
}

/// Whether two alternatives are the same in every respect.
pub(super) fn same(a: &Alternative, b: &Alternative) -> bool {
    a.content == b.content && a.guards == b.guards && a.overridable == b.overridable && a.steps == b.steps
}

/// Whether two values are the same in every respect.
pub(super) fn same_value(a: &Value, b: &Value) -> bool {
    let (a, b) = (a.alternatives(), b.alternatives());
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// The value seen through one more place: what stands there now, and how it comes to the old places.
pub(super) fn seen_through(value: &Value, place: &Place, label: &str) -> Value {
    let mut value = value.clone();
    for alternative in value.alternatives_mut() {
        let step = Step { place: place.clone(), label: label.to_owned() };
        alternative.steps.insert(0, step);
        if alternative.steps.len() > STEPS {
            // The beginning and the end of a long way are what people want to see.
            alternative.steps.remove(STEPS / 2);
        }
    }
    value
}

/// How the labels of places end where a variable is only used.
pub(super) const USED: &str = "is used here";

/// The value as a variable holds it after an assignment.
pub(super) fn assigned(mut value: Value, place: &Place, label: &str) -> Value {
    for alternative in value.alternatives_mut() {
        match alternative.steps.first_mut() {
            Some(first) if first.label.ends_with(USED) => label.clone_into(&mut first.label),
            Some(_) => {}
            None => alternative.steps.push(Step { place: place.clone(), label: label.to_owned() }),
        }
    }
    value
}

/// The alternatives that can hold under some guards.
pub(super) fn narrowed(value: &Value, guards: &[Guard]) -> Value {
    if guards.is_empty() || value.alternatives().iter().all(|a| compatible(&a.guards, guards)) {
        return value.clone();
    }
    let kept: Vec<_> = value.alternatives().iter().filter(|a| compatible(&a.guards, guards)).cloned().collect();
    if kept.is_empty() { Value::unknown("never set where this runs", None) } else { Value::one_of(kept) }
}
