//! What two sets of documents allow differently: exactly, with a request that shows it.
//!
//! The action is fixed, so each statement is a set of names of resources under conditions. Names are sorted by the
//! patterns that match them, keys of the request by the conditions that hold (`cells`); there are finitely many of
//! both, and at each such point both sides are looked at. What nobody can tell is assumed to be so and not to be so, the
//! same on both sides: a difference that shows either way is certain, one that shows only one way is told as unknown.
//! Every difference is put to the evaluator again before it is told.
//!
//! What holds for names of the given shape only is compared: a pattern whose `*` runs over `:` differs from one that names
//! each part only where a well-formed name shows it.

mod automaton;
mod cells;
mod formula;
mod shape;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::automaton::{Signature, signature, signatures};
use self::cells::{Cell, Cells, cells};
use self::formula::{Atom, Formula, Point, Table, Unknown};
use super::condition;
use super::evaluate::{Context, Decision, Layers, Outcome, Request, decide};
use super::truth::Truth;
use crate::model::{Condition, Piece};
use crate::source::Place;

pub use shape::{Free, Part, Shape};

/// How many combinations of keys are looked at most for each set of names.
const MOST_POINTS: usize = 100_000;
/// How many assumptions are tried at most at one point.
const MOST_ASSUMPTIONS: usize = 4096;

/// What differs between two sets of documents.
#[derive(Debug, Clone)]
pub struct Comparison<'a> {
    /// What the new ones allow and the old ones did not.
    pub gained: Answer<'a>,
    /// What the old ones allowed and the new ones do not.
    pub lost: Answer<'a>,
}

/// Whether there is a difference.
#[derive(Debug, Clone)]
pub enum Answer<'a> {
    /// There is none.
    Nothing,
    /// There is one.
    Witness(Box<Witness<'a>>),
    /// There may be one: what it depends on.
    Unknown(Vec<Doubt>),
}

/// A request that is allowed by one side alone.
#[derive(Debug, Clone)]
pub struct Witness<'a> {
    /// The name of the resource.
    pub resource: String,
    /// The keys that the request has, with their values; others make no difference.
    pub context: Vec<(String, Vec<String>)>,
    /// What the old documents say.
    pub before: Decision<'a>,
    /// What the new documents say.
    pub after: Decision<'a>,
}

/// Why an answer is not known.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// For people, as a fragment.
    pub words: String,
    /// Where it comes from; absent where it comes from no place.
    pub place: Option<Place>,
}

/// Compares what two sets of documents allow: an action on resources whose names have a shape.
#[must_use]
pub fn compare<'a>(old: &Layers<'a>, new: &Layers<'a>, action: &str, shape: &Shape) -> Comparison<'a> {
    let mut table = Table::default();
    let before = table.formula(old, action);
    let after = table.formula(new, action);
    let Some(names) = signatures(&table.globs, shape) else {
        let doubt = || Answer::Unknown(vec![doubt("the patterns of resources can be combined in too many ways")]);
        return Comparison { gained: doubt(), lost: doubt() };
    };
    let keys = keys(&table.conditions);
    let mut names: Vec<(Signature, String)> = names.into_iter().collect();
    names.sort_by(|(_, a), (_, b)| (a.chars().count(), a).cmp(&(b.chars().count(), b)));
    let mut search = Search { table, keys, names, shape, action };
    let gained = search.difference(&before, &after, |witness| replayed(witness, old, new, action));
    let lost = search.difference(&after, &before, |witness| {
        replayed(witness, new, old, action).map(|(after, before)| (before, after))
    });
    Comparison { gained, lost }
}

fn doubt(words: &str) -> Doubt {
    Doubt { words: words.to_owned(), place: None }
}

/// The cells of every key, in the order in which keys are met. The conditions are those of the table.
fn keys(conditions: &[&Condition]) -> Vec<Cells> {
    let mut by_key: BTreeMap<String, Vec<&Condition>> = BTreeMap::new();
    for condition in conditions {
        by_key.entry(condition.key.to_ascii_lowercase()).or_default().push(condition);
    }
    let cells = |conditions: &Vec<&Condition>| conditions.first().map(|first| cells(&first.key, conditions));
    by_key.values().filter_map(cells).collect()
}

/// A request, put to the evaluator: what the side that denies and the side that allows say; nothing when either does not.
fn replayed<'a>(
    witness: &(String, Vec<(String, Vec<String>)>),
    denies: &Layers<'a>,
    allows: &Layers<'a>,
    action: &str,
) -> Option<(Decision<'a>, Decision<'a>)> {
    let mut context = Context::default();
    witness.1.iter().for_each(|(key, values)| context.set(key, values.clone()));
    let resource = [Piece::Text(witness.0.clone())];
    let request = Request { action, resource: &resource, context: &context };
    let (denied, allowed) = (decide(denies, &request), decide(allows, &request));
    let differ = matches!(denied.outcome, Outcome::DeniedExplicitly | Outcome::DeniedByDefault)
        && allowed.outcome == Outcome::Allowed;
    differ.then_some((denied, allowed))
}

struct Search<'a, 's> {
    table: Table<'a>,
    keys: Vec<Cells>,
    names: Vec<(Signature, String)>,
    shape: &'s Shape,
    action: &'s str,
}

/// What one point shows.
enum Shows {
    /// Both sides say the same.
    Nothing,
    /// One side alone allows, whatever is not known.
    Difference,
    /// It depends on these.
    Depends(Vec<usize>),
}

impl<'a> Search<'a, '_> {
    /// The shortest request that one side denies and the other allows.
    fn difference(
        &mut self,
        denies: &Formula,
        allows: &Formula,
        replay: impl Fn(&(String, Vec<(String, Vec<String>)>)) -> Option<(Decision<'a>, Decision<'a>)>,
    ) -> Answer<'a> {
        let mut doubts: BTreeMap<String, Doubt> = BTreeMap::new();
        let mut add = |words: String, place: Option<Place>| {
            doubts.entry(words.clone()).or_insert(Doubt { words, place });
        };
        let points = self.keys.iter().map(|cells| cells.all.len()).try_fold(1_usize, usize::checked_mul);
        if points.is_none_or(|points| points > MOST_POINTS) {
            return Answer::Unknown(vec![doubt("the conditions can be combined in too many ways")]);
        }
        for number in 0..self.names.len() {
            let Some((matches, name)) = self.names.get(number).cloned() else { continue };
            let mut rounds = Rounds::new(self.keys.iter().map(|cells| cells.all.len()).collect());
            while let Some(chosen) = rounds.next() {
                let (context, holds) = self.at(&chosen);
                match shows(&self.table, denies, allows, &matches, &holds) {
                    Shows::Nothing => {}
                    Shows::Difference => {
                        let same = |name: &str| signature(&self.table.globs, name) == matches;
                        let resource = self.shape.with_usual_parts(&name, same);
                        let witness = (resource, context);
                        if let Some((before, after)) = replay(&witness) {
                            let (resource, context) = witness;
                            return Answer::Witness(Box::new(Witness { resource, context, before, after }));
                        }
                        add(format!("{} on {} is not decided for certain", self.action, witness.0), None);
                    }
                    Shows::Depends(unknown) if unknown.is_empty() => {
                        add("it depends on too much that is not known".to_owned(), None);
                    }
                    Shows::Depends(unknown) => {
                        for Unknown { words, place } in unknown.iter().filter_map(|n| self.table.unknown.get(*n)) {
                            add(words.clone(), Some(place.clone()));
                        }
                    }
                }
            }
        }
        self.keys.iter().filter_map(|cells| cells.open.clone()).for_each(|words| add(words, None));
        if doubts.is_empty() { Answer::Nothing } else { Answer::Unknown(doubts.into_values().collect()) }
    }

    /// The request at a point: a cell of each key, and what the conditions say there.
    fn at(&mut self, chosen: &[usize]) -> (Vec<(String, Vec<String>)>, Vec<Atom>) {
        let cells: Vec<(String, Cell)> = self
            .keys
            .iter()
            .zip(chosen)
            .filter_map(|(cells, number)| Some((cells.key.clone(), cells.all.get(*number)?.clone())))
            .collect();
        let mut context = Context::default();
        cells.iter().for_each(|(key, cell)| context.set(key, cell.values.clone()));
        let absent = |key: &str| cells.iter().any(|(k, cell)| k.eq_ignore_ascii_case(key) && cell.values.is_empty());
        let conditions = self.table.conditions.clone();
        let holds = conditions
            .into_iter()
            .map(|condition| match condition::holds(condition, &context) {
                Truth::Maybe => self.table.undecided(condition, absent(&condition.key)),
                truth => Atom::Known(truth),
            })
            .collect();
        let present = cells.into_iter().filter(|(_, cell)| !cell.values.is_empty());
        (present.map(|(key, cell)| (key, cell.values)).collect(), holds)
    }
}

/// What a point shows, whatever is not known.
fn shows(table: &Table<'_>, denies: &Formula, allows: &Formula, matches: &[bool], holds: &[Atom]) -> Shows {
    let mut waiting = vec![vec![None; table.unknown.len()]];
    let (mut differs, mut same, mut tried) = (false, false, 0);
    let mut depends: Vec<usize> = Vec::new();
    while let Some(assumed) = waiting.pop() {
        tried += 1;
        if tried > MOST_ASSUMPTIONS {
            return Shows::Depends(Vec::new());
        }
        let point = Point { matches, holds, assumed: &assumed };
        let (one, other) = (denies.allows(&point), allows.allows(&point));
        if one == Truth::Yes || other == Truth::No {
            same = true;
        } else if one == Truth::No && other == Truth::Yes {
            differs = true;
        } else if let Some(number) = denies.open(&point).or_else(|| allows.open(&point)) {
            depends.push(number);
            for assumption in [true, false] {
                let mut further = assumed.clone();
                further.iter_mut().skip(number).take(1).for_each(|slot| *slot = Some(assumption));
                waiting.push(further);
            }
        }
        if differs && same {
            break;
        }
    }
    depends.sort_unstable();
    depends.dedup();
    match (differs, same) {
        (true, false) => Shows::Difference,
        (true, true) => Shows::Depends(depends),
        (false, _) => Shows::Nothing,
    }
}

/// All combinations of one number below each of several bounds. The last of each comes first: a key that is not there
/// makes the shorter request.
struct Rounds {
    bounds: Vec<usize>,
    next: Option<Vec<usize>>,
}

impl Rounds {
    fn new(bounds: Vec<usize>) -> Self {
        let next = bounds.iter().map(|bound| bound.checked_sub(1)).collect();
        Self { bounds, next }
    }

    fn next(&mut self) -> Option<Vec<usize>> {
        let now = self.next.take()?;
        let mut following = now.clone();
        for (place, bound) in following.iter_mut().zip(&self.bounds).rev() {
            if let Some(less) = place.checked_sub(1) {
                *place = less;
                self.next = Some(following);
                break;
            }
            *place = bound.saturating_sub(1);
        }
        Some(now)
    }
}
