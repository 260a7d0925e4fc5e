//! What runs at the same time: jobs in the background, `xargs -P`, `parallel`.
//!
//! A shell goes on while a job runs, until it waits. What it does then is a part of its own, and so is each job.

use std::sync::Arc;

use crate::model::{Lane, Often, Repeat};
use crate::source::Place;
use crate::surface::aliyun_cli::CliWord;
use crate::syntax::shell::{Background, Statement};

use super::run::{Flow, Round, Runner};
use super::shape;

/// How many parts one shell may have; of more nothing is said.
const PARTS: u32 = 400;

/// The parts of one shell.
#[derive(Debug, Clone)]
pub(super) struct Jobs {
    group: Arc<str>,
    next: u32,
    /// The part that the shell itself is in.
    own: u32,
    /// Parts that are over.
    over: Vec<u32>,
    /// Jobs that run, and where one sees that of the last one.
    running: Vec<u32>,
    mark: Option<Place>,
    /// The job that is being walked.
    within: Option<Lane>,
    /// For each loop around what is walked, whether it waits for its jobs or makes rounds apart from each other.
    pub(super) waits: Vec<bool>,
}

impl Jobs {
    /// Nothing in the background yet.
    pub(super) fn of(program: &str) -> Self {
        Self {
            group: Arc::from(format!("jobs of {program}")),
            next: 1,
            own: 0,
            over: Vec::new(),
            running: Vec::new(),
            mark: None,
            within: None,
            waits: Vec::new(),
        }
    }

    /// What the call that stands here runs beside.
    pub(super) fn lane(&self) -> Option<Lane> {
        if self.within.is_some() {
            return self.within.clone();
        }
        let place = self.mark.clone().filter(|_| !self.running.is_empty())?;
        Some(Lane {
            group: Arc::clone(&self.group),
            number: self.own,
            after: self.over.clone(),
            beside_itself: false,
            place,
            label: "runs on while this is in the background".to_owned(),
            retried: false,
        })
    }

    fn begin(&mut self, mark: Place) {
        if self.next > PARTS {
            self.running.clear();
            return;
        }
        self.over.push(self.own);
        let number = self.next;
        let beside_itself = self.waits.iter().any(|waits| !waits);
        self.within = Some(Lane {
            group: Arc::clone(&self.group),
            number,
            after: self.over.clone(),
            beside_itself,
            place: mark.clone(),
            label: "runs in the background".to_owned(),
            retried: false,
        });
        self.running.push(number);
        self.mark = Some(mark);
        self.own = number + 1;
        self.next = number + 2;
    }

    fn wait(&mut self) {
        if !self.running.is_empty() && self.next <= PARTS {
            self.over.append(&mut self.running);
            self.over.push(self.own);
            self.own = self.next;
            self.next += 1;
        }
    }
}

impl Runner<'_> {
    /// `… &`
    pub(super) fn background(&mut self, part: &Background) -> Flow {
        let mark = self.place(part.mark);
        if let Some(jobs) = self.jobs.last_mut() {
            jobs.begin(mark);
        }
        self.in_own_shell(|runner| {
            runner.apart(|runner| runner.statement(&part.body));
        });
        if let Some(jobs) = self.jobs.last_mut() {
            jobs.within = None;
        }
        Flow::Next
    }

    /// Walks something that has jobs of its own.
    pub(super) fn in_own_shell(&mut self, walk: impl FnOnce(&mut Self)) {
        self.shells = self.shells.saturating_add(1);
        self.jobs.push(Jobs::of(&format!("{} {}", self.around.program, self.shells)));
        walk(self);
        self.jobs.pop();
    }

    /// `wait`: whatever is named, nothing is said to run on behind it.
    pub(super) fn wait(&mut self) {
        if let Some(jobs) = self.jobs.last_mut() {
            jobs.wait();
        }
    }

    /// Walks a loop with what it counts.
    pub(super) fn round(&mut self, round: Round, body: &[Statement], walk: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let waits = round.repeat.is_none() || shape::waits(body);
        if let Some(jobs) = self.jobs.last_mut() {
            jobs.waits.push(waits);
        }
        self.rounds.push(round);
        let flow = self.part(walk);
        self.rounds.pop();
        if let Some(jobs) = self.jobs.last_mut() {
            jobs.waits.pop();
        }
        flow
    }

    /// Walks a command that another one makes for each of its lines.
    pub(super) fn each_apart(
        &mut self,
        repeat: Repeat,
        lane: Option<Lane>,
        walk: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        self.rounds.push(Round { repeat: Some(repeat), pause: None });
        let mut jobs = Jobs::of(&self.around.program);
        jobs.within = lane;
        self.jobs.push(jobs);
        let flow = walk(self);
        self.jobs.pop();
        self.rounds.pop();
        flow
    }

    /// What `xargs` and `parallel` make of the command behind them: a round for each line, some at the same time.
    pub(super) fn fanned_out(&mut self, fields: &[CliWord]) -> Option<(Repeat, Option<Lane>)> {
        let text = |word: &CliWord| word.value.as_text().unwrap_or_default().to_owned();
        let name = |word: &CliWord| text(word).rsplit('/').next().unwrap_or_default().to_owned();
        let at = fields.iter().take(4).position(|word| matches!(name(word).as_str(), "xargs" | "parallel"))?;
        let program = fields.get(at)?;
        let is_parallel = name(program) == "parallel";
        let mut rest = fields.get(at + 1..)?.iter();
        // `parallel` uses every core unless told otherwise.
        let mut many = is_parallel.then(|| program.place.clone());
        while let Some(word) = rest.next() {
            let written = text(word);
            let option = ["--max-procs", "--jobs", "-P", "-j"].iter().find(|option| written.starts_with(**option));
            let Some(option) = option else {
                if !written.starts_with('-') && !is_parallel && !matches!(written.as_str(), "{}" | "%") {
                    // Numbers behind other options are skipped, the command is not.
                    let is_value = written.bytes().all(|b| b.is_ascii_digit());
                    if !is_value {
                        break;
                    }
                }
                continue;
            };
            let attached = written.strip_prefix(option).unwrap_or_default().trim_start_matches('=').to_owned();
            let (number, place) = if attached.is_empty() {
                let value = rest.next()?;
                (text(value), Place::new(&word.place.source, word.place.span.join(value.place.span)))
            } else {
                (attached, word.place.clone())
            };
            many = (number != "1").then_some(place);
        }
        let place = program.place.clone();
        let times = Often::Unknown(format!("how many lines `{}` is given", name(program)));
        let repeat = Repeat { place, times, key: None, distinct: true };
        self.shells = self.shells.saturating_add(1);
        let lane = many.map(|place| Lane {
            group: Arc::from(format!("rounds {} of {}", self.shells, self.around.program)),
            number: 0,
            after: Vec::new(),
            beside_itself: true,
            place,
            label: format!("{} runs several at the same time", name(program)),
            retried: false,
        });
        Some((repeat, lane))
    }
}
