//! Modules among the files: where they are.

use std::path::{Path, PathBuf};

use crate::surface::{Files, normalize};

/// How many folders above a file are looked into for a module.
const ABOVE: usize = 8;

/// The file of a module, as an import in `from` names it.
pub(super) fn file(module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
    let folder = from.parent().map(Path::to_owned).unwrap_or_default();
    let dots = module.chars().take_while(|c| *c == '.').count();
    let name = module.trim_start_matches('.');
    if dots > 0 {
        let mut base = folder;
        for _ in 1..dots {
            base = normalize(&base.join(".."));
        }
        return in_folder(&base, name, files);
    }
    let mut base = normalize(&folder);
    for _ in 0..ABOVE {
        if let Some(found) = in_folder(&base, name, files) {
            return Some(found);
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

fn in_folder(folder: &Path, name: &str, files: &dyn Files) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    path.extend(name.split('.').filter(|part| !part.is_empty()));
    let mut candidates = vec![path.join("__init__.py")];
    if !name.is_empty() {
        let mut file = path.into_os_string();
        file.push(".py");
        candidates.insert(0, PathBuf::from(file));
    }
    candidates.into_iter().map(|path| normalize(&path)).find(|path| files.read(path).is_ok())
}
