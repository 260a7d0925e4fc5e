//! Which resources wait for which: references and `depends_on`, through variables, locals, outputs and modules.
//!
//! Part of the surface. Terraform orders resources by what their configuration names, whatever the elements of a
//! `count` or a `for_each` are, so modules and resources are told apart by their names alone. Nothing is evaluated.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::{Evaluator, Inputs, Instance};
use super::module::{Declaration, Module};
use crate::syntax::hcl::{Access, Block, Expression, ExpressionKind, ItemKey, Part};

/// How many things may be looked at for one root.
const WORK_LIMIT: usize = 200_000;

/// How deep modules may be nested.
const DEPTH_LIMIT: usize = 32;

/// The argument that says a dependency outright.
const DEPENDS_ON: &str = "depends_on";

/// Something that others can name, by the number of its module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Node {
    /// A resource or a data source, by how it is referred to.
    Resource(usize, String),
    Variable(usize, String),
    Local(usize, String),
    Output(usize, String),
    /// A module as a whole: everything in it.
    Whole(usize),
    /// What everything in a module waits for.
    Entry(usize),
}

/// A module as it is called, whatever its elements are.
struct Called {
    module: Arc<Module>,
    /// Who calls it, and where.
    caller: Option<(usize, Arc<Declaration>)>,
    depth: usize,
}

/// The dependencies of one root.
pub(super) struct Dependencies<'e, 'w> {
    evaluator: &'e Evaluator<'w>,
    modules: Vec<Called>,
    numbers: FxHashMap<(usize, String), usize>,
    known: FxHashMap<Node, Rc<Vec<Node>>>,
    work: usize,
}

impl<'e, 'w> Dependencies<'e, 'w> {
    /// Nothing is known yet but the root.
    pub(super) fn of(evaluator: &'e Evaluator<'w>, root: &Arc<Module>) -> Self {
        let root = Called { module: Arc::clone(root), caller: None, depth: 0 };
        Self { evaluator, modules: vec![root], numbers: FxHashMap::default(), known: FxHashMap::default(), work: 0 }
    }

    /// What stands for a resource of a module instance; nothing when modules are nested too deeply.
    pub(super) fn node(&mut self, instance: &Instance, declaration: &Declaration) -> Option<Node> {
        let module = self.module_of(instance, 0)?;
        Some(Node::Resource(module, address_of(declaration)))
    }

    fn module_of(&mut self, instance: &Instance, depth: usize) -> Option<usize> {
        let Inputs::Call { parent, call, .. } = &instance.inputs else { return Some(0) };
        if depth > DEPTH_LIMIT {
            return None;
        }
        let parent = self.evaluator.instance(*parent)?;
        let parent = self.module_of(&parent, depth + 1)?;
        self.called(parent, call.name())
    }

    /// The module that a call in another one means.
    fn called(&mut self, caller: usize, name: &str) -> Option<usize> {
        if let Some(known) = self.numbers.get(&(caller, name.to_owned())) {
            return Some(*known);
        }
        let above = self.modules.get(caller)?;
        let depth = above.depth + 1;
        let call = Arc::clone(above.module.call(name)?);
        let module = self.evaluator.world.called(&above.module.folder, &call)?;
        if depth > DEPTH_LIMIT || self.modules.len() >= super::references::INSTANCE_LIMIT {
            return None;
        }
        self.modules.push(Called { module, caller: Some((caller, call)), depth });
        self.numbers.insert((caller, name.to_owned()), self.modules.len() - 1);
        Some(self.modules.len() - 1)
    }

    /// Everything that is over before a resource begins; nothing when that is too much to find out.
    pub(super) fn before(&mut self, node: &Node) -> Option<FxHashSet<Node>> {
        let mut reached: FxHashSet<Node> = FxHashSet::default();
        let mut pending = vec![node.clone()];
        while let Some(next) = pending.pop() {
            self.work += 1;
            if self.work > WORK_LIMIT {
                return None;
            }
            for named in self.named_by(&next).iter() {
                if reached.insert(named.clone()) {
                    pending.push(named.clone());
                }
            }
        }
        Some(reached)
    }

    /// What a thing names.
    fn named_by(&mut self, node: &Node) -> Rc<Vec<Node>> {
        if let Some(known) = self.known.get(node) {
            return Rc::clone(known);
        }
        let named = Rc::new(self.find(node).unwrap_or_default());
        self.known.insert(node.clone(), Rc::clone(&named));
        named
    }

    fn find(&mut self, node: &Node) -> Option<Vec<Node>> {
        match node {
            Node::Resource(module, address) => {
                let declaration = declared(&self.modules.get(*module)?.module, address)?;
                let mut named = vec![Node::Entry(*module)];
                let paths = paths_in(&declaration);
                named.extend(paths.iter().filter_map(|path| self.meant(*module, path)));
                Some(named)
            }
            Node::Variable(module, name) => {
                let (caller, call) = self.modules.get(*module)?.caller.clone()?;
                let (_, attribute) = call.attribute(name)?;
                Some(self.all_meant(caller, &paths_of(&attribute.expression)))
            }
            Node::Local(module, name) => {
                let module_ = Arc::clone(&self.modules.get(*module)?.module);
                let (_, attribute) = module_.local(name)?;
                Some(self.all_meant(*module, &paths_of(&attribute.expression)))
            }
            Node::Output(module, name) => {
                let declaration = Arc::clone(self.modules.get(*module)?.module.output(name)?);
                Some(self.all_meant(*module, &paths_in(&declaration)))
            }
            Node::Whole(module) => {
                let inside = Arc::clone(&self.modules.get(*module)?.module);
                let resources = inside.resources().iter().map(|r| Node::Resource(*module, address_of(r)));
                let mut named: Vec<Node> = resources.collect();
                let calls: Vec<String> = inside.calls().iter().map(|call| call.name().to_owned()).collect();
                named.extend(calls.iter().filter_map(|name| self.called(*module, name)).map(Node::Whole));
                Some(named)
            }
            Node::Entry(module) => {
                let (caller, call) = self.modules.get(*module)?.caller.clone()?;
                let mut named = vec![Node::Entry(caller)];
                for argument in [DEPENDS_ON, "count", "for_each"] {
                    if let Some((_, attribute)) = call.attribute(argument) {
                        named.extend(self.all_meant(caller, &paths_of(&attribute.expression)));
                    }
                }
                Some(named)
            }
        }
    }

    fn all_meant(&mut self, module: usize, paths: &[Vec<String>]) -> Vec<Node> {
        paths.iter().filter_map(|path| self.meant(module, path)).collect()
    }

    /// What a path means in a module.
    fn meant(&mut self, module: usize, path: &[String]) -> Option<Node> {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["var", name, ..] => Some(Node::Variable(module, (*name).to_owned())),
            ["local", name, ..] => Some(Node::Local(module, (*name).to_owned())),
            ["module", name, output, ..] => Some(Node::Output(self.called(module, name)?, (*output).to_owned())),
            ["module", name] => self.called(module, name).map(Node::Whole),
            ["data", kind, name, ..] => Some(Node::Resource(module, format!("data.{kind}.{name}"))),
            ["each" | "count" | "self" | "path" | "terraform", ..] => None,
            [kind, name, ..] => Some(Node::Resource(module, format!("{kind}.{name}"))),
            _ => None,
        }
    }
}

/// How a resource or a data source is referred to in its module.
fn address_of(declaration: &Declaration) -> String {
    let prefix = if declaration.block.kind == "data" { "data." } else { "" };
    format!("{prefix}{}.{}", declaration.kind(), declaration.name())
}

fn declared(module: &Module, address: &str) -> Option<Arc<Declaration>> {
    let found = match address.strip_prefix("data.") {
        Some(rest) => rest.split_once('.').and_then(|(kind, name)| module.data_source(kind, name)),
        None => address.split_once('.').and_then(|(kind, name)| module.resource(kind, name)),
    };
    found.cloned()
}

/// Every path that a declaration names, in its own arguments and in the blocks inside it.
fn paths_in(declaration: &Declaration) -> Vec<Vec<String>> {
    let mut paths: Vec<Vec<String>> = Vec::new();
    for (_, attribute) in declaration.attributes() {
        paths.extend(paths_of(&attribute.expression));
    }
    let mut blocks: Vec<&Block> = declaration.block.body.blocks.iter().map(AsRef::as_ref).collect();
    while let Some(block) = blocks.pop() {
        paths.extend(block.body.attributes.iter().flat_map(|attribute| paths_of(&attribute.expression)));
        blocks.extend(block.body.blocks.iter().map(AsRef::as_ref));
    }
    paths
}

/// Every path that an expression names: `a.b.c` without what stands between brackets. A text of its own counts as
/// one, for that is how JSON and old files write a dependency.
fn paths_of(expression: &Expression) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    let mut pending = vec![expression];
    while let Some(expression) = pending.pop() {
        match &expression.kind {
            ExpressionKind::String(text) => paths.extend(path_of_text(text)),
            ExpressionKind::Template(parts) => pending.extend(parts.iter().filter_map(|part| match part {
                Part::Interpolation(inner) => Some(inner),
                _ => None,
            })),
            ExpressionKind::Traversal(root, accesses) => {
                match &root.kind {
                    ExpressionKind::Variable(name) => paths.push(path(name, accesses)),
                    _ => pending.push(root),
                }
                pending.extend(accesses.iter().filter_map(|access| match access {
                    Access::Index(index) => Some(index),
                    _ => None,
                }));
            }
            _ => pending.extend(inside(expression)),
        }
    }
    paths
}

fn path(root: &str, accesses: &[Access]) -> Vec<String> {
    let attributes = accesses.iter().filter_map(|access| match access {
        Access::Attribute(name) => Some(name.clone()),
        _ => None,
    });
    std::iter::once(root.to_owned()).chain(attributes).collect()
}

fn path_of_text(text: &str) -> Option<Vec<String>> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let words: Vec<String> = text.split('.').map(str::to_owned).collect();
    ((2..=4).contains(&words.len()) && words.iter().all(|word| is_word(word))).then_some(words)
}

/// The expressions that stand directly in another one.
fn inside(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Call(call) => call.arguments.iter().collect(),
        ExpressionKind::Conditional(choice) => vec![&choice.condition, &choice.yes, &choice.no],
        ExpressionKind::For(each) => {
            let mut all = vec![&each.collection, &each.value];
            all.extend(each.key.iter().chain(&each.condition));
            all
        }
        ExpressionKind::Object(items) => {
            let keys = items.iter().filter_map(|item| match &item.key {
                ItemKey::Expression(key) => Some(key),
                ItemKey::Name(_) => None,
            });
            items.iter().map(|item| &item.value).chain(keys).collect()
        }
        ExpressionKind::Tuple(elements) => elements.iter().collect(),
        ExpressionKind::Unary(_, inner) | ExpressionKind::Parenthesis(inner) => vec![inner],
        ExpressionKind::Binary(_, both) => vec![&both.0, &both.1],
        _ => Vec::new(),
    }
}
