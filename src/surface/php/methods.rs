//! Methods of PHP's arrays that only a loop calls, and those of collections.

use crate::source::Place;
use crate::surface::code::Machine;
use crate::surface::code::heap::{ObjectId, ObjectKind};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::collections::{Part, applied, elements, list, parts};

/// A method of a list or a map; the first ones no program can name.
pub(super) fn method(machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
    let itself = || Symbol::one_of(vec![Possible { guards: Vec::new(), ..receiver.clone() }], &call.place);
    let id = match &receiver.data {
        Data::Object(id) => *id,
        Data::Unknown(_) if name.starts_with('<') => return Some(itself()),
        Data::Function(_) if name == "__invoke" || name == "call" => {
            let values: Vec<Symbol> = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
            return Some(applied(machine, &itself(), &values, call));
        }
        _ => return None,
    };
    if !matches!(machine.object(id)?.kind, ObjectKind::List(_) | ObjectKind::Map(_)) {
        return None;
    }
    match name {
        "<values>" => parts(machine, id, Part::Values, call),
        "<pairs>" => parts(machine, id, Part::Pairs, call),
        "<push>" => {
            let more = call.arguments.iter().map(|passed| passed.symbol.clone()).collect();
            push(machine, id, more, &call.place);
            Some(Symbol::new(Data::Null))
        }
        "each" | "map" => {
            let values = parts(machine, id, Part::Values, call)?;
            let function = call.arguments.first()?.symbol.clone();
            Some(each(machine, &values, &function, call))
        }
        "all" | "values" | "toArray" => Some(itself()),
        _ => None,
    }
}

/// Adds elements to an array. An empty one becomes a list.
pub(super) fn push(machine: &mut Machine<'_>, id: ObjectId, more: Vec<Symbol>, place: &Place) {
    if let Some(object) = machine.heap.get_mut(id)
        && matches!(&object.kind, ObjectKind::Map(entries) if entries.is_empty())
    {
        object.kind = ObjectKind::List(Vec::new());
    }
    machine.extend_list(id, Some(more), place);
}

/// A list of what a function gives for each element.
pub(super) fn each(machine: &mut Machine<'_>, values: &Symbol, function: &Symbol, call: &Site) -> Symbol {
    let Some(known) = elements(machine, values) else {
        let unknown = Symbol::unknown("its elements are not known", call.place.clone());
        applied(machine, function, &[unknown], call);
        return Symbol::unknown("its elements are not known", call.place.clone());
    };
    let results: Vec<Symbol> = known.into_iter().map(|value| applied(machine, function, &[value], call)).collect();
    list(machine, results, call)
}
