//! A walk through a script in the order in which it runs, with what is known of its variables.
//!
//! Nothing is executed. Every branch is walked, a loop as often as its values need, and the work is bounded
//! by a count, so that the result is the same on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Access, Api, Call, Content, Guard, Repeat, Runs, Start, Value};
use crate::source::{Place, Source};
use crate::surface::Files;
use crate::surface::aliyun_cli::Tool;
use crate::syntax::shell::{EmbeddedText, Script, Statement, Word};

use super::env::{Binding, Environment, Positional};
use super::jobs::Jobs;
use super::merge::{self, Visit};
use super::programs::Found;
use super::{Walked, condition, value};

/// How many statements one root script may cost, those of sourced files and functions included.
const WORK: usize = 400_000;

/// How deep functions, sourced files and embedded scripts may lead into each other.
const DEPTH: usize = 12;

/// How deep statements may be nested, those of functions and other scripts included.
const NESTING: usize = 160;

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

/// Where control may have gone before it comes to a command.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Skipped {
    /// Out of the script.
    pub(super) script: bool,
    /// Out of the function or the round.
    pub(super) part: bool,
}

/// The count of a loop.
pub(super) struct Round {
    /// How often, unless it goes on for ever.
    pub(super) repeat: Option<Repeat>,
    /// How often it makes a round when it goes on for ever.
    pub(super) pause: Option<Start>,
}

/// A script that was read, and its text.
pub(super) type ReadScript = (Rc<Script>, Arc<Source>);

/// What all scripts of one run have in common.
#[derive(Clone, Copy)]
pub(super) struct Project<'a> {
    pub(super) apis: &'a [Api],
    pub(super) files: &'a dyn Files,
    pub(super) surface: &'static str,
    /// Whether a file is a script, by its path and its first bytes.
    pub(super) is_script: fn(&std::path::Path, &[u8]) -> bool,
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
    /// The variables that a variable is computed from.
    pub(super) origins: BTreeMap<String, BTreeSet<String>>,
    /// What `read` gives in a loop over the lines of a here-document.
    pub(super) fed: BTreeMap<String, Value>,
    /// How many lines that document has, and the key of its rounds.
    pub(super) fed_lines: Option<(usize, Arc<str>)>,
    /// The program that is walked, with what is around it.
    pub(super) around: Runs,
    /// The loops that are being walked.
    pub(super) rounds: Vec<Round>,
    /// What runs in the background, for each shell.
    pub(super) jobs: Vec<Jobs>,
    /// How many shells with jobs of their own there were.
    pub(super) shells: u32,
    /// The commands that lead here: calls of functions and scripts.
    pub(super) site: Vec<Place>,
    /// Whether control may have gone elsewhere before it came here, though nothing failed: out of the script, or out of
    /// the function or the round.
    pub(super) skipped: Skipped,
    /// Whether the last command that left something left it for good.
    pub(super) left_well: bool,
    /// Whether what is printed goes to the program `crontab`.
    pub(super) to_crontab: bool,
    /// Programs that are run and that are no scripts.
    pub(super) found: Vec<Found>,
    /// The variables of the `.env` beside the root script, once somebody asked for one.
    pub(super) beside: std::cell::OnceCell<BTreeMap<String, Value>>,
    /// Whether the text was expanded once before this shell sees it.
    pub(super) twice_expanded: bool,
    pub(super) visits: Vec<Visit>,
    /// What commands say about access.
    pub(super) access: Access,
    /// What the script wrote to files from here-documents.
    pub(super) written: BTreeMap<String, (Rc<EmbeddedText>, Arc<Source>)>,
    /// The file and the end of a script that stands in a file of another kind.
    pub(super) within: Option<(Arc<Source>, u32)>,
    /// Why a program of another language in it was not followed.
    pub(super) missed: Option<String>,
    /// Whether calls are not collected, in the first pass through a loop.
    pub(super) silent: usize,
    pub(super) loops: usize,
    depth: usize,
    nesting: usize,
    /// Whether something was nested too deep to be followed.
    cut: bool,
    pub(super) work: usize,
    /// How many more paths may be looked for.
    pub(super) lookups: usize,
}

impl<'a> Runner<'a> {
    pub(super) fn new(
        project: Project<'a>,
        source: &Arc<Source>,
        folder: String,
        environment: Environment,
        around: Runs,
    ) -> Self {
        let jobs = vec![Jobs::of(&around.program)];
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
            origins: BTreeMap::new(),
            fed: BTreeMap::new(),
            fed_lines: None,
            around,
            rounds: Vec::new(),
            jobs,
            shells: 0,
            site: Vec::new(),
            skipped: Skipped::default(),
            left_well: false,
            to_crontab: false,
            found: Vec::new(),
            lookups: super::files::LOOKUPS,
            beside: std::cell::OnceCell::new(),
            twice_expanded: false,
            visits: Vec::new(),
            access: Access::default(),
            written: BTreeMap::new(),
            within: None,
            missed: None,
            silent: 0,
            loops: 0,
            depth: 0,
            nesting: 0,
            cut: false,
            work: WORK,
        }
    }

    /// Whether the work ran out, so that calls may have been missed.
    pub(super) fn exhausted(&self) -> bool {
        self.work == 0 || self.cut
    }

    /// Takes from the budget; false when there is nothing left.
    pub(super) fn spend(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work);
        self.work > 0
    }

    pub(super) fn collect(&mut self, mut call: Call) {
        if self.silent == 0 {
            call.guards.clone_from(&self.guards);
            call.runs = self.runs();
            self.visits.push(Visit { call, site: self.site.clone() });
        }
    }

    /// How often what stands here runs, and beside what.
    pub(super) fn runs(&self) -> Runs {
        let mut runs = self.around.clone();
        runs.repeats.extend(self.rounds.iter().filter_map(|round| round.repeat.clone()));
        runs.lanes.extend(self.jobs.iter().filter_map(Jobs::lane));
        // What never ends is not started again and again.
        if let Some(pause) = self.rounds.iter().rev().find_map(|round| round.pause.clone()) {
            runs.starts = vec![pause];
        }
        if self.skipped.script || self.skipped.part {
            runs.starts.iter_mut().for_each(|start| start.per_day = start.per_day.at_most());
            runs.repeats.iter_mut().for_each(|repeat| repeat.times = repeat.times.at_most());
        }
        runs
    }

    /// What was found: one call for each place.
    pub(super) fn walked(&mut self) -> Walked {
        let calls = merge::merge(std::mem::take(&mut self.visits));
        let from = &self.around.program;
        let leads = std::mem::take(&mut self.found).into_iter().map(|found| found.lead(from)).collect();
        let mut access = std::mem::take(&mut self.access);
        crate::surface::policy::distinct(&mut access);
        Walked { calls, leads, access, missed: self.missed.take() }
    }

    /// Runs `walk` one level deeper, unless that is too deep.
    pub(super) fn deeper(&mut self, walk: impl FnOnce(&mut Self) -> Flow) -> Flow {
        if self.depth >= DEPTH {
            self.cut = true;
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

    pub(super) fn statement(&mut self, statement: &Statement) -> Flow {
        if !self.spend(1) {
            return Flow::Exit;
        }
        if self.nesting >= NESTING {
            self.cut = true;
            return Flow::Next;
        }
        self.nesting += 1;
        let flow = self.walk(statement);
        self.nesting -= 1;
        flow
    }

    fn walk(&mut self, statement: &Statement) -> Flow {
        match statement {
            Statement::Command(command) => self.command(command),
            Statement::Background(part) => self.background(part),
            Statement::Block(block) => {
                let (fed, lines) = self.feed(block);
                let outer = std::mem::replace(&mut self.fed, fed);
                let outer_lines = std::mem::replace(&mut self.fed_lines, lines);
                let flow = if block.subshell {
                    self.apart(|runner| runner.statements(&block.body));
                    Flow::Next
                } else {
                    self.statements(&block.body)
                };
                self.fed = outer;
                self.fed_lines = outer_lines;
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
            let skipped = self.skipped;
            walk(self);
            self.skipped = skipped;
            self.environment = before;
        }
    }

    /// Notes that a branch has left the script, the function or the round, when nothing has failed there.
    pub(super) fn note_leaving(&mut self, flow: Flow) {
        match flow {
            Flow::Exit if self.left_well => self.skipped.script = true,
            Flow::Leave if self.left_well => self.skipped.part = true,
            _ => {}
        }
    }

    /// Walks a function or the rounds of a loop: what is left there is not left behind it.
    pub(super) fn part(&mut self, walk: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let outer = self.skipped.part;
        let flow = walk(self);
        self.skipped.part = outer;
        flow
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
        self.piped_program(stages);
        let outer = self.to_crontab;
        self.to_crontab |= Self::feeds_crontab(stages);
        for stage in stages {
            self.apart(|runner| runner.statement(stage));
        }
        self.to_crontab = outer;
        Flow::Next
    }

    /// What a condition comes to, as far as the variables tell.
    pub(super) fn decide(&self, statements: &[Statement]) -> condition::Decision {
        condition::decide(statements, &|word: &Word| value::narrowed(&self.value(word), &self.guards))
    }

    /// Whether a value is one of those that are unknown for good.
    pub(super) fn is_unknown(value: &Value) -> bool {
        value.alternatives().iter().any(|a| matches!(a.content, Content::Unknown(_)))
    }
}
