//! What lies outside of a program, as every language sees it: requests are made and sent, commands are run, values
//! are wrapped. A language asks here for what its own library does not know.

use std::sync::Arc;

use super::bindings::{Bindings, is_below, is_class, is_listed};
use super::requests::{emit_request, generic_spec, is_arguments, is_of, made_by, request_spec};
use super::{Descriptor, command, sends, wrappers};
use crate::surface::code::Machine;
use crate::surface::code::evaluate::event;
use crate::surface::code::heap::{ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::Site;
use crate::surface::code::symbol::{Data, Hole, Possible, Symbol};

/// What is known of the outside: the libraries of the service, and the language's own traits.
#[derive(Clone, Copy)]
pub(in crate::surface) struct Outside<'a> {
    pub(in crate::surface) bindings: &'a Bindings,
    pub(in crate::surface) language: &'static Descriptor,
}

impl Outside<'_> {
    /// A call of a function or a class outside by its full name; nothing when it is not known either.
    pub(in crate::surface) fn call(self, machine: &mut Machine<'_>, path: &str, site: &Site) -> Option<Symbol> {
        if machine.registers(path, None, site) || machine.started(path, site) || machine.starts_task(path, None, site) {
            return None;
        }
        if let Some(words) = command::runner(self.language, path) {
            command::run(machine, words, site);
            return None;
        }
        for binding in &self.bindings.all {
            if is_listed(path, &binding.transparent) {
                return Some(site.arguments.iter().find(|a| a.name.is_none())?.symbol.clone());
            }
            if let Some(namespace) = binding.namespaces.get(path) {
                return Some(Symbol::new(Data::External(Arc::from(namespace.as_str()))));
            }
            if let Some(class) = made_by(path, binding) {
                return Some(self.made(machine, &class, site));
            }
        }
        self.leaves(machine, path, None, site);
        None
    }

    /// What a call outside is given leaves the program. Where that is no call by itself, what is called may be
    /// something that makes one.
    fn leaves(self, machine: &mut Machine<'_>, path: &str, receiver: Option<ObjectId>, site: &Site) {
        let before = machine.found.len();
        sends::consider(machine, self, path, receiver, site);
        if machine.found.len() == before {
            wrappers::consider(machine, self, path, site);
        }
    }

    /// A call of a function of the program in which no call was found.
    pub(in crate::surface) fn wrapped(self, machine: &mut Machine<'_>, name: &str, site: &Site) {
        wrappers::consider(machine, self, name, site);
    }

    /// An object of a class that the bindings know.
    fn made(self, machine: &mut Machine<'_>, class: &str, site: &Site) -> Symbol {
        let id = machine.external_instance(class, site);
        let object = machine.object(id).cloned();
        let generic = object.and_then(|object| {
            self.bindings.all.iter().find_map(|binding| generic_spec(&object, binding)).map(|spec| spec.maps.clone())
        });
        for name in generic.unwrap_or_default() {
            let map = machine.add(site.place.clone(), ObjectKind::Map(Vec::new()));
            let place = site.place.clone();
            let symbol = Symbol::at(Data::Object(map), place.clone());
            let given = Passed { name: None, symbol, place: place.clone(), whole: place.clone(), literal: false };
            machine.record(id, event(&name, &place, false, vec![given]));
        }
        Symbol::at(Data::Object(id), site.place.clone())
    }

    /// A call of a method of something outside, or of something of which nothing is known.
    pub(in crate::surface) fn method(
        self,
        machine: &mut Machine<'_>,
        receiver: &Possible,
        name: &str,
        site: &Site,
    ) -> Option<Symbol> {
        let on = if let Data::Object(id) = receiver.data { Some(id) } else { None };
        let runs = machine.registers(name, on, site) || machine.started(name, site) || machine.side_by_side(name, site);
        if runs || machine.starts_task(name, on, site) || machine.queued(receiver, name, site) {
            return None;
        }
        let Data::Object(id) = receiver.data else {
            self.leaves(machine, name, None, site);
            return None;
        };
        let object = machine.object(id)?;
        let ObjectKind::Instance(instance) = &object.kind else {
            self.leaves(machine, name, None, site);
            return None;
        };
        let is_own = instance.class.is_some();
        let mut is_anothers = false;
        for (api, binding) in self.bindings.all.iter().enumerate() {
            let generic = generic_spec(object, binding);
            let request = request_spec(object, binding);
            if request.is_some() || generic.is_some() || is_arguments(object, binding) {
                if binding.send_itself.iter().any(|send| send == name) {
                    let known = machine.apis.get(api);
                    let right = |spec| known.is_some_and(|api| is_of(object, spec, api, binding));
                    // A request of any API may be that of the next one.
                    if !generic.is_none_or(right) {
                        is_anothers = true;
                        continue;
                    }
                    emit_request(machine, id, api, binding);
                    return None;
                }
                // What sets something gives the request back; what only reads does not.
                let goes_on = !site.arguments.is_empty() || binding.finish.iter().any(|finish| finish == name);
                if goes_on {
                    return Some(Symbol::at(Data::Object(id), site.place.clone()));
                }
                return None;
            }
            let path = instance.external.as_deref();
            let is_instance =
                path.and_then(|path| binding.instances.iter().find(|spec| is_class(path, &spec.module, &spec.class)));
            if is_instance.is_some_and(|spec| spec.identifier == name) {
                return Some(self.identifier(id, name, site));
            }
        }
        if is_anothers {
            return None;
        }
        self.leaves(machine, name, Some(id), site);
        // What sets something on an object mostly gives it back; where it gives nothing, nobody looks.
        let sets = ["set", "Set", "with", "With"].iter().any(|prefix| name.starts_with(prefix));
        let again = || Symbol::at(Data::Object(id), site.place.clone());
        (sets && !is_own && !site.arguments.is_empty()).then(again)
    }

    /// The id of an instance, which is not known, but of what it is.
    fn identifier(self, id: ObjectId, name: &str, site: &Site) -> Symbol {
        let reason = format!("`{}` is not known before it runs", site.place.text());
        let place = Some(site.place.clone());
        let hole =
            Hole { reason, place, present: true, method: Some(name.to_owned()), origin: Some(id), ..Hole::default() };
        Symbol::hole(hole, site.place.clone())
    }

    /// What a name stands for that only an import of everything in a module can have made known.
    pub(in crate::surface) fn imported(self, machine: &Machine<'_>, name: &str) -> Option<Data> {
        let modules = machine.wildcards();
        self.bindings.all.iter().find_map(|binding| {
            let requests = binding.requests.iter().chain(&binding.resources);
            let mut known = requests.flat_map(|spec| {
                let arguments = spec.arguments.as_ref();
                [(&spec.module, Some(&spec.class)), (&spec.module, arguments)]
            });
            let generic = || binding.generic.iter().map(|spec| (&spec.module, Some(&spec.class)));
            let instances = || {
                binding
                    .instances
                    .iter()
                    .flat_map(|spec| [(&spec.module, Some(&spec.class)), (&spec.module, spec.arguments.as_ref())])
            };
            let found = |(module, class): (&String, Option<&String>)| {
                let class = class.filter(|class| *class == name)?;
                // A program that asks for the client's namespace asks for that of the requests beside it.
                let mut from = modules.iter().filter(|from| is_below(from, module) || is_below(module, from));
                from.find_map(|from| {
                    let path = format!("{from}.{class}");
                    is_class(&path, module, class).then_some(path)
                })
            };
            let path =
                known.find_map(found).or_else(|| generic().find_map(found)).or_else(|| instances().find_map(found));
            path.map(|path| Data::External(Arc::from(path)))
        })
    }

    /// Something of another file of the same package, which has the name of the file. The language finds the file
    /// of a module `./name`.
    pub(in crate::surface) fn of_package(self, machine: &mut Machine<'_>, name: &str) -> Option<Symbol> {
        let scope = machine.module(&format!("./{name}"))?;
        machine.scopes.get(scope)?.names.get(name).map(|binding| binding.symbol.clone())
    }

    /// Whether a class is one of clients whose methods take maps.
    pub(in crate::surface) fn is_client(self, path: &str) -> bool {
        let mut clients = self.bindings.all.iter().flat_map(|binding| &binding.clients);
        clients.any(|spec| is_below(path, &spec.module))
    }

    /// Whether a module is one of the service's own, of which a copy among the files is not followed.
    pub(in crate::surface) fn is_packaged(self, module: &str) -> bool {
        self.bindings.all.iter().any(|binding| binding.is_packaged(module))
    }

    /// The end of a walk: requests that nothing sends in sight.
    pub(in crate::surface) fn finish(self, machine: &mut Machine<'_>) {
        sends::leftovers(machine, self.bindings);
    }
}
