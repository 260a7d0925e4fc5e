//! C#'s own library, as far as constants pass through it: names, the environment, and what makes values.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::modules::{Global, Projects};
use super::{COMMENTS, collections, commands, names, texts, timers};
use crate::source::Place;
use crate::surface::Files;
use crate::surface::code::Machine;
use crate::surface::code::evaluate::event;
use crate::surface::code::heap::{Event, ObjectId, ObjectKind, Passed};
use crate::surface::code::machine::{Closure, Language, Site};
use crate::surface::code::symbol::{Data, Possible, Symbol};
use crate::surface::sdk::bindings::is_below;
use crate::surface::sdk::collections::{number, numbers};
use crate::surface::sdk::{self, Outside, objects};
use crate::syntax::code::{self, Module, Parameter};

/// Functions that give back what they are given.
const TRANSPARENT: [&str; 12] = [
    "System.Convert.ToString",
    "System.Convert.ToInt32",
    "System.Convert.ToInt64",
    "System.Convert.ToBoolean",
    "System.Int32.Parse",
    "System.Int64.Parse",
    "System.Boolean.Parse",
    "System.String.Copy",
    "System.String.Intern",
    "System.Threading.Tasks.Task.FromResult",
    "System.Threading.Tasks.ValueTask.FromResult",
    "System.Nullable",
];

/// The namespace of a class of which only the name is known.
const SOMEWHERE: &str = "<somewhere>";

/// What an import begins with that tells in which namespace a file is.
const NAMESPACE: &str = "namespace ";

/// What an import begins with that makes all of a class known, and how many of them are looked into for a name.
const STATIC: &str = "static ";
const STATICS: usize = 20;

/// The class of an object whose place tells its class.
const NEW: &str = "System.<new>";

/// What stands for a file where a module is named.
const FILE: &str = "file:";

/// What a language knows, for C#.
pub(super) struct Library<'a> {
    outside: Outside<'a>,
    projects: Projects,
    /// What the files of the project make known by other names, for each file that asked.
    aliases: RefCell<FxHashMap<String, Vec<(String, String)>>>,
}

impl<'a> Library<'a> {
    pub(super) fn new(outside: Outside<'a>) -> Self {
        Self { outside, projects: Projects::default(), aliases: RefCell::default() }
    }
}

impl Language for Library<'_> {
    fn builtin(&self, name: &str) -> Option<Data> {
        let external = |path: String| Some(Data::External(Arc::from(path)));
        match name {
            _ if name.starts_with('<') => external(format!("System.{name}")),
            _ if names::is_root(name) => external(name.to_owned()),
            _ => None,
        }
    }

    fn unbound(&self, machine: &mut Machine<'_>, name: &str, place: &Place) -> Option<Symbol> {
        self.prepare(machine);
        if let Some(own) = inherited(machine, name, place).or_else(|| self.of_static(machine, name, place)) {
            return Some(own);
        }
        if !name.starts_with(char::is_uppercase) {
            return None;
        }
        let external = |path: String| Some(Symbol::new(Data::External(Arc::from(path))));
        let asked = machine.wildcards();
        // Each name is looked for in each of them.
        if !machine.spend(asked.len() / 8) {
            return None;
        }
        if let Some(path) = names::class(name, &asked) {
            return external(path);
        }
        if let Some(own) = self.of_project(machine, name) {
            return Some(own);
        }
        if let Some(found) = self.outside.imported(machine, name) {
            return Some(Symbol::new(found));
        }
        let aliases = self.aliases.borrow();
        let aliases = aliases.get(machine.source.path()).into_iter().flatten();
        if let Some((_, path)) = aliases.into_iter().find(|(alias, _)| alias == name) {
            return external(path.clone());
        }
        // A namespace may be named without those that the file itself is in.
        let mut within = enclosing(&asked).into_iter().map(|outer| match outer.as_str() {
            "" => name.to_owned(),
            outer => format!("{outer}.{name}"),
        });
        external(within.find(|path| self.is_namespace(path)).unwrap_or_else(|| format!("{SOMEWHERE}.{name}")))
    }

    fn module_is_class(&self) -> bool {
        true
    }

    fn has_overloads(&self) -> bool {
        true
    }

    fn module_file(&self, module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
        if let Some(path) = module.strip_prefix(FILE) {
            return Some(PathBuf::from(path));
        }
        let module = module.strip_prefix(STATIC).unwrap_or(module);
        // A copy of the SDK among the files is the SDK.
        if module.starts_with(NAMESPACE) || self.outside.is_packaged(module) {
            return None;
        }
        let (namespace, name) = module.rsplit_once('.').unwrap_or(("", module));
        if names::is_root(module.split('.').next().unwrap_or_default()) {
            return None;
        }
        self.projects.find(name, &[namespace.to_owned()], from, files).map(|(path, _)| path)
    }

    fn parse(&self, text: &str) -> Module {
        if sdk::is_generated(text, COMMENTS) { Module::default() } else { code::c_sharp(text) }
    }

    fn call(&self, machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
        if TRANSPARENT.contains(&path) {
            return call.arguments.first().map(|first| first.symbol.clone());
        }
        self.arguments(machine, path, call);
        let known = standard(machine, path, call)
            .or_else(|| collections::made(machine, path, call))
            .or_else(|| timers::called(machine, path, call))
            .or_else(|| commands::called(machine, self.outside, path, call))
            .or_else(|| self.outside.call(machine, path, call));
        // All functions begin with capitals here, so only the word tells what makes an object.
        known.or_else(|| (!is_new(call)).then(|| machine.unknown_result(call)))
    }

    fn method(&self, machine: &mut Machine<'_>, receiver: &Possible, name: &str, call: &Site) -> Option<Symbol> {
        if name == "GetValue"
            && let [key, default] = call.arguments.as_slice()
        {
            let key = key.symbol.single_text().map_or_else(String::new, ToString::to_string);
            return Some(default.symbol.clone().labelled(&format!("default of `{key}`")).overridable());
        }
        let known = match &receiver.data {
            Data::Text(text) => texts::method(machine, receiver, &Arc::clone(text), name, call),
            Data::Number(_) | Data::Bool(_) | Data::Unknown(_) => texts::unchanged(receiver, name, call),
            Data::Object(id) => collections::method(machine, *id, receiver, name, call),
            _ => None,
        };
        let id = match receiver.data {
            Data::Object(id) => Some(id),
            _ => None,
        };
        if let Some(known) = known.or_else(|| timers::method(machine, id, name, call)) {
            return Some(known);
        }
        let Some((id, class)) = id.zip(objects::class_of(machine, receiver)) else {
            return self.outside.method(machine, receiver, name, call);
        };
        if &*class == "System.Text.StringBuilder" {
            return objects::built(machine, receiver, name, call, ("Append", "ToString"));
        }
        if let Some(known) = commands::method(machine, self.outside, (id, &class), name, call) {
            return Some(known);
        }
        self.typed(machine, &class, name, call);
        self.outside.method(machine, receiver, name, call)
    }

    fn member(&self, machine: &mut Machine<'_>, object: &Possible, name: &str, place: &Place) -> Option<Symbol> {
        let itself = || Some(Symbol::one_of(vec![Possible { guards: Vec::new(), ..object.clone() }], place));
        let is_held = matches!(name, "Value" | "CurrentValue" | "Result");
        match &object.data {
            Data::Text(text) if name == "Length" => {
                let length = text.chars().count().to_string();
                Some(Symbol::at(Data::Number(Arc::from(length)), place.clone()))
            }
            Data::Text(_) | Data::Number(_) | Data::Bool(_) if is_held => itself(),
            Data::Object(id) => {
                let (id, is_own) = (*id, is_own(machine, *id));
                if is_held && is_own {
                    return itself();
                }
                self.may_be_set(machine, id, name, place);
                collections::member(machine, id, name, place)
            }
            _ => None,
        }
    }

    fn root_parameter(&self, machine: &mut Machine<'_>, closure: &Closure, parameter: &Parameter) -> Option<Symbol> {
        objects::of_type(machine, closure, parameter)
    }

    fn wrapped(&self, machine: &mut Machine<'_>, name: &str, call: &Site) {
        self.outside.wrapped(machine, name, call);
    }

    fn constructor(&self) -> &str {
        "<init>"
    }

    fn finish(&self, machine: &mut Machine<'_>) {
        self.outside.finish(machine);
    }
}

impl Library<'_> {
    /// Makes known in a file what its project makes known in all of its files.
    fn prepare(&self, machine: &mut Machine<'_>) {
        let path = machine.source.path().to_owned();
        if self.aliases.borrow().contains_key(&path) {
            return;
        }
        let mut aliases = Vec::new();
        for global in self.projects.globals(Path::new(&path), machine.files) {
            match global {
                Global::All(module) => machine.open_imports.push((path.clone(), Arc::from(module))),
                Global::Alias(alias, name) => aliases.push((alias, name)),
            }
        }
        self.aliases.borrow_mut().insert(path, aliases);
    }

    /// Something of a class of which all is imported.
    fn of_static(&self, machine: &mut Machine<'_>, name: &str, place: &Place) -> Option<Symbol> {
        // What a file of its own gives is bound already, functions with their parentheses.
        let bound = machine.lookup(&format!("{name}()")).map(|binding| binding.symbol.clone());
        if bound.is_some() {
            return bound;
        }
        let asked = machine.wildcards();
        for module in asked.iter().filter(|module| module.starts_with(STATIC)).take(STATICS) {
            let last = module.rsplit(['.', ' ']).next().unwrap_or_default();
            let here = machine.lookup(last).map(|binding| binding.symbol.clone());
            let class = match here {
                Some(class) => Some(class),
                None => machine
                    .module(module)
                    .and_then(|scope| Some(machine.scopes.get(scope)?.names.get(last)?.symbol.clone())),
            };
            let Some(id) = class.as_ref().and_then(Symbol::single_object) else { continue };
            if let Some(found) = of_class(machine, id, name, place) {
                return Some(found);
            }
        }
        None
    }

    /// A class of another file of the project that is seen from this one.
    fn of_project(&self, machine: &mut Machine<'_>, name: &str) -> Option<Symbol> {
        let asked = machine.wildcards();
        let mut namespaces = enclosing(&asked);
        namespaces
            .extend(asked.iter().filter(|module| !module.starts_with(NAMESPACE)).map(|module| module.to_string()));
        let from = PathBuf::from(machine.source.path());
        let (path, namespace) = self.projects.find(name, &namespaces, &from, machine.files)?;
        if self.outside.is_packaged(&namespace) {
            return None;
        }
        let scope = machine.module(&format!("{FILE}{}", path.to_str()?))?;
        machine.scopes.get(scope)?.names.get(name).map(|binding| binding.symbol.clone())
    }

    /// Whether a name is that of a namespace that something known is in.
    fn is_namespace(&self, path: &str) -> bool {
        self.outside.bindings.all.iter().any(|binding| {
            let classes = binding.requests.iter().chain(&binding.resources).map(|spec| &spec.module);
            let generic = binding.generic.iter().map(|spec| &spec.module);
            let mut all = classes.chain(generic).chain(&binding.packages).chain(&binding.transparent);
            all.any(|module| is_below(module, path))
        })
    }

    /// What a client of the service is given without a name is the request that its method takes.
    fn typed(&self, machine: &mut Machine<'_>, class: &str, name: &str, call: &Site) {
        for (api, binding) in machine.apis.iter().zip(&self.outside.bindings.all) {
            if !binding.is_packaged(class) || !name.starts_with(&api.action_spelled("pascal")) {
                continue;
            }
            let namespace = class.rsplit_once('.').map_or("", |(namespace, _)| namespace);
            if let Some(spec) = binding.requests.iter().find(|spec| is_below(&spec.module, namespace)) {
                name_class(machine, call.arguments.first(), &format!("{}.{}", spec.module, spec.class));
            }
        }
    }

    /// What the constructor of a resource is given without a name is the object of its arguments.
    fn arguments(&self, machine: &mut Machine<'_>, path: &str, call: &Site) {
        let Some((namespace, class)) = path.rsplit_once('.') else { return };
        for binding in &self.outside.bindings.all {
            let resources = binding.resources.iter().map(|spec| (&spec.module, &spec.class, &spec.arguments));
            let instances = binding.instances.iter().map(|spec| (&spec.module, &spec.class, &spec.arguments));
            let mut all = resources.chain(instances).filter(|(module, ..)| is_below(namespace, module));
            if let Some(arguments) =
                all.find(|(_, own, _)| *own == class).and_then(|(_, _, arguments)| arguments.as_ref())
            {
                name_class(machine, call.arguments.get(1), &format!("{namespace}.{arguments}"));
            }
        }
    }

    /// Notes that a request may hold more where its map of parameters is reached by its name.
    fn may_be_set(&self, machine: &mut Machine<'_>, id: ObjectId, name: &str, place: &Place) {
        let is_map = |all: &[String]| all.iter().any(|map| map == name);
        let mut generic = self.outside.bindings.all.iter().flat_map(|binding| &binding.generic);
        let is_instance = machine.object(id).is_some_and(|object| matches!(object.kind, ObjectKind::Instance(_)));
        if is_instance && generic.any(|spec| is_map(&spec.maps)) {
            machine.open(id, &format!("more may be set by `{name}`"), place);
        }
    }
}

/// Gives an object its class whose place tells it.
fn name_class(machine: &mut Machine<'_>, given: Option<&Passed>, path: &str) {
    let object = given.and_then(|given| given.symbol.single_object()).and_then(|id| machine.heap.get_mut(id));
    if let Some(ObjectKind::Instance(instance)) = object.map(|object| &mut object.kind)
        && instance.external.as_deref() == Some(NEW)
    {
        instance.external = Some(Arc::from(path));
    }
}

/// The namespaces that a file is in, from the innermost one to the one of all.
fn enclosing(asked: &[Arc<str>]) -> Vec<String> {
    let mut all = Vec::new();
    for namespace in asked.iter().rev().filter_map(|module| module.strip_prefix(NAMESPACE)) {
        let mut at = namespace;
        loop {
            all.push(at.to_owned());
            match at.rsplit_once('.') {
                Some((outer, _)) => at = outer,
                None => break,
            }
        }
    }
    all.push(String::new());
    all
}

/// Something that the object of a method has from what its class is made from.
fn inherited(machine: &mut Machine<'_>, name: &str, place: &Place) -> Option<Symbol> {
    let this = machine.lookup("this")?.symbol.single_object()?;
    of_class(machine, this, name, place)
}

/// A field or a function of an object of the program, or of a class.
fn of_class(machine: &mut Machine<'_>, id: ObjectId, name: &str, place: &Place) -> Option<Symbol> {
    let object = machine.object(id)?;
    let class = match &object.kind {
        ObjectKind::Instance(instance) => instance.class.clone()?,
        ObjectKind::Class(class) => std::rc::Rc::clone(class),
        _ => return None,
    };
    let known = object.field(name).is_some() || machine.class_member(&class, name, 0).is_some();
    if known {
        return Some(machine.member(&Symbol::new(Data::Object(id)), name, place));
    }
    machine.class_member(&class, &format!("{name}()"), 0)
}

fn is_own(machine: &Machine<'_>, id: ObjectId) -> bool {
    machine.object(id).is_some_and(|object| match &object.kind {
        ObjectKind::Instance(instance) => instance.class.is_some(),
        _ => false,
    })
}

/// Whether a call makes an object.
fn is_new(call: &Site) -> bool {
    let behind = call.place.text().strip_prefix("new");
    behind.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// Functions of classes that come with .NET, and those that a lowering writes.
fn standard(machine: &mut Machine<'_>, path: &str, call: &Site) -> Option<Symbol> {
    let place = &call.place;
    match path {
        "System.<with>" => set(machine, call, true),
        "System.<copy>" => {
            let copy = copied(machine, call)?;
            set(machine, &copy, true)
        }
        "System.<set>" => set(machine, call, false),
        NEW => Some(Symbol::at(Data::Object(machine.external_instance(NEW, call)), place.clone())),
        "System.<each>" => collections::each(machine, call),
        "System.<range>" => numbers(machine, number(call, 0)?, number(call, 1)?, call),
        "System.<injected>" => Some(call.arguments.first()?.symbol.clone().overridable()),
        "System.<given>" => {
            let class = call.arguments.first()?.symbol.clone();
            objects::made_outside(machine, &class, place)
        }
        "System.Environment.GetEnvironmentVariable" => {
            let name = call.arguments.first()?.symbol.single_text().map_or_else(String::new, ToString::to_string);
            Some(Symbol::unknown(format!("environment variable `{name}` has no default"), place.clone()))
        }
        "System.Uri.EscapeDataString" => texts::plain(call),
        _ if path.ends_with(".<init>") => Some(Symbol::new(Data::Null)),
        _ => texts::function(machine, path, call),
    }
}

/// A call with copies of what its first value may be.
fn copied(machine: &mut Machine<'_>, call: &Site) -> Option<Site> {
    let (first, rest) = call.arguments.split_first()?;
    let mut all = Vec::new();
    for possible in first.symbol.alternatives() {
        let data = match &possible.data {
            Data::Object(id) => Data::Object(sdk::collections::copied(machine, *id, &call.place)?),
            data => data.clone(),
        };
        all.push(Possible { data, ..possible.clone() });
    }
    let mut arguments = vec![Passed { symbol: Symbol::one_of(all, &first.place), ..first.clone() }];
    arguments.extend(rest.iter().cloned());
    Some(Site { arguments, ..call.clone() })
}

/// Sets fields of the first value, and gives it back.
fn set(machine: &mut Machine<'_>, call: &Site, in_constructor: bool) -> Option<Symbol> {
    let (first, rest) = call.arguments.split_first()?;
    let before = machine.guards.clone();
    for possible in first.symbol.alternatives() {
        let Data::Object(id) = possible.data else { continue };
        machine.assume(&possible.guards);
        for passed in rest {
            let Some((name, name_place)) = passed.name.clone() else { continue };
            let is_instance = machine.object(id).is_some_and(|o| matches!(o.kind, ObjectKind::Instance(_)));
            if is_instance {
                let given = vec![passed.clone()];
                machine.record(id, Event { in_constructor, ..event(&name, &name_place, false, given) });
            } else {
                let object = Symbol::new(Data::Object(id));
                let value = passed.symbol.clone();
                machine.set_member(&object, &name, &name_place, value, &passed.place, passed.literal);
            }
        }
        machine.guards.clone_from(&before);
    }
    Some(first.symbol.clone())
}
