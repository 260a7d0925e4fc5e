//! Operators: arithmetic, comparison, logic. Each takes one combination of alternatives.

use std::rc::Rc;

use super::evaluate::Scope;
use super::symbol::{Data, Hole, Possible, Symbol};
use crate::source::Place;
use crate::syntax::hcl::{BinaryOperator, Expression, Part, UnaryOperator};

pub(super) fn unary(
    operator: UnaryOperator,
    operands: &[&Possible],
    scope: Scope<'_>,
    expression: &Expression,
) -> Symbol {
    let place = scope.place(expression.span);
    let Some(operand) = operands.first() else { return Symbol::new(Data::Null) };
    match (operator, &operand.data) {
        (UnaryOperator::Not, Data::Unknown(hole)) => derived(hole, negated(&hole.name), &place),
        (UnaryOperator::Minus, Data::Unknown(hole)) => derived(hole, format!("-({})", hole.name), &place),
        (UnaryOperator::Not, data) => {
            data.as_bool().map_or_else(|| no_operand(&place), |value| Symbol::at(Data::Bool(!value), place.clone()))
        }
        (UnaryOperator::Minus, data) => data
            .as_number()
            .map_or_else(|| no_operand(&place), |number| Symbol::at(Data::Number(-number), place.clone())),
    }
}

pub(super) fn binary(
    operator: BinaryOperator,
    operands: &[&Possible],
    scope: Scope<'_>,
    expression: &Expression,
) -> Symbol {
    let place = scope.place(expression.span);
    let [left, right] = operands else { return no_operand(&place) };
    let (left, right) = (&left.data, &right.data);
    if let Some(result) = short_circuit(operator, left, right) {
        return Symbol::at(Data::Bool(result), place);
    }
    if let Some(hole) = left.hole().or(right.hole()) {
        return unknown_result(operator, left, right, hole, &place);
    }
    let comparison = matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual);
    if comparison && equal(left, right).is_none() {
        let reason = left.missing(0).or(right.missing(0)).unwrap_or_else(|| "it is not known".to_owned());
        return Symbol::unknown(reason, Some(place), scope.name_of(expression));
    }
    let result = match operator {
        BinaryOperator::Equal => equal(left, right).map(Data::Bool),
        BinaryOperator::NotEqual => equal(left, right).map(|same| Data::Bool(!same)),
        BinaryOperator::And | BinaryOperator::Or => match (left.as_bool(), right.as_bool()) {
            (Some(l), Some(r)) if operator == BinaryOperator::And => Some(Data::Bool(l && r)),
            (Some(l), Some(r)) => Some(Data::Bool(l || r)),
            _ => None,
        },
        _ => match (left.as_number(), right.as_number()) {
            (Some(l), Some(r)) => arithmetic(operator, l, r),
            _ => None,
        },
    };
    result.map_or_else(|| no_operand(&place), |data| Symbol::at(data, place.clone()))
}

/// `false && x` and `true || x`, whichever side it stands on.
fn short_circuit(operator: BinaryOperator, left: &Data, right: &Data) -> Option<bool> {
    let decides = match operator {
        BinaryOperator::And => false,
        BinaryOperator::Or => true,
        _ => return None,
    };
    [left, right].iter().any(|side| side.as_bool() == Some(decides)).then_some(decides)
}

fn unknown_result(operator: BinaryOperator, left: &Data, right: &Data, hole: &Rc<Hole>, place: &Place) -> Symbol {
    // A neutral operand leaves the other side as it is, and so the same decision.
    let neutral = match operator {
        BinaryOperator::And => Some(true),
        BinaryOperator::Or => Some(false),
        _ => None,
    };
    if neutral.is_some() && (left.as_bool() == neutral || right.as_bool() == neutral) {
        return derived(hole, hole.name.to_string(), place);
    }
    // What is certainly there does not equal null.
    if matches!(operator, BinaryOperator::Equal | BinaryOperator::NotEqual)
        && hole.present
        && (matches!(left, Data::Null) || matches!(right, Data::Null))
    {
        return Symbol::at(Data::Bool(operator == BinaryOperator::NotEqual), place.clone());
    }
    let (mut left, mut right) = (operand_name(left), operand_name(right));
    let word = match operator {
        BinaryOperator::Equal | BinaryOperator::NotEqual => {
            if right < left {
                std::mem::swap(&mut left, &mut right);
            }
            // `x == true` is the decision on x, `x == false` its opposite.
            let other = [(&left, &right), (&right, &left)].into_iter().find_map(|(constant, other)| {
                let constant = constant.parse::<bool>().ok()?;
                Some(if constant { other.clone() } else { negated(other) })
            });
            let name = other.unwrap_or_else(|| format!("({left} == {right})"));
            let equal = operator == BinaryOperator::Equal;
            return derived(hole, if equal { name } else { negated(&name) }, place);
        }
        BinaryOperator::Less => "<",
        BinaryOperator::LessEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Modulo => "%",
        BinaryOperator::And => "&&",
        BinaryOperator::Or => "||",
    };
    derived(hole, format!("({left} {word} {right})"), place)
}

/// The opposite of a decision, by its name.
fn negated(name: &str) -> String {
    name.strip_prefix('!').map_or_else(|| format!("!{name}"), str::to_owned)
}

/// A short and canonical text for an operand.
fn operand_name(data: &Data) -> String {
    match data {
        Data::Unknown(hole) => hole.name.to_string(),
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Text(text) => format!("{text:?}"),
        Data::Id(reference) | Data::Resource(reference) | Data::Listing(reference) => reference.address.clone(),
        other => other.as_text().map_or_else(|| "…".to_owned(), |text| text.to_string()),
    }
}

/// Something unknown, and certainly not null, that was made from something unknown.
pub(super) fn derived(hole: &Rc<Hole>, name: String, place: &Place) -> Symbol {
    made_from(hole, name, place, true)
}

/// Something unknown, perhaps null, that was made from something unknown.
pub(super) fn uncertain(hole: &Rc<Hole>, name: String, place: &Place) -> Symbol {
    made_from(hole, name, place, false)
}

fn made_from(hole: &Rc<Hole>, name: String, place: &Place, present: bool) -> Symbol {
    // Names are made from names: without a limit, doubling them would fill the memory.
    let name = if name.len() > 2_000 { place.display() } else { name };
    let hole = Hole {
        reason: hole.reason.clone(),
        place: hole.place.clone(),
        present,
        name: Rc::from(name),
        refused: hole.refused,
    };
    Symbol::new(Data::Unknown(Rc::new(hole)))
}

/// A text with an unknown part: it is there for certain when something else stands around the hole.
pub(super) fn hole_in_text(
    hole: &Rc<Hole>,
    parts: &[Part],
    place: &Place,
    scope: Scope<'_>,
    expression: &Expression,
) -> Symbol {
    let present = parts.iter().any(|part| matches!(part, Part::Literal(text) if !text.is_empty()));
    let hole = Hole {
        reason: hole.reason.clone(),
        place: hole.place.clone().or_else(|| Some(place.clone())),
        present,
        name: Rc::from(scope.name_of(expression)),
        refused: hole.refused,
    };
    Symbol::new(Data::Unknown(Rc::new(hole)))
}

fn no_operand(place: &Place) -> Symbol {
    Symbol::refused("the operator does not take these operands", Some(place.clone()), place.display())
}

fn arithmetic(operator: BinaryOperator, left: f64, right: f64) -> Option<Data> {
    let number = |n: f64| n.is_finite().then_some(Data::Number(n));
    match operator {
        BinaryOperator::Less => Some(Data::Bool(left < right)),
        BinaryOperator::LessEqual => Some(Data::Bool(left <= right)),
        BinaryOperator::Greater => Some(Data::Bool(left > right)),
        BinaryOperator::GreaterEqual => Some(Data::Bool(left >= right)),
        BinaryOperator::Add => number(left + right),
        BinaryOperator::Subtract => number(left - right),
        BinaryOperator::Multiply => number(left * right),
        BinaryOperator::Divide => number(left / right),
        BinaryOperator::Modulo => number(left % right),
        _ => None,
    }
}

/// Whether two known values are equal; nothing when that cannot be told.
pub(super) fn equal(left: &Data, right: &Data) -> Option<bool> {
    match (left, right) {
        (Data::Null, Data::Null) => Some(true),
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => None,
        // The id of a resource is not null and not empty; whether it is some text is not known.
        (Data::Id(_) | Data::Resource(_) | Data::Module(_), Data::Null)
        | (Data::Null, Data::Id(_) | Data::Resource(_) | Data::Module(_)) => Some(false),
        (Data::Id(a), Data::Id(b)) if a.address == b.address => Some(true),
        (Data::Id(_), Data::Text(t)) | (Data::Text(t), Data::Id(_)) if t.is_empty() => Some(false),
        (Data::Null, _) | (_, Data::Null) => Some(false),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Text(a), Data::Text(b)) => Some(a == b),
        // Terraform compares after its conversions of variables, which may have made one a text.
        (Data::Text(_) | Data::Number(_) | Data::Bool(_), Data::Text(_) | Data::Number(_) | Data::Bool(_)) => {
            Some(left.as_text() == right.as_text())
        }
        (Data::List(a), Data::List(b)) | (Data::Set(a), Data::Set(b)) => {
            all_equal(a.iter().zip(b.iter()), a.len() == b.len())
        }
        (Data::Map(a), Data::Map(b)) => {
            let keys = a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.key == y.key);
            all_equal(a.iter().zip(b.iter()).map(|(x, y)| (&x.value, &y.value)), keys)
        }
        (Data::List(_) | Data::Set(_) | Data::Map(_), Data::Text(_) | Data::Number(_) | Data::Bool(_))
        | (Data::Text(_) | Data::Number(_) | Data::Bool(_), Data::List(_) | Data::Set(_) | Data::Map(_)) => Some(false),
        _ => None,
    }
}

fn all_equal<'s>(pairs: impl Iterator<Item = (&'s Symbol, &'s Symbol)>, same_shape: bool) -> Option<bool> {
    if !same_shape {
        return Some(false);
    }
    let mut equal_so_far = Some(true);
    for (left, right) in pairs {
        match equal(left.single()?, right.single()?) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => equal_so_far = None,
        }
    }
    equal_so_far
}
