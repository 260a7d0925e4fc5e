//! Who makes which call: the role of a provider, of a machine, of a function.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::spec::{ProviderSpec, RoleBlock};
use super::value::held;
use super::{One, Reader};
use crate::model::{Call, Handle, PolicyKind, PrincipalKind, ProfileUse, Reference, RunScope, Runner, Value};
use crate::source::{Place, Source, Span};
use crate::surface::display;
use crate::surface::policy::Frame;
use crate::surface::terraform::evaluate::{Evaluator, Inputs, Instance, Scope};
use crate::surface::terraform::module::Declaration;
use crate::surface::terraform::runs::Made;
use crate::surface::terraform::scripts::WRAPPERS;
use crate::surface::terraform::symbol::{self, Data, Each, MadeKind, Possible, Symbol};
use crate::syntax::hcl::{Attribute, Block, Expression, ExpressionKind, ItemKey};

/// How deep modules may be nested between a call and its provider.
const DEPTH: usize = 40;

/// A provider: the number of the module instance that configures it, and its name with its alias.
pub(super) type ProviderKey = (usize, String);

impl Reader<'_> {
    /// Takes what a resource says about the program that it runs, or that others run.
    pub(super) fn runners(&mut self, one: &One<'_, '_>) {
        let kind = one.declaration.kind();
        for spec in self.spec.runners.iter().filter(|spec| spec.resource == kind) {
            if let Some((role, place)) = one.argument(&spec.role) {
                for scope in one.scripts() {
                    self.run(one, &role, place.clone(), scope, None);
                }
            }
        }
        for spec in self.spec.run_by_another.iter().filter(|spec| spec.resource == kind) {
            let Some((named, _)) = one.argument(&spec.argument) else { continue };
            let Some((role, place)) = one.role_of(&named, &spec.other, &spec.role) else { continue };
            self.run(one, &role, place, RunScope::Within(one.place()), None);
        }
        for spec in self.spec.given_roles.iter().filter(|spec| spec.resource == kind) {
            let (Some((role, place)), Some((machines, _))) = (one.argument(&spec.role), one.argument(&spec.machines))
            else {
                continue;
            };
            let session = one.argument(&spec.session).map(|(symbol, place)| self.session(one, &symbol, &place));
            for machine in one.resources(&machines) {
                self.run(one, &role, place.clone(), RunScope::Within(machine), session.clone());
            }
        }
    }

    /// Adds who runs what stands at a place, unless no role is named.
    fn run(&mut self, one: &One<'_, '_>, role: &Symbol, place: Place, scope: RunScope, session: Option<Handle>) {
        if role.single_text().is_some_and(|text| text.is_empty()) {
            return;
        }
        let principal = match one.uncertain() {
            Some(reason) => Reference::Unknown(reason),
            None => one.reference(role),
        };
        self.resides(one, role, &principal, &place);
        self.add_runner(Runner { principal, kind: PrincipalKind::Role, place, scope, session });
    }

    fn add_runner(&mut self, runner: Runner) {
        let same = |known: &Runner| {
            let place = match (&known.scope, &runner.scope) {
                (RunScope::Within(known), RunScope::Within(new)) => known == new,
                (RunScope::Files(known), RunScope::Files(new)) => known == new,
                _ => false,
            };
            place && known.principal == runner.principal && known.place == runner.place
        };
        if !self.found.runners.iter().rev().take(ELEMENTS_BACK).any(same) {
            self.found.runners.push(runner);
        }
    }

    /// Adds the policy of a session, and gives its handle.
    fn session(&mut self, one: &One<'_, '_>, symbol: &Symbol, place: &Place) -> Handle {
        let handle = one.address(&format!("{} session at {}", one.subject, place.display()));
        let frame = Frame {
            subject: format!("the session of {}", one.subject),
            handles: vec![handle.clone()],
            kind: Some(PolicyKind::Identity),
            expected: true,
            ..Frame::default()
        };
        let documents = self.written(one, symbol, place, frame);
        self.found.documents.extend(documents);
        handle
    }

    /// Who makes the calls of the root: the role that the provider of each takes.
    pub(super) fn providers(&mut self, evaluator: &Evaluator<'_>, made: &[Made], calls: &[Call]) {
        let mut by_place: FxHashMap<(String, Span), MadeBy> = FxHashMap::default();
        for made in made {
            let Some(call) = calls.get(made.call) else { continue };
            let provider = self.provider_of(evaluator, &made.instance, &made.declaration);
            let key = (call.place.source.path().to_owned(), call.place.span);
            let (_, providers) = by_place.entry(key).or_insert_with(|| (call.place.clone(), Vec::new()));
            if !providers.contains(&provider) {
                providers.push(provider);
            }
        }
        let mut places: Vec<(Place, ProviderKey)> = by_place
            .into_values()
            // A module that is called with several providers makes the same call as several principals.
            .filter_map(|(place, providers)| match <[_; 1]>::try_from(providers) {
                Ok([Some(provider)]) => Some((place, provider)),
                _ => None,
            })
            .collect();
        places.sort_by(|a, b| a.0.order().cmp(&b.0.order()));
        let mut roles: FxHashMap<ProviderKey, Option<Taken>> = FxHashMap::default();
        for (within, provider) in places {
            let taken = match roles.get(&provider) {
                Some(taken) => taken.clone(),
                None => {
                    let taken = self.taken(evaluator, &provider);
                    roles.insert(provider.clone(), taken.clone());
                    taken
                }
            };
            match taken {
                Some(Taken { principal, place, session }) => {
                    let scope = RunScope::Within(within);
                    self.found.runners.push(Runner { principal, kind: PrincipalKind::Role, place, scope, session });
                }
                None => {
                    let profile = self.profile(evaluator, &provider);
                    let used = profile.map(|(name, place)| ProfileUse { name, place, scope: within });
                    self.found.profile_uses.extend(used);
                }
            }
        }
    }

    /// The provider that a resource is made with, in the module that configures it.
    fn provider_of(
        &self,
        evaluator: &Evaluator<'_>,
        instance: &Rc<Instance>,
        declaration: &Declaration,
    ) -> Option<ProviderKey> {
        let own = declaration.kind().split('_').next().unwrap_or_default().to_owned();
        let mut name = declaration.attribute("provider").map_or(own, |(source, attribute)| words_of(source, attribute));
        let mut instance = Rc::clone(instance);
        for _ in 0..DEPTH {
            if instance.module.providers().iter().any(|provider| provider_name(provider) == name) {
                return Some((instance.number, name));
            }
            let Inputs::Call { parent, call, .. } = &instance.inputs else { return None };
            let given = call.attribute("providers").map(|(source, attribute)| given_provider(source, attribute, &name));
            name = match given {
                Some(Some(given)) => given,
                // One that is not handed over is inherited, but for those with an alias.
                _ if !name.contains('.') => name,
                _ => return None,
            };
            let above = evaluator.instance(*parent)?;
            instance = above;
        }
        None
    }

    /// Says of each call in which region it is made: that of its provider, where nothing can set another one.
    pub(super) fn regions(&self, evaluator: &Evaluator<'_>, made: &[Made], calls: &mut [Call]) {
        let mut known: FxHashMap<ProviderKey, Option<Value>> = FxHashMap::default();
        for made in made {
            let Some(call) = calls.get_mut(made.call) else { continue };
            let Some(provider) = self.provider_of(evaluator, &made.instance, &made.declaration) else { continue };
            let region = known.entry(provider).or_insert_with_key(|key| self.region(evaluator, key));
            if let Some(region) = region {
                call.set_region(region.clone());
            }
        }
    }

    fn region(&self, evaluator: &Evaluator<'_>, (number, name): &ProviderKey) -> Option<Value> {
        let instance = evaluator.instance(*number)?;
        let declaration = instance.module.providers().iter().find(|provider| provider_name(provider) == *name)?;
        let kind = name.split('.').next().unwrap_or_default();
        let spec = self.spec.providers.iter().find(|spec| spec.provider == kind)?;
        let (source, attribute) = declaration.attribute(&spec.region)?;
        let each = Each::default();
        let symbol = evaluator.evaluate(&attribute.expression, Scope::new(&instance, source, &each));
        match symbol.alternatives() {
            [only] if !only.overridable && only.guards.is_empty() => {
                Some(Value::known(only.data.as_text()?.to_string()))
            }
            _ => None,
        }
    }

    /// The role that a provider takes.
    fn taken(&mut self, evaluator: &Evaluator<'_>, key: &ProviderKey) -> Option<Taken> {
        self.with_provider(evaluator, key, |reader, one, spec| match role_block(one.declaration, spec) {
            Some((block, role)) => {
                let (symbol, place) = one.block_argument(block, &role.role)?;
                let session = one.block_argument(block, &role.session);
                let session = session.map(|(symbol, place)| reader.session(one, &symbol, &place));
                let principal = one.reference(&symbol);
                reader.resides(one, &symbol, &principal, &place);
                Some(Taken { principal, place, session })
            }
            None => {
                let (symbol, place) = one.argument(&spec.role)?;
                let is_empty = symbol.single_text().is_some_and(|text| text.is_empty());
                (!is_empty).then(|| Taken { principal: one.reference(&symbol), place, session: None })
            }
        })
    }

    /// The profile that a provider asks with, where it takes no role of its own.
    fn profile(&mut self, evaluator: &Evaluator<'_>, key: &ProviderKey) -> Option<(Option<String>, Place)> {
        self.with_provider(evaluator, key, |_, one, spec| {
            let (symbol, place) = one.argument(&spec.profile)?;
            let name = symbol.single_text().map(|name| name.to_string());
            (role_block(one.declaration, spec).is_none() && name.as_deref() != Some("")).then_some((name, place))
        })
    }

    /// The account that a resource is made in: that of the role which its provider takes, or the one that is named.
    pub(super) fn account(&mut self, one: &One<'_, '_>) -> Option<(Handle, Place)> {
        let key = self.provider_of(one.evaluator, one.instance, one.declaration)?;
        if let Some(known) = self.accounts.get(&key) {
            return known.clone();
        }
        let found = self.with_provider(one.evaluator, &key, |_, one, spec| match role_block(one.declaration, spec) {
            Some((block, role)) => {
                let (symbol, place) = one.block_argument(block, &role.role)?;
                Some((one.account_of(&symbol)?, place))
            }
            None => {
                let (symbol, place) = one.argument(&spec.account)?;
                match one.reference(&symbol) {
                    Reference::To(handle) => Some((handle, place)),
                    Reference::Unknown(_) => None,
                }
            }
        });
        self.accounts.insert(key, found.clone());
        found
    }

    /// Looks at a provider as at a resource.
    fn with_provider<T>(
        &mut self,
        evaluator: &Evaluator<'_>,
        (number, name): &ProviderKey,
        take: impl FnOnce(&mut Self, &One<'_, '_>, &'static ProviderSpec) -> Option<T>,
    ) -> Option<T> {
        let instance = evaluator.instance(*number)?;
        let declaration = instance.module.providers().iter().find(|provider| provider_name(provider) == *name)?;
        let kind = name.split('.').next().unwrap_or_default();
        let spec = self.spec.providers.iter().find(|spec| spec.provider == kind)?;
        let (files, root, scope): (_, PathBuf, String) = (self.files, self.root.clone(), self.scope.clone());
        let one = One {
            evaluator,
            files,
            spec: self.spec,
            root: &root,
            scope: &scope,
            instance: &instance,
            declaration,
            each: &Each::default(),
            guards: &[],
            subject: format!("{}provider.{name}", instance.address),
            addresses: Vec::new(),
        };
        take(self, &one, spec)
    }
}

/// Where a call is made, and by which providers; nothing for one that is not configured here.
type MadeBy = (Place, Vec<Option<ProviderKey>>);

/// Among how many runners the same one is looked for.
const ELEMENTS_BACK: usize = 200;

/// A role that a provider takes.
#[derive(Clone)]
struct Taken {
    principal: Reference,
    place: Place,
    session: Option<Handle>,
}

fn role_block<'d>(
    declaration: &'d Declaration,
    spec: &'static ProviderSpec,
) -> Option<(&'d Block, &'static RoleBlock)> {
    spec.blocks.iter().find_map(|role| {
        let block = declaration.block.body.blocks.iter().find(|block| block.kind == role.block)?;
        Some((&**block, role))
    })
}

fn is_within(place: &Place, outer: &Place) -> bool {
    place.source.path() == outer.source.path()
        && outer.span.start <= place.span.start
        && place.span.end <= outer.span.end
}

/// What a script is before it is made ready to be sent.
fn unwrapped(expression: &Expression) -> &Expression {
    let mut expression = expression.bare();
    while let ExpressionKind::Call(call) = &expression.kind {
        match call.arguments.as_slice() {
            [inner] if WRAPPERS.contains(&call.name.as_str()) => expression = inner.bare(),
            _ => break,
        }
    }
    expression
}

/// The name of a provider as resources refer to it.
fn provider_name(declaration: &Declaration) -> String {
    let name = declaration.kind();
    match declaration.attribute("alias").and_then(|(_, attribute)| attribute.expression.as_str()) {
        Some(alias) => format!("{name}.{alias}"),
        None => name.to_owned(),
    }
}

fn words_of(source: &Arc<Source>, attribute: &Attribute) -> String {
    source.slice(attribute.expression.span).trim_matches('"').to_owned()
}

/// What a module call hands over as a provider.
fn given_provider(source: &Arc<Source>, attribute: &Attribute, name: &str) -> Option<String> {
    let ExpressionKind::Object(items) = &attribute.expression.kind else { return None };
    let item = items.iter().find(|item| match &item.key {
        ItemKey::Name(key) => key == name,
        ItemKey::Expression(_) => source.slice(item.key_span).trim_matches(['(', ')', '"']) == name,
    })?;
    Some(source.slice(item.value.span).trim_matches('"').to_owned())
}

impl One<'_, '_> {
    /// What is written for an argument of a block within it, and where; nothing when it is left out or null.
    fn block_argument(&self, block: &Block, name: &str) -> Option<(Symbol, Place)> {
        let (source, attribute) = (&self.declaration.source, block.body.attribute(name)?);
        let symbol = self.evaluate(source, attribute);
        let is_null = symbol.alternatives().iter().all(|a| matches!(a.data, Data::Null));
        (!is_null).then(|| (symbol, Place::new(source, attribute.expression.span)))
    }

    /// Where the calls stand of the scripts that it runs: in its block, or where a script is written that it takes.
    fn scripts(&self) -> Vec<RunScope> {
        let own = self.place();
        let mut scopes = vec![RunScope::Within(own.clone())];
        for spec in self.evaluator.bindings.scripts(self.declaration.kind()) {
            let Some((source, attribute)) = self.declaration.attribute(&spec.argument) else { continue };
            let script = unwrapped(&attribute.expression);
            let symbol = self.evaluator.evaluate(script, Scope::new(self.instance, source, self.each));
            for possible in held(&symbol, self.guards) {
                match (possible.made(), &possible.written) {
                    (Some(MadeKind::File { path, folder, .. }), _) => {
                        let path = self.path(path, folder).map(|path| display(&path));
                        scopes.extend(path.map(|path| RunScope::Files(vec![path])));
                    }
                    (_, Some(place)) if !is_within(place, &own) => scopes.push(RunScope::Within(place.clone())),
                    _ => {}
                }
            }
        }
        scopes
    }

    /// The role in the resource that a value names.
    fn role_of(&self, named: &Symbol, other: &str, role: &str) -> Option<(Symbol, Place)> {
        let [only] = held(named, self.guards).try_into().ok()?;
        let reference = match only.made() {
            Some(MadeKind::Attribute(reference, _)) => Rc::clone(reference),
            _ => self.declared(only, other)?,
        };
        if reference.declaration.kind() != other {
            return None;
        }
        let (source, attribute) = reference.declaration.attribute(role)?;
        let symbol = self.evaluator.argument(&reference, role)?;
        Some((symbol, Place::new(source, attribute.expression.span)))
    }

    /// The resource of this module whose name or address a value has come from.
    fn declared(&self, possible: &Possible, other: &str) -> Option<Rc<symbol::Reference>> {
        let written = possible.trail.iter().find_map(|step| {
            let declared = self.instance.module.resources().iter();
            let mut holding = declared.filter(|declaration| {
                let block = Place::new(&declaration.source, declaration.block.span);
                declaration.kind() == other && is_within(&step.place, &block)
            });
            holding.next().cloned()
        })?;
        Some(Rc::new(symbol::Reference {
            module: self.instance.number,
            address: format!("{}{}.{}", self.instance.address, written.kind(), written.name()),
            declaration: written,
            each: self.each.clone(),
        }))
    }

    /// The blocks of the resources that a value, or each element of a list, refers to.
    fn resources(&self, symbol: &Symbol) -> Vec<Place> {
        let mut places = Vec::new();
        let mut pending: Vec<&Symbol> = vec![symbol];
        while let Some(symbol) = pending.pop() {
            for possible in held(symbol, self.guards) {
                if let Some(elements) = possible.data.elements() {
                    pending.extend(elements.iter().take(ELEMENTS_BACK));
                    continue;
                }
                let reference = match (&possible.data, possible.made()) {
                    (Data::Id(reference) | Data::Resource(reference), _) => reference,
                    (_, Some(MadeKind::Attribute(reference, _))) => reference,
                    _ => continue,
                };
                let place = Place::new(&reference.declaration.source, reference.declaration.block.span);
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }
}
