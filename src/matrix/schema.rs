//! Holds a matrix against its JSON Schema, with the place in the YAML of each violation.

use super::load::Problems;
use crate::syntax::yaml::Node;

/// The schema that is shipped as `schemas/matrix.schema.json`.
const SCHEMA: &str = include_str!("../../schemas/matrix.schema.json");

/// Adds every violation of the schema.
pub(super) fn check(root: &Node, problems: &mut Problems<'_>) {
    let validator = serde_json::from_str(SCHEMA).ok().and_then(|schema| jsonschema::validator_for(&schema).ok());
    let Some(validator) = validator else {
        problems.add("", "the built-in schema of matrices is broken".to_owned());
        return;
    };
    for error in validator.iter_errors(&root.to_json()) {
        problems.add(error.instance_path().as_str(), error.to_string());
    }
}
