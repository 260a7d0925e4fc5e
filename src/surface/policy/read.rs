//! From a tree to a policy document, with everything that is wrong with it.
//!
//! Owns what the elements mean and which of them may be missing. It is as tolerant as it can be: whatever can be read
//! is read, and what is wrong is kept as a defect. Whether a tree is a policy at all is told elsewhere.

use super::grammar::{Grammar, grammar};
use super::tree::{Member, Tree, TreeKind};
use super::{Frame, recognise};
use crate::model::{
    Condition, Defect, DefectKind, Effect, Piece, PolicyDocument, PolicyKind, Statement, Template, Templates,
};
use crate::source::Place;

/// Reads a tree that is a document.
pub(super) fn document(tree: &Tree, frame: Frame) -> PolicyDocument {
    let mut reader = Reader { grammar: grammar(), defects: Vec::new() };
    let kind = frame.kind.unwrap_or_else(|| recognise::kind_of(tree));
    let content = reader.content(tree, kind);
    reader.defects.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
    PolicyDocument {
        subject: frame.subject,
        handles: frame.handles,
        kind,
        place: tree.place.clone(),
        version: content.version,
        statements: content.statements,
        open: content.open,
        length: frame.length,
        advisory: frame.advisory,
        defects: reader.defects,
    }
}

/// Why something is open, when a part is filled in.
pub(super) fn filled_in(words: &str) -> String {
    format!("`{words}` is filled in by something else")
}

/// What a document holds.
#[derive(Default)]
struct Content {
    version: Option<Template>,
    statements: Vec<Statement>,
    open: Option<String>,
}

/// An element with its name.
type Element<'t> = (&'t Template, &'t Tree);

struct Reader {
    grammar: &'static Grammar,
    defects: Vec<Defect>,
}

impl Reader {
    fn wrong(&mut self, kind: DefectKind, place: &Place, words: impl Into<String>) {
        self.defects.push(Defect { kind, place: place.clone(), words: words.into() });
    }

    fn content(&mut self, tree: &Tree, kind: PolicyKind) -> Content {
        let grammar = self.grammar;
        match &tree.kind {
            TreeKind::Object { .. } => {}
            TreeKind::Hole(words) => return Content { open: Some(filled_in(words)), ..Content::default() },
            TreeKind::Text(pieces) if pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))) => {
                return Content { open: Some("it is filled in by something else".to_owned()), ..Content::default() };
            }
            _ => {
                self.wrong(DefectKind::WrongShape, &tree.place, "");
                return Content { open: Some("it is not an object".to_owned()), ..Content::default() };
            }
        }
        let ([version, statement], open) = self.elements(tree, [&grammar.version, &grammar.statement]);
        for (name, element) in [(&grammar.version, version), (&grammar.statement, statement)] {
            if element.is_none() && open.is_none() {
                self.wrong(DefectKind::MissingElement, &tree.place, name);
            }
        }
        let mut content = Content { open, ..Content::default() };
        content.version = version.and_then(|(_, value)| self.text(value, &grammar.version));
        if let Some((_, statements)) = statement {
            self.statements(statements, kind, &mut content);
        }
        content
    }

    fn statements(&mut self, tree: &Tree, kind: PolicyKind, content: &mut Content) {
        let name = &self.grammar.statement;
        let items = match &tree.kind {
            TreeKind::List { items, open } => {
                content.open = content.open.take().or_else(|| open.clone());
                if items.is_empty() && open.is_none() {
                    self.wrong(DefectKind::EmptyList, &tree.place, name);
                }
                items.as_slice()
            }
            TreeKind::Object { .. } => {
                self.wrong(DefectKind::SingleStatement, &tree.place, "");
                std::slice::from_ref(tree)
            }
            _ => std::slice::from_ref(tree),
        };
        for item in items {
            match &item.kind {
                TreeKind::Object { .. } => {
                    let statement = self.statement(item, kind);
                    content.statements.push(statement);
                }
                TreeKind::Hole(words) => content.open = Some(filled_in(words)),
                _ if item.has_hole() => content.open = Some("a statement is filled in by something else".to_owned()),
                _ => {
                    self.wrong(DefectKind::WrongShape, &item.place, name);
                    content.open = Some("something that is no statement stands among them".to_owned());
                }
            }
        }
    }

    fn statement(&mut self, tree: &Tree, kind: PolicyKind) -> Statement {
        let g = self.grammar;
        let names = [&*g.effect, &g.action, &g.not_action, &g.resource, &g.not_resource, &g.principal, &g.condition];
        let ([effect, action, not_action, resource, not_resource, principal, condition], open) =
            self.elements(tree, names);
        self.exclusive(action, not_action);
        self.exclusive(resource, not_resource);
        if open.is_none() {
            let mut missing = |is_missing: bool, words: String| {
                if is_missing {
                    self.wrong(DefectKind::MissingElement, &tree.place, words);
                }
            };
            missing(effect.is_none(), g.effect.clone());
            missing(action.or(not_action).is_none(), format!("{} or {}", g.action, g.not_action));
            missing(kind == PolicyKind::Trust && principal.is_none(), g.principal.clone());
            missing(kind != PolicyKind::Trust && resource.or(not_resource).is_none(), g.resource.clone());
        }
        let mut statement = Statement {
            place: tree.place.clone(),
            effect: effect.map_or(Effect::Unknown, |(_, value)| self.effect(value)),
            actions: action.map(|(_, value)| self.texts(value, &g.action)),
            not_actions: not_action.map(|(_, value)| self.texts(value, &g.not_action)),
            resources: resource.map(|(_, value)| self.texts(value, &g.resource)),
            not_resources: not_resource.map(|(_, value)| self.texts(value, &g.not_resource)),
            conditions: Vec::new(),
            more_conditions: open.clone(),
            has_principal: principal.is_some(),
        };
        if let Some((_, value)) = condition {
            self.conditions(value, &mut statement);
        }
        if open.is_some() {
            // Any element may be in what is not seen.
            let unseen = || Some(Templates { all: Vec::new(), place: tree.place.clone(), open: open.clone() });
            if statement.actions.is_none() && statement.not_actions.is_none() {
                statement.actions = unseen();
            }
            if statement.resources.is_none() && statement.not_resources.is_none() {
                statement.resources = unseen();
            }
        }
        statement
    }

    fn exclusive(&mut self, one: Option<Element<'_>>, other: Option<Element<'_>>) {
        if let (Some((one, _)), Some((other, _))) = (one, other) {
            let (first, second) = if one.place.order() <= other.place.order() { (one, other) } else { (other, one) };
            self.wrong(DefectKind::BothElements, &second.place, format!("{} and {}", first.shown(), second.shown()));
        }
    }

    /// The elements of an object with these names, and why there may be others.
    fn elements<'t, const N: usize>(
        &mut self,
        tree: &'t Tree,
        names: [&str; N],
    ) -> ([Option<Element<'t>>; N], Option<String>) {
        let mut elements = [None; N];
        let (members, mut open) = self.distinct(tree);
        for member in members {
            let Some(key) = member.key.text() else {
                open = Some(filled_in(&member.key.shown()));
                continue;
            };
            let Some(index) = names.iter().position(|name| name.eq_ignore_ascii_case(key)) else {
                let is_tolerated = self.grammar.tolerated.iter().any(|name| name == key);
                let kind = if is_tolerated { DefectKind::ToleratedElement } else { DefectKind::UnknownElement };
                self.wrong(kind, &member.key.place, key);
                continue;
            };
            if let Some(name) = names.get(index).filter(|name| **name != key) {
                self.wrong(DefectKind::ElementCase, &member.key.place, *name);
            }
            if let Some(element) = elements.get_mut(index) {
                // The name as it should be beats another spelling of it.
                if element.is_none() || names.get(index).is_some_and(|name| *name == key) {
                    *element = Some((&member.key, &member.value));
                }
            }
        }
        (elements, open)
    }

    /// The members of an object that count, the last one of each key, and why there may be others.
    fn distinct<'t>(&mut self, tree: &'t Tree) -> (Vec<&'t Member>, Option<String>) {
        let TreeKind::Object { members, open } = &tree.kind else { return (Vec::new(), None) };
        let mut counts: Vec<&Member> = Vec::new();
        let mut seen = rustc_hash::FxHashMap::default();
        for member in members {
            match seen.get(&member.key.pieces).copied() {
                Some(at) => {
                    self.wrong(DefectKind::DuplicateKey, &member.key.place, member.key.shown());
                    if let Some(earlier) = counts.get_mut(at) {
                        *earlier = member;
                    }
                }
                None => {
                    seen.insert(&member.key.pieces, counts.len());
                    counts.push(member);
                }
            }
        }
        (counts, open.clone())
    }

    fn effect(&mut self, tree: &Tree) -> Effect {
        if tree.has_hole() {
            return Effect::Unknown;
        }
        match tree.as_text() {
            Some(text) if text == self.grammar.allow => Effect::Allow,
            Some(text) if text == self.grammar.deny => Effect::Deny,
            other => {
                let shown = other.map_or_else(|| tree.place.text().to_owned(), str::to_owned);
                self.wrong(DefectKind::WrongEffect, &tree.place, shown);
                Effect::Unknown
            }
        }
    }

    /// One text, also when its quotes are missing.
    fn text(&mut self, tree: &Tree, words: &str) -> Option<Template> {
        if let Some(template) = tree.template() {
            return Some(template);
        }
        let unquoted = match &tree.kind {
            TreeKind::Bool(value) => value.to_string(),
            TreeKind::Number(number) => number.clone(),
            TreeKind::Null => String::new(),
            _ => {
                self.wrong(DefectKind::WrongShape, &tree.place, words);
                return None;
            }
        };
        self.wrong(DefectKind::Unquoted, &tree.place, words);
        Some(Template::known(unquoted, tree.place.clone()))
    }

    /// One text or several.
    fn texts(&mut self, tree: &Tree, words: &str) -> Templates {
        let mut texts = Templates { all: Vec::new(), place: tree.place.clone(), open: None };
        let items = match &tree.kind {
            TreeKind::Hole(hole) => {
                // It may be a list.
                texts.open = Some(filled_in(hole));
                return texts;
            }
            TreeKind::List { items, open } => {
                texts.open.clone_from(open);
                if items.is_empty() && open.is_none() {
                    self.wrong(DefectKind::EmptyList, &tree.place, words);
                }
                items.as_slice()
            }
            _ => std::slice::from_ref(tree),
        };
        for item in items {
            match self.text(item, words) {
                Some(text) => texts.all.push(text),
                None => texts.open = Some("something that is no text stands there".to_owned()),
            }
        }
        texts
    }

    fn conditions(&mut self, tree: &Tree, statement: &mut Statement) {
        let name = self.grammar.condition.clone();
        for (operator, keys) in self.inner(tree, &name, &mut statement.more_conditions) {
            for (key, values) in self.inner(keys, &operator.shown(), &mut statement.more_conditions) {
                let values = self.texts(values, &key.shown());
                statement.conditions.push(Condition {
                    operator: operator.shown(),
                    operator_place: operator.place.clone(),
                    key: key.shown(),
                    key_place: key.place.clone(),
                    values,
                });
            }
        }
    }

    /// The members of an object within a condition whose keys are known; of what is not known, why.
    fn inner<'t>(&mut self, tree: &'t Tree, words: &str, more: &mut Option<String>) -> Vec<Element<'t>> {
        match &tree.kind {
            TreeKind::Object { .. } => {}
            TreeKind::Hole(hole) => {
                *more = Some(filled_in(hole));
                return Vec::new();
            }
            _ => {
                self.wrong(DefectKind::WrongShape, &tree.place, words);
                *more = Some("part of the condition is not an object".to_owned());
                return Vec::new();
            }
        }
        let (members, open) = self.distinct(tree);
        *more = more.take().or(open);
        let mut known = Vec::new();
        for member in members {
            if member.key.text().is_some() {
                known.push((&member.key, &member.value));
            } else {
                *more = Some(filled_in(&member.key.shown()));
            }
        }
        known
    }
}
