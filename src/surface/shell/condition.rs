//! What a condition comes to, where the values in it are known.

use crate::model::{Guard, Value};
use crate::syntax::shell::{Expression, Statement, Word};

use super::value;

/// The outcome of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    /// Always this.
    Known(bool),
    /// Under these guards this, one entry for each value that it depends on.
    Split(Vec<(Vec<Guard>, bool)>),
    /// Not known before the script runs.
    Unknown,
}

/// How deep a condition is looked into.
const DEPTH: usize = 16;

/// Whether a statement is a test, and does nothing else.
pub(super) fn is_test(statement: &Statement) -> bool {
    match statement {
        Statement::Test(_) => true,
        Statement::Not(inner) => is_test(inner),
        Statement::Command(command) => {
            command.words.first().and_then(Word::literal).is_some_and(|name| name == "test" || name == "[")
        }
        _ => false,
    }
}

/// Whether a statement only sets variables, which does not fail.
pub(super) fn is_assignment(statement: &Statement) -> bool {
    matches!(statement, Statement::Command(command) if command.words.is_empty() || command.declaration)
}

/// Decides a condition; `value` gives what is known of a word.
pub(super) fn decide(statements: &[Statement], value: &dyn Fn(&Word) -> Value) -> Decision {
    match statements {
        [Statement::Test(test)] => expression(&test.expression, value, DEPTH),
        [Statement::Not(inner)] => negate(decide(std::slice::from_ref(inner), value)),
        _ => Decision::Unknown,
    }
}

fn expression(of: &Expression, value: &dyn Fn(&Word) -> Value, depth: usize) -> Decision {
    if depth == 0 {
        return Decision::Unknown;
    }
    match of {
        Expression::Compare(left, operator, right) => {
            let Some(right) = right.literal() else { return Decision::Unknown };
            match operator.as_str() {
                "=" | "==" => split(&value(left), |text| matches(&right, text)),
                "!=" => split(&value(left), |text| !matches(&right, text)),
                _ => Decision::Unknown,
            }
        }
        Expression::Unary(operator, word) => match operator.as_str() {
            "-z" => split(&value(word), str::is_empty),
            "-n" => split(&value(word), |text| !text.is_empty()),
            _ => Decision::Unknown,
        },
        Expression::Not(inner) => negate(expression(inner, value, depth - 1)),
        Expression::And(left, right) => {
            match (expression(left, value, depth - 1), expression(right, value, depth - 1)) {
                (Decision::Known(false), _) | (_, Decision::Known(false)) => Decision::Known(false),
                (Decision::Known(true), other) | (other, Decision::Known(true)) => other,
                _ => Decision::Unknown,
            }
        }
        Expression::Or(left, right) => {
            match (expression(left, value, depth - 1), expression(right, value, depth - 1)) {
                (Decision::Known(true), _) | (_, Decision::Known(true)) => Decision::Known(true),
                (Decision::Known(false), other) | (other, Decision::Known(false)) => other,
                _ => Decision::Unknown,
            }
        }
        Expression::Other(_) => Decision::Unknown,
    }
}

/// Asks a question of every text that a value may be.
fn split(value: &Value, holds: impl Fn(&str) -> bool) -> Decision {
    let mut answers = Vec::new();
    for alternative in value.alternatives() {
        let Some(text) = value::text(alternative).filter(|_| !alternative.overridable) else {
            return Decision::Unknown;
        };
        answers.push((alternative.guards.clone(), holds(text)));
    }
    match answers.first() {
        Some((_, first)) if answers.iter().all(|(_, answer)| answer == first) => Decision::Known(*first),
        _ => Decision::Split(answers),
    }
}

fn negate(decision: Decision) -> Decision {
    match decision {
        Decision::Known(holds) => Decision::Known(!holds),
        Decision::Split(answers) => Decision::Split(answers.into_iter().map(|(g, holds)| (g, !holds)).collect()),
        Decision::Unknown => Decision::Unknown,
    }
}

/// Hands every word of a test to `visit`.
pub(super) fn words(of: &Expression, visit: &mut dyn FnMut(&Word)) {
    let mut open = vec![of];
    while let Some(expression) = open.pop() {
        match expression {
            Expression::Compare(left, _, right) => {
                visit(left);
                visit(right);
            }
            Expression::Unary(_, word) => visit(word),
            Expression::Not(inner) => open.push(inner),
            Expression::And(left, right) | Expression::Or(left, right) => open.extend([right.as_ref(), left.as_ref()]),
            Expression::Other(words) => words.iter().for_each(&mut *visit),
        }
    }
}

/// Whether a shell pattern of `*`, `?` and plain characters matches a text. A set in brackets matches any
/// character.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some('[') if pattern.iter().skip(p).any(|c| *c == ']') => {
                p += pattern.iter().skip(p).position(|c| *c == ']').unwrap_or(0) + 1;
                t += 1;
                continue;
            }
            Some('?') => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            Some(c) if text.get(t) == Some(c) => {
                (p, t) = (p + 1, t + 1);
                continue;
            }
            _ => {}
        }
        let Some((after, from)) = star else { return false };
        star = Some((after, from + 1));
        (p, t) = (after, from + 1);
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("my*", "mysql", true),
            ("*sql", "mysql", true),
            ("m?sql", "mysql", true),
            ("[Mm]ysql", "mysql", true),
            ("pg", "pgx", false),
            ("*", "", true),
            ("a*b*c", "aXbYbc", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
