//! Classes among the files: a public class stands in a file of its name, in a folder for each part of its package.

use std::path::{Path, PathBuf};

use crate::surface::{Files, normalize};

/// How many folders above a file are looked into for a package.
const ABOVE: usize = 12;

/// The file of a class, as an import in `from` names it; `./Name` is one of the same package.
pub(super) fn file(module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
    let folder = from.parent().map(Path::to_owned).unwrap_or_default();
    let exists = |path: &Path| files.read(path).is_ok();
    if let Some(name) = module.strip_prefix("./") {
        let path = normalize(&folder.join(format!("{name}.java")));
        return (normalize(from) != path && exists(&path)).then_some(path);
    }
    let name = module.rsplit('.').next()?;
    if !name.starts_with(char::is_uppercase) {
        return None;
    }
    let below: PathBuf = module.split('.').collect();
    let mut base = normalize(&folder);
    for _ in 0..ABOVE {
        let mut path = base.join(&below).into_os_string();
        path.push(".java");
        let path = normalize(Path::new(&path));
        if exists(&path) {
            return Some(path);
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
