//! What starts functions again and again, or at the same time, in .NET: timers, schedules of libraries, and loops
//! whose rounds run beside each other. When such a thing starts is told by the machine.

use crate::surface::code::Machine;
use crate::surface::code::heap::{ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Symbol};
use crate::surface::sdk::collections::{applied, given};

use super::collections;

/// What the machine knows such things by: an interval in milliseconds behind a function, a text of cron, a function
/// for each element of a list.
const INTERVAL: &str = "setInterval";
const CRON: &str = "AddFunc";
const EACH: &str = "map";

/// Texts of cron by the names of what gives them without further words.
const CRONS: [(&str, &str); 6] = [
    ("Minutely", "* * * * *"),
    ("Hourly", "0 * * * *"),
    ("Daily", "0 0 * * *"),
    ("Weekly", "0 0 * * 1"),
    ("Monthly", "0 0 1 * *"),
    ("Yearly", "0 0 1 1 *"),
];

/// The same for names that say how often.
const WORDS: [(&str, &str); 5] = [
    ("EveryMinute", "* * * * *"),
    ("EveryFiveMinutes", "*/5 * * * *"),
    ("EveryTenMinutes", "*/10 * * * *"),
    ("EveryFifteenMinutes", "*/15 * * * *"),
    ("EveryThirtyMinutes", "*/30 * * * *"),
];

/// What stands for a function that is to be scheduled.
const SCHEDULED: &str = "Coravel.<scheduled>";

/// Lengths of units in milliseconds.
const UNITS: [(&str, f64); 5] = [
    ("FromMilliseconds", 1.0),
    ("FromSeconds", 1e3),
    ("FromMinutes", 60e3),
    ("FromHours", 3.6e6),
    ("FromDays", 86.4e6),
];

/// A function that makes or starts something of this kind, if a call is one.
pub(super) fn called(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let nothing = || Some(Symbol::new(Data::Null));
    if let Some(unit) = path.strip_prefix("System.TimeSpan.") {
        let (_, length) = UNITS.iter().find(|(name, _)| *name == unit)?;
        return Some(span(call, amount(call.arguments.first()?)? * length));
    }
    if let Some(name) = path.strip_prefix("Hangfire.Cron.") {
        return cron(name, call).map(|text| Symbol::text(&text, call.place.clone()));
    }
    match path {
        "System.TimeSpan" => {
            let all: Option<Vec<f64>> = call.arguments.iter().map(amount).collect();
            let milliseconds = match all?.as_slice() {
                [hours, minutes, seconds] => hours * 3.6e6 + minutes * 60e3 + seconds * 1e3,
                [days, hours, minutes, seconds] => days * 86.4e6 + hours * 3.6e6 + minutes * 60e3 + seconds * 1e3,
                _ => return None,
            };
            Some(span(call, milliseconds))
        }
        "System.Threading.Timer" => {
            let [function, _, _, period] = call.arguments.as_slice() else { return None };
            starts(machine, INTERVAL, &[function, period], call).then(nothing)?
        }
        "Hangfire.RecurringJob.AddOrUpdate" => recurring(machine, call).then(nothing)?,
        "System.<together>" => {
            let [function, all] = call.arguments.as_slice() else { return None };
            side_by_side(machine, function, all, call);
            nothing()
        }
        "System.Threading.Tasks.Parallel.ForEach" | "System.Threading.Tasks.Parallel.ForEachAsync" => {
            let (all, rest) = call.arguments.split_first()?;
            let function = rest.iter().rfind(|passed| is_function(passed))?;
            side_by_side(machine, function, all, call);
            nothing()
        }
        _ => None,
    }
}

/// A method of something outside that starts a function again and again.
pub(super) fn method(machine: &mut Machine<'_>, id: Option<ObjectId>, name: &str, call: &Site) -> Option<Symbol> {
    let nothing = Some(Symbol::new(Data::Null));
    match name {
        "Elapsed" | "Tick" => {
            let [function] = call.arguments.as_slice() else { return None };
            let period = period(machine, id?, call)?;
            starts(machine, INTERVAL, &[function, &period], call).then_some(nothing)?
        }
        "AddOrUpdate" => recurring(machine, call).then_some(nothing)?,
        "Schedule" | "ScheduleAsync" => {
            let [function] = call.arguments.as_slice() else { return None };
            let made = || Data::Object(machine.external_instance(SCHEDULED, call));
            is_function(function).then(made).map(|data| Symbol::at(data, call.place.clone()))
        }
        _ => scheduled(machine, id?, name, call).then_some(nothing)?,
    }
}

/// `Schedule(() => …).EveryThirtyMinutes()`: starts the function that is to be scheduled, if an object holds one.
fn scheduled(machine: &mut Machine<'_>, id: ObjectId, name: &str, call: &Site) -> bool {
    let function = machine.object(id).and_then(|object| match &object.kind {
        ObjectKind::Instance(made) if made.external.as_deref() == Some(SCHEDULED) => made.positional.first().cloned(),
        _ => None,
    });
    let numbers: Vec<f64> = call.arguments.iter().filter_map(amount).collect();
    let text = match (name, numbers.as_slice()) {
        ("Cron", _) => call.arguments.first().and_then(|given| given.symbol.single_text()).map(ToString::to_string),
        ("HourlyAt", [minute]) => Some(format!("{minute} * * * *")),
        ("DailyAtHour", [hour]) => Some(format!("0 {hour} * * *")),
        ("DailyAt", [hour, minute]) => Some(format!("{minute} {hour} * * *")),
        _ => WORDS.iter().chain(&CRONS).find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned()),
    };
    let (Some(function), Some(text)) = (function, text) else { return false };
    let schedule = given(Symbol::text(&text, call.name.clone()), &call.name);
    starts(machine, CRON, &[&schedule, &function], call)
}

/// How long a timer waits; nothing for one that runs once.
fn period(machine: &Machine<'_>, id: ObjectId, call: &Site) -> Option<Passed> {
    let object = machine.object(id)?;
    let again = object.field("AutoReset").and_then(|again| match again.single() {
        Some(Data::Bool(again)) => Some(*again),
        _ => None,
    });
    let ObjectKind::Instance(instance) = &object.kind else { return None };
    instance.external.as_deref()?;
    let set = instance.events.iter().rev().find(|event| !event.method && &*event.name == "Interval");
    let set = set.and_then(|event| event.arguments.first()).or_else(|| instance.positional.first());
    let unknown = || given(Symbol::unknown("the interval is not known", call.place.clone()), &call.place);
    (again != Some(false)).then(|| set.cloned().unwrap_or_else(unknown))
}

fn span(call: &Site, milliseconds: f64) -> Symbol {
    Symbol::at(Data::Number(format!("{milliseconds}").into()), call.place.clone())
}

fn amount(given: &Passed) -> Option<f64> {
    match given.symbol.single()? {
        Data::Number(number) => number.parse().ok(),
        _ => None,
    }
}

fn is_function(passed: &Passed) -> bool {
    matches!(passed.symbol.single(), Some(Data::Function(_)))
}

/// Lets the machine start a function, if it is one.
fn starts(machine: &mut Machine<'_>, how: &str, given: &[&Passed], call: &Site) -> bool {
    let arguments = given.iter().map(|passed| Passed { name: None, ..(*passed).clone() }).collect();
    machine.started(how, &Site { arguments, open: None, ..call.clone() })
}

/// The text of cron that a function of a library gives.
fn cron(name: &str, call: &Site) -> Option<String> {
    let numbers: Option<Vec<f64>> = call.arguments.iter().map(amount).collect();
    let plain = || CRONS.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
    match (name, numbers?.as_slice()) {
        (_, []) => plain(),
        ("Hourly", [minute]) => Some(format!("{minute} * * * *")),
        ("Daily", [hour]) => Some(format!("0 {hour} * * *")),
        ("Daily", [hour, minute]) => Some(format!("{minute} {hour} * * *")),
        ("MinuteInterval", [minutes]) => Some(format!("*/{minutes} * * * *")),
        ("HourInterval", [hours]) => Some(format!("0 */{hours} * * *")),
        ("DayInterval", [days]) => Some(format!("0 0 */{days} * *")),
        ("Weekly", _) => plain(),
        _ => None,
    }
}

/// `AddOrUpdate("id", () => …, "0 3 * * *")`: a function and a text of cron, or what gives one.
fn recurring(machine: &mut Machine<'_>, call: &Site) -> bool {
    let Some(at) = call.arguments.iter().position(is_function) else { return false };
    let Some(function) = call.arguments.get(at) else { return false };
    let mut behind = call.arguments.iter().skip(at + 1);
    let schedule = behind.find_map(|passed| match passed.symbol.single()? {
        Data::Text(_) => Some(passed.clone()),
        Data::External(path) => {
            let name = path.strip_prefix("Hangfire.Cron.")?;
            let empty = Site { arguments: Vec::new(), ..call.clone() };
            let symbol = Symbol::text(&cron(name, &empty)?, passed.place.clone());
            Some(Passed { symbol, ..passed.clone() })
        }
        _ => None,
    });
    schedule.is_some_and(|schedule| starts(machine, CRON, &[&schedule, function], call))
}

/// Runs a function for each element at the same time; where the elements are not known, for one that is not.
fn side_by_side(machine: &mut Machine<'_>, function: &Passed, all: &Passed, call: &Site) {
    let site = Site { arguments: vec![all.clone()], open: None, ..call.clone() };
    let each = collections::each(machine, &site).unwrap_or_else(|| all.symbol.clone());
    let arguments = vec![function.clone(), Passed { symbol: each, ..all.clone() }];
    if !machine.side_by_side(EACH, &Site { arguments, open: None, ..call.clone() }) {
        let unknown = Symbol::unknown("its elements are not known", all.place.clone());
        applied(machine, &function.symbol, &[unknown], call);
    }
}
