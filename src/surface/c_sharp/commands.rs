//! Processes that a program starts: the program and its words, in one text or in a list, as .NET and libraries for it
//! take them.

use crate::surface::code::Machine;
use crate::surface::code::evaluate::event;
use crate::surface::code::heap::{Object, ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Symbol};
use crate::surface::sdk::Outside;
use crate::surface::sdk::collections::given;

/// What starts a process.
pub(super) const START: &str = "System.Diagnostics.Process.Start";

/// A process, and what it is started with.
const PROCESS: &str = "System.Diagnostics.Process";
const SETTINGS: &str = "System.Diagnostics.ProcessStartInfo";

/// What runs a process that another class is told of step by step.
const WRAPPED: &str = "CliWrap.Cli.Wrap";

/// A process that is made or started, if a call does so.
pub(super) fn called(machine: &mut Machine<'_>, outside: Outside<'_>, path: &str, call: &Site) -> Option<Symbol> {
    match path {
        SETTINGS => Some(settings(machine, call)),
        PROCESS => {
            let id = machine.external_instance(PROCESS, call);
            let empty = Site { arguments: Vec::new(), ..call.clone() };
            let settings = settings(machine, &empty);
            set(machine, id, "StartInfo", settings, call);
            Some(Symbol::at(Data::Object(id), call.place.clone()))
        }
        WRAPPED => {
            let id = machine.external_instance(WRAPPED, call);
            Some(Symbol::at(Data::Object(id), call.place.clone()))
        }
        START => {
            let id = call.arguments.first()?.symbol.single_object()?;
            let id = Some(id).filter(|id| machine.object(*id).is_some_and(is_settings))?;
            start(machine, outside, id, call);
            Some(Symbol::unknown("a process is not known before it runs", call.place.clone()))
        }
        _ => None,
    }
}

/// A method of a process, or of what becomes one.
pub(super) fn method(
    machine: &mut Machine<'_>,
    outside: Outside<'_>,
    (id, class): (ObjectId, &str),
    name: &str,
    call: &Site,
) -> Option<Symbol> {
    match (class, name) {
        (PROCESS, "Start") => {
            let settings = machine.object(id)?.field("StartInfo")?.single_object()?;
            start(machine, outside, settings, call);
            Some(Symbol::unknown("whether it starts is not known", call.place.clone()))
        }
        (WRAPPED, _) if name.starts_with("With") => Some(Symbol::at(Data::Object(id), call.place.clone())),
        (WRAPPED, _) if name.starts_with("Execute") => {
            let ObjectKind::Instance(instance) = &machine.object(id)?.kind else { return None };
            let program = instance.positional.first()?.symbol.clone();
            let told = instance.events.iter().rev().find(|event| &*event.name == "WithArguments");
            let words = told.and_then(|event| event.arguments.first()).map(|first| first.symbol.clone());
            run(machine, outside, program, words, call);
            None
        }
        _ => None,
    }
}

/// What a process is started with; its list of words is there from the beginning.
fn settings(machine: &mut Machine<'_>, call: &Site) -> Symbol {
    let id = machine.external_instance(SETTINGS, call);
    let list = machine.add(call.place.clone(), ObjectKind::List(Vec::new()));
    set(machine, id, "ArgumentList", Symbol::at(Data::Object(list), call.place.clone()), call);
    Symbol::at(Data::Object(id), call.place.clone())
}

fn set(machine: &mut Machine<'_>, id: ObjectId, name: &str, value: Symbol, call: &Site) {
    let value = given(value, &call.place);
    machine.record(id, event(name, &call.place, false, vec![value]));
}

fn is_settings(object: &Object) -> bool {
    match &object.kind {
        ObjectKind::Instance(instance) => instance.external.as_deref() == Some(SETTINGS),
        _ => false,
    }
}

/// Starts what settings say: a map holds them, where they are written into those of a process.
fn start(machine: &mut Machine<'_>, outside: Outside<'_>, id: ObjectId, call: &Site) {
    let Some(object) = machine.object(id) else { return };
    let positional: &[Passed] = match &object.kind {
        ObjectKind::Instance(instance) => &instance.positional,
        _ => &[],
    };
    let at = |position: usize| positional.get(position).map(|passed| passed.symbol.clone());
    let Some(program) = object.field("FileName").or_else(|| at(0)) else { return };
    let text = object.field("Arguments").or_else(|| at(1));
    let list = object.field("ArgumentList");
    run(machine, outside, program, text.or(list), call);
}

fn run(machine: &mut Machine<'_>, outside: Outside<'_>, program: Symbol, words: Option<Symbol>, call: &Site) {
    let all = [Some(program), words].into_iter().flatten().map(|symbol| given(symbol, &call.place));
    let site = Site { arguments: all.collect(), open: None, ..call.clone() };
    outside.call(machine, START, &site);
}
