//! Blocks that run beside each other, several times, or perhaps.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Lane, Often, Repeat};
use crate::source::Place;

use super::super::pipelines;
use super::Walk;
use super::values::{Groovy, Scope, parameter_names};

/// How many parts may run beside each other.
const PARTS: usize = 100;

impl Walk<'_, '_, '_> {
    /// `if (…) { … }` and the like: what is set in it is not known behind it.
    pub(super) fn perhaps(&mut self, at: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let mut open = self.visible(at + 1);
        if self.is_sign(open, '(') {
            let end = self.closing(open).min(to);
            // The condition may run something, too.
            self.block(open + 1, end, scope, depth);
            open = self.visible(end + 1);
        }
        let before = scope.clone();
        let end = if self.is_sign(open, '{') {
            self.body(open, to, scope, depth)
        } else {
            let end = self.line_end(open).min(to);
            self.block(open, end, scope, depth);
            end
        };
        self.doubt(&before, scope);
        end
    }

    /// Forgets what a block has set that may not have run.
    fn doubt(&mut self, before: &Scope, scope: &mut Scope) {
        self.work = self.work.saturating_sub((scope.locals.len() + scope.environment.len()) / 4);
        let reason = "it is set in a part that may not run";
        let changed =
            |name: &String, value: &Rc<Groovy>| before.locals.get(name).is_none_or(|old| !Rc::ptr_eq(old, value));
        let names: Vec<String> =
            scope.locals.iter().filter(|(name, value)| changed(name, value)).map(|(name, _)| name.clone()).collect();
        for name in names {
            scope.forget(&name, reason);
        }
    }

    /// A block with lanes around it.
    fn beside(&mut self, open: usize, to: usize, scope: &Scope, depth: usize, lane: Lane) -> usize {
        let mut inner = scope.clone();
        inner.runs.lanes.push(lane);
        self.body(open, to, &mut inner, depth)
    }

    /// `parallel { stage(…) { … } … }` and `parallel a: { … }, b: { … }`
    pub(super) fn parallel(&mut self, at: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let open = self.visible(at + 1);
        let declarative = self.is_sign(open, '{');
        let (from, end) = if declarative || self.is_sign(open, '(') {
            (open + 1, self.closing(open).min(to))
        } else {
            (at + 1, self.line_end(at + 1).min(to))
        };
        let group: Arc<str> = Arc::from(format!("parallel at {} of {}", self.span(at).start, self.source.path()));
        let mut number = 0;
        let mut at = from;
        while at < end && number < PARTS {
            let is_part = if declarative {
                self.name(at) == Some("stage")
            } else {
                self.is_sign(at + 1, ':') && (self.name(at).is_some() || self.pieces(at).is_some())
            };
            let mut block = self.visible(at + 1);
            if is_part && declarative && self.is_sign(block, '(') {
                let end = self.closing(block);
                block = self.visible(end + 1);
            } else if is_part && !declarative {
                block = self.visible(at + 2);
            }
            if is_part && self.is_sign(block, '{') {
                let lane = Lane {
                    group: Arc::clone(&group),
                    number: u32::try_from(number).unwrap_or(u32::MAX),
                    after: Vec::new(),
                    beside_itself: false,
                    place: self.place(at),
                    label: "runs in parallel".to_owned(),
                    retried: false,
                };
                number += 1;
                at = self.beside(block, end, scope, depth, lane).max(at + 1);
            } else {
                at += 1;
            }
        }
        end + 1
    }

    /// `matrix { axes { axis { name 'X'; values 'a', 'b' } } stages { … } }`
    pub(super) fn matrix(&mut self, open: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let end = self.closing(open).min(to);
        let mut inner = scope.clone();
        for at in open + 1..end {
            if self.name(at) != Some("axis") || !self.is_sign(self.visible(at + 1), '{') {
                continue;
            }
            let begin = self.visible(at + 1);
            let last = self.closing(begin).min(end);
            let named = (begin..last).find(|at| self.name(*at) == Some("name"));
            let values = (begin..last).find(|at| self.name(*at) == Some("values"));
            let (Some(named), Some(values)) = (named, values) else { continue };
            let texts = |from: usize, to: usize| {
                let pieces = (from..to).filter_map(|at| self.pieces(at));
                pieces.map(|pieces| self.bits(pieces, scope)).collect::<Vec<_>>()
            };
            let Some(name) = texts(named, named + 2).first().map(|bits| super::values::plain_text(bits)) else {
                continue;
            };
            let line = self.line_end(values + 1);
            let texts = |from: usize, to: usize| {
                let pieces = (from..to).filter_map(|at| self.pieces(at));
                pieces.map(|pieces| self.bits(pieces, scope)).collect::<Vec<_>>()
            };
            let items = texts(values + 1, line.min(last));
            let key: Arc<str> = Arc::from(format!("axis {name} at {} of {}", self.span(at).start, self.source.path()));
            let times = Often::Times(u64::try_from(items.len()).unwrap_or(u64::MAX));
            inner.runs.repeats.push(Repeat {
                place: self.place(values),
                times,
                key: Some(Arc::clone(&key)),
                distinct: true,
            });
            let value = self.element(&name, &items, &key, self.span(values)).into_value(&name, &self.place(values));
            pipelines::set(&mut inner.environment, &name, value);
        }
        let lane = Lane {
            group: Arc::from(format!("matrix at {} of {}", self.span(open).start, self.source.path())),
            number: 0,
            after: Vec::new(),
            beside_itself: true,
            place: self.place(open.saturating_sub(1)),
            label: "runs in parallel with the other cells of the matrix".to_owned(),
            retried: false,
        };
        self.beside(open, to, &inner, depth, lane)
    }

    /// `for (x in list) { … }`; any other loop only says that it is one.
    pub(super) fn each(&mut self, at: usize, open: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let end = self.closing(open).min(to);
        let word = (open..end).find(|at| self.name(*at) == Some("in") || self.is_sign(*at, ':'));
        let variable = word.filter(|word| *word > open + 1).and_then(|word| self.name(word - 1)).map(str::to_owned);
        let list = match (word, &variable) {
            (Some(word), Some(_)) if self.name(at) == Some("for") => {
                match self.expression(word + 1, scope, super::DEPTH).0 {
                    Groovy::List(items) => Some(items),
                    Groovy::Text(_) => None,
                }
            }
            _ => None,
        };
        let body = self.visible(end + 1);
        self.rounds(self.place(at), variable.as_deref(), list, (body, 1), to, scope, depth)
    }

    /// `['a', 'b'].each { x -> … }`
    pub(super) fn each_of_list(&mut self, at: usize, to: usize, scope: &mut Scope, depth: usize) -> Option<usize> {
        let end = self.closing(at);
        if !self.is_each(end + 1) {
            return None;
        }
        let (value, _) = self.expression_of_list(at, scope);
        Some(self.closure(self.place(at), value, end + 3, to, scope, depth))
    }

    fn expression_of_list(&mut self, at: usize, scope: &Scope) -> (Option<Vec<Vec<super::Bit>>>, usize) {
        match self.list(at, scope, super::DEPTH) {
            (Groovy::List(items), end) => (Some(items), end),
            (Groovy::Text(_), end) => (None, end),
        }
    }

    /// `.each {`
    pub(super) fn is_each(&self, at: usize) -> bool {
        self.is_sign(at, '.') && self.name(at + 1) == Some("each") && self.is_sign(at + 2, '{')
    }

    /// `list.each { x -> … }`
    pub(super) fn each_of_name(&mut self, at: usize, to: usize, scope: &mut Scope, depth: usize) -> usize {
        let list = match self.name(at).and_then(|name| scope.locals.get(name)).map(|value| &**value) {
            Some(Groovy::List(items)) => Some(items.clone()),
            _ => None,
        };
        self.closure(self.place(at), list, at + 3, to, scope, depth)
    }

    fn closure(
        &mut self,
        place: Place,
        list: Option<Vec<Vec<super::Bit>>>,
        open: usize,
        to: usize,
        scope: &mut Scope,
        depth: usize,
    ) -> usize {
        let arrow = (open..open + 8).find(|at| self.is_sign(*at, '-') && self.is_sign(at + 1, '>'));
        let name = arrow.and_then(|arrow| self.name(arrow - 1)).unwrap_or("it").to_owned();
        let skipped = arrow.map_or(1, |arrow| arrow + 2 - open);
        self.rounds(place, Some(&name), list, (open, skipped), to, scope, depth)
    }

    /// A block that runs once for each element.
    #[allow(clippy::too_many_arguments)]
    fn rounds(
        &mut self,
        place: Place,
        variable: Option<&str>,
        list: Option<Vec<Vec<super::Bit>>>,
        (open, skipped): (usize, usize),
        to: usize,
        scope: &mut Scope,
        depth: usize,
    ) -> usize {
        let before = scope.clone();
        let key: Arc<str> = Arc::from(format!("loop at {} of {}", place.span.start, self.source.path()));
        let known = list.as_ref().map(Vec::len);
        let times = match known {
            Some(count) => Often::Times(u64::try_from(count).unwrap_or(u64::MAX)),
            None => Often::Unknown("how many rounds a loop of the pipeline makes".to_owned()),
        };
        match (variable, list) {
            (Some(name), Some(items)) => {
                let value = self.element(name, &items, &key, place.span);
                scope.locals.insert(name.to_owned(), Rc::new(value));
            }
            (Some(name), None) => scope.forget(name, "it takes other values in a loop"),
            _ => {}
        }
        let key = known.is_some().then_some(key);
        scope.runs.repeats.push(Repeat { place, times, key, distinct: true });
        let end = if self.is_sign(open, '{') {
            let end = self.closing(open).min(to);
            let environment = scope.environment.clone();
            self.block(open + skipped, end, scope, depth);
            scope.environment = environment;
            end + 1
        } else {
            open
        };
        scope.runs.repeats.pop();
        self.doubt(&before, scope);
        end
    }

    /// `def name(a, b) { … }`: what callers give is not known. Nothing when it is no function.
    pub(super) fn function(&mut self, at: usize, to: usize, scope: &mut Scope, depth: usize) -> Option<usize> {
        let mut name = at + 1;
        while self.name(name).is_some() && self.name(name + 1).is_some() {
            name += 1;
        }
        if self.name(name).is_none() || !self.is_sign(name + 1, '(') {
            return None;
        }
        let end = self.closing(name + 1);
        let open = self.visible(end + 1);
        if !self.is_sign(open, '{') {
            return None;
        }
        let mut inner = scope.clone();
        for parameter in parameter_names(self.tokens.get(name + 2..end).unwrap_or_default()) {
            inner.forget(&parameter, "whoever calls the function gives it");
        }
        Some(self.body(open, to, &mut inner, depth))
    }
}
