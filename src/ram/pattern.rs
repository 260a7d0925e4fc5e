//! Wildcards: `*` stands for any characters, also for none, and `?` for exactly one.
//!
//! Both sides may hold parts that nobody knows. A match is certain when it holds whatever they are, and possible when
//! it holds for some of what they may be. The time is the product of the two lengths, whatever the pattern is.

use super::truth::Truth;
use crate::model::Piece;

/// One element of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element<'a> {
    Char(char),
    One,
    Run,
    /// Characters that are filled in later; wildcards may be among them.
    Hole(&'a str),
}

/// One element of what is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Given<'a> {
    Char(char),
    /// Characters that are not known, except that no [`SEPARATORS`] is among them.
    Hole(&'a str),
}

/// What a part of a resource name that is not known does not hold: it would be two parts.
const SEPARATORS: [char; 2] = [':', '/'];

/// Whether letter case counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `a` is not `A`.
    Sensitive,
    /// It is, for the letters of ASCII.
    Folded,
}

/// Whether a pattern matches the whole of a text.
#[must_use]
pub fn matches(pattern: &[Piece], text: &[Piece], case: Case) -> Truth {
    let pattern = elements(pattern, case);
    let text = given(text, case);
    if run(&pattern, &text, certain, is_empty_certainly) {
        Truth::Yes
    } else if run(&pattern, &text, possible, is_empty_possibly) {
        Truth::Maybe
    } else {
        Truth::No
    }
}

fn elements(pattern: &[Piece], case: Case) -> Vec<Element<'_>> {
    let mut elements = Vec::new();
    for piece in pattern {
        match piece {
            Piece::Hole(words) => elements.push(Element::Hole(words)),
            Piece::Text(text) => elements.extend(text.chars().map(|c| match c {
                '*' => Element::Run,
                '?' => Element::One,
                other => Element::Char(fold(other, case)),
            })),
        }
    }
    // Two stars in a row are one; hostile patterns hold thousands.
    elements.dedup_by(|a, b| *a == Element::Run && *b == Element::Run);
    elements
}

fn given(text: &[Piece], case: Case) -> Vec<Given<'_>> {
    let mut given = Vec::new();
    for piece in text {
        match piece {
            Piece::Hole(words) => given.push(Given::Hole(words)),
            Piece::Text(text) => given.extend(text.chars().map(|c| Given::Char(fold(c, case)))),
        }
    }
    given
}

fn fold(c: char, case: Case) -> char {
    if case == Case::Folded { c.to_ascii_lowercase() } else { c }
}

/// What an element of a pattern can do with an element of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Step {
    /// The text goes on and the element is used up.
    takes: bool,
    /// The text goes on and the element stays.
    stays: bool,
    /// The element is used up within one unknown part of the text, which goes on.
    within: bool,
}

const NOTHING: Step = Step { takes: false, stays: false, within: false };

/// What holds for every value of what is not known.
fn certain(element: Element<'_>, given: Given<'_>) -> Step {
    match (element, given) {
        (Element::Char(a), Given::Char(b)) => Step { takes: a == b, ..NOTHING },
        (Element::One, Given::Char(_)) => Step { takes: true, ..NOTHING },
        (Element::Run, _) => Step { stays: true, ..NOTHING },
        (Element::Hole(a), Given::Hole(b)) => Step { takes: a == b, ..NOTHING },
        _ => NOTHING,
    }
}

/// What holds for some value of what is not known.
fn possible(element: Element<'_>, given: Given<'_>) -> Step {
    match (element, given) {
        (Element::Char(a), Given::Hole(_)) => Step { within: !SEPARATORS.contains(&a), ..NOTHING },
        (Element::One, Given::Hole(_)) => Step { within: true, ..NOTHING },
        (Element::Hole(_), _) => Step { stays: true, ..NOTHING },
        _ => certain(element, given),
    }
}

fn is_empty_certainly(element: Element<'_>) -> bool {
    element == Element::Run
}

fn is_empty_possibly(element: Element<'_>) -> bool {
    matches!(element, Element::Run | Element::Hole(_))
}

/// Follows all ways through a pattern at once.
fn run(
    pattern: &[Element<'_>],
    text: &[Given<'_>],
    step: fn(Element<'_>, Given<'_>) -> Step,
    may_be_empty: fn(Element<'_>) -> bool,
) -> bool {
    // `at[i]`: the first `i` elements of the pattern may be used up by now.
    let mut at = vec![false; pattern.len() + 1];
    if let Some(first) = at.first_mut() {
        *first = true;
    }
    skip_empty(&mut at, pattern, may_be_empty);
    let mut next = vec![false; pattern.len() + 1];
    for given in text {
        next.iter_mut().for_each(|reached| *reached = false);
        if matches!(given, Given::Hole(_)) {
            // An unknown part may begin anywhere that is reached, and use up elements one after the other.
            let mut inside = false;
            for (index, reached) in at.iter().enumerate() {
                inside |= *reached;
                let Some(element) = pattern.get(index) else { break };
                let does = step(*element, *given);
                mark(&mut next, index, inside && does.stays);
                mark(&mut next, index + 1, *reached && does.takes);
                mark(&mut next, index + 1, inside && does.within);
                inside = inside && (does.within || does.stays && may_be_empty(*element));
            }
        } else {
            for (index, element) in pattern.iter().enumerate() {
                if !at.get(index).copied().unwrap_or(false) {
                    continue;
                }
                let does = step(*element, *given);
                mark(&mut next, index, does.stays);
                mark(&mut next, index + 1, does.takes);
            }
        }
        // An unknown part may be empty as far as is known: then nothing of the pattern is used up by it.
        if matches!(given, Given::Hole(_)) && may_be_empty(Element::Hole("")) {
            for (index, reached) in at.iter().enumerate() {
                mark(&mut next, index, *reached);
            }
        }
        skip_empty(&mut next, pattern, may_be_empty);
        std::mem::swap(&mut at, &mut next);
    }
    at.last().copied().unwrap_or(false)
}

fn mark(reached: &mut [bool], index: usize, is_reached: bool) {
    if is_reached && let Some(slot) = reached.get_mut(index) {
        *slot = true;
    }
}

/// Elements that may stand for nothing are used up for free.
fn skip_empty(reached: &mut [bool], pattern: &[Element<'_>], may_be_empty: fn(Element<'_>) -> bool) {
    for (index, element) in pattern.iter().enumerate() {
        let here = reached.get(index).copied().unwrap_or(false);
        mark(reached, index + 1, here && may_be_empty(*element));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Vec<Piece> {
        // `<x>` is a hole with the words `x`.
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            let (hole, behind) = after.split_once('>').unwrap();
            pieces.push(Piece::Hole(hole.to_owned()));
            rest = behind;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        pieces
    }

    fn truth(pattern: &str, subject: &str) -> Truth {
        matches(&text(pattern), &text(subject), Case::Sensitive)
    }

    /// Straight from the definition.
    fn naive(pattern: &[char], subject: &[char]) -> bool {
        match (pattern, subject) {
            ([], []) => true,
            (['*', rest @ ..], _) => (0..=subject.len()).any(|taken| naive(rest, &subject[taken..])),
            (['?', rest @ ..], [_, others @ ..]) => naive(rest, others),
            ([a, rest @ ..], [b, others @ ..]) => a == b && naive(rest, others),
            _ => false,
        }
    }

    #[test]
    fn known_texts() {
        let arn = "acs:rds:cn-x:1:dbinstance/rm-1";
        for pattern in ["*", "acs:rds:*:*:*", "acs:*:*cn-x*:*:*", "acs:rds:*:*:dbinstance/rm-?", arn] {
            assert_eq!(truth(pattern, arn), Truth::Yes, "{pattern}");
        }
        for pattern in ["", "acs:rds:*:*:dbinstances/*", "acs:rds:*:*:dbinstance/rm-??", "ACS:rds:*"] {
            assert_eq!(truth(pattern, arn), Truth::No, "{pattern}");
        }
        assert_eq!(matches(&text("RDS:create*"), &text("rds:CreateX"), Case::Folded), Truth::Yes);
    }

    #[test]
    fn parts_that_are_not_known() {
        let arn = "acs:rds:<region>:<account>:dbinstance/<main.id>";
        assert_eq!(truth("acs:rds:*:*:dbinstance/*", arn), Truth::Yes);
        assert_eq!(truth("acs:rds:*:*:dbinstance/<main.id>", arn), Truth::Yes);
        assert_eq!(truth("acs:rds:*:*:dbinstance/<other.id>", arn), Truth::Maybe);
        assert_eq!(truth("acs:rds:*:*:dbinstance/rm-1", arn), Truth::Maybe);
        assert_eq!(truth("acs:rds:cn-x:*:dbinstance/*", arn), Truth::Maybe);
        assert_eq!(truth("acs:rds:*:*:dbinstances/*", arn), Truth::No);
        assert_eq!(truth("acs:rds:*:*:db/*", arn), Truth::No);
        assert_eq!(truth("<all>", arn), Truth::Maybe);
        assert_eq!(truth("<all>", "x"), Truth::Maybe);
        assert_eq!(truth("a<x>b", "acb"), Truth::Maybe);
        assert_eq!(truth("a<x>b", "acd"), Truth::No);
        assert_eq!(truth("a?c", "a<one>c"), Truth::Maybe);
        assert_eq!(truth("?", "<one>"), Truth::Maybe);
        assert_eq!(truth("ab", "a<one>b"), Truth::Maybe);
    }

    #[test]
    fn hostile_patterns_cost_no_more_than_others() {
        // Trying one way after the other would not end.
        let pattern = "*a".repeat(3000) + "b";
        assert_eq!(truth(&pattern, &"a".repeat(2000)), Truth::No);
        assert_eq!(truth(&"*".repeat(100_000), "x"), Truth::Yes);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn as_the_definition_says(pattern in "[ab:*?]{0,8}", subject in "[ab:]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = Truth::from(naive(&chars(&pattern), &chars(&subject)));
            prop_assert_eq!(truth(&pattern, &subject), expected);
        }

        #[test]
        fn what_is_not_known_is_tried(
            pattern in "[ab:*?]{0,5}(<[xy]>)?[ab:*?]{0,3}",
            subject in "[ab:]{0,3}(<[xy]>)?[ab:]{0,3}",
        ) {
            // Every text of up to four characters for `x` and `y`; no separator where a subject has a hole.
            let mut fillings = vec![String::new()];
            let mut from = 0;
            for _ in 0..4 {
                let upto = fillings.len();
                for index in from..upto {
                    for c in ["a", "b"] {
                        fillings.push(format!("{}{c}", fillings[index]));
                    }
                }
                from = upto;
            }
            let said = truth(&pattern, &subject);
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let mut seen = (false, false);
            for x in &fillings {
                for y in &fillings {
                    let fill = |text: &str| text.replace("<x>", x).replace("<y>", y);
                    let holds = naive(&chars(&fill(&pattern)), &chars(&fill(&subject)));
                    if holds { seen.0 = true } else { seen.1 = true }
                }
            }
            match said {
                Truth::Yes => prop_assert!(!seen.1),
                Truth::No => prop_assert!(!seen.0),
                Truth::Maybe => {}
            }
        }
    }
}
