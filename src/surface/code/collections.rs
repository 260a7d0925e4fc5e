//! Lists, maps and fields: how they are made, read and changed.

use std::sync::Arc;

use super::evaluate::{MANY, event};
use super::heap::{MapEntry, ObjectKind};
use super::machine::Machine;
use super::run::short;
use super::symbol::{Data, Hole, Possible, Symbol, add_guards, compatible, overlay};
use crate::source::Place;
use crate::syntax::code::{Comprehension, Entry, Expression, ExpressionKind};

impl Machine<'_> {
    /// An element of a list or an entry of a map; `default` where there is none.
    pub(crate) fn index(&mut self, object: &Symbol, index: &Symbol, place: &Place, default: Option<&Symbol>) -> Symbol {
        let mut all: Vec<Possible> = Vec::new();
        for outer in object.alternatives() {
            for key in index.alternatives() {
                if !compatible(&outer.guards, &key.guards) || !self.spend(0) {
                    continue;
                }
                let mut both = outer.clone();
                add_guards(&mut both.guards, &key.guards);
                both.overridable |= key.overridable;
                let found = self.element(outer, key);
                let container = if let Data::Object(id) = outer.data { Some(id) } else { None };
                match (found, default) {
                    (Some(Some(found)), default) => {
                        for alternative in found.inside(&both, container) {
                            match (&alternative.data, default) {
                                (Data::Absent, Some(default)) => all.extend(default.inside(&alternative, None)),
                                _ => all.push(alternative),
                            }
                        }
                    }
                    (Some(None), Some(default)) => all.extend(default.inside(&both, None)),
                    _ => {
                        let hole = match (&outer.data, &key.data) {
                            (Data::Unknown(_), _) => self.reason(outer, place),
                            (_, Data::Unknown(_)) => self.reason(key, place),
                            _ => format!("`{}` is not known before it runs", short(place.text())),
                        };
                        all.extend(Symbol::unknown(hole, place.clone()).inside(&both, None));
                    }
                }
            }
        }
        Symbol::one_of(all, place).through(place, "entry of the table")
    }

    /// An element: `Some(None)` when it is certain that there is none.
    #[allow(clippy::option_option, reason = "not known and known to be missing are different things")]
    fn element(&self, outer: &Possible, key: &Possible) -> Option<Option<Symbol>> {
        if let Data::External(path) = &outer.data {
            return self.outside_element(path, &key.data).map(Some);
        }
        let Data::Object(id) = &outer.data else { return None };
        let object = self.object(*id)?;
        match (&object.kind, &key.data) {
            (ObjectKind::Map(_), Data::Text(name)) => match object.field(name) {
                None if object.open.is_some() => None,
                found => Some(found),
            },
            (ObjectKind::List(list), Data::Number(number)) => {
                let at: i64 = number.parse().ok()?;
                let length = i64::try_from(list.len()).ok()?;
                let at = if at < 0 { at + length } else { at };
                if object.open.is_some() && at >= length {
                    return None;
                }
                Some(usize::try_from(at).ok().and_then(|at| list.get(at)).cloned())
            }
            _ => None,
        }
    }

    pub(super) fn list(&mut self, items: &[Expression], place: &Place) -> Symbol {
        let id = self.add(place.clone(), ObjectKind::List(Vec::new()));
        let mut elements = Vec::new();
        for item in items {
            let symbol = self.evaluate(item);
            if !matches!(item.kind, ExpressionKind::Spread(_)) {
                elements.push(symbol);
                continue;
            }
            let more = match symbol.alternatives() {
                [only] => self.rounds(only),
                _ => None,
            };
            match more {
                Some(more) => elements.extend(more),
                None => {
                    let at = self.place(item.span);
                    elements.push(Symbol::hole(
                        Hole { reason: MANY.to_owned(), place: Some(at.clone()), ..Hole::default() },
                        at.clone(),
                    ));
                    self.open(id, "it holds elements that are not known", &at);
                }
            }
        }
        if let Some(object) = self.heap.get_mut(id) {
            object.kind = ObjectKind::List(elements);
        }
        Symbol::at(Data::Object(id), place.clone())
    }

    pub(super) fn map(&mut self, entries: &[Entry], place: &Place) -> Symbol {
        let id = self.add(place.clone(), ObjectKind::Map(Vec::new()));
        for entry in entries {
            let value = self.evaluate(&entry.value);
            let (value, value_place, _) = self.unwrapped(&entry.value, value);
            let Some(key) = &entry.key else {
                self.merge_map(id, &value, &value_place);
                continue;
            };
            let key_place = self.place(key.span);
            let key = self.evaluate(key);
            let whole = self.place(entry.span);
            match key.single() {
                Some(Data::Text(text)) => {
                    let text = Arc::clone(text);
                    let label = format!("entry `{text}`");
                    let value = value.labelled(&label);
                    let entry = MapEntry { key: text, key_place, value, value_place, whole: Some(whole) };
                    let guards = self.guards.clone();
                    if let Some(object) = self.heap.get_mut(id) {
                        object.set_entry(entry, &guards);
                    }
                }
                _ => {
                    let object = Symbol::new(Data::Object(id));
                    self.set_index(&object, &key, &key_place, value, &value_place);
                }
            }
        }
        Symbol::at(Data::Object(id), place.clone())
    }

    /// Adds the entries of another map.
    pub(crate) fn merge_map(&mut self, id: super::heap::ObjectId, from: &Symbol, place: &Place) {
        let before = self.guards.clone();
        for alternative in from.alternatives() {
            let entries = match &alternative.data {
                Data::Null | Data::Absent => continue,
                Data::Object(from) => self.object(*from).and_then(|object| match &object.kind {
                    ObjectKind::Map(entries) => Some((entries.clone(), object.open.clone())),
                    _ => None,
                }),
                _ => None,
            };
            let Some((entries, open)) = entries else {
                self.open(id, &format!("what is in `{}` is not known", short(place.text())), place);
                continue;
            };
            self.assume(&alternative.guards);
            if !self.spend(entries.len()) {
                self.gave_up = true;
                return;
            }
            for entry in entries {
                let guards = self.guards.clone();
                if let Some(object) = self.heap.get_mut(id) {
                    // An entry that is not there in some cases leaves what was there.
                    let old = object.field(&entry.key).unwrap_or_else(Symbol::absent);
                    let mut kept = Vec::new();
                    for possible in entry.value.alternatives() {
                        match possible.data {
                            Data::Absent => kept.extend(old.inside(possible, None)),
                            _ => kept.push(possible.clone()),
                        }
                    }
                    let value = Symbol::one_of(kept, &entry.value_place);
                    object.set_entry(MapEntry { value, whole: None, ..entry }, &guards);
                }
            }
            if let Some((reason, place)) = open {
                self.open(id, &reason, &place);
            }
            self.guards.clone_from(&before);
        }
    }

    pub(super) fn join_lists(&mut self, parts: &[Symbol], place: &Place) -> Symbol {
        let id = self.add(place.clone(), ObjectKind::List(Vec::new()));
        for part in parts {
            let elements = part.alternatives().first().and_then(|only| self.rounds(only));
            match elements.filter(|_| part.alternatives().len() == 1) {
                Some(elements) => self.extend_list(id, Some(elements), place),
                None => {
                    let hole = Hole { reason: MANY.to_owned(), place: Some(place.clone()), ..Hole::default() };
                    self.extend_list(id, Some(vec![Symbol::hole(hole, place.clone())]), place);
                    self.open(id, "it holds elements that are not known", place);
                }
            }
        }
        Symbol::at(Data::Object(id), place.clone())
    }

    /// A comprehension over known elements; the elements that a condition leaves out are left out.
    pub(super) fn comprehension(&mut self, comprehension: &Comprehension, place: &Place) -> Symbol {
        let iterable = self.evaluate(&comprehension.iterable);
        let is_map = comprehension.key.is_some();
        let kind = if is_map { ObjectKind::Map(Vec::new()) } else { ObjectKind::List(Vec::new()) };
        let id = self.add(place.clone(), kind);
        let rounds = match iterable.alternatives() {
            [only] => self.rounds(only),
            _ => None,
        };
        let unknown = Symbol::unknown("it is not known before it runs", self.place(comprehension.iterable.span));
        let certain = rounds.is_some();
        let scope = super::machine::Scope {
            parent: Some(self.scope),
            guards: self.guards.clone(),
            ..super::machine::Scope::default()
        };
        self.scopes.push(scope);
        let inner = self.scopes.len() - 1;
        let outer = std::mem::replace(&mut self.scope, inner);
        let before = self.guards.clone();
        for element in rounds.unwrap_or_else(|| vec![unknown]) {
            self.guards.clone_from(&before);
            self.assign_round(&comprehension.target, element, &comprehension.iterable);
            let mut keep = true;
            for condition in &comprehension.conditions {
                match self.decide(condition, 6).as_slice() {
                    [(_, true)] => {}
                    [(_, false)] => keep = false,
                    _ => self.open(id, "which elements it holds is not known", place),
                }
            }
            if !keep {
                continue;
            }
            let value = self.evaluate(&comprehension.value);
            let value_place = self.place(comprehension.value.span);
            match &comprehension.key {
                Some(key) => {
                    let key_place = self.place(key.span);
                    let key = self.evaluate(key);
                    self.set_index(&Symbol::new(Data::Object(id)), &key, &key_place, value, &value_place);
                }
                None => self.extend_list(id, Some(vec![value]), &value_place),
            }
        }
        self.guards = before;
        self.scope = outer;
        if !certain {
            self.open(id, "which elements it holds is not known", place);
        }
        Symbol::at(Data::Object(id), place.clone())
    }

    /// Sets a field of an object.
    pub(crate) fn set_member(
        &mut self,
        object: &Symbol,
        name: &str,
        name_place: &Place,
        value: Symbol,
        value_place: &Place,
        literal: bool,
    ) {
        let before = self.guards.clone();
        for target in object.alternatives() {
            let Data::Object(id) = target.data else { continue };
            if !compatible(&target.guards, &before) {
                continue;
            }
            self.assume(&target.guards);
            let (scope, is_map) = match self.object(id).map(|object| &object.kind) {
                Some(ObjectKind::Class(class)) => (Some(class.scope), false),
                Some(ObjectKind::Module(scope)) => (Some(*scope), false),
                Some(ObjectKind::Map(_)) => (None, true),
                Some(ObjectKind::Instance(_)) => (None, false),
                _ => {
                    self.guards.clone_from(&before);
                    continue;
                }
            };
            match scope {
                Some(scope) => self.set_in_scope(scope, name, &value, value_place),
                // Where entries are fields.
                None if is_map => {
                    let map = Symbol::new(Data::Object(id));
                    let key = Symbol::text(name, name_place.clone());
                    self.set_index(&map, &key, name_place, value.under(&self.guards), value_place);
                }
                None => {
                    let passed = super::heap::Passed {
                        name: None,
                        symbol: value.under(&self.guards),
                        place: value_place.clone(),
                        whole: value_place.clone(),
                        literal,
                    };
                    self.record(id, event(name, name_place, false, vec![passed]));
                }
            }
            self.guards.clone_from(&before);
        }
    }

    fn set_in_scope(&mut self, scope: super::machine::ScopeId, name: &str, value: &Symbol, place: &Place) {
        let guards = self.guards.clone();
        let Some(scope) = self.scopes.get_mut(scope) else { return };
        let old = scope.names.get(name).map(|binding| binding.symbol.clone());
        let symbol = overlay(&old.unwrap_or_else(Symbol::absent), value, &guards, place);
        let version = place.span.start as usize;
        scope.names.insert(Arc::from(name), super::machine::Binding { symbol, version });
    }
}
