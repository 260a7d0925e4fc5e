//! Expressions.

use std::rc::Rc;
use std::sync::Arc;

use super::heap::{MapEntry, ObjectKind};
use super::machine::{Closure, Machine};
use super::run::short;
use super::symbol::{ALTERNATIVES, Data, Hole, Possible, Symbol, add_guards, compatible, overlay};
use crate::source::{Place, Span};
use crate::syntax::code::{Comprehension, Entry, Expression, ExpressionKind};

/// The longest text that is put together.
const TEXT: usize = 20_000;

impl Machine<'_> {
    pub(crate) fn evaluate(&mut self, expression: &Expression) -> Symbol {
        let place = self.place(expression.span);
        if !self.enter() {
            return Symbol::unknown("following it takes too much work", place);
        }
        let symbol = self.kind(expression, &place);
        self.leave();
        symbol
    }

    fn kind(&mut self, expression: &Expression, place: &Place) -> Symbol {
        match &expression.kind {
            ExpressionKind::Text(text) => Symbol::text(text, place.clone()),
            ExpressionKind::Number(number) => Symbol::at(Data::Number(Arc::from(number.as_str())), place.clone()),
            ExpressionKind::Bool(value) => Symbol::at(Data::Bool(*value), place.clone()),
            ExpressionKind::Null => Symbol::at(Data::Null, place.clone()),
            ExpressionKind::Name(name) => self.read_name(name, expression.span),
            ExpressionKind::Member(object, name) => {
                let object = self.evaluate(object);
                self.member(&object, &name.name, place)
            }
            ExpressionKind::Index(object, index) => {
                let (object, index) = (self.evaluate(object), self.evaluate(index));
                self.index(&object, &index, place, None)
            }
            ExpressionKind::Call(call) => self.call(call, place),
            ExpressionKind::List(items) => self.list(items, place),
            ExpressionKind::Map(entries) => self.map(entries, place),
            ExpressionKind::Join(parts) => {
                let parts: Vec<Symbol> = parts.iter().map(|part| self.evaluate(part)).collect();
                self.join(&parts, place)
            }
            ExpressionKind::Percent(template, values) => {
                let (template, values) = (self.evaluate(template), self.evaluate(values));
                self.percent(&template, &values, place)
            }
            ExpressionKind::Not(_) | ExpressionKind::Compare(..) => {
                let outcomes = self.decide(expression, 6);
                let alternatives = outcomes.into_iter().map(|(guards, holds)| {
                    let mut possible = Symbol::at(Data::Bool(holds), place.clone()).into_alternatives();
                    possible.iter_mut().for_each(|p| add_guards(&mut p.guards, &guards));
                    possible
                });
                Symbol::one_of(alternatives.flatten().collect(), place)
            }
            ExpressionKind::All(parts) => self.choice(parts, false, place),
            ExpressionKind::Any(parts) => self.choice(parts, true, place),
            ExpressionKind::Conditional(parts) => {
                let [condition, yes, no] = parts.as_ref();
                self.either(condition, yes, no, place)
            }
            ExpressionKind::Spread(inner) => self.evaluate(inner),
            ExpressionKind::Function(function) => {
                let closure = Rc::new(Closure {
                    function: Arc::clone(function),
                    scope: self.scope,
                    source: Arc::clone(&self.source),
                    class: None,
                    bound: None,
                });
                if !self.defined.iter().any(|known| Arc::ptr_eq(&known.function, function)) {
                    self.defined.push(Rc::clone(&closure));
                }
                Symbol::new(Data::Function(closure))
            }
            ExpressionKind::Comprehension(comprehension) => self.comprehension(comprehension, place),
            ExpressionKind::Bind(name, value) => {
                let symbol = self.evaluate(value);
                let at = self.place(name.span);
                self.bind(&name.name, symbol.clone(), &at);
                symbol
            }
            ExpressionKind::Opaque(parts) => {
                parts.iter().for_each(|part| drop(self.evaluate(part)));
                Symbol::unknown(format!("`{}` is not known before it runs", short(place.text())), place.clone())
            }
        }
    }

    pub(crate) fn read_name(&mut self, name: &str, span: Span) -> Symbol {
        let place = self.place(span);
        match self.lookup(name) {
            Some(binding) => {
                let symbol = binding.symbol.under(&self.guards);
                symbol.through(&place, &format!("`{name}` is set here"))
            }
            None => match self.language.builtin(name) {
                Some(data) => Symbol::new(data),
                None => Symbol::unknown(format!("`{name}` is not set in this file"), place),
            },
        }
    }

    /// Why something made from a value is not known.
    pub(crate) fn reason(&self, outer: &Possible, place: &Place) -> String {
        match &outer.data {
            Data::Unknown(hole) => hole.reason.clone(),
            _ => format!("`{}` is not known before it runs", short(place.text())),
        }
    }

    pub(crate) fn member(&mut self, object: &Symbol, name: &str, place: &Place) -> Symbol {
        let mut all = Vec::new();
        for outer in object.alternatives() {
            if !compatible(&outer.guards, &self.guards) {
                continue;
            }
            let found = self.own_member(outer, name, place);
            let found = match found {
                Some(found) => found,
                None => {
                    let language = self.language;
                    language.member(self, outer, name, place).unwrap_or_else(|| {
                        let present = false;
                        let origin = if let Data::Object(id) = outer.data { Some(id) } else { None };
                        let reason = self.reason(outer, place);
                        let method = Some(name.to_owned());
                        Symbol::hole(
                            Hole { reason, place: Some(place.clone()), present, method, origin },
                            place.clone(),
                        )
                    })
                }
            };
            let found = self.read_property(&found, outer, place).unwrap_or(found);
            let container = if let Data::Object(id) = outer.data { Some(id) } else { None };
            all.extend(found.inside(outer, container));
        }
        Symbol::one_of(all, place).through(place, &format!("`{name}` is set here"))
    }

    /// A field of an object or a class of the program, or of a module.
    fn own_member(&mut self, outer: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        match &outer.data {
            Data::External(path) => {
                let path = format!("{path}.{name}");
                if let Some(scope) = self.known_module(&path) {
                    let id = self.add(place.clone(), ObjectKind::Module(scope));
                    return Some(Symbol::new(Data::Object(id)));
                }
                Some(Symbol::new(Data::External(Arc::from(path))))
            }
            Data::Object(id) => {
                let object = self.object(*id)?;
                if let ObjectKind::Module(scope) = object.kind {
                    return self.scopes.get(scope)?.names.get(name).map(|binding| binding.symbol.clone());
                }
                if !matches!(object.kind, ObjectKind::Instance(_) | ObjectKind::Class(_)) {
                    return None;
                }
                let class = match &object.kind {
                    ObjectKind::Instance(instance) => instance.class.clone(),
                    ObjectKind::Class(class) => Some(Rc::clone(class)),
                    _ => None,
                };
                let field = object.field(name);
                let inherited = || class.and_then(|class| self.class_member(&class, name, 0));
                match field {
                    // A field that is only set in some cases is the class's in the others.
                    Some(field) if field.alternatives().iter().any(|a| matches!(a.data, Data::Absent)) => {
                        let Some(inherited) = inherited() else { return Some(field) };
                        let mut all = Vec::new();
                        for alternative in field.alternatives() {
                            match alternative.data {
                                Data::Absent => all.extend(inherited.inside(alternative, None)),
                                _ => all.push(alternative.clone()),
                            }
                        }
                        Some(Symbol::one_of(all, place))
                    }
                    Some(field) => Some(field),
                    None => inherited(),
                }
            }
            _ => None,
        }
    }

    /// What stands in the body of a class or of what it is made from.
    pub(crate) fn class_member(&self, class: &super::machine::ClassValue, name: &str, depth: usize) -> Option<Symbol> {
        if let Some(binding) = self.scopes.get(class.scope).and_then(|scope| scope.names.get(name)) {
            return Some(binding.symbol.clone());
        }
        if depth > 8 {
            return None;
        }
        class.bases.iter().find_map(|base| {
            let id = base.single_object()?;
            match &self.object(id)?.kind {
                ObjectKind::Class(base) => self.class_member(base, name, depth + 1),
                _ => None,
            }
        })
    }

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

    fn list(&mut self, items: &[Expression], place: &Place) -> Symbol {
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

    fn map(&mut self, entries: &[Entry], place: &Place) -> Symbol {
        let id = self.add(place.clone(), ObjectKind::Map(Vec::new()));
        for entry in entries {
            let value = self.evaluate(&entry.value);
            let value_place = self.place(entry.value.span);
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

    /// Texts one behind the other, or lists.
    pub(crate) fn join(&mut self, parts: &[Symbol], place: &Place) -> Symbol {
        if let [one] = parts {
            return one.clone().through(place, "");
        }
        let lists: Vec<_> = parts.iter().filter_map(Symbol::single_object).collect();
        if !lists.is_empty() {
            return self.join_lists(parts, place);
        }
        let mut joined = vec![Possible::new(Data::Text(Arc::from("")), Vec::new())];
        for part in parts {
            let mut next = Vec::new();
            for left in &joined {
                for right in part.alternatives() {
                    if compatible(&left.guards, &right.guards) {
                        next.push(add_text(left, right, place));
                    }
                }
            }
            if next.len() > ALTERNATIVES || !self.spend(next.len()) {
                return Symbol::unknown("it may be too many things", place.clone());
            }
            joined = next;
        }
        for possible in &mut joined {
            possible.trail.truncate(7);
            if possible.trail.first().is_none_or(|first| first.place != *place) {
                possible.trail.insert(0, crate::model::Step { place: place.clone(), label: String::new() });
            }
        }
        Symbol::one_of(joined, place)
    }

    fn join_lists(&mut self, parts: &[Symbol], place: &Place) -> Symbol {
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

    /// `"%s-%s" % (a, b)`
    fn percent(&mut self, template: &Symbol, values: &Symbol, place: &Place) -> Symbol {
        let unknown =
            || Symbol::unknown(format!("`{}` is not known before it runs", short(place.text())), place.clone());
        let Some(text) = template.single_text().cloned() else { return unknown() };
        let given = match values.single_object().and_then(|id| self.object(id)) {
            Some(object) => match &object.kind {
                ObjectKind::List(list) => list.clone(),
                _ => return unknown(),
            },
            None => vec![values.clone()],
        };
        let mut parts = Vec::new();
        let mut given = given.into_iter();
        for (number, piece) in text.split('%').enumerate() {
            let mut rest = piece;
            if number > 0 {
                let Some(stripped) = piece.strip_prefix(['s', 'd']) else { return unknown() };
                let Some(value) = given.next() else { return unknown() };
                parts.push(value);
                rest = stripped;
            }
            parts.push(Symbol::text(rest, place.clone()));
        }
        self.join(&parts, place)
    }

    /// `a or b`, and with `first` false `a and b`.
    fn choice(&mut self, parts: &[Expression], first: bool, place: &Place) -> Symbol {
        let Some((last, parts)) = parts.split_last() else { return Symbol::absent() };
        let mut all: Vec<Possible> = Vec::new();
        // What has to hold for the next part to be looked at.
        let mut overridden = false;
        for part in parts {
            let symbol = self.evaluate(part);
            let mut goes_on = false;
            for alternative in symbol.alternatives() {
                match self.truth(alternative) {
                    Some(holds) if holds == first => all.push(alternative.clone()),
                    Some(_) => {
                        goes_on = true;
                        overridden |= alternative.overridable;
                    }
                    // Something from outside with something to fall back on is a default.
                    None if first => {
                        goes_on = true;
                        overridden = true;
                    }
                    None => {
                        goes_on = true;
                        all.push(alternative.clone());
                    }
                }
            }
            if !goes_on {
                return Symbol::one_of(all, place);
            }
        }
        let mut last = self.evaluate(last);
        if overridden {
            last = last.overridable();
        }
        all.extend(last.into_alternatives());
        Symbol::one_of(all, place)
    }

    fn either(&mut self, condition: &Expression, yes: &Expression, no: &Expression, place: &Place) -> Symbol {
        let before = self.guards.clone();
        let mut all = Vec::new();
        for (guards, holds) in self.decide(condition, 6) {
            self.guards.clone_from(&before);
            self.assume(&guards);
            let symbol = self.evaluate(if holds { yes } else { no });
            for mut alternative in symbol.into_alternatives() {
                if compatible(&alternative.guards, &guards) {
                    add_guards(&mut alternative.guards, &guards);
                    all.push(alternative);
                }
            }
        }
        self.guards = before;
        Symbol::one_of(all, place)
    }

    /// A comprehension over known elements; the elements that a condition leaves out are left out.
    fn comprehension(&mut self, comprehension: &Comprehension, place: &Place) -> Symbol {
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
            let kind = self.object(id).map(|object| object.kind.clone());
            match kind {
                Some(ObjectKind::Instance(_)) => {
                    let passed = super::heap::Passed {
                        name: None,
                        symbol: value.under(&self.guards),
                        place: value_place.clone(),
                        whole: value_place.clone(),
                        literal,
                    };
                    self.record(id, event(name, name_place, false, vec![passed]));
                }
                Some(ObjectKind::Class(class)) => self.set_in_scope(class.scope, name, &value, value_place),
                Some(ObjectKind::Module(scope)) => self.set_in_scope(scope, name, &value, value_place),
                _ => {}
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

/// Why an element that stands for any number of elements is not known; told apart by its text.
pub(crate) const MANY: &str = "it may stand for any number of elements";

/// Something that is done to an object.
pub(crate) fn event(
    name: &str,
    name_place: &Place,
    method: bool,
    arguments: Vec<super::heap::Passed>,
) -> super::heap::Event {
    super::heap::Event {
        name: Arc::from(name),
        name_place: name_place.clone(),
        method,
        arguments,
        guards: Vec::new(),
        in_constructor: false,
    }
}

/// A text with another one behind it.
fn add_text(left: &Possible, right: &Possible, place: &Place) -> Possible {
    let text = |data: &Data| match data {
        Data::Text(text) | Data::Number(text) => Some(Arc::clone(text)),
        _ => None,
    };
    let mut joined = left.clone();
    add_guards(&mut joined.guards, &right.guards);
    joined.overridable |= right.overridable;
    joined.beside = None;
    joined.trail.extend(right.trail.iter().cloned());
    joined.data = match (text(&left.data), text(&right.data)) {
        (Some(a), Some(b)) if a.len() + b.len() <= TEXT => Data::Text(Arc::from(format!("{a}{b}"))),
        _ => {
            let hole = [left, right].into_iter().find_map(|p| match &p.data {
                Data::Unknown(hole) => Some((**hole).clone()),
                _ => None,
            });
            let reason = format!("`{}` is not known before it runs", short(place.text()));
            let hole = hole.unwrap_or(Hole { reason, place: Some(place.clone()), ..Hole::default() });
            let known = |data: &Data| text(data).is_some_and(|t| !t.is_empty());
            let present = hole.present || known(&left.data) || known(&right.data);
            Data::Unknown(Rc::new(Hole { present, method: None, origin: None, ..hole }))
        }
    };
    joined
}
