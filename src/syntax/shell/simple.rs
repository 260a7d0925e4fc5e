//! From the tree of `tree-sitter-bash` to ours: simple commands, assignments, redirections.

use tree_sitter::Node;

use super::convert::{Converter, children, fields, is_word};
use super::{ArrayItem, AssignedValue, Assignment, Command, HereDocument, Part, PartKind, Redirect, Word};
use crate::source::Span;

impl<'t> Converter<'_> {
    pub(super) fn command(&mut self, node: Node<'t>) -> Command {
        let mut command = Command { span: self.span(node), broken: node.has_error(), ..Command::default() };
        let mut before = None;
        for (field, child) in fields(node) {
            match (field, child.kind()) {
                (_, "variable_assignment") => command.assignments.extend(self.assignment(child)),
                (Some("name"), _) => {
                    let name = child.child(0).unwrap_or(child);
                    command.words.push(self.word(name));
                    before = Some(name);
                }
                (Some("redirect"), _) => self.redirect(child, &mut command),
                (_, "subshell") => {}
                // `$` before a string means a translation; it is not a word of its own.
                (_, "$") if self.text.as_bytes().get(child.end_byte()).is_some_and(|b| *b == b'"') => {}
                _ if is_word(child) || matches!(child.kind(), "$" | "==" | "=~") => {
                    let word = self.word(child);
                    match command.words.last_mut() {
                        Some(last) if before.is_some_and(|before| self.goes_on(before, child)) => {
                            last.span = last.span.join(word.span);
                            last.parts.extend(word.parts);
                        }
                        _ => command.words.push(word),
                    }
                    before = Some(child);
                }
                _ => {}
            }
        }
        command
    }

    /// Whether a word goes on in another node: nothing but an escaped line end is between them. The grammar
    /// takes that for a blank.
    fn goes_on(&self, word: Node<'t>, next: Node<'t>) -> bool {
        matches!(self.text.get(word.end_byte()..next.start_byte()), Some("\\\n" | "\\\r\n"))
    }

    pub(super) fn declaration(&mut self, node: Node<'t>) -> Command {
        let mut command = Command { span: self.span(node), declaration: true, ..Command::default() };
        for child in children(node) {
            if child.kind() == "variable_assignment" {
                command.assignments.extend(self.assignment(child));
            } else if is_word(child) || child.kind() == "variable_name" || !child.is_named() {
                command.words.push(self.word(child));
            }
        }
        command
    }

    pub(super) fn bare_assignment(&mut self, node: Node<'t>) -> Command {
        let mut command = Command { span: self.span(node), ..Command::default() };
        if node.kind() == "variable_assignment" {
            command.assignments.extend(self.assignment(node));
        }
        for child in children(node).into_iter().filter(|child| child.kind() == "variable_assignment") {
            command.assignments.extend(self.assignment(child));
        }
        command
    }

    fn assignment(&mut self, node: Node<'t>) -> Option<Assignment> {
        let target = node.child_by_field_name("name")?;
        let (name, key) = if target.kind() == "subscript" {
            let name = target.child_by_field_name("name")?;
            (self.slice(name).to_owned(), target.child_by_field_name("index").map(|index| self.word(index)))
        } else {
            (self.slice(target).to_owned(), None)
        };
        let append = children(node).iter().any(|child| child.kind() == "+=");
        let value = match node.child_by_field_name("value") {
            Some(array) if array.kind() == "array" => AssignedValue::Array(self.array(array)),
            Some(value) => AssignedValue::Word(self.word(value)),
            None => AssignedValue::Word(Word {
                span: self.embedded.span(node.end_byte(), node.end_byte()),
                parts: Vec::new(),
            }),
        };
        Some(Assignment { span: self.span(node), name, key, append, value })
    }

    fn array(&mut self, node: Node<'t>) -> Vec<ArrayItem> {
        let words = children(node).into_iter().filter(|child| is_word(*child)).collect::<Vec<_>>();
        words.into_iter().map(|child| self.array_item(child)).collect()
    }

    /// An element; `[key]=value` is a concatenation that begins with a bracket.
    fn array_item(&mut self, node: Node<'t>) -> ArrayItem {
        let word = self.word(node);
        let begins = |part: &Part, text: &str| matches!(&part.kind, PartKind::Text(t) if !part.quoted && t == text);
        if !word.parts.first().is_some_and(|part| begins(part, "[")) {
            return ArrayItem { key: None, word };
        }
        let close = word.parts.iter().position(|part| begins(part, "]"));
        let Some(close) = close else { return ArrayItem { key: None, word } };
        let key = Word { span: word.span, parts: word.parts.get(1..close).unwrap_or_default().to_vec() };
        let mut parts = word.parts.get(close + 1..).unwrap_or_default().to_vec();
        let Some(Part { span, kind: PartKind::Text(text), .. }) = parts.first_mut() else {
            return ArrayItem { key: None, word };
        };
        let Some(rest) = text.strip_prefix('=').map(str::to_owned) else { return ArrayItem { key: None, word } };
        *text = rest;
        span.start = span.start.saturating_add(1).min(span.end);
        let start = span.start;
        parts.retain(|part| part.quoted || !begins(part, ""));
        ArrayItem { key: Some(key), word: Word { span: Span { start, end: word.span.end.max(start) }, parts } }
    }

    /// A redirection of a command. The grammar takes all words behind one for its target; only the first is.
    pub(super) fn redirect(&mut self, node: Node<'t>, command: &mut Command) {
        match node.kind() {
            "heredoc_redirect" => {
                let document = self.here_document(node);
                command.redirects.extend(document.map(Redirect::HereDocument));
                for (_, child) in fields(node).into_iter().filter(|(field, _)| *field == Some("argument")) {
                    command.words.push(self.word(child));
                }
            }
            "herestring_redirect" => {
                let word = children(node).into_iter().find(|child| is_word(*child));
                command.redirects.extend(word.map(|word| Redirect::HereString(self.word(word))));
            }
            _ => self.file_redirect(node, command),
        }
    }

    fn file_redirect(&mut self, node: Node<'t>, command: &mut Command) {
        let targets: Vec<_> = fields(node).into_iter().filter(|(f, _)| *f == Some("destination")).collect();
        let placeholder = command.redirects.last().and_then(|redirect| match redirect {
            // `<instance-id>` is what people write for something to be filled in.
            Redirect::File(word) if node.start_byte() < node.end_byte() => {
                let opens = self.embedded.span(node.start_byte(), node.start_byte() + 1);
                let adjacent = word.span.end == opens.start && self.slice(node).starts_with('>');
                adjacent.then(|| word.span.start.saturating_sub(1)).map(|start| Span { start, end: opens.end })
            }
            _ => None,
        });
        let mut targets = targets.into_iter().map(|(_, target)| target);
        if let Some(span) = placeholder {
            command.redirects.pop();
            command.words.push(Word { span, parts: vec![Part { span, quoted: false, kind: PartKind::Hole }] });
        } else if let Some(target) = targets.next() {
            command.redirects.push(Redirect::File(self.word(target)));
        }
        for target in targets {
            command.words.push(self.word(target));
        }
    }

    pub(super) fn here_document(&mut self, node: Node<'t>) -> Option<HereDocument> {
        let parts = children(node);
        let start = parts.iter().find(|child| child.kind() == "heredoc_start")?;
        let body = parts.iter().find(|child| child.kind() == "heredoc_body")?;
        let quoted = self.slice(*start).contains(['\'', '"', '\\']);
        let mut commands = Word { span: self.span(*body), parts: Vec::new() };
        for child in children(*body).into_iter().filter(|child| child.kind() == "command_substitution" && !quoted) {
            commands.parts.extend(self.word(child).parts);
        }
        Some(HereDocument { text: self.embedded.part(body.start_byte(), body.end_byte()), quoted, commands })
    }
}
