//! What a task of Ansible sees: the variables of its hosts, its play, its blocks and itself, and the loop around it.
//!
//! Owns which of them wins. Where hosts see different values, each is a value of its own, and values of one host belong
//! together.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::layers::{Variables, World};
use super::plays::{self, Part, Worlds};
use super::unknown;
use crate::model::{Alternative, Content, Value};
use crate::source::{Source, Span};
use crate::surface::Files;
use crate::surface::document::{self, Elements, File};
use crate::syntax::yaml::{Kind, Node};

/// How many values a value may have.
const ALTERNATIVES: usize = 64;

/// What includes a file of variables.
const INCLUDES: [&str; 2] = ["include_vars", "ansible.builtin.include_vars"];

/// Ways to loop over the elements of a list as they are.
const LOOPS: [&str; 3] = ["loop", "with_items", "with_list"];

/// The loop that goes into lists in its list.
const FLATTENED: &str = "with_items";

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    pub(super) file: &'a File<'a>,
    /// What may be seen: by each host of the play, or in each use of a role.
    worlds: Rc<Worlds>,
    /// The one of them that is looked at; nothing before it is chosen.
    world: Option<usize>,
    /// Whether something was looked up that is not the same in all of them.
    varies: Rc<Cell<bool>>,
    /// Names that tasks set while the play runs.
    pub(super) dynamic: Rc<BTreeSet<String>>,
    included: Rc<Vec<Included>>,
    defaults: Rc<Vec<(String, Span)>>,
    /// Where the innermost task begins.
    at: u32,
    /// The name of the current element of a loop, and what the loop goes over.
    pub(super) element: Option<(String, Option<Looped>)>,
    /// The name and the node of one element, while an expression is looked at for each of them.
    pub(super) bound: Option<(String, Rc<Node>, Arc<Source>)>,
}

/// What a loop goes over, and the file that it is written in.
type Looped = (Elements, Arc<Source>);

/// What a task includes for those behind it.
struct Included {
    span: Span,
    files: Vec<Variables>,
    /// Whether it does so each time, and this file.
    certain: bool,
}

/// What is known of a name.
pub(super) enum Lookup<'s> {
    Found(&'s Variables, &'s Rc<Node>),
    /// It may be set, by what for people.
    Perhaps(&'static str),
    Missing,
}

impl<'a> Scope<'a> {
    /// The scope of a file: what its role sets and what the plays around it do, and what its tasks do.
    pub(super) fn of_file(file: &'a File<'a>, root: &Node, files: &dyn Files) -> Self {
        let mut dynamic = BTreeSet::new();
        let mut defaults = Vec::new();
        document::walk(root, &mut |node| {
            for (key, value) in node.entries() {
                match key.text().unwrap_or_default() {
                    "register" => dynamic.extend(value.text().map(str::to_owned)),
                    "set_fact" | "ansible.builtin.set_fact" => {
                        dynamic.extend(value.entries().iter().filter_map(|(k, _)| k.text().map(str::to_owned)));
                    }
                    // Whoever runs the play is asked.
                    "vars_prompt" => {
                        let names = value.items().iter().filter_map(|asked| asked.get("name")?.text());
                        dynamic.extend(names.map(str::to_owned));
                    }
                    "module_defaults" => {
                        let modules = value.entries().iter();
                        defaults.extend(modules.filter_map(|(k, _)| Some((k.text()?.to_owned(), k.span))));
                    }
                    _ => {}
                }
            }
        });
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let part = Part::of(file.path);
        let mut folders = part.as_ref().map_or(Vec::new(), Part::folders);
        folders.push(folder.to_owned());
        let worlds = match part {
            Some(part) => part.worlds(files),
            None => plays::unknown_hosts(folder, files),
        };
        let mut included = Vec::new();
        include(root, false, &folders, files, &mut included);
        Self {
            file,
            worlds: Rc::new(worlds),
            world: None,
            varies: Rc::default(),
            dynamic: Rc::new(dynamic),
            included: Rc::new(included),
            defaults: Rc::new(defaults),
            at: 0,
            element: None,
            bound: None,
        }
    }

    /// The scope within a play, a block or a task.
    pub(super) fn within(&self, node: &Node, files: &dyn Files) -> Self {
        let mut inner = self.clone();
        inner.at = node.span.start;
        let folder = self.file.path.parent().unwrap_or(Path::new(""));
        if node.get("hosts").is_some() {
            inner.worlds = Rc::new(plays::of_play(node, &self.file.place(node.span), folder, files));
        }
        if node.get("vars").is_some() || node.get("vars_files").is_some() {
            plays::add_own(Rc::make_mut(&mut inner.worlds), node, &self.file.source, folder, files);
        }
        let looped = node
            .entries()
            .iter()
            .find(|(key, _)| key.text().is_some_and(|key| LOOPS.contains(&key) || key.starts_with("with_")));
        if let Some((key, over)) = looped {
            let control = node.get("loop_control").and_then(|control| control.get("loop_var"));
            let name = control.and_then(|name| name.text()).unwrap_or("item").to_owned();
            let key = key.text().unwrap_or_default();
            let elements = LOOPS.contains(&key).then(|| inner.elements(over, key == FLATTENED)).flatten();
            inner.element = Some((name, elements));
        }
        inner
    }

    fn elements(&self, over: &Rc<Node>, flattened: bool) -> Option<Looped> {
        let key = Arc::from(format!("the loop at {}", self.file.place_of(over).display()));
        if let Kind::Sequence(items) = &over.kind {
            let is_list = |item: &&Rc<Node>| match item.text() {
                Some(text) => text.trim_start().starts_with("{{"),
                None => matches!(item.kind, Kind::Sequence(_)),
            };
            // Lists in the list are part of it, and an expression may be one.
            if flattened && items.iter().any(|item| is_list(&item)) {
                return None;
            }
            let elements = Elements { key, items: items.clone(), overridable: false };
            return Some((elements, Arc::clone(&self.file.source)));
        }
        let name = over.text()?.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
        self.varies.set(false);
        let first = Self { world: Some(0), ..self.clone() };
        let Lookup::Found(variables, list) = first.find(name) else { return None };
        let is_one = !self.varies.get() && matches!(list.kind, Kind::Sequence(_));
        is_one.then(|| {
            let elements = Elements { key, items: list.items().to_vec(), overridable: true };
            (elements, Arc::clone(&variables.source))
        })
    }

    /// The scope while one element of the loop is looked at.
    pub(super) fn with_element(&self, name: &str, item: &Node, source: &Arc<Source>) -> Self {
        let bound = Some((name.to_owned(), Rc::new(item.clone()), Arc::clone(source)));
        Self { element: None, bound, ..self.clone() }
    }

    /// The scope outside of the loop.
    pub(super) fn without_element(&self) -> Self {
        Self { bound: None, ..self.clone() }
    }

    /// Whether a task says that it is never run.
    pub(super) fn never_runs(&self, node: &Node) -> bool {
        node.get("when")
            .and_then(|when| when.text())
            .is_some_and(|when| ["false", "no", "off"].iter().any(|never| never.eq_ignore_ascii_case(when)))
    }

    /// Where defaults of a module are set.
    pub(super) fn module_defaults(&self, names: &[String]) -> Option<Span> {
        let concerns = |name: &String| names.contains(name) || name.starts_with("group/");
        self.defaults.iter().find(|(name, _)| concerns(name)).map(|(_, span)| *span)
    }

    /// What is known of a value of the file itself.
    pub(super) fn value(&self, node: &Node) -> Value {
        if self.file.has_hole(node.span) {
            return unknown("a template fills it in", self.file, node);
        }
        self.in_worlds(&|scope| scope.value_in(&self.file.source, node, 0))
    }

    /// What is known in each of the worlds, told once where it is the same.
    pub(super) fn in_worlds(&self, evaluate: &dyn Fn(&Self) -> Value) -> Value {
        if self.world.is_some() {
            return evaluate(self);
        }
        let in_world = |world: usize| evaluate(&Self { world: Some(world), ..self.clone() });
        self.varies.set(false);
        let first = in_world(0);
        if !self.varies.get() {
            return first;
        }
        let values: Vec<Value> = (0..self.worlds.all.len()).map(in_world).collect();
        let same = |a: &Alternative, b: &Alternative| {
            let known = !matches!(a.content, Content::Unknown(_)) && a.content == b.content;
            known && a.overridable == b.overridable && a.guards == b.guards
        };
        let same = |value: &Value| {
            let (own, others) = (first.alternatives(), value.alternatives());
            own.len() == others.len() && own.iter().zip(others).all(|(a, b)| same(a, b))
        };
        if values.iter().all(same) {
            return first;
        }
        let mut alternatives = Vec::new();
        for (world, value) in self.worlds.all.iter().zip(values) {
            for mut alternative in value.alternatives().iter().cloned() {
                alternative.guards.extend(world.guards.iter().cloned());
                if let (Some(host), Some(step)) = (&world.host, alternative.steps.last_mut())
                    && !step.label.is_empty()
                {
                    step.label.push_str(&format!(", for host `{host}`"));
                }
                alternatives.push(alternative);
            }
        }
        if alternatives.len() > ALTERNATIVES {
            return Value::unknown("too many hosts have values of their own", None);
        }
        Value::one_of(alternatives)
    }

    /// What is set for a name in the world that is looked at, and whether that differs from others.
    pub(super) fn find(&self, name: &str) -> Lookup<'_> {
        if self.dynamic.contains(name) {
            return Lookup::Missing;
        }
        let worlds = &self.worlds.all;
        let Some(own) = self.world.and_then(|world| worlds.get(world)).or(worlds.first()) else {
            return Lookup::Missing;
        };
        if let Some(found) = set_in(&own.strong, name) {
            self.note_whether_it_varies(name, found.1);
            return Lookup::Found(found.0, found.1);
        }
        for included in self.included.iter().rev().filter(|included| included.span.end <= self.at) {
            match set_in(&included.files, name) {
                Some(found) if included.certain => return Lookup::Found(found.0, found.1),
                Some(_) => return Lookup::Perhaps("may be set by a file that a task includes"),
                None => {}
            }
        }
        match set_in(&own.layers, name) {
            Some(found) => {
                self.note_whether_it_varies(name, found.1);
                Lookup::Found(found.0, found.1)
            }
            None if self.worlds.blurred => Lookup::Perhaps("may be set for any of the many hosts"),
            None => {
                if worlds.iter().any(|world| set_in(&world.strong, name).or(set_in(&world.layers, name)).is_some()) {
                    self.varies.set(true);
                }
                Lookup::Missing
            }
        }
    }

    fn note_whether_it_varies(&self, name: &str, found: &Rc<Node>) {
        let is_same = |world: &World| {
            let other = set_in(&world.strong, name).or(set_in(&world.layers, name));
            other.is_some_and(|(_, node)| Rc::ptr_eq(node, found))
        };
        if !self.worlds.all.iter().all(is_same) {
            self.varies.set(true);
        }
    }
}

/// What layers set for a name, the strongest of them.
fn set_in<'s>(layers: &'s [Variables], name: &str) -> Option<(&'s Variables, &'s Rc<Node>)> {
    layers.iter().rev().find_map(|layer| Some((layer, layer.node.get(name)?)))
}

/// The files of variables that tasks include; documents are nested no deeper than they may be.
fn include(node: &Node, perhaps: bool, folders: &[PathBuf], files: &dyn Files, found: &mut Vec<Included>) {
    let is_decided = |key: &str| key == "when" || key == "loop" || key.starts_with("with_");
    let perhaps = perhaps || node.entries().iter().any(|(key, _)| key.text().is_some_and(is_decided));
    if let Some(given) = INCLUDES.iter().find_map(|key| node.get(key)) {
        let named = given.get("file").unwrap_or(given).text();
        let read = named.and_then(|name| plays::candidates(name, folders, files)).unwrap_or_default();
        let files = match given.get("name").and_then(|name| name.text()) {
            Some(name) => read.iter().map(|variables| variables.under(name)).collect(),
            None => read,
        };
        found.push(Included { span: node.span, certain: files.len() == 1 && !perhaps, files });
    }
    node.items().iter().for_each(|item| include(item, perhaps, folders, files, found));
    for (_, value) in node.entries() {
        include(value, perhaps, folders, files, found);
    }
}
