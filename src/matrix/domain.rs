//! The space that a matrix speaks about: its dimensions, their classes, and sets of classes.
//!
//! Each fact and each parameter is a dimension. Its values fall into classes: each value of a fact and
//! of a choice is one, "not given" is class 0 of every parameter, and free text or a number is "given".

use super::raw::{self, ParameterType};

/// How many dimensions a matrix may have. Worlds are arrays of this length.
pub(super) const MAX_DIMENSIONS: usize = 16;

/// The class of a parameter that is not given.
pub(super) const ABSENT: u8 = 0;

/// How `ABSENT` is written in a matrix.
pub(super) const ABSENT_WORD: &str = "absent";

/// How "any class but `ABSENT`" is written in a matrix.
pub(super) const GIVEN_WORD: &str = "given";

/// One class for each dimension.
pub(super) type World = [u8; MAX_DIMENSIONS];

/// A set of classes of one dimension, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct ClassSet(pub(super) u32);

impl ClassSet {
    pub(super) fn one(class: u8) -> Self {
        Self(1 << u32::from(class).min(31))
    }

    pub(super) fn contains(self, class: u8) -> bool {
        self.0 & Self::one(class).0 != 0
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The only class, when there is exactly one.
    pub(super) fn single(self) -> Option<u8> {
        (self.0.count_ones() == 1).then(|| u8::try_from(self.0.trailing_zeros()).unwrap_or(0))
    }
}

/// A fact or a parameter.
#[derive(Debug, Clone)]
pub(super) struct Dimension {
    pub(super) name: String,
    /// The ids of the classes; at most 32.
    pub(super) classes: Vec<String>,
    pub(super) is_fact: bool,
    /// The class that a fact has unless something says otherwise; such a fact is never "unknown".
    pub(super) assumed: Option<u8>,
}

impl Dimension {
    /// Every class.
    pub(super) fn all(&self) -> ClassSet {
        let count = u32::try_from(self.classes.len()).unwrap_or(0).min(31);
        ClassSet((1 << count) - 1)
    }

    /// The class with an id.
    pub(super) fn class(&self, id: &str) -> Option<u8> {
        self.classes.iter().position(|c| c == id).and_then(|i| u8::try_from(i).ok())
    }

    /// The classes that a word in a cell means: an id, or `given`.
    pub(super) fn cell_word(&self, word: &str) -> Option<ClassSet> {
        if !self.is_fact && word == GIVEN_WORD {
            return Some(ClassSet(self.all().0 & !ClassSet::one(ABSENT).0));
        }
        self.class(word).map(ClassSet::one)
    }
}

/// The dimensions of a matrix: facts first, then parameters, each in the order of the file.
pub(super) fn dimensions(file: &raw::File) -> Vec<Dimension> {
    let facts = file.facts.iter().map(|fact| {
        let classes: Vec<String> = fact.values.iter().map(|v| v.id.clone()).collect();
        let assumed = fact.assumed.as_ref().and_then(|id| classes.iter().position(|c| c == id));
        let assumed = assumed.and_then(|i| u8::try_from(i).ok());
        Dimension { name: fact.name.clone(), classes, is_fact: true, assumed }
    });
    let parameters = file.parameters.iter().map(|parameter| {
        let mut classes = vec![ABSENT_WORD.to_owned()];
        match parameter.kind {
            ParameterType::Choice => classes.extend(parameter.values.iter().cloned()),
            _ => classes.push(GIVEN_WORD.to_owned()),
        }
        Dimension { name: parameter.name.clone(), classes, is_fact: false, assumed: None }
    });
    facts.chain(parameters).collect()
}

/// Calls `visit` with every world of a product of sets, in a fixed order. `sets` has a set for each
/// dimension; an empty set gives no world.
pub(super) fn for_each_world(sets: &[ClassSet], mut visit: impl FnMut(&World)) {
    let mut world: World = [0; MAX_DIMENSIONS];
    if sets.iter().any(|s| s.is_empty()) {
        return;
    }
    for (slot, set) in world.iter_mut().zip(sets) {
        *slot = u8::try_from(set.0.trailing_zeros()).unwrap_or(0);
    }
    loop {
        visit(&world);
        // Count up like an odometer whose wheels hold the classes of each set; the last wheel turns fastest.
        let mut turned = false;
        for (slot, set) in world.iter_mut().zip(sets).rev() {
            let above = u64::from(set.0) >> (u32::from(*slot) + 1);
            if above != 0 {
                *slot += 1 + u8::try_from(above.trailing_zeros()).unwrap_or(0);
                turned = true;
                break;
            }
            *slot = u8::try_from(set.0.trailing_zeros()).unwrap_or(0);
        }
        if !turned {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_odometer_meets_every_world_once() {
        let sets = [ClassSet(0b101), ClassSet(0b1), ClassSet(0b110)];
        let mut seen = Vec::new();
        for_each_world(&sets, |w| seen.push([w[0], w[1], w[2]]));
        assert_eq!(seen, [[0, 0, 1], [0, 0, 2], [2, 0, 1], [2, 0, 2]]);
    }

    #[test]
    fn an_empty_set_has_no_world() {
        for_each_world(&[ClassSet(1), ClassSet(0)], |_| panic!("no world expected"));
    }
}
