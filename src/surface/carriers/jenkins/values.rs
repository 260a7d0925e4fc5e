//! What Groovy puts into texts: parameters, the environment, variables of the file.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Alternative, Content, Guard, GuardKind, Runs, Step, Value};
use crate::source::{Place, Span};
use crate::syntax::groovy::{self, Piece, TokenKind};
use crate::syntax::shell::EmbeddedText;

use super::super::{given, pipelines};
use super::Walk;

/// How many elements of a list are told apart.
const ELEMENTS: usize = 48;

/// How many parts a text may be put together from.
const BITS: usize = 256;

/// A part of a text.
#[derive(Debug, Clone)]
pub(super) enum Bit {
    /// As it stands somewhere in the file.
    Text(EmbeddedText),
    /// Something that is put in.
    Hole {
        /// What people call it.
        shown: String,
        /// Where it stands.
        span: Span,
        /// What is known of it.
        value: Value,
    },
}

/// A value of Groovy.
#[derive(Debug, Clone)]
pub(super) enum Groovy {
    /// A text.
    Text(Vec<Bit>),
    /// A list of texts.
    List(Vec<Vec<Bit>>),
}

/// What is known at one point of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// Variables of Groovy.
    pub(super) locals: BTreeMap<String, Rc<Groovy>>,
    /// The environment of scripts.
    pub(super) environment: Vec<(String, Value)>,
    /// The parameters of the pipeline.
    pub(super) parameters: Vec<(String, Value)>,
    /// Where scripts run.
    pub(super) folder: String,
    /// What starts them, and what is beside them.
    pub(super) runs: Runs,
}

impl Scope {
    /// What a script sees in its environment: parameters, too.
    pub(super) fn variables(&self) -> Vec<(String, Value)> {
        let mut variables = self.parameters.clone();
        for (name, value) in &self.environment {
            pipelines::set(&mut variables, name, value.clone());
        }
        variables
    }

    /// Says that a variable is not known any more.
    pub(super) fn forget(&mut self, name: &str, reason: &str) {
        let value = unknown(name, &format!("`{name}`: {reason}"), None);
        self.locals.insert(name.to_owned(), Rc::new(value));
    }
}

/// A text of which nothing is known.
fn unknown(shown: &str, reason: &str, place: Option<Place>) -> Groovy {
    let span = place.as_ref().map_or_else(Span::default, |place| place.span);
    Groovy::Text(vec![Bit::Hole { shown: shown.to_owned(), span, value: Value::unknown(reason, place) }])
}

impl Groovy {
    /// The value as a variable that is set at a place.
    pub(super) fn into_value(self, name: &str, place: &Place) -> Value {
        let Self::Text(bits) = self else {
            return Value::unknown(format!("`{name}` is a list"), Some(place.clone()));
        };
        let step = Step { place: place.clone(), label: format!("`{name}` is set here") };
        if let [Bit::Hole { value, .. }] = bits.as_slice() {
            let mut value = value.clone();
            value.alternatives_mut().iter_mut().for_each(|a| a.steps.insert(0, step.clone()));
            return value;
        }
        let mut text = String::new();
        let mut steps = vec![step];
        let mut overridable = false;
        for bit in bits {
            match bit {
                Bit::Text(more) => text.push_str(more.text()),
                Bit::Hole { value, .. } => match value.alternatives() {
                    [Alternative { content: Content::Text(more), steps: through, overridable: may, guards }]
                        if guards.is_empty() =>
                    {
                        text.push_str(more);
                        steps.extend(through.iter().cloned());
                        overridable |= may;
                    }
                    _ => return Value::unknown(format!("`{name}` is put together when it runs"), Some(place.clone())),
                },
            }
        }
        Value::from(Alternative { steps, overridable, ..Alternative::new(Content::text(text)) })
    }
}

/// Name and value of `NAME=value`.
pub(super) fn split(mut bits: Vec<Bit>) -> Option<(String, Vec<Bit>)> {
    let Some(Bit::Text(first)) = bits.first() else { return None };
    let at = first.text().find('=')?;
    let name = first.text().get(..at)?.trim().to_owned();
    let rest = first.part(at + 1, first.text().len());
    bits.splice(..1, (!rest.text().is_empty()).then_some(Bit::Text(rest)));
    Some((name, bits))
}

impl Walk<'_, '_, '_> {
    /// The parts of a text with what is known of the expressions in it.
    pub(super) fn bits(&self, pieces: &[Piece], scope: &Scope) -> Vec<Bit> {
        let mut bits = Vec::new();
        for piece in pieces.iter().take(BITS) {
            match piece {
                Piece::Text(text) => bits.push(Bit::Text(text.clone())),
                Piece::Expression(expression, span) => match self.named(expression, *span, scope) {
                    // Words of a command stand for themselves; a value is something that is put in.
                    Groovy::Text(inner) if inner.len() > 1 || is_command(&inner) => bits.extend(inner),
                    Groovy::Text(inner) => {
                        let value = match inner.first() {
                            Some(Bit::Hole { value, .. }) => value.clone(),
                            _ => Groovy::Text(inner.clone()).into_value(expression, &self.place_of(&inner, *span)),
                        };
                        bits.push(Bit::Hole { shown: format!("${{{expression}}}"), span: *span, value });
                    }
                    Groovy::List(_) => {
                        let value = Value::unknown(format!("`{expression}` is a list"), None);
                        bits.push(Bit::Hole { shown: format!("${{{expression}}}"), span: *span, value });
                    }
                },
            }
        }
        bits.truncate(BITS);
        bits
    }

    /// Where a text stands.
    fn place_of(&self, bits: &[Bit], otherwise: Span) -> Place {
        let span = match bits.first() {
            Some(Bit::Text(text)) => text.span(0, text.text().len()),
            _ => otherwise,
        };
        Place::new(&self.source, span)
    }

    /// The value of an expression that is just a name.
    fn named(&self, expression: &str, span: Span, scope: &Scope) -> Groovy {
        let find = |list: &[(String, Value)], name: &str| {
            list.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        };
        let place = Place::new(&self.source, span);
        let hole = |value: Value| Groovy::Text(vec![Bit::Hole { shown: format!("${{{expression}}}"), span, value }]);
        let plain = ["trim()", "toString()"].iter().find_map(|call| expression.strip_suffix(call)?.strip_suffix('.'));
        let name = plain.unwrap_or(expression);
        let value = match name.split_once('.') {
            Some(("params", name)) => find(&scope.parameters, name),
            Some(("env", name)) => find(&scope.environment, name).or_else(|| find(&scope.parameters, name)),
            Some(_) => None,
            None => match scope.locals.get(name) {
                Some(value) => return (**value).clone(),
                None => find(&scope.environment, name).or_else(|| find(&scope.parameters, name)),
            },
        };
        let unknown = || Value::unknown(format!("`{expression}` is only known when the pipeline runs"), Some(place));
        hole(value.unwrap_or_else(unknown))
    }

    /// The value that begins at a token, and the index behind it. What is more than texts and names joined by
    /// `+` is not known.
    pub(super) fn expression(&mut self, at: usize, scope: &Scope, depth: usize) -> (Groovy, usize) {
        let begin = self.visible(at);
        let Some(less) = depth.checked_sub(1) else { return (self.unknown(begin), begin + 1) };
        let mut bits: Vec<Bit> = Vec::new();
        let mut at = begin;
        loop {
            let (value, next) = self.operand(at, scope, less);
            let next = self.methods(next);
            let Some(next) = next else { return (self.unknown(begin), at + 1) };
            match value {
                Groovy::Text(more) => bits.extend(more),
                list @ Groovy::List(_) if bits.is_empty() && self.ends(next) => return (list, next),
                Groovy::List(_) => return (self.unknown(begin), next),
            }
            if bits.len() > BITS {
                return (self.unknown(begin), next);
            }
            let after = self.visible(next);
            if self.is_sign(after, '+') && !self.is_sign(after + 1, '=') && !self.is_sign(after + 1, '+') {
                at = self.visible(after + 1);
                continue;
            }
            if self.is_sign(next, '?') && self.is_sign(next + 1, ':') {
                let (other, end) = self.expression(next + 2, scope, less);
                return (instead(bits, other), end);
            }
            if !self.ends(next) {
                return (self.unknown(begin), next);
            }
            return (Groovy::Text(bits), next);
        }
    }

    fn unknown(&self, at: usize) -> Groovy {
        unknown("a value", "it is computed when the pipeline runs", Some(self.place(at)))
    }

    /// Whether an expression is over.
    fn ends(&self, at: usize) -> bool {
        match self.tokens.get(at).map(|token| &token.kind) {
            None | Some(TokenKind::Line) => true,
            Some(TokenKind::Sign(sign)) => matches!(sign, ',' | ')' | '}' | ']' | ';'),
            _ => false,
        }
    }

    /// Steps over methods that change no word of a text; nothing for any other.
    fn methods(&self, mut at: usize) -> Option<usize> {
        while self.is_sign(at, '.') {
            let same = matches!(self.name(at + 1), Some("trim" | "stripIndent" | "stripMargin" | "toString"));
            if !same || !self.is_sign(at + 2, '(') || !self.is_sign(at + 3, ')') {
                return None;
            }
            at += 4;
        }
        Some(at)
    }

    fn operand(&mut self, at: usize, scope: &Scope, depth: usize) -> (Groovy, usize) {
        if let Some(pieces) = self.pieces(at) {
            return (Groovy::Text(self.bits(pieces, scope)), at + 1);
        }
        if self.is_sign(at, '[') {
            return self.list(at, scope, depth);
        }
        if self.is_sign(at, '(') {
            let end = self.closing(at);
            let (value, next) = self.expression(at + 1, scope, depth);
            let whole = self.visible(next) == end;
            return (if whole { value } else { self.unknown(at) }, end + 1);
        }
        if let Some(TokenKind::Number(number)) = self.tokens.get(at).map(|token| &token.kind) {
            let mut text = EmbeddedText::new();
            text.push(number, self.span(at));
            return (Groovy::Text(vec![Bit::Text(text)]), at + 1);
        }
        let Some(name) = self.name(at) else { return (self.unknown(at), at + 1) };
        // A name with properties, as it stands in a text.
        let mut expression = name.to_owned();
        let mut next = at + 1;
        let scoped = matches!(name, "params" | "env");
        if scoped
            && self.is_sign(next, '.')
            && let Some(property) = self.name(next + 1)
        {
            expression.push('.');
            expression.push_str(property);
            next += 2;
        } else if scoped
            && self.is_sign(next, '[')
            && let Some([Piece::Text(property)]) = self.pieces(next + 1)
        {
            expression.push('.');
            expression.push_str(property.text());
            next += 3;
        }
        if self.is_sign(next, '(') || self.is_sign(next, '[') {
            let end = self.closing(next);
            return (self.unknown(at), end + 1);
        }
        let span = self.span(at).join(self.span(next - 1));
        (self.named(&expression, span, scope), next)
    }

    /// `['a', 'b']`
    pub(super) fn list(&mut self, open: usize, scope: &Scope, depth: usize) -> (Groovy, usize) {
        let end = self.closing(open);
        let mut items = Vec::new();
        let mut at = self.visible(open + 1);
        while at < end {
            let (value, next) = self.expression(at, scope, depth);
            let next = self.visible(next);
            match value {
                Groovy::Text(bits) if next == end || self.is_sign(next, ',') => items.push(bits),
                _ => return (self.unknown(open), end + 1),
            }
            at = self.visible(next + 1);
        }
        (Groovy::List(items), end + 1)
    }

    /// `name = value`
    pub(super) fn assign(&mut self, name: &str, at: usize, scope: &mut Scope) {
        let (value, _) = self.expression(at, scope, super::DEPTH);
        scope.locals.insert(name.to_owned(), Rc::new(value));
    }

    /// Reads the parameters of the pipeline, wherever they are declared.
    pub(super) fn parameters(&mut self, scope: &mut Scope) {
        for at in 0..self.tokens.len() {
            let open = self.visible(at + 1);
            if self.work == 0 {
                return;
            }
            if self.name(at) == Some("parameters") && (self.is_sign(open, '{') || self.is_sign(open, '(')) {
                let end = self.closing(open);
                for inner in open + 1..end {
                    self.parameter(inner, end, scope);
                }
            }
        }
    }

    /// `string(name: 'X', defaultValue: 'v')`, `choice name: 'X', choices: ['a', 'b']`
    fn parameter(&mut self, at: usize, end: usize, scope: &mut Scope) {
        let Some(kind) = self.name(at).filter(|_| !self.is_sign(at + 1, ':')) else { return };
        if self.work == 0 || !["string", "text", "choice", "booleanParam", "extendedChoice"].contains(&kind) {
            return;
        }
        let last = if self.is_sign(at + 1, '(') { self.closing(at + 1) } else { self.line_end(at + 1) }.min(end);
        let mut given: BTreeMap<&str, usize> = BTreeMap::new();
        for inner in at + 1..last {
            if let Some(name) = self.name(inner).filter(|_| self.is_sign(inner + 1, ':')) {
                given.entry(name).or_insert(inner + 2);
            }
        }
        let text = |at: usize| match self.pieces(at) {
            Some([Piece::Text(text)]) => Some(text.clone()),
            Some([]) => Some(EmbeddedText::new()),
            _ => None,
        };
        let Some(name) = given.get("name").and_then(|at| text(*at)).map(|name| name.text().to_owned()) else { return };
        let source = Arc::clone(&self.source);
        let value = match (given.get("choices").copied(), given.get("defaultValue").copied()) {
            (Some(choices), _) if kind.ends_with("hoice") => {
                let (list, _) = self.expression(choices, &Scope::default(), super::DEPTH);
                self.choices(&name, list)
            }
            (_, Some(default)) => {
                let label = format!("default of parameter `{name}`");
                match (text(default), self.name(default)) {
                    (Some(text), _) => {
                        let span = text.span(0, text.text().len());
                        given::default(&source, label, span, text.text())
                    }
                    (None, Some(word)) => given::default(&source, label, self.span(default), word),
                    _ => Value::unknown(format!("{label} is computed"), Some(self.place(default))),
                }
            }
            _ => Value::unknown(format!("parameter `{name}` has no default"), Some(self.place(at))),
        };
        pipelines::set(&mut scope.parameters, &name, value);
    }

    /// One of the choices of a parameter: a list, or a text with a line for each.
    fn choices(&self, name: &str, list: Groovy) -> Value {
        let lines = |text: &EmbeddedText| {
            let mut from = 0;
            let mut all = Vec::new();
            for line in text.text().split_inclusive('\n') {
                all.push(text.part(from, from + line.trim_end().len()));
                from += line.len();
            }
            all
        };
        let texts: Option<Vec<EmbeddedText>> = match list {
            Groovy::List(items) => items
                .into_iter()
                .map(|bits| match bits.as_slice() {
                    [Bit::Text(text)] => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            Groovy::Text(bits) => match bits.as_slice() {
                [Bit::Text(text)] => Some(lines(text)),
                _ => None,
            },
        };
        let Some(texts) = texts.filter(|texts| texts.len() <= ELEMENTS) else {
            return Value::unknown(format!("the choices of parameter `{name}` are not known"), None);
        };
        let key: Arc<str> = Arc::from(format!("parameter {name} of {}", self.source.path()));
        let alternative = |(branch, text): (usize, EmbeddedText)| {
            let place = Place::new(&self.source, text.span(0, text.text().len()));
            let branch = u32::try_from(branch).unwrap_or(u32::MAX);
            let guards = vec![Guard { key: Arc::clone(&key), branch, kind: GuardKind::Conditional }];
            let steps = vec![Step { place, label: format!("choice of parameter `{name}`") }];
            Alternative { guards, steps, ..Alternative::new(Content::text(text.text())) }
        };
        Value::one_of(texts.into_iter().enumerate().map(alternative).collect())
    }

    /// What a variable of a loop holds: one element after the other.
    pub(super) fn element(&self, name: &str, items: &[Vec<Bit>], key: &Arc<str>, span: Span) -> Groovy {
        let mut alternatives = Vec::new();
        for (index, bits) in items.iter().enumerate().take(ELEMENTS) {
            let place = self.place_of(bits, span);
            let value = Groovy::Text(bits.clone()).into_value(name, &place);
            given::in_round(&value, key, index, &mut alternatives);
        }
        if items.len() > ELEMENTS {
            return unknown(name, &format!("`{name}` takes many values in a loop"), None);
        }
        let value = Value::one_of(alternatives);
        Groovy::Text(vec![Bit::Hole { shown: format!("${{{name}}}"), span, value }])
    }
}

/// A text without what is put into it.
pub(super) fn plain_text(bits: &[Bit]) -> String {
    let text = |bit: &Bit| match bit {
        Bit::Text(text) => text.text().to_owned(),
        Bit::Hole { .. } => String::new(),
    };
    bits.iter().map(text).collect()
}

/// Whether a text is more than one word.
fn is_command(bits: &[Bit]) -> bool {
    bits.iter().any(|bit| matches!(bit, Bit::Text(text) if text.text().contains(char::is_whitespace)))
}

/// `a ?: b`: what stands in for nothing.
fn instead(bits: Vec<Bit>, other: Groovy) -> Groovy {
    let known = bits.iter().all(|bit| match bit {
        Bit::Text(_) => true,
        Bit::Hole { value, .. } => value.alternatives().iter().all(|a| matches!(a.content, Content::Text(_))),
    });
    if known && !bits.is_empty() {
        return Groovy::Text(bits);
    }
    match other {
        Groovy::Text(mut bits) => {
            if let [Bit::Text(text)] = bits.as_slice() {
                let value =
                    Value::from(Alternative { overridable: true, ..Alternative::new(Content::text(text.text())) });
                let span = text.span(0, text.text().len());
                bits = vec![Bit::Hole { shown: text.text().to_owned(), span, value }];
            }
            Groovy::Text(bits)
        }
        list => list,
    }
}

/// The names that the parameters of a function or a closure have.
pub(super) fn parameter_names(tokens: &[groovy::Token]) -> Vec<String> {
    let mut names = Vec::new();
    let mut last = None;
    let mut default = false;
    for token in tokens {
        match &token.kind {
            TokenKind::Name(name) if !default => last = Some(name.clone()),
            TokenKind::Sign('=') => default = true,
            TokenKind::Sign(',') => {
                names.extend(last.take());
                default = false;
            }
            _ => {}
        }
    }
    names.extend(last);
    names
}
