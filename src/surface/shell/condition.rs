//! What a condition comes to, where the values in it are known.

use crate::model::{Guard, Value};
use crate::syntax::shell::{Case, Expression, Operator, Part, PartKind, Statement, Word};

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
        Expression::Compare(left, _, _) | Expression::Unary(_, left) => split(&value(left), |text| simple(of, text)),
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

/// What a simple test answers when the word that it asks about is this text.
fn simple(of: &Expression, text: &str) -> Option<bool> {
    match of {
        Expression::Compare(_, operator, right) => {
            let pattern = right.literal()?;
            // Between quotes a pattern is plain text.
            let plain = right.parts.iter().all(|part| part.quoted);
            let equal = if plain { pattern == text } else { matches(&pattern, text) };
            match operator.as_str() {
                "=" | "==" => Some(equal),
                "!=" => Some(!equal),
                "=~" => expression_matches(&pattern, text),
                _ => None,
            }
        }
        Expression::Unary(operator, _) => match operator.as_str() {
            "-z" => Some(text.is_empty()),
            "-n" => Some(!text.is_empty()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a regular expression of plain characters and anchors matches; nothing for any other.
fn expression_matches(pattern: &str, text: &str) -> Option<bool> {
    let (anchored, rest) = pattern.strip_prefix('^').map_or((false, pattern), |rest| (true, rest));
    let (ended, rest) = rest.strip_suffix('$').map_or((false, rest), |rest| (true, rest));
    let rest = rest.strip_suffix(".*").filter(|_| !ended).unwrap_or(rest);
    let alternatives = match rest.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')')?,
        None if rest.contains('|') => return None,
        None => rest,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_/ |".contains(c);
    if !alternatives.chars().all(plain) {
        return None;
    }
    Some(alternatives.split('|').any(|piece| match (anchored, ended) {
        (true, true) => text == piece,
        (true, false) => text.starts_with(piece),
        (false, true) => text.ends_with(piece),
        (false, false) => text.contains(piece),
    }))
}

/// The test that statements are, and whether it is turned round.
fn sole_test(statements: &[Statement]) -> Option<(&Expression, bool)> {
    let (mut expression, mut negated) = match statements {
        [Statement::Test(test)] => (&test.expression, false),
        [Statement::Not(inner)] => match &**inner {
            Statement::Test(test) => (&test.expression, true),
            _ => return None,
        },
        _ => return None,
    };
    while let Expression::Not(inner) = expression {
        expression = inner;
        negated = !negated;
    }
    Some((expression, negated))
}

/// The variable that a condition asks about, when it is one simple test of one.
pub(super) fn variable(statements: &[Statement]) -> Option<&str> {
    match sole_test(statements)?.0 {
        Expression::Compare(word, ..) | Expression::Unary(_, word) => sole_variable(word),
        _ => None,
    }
}

/// What such a condition answers when the variable holds a text.
pub(super) fn answer(statements: &[Statement], text: &str) -> Option<bool> {
    let (expression, negated) = sole_test(statements)?;
    simple(expression, text).map(|holds| holds != negated)
}

/// The variable that a word is, when it is nothing else.
pub(super) fn sole_variable(word: &Word) -> Option<&str> {
    match word.parts.as_slice() {
        [Part { kind: PartKind::Variable(e), .. }] if e.key.is_none() && e.operator == Operator::None => Some(&e.name),
        _ => None,
    }
}

/// The arm of a `case` that a text takes; one past the last when it takes none.
pub(super) fn arm(case: &Case, text: &str) -> usize {
    let fits = |pattern: &Word| pattern.literal().is_none_or(|pattern| matches(&pattern, text));
    case.arms.iter().position(|arm| arm.patterns.iter().any(fits)).unwrap_or(case.arms.len())
}

/// Asks a question of every text that a value may be.
fn split(value: &Value, holds: impl Fn(&str) -> Option<bool>) -> Decision {
    let mut answers = Vec::new();
    for alternative in value.alternatives() {
        let Some(text) = value::text(alternative).filter(|_| !alternative.overridable) else {
            return Decision::Unknown;
        };
        let Some(holds) = holds(text) else { return Decision::Unknown };
        answers.push((alternative.guards.clone(), holds));
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
    fn regular_expressions_of_plain_characters() {
        for (pattern, text, expected) in [
            ("^pgm-", "pgm-1", Some(true)),
            ("^(pgm|pgr)-", "rm-1", None),
            ("^(my|pg)", "pgsql", Some(true)),
            ("sql$", "mysql", Some(true)),
            ("^rm-.*", "pgm-1", Some(false)),
            ("^[a-z]+$", "a", None),
        ] {
            assert_eq!(expression_matches(pattern, text), expected, "{pattern} {text}");
        }
    }

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
