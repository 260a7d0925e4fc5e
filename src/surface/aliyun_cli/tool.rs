//! What is known of the tool itself, from its data file.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use crate::syntax::yaml;

/// The data file.
const TEXT: &str = include_str!("../../../rules/surface/aliyun-cli.yaml");

/// The tool: its names, its own options, and what they do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tool {
    programs: Vec<String>,
    program_variables: Vec<String>,
    global_flags: GlobalFlags,
    skips_checks: Vec<String>,
    sends_nothing: Vec<String>,
    asks_for_help: Vec<String>,
    version_flags: Vec<String>,
    region_flags: Vec<String>,
    file_suffix: String,
    appending_programs: Vec<String>,
    printing_programs: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct GlobalFlags {
    with_value: Vec<String>,
    without_value: Vec<String>,
    with_fields: Vec<String>,
    short: BTreeMap<String, String>,
    repeatable: Vec<String>,
}

/// How an option of the tool takes values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Nothing,
    Value,
    Fields,
}

impl Tool {
    /// The tool. Its data file is part of the program; the tests hold that it can be read.
    pub(crate) fn get() -> Arc<Self> {
        static TOOL: OnceLock<Arc<Tool>> = OnceLock::new();
        Arc::clone(TOOL.get_or_init(|| Arc::new(Self::load().unwrap_or_default())))
    }

    fn load() -> Option<Self> {
        let stream = yaml::parse(TEXT);
        serde_json::from_value(stream.documents.first()?.to_json()).ok()
    }

    /// How messages call the program.
    pub(super) fn name(&self) -> &str {
        self.programs.first().map_or("", String::as_str)
    }

    /// Whether a word is the program, by its name or by a path to it.
    pub(crate) fn is_program(&self, word: &str) -> bool {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        let name = name.strip_suffix(".exe").unwrap_or(name);
        self.programs.iter().any(|program| program == name)
    }

    /// Whether a variable's name says that it holds the program.
    pub(super) fn is_program_variable(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.program_variables.iter().any(|word| name.contains(word.as_str()))
    }

    /// Whether an option asks for help.
    pub(super) fn asks_for_help(&self, flag: &str) -> bool {
        self.asks_for_help.iter().any(|known| known == flag)
    }

    /// The full name of an option of the tool, and how it takes values.
    pub(crate) fn global_flag(&self, name: &str, short: bool) -> Option<(&str, Takes)> {
        let name = if short { self.global_flags.short.get(name)?.as_str() } else { name };
        let flags = &self.global_flags;
        let lists = [
            (&flags.with_fields, Takes::Fields),
            (&flags.with_value, Takes::Value),
            (&flags.without_value, Takes::Nothing),
        ];
        lists.into_iter().find_map(|(list, takes)| {
            let flag = list.iter().find(|flag| *flag == name)?;
            Some((flag.as_str(), takes))
        })
    }

    pub(super) fn skips_checks(&self, flag: &str) -> bool {
        self.skips_checks.iter().any(|f| f == flag)
    }

    pub(super) fn sends_nothing(&self, flag: &str) -> bool {
        self.sends_nothing.iter().any(|f| f == flag)
    }

    pub(super) fn is_version_flag(&self, flag: &str) -> bool {
        self.version_flags.iter().any(|f| f == flag)
    }

    pub(super) fn is_region_flag(&self, flag: &str) -> bool {
        self.region_flags.iter().any(|f| f == flag)
    }

    pub(super) fn is_repeatable(&self, flag: &str) -> bool {
        self.global_flags.repeatable.iter().any(|f| f == flag)
    }

    /// The parameter's name before the suffix that asks for a file.
    pub(super) fn without_file_suffix<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_suffix(self.file_suffix.as_str())
    }

    /// Whether a program adds words of its own to the command behind it.
    pub(super) fn appends(&self, program: &str) -> bool {
        self.appending_programs.iter().any(|p| p == program)
    }

    /// Whether a program only prints its words.
    pub(crate) fn prints(&self, program: &str) -> bool {
        self.printing_programs.iter().any(|p| p == program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_file_can_be_read() {
        assert!(Tool::load().is_some());
    }

    #[test]
    fn programs_by_path_and_variable() {
        let tool = Tool::get();
        assert!(tool.is_program("/usr/local/bin/aliyun") && tool.is_program("aliyun.exe"));
        assert!(!tool.is_program("my-aliyun"));
        assert!(tool.is_program_variable("ALIYUN_CLI") && !tool.is_program_variable("CLI"));
    }
}
