//! YAML as a tree with spans, from the events of `granit-parser` (which no other module sees).
//!
//! Aliases are expanded under a budget of nodes, so an alias bomb costs an error and not the memory.
//! A merge key (`<<`) is applied by [`Node::get`] and [`Node::to_json`]; a key of the mapping itself
//! beats a merged one.

use std::rc::Rc;

use granit_parser::{Event, Options, Parser, ScalarStyle};
use rustc_hash::FxHashMap;

use crate::source::Span;

/// How many nodes all aliases of a file together may add.
const ALIAS_BUDGET: usize = 200_000;

/// How deep collections may be nested, so that no walk over the tree runs out of stack.
const DEPTH_LIMIT: usize = 200;

/// One value with its place. A node that stands behind an alias has the span of its definition.
#[derive(Debug, Clone)]
pub struct Node {
    /// The bytes of the value.
    pub span: Span,
    /// The local tag, e.g. `!Ref`, with its exclamation mark.
    pub tag: Option<String>,
    /// The value.
    pub kind: Kind,
    /// Where the alias stands, when the node was reached through one.
    pub alias: Option<Span>,
}

/// The kinds of nodes.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A scalar.
    Scalar {
        /// Its text after escapes.
        text: String,
        /// Whether it stands without quotes, and so may be a number, a boolean or null.
        plain: bool,
    },
    /// A sequence.
    Sequence(Vec<Rc<Node>>),
    /// A mapping, in the order of the source, duplicate keys kept.
    Mapping(Vec<(Rc<Node>, Rc<Node>)>),
}

/// An entry of a mapping that counts.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The key.
    pub key: &'a Rc<Node>,
    /// The value.
    pub value: &'a Rc<Node>,
    /// Where the mapping is merged in that holds the entry, when it is not the mapping's own.
    pub merged: Option<Span>,
    /// The key of the duplicate before it.
    pub earlier: Option<&'a Rc<Node>>,
}

/// Text that is no YAML.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// All documents of a stream, up to the first error, and that error. Later documents are read after it.
#[derive(Debug, Default)]
pub struct Stream {
    /// The documents that could be read; an empty document gives a null scalar.
    pub documents: Vec<Rc<Node>>,
    /// What was wrong with the others.
    pub errors: Vec<YamlError>,
}

/// Reads every document of a text.
#[must_use]
pub fn parse(text: &str) -> Stream {
    let mut options = Options::default();
    options.emit_comments = false;
    options.simple_key_max_lookahead = 64 * 1024;
    options.max_buffered_comment_events = 1_000_000;
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut stream = Stream::default();
    let mut builder = Builder::default();
    while let Some(next) = parser.next_event() {
        let step = match next {
            Ok((event, span)) => {
                let span = span.byte_range().map_or_else(Span::default, Span::from);
                builder.event(event, span, text, &mut stream.documents)
            }
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
                Err(YamlError { message: error.info(), span: Span::new(at, at) })
            }
        };
        if let Err(error) = step {
            stream.errors.push(error);
            builder = Builder { budget_used: builder.budget_used, ..Builder::default() };
            if !matches!(parser.proceed_next_document(), Ok(true)) {
                break;
            }
        }
    }
    stream
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: FxHashMap<usize, (Rc<Node>, usize)>,
    budget_used: usize,
    rooted: bool,
}

/// A collection whose end has not come yet.
struct Open {
    node: Node,
    anchor: usize,
    key: Option<Rc<Node>>,
    size: usize,
}

impl Builder {
    fn event(
        &mut self,
        event: Event<'_>,
        span: Span,
        text: &str,
        documents: &mut Vec<Rc<Node>>,
    ) -> Result<(), YamlError> {
        match event {
            Event::DocumentStart(..) => {
                self.rooted = false;
                self.anchors.clear();
            }
            Event::DocumentEnd if !self.rooted => documents.push(Rc::new(null(span))),
            Event::Scalar(value, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                let kind = Kind::Scalar { text: value.into_owned(), plain };
                let node = Node { span, tag: tag.map(|t| t.original()), kind, alias: None };
                self.add(Rc::new(node), anchor, 1, documents);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(Kind::Sequence(Vec::new()), span, anchor, tag.map(|t| t.original()))?
            }
            Event::MappingStart(_, anchor, tag) => {
                self.open(Kind::Mapping(Vec::new()), span, anchor, tag.map(|t| t.original()))?
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(mut open) = self.open.pop() {
                    // A block collection ends where the next token begins; its own end is that of its last child.
                    let end = last_child_end(&open.node.kind).unwrap_or(open.node.span.end).max(open.node.span.end);
                    open.node.span.end =
                        if text.as_bytes().get(span.start as usize).is_some_and(|b| matches!(b, b']' | b'}')) {
                            span.end
                        } else {
                            end
                        };
                    self.add(Rc::new(open.node), open.anchor, open.size, documents);
                }
            }
            Event::Alias(id) => {
                let Some((target, size)) = self.anchors.get(&id).cloned() else {
                    return Err(YamlError { message: "alias without an anchor before it".to_owned(), span });
                };
                self.budget_used += size;
                if self.budget_used > ALIAS_BUDGET {
                    return Err(YamlError {
                        message: format!("aliases expand to more than {ALIAS_BUDGET} nodes"),
                        span,
                    });
                }
                let node = Node { alias: Some(span), ..(*target).clone() };
                self.add(Rc::new(node), 0, size, documents);
            }
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, kind: Kind, span: Span, anchor: usize, tag: Option<String>) -> Result<(), YamlError> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(YamlError { message: format!("nested deeper than {DEPTH_LIMIT} levels"), span });
        }
        self.open.push(Open { node: Node { span, tag, kind, alias: None }, anchor, key: None, size: 1 });
        Ok(())
    }

    fn add(&mut self, node: Rc<Node>, anchor: usize, size: usize, documents: &mut Vec<Rc<Node>>) {
        if anchor != 0 {
            self.anchors.insert(anchor, (Rc::clone(&node), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.rooted = true;
            documents.push(node);
            return;
        };
        open.size += size;
        match &mut open.node.kind {
            Kind::Sequence(items) => items.push(node),
            Kind::Mapping(entries) => match open.key.take() {
                None => open.key = Some(node),
                Some(key) => entries.push((key, node)),
            },
            Kind::Scalar { .. } => {}
        }
    }
}

fn null(span: Span) -> Node {
    Node { span, tag: None, kind: Kind::Scalar { text: String::new(), plain: true }, alias: None }
}

fn last_child_end(kind: &Kind) -> Option<u32> {
    match kind {
        Kind::Sequence(items) => items.last().map(|n| n.alias.unwrap_or(n.span).end),
        Kind::Mapping(entries) => entries.last().map(|(_, n)| n.alias.unwrap_or(n.span).end),
        Kind::Scalar { .. } => None,
    }
}

impl Node {
    /// The text of a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The items of a sequence; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Rc<Node>] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping as they stand, merge keys and duplicates included; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Rc<Node>, Rc<Node>)] {
        match &self.kind {
            Kind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The key and the value under a key: the last of duplicates, own keys before merged ones.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<(&Rc<Node>, &Rc<Node>)> {
        let own = self.entries().iter().rev().find(|(k, _)| k.text() == Some(key));
        if let Some((key, value)) = own {
            return Some((key, value));
        }
        self.merged().find_map(|base| base.entry(key))
    }

    /// The value under a key; see [`Node::entry`].
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Rc<Node>> {
        self.entry(key).map(|(_, value)| value)
    }

    /// The entries that count, each key once: the last of duplicates, then those of merged mappings.
    #[must_use]
    pub fn effective(&self) -> Vec<Entry<'_>> {
        let mut entries = Vec::new();
        self.collect_effective(None, &mut FxHashMap::default(), &mut entries);
        entries
    }

    fn collect_effective<'a>(
        &'a self,
        merged: Option<Span>,
        seen: &mut FxHashMap<&'a str, usize>,
        entries: &mut Vec<Entry<'a>>,
    ) {
        let first = entries.len();
        for (key, value) in self.entries() {
            let Some(text) = key.text().filter(|text| *text != "<<") else { continue };
            let entry = Entry { key, value, merged, earlier: None };
            match seen.get(text) {
                Some(&index) if index >= first => {
                    if let Some(known) = entries.get_mut(index) {
                        *known = Entry { earlier: Some(known.key), ..entry };
                    }
                }
                Some(_) => {}
                None => {
                    seen.insert(text, entries.len());
                    entries.push(entry);
                }
            }
        }
        for base in self.merged() {
            base.collect_effective(merged.or(Some(base.alias.unwrap_or(base.span))), seen, entries);
        }
    }

    /// The mappings that `<<` keys bring in, in order of precedence.
    fn merged(&self) -> impl Iterator<Item = &Rc<Node>> {
        let bases = self.entries().iter().filter(|(k, _)| k.text() == Some("<<") && k.tag.is_none());
        bases.flat_map(|(_, value)| match &value.kind {
            Kind::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        })
    }

    /// The node that a JSON pointer names.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        let mut node = self;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            node = match &node.kind {
                Kind::Mapping(_) => node.get(&part)?,
                Kind::Sequence(items) => items.get(part.parse::<usize>().ok()?)?,
                Kind::Scalar { .. } => return None,
            };
        }
        Some(node)
    }

    /// The value as JSON, by YAML's core schema. Keys become texts; merged keys are filled in.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Scalar { text, plain: true } => core_scalar(text),
            Kind::Scalar { text, .. } => serde_json::Value::String(text.clone()),
            Kind::Sequence(items) => items.iter().map(|n| n.to_json()).collect(),
            Kind::Mapping(_) => {
                let mut map = serde_json::Map::new();
                self.fill(&mut map);
                serde_json::Value::Object(map)
            }
        }
    }

    fn fill(&self, map: &mut serde_json::Map<String, serde_json::Value>) {
        for (key, value) in self.entries() {
            if let Some(key) = key.text().filter(|k| *k != "<<") {
                map.insert(key.to_owned(), value.to_json());
            }
        }
        for base in self.merged() {
            let mut inherited = serde_json::Map::new();
            base.fill(&mut inherited);
            for (key, value) in inherited {
                map.entry(key).or_insert(value);
            }
        }
    }
}

/// Resolves a plain scalar by the core schema of YAML 1.2: null, booleans, integers, floats, else text.
fn core_scalar(text: &str) -> serde_json::Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => serde_json::Value::Null,
        "true" | "True" | "TRUE" => true.into(),
        "false" | "False" | "FALSE" => false.into(),
        _ => {
            let numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
                && text.contains(|c: char| c.is_ascii_digit());
            if let Some(number) = numeric.then(|| text.parse::<i64>().ok()).flatten() {
                return number.into();
            }
            let float = numeric.then(|| text.parse::<f64>().ok()).flatten();
            float.and_then(serde_json::Number::from_f64).map_or_else(|| text.into(), serde_json::Value::Number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Rc<Node> {
        let stream = parse(text);
        assert_eq!(stream.errors, []);
        Rc::clone(&stream.documents[0])
    }

    #[test]
    fn every_value_slices_to_itself() {
        let text = "a: 1\nb:\n  - x\n  - \"y z\"\nc: {d: e}\n";
        let root = one(text);
        let slice = |n: &Node| text.get(n.span.range()).unwrap().to_owned();
        assert_eq!(slice(root.get("a").unwrap()), "1");
        assert_eq!(slice(&root.get("b").unwrap().items()[1]), "\"y z\"");
        assert_eq!(slice(root.pointer("/c/d").unwrap()), "e");
        assert_eq!(slice(root.get("c").unwrap()), "{d: e}");
        assert_eq!(root.to_json().to_string(), r#"{"a":1,"b":["x","y z"],"c":{"d":"e"}}"#);
    }

    #[test]
    fn own_keys_beat_merged_ones_wherever_they_stand() {
        let root = one("x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n");
        let y = root.get("y").unwrap();
        assert_eq!(y.to_json().to_string(), r#"{"b":3,"a":1}"#);
        assert_eq!(y.get("a").unwrap().text(), Some("1"));
    }

    #[test]
    fn the_entries_that_count() {
        let text = "x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n  b: 4\n";
        let root = one(text);
        let entries = root.get("y").unwrap().effective();
        let shown: Vec<_> = entries.iter().map(|e| (e.key.text().unwrap(), e.value.text().unwrap())).collect();
        assert_eq!(shown, [("b", "4"), ("a", "1")]);
        assert_eq!(
            entries[0].earlier.unwrap().span,
            Span::new(text.find("b: 3").unwrap(), text.find("b: 3").unwrap() + 1)
        );
        assert_eq!(text.get(entries[1].merged.unwrap().range()), Some("*x"));
    }

    #[test]
    fn a_later_document_is_read_after_a_broken_one() {
        let stream = parse("a: [1\n---\nb: 2\n");
        assert_eq!(stream.errors.len(), 1);
        assert_eq!(stream.documents.last().unwrap().get("b").unwrap().text(), Some("2"));
    }

    #[test]
    fn an_alias_bomb_is_an_error_at_once() {
        let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for level in 1..9 {
            let items = vec![format!("*a{}", level - 1); 9].join(",");
            text.push_str(&format!("a{level}: &a{level} [{items}]\n"));
        }
        assert!(parse(&text).errors[0].message.contains("aliases expand"));
    }

    #[test]
    fn deep_nesting_is_an_error() {
        assert!(!parse(&"[".repeat(100_000)).errors.is_empty());
    }
}
