//! Imports: what they make known.

use std::sync::Arc;

use super::heap::ObjectKind;
use super::machine::{Machine, ScopeId};
use super::symbol::{Data, Hole, Symbol};
use crate::source::Span;
use crate::syntax::code::{Import, Imported};

/// Binds what an import makes known.
pub(crate) fn import(machine: &mut Machine<'_>, import: &Import, span: Span) {
    let place = machine.place(span);
    let module = import.module.as_str();
    match &import.names {
        Imported::Module(alias) => {
            let scope = machine.module(module);
            match (alias, scope) {
                (Some(alias), Some(scope)) => {
                    let id = machine.add(place.clone(), ObjectKind::Module(scope));
                    machine.bind(alias, Symbol::new(Data::Object(id)), &place);
                }
                (Some(alias), None) => machine.bind(alias, Symbol::new(Data::External(Arc::from(module))), &place),
                (None, scope) => {
                    let first = module.split('.').next().unwrap_or(module);
                    let symbol = match scope {
                        Some(scope) if first == module => {
                            Symbol::new(Data::Object(machine.add(place.clone(), ObjectKind::Module(scope))))
                        }
                        Some(_) => {
                            machine.dotted.push(module.to_owned());
                            Symbol::new(Data::External(Arc::from(first)))
                        }
                        None => Symbol::new(Data::External(Arc::from(first))),
                    };
                    machine.bind(first, symbol, &place);
                }
            }
        }
        Imported::Names(names) => {
            let scope = machine.module(module);
            for (name, alias) in names {
                let found = scope.and_then(|s| Some(machine.scopes.get(s)?.names.get(name.as_str())?.symbol.clone()));
                let found = found.or_else(|| of_class(machine, module, scope?, name));
                let symbol = match found {
                    Some(symbol) => symbol,
                    None => {
                        let dots = if module.ends_with('.') { "" } else { "." };
                        let path = format!("{module}{dots}{name}");
                        match machine.module(&path) {
                            Some(scope) => match own_class(machine, &path, scope) {
                                Some(class) => class,
                                None => {
                                    Symbol::new(Data::Object(machine.add(place.clone(), ObjectKind::Module(scope))))
                                }
                            },
                            None if scope.is_some() => {
                                let hole = Hole {
                                    reason: format!("`{name}` is not set in `{module}`"),
                                    place: Some(place.clone()),
                                    ..Hole::default()
                                };
                                Symbol::hole(hole, place.clone())
                            }
                            None => Symbol::new(Data::External(Arc::from(path))),
                        }
                    }
                };
                machine.bind(alias, symbol, &place);
            }
        }
        Imported::All => {
            let scope = machine.module(module);
            if scope.is_none() {
                let path = machine.source.path().to_owned();
                machine.open_imports.push((path, Arc::from(module)));
            }
            let of_class = scope.and_then(|scope| {
                match &machine.object(own_class(machine, module, scope)?.single_object()?)?.kind {
                    ObjectKind::Class(class) => Some(class.scope),
                    _ => None,
                }
            });
            let names = of_class.or(scope).and_then(|scope| machine.scopes.get(scope)).map(|scope| {
                let mut names: Vec<_> = scope.names.iter().map(|(n, b)| (Arc::clone(n), b.symbol.clone())).collect();
                names.sort_by(|a, b| a.0.cmp(&b.0));
                names
            });
            for (name, symbol) in names.unwrap_or_default() {
                if !name.starts_with("__") {
                    machine.bind(&name, symbol, &place);
                }
            }
        }
    }
}

/// The class that a module is, where modules are classes.
fn own_class(machine: &Machine<'_>, module: &str, scope: ScopeId) -> Option<Symbol> {
    if !machine.language.module_is_class() {
        return None;
    }
    let name = module.rsplit(['.', '/']).next()?;
    machine.scopes.get(scope)?.names.get(name).map(|binding| binding.symbol.clone())
}

/// Something in the class that a module is.
fn of_class(machine: &Machine<'_>, module: &str, scope: ScopeId, name: &str) -> Option<Symbol> {
    let id = own_class(machine, module, scope)?.single_object()?;
    match &machine.object(id)?.kind {
        ObjectKind::Class(class) => machine.class_member(class, name, 0),
        _ => None,
    }
}
