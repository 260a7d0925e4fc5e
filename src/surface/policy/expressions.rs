//! Values of a program as trees: what stands in it as texts, lists and maps; everything else is a hole.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::carriers::carriers;
use super::holes::push_text;
use super::text;
use super::tree::{Member, Tree, TreeKind};
use crate::model::{Piece, Template};
use crate::source::{Place, Source, Span};
use crate::syntax::code::{Expression, ExpressionKind};
use crate::syntax::shell::EmbeddedText;

/// How often names may lead to each other, and how deep values are read.
const DEPTH: usize = 40;

/// How many characters of an expression are shown.
const SHOWN: usize = 80;

/// What the names of a program stand for.
pub(super) struct Values<'a> {
    /// The program.
    pub(super) source: &'a Arc<Source>,
    /// Names that are given a value once.
    pub(super) constants: &'a BTreeMap<&'a str, &'a Expression>,
}

/// A name, or names with dots between them.
pub(super) fn words_of(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.clone()),
        ExpressionKind::Member(object, name) => Some(format!("{}.{}", words_of(object)?, name.name)),
        _ => None,
    }
}

impl<'a> Values<'a> {
    /// What a document is made from: the argument of a function that only writes it down as a text, and what a name
    /// stands for.
    pub(super) fn written<'e>(&self, expression: &'e Expression) -> &'e Expression
    where
        'a: 'e,
    {
        let mut at = expression;
        for _ in 0..DEPTH {
            let next = match &at.kind {
                ExpressionKind::Name(name) => self.constants.get(name.as_str()).copied(),
                ExpressionKind::Call(call) => {
                    let name = words_of(&call.function).unwrap_or_default();
                    let name = name.rsplit('.').next().unwrap_or_default();
                    let writes = carriers().pulumi.writers.iter().any(|known| known == name);
                    call.arguments.first().filter(|_| writes).map(|argument| &argument.value)
                }
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        at
    }

    /// The tree of a value.
    pub(super) fn tree(&self, expression: &Expression) -> Tree {
        self.within(expression, DEPTH)
    }

    fn within(&self, expression: &Expression, depth: usize) -> Tree {
        let expression = self.written(expression);
        let place = Place::new(self.source, expression.span);
        let Some(less) = depth.checked_sub(1) else { return Tree { place, kind: self.hole(expression) } };
        let kind = match &expression.kind {
            ExpressionKind::Text(_) | ExpressionKind::Join(_) => {
                let mut pieces = Vec::new();
                if self.pieces(expression, &mut pieces, less) { TreeKind::Text(pieces) } else { self.hole(expression) }
            }
            ExpressionKind::Number(number) => TreeKind::Number(number.clone()),
            ExpressionKind::Bool(value) => TreeKind::Bool(*value),
            ExpressionKind::Null => TreeKind::Null,
            ExpressionKind::List(items) => {
                let is_spread = |item: &&Expression| matches!(item.kind, ExpressionKind::Spread(_));
                let open = items.iter().find(is_spread).map(|item| format!("`{}` is not followed", self.words(item)));
                let items = items.iter().filter(|item| !is_spread(item)).map(|item| self.within(item, less)).collect();
                TreeKind::List { items, open }
            }
            ExpressionKind::Map(entries) => {
                let mut members = Vec::new();
                let mut open = None;
                for entry in entries {
                    match &entry.key {
                        Some(key) => {
                            members.push(Member { key: self.key(key, less), value: self.within(&entry.value, less) })
                        }
                        None => open = Some(format!("`{}` is not followed", self.words(&entry.value))),
                    }
                }
                TreeKind::Object { members, open }
            }
            _ => self.hole(expression),
        };
        Tree { place, kind }
    }

    fn key(&self, key: &Expression, depth: usize) -> Template {
        let place = Place::new(self.source, key.span);
        let mut pieces = Vec::new();
        if !self.pieces(key, &mut pieces, depth) {
            pieces = vec![Piece::Hole(self.words(key))];
        }
        Template { pieces, place }
    }

    /// The parts of a text; false for what is none.
    fn pieces(&self, expression: &Expression, pieces: &mut Vec<Piece>, depth: usize) -> bool {
        let expression = self.written(expression);
        match (&expression.kind, depth.checked_sub(1)) {
            (ExpressionKind::Text(text), _) => push_text(pieces, text),
            (ExpressionKind::Number(number), _) if !pieces.is_empty() => push_text(pieces, number),
            (ExpressionKind::Join(parts), Some(less)) => {
                for part in parts {
                    if !self.pieces(part, pieces, less) {
                        pieces.push(Piece::Hole(self.words(part)));
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// A text with the places of its characters; nothing for what is none.
    pub(super) fn text(&self, expression: &Expression) -> Option<EmbeddedText> {
        let mut text = EmbeddedText::new();
        matches!(expression.kind, ExpressionKind::Text(_) | ExpressionKind::Join(_)).then(|| {
            self.append(expression, &mut text, DEPTH);
            text
        })
    }

    fn append(&self, expression: &Expression, all: &mut EmbeddedText, depth: usize) {
        match (&expression.kind, depth.checked_sub(1)) {
            (ExpressionKind::Text(text), _) => all.append(&self.stands(text, expression.span)),
            (ExpressionKind::Join(parts), Some(less)) => parts.iter().for_each(|part| self.append(part, all, less)),
            _ => {
                let mut pieces = Vec::new();
                let known = self.pieces(expression, &mut pieces, depth).then(|| match pieces.as_slice() {
                    [Piece::Text(text)] => Some(text.clone()),
                    _ => None,
                });
                let text = known.flatten().unwrap_or_else(|| format!("${{{}}}", self.words(expression)));
                all.push(&text, expression.span);
            }
        }
    }

    /// A text that stands in the program, with or without its quotes.
    fn stands(&self, text: &str, span: Span) -> EmbeddedText {
        let written = self.source.slice(span);
        let mut all = EmbeddedText::new();
        if let Some(at) = written.find(text) {
            let start = span.start as usize + at;
            all.push(text, Span::new(start, start + text.len()));
            return all;
        }
        let inner = written.trim_start_matches(['f', 'r', 'b', 'u']).trim_start_matches(['"', '\'', '`']);
        let start = written.len() - inner.len();
        let inner = inner.trim_end_matches(['"', '\'', '`']);
        let offset = u32::try_from(span.start as usize + start).unwrap_or(u32::MAX);
        let unescaped = text::unescaped(&EmbeddedText::verbatim(inner, offset));
        if unescaped.text() == text {
            return unescaped;
        }
        all.push(text, span);
        all
    }

    fn hole(&self, expression: &Expression) -> TreeKind {
        TreeKind::Hole(self.words(expression))
    }

    /// An expression as people see it.
    fn words(&self, expression: &Expression) -> String {
        let written: Vec<&str> = self.source.slice(expression.span).split_whitespace().collect();
        written.join(" ").chars().filter(|c| !matches!(c, '{' | '}')).take(SHOWN).collect()
    }
}
