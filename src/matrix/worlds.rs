//! What the answer to a call says about the facts: which worlds it was certainly not made in.
//!
//! A call that the service took was not made where it would have been refused, and a call that was refused because
//! it does not go with the instance was not made where nothing is wrong with it. Takes a call and its answer; gives
//! the worlds that are ruled out, which other calls on the same instance can be judged without.

use super::cases::{self, Case};
use super::compile::ReportId;
use super::domain::{ClassSet, World, for_each_world};
use super::evaluate::{Evaluator, Question, within};
use super::facts::FactSource;
use super::load::Matrix;
use crate::finding::Severity;
use crate::model::{Call, Inventory};

/// A matrix with more worlds than this learns nothing from answers.
const MOST_WORLDS: usize = 128;

/// Worlds that are ruled out, by their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Worlds(u128);

impl Worlds {
    /// Whether no world is ruled out.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What either of two answers rules out.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn excludes(self, number: Option<usize>) -> bool {
        number.is_some_and(|number| self.0 & (1 << number) != 0)
    }

    fn exclude(&mut self, number: Option<usize>) {
        if let Some(number) = number {
            self.0 |= 1 << number;
        }
    }
}

/// How the service answered a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// It took the call.
    Accepted,
    /// It refused the call because what is asked for does not go with the instance.
    Refused {
        /// The error code.
        code: &'a str,
    },
}

impl Matrix {
    /// How bad a finding is on a call that the service took, where that is said to differ.
    #[must_use]
    pub fn severity_when_accepted(&self, rule: &str, parameter: Option<&str>) -> Option<Severity> {
        let is_meant = |report: &&super::raw::Report| *report.rule == *rule && report.parameter.as_deref() == parameter;
        self.file.reports.values().filter(is_meant).find_map(|report| report.accepted)
    }

    /// The number of a world among all assignments of the facts; nothing when there are too many.
    pub(super) fn world_number(&self, world: &World) -> Option<usize> {
        let facts = self.dimensions.iter().take(self.fact_count());
        let mut number = 0_usize;
        let mut count = 1_usize;
        for (dimension, class) in facts.zip(world) {
            number = number * dimension.classes.len() + usize::from(*class);
            count = count.saturating_mul(dimension.classes.len());
        }
        (count <= MOST_WORLDS && number < count).then_some(number)
    }
}

impl Evaluator<'_> {
    /// The worlds that the answer to a call rules out for every call on its instance: none when it teaches nothing.
    /// Only errors with a code that somebody has shown count. Facts that are known some other way play no part, so
    /// that a contradiction with them can be seen.
    #[must_use]
    pub fn lesson(&self, call: &Call, answer: Answer<'_>) -> Worlds {
        let Some(reports) = self.reports_by_world(call) else { return Worlds::default() };
        match answer {
            Answer::Accepted => {
                self.excluding(&reports, |report| self.is_error(report) && self.answer_of(report).is_some(), true)
            }
            Answer::Refused { code } => {
                let is_meant = |report: ReportId| self.is_error(report) && self.answer_of(report) == Some(code);
                let is_known = reports.iter().any(|(_, reports)| reports.iter().any(|&report| is_meant(report)));
                if is_known { self.excluding(&reports, is_meant, false) } else { Worlds::default() }
            }
        }
    }

    /// The worlds in which there is no reason for a refusal: those without an error of this code; where no world has
    /// one, those without a finding of the rule that speaks of the code; where none has that either, those without an
    /// error that is answered with some code. None when no world has a reason.
    #[must_use]
    pub fn without_reason(&self, call: &Call, code: &str, rule: Option<&str>) -> Worlds {
        let Some(reports) = self.reports_by_world(call) else { return Worlds::default() };
        let by_code = |report: ReportId| self.is_error(report) && self.answer_of(report) == Some(code);
        let by_rule = |report: ReportId| rule.is_some() && rule == self.rule_of_report(report);
        // What is known to be answered with another code is not the reason for this one.
        let by_error = |report: ReportId| self.is_error(report) && self.answer_of(report).is_none();
        let reasons: [&dyn Fn(ReportId) -> bool; 3] = [&by_code, &by_rule, &by_error];
        let reason = reasons
            .iter()
            .find(|is_reason| reports.iter().any(|(_, reports)| reports.iter().any(|&report| is_reason(report))));
        reason.map_or_else(Worlds::default, |is_reason| self.excluding(&reports, is_reason, false))
    }

    /// What holds in each world when nothing at all is known of the instance; nothing for a call of several cases.
    fn reports_by_world(&self, call: &Call) -> Option<Vec<(World, Vec<ReportId>)>> {
        let nothing = Inventory::default();
        let mut cases = cases::cases(self.matrix, call);
        let case = cases.pop().filter(|_| cases.is_empty())?;
        let question = self.open(case, &nothing);
        let worlds = self.fact_worlds(&question);
        Some(worlds.into_iter().map(|world| (world, self.common_in(&question, &world))).collect())
    }

    /// Whether a call can have been made in a world that is not ruled out and that fits what is known of its
    /// instance. Only an assumption gives way.
    #[must_use]
    pub fn leaves_any(&self, call: &Call, inventory: &Inventory, without: Worlds) -> bool {
        let cases = cases::cases(self.matrix, call);
        cases.into_iter().all(|case| {
            let asked = self.ask(case, inventory, without);
            asked.question.without == without
        })
    }

    /// Which instances are left, in a few words, where that is less than what was known before.
    #[must_use]
    pub fn left_over(&self, call: &Call, inventory: &Inventory, without: Worlds) -> Option<String> {
        let case = cases::cases(self.matrix, call).into_iter().next()?;
        let before = self.ask(case, inventory, Worlds::default());
        let case = cases::cases(self.matrix, call).into_iter().next()?;
        let after = self.ask(case, inventory, without);
        let (known, left) = (self.fact_worlds(&before.question), self.fact_worlds(&after.question));
        if left.len() >= known.len() {
            return None;
        }
        let words = self.matrix.short_scope(&left, &|world| left.contains(world) || !known.contains(world));
        match words.rsplit_once(", ") {
            _ if words.is_empty() => None,
            Some((others, last)) => Some(format!("{others} or {last}")),
            None => Some(words),
        }
    }

    /// Takes the worlds out of a question. An assumption that nothing is left of is given up; where even that leaves
    /// no world, the answers contradict what is known, and the question stays as it is.
    pub(super) fn leave_out(&self, question: &mut Question, facts: &[FactSource<'_>], without: Worlds) {
        if without.is_empty() {
            return;
        }
        let mut narrowed = Question { without, ..*question };
        if self.fact_worlds(&narrowed).is_empty() {
            for (d, (fact, dimension)) in facts.iter().zip(&self.matrix.dimensions).enumerate() {
                if let (FactSource::Assumed(_), Some(set)) = (fact, narrowed.sets.get_mut(d)) {
                    *set = dimension.all();
                }
            }
        }
        if !self.fact_worlds(&narrowed).is_empty() {
            *question = narrowed;
        }
    }

    /// The question of a call when nothing at all is known of its instance.
    fn open(&self, case: Case<'_>, nothing: &Inventory) -> Question {
        let mut question = self.ask(case, nothing, Worlds::default()).question;
        for (set, dimension) in question.sets.iter_mut().zip(&self.matrix.dimensions).take(self.matrix.fact_count()) {
            *set = dimension.all();
        }
        question
    }

    /// The reports that hold in a world for every value that an unknown parameter may have.
    fn common_in(&self, question: &Question, world: &World) -> Vec<ReportId> {
        let sets: [ClassSet; super::domain::MAX_DIMENSIONS] = within(question, world, self.matrix.fact_count());
        let sets = sets.get(..self.matrix.dimensions.len()).unwrap_or(&sets);
        let mut common: Option<Vec<ReportId>> = None;
        for_each_world(sets, |world| {
            let mut here: Vec<ReportId> = Vec::new();
            self.matrix.tables.reports_in(world, |report| here.push(report));
            match &mut common {
                None => common = Some(here),
                Some(common) => common.retain(|report| here.contains(report)),
            }
        });
        common.unwrap_or_default()
    }

    /// The worlds with a report of a kind, or those without any.
    fn excluding(&self, reports: &[(World, Vec<ReportId>)], is_meant: impl Fn(ReportId) -> bool, with: bool) -> Worlds {
        let mut worlds = Worlds::default();
        for (world, reports) in reports {
            if reports.iter().any(|&report| is_meant(report)) == with {
                worlds.exclude(self.matrix.world_number(world));
            }
        }
        worlds
    }

    fn is_error(&self, report: ReportId) -> bool {
        self.matrix.tables.report(report).is_some_and(|report| report.severity == Severity::Error)
    }

    fn rule_of_report(&self, report: ReportId) -> Option<&str> {
        self.matrix.tables.report(report).map(|report| report.rule.as_str())
    }

    /// The code that the service answers with where a report holds, when somebody has shown one.
    fn answer_of(&self, report: ReportId) -> Option<&str> {
        self.matrix.raw_report(report)?.answer.as_deref()
    }
}
