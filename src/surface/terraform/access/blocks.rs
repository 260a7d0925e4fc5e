//! Documents in blocks: `statement { … }`, also those that `dynamic` makes, and lists of those who may take a role.

use std::sync::Arc;

use super::One;
use super::spec::{BlocksSpec, PolicySpec};
use super::value::{Values, held, words};
use crate::model::{Piece, PolicyDocument, Template};
use crate::source::{Place, Source};
use crate::surface::policy::{self, Frame, Member, Tree, TreeKind, grammar};
use crate::surface::terraform::combine::elements_of;
use crate::surface::terraform::evaluate::Scope;
use crate::surface::terraform::symbol::{self, Entry, Symbol};
use crate::syntax::hcl::{Block, Body, Expression};

/// How many blocks a `dynamic` may make.
const ELEMENTS: usize = 200;

/// The kind of a block that makes others, and of the one inside it that says what they hold.
const DYNAMIC: &str = "dynamic";
const CONTENT: &str = "content";

/// Whether a resource has statements in blocks.
pub(super) fn has_any(one: &One<'_, '_>, spec: &BlocksSpec) -> bool {
    one.declaration.block.body.blocks.iter().any(|block| makes(block, &spec.statement))
}

/// The document that the blocks of a resource are.
pub(super) fn document(one: &One<'_, '_>, spec: &BlocksSpec, frame: Frame) -> Option<PolicyDocument> {
    let block = &one.declaration.block;
    let values = Values::new(one.guards);
    let reading = Reading { one, spec, values: &values, source: &one.declaration.source };
    let header = one.declaration.header();
    let mut members = vec![Member { key: known(&grammar().version, &header), value: reading.version(&header) }];
    let scope = Scope::new(one.instance, reading.source, one.each);
    let mut items = Vec::new();
    let mut open = reading.each(&block.body, &spec.statement, scope, &mut |inner, scope| {
        items.push(reading.statement(inner, scope));
    });
    if one.declaration.json || !block.whole {
        open = open.or_else(|| Some("the block cannot be read in full".to_owned()));
    }
    let statements = Tree { place: one.place(), kind: TreeKind::List { items, open } };
    members.push(Member { key: known(&grammar().statement, &header), value: statements });
    let mut document = policy::read(&Tree::object(members, one.place()), frame)?;
    document.open = document.open.or_else(|| values.default());
    Some(document)
}

/// The document that says who may take a role, where lists say it.
pub(super) fn trusted(one: &One<'_, '_>, spec: &PolicySpec, frame: &Frame) -> Option<PolicyDocument> {
    let values = Values::new(one.guards);
    let g = grammar();
    let header = one.declaration.header();
    let mut who = Vec::new();
    for (argument, name) in &spec.trusted {
        let Some((source, attribute)) = one.declaration.attribute(argument) else { continue };
        let Some((symbol, place)) = one.argument(argument) else { continue };
        let key = known(name, &Place::new(source, attribute.name_span));
        who.push(Member { key, value: values.tree(&symbol, &place) });
    }
    if who.is_empty() {
        return None;
    }
    let word = |key: &str, value: &str| Member { key: known(key, &header), value: Tree::text(value, header.clone()) };
    let statement = Tree::object(
        vec![
            word(&g.effect, &g.allow),
            word(&g.action, g.take_role.first().map_or("", String::as_str)),
            Member { key: known(&g.principal, &header), value: Tree::object(who, header.clone()) },
        ],
        one.place(),
    );
    let statements = Tree::list(vec![statement], one.place());
    let version = word(&g.version, g.versions.first().map_or("", String::as_str));
    let members = vec![version, Member { key: known(&g.statement, &header), value: statements }];
    let mut document = policy::read(&Tree::object(members, one.place()), frame.clone())?;
    document.open = document.open.or_else(|| values.default());
    Some(document)
}

fn known(text: &str, place: &Place) -> Template {
    Template::known(text, place.clone())
}

/// Whether a block is of a kind, or makes blocks of it.
fn makes(block: &Block, kind: &str) -> bool {
    block.kind == kind || (block.kind == DYNAMIC && block.label(0) == Some(kind))
}

struct Reading<'a, 'w> {
    one: &'a One<'a, 'w>,
    spec: &'a BlocksSpec,
    values: &'a Values<'a>,
    source: &'a Arc<Source>,
}

impl Reading<'_, '_> {
    fn version(&self, header: &Place) -> Tree {
        match self.one.argument(&self.spec.version) {
            Some((symbol, place)) => self.values.tree(&symbol, &place),
            None => Tree::text(grammar().versions.first().map_or("", String::as_str), header.clone()),
        }
    }

    /// Goes through the blocks of a kind, also those that others make; why there may be more.
    fn each(
        &self,
        body: &Body,
        kind: &str,
        scope: Scope<'_>,
        take: &mut dyn FnMut(&Block, Scope<'_>),
    ) -> Option<String> {
        let mut open = None;
        for block in body.blocks.iter().filter(|block| makes(block, kind)) {
            if block.kind == kind {
                take(block, scope);
            } else {
                let made = self.made(block, kind, scope, take);
                open = open.or(made);
            }
        }
        open
    }

    /// The blocks that a `dynamic` makes.
    fn made(
        &self,
        block: &Block,
        kind: &str,
        scope: Scope<'_>,
        take: &mut dyn FnMut(&Block, Scope<'_>),
    ) -> Option<String> {
        let unreadable = || Some("a dynamic block cannot be read".to_owned());
        let content = block.body.blocks.iter().find(|inner| inner.kind == CONTENT);
        let (Some(content), Some(through)) = (content, block.body.attribute("for_each")) else { return unreadable() };
        let iterator = match block.body.attribute("iterator") {
            Some(attribute) => self.source.slice(attribute.expression.span).trim_matches('"').to_owned(),
            None => kind.to_owned(),
        };
        let symbol = self.one.evaluator.evaluate(&through.expression, scope);
        let alternatives = held(&symbol, self.one.guards);
        let [only] = alternatives.as_slice() else {
            return Some("it depends on a condition which blocks there are".to_owned());
        };
        let Some(elements) = elements_of(only) else {
            return Some(format!("`{}` makes more of them", words(only)));
        };
        self.values.take_default(only);
        let more = elements.len() > ELEMENTS;
        for (key, value, _) in elements.into_iter().take(ELEMENTS) {
            let entry = |name: &str, value: Symbol| Entry { key: name.into(), place: None, value };
            let element = Symbol::new(symbol::map(vec![entry("key", key), entry("value", value)]));
            let names = scope.naming(&iterator, &element);
            take(content, scope.with(&names));
        }
        more.then(|| "there are too many of them".to_owned())
    }

    fn evaluate(&self, expression: &Expression, scope: Scope<'_>) -> Tree {
        let symbol = self.one.evaluator.evaluate(expression, scope);
        self.values.tree(&symbol, &scope.place(expression.span))
    }

    fn place(&self, block: &Block) -> Place {
        Place::new(self.source, block.span)
    }

    fn head(&self, block: &Block) -> Place {
        Place::new(self.source, block.header_span)
    }

    fn statement(&self, block: &Block, scope: Scope<'_>) -> Tree {
        let g = grammar();
        let mut members = Vec::new();
        for attribute in &block.body.attributes {
            let Some(element) = self.spec.elements.get(&attribute.name) else { continue };
            let value = self.evaluate(&attribute.expression, scope);
            if !matches!(value.kind, TreeKind::Null) {
                let key = known(element, &Place::new(self.source, attribute.name_span));
                members.push(Member { key, value });
            }
        }
        let effect = members.iter().any(|member| member.key.text() == Some(&g.effect));
        if let Some(default) = self.spec.default_effect.as_ref().filter(|_| !effect) {
            let head = self.head(block);
            members.insert(0, Member { key: known(&g.effect, &head), value: Tree::text(default, head.clone()) });
        }
        let open = self.principals(block, scope, &mut members).or(self.conditions(block, scope, &mut members));
        Tree { place: self.place(block), kind: TreeKind::Object { members, open } }
    }

    /// Adds whom a statement is about.
    fn principals(&self, block: &Block, scope: Scope<'_>, members: &mut Vec<Member>) -> Option<String> {
        let spec = self.spec.principal.as_ref()?;
        let mut who = Vec::new();
        let open = self.each(&block.body, &spec.block, scope, &mut |inner, scope| {
            let key = inner.body.attribute(&spec.entity).map(|a| self.key(&a.expression, scope));
            let values = inner.body.attribute(&spec.values).map(|a| self.evaluate(&a.expression, scope));
            if let (Some(key), Some(value)) = (key, values) {
                who.push((self.head(inner), Member { key, value }));
            }
        });
        let place = who.first().map(|(place, _)| place.clone())?;
        let value = Tree::object(who.into_iter().map(|(_, member)| member).collect(), place.clone());
        members.push(Member { key: known(&grammar().principal, &place), value });
        open
    }

    /// Adds when a statement holds: the blocks of one operator become one object.
    fn conditions(&self, block: &Block, scope: Scope<'_>, members: &mut Vec<Member>) -> Option<String> {
        let spec = self.spec.condition.as_ref()?;
        let mut operators: Vec<(Template, Place, Vec<Member>)> = Vec::new();
        let open = self.each(&block.body, &spec.block, scope, &mut |inner, scope| {
            let argument = |name: &str| inner.body.attribute(name);
            let (Some(operator), Some(key), Some(values)) =
                (argument(&spec.operator), argument(&spec.key), argument(&spec.values))
            else {
                return;
            };
            let operator = self.key(&operator.expression, scope);
            let member =
                Member { key: self.key(&key.expression, scope), value: self.evaluate(&values.expression, scope) };
            match operators.iter_mut().find(|(known, _, _)| known.pieces == operator.pieces) {
                Some((_, _, keys)) => keys.push(member),
                None => operators.push((operator, self.place(inner), vec![member])),
            }
        });
        let first = operators.first().map(|(_, place, _)| place.clone());
        let place = first.or_else(|| open.as_ref().map(|_| self.place(block)))?;
        let operator =
            |(key, place, keys): (Template, Place, Vec<Member>)| Member { key, value: Tree::object(keys, place) };
        let kind = TreeKind::Object { members: operators.into_iter().map(operator).collect(), open };
        members.push(Member { key: known(&grammar().condition, &place), value: Tree { place, kind } });
        None
    }

    fn key(&self, expression: &Expression, scope: Scope<'_>) -> Template {
        let tree = self.evaluate(expression, scope);
        let place = tree.place.clone();
        tree.template().unwrap_or_else(|| {
            let words = self.source.slice(expression.span).to_owned();
            Template { pieces: vec![Piece::Hole(words)], place }
        })
    }
}
