//! The languages of scripts: which program runs which, and the calls in each.

use crate::model::{Api, Runs, Value};
use crate::surface::Files;
use crate::surface::holes;
use crate::surface::interpreters::{Interpreter, Program};
use crate::surface::sdk::Given;
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
    /// A language whose programs an interpreter reads.
    Program(Interpreter),
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
            name if super::kubernetes::is_shell(name) => Some(Self::Shell),
            name => Interpreter::of(name).map(Self::Program),
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
            Self::Program(interpreter) => return (program(interpreter, script, around, apis, files), true),
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

/// What names of parts that the carrier puts in begin with.
const HOLE: &str = "hole";

/// The calls of a script that an interpreter reads.
fn program(
    interpreter: Interpreter,
    script: &EmbeddedScript<'_>,
    around: &Runs,
    apis: &[Api],
    files: &dyn Files,
) -> Walked {
    let text = script.text.text();
    if !apis.iter().flat_map(Api::action_spellings).any(|word| text.contains(&word)) {
        return Walked::default();
    }
    let environment = script.variables.iter().filter(|(name, _)| !name.starts_with(HOLE)).cloned().collect();
    let given = Given { environment, ..Given::default() };
    let known = |name: &str| script.variables.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let pieces = holes::pieces(script.text, &known);
    let program = Program { source: script.source, pieces: &pieces, surface: script.surface, runs: around, given };
    let (calls, complete) = interpreter.calls(program, apis, files);
    let missed = (!complete).then(|| "not all of a program in it is followed".to_owned());
    Walked { calls, missed, ..Walked::default() }
}
