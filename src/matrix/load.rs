//! From the text of a matrix file to a matrix.

use std::rc::Rc;
use std::sync::Arc;

use super::raw::{self, ParameterType};
use crate::model::{Api, FactNames, FactValue, Parameter, ParameterKind, Product};
use crate::source::{Place, Source};
use crate::syntax::yaml;

/// The matrices that are built in: path and text.
const BUILTIN: &[(&str, &str)] =
    &[("rules/matrix/rds-create-backup.yaml", include_str!("../../rules/matrix/rds-create-backup.yaml"))];

/// A loaded matrix.
#[derive(Debug)]
pub struct Matrix {
    api: Api,
}

/// Everything that is wrong with a matrix file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} cannot be used: {} problem(s)", .path, .problems.len())]
pub struct MatrixError {
    /// The file.
    pub path: String,
    /// What is wrong, each with its place; at least one.
    pub problems: Vec<MatrixProblem>,
}

/// One thing that is wrong with a matrix file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixProblem {
    /// What, a fragment for people.
    pub message: String,
    /// Where in the YAML.
    pub place: Place,
}

impl Matrix {
    /// The matrix that is built in.
    ///
    /// # Errors
    /// A fault of the build, which the tests exclude.
    pub fn builtin() -> Result<Self, MatrixError> {
        let (path, text) = BUILTIN.first().copied().unwrap_or_default();
        Self::load(&Arc::new(Source::from_text(path, text)))
    }

    /// Loads a matrix from its text.
    ///
    /// # Errors
    /// [`MatrixError`] names every problem with its place.
    pub fn load(source: &Arc<Source>) -> Result<Self, MatrixError> {
        let fail = |message: String, span| MatrixError {
            path: source.path().to_owned(),
            problems: vec![MatrixProblem { message, place: Place::new(source, span) }],
        };
        let stream = yaml::parse(source.text());
        if let Some(error) = stream.errors.first() {
            return Err(fail(error.message.clone(), error.span));
        }
        let root = stream
            .documents
            .first()
            .map(Rc::clone)
            .ok_or_else(|| fail("empty file".to_owned(), crate::source::Span::default()))?;
        let file: raw::File = serde_json::from_value(root.to_json()).map_err(|e| fail(e.to_string(), root.span))?;
        Ok(Self { api: api(&file) })
    }

    /// The names of the API.
    #[must_use]
    pub fn api(&self) -> &Api {
        &self.api
    }
}

fn api(file: &raw::File) -> Api {
    Api {
        id: Arc::from(file.id.as_str()),
        product: Product {
            code: file.api.product.code.clone(),
            title: file.api.product.title.clone(),
            version: file.api.product.version.clone(),
        },
        action: file.api.action.clone(),
        parameters: file.parameters.iter().map(parameter).collect(),
        tolerated: file.api.tolerated.clone(),
        facts: file.facts.iter().map(fact).collect(),
        bindings: file.bindings.clone(),
    }
}

fn parameter(raw: &raw::Parameter) -> Parameter {
    let kind = match raw.kind {
        ParameterType::Identifier => ParameterKind::Identifier,
        ParameterType::Text => ParameterKind::Text,
        ParameterType::Choice => ParameterKind::Choice,
        ParameterType::Integer => ParameterKind::Integer,
    };
    Parameter { name: raw.name.clone(), kind, spellings: raw.spellings.clone() }
}

fn fact(raw: &raw::Fact) -> FactNames {
    let values = raw.values.iter().map(|v| FactValue { id: v.id.clone(), aliases: v.aliases.clone() }).collect();
    FactNames { name: raw.name.clone(), values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_matrix_loads() {
        let matrix = Matrix::builtin().unwrap();
        assert_eq!(matrix.api().parameters.len(), 6);
    }
}
