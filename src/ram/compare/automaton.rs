//! Which of several patterns can hold together: all names of a shape, sorted by the patterns that match them.
//!
//! Every pattern is followed at once, a character at a time, over the names of the shape alone. Characters that no pattern
//! mentions are told apart from none, so the number of ways is finite; those that differ in nothing are followed once. The
//! shortest way to each set of matching patterns is its witness.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::shape::{At, Shape};

/// How many places in patterns all ways have together at most. Beyond it the answer is not known.
const MOST_PLACES: usize = 2_000_000;

/// A pattern that is known to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glob {
    elements: Vec<Element>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Element {
    Char(char),
    /// This letter in either case.
    Letter(char),
    One,
    Run,
}

impl Glob {
    /// A pattern with wildcards.
    pub(super) fn wild(pattern: &str) -> Self {
        let mut elements: Vec<Element> = pattern
            .chars()
            .map(|c| match c {
                '*' => Element::Run,
                '?' => Element::One,
                other => Element::Char(other),
            })
            .collect();
        elements.dedup_by(|a, b| *a == Element::Run && *b == Element::Run);
        Self { elements }
    }

    /// A text as it is, wildcards included.
    pub(super) fn exact(text: &str, fold: bool) -> Self {
        let element = |c: char| if fold { Element::Letter(c.to_ascii_lowercase()) } else { Element::Char(c) };
        Self { elements: text.chars().map(element).collect() }
    }

    fn start(&self) -> Vec<u32> {
        let mut at = vec![0];
        self.skip(&mut at);
        at
    }

    /// Runs may stand for nothing. Places are in order.
    fn skip(&self, at: &mut Vec<u32>) {
        let mut index = 0;
        while let Some(place) = at.get(index).copied() {
            if self.element(place) == Some(Element::Run) && at.get(index + 1) != Some(&(place + 1)) {
                at.insert(index + 1, place + 1);
            }
            index += 1;
        }
    }

    fn element(&self, place: u32) -> Option<Element> {
        self.elements.get(place as usize).copied()
    }

    fn after(&self, at: &[u32], next: char) -> Vec<u32> {
        let mut after: Vec<u32> = Vec::with_capacity(at.len());
        for place in at {
            let moved = match self.element(*place) {
                Some(Element::Run) => *place,
                Some(Element::One) => place + 1,
                Some(Element::Char(c)) if c == next => place + 1,
                Some(Element::Letter(c)) if c == next.to_ascii_lowercase() => place + 1,
                _ => continue,
            };
            if after.last() != Some(&moved) {
                after.push(moved);
            }
        }
        self.skip(&mut after);
        after
    }

    fn ends(&self, at: &[u32]) -> bool {
        at.last().is_some_and(|place| *place as usize == self.elements.len())
    }

    /// The characters that it tells apart from others.
    fn characters(&self) -> impl Iterator<Item = char> {
        self.elements.iter().flat_map(|element| match element {
            Element::Char(c) => vec![*c],
            Element::Letter(c) => vec![*c, c.to_ascii_uppercase()],
            Element::One | Element::Run => Vec::new(),
        })
    }

    /// Whether it matches a text.
    pub(super) fn matches(&self, text: &str) -> bool {
        let end = text.chars().fold(self.start(), |at, c| self.after(&at, c));
        self.ends(&end)
    }
}

/// Which patterns match, in their order.
pub(super) type Signature = Vec<bool>;

/// The patterns that match a text.
pub(super) fn signature(globs: &[Glob], text: &str) -> Signature {
    globs.iter().map(|glob| glob.matches(text)).collect()
}

/// Where one is with all patterns, and in the shape.
#[derive(Clone, PartialEq, Eq, Hash)]
struct State {
    shape: At,
    globs: Vec<Vec<u32>>,
}

/// Every set of patterns that match some name of the shape together, with the shortest such name; of names of one length
/// the one that is met first. Nothing when there are too many to follow.
pub(super) fn signatures(globs: &[Glob], shape: &Shape) -> Option<BTreeMap<Signature, String>> {
    let mut told_apart: Vec<char> = globs.iter().flat_map(Glob::characters).collect();
    told_apart.sort_unstable();
    told_apart.dedup();
    let start = State { shape: Shape::start(), globs: globs.iter().map(Glob::start).collect() };
    // How each state was reached first: from which, and by which character.
    let mut came: Vec<(usize, Option<char>)> = vec![(0, None)];
    let mut known: HashMap<State, usize> = HashMap::from([(start.clone(), 0)]);
    let mut waiting = VecDeque::from([(0_usize, start)]);
    let mut found = BTreeMap::new();
    let mut places = 0_usize;
    while let Some((number, state)) = waiting.pop_front() {
        if shape.may_end(state.shape) {
            let signature: Signature = globs.iter().zip(&state.globs).map(|(glob, at)| glob.ends(at)).collect();
            found.entry(signature).or_insert_with(|| text_of(&came, number));
        }
        for next in shape.choices(state.shape, &told_apart) {
            let Some(at) = shape.after(state.shape, next) else { continue };
            let after = globs.iter().zip(&state.globs).map(|(glob, at)| glob.after(at, next)).collect();
            let reached = State { shape: at, globs: after };
            if known.contains_key(&reached) {
                continue;
            }
            places += 1 + reached.globs.iter().map(Vec::len).sum::<usize>();
            if places > MOST_PLACES {
                return None;
            }
            known.insert(reached.clone(), came.len());
            waiting.push_back((came.len(), reached));
            came.push((number, Some(next)));
        }
    }
    Some(found)
}

fn text_of(came: &[(usize, Option<char>)], mut number: usize) -> String {
    let mut text = Vec::new();
    while let Some((from, Some(character))) = came.get(number) {
        text.push(*character);
        number = *from;
    }
    text.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Piece;
    use crate::ram::Truth;
    use crate::ram::pattern::{self, Case};

    fn shape() -> Shape {
        use super::super::shape::{Free, Part};
        let free = Free { characters: Some(vec!['a', 'b', 'c']), least: 0, most: Some(3), usual: String::new() };
        Shape::new(vec![Part::Free(free)]).unwrap()
    }

    fn names() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut from = 0;
        for _ in 0..3 {
            let to = all.len();
            for shorter in all.get(from..to).unwrap().to_vec() {
                all.extend(["a", "b", "c"].map(|c| format!("{shorter}{c}")));
            }
            from = to;
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_pattern_matches_as_the_evaluator_says(wild in "[ab*?]{0,6}", text in "[abc]{0,6}") {
            let piece = |text: &str| [Piece::Text(text.to_owned())];
            let said = pattern::matches(&piece(&wild), &piece(&text), Case::Sensitive);
            prop_assert_eq!(Truth::from(Glob::wild(&wild).matches(&text)), said);
        }

        #[test]
        fn what_holds_together_is_what_some_name_shows(wild in prop::collection::vec("[ab*?]{0,4}", 0..5)) {
            let globs: Vec<Glob> = wild.iter().map(|pattern| Glob::wild(pattern)).collect();
            let found = signatures(&globs, &shape()).unwrap();
            let mut shortest: BTreeMap<Signature, usize> = BTreeMap::new();
            for name in names() {
                let length = shortest.entry(signature(&globs, &name)).or_insert(name.len());
                *length = name.len().min(*length);
            }
            prop_assert_eq!(found.keys().collect::<Vec<_>>(), shortest.keys().collect::<Vec<_>>());
            for (holds, name) in &found {
                prop_assert_eq!(&signature(&globs, name), holds);
                prop_assert_eq!(Some(&name.len()), shortest.get(holds));
            }
        }
    }

    #[test]
    fn texts_that_are_compared_as_they_are_have_no_wildcards() {
        assert!(Glob::exact("a*", false).matches("a*"));
        assert!(!Glob::exact("a*", false).matches("ab"));
        assert!(Glob::exact("Ab", true).matches("aB"));
        assert!(!Glob::exact("Ab", false).matches("ab"));
    }
}
