//! What configurations say of instances, as an inventory has it.

use super::layer::Layer;
use crate::model::{Alternative, Content, Fact, Instance, Step, Value};

impl Layer {
    /// The instances of `[instances]`. Whatever is said of one that is no fact is its region.
    #[must_use]
    pub fn known_instances(&self, is_fact: impl Fn(&str) -> bool) -> Vec<Instance> {
        let instance = |(id, said): (&String, &std::collections::BTreeMap<String, super::Set<String>>)| {
            let facts = said.iter().filter(|(name, _)| is_fact(name)).map(|(name, set)| {
                let label = format!("the {name}, by the configuration");
                let steps = vec![Step { place: set.place.clone(), label }];
                let alternative = Alternative { steps, ..Alternative::new(Content::text(set.value.clone())) };
                Fact { name: name.clone(), value: Value::from(alternative) }
            });
            let region = said.iter().find(|(name, _)| !is_fact(name)).map(|(_, set)| set.value.clone());
            Instance { id: id.clone(), region, facts: facts.collect() }
        };
        self.instances.iter().map(instance).collect()
    }
}
