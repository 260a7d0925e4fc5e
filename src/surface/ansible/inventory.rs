//! Inventories: which hosts and groups there are, and the variables that the inventory itself gives them.
//!
//! Owns where inventories are looked for beside a playbook, both of their formats, and the patterns by which a play
//! names its hosts. An inventory that a program makes when the play runs holds nothing here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::layers::{self, Variables};
use super::split_words;
use crate::source::{Source, Span};
use crate::surface::{Files, normalize};
use crate::syntax::yaml::{Kind, Node};

/// The group that every host is in.
pub(super) const ALL: &str = "all";

/// The group of hosts that are in no other one.
const UNGROUPED: &str = "ungrouped";

/// The host that is there without being declared.
const LOCAL: &str = "localhost";

/// What an inventory beside a playbook is called, with any of its endings.
const NAMES: [&str; 3] = ["hosts", "inventory", "inventories"];

/// Endings of the files of an inventory; others are programs, or something else.
const ENDINGS: [&str; 5] = ["", "ini", "yml", "yaml", "cfg"];

/// How many inventories are told apart, how many hosts and groups one has, and how many a range of names stands for.
const INVENTORIES: usize = 8;
const HOSTS: usize = 2_000;
const GROUPS: usize = 300;
const RANGE: usize = 200;

/// How deep groups may hold groups.
const DEPTH: usize = 12;

/// A name with its value.
type Pair = (Rc<Node>, Rc<Node>);

/// A group of hosts.
#[derive(Debug, Default)]
struct Group {
    hosts: BTreeSet<String>,
    children: BTreeSet<String>,
    variables: Vec<Variables>,
}

/// An inventory.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// The folder that it is in, where more variables may stand.
    pub(super) folder: PathBuf,
    groups: BTreeMap<String, Group>,
    hosts: BTreeMap<String, Vec<Variables>>,
    /// The groups that each host is in, the weakest first.
    of_hosts: BTreeMap<String, Vec<String>>,
}

/// The inventories that a playbook of a folder may be run with.
pub(super) fn inventories(folder: &Path, files: &dyn Files) -> Vec<Inventory> {
    // Playbooks often have a folder of their own.
    let folders = [normalize(folder), normalize(&folder.join(".."))];
    for folder in folders.iter().filter(|folder| !folder.starts_with("..")) {
        let mut found: Vec<Inventory> =
            files_of(folder, files).into_iter().flat_map(|set| read_all(&set, files)).collect();
        if !found.is_empty() {
            found.truncate(INVENTORIES);
            return found;
        }
    }
    Vec::new()
}

/// The files of the inventories in a folder: one list for each that may be several files.
fn files_of(folder: &Path, files: &dyn Files) -> Vec<Vec<PathBuf>> {
    let configured = configured(folder, files);
    if !configured.is_empty() {
        return configured.into_iter().map(|path| below(&path, files)).collect();
    }
    let is_named = |path: &PathBuf| path.file_stem().is_some_and(|stem| NAMES.iter().any(|name| stem == *name));
    let single = files.list(folder).into_iter().filter(|path| is_named(path) && is_inventory(path));
    let mut sets: Vec<Vec<PathBuf>> = single.map(|path| vec![path]).collect();
    for folder in files.folders(folder).into_iter().filter(is_named) {
        sets.push(below(&folder, files));
        let inner = files.folders(&folder).into_iter().filter(|folder| !layers::is_folder_of_variables(folder));
        sets.extend(inner.map(|folder| below(&folder, files)));
    }
    sets.retain(|set| !set.is_empty());
    sets
}

/// The inventories that the configuration beside a playbook names.
fn configured(folder: &Path, files: &dyn Files) -> Vec<PathBuf> {
    let Ok(source) = files.read(&folder.join("ansible.cfg")) else { return Vec::new() };
    let line = source.text().lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "inventory").then_some(value)
    });
    let named = line.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    named.map(|name| normalize(&folder.join(name))).filter(|path| files.holds(path)).collect()
}

/// A file, or the files directly in a folder.
fn below(path: &Path, files: &dyn Files) -> Vec<PathBuf> {
    let inside: Vec<PathBuf> = files.list(path).into_iter().filter(|path| is_inventory(path)).collect();
    if inside.is_empty() && files.read(path).is_ok() { vec![path.to_owned()] } else { inside }
}

fn is_inventory(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden && ENDINGS.contains(&ending.as_str())
}

/// The files of one folder are one inventory, unless they describe the same groups: then each is one.
fn read_all(paths: &[PathBuf], files: &dyn Files) -> Vec<Inventory> {
    let one = |path: &PathBuf| Inventory::read(path, &files.read(path).ok()?);
    // Where they are is guessed, and what else a machine holds is none of the tree.
    let mut all: Vec<Inventory> =
        paths.iter().filter(|path| files.holds(path)).take(INVENTORIES).filter_map(one).collect();
    let mut seen = BTreeSet::new();
    let filled = |inventory: &Inventory| -> Vec<String> {
        inventory.groups.iter().filter(|(_, group)| !group.hosts.is_empty()).map(|(name, _)| name.clone()).collect()
    };
    if all.iter().all(|inventory| filled(inventory).into_iter().all(|name| seen.insert(name))) {
        let first = all.into_iter().reduce(|mut first, other| {
            first.merge(other);
            first
        });
        all = first.into_iter().collect();
    }
    all.iter_mut().for_each(Inventory::finish);
    all
}

impl Inventory {
    fn read(path: &Path, source: &Arc<Source>) -> Option<Self> {
        let mut inventory = Self { folder: path.parent().unwrap_or(Path::new("")).to_owned(), ..Self::default() };
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        if matches!(ending.as_deref(), Some("yml" | "yaml")) {
            let variables = layers::parsed(source)?;
            let is_group = |node: &Node| ["hosts", "children", "vars"].iter().any(|key| node.get(key).is_some());
            for (name, node) in variables.node.entries().iter().filter(|(_, node)| is_group(node)) {
                inventory.group_of_yaml(source, name.text()?, node, DEPTH);
            }
        } else {
            inventory.ini(source);
        }
        (!inventory.groups.is_empty() || !inventory.hosts.is_empty()).then_some(inventory)
    }

    fn merge(&mut self, other: Self) {
        for (name, group) in other.groups {
            let own = self.groups.entry(name).or_default();
            own.hosts.extend(group.hosts);
            own.children.extend(group.children);
            own.variables.extend(group.variables);
        }
        for (name, variables) in other.hosts {
            self.hosts.entry(name).or_default().extend(variables);
        }
    }

    fn group_of_yaml(&mut self, source: &Arc<Source>, name: &str, node: &Node, depth: usize) {
        if depth == 0 {
            return;
        }
        let own = node.get("vars").map(|node| Variables::new(source, node));
        self.group(name, |group| group.variables.extend(own));
        for (host, variables) in node.get("hosts").map_or(&[][..], |hosts| hosts.entries()) {
            for host_name in host.text().map(expanded).unwrap_or_default() {
                let mut own = vec![named(source, &host_name, host.span)];
                own.push(Variables::new(source, variables));
                self.add_host(&host_name, own);
                self.group(name, |group| group.hosts.extend([host_name]));
            }
        }
        for (child, inner) in node.get("children").map_or(&[][..], |children| children.entries()) {
            let Some(child) = child.text() else { continue };
            self.group(name, |group| group.children.extend([child.to_owned()]));
            self.group_of_yaml(source, child, inner, depth - 1);
        }
    }

    /// `[group]`, `[group:children]` and `[group:vars]` with a line for each host, group or variable.
    fn ini(&mut self, source: &Arc<Source>) {
        let (mut group, mut kind) = (UNGROUPED.to_owned(), String::new());
        let mut set: BTreeMap<String, Vec<Pair>> = BTreeMap::new();
        let mut at = 0;
        for line in source.text().split_inclusive('\n') {
            let start = at + (line.len() - line.trim_start().len());
            at += line.len();
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
                continue;
            }
            if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
                let (name, of) = section.split_once(':').unwrap_or((section, ""));
                (group, kind) = (name.trim().to_owned(), of.trim().to_owned());
                self.group(&group, |_| ());
                continue;
            }
            match kind.as_str() {
                "" => self.host_line(source, &group, line, start),
                "children" => {
                    let child = line.split_whitespace().next().unwrap_or_default().to_owned();
                    self.group(&child, |_| ());
                    self.group(&group, |group| group.children.extend([child]));
                }
                "vars" => set.entry(group.clone()).or_default().extend(pair(line, start)),
                _ => {}
            }
        }
        for (group, pairs) in set {
            self.group(&group, |group| group.variables.push(Variables::of(source, pairs)));
        }
    }

    /// `name key=value key="a value"`
    fn host_line(&mut self, source: &Arc<Source>, group: &str, line: &str, start: usize) {
        let words = split_words(line);
        let word = |(from, to): (usize, usize)| line.get(from..to).unwrap_or_default();
        let Some(first) = words.first().copied() else { return };
        let rest = words.iter().skip(1).take_while(|range| !word(**range).starts_with('#'));
        let pairs: Vec<_> = rest.filter_map(|range| pair(word(*range), start + range.0)).collect();
        for name in expanded(word(first)) {
            let span = Span::new(start + first.0, start + first.1);
            let own = vec![named(source, &name, span), Variables::of(source, pairs.clone())];
            self.add_host(&name, own);
            self.group(group, |group| group.hosts.extend([name]));
        }
    }

    fn group(&mut self, name: &str, change: impl FnOnce(&mut Group)) {
        if self.groups.len() < GROUPS || self.groups.contains_key(name) {
            change(self.groups.entry(name.to_owned()).or_default());
        }
    }

    fn add_host(&mut self, name: &str, variables: Vec<Variables>) {
        if self.hosts.len() < HOSTS || self.hosts.contains_key(name) {
            self.hosts.entry(name.to_owned()).or_default().extend(variables);
        }
    }

    /// The hosts that a play names; nothing where a pattern is not known before it runs.
    pub(super) fn matched<'n>(&'n self, pattern: &'n str) -> Option<BTreeSet<&'n str>> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut parts: Vec<&str> = pattern.split([',', ':']).map(str::trim).filter(|part| !part.is_empty()).collect();
        // What is left out, and what must hold as well, is looked at behind what is named.
        parts.sort_by_key(|part| match part.chars().next() {
            Some('&') => 1,
            Some('!') => 2,
            _ => 0,
        });
        for part in parts {
            let (sign, name) = match part.chars().next() {
                Some(sign @ ('&' | '!')) => (Some(sign), part.get(1..).unwrap_or_default()),
                _ => (None, part),
            };
            if name.contains(['{', '~', '[', '(']) {
                return None;
            }
            let these = self.named(name);
            match sign {
                Some('&') => found.retain(|host| these.contains(host)),
                Some(_) => found.retain(|host| !these.contains(host)),
                None => found.extend(these),
            }
        }
        Some(found)
    }

    /// The hosts of a group, a host by its name, or all whose names begin and end as one with a `*` does.
    fn named<'n>(&'n self, name: &'n str) -> BTreeSet<&'n str> {
        let mut found = BTreeSet::new();
        let is = |known: &str| match name.split_once('*') {
            Some((begin, end)) => {
                known.len() >= begin.len() + end.len() && known.starts_with(begin) && known.ends_with(end)
            }
            None => known == name,
        };
        if name == ALL || name == "*" {
            found.extend(self.hosts.keys().map(String::as_str));
            return found;
        }
        found.extend(self.hosts.keys().map(String::as_str).filter(|host| is(host)));
        for group in self.groups.keys().filter(|group| is(group)) {
            self.members(group, DEPTH, &mut BTreeSet::new(), &mut found);
        }
        if name == LOCAL {
            found.insert(LOCAL);
        }
        found
    }

    fn members<'n>(
        &'n self,
        group: &'n str,
        depth: usize,
        seen: &mut BTreeSet<&'n str>,
        found: &mut BTreeSet<&'n str>,
    ) {
        let Some(own) = self.groups.get(group).filter(|_| depth > 0 && seen.insert(group)) else { return };
        found.extend(own.hosts.iter().map(String::as_str));
        own.children.iter().for_each(|child| self.members(child, depth - 1, seen, found));
    }

    /// Works out which groups each host is in, the weakest first: those that hold others before those that they hold.
    fn finish(&mut self) {
        let mut depths: BTreeMap<&str, usize> = self.groups.keys().map(|name| (name.as_str(), 0)).collect();
        for _ in 0..DEPTH {
            let edges = self.groups.iter().filter(|(name, _)| *name != ALL);
            for (child, above) in edges.flat_map(|(name, group)| group.children.iter().map(move |child| (child, name)))
            {
                let least = depths.get(above.as_str()).map_or(0, |depth| depth + 1).min(DEPTH);
                depths.entry(child).and_modify(|depth| *depth = least.max(*depth));
            }
        }
        let mut names: Vec<(usize, &str)> = depths.into_iter().map(|(name, depth)| (depth, name)).collect();
        names.retain(|(_, name)| *name != ALL && *name != UNGROUPED);
        names.sort_unstable();
        let mut of_hosts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (_, group) in names {
            let mut members = BTreeSet::new();
            self.members(group, DEPTH, &mut BTreeSet::new(), &mut members);
            for host in members {
                of_hosts.entry(host.to_owned()).or_default().push(group.to_owned());
            }
        }
        self.of_hosts = of_hosts;
    }

    /// The groups of a host, the weakest first.
    pub(super) fn groups_of(&self, host: &str) -> Vec<&str> {
        self.of_hosts.get(host).map_or(Vec::new(), |groups| groups.iter().map(String::as_str).collect())
    }

    /// The variables that the inventory itself gives to a group.
    pub(super) fn of_group(&self, name: &str) -> &[Variables] {
        self.groups.get(name).map_or(&[], |group| &group.variables)
    }

    /// The variables that the inventory itself gives to a host.
    pub(super) fn of_host(&self, name: &str) -> &[Variables] {
        self.hosts.get(name).map_or(&[], Vec::as_slice)
    }
}

/// What a host knows of itself.
fn named(source: &Arc<Source>, name: &str, span: Span) -> Variables {
    Variables::of(source, vec![(scalar("inventory_hostname", span), scalar(name, span))])
}

fn scalar(text: &str, span: Span) -> Rc<Node> {
    let kind = Kind::Scalar { text: text.to_owned(), plain: false };
    Rc::new(Node { span, tag: None, kind, alias: None })
}

/// `key=value`; a list or a mapping counts as one of which nothing is known.
fn pair(text: &str, start: usize) -> Option<Pair> {
    let (key, value) = text.split_once('=')?;
    let from = start + key.len() + 1 + (value.len() - value.trim_start().len());
    let (key, value) = (key.trim_end(), value.trim());
    let quoted = ['"', '\''].iter().find_map(|q| value.strip_prefix(*q)?.strip_suffix(*q));
    let span = Span::new(from, from + value.len());
    let value = match quoted {
        None if value.starts_with(['[', '{']) && !value.starts_with("{{") => {
            Rc::new(Node { span, tag: None, kind: Kind::Mapping(Vec::new()), alias: None })
        }
        _ => scalar(quoted.unwrap_or(value), span),
    };
    Some((scalar(key, Span::new(start, start + key.len())), value))
}

/// The names that one stands for: `db[01:03]` is three hosts.
fn expanded(name: &str) -> Vec<String> {
    let range = || {
        let (before, rest) = name.split_once('[')?;
        let (range, after) = rest.split_once(']')?;
        let (from, to) = range.split_once(':')?;
        let (first, last) = (from.parse::<usize>().ok()?, to.parse::<usize>().ok()?);
        let width = if from.starts_with('0') { from.len() } else { 0 };
        let count = last.checked_sub(first)?;
        (count < RANGE).then(|| (first..=last).map(|number| format!("{before}{number:0width$}{after}")).collect())
    };
    // Behind a name may stand a port.
    let plain = || match name.split_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => vec![host.to_owned()],
        _ => vec![name.to_owned()],
    };
    range().unwrap_or_else(plain)
}
