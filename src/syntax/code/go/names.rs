//! Variables of inner blocks that have the name of one outside get a name of their own, since the tree knows only
//! the variables of whole functions.

use std::collections::{BTreeMap, BTreeSet};

/// The blocks that are open, each with its variables and the names that they have in the tree.
#[derive(Debug, Default)]
pub(super) struct Names {
    blocks: Vec<BTreeMap<String, String>>,
    renamed: usize,
    /// Variables that held a text or a number when they were last given something.
    plain: BTreeSet<String>,
}

impl Names {
    /// Notes whether a variable was given a text or a number.
    pub(super) fn given(&mut self, name: &str, is_plain: bool) {
        if is_plain {
            self.plain.insert(name.to_owned());
        } else {
            self.plain.remove(name);
        }
    }

    /// Whether a variable, by its name in the tree, holds a text or a number.
    pub(super) fn is_plain(&self, name: &str) -> bool {
        self.plain.contains(name)
    }

    pub(super) fn open(&mut self) {
        self.blocks.push(BTreeMap::new());
    }

    pub(super) fn close(&mut self) {
        self.blocks.pop();
    }

    /// The name of a variable that is declared in the innermost block.
    pub(super) fn declare(&mut self, name: &str) -> String {
        let outer = self.blocks.len().saturating_sub(1);
        let is_outside = self.blocks.iter().take(outer).any(|block| block.contains_key(name));
        let Some(block) = self.blocks.last_mut() else { return name.to_owned() };
        if let Some(known) = block.get(name) {
            return known.clone();
        }
        let own = if is_outside {
            self.renamed += 1;
            format!("{name}·{}", self.renamed)
        } else {
            name.to_owned()
        };
        block.insert(name.to_owned(), own.clone());
        own
    }

    /// The name of a variable that is used.
    pub(super) fn find(&self, name: &str) -> String {
        let found = self.blocks.iter().rev().find_map(|block| block.get(name));
        found.map_or(name, String::as_str).to_owned()
    }
}
