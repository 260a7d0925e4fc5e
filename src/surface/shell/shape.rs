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
    any(body, &mut |statement| {
        let Statement::Command(command) = statement else { return false };
        let words: Vec<_> = command.words.iter().map(|word| word.literal().unwrap_or_default()).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["break", ..] => true,
            // With another number something has gone wrong.
            ["exit" | "return"] | ["exit" | "return", "0"] => true,
            _ => false,
        }
    })
}

/// Whether a question holds of one of some statements or of those within them; functions are left out.
pub(super) fn any(statements: &[Statement], holds: &mut dyn FnMut(&Statement) -> bool) -> bool {
    let mut open: Vec<&Statement> = statements.iter().collect();
    while let Some(statement) = open.pop() {
        if holds(statement) {
            return true;
        }
        match statement {
            Statement::Block(block) => open.extend(&block.body),
            Statement::Pipeline(stages) => open.extend(stages),
            Statement::Chain(chain) => {
                open.push(&chain.first);
                open.extend(chain.rest.iter().map(|(_, statement, _)| statement));
            }
            Statement::Not(inner) => open.push(inner),
            Statement::Background(part) => open.push(&part.body),
            Statement::If(branches) => {
                open.extend(branches.arms.iter().flat_map(|arm| arm.condition.iter().chain(&arm.body)));
                open.extend(branches.otherwise.iter().flatten());
            }
            Statement::Case(case) => open.extend(case.arms.iter().flat_map(|arm| &arm.body)),
            Statement::For(each) => open.extend(&each.body),
            Statement::While(each) => open.extend(each.condition.iter().chain(&each.body)),
            Statement::Command(_) | Statement::Test(_) | Statement::Function(_) => {}
        }
    }
    false
}
