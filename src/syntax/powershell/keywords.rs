//! Statements that begin with a keyword.

use std::sync::Arc;

use crate::source::Span;
use crate::syntax::shell::{
    AssignedValue, Assignment, Block, Command, Expansion, Expression, For, Function, If, IfArm, Operator, Part,
    PartKind, Statement, Test, While, Word,
};

use super::{Given, Parser};

impl Parser<'_> {
    /// Reads the statement that a keyword begins; false when the word is none.
    pub(super) fn keyword(&mut self, word: &str, length: usize, all: &mut Vec<Statement>) -> bool {
        let start = self.at;
        self.skip(length);
        match word {
            "if" => self.conditional(start, all),
            "foreach" if self.opens('(') => self.each(start, all),
            "for" if self.opens('(') => {
                self.balanced('(', ')');
                let body = self.block();
                let each = For { span: self.span(start), chosen: false, variable: String::new(), words: None, body };
                all.push(Statement::For(each));
            }
            "while" if self.opens('(') => {
                self.balanced('(', ')');
                let body = self.block();
                all.push(Statement::While(While { span: self.span(start), condition: Vec::new(), until: false, body }));
            }
            "do" if self.opens('{') => {
                let body = self.block();
                self.blank(true);
                if matches!(self.name().to_ascii_lowercase().as_str(), "while" | "until") {
                    self.skip(self.name().len());
                    self.blank(false);
                    self.balanced('(', ')');
                }
                all.push(Statement::While(While { span: self.span(start), condition: Vec::new(), until: false, body }));
            }
            "function" | "filter" => self.function(start, all),
            "param" if self.opens('(') => self.parameters(all),
            "switch" if self.opens('(') => {
                self.balanced('(', ')');
                let body = self.block();
                all.extend(body);
            }
            "try" | "finally" | "begin" | "process" | "end" | "dynamicparam" if self.opens('{') => {
                let body = self.block();
                all.push(Statement::Block(Block { body, subshell: false, redirects: Vec::new() }));
            }
            "catch" | "trap" | "default" | "else" => {
                self.blank(true);
                while self.starts("[") {
                    self.balanced('[', ']');
                    self.blank(true);
                    self.take(",");
                    self.blank(true);
                }
                if !self.starts("{") {
                    self.at = start;
                    return false;
                }
                let body = self.block();
                all.push(perhaps(self.span(start), body));
            }
            _ => {
                self.at = start;
                return false;
            }
        }
        true
    }

    /// Whether this character is next; blanks before it are stepped over.
    fn opens(&mut self, mark: char) -> bool {
        self.blank(true);
        self.peek() == Some(mark)
    }

    /// `{ … }`
    fn block(&mut self) -> Vec<Statement> {
        self.blank(true);
        if self.take("{") { self.statements(Some('}')) } else { Vec::new() }
    }

    fn conditional(&mut self, start: usize, all: &mut Vec<Statement>) {
        let mut arms = Vec::new();
        let mut otherwise = None;
        self.blank(true);
        let mut more = self.peek() == Some('(');
        if !more {
            self.at = start;
            self.pipeline(None, all);
            return;
        }
        while more {
            let from = self.at;
            self.balanced('(', ')');
            let condition_span = self.span(from);
            let body = self.block();
            arms.push(IfArm { condition: vec![unknown(condition_span)], condition_span, body });
            let end = self.at;
            self.blank(true);
            let next = self.name().to_ascii_lowercase();
            more = next == "elseif";
            if more {
                self.skip(next.len());
                self.blank(true);
            } else if next == "else" {
                self.skip(next.len());
                otherwise = Some(self.block());
            } else {
                self.at = end;
            }
        }
        all.push(Statement::If(If { arms, otherwise }));
    }

    /// `foreach ($x in …) { … }`
    fn each(&mut self, start: usize, all: &mut Vec<Statement>) {
        self.step();
        self.blank(true);
        let variable = self.variable(true).map(|part| part.kind);
        let Some(PartKind::Variable(variable)) = variable else {
            self.at = start;
            self.skip("foreach".len());
            self.blank(true);
            self.balanced('(', ')');
            let body = self.block();
            all.push(perhaps(self.span(start), body));
            return;
        };
        self.blank(true);
        if self.name().eq_ignore_ascii_case("in") {
            self.skip(2);
        }
        self.blank(true);
        let from = self.at;
        let words = match self.peek() {
            Some('$' | '[' | '\'' | '"' | '(' | '@' | '0'..='9') => loop_words(self.expression(all)),
            _ => {
                let body = self.statements(Some(')'));
                // The parenthesis is asked for again below.
                let closed = self.embedded.text().get(..self.at).is_some_and(|before| before.ends_with(')'));
                self.at -= usize::from(closed);
                let span = self.span(from);
                vec![Word { span, parts: vec![Part { span, quoted: false, kind: PartKind::Command(body) }] }]
            }
        };
        self.blank(true);
        if !self.take(")") {
            // Something that is not read stands behind the value.
            self.at = start;
            self.skip("foreach".len());
            self.blank(true);
            self.balanced('(', ')');
            let body = self.block();
            let span = self.span(start);
            let words = Some(vec![Word { span, parts: vec![Part { span, quoted: false, kind: PartKind::Opaque }] }]);
            all.push(Statement::For(For { span, chosen: false, variable: variable.name, words, body }));
            return;
        }
        let body = self.block();
        let span = self.span(start);
        all.push(Statement::For(For { span, chosen: false, variable: variable.name, words: Some(words), body }));
    }

    fn function(&mut self, start: usize, all: &mut Vec<Statement>) {
        self.blank(false);
        let name = self.name().to_owned();
        self.skip(name.len());
        self.blank(true);
        let mut body = Vec::new();
        if self.starts("(") {
            self.parameters(&mut body);
        }
        body.extend(self.block());
        all.push(Statement::Function(Function { name, span: self.span(start), body: Arc::new(body) }));
    }

    /// `param( … )`: what a caller may give, with defaults.
    fn parameters(&mut self, all: &mut Vec<Statement>) {
        self.step();
        loop {
            self.blank(true);
            self.casts();
            self.blank(true);
            let start = self.at;
            match self.peek() {
                None => return,
                Some(')') => {
                    self.step();
                    return;
                }
                Some('$') => {
                    let name = self.variable(true).map(|part| part.kind);
                    let named = self.span(start);
                    self.blank(true);
                    let default = if self.take("=") {
                        self.blank(true);
                        match self.sum_of_default(all) {
                            Given::One(word) => Some(word),
                            Given::List(_) => None,
                        }
                    } else {
                        None
                    };
                    if let Some(PartKind::Variable(expansion)) = name {
                        all.push(parameter(expansion.name, named, default));
                    }
                }
                Some(',') => self.step(),
                Some(_) => self.step(),
            }
            if self.at == start {
                self.step();
            }
        }
    }

    fn sum_of_default(&mut self, all: &mut Vec<Statement>) -> Given {
        let start = self.at;
        if matches!(self.peek(), Some('$' | '[' | '\'' | '"' | '(' | '@' | '0'..='9' | '-')) {
            let word = self.operand(all);
            self.blank(true);
            if matches!(self.peek(), Some(',' | ')') | None) {
                return Given::One(word);
            }
        }
        while self.peek().is_some_and(|c| !matches!(c, ',' | ')')) {
            if self.starts("(") { self.balanced('(', ')') } else { self.step() }
        }
        Given::One(super::opaque(self.span(start)))
    }
}

/// The words of what a loop goes over.
pub(super) fn loop_words(given: Given) -> Vec<Word> {
    match given {
        Given::One(word) => vec![super::words::elements(word)],
        Given::List(words) => words,
    }
}

/// A parameter: what a caller gives, which nobody here knows, or its default.
fn parameter(name: String, span: Span, default: Option<Word>) -> Statement {
    let operator = if default.is_some() { Operator::Default } else { Operator::None };
    let given = Expansion { name: format!("-{name}"), operator, operand: default, ..Expansion::default() };
    let part = Part { span, quoted: true, kind: PartKind::Variable(Box::new(given)) };
    let value = AssignedValue::Word(Word { span, parts: vec![part] });
    let assignment = Assignment { span, name, key: None, append: false, value };
    Statement::Command(Command { span, assignments: vec![assignment], ..Command::default() })
}

/// A condition of which nothing is known.
fn unknown(span: Span) -> Statement {
    let word = super::opaque(span);
    Statement::Test(Test { span, expression: Expression::Other(vec![word]) })
}

/// Statements that run or do not.
pub(super) fn perhaps(span: Span, body: Vec<Statement>) -> Statement {
    let arm = IfArm { condition: vec![unknown(span)], condition_span: span, body };
    Statement::If(If { arms: vec![arm], otherwise: None })
}
