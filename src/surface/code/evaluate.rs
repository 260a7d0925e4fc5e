//! Expressions.

use std::rc::Rc;
use std::sync::Arc;

use super::heap::ObjectKind;
use super::machine::{Closure, Machine};
use super::run::short;
use super::symbol::{ALTERNATIVES, Data, Hole, Possible, Symbol, UNKNOWN_PART, add_guards, compatible};
use crate::source::{Place, Span};
use crate::syntax::code::{Expression, ExpressionKind};

/// How many places of its parts a text that is put together keeps.
const TRAIL: usize = 7;

/// The longest text that is put together.
const TEXT: usize = 20_000;

impl Machine<'_> {
    pub(crate) fn evaluate(&mut self, expression: &Expression) -> Symbol {
        let place = self.place(expression.span);
        if !self.enter() {
            return Symbol::unknown("following it takes too much work", place);
        }
        let waits = place.text().starts_with("await") && !matches!(expression.kind, ExpressionKind::Call(_));
        if waits {
            self.joined("await", 0, &place);
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
                    overload: None,
                    preset: Vec::new(),
                });
                if self.nameless.insert(Arc::as_ptr(function) as usize) {
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
            None => match self.unbound(name, &place) {
                Some(symbol) => symbol,
                None => Symbol::unknown(format!("`{name}` is not set in this file"), place),
            },
        }
    }

    /// A name that nothing in sight gives a value to.
    fn unbound(&mut self, name: &str, place: &Place) -> Option<Symbol> {
        let language = self.language;
        language.builtin(name).map(Symbol::new).or_else(|| language.unbound(self, name, place))
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
                            Hole { reason, place: Some(place.clone()), present, method, origin, template: None },
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
                if super::surroundings::is_environment(path)
                    && let Some(known) = self.setting(name)
                {
                    return Some(known);
                }
                let path = format!("{path}.{name}");
                if let Some(scope) = self.known_module(&path) {
                    let id = self.add(place.clone(), ObjectKind::Module(scope));
                    return Some(Symbol::new(Data::Object(id)));
                }
                let language = self.language;
                let found = language.of_folder(self, &path);
                Some(found.unwrap_or_else(|| Symbol::new(Data::External(Arc::from(path)))))
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

    /// Texts one behind the other, or lists.
    pub(crate) fn join(&mut self, parts: &[Symbol], place: &Place) -> Symbol {
        if let [one] = parts {
            return one.clone().through(place, "");
        }
        let written: Vec<Symbol> = parts.iter().map(|part| self.written(part, place)).collect();
        let parts = written.as_slice();
        let lists: Vec<_> = parts.iter().filter_map(Symbol::single_object).collect();
        if !lists.is_empty() {
            return self.join_lists(parts, place);
        }
        if let Some(sum) = self.sum(parts, place) {
            return sum;
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
            possible.trail.truncate(TRAIL);
            if possible.trail.first().is_none_or(|first| first.place != *place) {
                possible.trail.insert(0, crate::model::Step { place: place.clone(), label: String::new() });
            }
        }
        Symbol::one_of(joined, place)
    }

    /// What an object is as a part of a text, where the language says so.
    fn written(&mut self, part: &Symbol, place: &Place) -> Symbol {
        let language = self.language;
        let text = part.single_object().and_then(|id| language.text(self, id, place));
        text.unwrap_or_else(|| part.clone())
    }

    /// Numbers are added; one that may be something else makes the sum unknown.
    fn sum(&self, parts: &[Symbol], place: &Place) -> Option<Symbol> {
        let is_number = |p: &Possible| matches!(p.data, Data::Number(_));
        if parts.is_empty() || !parts.iter().all(|part| part.alternatives().iter().all(is_number)) {
            return None;
        }
        let number = |part: &Symbol| match part.single() {
            Some(Data::Number(number)) => number.parse::<i64>().ok(),
            _ => None,
        };
        let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(number(part)?));
        let unknown =
            || Symbol::unknown(format!("`{}` is not known before it runs", short(place.text())), place.clone());
        Some(sum.map_or_else(unknown, |sum| Symbol::at(Data::Number(Arc::from(sum.to_string())), place.clone())))
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
    let room = TRAIL.saturating_sub(joined.trail.len());
    joined.trail.extend(right.trail.iter().take(room).cloned());
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
            let part = |data: &Data| match data {
                Data::Unknown(hole) => hole.template.clone().unwrap_or_else(|| Arc::from(UNKNOWN_PART.to_string())),
                data => text(data).unwrap_or_else(|| Arc::from(UNKNOWN_PART.to_string())),
            };
            let (a, b) = (part(&left.data), part(&right.data));
            let template = (a.len() + b.len() <= TEXT).then(|| Arc::from(format!("{a}{b}")));
            Data::Unknown(Rc::new(Hole { present, method: None, origin: None, template, ..hole }))
        }
    };
    joined
}
