//! How often a call runs, and what else may run at the same time.
//!
//! A surface says what it sees around a call; adding up and comparing with a limit is done elsewhere.

use std::sync::Arc;

use super::value::{Guard, Step};
use crate::source::Place;
use crate::syntax::schedule::{EVERY_DAY, Schedule};

/// How often a call runs.
#[derive(Debug, Clone, Default)]
pub struct Runs {
    /// The schedules that start the program with the call, each by itself; they add up. Empty when none in sight
    /// does: then the call runs whenever somebody runs its program.
    pub starts: Vec<Start>,
    /// The loops around the call within one run of its program, outermost first. Loops that wait for something or
    /// try again until it works are not among them: they do not multiply calls.
    pub repeats: Vec<Repeat>,
    /// With what the call may run at the same time.
    pub lanes: Vec<Lane>,
    /// What is started as a whole: calls of one program add up within a run of it. Empty means the file of the call.
    pub program: String,
    /// What stands for the id of what the call is made against where that is known only later. Absent where nothing does.
    pub target: Option<Target>,
}

/// What stands for an id that is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Calls of one program with the same name here are made against the same thing.
    pub name: Arc<str>,
    /// Whether it is the thing itself that is named (the address of a resource), not a value that may be any.
    pub certain: bool,
}

/// A schedule that starts a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Where the schedule is written.
    pub place: Place,
    /// The schedule as it is written, e.g. `*/30 * * * *`.
    pub text: String,
    /// How often it starts the program on the day on which it does so most often.
    pub per_day: Often,
    /// The days of the week on which it may start it, Sunday being bit 0: starts that share no day do not add up.
    pub weekdays: u8,
    /// Whether it keeps to some dates: two such starts may never fall on one day.
    pub dated: bool,
    /// The hours of the day in which it starts it, a bit each, in the zone of the schedule; absent where that is not certain.
    pub hours: Option<u32>,
    /// Which of several visits of the call it makes: guards of kind [`super::GuardKind::Iteration`] that stand on the
    /// values of that visit. Empty means all of them.
    pub guards: Vec<Guard>,
    /// The way from the schedule to the program with the call: the line of a crontab, the target of a Makefile.
    pub steps: Vec<Step>,
}

impl Start {
    /// A start on any day of the week that makes every visit of the call, with no way in between.
    #[must_use]
    pub fn new(place: Place, text: impl Into<String>, per_day: Often) -> Self {
        let text = text.into();
        Self {
            place,
            text,
            per_day,
            weekdays: EVERY_DAY,
            dated: false,
            hours: None,
            guards: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// A start by a schedule that was read, or could not be read for a reason.
    #[must_use]
    pub fn of(place: Place, text: impl Into<String>, schedule: Result<Schedule, String>) -> Self {
        let weekdays = schedule.as_ref().map_or(EVERY_DAY, |schedule| schedule.weekdays);
        let dated = schedule.as_ref().is_ok_and(|schedule| schedule.dated);
        let hours = schedule.as_ref().ok().and_then(|schedule| schedule.hours);
        Self { weekdays, dated, hours, ..Self::new(place, text, Often::from(schedule)) }
    }
}

impl Often {
    /// The same number as a bound.
    #[must_use]
    pub fn at_most(&self) -> Self {
        match self {
            Self::Times(times) => Self::AtMost(*times),
            other => other.clone(),
        }
    }
}

impl From<Result<Schedule, String>> for Often {
    fn from(schedule: Result<Schedule, String>) -> Self {
        match schedule {
            Ok(schedule) if schedule.exact => Self::Times(schedule.per_day),
            Ok(schedule) => Self::AtMost(schedule.per_day),
            Err(reason) => Self::Unknown(reason),
        }
    }
}

/// A number that may not be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Often {
    /// This many, for certain.
    Times(u64),
    /// At most this many, perhaps fewer.
    AtMost(u64),
    /// Nobody can tell before it runs; why, as a fragment for people.
    Unknown(String),
}

/// A loop around a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeat {
    /// Where the loop is written: its head.
    pub place: Place,
    /// How many rounds it makes.
    pub times: Often,
    /// The key of the [`super::Guard`]s of kind [`super::GuardKind::Iteration`] that its rounds put on values; absent
    /// when no value of the call depends on the round.
    pub key: Option<Arc<str>>,
    /// Whether each round takes another element, so that a value which is not known differs from round to round.
    pub distinct: bool,
}

/// A way of running beside others. Two calls of one group in different lanes run at the same time, unless one of the
/// lanes is over before the other one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// What runs its parts at the same time: a script with background jobs, a Terraform module, a workflow.
    pub group: Arc<str>,
    /// Which part.
    pub number: u32,
    /// The parts of the group that are over before this one begins, those before them included.
    pub after: Vec<u32>,
    /// Whether the part runs beside itself: a round of a loop in the background, `xargs -P`.
    pub beside_itself: bool,
    /// Where one sees that: `&`, `-P 4`, `parallel`.
    pub place: Place,
    /// What one sees there, a fragment for people: "runs in the background".
    pub label: String,
    /// Whether whoever makes the call waits and tries again while another one is running.
    pub retried: bool,
}
