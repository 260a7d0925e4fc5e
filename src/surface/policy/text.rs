//! A document that is given as text: a file, a string of another file, a here-document.
//!
//! Owns the way from such a text to a tree, with what is wrong with the text itself. What nobody knows stands in the
//! text as a hole (`${words}`). Every place is one in the file that the text comes from.

use std::sync::Arc;

use super::holes::{self, Hole};
use super::tree::{Member, Tree, TreeKind};
use crate::model::{Defect, DefectKind, Piece, Template};
use crate::source::{Place, Source, Span};
use crate::syntax::json::{self, Kind, Node};
use crate::syntax::shell::EmbeddedText;

/// A text with the file it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The file.
    pub source: &'a Arc<Source>,
    /// The text, with the places of its bytes in the file.
    pub text: &'a EmbeddedText,
}

/// What a text holds.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The tree; nothing when the text is not JSON.
    pub(super) tree: Option<Tree>,
    /// What is wrong with the text itself.
    pub(super) defects: Vec<Defect>,
    /// How many characters it has, when none is filled in.
    pub(super) length: Option<usize>,
}

/// Reads JSON with holes in it.
pub(super) fn parse(written: Written<'_>) -> Parsed {
    let text = written.text.text();
    let holes = holes::holes(text);
    let filled = filled(text, &holes);
    let reading = Reading { written, holes: &holes };
    let length = holes.is_empty().then(|| text.trim().chars().count());
    match json::parse(&filled) {
        Ok(root) => {
            let mut defects = Vec::new();
            reading.marks(&filled, &mut defects);
            Parsed { tree: Some(reading.tree(&root)), defects, length }
        }
        Err(error) => {
            let defect =
                Defect { kind: DefectKind::Unreadable, place: reading.place(error.span), words: error.message };
            Parsed { tree: None, defects: vec![defect], length }
        }
    }
}

/// The text with digits in its holes: a value of its own outside of quotes, characters between them.
fn filled(text: &str, holes: &[Hole]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut done = 0;
    for hole in holes {
        filled.push_str(text.get(done..hole.range.start).unwrap_or_default());
        filled.extend(hole.range.clone().map(|_| '1'));
        done = hole.range.end;
    }
    filled.push_str(text.get(done..).unwrap_or_default());
    filled
}

struct Reading<'a> {
    written: Written<'a>,
    holes: &'a [Hole],
}

impl Reading<'_> {
    fn place(&self, span: Span) -> Place {
        let range = span.range();
        Place::new(self.written.source, self.written.text.span(range.start, range.end))
    }

    /// The holes that share a byte with a span.
    fn holes_in(&self, span: Span) -> &[Hole] {
        let range = span.range();
        let first = self.holes.partition_point(|hole| hole.range.end <= range.start);
        let last = self.holes.partition_point(|hole| hole.range.start < range.end);
        self.holes.get(first..last).unwrap_or_default()
    }

    fn tree(&self, node: &Node) -> Tree {
        let place = self.place(node.span);
        let hole = || self.holes_in(node.span).first().map(|hole| TreeKind::Hole(hole.words.clone()));
        let kind = match &node.kind {
            Kind::Null => TreeKind::Null,
            Kind::Bool(value) => TreeKind::Bool(*value),
            Kind::Number(number) => hole().unwrap_or_else(|| TreeKind::Number(number.clone())),
            Kind::String { text, .. } => TreeKind::Text(self.pieces(text, node.inner_span())),
            Kind::Array(items) => {
                TreeKind::List { items: items.iter().map(|item| self.tree(item)).collect(), open: None }
            }
            Kind::Object(members) => {
                let members = members.iter().map(|member| self.member(member)).collect();
                TreeKind::Object { members, open: None }
            }
        };
        Tree { place, kind }
    }

    fn member(&self, member: &json::Member) -> Member {
        let span = member.key_span;
        let inner = Span::new(span.start as usize + 1, (span.end as usize).saturating_sub(1));
        let key = Template { pieces: self.pieces(&member.key, inner), place: self.place(span) };
        Member { key, value: self.tree(&member.value) }
    }

    /// A text in parts. Without a hole it is what the reader of JSON says.
    fn pieces(&self, text: &str, inner: Span) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = inner.start as usize;
        for hole in self.holes_in(inner) {
            holes::push_text(&mut pieces, self.unescaped(at, hole.range.start).text());
            pieces.push(Piece::Hole(hole.words.clone()));
            at = hole.range.end;
        }
        let rest =
            if pieces.is_empty() { text.to_owned() } else { self.unescaped(at, inner.end as usize).text().to_owned() };
        holes::push_text(&mut pieces, &rest);
        pieces
    }

    /// A part of a text between quotes, without its escapes.
    fn unescaped(&self, start: usize, end: usize) -> EmbeddedText {
        unescaped(&self.written.text.part(start.min(end), end))
    }

    /// Comments, and commas behind the last entry: outside of quotes.
    fn marks(&self, text: &str, defects: &mut Vec<Defect>) {
        let mut marks = Marks::default();
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let (length, found) = marks.step(rest, at);
            if let Some((kind, span)) = found {
                defects.push(Defect { kind, place: self.place(span), words: String::new() });
            }
            at += length;
        }
    }
}

/// What is known of a text up to some point.
#[derive(Debug, Default)]
struct Marks {
    quoted: bool,
    /// The last comma, when only white space and comments stand behind it.
    comma: Option<usize>,
}

impl Marks {
    /// Goes on by one character or one comment: its length, and what is wrong with it.
    fn step(&mut self, rest: &str, at: usize) -> (usize, Option<(DefectKind, Span)>) {
        let Some(character) = rest.chars().next() else { return (1, None) };
        let length = character.len_utf8();
        if self.quoted {
            self.quoted = character != '"';
            let escaped = if character == '\\' { rest.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
            return (length + escaped, None);
        }
        let comment = if rest.starts_with("//") {
            Some(rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else {
            None
        };
        if let Some(length) = comment {
            return (length, Some((DefectKind::Comment, Span::new(at, at + length))));
        }
        let comma = self.comma;
        if !character.is_whitespace() {
            self.comma = (character == ',').then_some(at);
        }
        self.quoted = character == '"';
        let trailing = comma.filter(|_| matches!(character, ']' | '}'));
        (length, trailing.map(|comma| (DefectKind::TrailingComma, Span::new(comma, comma + 1))))
    }
}

/// What a text between quotes of JSON stands for, with the places of its bytes.
pub(in crate::surface) fn unescaped(raw: &EmbeddedText) -> EmbeddedText {
    let text = raw.text();
    let mut all = EmbeddedText::new();
    let mut done = 0;
    while let Some(at) = text.get(done..).and_then(|rest| rest.find('\\')).map(|found| done + found) {
        all.append(&raw.part(done, at));
        let (length, character) = escape(text.get(at..).unwrap_or_default());
        all.push(character.encode_utf8(&mut [0; 4]), raw.span(at, at + length));
        done = at + length;
    }
    all.append(&raw.part(done, text.len()));
    all
}

/// The escape that a text begins with: its length, and what it stands for.
fn escape(text: &str) -> (usize, char) {
    let kind = text.chars().nth(1).unwrap_or('\\');
    let unit = |at: usize| text.get(at..at + 4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let character = match kind {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let Some(first) = unit(2) else { return (2.min(text.len()), 'u') };
            let second = if text.get(6..8) == Some("\\u") { unit(8) } else { None };
            return match (char::from_u32(first), second) {
                (Some(character), _) => (6, character),
                (None, Some(second)) => {
                    let code = 0x1_0000 + (first.wrapping_sub(0xd800) << 10 & 0xf_fc00) + (second & 0x3ff);
                    (12, char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
                }
                (None, None) => (6, char::REPLACEMENT_CHARACTER),
            };
        }
        other => other,
    };
    let length = 1 + text.chars().nth(1).map_or(0, char::len_utf8);
    (length, character)
}
