//! What a program does at the same time: goroutines, threads, pools, promises that are awaited together.
//!
//! Part of the machine. The names of such functions are facts about libraries. What is started is over for certain
//! once anything is waited for; whatever may keep tasks apart, such as a lock or a pool of one worker, says that they
//! are not at the same time.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::heap::{ObjectId, ObjectKind, Passed};
use super::machine::{Machine, Site};
use super::symbol::{Data, Possible, Symbol};
use crate::model::Lane;
use crate::source::{Place, Span};
use crate::syntax::code::{CallExpression, Expression, ExpressionKind};

/// How many tasks a program may have; of more nothing is said.
const TASKS: u32 = 400;

/// The statement of Go that starts a call.
const GO: &str = "<go>";

/// Functions whose arguments run at the same time, and what one sees there.
const TOGETHER: &[&str] = &["Promise.all", "Promise.allSettled", "Promise.any", "Promise.race", "asyncio.gather"];

/// Functions that start the calls that they are given, and do not wait.
const DETACHED: &[&str] = &[GO, "asyncio.create_task", "asyncio.ensure_future", "create_task"];

/// Methods that make a list of calls of another one: each of its elements is a call of its own.
const THROUGH: &[&str] =
    &["map", "flatMap", "filter", "concat", "from", "entries", "values", "keys", "flat", "slice", "list", "tuple"];

/// Methods of pools that run a function for each element.
const EACH: &[&str] = &["map", "imap", "imap_unordered", "map_async", "starmap"];

/// Functions that start one, and how many values stand in front of it.
const STARTERS: &[(&str, usize)] = &[
    ("submit", 0),
    ("execute", 0),
    ("apply_async", 0),
    ("runAsync", 0),
    ("supplyAsync", 0),
    ("startVirtualThread", 0),
    ("to_thread", 0),
    ("run_in_executor", 1),
    ("Go", 0),
    ("TryGo", 0),
];

/// Functions that let one run later: where it stands, and where what it is given begins. They run one after another,
/// or nobody knows.
const LATER: &[(&str, usize, usize)] = &[
    ("setTimeout", 0, 2),
    ("setImmediate", 0, 1),
    ("nextTick", 0, 1),
    ("queueMicrotask", 0, 1),
    ("call_soon", 0, 1),
    ("call_soon_threadsafe", 0, 1),
    ("call_later", 1, 2),
    ("call_at", 1, 2),
    ("run_sync", 0, 1),
    ("run_in_threadpool", 0, 1),
    ("start_soon", 0, 1),
    ("add_task", 0, 1),
    ("enqueue", 0, 1),
    ("enqueue_in", 1, 2),
    ("enqueue_at", 1, 2),
];

/// Methods of a function that give it to a queue of tasks.
const QUEUED: &[&str] = &["delay", "apply_async", "send", "remote", "spawn"];

/// What is made with a function and started by a method.
const THREADS: &[&str] = &["Thread", "Process", "Timer"];
const START: &str = "start";

/// The names by which such a thing, or a pool, is given its function and what that takes.
const TARGET: &str = "target";
const GIVEN: &[&str] = &["args", "kwargs"];

/// What waits: whatever was started before is over behind it, or may be.
const JOINS: &[&str] = &[
    "Wait",
    "wait",
    "join",
    "joinAll",
    "result",
    "shutdown",
    "close",
    "awaitTermination",
    "invokeAll",
    "as_completed",
    "sleep",
    "Sleep",
    "<receive>",
    "await",
    "get",
    "gather",
    "all",
    "allSettled",
];

/// What lets only one task go on at a time, without spaces.
const ALONE: &[&str] = &[
    "max_workers=1)",
    "Executor(1)",
    "Pool(1)",
    "processes=1)",
    "newSingleThread",
    "newFixedThreadPool(1)",
    "SetLimit(1)",
    "chanstruct{},1)",
    "chanbool,1)",
    "chanint,1)",
    "NewWeighted(1)",
    "Semaphore(1)",
    "pLimit(1)",
    "concurrency:1}",
    "concurrency:1,",
    ".Lock(",
    ".lock(",
    "Lock()",
    "synchronized",
    "acquire",
    "Mutex",
];

/// The tasks of a program so far.
#[derive(Debug, Default)]
pub(crate) struct Tasks {
    next: u32,
    over: u32,
    /// How many groups there were.
    groups: usize,
    /// Each call that is made now is a task of this group.
    fan: Option<Fan>,
    /// A call whose result nobody waits for where it stands.
    floating: Option<Span>,
    /// Whether only one task at a time goes on in a file.
    alone: FxHashMap<String, bool>,
}

/// Calls that are made at the same time.
#[derive(Debug, Clone)]
pub(super) struct Fan {
    group: Arc<str>,
    place: Place,
    label: &'static str,
    next: u32,
    /// The tasks of the group that are over.
    over: u32,
}

impl Machine<'_> {
    /// What makes the calls among its arguments run at the same time, if a call does.
    pub(super) fn opens_fan(&mut self, call: &CallExpression, receiver: Option<ObjectId>, place: &Place) -> bool {
        let written = match &call.function.kind {
            ExpressionKind::Name(name) => name.clone(),
            _ => self.place(call.function.span).text().chars().filter(|c| !c.is_whitespace()).collect(),
        };
        let place = Place::new(&place.source, call.function.span);
        if TOGETHER.contains(&written.as_str()) {
            self.open_fan(place, "runs them at the same time");
            return true;
        }
        let last = written.rsplit('.').next().unwrap_or(&written);
        if DETACHED.contains(&written.as_str()) || last == "create_task" {
            if !self.is_alone() {
                let group = self.group(&self.pool(receiver));
                let over = self.tasks.over;
                let next = self.tasks.next;
                self.tasks.fan = Some(Fan { group, place, label: "starts it and goes on", next, over });
            }
            return true;
        }
        false
    }

    /// Lets every call that is made now run beside the others.
    pub(crate) fn open_fan(&mut self, place: Place, label: &'static str) {
        if self.is_alone() {
            return;
        }
        self.tasks.groups += 1;
        let group = self.group(&format!("{} {}", place.display(), self.tasks.groups));
        self.tasks.fan = Some(Fan { group, place, label, next: 0, over: 0 });
    }

    /// Ends what [`Self::open_fan`] began.
    pub(crate) fn close_fan(&mut self) {
        // The numbers of detached tasks go on.
        if let Some(fan) = self.tasks.fan.take() {
            self.tasks.next = self.tasks.next.max(fan.next);
        }
    }

    /// Ends a group for a while: what is walked now is no part of it.
    pub(super) fn without_fan(&mut self) -> Option<Fan> {
        self.tasks.fan.take()
    }

    /// Goes on with a group.
    pub(super) fn restore_fan(&mut self, fan: Option<Fan>) {
        self.tasks.fan = fan;
    }

    /// Walks a call as a task of the group that is open, if one is.
    pub(super) fn as_task<T>(&mut self, walk: impl FnOnce(&mut Self) -> T) -> T {
        let Some(mut fan) = self.tasks.fan.take().filter(|fan| fan.next < TASKS) else { return walk(self) };
        let lane = Lane {
            group: Arc::clone(&fan.group),
            number: fan.next,
            after: (0..fan.over).collect(),
            beside_itself: false,
            place: fan.place.clone(),
            label: fan.label.to_owned(),
            retried: false,
        };
        fan.next += 1;
        let over = self.tasks.over;
        self.around.lanes.push(lane);
        let result = walk(self);
        self.around.lanes.pop();
        // What a task waits for is its own.
        self.tasks.over = over;
        self.tasks.fan = Some(fan);
        result
    }

    /// Whether a call that is made now is a task by itself: one that makes a list of calls is none, nor is one that
    /// is awaited where it stands.
    pub(super) fn is_task(&self, name: &str, place: &Place) -> bool {
        self.tasks.fan.is_some() && !THROUGH.contains(&name) && !place.text().starts_with("await")
    }

    /// Notes that something is waited for.
    pub(super) fn joined(&mut self, name: &str, given: usize, place: &Place) {
        let joins = JOINS.contains(&name) && (name != "get" || given == 0);
        if joins || place.text().starts_with("await") {
            self.tasks.over = self.tasks.next;
        }
    }

    /// The group of tasks that run beside each other: those of one program, or of one pool of it.
    fn group(&self, of: &str) -> Arc<str> {
        let within: Vec<String> =
            self.around.lanes.iter().map(|lane| format!("{}:{}", lane.group, lane.number)).collect();
        Arc::from(format!("tasks of {} {of} {}", self.around.program, within.join(" ")))
    }

    /// What tells a pool from the others.
    fn pool(&self, id: Option<ObjectId>) -> String {
        let object = id.and_then(|id| Some((id, self.object(id)?)));
        object.map(|(id, object)| format!("{} {id}", object.place.display())).unwrap_or_default()
    }

    /// Whether something in the file lets only one task go on at a time.
    fn is_alone(&mut self) -> bool {
        if let Some(known) = self.tasks.alone.get(self.source.path()) {
            return *known;
        }
        let text: String = self.source.text().chars().filter(|c| !c.is_whitespace()).collect();
        let alone = ALONE.iter().any(|words| text.contains(words));
        self.tasks.alone.insert(self.source.path().to_owned(), alone);
        alone
    }

    /// Walks what a call outside starts beside the program; whether it does.
    pub(crate) fn starts_task(&mut self, name: &str, receiver: Option<ObjectId>, site: &Site) -> bool {
        let name = name.rsplit('.').next().unwrap_or(name);
        if let Some((_, at, from)) = LATER.iter().find(|(known, ..)| *known == name)
            && let Some(Data::Function(closure)) = site.arguments.get(*at).and_then(|passed| passed.symbol.single())
        {
            let closure = Rc::clone(closure);
            let arguments = site.arguments.get(*from..).unwrap_or_default().to_vec();
            self.call_closure(&closure, &Site { arguments, ..site.clone() });
            return true;
        }
        let Some((function, given)) = self.task(name, receiver, site) else { return false };
        let Some(Data::Function(closure)) = function.symbol.single() else { return false };
        let closure = Rc::clone(closure);
        let given = Site { arguments: given, open: None, ..site.clone() };
        if self.is_alone() {
            self.call_closure(&closure, &given);
            return true;
        }
        let group = self.group(&self.pool(receiver.filter(|_| name != START)));
        let (next, over) = (self.tasks.next, self.tasks.over);
        let fan = Fan { group, place: site.function.clone(), label: "starts it and goes on", next, over };
        let outer = self.tasks.fan.replace(fan);
        self.as_task(|machine| machine.call_closure(&closure, &given));
        self.close_fan();
        self.tasks.fan = outer;
        true
    }

    /// Walks a function that is given to a queue of tasks by a method of its own: `backup.delay(id)`.
    pub(crate) fn queued(&mut self, function: &Possible, name: &str, site: &Site) -> bool {
        let Data::Function(closure) = &function.data else { return false };
        if !QUEUED.contains(&name) {
            return false;
        }
        let closure = Rc::clone(closure);
        let is_packed = site.arguments.iter().any(|passed| GIVEN.iter().any(|given| is_named(passed, given)));
        let arguments = match name {
            "apply_async" if is_packed => self.unpacked(&site.arguments),
            "apply_async" => self.unpacked(&positional_as_named(site.arguments.clone())),
            _ => site.arguments.clone(),
        };
        self.call_closure(&closure, &Site { arguments, ..site.clone() });
        true
    }

    /// The function that a call starts beside the program, with what it is given.
    fn task(&self, name: &str, receiver: Option<ObjectId>, site: &Site) -> Option<(Passed, Vec<Passed>)> {
        if name == START {
            let ObjectKind::Instance(made) = &self.object(receiver?)?.kind else { return None };
            let class = made.external.as_deref()?.rsplit('.').next()?;
            THREADS.iter().find(|known| **known == class)?;
            let named =
                made.events.iter().filter(|event| event.in_constructor).flat_map(|event| event.arguments.first());
            let all: Vec<Passed> = made.positional.iter().chain(named).cloned().collect();
            let is_function = |passed: &&Passed| matches!(passed.symbol.single(), Some(Data::Function(_)));
            let function = all.iter().find(|passed| is_named(passed, TARGET)).or_else(|| all.iter().find(is_function));
            return Some((function?.clone(), self.unpacked(&all)));
        }
        let (_, before) = STARTERS.iter().find(|(known, _)| *known == name)?;
        let function = site.arguments.get(*before)?.clone();
        let rest: Vec<Passed> = site.arguments.iter().skip(before + 1).cloned().collect();
        // Some take a tuple of values, others the values.
        let rest = if name == "apply_async" { self.unpacked(&positional_as_named(rest)) } else { rest };
        Some((function, rest))
    }

    /// The values of a function that are given in a list and in a map.
    fn unpacked(&self, given: &[Passed]) -> Vec<Passed> {
        let mut all = Vec::new();
        for passed in given.iter().filter(|passed| GIVEN.iter().any(|name| is_named(passed, name))) {
            let Some(only) = passed.symbol.alternatives().first() else { continue };
            let Some(ObjectKind::Map(entries)) =
                passed.symbol.single_object().and_then(|id| self.object(id)).map(|o| &o.kind)
            else {
                let elements = self.rounds(only).unwrap_or_default();
                all.extend(elements.into_iter().map(|symbol| Passed { name: None, symbol, ..passed.clone() }));
                continue;
            };
            all.extend(entries.iter().map(|entry| Passed {
                name: Some((Arc::clone(&entry.key), entry.key_place.clone())),
                symbol: entry.value.clone(),
                ..passed.clone()
            }));
        }
        all
    }

    /// Walks a function that runs for each element of a list at the same time, if a call outside makes it do so.
    pub(crate) fn side_by_side(&mut self, name: &str, site: &Site) -> bool {
        let Some((function, rest)) = site.arguments.split_first() else { return false };
        let Some(Data::Function(closure)) = function.symbol.single() else { return false };
        let name = name.rsplit('.').next().unwrap_or(name);
        let lists: Vec<&Passed> = rest.iter().filter(|passed| passed.name.is_none()).collect();
        if !EACH.contains(&name) || site.open.is_some() || lists.is_empty() || name != "map" && lists.len() > 1 {
            return false;
        }
        let elements = |list: &&Passed| match list.symbol.alternatives() {
            [only] => self.rounds(only),
            _ => None,
        };
        let Some(columns) = lists.iter().map(elements).collect::<Option<Vec<_>>>() else { return false };
        let closure = Rc::clone(closure);
        let outer = self.tasks.fan.take();
        self.open_fan(site.function.clone(), "runs it for all elements at the same time");
        // The shortest of several lists ends it.
        let rounds = columns.iter().map(Vec::len).min().unwrap_or(0);
        for round in 0..rounds {
            let values: Vec<Symbol> = columns.iter().filter_map(|column| column.get(round).cloned()).collect();
            let tuple = values.first().and_then(|symbol| symbol.alternatives().first());
            let given = tuple.filter(|_| name == "starmap").and_then(|only| self.rounds(only)).unwrap_or(values);
            let place = lists.first().map_or(function, |list| *list);
            let given = given.into_iter().map(|symbol| Passed { symbol, name: None, ..place.clone() }).collect();
            let given = Site { arguments: given, open: None, ..site.clone() };
            self.as_task(|machine| machine.call_closure(&closure, &given));
        }
        self.tasks.fan = outer;
        true
    }

    /// Notes that nobody waits for what a statement evaluates.
    pub(super) fn floats(&mut self, expression: &Expression) {
        let is_call = matches!(expression.kind, ExpressionKind::Call(_));
        self.tasks.floating = Some(expression.span).filter(|_| is_call);
    }

    /// Calls something, as a task where calls are tasks now.
    pub(super) fn call_as_task(
        &mut self,
        name: &str,
        callee: &Possible,
        place: &Place,
        walk: impl FnOnce(&mut Self) -> Symbol,
    ) -> Symbol {
        if self.is_task(name, place) {
            return self.as_task(walk);
        }
        if place.text().starts_with("await") {
            // It is over before the others begin.
            let fan = self.without_fan();
            let result = walk(self);
            self.restore_fan(fan);
            return result;
        }
        if self.tasks.fan.is_some() || !self.is_left_alone(callee, place) || self.is_alone() {
            return walk(self);
        }
        let group = self.group("");
        let (next, over) = (self.tasks.next, self.tasks.over);
        self.tasks.fan = Some(Fan { group, place: place.clone(), label: "goes on without waiting for it", next, over });
        let result = self.as_task(walk);
        self.close_fan();
        result
    }

    /// Whether a call begins something and goes on, as one of an asynchronous function does that is not awaited.
    fn is_left_alone(&self, callee: &Possible, place: &Place) -> bool {
        let Data::Function(closure) = &callee.data else { return false };
        let function = Place::new(&closure.source, closure.function.span);
        self.language.has_promises()
            && self.tasks.floating == Some(place.span)
            && !place.text().starts_with("await")
            && function.text().starts_with("async")
    }
}

fn is_named(passed: &Passed, name: &str) -> bool {
    passed.name.as_ref().is_some_and(|(own, _)| &**own == name)
}

/// `(args, kwargs)` by their names.
fn positional_as_named(given: Vec<Passed>) -> Vec<Passed> {
    let names = GIVEN.iter().map(|name| Arc::from(*name));
    given
        .into_iter()
        .zip(names)
        .map(|(passed, name): (Passed, Arc<str>)| {
            let at = passed.place.clone();
            Passed { name: passed.name.clone().or(Some((name, at))), ..passed }
        })
        .collect()
}
