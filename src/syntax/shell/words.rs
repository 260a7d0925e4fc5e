//! From the tree of `tree-sitter-bash` to ours: words and what stands in them.

use tree_sitter::Node;

use super::convert::{Converter, HOLE, children, fields};
use super::{Expansion, Key, Operator, Part, PartKind, Word};

/// How escapes are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// A backslash takes the meaning of the next character away.
    Bare,
    /// Between double quotes: only before some characters.
    Double,
    /// Between single quotes: not at all.
    None,
    /// `$'…'`
    Ansi,
}

impl<'t> Converter<'_> {
    /// The word that a node is.
    pub(super) fn word(&mut self, node: Node<'t>) -> Word {
        let mut word = Word { span: self.span(node), parts: Vec::new() };
        word.parts = self.deeper(|converter| {
            let mut parts = Vec::new();
            converter.parts(node, &mut parts);
            parts
        });
        word
    }

    fn parts(&mut self, node: Node<'t>, parts: &mut Vec<Part>) {
        let (start, end) = (node.start_byte(), node.end_byte());
        match node.kind() {
            "concatenation" => self.concatenation(node, parts),
            "string" => self.string(node, parts),
            "translated_string" => {
                for child in children(node).into_iter().filter(|child| child.kind() == "string") {
                    self.string(child, parts);
                }
            }
            "raw_string" => self.text(start + 1, end.saturating_sub(1), Escapes::None, parts),
            "ansi_c_string" => self.text(start + 2, end.saturating_sub(1), Escapes::Ansi, parts),
            "simple_expansion" | "expansion" => self.expansion(node, false, parts),
            "command_substitution" | "process_substitution" => self.substitution(node, false, parts),
            "arithmetic_expansion" | "brace_expression" => self.opaque(node, false, parts),
            _ => self.text(start, end, Escapes::Bare, parts),
        }
    }

    fn concatenation(&mut self, node: Node<'t>, parts: &mut Vec<Part>) {
        for child in children(node) {
            match child.kind() {
                "concatenation" => self.opaque(child, false, parts),
                // Back quotes with nothing between them.
                "``" => {}
                _ => self.parts(child, parts),
            }
        }
    }

    /// A text between double quotes. Some blanks in it have no node, so what lies between nodes is text too.
    fn string(&mut self, node: Node<'t>, parts: &mut Vec<Part>) {
        let end = node.end_byte().saturating_sub(1);
        let mut at = node.start_byte() + 1;
        let before = parts.len();
        for child in children(node) {
            if !matches!(
                child.kind(),
                "simple_expansion" | "expansion" | "command_substitution" | "arithmetic_expansion" | "ERROR"
            ) {
                continue;
            }
            if at < child.start_byte() {
                self.text(at, child.start_byte(), Escapes::Double, parts);
            }
            at = child.end_byte();
            match child.kind() {
                "command_substitution" => self.substitution(child, true, parts),
                "simple_expansion" | "expansion" => self.expansion(child, true, parts),
                _ => self.opaque(child, true, parts),
            }
        }
        if at < end || parts.len() == before {
            self.text(at, end, Escapes::Double, parts);
        }
    }

    fn opaque(&mut self, node: Node<'t>, quoted: bool, parts: &mut Vec<Part>) {
        parts.push(Part { span: self.span(node), quoted, kind: PartKind::Opaque });
    }

    fn substitution(&mut self, node: Node<'t>, quoted: bool, parts: &mut Vec<Part>) {
        let statements = self.deeper(|converter| converter.statements(children(node)));
        parts.push(Part { span: self.span(node), quoted, kind: PartKind::Command(statements) });
    }

    /// Text between two offsets, an escape or a hole being a part of its own. An empty text between quotes
    /// is a part too, since it makes a word.
    fn text(&self, start: usize, end: usize, escapes: Escapes, parts: &mut Vec<Part>) {
        let quoted = escapes != Escapes::Bare;
        let text = self.text.get(start..end).unwrap_or_default();
        let mut push = |from: usize, to: usize, kind: PartKind| {
            parts.push(Part { span: self.embedded.span(start + from, start + to), quoted, kind });
        };
        if text.is_empty() {
            push(0, 0, PartKind::Text(String::new()));
            return;
        }
        let mut plain = 0;
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| next_special(rest, escapes)) {
            let special = at + found;
            let rest = text.get(special..).unwrap_or_default();
            let (length, kind) = if rest.as_bytes().first() == Some(&HOLE) {
                (rest.bytes().take_while(|b| *b == HOLE).count(), Some(PartKind::Hole))
            } else {
                escape(rest, escapes)
            };
            if let Some(kind) = kind {
                if plain < special {
                    push(plain, special, PartKind::Text(text.get(plain..special).unwrap_or_default().to_owned()));
                }
                if !matches!(&kind, PartKind::Text(t) if t.is_empty()) {
                    push(special, special + length, kind);
                }
                plain = special + length;
            }
            at = special + length.max(1);
        }
        if plain < text.len() {
            push(plain, text.len(), PartKind::Text(text.get(plain..).unwrap_or_default().to_owned()));
        }
    }

    fn expansion(&mut self, node: Node<'t>, quoted: bool, parts: &mut Vec<Part>) {
        let expansion = self.deeper(|converter| Some(converter.read_expansion(node)));
        let kind = expansion.map_or(PartKind::Opaque, |e| PartKind::Variable(Box::new(e)));
        parts.push(Part { span: self.span(node), quoted, kind });
    }

    fn read_expansion(&mut self, node: Node<'t>) -> Expansion {
        let mut expansion = Expansion::default();
        let mut named = false;
        for (field, child) in fields(node) {
            match child.kind() {
                "variable_name" | "special_variable_name" if !named => {
                    expansion.name = self.slice(child).to_owned();
                    named = true;
                }
                "subscript" if !named => {
                    named = true;
                    let name = child.child_by_field_name("name");
                    expansion.name = name.map(|name| self.slice(name).to_owned()).unwrap_or_default();
                    expansion.key = child.child_by_field_name("index").map(|index| match self.slice(index) {
                        "@" | "*" => Key::All,
                        _ => Key::One(self.word(index)),
                    });
                }
                _ if field == Some("operator") => {
                    // Before the name an operator asks for a length or goes through another name.
                    let operator = if named { operator(self.slice(child)) } else { Operator::Other };
                    if expansion.operator == Operator::None {
                        expansion.operator = operator;
                    } else if operator != Operator::None {
                        expansion.operator = Operator::Other;
                    }
                }
                "${" | "}" | "$" => {}
                "ERROR" => expansion.operator = Operator::Other,
                _ if named && child.is_named() => {
                    if expansion.operand.is_none() {
                        expansion.operand = Some(self.word(child));
                    } else {
                        expansion.operator = Operator::Other;
                    }
                }
                _ => {}
            }
        }
        expansion
    }
}

fn operator(text: &str) -> Operator {
    match text {
        ":-" | "-" => Operator::Default,
        ":=" | "=" => Operator::AssignDefault,
        ":?" | "?" => Operator::Required,
        ":+" | "+" => Operator::Alternative,
        ",," => Operator::Lower,
        "^" => Operator::Capital,
        "^^" => Operator::Upper,
        _ => Operator::Other,
    }
}

fn next_special(text: &str, escapes: Escapes) -> Option<usize> {
    match escapes {
        Escapes::None => memchr::memchr(HOLE, text.as_bytes()),
        _ => memchr::memchr2(HOLE, b'\\', text.as_bytes()),
    }
}

/// The length of what stands at a backslash, and the part it makes; none when it is plain text.
fn escape(text: &str, escapes: Escapes) -> (usize, Option<PartKind>) {
    let mut chars = text.chars();
    let (Some('\\'), Some(next)) = (chars.next(), chars.next()) else { return (1, None) };
    let length = 1 + next.len_utf8();
    let piece = |text: String| Some(PartKind::Text(text));
    match (escapes, next) {
        (Escapes::None, _) => (1, None),
        (Escapes::Bare | Escapes::Double, '\n') => (length, piece(String::new())),
        (Escapes::Bare | Escapes::Double, '\r') if chars.next() == Some('\n') => (length + 1, piece(String::new())),
        (Escapes::Bare, other) => (length, piece(other.to_string())),
        (Escapes::Double, '$' | '`' | '"' | '\\') => (length, piece(next.to_string())),
        (Escapes::Double, _) => (length, None),
        (Escapes::Ansi, 'n') => (length, piece("\n".to_owned())),
        (Escapes::Ansi, 't') => (length, piece("\t".to_owned())),
        (Escapes::Ansi, '\\' | '\'' | '"') => (length, piece(next.to_string())),
        (Escapes::Ansi, _) => (length, Some(PartKind::Opaque)),
    }
}
