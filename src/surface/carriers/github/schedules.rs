//! When the jobs of a workflow run, and beside which others.
//!
//! Owns `on.schedule`, the conditions that a scheduled run meets or does not meet, and which jobs need which.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Lane, Runs, Start, Step};
use crate::source::{Place, Source};
use crate::syntax::schedule;
use crate::syntax::yaml::Node;

/// How many jobs are looked at.
const JOBS: usize = 200;

/// The jobs of a workflow and what starts them.
pub(super) struct Schedules<'a> {
    source: &'a Arc<Source>,
    jobs: &'a [(Rc<Node>, Rc<Node>)],
    starts: Vec<Start>,
}

impl<'a> Schedules<'a> {
    pub(super) fn of(document: &'a Node, source: &'a Arc<Source>) -> Self {
        // To YAML 1.1 the word is a truth value.
        let on = document.get("on").or_else(|| document.get("true"));
        let entries = on.and_then(|on| on.get("schedule")).map_or(&[] as &[Rc<Node>], |list| list.items());
        let start = |entry: &Rc<Node>| {
            let cron = entry.get("cron")?;
            let text = cron.text()?;
            Some(Start::of(Place::new(source, cron.span), text, schedule::cron(text)))
        };
        let jobs = document.get("jobs").map_or(&[] as &[_], |jobs| jobs.entries());
        Self { source, jobs, starts: entries.iter().filter_map(start).collect() }
    }

    pub(super) fn jobs(&self) -> &'a [(Rc<Node>, Rc<Node>)] {
        self.jobs
    }

    /// What is around the steps of a job.
    pub(super) fn runs(&self, number: usize) -> Option<Runs> {
        let (key, job) = self.jobs.get(number)?;
        let name = key.text().unwrap_or_default();
        let step = Step { place: Place::new(self.source, key.span), label: format!("job `{name}` of the workflow") };
        let mut starts = When::of(job).starts(&self.starts);
        starts.iter_mut().for_each(|start| start.steps.push(step.clone()));
        let lanes = self.lane(number).into_iter().collect();
        Some(Runs { starts, lanes, ..Runs::default() })
    }

    /// Jobs run at the same time unless one needs the other. Those that may be left out, or that let no other run
    /// beside them, are said nothing of.
    fn lane(&self, number: usize) -> Option<Lane> {
        let (key, job) = self.jobs.get(number)?;
        let strategy = job.get("strategy");
        let one_by_one = strategy.and_then(|s| s.get("max-parallel")).and_then(|most| most.text()) == Some("1");
        let beside_itself = strategy.is_some_and(|s| s.get("matrix").is_some()) && !one_by_one;
        let alone = self.jobs.len() < 2 && !beside_itself;
        if alone || job.get("if").is_some() || job.get("concurrency").is_some() || self.jobs.len() > JOBS {
            return None;
        }
        let name = key.text().unwrap_or_default();
        let number_of = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Some(Lane {
            group: Arc::from(format!("jobs of {}", self.source.path())),
            number: number_of(number),
            after: self.needed(job).into_iter().map(number_of).collect(),
            beside_itself,
            place: Place::new(self.source, key.span),
            label: format!("job `{name}` waits for no other one"),
            retried: false,
        })
    }

    /// The jobs that are over before one begins.
    fn needed(&self, job: &Node) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut open = vec![job];
        while let Some(job) = open.pop() {
            let Some(needs) = job.get("needs") else { continue };
            for name in needs.text().into_iter().chain(needs.items().iter().filter_map(|name| name.text())) {
                let at = self.jobs.iter().position(|(key, _)| key.text() == Some(name));
                if let Some((at, (_, job))) = at.and_then(|at| Some((at, self.jobs.get(at)?)))
                    && found.insert(at)
                {
                    open.push(job);
                }
            }
        }
        found
    }
}

/// What the condition of a job or a step says to a run that a schedule starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    /// It is met.
    Always,
    /// It is not met.
    Never,
    /// It is met when this schedule starts the run.
    Only(String),
    /// It is met unless this schedule starts the run.
    Except(String),
    /// Nobody can tell.
    Maybe,
}

impl When {
    pub(super) fn of(node: &Node) -> Self {
        let Some(condition) = node.get("if") else { return Self::Always };
        let Some(text) = condition.text() else { return Self::Maybe };
        let text = text.trim();
        let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(text);
        Self::read(inner)
    }

    fn read(text: &str) -> Self {
        let compact: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.contains("||") {
            let each: Vec<Self> = compact.split("||").map(Self::all).collect();
            return if each.contains(&Self::Always) && !text.contains("&&") {
                Self::Always
            } else if each.iter().all(|one| *one == Self::Never) {
                Self::Never
            } else if let [one, other] = each.as_slice()
                && *other == Self::Never
            {
                one.clone()
            } else {
                Self::Maybe
            };
        }
        Self::all(&compact)
    }

    /// Terms that must all hold.
    fn all(text: &str) -> Self {
        let terms: Vec<Self> = text.split("&&").map(|term| Self::term(term.trim())).collect();
        if terms.contains(&Self::Never) {
            return Self::Never;
        }
        let mut others = terms.into_iter().filter(|term| *term != Self::Always);
        match (others.next(), others.next()) {
            (None, _) => Self::Always,
            (Some(one), None) => one,
            _ => Self::Maybe,
        }
    }

    fn term(text: &str) -> Self {
        let text = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text).trim();
        if matches!(text, "true" | "always()" | "success()" | "!cancelled()" | "! cancelled()") {
            return Self::Always;
        }
        if text == "false" {
            return Self::Never;
        }
        let (left, right, equal) = match (text.split_once("=="), text.split_once("!=")) {
            (Some((left, right)), None) => (left.trim(), right.trim(), true),
            (None, Some((left, right))) => (left.trim(), right.trim(), false),
            _ => return Self::Maybe,
        };
        let Some(right) = right.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) else { return Self::Maybe };
        let holds = |holds: bool| if holds { Self::Always } else { Self::Never };
        match left {
            "github.event_name" => holds((right == "schedule") == equal),
            "github.event.schedule" if equal => Self::Only(right.to_owned()),
            "github.event.schedule" => Self::Except(right.to_owned()),
            // A copy of the repository is another one, and schedules run on the default branch.
            "github.repository" | "github.repository_owner" if equal => Self::Always,
            "github.ref" if equal && matches!(right, "refs/heads/main" | "refs/heads/master") => Self::Always,
            "github.ref_name" if equal && matches!(right, "main" | "master") => Self::Always,
            _ => Self::Maybe,
        }
    }

    /// The starts that remain.
    pub(super) fn starts(&self, starts: &[Start]) -> Vec<Start> {
        let mut left = starts.to_vec();
        match self {
            Self::Always => {}
            Self::Never => left.clear(),
            Self::Only(text) => left.retain(|start| start.text.trim() == text.trim()),
            Self::Except(text) => left.retain(|start| start.text.trim() != text.trim()),
            Self::Maybe => left.iter_mut().for_each(|start| start.per_day = start.per_day.at_most()),
        }
        left
    }
}
