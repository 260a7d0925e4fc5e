//! Packages among the files: a package is a folder, and any of its files may declare a name.

use std::path::{Path, PathBuf};

use crate::surface::{Files, normalize};

/// The file that names a module.
const MODULE: &str = "go.mod";

/// How many folders above a file are looked into for the root of its module.
const ABOVE: usize = 8;

/// What stands between a package and something that one of its files declares, where that file is asked for.
pub(super) const NAME: &str = "::";

/// The folder that the programs of a module have by custom.
const PROGRAMS: &str = "cmd";

/// How many files of a folder are looked into for a name.
const FILES: usize = 60;

/// The file of the package of `from` that declares what `./name` names, or the file of another package of the same
/// module that declares anything.
pub(super) fn file(module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
    let own = normalize(from);
    let folder = normalize(&from.parent().map(Path::to_owned).unwrap_or_default());
    if let Some(name) = module.strip_prefix("./") {
        let mut others = sources(&folder, files).into_iter().filter(|path| *path != own);
        return others.find(|path| declared(path, name, files));
    }
    if let Some((package, name)) = module.split_once(NAME) {
        let below = within(package, &folder, files)?;
        return sources(&below, files).into_iter().find(|path| declared(path, name, files));
    }
    let below = within(module, &folder, files)?;
    // A package with one file is that file; of several only names that are asked for could tell which.
    match sources(&below, files).as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

fn declared(path: &Path, name: &str, files: &dyn Files) -> bool {
    files.read(path).is_ok_and(|source| declares(source.text(), name))
}

/// Files that may use a package: those of the module's root, and of its programs.
pub(super) fn users(hit: &Path, files: &dyn Files) -> Vec<PathBuf> {
    let folder = normalize(&hit.parent().map(Path::to_owned).unwrap_or_default());
    let Some(root) = root(&folder, files) else { return Vec::new() };
    let programs = normalize(&root.join(PROGRAMS));
    let mut folders = vec![root, programs.clone()];
    folders.extend(files.folders(&programs).into_iter().take(FILES));
    folders.iter().flat_map(|folder| sources(folder, files)).collect()
}

fn sources(folder: &Path, files: &dyn Files) -> Vec<PathBuf> {
    let is_source = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.ends_with(".go") && !name.ends_with("_test.go")
    };
    files.list(folder).into_iter().filter(is_source).take(FILES).collect()
}

/// The folder of a package, told by the name that the module's own file gives the module.
fn within(package: &str, folder: &Path, files: &dyn Files) -> Option<PathBuf> {
    let root = root(folder, files)?;
    let source = files.read(&root.join(MODULE)).ok()?;
    let name = source.text().lines().find_map(|line| line.strip_prefix("module "))?.trim().to_owned();
    let rest = package.strip_prefix(&name)?;
    match rest.strip_prefix('/') {
        Some(rest) => Some(normalize(&root.join(rest))),
        None => rest.is_empty().then_some(root),
    }
}

/// The folder of the module that a folder is in.
fn root(folder: &Path, files: &dyn Files) -> Option<PathBuf> {
    let mut root = folder.to_owned();
    for _ in 0..ABOVE {
        if files.read(&root.join(MODULE)).is_ok() {
            return Some(root);
        }
        if root == Path::new(".") || !root.pop() {
            return None;
        }
        if root.as_os_str().is_empty() {
            root = PathBuf::from(".");
        }
    }
    None
}

/// Whether a file declares a name outside of every function.
fn declares(text: &str, name: &str) -> bool {
    let behind = |rest: &str| rest.strip_prefix(name).is_some_and(|rest| !rest.starts_with(is_part));
    let mut in_group = false;
    for line in text.lines() {
        let words = ["func ", "const ", "var ", "type "];
        if words.iter().any(|word| line.strip_prefix(word).is_some_and(behind)) {
            return true;
        }
        in_group = match line {
            "const (" | "var (" | "type (" => true,
            ")" => false,
            _ => in_group,
        };
        if in_group && line.strip_prefix('\t').is_some_and(behind) {
            return true;
        }
    }
    false
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
