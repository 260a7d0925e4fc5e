//! Variables and expressions of Ansible.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::unknown;
use crate::model::{Alternative, Content, Step, Unknown, Value};
use crate::source::{Place, Source, Span};
use crate::surface::document::{self, Elements, File};
use crate::surface::{Files, normalize};
use crate::syntax::yaml::{self, Kind, Node};

/// How often variables may lead to each other.
const DEPTH: usize = 8;

/// Ways to loop over the elements of a list as they are.
const LOOPS: [&str; 3] = ["loop", "with_items", "with_list"];

/// The loop that goes into lists in its list.
const FLATTENED: &str = "with_items";

/// Variables that are set in one place.
#[derive(Clone)]
struct Layer {
    source: Arc<Source>,
    variables: Rc<Node>,
}

/// Where an expression stands.
#[derive(Clone)]
pub(super) struct Scope<'a> {
    file: &'a File<'a>,
    /// The strongest last.
    layers: Vec<Layer>,
    /// Names that tasks set while the play runs.
    dynamic: Rc<BTreeSet<String>>,
    defaults: Rc<Vec<(String, Span)>>,
    /// The name of the current element of a loop, and what the loop goes over.
    element: Option<(String, Option<Elements>)>,
    /// The name and the node of one element, while an expression is looked at for each of them.
    bound: Option<(String, Rc<Node>)>,
}

impl<'a> Scope<'a> {
    /// The scope of a file: what its role sets, and what its tasks do.
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
                    "module_defaults" => {
                        let modules = value.entries().iter();
                        defaults.extend(modules.filter_map(|(k, _)| Some((k.text()?.to_owned(), k.span))));
                    }
                    _ => {}
                }
            }
        });
        let (dynamic, defaults) = (Rc::new(dynamic), Rc::new(defaults));
        let mut scope = Self { file, layers: Vec::new(), dynamic, defaults, element: None, bound: None };
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let is_role = folder.file_name().is_some_and(|name| name == "tasks" || name == "handlers");
        if is_role {
            scope.add_named(&folder.join("../defaults"), "main", files);
            // `roles/x/tasks` stands beside the variables of the playbooks.
            scope.add_named(&folder.join("../../../group_vars"), "all", files);
            scope.add_named(&folder.join("../vars"), "main", files);
        } else {
            scope.add_named(&folder.join("group_vars"), "all", files);
        }
        scope
    }

    /// Adds `name.yml` or `name.yaml` of a folder, or the `main.yml` or `vars.yml` of a folder of that name.
    fn add_named(&mut self, folder: &Path, name: &str, files: &dyn Files) {
        for file in
            [format!("{name}.yml"), format!("{name}.yaml"), format!("{name}/main.yml"), format!("{name}/vars.yml")]
        {
            self.add_file(&folder.join(file), files);
        }
    }

    fn add_file(&mut self, path: &Path, files: &dyn Files) {
        let Ok(source) = files.read(&normalize(path)) else { return };
        if let Some(variables) = yaml::parse(source.text()).documents.into_iter().next() {
            self.layers.push(Layer { source, variables });
        }
    }

    /// The scope within a play, a block or a task.
    pub(super) fn within(&self, node: &Node, files: &dyn Files) -> Self {
        let mut inner = self.clone();
        // A play for one group or one host sees the variables of that.
        let plain = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        if let Some(hosts) = node.get("hosts").and_then(|hosts| hosts.text()).filter(plain) {
            let folder = self.file.path.parent().unwrap_or(Path::new(""));
            if hosts != "all" {
                inner.add_named(&folder.join("group_vars"), hosts, files);
            }
            inner.add_named(&folder.join("host_vars"), hosts, files);
        }
        if let Some(variables) = node.get("vars") {
            inner.layers.push(Layer { source: Arc::clone(&self.file.source), variables: Rc::clone(variables) });
        }
        for file in node.get("vars_files").map_or(&[][..], |list| list.items()) {
            if let Some(name) = file.text().filter(|name| !name.contains("{{")) {
                inner.add_file(&self.file.path.parent().unwrap_or(Path::new("")).join(name), files);
            }
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

    fn elements(&self, over: &Rc<Node>, flattened: bool) -> Option<Elements> {
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
            return Some(Elements { key, items: items.clone(), overridable: false });
        }
        let name = over.text()?.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
        let (source, list) = self.find(name)?;
        let is_here = source.path() == self.file.source.path();
        is_here.then(|| Elements { key, items: list.items().to_vec(), overridable: true })
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
        self.value_in(&self.file.source, node, 0)
    }

    fn value_in(&self, source: &Arc<Source>, node: &Node, depth: usize) -> Value {
        let place = Place::new(source, node.alias.unwrap_or(node.span));
        if depth >= DEPTH || !self.file.may_follow() {
            return Value::unknown("variables lead to each other", Some(place));
        }
        match (&node.kind, document::scalar(node)) {
            (_, Some(Content::Text(text))) if text.contains("{%") => {
                Value::unknown("a template with statements is not evaluated", Some(place))
            }
            (_, Some(Content::Text(text))) => {
                let resolve = |expression: &str| self.expression(expression, &place, depth);
                document::resolve_text(&text, ("{{", "}}"), &place, &resolve)
            }
            (_, Some(content)) => Value::from(Alternative::new(content)),
            // A list is sent as a text with commas between its elements.
            (Kind::Sequence(items), _) => self.list(source, items, &place, depth),
            _ => Value::unknown("a mapping", Some(place)),
        }
    }

    fn list(&self, source: &Arc<Source>, items: &[Rc<Node>], place: &Place, depth: usize) -> Value {
        let mut joined = Alternative::new(Content::Absent);
        let mut texts = Vec::new();
        for item in items {
            let value = self.value_in(source, item, depth + 1);
            match value.alternatives() {
                [Alternative { content: Content::Text(text), guards, overridable, .. }] if guards.is_empty() => {
                    texts.push(text.clone());
                    joined.overridable |= overridable;
                }
                _ => {
                    let (reason, place) = ("an element of the list is not known".to_owned(), Some(place.clone()));
                    let unknown = Unknown { reason, place, present: true };
                    return Value::from(Alternative::new(Content::Unknown(unknown)));
                }
            }
        }
        Value::from(Alternative { content: Content::text(texts.join(",")), ..joined })
    }

    /// The innermost value of a variable and the file that it stands in.
    fn find(&self, name: &str) -> Option<(&Arc<Source>, &Rc<Node>)> {
        if self.dynamic.contains(name) {
            return None;
        }
        self.layers.iter().rev().find_map(|layer| Some((&layer.source, layer.variables.get(name)?)))
    }

    pub(super) fn expression(&self, expression: &str, place: &Place, depth: usize) -> Value {
        let here = Step { place: place.clone(), label: String::new() };
        let mut value = match self.element.as_ref().filter(|(name, _)| names(expression, name)) {
            None => self.chain(expression, place, depth),
            Some((_, None)) => Value::unknown("what the loop goes over is not known", Some(place.clone())),
            Some((name, Some(elements))) => document::one_of_elements(self.file, elements, &|item| {
                let bound = Some((name.clone(), Rc::new(item.clone())));
                Self { element: None, bound, ..self.clone() }.chain(expression, place, depth)
            }),
        };
        value.alternatives_mut().iter_mut().for_each(|a| a.steps.insert(0, here.clone()));
        value
    }

    /// A term with the filters behind it.
    fn chain(&self, expression: &str, place: &Place, depth: usize) -> Value {
        let mut parts = split_outside_quotes(expression, '|').into_iter().map(str::trim);
        let term = parts.next().unwrap_or_default();
        let mut value = self.term(term, place, depth);
        for filter in parts {
            let (name, argument) = filter.split_once('(').unwrap_or((filter, ""));
            let argument = argument.trim_end().strip_suffix(')').unwrap_or(argument);
            value = match (name.trim(), value) {
                ("default" | "d", Found::Undefined(_)) => self.default(argument, place, depth),
                ("default" | "d" | "string" | "trim", found) => found,
                (_, Found::Undefined(reason)) => Found::Undefined(reason),
                (other, Found::Value(_)) => {
                    let reason = format!("the filter `{other}` is not evaluated");
                    Found::Value(Value::unknown(reason, Some(place.clone())))
                }
            };
        }
        match value {
            Found::Value(value) => value,
            Found::Undefined(reason) => Value::unknown(reason, Some(place.clone())),
        }
    }

    /// What counts when a variable is not set: it may be set from outside.
    fn default(&self, argument: &str, place: &Place, depth: usize) -> Found {
        let first = split_outside_quotes(argument, ',').first().map_or("", |first| first.trim());
        let found = if first == "omit" { Found::Value(Value::absent()) } else { self.term(first, place, depth) };
        match found {
            Found::Value(mut value) => {
                value.alternatives_mut().iter_mut().for_each(|a| a.overridable = true);
                Found::Value(value)
            }
            undefined => undefined,
        }
    }

    /// A text between quotes, a number, the element of a loop, or a variable.
    fn term(&self, term: &str, place: &Place, depth: usize) -> Found {
        let quoted = ['\'', '"'].iter().find_map(|q| term.strip_prefix(*q)?.strip_suffix(*q));
        if let Some(text) = quoted.filter(|text| !text.contains(['\'', '"', '\\'])) {
            return Found::Value(Value::known(text));
        }
        if term.parse::<i64>().is_ok() {
            return Found::Value(Value::known(term));
        }
        let Some(path) = path(term) else {
            return Found::Value(Value::unknown(format!("`{term}` is not evaluated"), Some(place.clone())));
        };
        let (Some(name), rest) = (path.first(), path.get(1..).unwrap_or_default()) else {
            return Found::Undefined("an empty expression".to_owned());
        };
        if let Some((_, item)) = self.bound.as_ref().filter(|(bound, _)| bound == name) {
            // An element is not looked for in itself.
            let outside = Self { bound: None, ..self.clone() };
            return match below(item, rest) {
                Some(found) => Found::Value(outside.value_in(&self.file.source, found, depth + 1)),
                None => Found::Undefined(format!("an element of the loop has no `{}`", rest.join("."))),
            };
        }
        if self.dynamic.contains(*name) {
            return Found::Value(Value::unknown(format!("`{name}` is set while the play runs"), Some(place.clone())));
        }
        let Some((source, node)) = self.find(name) else {
            return Found::Undefined(format!("variable `{name}` is not set here"));
        };
        let Some(node) = below(node, rest) else {
            return Found::Undefined(format!("variable `{name}` has no `{}`", rest.join(".")));
        };
        let mut value = self.value_in(source, node, depth + 1);
        let step = Step {
            place: Place::new(source, node.alias.unwrap_or(node.span)),
            label: format!("variable `{}`", path.join(".")),
        };
        for alternative in value.alternatives_mut() {
            alternative.steps.insert(0, step.clone());
            // Variables on the command line of a run win over all others.
            alternative.overridable = true;
        }
        Found::Value(value)
    }
}

/// What a name is.
enum Found {
    Value(Value),
    /// Not set in any file that was read; with the reason for people.
    Undefined(String),
}

fn below<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, part| match &node.kind {
        Kind::Mapping(_) => node.get(part).map(|found| &**found),
        Kind::Sequence(items) => items.get(part.parse::<usize>().ok()?).map(|found| &**found),
        Kind::Scalar { .. } => None,
    })
}

/// The names of `a.b['c']`; nothing for any other expression.
fn path(term: &str) -> Option<Vec<&str>> {
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let mut names = Vec::new();
    let mut pieces = term.split(['.', '[']);
    names.push(pieces.next().filter(is_name)?);
    for piece in pieces {
        let piece = piece.strip_suffix(']').unwrap_or(piece);
        names.push(Some(piece.trim_matches(['\'', '"'])).filter(is_name)?);
    }
    Some(names)
}

/// Whether an expression holds a name as a word.
fn names(expression: &str, name: &str) -> bool {
    expression.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// The parts of a text between separators that are not within quotes.
fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut quote = None;
    let split = text.split(move |c: char| {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            _ => {}
        }
        c == separator && quote.is_none()
    });
    split.collect()
}
