//! Instances that the user told us about.

use std::collections::BTreeMap;

use super::call::Fact;

/// What is known of one instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its id, e.g. `rm-…`.
    pub id: String,
    /// Its region, when that is said.
    pub region: Option<String>,
    /// Its facts; each value's last step is the place in the inventory.
    pub facts: Vec<Fact>,
}

/// Instances by id.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    instances: BTreeMap<String, Instance>,
}

impl Inventory {
    /// Adds an instance. A later one replaces an earlier one of the same id.
    pub fn insert(&mut self, instance: Instance) {
        self.instances.insert(instance.id.clone(), instance);
    }

    /// Adds what is said of an instance to what is known of it: of two that say the same fact this one is believed.
    pub fn complete(&mut self, instance: Instance) {
        let Some(known) = self.instances.get_mut(&instance.id) else { return self.insert(instance) };
        known.facts.retain(|fact| instance.facts.iter().all(|other| other.name != fact.name));
        known.facts.extend(instance.facts);
        known.region = instance.region.or_else(|| known.region.take());
    }

    /// The instances, by their ids.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.values()
    }

    /// The instance with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Instance> {
        self.instances.get(id)
    }

    /// How many instances there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.instances.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instances.is_empty()
    }
}
