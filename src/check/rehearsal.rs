//! The examples of a rule of an organisation, run: what does not come out as they say, and which conditions none of
//! them reaches.

use std::sync::Arc;

use super::{Checker, Run, Settings};
use crate::finding::Confidence;
use crate::matrix::Worlds;
use crate::model::{Inventory, Value, all_tags, tag};
use crate::policy::{self, Example, Input, Judged, Moment, Policy, Situation, Trial};
use crate::ram::Truth;
use crate::source::{Place, Source, Span};
use crate::surface::{self, MemoryFiles, plain};
use crate::syntax::when::Zone;

/// What came out of the examples of one rule.
#[derive(Debug, Clone, Default)]
pub struct Rehearsal {
    /// The id of the rule.
    pub id: String,
    /// How many examples there are.
    pub examples: usize,
    /// Those that did not come out as they say: where they stand, and what happened.
    pub failures: Vec<(Place, String)>,
    /// How many outcomes the conditions have: each may hold or not.
    pub outcomes: usize,
    /// Outcomes that no example reaches: where the condition stands, and which of both.
    pub unreached: Vec<(Place, String)>,
}

/// How a rule took an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// There is no call in it.
    NoCall,
    /// It is silent.
    Silent,
    /// It says that something may be wrong.
    Perhaps,
    /// It speaks.
    Speaks,
}

/// What is seen of the conditions while examples run.
struct Seen {
    atoms: Vec<(bool, bool)>,
    /// Whether a day was within the limit, and whether one was beyond it.
    limit: (bool, bool),
}

impl Checker {
    /// Runs the examples of a rule.
    #[must_use]
    pub fn rehearse(&self, rule: &Policy) -> Rehearsal {
        let mut seen = Seen { atoms: vec![(false, false); rule.conditions().count()], limit: (false, false) };
        let mut rehearsal =
            Rehearsal { id: rule.id().to_owned(), examples: rule.examples.len(), ..Rehearsal::default() };
        for trial in &rule.examples {
            let answer = match &trial.input {
                Input::Files(files) => self.answer_on_files(rule, files, &mut seen),
                Input::Call(example) => self.answer_on_call(rule, example, &mut seen),
            };
            if let Some(message) = wrong(trial, answer) {
                rehearsal.failures.push((trial.place.clone(), message));
            }
        }
        let conditions = rule.conditions().zip(seen.atoms);
        let limit = rule.limit_place().map(|place| (place, seen.limit));
        for (place, (holds, fails)) in conditions.chain(limit) {
            rehearsal.outcomes += 2;
            let shown = place.text().split_whitespace().collect::<Vec<_>>().join(" ");
            if !holds {
                rehearsal.unreached.push((place.clone(), format!("no example in which `{shown}` holds")));
            }
            if !fails {
                rehearsal.unreached.push((place.clone(), format!("no example in which `{shown}` does not hold")));
            }
        }
        rehearsal
    }

    fn answer_on_files(&self, rule: &Policy, files: &[(String, String)], seen: &mut Seen) -> Answer {
        let mut memory = MemoryFiles::new();
        for (path, text) in files {
            memory.add(path, text.as_str());
        }
        let settings = Settings::default();
        let mut run = Run::of_memory(&memory, &self.sieve());
        let extraction = self.extraction(&mut run, &settings);
        let callers = self.callers(&extraction);
        let evaluators = self.evaluators();
        let mut answer = Answer::NoCall;
        for (number, call) in extraction.calls.iter().enumerate() {
            let Some(evaluator) = evaluators.iter().find(|one| one.matrix().api().id == call.api) else { continue };
            let callers = callers.get(number).cloned().unwrap_or_default();
            let situation = Situation::of_schedules(call, callers, rule);
            let judged = policy::judge(rule, evaluator, call, (&settings.inventory, Worlds::default()), &situation);
            answer = answer.max(seen.take(&judged));
        }
        if rule.most_a_day().is_some() {
            let over = self.counted(&extraction.calls, &settings, std::slice::from_ref(rule));
            seen.limit.0 |= over.is_empty() && answer != Answer::NoCall;
            seen.limit.1 |= !over.is_empty();
            for together in over {
                let is_certain = together.finding.confidence == Confidence::Certain;
                answer = answer.max(if is_certain { Answer::Speaks } else { Answer::Perhaps });
            }
        }
        answer
    }

    fn answer_on_call(&self, rule: &Policy, example: &Example, seen: &mut Seen) -> Answer {
        let evaluators = self.evaluators();
        let of_example = |id: &str| example.api.as_deref().is_none_or(|api| api == id);
        let Some(evaluator) = evaluators.iter().find(|one| of_example(&one.matrix().api().id)) else {
            return Answer::NoCall;
        };
        let source = Arc::new(Source::from_text(example.path.clone().unwrap_or_default(), ""));
        let place = Place::new(&source, Span::default());
        let given = |pairs: &[(String, String)]| {
            pairs.iter().map(|(name, value)| plain::Given::nowhere(&source, name, value)).collect::<Vec<_>>()
        };
        let (facts, parameters) = (given(&example.facts), given(&example.parameters));
        let mut call = plain::call(evaluator.matrix().api(), &place, facts, parameters, plain::WIRE);
        if let Some(tags) = &example.tags {
            call.facts.extend(tags.iter().map(|(key, value)| tag(key, Value::known(value.as_str()))));
            call.facts.push(all_tags());
        }
        if let Some(wanted) = &example.surface {
            let mut known = surface::all().iter().map(|surface| surface.id()).chain([LOGS]);
            call.surface = known.find(|known| known == wanted).unwrap_or(call.surface);
        }
        let usual = Zone::default();
        let zone = rule.zone().unwrap_or(&usual);
        let situation = Situation {
            principals: example.principal.iter().cloned().collect(),
            moments: example.at.and_then(|at| Moment::of(at, zone)).into_iter().collect(),
        };
        let known = (&Inventory::default(), Worlds::default());
        let judged = policy::judge(rule, evaluator, &call, known, &situation);
        let mut answer = seen.take(&judged);
        if let (Some(limit), Some(number)) = (rule.most_a_day(), example.calls_per_day) {
            let is_over = number > limit;
            seen.limit.0 |= !is_over;
            seen.limit.1 |= is_over;
            answer = answer.max(match judged.concerned {
                Some(Truth::Yes) if is_over => Answer::Speaks,
                Some(Truth::Maybe) if is_over => Answer::Perhaps,
                _ => Answer::Silent,
            });
        }
        answer
    }
}

/// The surface that calls of logs are of.
const LOGS: &str = "actiontrail";

impl Seen {
    fn take(&mut self, judged: &Judged) -> Answer {
        for (known, new) in self.atoms.iter_mut().zip(&judged.reached) {
            known.0 |= new.0;
            known.1 |= new.1;
        }
        match &judged.finding {
            Some(finding) if finding.confidence == Confidence::Certain => Answer::Speaks,
            Some(_) => Answer::Perhaps,
            None => Answer::Silent,
        }
    }
}

/// What is wrong with how an example came out.
fn wrong(trial: &Trial, answer: Answer) -> Option<String> {
    let named = if trial.title.is_empty() { "this example".to_owned() } else { format!("`{}`", trial.title) };
    match (trial.fails, answer) {
        (_, Answer::NoCall) => Some(format!("there is no call in {named}")),
        (true, Answer::Silent) => Some(format!("{named} should fail, and the rule is silent")),
        (true, Answer::Perhaps) => Some(format!("{named} should fail, and that it does is only possible")),
        (false, Answer::Speaks) => Some(format!("{named} should pass, and the rule speaks")),
        (false, Answer::Perhaps) => {
            Some(format!("{named} should pass, and may fail: something it depends on is not known"))
        }
        _ => None,
    }
}
