//! What holds in every world that fits what is known.
//!
//! A question gives a set of classes for each dimension. Facts that are not known make worlds; a
//! parameter that is not known must never be the cause of a finding, so what holds in a world is only
//! what holds there for every value that the parameter could take.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::compile::{ReportId, Tables};
use super::domain::{ClassSet, MAX_DIMENSIONS, World, for_each_world};
use super::load::Matrix;
use super::raw::ParameterType;
use super::worlds::Worlds;
use crate::finding::{Catalogue, Severity};

/// What is known when a call is made: a set of classes for each dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) sets: [ClassSet; MAX_DIMENSIONS],
    /// The worlds that something else rules out.
    pub(super) without: Worlds,
}

/// The answer to a question.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What holds in every world.
    pub(super) certain: Vec<Arc<Held>>,
    /// The error to be reported when no error is certain, yet every world holds one.
    pub(super) promoted: Option<Arc<Held>>,
    /// What holds in some worlds only, the weightiest first.
    pub(super) possible: Vec<Arc<Held>>,
    /// Whether some world and some possible value gives an error.
    pub(super) some_error: bool,
    /// The dimensions that decide whether there is one.
    pub(super) deciding: Vec<usize>,
}

/// A finding (one rule on one parameter) with the worlds that it holds in.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// The mildest severity that it has anywhere.
    pub(super) severity: Severity,
    /// The report of each world that it holds in.
    pub(super) worlds: Vec<(World, ReportId)>,
    /// For a promoted finding: what the other worlds answer.
    pub(super) elsewhere: Vec<(World, ReportId)>,
    /// The report that most worlds give; of equals, the one that comes first.
    pub(super) report: ReportId,
    /// What each of its reports is said of, in words.
    pub(super) said_of: Vec<(ReportId, String)>,
    /// Which worlds it holds in and which not, in words; empty when it holds in all.
    pub(super) where_it_holds: String,
    /// The facts that it depends on.
    pub(super) depends_on: Vec<usize>,
}

impl Held {
    fn new(severity: Severity, world: World, report: ReportId) -> Self {
        Self {
            severity,
            worlds: vec![(world, report)],
            elsewhere: Vec::new(),
            report,
            said_of: Vec::new(),
            where_it_holds: String::new(),
            depends_on: Vec::new(),
        }
    }
}

/// The report that most worlds give; of equals, the one that comes first.
fn commonest(worlds: &[(World, ReportId)]) -> ReportId {
    let mut counts: Vec<(ReportId, usize)> = Vec::new();
    for (_, report) in worlds {
        match counts.iter_mut().find(|(r, _)| r == report) {
            Some((_, count)) => *count += 1,
            None => counts.push((*report, 1)),
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(0, |(report, _)| *report)
}

/// How much is said of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// Everything: the way of each value, edits, help.
    #[default]
    Full,
    /// What stands in one line: the message, what is supported and the nearest call.
    Brief,
}

/// Asks a matrix; remembers answers, since few questions are asked often. One for each thread.
pub struct Evaluator<'m> {
    pub(super) matrix: &'m Matrix,
    pub(super) detail: Detail,
    /// The order of each report's rule in the catalogue, for ties.
    order: Vec<u32>,
    answers: FxHashMap<Question, Arc<Outcome>>,
    pub(super) suggestions: FxHashMap<(Question, ReportId), Arc<super::suggest::Suggestion>>,
}

/// How many answers are remembered at most; hostile input could otherwise ask for ever new ones.
const MAX_ANSWERS: usize = 1 << 16;

impl<'m> Evaluator<'m> {
    /// An evaluator that remembers nothing yet. The catalogue decides which rule comes first on a tie.
    #[must_use]
    pub fn new(matrix: &'m Matrix, catalogue: &Catalogue) -> Self {
        let order =
            matrix.tables.reports.iter().map(|r| catalogue.rule(&r.rule).map_or(u32::MAX, |rule| rule.order)).collect();
        Self { matrix, detail: Detail::Full, order, answers: FxHashMap::default(), suggestions: FxHashMap::default() }
    }

    /// The matrix that is asked.
    #[must_use]
    pub fn matrix(&self) -> &'m Matrix {
        self.matrix
    }

    /// The same, saying as much of each finding.
    #[must_use]
    pub fn with_detail(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }

    /// The answer to a question.
    pub(super) fn outcome(&mut self, question: &Question) -> Arc<Outcome> {
        if let Some(known) = self.answers.get(question) {
            return Arc::clone(known);
        }
        let outcome = Arc::new(self.evaluate(question));
        if self.answers.len() >= MAX_ANSWERS {
            self.answers.clear();
            self.suggestions.clear();
        }
        self.answers.insert(*question, Arc::clone(&outcome));
        outcome
    }

    fn evaluate(&self, question: &Question) -> Outcome {
        let matrix = self.matrix;
        let worlds = self.fact_worlds(question);
        let mut errors: Vec<(World, bool)> = Vec::new();
        let mut held: Vec<((usize, Option<usize>), Held)> = Vec::new();
        for world in &worlds {
            let sets = within(question, world, matrix.fact_count());
            for report in common_reports(&matrix.tables, matrix.dimensions.len(), &sets, &mut errors) {
                let Some(compiled) = matrix.tables.report(report) else { continue };
                let key = (rule_key(&matrix.tables, report), compiled.parameter);
                match held.iter_mut().find(|(k, _)| *k == key) {
                    Some((_, found)) => {
                        found.severity = found.severity.min(compiled.severity);
                        found.worlds.push((*world, report));
                    }
                    None => {
                        held.push((key, Held::new(compiled.severity, *world, report)));
                    }
                }
            }
        }
        let may_be_invalid = self.unknown_and_validated(question);
        let some_error = !may_be_invalid.is_empty() || errors.iter().any(|(_, error)| *error);
        let mut deciding = deciding(&errors, matrix.dimensions.len());
        deciding.extend(may_be_invalid);
        deciding.sort_unstable();
        deciding.dedup();
        let (mut certain, mut possible): (Vec<Held>, Vec<Held>) =
            held.into_iter().map(|(_, held)| held).partition(|held| held.worlds.len() == worlds.len());
        certain.iter_mut().chain(&mut possible).for_each(|held| held.report = commonest(&held.worlds));
        let mut promoted = self.promote(&certain, &possible, &worlds);
        possible.sort_by_key(|held| self.weight(held));
        for held in certain.iter_mut().chain(&mut promoted).chain(&mut possible) {
            self.put_into_words(question, held, &worlds);
        }
        let certain = certain.into_iter().map(Arc::new).collect();
        let possible = possible.into_iter().map(Arc::new).collect();
        let promoted = promoted.map(Arc::new);
        Outcome { certain, promoted, possible, some_error, deciding }
    }

    /// Says whom a finding holds for. Done once for each question, since every call that asks it says the same.
    fn put_into_words(&self, question: &Question, held: &mut Held, worlds: &[World]) {
        let matrix = self.matrix;
        for (report, here) in by_report(held.worlds.iter().chain(&held.elsewhere)) {
            let scope = matrix.scope(&here, &|world| self.holds_in(question, world, report));
            held.said_of.push((report, scope));
        }
        let here: Vec<World> = held.worlds.iter().map(|(world, _)| *world).collect();
        let rest: Vec<World> = worlds.iter().filter(|w| !here.contains(w)).copied().collect();
        if !rest.is_empty() {
            let is_here = |world: &World| !worlds.contains(world) || here.contains(world);
            let is_rest = |world: &World| !worlds.contains(world) || rest.contains(world);
            let (here, rest) = (matrix.short_scope(&here, &is_here), matrix.short_scope(&rest, &is_rest));
            held.where_it_holds = format!(" (holds for {here}; not for {rest})");
        }
        held.depends_on = self.depends_on(question, held);
    }

    /// The facts that a reader has to know to see why a finding holds: those that its scope names.
    fn depends_on(&self, question: &Question, held: &Held) -> Vec<usize> {
        let Some((world, report)) = held.worlds.first().copied() else { return Vec::new() };
        let facts = &self.matrix.file.facts;
        let head = facts.iter().position(|fact| fact.assumed.is_none());
        let differs = |fact: usize| {
            // The first fact is named wherever the finding does not hold for all instances there are.
            let mut sets: Vec<ClassSet> = world.iter().take(facts.len()).map(|&class| ClassSet::one(class)).collect();
            for (i, set) in sets.iter_mut().enumerate() {
                let varies = i == fact || (Some(fact) == head && facts.get(i).is_some_and(|f| f.assumed.is_none()));
                if let Some(dimension) = self.matrix.dimensions.get(i).filter(|_| varies) {
                    *set = dimension.all();
                }
            }
            let mut differs = false;
            for_each_world(&sets, |varied| differs |= !self.holds_in(question, varied, report));
            differs
        };
        (0..facts.len()).filter(|&fact| differs(fact)).collect()
    }

    /// Whether a report would hold in a world with other facts, the parameters being what they are.
    fn holds_in(&self, question: &Question, world: &World, report: ReportId) -> bool {
        let sets = within(question, world, self.matrix.fact_count());
        let sets = sets.get(..self.matrix.dimensions.len()).unwrap_or(&sets);
        let mut holds = false;
        for_each_world(sets, |world| self.matrix.tables.reports_in(world, |r| holds |= r == report));
        holds
    }

    /// The worlds that the facts of a question leave; parameters are class 0 in them.
    pub(super) fn fact_worlds(&self, question: &Question) -> Vec<World> {
        let facts = self.matrix.fact_count();
        let mut sets: Vec<ClassSet> = question.sets.iter().take(facts).copied().collect();
        sets.resize(self.matrix.dimensions.len(), ClassSet::one(0));
        let mut worlds = Vec::new();
        for_each_world(&sets, |world| {
            if !question.without.excludes(self.matrix.world_number(world)) {
                worlds.push(*world);
            }
        });
        worlds
    }

    /// Parameters that are not known and could be given a value that the service does not take.
    fn unknown_and_validated(&self, question: &Question) -> Vec<usize> {
        let facts = self.matrix.fact_count();
        let parameters = self.matrix.file.parameters.iter().enumerate();
        let validated = parameters.filter(|(_, p)| matches!(p.kind, ParameterType::Choice | ParameterType::Integer));
        let unknown = |d: usize| question.sets.get(d).is_some_and(|set| set.single().is_none());
        validated.map(|(i, _)| facts + i).filter(|&d| unknown(d)).collect()
    }

    /// Where no error is certain, yet every world holds one: the error that holds in most worlds.
    fn promote(&self, certain: &[Held], possible: &[Held], worlds: &[World]) -> Option<Held> {
        let is_error = |report: ReportId| self.severity(report) == Severity::Error;
        if certain.iter().any(|held| held.severity == Severity::Error) {
            return None;
        }
        let in_world = |world: &World| -> Option<ReportId> {
            let all = certain.iter().chain(possible).flat_map(|held| &held.worlds);
            all.filter(|(w, report)| w == world && is_error(*report)).map(|(_, report)| *report).next()
        };
        let answers: Option<Vec<(World, ReportId)>> = worlds.iter().map(|w| Some((*w, in_world(w)?))).collect();
        let answers = answers?;
        let errors_of = |held: &&Held| held.worlds.iter().filter(|(_, r)| is_error(*r)).count();
        let candidates = possible.iter().filter(|held| errors_of(held) > 0);
        let best = candidates.min_by_key(|held| (usize::MAX - errors_of(held), self.order_of(held.report)))?;
        let mut promoted = best.clone();
        promoted.severity = Severity::Error;
        promoted.worlds.retain(|(_, report)| is_error(*report));
        promoted.elsewhere =
            answers.into_iter().filter(|(w, _)| !promoted.worlds.iter().any(|(own, _)| own == w)).collect();
        Some(promoted)
    }

    /// The order in which possible findings on one parameter are preferred: worst, widest, first in the catalogue.
    fn weight(&self, held: &Held) -> (std::cmp::Reverse<Severity>, std::cmp::Reverse<usize>, u32) {
        let worst = held.worlds.iter().map(|(_, report)| self.severity(*report)).max().unwrap_or(Severity::Note);
        (std::cmp::Reverse(worst), std::cmp::Reverse(held.worlds.len()), self.order_of(held.report))
    }

    fn severity(&self, report: ReportId) -> Severity {
        self.matrix.tables.report(report).map_or(Severity::Note, |r| r.severity)
    }

    fn order_of(&self, report: ReportId) -> u32 {
        self.order.get(usize::from(report)).copied().unwrap_or(u32::MAX)
    }
}

/// The worlds of each report, in the order in which the reports first appear.
fn by_report<'h>(worlds: impl Iterator<Item = &'h (World, ReportId)>) -> Vec<(ReportId, Vec<World>)> {
    let mut groups: Vec<(ReportId, Vec<World>)> = Vec::new();
    for (world, report) in worlds {
        match groups.iter_mut().find(|(known, _)| known == report) {
            Some((_, list)) => list.push(*world),
            None => groups.push((*report, vec![*world])),
        }
    }
    groups
}

/// The sets of a question with its facts narrowed to one world.
pub(super) fn within(question: &Question, world: &World, facts: usize) -> [ClassSet; MAX_DIMENSIONS] {
    let mut sets = question.sets;
    for (set, &class) in sets.iter_mut().zip(world).take(facts) {
        *set = ClassSet::one(class);
    }
    sets
}

/// A number that is the same for reports of one rule.
fn rule_key(tables: &Tables, report: ReportId) -> usize {
    let rule = tables.report(report).map(|r| r.rule.as_str());
    tables.reports.iter().position(|r| Some(r.rule.as_str()) == rule).unwrap_or(usize::MAX)
}

/// The reports (rule and parameter) that hold for every world of a product of sets, each with its mildest form.
/// Notes for each world whether it holds an error.
fn common_reports(
    tables: &Tables,
    dimensions: usize,
    sets: &[ClassSet; MAX_DIMENSIONS],
    errors: &mut Vec<(World, bool)>,
) -> Vec<ReportId> {
    let sets = sets.get(..dimensions).unwrap_or(sets);
    let mut common: Option<Vec<ReportId>> = None;
    let same = |a: ReportId, b: ReportId| match (tables.report(a), tables.report(b)) {
        (Some(a), Some(b)) => a.rule == b.rule && a.parameter == b.parameter,
        _ => false,
    };
    let severity = |r: ReportId| tables.report(r).map_or(Severity::Note, |r| r.severity);
    for_each_world(sets, |world| {
        let mut here: Vec<ReportId> = Vec::new();
        tables.reports_in(world, |report| here.push(report));
        errors.push((*world, here.iter().any(|&r| severity(r) == Severity::Error)));
        common = Some(match common.take() {
            None => here,
            Some(before) => before
                .into_iter()
                .filter_map(|report| {
                    let twin = here.iter().copied().find(|&r| same(r, report))?;
                    Some(if severity(twin) < severity(report) { twin } else { report })
                })
                .collect(),
        });
    });
    common.unwrap_or_default()
}

/// The dimensions on which it depends whether a world holds an error, the others being equal.
fn deciding(errors: &[(World, bool)], dimensions: usize) -> Vec<usize> {
    let both = errors.iter().any(|(_, e)| *e) && errors.iter().any(|(_, e)| !*e);
    if !both {
        return Vec::new();
    }
    let matters = |dimension: usize| {
        let mut seen: FxHashMap<World, bool> = FxHashMap::default();
        errors.iter().any(|(world, error)| {
            let mut rest = *world;
            if let Some(slot) = rest.get_mut(dimension) {
                *slot = 0;
            }
            *seen.entry(rest).or_insert(*error) != *error
        })
    };
    (0..dimensions).filter(|&d| matters(d)).collect()
}
