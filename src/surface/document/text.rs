//! Values of scalars: texts with expressions in them, elements of loops, aliases.

use std::rc::Rc;
use std::sync::Arc;

use super::File;
use crate::model::{Alternative, Content, Guard, GuardKind, Step, Unknown, Value};
use crate::source::Place;
use crate::syntax::yaml::{Kind, Node};

/// How many elements of a loop are told apart, and how many texts a value is put together to.
const LIMIT: usize = 64;

/// The longest text that is put together, in bytes.
const LENGTH: usize = 16 * 1024;

/// What a scalar is by itself: null is absent. Nothing for a collection.
pub(in crate::surface) fn scalar(node: &Node) -> Option<Content> {
    match &node.kind {
        Kind::Scalar { text, plain: true } if matches!(text.as_str(), "~" | "null" | "Null" | "NULL") => {
            Some(Content::Absent)
        }
        Kind::Scalar { text, .. } => Some(Content::text(text.as_str())),
        _ => None,
    }
}

/// Adds to a value the way through the alias behind which it stands.
pub(in crate::surface) fn through_alias(file: &File<'_>, node: &Node, mut value: Value) -> Value {
    if node.alias.is_some() {
        let here = Step { place: file.place_of(node), label: "taken from its anchor here".to_owned() };
        let anchor = Step { place: file.place(node.span), label: "the anchor".to_owned() };
        for alternative in value.alternatives_mut() {
            alternative.steps.splice(0..0, [here.clone(), anchor.clone()]);
        }
    }
    value
}

/// A text with expressions between `open` and `close`. One that is all of the text keeps its value; otherwise
/// the parts are put together.
pub(in crate::surface) fn resolve_text(
    text: &str,
    (open, close): (&str, &str),
    place: &Place,
    resolve: &dyn Fn(&str) -> Value,
) -> Value {
    let Some(pieces) = pieces(text, open, close) else {
        return Value::unknown("an expression without an end", Some(place.clone()));
    };
    if let [Piece::Expression(only)] = pieces.as_slice() {
        return resolve(only.trim());
    }
    let mut texts: Vec<(String, Alternative)> = vec![(String::new(), Alternative::new(Content::Absent))];
    for piece in pieces {
        let value = match piece {
            Piece::Literal(literal) => {
                texts.iter_mut().for_each(|(text, _)| text.push_str(literal));
                continue;
            }
            Piece::Expression(expression) => resolve(expression.trim()),
        };
        let mut longer = Vec::new();
        for (text, known) in &texts {
            for next in value.alternatives() {
                match join(text, known, next) {
                    Ok(joined) => longer.extend(joined),
                    Err(unknown) => return unknown_text(unknown),
                }
            }
        }
        if longer.len() > LIMIT || longer.iter().any(|(text, known)| text.len() > LENGTH || known.steps.len() > LIMIT) {
            return Value::unknown("too many texts are possible", Some(place.clone()));
        }
        texts = longer;
    }
    let alternatives =
        texts.into_iter().map(|(text, known)| Alternative { content: Content::text(text), ..known }).collect();
    Value::one_of(alternatives)
}

/// A text with one part more; nothing when both parts never hold together.
fn join(text: &str, known: &Alternative, next: &Alternative) -> Result<Option<(String, Alternative)>, Unknown> {
    let contradicts = |guard: &Guard| known.guards.iter().any(|g| g.key == guard.key && g.branch != guard.branch);
    if next.guards.iter().any(contradicts) {
        return Ok(None);
    }
    let more = match &next.content {
        Content::Absent => "",
        Content::Text(more) => more.as_str(),
        Content::Unknown(unknown) => return Err(unknown.clone()),
    };
    let mut joined = known.clone();
    for guard in &next.guards {
        if !joined.guards.contains(guard) {
            joined.guards.push(guard.clone());
        }
    }
    joined.steps.extend(next.steps.iter().cloned());
    joined.overridable |= next.overridable;
    Ok(Some((format!("{text}{more}"), joined)))
}

fn unknown_text(unknown: Unknown) -> Value {
    Value::from(Alternative::new(Content::Unknown(Unknown { present: true, ..unknown })))
}

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t> {
    Literal(&'t str),
    Expression(&'t str),
}

/// The parts of a text; nothing when an expression does not end. No expression is empty of a name, so an
/// empty text has no part.
fn pieces<'t>(text: &'t str, open: &str, close: &str) -> Option<Vec<Piece<'t>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        let (inside, after) = behind.split_once(close)?;
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        pieces.push(Piece::Expression(inside));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    Some(pieces)
}

/// The elements that a loop goes over, as they are written.
#[derive(Debug, Clone)]
pub(in crate::surface) struct Elements {
    /// The decision that each element is an outcome of.
    pub(in crate::surface) key: Arc<str>,
    /// The elements.
    pub(in crate::surface) items: Vec<Rc<Node>>,
    /// Whether somebody may give others.
    pub(in crate::surface) overridable: bool,
}

/// The value of a part of the current element, one alternative an element.
pub(in crate::surface) fn one_of_elements(
    place_of: &dyn Fn(&Node) -> Place,
    elements: &Elements,
    value_of: &dyn Fn(&Node) -> Value,
) -> Value {
    if elements.items.is_empty() || elements.items.len() > LIMIT {
        return Value::unknown(format!("the loop has {} elements", elements.items.len()), None);
    }
    let mut alternatives = Vec::new();
    for (index, item) in elements.items.iter().enumerate() {
        let branch = u32::try_from(index).unwrap_or(u32::MAX);
        let guard = Guard { key: Arc::clone(&elements.key), branch, kind: GuardKind::Iteration };
        let step = Step { place: place_of(item), label: format!("element {} of the loop", index + 1) };
        for alternative in value_of(item).alternatives() {
            let mut alternative = alternative.clone();
            alternative.guards.push(guard.clone());
            alternative.steps.insert(0, step.clone());
            alternative.overridable |= elements.overridable;
            alternatives.push(alternative);
        }
    }
    Value::one_of(alternatives)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};

    #[test]
    fn texts_are_put_together_from_what_is_known() {
        let place = Place::new(&Arc::new(Source::from_text("x", "")), Span::default());
        let resolve = |name: &str| match name {
            "a" => Value::known("rm"),
            _ => Value::unknown(format!("no {name}"), None),
        };
        let value = |text| resolve_text(text, ("{{", "}}"), &place, &resolve);
        assert_eq!(value("{{ a }}").as_text(), Some("rm"));
        assert_eq!(value("{{a}}-1").as_text(), Some("rm-1"));
        assert_eq!(value("plain").as_text(), Some("plain"));
        assert!(value("").is_absent());
        assert!(matches!(&value("{{ b }}-1").alternatives()[0].content, Content::Unknown(u) if u.present));
        assert!(matches!(&value("{{ b").alternatives()[0].content, Content::Unknown(_)));
    }
}
