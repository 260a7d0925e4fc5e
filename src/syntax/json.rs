//! JSON as a tree with spans, from `jsonc-parser` (which no other module sees).
//!
//! Comments and trailing commas are accepted, since people write them; single quotes, bare words and missing
//! commas are not. Duplicate keys are kept. It takes text, gives a tree or one error, and never looks at what
//! the keys mean.

use std::borrow::Cow;

use jsonc_parser::ast;
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use crate::source::Span;

/// How deep a document may be nested, so that no walk over the tree runs out of stack.
const DEPTH_LIMIT: usize = 200;

/// One value with its place.
#[derive(Debug, Clone)]
pub struct Node {
    /// The bytes of the value, with quotes or brackets.
    pub span: Span,
    /// The value.
    pub kind: Kind,
}

/// The kinds of values.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string.
    String {
        /// Its text after escapes.
        text: String,
        /// Whether it holds no escape, so that an offset in `text` is one in the source.
        plain: bool,
    },
    /// An array.
    Array(Vec<Node>),
    /// An object, in the order of the source, duplicate keys kept.
    Object(Vec<Member>),
}

/// One key of an object with its value.
#[derive(Debug, Clone)]
pub struct Member {
    /// The key after escapes.
    pub key: String,
    /// The key with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// Text that is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JsonError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// Reads one document.
///
/// # Errors
/// [`JsonError`] for text that is not JSON, is empty, or is nested too deeply.
pub fn parse(text: &str) -> Result<Node, JsonError> {
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let parsed = parse_to_ast(text, &collect, &options)
        .map_err(|error| JsonError { message: error.kind().to_string(), span: span(error.range()) })?;
    let value = parsed.value.ok_or_else(|| JsonError { message: "no JSON value".to_owned(), span: Span::default() })?;
    convert(value, 0)
}

impl Node {
    /// The members of an object; none for any other value.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// The elements of an array; none for any other value.
    #[must_use]
    pub fn elements(&self) -> &[Node] {
        match &self.kind {
            Kind::Array(elements) => elements,
            _ => &[],
        }
    }

    /// The member of an object with this key; of duplicates the last, as most readers do.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String { text, .. } => Some(text),
            _ => None,
        }
    }

    /// What stands between the quotes of a string; any other value's own span.
    #[must_use]
    pub fn inner_span(&self) -> Span {
        match self.kind {
            Kind::String { .. } if self.span.end - self.span.start >= 2 => {
                Span { start: self.span.start + 1, end: self.span.end - 1 }
            }
            _ => self.span,
        }
    }
}

fn span(range: Range) -> Span {
    Span::new(range.start, range.end)
}

fn convert(value: ast::Value<'_>, depth: usize) -> Result<Node, JsonError> {
    let span = span(value.range());
    if depth > DEPTH_LIMIT {
        return Err(JsonError { message: "nested too deeply".to_owned(), span });
    }
    let kind = match value {
        ast::Value::NullKeyword(_) => Kind::Null,
        ast::Value::BooleanLit(literal) => Kind::Bool(literal.value),
        ast::Value::NumberLit(literal) => Kind::Number(literal.value.to_owned()),
        ast::Value::StringLit(literal) => {
            let plain = matches!(literal.value, Cow::Borrowed(_));
            Kind::String { text: literal.value.into_owned(), plain }
        }
        ast::Value::Array(array) => {
            Kind::Array(array.elements.into_iter().map(|e| convert(e, depth + 1)).collect::<Result<_, _>>()?)
        }
        ast::Value::Object(object) => {
            Kind::Object(object.properties.into_iter().map(|p| member(p, depth)).collect::<Result<_, _>>()?)
        }
    };
    Ok(Node { span, kind })
}

fn member(property: ast::ObjectProp<'_>, depth: usize) -> Result<Member, JsonError> {
    let key_span = span(property.name.range());
    Ok(Member { key: property.name.into_string(), key_span, value: convert(property.value, depth + 1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_values_have_spans() {
        let text = "{\"a\": [1, \"x\\ny\", null], // why\n \"b\": true,}";
        let root = parse(text).unwrap();
        let members = root.members();
        assert_eq!(text.get(members[0].key_span.range()), Some("\"a\""));
        let elements = root.get("a").unwrap().elements();
        assert_eq!(text.get(elements[1].inner_span().range()), Some("x\\ny"));
        assert!(matches!(&elements[1].kind, Kind::String { text, plain: false } if text == "x\ny"));
        assert!(matches!(elements[0].kind, Kind::Number(ref n) if n == "1"));
        assert!(matches!(root.get("b").unwrap().kind, Kind::Bool(true)));
    }

    #[test]
    fn the_last_of_duplicate_keys_counts() {
        assert_eq!(parse(r#"{"a": "1", "a": "2"}"#).unwrap().get("a").unwrap().as_str(), Some("2"));
    }

    #[test]
    fn what_is_no_json_is_an_error_with_a_place() {
        assert!(parse("{'a': 1}").is_err());
        assert!(parse("{\"a\": 1 \"b\": 2}").is_err());
        assert!(parse("").is_err());
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&format!("{}{}", "[".repeat(300), "]".repeat(300))).is_err());
    }
}
