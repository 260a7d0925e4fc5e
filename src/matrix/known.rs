//! What is known when a call is made, for whoever judges it by other rules than those of the matrix.
//!
//! Takes a call and what is known of instances; gives its cases, each with the worlds that its facts leave and with what
//! is known of every parameter. It judges nothing.

use super::cases::{self, Slot};
use super::domain::World;
use super::evaluate::{Evaluator, Question};
use super::worlds::Worlds;
use crate::model::{Alternative, Call, Inventory};

/// One case of a call: values that hold together.
#[derive(Debug, Clone)]
pub struct KnownCase<'c> {
    /// The names of the facts, in the order of the values in a world.
    pub facts: Vec<&'c str>,
    /// The facts in every world that fits what is known: the ids of their values.
    pub worlds: Vec<Vec<&'c str>>,
    /// The same with everything left open that somebody outside may override.
    pub firm_worlds: Vec<Vec<&'c str>>,
    /// What is known of each parameter.
    pub parameters: Vec<(&'c str, KnownValue<'c>)>,
    /// The elements of loops that the case stands for: each of them is really run.
    pub iterations: Vec<(&'c str, u32)>,
}

/// What is known of a parameter in one case.
#[derive(Debug, Clone, Copy)]
pub enum KnownValue<'c> {
    /// Nothing is given.
    Absent,
    /// This; its content may be unknown.
    Is(&'c Alternative),
    /// One of too many values.
    Open,
}

impl<'m> Evaluator<'m> {
    /// The cases of a call that is known not to be made in some worlds.
    #[must_use]
    pub fn known_cases<'c>(&self, call: &'c Call, inventory: &'c Inventory, without: Worlds) -> Vec<KnownCase<'c>>
    where
        'm: 'c,
    {
        let matrix = self.matrix;
        let facts = matrix.fact_count();
        let names: Vec<&str> = matrix.dimensions.iter().take(facts).map(|fact| fact.name.as_str()).collect();
        let known = |case| {
            let asked = self.ask(case, inventory, without);
            let slots = asked.case.slots.iter().zip(&matrix.dimensions).skip(facts);
            let parameters = slots.map(|(slot, dimension)| {
                let value = match *slot {
                    Slot::Nothing => KnownValue::Absent,
                    Slot::Chosen(_, alternative) => KnownValue::Is(alternative),
                    Slot::Open => KnownValue::Open,
                };
                (dimension.name.as_str(), value)
            });
            KnownCase {
                facts: names.clone(),
                worlds: self.named_worlds(&asked.question),
                firm_worlds: self.named_worlds(&asked.firm),
                parameters: parameters.collect(),
                iterations: asked.case.iterations.clone(),
            }
        };
        cases::cases(matrix, call).into_iter().map(known).collect()
    }

    /// The worlds of a question with the ids of the facts.
    fn named_worlds(&self, question: &Question) -> Vec<Vec<&'m str>> {
        let matrix = self.matrix;
        let named = |world: &World| {
            let facts = matrix.dimensions.iter().take(matrix.fact_count()).zip(world);
            facts.map(|(fact, class)| fact.classes.get(usize::from(*class)).map_or("", String::as_str)).collect()
        };
        self.fact_worlds(question).iter().map(named).collect()
    }
}
