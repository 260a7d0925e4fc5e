//! Classes among the files of a project, and what its files make known in all of them.
//!
//! A class may stand in any file of its project. Looked at are the folders from a file up to that of its project, and
//! those that have the names of namespaces; which class of a name is meant is told by the namespace that its file
//! is in.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::names::is_root;
use crate::surface::{Files, normalize};

/// How many folders above a file are looked into for its project.
const ABOVE: usize = 4;

/// How many folders, and how many files in them, are looked into.
const FOLDERS: usize = 120;
const FILES: usize = 200;

/// How much of a file is looked at, in lines.
const LINES: usize = 5_000;

/// Words in front of a class that say what kind it is, and those that may stand in front of them.
const KINDS: [&str; 5] = ["class", "record", "struct", "enum", "interface"];
const MODIFIERS: &str = "public internal private protected sealed static abstract partial readonly file ref";

/// What a file makes known in all files of its project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Global {
    /// All of a namespace, or of a class.
    All(String),
    /// Something by another name.
    Alias(String, String),
}

/// What a file declares.
#[derive(Debug, Default)]
struct Declared {
    /// Classes, each with its namespace.
    classes: Vec<(String, String)>,
    globals: Vec<Global>,
}

/// What is known of the files of projects; each is looked at once.
#[derive(Default)]
pub(super) struct Projects {
    declared: RefCell<FxHashMap<PathBuf, Rc<Declared>>>,
    folders: RefCell<FxHashMap<PathBuf, Rc<Vec<PathBuf>>>>,
    /// What is seen from a file through so many namespaces, told apart by the last one.
    seen: RefCell<FxHashMap<(PathBuf, usize, String), Rc<Classes>>>,
}

/// Classes by their names, each with its namespace and its file.
type Classes = FxHashMap<String, Vec<(String, PathBuf)>>;

impl Projects {
    /// The file with a class that one of some namespaces has, as it is seen from another file.
    pub(super) fn find(
        &self,
        name: &str,
        namespaces: &[String],
        from: &Path,
        files: &dyn Files,
    ) -> Option<(PathBuf, String)> {
        let classes = self.classes(namespaces, from, files);
        // What is nearer in namespaces goes before what is imported.
        let place = |of: &String| namespaces.iter().position(|namespace| namespace == of);
        let known = classes.get(name)?.iter().filter_map(|(of, path)| Some((place(of)?, of, path)));
        known.min().map(|(_, of, path)| (path.clone(), of.clone()))
    }

    fn classes(&self, namespaces: &[String], from: &Path, files: &dyn Files) -> Rc<Classes> {
        let own = normalize(from);
        let key = (own.clone(), namespaces.len(), namespaces.last().cloned().unwrap_or_default());
        if let Some(known) = self.seen.borrow().get(&key) {
            return Rc::clone(known);
        }
        let mut folders = self.around(from, files).to_vec();
        let known = |namespace: &&String| !namespace.is_empty() && !is_root(namespace.split('.').next().unwrap_or(""));
        folders.extend(namespaces.iter().filter(known).flat_map(|namespace| of_namespace(&own, namespace)));
        let mut once = FxHashSet::default();
        folders.retain(|folder| once.insert(folder.clone()));
        let mut classes = Classes::default();
        let sources = folders.into_iter().take(FOLDERS).flat_map(|folder| self.sources(&folder, files));
        for path in sources.filter(|path| *path != own).take(FILES) {
            for (class, of) in &self.declared(&path, files).classes {
                classes.entry(class.clone()).or_default().push((of.clone(), path.clone()));
            }
        }
        let classes = Rc::new(classes);
        self.seen.borrow_mut().insert(key, Rc::clone(&classes));
        classes
    }

    /// What the files of a project make known in all of them.
    pub(super) fn globals(&self, from: &Path, files: &dyn Files) -> Vec<Global> {
        let own = normalize(from);
        let folders = self.around(from, files);
        let sources = folders.iter().flat_map(|folder| self.sources(folder, files).to_vec());
        let mut globals = Vec::new();
        for path in sources.filter(|path| *path != own).take(FILES) {
            globals.extend(self.declared(&path, files).globals.iter().cloned());
        }
        for folder in folders.iter() {
            let projects = files.list(folder).into_iter().filter(|path| is_named(path, "csproj"));
            let projects = projects.chain([folder.join("Directory.Build.props")]);
            for source in projects.filter_map(|path| files.read(&path).ok()) {
                globals.extend(source.text().lines().take(LINES).filter_map(of_project));
            }
        }
        globals
    }

    /// The folders from that of a file up to that of its project.
    fn around(&self, from: &Path, files: &dyn Files) -> Rc<Vec<PathBuf>> {
        let folder = normalize(&from.parent().map(Path::to_owned).unwrap_or_default());
        if let Some(known) = self.folders.borrow().get(&folder) {
            return Rc::clone(known);
        }
        let mut folders = Vec::new();
        for above in ancestors(&folder) {
            let is_project = files.list(&above).iter().any(|path| is_named(path, "csproj"));
            folders.push(above);
            if is_project {
                break;
            }
        }
        let mut sources = folders.clone();
        sources.extend(folders.iter().map(|folder| normalize(&folder.join("Properties"))));
        let known = Rc::new(sources);
        self.folders.borrow_mut().insert(folder, Rc::clone(&known));
        known
    }

    fn sources(&self, folder: &Path, files: &dyn Files) -> Vec<PathBuf> {
        let all = files.list(folder).into_iter().filter(|path| is_named(path, "cs") && files.holds(path));
        all.take(FILES).collect()
    }

    fn declared(&self, path: &Path, files: &dyn Files) -> Rc<Declared> {
        if let Some(known) = self.declared.borrow().get(path) {
            return Rc::clone(known);
        }
        let declared = files.read(path).map(|source| read(source.text())).unwrap_or_default();
        let known = Rc::new(declared);
        self.declared.borrow_mut().insert(path.to_owned(), Rc::clone(&known));
        known
    }
}

fn is_named(path: &Path, ending: &str) -> bool {
    path.extension().and_then(|own| own.to_str()).is_some_and(|own| own.eq_ignore_ascii_case(ending))
}

/// A folder, and those above it.
fn ancestors(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    let mut at = folder.to_owned();
    while all.len() <= ABOVE && at != Path::new(".") && at.pop() {
        if at.as_os_str().is_empty() {
            at = PathBuf::from(".");
        }
        all.push(at.clone());
    }
    all
}

/// The folders that a namespace may have: of its name, or of its last parts.
fn of_namespace(own: &Path, namespace: &str) -> Vec<PathBuf> {
    let folder = normalize(&own.parent().map(Path::to_owned).unwrap_or_default());
    let parts: Vec<&str> = namespace.split('.').collect();
    let mut below: Vec<PathBuf> = (0..parts.len().min(ABOVE)).map(|from| parts.iter().skip(from).collect()).collect();
    below.push(PathBuf::from(namespace));
    let above = ancestors(&folder);
    above.iter().flat_map(|above| below.iter().map(|below| normalize(&above.join(below)))).collect()
}

/// What a file declares, as far as its lines tell.
fn read(text: &str) -> Declared {
    let mut declared = Declared::default();
    let mut namespace = String::new();
    for line in text.lines().take(LINES) {
        let line = line.trim_start_matches('\u{feff}').trim_start();
        if let Some(rest) = line.strip_prefix("namespace ") {
            namespace = rest.split(['{', ';', '/']).next().unwrap_or_default().trim().to_owned();
        } else if let Some(rest) = line.strip_prefix("global using ") {
            declared.globals.extend(global(rest));
        } else if let Some(name) = class(line) {
            declared.classes.push((name.to_owned(), namespace.clone()));
        }
    }
    declared
}

/// The class that a line begins, if it begins one.
fn class(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let kind = words.by_ref().find(|word| !MODIFIERS.split(' ').any(|modifier| modifier == *word))?;
    if !KINDS.contains(&kind) {
        return None;
    }
    let name = words.find(|word| !KINDS.contains(word))?;
    let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next()?;
    Some(name).filter(|name| !name.is_empty())
}

/// What stands behind `global using`.
fn global(rest: &str) -> Option<Global> {
    let rest = rest.split(';').next()?.trim();
    let plain = |name: &str| name.trim().trim_start_matches("global::").to_owned();
    match rest.split_once('=') {
        Some((alias, name)) => Some(Global::Alias(plain(alias), plain(name))),
        None => Some(Global::All(plain(rest))),
    }
}

/// `<Using Include="A.B" Alias="C" />` in the file of a project.
fn of_project(line: &str) -> Option<Global> {
    let (_, rest) = line.split_once("<Using ")?;
    let attribute = |name: &str| {
        let (_, value) = rest.split_once(&format!("{name}=\""))?;
        value.split('"').next().map(str::to_owned)
    };
    let include = attribute("Include")?;
    Some(match (attribute("Alias"), attribute("Static")) {
        (Some(alias), _) => Global::Alias(alias, include),
        (None, Some(is_static)) if is_static.eq_ignore_ascii_case("true") => Global::All(format!("static {include}")),
        (None, _) => Global::All(include),
    })
}
