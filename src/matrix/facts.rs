//! Where each fact of a case is known from: the call itself, the inventory, or what the id proves.

use super::cases::{Case, Slot};
use super::domain::{ClassSet, Dimension};
use super::evaluate::Evaluator;
use super::raw;
use crate::model::{Alternative, Content, Inventory};

/// What is known of one fact in one case.
#[derive(Debug, Clone, Copy)]
pub(super) enum FactSource<'c> {
    /// Known: its class and the value that says so.
    Known(u8, &'c Alternative),
    /// Proven by the beginning of the id.
    Prefix(u8),
    /// Nobody says otherwise.
    Assumed(u8),
    /// Not known.
    Unknown,
}

impl FactSource<'_> {
    pub(super) fn set(&self, dimension: &Dimension) -> ClassSet {
        match self {
            Self::Known(class, _) | Self::Prefix(class) | Self::Assumed(class) => ClassSet::one(*class),
            Self::Unknown => dimension.all(),
        }
    }

    pub(super) fn overridable(&self) -> bool {
        matches!(self, Self::Known(_, alternative) if alternative.overridable)
    }
}

impl Evaluator<'_> {
    /// The source of each fact in a case.
    pub(super) fn fact_sources<'c>(&self, case: &Case<'c>, inventory: &'c Inventory) -> Vec<FactSource<'c>> {
        let id = self.identifier(case);
        let listed = id.and_then(|id| inventory.get(id));
        let prefix = id.and_then(|id| self.matrix.prefix(id));
        let facts = self.matrix.file.facts.iter().enumerate();
        facts
            .map(|(i, fact)| {
                let said = match case.slots.get(i).copied().unwrap_or(Slot::Nothing) {
                    Slot::Chosen(_, alternative) => self.known(i, alternative),
                    _ => None,
                };
                let entry = listed.and_then(|instance| instance.facts.iter().find(|f| f.name == fact.name));
                let listed = || entry.and_then(|f| f.value.alternatives().first()).and_then(|a| self.known(i, a));
                said.or_else(listed).unwrap_or_else(|| self.by_prefix_or_assumed(i, fact, prefix))
            })
            .collect()
    }

    fn by_prefix_or_assumed<'c>(&self, fact: usize, raw: &raw::Fact, prefix: Option<&raw::Prefix>) -> FactSource<'c> {
        let dimension = self.matrix.dimensions.get(fact);
        let proven = prefix.and_then(|p| p.facts.get(&raw.name)).and_then(|id| dimension?.class(id));
        match (proven, dimension.and_then(|d| d.assumed)) {
            (Some(class), _) => FactSource::Prefix(class),
            (None, Some(class)) => FactSource::Assumed(class),
            (None, None) => FactSource::Unknown,
        }
    }

    fn known<'c>(&self, fact: usize, alternative: &'c Alternative) -> Option<FactSource<'c>> {
        let Content::Text(text) = &alternative.content else { return None };
        let names = self.matrix.api.facts.get(fact)?;
        let id = &names.value(text)?.id;
        let class = self.matrix.dimensions.get(fact)?.class(id)?;
        Some(FactSource::Known(class, alternative))
    }

    /// The id of the instance in a case, when it is known.
    pub(super) fn identifier<'c>(&self, case: &Case<'c>) -> Option<&'c str> {
        let name = &self.matrix.file.identifiers.as_ref()?.parameter;
        let dimension = self.matrix.dimensions.iter().position(|d| !d.is_fact && d.name == *name)?;
        match &case.slots.get(dimension)?.alternative()?.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }
}
