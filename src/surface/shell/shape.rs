//! What a loop looks like: its head, whether it has an end, what leaves it, what it waits for.

use crate::source::Span;
use crate::syntax::shell::{Command, Expression, Statement, While, Word};

/// The head of a loop: up to its `do`.
pub(super) fn head(text: &str, span: Span) -> Span {
    let line = text.find('\n').unwrap_or(text.len());
    let first = text.get(..line).unwrap_or(text);
    let end = first.find("; do").or_else(|| first.find(";do")).unwrap_or_else(|| first.trim_end().len());
    Span { start: span.start, end: span.start.saturating_add(u32::try_from(end).unwrap_or(0)).min(span.end) }
}

pub(super) fn endless(each: &While) -> bool {
    let [rest @ .., last] = each.condition.as_slice() else { return false };
    let fixed = match last {
        Statement::Command(command) => match first_word(command).as_deref() {
            Some("true" | ":") => Some(true),
            Some("false") => Some(false),
            Some("sleep") => Some(true),
            Some("[" | "test") => {
                let words: Vec<_> = command.words.iter().filter_map(Word::literal).collect();
                matches!(words.get(1).map(String::as_str), Some("1" | "true")).then_some(words.len() <= 3)
            }
            _ => None,
        },
        Statement::Test(test) => match &test.expression {
            Expression::Other(words) => {
                let texts: Vec<_> = words.iter().filter_map(Word::literal).collect();
                (texts.len() == words.len() && matches!(texts.as_slice(), [one] if one == "1" || one == "true"))
                    .then_some(true)
            }
            _ => None,
        },
        _ => None,
    };
    let plain = rest.iter().all(|s| matches!(s, Statement::Command(_)));
    plain && fixed.is_some_and(|holds| holds != each.until)
}

pub(super) fn first_word(command: &Command) -> Option<String> {
    command.words.first().and_then(Word::literal)
}

pub(super) fn is_command(statement: &Statement, name: &str) -> bool {
    matches!(statement, Statement::Command(command) if first_word(command).as_deref() == Some(name))
}

/// Whether a loop's body waits for jobs.
pub(super) fn waits(body: &[Statement]) -> bool {
    any(body, &mut |statement| is_command(statement, "wait"))
}

/// Whether a loop is left from within its body when something has gone well, or has come.
pub(super) fn leaves(body: &[Statement]) -> bool {
    search(body, &mut |statement, in_loop| {
        let Statement::Command(command) = statement else { return false };
        let words: Vec<_> = command.words.iter().map(|word| word.literal().unwrap_or_default()).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["break"] | ["break", "1"] => !in_loop,
            ["break", ..] => true,
            // With another number something has gone wrong.
            ["exit" | "return"] | ["exit" | "return", "0"] => true,
            _ => false,
        }
    })
}

/// Whether a question holds of one of some statements or of those within them; functions are left out.
pub(super) fn any(statements: &[Statement], holds: &mut dyn FnMut(&Statement) -> bool) -> bool {
    search(statements, &mut |statement, _| holds(statement))
}

/// The same, with whether the statement is in a loop of theirs.
fn search(statements: &[Statement], holds: &mut dyn FnMut(&Statement, bool) -> bool) -> bool {
    let mut open: Vec<(&Statement, bool)> = statements.iter().map(|statement| (statement, false)).collect();
    while let Some((statement, in_loop)) = open.pop() {
        if holds(statement, in_loop) {
            return true;
        }
        let is_loop = matches!(statement, Statement::For(_) | Statement::While(_));
        open.extend(within(statement).into_iter().map(|inner| (inner, in_loop || is_loop)));
    }
    false
}

/// The statements directly within another one; functions are left out.
fn within(statement: &Statement) -> Vec<&Statement> {
    match statement {
        Statement::Block(block) => block.body.iter().collect(),
        Statement::Pipeline(stages) => stages.iter().collect(),
        Statement::Chain(chain) => {
            std::iter::once(&*chain.first).chain(chain.rest.iter().map(|(_, statement, _)| statement)).collect()
        }
        Statement::Not(inner) => vec![inner],
        Statement::Background(part) => vec![&part.body],
        Statement::If(branches) => {
            let arms = branches.arms.iter().flat_map(|arm| arm.condition.iter().chain(&arm.body));
            arms.chain(branches.otherwise.iter().flatten()).collect()
        }
        Statement::Case(case) => case.arms.iter().flat_map(|arm| &arm.body).collect(),
        Statement::For(each) => each.body.iter().collect(),
        Statement::While(each) => each.condition.iter().chain(&each.body).collect(),
        Statement::Command(_) | Statement::Test(_) | Statement::Function(_) => Vec::new(),
    }
}
