//! From the tree of `tree-sitter-bash` to ours: statements. Simple commands are in `simple`, words in `words`.
//!
//! Reading is bounded by work that is counted, not by a clock, so the result is the same on every machine.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

use tree_sitter::{Node, ParseOptions, Parser};

use super::{
    Background, Block, Case, CaseArm, Chain, Command, EmbeddedText, Expression, For, Function, If, IfArm, Redirect,
    Script, Statement, Test, While,
};
use crate::source::Span;

/// How deep statements and words may be nested, so that no walk runs out of stack.
const DEPTH_LIMIT: usize = 48;

/// Steps of the parser (each a hundred of its operations) that any text is granted.
const BASE_STEPS: usize = 4_000;

/// Bytes for which one more step is granted; an ordinary script takes one step for about 30 bytes.
const BYTES_PER_STEP: usize = 4;

/// How often a text is read anew because lines in it ran into each other; one reading may hide others.
const READINGS: usize = 4;

/// What holes of templates are replaced with before parsing: a byte that is part of a word and that
/// nobody writes.
pub(super) const HOLE: u8 = 1;

/// Reads a text.
pub(super) fn parse(embedded: &EmbeddedText) -> Script {
    let masked = mask_holes(embedded.text());
    let Some(mut tree) = parse_tree(&masked) else { return Script::default() };
    let mut apart = Cow::Borrowed(masked.as_str());
    for _ in 0..READINGS {
        let Some(better) = with_assignments_apart(&tree, &apart) else { break };
        let Some(again) = parse_tree(&better) else { break };
        (tree, apart) = (again, Cow::Owned(better));
    }
    let mut converter = Converter { text: &masked, embedded, errors: Vec::new(), depth: 0, complete: true };
    let root = tree.root_node();
    let statements = converter.statements(children(root));
    if root.has_error() {
        converter.collect_errors(root);
    }
    Script { statements, errors: converter.errors, complete: converter.complete }
}

fn parse_tree(text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    let limit = BASE_STEPS + text.len() / BYTES_PER_STEP;
    let mut steps = 0_usize;
    let mut progress = |_: &tree_sitter::ParseState| {
        steps += 1;
        if steps > limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let bytes = text.as_bytes();
    parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
}

/// The text with a `;` behind each line of several assignments, where it has one whose next line the grammar takes for
/// the command that they are made for. Every offset stays as it is.
fn with_assignments_apart(tree: &tree_sitter::Tree, text: &str) -> Option<String> {
    if !text.lines().any(|line| memchr::memchr_iter(b'=', line.as_bytes()).nth(1).is_some()) {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut found = false;
    let mut open = vec![tree.root_node()];
    while let Some(node) = open.pop() {
        let inner = children(node);
        if node.kind() == "command"
            && let Some(name) = node.child_by_field_name("name")
            && let Some(last) = inner
                .iter()
                .rfind(|child| child.kind() == "variable_assignment" && child.end_byte() <= name.start_byte())
            && let Some(between) = text.get(last.end_byte()..name.start_byte())
            && between.replace("\\\r\n", "").replace("\\\n", "").contains('\n')
            && let Some(behind) = bytes.get_mut(last.end_byte()).filter(|byte| byte.is_ascii_whitespace())
        {
            *behind = b';';
            found = true;
        }
        open.extend(inner);
    }
    if found { String::from_utf8(bytes).ok() } else { None }
}

/// Replaces `{{ … }}` and `${{ … }}` within a line, byte by byte.
fn mask_holes(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    // The end of the line and the first `}}` behind a place; each is looked for anew only once it is passed.
    let (mut line, mut close) = (0, 0);
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr::memmem::find(rest, b"{{")) {
        let start = at + found;
        let behind = |find: &dyn Fn(&[u8]) -> Option<usize>| {
            bytes.get(start..).and_then(find).map_or(bytes.len(), |found| start + found)
        };
        if line <= start {
            line = behind(&|rest| memchr::memchr(b'\n', rest));
        }
        if close <= start {
            close = behind(&|rest| memchr::memmem::find(rest, b"}}"));
        }
        if close >= line {
            at = line.max(start + 2);
            continue;
        }
        let end = close + 2;
        let dollar = start.checked_sub(1).filter(|&before| bytes.get(before) == Some(&b'$'));
        if let Some(hole) = bytes.get_mut(dollar.unwrap_or(start)..end) {
            hole.fill(HOLE);
        }
        at = end;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The children of a node.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).collect()
}

/// The children of a node with the names of their fields.
pub(super) fn fields<'t>(node: Node<'t>) -> Vec<(Option<&'t str>, Node<'t>)> {
    let mut cursor = node.walk();
    let mut fields = Vec::new();
    if cursor.goto_first_child() {
        loop {
            fields.push((cursor.field_name(), cursor.node()));
            if !cursor.goto_next_sibling() {
                break;
            }
        }
    }
    fields
}

/// Walks the foreign tree.
pub(super) struct Converter<'a> {
    /// The text that was parsed.
    pub(super) text: &'a str,
    /// The same text with its places.
    pub(super) embedded: &'a EmbeddedText,
    errors: Vec<Span>,
    depth: usize,
    complete: bool,
}

impl<'t> Converter<'_> {
    pub(super) fn span(&self, node: Node<'_>) -> Span {
        self.embedded.span(node.start_byte(), node.end_byte())
    }

    pub(super) fn slice(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Runs `read` one level deeper, or notes that the text is too deep.
    pub(super) fn deeper<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth >= DEPTH_LIMIT {
            self.complete = false;
            return T::default();
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn collect_errors(&mut self, root: Node<'t>) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if node.is_error() || node.is_missing() {
                self.errors.push(self.span(node));
            } else if node.has_error() {
                open.extend(children(node));
            }
        }
        self.errors.sort();
    }

    /// The statements among some nodes.
    pub(super) fn statements(&mut self, nodes: impl IntoIterator<Item = Node<'t>>) -> Vec<Statement> {
        let mut statements: Vec<Statement> = Vec::new();
        let mut row = usize::MAX;
        for node in nodes {
            if node.is_error()
                && node.start_position().row == row
                && let Some(Statement::Command(command)) = statements.last_mut()
            {
                command.broken = true;
            }
            row = node.end_position().row;
            if node.kind() == "&"
                && let Some(last) = statements.pop()
            {
                let mark = self.span(node);
                statements.push(Statement::Background(Background { body: Box::new(last), mark }));
                continue;
            }
            statements.extend(self.statement(node));
        }
        statements
    }

    fn statement(&mut self, node: Node<'t>) -> Option<Statement> {
        match node.kind() {
            "command" => Some(Statement::Command(self.command(node))),
            "declaration_command" | "unset_command" => Some(Statement::Command(self.declaration(node))),
            "variable_assignment" | "variable_assignments" => Some(Statement::Command(self.bare_assignment(node))),
            _ if !node.is_named() => None,
            _ => self.deeper(|converter| converter.compound(node)),
        }
    }

    fn compound(&mut self, node: Node<'t>) -> Option<Statement> {
        let statement = match node.kind() {
            "redirected_statement" => return self.redirected(node),
            "compound_statement" if self.slice(node).starts_with("((") => self.arithmetic(node),
            "compound_statement" | "subshell" | "do_group" => Statement::Block(Block {
                body: self.statements(children(node)),
                subshell: node.kind() == "subshell",
                redirects: Vec::new(),
            }),
            "pipeline" => Statement::Pipeline(self.statements(children(node))),
            "list" => return self.chain(node),
            "negated_command" => Statement::Not(Box::new(self.statements(children(node)).pop()?)),
            "test_command" => Statement::Test(Test { span: self.span(node), expression: self.test(node) }),
            "if_statement" => Statement::If(self.conditional(node)),
            "case_statement" => Statement::Case(self.case(node)),
            "for_statement" | "c_style_for_statement" => Statement::For(self.for_loop(node)),
            "while_statement" => Statement::While(self.while_loop(node)),
            "function_definition" => Statement::Function(self.function(node)),
            // What stands in broken text is read all the same.
            "ERROR" => return self.broken(node),
            _ => return None,
        };
        Some(statement)
    }

    /// Whole statements within broken text; loose words there make one command.
    fn broken(&mut self, node: Node<'t>) -> Option<Statement> {
        let mut body = Vec::new();
        let mut loose = Command { broken: true, ..Command::default() };
        for child in children(node) {
            if is_word(child) || child.kind() == "command_name" {
                let child = if child.kind() == "command_name" { child.child(0).unwrap_or(child) } else { child };
                loose.span = if loose.words.is_empty() { self.span(child) } else { loose.span.join(self.span(child)) };
                loose.words.push(self.word(child));
                continue;
            }
            if !loose.words.is_empty() {
                let empty = Command { broken: true, ..Command::default() };
                body.push(Statement::Command(std::mem::replace(&mut loose, empty)));
            }
            body.extend(self.statement(child));
        }
        if !loose.words.is_empty() {
            body.push(Statement::Command(loose));
        }
        Some(Statement::Block(Block { body, subshell: false, redirects: Vec::new() }))
    }

    /// A statement with redirections, and what the grammar hides behind a here-document on the same line.
    fn redirected(&mut self, node: Node<'t>) -> Option<Statement> {
        let body = node.child_by_field_name("body").and_then(|body| self.statement(body));
        let mut carrier = match body {
            Some(Statement::Command(command)) => Ok(command),
            Some(other) => Err(other),
            None => Ok(Command { span: self.span(node), ..Command::default() }),
        };
        let mut outer = Command::default();
        let mut behind = Vec::new();
        for child in children(node) {
            if !matches!(child.kind(), "heredoc_redirect" | "herestring_redirect" | "file_redirect") {
                continue;
            }
            let command = carrier.as_mut().unwrap_or(&mut outer);
            self.redirect(child, command);
            if child.kind() == "heredoc_redirect" {
                behind.push(child);
            }
        }
        let statement = match carrier {
            Ok(mut command) => {
                if let Some(last) = command.words.last() {
                    command.span = command.span.join(last.span);
                }
                Statement::Command(command)
            }
            Err(other) => push_redirects(other, outer.redirects),
        };
        Some(behind.into_iter().fold(statement, |statement, node| self.behind_document(statement, node)))
    }

    /// `cat <<EOF | ssh host` and `cat <<EOF && next`: what stands on the line of the here-document.
    fn behind_document(&mut self, statement: Statement, node: Node<'t>) -> Statement {
        let mut operator = None;
        let mut right = None;
        let mut nested = Command::default();
        for (field, child) in fields(node) {
            match (field, child.kind()) {
                (Some("operator"), kind) => operator = Some(kind == "&&"),
                (Some("right"), _) => right = self.statement(child),
                (Some("redirect"), _) => self.redirect(child, &mut nested),
                (_, "pipeline") => {
                    let mut stages = vec![push_redirects(statement, nested.redirects)];
                    stages.extend(self.statements(children(child)));
                    return Statement::Pipeline(stages);
                }
                _ => {}
            }
        }
        let statement = push_redirects(statement, nested.redirects);
        match (operator, right) {
            (Some(and), Some(right)) => {
                let span = self.span(node);
                Statement::Chain(Chain { first: Box::new(statement), first_span: span, rest: vec![(and, right, span)] })
            }
            _ => statement,
        }
    }

    /// `a && b || c` leans to the left in the foreign tree, however long it is.
    fn chain(&mut self, node: Node<'t>) -> Option<Statement> {
        let mut links = Vec::new();
        let mut left = node;
        while left.kind() == "list" {
            let parts = children(left);
            let operator = parts.iter().position(|child| matches!(child.kind(), "&&" | "||"));
            let and = operator.and_then(|at| parts.get(at)).is_some_and(|child| child.kind() == "&&");
            links.push((and, *parts.last()?, left));
            left = *parts.first()?;
        }
        let first = Box::new(self.statement(left)?);
        let mut chain = Chain { first, first_span: self.span(left), rest: Vec::new() };
        for (and, right, whole) in links.into_iter().rev() {
            if let Some(statement) = self.statement(right) {
                chain.rest.push((and, statement, self.span(whole)));
            }
        }
        Some(Statement::Chain(chain))
    }

    fn arithmetic(&mut self, node: Node<'t>) -> Statement {
        Statement::Test(Test { span: self.span(node), expression: Expression::Other(Vec::new()) })
    }

    fn test(&mut self, node: Node<'t>) -> Expression {
        let inner = children(node).into_iter().find(|child| child.is_named());
        inner.map_or_else(|| Expression::Other(Vec::new()), |inner| self.expression(inner))
    }

    fn expression(&mut self, node: Node<'t>) -> Expression {
        self.deeper(|converter| Some(converter.expression_here(node))).unwrap_or_else(|| Expression::Other(Vec::new()))
    }

    fn expression_here(&mut self, node: Node<'t>) -> Expression {
        let parts: Vec<_> = children(node);
        match (node.kind(), parts.as_slice()) {
            ("binary_expression", [left, operator, right]) => match operator.kind() {
                "&&" => Expression::And(Box::new(self.expression(*left)), Box::new(self.expression(*right))),
                "||" => Expression::Or(Box::new(self.expression(*left)), Box::new(self.expression(*right))),
                _ if is_word(*left) && is_word(*right) => {
                    Expression::Compare(self.word(*left), self.slice(*operator).to_owned(), self.word(*right))
                }
                _ => self.other_expression(node),
            },
            ("unary_expression", [operator, operand]) if operator.kind() == "!" => {
                Expression::Not(Box::new(self.expression(*operand)))
            }
            ("unary_expression", [operator, operand]) if is_word(*operand) => {
                Expression::Unary(self.slice(*operator).to_owned(), self.word(*operand))
            }
            ("parenthesized_expression", [_, inner, _]) => self.expression(*inner),
            _ => self.other_expression(node),
        }
    }

    fn other_expression(&mut self, node: Node<'t>) -> Expression {
        let mut words = Vec::new();
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            if is_word(node) {
                words.push(self.word(node));
            } else {
                open.extend(children(node));
            }
        }
        Expression::Other(words)
    }

    fn conditional(&mut self, node: Node<'t>) -> If {
        let mut result = If { arms: Vec::new(), otherwise: None };
        let parts = children(node);
        let clauses = parts.iter().position(|c| matches!(c.kind(), "elif_clause" | "else_clause"));
        let own = parts.get(..clauses.unwrap_or(parts.len())).unwrap_or_default();
        result.arms.push(self.arm(own));
        for clause in parts.get(clauses.unwrap_or(parts.len())..).unwrap_or_default() {
            match clause.kind() {
                "elif_clause" => {
                    let arm = self.arm(&children(*clause));
                    result.arms.push(arm);
                }
                "else_clause" => result.otherwise = Some(self.statements(children(*clause))),
                _ => {}
            }
        }
        result
    }

    /// `if … then …` out of the nodes of the keyword's clause.
    fn arm(&mut self, nodes: &[Node<'t>]) -> IfArm {
        let then = nodes.iter().position(|child| child.kind() == "then").unwrap_or(nodes.len());
        let condition = nodes.get(..then).unwrap_or_default();
        let named: Vec<_> = condition.iter().filter(|child| child.is_named()).collect();
        let condition_span = match (named.first(), named.last()) {
            (Some(first), Some(last)) => self.embedded.span(first.start_byte(), last.end_byte()),
            _ => Span::default(),
        };
        IfArm {
            condition: self.statements(condition.iter().copied()),
            condition_span,
            body: self.statements(nodes.get(then..).unwrap_or_default().iter().copied()),
        }
    }

    fn case(&mut self, node: Node<'t>) -> Case {
        let subject = node.child_by_field_name("value").map(|value| self.word(value)).unwrap_or_default();
        let mut arms = Vec::new();
        for item in children(node).into_iter().filter(|child| child.kind() == "case_item") {
            let mut arm = CaseArm { patterns: Vec::new(), body: Vec::new() };
            for (field, child) in fields(item) {
                if field == Some("value") {
                    arm.patterns.push(self.word(child));
                } else {
                    arm.body.extend(self.statement(child));
                }
            }
            arms.push(arm);
        }
        Case { subject, arms }
    }

    fn for_loop(&mut self, node: Node<'t>) -> For {
        let variable = node.child_by_field_name("variable").map(|name| self.slice(name).to_owned()).unwrap_or_default();
        let mut words = None;
        let mut body = Vec::new();
        for (field, child) in fields(node) {
            match (field, child.kind()) {
                (_, "in") => words = Some(Vec::new()),
                (Some("value"), _) => words.get_or_insert_with(Vec::new).push(self.word(child)),
                (Some("body"), _) => body = self.statements(children(child)),
                _ => {}
            }
        }
        let chosen = self.slice(node).starts_with("select");
        For { span: self.span(node), chosen, variable, words, body }
    }

    fn while_loop(&mut self, node: Node<'t>) -> While {
        let mut condition = Vec::new();
        let mut body = Vec::new();
        for (field, child) in fields(node) {
            match field {
                Some("condition") => condition.extend(self.statement(child)),
                Some("body") => body = self.statements(children(child)),
                _ => {}
            }
        }
        let until = self.slice(node).starts_with("until");
        While { span: self.span(node), until, condition, body }
    }

    fn function(&mut self, node: Node<'t>) -> Function {
        let name = node.child_by_field_name("name").map(|name| self.slice(name).to_owned()).unwrap_or_default();
        let body = node.child_by_field_name("body").and_then(|body| self.statement(body));
        Function { name, span: self.span(node), body: Arc::new(body.into_iter().collect()) }
    }
}

/// Whether a node is a word or a part of one.
pub(super) fn is_word(node: Node<'_>) -> bool {
    matches!(
        node.kind(),
        "word"
            | "string"
            | "raw_string"
            | "ansi_c_string"
            | "translated_string"
            | "number"
            | "expansion"
            | "simple_expansion"
            | "command_substitution"
            | "process_substitution"
            | "arithmetic_expansion"
            | "brace_expression"
            | "concatenation"
            | "extglob_pattern"
            | "regex"
    )
}

fn push_redirects(statement: Statement, redirects: Vec<Redirect>) -> Statement {
    match statement {
        statement if redirects.is_empty() => statement,
        Statement::Command(mut command) => {
            command.redirects.extend(redirects);
            Statement::Command(command)
        }
        Statement::Block(mut block) => {
            block.redirects.extend(redirects);
            Statement::Block(block)
        }
        // `! command <<EOF`
        Statement::Not(inner) => Statement::Not(Box::new(push_redirects(*inner, redirects))),
        other => Statement::Block(Block { body: vec![other], subshell: false, redirects }),
    }
}
