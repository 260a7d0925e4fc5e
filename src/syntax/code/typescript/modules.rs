//! Imports and exports of TypeScript and JavaScript. A module's names are what it gives to others; what it gives by
//! default has the name `default`, and what `require` gives, if it says so itself, one that no program can name.

use std::sync::Arc;

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{Expression, ExpressionKind, Identifier, Import, Imported, Statement, StatementKind, Target};
use super::{Reader, strings};

/// The name of what a module gives by default.
const DEFAULT: &str = "default";

/// The name of what `require` gives.
pub(in crate::syntax::code) const WHOLE: &str = "<exports>";

impl Reader<'_> {
    fn source(&self, node: Node<'_>) -> Option<String> {
        node.child_by_field_name("source").map(|source| strings::literal(self.slice(source)))
    }

    pub(super) fn import(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let parts = children(node);
        let mut add = |module: String, names: Imported| {
            into.push(Statement { span: span(node), kind: StatementKind::Import(Import { module, names }) });
        };
        if let Some(required) = parts.iter().find(|n| n.kind() == "import_require_clause") {
            let name = children(*required).first().map(|n| self.slice(*n).to_owned());
            if let (Some(module), Some(name)) = (self.source(*required), name) {
                add(module, Imported::Names(vec![(WHOLE.to_owned(), name)]));
            }
            return;
        }
        let Some(module) = self.source(node) else { return };
        let clause = parts.iter().find(|n| n.kind() == "import_clause");
        for part in clause.map(|clause| children(*clause)).unwrap_or_default() {
            match part.kind() {
                "identifier" => {
                    let names = vec![(DEFAULT.to_owned(), self.slice(part).to_owned())];
                    add(module.clone(), Imported::Names(names));
                }
                "namespace_import" => {
                    let alias = children(part).first().map(|n| self.slice(*n).to_owned());
                    add(module.clone(), Imported::Module(alias));
                }
                "named_imports" => add(module.clone(), Imported::Names(self.specifiers(part))),
                _ => {}
            }
        }
    }

    /// `{ a, b as c }`
    fn specifiers(&self, node: Node<'_>) -> Vec<(String, String)> {
        let pair = |part: Node<'_>| {
            let name = part.child_by_field_name("name")?;
            let alias = part.child_by_field_name("alias").unwrap_or(name);
            Some((self.property_name(name), self.property_name(alias)))
        };
        children(node).into_iter().filter_map(pair).collect()
    }

    pub(super) fn export(&mut self, node: Node<'_>, into: &mut Vec<Statement>) {
        let at = span(node);
        let default = |name: Expression| {
            let target = Target::Name(Identifier { name: DEFAULT.to_owned(), span: at });
            Statement { span: at, kind: StatementKind::Assign(vec![target], name) }
        };
        let mut cursor = node.walk();
        let is_default = node.children(&mut cursor).any(|n| n.kind() == DEFAULT);
        if let Some(declaration) = node.child_by_field_name("declaration") {
            self.deeper((), |reader| reader.statement(declaration, into));
            if let (true, Some(name)) = (is_default, declaration.child_by_field_name("name")) {
                let kind = ExpressionKind::Name(self.slice(name).to_owned());
                into.push(default(Expression { span: span(name), kind }));
            }
            return;
        }
        if let Some(value) = node.child_by_field_name("value") {
            self.given(value, &[DEFAULT], into);
            return;
        }
        let module = self.source(node);
        let parts = children(node);
        let clause = parts.iter().find(|n| n.kind() == "export_clause");
        match (clause, module) {
            (Some(clause), Some(module)) => {
                let names = Imported::Names(self.specifiers(*clause));
                into.push(Statement { span: at, kind: StatementKind::Import(Import { module, names }) });
            }
            (Some(clause), None) => {
                for (name, alias) in self.specifiers(*clause).into_iter().filter(|(name, alias)| name != alias) {
                    let value = Expression { span: at, kind: ExpressionKind::Name(name) };
                    let target = Target::Name(Identifier { name: alias, span: at });
                    into.push(Statement { span: at, kind: StatementKind::Assign(vec![target], value) });
                }
            }
            (None, Some(module)) => {
                let alias = parts.iter().find(|n| n.kind() == "namespace_export");
                let alias = alias.and_then(|n| children(*n).first().map(|n| self.slice(*n).to_owned()));
                let names = alias.map_or(Imported::All, |alias| Imported::Module(Some(alias)));
                into.push(Statement { span: at, kind: StatementKind::Import(Import { module, names }) });
            }
            // `export = value`
            (None, None) => {
                if let [value] = parts.as_slice() {
                    self.given(*value, &[WHOLE, DEFAULT], into);
                }
            }
        }
    }

    /// Gives a value, or a class, to names of the module.
    fn given(&mut self, value: Node<'_>, names: &[&str], into: &mut Vec<Statement>) {
        let at = span(value);
        let targets =
            names.iter().map(|name| Target::Name(Identifier { name: (*name).to_owned(), span: at })).collect();
        let value = match value.kind() {
            "class" => {
                let name = value.child_by_field_name("name").map_or("a class", |n| self.slice(n)).to_owned();
                let class = self.class_called(value, name.clone());
                into.push(Statement { span: at, kind: class });
                Expression { span: at, kind: ExpressionKind::Name(name) }
            }
            // A function under its own name is told better.
            "function_expression" if value.child_by_field_name("name").is_some() => {
                let function = self.function(value, Vec::new());
                let name = function.name.clone();
                into.push(Statement { span: at, kind: StatementKind::Function(Arc::new(function)) });
                Expression { span: at, kind: ExpressionKind::Name(name) }
            }
            "object" => {
                self.members(value, into);
                self.expression(value)
            }
            _ => self.expression(value),
        };
        into.push(Statement { span: at, kind: StatementKind::Assign(targets, value) });
    }

    /// What a module gives in an object is found under the names there, too.
    fn members(&mut self, object: Node<'_>, into: &mut Vec<Statement>) {
        for pair in children(object).into_iter().filter(|n| n.kind() == "pair") {
            let (Some(key), Some(value)) = (pair.child_by_field_name("key"), pair.child_by_field_name("value")) else {
                continue;
            };
            let name = Identifier { name: self.property_name(key), span: span(key) };
            if self.slice(value) != name.name && matches!(value.kind(), "identifier" | "string" | "number") {
                let value = self.expression(value);
                let kind = StatementKind::Assign(vec![Target::Name(name)], value);
                into.push(Statement { span: span(pair), kind });
            }
        }
    }

    /// `module.exports = value`, `exports.name = value`; false for any other assignment.
    pub(super) fn exported_by(&mut self, left: Node<'_>, right: Node<'_>, into: &mut Vec<Statement>) -> bool {
        let target: String = self.slice(left).split_whitespace().collect();
        if target == "module.exports" {
            self.given(right, &[WHOLE, DEFAULT], into);
            return true;
        }
        let name = target.strip_prefix("module.exports.").or_else(|| target.strip_prefix("exports."));
        let Some(name) = name.filter(|name| !name.contains(['.', '['])) else { return false };
        self.given(right, &[name], into);
        true
    }
}
