//! Files that are required, and classes by their names: a class stands in a file of its name, in a folder for each
//! part of its namespace but for those that the program maps to a folder.

use std::path::{Path, PathBuf};

use crate::surface::{Files, normalize};

/// How many folders above a file are looked into for a class.
const ABOVE: usize = 6;

/// How many parts of a namespace stand for one folder of a program.
const MAPPED: usize = 3;

/// Folders of the sources of a program.
const SOURCES: [&str; 3] = ["", "src", "app"];

/// The file of a class, or of a path that is required in `from`.
pub(super) fn file(module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
    let folder = from.parent().map(Path::to_owned).unwrap_or_default();
    let exists = |path: &PathBuf| files.read(path).is_ok();
    if module.starts_with("./") {
        let own = normalize(from);
        let path = normalize(&folder.join(module));
        if path.extension().is_some() {
            return Some(path).filter(|path| *path != own).filter(exists);
        }
        let name = format!("{}.php", path.to_str()?);
        return Some(PathBuf::from(name)).filter(|path| *path != own).filter(exists);
    }
    let parts: Vec<&str> = module.split('.').collect();
    if !parts.last()?.starts_with(char::is_uppercase) {
        return None;
    }
    let mut base = normalize(&folder);
    for _ in 0..ABOVE {
        for mapped in 0..parts.len().min(MAPPED + 1) {
            let below: PathBuf = parts.iter().skip(mapped).collect();
            for sources in SOURCES {
                let name = format!("{}.php", base.join(sources).join(&below).to_str()?);
                let path = normalize(Path::new(&name));
                // Where no folder is left of the namespace, the class may be another one of its name.
                let certain = mapped + 1 < parts.len() || base == normalize(&folder);
                if certain && exists(&path) {
                    return Some(path);
                }
            }
        }
        if base == Path::new(".") || !base.pop() {
            return None;
        }
        if base.as_os_str().is_empty() {
            base = PathBuf::from(".");
        }
    }
    None
}
