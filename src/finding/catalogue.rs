//! The catalogue of rules: one YAML file a rule under `rules/<family>/`, embedded at build.

use std::sync::Arc;

use serde::Deserialize;

use super::types::Severity;
use crate::syntax::yaml;

include!(concat!(env!("OUT_DIR"), "/rule_files.rs"));

/// What is known of a rule: everything that people read about it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The stable id; names the flaw, and is the name of the file.
    pub id: String,
    /// Where the rule stands among the others; lower first. Unique.
    pub order: u32,
    /// The flaw in one line, lower case, no final period.
    pub title: String,
    /// The usual severity, where a finding does not say otherwise.
    pub severity: Severity,
    /// What goes wrong in production, in Markdown.
    pub why: String,
    /// What to do, in Markdown.
    pub fix: String,
    /// Where it is written: page sections and observations.
    #[serde(default)]
    pub references: Vec<String>,
    /// Error codes that the service answers with when this rule would have spoken.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Inputs in which the rule speaks.
    #[serde(default)]
    pub bad: Vec<Example>,
    /// Inputs in which it is silent.
    #[serde(default)]
    pub good: Vec<Example>,
    /// Why there are no examples, for a rule that text alone cannot show.
    #[serde(default)]
    pub no_examples: Option<String>,
}

/// An example that is run as a test.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows, a fragment.
    pub title: String,
    /// The files of the example.
    pub files: Vec<ExampleFile>,
    /// For a bad example: the text that the caret stands on, the last place where it occurs.
    #[serde(default)]
    pub at: Option<String>,
}

/// One file of an example.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The rules, in their order.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    rules: Vec<Arc<Rule>>,
}

/// A rule file that is wrong.
#[derive(Debug, thiserror::Error)]
#[error("rules/{path}: {message}")]
pub struct CatalogueError {
    /// The file below `rules/`.
    pub path: String,
    /// What is wrong with it.
    pub message: String,
}

impl Catalogue {
    /// The rules that are built in.
    ///
    /// # Errors
    /// A rule file that cannot be read: a fault of the build, which the tests exclude.
    pub fn builtin() -> Result<Self, CatalogueError> {
        let mut rules = Vec::new();
        for (family, path, text) in RULE_FILES {
            let error = |message: String| CatalogueError { path: format!("{family}/{path}"), message };
            let stream = yaml::parse(text);
            if let Some(first) = stream.errors.first() {
                return Err(error(first.message.clone()));
            }
            let document = stream.documents.first().ok_or_else(|| error("empty file".to_owned()))?;
            let rule: Rule = serde_json::from_value(document.to_json()).map_err(|e| error(e.to_string()))?;
            rules.push(Arc::new(rule));
        }
        rules.sort_by_key(|rule| rule.order);
        Ok(Self { rules })
    }

    /// A catalogue of these rules, put in their order.
    #[must_use]
    pub fn from_rules(rules: impl IntoIterator<Item = Rule>) -> Self {
        let mut rules: Vec<_> = rules.into_iter().map(Arc::new).collect();
        rules.sort_by_key(|rule| rule.order);
        Self { rules }
    }

    /// The same with further rules behind them.
    #[must_use]
    pub fn extended(&self, rules: impl IntoIterator<Item = Arc<Rule>>) -> Self {
        Self { rules: self.rules.iter().cloned().chain(rules).collect() }
    }

    /// Every rule, in order.
    #[must_use]
    pub fn rules(&self) -> &[Arc<Rule>] {
        &self.rules
    }

    /// A rule by its id.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Arc<Rule>> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}
