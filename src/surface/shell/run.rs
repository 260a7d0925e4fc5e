//! A walk through a script in the order in which it runs, with what is known of its variables.
//!
//! Nothing is executed. Every branch is walked, a loop as often as its values need, and the work is bounded
//! by a count, so that the result is the same on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Call, Content, Guard, GuardKind, Value};
use crate::source::{Source, Span};
use crate::surface::Files;
use crate::surface::aliyun_cli::{CliWord, Tool};
use crate::syntax::shell::{Case, Chain, EmbeddedText, For, If, Script, Statement, While, Word};

use super::env::{self, Binding, Branch, Environment, Positional};
use super::{condition, value};

/// How many statements one root script may cost, those of sourced files and functions included.
const WORK: usize = 400_000;

/// How deep functions, sourced files and embedded scripts may lead into each other.
const DEPTH: usize = 12;

/// How deep loops are walked twice to see what a later pass sees.
const LOOPS: usize = 3;

/// How control leaves a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// To the next one.
    Next,
    /// Out of the loop or the function.
    Leave,
    /// Out of the script.
    Exit,
}

/// A function and where it is defined.
#[derive(Clone)]
pub(super) struct Defined {
    pub(super) body: Arc<Vec<Statement>>,
    pub(super) source: Arc<Source>,
}

/// A script that was read, and its text.
pub(super) type ReadScript = (Rc<Script>, Arc<Source>);

/// What all scripts of one run have in common.
#[derive(Clone, Copy)]
pub(super) struct Project<'a> {
    pub(super) apis: &'a [Api],
    pub(super) files: &'a dyn Files,
    pub(super) surface: &'static str,
}

/// The state of the walk.
pub(super) struct Runner<'a> {
    pub(super) project: Project<'a>,
    pub(super) tool: Arc<Tool>,
    /// The file that is being walked, and the folder of the root script.
    pub(super) source: Arc<Source>,
    pub(super) folder: String,
    pub(super) environment: Environment,
    pub(super) functions: BTreeMap<String, Defined>,
    pub(super) called: BTreeSet<String>,
    /// The functions that are being walked.
    pub(super) stack: Vec<String>,
    /// What functions have declared local, with what it hides.
    pub(super) locals: Vec<Vec<(String, Option<Rc<Binding>>)>>,
    /// What must hold for control to be here.
    pub(super) guards: Vec<Guard>,
    /// Files that are being sourced.
    pub(super) sourcing: Vec<PathBuf>,
    pub(super) scripts: BTreeMap<PathBuf, Option<ReadScript>>,
    /// Texts that variables were given and that may be run as commands, with their files.
    pub(super) templates: BTreeMap<String, (Rc<EmbeddedText>, Arc<Source>)>,
    /// The variables of the `.env` beside the root script, once somebody asked for one.
    pub(super) beside: std::cell::OnceCell<BTreeMap<String, Value>>,
    /// Whether the text was expanded once before this shell sees it.
    pub(super) twice_expanded: bool,
    pub(super) calls: Vec<Call>,
    /// Whether calls are not collected, in the first pass through a loop.
    silent: usize,
    loops: usize,
    depth: usize,
    pub(super) work: usize,
}

impl<'a> Runner<'a> {
    pub(super) fn new(project: Project<'a>, source: &Arc<Source>, folder: String, environment: Environment) -> Self {
        Self {
            project,
            tool: Tool::get(),
            source: Arc::clone(source),
            folder,
            environment,
            functions: BTreeMap::new(),
            called: BTreeSet::new(),
            stack: Vec::new(),
            locals: Vec::new(),
            guards: Vec::new(),
            sourcing: Vec::new(),
            scripts: BTreeMap::new(),
            templates: BTreeMap::new(),
            beside: std::cell::OnceCell::new(),
            twice_expanded: false,
            calls: Vec::new(),
            silent: 0,
            loops: 0,
            depth: 0,
            work: WORK,
        }
    }

    /// Whether the work ran out, so that calls may have been missed.
    pub(super) fn exhausted(&self) -> bool {
        self.work == 0
    }

    /// Takes from the budget; false when there is nothing left.
    pub(super) fn spend(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work);
        self.work > 0
    }

    pub(super) fn collect(&mut self, mut call: Call) {
        if self.silent == 0 {
            call.guards.clone_from(&self.guards);
            self.calls.push(call);
        }
    }

    /// Runs `walk` one level deeper, unless that is too deep.
    pub(super) fn deeper(&mut self, walk: impl FnOnce(&mut Self) -> Flow) -> Flow {
        if self.depth >= DEPTH {
            return Flow::Next;
        }
        self.depth += 1;
        let flow = walk(self);
        self.depth -= 1;
        flow
    }

    /// Walks a root script, then the functions that nothing in it calls.
    pub(super) fn root(&mut self, script: &Script) {
        self.statements(&script.statements);
        let own: Vec<_> = self
            .functions
            .iter()
            .filter(|(name, function)| !self.called.contains(*name) && Arc::ptr_eq(&function.source, &self.source))
            .map(|(name, function)| (name.clone(), function.clone()))
            .collect();
        for (name, function) in own {
            if !self.called.contains(&name) {
                let whose = format!("an argument of `{name}`, which nothing in this script calls");
                self.call_function(&name, &function, Positional::Outside(Rc::from(whose)));
            }
        }
    }

    pub(super) fn statements(&mut self, statements: &[Statement]) -> Flow {
        for statement in statements {
            let flow = self.statement(statement);
            if flow != Flow::Next {
                return flow;
            }
        }
        Flow::Next
    }

    fn statement(&mut self, statement: &Statement) -> Flow {
        if !self.spend(1) {
            return Flow::Exit;
        }
        match statement {
            Statement::Command(command) => self.command(command),
            Statement::Block(block) => {
                let flow = if block.subshell {
                    self.apart(|runner| runner.statements(&block.body));
                    Flow::Next
                } else {
                    self.statements(&block.body)
                };
                self.redirects(&block.redirects);
                flow
            }
            Statement::Pipeline(stages) => self.pipeline(stages),
            Statement::Chain(chain) => self.chain(chain),
            Statement::Not(inner) => self.statement(inner),
            Statement::Test(test) => {
                condition::words(&test.expression, &mut |word| self.visit(word));
                Flow::Next
            }
            Statement::If(branches) => self.conditional(branches),
            Statement::Case(case) => self.case(case),
            Statement::For(each) => self.for_loop(each),
            Statement::While(repeat) => self.while_loop(repeat),
            Statement::Function(function) => {
                let defined = Defined { body: Arc::clone(&function.body), source: Arc::clone(&self.source) };
                self.functions.insert(function.name.clone(), defined);
                Flow::Next
            }
        }
    }

    /// Walks something whose assignments are lost, as in a subshell.
    pub(super) fn apart(&mut self, walk: impl FnOnce(&mut Self) -> Flow) {
        if self.spend(self.environment.variables.len() / 8) {
            let before = self.environment.clone();
            walk(self);
            self.environment = before;
        }
    }

    fn pipeline(&mut self, stages: &[Statement]) -> Flow {
        // `cat <<EOF | ssh host`: the document is what the later stage reads.
        if let [Statement::Command(first), rest @ ..] = stages {
            let runs = |stage: &Statement| match stage {
                Statement::Command(command) => self.reads_script(command),
                _ => None,
            };
            if let Some(remote) = rest.iter().find_map(runs) {
                self.piped_script(first, remote);
            }
        }
        for stage in stages {
            self.apart(|runner| runner.statement(stage));
        }
        Flow::Next
    }

    fn chain(&mut self, chain: &Chain) -> Flow {
        // `test && a || b`, where `a` cannot fail, is a choice between the two.
        if let [(true, yes, _), (false, no, _)] = chain.rest.as_slice()
            && condition::is_test(&chain.first)
            && condition::is_assignment(yes)
        {
            let first = std::slice::from_ref(&*chain.first);
            let (yes, no) = (std::slice::from_ref(yes), std::slice::from_ref(no));
            return self.choose(vec![(first, chain.first_span, yes)], no);
        }
        let mut flow = self.statement(&chain.first);
        let mut left: (&Statement, Span) = (&chain.first, chain.first_span);
        let mut only = true;
        for (and, statement, whole) in &chain.rest {
            if flow != Flow::Next {
                return flow;
            }
            let decided = if only { self.decide(std::slice::from_ref(left.0)) } else { condition::Decision::Unknown };
            let test = only && condition::is_test(left.0);
            only = false;
            flow = match decided {
                condition::Decision::Known(holds) if holds == *and => self.statement(statement),
                condition::Decision::Known(_) => Flow::Next,
                condition::Decision::Split(contexts) => {
                    let taken = contexts.iter().filter(|(_, holds)| holds == and).map(|(g, _)| g.clone()).collect();
                    let not = contexts.iter().filter(|(_, holds)| holds != and).map(|(g, _)| g.clone()).collect();
                    self.branches(vec![(taken, std::slice::from_ref(statement)), (not, &[])])
                }
                // After another command that succeeds things go on as written.
                condition::Decision::Unknown if *and && !test => {
                    self.statement(statement);
                    Flow::Next
                }
                condition::Decision::Unknown => {
                    let guard = |branch| vec![vec![self.guard(left.1, branch)]];
                    let (yes, no) = (guard(u32::from(!*and)), guard(u32::from(*and)));
                    self.branches(vec![(yes, std::slice::from_ref(statement)), (no, &[])])
                }
            };
            left = (statement, *whole);
        }
        flow
    }

    /// A decision that is not known before the script runs.
    fn guard(&self, condition: Span, branch: u32) -> Guard {
        let mut key = format!("{}: ", self.source.path());
        for word in self.source.slice(condition).split_whitespace() {
            key.push_str(word);
            key.push(' ');
        }
        Guard { key: Arc::from(key.trim_end()), branch, kind: GuardKind::Conditional }
    }

    fn conditional(&mut self, branches: &If) -> Flow {
        let arms = branches.arms.iter().map(|arm| (&*arm.condition, arm.condition_span, &*arm.body)).collect();
        self.choose(arms, branches.otherwise.as_deref().unwrap_or_default())
    }

    /// Walks the first of several bodies whose condition holds, or another one.
    fn choose(&mut self, arms: Vec<(&[Statement], Span, &[Statement])>, otherwise: &[Statement]) -> Flow {
        // What must hold for the next condition to be asked at all.
        let mut open: Vec<Vec<Guard>> = vec![Vec::new()];
        let mut taken: Vec<(Vec<Vec<Guard>>, &[Statement])> = Vec::new();
        for (condition, span, body) in arms {
            self.statements(condition);
            let (mut yes, mut no) = (Vec::new(), Vec::new());
            match self.decide(condition) {
                condition::Decision::Known(true) => yes.append(&mut open),
                condition::Decision::Known(false) => no.append(&mut open),
                condition::Decision::Split(contexts) => {
                    for (guards, holds) in contexts {
                        let side = if holds { &mut yes } else { &mut no };
                        for before in open.iter().filter(|before| value::compatible(before, &guards)) {
                            let mut both = before.clone();
                            value::add_guards(&mut both, &guards);
                            side.push(both);
                        }
                    }
                }
                condition::Decision::Unknown => {
                    for before in &open {
                        for (branch, side) in [(0, &mut yes), (1, &mut no)] {
                            let guard = self.guard(span, branch);
                            let mut both = before.clone();
                            if value::compatible(&both, std::slice::from_ref(&guard)) {
                                value::add_guards(&mut both, &[guard]);
                                side.push(both);
                            }
                        }
                    }
                }
            }
            taken.push((yes, body));
            open = no;
        }
        taken.push((open, otherwise));
        self.branches(taken)
    }

    /// Walks branches, each once for every list of guards under which it is taken, and merges what they leave.
    fn branches(&mut self, branches: Vec<(Vec<Vec<Guard>>, &[Statement])>) -> Flow {
        let before = self.environment.clone();
        let mut left = Vec::new();
        let mut ended = Flow::Exit;
        for (contexts, body) in branches {
            for guards in contexts {
                if !value::compatible(&guards, &self.guards) || !self.spend(1 + before.variables.len() / 4) {
                    continue;
                }
                let outer = self.guards.len();
                value::add_guards(&mut self.guards, &guards);
                let flow = self.statements(body);
                self.guards.truncate(outer);
                let environment = std::mem::replace(&mut self.environment, before.clone());
                match flow {
                    Flow::Next => left.push(Branch { guards, environment }),
                    Flow::Leave => ended = Flow::Leave,
                    Flow::Exit => {}
                }
            }
        }
        match self.merged(left) {
            Some(environment) => {
                self.environment = environment;
                Flow::Next
            }
            None => ended,
        }
    }

    fn merged(&self, branches: Vec<Branch>) -> Option<Environment> {
        let unset = |name: &str| {
            self.beside(name)
                .unwrap_or_else(|| value::outside(format!("variable `{name}` is not set in this script"), None))
        };
        env::merge(branches, unset)
    }

    fn case(&mut self, case: &Case) -> Flow {
        self.visit(&case.subject);
        let subject = value::narrowed(&self.value(&case.subject), &self.guards);
        let mut contexts: Vec<Vec<Vec<Guard>>> = vec![Vec::new(); case.arms.len()];
        let mut none = Vec::new();
        let known = subject.alternatives().iter().all(|a| value::text(a).is_some() && !a.overridable);
        for (index, alternative) in subject.alternatives().iter().enumerate() {
            let text = value::text(alternative).filter(|_| known);
            let Some(text) = text else {
                if index == 0 {
                    for (arm, contexts) in contexts.iter_mut().enumerate() {
                        contexts.push(vec![self.arm_guard(case, arm)]);
                    }
                    let rest = |arm: &crate::syntax::shell::CaseArm| {
                        arm.patterns.iter().any(|p| p.literal().as_deref() == Some("*"))
                    };
                    if !case.arms.iter().any(rest) {
                        none.push(vec![self.arm_guard(case, case.arms.len())]);
                    }
                }
                continue;
            };
            let matches = |arm: &crate::syntax::shell::CaseArm| {
                arm.patterns.iter().any(|p| p.literal().is_none_or(|pattern| condition::matches(&pattern, text)))
            };
            let arm = case.arms.iter().position(matches).and_then(|arm| contexts.get_mut(arm));
            arm.unwrap_or(&mut none).push(alternative.guards.clone());
        }
        let mut branches: Vec<(Vec<Vec<Guard>>, &[Statement])> = Vec::new();
        for (arm, contexts) in case.arms.iter().zip(contexts) {
            branches.push((contexts, &arm.body));
        }
        branches.push((none, &[]));
        self.branches(branches)
    }

    fn arm_guard(&self, case: &Case, arm: usize) -> Guard {
        let mut guard = self.guard(case.subject.span, u32::try_from(arm).unwrap_or(u32::MAX));
        guard.key = Arc::from(format!("case {}", guard.key));
        guard
    }

    fn for_loop(&mut self, each: &For) -> Flow {
        let mut elements = Vec::new();
        match &each.words {
            Some(words) => {
                for word in words {
                    self.visit(word);
                    elements.extend(self.fields(word));
                }
            }
            None if each.variable.is_empty() => {}
            None => match &self.environment.positional {
                Positional::Known(words) => elements.extend(words.iter().cloned()),
                Positional::Outside(whose) => {
                    elements.push(CliWord::many(format!("an element is {whose}"), self.place(each.span)));
                }
            },
        }
        let known = elements.iter().all(|e| e.many.is_none() && e.guards.is_empty());
        if !each.variable.is_empty() {
            let value = self.element(each, &elements, known);
            self.environment.set(&each.variable, Binding::Scalar(value));
        }
        self.repeat(&each.body, each.span, known && !elements.is_empty())
    }

    /// What the variable of a loop holds: one element after the other.
    fn element(&self, each: &For, elements: &[CliWord], known: bool) -> Value {
        if !known || elements.len() > value::ALTERNATIVES {
            let place = elements.first().map(|e| e.place.clone());
            return Value::unknown(format!("`{}` takes many values in a loop", each.variable), place);
        }
        let key: Arc<str> = Arc::from(format!("{}: loop at {}", self.source.path(), self.source.slice(each.span)));
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

    fn while_loop(&mut self, repeat: &While) -> Flow {
        let before = self.environment.clone();
        let body: Vec<Statement> = repeat.condition.iter().chain(&repeat.body).cloned().collect();
        self.repeat(&body, repeat.span, false);
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
        let before = self.environment.clone();
        if self.loops < LOOPS {
            self.loops += 1;
            self.silent += 1;
            self.statements(body);
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

    /// What a condition comes to, as far as the variables tell.
    fn decide(&self, statements: &[Statement]) -> condition::Decision {
        condition::decide(statements, &|word: &Word| value::narrowed(&self.value(word), &self.guards))
    }

    /// Whether a value is one of those that are unknown for good.
    pub(super) fn is_unknown(value: &Value) -> bool {
        value.alternatives().iter().any(|a| matches!(a.content, Content::Unknown(_)))
    }
}
