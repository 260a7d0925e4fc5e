//! What starts the functions of a program again and again: libraries of schedules, timers, endless loops that sleep.
//!
//! Part of the machine. The names of such libraries are facts about them, whatever the program does with them; what
//! starts is told with the text of the schedule as it is written. What cannot be read is a schedule of unknown rate.

use core::time::Duration;
use std::rc::Rc;
use std::sync::Arc;

use super::heap::{ObjectKind, Passed};
use super::machine::{Closure, Machine, Site};
use super::symbol::{Data, Symbol};
use crate::model::{Often, Runs, Start};
use crate::source::Place;
use crate::syntax::code::{CallExpression, Expression, ExpressionKind, Statement, StatementKind};
use crate::syntax::schedule::{self, Schedule};

/// How a function is told when to start another one.
#[derive(Clone, Copy)]
enum Form {
    /// `every(30).minutes.do(job)`: in the words of the call.
    Chain,
    /// By arguments with the names of units or of fields: `"interval", minutes=30`, `"cron", hour="*/2"`.
    Fields,
    /// By a text of cron, the first one of the texts that is one.
    Cron,
    /// By a job and what it runs, each made by a function of its own: `NewJob(DurationJob(…), NewTask(job))`.
    Job,
    /// By a number of milliseconds in front of everything.
    Every,
    /// By a number of milliseconds behind the function.
    Milliseconds,
    /// By the third value, with the unit as the fourth one, or in milliseconds.
    Period,
}

/// Functions and methods that start what they are given, by the last part of their names.
const STARTERS: &[(&str, Form)] = &[
    ("do", Form::Chain),
    ("Do", Form::Chain),
    ("NewJob", Form::Job),
    ("AddJob", Form::Cron),
    ("scheduleJob", Form::Cron),
    ("CronJob", Form::Cron),
    ("Cron", Form::Cron),
    ("add_job", Form::Fields),
    ("scheduled_job", Form::Fields),
    ("AddFunc", Form::Cron),
    ("setInterval", Form::Milliseconds),
    ("scheduleAtFixedRate", Form::Period),
    ("scheduleWithFixedDelay", Form::Period),
    ("schedule", Form::Cron),
];

/// What a function is called in front of itself that is started by a schedule, with the same forms.
const MARKS: &[(&str, Form)] = &[
    ("scheduled_job", Form::Fields),
    ("repeat", Form::Chain),
    ("Scheduled", Form::Fields),
    ("Cron", Form::Cron),
    ("Interval", Form::Every),
    ("TimerTrigger", Form::Cron),
];

/// Functions that sleep, and how long one of their units is.
const SLEEPS: &[(&str, f64)] = &[
    ("time.sleep", 1.0),
    ("sleep", 1.0),
    ("Thread.sleep", 0.001),
    ("time.Sleep", 1e-9),
    ("Thread.Sleep", 0.001),
    ("Task.Delay", 0.001),
];

/// The method of a timer that waits for the end of its interval.
const TICK: &str = "WaitForNextTickAsync";

/// The names under which a map holds a text of cron and a function.
const BY_NAME: [&str; 2] = ["cronTime", "onTick"];

/// What makes an object that runs a function: the function, then what it is given.
const TASKS: [&str; 2] = ["NewTask", "FuncJob"];

/// What gives a value at every interval, by the function that makes it and the field that has the values.
const TICKERS: &[(&str, Option<&str>)] = &[("time.NewTicker", Some("C")), ("time.Tick", None), ("time.After", None)];

/// The call that waits for such a value.
const RECEIVE: &str = "<receive>";

/// Names of units, how they end in different libraries, and their seconds.
const UNITS: &[(&str, f64)] = &[
    ("millisecond", 0.001),
    ("second", 1.0),
    ("minute", 60.0),
    ("hour", 3_600.0),
    ("day", 86_400.0),
    ("week", 604_800.0),
];

/// The fields of a schedule by name, from the least to the greatest.
const FIELDS: [&str; 5] = ["minute", "hour", "day", "month", "day_of_week"];

impl Machine<'_> {
    /// How often what is walked now runs.
    pub(crate) fn runs(&self) -> Runs {
        self.around.clone()
    }

    /// Walks a function that a schedule starts, if a call outside registers one. What is given for it is given to it.
    pub(crate) fn started(&mut self, name: &str, site: &Site) -> bool {
        let name = name.rsplit('.').next().unwrap_or(name);
        let by_name = self.job_by_name(site);
        let site = by_name.as_ref().unwrap_or(site);
        // `CronJob.from({ cronTime, onTick })`
        let name = if by_name.is_some() { "CronJob" } else { name };
        let Some((_, form)) = STARTERS.iter().find(|(known, _)| *known == name) else { return false };
        let found = site.arguments.iter().enumerate().find_map(|(at, passed)| Some((at, self.job_of(passed)?)));
        let Some((at, (closure, own))) = found else { return false };
        let Some(start) = self.start(*form, site) else { return false };
        let given = match form {
            Form::Chain => site.arguments.iter().skip(at + 1).cloned().collect(),
            Form::Fields => self.listed(site, "args"),
            _ => own,
        };
        let given = Site { arguments: given, open: None, ..site.clone() };
        self.as_started(vec![start], &closure, |machine| drop(machine.call_closure(&closure, &given)));
        true
    }

    /// A schedule and a function that stand in one map, as they would stand by themselves.
    fn job_by_name(&self, site: &Site) -> Option<Site> {
        let [passed] = site.arguments.as_slice() else { return None };
        let ObjectKind::Map(entries) = &self.object(passed.symbol.single_object()?)?.kind else { return None };
        let arguments: Option<Vec<Passed>> = BY_NAME
            .iter()
            .map(|name| {
                let entry = entries.iter().find(|entry| &*entry.key == *name)?;
                let place = entry.value_place.clone();
                Some(Passed {
                    name: None,
                    symbol: entry.value.clone(),
                    place: place.clone(),
                    whole: place,
                    literal: false,
                })
            })
            .collect();
        Some(Site { arguments: arguments?, ..site.clone() })
    }

    /// The function that is given, by itself or in an object that runs it with what else it holds.
    fn job_of(&self, passed: &Passed) -> Option<(Rc<Closure>, Vec<Passed>)> {
        match passed.symbol.single()? {
            Data::Function(closure) => Some((Rc::clone(closure), Vec::new())),
            Data::Object(id) => {
                let ObjectKind::Instance(instance) = &self.object(*id)?.kind else { return None };
                let made = instance.external.as_deref()?.rsplit('.').next()?;
                let (first, rest) = instance.positional.split_first().filter(|_| TASKS.contains(&made))?;
                let Some(Data::Function(closure)) = first.symbol.single() else { return None };
                Some((Rc::clone(closure), rest.to_vec()))
            }
            _ => None,
        }
    }

    /// The schedule that an object is which a library makes: of an interval, of days, or of a text of cron.
    fn job(&self, given: &Passed) -> Option<(Place, Often)> {
        let ObjectKind::Instance(instance) = &self.object(given.symbol.single_object()?)?.kind else { return None };
        let first = instance.positional.first()?;
        let place = first.place.clone();
        match instance.external.as_deref()?.rsplit('.').next()? {
            "DurationJob" => Some((place, unit_amounts(first, 1e-9))),
            "DailyJob" => Some((place, unit_amounts(first, 86_400.0))),
            "WeeklyJob" => Some((place, unit_amounts(first, 604_800.0))),
            "CronJob" => Some((place, Often::from(schedule::cron(first.symbol.single_text()?)))),
            _ => None,
        }
    }

    /// The starts that are written in front of a function.
    pub(super) fn marked(&mut self, closure: &Closure) -> Vec<Start> {
        let mut starts = Vec::new();
        for decorator in &closure.function.decorators {
            let ExpressionKind::Call(call) = &decorator.kind else { continue };
            let place = Place::new(&closure.source, decorator.span);
            let called = Place::new(&closure.source, call.function.span);
            let name = called.text().rsplit('.').next().unwrap_or_default().trim().to_owned();
            let Some((_, form)) = MARKS.iter().find(|(known, _)| *known == name) else { continue };
            let site = self.site(call, &place, call.function.span);
            starts.extend(self.start(*form, &site));
        }
        starts
    }

    /// Walks something as a program of its own that these schedules start.
    pub(super) fn as_started(&mut self, starts: Vec<Start>, closure: &Closure, walk: impl FnOnce(&mut Self)) {
        let program = format!("{}#{}", closure.source.path(), closure.function.span.start);
        let around = std::mem::replace(&mut self.around, Runs { starts, program, ..Runs::default() });
        let fan = self.without_fan();
        walk(self);
        self.restore_fan(fan);
        self.around = around;
    }

    /// Walks something that goes on by itself once its program runs.
    pub(super) fn as_program(&mut self, start: Start, walk: impl FnOnce(&mut Self)) {
        let program = start.place.display();
        let around = std::mem::replace(&mut self.around, Runs { starts: vec![start], program, ..Runs::default() });
        let fan = self.without_fan();
        walk(self);
        self.restore_fan(fan);
        self.around = around;
    }

    /// The start of an endless loop that sleeps or waits for a timer in each round; nothing when it is none.
    pub(super) fn endless(&mut self, condition: &Expression, body: &[Statement]) -> Option<Start> {
        if let Some(start) = self.ticking(condition) {
            return Some(start).filter(|_| !super::rounds::may_end(body, 0));
        }
        if !is_endless(condition) || super::rounds::may_end(body, 0) {
            return None;
        }
        let ticked = body.iter().find_map(|statement| match &statement.kind {
            StatementKind::Expression(value) | StatementKind::Assign(_, value) => received(value),
            _ => None,
        });
        if let Some(channel) = ticked {
            let symbol = self.evaluate(channel);
            return self.ticks(&symbol);
        }
        let pause = body.iter().find_map(|statement| match &statement.kind {
            StatementKind::Expression(Expression { kind: ExpressionKind::Call(call), span }) => {
                Some((call.as_ref(), self.place(*span))).filter(|(call, _)| self.sleep_unit(call).is_some())
            }
            _ => None,
        });
        let (call, place) = pause?;
        let unit = self.sleep_unit(call)?;
        let site = self.site(call, &place, call.function.span);
        let given = site.arguments.first()?;
        let text = place.text().to_owned();
        let often = match amount(given) {
            Some((number, fixed)) => rate(schedule::pause(seconds(number * unit)), fixed),
            None => Often::Unknown("how long it sleeps is not known".to_owned()),
        };
        Some(Start::new(place, text, often))
    }

    /// The start of what is done in an endless loop each time that a timer gives a value.
    pub(super) fn received(&mut self, condition: &Expression, body: &[Statement]) -> Option<Start> {
        let channel = received(condition).filter(|_| self.endless_loops > 0)?;
        let symbol = self.evaluate(channel);
        self.ticks(&symbol).filter(|_| !super::rounds::may_end(body, 0))
    }

    /// The start that a timer is, if something is one.
    pub(crate) fn ticks(&self, symbol: &Symbol) -> Option<Start> {
        let (id, field) = match symbol.single()? {
            Data::Object(id) => (*id, None),
            Data::Unknown(hole) => (hole.origin?, hole.method.as_deref()),
            _ => return None,
        };
        let ObjectKind::Instance(instance) = &self.object(id)?.kind else { return None };
        let made = instance.external.as_deref()?;
        TICKERS.iter().find(|(known, has)| *known == made && *has == field)?;
        let given = instance.positional.first()?;
        Some(Start::new(given.place.clone(), given.place.text(), unit_amounts(given, 1e-9)))
    }

    /// The start of each round of a loop whose condition waits for a timer.
    fn ticking(&mut self, condition: &Expression) -> Option<Start> {
        let ExpressionKind::Call(call) = &condition.kind else { return None };
        let ExpressionKind::Member(timer, name) = &call.function.kind else { return None };
        if name.name != TICK {
            return None;
        }
        let timer = self.evaluate(timer).single_object()?;
        let ObjectKind::Instance(instance) = &self.object(timer)?.kind else { return None };
        let given = instance.positional.first()?;
        Some(Start::new(given.place.clone(), given.place.text().to_owned(), unit_amounts(given, 0.001)))
    }

    fn sleep_unit(&self, call: &CallExpression) -> Option<f64> {
        let called = self.place(call.function.span);
        SLEEPS.iter().find(|(name, _)| called.text() == *name).map(|(_, unit)| *unit)
    }

    /// The start that a call registers; nothing when it is no schedule after all.
    fn start(&self, form: Form, site: &Site) -> Option<Start> {
        let (place, often) = match form {
            Form::Chain => (site.function.clone(), chain(site.place.text())?),
            Form::Fields => fields(site)?,
            Form::Cron => {
                if let Some(start) = site.arguments.first().and_then(named_cron) {
                    return Some(start);
                }
                let read = |given: &Passed| {
                    let text = given.symbol.single_text()?;
                    let read = schedule::cron(text).or_else(|_| schedule::spring(text)).ok()?;
                    Some(Start::of(given.place.clone(), text.to_string(), Ok(read)))
                };
                return site.arguments.iter().take(2).find_map(read);
            }
            Form::Job => self.job(site.arguments.first()?)?,
            Form::Every => {
                let given = site.arguments.iter().find(|given| amount(given).is_some())?;
                (given.place.clone(), unit_amounts(given, 0.001))
            }
            Form::Milliseconds => {
                let given = site.arguments.get(1)?;
                (given.place.clone(), unit_amounts(given, 0.001))
            }
            Form::Period => {
                let given = site.arguments.get(2)?;
                let unit =
                    site.arguments.get(3).map(|unit| unit_of(unit.place.text().rsplit('.').next().unwrap_or_default()));
                let unit = unit.unwrap_or(Some(0.001))?;
                (given.place.clone(), unit_amounts(given, unit))
            }
        };
        let text = place.text().to_owned();
        Some(Start::new(place, text, often))
    }

    /// The elements of a list that is given by its name.
    fn listed(&self, site: &Site, name: &str) -> Vec<Passed> {
        let given = site.arguments.iter().find(|p| p.name.as_ref().is_some_and(|(own, _)| &**own == name));
        let Some(given) = given else { return Vec::new() };
        let elements = given.symbol.alternatives().first().and_then(|only| self.rounds(only)).unwrap_or_default();
        elements.into_iter().map(|symbol| Passed { name: None, symbol, ..given.clone() }).collect()
    }
}

/// How often a rate is, for certain only where the number is fixed.
fn rate(schedule: Result<Schedule, String>, fixed: bool) -> Often {
    match Often::from(schedule) {
        Often::Times(times) if !fixed => Often::AtMost(times),
        often => often,
    }
}

fn seconds(number: f64) -> Duration {
    Duration::try_from_secs_f64(number).unwrap_or_default()
}

/// How often something is that is given as a number of units.
pub(super) fn unit_amounts(given: &Passed, unit: f64) -> Often {
    match amount(given) {
        Some((number, fixed)) => rate(schedule::every(seconds(number * unit)), fixed),
        None => Often::Unknown(format!("`{}` is not known", super::run::short(given.place.text()))),
    }
}

/// Whether a loop goes on for ever by its condition.
pub(super) fn is_endless(condition: &Expression) -> bool {
    match &condition.kind {
        ExpressionKind::Bool(value) => *value,
        ExpressionKind::Number(number) => number == "1",
        _ => false,
    }
}

/// What is waited for, if an expression does.
fn received(expression: &Expression) -> Option<&Expression> {
    let ExpressionKind::Call(call) = &expression.kind else { return None };
    let waits = matches!(&call.function.kind, ExpressionKind::Name(name) if name == RECEIVE);
    call.arguments.first().filter(|_| waits).map(|argument| &argument.value)
}

/// A number that is given, and whether nobody outside may set another one: a value, or a product as it is written.
pub(super) fn amount(given: &Passed) -> Option<(f64, bool)> {
    if let [only] = given.symbol.alternatives()
        && let Data::Number(text) | Data::Text(text) = &only.data
    {
        return Some((text.parse().ok()?, !only.overridable));
    }
    // A product that has a name is read where it stands.
    let named = given.symbol.alternatives().first().filter(|only| !only.overridable && only.guards.is_empty());
    let named = named.filter(|_| given.symbol.alternatives().len() == 1).and_then(|only| match &only.data {
        Data::Unknown(hole) => hole.place.as_ref(),
        _ => None,
    });
    let mut product = 1.0;
    for factor in named.unwrap_or(&given.place).text().split('*') {
        let factor = factor.trim();
        let factor = factor.strip_prefix("time.Duration(").and_then(|f| f.strip_suffix(')')).unwrap_or(factor);
        let number: Option<f64> = factor.replace('_', "").parse().ok();
        // In Go, units are numbers of nanoseconds.
        let unit = factor.strip_prefix("time.").and_then(unit_of).map(|seconds| seconds * 1e9);
        product *= number.or(unit)?;
    }
    Some((product, true))
}

/// The seconds of a unit, whatever its case and number.
pub(super) fn unit_of(name: &str) -> Option<f64> {
    let lower = name.trim().to_ascii_lowercase();
    let lower = lower.strip_suffix('s').unwrap_or(&lower);
    UNITS.iter().find(|(unit, _)| *unit == lower).map(|(_, seconds)| *seconds)
}

/// The seconds of a length of time as texts give it: `PT1H30M`, `30m`, `1h30m`.
pub(super) fn duration(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    let mut rest = lower.strip_prefix("pt").unwrap_or(&lower);
    let mut total = 0.0;
    if rest.is_empty() || rest.len() > 20 {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: f64 = rest.get(..digits)?.parse().ok()?;
        let behind = rest.get(digits..)?;
        let letters = behind.len() - behind.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let length = match behind.get(..letters)? {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return None,
        };
        total += number * length;
        rest = behind.get(letters..)?;
    }
    Some(total)
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// `CronExpression.EVERY_30_MINUTES`, as one library names its texts of cron.
fn named_cron(given: &Passed) -> Option<Start> {
    let Some(Data::External(path)) = given.symbol.single() else { return None };
    let (_, words) = path.rsplit_once(".EVERY_")?;
    let words = words.split("_AT_").next()?.to_ascii_lowercase();
    let (number, unit) = words.split_once('_').unwrap_or(("1", &words));
    let length = number.parse::<f64>().ok()? * unit_of(unit)?;
    let place = given.place.clone();
    Some(Start::new(place.clone(), place.text(), rate(schedule::every(seconds(length)), true)))
}

/// `every(30).minutes`, `every().day.at("10:30")`, `Every("30m")`, `Cron("0 * * * *")`; nothing when no interval is
/// there.
fn chain(text: &str) -> Option<Often> {
    if let Some((_, rest)) = text.split_once(".Cron(\"") {
        return Some(Often::from(schedule::cron(rest.split('"').next()?)));
    }
    let text = without_space(text).replacen("Every(", "every(", 1);
    let (_, rest) = text.split_once("every(")?;
    if let Some(length) = rest.split(')').next().and_then(|own| duration(own.trim_matches('"'))) {
        return Some(rate(schedule::every(seconds(length)), true));
    }
    let (number, rest) = rest.split_once(')')?;
    let unit: String = rest.strip_prefix('.')?.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    let weekday = unit.ends_with("day") && unit != "day";
    let unit = if weekday { Some(86_400.0) } else { unit_of(&unit) }?;
    let number = if number.is_empty() { Some(1.0) } else { number.parse::<f64>().ok() };
    Some(match number {
        Some(number) => rate(schedule::every(seconds(number * unit)), true),
        None => Often::Unknown("the interval is not known".to_owned()),
    })
}

/// A schedule by names: units of an interval, fields of a date, a text of cron, a rate in milliseconds.
pub(super) fn fields(site: &Site) -> Option<(Place, Often)> {
    let named = |name: &str| site.arguments.iter().find(|p| p.name.as_ref().is_some_and(|(own, _)| &**own == name));
    if let Some(given) = named("cron") {
        let text = given.symbol.single_text()?;
        let read = schedule::spring(text);
        return Some((given.place.clone(), Often::from(read)));
    }
    let own = named("timeUnit").and_then(|unit| unit_of(unit.place.text().rsplit('.').next()?));
    for name in ["fixedRate", "fixedDelay", "fixedRateString", "fixedDelayString", "every"] {
        if let Some(given) = named(name) {
            let often = match text_of(given).and_then(|text| duration(&text)) {
                Some(length) => rate(schedule::every(seconds(length)), true),
                None => unit_amounts(given, own.unwrap_or(0.001)),
            };
            return Some((given.place.clone(), often));
        }
    }
    let words: Vec<String> = FIELDS.iter().filter_map(|field| Some(text_of(named(field)?)?.to_string())).collect();
    let given_fields = FIELDS.iter().filter(|field| named(field).is_some()).count();
    if given_fields > 0 {
        let first = FIELDS.iter().find_map(|field| named(field))?;
        if words.len() < given_fields {
            return Some((first.place.clone(), Often::Unknown("a field of it is not known".to_owned())));
        }
        // What is smaller than the smallest one that is given is at its beginning, what is greater is any.
        let smallest = FIELDS.iter().position(|field| named(field).is_some()).unwrap_or(0);
        let fields: Vec<String> = FIELDS
            .iter()
            .enumerate()
            .map(|(number, field)| match named(field).and_then(text_of) {
                // Days of the week are counted from Monday by some; how many starts a day has is the same.
                Some(text) if number == 4 && text.contains(|c: char| c.is_ascii_digit()) => "*".to_owned(),
                Some(text) => text.to_string(),
                None if number < smallest && number < 2 => "0".to_owned(),
                None => "*".to_owned(),
            })
            .collect();
        return Some((first.whole.clone(), Often::from(schedule::cron(&fields.join(" ")))));
    }
    let mut total = 0.0;
    let mut fixed = true;
    let mut first: Option<&Passed> = None;
    for passed in &site.arguments {
        let Some(unit) = passed.name.as_ref().and_then(|(name, _)| unit_of(name).filter(|_| name.ends_with('s')))
        else {
            continue;
        };
        first = first.or(Some(passed));
        let Some((number, own)) = amount(passed) else {
            return Some((passed.place.clone(), Often::Unknown("the interval is not known".to_owned())));
        };
        total += number * unit;
        fixed &= own;
    }
    let first = first?;
    Some((first.whole.clone(), rate(schedule::every(seconds(total)), fixed)))
}

fn text_of(given: &Passed) -> Option<Arc<str>> {
    match given.symbol.single()? {
        Data::Text(text) | Data::Number(text) => Some(Arc::clone(text)),
        _ => None,
    }
}
