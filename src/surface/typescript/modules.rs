//! Modules among the files: where they are.

use std::path::{Path, PathBuf};

use crate::surface::{Files, normalize};

/// How many folders above a file are looked into for a module that is named from the top of a program.
const ABOVE: usize = 6;

/// Endings of the names of modules, the commonest first.
const ENDINGS: [&str; 8] = ["ts", "js", "tsx", "mjs", "cjs", "jsx", "mts", "cts"];

/// Endings of components, which an import never leaves out.
const COMPONENTS: [&str; 2] = [".vue", ".svelte"];

/// Endings that stand for those of the sources which they are made from.
const MADE: [(&str, &str); 4] = [(".js", "ts"), (".jsx", "tsx"), (".mjs", "mts"), (".cjs", "cts")];

/// The file of a module, as an import in `from` names it.
pub(super) fn file(module: &str, from: &Path, files: &dyn Files) -> Option<PathBuf> {
    let folder = from.parent().map(Path::to_owned).unwrap_or_default();
    if module.starts_with("./") || module.starts_with("../") || matches!(module, "." | "..") {
        return at(&normalize(&folder.join(module)), files);
    }
    // `@/name` and `~/name` are names from the folder of the sources by custom.
    let (below, roots): (&str, &[&str]) = match module.strip_prefix("@/").or_else(|| module.strip_prefix("~/")) {
        Some(rest) => (rest, &["src", "app", ""]),
        None if module.starts_with("src/") => (module, &[""]),
        None => return None,
    };
    let mut base = normalize(&folder);
    for _ in 0..ABOVE {
        let found = roots.iter().find_map(|root| at(&normalize(&base.join(root).join(below)), files));
        if found.is_some() || base == Path::new(".") || !base.pop() {
            return found;
        }
        if base.as_os_str().is_empty() {
            base = PathBuf::from(".");
        }
    }
    None
}

/// The file that a path without an ending stands for.
fn at(path: &Path, files: &dyn Files) -> Option<PathBuf> {
    let text = path.to_str()?;
    let mut candidates = Vec::new();
    let is_component = COMPONENTS.iter().any(|ending| text.ends_with(ending));
    if is_component || ENDINGS.iter().any(|ending| text.ends_with(&format!(".{ending}"))) {
        candidates.push(path.to_owned());
    }
    for (made, source) in MADE {
        candidates.extend(text.strip_suffix(made).map(|stem| PathBuf::from(format!("{stem}.{source}"))));
    }
    candidates.extend(ENDINGS.iter().map(|ending| PathBuf::from(format!("{text}.{ending}"))));
    candidates.extend(["ts", "js", "tsx", "mjs"].iter().map(|ending| path.join(format!("index.{ending}"))));
    candidates.into_iter().find(|path| files.read(path).is_ok())
}
