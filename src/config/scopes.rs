//! From the layers of the folders around a path to what holds for it: the nearest wins, key by key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::layer::{Layer, Level, PerPath, Set};
use crate::model::Inventory;
use crate::surface::{display, normalize};
use crate::waiver::Waiver;

/// The layers that hold for a folder.
#[derive(Debug, Default)]
pub struct Stack {
    /// The layers, the nearest first.
    pub layers: Vec<Arc<Layer>>,
    /// What is known of instances: from the files and the tables of the layers, and from the command line.
    pub inventory: Inventory,
}

impl Stack {
    /// The value of a key in the nearest layer that sets it.
    pub fn nearest<'a, T>(&'a self, of: impl Fn(&'a Layer) -> Option<&'a T>) -> Option<&'a T> {
        self.layers.iter().find_map(|layer| of(layer))
    }

    /// The layer whose `per-path` holds.
    fn per_path_layer(&self) -> Option<usize> {
        self.layers.iter().position(|layer| layer.per_path.is_some())
    }

    /// The level of a rule in a file, which is named by its absolute path.
    ///
    /// Layers are asked from the nearest on; within one, what it says of some paths comes before what it says of all.
    #[must_use]
    pub fn level(&self, rule: &str, file: &Path) -> Option<&Set<Level>> {
        let holding = self.per_path_layer();
        self.layers.iter().enumerate().find_map(|(number, layer)| {
            let entries = layer.per_path.as_ref().filter(|_| holding == Some(number));
            let of_path = entries.and_then(|entries| {
                let relative = file.strip_prefix(&layer.folder).ok()?;
                // Of two entries for one file the later says it more exactly.
                let fits = |entry: &&PerPath| entry.rules.contains_key(rule) && entry.patterns.matches(relative);
                entries.value.iter().rev().find(fits).and_then(|entry| entry.rules.get(rule))
            });
            of_path.or_else(|| layer.rules.get(rule))
        })
    }

    /// Whether a file or folder, named by its absolute path, is left out.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        let Some(layer) = self.layers.iter().find(|layer| layer.exclude.is_some()) else { return false };
        path.strip_prefix(&layer.folder).is_ok_and(|relative| layer.excluded.matches(relative))
    }

    /// Whether anything is left out at all.
    #[must_use]
    pub fn has_excludes(&self) -> bool {
        self.layers.iter().find(|layer| layer.exclude.is_some()).is_some_and(|layer| !layer.excluded.is_empty())
    }

    /// The waivers of every layer, the nearest first, each with the folder that its pattern starts from. They add up:
    /// each is a decision of its own.
    pub fn waivers(&self) -> impl Iterator<Item = (&Path, &Waiver)> {
        self.layers.iter().flat_map(|layer| layer.waivers.iter().map(|waiver| (layer.folder.as_path(), waiver)))
    }
}

/// What holds where.
#[derive(Debug, Clone, Default)]
pub struct Scopes {
    /// The working directory: paths that are not absolute start from it.
    here: PathBuf,
    /// The stack for every path, where the user names one file.
    only: Option<Arc<Stack>>,
    /// The stack of each folder that has one of its own.
    folders: BTreeMap<PathBuf, Arc<Stack>>,
}

impl Scopes {
    /// Nothing is set anywhere; paths start from the working directory.
    #[must_use]
    pub fn new(here: PathBuf) -> Self {
        Self { here, only: None, folders: BTreeMap::new() }
    }

    /// One stack for every path.
    #[must_use]
    pub fn only(here: PathBuf, stack: Arc<Stack>) -> Self {
        Self { here, only: Some(stack), folders: BTreeMap::new() }
    }

    /// Sets what holds for a folder, named by its absolute path, and everything below it.
    pub fn insert(&mut self, folder: PathBuf, stack: Arc<Stack>) {
        self.folders.insert(folder, stack);
    }

    /// Whether nothing is set anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.only.as_ref().is_none_or(|stack| stack.layers.is_empty())
            && self.folders.values().all(|stack| stack.layers.is_empty())
    }

    /// The path as it is from the root on, by text alone.
    #[must_use]
    pub fn absolute(&self, path: &Path) -> PathBuf {
        normalize(&self.here.join(path))
    }

    /// What holds for a path.
    #[must_use]
    pub fn of(&self, path: &Path) -> Option<&Arc<Stack>> {
        if let Some(only) = &self.only {
            return Some(only);
        }
        if self.folders.is_empty() {
            return None;
        }
        let path = self.absolute(path);
        path.ancestors().find_map(|folder| self.folders.get(folder))
    }

    /// The level of a rule in a file, where a configuration sets one.
    #[must_use]
    pub fn level(&self, rule: &str, path: &str) -> Option<Level> {
        let path = Path::new(path);
        self.of(path)?.level(rule, &self.absolute(path)).map(|set| set.value)
    }

    /// Every waiver, each once, with its pattern from the working directory on: that is how findings name their files.
    /// One that holds for no file below it is left out where the file of the waiver lies above.
    #[must_use]
    pub fn waivers(&self) -> Vec<Waiver> {
        let mut all: Vec<(&Path, &Waiver)> = Vec::new();
        for (folder, waiver) in self.stacks().flat_map(|stack| stack.waivers()) {
            if !all.iter().any(|(_, known)| std::ptr::eq(*known, waiver)) {
                all.push((folder, waiver));
            }
        }
        let here = |(folder, waiver): (&Path, &Waiver)| {
            Some(Waiver { path: anchored(&waiver.path, folder, &self.here)?, ..waiver.clone() })
        };
        all.into_iter().filter_map(here).collect()
    }

    /// Every stack, each once: those of folders in the order of their paths.
    pub fn stacks(&self) -> impl Iterator<Item = &Arc<Stack>> {
        self.only.iter().chain(self.folders.values())
    }
}

/// A pattern that starts from a folder, as one that starts from the working directory; nothing where it cannot fit
/// anything below that.
fn anchored(pattern: &str, folder: &Path, here: &Path) -> Option<String> {
    let plain = pattern.trim_start_matches("./");
    let is_name = !plain.trim_end_matches('/').contains('/') && !pattern.starts_with("./");
    if folder == here || plain.starts_with("**/") && here.starts_with(folder) {
        return Some(pattern.to_owned());
    }
    match (folder.strip_prefix(here), here.strip_prefix(folder)) {
        (Ok(below), _) => {
            let below = globset::escape(&display(below));
            Some(if is_name { format!("{below}/**/{plain}") } else { format!("{below}/{plain}") })
        }
        (_, Ok(_)) if is_name => Some(pattern.to_owned()),
        // A pattern that begins with the way to the working directory.
        (_, Ok(way)) => plain.strip_prefix(&format!("{}/", display(way))).map(|rest| format!("./{rest}")),
        // Findings outside of the working directory have absolute paths.
        _ => Some(format!("{}/{plain}", globset::escape(&display(folder)))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_told_from_the_working_directory() {
        let of = |pattern: &str, folder: &str| anchored(pattern, Path::new(folder), Path::new("/r/a"));
        assert_eq!(of("x/*.tf", "/r/a").as_deref(), Some("x/*.tf"));
        assert_eq!(of("x/*.tf", "/r/a/b").as_deref(), Some("b/x/*.tf"));
        assert_eq!(of("*.tf", "/r/a/b").as_deref(), Some("b/**/*.tf"));
        assert_eq!(of("a/x.tf", "/r").as_deref(), Some("./x.tf"));
        assert_eq!(of("b/x.tf", "/r"), None);
        assert_eq!(of("**/x.tf", "/r").as_deref(), Some("**/x.tf"));
    }
}
