//! The languages of scripts: which program runs which, and the calls in each.

use crate::model::{Api, Runs, Value};
use crate::surface::Files;
use crate::surface::shell::{self, EmbeddedScript, Walked};
use crate::syntax::{batch, powershell};

/// The language of a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::surface) enum Language {
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
    pub(in crate::surface) fn of(program: &str) -> Option<Self> {
        let word = program.split_whitespace().next().unwrap_or_default();
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
        match name.strip_suffix(".exe").unwrap_or(&name) {
            "env" => Self::of(program.trim_start().get(word.len()..)?),
            "powershell" | "pwsh" | "pscore" | "ps" => Some(Self::PowerShell),
            "cmd" | "batch" => Some(Self::Batch),
            name => super::kubernetes::is_shell(name).then_some(Self::Shell),
        }
    }

    /// What a script does: its calls, and what it runs. `around` says what it is a part of and what starts it.
    /// Also gives whether all of it was read.
    pub(in crate::surface) fn walk(
        self,
        script: &EmbeddedScript<'_>,
        around: &Runs,
        apis: &[Api],
        files: &dyn Files,
    ) -> (Walked, bool) {
        let tree = match self {
            Self::Shell => return (shell::walk(script, around, apis, files), true),
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
        let mut walked = shell::walk_tree(&tree, &script, around, apis, files);
        for call in &mut walked.calls {
            // Continued lines are written in another way than the edits would expect.
            if call.place.text().contains('\n') {
                call.insert = None;
                call.arguments.iter_mut().for_each(|argument| argument.removal = None);
            }
        }
        (walked, tree.complete)
    }
}
