//! Who may do what: policies, principals, what is attached to whom, and who makes which call.
//!
//! Takes module instances as they are walked for calls, gives [`Access`]. Which resources say such a thing, and in
//! which arguments, is written in `rules/policies/terraform.yaml`. What is not known stays a hole with the name that
//! the evaluator has for it; of several things that a value may be none is taken. It judges nothing.

mod blocks;
mod directory;
mod document;
mod principal;
mod reference;
mod runner;
pub(super) mod spec;
mod text;
mod value;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::calls::uses_index;
use super::evaluate::{Evaluator, Instance, Scope};
use super::expansion::{Shape, counted_each};
use super::module::Declaration;
use super::runs::Made;
use super::symbol::{Data, Each, Symbol, compatible, merge_guards};
use crate::model::{Access, Call, Guard, Handle, PolicyDocument};
use crate::source::{Place, Source};
use crate::surface::{Files, display};
use crate::syntax::hcl::Attribute;

pub(super) use spec::Spec;
pub use spec::policy_resource;

/// How many elements of one resource are looked at.
const ELEMENTS: usize = 200;

/// How many documents one root may have.
const DOCUMENTS: usize = 5_000;

/// What is known of access in one root.
pub(super) struct Reader<'f> {
    files: &'f dyn Files,
    spec: &'static Spec,
    /// The folder of the root.
    root: PathBuf,
    /// What addresses hold in.
    scope: String,
    found: Access,
    /// The addresses of data sources whose document somebody uses.
    used: FxHashSet<String>,
    /// The documents of data sources, by their addresses.
    put_together: Vec<(String, PolicyDocument)>,
    /// The accounts that providers make things in.
    accounts: FxHashMap<runner::ProviderKey, Option<(Handle, Place)>>,
}

/// One element of a resource.
struct One<'a, 'w> {
    evaluator: &'a Evaluator<'w>,
    files: &'a dyn Files,
    spec: &'static Spec,
    root: &'a Path,
    scope: &'a str,
    instance: &'a Rc<Instance>,
    declaration: &'a Arc<Declaration>,
    each: &'a Each,
    guards: &'a [Guard],
    /// What people call it.
    subject: String,
    /// By what others refer to it: more than one where a `count` makes several alike.
    addresses: Vec<String>,
}

impl<'f> Reader<'f> {
    /// Nothing is known yet.
    pub(super) fn new(root: &Path, files: &'f dyn Files) -> Self {
        let folder = display(root);
        let scope = if folder.is_empty() { ".".to_owned() } else { folder };
        Self {
            files,
            spec: Spec::get(),
            root: root.to_owned(),
            scope,
            found: Access::default(),
            used: FxHashSet::default(),
            put_together: Vec::new(),
            accounts: FxHashMap::default(),
        }
    }

    /// Takes what a module instance says, not what the modules say that it calls.
    pub(super) fn module(&mut self, evaluator: &Evaluator<'_>, instance: &Rc<Instance>, guards: &[Guard]) {
        let module = &instance.module;
        for declaration in module.resources().iter().chain(module.data_sources()) {
            if !self.is_about(declaration) {
                continue;
            }
            self.elements(evaluator, (instance, declaration), guards, |reader, one| reader.one(one));
        }
    }

    /// What was found, with who makes the calls of the root; the calls learn in which region they are made.
    pub(super) fn finish(mut self, evaluator: &Evaluator<'_>, made: &[Made], calls: &mut [Call]) -> Access {
        self.regions(evaluator, made, calls);
        self.providers(evaluator, made, calls);
        // One that nobody refers to may be used by whoever reads it.
        let used = self.used;
        let unused = self.put_together.into_iter().filter(|(address, _)| !used.contains(address));
        self.found.documents.extend(unused.map(|(_, document)| document));
        self.found
    }

    fn is_about(&self, declaration: &Declaration) -> bool {
        let spec = self.spec;
        let kind = declaration.kind();
        if declaration.block.kind == "data" {
            return spec.documents.iter().any(|document| document.data == kind);
        }
        spec.policies.iter().any(|s| s.resource == kind)
            || spec.principals.iter().any(|s| s.resource == kind)
            || spec.attachments.iter().any(|s| s.resource == kind)
            || spec.limits.iter().any(|s| s.resource == kind)
            || spec.parts.iter().any(|s| s.resource == kind)
            || spec.memberships.iter().any(|s| s.resource == kind)
            || spec.runners.iter().any(|s| s.resource == kind)
            || spec.run_by_another.iter().any(|s| s.resource == kind)
            || spec.given_roles.iter().any(|s| s.resource == kind)
    }

    /// Takes what one element of a resource says.
    fn one(&mut self, one: &One<'_, '_>) {
        if self.found.documents.len() + self.put_together.len() < DOCUMENTS {
            self.documents(one);
        }
        self.principals(one);
        self.attachments(one);
        self.memberships(one);
        self.directory(one);
        self.runners(one);
    }

    /// Goes through the elements of a resource.
    fn elements(
        &mut self,
        evaluator: &Evaluator<'_>,
        (instance, declaration): (&Rc<Instance>, &Arc<Declaration>),
        guards: &[Guard],
        mut take: impl FnMut(&mut Self, &One<'_, '_>),
    ) {
        let prefix = if declaration.block.kind == "data" { "data." } else { "" };
        let address = format!("{}{prefix}{}.{}", instance.address, declaration.kind(), declaration.name());
        let (files, spec, root, scope) = (self.files, self.spec, self.root.clone(), self.scope.clone());
        for expansion in evaluator.expansions(instance, declaration) {
            if !compatible(&expansion.guards, guards) {
                continue;
            }
            let mut all = guards.to_vec();
            merge_guards(&mut all, &expansion.guards);
            for (suffix, keys, each) in elements_of(expansion.shape, declaration) {
                let one = One {
                    evaluator,
                    files,
                    spec,
                    root: &root,
                    scope: &scope,
                    instance,
                    declaration,
                    each: &each,
                    guards: &all,
                    subject: format!("{address}{suffix}"),
                    addresses: keys.iter().map(|key| format!("{address}{key}")).collect(),
                };
                take(self, &one);
            }
        }
    }
}

/// The elements of a resource: how people tell each one, the keys of its addresses, and what `each` is in it.
fn elements_of(shape: Shape, declaration: &Declaration) -> Vec<(String, Vec<String>, Each)> {
    let key = |index: usize| format!("[{index}]");
    match shape {
        Shape::Single => vec![(String::new(), vec![String::new()], Each::default())],
        Shape::Unknown(each) => vec![(String::new(), vec![String::new()], each)],
        Shape::Counted(0) => Vec::new(),
        Shape::Counted(count) if uses_index(declaration) => {
            (0..count.min(ELEMENTS)).map(|index| (key(index), vec![key(index)], counted_each(index))).collect()
        }
        Shape::Counted(count) => {
            vec![(String::new(), (0..count.min(ELEMENTS)).map(key).collect(), counted_each(0))]
        }
        Shape::Keyed(keys) => {
            let element = |(key, each): (Rc<str>, Each)| {
                let key = format!("[{:?}]", key.as_ref());
                (key.clone(), vec![key], each)
            };
            keys.into_iter().take(ELEMENTS).map(element).collect()
        }
    }
}

impl One<'_, '_> {
    /// What is written for an argument and where; nothing when it is left out or null.
    fn argument(&self, name: &str) -> Option<(Symbol, Place)> {
        let (source, attribute) = self.declaration.attribute(name)?;
        let symbol = self.evaluate(source, attribute);
        let absent = symbol.alternatives().iter().all(|a| matches!(a.data, Data::Null));
        (!absent).then(|| (symbol, Place::new(source, attribute.expression.span)))
    }

    /// The first of some arguments that is given.
    fn first_argument(&self, names: &[String]) -> Option<(Symbol, Place)> {
        names.iter().find_map(|name| self.argument(name))
    }

    fn evaluate(&self, source: &Arc<Source>, attribute: &Attribute) -> Symbol {
        self.evaluator.evaluate(&attribute.expression, Scope::new(self.instance, source, self.each))
    }

    /// The handles of its addresses.
    fn addresses(&self) -> impl Iterator<Item = Handle> {
        self.addresses.iter().map(|address| self.address(address))
    }

    fn address(&self, address: &str) -> Handle {
        Handle::Address { scope: self.scope.to_owned(), address: address.to_owned() }
    }

    /// The whole block.
    fn place(&self) -> Place {
        Place::new(&self.declaration.source, self.declaration.block.span)
    }

    /// Why it may not be there at all.
    fn uncertain(&self) -> Option<String> {
        self.guards.first().map(|guard| format!("it is there only under a condition on `{}`", guard.key))
    }
}
