//! Values: texts, variables, lists, and what is put together from them.

use crate::syntax::shell::{ArrayItem, AssignedValue, Assignment, Command, Part, PartKind, Statement, Word};

use super::{Given, Parser, opaque};

impl Parser<'_> {
    /// `$name = …`; false, and nothing read, when it is none.
    pub(super) fn assignment(&mut self, all: &mut Vec<Statement>) -> bool {
        let start = self.at;
        self.casts();
        let found = if self.starts("$") && !self.starts("$(") { self.variable(false) } else { None };
        self.blank(false);
        let append = self.starts("+=");
        let assigns = append || self.starts("=") && !self.starts("==");
        let name = match found.map(|part| part.kind) {
            Some(PartKind::Variable(expansion)) if assigns => Some(expansion.name),
            // An element or a member of something: what it holds is not followed.
            Some(PartKind::Opaque) if assigns => None,
            _ => {
                self.at = start;
                return false;
            }
        };
        self.skip(if append { 2 } else { 1 });
        self.blank(true);
        let value = self.assigned(all);
        let Some(name) = name else { return true };
        let value = match value {
            Given::One(word) => AssignedValue::Word(word),
            Given::List(words) => {
                AssignedValue::Array(words.into_iter().map(|word| ArrayItem { key: None, word }).collect())
            }
        };
        let span = self.span(start);
        let assignment = Assignment { span, name, key: None, append, value };
        all.push(Statement::Command(Command { span, assignments: vec![assignment], ..Command::default() }));
        true
    }

    /// What stands behind `=`: a value, or commands whose output it is.
    fn assigned(&mut self, all: &mut Vec<Statement>) -> Given {
        let start = self.at;
        let begins = self.peek().is_some_and(|c| matches!(c, '$' | '[' | '\'' | '"' | '(' | '@') || c.is_ascii_digit());
        if begins {
            let value = self.expression(all);
            self.blank(false);
            if matches!(self.peek(), None | Some('\n' | ';' | '}' | ')')) {
                return value;
            }
            if self.starts("|") {
                self.step();
                self.blank(true);
                let mut body = Vec::new();
                self.pipeline(Some(value), &mut body);
                return Given::One(output(self.span(start), body));
            }
            self.unread(all);
            return Given::One(opaque(self.span(start)));
        }
        let mut body = Vec::new();
        self.statement(&mut body);
        Given::One(output(self.span(start), body))
    }

    /// Operands joined by `+` or by commas. What other operators make of them is not known.
    pub(super) fn expression(&mut self, all: &mut Vec<Statement>) -> Given {
        let start = self.at;
        let mut list = vec![self.sum(all)];
        loop {
            let before = self.at;
            self.blank(false);
            if !self.take(",") {
                self.at = before;
                break;
            }
            self.blank(true);
            list.push(self.sum(all));
        }
        let before = self.at;
        self.blank(false);
        if self.starts("-") || self.starts("*") || self.starts("..") {
            self.unread_operators(all);
            return Given::One(opaque(self.span(start)));
        }
        self.at = before;
        if list.len() > 1 {
            return Given::List(list.into_iter().map(|given| given.into_word(self, start)).collect());
        }
        list.pop().unwrap_or_else(|| Given::One(opaque(self.span(start))))
    }

    fn sum(&mut self, all: &mut Vec<Statement>) -> Given {
        let start = self.at;
        if self.starts("@(") {
            return self.list(all);
        }
        let mut word = self.operand(all);
        loop {
            let before = self.at;
            self.blank(false);
            if !self.starts("+") || self.starts("++") || self.starts("+=") {
                self.at = before;
                return Given::One(word);
            }
            self.step();
            self.blank(true);
            let more = self.operand(all);
            word.parts.extend(more.parts);
            word.span = self.span(start);
        }
    }

    /// Operators and operands up to the end of the statement or of the brackets.
    fn unread_operators(&mut self, all: &mut Vec<Statement>) {
        loop {
            self.blank(false);
            match self.peek() {
                None | Some('\n' | ';' | '}' | ')' | '|' | '{') => return,
                Some('\'' | '"' | '$' | '(' | '@' | '[') => {
                    let before = self.at;
                    drop(self.operand(all));
                    if self.at == before {
                        self.step();
                    }
                }
                Some(_) => self.step(),
            }
        }
    }

    /// `@( … )`: elements, or commands whose output it is.
    fn list(&mut self, all: &mut Vec<Statement>) -> Given {
        let start = self.at;
        if self.depth >= super::DEPTH || self.work == 0 {
            self.give_up();
            return Given::One(opaque(self.span(start)));
        }
        self.depth += 1;
        let given = self.elements(start, all);
        self.depth -= 1;
        given
    }

    fn elements(&mut self, start: usize, all: &mut Vec<Statement>) -> Given {
        self.skip(2);
        let inside = self.at;
        let mut items = Vec::new();
        loop {
            self.blank(true);
            match self.peek() {
                Some(')') => {
                    self.step();
                    return Given::List(items);
                }
                Some(',' | ';') => self.step(),
                Some('$' | '[' | '\'' | '"' | '(' | '@' | '0'..='9') => {
                    let before = self.at;
                    let item = self.sum(all);
                    items.push(item.into_word(self, before));
                    if self.at == before {
                        break;
                    }
                }
                _ => break,
            }
        }
        self.at = inside;
        let body = self.statements(Some(')'));
        Given::One(output(self.span(start), body))
    }

    /// One value.
    pub(super) fn operand(&mut self, all: &mut Vec<Statement>) -> Word {
        let start = self.at;
        self.casts();
        match self.peek() {
            Some('\'') => self.single(),
            Some('"') => self.double(),
            Some('@') if self.starts("@'") || self.starts("@\"") => self.here_string(),
            Some('@') if self.starts("@(") => match self.list(all) {
                Given::One(word) => word,
                Given::List(_) => opaque(self.span(start)),
            },
            Some('@') if self.starts("@{") => {
                self.step();
                self.balanced('{', '}');
                opaque(self.span(start))
            }
            Some('@') => {
                self.step();
                let name = self.name();
                self.skip(name.len());
                let name = name.to_ascii_lowercase();
                let span = self.span(start);
                let kind = PartKind::Variable(Box::new(crate::syntax::shell::Expansion { name, ..Default::default() }));
                super::words::elements(Word { span, parts: vec![Part { span, quoted: true, kind }] })
            }
            Some('$') => match self.variable(false) {
                Some(part) => Word { span: self.span(start), parts: vec![part] },
                None => {
                    self.step();
                    opaque(self.span(start))
                }
            },
            Some('(') => {
                self.step();
                let inside = self.at;
                let only = self.enclosed(all);
                if let Some(word) = only {
                    return word;
                }
                self.at = inside;
                let body = self.statements(Some(')'));
                self.members();
                output(self.span(start), body)
            }
            Some(c) if c.is_alphanumeric() || c == '-' || c == '.' => {
                let rest = self.rest();
                let end = rest.find(|c: char| !c.is_alphanumeric() && !"._-".contains(c)).unwrap_or(rest.len());
                self.skip(end.max(1));
                let mut parts = Vec::new();
                self.literal(start, self.at, true, &mut parts);
                Word { span: self.span(start), parts }
            }
            _ => opaque(self.span(start)),
        }
    }

    /// A text in parentheses by itself: `("a" + $b)`.
    fn enclosed(&mut self, all: &mut Vec<Statement>) -> Option<Word> {
        self.blank(true);
        if !matches!(self.peek(), Some('\'' | '"' | '$')) || self.starts("$(") {
            return None;
        }
        let mut inner = Vec::new();
        let found = self.sum(&mut inner);
        self.blank(true);
        if !inner.is_empty() || !self.take(")") || self.starts(".") || self.starts("[") {
            return None;
        }
        all.extend(inner);
        match found {
            Given::One(word) => Some(word),
            Given::List(_) => None,
        }
    }

    /// Steps over `[type]` before a value.
    pub(super) fn casts(&mut self) {
        while self.starts("[") {
            let before = self.at;
            self.balanced('[', ']');
            if self.starts("::") {
                self.members();
                return;
            }
            self.blank(false);
            if self.at == before {
                return;
            }
        }
    }
}

impl Given {
    /// One word; a list within a list is not known.
    fn into_word(self, parser: &Parser<'_>, start: usize) -> Word {
        match self {
            Self::One(word) => word,
            Self::List(_) => opaque(parser.span(start)),
        }
    }
}

/// A word that is what commands put out.
fn output(span: crate::source::Span, body: Vec<Statement>) -> Word {
    Word { span, parts: vec![Part { span, quoted: false, kind: PartKind::Command(body) }] }
}
