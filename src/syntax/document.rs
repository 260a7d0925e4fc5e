//! YAML and JSON as one tree, even where a template language left holes in the text.
//!
//! Helm and Jinja write `{{ … }}` and `{% … %}` where no YAML allows them. Such a text is read again with the
//! holes filled by as many bytes, so that every place stays what it was; what is filled is told, and nobody
//! may take it for a value. Holes between quotes are ordinary text. It never looks at what the keys mean.

use std::rc::Rc;

use super::json;
use super::yaml::{self, Kind, Node};
use crate::source::Span;

/// The longest hole; what is longer is no hole.
const HOLE_LIMIT: usize = 1000;

/// What a text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// YAML, which holds most of JSON.
    Yaml,
    /// JSON, with comments and trailing commas.
    Json,
}

/// What a text holds.
#[derive(Debug, Default)]
pub struct Document {
    /// The root of each document that could be read.
    pub roots: Vec<Rc<Node>>,
    /// Values that a template language fills in; nothing is known of them.
    pub holes: Vec<Span>,
    /// Lines of a template language by themselves: what stands around them may be there or not.
    pub directives: Vec<Span>,
    /// The first thing that could not be read.
    pub error: Option<(String, Span)>,
    /// The text that was read, when holes in it were filled: as long as the text itself.
    pub filled: Option<String>,
}

/// Reads a text, with holes if need be.
#[must_use]
pub fn parse(text: &str, format: Format) -> Document {
    let plain = read(text, format);
    let (filled, holes, directives) = fill(text, format);
    if (plain.error.is_none() && directives.is_empty()) || (holes.is_empty() && directives.is_empty()) {
        // A hole that reads as YAML by itself (`{{ x }}` is a mapping in a mapping) is one all the same.
        return Document { holes: if plain.roots.is_empty() { holes } else { Vec::new() }, ..plain };
    }
    let mended = read(&filled, format);
    if mended.error.is_some() && plain.error.is_none() {
        return plain;
    }
    Document { holes, directives, filled: Some(filled), ..mended }
}

fn read(text: &str, format: Format) -> Document {
    match format {
        Format::Yaml => {
            let stream = yaml::parse(text);
            let error = stream.errors.into_iter().next().map(|error| (error.message, error.span));
            Document { roots: stream.documents, error, ..Document::default() }
        }
        Format::Json => match json::parse(text) {
            Ok(root) => Document { roots: vec![tree(root)], ..Document::default() },
            Err(error) => Document { error: Some((error.message, error.span)), ..Document::default() },
        },
    }
}

/// A JSON value as a node of the tree that YAML has. The depth of JSON is limited already.
fn tree(node: json::Node) -> Rc<Node> {
    let scalar = |text: String, plain| Kind::Scalar { text, plain };
    let kind = match node.kind {
        json::Kind::Null => scalar("null".to_owned(), true),
        json::Kind::Bool(value) => scalar(value.to_string(), true),
        json::Kind::Number(number) => scalar(number, true),
        json::Kind::String { text, .. } => scalar(text, false),
        json::Kind::Array(elements) => Kind::Sequence(elements.into_iter().map(tree).collect()),
        json::Kind::Object(members) => Kind::Mapping(
            members
                .into_iter()
                .map(|member| {
                    let kind = scalar(member.key, false);
                    let key = Node { span: member.key_span, tag: None, kind, alias: None };
                    (Rc::new(key), tree(member.value))
                })
                .collect(),
        ),
    };
    Rc::new(Node { span: node.span, tag: None, kind, alias: None })
}

/// The text with its holes filled, the holes in values, and the directives that stand alone.
fn fill(text: &str, format: Format) -> (String, Vec<Span>, Vec<Span>) {
    let filler = if format == Format::Json { '1' } else { 'x' };
    let (mut filled, mut holes, mut directives) = (String::with_capacity(text.len()), Vec::new(), Vec::new());
    let mut line = Line::default();
    let mut at = 0;
    while let Some((start, end)) = next_hole(text, at) {
        let before = text.get(at..start).unwrap_or_default();
        filled.push_str(before);
        line.advance(before);
        let hole = text.get(start..end).unwrap_or_default();
        let rest = text.get(end..).unwrap_or_default();
        let rest = rest.split('\n').next().unwrap_or_default();
        let is_alone = line.is_blank && (rest.trim().is_empty() || rest.trim_start().starts_with("{{"));
        if line.quote.is_some() {
            filled.push_str(hole);
        } else if is_alone {
            filled.extend(hole.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { byte as char } else { ' ' }));
            directives.push(Span::new(start, end));
        } else {
            filled.extend(hole.bytes().map(|_| filler));
            holes.push(Span::new(start, end));
            line.is_blank = false;
        }
        at = end;
    }
    filled.push_str(text.get(at..).unwrap_or_default());
    (filled, holes, directives)
}

/// The next hole at or behind an offset.
fn next_hole(text: &str, from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        let start = at + memchr::memchr(b'{', rest.as_bytes())?;
        let close = match text.as_bytes().get(start + 1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            _ => {
                at = start + 1;
                continue;
            }
        };
        let mut limit = text.len().min(start + HOLE_LIMIT);
        while !text.is_char_boundary(limit) {
            limit -= 1;
        }
        match text.get(start + 2..limit).and_then(|inner| inner.find(close)) {
            Some(length) => return Some((start, start + 2 + length + close.len())),
            None => at = start + 2,
        }
    }
}

/// What is known of the line up to some point.
struct Line {
    quote: Option<char>,
    previous: char,
    is_blank: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self { quote: None, previous: '\n', is_blank: true }
    }
}

impl Line {
    fn advance(&mut self, text: &str) {
        for c in text.chars() {
            match (c, self.quote) {
                ('\n', _) => *self = Self::default(),
                (_, Some(quote)) if c == quote && self.previous != '\\' => self.quote = None,
                ('\'' | '"', None) if self.previous.is_whitespace() || "[{,:(".contains(self.previous) => {
                    self.quote = Some(c);
                    self.is_blank = false;
                }
                _ => self.is_blank &= c.is_whitespace(),
            }
            self.previous = c;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_blanked_and_holes_filled_in_place() {
        let text = "{{- if .Values.on }}\na: {{ .Release.Name }}-x\nb: '{{ kept }}'\n{{- end }}\nc: y\n";
        let document = parse(text, Format::Yaml);
        assert_eq!(document.error, None);
        let root = &document.roots[0];
        let c = root.get("c").unwrap();
        assert_eq!((c.text(), text.get(c.span.range())), (Some("y"), Some("y")));
        assert_eq!(root.get("b").unwrap().text(), Some("{{ kept }}"));
        let shown = |spans: &[Span]| spans.iter().map(|s| text.get(s.range()).unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(shown(&document.holes), ["{{ .Release.Name }}"]);
        assert_eq!(shown(&document.directives), ["{{- if .Values.on }}", "{{- end }}"]);
    }

    #[test]
    fn jinja_in_json() {
        let text = "{\"a\": {{ number }}, \"b\": \"{{ x }}\"}";
        let document = parse(text, Format::Json);
        assert_eq!((document.error, document.holes.len()), (None, 1));
        assert_eq!(document.roots[0].get("b").unwrap().text(), Some("{{ x }}"));
    }

    #[test]
    fn what_is_whole_is_left_alone_and_what_is_broken_stays_broken() {
        let document = parse("a: '{{ x }}'\nb: |\n  echo {{ y }}\n", Format::Yaml);
        assert_eq!((document.error, document.holes.len(), document.directives.len()), (None, 0, 0));
        assert_eq!(document.roots[0].get("b").unwrap().text(), Some("echo {{ y }}\n"));
        assert!(parse("a: [1\n", Format::Yaml).error.is_some());
        assert!(parse("a: {{ never closed\n", Format::Yaml).error.is_some());
        assert!(parse(&"{{".repeat(50_000), Format::Yaml).error.is_some());
    }
}
