//! Variables that are set in one place, and the places for one host or one run in the order in which they win.
//!
//! Owns files of variables and the folders that hold them by the names of groups and hosts. The order is the one that
//! Ansible documents; what is given on the command line of a run would win over all of them and is not known.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::inventory::{ALL, Inventory};
use crate::model::Guard;
use crate::source::{Source, Span};
use crate::surface::{Files, normalize};
use crate::syntax::yaml::{self, Kind, Node};

/// Folders of files whose names are those of groups and of hosts.
const GROUPS: &str = "group_vars";
const HOSTS: &str = "host_vars";

/// Endings of files of variables.
const ENDINGS: [&str; 4] = ["yml", "yaml", "json", ""];

/// Variables that are set in one place.
#[derive(Debug, Clone)]
pub(super) struct Variables {
    pub(super) source: Arc<Source>,
    pub(super) node: Rc<Node>,
}

impl Variables {
    pub(super) fn new(source: &Arc<Source>, node: &Rc<Node>) -> Self {
        Self { source: Arc::clone(source), node: Rc::clone(node) }
    }

    pub(super) fn of(source: &Arc<Source>, entries: Vec<(Rc<Node>, Rc<Node>)>) -> Self {
        let kind = Kind::Mapping(entries);
        Self { source: Arc::clone(source), node: Rc::new(Node { span: Span::default(), tag: None, kind, alias: None }) }
    }

    /// The same as one variable that holds all of them.
    pub(super) fn under(&self, name: &str) -> Self {
        let kind = Kind::Scalar { text: name.to_owned(), plain: false };
        let key = Rc::new(Node { span: self.node.span, tag: None, kind, alias: None });
        Self::of(&self.source, vec![(key, Rc::clone(&self.node))])
    }
}

/// The variables that one host sees in one way to run.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    /// What makes it this one.
    pub(super) guards: Vec<Guard>,
    /// The host.
    pub(super) host: Option<String>,
    /// What is set, the strongest last.
    pub(super) layers: Vec<Variables>,
    /// What wins over all that a task sets: what a role is given by whoever uses it.
    pub(super) strong: Vec<Variables>,
}

/// The mapping that a file of variables is.
pub(super) fn parsed(source: &Arc<Source>) -> Option<Variables> {
    let node = yaml::parse(source.text()).documents.into_iter().next()?;
    matches!(node.kind, Kind::Mapping(_)).then(|| Variables { source: Arc::clone(source), node })
}

/// A file of variables.
pub(super) fn file(path: &Path, files: &dyn Files) -> Option<Variables> {
    parsed(&files.read(&normalize(path)).ok()?)
}

/// `name.yml` and the like of a folder, and the files in a folder of that name.
pub(super) fn entries(folder: &Path, name: &str, files: &dyn Files) -> Vec<Variables> {
    let own = ENDINGS.iter().map(|ending| if ending.is_empty() { name.to_owned() } else { format!("{name}.{ending}") });
    let mut found: Vec<Variables> = own.filter_map(|own| file(&folder.join(own), files)).collect();
    let inside = files.list(&normalize(&folder.join(name)));
    found.extend(inside.into_iter().filter(|path| is_file_of_variables(path)).filter_map(|path| file(&path, files)));
    found
}

/// The main variables of a role's folder of them.
pub(super) fn main_of(folder: &Path, files: &dyn Files) -> Vec<Variables> {
    entries(folder, "main", files)
}

pub(super) fn is_file_of_variables(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    ENDINGS.contains(&ending.as_str())
}

/// Whether a folder is one of variables, not of an inventory.
pub(super) fn is_folder_of_variables(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name == GROUPS || name == HOSTS)
}

/// The folders of variables beside a playbook and beside its inventory, each read once.
pub(super) struct Folders<'a> {
    folders: Vec<PathBuf>,
    files: &'a dyn Files,
    known: BTreeMap<(PathBuf, String), Vec<Variables>>,
}

impl<'a> Folders<'a> {
    /// Those of a playbook's folder.
    pub(super) fn new(playbook: &Path, files: &'a dyn Files) -> Self {
        Self { folders: vec![normalize(playbook)], files, known: BTreeMap::new() }
    }

    /// The folders beside an inventory go before those beside the playbook.
    pub(super) fn with_inventory(&mut self, folder: &Path) {
        let (folder, playbook) = (normalize(folder), self.folders.pop());
        self.folders = std::iter::once(folder).chain(playbook).collect();
        self.folders.dedup();
    }

    fn of(&mut self, kind: &str, name: &str) -> Vec<Variables> {
        let mut all = Vec::new();
        for folder in &self.folders {
            let key = (folder.join(kind), name.to_owned());
            let read = || entries(&folder.join(kind), name, self.files);
            all.extend(self.known.entry(key).or_insert_with(read).iter().cloned());
        }
        all
    }

    /// What hosts see that are in groups of these names.
    pub(super) fn of_groups(&mut self, names: &[&str]) -> Vec<Variables> {
        names.iter().flat_map(|name| self.of(GROUPS, name)).collect()
    }

    /// What a host of this name sees.
    pub(super) fn of_host(&mut self, name: &str) -> Vec<Variables> {
        self.of(HOSTS, name)
    }

    /// All that a host of an inventory sees before a play sets anything.
    pub(super) fn layers(&mut self, inventory: &Inventory, host: &str) -> Vec<Variables> {
        let groups = inventory.groups_of(host);
        let mut layers: Vec<Variables> = inventory.of_group(ALL).to_vec();
        layers.extend(groups.iter().flat_map(|group| inventory.of_group(group)).cloned());
        layers.extend(self.of_groups(&[ALL]));
        layers.extend(self.of_groups(&groups));
        layers.extend(inventory.of_host(host).iter().cloned());
        layers.extend(self.of_host(host));
        layers
    }
}
