//! The languages of scripts: which program runs which, and the calls in each.

use crate::model::{Api, Call, Value};
use crate::surface::Files;
use crate::surface::shell::{self, EmbeddedScript};
use crate::syntax::{batch, powershell};

/// The language of a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Language {
    /// sh, bash and their kin.
    #[default]
    Shell,
    /// PowerShell, on any system.
    PowerShell,
    /// The command line of Windows.
    Batch,
}

impl Language {
    /// The language that a program runs: the first word of a command line with it.
    pub(super) fn of(program: &str) -> Option<Self> {
        let word = program.split_whitespace().next().unwrap_or_default();
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
        match name.strip_suffix(".exe").unwrap_or(&name) {
            "env" => Self::of(program.trim_start().get(word.len()..)?),
            "powershell" | "pwsh" | "pscore" | "ps" => Some(Self::PowerShell),
            "cmd" | "batch" => Some(Self::Batch),
            name => super::kubernetes::is_shell(name).then_some(Self::Shell),
        }
    }

    /// The calls of a script.
    pub(super) fn calls(self, script: &EmbeddedScript<'_>, apis: &[Api], files: &dyn Files) -> Vec<Call> {
        let tree = match self {
            Self::Shell => return shell::calls_of(script, apis, files),
            Self::PowerShell => powershell::parse(script.text),
            Self::Batch => batch::parse(script.text),
        };
        let variables: Vec<(String, Value)> = match self {
            // Letter case does not count, but for what we put in ourselves.
            Self::Batch => {
                let own = |name: &str| name.starts_with("hole");
                let named = |name: &str| if own(name) { name.to_owned() } else { name.to_ascii_uppercase() };
                script.variables.iter().map(|(name, value)| (named(name), value.clone())).collect()
            }
            _ => script.variables.to_vec(),
        };
        let script = EmbeddedScript { variables: &variables, ..*script };
        let mut calls = shell::calls_of_tree(&tree, &script, apis, files);
        for call in &mut calls {
            // Continued lines are written in another way than the edits would expect.
            if call.place.text().contains('\n') {
                call.insert = None;
                call.arguments.iter_mut().for_each(|argument| argument.removal = None);
            }
        }
        calls
    }
}
