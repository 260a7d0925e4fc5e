//! Literals that are given through functions which give them back: `String("…")` of an SDK that takes pointers.
//!
//! Part of the machine. What is said of such a value points at the literal itself, and it is the literal that can be
//! changed.

use super::machine::Machine;
use super::symbol::{Data, Symbol};
use crate::source::Place;
use crate::syntax::code::{Expression, ExpressionKind, Spread};

/// How many functions may stand around a literal.
const WRAPPERS: usize = 4;

impl Machine<'_> {
    /// What is given, where it stands, and whether it is a literal.
    pub(super) fn unwrapped(&self, value: &Expression, symbol: Symbol) -> (Symbol, Place, bool) {
        if is_literal(value) {
            return (symbol, self.place(value.span), true);
        }
        let whole = self.place(value.span);
        let Some(literal) = inner(value) else { return (symbol, whole, false) };
        let place = self.place(literal.span);
        let [only] = symbol.alternatives() else { return (symbol, whole, false) };
        let stands = only.guards.is_empty() && !only.overridable && only.trail.last().is_some_and(|s| s.place == place);
        let data = match (&only.data, &literal.kind) {
            (Data::Text(given), ExpressionKind::Text(written)) if **given == **written => only.data.clone(),
            (Data::Number(given), ExpressionKind::Number(written)) if **given == **written => only.data.clone(),
            _ => return (symbol, whole, false),
        };
        if stands { (Symbol::at(data, place.clone()), place, true) } else { (symbol, whole, false) }
    }
}

/// The literal that functions of one value are around.
fn inner(value: &Expression) -> Option<&Expression> {
    let mut at = value;
    for _ in 0..WRAPPERS {
        let ExpressionKind::Call(call) = &at.kind else { return None };
        let [only] = call.arguments.as_slice() else { return None };
        if only.name.is_some() || only.spread != Spread::No {
            return None;
        }
        at = &only.value;
        if is_literal(at) {
            return Some(at);
        }
    }
    None
}

/// Whether an expression is a text or a number.
fn is_literal(expression: &Expression) -> bool {
    matches!(expression.kind, ExpressionKind::Text(_) | ExpressionKind::Number(_))
}
