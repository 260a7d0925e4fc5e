//! Names that a block declares for itself. Our tree knows only the names of a function, so a name that is declared
//! again in an inner block gets another one there.

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::children;
use super::Reader;

/// What is added to a name that is declared again; no program can name it then.
const AGAIN: char = '\'';

/// The names that are known where a walk is, innermost last.
#[derive(Debug, Default)]
pub(super) struct Names {
    frames: Vec<Frame>,
}

/// Names of a block, each with the one that stands for it in our tree.
#[derive(Debug, Default)]
struct Frame {
    names: Vec<(String, String)>,
    /// Whether a function begins here.
    function: bool,
}

impl Names {
    /// What stands for a name.
    pub(super) fn resolve<'n>(&'n self, name: &'n str) -> &'n str {
        let known = self.frames.iter().rev().flat_map(|frame| frame.names.iter().rev());
        known.filter(|(own, _)| own == name).map(|(_, stands)| stands.as_str()).next().unwrap_or(name)
    }

    fn is_in_function(&self, name: &str) -> bool {
        let mut inside = true;
        let frames = self.frames.iter().rev().take_while(|frame| std::mem::replace(&mut inside, !frame.function));
        frames.flat_map(|frame| &frame.names).any(|(_, stands)| stands == name)
    }

    fn enter(&mut self, declared: Vec<String>, function: bool) {
        let mut names = Vec::new();
        for name in declared {
            let mut stands = name.clone();
            while !function && self.is_in_function(&stands) && stands.len() < name.len() + 20 {
                stands.push(AGAIN);
            }
            names.push((name, stands));
        }
        self.frames.push(Frame { names, function });
    }
}

impl Reader<'_> {
    /// Runs `read` where the names that `declaring` nodes declare are known.
    pub(super) fn in_block<T>(&mut self, declaring: &[Node<'_>], read: impl FnOnce(&mut Self) -> T) -> T {
        let mut declared = Vec::new();
        for node in declaring {
            let node = match node.kind() {
                "export_statement" => node.child_by_field_name("declaration").unwrap_or(*node),
                _ => *node,
            };
            if node.kind() == "lexical_declaration" {
                let patterns = children(node).into_iter().filter_map(|n| n.child_by_field_name("name"));
                patterns.for_each(|pattern| self.names_in(pattern, &mut declared, 0));
            }
        }
        self.names.enter(declared, false);
        let result = read(self);
        self.names.frames.pop();
        result
    }

    /// Runs `read` where the names that a loop goes through are known.
    pub(super) fn in_loop<T>(&mut self, node: Node<'_>, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut declared = Vec::new();
        if let (Some(left), Some(_)) = (node.child_by_field_name("left"), node.child_by_field_name("kind")) {
            self.names_in(left, &mut declared, 0);
        }
        self.names.enter(declared, false);
        let result = read(self);
        self.names.frames.pop();
        result
    }

    /// Runs `read` in a function with these parameters.
    pub(super) fn in_function<T>(&mut self, parameters: &[Node<'_>], read: impl FnOnce(&mut Self) -> T) -> T {
        let mut declared = Vec::new();
        for parameter in parameters {
            let pattern = parameter.child_by_field_name("pattern").unwrap_or(*parameter);
            self.names_in(pattern, &mut declared, 0);
        }
        self.names.enter(declared, true);
        let result = read(self);
        self.names.frames.pop();
        result
    }

    /// The names in a pattern.
    fn names_in(&self, pattern: Node<'_>, into: &mut Vec<String>, depth: usize) {
        match pattern.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => into.push(self.slice(pattern).to_owned()),
            "assignment_pattern" | "object_assignment_pattern" => {
                if let Some(left) = pattern.child_by_field_name("left") {
                    self.names_in(left, into, depth + 1);
                }
            }
            "pair_pattern" => {
                if let Some(value) = pattern.child_by_field_name("value") {
                    self.names_in(value, into, depth + 1);
                }
            }
            "object_pattern" | "array_pattern" | "rest_pattern" if depth < 20 => {
                children(pattern).into_iter().for_each(|part| self.names_in(part, into, depth + 1));
            }
            _ => {}
        }
    }
}
