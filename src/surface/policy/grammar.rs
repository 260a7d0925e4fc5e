//! How a RAM policy document is written, as `rules/policies/document.yaml` says.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::syntax::yaml;

/// The names of elements, and the signs of other vendors.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Grammar {
    /// The element of a document that says which grammar it is in.
    pub version: String,
    /// The element of a document that holds the statements.
    pub statement: String,
    /// The versions that the service knows.
    pub versions: Vec<String>,
    /// Whether a statement allows or denies.
    pub effect: String,
    /// What it is about.
    pub action: String,
    /// What it is not about.
    pub not_action: String,
    /// On what.
    pub resource: String,
    /// On what not.
    pub not_resource: String,
    /// Whom it is about.
    pub principal: String,
    /// When it holds.
    pub condition: String,
    /// Elements of a statement that say nothing.
    pub tolerated: Vec<String>,
    /// The effect of a statement that allows.
    pub allow: String,
    /// The effect of a statement that denies.
    pub deny: String,
    /// Actions by which somebody takes a role.
    pub take_role: Vec<String>,
    /// With what names of resources begin.
    pub own_prefix: String,
    /// With what names of other vendors' resources begin.
    pub foreign_prefixes: Vec<String>,
}

/// The grammar that is built in.
#[must_use]
pub fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| {
        let stream = yaml::parse(include_str!("../../../rules/policies/document.yaml"));
        let root = stream.documents.first().map(|root| root.to_json());
        root.and_then(|root| Grammar::deserialize(root).ok()).unwrap_or_default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_that_is_built_in_can_be_read() {
        assert_eq!((grammar().effect.as_str(), grammar().versions.as_slice()), ("Effect", &["1".to_owned()][..]));
        assert!(!grammar().own_prefix.is_empty());
    }
}
