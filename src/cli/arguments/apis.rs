//! Options that say whose calls are looked for, and by which tables they are judged.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::matrix::Matrix;

/// Whose calls are looked for. The names of other options come from the tables, so these are read before the others.
#[derive(Debug, Args, Default, PartialEq, Eq)]
pub struct Apis {
    /// Look for the calls of this product; the first of the list unless set. May be repeated.
    #[arg(long = "api", value_name = "PRODUCT", value_parser = product())]
    pub products: Vec<String>,
    /// Use this decision table. It takes the place of the built-in one with its id; one that says `extends` changes that one. May be repeated.
    #[arg(long = "matrix", value_name = "FILE")]
    pub matrix_files: Vec<PathBuf>,
}

fn product() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(Matrix::builtin_codes())
}

impl Apis {
    /// What the words of a command line say, before it can be parsed. Of a word that makes no sense the parser will tell.
    #[must_use]
    pub fn of_words(words: &[OsString]) -> Self {
        let mut apis = Self::default();
        let mut words = words.iter().skip(1).take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            let text = word.to_string_lossy();
            let (name, joined) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (text.as_ref(), None),
            };
            let mut value = || joined.clone().or_else(|| words.next().cloned());
            match name {
                "--matrix" => apis.matrix_files.extend(value().map(PathBuf::from)),
                "--api" => apis.products.extend(value().map(|value| value.to_string_lossy().into_owned())),
                _ => {}
            }
        }
        apis
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_writing_an_option_are_read_and_nothing_behind_two_hyphens() {
        let words =
            ["backuplint", "check", "--api", "dds", "--matrix=a.yaml", "x", "--matrix", "b.yaml", "--", "--api", "rds"];
        let apis = Apis::of_words(&words.map(OsString::from));
        assert_eq!(apis.products, ["dds"]);
        assert_eq!(apis.matrix_files, [PathBuf::from("a.yaml"), PathBuf::from("b.yaml")]);
    }
}
