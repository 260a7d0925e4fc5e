//! Statements.

use std::rc::Rc;
use std::sync::Arc;

use super::assigned::{Names, assigned};
use super::heap::{MapEntry, ObjectKind};
use super::machine::{Binding, ClassValue, Closure, Machine, Scope};
use super::symbol::{Data, Possible, Symbol, add_guards};
use crate::model::Guard;
use crate::source::{Place, Span};
use crate::syntax::code::{Class, Expression, ExpressionKind, For, Function, Statement, StatementKind, Target, Try};

/// How many elements of a list are walked one by one.
const ROUNDS: usize = 64;

/// How many outcomes of conditions are walked one by one.
const OUTCOMES: usize = 6;

/// Whether what follows is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    Left,
}

impl Machine<'_> {
    pub(crate) fn statements(&mut self, statements: &[Statement]) -> Flow {
        if !self.enter() {
            return Flow::Next;
        }
        let mut flow = Flow::Next;
        for statement in statements {
            if !self.spend(0) {
                break;
            }
            flow = self.statement(statement);
            if flow == Flow::Left {
                break;
            }
        }
        self.leave();
        flow
    }

    /// Statements after which the conditions are those of before.
    fn part(&mut self, statements: &[Statement]) -> Flow {
        let before = self.guards.clone();
        let flow = self.statements(statements);
        self.guards = before;
        flow
    }

    fn statement(&mut self, statement: &Statement) -> Flow {
        match &statement.kind {
            StatementKind::Expression(expression) => {
                self.floats(expression);
                self.evaluate(expression);
            }
            StatementKind::Assign(targets, value) => {
                self.floats(value);
                let symbol = self.evaluate(value);
                for target in targets {
                    self.assign(target, symbol.clone(), value);
                }
            }
            StatementKind::Update(target, value) => self.update(target, value, statement.span),
            StatementKind::If(branches, otherwise) => return self.conditional(branches, otherwise),
            StatementKind::For(looped) => return self.for_loop(looped),
            StatementKind::While(condition, body) => {
                self.evaluate(condition);
                let place = self.place(condition.span);
                let endless = usize::from(super::schedules::is_endless(condition));
                self.endless_loops += endless;
                match self.endless(condition, body) {
                    Some(start) => self.as_program(start, |machine| machine.unknown_rounds(body)),
                    None => self.repeated(place, false, |machine| machine.unknown_rounds(body)),
                }
                self.endless_loops -= endless;
            }
            StatementKind::Function(function) => self.define(function),
            StatementKind::Class(class) => self.class(class),
            StatementKind::Import(import) => self.import(import, statement.span),
            StatementKind::Try(attempt) => return self.attempt(attempt),
            StatementKind::Block(statements) => return self.statements(statements),
            StatementKind::Return(value) => {
                let place = self.place(statement.span);
                let symbol = match value {
                    Some(value) => self.evaluate(value),
                    None => Symbol::at(Data::Null, place),
                };
                // What is given beside an error is nothing that the caller goes on with.
                let several = matches!(value.as_ref().map(|value| &value.kind), Some(ExpressionKind::List(_)));
                if several && self.has_failed() {
                    return Flow::Left;
                }
                let guards = self.guards.clone();
                if let Some(returns) = self.returns.last_mut() {
                    let fit = symbol.under(&guards).into_alternatives().into_iter().map(|mut alternative| {
                        add_guards(&mut alternative.guards, &guards);
                        alternative
                    });
                    returns.extend(fit);
                }
                return Flow::Left;
            }
            StatementKind::Raise(values) => {
                values.iter().for_each(|value| drop(self.evaluate(value)));
                return Flow::Left;
            }
            StatementKind::Leave => return Flow::Left,
            StatementKind::Global(names) => {
                let at = self.scope;
                if let Some(scope) = self.scopes.get_mut(at) {
                    scope.globals.extend(names.iter().cloned());
                }
            }
        }
        Flow::Next
    }

    /// Gives a value to a target.
    pub(crate) fn assign_target(&mut self, target: &Target, symbol: Symbol, value: &Expression) {
        self.assign(target, symbol, value);
    }

    fn assign(&mut self, target: &Target, symbol: Symbol, value: &Expression) {
        match target {
            Target::Name(name) => {
                let place = self.place(name.span);
                let symbol = symbol.labelled(&format!("`{}` is set here", name.name));
                self.plan(&name.name, &symbol);
                self.bind(&name.name, symbol, &place);
            }
            Target::Member(object, name) => {
                self.plan(&name.name, &symbol);
                let object = self.evaluate(object);
                let name_place = self.place(name.span);
                let (symbol, value_place, literal) = self.unwrapped(value, symbol);
                self.set_member(&object, &name.name, &name_place, symbol, &value_place, literal);
            }
            Target::Index(object, index) => {
                let (object, key) = (self.evaluate(object), self.evaluate(index));
                let key_place = self.place(index.span);
                let (symbol, value_place, _) = self.unwrapped(value, symbol);
                self.set_index(&object, &key, &key_place, symbol, &value_place);
            }
            Target::Many(targets) => self.share(targets, &symbol, value),
            Target::Other => {}
        }
    }

    /// `a, b = value`
    fn share(&mut self, targets: &[Target], symbol: &Symbol, value: &Expression) {
        for (index, target) in targets.iter().enumerate() {
            let place = self.place(value.span);
            let mut alternatives: Vec<Possible> = Vec::new();
            for outer in symbol.alternatives() {
                let element = match &outer.data {
                    Data::Object(id) => self.object(*id).and_then(|object| match &object.kind {
                        ObjectKind::List(list) if list.len() == targets.len() && object.open.is_none() => {
                            list.get(index).map(|element| element.inside(outer, Some(*id)))
                        }
                        _ => None,
                    }),
                    _ => None,
                };
                match element {
                    Some(element) => alternatives.extend(element),
                    None => {
                        let unknown = Symbol::unknown(self.reason(outer, &place), place.clone());
                        alternatives.extend(unknown.inside(outer, None));
                    }
                }
            }
            let element = Symbol::one_of(alternatives, &place);
            self.assign(target, element, value);
        }
    }

    fn update(&mut self, target: &Target, value: &Expression, span: Span) {
        let added = self.evaluate(value);
        let old = match target {
            Target::Name(name) => self.read_name(&name.name, name.span),
            _ => Symbol::unknown("it is changed in place", self.place(span)),
        };
        // A list that grows stays the same list.
        if let Some(id) = old.single_object() {
            let more = added.single_object().and_then(|id| self.object(id)).and_then(|o| o.elements());
            self.extend_list(id, more, &self.place(value.span));
            return;
        }
        let joined = self.join(&[old, added], &self.place(span));
        self.assign(target, joined, value);
    }

    fn conditional(&mut self, branches: &[(Expression, Vec<Statement>)], otherwise: &[Statement]) -> Flow {
        let start = self.guards.clone();
        let mut pending: Vec<Vec<Guard>> = vec![Vec::new()];
        let mut reached: Vec<Vec<Guard>> = Vec::new();
        let mut left: Vec<&[Statement]> = Vec::new();
        for (condition, body) in branches {
            let mut next = Vec::new();
            for base in pending {
                self.guards.clone_from(&start);
                self.assume(&base);
                for (guards, holds) in self.decide(condition, OUTCOMES) {
                    let mut all = base.clone();
                    add_guards(&mut all, &guards);
                    if holds {
                        // So many conditions are not kept apart; what is set where they hold is not known elsewhere.
                        let apart = self.has_room(0);
                        self.guards.clone_from(&start);
                        self.assume(&all);
                        let kept = self.before_failure(body);
                        match self.branch(condition, body) {
                            Flow::Next => reached.push(all),
                            Flow::Left => {
                                left.push(body);
                                self.after_failure(kept);
                            }
                        }
                        self.guards.clone_from(&start);
                        self.assume(&base);
                        if !apart {
                            self.forget(body);
                        }
                    } else if next.len() < OUTCOMES {
                        next.push(if self.has_room(0) { all } else { base.clone() });
                    } else {
                        self.gave_up = true;
                    }
                }
            }
            pending = next;
        }
        for base in pending {
            self.guards.clone_from(&start);
            self.assume(&base);
            match self.statements(otherwise) {
                Flow::Next => reached.push(base),
                Flow::Left => left.push(otherwise),
            }
        }
        self.guards = start;
        match reached.as_slice() {
            [] => Flow::Left,
            [only] => {
                if self.has_room(0) {
                    // Where whatever went wrong has left, what follows is the usual course.
                    let unusual: Vec<Guard> = only.iter().filter(|guard| !self.is_usual(guard)).cloned().collect();
                    self.assume(&unusual);
                } else {
                    left.iter().for_each(|body| self.forget(body));
                }
                Flow::Next
            }
            _ => Flow::Next,
        }
    }

    /// The body of a branch; what a timer lets go on in an endless loop is started by it.
    fn branch(&mut self, condition: &Expression, body: &[Statement]) -> Flow {
        match self.received(condition, body) {
            Some(start) => {
                self.as_program(start, |machine| {
                    machine.statements(body);
                });
                Flow::Next
            }
            None => self.statements(body),
        }
    }

    /// What the variables hold that are set where something went wrong.
    fn before_failure(&self, body: &[Statement]) -> Vec<(Arc<str>, Binding)> {
        if !self.has_failed() {
            return Vec::new();
        }
        let mut names = Names::default();
        assigned(body, &mut names, 0);
        let Some(scope) = self.scopes.get(self.scope) else { return Vec::new() };
        let known = names.all.into_iter().filter_map(|(name, _)| scope.names.get_key_value(name.as_str()));
        known.map(|(name, binding)| (Arc::clone(name), binding.clone())).collect()
    }

    /// Nothing that was set there is seen by what follows.
    fn after_failure(&mut self, kept: Vec<(Arc<str>, Binding)>) {
        if let Some(scope) = self.scopes.get_mut(self.scope) {
            scope.names.extend(kept);
        }
    }

    fn for_loop(&mut self, looped: &For) -> Flow {
        let iterable = self.evaluate(&looped.iterable);
        if let Some(start) = self.ticks(&iterable).filter(|_| !super::rounds::may_end(&looped.body, 0)) {
            let place = self.place(looped.iterable.span);
            let unknown = Symbol::unknown("when a timer gives a value is not known", place);
            self.assign(&looped.target, unknown, &looped.iterable);
            self.as_program(start, |machine| machine.unknown_rounds(&looped.body));
            return Flow::Next;
        }
        let label = format!("element of `{}`", short(self.place(looped.iterable.span).text()));
        let before = self.guards.clone();
        for outer in iterable.alternatives() {
            self.guards.clone_from(&before);
            if !super::symbol::compatible(&outer.guards, &before) {
                continue;
            }
            self.assume(&outer.guards);
            match self.rounds(outer) {
                Some(elements) => {
                    let may_end = super::rounds::may_end(&looped.body, 0);
                    for (number, element) in elements.into_iter().enumerate() {
                        let round = self.guards.clone();
                        let again = usize::from(may_end && number > 0);
                        self.again += again;
                        self.assign(&looped.target, element.labelled(&label), &looped.iterable);
                        self.statements(&looped.body);
                        self.again -= again;
                        self.guards = round;
                    }
                    if leaves(&looped.body) {
                        self.forget(&looped.body);
                    }
                }
                None => {
                    let place = self.place(looped.iterable.span);
                    let unknown = Symbol::unknown(self.reason(outer, &place), place);
                    self.assign(&looped.target, unknown, &looped.iterable);
                    let head = self.place(looped.iterable.span);
                    self.repeated(head, true, |machine| machine.unknown_rounds(&looped.body));
                }
            }
        }
        self.guards = before;
        self.part(&looped.otherwise);
        Flow::Next
    }

    /// The elements that a loop goes through, when they are known.
    pub(crate) fn rounds(&self, outer: &Possible) -> Option<Vec<Symbol>> {
        let Data::Object(id) = &outer.data else { return None };
        let object = self.object(*id)?;
        if object.open.is_some() || object.length()? > ROUNDS {
            return None;
        }
        let elements = object.elements()?;
        let place = &object.place;
        Some(elements.iter().map(|element| Symbol::one_of(element.inside(outer, Some(*id)), place)).collect())
    }

    /// The body of a loop whose rounds are not known.
    fn unknown_rounds(&mut self, body: &[Statement]) {
        self.forget(body);
        self.part(body);
        self.forget(body);
    }

    /// What is set somewhere in a loop is not known where the number of rounds is not.
    fn forget(&mut self, body: &[Statement]) {
        let mut names = Names::default();
        assigned(body, &mut names, 0);
        for (name, span) in names.all {
            let own = self.scopes.get(self.scope).is_some_and(|scope| scope.names.contains_key(name.as_str()));
            if own {
                let place = self.place(span);
                let unknown = Symbol::unknown(format!("`{name}` changes in a loop"), place.clone());
                self.bind(&name, unknown, &place);
            }
        }
    }

    fn attempt(&mut self, attempt: &Try) -> Flow {
        let start = self.guards.clone();
        let span = attempt.body.first().map_or(Span::default(), |statement| statement.span);
        let words = format!("what `{}` does", short(self.place(span).text()));
        let mut reached = Vec::new();
        let identity = format!("{}:{}", self.source.path(), span.start);
        let fine = self.decision(&words, &identity, 0);
        let mut flow = self.statements(&attempt.body);
        if flow == Flow::Next {
            flow = self.statements(&attempt.otherwise);
        }
        if flow == Flow::Next {
            reached.push(fine.clone());
        }
        self.guards.clone_from(&start);
        for handler in &attempt.handlers {
            let failed = Guard { branch: 1, ..fine.clone() };
            self.guards.clone_from(&start);
            self.assume(std::slice::from_ref(&failed));
            if self.statements(handler) == Flow::Next && !reached.contains(&failed) {
                reached.push(failed);
            }
        }
        self.guards = start;
        if attempt.handlers.is_empty() || reached.len() != 1 {
            self.part(&attempt.finally);
            return if reached.is_empty() { Flow::Left } else { Flow::Next };
        }
        if self.has_room(0) {
            self.assume(&reached);
        } else {
            self.forget(&attempt.body);
            attempt.handlers.iter().for_each(|handler| self.forget(handler));
        }
        self.part(&attempt.finally);
        Flow::Next
    }

    fn define(&mut self, function: &Arc<Function>) {
        let is_class = self.scopes.get(self.scope).is_some_and(|scope| scope.is_class);
        let overload = match self.scopes.get(self.scope).and_then(|scope| scope.names.get(function.name.as_str())) {
            Some(known) if is_class && self.language.has_overloads() => match known.symbol.single() {
                Some(Data::Function(known)) => Some(Rc::clone(known)),
                _ => None,
            },
            _ => None,
        };
        let closure = Rc::new(Closure {
            function: Arc::clone(function),
            scope: self.scope,
            source: Arc::clone(&self.source),
            class: None,
            bound: None,
            overload,
            preset: Vec::new(),
        });
        if !is_class {
            self.defined.push(Rc::clone(&closure));
        }
        let place = self.place(function.span);
        self.bind(&function.name, Symbol::new(Data::Function(closure)), &place);
    }

    fn class(&mut self, class: &Arc<Class>) {
        let bases: Vec<Symbol> = class.bases.iter().map(|base| self.evaluate(base)).collect();
        self.scopes.push(Scope {
            parent: Some(self.scope),
            guards: self.guards.clone(),
            is_class: true,
            ..Scope::default()
        });
        let scope = self.scopes.len() - 1;
        let place = self.place(class.span);
        let value = Rc::new(ClassValue { class: Arc::clone(class), scope, bases });
        let id = self.add(place.clone(), ObjectKind::Class(Rc::clone(&value)));
        if self.language.has_overloads() {
            // Such a language knows a class in its own body.
            self.bind(&class.name, Symbol::new(Data::Object(id)), &place);
        }
        let outer = std::mem::replace(&mut self.scope, scope);
        self.part(&class.body);
        self.scope = outer;
        for statement in &class.body {
            if let StatementKind::Function(function) = &statement.kind {
                self.defined.push(Rc::new(Closure {
                    function: Arc::clone(function),
                    scope,
                    source: Arc::clone(&self.source),
                    class: Some(Rc::clone(&value)),
                    bound: None,
                    overload: None,
                    preset: Vec::new(),
                }));
            }
        }
        self.bind(&class.name, Symbol::new(Data::Object(id)), &place);
    }

    /// Sets an entry; with several keys in a loop each of them.
    pub(crate) fn set_index(
        &mut self,
        object: &Symbol,
        key: &Symbol,
        key_place: &Place,
        value: Symbol,
        value_place: &Place,
    ) {
        let before = self.guards.clone();
        for target in object.alternatives() {
            let Data::Object(id) = target.data else { continue };
            self.assume(&target.guards);
            for key in key.alternatives() {
                let outer = self.guards.clone();
                self.assume(&key.guards);
                let is_instance = matches!(self.object(id).map(|o| &o.kind), Some(ObjectKind::Instance(_)));
                match &key.data {
                    Data::Text(text) if is_instance => {
                        let (text, target) = (Arc::clone(text), Symbol::new(Data::Object(id)));
                        self.set_member(&target, &text, key_place, value.clone(), value_place, false);
                    }
                    Data::Text(text) => {
                        let entry = MapEntry {
                            key: Arc::clone(text),
                            key_place: key_place.clone(),
                            value: value.under(&self.guards).labelled("set here"),
                            value_place: value_place.clone(),
                            whole: None,
                        };
                        let guards = self.guards.clone();
                        if let Some(object) = self.heap.get_mut(id) {
                            object.set_entry(entry, &guards);
                        }
                    }
                    _ => self.open(id, "an entry is set whose name is not known", key_place),
                }
                self.guards = outer;
            }
            self.guards.clone_from(&before);
        }
    }

    /// Adds elements to a list; unknown ones open it.
    pub(crate) fn extend_list(&mut self, id: super::heap::ObjectId, more: Option<Vec<Symbol>>, place: &Place) {
        let conditional = self.object(id).is_some_and(|object| !object.relative(&self.guards).is_empty());
        let Some(object) = self.heap.get_mut(id) else { return };
        match (&mut object.kind, more) {
            (ObjectKind::List(list), Some(more)) if !conditional && list.len() + more.len() <= 4 * ROUNDS => {
                list.extend(more);
            }
            _ => self.open(id, "elements are added that are not known", place),
        }
    }
}

/// A text that fits into a sentence.
pub(crate) fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default().trim();
    let mut short: String = line.chars().take(60).collect();
    if short.len() < text.trim().len() {
        short.push('…');
    }
    short
}

/// Whether a loop may end before its last round.
fn leaves(body: &[Statement]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StatementKind::Leave => true,
        StatementKind::If(branches, otherwise) => branches.iter().any(|(_, body)| leaves(body)) || leaves(otherwise),
        StatementKind::Block(body) => leaves(body),
        StatementKind::Try(attempt) => leaves(&attempt.body) || attempt.handlers.iter().any(|h| leaves(h)),
        _ => false,
    })
}
