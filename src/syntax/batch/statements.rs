//! Lines, blocks, conditions and loops of batch files.

use crate::source::Span;
use crate::syntax::shell::{
    AssignedValue, Assignment, Block, Command, EmbeddedText, Expansion, Expression, For, If, IfArm, Part, PartKind,
    Statement, Test, Word,
};

use super::{DEPTH, Parser, command, opaque};

/// Characters that end a word.
const ENDS: &[char] = &['&', '|', '<', '>', ')', '(', ';', ','];

impl Parser<'_> {
    /// The statements up to the end, or in a block up to its closing parenthesis.
    pub(super) fn statements(&mut self, block: bool) -> Vec<Statement> {
        let mut all = Vec::new();
        if self.depth >= DEPTH {
            self.complete = false;
            self.at = self.embedded.text().len();
            return all;
        }
        self.depth += 1;
        loop {
            self.blank();
            match self.peek() {
                None => break,
                Some('\n' | '&' | '|' | '@') => self.step(),
                Some(')') => {
                    self.step();
                    if block {
                        break;
                    }
                }
                Some(_) => {
                    let before = self.at;
                    self.statement(&mut all);
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        self.depth -= 1;
        all
    }

    /// One statement: what stands behind `do` or a condition may be a block.
    fn statement(&mut self, all: &mut Vec<Statement>) {
        if self.depth >= DEPTH {
            self.complete = false;
            self.at = self.embedded.text().len();
            return;
        }
        self.depth += 1;
        self.one(all);
        self.depth -= 1;
    }

    fn one(&mut self, all: &mut Vec<Statement>) {
        while matches!(self.peek(), Some('@' | ' ' | '\t')) {
            self.step();
        }
        let start = self.at;
        if self.starts("(") {
            let body = self.block();
            all.push(Statement::Block(Block { body, subshell: false, redirects: Vec::new() }));
            return;
        }
        if self.starts(":") {
            self.label(all);
            return;
        }
        let name = self.name();
        let after = self.rest().get(name.len()..).and_then(|rest| rest.chars().next());
        let whole = after.is_none_or(|c| c.is_whitespace() || matches!(c, '/' | '(' | '"' | '&' | '|' | ')'));
        match name.as_str() {
            "rem" if whole => self.line_rest(),
            "set" if whole => {
                self.skip(name.len());
                self.set(start, all);
            }
            "if" if whole => {
                self.skip(name.len());
                self.conditional(all);
            }
            "for" if whole => {
                self.skip(name.len());
                self.each(start, all);
            }
            "goto" | "endlocal" | "setlocal" | "title" | "color" | "pause" if whole => self.line_rest(),
            _ => self.command(all),
        }
    }

    /// `( … )`, in which `%X%` is what was there before it.
    fn block(&mut self) -> Vec<Statement> {
        self.step();
        let end = self.closing();
        let inside = self.embedded.text().get(self.at..end).unwrap_or_default();
        let before = self.stale.clone();
        for line in inside.split(['\n', '&', '(', ')']) {
            let line = line.trim_start().trim_start_matches('@');
            if line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("set ")) {
                let name = line.get(4..).unwrap_or_default().trim_start().trim_start_matches('"');
                self.stale.extend(name.split_once('=').map(|(name, _)| name.trim().to_ascii_uppercase()));
            }
        }
        let body = self.statements(true);
        self.stale = before;
        body
    }

    /// Where a block ends.
    fn closing(&self) -> usize {
        let (mut depth, mut quoted) = (1_usize, false);
        for (at, character) in self.rest().char_indices() {
            match character {
                '"' => quoted = !quoted,
                '\n' => quoted = false,
                '(' if !quoted => depth += 1,
                ')' if !quoted => {
                    depth -= 1;
                    if depth == 0 {
                        return self.at + at;
                    }
                }
                _ => {}
            }
        }
        self.embedded.text().len()
    }

    /// `:label`: where lines are jumped to, what was set before is not known.
    fn label(&mut self, all: &mut Vec<Statement>) {
        let start = self.at;
        let comment = self.starts("::");
        self.line_rest();
        if comment || !self.jumps {
            return;
        }
        let span = self.span(start);
        self.work = self.work.saturating_sub(self.assigned.len());
        if self.work == 0 {
            self.complete = false;
            return;
        }
        for name in self.assigned.clone() {
            all.push(assign(span, name, opaque(span)));
        }
    }

    /// `set X=value`, `set "X=value"`; what is asked for or computed is not known.
    fn set(&mut self, start: usize, all: &mut Vec<Statement>) {
        self.blank();
        let option = self.starts("/");
        if option {
            self.skip(2);
            self.blank();
        }
        let quoted = self.starts("\"");
        if quoted {
            self.step();
        }
        let rest = self.rest();
        let end = rest.find(['=', '\n', '&', '"']).unwrap_or(rest.len());
        let name = rest.get(..end).unwrap_or_default().trim().trim_end_matches(['+', '-', '*']).to_ascii_uppercase();
        self.skip(end);
        if !self.starts("=") || name.is_empty() {
            self.line_rest();
            return;
        }
        self.step();
        let line = self.rest().split('\n').next().unwrap_or_default().trim_end_matches('\r');
        let length = match (quoted, line.rfind('"')) {
            (true, Some(at)) => at,
            _ => line.find(['&', '|']).unwrap_or(line.len()),
        };
        // In a block the line may end with the parenthesis that closes it.
        let value = line.get(..length).unwrap_or_default();
        let length = match value.trim_end().strip_suffix(')') {
            Some(before) if !quoted && self.depth > 1 && !before.contains('(') => before.trim_end().len(),
            _ => length,
        };
        let from = self.at;
        let to = from + length;
        let word = if option { opaque(self.embedded.span(from, to)) } else { self.text_of(from, to) };
        self.at = to;
        if quoted {
            self.step();
        }
        let span = self.span(start);
        self.assigned.insert(name.clone());
        all.push(assign(span, name, word));
    }

    /// A text with variables, its blanks and quotes as they are.
    fn text_of(&mut self, from: usize, to: usize) -> Word {
        self.at = from;
        let mut parts = Vec::new();
        let mut done = from;
        while self.at < to {
            let before = self.at;
            let kind = if matches!(self.peek(), Some('%' | '!' | '$')) { self.variable() } else { None };
            match kind {
                Some(kind) if self.at <= to => {
                    self.literal(done, before, true, &mut parts);
                    parts.push(Part { span: self.embedded.span(before, self.at), quoted: true, kind });
                    done = self.at;
                }
                _ => {
                    self.at = before;
                    self.step();
                }
            }
        }
        self.literal(done, to, true, &mut parts);
        Word { span: self.embedded.span(from, to), parts }
    }

    /// `if …`, with its block or command and what stands behind `else`.
    fn conditional(&mut self, all: &mut Vec<Statement>) {
        self.blank();
        let from = self.at;
        let (mut not, mut any_case) = (false, false);
        loop {
            self.blank();
            match self.name().as_str() {
                "not" => {
                    not = !not;
                    self.skip(3);
                }
                _ if self.starts("/i") || self.starts("/I") => {
                    any_case = true;
                    self.skip(2);
                }
                _ => break,
            }
        }
        let expression = self.condition(any_case);
        let condition_span = self.span(from);
        let expression = match not {
            true => Expression::Not(Box::new(expression)),
            false => expression,
        };
        let condition = vec![Statement::Test(Test { span: condition_span, expression })];
        self.blank();
        let mut body = Vec::new();
        self.statement(&mut body);
        let end = self.at;
        self.blank();
        let mut otherwise = None;
        if self.name() == "else" {
            self.skip(4);
            self.blank();
            let mut other = Vec::new();
            self.statement(&mut other);
            otherwise = Some(other);
        } else {
            self.at = end;
        }
        all.push(Statement::If(If { arms: vec![IfArm { condition, condition_span, body }], otherwise }));
    }

    fn condition(&mut self, any_case: bool) -> Expression {
        let start = self.at;
        let name = self.name();
        match name.as_str() {
            "defined" => {
                self.skip(name.len());
                self.blank();
                let word = self.word(&['(', ')', '&']);
                let variable = word.literal().unwrap_or_default().to_ascii_uppercase();
                let kind = PartKind::Variable(Box::new(Expansion { name: variable, ..Expansion::default() }));
                let part = Part { span: word.span, quoted: true, kind };
                Expression::Unary("-n".to_owned(), Word { span: word.span, parts: vec![part] })
            }
            "exist" | "errorlevel" | "cmdextversion" => {
                self.skip(name.len());
                self.blank();
                let word = self.word(&['(', ')', '&']);
                Expression::Other(vec![word, opaque(self.span(start))])
            }
            _ => {
                let left = self.word(&['=', '(', ')', '&']);
                self.blank();
                let operator = self.name();
                let equals = self.starts("==") || operator == "equ";
                let known = equals && !any_case;
                self.skip(if self.starts("==") { 2 } else { operator.len() });
                self.blank();
                let right = self.word(&['(', ')', '&']);
                if known {
                    Expression::Compare(left, "=".to_owned(), right)
                } else {
                    Expression::Other(vec![left, right, opaque(self.span(start))])
                }
            }
        }
    }

    /// `for %%i in (a b c) do …`
    fn each(&mut self, start: usize, all: &mut Vec<Statement>) {
        self.blank();
        let option = self.starts("/");
        while !self.starts("%") {
            match self.peek() {
                None | Some('\n') => return,
                Some(_) => self.step(),
            }
        }
        self.skip(self.rest().len() - self.rest().trim_start_matches('%').len());
        let variable = self.peek().map(|letter| format!("%{letter}")).unwrap_or_default();
        self.step();
        self.blank();
        if self.name() == "in" {
            self.skip(2);
        }
        self.blank();
        if !self.starts("(") {
            self.line_rest();
            return;
        }
        self.step();
        let from = self.at;
        let end = self.closing();
        let mut words = Vec::new();
        while self.at < end {
            self.blank();
            match self.peek() {
                Some(',' | ';' | '=' | '\n') => self.step(),
                _ if self.at >= end => break,
                _ => {
                    let before = self.at;
                    words.push(self.word(&[',', ';', '=', ')']));
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        self.at = end;
        let files = words.iter().any(|w| w.literal().is_some_and(|text| text.contains(['*', '?'])));
        if option || files {
            let span = self.embedded.span(from, end);
            words = vec![Word { span, parts: vec![Part { span, quoted: false, kind: PartKind::Opaque }] }];
        }
        self.step();
        self.blank();
        if self.name() == "do" {
            self.skip(2);
        }
        self.blank();
        let mut body = Vec::new();
        self.statement(&mut body);
        all.push(Statement::For(For { span: self.span(start), chosen: false, variable, words: Some(words), body }));
    }

    /// A command with its words up to the end of the line, or to what joins another one.
    fn command(&mut self, all: &mut Vec<Statement>) {
        let start = self.at;
        let mut end = start;
        let mut words = Vec::new();
        let prints = self.name() == "echo";
        loop {
            self.blank();
            match self.peek() {
                None | Some('\n' | '&' | '|') => break,
                Some(')') if self.depth > 2 => break,
                Some('<' | '>') => {
                    self.step();
                    if self.starts("&") {
                        self.skip(2);
                    } else {
                        self.blank();
                        drop(self.word(ENDS));
                    }
                }
                // Blanks by another name.
                Some(',' | ';' | '(' | ')') => self.step(),
                Some(digit) if digit.is_ascii_digit() && self.rest().get(1..2) == Some(">") => self.step(),
                Some(_) => {
                    let before = self.at;
                    words.push(self.word(if prints { &['&', '|', ')'] } else { &['&', '|', '<', '>', ')'] }));
                    end = self.at;
                    if self.at == before {
                        self.step();
                    }
                }
            }
        }
        let span = self.embedded.span(start, end);
        let texts: Vec<String> =
            words.iter().map(|word| word.literal().unwrap_or_default().to_ascii_lowercase()).collect();
        let first = texts.first().map_or("", |name| name.rsplit(['/', '\\']).next().unwrap_or(name));
        let first = first.strip_suffix(".exe").unwrap_or(first);
        let told = |options: &[&str]| texts.iter().position(|text| options.contains(&text.as_str()));
        match first {
            "powershell" | "pwsh" => {
                if let Some(script) = told(&["-command", "-c", "-commandwithargs"]).and_then(|at| words.get(at + 1)) {
                    let inner = script_in(script);
                    let body = crate::syntax::powershell::parse(&inner).statements;
                    all.push(Statement::Block(Block { body, subshell: true, redirects: Vec::new() }));
                    return;
                }
            }
            // What is called or started is a command of its own; a title may stand before it.
            "call" if texts.get(1).is_some_and(|label| label.starts_with(':')) => return,
            "call" | "start" => drop(words.drain(..1)),
            "echo." | "echo:" => return,
            "exit" => return,
            _ => {}
        }
        if !words.is_empty() {
            all.push(command(span, words));
        }
    }
}

/// The text of a word; variables of this language are none in another one.
fn script_in(word: &Word) -> EmbeddedText {
    let mut text = EmbeddedText::new();
    for part in &word.parts {
        match &part.kind {
            PartKind::Text(piece) => text.push(piece, part.span),
            PartKind::Variable(expansion) => text.push(&format!("${{env:{}}}", expansion.name), part.span),
            _ => text.push("$($null)", part.span),
        }
    }
    text
}

fn assign(span: Span, name: String, word: Word) -> Statement {
    let assignment = Assignment { span, name, key: None, append: false, value: AssignedValue::Word(word) };
    Statement::Command(Command { span, assignments: vec![assignment], ..Command::default() })
}
