//! The state of a walk through a program: scopes, objects, conditions that hold, and how much work is left.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::heap::{Event, Object, ObjectId, ObjectKind, Passed};
use super::jobs::Jobs;
use super::lanes::Tasks;
use super::plans::Plan;
use super::symbol::{Data, Possible, Symbol, overlay};
use crate::model::{Api, Call, Guard, GuardKind, Runs};
use crate::source::{Place, Source, Span};
use crate::surface::Files;
use crate::syntax::code::{Class, Function, Import, Module, Parameter};

/// The number of a scope.
pub(crate) type ScopeId = usize;

/// A class with the scope of its body.
pub(crate) type SharedClass = Rc<ClassValue>;

/// Statements and expressions that one file may take.
const WORK: usize = 150_000;

/// How deep evaluations may be nested, functions within functions included.
const DEPTH: usize = 110;

/// How many conditions may hold at once.
const CONDITIONS: usize = 12;

/// Functions that are run when their program is, though nothing in it calls them.
const ENTRIES: &[&str] = &["main", "Main", "handler", "Handler", "lambda_handler", "main_handler"];

/// What such a function takes first where a service of functions runs it.
const EVENT: &str = "event";

/// What a language knows that the machine does not.
pub(crate) trait Language {
    /// A name that no scope has.
    fn builtin(&self, name: &str) -> Option<Data>;

    /// A name that neither a scope nor the language itself has: it may come from an import of everything in a
    /// module, or from a file of the same package.
    fn unbound(&self, machine: &mut Machine<'_>, name: &str, place: &Place) -> Option<Symbol> {
        let _ = (machine, name, place);
        None
    }

    /// Whether a module is the class that has its name, so that importing it makes the class known.
    fn module_is_class(&self) -> bool {
        false
    }

    /// Whether several functions of a class may have one name, told apart by how much they are given.
    fn has_overloads(&self) -> bool {
        false
    }

    /// Whether a function that is marked as asynchronous runs when it is called, whether or not anybody waits.
    fn has_promises(&self) -> bool {
        false
    }

    /// The file of a module, as it is named in an import from `from`.
    fn module_file(&self, module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf>;

    /// Reads a file.
    fn parse(&self, text: &str) -> Module;

    /// Something by its full name that a module among the files has which is more than one file.
    fn of_folder(&self, machine: &mut Machine<'_>, path: &str) -> Option<Symbol> {
        let _ = (machine, path);
        None
    }

    /// A call of something outside; nothing when it is not known either.
    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol>;

    /// A call of a method of something that has no such method in the program.
    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol>;

    /// A field of something that has no such field in the program.
    fn member(&self, machine: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol>;

    /// What an object is as a part of a text; nothing for one that is no text, as a list that is joined with others.
    fn text(&self, machine: &mut Machine<'_>, object: ObjectId, place: &Place) -> Option<Symbol> {
        let _ = (machine, object, place);
        None
    }

    /// What a parameter of a function is that nobody in sight calls, when the language says so.
    fn root_parameter(&self, machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol>;

    /// A call of a function of the program in which no call was found.
    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        let _ = (machine, name, call);
    }

    /// The name of the method that makes an object.
    fn constructor(&self) -> &str;

    /// The end of a walk.
    fn finish(&self, machine: &mut Machine<'_>);
}

/// A call in the program, with what it is given.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// The whole call.
    pub(crate) place: Place,
    /// What is called.
    pub(crate) function: Place,
    /// The name that is called, the last part of it.
    pub(crate) name: Place,
    /// What is given.
    pub(crate) arguments: Vec<Passed>,
    /// Why more may be given than is seen, and where.
    pub(crate) open: Option<(String, Place)>,
}

/// A function with the scope that it sees.
#[derive(Debug, Clone)]
pub(crate) struct Closure {
    pub(crate) function: Arc<Function>,
    pub(crate) scope: ScopeId,
    pub(crate) source: Arc<Source>,
    /// The class that it is a method of.
    pub(crate) class: Option<SharedClass>,
    /// The object that it is bound to.
    pub(crate) bound: Option<Symbol>,
    /// Another function of the same name in the same class.
    pub(crate) overload: Option<Rc<Closure>>,
    /// What it is given before anything that it is called with.
    pub(crate) preset: Vec<Passed>,
}

impl Closure {
    /// The same function, given other things before it is called.
    pub(super) fn given(&self, preset: Vec<Passed>) -> Self {
        Self { preset, ..self.clone() }
    }
}

/// A class of the program.
#[derive(Debug)]
pub(crate) struct ClassValue {
    pub(crate) class: Arc<Class>,
    /// What stands in its body.
    pub(crate) scope: ScopeId,
    pub(crate) bases: Vec<Symbol>,
}

/// Names and what they stand for.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) names: FxHashMap<Arc<str>, Binding>,
    pub(crate) parent: Option<ScopeId>,
    /// What holds wherever the scope is.
    pub(crate) guards: Vec<Guard>,
    pub(crate) globals: Vec<String>,
    /// Whether it is the body of a class, which functions in it do not see.
    pub(crate) is_class: bool,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) struct Binding {
    pub(crate) symbol: Symbol,
    /// Counts assignments, so that a condition knows whether its names have changed.
    pub(crate) version: usize,
}

/// A call that was found, and in which walk.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) call: Call,
    /// The function that the walk began with.
    pub(crate) root: Option<Span>,
    /// What was given away and how much had been done to it, so that the same thing is not found twice.
    pub(crate) object: Option<(ObjectId, usize)>,
    /// Whether it may be tried again only because it failed before.
    pub(crate) again: bool,
}

/// The walk.
pub(crate) struct Machine<'a> {
    pub(crate) language: &'a dyn Language,
    pub(crate) apis: &'a [Api],
    pub(crate) files: &'a dyn Files,
    pub(crate) surface: &'static str,
    pub(crate) heap: Vec<Object>,
    pub(crate) scopes: Vec<Scope>,
    /// How many objects are being made of which only a method is walked.
    pub(crate) assuming: usize,
    /// The scope of what is walked now.
    pub(crate) scope: ScopeId,
    pub(crate) source: Arc<Source>,
    pub(crate) guards: Vec<Guard>,
    /// Names of the functions that are open.
    pub(crate) stack: Vec<(String, Span)>,
    /// Their names for people.
    pub(crate) names: Vec<String>,
    pub(crate) found: Vec<Found>,
    /// What was given away, as in [`Found::object`], and the objects of it.
    pub(crate) given_away: FxHashSet<(ObjectId, usize)>,
    pub(crate) given_objects: FxHashSet<ObjectId>,
    /// What was found already that is no object, in words of whoever found it.
    pub(crate) seen: FxHashSet<String>,
    /// Functions that another one calls.
    pub(crate) called: FxHashSet<(String, Span)>,
    /// Functions and methods that were defined, in order.
    pub(crate) defined: Vec<Rc<Closure>>,
    /// Functions without a name that are among them, by their addresses.
    pub(crate) nameless: FxHashSet<usize>,
    /// What the open functions give back so far.
    pub(crate) returns: Vec<Vec<Possible>>,
    pub(crate) modules: BTreeMap<PathBuf, ScopeId>,
    pub(crate) root: Option<Span>,
    /// Modules among the files that were imported by all their names.
    pub(crate) dotted: Vec<String>,
    /// Modules outside of which everything was imported, each with the file that did.
    pub(crate) open_imports: Vec<(String, Arc<str>)>,
    /// Whether something was not followed to its end, so that more may have been set than was seen.
    pub(crate) gave_up: bool,
    /// How often what is walked now runs.
    pub(crate) around: Runs,
    /// How many further rounds of loops that may end early are open.
    pub(crate) again: usize,
    /// What plans start by name.
    pub(crate) plans: Vec<Plan>,
    /// Decisions about whether something went wrong: that nothing did is the usual course of a program.
    pub(crate) failures: FxHashSet<Arc<str>>,
    /// What schedulers and queues start by name.
    pub(super) jobs: Jobs,
    /// What runs beside the program.
    pub(super) tasks: Tasks,
    /// What is known of the environment, and of the arguments.
    pub(super) settings: BTreeMap<String, Symbol>,
    pub(super) arguments: Vec<Symbol>,
    /// How many endless loops are open.
    pub(crate) endless_loops: usize,
    /// The numbers of decisions with the same words, by what they are about.
    decisions: FxHashMap<String, FxHashMap<String, usize>>,
    versions: usize,
    work: usize,
    depth: usize,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(
        language: &'a dyn Language,
        apis: &'a [Api],
        files: &'a dyn Files,
        surface: &'static str,
        source: &Arc<Source>,
    ) -> Self {
        Self {
            language,
            apis,
            files,
            surface,
            heap: Vec::new(),
            scopes: vec![Scope::default()],
            assuming: 0,
            scope: 0,
            source: Arc::clone(source),
            guards: Vec::new(),
            stack: Vec::new(),
            names: Vec::new(),
            found: Vec::new(),
            given_away: FxHashSet::default(),
            given_objects: FxHashSet::default(),
            seen: FxHashSet::default(),
            called: FxHashSet::default(),
            defined: Vec::new(),
            nameless: FxHashSet::default(),
            returns: Vec::new(),
            modules: BTreeMap::new(),
            root: None,
            dotted: Vec::new(),
            open_imports: Vec::new(),
            gave_up: false,
            around: Runs { program: source.path().to_owned(), ..Runs::default() },
            again: 0,
            plans: Vec::new(),
            failures: FxHashSet::default(),
            jobs: Jobs::default(),
            tasks: Tasks::default(),
            settings: BTreeMap::new(),
            arguments: Vec::new(),
            endless_loops: 0,
            decisions: FxHashMap::default(),
            versions: 0,
            work: WORK,
            depth: 0,
        }
    }

    /// Takes some of the work that is left; false when there is none.
    pub(crate) fn spend(&mut self, work: usize) -> bool {
        self.work = self.work.saturating_sub(work + 1);
        self.work > 0
    }

    /// How much work was taken so far.
    #[cfg(test)]
    pub(crate) fn spent(&self) -> usize {
        WORK - self.work
    }

    /// Whether the walk had to be given up.
    pub(crate) fn exhausted(&self) -> bool {
        self.work == 0
    }

    /// Whether one more level is possible; the caller has to leave it again.
    pub(crate) fn enter(&mut self) -> bool {
        if self.depth >= DEPTH || !self.spend(0) {
            self.gave_up = true;
            return false;
        }
        self.depth += 1;
        true
    }

    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        Place::new(&self.source, span)
    }

    /// Adds a list, a map or an object.
    pub(crate) fn add(&mut self, place: Place, kind: ObjectKind) -> ObjectId {
        let assumed = self.assuming > 0;
        let mut object = Object::new(place, self.guards.clone(), kind);
        object.assumed = assumed;
        self.heap.push(object);
        self.heap.len() - 1
    }

    pub(crate) fn object(&self, id: ObjectId) -> Option<&Object> {
        self.heap.get(id)
    }

    /// Notes that something was done to an object.
    pub(crate) fn record(&mut self, id: ObjectId, mut event: Event) {
        event.guards.clone_from(&self.guards);
        if let Some(Object { kind: ObjectKind::Instance(instance), .. }) = self.heap.get_mut(id) {
            instance.events.push(event);
        }
    }

    /// Notes that more may be in an object than is seen.
    pub(crate) fn open(&mut self, id: ObjectId, reason: &str, place: &Place) {
        if let Some(object) = self.heap.get_mut(id)
            && object.open.is_none()
        {
            object.open = Some((reason.to_owned(), place.clone()));
        }
    }

    /// What a name stands for, and the count of its assignments.
    pub(crate) fn lookup(&self, name: &str) -> Option<&Binding> {
        let mut at = Some(self.scope);
        let mut first = true;
        while let Some(scope) = at.and_then(|id| self.scopes.get(id)) {
            if (first || !scope.is_class)
                && let Some(binding) = scope.names.get(name)
            {
                return Some(binding);
            }
            first = false;
            at = scope.parent;
        }
        None
    }

    /// The outermost scope of the one that is walked.
    pub(crate) fn module_scope(&self) -> ScopeId {
        let mut at = self.scope;
        while let Some(parent) = self.scopes.get(at).and_then(|scope| scope.parent) {
            at = parent;
        }
        at
    }

    /// Gives a value to a name.
    pub(crate) fn bind(&mut self, name: &str, symbol: Symbol, place: &Place) {
        let global = self.scopes.get(self.scope).is_some_and(|scope| scope.globals.iter().any(|g| g == name));
        let at = if global { self.module_scope() } else { self.scope };
        self.versions += 1;
        let version = self.versions;
        let guards = self.guards.clone();
        let Some(scope) = self.scopes.get_mut(at) else { return };
        let relative: Vec<Guard> = guards.into_iter().filter(|g| !scope.guards.contains(g)).collect();
        // To keep what was there in all other cases takes work with the conditions and with what it may be.
        let kept = scope.names.get(name).map_or(0, |old| old.symbol.alternatives().len());
        self.work = self.work.saturating_sub(relative.len() * kept / 16);
        let symbol = match scope.names.get(name) {
            Some(old) => overlay(&old.symbol, &symbol, &relative, place),
            None if relative.is_empty() => symbol,
            None => {
                let mut alternatives = symbol.into_alternatives();
                alternatives.iter_mut().for_each(|a| super::symbol::add_guards(&mut a.guards, &relative));
                Symbol::one_of(alternatives, place)
            }
        };
        scope.names.insert(Arc::from(name), Binding { symbol, version });
    }

    /// A guard on a decision; the same words about other values are another decision.
    pub(crate) fn decision(&mut self, text: &str, identity: &str, branch: u32) -> Guard {
        if !self.decisions.contains_key(text) {
            self.decisions.insert(text.to_owned(), FxHashMap::default());
        }
        let number = match self.decisions.get_mut(text) {
            Some(same) => {
                let count = same.len();
                same.get(identity).copied().unwrap_or_else(|| {
                    same.insert(identity.to_owned(), count);
                    count
                })
            }
            None => 0,
        };
        let key = if number == 0 { text.to_owned() } else { format!("{text} ({})", number + 1) };
        Guard { key: Arc::from(key), branch, kind: GuardKind::Conditional }
    }

    /// Lets a condition hold from here on.
    pub(crate) fn assume(&mut self, guards: &[Guard]) {
        super::symbol::add_guards(&mut self.guards, guards);
    }

    /// Whether a decision says that nothing went wrong.
    pub(crate) fn is_usual(&self, guard: &Guard) -> bool {
        guard.branch == 0 && self.failures.contains(&guard.key)
    }

    /// Whether something went wrong in what is walked.
    pub(crate) fn has_failed(&self) -> bool {
        self.guards.iter().any(|guard| guard.branch != 0 && self.failures.contains(&guard.key))
    }

    /// Whether a further condition, behind `more` others, is kept apart from those that hold.
    pub(crate) fn has_room(&self, more: usize) -> bool {
        self.guards.len() + more < CONDITIONS
    }

    /// The scope of a module among the files, walked when it is seen for the first time.
    pub(crate) fn module(&mut self, module: &str) -> Option<ScopeId> {
        let from = PathBuf::from(self.source.path());
        let path = self.language.module_file(module, &from, self.files)?;
        if let Some(scope) = self.modules.get(&path) {
            return Some(*scope);
        }
        let source = self.files.read(&path).ok()?;
        if !self.spend(source.text().len() / 200) || !self.enter() {
            return None;
        }
        let program = self.language.parse(source.text());
        self.scopes.push(Scope::default());
        let scope = self.scopes.len() - 1;
        self.modules.insert(path, scope);
        let (outer_scope, outer_source) = (self.scope, std::mem::replace(&mut self.source, source));
        let guards = std::mem::take(&mut self.guards);
        let stack = std::mem::take(&mut self.stack);
        self.scope = scope;
        self.bind_main(false);
        self.statements(&program.statements);
        self.guards = guards;
        self.stack = stack;
        self.source = outer_source;
        self.scope = outer_scope;
        self.leave();
        Some(scope)
    }

    /// The modules outside of which the file that is walked has imported everything.
    pub(crate) fn wildcards(&self) -> Vec<Arc<str>> {
        let own = self.open_imports.iter().filter(|(path, _)| path == self.source.path());
        own.map(|(_, module)| Arc::clone(module)).collect()
    }

    /// Binds what an import makes known.
    pub(crate) fn import(&mut self, import: &Import, span: Span) {
        super::imports::import(self, import, span);
    }

    /// Whether the module is the one that is run.
    fn bind_main(&mut self, main: bool) {
        let place = self.place(Span::default());
        let name = if main { "__main__" } else { "a module" };
        self.bind("__name__", Symbol::text(name, place.clone()), &place);
    }

    /// Walks a file: its statements, then every function that nothing in it calls.
    pub(crate) fn file(&mut self, path: &Path, module: &Module) {
        self.modules.insert(path.to_owned(), 0);
        self.bind_main(true);
        self.statements(&module.statements);
        let own = Arc::clone(&self.source);
        let mut index = 0;
        let mut late = Vec::new();
        while let Some(closure) = self.defined.get(index).cloned() {
            index += 1;
            if !Arc::ptr_eq(&closure.source, &own) {
                continue;
            }
            // What starts a job may be said behind its class.
            if super::jobs::runs_job(&closure) { late.push(closure) } else { self.walk_root(&closure) }
        }
        late.iter().for_each(|closure| self.walk_root(closure));
        let language = self.language;
        language.finish(self);
    }

    /// Walks a function that nothing in its file calls.
    fn walk_root(&mut self, closure: &Rc<Closure>) {
        if self.is_called(closure) {
            return;
        }
        self.guards.clear();
        self.gave_up = false;
        self.root = Some(closure.function.span);
        let starts = self.marked(closure);
        if self.planned(closure) || self.is_job(closure) {
            // It is walked already.
        } else if starts.is_empty() && is_entry(closure) {
            self.call_as_root(closure);
        } else {
            self.as_started(starts, closure, |machine| machine.call_as_root(closure));
        }
        self.root = None;
    }

    pub(crate) fn is_called(&self, closure: &Closure) -> bool {
        self.called.contains(&(closure.source.path().to_owned(), closure.function.span))
    }

    /// The calls, without those of a function walked by itself that another one calls with values.
    pub(crate) fn into_calls(mut self) -> Vec<Call> {
        super::rounds::drop_tries(&mut self);
        let usual = std::mem::take(&mut self.failures);
        let is_usual = |guard: &Guard| guard.branch == 0 && usual.contains(&guard.key);
        self.found.iter_mut().for_each(|found| found.call.guards.retain(|guard| !is_usual(guard)));
        let path = self.source.path().to_owned();
        let called: FxHashSet<Span> = self.called.into_iter().filter(|(p, _)| *p == path).map(|(_, s)| s).collect();
        let is_called = |found: &Found| found.root.is_some_and(|root| called.contains(&root));
        let head = |found: &Found| (found.call.head.source.path().to_owned(), found.call.head.span);
        let kept: FxHashSet<_> = self.found.iter().filter(|found| !is_called(found)).map(head).collect();
        let found = self.found.into_iter();
        found.filter(|found| !is_called(found) || !kept.contains(&head(found))).map(|found| found.call).collect()
    }
}

/// Whether a function is what is run of its program.
fn is_entry(closure: &Closure) -> bool {
    let function = &closure.function;
    ENTRIES.contains(&function.name.trim_end_matches("()")) || function.parameters.iter().any(|p| p.name == EVENT)
}
