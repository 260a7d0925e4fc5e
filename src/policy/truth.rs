//! Whether conditions hold, as far as anybody can tell.
//!
//! A world has one value for every fact, and a candidate for every parameter that is not known. What cannot be told is
//! `Maybe`, which no certain finding rests on.

use super::rule::{Atom, Formula, Policy, Subject, Test};
use super::situation::Moment;
use crate::ram::Truth;

/// A value that a parameter has, or may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Candidate<'a> {
    /// Nothing is given.
    Absent,
    /// This text.
    Text(std::borrow::Cow<'a, str>),
    /// Some text that is none of those that the policy names, and no number.
    Other,
    /// Nothing is known of it.
    Any,
}

/// Everything that a policy can ask about, with a value for each.
#[derive(Debug, Clone, Copy)]
pub(super) struct World<'w, 'c> {
    /// The API, by its id and the name of its operation.
    pub(super) api: (&'w str, &'w str),
    pub(super) surface: &'w str,
    /// The file; empty where there is none.
    pub(super) path: &'w str,
    pub(super) facts: &'w [&'c str],
    pub(super) fact_names: &'w [&'c str],
    pub(super) parameters: &'w [(&'c str, Candidate<'c>)],
    /// The tags that the policy asks for.
    pub(super) tags: &'w [(&'w str, Candidate<'w>)],
    pub(super) principal: Option<&'w str>,
    pub(super) moment: Option<Moment>,
}

/// Whether a policy is violated in a world.
pub(super) fn violated(policy: &Policy, world: &World<'_, '_>) -> Truth {
    let broken = policy.require.as_ref().map_or(Truth::No, |require| holds(policy, require, world).negated());
    let forbidden = policy.forbid.as_ref().map_or(Truth::No, |forbid| holds(policy, forbid, world));
    holds(policy, &policy.when, world).and(broken.or(forbidden))
}

/// Whether a formula holds in a world.
pub(super) fn holds(policy: &Policy, formula: &Formula, world: &World<'_, '_>) -> Truth {
    match formula {
        Formula::All(all) => Truth::all(all.iter().map(|inner| holds(policy, inner, world))),
        Formula::Any(any) => Truth::any(any.iter().map(|inner| holds(policy, inner, world))),
        Formula::Not(inner) => holds(policy, inner, world).negated(),
        Formula::Atom(number) => policy.atoms.get(*number).map_or(Truth::Maybe, |atom| atom_holds(atom, world)),
    }
}

/// Whether a condition holds in a world.
pub(super) fn atom_holds(atom: &Atom, world: &World<'_, '_>) -> Truth {
    match &atom.subject {
        Subject::Fact(name) => {
            let number = world.fact_names.iter().position(|fact| fact == name);
            number.and_then(|number| world.facts.get(number)).map_or(Truth::Maybe, |value| text_fits(&atom.test, value))
        }
        Subject::Parameter(name) => {
            let known = world.parameters.iter().find(|(known, _)| known == name);
            known.map_or(Truth::Maybe, |(_, candidate)| candidate_fits(&atom.test, candidate))
        }
        Subject::Tag(key) => {
            let known = world.tags.iter().find(|(known, _)| known == key);
            known.map_or(Truth::Maybe, |(_, candidate)| candidate_fits(&atom.test, candidate))
        }
        Subject::Api => text_fits(&atom.test, world.api.0).or(text_fits(&atom.test, world.api.1)),
        Subject::Surface => text_fits(&atom.test, world.surface),
        Subject::Path => match &atom.test {
            Test::Path(patterns) if !world.path.is_empty() => patterns.matches(std::path::Path::new(world.path)).into(),
            _ => Truth::No,
        },
        Subject::Principal => world.principal.map_or(Truth::Maybe, |principal| {
            let short = principal.rsplit_once(':').map_or(principal, |(_, name)| name);
            text_fits(&atom.test, principal).or(text_fits(&atom.test, short))
        }),
        Subject::Time => world.moment.map_or(Truth::Maybe, |moment| time_fits(&atom.test, moment)),
    }
}

fn candidate_fits(test: &Test, candidate: &Candidate<'_>) -> Truth {
    match (candidate, test) {
        (Candidate::Any, _) => Truth::Maybe,
        (Candidate::Absent, Test::Absent) => Truth::Yes,
        (Candidate::Other, Test::Like(_) | Test::Found(_)) => Truth::Maybe,
        (Candidate::Text(text), _) => text_fits(test, text),
        (Candidate::Absent | Candidate::Other, _) => Truth::No,
    }
}

fn text_fits(test: &Test, text: &str) -> Truth {
    match test {
        Test::OneOf(words) => words.iter().any(|word| word.eq_ignore_ascii_case(text)).into(),
        Test::Between(least, most) => {
            let number = text.trim().parse::<i64>();
            let fits =
                |number: i64| least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most);
            number.is_ok_and(fits).into()
        }
        Test::Like(patterns) => patterns.is_match(text).into(),
        Test::Found(expressions) => expressions.is_match(text).into(),
        Test::Absent | Test::Path(_) | Test::Minutes(..) | Test::Days(_) => Truth::No,
    }
}

fn time_fits(test: &Test, moment: Moment) -> Truth {
    match test {
        Test::Minutes(from, to) => {
            let is_in =
                |minute: u16| if from < to { (*from..*to).contains(&minute) } else { minute >= *from || minute < *to };
            let mut inside = (moment.minutes.0..moment.minutes.1).map(is_in);
            let first = inside.next().unwrap_or(false);
            if inside.all(|other| other == first) { first.into() } else { Truth::Maybe }
        }
        Test::Days(days) => moment.weekday.map_or(Truth::Maybe, |day| (days >> day & 1 == 1).into()),
        _ => Truth::No,
    }
}

/// What a parameter that is not known may be, as far as a policy can tell values apart.
pub(super) fn candidates<'a>(policy: &'a Policy, parameter: &str, may_be_absent: bool) -> Vec<Candidate<'a>> {
    let mut all = vec![Candidate::Other];
    if may_be_absent {
        all.push(Candidate::Absent);
    }
    let mut numbers: Vec<i64> = Vec::new();
    let is_meant = |atom: &&Atom| matches!(&atom.subject, Subject::Parameter(name) if name == parameter);
    for atom in policy.atoms.iter().filter(is_meant) {
        match &atom.test {
            Test::OneOf(words) => {
                for word in words {
                    all.push(Candidate::Text(word.as_str().into()));
                    numbers.extend(word.parse::<i64>().ok());
                }
            }
            Test::Between(least, most) => numbers.extend(least.iter().chain(most)),
            _ => {}
        }
    }
    // A number and its neighbours stand for everything on either side.
    for number in numbers {
        for near in [number.saturating_sub(1), number, number.saturating_add(1)] {
            let near = Candidate::Text(near.to_string().into());
            if !all.contains(&near) {
                all.push(near);
            }
        }
    }
    all
}
