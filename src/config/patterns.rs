//! Patterns of paths, as `--exclude`, `exclude` and `paths` have them.
//!
//! A pattern without a slash means a name at any depth, as in an ignore file; one that fits a folder fits everything
//! below it.

use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::surface::normalize;

/// Patterns, of which one has to fit.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    set: GlobSet,
}

/// A pattern that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pattern}: {message}")]
pub struct PatternError {
    /// Which of the patterns.
    pub index: usize,
    /// The pattern, for people.
    pub pattern: String,
    /// What is wrong with it.
    pub message: String,
}

impl Patterns {
    /// Patterns from their texts.
    ///
    /// # Errors
    /// The first pattern that is none.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Result<Self, PatternError> {
        let mut builder = GlobSetBuilder::new();
        let mut count = 0;
        for (index, pattern) in patterns.into_iter().enumerate() {
            let error =
                |e: &globset::Error| PatternError { index, pattern: pattern.to_owned(), message: e.kind().to_string() };
            let plain = pattern.trim_start_matches("./").trim_end_matches('/');
            // It would fit everything, and comes from a variable of a script that is not set.
            if plain.is_empty() {
                let message = "an empty pattern would leave out everything".to_owned();
                return Err(PatternError { index, pattern: format!("\"{pattern}\""), message });
            }
            builder.add(Glob::new(plain).map_err(|e| error(&e))?);
            // Only the name here is meant by `./name`.
            if !plain.contains('/') && !pattern.starts_with("./") {
                builder.add(Glob::new(&format!("**/{plain}")).map_err(|e| error(&e))?);
            }
            count = index;
        }
        let set = builder.build();
        let set = set.map_err(|e| PatternError { index: count, pattern: String::new(), message: e.to_string() })?;
        Ok(Self { set })
    }

    /// Whether there is no pattern.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether a path or a folder above it fits.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        if self.is_empty() {
            return false;
        }
        let clean = normalize(path);
        clean.ancestors().any(|p| !p.as_os_str().is_empty() && self.set.is_match(p))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_files_folders_and_names() {
        let patterns = Patterns::new(["vendor", "envs/*/old/**", "./top.tf"]).unwrap();
        for path in ["vendor/x.tf", "a/vendor/x.tf", "envs/p/old/x.tf", "top.tf", "./top.tf"] {
            assert!(patterns.matches(Path::new(path)), "{path}");
        }
        for path in ["a/top.tf", "vendors/x.tf", "envs/old/x.tf"] {
            assert!(!patterns.matches(Path::new(path)), "{path}");
        }
        assert_eq!(Patterns::new(["ok", "a["]).unwrap_err().index, 1);
        assert!(Patterns::new(["./"]).is_err());
    }
}
