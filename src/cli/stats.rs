//! How long each step of a run takes (`--stats`), and what is looked at as what (`--verbose`). Both are told on standard
//! error, so that what a program reads does not depend on the clock.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::output::tell;
use crate::check::{Step, Watch};
use crate::surface::display;

/// The steps of a run so far. What is told of a step is told when the next one begins.
#[derive(Debug)]
pub(super) struct Stats {
    begin: Instant,
    is_verbose: bool,
    steps: RefCell<Vec<Timed>>,
}

/// A step with its time.
#[derive(Debug)]
struct Timed {
    name: String,
    detail: String,
    /// The files that are looked at in it; empty unless they are to be told.
    files: Vec<PathBuf>,
    begin: Instant,
    time: Option<Duration>,
}

impl Stats {
    /// Begins with the first step.
    pub(super) fn new(first: &str, is_verbose: bool) -> Self {
        let stats = Self { begin: Instant::now(), is_verbose, steps: RefCell::default() };
        stats.step(first, String::new());
        stats
    }

    /// Ends a step and begins the next one.
    pub(super) fn step(&self, name: &str, detail: String) {
        self.add(name.to_owned(), detail, Vec::new());
    }

    /// Says something about the step that is under way.
    pub(super) fn say(&self, detail: String) {
        if let Some(last) = self.steps.borrow_mut().last_mut() {
            last.detail = detail;
        }
    }

    /// How long the run has taken so far.
    pub(super) fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Ends the last step, and tells all of them on standard error when that is asked for.
    pub(super) fn finish(&self, is_asked: bool) {
        self.end();
        if is_asked {
            tell(&self.table());
        }
    }

    fn add(&self, name: String, detail: String, files: Vec<PathBuf>) {
        self.end();
        self.steps.borrow_mut().push(Timed { name, detail, files, begin: Instant::now(), time: None });
    }

    fn end(&self) {
        let mut steps = self.steps.borrow_mut();
        let Some(last) = steps.last_mut().filter(|last| last.time.is_none()) else { return };
        let time = last.begin.elapsed();
        last.time = Some(time);
        if !last.files.is_empty() {
            let mut text = String::new();
            for file in &last.files {
                let _ = writeln!(text, "{}: {}", display(file), last.name);
            }
            // A surface reads its files together, several at a time, so the time is that of all of them.
            let _ = writeln!(text, "{}: {} in {}", last.name, last.detail, shown(time));
            tell(&text);
        }
    }

    fn table(&self) -> String {
        let steps = self.steps.borrow();
        let width = steps.iter().map(|step| step.name.chars().count()).max().unwrap_or_default();
        let mut text = String::new();
        for step in steps.iter() {
            let time = shown(step.time.unwrap_or_default());
            let line = format!("{:width$}  {time:>10}  {}", step.name, step.detail);
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let _ = writeln!(text, "{:width$}  {:>10}", "total", shown(self.begin.elapsed()));
        text
    }
}

impl Watch for Stats {
    fn begins(&self, step: Step<'_>) {
        match step {
            Step::Parse { surface, files, helpers } => {
                let helpers = if helpers > 0 { format!(", {helpers} to understand them") } else { String::new() };
                let told = if self.is_verbose { files.to_vec() } else { Vec::new() };
                self.add(format!("parse {surface}"), format!("{}{helpers}", count(files.len(), "file")), told);
            }
            Step::Connect => self.step("connect", String::new()),
            Step::Judge { calls } => self.step("judge", count(calls, "call")),
            Step::Report => self.step("report", String::new()),
        }
    }
}

/// A number with its noun.
pub(super) fn count(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A time in milliseconds, always, so that the numbers of a column compare.
pub(super) fn shown(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_ends_where_the_next_one_begins() {
        let stats = Stats::new("prepare", false);
        stats.begins(Step::Parse { surface: "scripts", files: &[PathBuf::from("a.sh")], helpers: 2 });
        stats.begins(Step::Judge { calls: 1 });
        stats.say("1 call, twice".to_owned());
        stats.finish(false);
        let table = stats.table();
        let names: Vec<&str> = table.lines().filter_map(|line| line.split("  ").next()).map(str::trim).collect();
        assert_eq!(names, ["prepare", "parse scripts", "judge", "total"]);
        assert!(table.contains("1 file, 2 to understand them") && table.contains("1 call, twice"), "{table}");
        assert!(stats.steps.borrow().iter().all(|step| step.time.is_some()));
    }

    #[test]
    fn times_are_all_of_one_unit() {
        assert_eq!([Duration::from_micros(1500), Duration::from_secs(2)].map(shown), ["1.50 ms", "2000.00 ms"]);
    }
}
