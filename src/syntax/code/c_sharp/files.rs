//! What a file of C# consists of: what it makes known, namespaces, classes, and statements outside of all of them.
//!
//! Namespaces are no scopes here: a class is known in its file by its own name. That a file is in one is told as an
//! import of a module that no program can name.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{Import, Imported, Statement, StatementKind};
use super::{Reader, parts_of_configured};

/// What an import begins with that tells in which namespace a file is.
const NAMESPACE: &str = "namespace ";

/// What an import begins with that makes all of a class known.
const STATIC: &str = "static ";

/// How many classes of a file are put in order.
const CLASSES: usize = 200;

/// How many names in front of the functions of a class are looked at.
const MENTIONS: usize = 2_000;

/// Statements of a file, by what has to be known before what.
#[derive(Default)]
struct Parts {
    imports: Vec<Statement>,
    classes: Vec<(Statement, HashSet<String>)>,
    rest: Vec<Statement>,
}

impl Reader<'_> {
    /// A whole file: classes are known wherever they stand in it.
    pub(super) fn file(&mut self, root: Node<'_>) -> Vec<Statement> {
        let mut parts = Parts::default();
        let loose = self.deeper(Vec::new(), |reader| reader.parts(root, "", &mut parts));
        parts.rest.extend(self.sequence(loose));
        let mut statements = parts.imports;
        statements.extend(ordered(parts.classes));
        statements.extend(parts.rest);
        statements
    }

    /// The parts of a namespace or of a file; gives the statements outside of classes.
    fn parts<'t>(&mut self, node: Node<'t>, namespace: &str, into: &mut Parts) -> Vec<Node<'t>> {
        let mut namespace = namespace.to_owned();
        let mut loose = Vec::new();
        let condition = node.child_by_field_name("condition");
        for child in children(node).into_iter().filter(|child| Some(*child) != condition) {
            match child.kind() {
                "using_directive" => into.imports.extend(self.using(child)),
                "file_scoped_namespace_declaration" => {
                    namespace = self.namespace(child, &namespace, into);
                }
                "namespace_declaration" => {
                    let inner = self.namespace(child, &namespace, into);
                    if let Some(body) = child.child_by_field_name("body") {
                        loose.extend(self.deeper(Vec::new(), |reader| reader.parts(body, &inner, into)));
                    }
                }
                "class_declaration"
                | "struct_declaration"
                | "interface_declaration"
                | "enum_declaration"
                | "record_declaration" => {
                    let mentions = self.mentions(child);
                    let kind = self.class(child);
                    into.classes.push((Statement { span: span(child), kind }, mentions));
                }
                "preproc_if" if declares(child) => {
                    loose.extend(self.deeper(Vec::new(), |reader| reader.parts(child, &namespace, into)));
                }
                "preproc_else" | "preproc_elif" => {
                    loose.extend(self.deeper(Vec::new(), |reader| reader.parts(child, &namespace, into)));
                }
                "global_attribute" | "shebang_directive" | "comment" => {}
                _ => loose.push(child),
            }
        }
        loose
    }

    fn namespace(&mut self, node: Node<'_>, outer: &str, into: &mut Parts) -> String {
        let name = node.child_by_field_name("name").map(|name| self.path(name)).unwrap_or_default();
        let whole = if outer.is_empty() { name } else { format!("{outer}.{name}") };
        let import = Import { module: format!("{NAMESPACE}{whole}"), names: Imported::All };
        into.imports.push(Statement { span: span(node), kind: StatementKind::Import(import) });
        whole
    }

    /// A name with dots, without white space.
    fn path(&self, node: Node<'_>) -> String {
        let path: String = self.slice(node).split_whitespace().collect();
        path.strip_prefix("global::").map_or(path.clone(), str::to_owned)
    }

    /// `using A.B;`, `using static A.B.Class;`, `using Name = A.B.Class;`
    fn using(&mut self, node: Node<'_>) -> Option<Statement> {
        let alias = node.child_by_field_name("name");
        let of = children(node).into_iter().rfind(|n| Some(*n) != alias)?;
        let path = self.path(of);
        let mut cursor = node.walk();
        let is_static = node.children(&mut cursor).any(|child| child.kind() == "static");
        let alias = alias.map(|alias| self.slice(alias).to_owned());
        let names = match alias {
            Some(alias) => {
                self.names.import(Some(&alias));
                match path.rsplit_once('.') {
                    Some((module, name)) => {
                        let import = Imported::Names(vec![(name.to_owned(), alias)]);
                        return Some(imported(node, module, import));
                    }
                    None => Imported::Module(Some(alias)),
                }
            }
            None => {
                if is_static {
                    self.names.import(None);
                    return Some(imported(node, &format!("{STATIC}{path}"), Imported::All));
                }
                Imported::All
            }
        };
        Some(imported(node, &path, names))
    }

    /// The names that have to be known before a class is: of what it is made from, and in the values of its fields.
    fn mentions(&self, class: Node<'_>) -> HashSet<String> {
        let mut names = HashSet::new();
        let body = class.child_by_field_name("body").map(children).unwrap_or_default();
        let bases = children(class).into_iter().filter(|n| n.kind() == "base_list");
        let is_field = |n: &Node<'_>| matches!(n.kind(), "field_declaration" | "property_declaration");
        let mut open: Vec<Node<'_>> = bases.chain(body.into_iter().filter(is_field)).collect();
        let mut looked = 0;
        while let Some(node) = open.pop() {
            looked += 1;
            if looked > MENTIONS {
                break;
            }
            if node.kind() == "identifier" {
                names.insert(self.slice(node).to_owned());
            }
            open.extend(children(node));
        }
        names
    }
}

fn imported(node: Node<'_>, module: &str, names: Imported) -> Statement {
    Statement { span: span(node), kind: StatementKind::Import(Import { module: module.to_owned(), names }) }
}

/// Whether what is compiled in some cases is part of a file and no statement.
fn declares(node: Node<'_>) -> bool {
    let mut parts = parts_of_configured(node).into_iter();
    parts.any(|part| part.kind() == "using_directive" || part.kind().ends_with("_declaration"))
}

/// Classes in an order in which each one stands behind those that it mentions.
fn ordered(classes: Vec<(Statement, HashSet<String>)>) -> Vec<Statement> {
    let names: Vec<String> = classes.iter().map(|(statement, _)| name(statement).to_owned()).collect();
    let places: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut order: Vec<usize> = Vec::new();
    let mut seen = vec![false; classes.len()];
    let mut done = vec![false; classes.len()];
    for first in 0..classes.len() {
        // What is mentioned is looked at before; a class that waits for itself does not wait.
        let mut waiting = vec![first];
        while let Some(at) = waiting.last().copied() {
            let is_new = seen.get(at).is_some_and(|seen| !seen);
            if let Some(seen) = seen.get_mut(at) {
                *seen = true;
            }
            let mentioned = classes.get(at).map(|(_, mentions)| mentions);
            let mut before: Vec<usize> = mentioned
                .into_iter()
                .flatten()
                .filter_map(|name| places.get(name.as_str()).copied())
                .filter(|other| is_new && classes.len() <= CLASSES && seen.get(*other).is_some_and(|seen| !seen))
                .collect();
            before.sort_unstable();
            if before.is_empty() {
                waiting.pop();
                if let Some(done) = done.get_mut(at).filter(|done| !**done) {
                    *done = true;
                    order.push(at);
                }
            }
            waiting.extend(before.into_iter().rev());
        }
    }
    let mut classes: Vec<Option<Statement>> = classes.into_iter().map(|(statement, _)| Some(statement)).collect();
    order.into_iter().filter_map(|at| classes.get_mut(at)?.take()).collect()
}

fn name(statement: &Statement) -> &str {
    match &statement.kind {
        StatementKind::Class(class) => &class.name,
        _ => "",
    }
}
