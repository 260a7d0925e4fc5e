//! On which hosts a task runs, and what each of them sees: the plays of a playbook, and those that use a role.
//!
//! Owns the way from a play's pattern to hosts, and from a role or a file of tasks to the plays around it. Which
//! inventory a playbook is run with is not known, so each one beside it counts.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use super::inventory::{self, ALL};
use super::layers::{self, Folders, Variables, World};
use crate::model::{Guard, GuardKind};
use crate::source::{Place, Source};
use crate::surface::document;
use crate::surface::{Files, normalize};
use crate::syntax::yaml::{self, Node};

/// How many hosts are told apart, and how many ways to choose a file of variables.
const WORLDS: usize = 300;
const CHOICES: usize = 12;

/// How many playbooks are looked at for those that use a role.
const PLAYBOOKS: usize = 40;

/// What brings a role or a file of tasks into a play, and the key of its name.
const ROLES: [&str; 4] = ["include_role", "import_role", "ansible.builtin.include_role", "ansible.builtin.import_role"];
const TASKS: [&str; 6] = [
    "include_tasks",
    "import_tasks",
    "ansible.builtin.include_tasks",
    "ansible.builtin.import_tasks",
    "include",
    "tasks_from",
];

/// What the tasks of a play may see.
#[derive(Debug, Clone, Default)]
pub(super) struct Worlds {
    /// One for each host, at least one.
    pub(super) all: Vec<World>,
    /// Whether there are more than are told apart: then what is not set where all of them see it is not known.
    pub(super) blurred: bool,
}

/// The hosts of a play with what they see before it sets anything.
pub(super) fn of_play(play: &Node, place: &Place, folder: &Path, files: &dyn Files) -> Worlds {
    let mut folders = Folders::new(folder, files);
    let pattern = pattern(play);
    let inventories = inventory::inventories(folder, files);
    let mut worlds = Worlds::default();
    let several = inventories.len() > 1;
    let (which, hosts): (Arc<str>, Arc<str>) = (
        Arc::from(format!("the inventory of {}", place.display())),
        Arc::from(format!("the hosts of {}", place.display())),
    );
    for (number, inventory) in inventories.iter().enumerate() {
        let matched = pattern.as_deref().and_then(|pattern| inventory.matched(pattern)).unwrap_or_default();
        if matched.len() + worlds.all.len() > WORLDS {
            worlds.blurred = true;
            break;
        }
        let mut folders = Folders::new(folder, files);
        folders.with_inventory(&inventory.folder);
        let is_one = matched.len() == 1;
        for (host_number, host) in matched.into_iter().enumerate() {
            let mut guards = Vec::new();
            if several {
                guards.push(guard(&which, number, GuardKind::Conditional));
            }
            if !is_one {
                guards.push(guard(&hosts, number * WORLDS + host_number, GuardKind::Iteration));
            }
            let layers = folders.layers(inventory, host);
            worlds.all.push(World { guards, host: Some(host.to_owned()), layers, strong: Vec::new() });
        }
    }
    if worlds.blurred {
        worlds.blur();
    } else if worlds.all.is_empty() {
        worlds.all.push(fallback(pattern.as_deref(), &mut folders));
    }
    worlds
}

impl Worlds {
    /// Forgets what differs from host to host.
    fn blur(&mut self) {
        self.blurred = true;
        self.all = vec![World::default()];
    }
}

/// What is seen by hosts that nobody names.
pub(super) fn unknown_hosts(folder: &Path, files: &dyn Files) -> Worlds {
    Worlds { all: vec![fallback(None, &mut Folders::new(folder, files))], blurred: false }
}

fn guard(key: &Arc<str>, branch: usize, kind: GuardKind) -> Guard {
    Guard { key: Arc::clone(key), branch: u32::try_from(branch).unwrap_or(u32::MAX), kind }
}

/// Without an inventory that says more, a name is that of a group or of a host.
fn fallback(pattern: Option<&str>, folders: &mut Folders<'_>) -> World {
    let plain = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    let mut layers = folders.of_groups(&[ALL]);
    if let Some(name) = pattern.filter(plain).filter(|name| *name != ALL) {
        layers.extend(folders.of_groups(&[name]));
        layers.extend(folders.of_host(name));
    }
    World { layers, ..World::default() }
}

/// The pattern that names the hosts of a play.
fn pattern(play: &Node) -> Option<String> {
    let hosts = play.get("hosts")?;
    if let Some(text) = hosts.text() {
        return Some(text.to_owned());
    }
    let names: Option<Vec<&str>> = hosts.items().iter().map(|name| name.text()).collect();
    names.map(|names| names.join(","))
}

/// Adds what a node sets under `vars`, and what its files of variables do; a file whose name is filled in may be any
/// that fits.
pub(super) fn add_own(worlds: &mut Worlds, node: &Node, source: &Arc<Source>, folder: &Path, files: &dyn Files) {
    if let Some(variables) = node.get("vars") {
        let own = Variables::new(source, variables);
        worlds.all.iter_mut().for_each(|world| world.layers.push(own.clone()));
    }
    let Some(named) = node.get("vars_files") else { return };
    let single = std::slice::from_ref(named);
    let list = if named.text().is_some() { single } else { named.items() };
    for entry in list {
        // Of several the first that is there counts.
        let names: Vec<&str> =
            entry.text().into_iter().chain(entry.items().iter().filter_map(|name| name.text())).collect();
        let found: Vec<Variables> = match names.iter().find_map(|name| candidates(name, &[folder.to_owned()], files)) {
            Some(found) => found,
            None => continue,
        };
        choose(worlds, &found, &format!("the file `{}`", names.first().unwrap_or(&"")));
    }
}

/// Each world once for each of several files, of which one is read.
fn choose(worlds: &mut Worlds, found: &[Variables], what: &str) {
    if let [only] = found {
        worlds.all.iter_mut().for_each(|world| world.layers.push(only.clone()));
        return;
    }
    if worlds.all.len() * found.len() > WORLDS {
        worlds.blur();
        return;
    }
    let key: Arc<str> = Arc::from(what);
    let each = |world: &World| -> Vec<World> {
        let with = |(number, one): (usize, &Variables)| {
            let mut world = world.clone();
            world.guards.push(guard(&key, number, GuardKind::Conditional));
            world.layers.push(one.clone());
            world
        };
        found.iter().enumerate().map(with).collect()
    };
    worlds.all = worlds.all.iter().flat_map(each).collect();
}

/// The files that a name may stand for; more than one where an expression is a part of it. Nothing when there is none.
pub(super) fn candidates(name: &str, folders: &[PathBuf], files: &dyn Files) -> Option<Vec<Variables>> {
    let places = folders.iter().flat_map(|folder| [folder.join("vars").join(name), folder.join(name)]);
    let Some((begin, rest)) = name.split_once("{{") else {
        return places.into_iter().find_map(|path| layers::file(&path, files)).map(|found| vec![found]);
    };
    let end = rest.rsplit_once("}}").map_or("", |(_, end)| end);
    let (folder, begin) = begin.rsplit_once('/').map_or(("", begin), |(folder, begin)| (folder, begin));
    if end.contains('/') {
        return None;
    }
    let inside = folders.iter().flat_map(|own| [own.join("vars").join(folder), own.join(folder)]);
    let fits = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        layers::is_file_of_variables(path)
            && name.len() >= begin.len() + end.len()
            && name.starts_with(begin)
            && name.ends_with(end)
    };
    for folder in inside.filter(|folder| !begin.is_empty() || folder.file_name().is_some_and(|name| name != "..")) {
        let found: Vec<PathBuf> = files.list(&normalize(&folder)).into_iter().filter(|path| fits(path)).collect();
        let found: Vec<Variables> =
            found.iter().take(CHOICES + 1).filter_map(|path| layers::file(path, files)).collect();
        if !found.is_empty() {
            return (found.len() <= CHOICES).then_some(found);
        }
    }
    None
}

/// The role or the folder of tasks that a file is in.
pub(super) struct Part {
    /// The folder of the role, or of the tasks beside playbooks.
    folder: PathBuf,
    /// The folder of the playbooks that may use it.
    playbooks: Vec<PathBuf>,
    /// What a play that uses it names.
    name: String,
    is_role: bool,
}

impl Part {
    /// What a file is a part of; nothing for a playbook.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        if !folder.file_name().is_some_and(|name| name == "tasks" || name == "handlers") {
            return None;
        }
        let own = normalize(&folder.join(".."));
        let above = own.parent().map(Path::to_owned).unwrap_or_default();
        let is_role = above.file_name().is_some_and(|name| name == "roles");
        let (playbooks, name) = if is_role {
            let root = normalize(&above.join(".."));
            (vec![root.join("playbooks"), root], own.file_name())
        } else {
            (vec![own.clone()], path.file_name())
        };
        let name = name.map(|name| name.to_string_lossy().into_owned())?;
        Some(Self { folder: own, playbooks, name, is_role })
    }

    /// Where its files of variables may be.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        vec![self.folder.clone()]
    }

    /// What the tasks of it may see, by the plays that use it.
    pub(super) fn worlds(&self, files: &dyn Files) -> Worlds {
        let (defaults, own) = if self.is_role {
            (layers::main_of(&self.folder.join("defaults"), files), layers::main_of(&self.folder.join("vars"), files))
        } else {
            (Vec::new(), Vec::new())
        };
        let mut used = self.uses(files);
        if used.all.is_empty() {
            // Nobody is seen to use it: what all hosts see is known.
            let beside = self.playbooks.last().map_or(Path::new(""), PathBuf::as_path);
            let layers = Folders::new(beside, files).of_groups(&[ALL]);
            used.all.push(World { layers, ..World::default() });
        }
        for world in &mut used.all {
            let defaults = if used.blurred { &[][..] } else { &defaults };
            world.layers.splice(0..0, defaults.iter().cloned());
            world.layers.extend(own.iter().cloned());
        }
        used
    }

    fn uses(&self, files: &dyn Files) -> Worlds {
        let mut used = Worlds::default();
        let mut uses = Vec::new();
        let is_yaml = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "yml" || ending == "yaml");
        let is_playbook = |path: &PathBuf| is_yaml(path) && files.holds(path);
        for folder in &self.playbooks {
            for path in files.list(folder).into_iter().filter(is_playbook).take(PLAYBOOKS) {
                let Ok(source) = files.read(&path) else { continue };
                if !source.text().contains("hosts:") || !source.text().contains(&self.name) {
                    continue;
                }
                for play in yaml::parse(source.text()).documents.iter().flat_map(|root| root.items()) {
                    let found = self.used_by(play).into_iter().map(|given| (Rc::clone(play), given));
                    uses.extend(found.map(|(play, given)| (Arc::clone(&source), folder.clone(), play, given)));
                }
            }
        }
        let key: Arc<str> = Arc::from(format!("who uses `{}`", self.name));
        let several = uses.len() > 1;
        for (number, (source, folder, play, given)) in uses.into_iter().enumerate() {
            let place = Place::new(&source, play.span);
            let mut worlds = of_play(&play, &place, &folder, files);
            add_own(&mut worlds, &play, &source, &folder, files);
            used.blurred |= worlds.blurred;
            for mut world in worlds.all {
                if several {
                    world.guards.push(guard(&key, number, GuardKind::Iteration));
                }
                world.strong.extend(given.iter().map(|node| Variables::new(&source, node)));
                used.all.push(world);
            }
        }
        if used.blurred || used.all.len() > WORLDS {
            used.blur();
        }
        used
    }

    /// Each place of a play that brings the part in, with what it is given there.
    fn used_by(&self, play: &Rc<Node>) -> Vec<Vec<Rc<Node>>> {
        let is_own = |node: &Node| {
            let name = node.text().unwrap_or_default();
            name.rsplit('/').next() == Some(&*self.name) || name.rsplit('.').next() == Some(&*self.name)
        };
        let mut found = Vec::new();
        if self.is_role {
            for role in play.get("roles").map_or(&[][..], |roles| roles.items()) {
                let name = role.get("role").or_else(|| role.get("name")).unwrap_or(role);
                if is_own(name) {
                    // What stands beside the name of a role is given to it, and so is what stands under `vars`.
                    found.push(std::iter::once(role).chain(role.get("vars")).cloned().collect());
                }
            }
        }
        document::walk(play, &mut |node| {
            let keys: &[&str] = if self.is_role { &ROLES } else { &TASKS };
            let used = keys.iter().filter_map(|key| node.get(key)).any(|value| {
                is_own(value) || ["name", "file"].iter().filter_map(|key| value.get(key)).any(|value| is_own(value))
            });
            if used {
                found.push(node.get("vars").into_iter().cloned().collect());
            }
        });
        found
    }
}
