//! What makes objects in C#: names of types, `new` with what is set on the new object, lists and maps.

use std::rc::Rc;

use tree_sitter::Node;

use super::super::lowering::Lowering;
use super::super::parse::{children, span};
use super::super::{Argument, CallExpression, Entry, Expression, ExpressionKind, Identifier, Spread};
use super::{Reader, argument, opaque};

/// A function that sets fields of its first value and gives it back; no program can name it.
const WITH: &str = "<with>";

/// Stands for the function that copies an object and sets fields of the copy.
const COPY: &str = "<copy>";

/// A function that makes an object whose class only the place tells where it stands; no program can name it.
const NEW: &str = "<new>";

/// A type as far as it tells what `new` without a name makes.
#[derive(Debug)]
pub(super) struct TypeName {
    /// The last part of its name.
    pub(super) name: String,
    class: Expression,
    /// What stands between `<` and `>`, or the type of the elements of an array.
    pub(super) arguments: Vec<Rc<TypeName>>,
}

/// What an initializer does.
enum Filling {
    Fields,
    Entries,
    Elements,
}

impl Reader<'_> {
    /// The name of a class, with or without its namespace.
    pub(super) fn type_name(&mut self, node: Node<'_>) -> Expression {
        let whole = span(node);
        let inner = |reader: &mut Self, inner: Option<Node<'_>>| match inner {
            Some(inner) => reader.deeper(opaque(node), |reader| reader.type_name(inner)),
            None => opaque(node),
        };
        let kind = match node.kind() {
            "identifier" => self.names.kind(self.slice(node), whole),
            "predefined_type" => ExpressionKind::Name(predefined(self.slice(node)).to_owned()),
            "generic_name" => {
                let name = children(node).into_iter().find(|n| n.kind() == "identifier");
                return inner(self, name);
            }
            "qualified_name" => {
                let name = node.child_by_field_name("name").map(|name| self.type_identifier(name));
                let qualifier = inner(self, node.child_by_field_name("qualifier"));
                match name {
                    Some(name) => ExpressionKind::Member(Box::new(qualifier), name),
                    None => return opaque(node),
                }
            }
            "alias_qualified_name" | "primary_constructor_base_type" => {
                let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("type"));
                return inner(self, name);
            }
            "nullable_type" | "array_type" => return inner(self, node.child_by_field_name("type")),
            _ => return opaque(node),
        };
        Expression { span: whole, kind }
    }

    /// A part of a name, without what stands between `<` and `>`.
    pub(super) fn type_identifier(&self, node: Node<'_>) -> Identifier {
        let generic = (node.kind() == "generic_name").then(|| children(node).into_iter().next()).flatten();
        self.identifier(generic.unwrap_or(node))
    }

    /// What a type tells; nothing for `var`.
    pub(super) fn type_of(&mut self, node: Node<'_>) -> Option<Rc<TypeName>> {
        let node = if node.kind() == "nullable_type" { node.child_by_field_name("type")? } else { node };
        let last = if node.kind() == "qualified_name" { node.child_by_field_name("name")? } else { node };
        let (name, inner) = match last.kind() {
            "identifier" => (self.slice(last).to_owned(), Vec::new()),
            "generic_name" => {
                let parts = children(last);
                let list = parts.iter().find(|n| n.kind() == "type_argument_list").map(|list| children(*list));
                (self.type_identifier(last).name, list.unwrap_or_default())
            }
            "array_type" => (String::new(), last.child_by_field_name("type").into_iter().collect()),
            _ => return None,
        };
        let arguments = inner.into_iter().take(4);
        let arguments = arguments.filter_map(|inner| self.deeper(None, |reader| reader.type_of(inner))).collect();
        let class = self.type_name(node);
        Some(Rc::new(TypeName { name, class, arguments }))
    }

    /// An expression whose place tells its type.
    pub(super) fn wanting(&mut self, wanted: Option<Rc<TypeName>>, node: Node<'_>) -> Expression {
        let outer = std::mem::replace(&mut self.wanted, wanted);
        let expression = match node.kind() {
            "initializer_expression" => self.filled(node),
            _ => self.expression(node),
        };
        self.wanted = outer;
        expression
    }

    /// `new Class(…) { … }`
    pub(super) fn creation(&mut self, node: Node<'_>) -> ExpressionKind {
        let Some(class) = node.child_by_field_name("type") else {
            return ExpressionKind::Opaque(self.all(children(node)));
        };
        let wanted = self.type_of(class);
        let class = self.type_name(class);
        let list = node.child_by_field_name("arguments");
        let filling = node.child_by_field_name("initializer");
        self.made(node, Some(class), wanted, list, filling)
    }

    /// `new(…) { … }`: the place tells the class.
    pub(super) fn implicit_creation(&mut self, node: Node<'_>) -> ExpressionKind {
        let wanted = self.wanted.clone();
        let class = wanted.as_ref().map(|wanted| wanted.class.clone());
        let parts = children(node);
        let list = parts.iter().find(|n| n.kind() == "argument_list").copied();
        let filling = parts.iter().find(|n| n.kind() == "initializer_expression").copied();
        self.made(node, class, wanted, list, filling)
    }

    fn made(
        &mut self,
        node: Node<'_>,
        class: Option<Expression>,
        wanted: Option<Rc<TypeName>>,
        list: Option<Node<'_>>,
        filling: Option<Node<'_>>,
    ) -> ExpressionKind {
        let whole = span(node);
        let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let list = list.map_or(whole, span);
        let entries = filling.map(children).unwrap_or_default();
        let how = filling.map(|_| self.filling(&entries));
        let elements = wanted.as_ref().and_then(|wanted| wanted.arguments.last().cloned());
        match (how, class) {
            (Some(Filling::Entries), _) => {
                let mut all = self.copied(&arguments);
                all.extend(entries.into_iter().filter_map(|entry| self.entry(entry, elements.clone())));
                ExpressionKind::Map(all)
            }
            (Some(Filling::Elements), _) if !entries.is_empty() => {
                let copied = self
                    .copied(&arguments)
                    .into_iter()
                    .map(|entry| Expression { span: entry.span, kind: ExpressionKind::Spread(Box::new(entry.value)) });
                let mut all: Vec<Expression> = copied.collect();
                all.extend(entries.into_iter().map(|entry| self.wanting(elements.clone(), entry)));
                ExpressionKind::List(all)
            }
            (_, None) => {
                let mut given = arguments;
                given.extend(entries.into_iter().filter_map(|entry| self.set(entry)));
                let function = Expression { span: whole, kind: ExpressionKind::Name(NEW.to_owned()) };
                ExpressionKind::Call(Box::new(CallExpression { function, arguments: given, list: whole }))
            }
            (how, Some(function)) => {
                let call = ExpressionKind::Call(Box::new(CallExpression { function, arguments, list }));
                if !matches!(how, Some(Filling::Fields)) {
                    return call;
                }
                let mut given = vec![argument(Expression { span: whole, kind: call })];
                given.extend(entries.into_iter().filter_map(|entry| self.set(entry)));
                let function = Expression { span: whole, kind: ExpressionKind::Name(WITH.to_owned()) };
                ExpressionKind::Call(Box::new(CallExpression { function, arguments: given, list: whole }))
            }
        }
    }

    /// `plan with { Name = value }`: a copy of an object with other values.
    pub(super) fn changed_copy(&mut self, node: Node<'_>) -> ExpressionKind {
        let parts = children(node);
        let Some((first, rest)) = parts.split_first() else { return ExpressionKind::Opaque(Vec::new()) };
        let whole = span(node);
        let mut given = vec![argument(self.expression(*first))];
        for part in rest.iter().filter(|part| part.kind() == "with_initializer") {
            let inner = children(*part);
            let [name, value] = inner.as_slice() else { continue };
            let name = Identifier { name: self.slice(*name).to_owned(), span: span(*name) };
            let value = self.wanting(None, *value);
            given.push(Argument { span: span(*part), name: Some(name), value, spread: Spread::No });
        }
        let function = Expression { span: whole, kind: ExpressionKind::Name(COPY.to_owned()) };
        ExpressionKind::Call(Box::new(CallExpression { function, arguments: given, list: whole }))
    }

    fn filling(&self, entries: &[Node<'_>]) -> Filling {
        let names = |n: &Node<'_>| {
            let left = n.child_by_field_name("left").filter(|_| n.kind() == "assignment_expression");
            left.is_some_and(|left| left.kind() == "identifier")
        };
        if entries.iter().any(names) {
            return Filling::Fields;
        }
        let is_pair = |n: &Node<'_>| n.kind() == "initializer_expression" && children(*n).len() == 2;
        match entries.first() {
            Some(first) if first.kind() == "assignment_expression" || is_pair(first) => Filling::Entries,
            _ => Filling::Elements,
        }
    }

    /// What a list or a map is made from; a number only says how much room there is, and some say how to compare.
    fn copied(&self, arguments: &[Argument]) -> Vec<Entry> {
        let compares = |a: &Argument| self.text.get(a.span.range()).is_some_and(|text| text.contains("Comparer"));
        let counts = |a: &Argument| matches!(a.value.kind, ExpressionKind::Number(_));
        let all = arguments.iter().filter(|a| !compares(a) && !counts(a));
        all.map(|a| Entry { span: a.span, key: None, value: a.value.clone() }).collect()
    }

    /// `["key"] = value`, `{ "key", value }` or `Name = value` as an entry of a map.
    fn entry(&mut self, node: Node<'_>, wanted: Option<Rc<TypeName>>) -> Option<Entry> {
        let (key, value) = match node.kind() {
            "assignment_expression" => (node.child_by_field_name("left")?, node.child_by_field_name("right")?),
            _ => match children(node).as_slice() {
                [key, value] => (*key, *value),
                _ => return None,
            },
        };
        let key = match key.kind() {
            "identifier" if node.kind() == "assignment_expression" => {
                Expression { span: span(key), kind: ExpressionKind::Text(self.slice(key).to_owned()) }
            }
            "element_binding_expression" => {
                let inner = children(key).into_iter().next().and_then(|argument| children(argument).pop())?;
                self.wanting(None, inner)
            }
            _ => self.wanting(None, key),
        };
        let value = self.wanting(wanted, value);
        Some(Entry { span: span(node), key: Some(key), value })
    }

    /// `Name = value` as something that is given by its name; an entry by an index is none of the fields.
    fn set(&mut self, node: Node<'_>) -> Option<Argument> {
        let name = node.child_by_field_name("left").filter(|left| left.kind() == "identifier")?;
        let value = self.wanting(None, node.child_by_field_name("right")?);
        Some(Argument { span: span(node), name: Some(self.identifier(name)), value, spread: Spread::No })
    }

    /// What stands in braces by itself: the elements of an array, or what is put into an object that is there.
    pub(super) fn filled(&mut self, node: Node<'_>) -> Expression {
        let entries = children(node);
        let elements = self.wanted.as_ref().and_then(|wanted| wanted.arguments.last().cloned());
        let kind = match self.filling(&entries) {
            Filling::Elements => {
                let all = entries.into_iter().map(|entry| self.wanting(elements.clone(), entry));
                ExpressionKind::List(all.collect())
            }
            Filling::Fields | Filling::Entries => {
                ExpressionKind::Map(entries.into_iter().filter_map(|entry| self.entry(entry, None)).collect())
            }
        };
        Expression { span: span(node), kind }
    }

    /// `[a, b, ..c]`
    pub(super) fn collection(&mut self, node: Node<'_>) -> ExpressionKind {
        let elements = self.wanted.as_ref().and_then(|wanted| wanted.arguments.last().cloned());
        let mut all = Vec::new();
        for element in children(node).into_iter().flat_map(children) {
            let Some(value) = children(element).pop() else { continue };
            let value = self.wanting(elements.clone(), value);
            all.push(match element.kind() {
                "spread_element" => Expression { span: value.span, kind: ExpressionKind::Spread(Box::new(value)) },
                _ => value,
            });
        }
        ExpressionKind::List(all)
    }

    /// `new { Id = "a", Name }`
    pub(super) fn anonymous(&mut self, node: Node<'_>) -> ExpressionKind {
        let mut cursor = node.walk();
        let mut entries = Vec::new();
        let mut name: Option<Node<'_>> = None;
        for part in node.children(&mut cursor).filter(|part| !part.is_extra()) {
            match (part.kind(), name) {
                ("=", _) => {}
                (_, Some(key)) if part.is_named() => {
                    let value = self.wanting(None, part);
                    let text = ExpressionKind::Text(self.slice(key).to_owned());
                    let key = Expression { span: span(key), kind: text };
                    entries.push(Entry { span: value.span, key: Some(key), value });
                    name = None;
                }
                ("identifier", None) if part.next_sibling().is_some_and(|next| next.kind() == "=") => {
                    name = Some(part);
                }
                (_, None) if part.is_named() => {
                    let value = self.wanting(None, part);
                    let last = self.slice(part).rsplit('.').next().unwrap_or_default().to_owned();
                    let key = Expression { span: value.span, kind: ExpressionKind::Text(last) };
                    entries.push(Entry { span: value.span, key: Some(key), value });
                }
                _ => {}
            }
        }
        ExpressionKind::Map(entries)
    }
}

/// The class that a word of the language stands for.
pub(super) fn predefined(word: &str) -> &str {
    match word {
        "string" => "String",
        "int" => "Int32",
        "long" => "Int64",
        "short" => "Int16",
        "bool" => "Boolean",
        "double" => "Double",
        "object" => "Object",
        other => other,
    }
}
