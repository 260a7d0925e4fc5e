//! Statements that run several times.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Alternative, Content, Guard, GuardKind, Step, Value};
use crate::source::{Place, Span};
use crate::surface::aliyun_cli::CliWord;
use crate::syntax::shell::{Block, For, Redirect, Statement, While, Word};

use super::env::{Binding, Branch, Environment, Positional};
use super::run::{Flow, Runner};
use super::{rounds, value};

/// The variables of each line of a document, and how many lines it has with the key of their rounds.
type Feed = (BTreeMap<String, Value>, Option<(usize, Arc<str>)>);

/// How deep loops are walked twice to see what a later pass sees.
const LOOPS: usize = 3;

impl Runner<'_> {
    /// The variables of `while read a b; do … done <<EOF`, over the lines of the document.
    /// With the number of the lines, and the key of the rounds where the lines are known.
    pub(super) fn feed(&self, block: &Block) -> Feed {
        let none = (BTreeMap::new(), None);
        let [Statement::While(repeat)] = block.body.as_slice() else { return none };
        let [Statement::Command(read)] = repeat.condition.as_slice() else { return none };
        let [Redirect::HereDocument(document)] = block.redirects.as_slice() else { return none };
        let words: Option<Vec<String>> = read.words.iter().map(Word::literal).collect();
        let words = words.unwrap_or_default();
        // Another separator, or options that take values, are left alone.
        let separated = read.assignments.iter().any(|a| a.name == "IFS");
        let names: Vec<_> = words.iter().skip(1).filter(|word| *word != "-r").cloned().collect();
        if words.first().is_none_or(|name| name != "read") || names.iter().any(|n| n.starts_with('-')) {
            return none;
        }
        let text = document.text.text();
        let expanded = !document.quoted && text.contains(['$', '`', '\\']);
        if expanded || separated && names.len() != 1 || text.lines().count() > value::ALTERNATIVES {
            return none;
        }
        let key = self.key_of(repeat.span);
        let mut values: BTreeMap<String, Vec<Alternative>> = BTreeMap::new();
        let mut at = 0;
        let mut lines = 0;
        for (index, line) in text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).enumerate() {
            // Empty lines are not among these, so the place is looked for anew.
            let start = text.get(at..).and_then(|rest| rest.find(line)).map_or(at, |found| at + found);
            at = start + line.len();
            lines = index + 1;
            for (name, (from, to)) in names.iter().zip(columns(line, names.len())) {
                let place = Place::new(&self.source, document.text.span(start + from, start + to));
                let mut alternative = Alternative::new(Content::text(line.get(from..to).unwrap_or_default()));
                let branch = u32::try_from(index).unwrap_or(u32::MAX);
                alternative.guards.push(Guard { key: Arc::clone(&key), branch, kind: GuardKind::Iteration });
                alternative.steps.push(Step { place, label: format!("`{name}` takes this value in a loop") });
                values.entry(name.clone()).or_default().push(alternative);
            }
        }
        (values.into_iter().map(|(name, all)| (name, Value::one_of(all))).collect(), Some((lines, key)))
    }

    pub(super) fn for_loop(&mut self, each: &For) -> Flow {
        let mut elements = Vec::new();
        let mut count = rounds::Count::default();
        match &each.words {
            Some(words) => {
                for word in words {
                    self.visit(word);
                    let fields = self.fields(word);
                    count.add(word, self.source.slice(word.span), &fields);
                    if elements.len() <= value::ALTERNATIVES {
                        elements.extend(fields);
                    }
                }
            }
            None if each.variable.is_empty() => {}
            None => match &self.environment.positional {
                Positional::Known(words) => {
                    words.iter().for_each(|word| count.add_field(word));
                    elements.extend(words.iter().cloned());
                }
                Positional::Outside(whose) => {
                    count.unknown(format!("each element is {whose}"));
                    elements.push(CliWord::many(format!("an element is {whose}"), self.place(each.span)));
                }
            },
        }
        let known = elements.iter().all(|e| e.many.is_none() && e.guards.is_empty());
        if !each.variable.is_empty() {
            let value = self.element(each, &elements, known);
            self.environment.set(&each.variable, Binding::Scalar(value));
        }
        let round = self.round_of_for(each, &count, known && elements.len() <= value::ALTERNATIVES);
        self.round(round, &each.body, |runner| runner.repeat(&each.body, each.span, known && !elements.is_empty()))
    }

    /// The key of the guards that stand on what the variable of a loop holds.
    pub(super) fn key_of(&self, span: Span) -> Arc<str> {
        Arc::from(format!("{}: loop at {}", self.source.path(), self.source.slice(span)))
    }

    /// What the variable of a loop holds: one element after the other.
    fn element(&self, each: &For, elements: &[CliWord], known: bool) -> Value {
        if !known || elements.len() > value::ALTERNATIVES {
            let place = elements.first().map(|e| e.place.clone());
            return Value::unknown(format!("`{}` takes many values in a loop", each.variable), place);
        }
        let key = self.key_of(each.span);
        let label = format!("`{}` takes this value in a loop", each.variable);
        let mut all = Vec::new();
        for (index, element) in elements.iter().enumerate() {
            let mut value = value::assigned(element.value.clone(), &element.place, &label);
            for alternative in value.alternatives_mut() {
                if elements.len() > 1 {
                    let branch = u32::try_from(index).unwrap_or(u32::MAX);
                    let kind = if each.chosen { GuardKind::Conditional } else { GuardKind::Iteration };
                    let guard = Guard { key: Arc::clone(&key), branch, kind };
                    value::add_guards(&mut alternative.guards, &[guard]);
                }
                all.push(alternative.clone());
            }
        }
        if all.len() > value::ALTERNATIVES { value::too_many() } else { Value::one_of(all) }
    }

    pub(super) fn while_loop(&mut self, repeat: &While) -> Flow {
        let before = self.environment.clone();
        let body: Vec<Statement> = repeat.condition.iter().chain(&repeat.body).cloned().collect();
        let round = self.round_of_while(repeat);
        self.round(round, &repeat.body, |runner| runner.repeat(&body, repeat.span, false));
        // It may not run at all.
        let after = std::mem::replace(&mut self.environment, before.clone());
        if !before.same(&after) {
            let branches = vec![self.pass(repeat.span, 0, before), self.pass(repeat.span, 1, after)];
            if let Some(environment) = self.merged(branches) {
                self.environment = environment;
            }
        }
        Flow::Next
    }

    fn pass(&self, span: Span, branch: u32, environment: Environment) -> Branch {
        let mut guard = self.guard(span, branch);
        guard.key = Arc::from(format!("{}{}", value::PASSES, guard.key));
        Branch { guards: vec![guard], environment }
    }

    /// Walks a loop's body: once in silence to see what it sets, then with what a later pass may see.
    fn repeat(&mut self, body: &[Statement], span: Span, surely: bool) -> Flow {
        // What the variables hold is kept and compared several times.
        if !self.spend(self.environment.variables.len() / 8) {
            return Flow::Exit;
        }
        let before = self.environment.clone();
        if self.loops < LOOPS {
            self.loops += 1;
            self.silent += 1;
            let (jobs, skipped) = (self.jobs.clone(), self.skipped);
            self.statements(body);
            self.jobs = jobs;
            self.skipped = skipped;
            self.silent -= 1;
            self.loops -= 1;
            let after = std::mem::replace(&mut self.environment, before.clone());
            if !before.same(&after) {
                let branches = vec![self.pass(span, 0, before.clone()), self.pass(span, 1, after)];
                if let Some(environment) = self.merged(branches) {
                    self.environment = environment;
                }
            }
        }
        let flow = self.statements(body);
        if !surely && !before.same(&self.environment) {
            let after = std::mem::replace(&mut self.environment, before.clone());
            let branches = vec![self.pass(span, 0, before), self.pass(span, 1, after)];
            if let Some(environment) = self.merged(branches) {
                self.environment = environment;
            }
        }
        if flow == Flow::Exit && surely && self.work > 0 { Flow::Exit } else { Flow::Next }
    }
}

/// Where the columns of a line stand; the last one takes the rest, those that are missing are empty.
fn columns(line: &str, count: usize) -> Vec<(usize, usize)> {
    let end = line.trim_end().len();
    let mut at = 0;
    let mut found = Vec::new();
    for column in 1..=count {
        let rest = line.get(at..end).unwrap_or_default();
        let start = at + (rest.len() - rest.trim_start().len());
        let word = line.get(start..end).unwrap_or_default();
        let stop = if column == count { end } else { word.find(char::is_whitespace).map_or(end, |stop| start + stop) };
        found.push((start, stop.max(start)));
        at = stop.max(start);
    }
    found
}
