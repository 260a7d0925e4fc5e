//! Programs of other languages that a script holds: `python3 -c '…'`, `node <<EOF`, `cat <<EOF | php`.
//!
//! Owns what this shell puts into the text of such a program before the interpreter sees it, and what the interpreter
//! is given: variables that are exported, and arguments. Which interpreter reads what is `interpreters`'.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::{Api, Value};
use crate::source::{Source, Span};
use crate::surface::aliyun_cli::CliWord;
use crate::surface::holes;
use crate::surface::interpreters::{Interpreter, Program, Told};
use crate::surface::sdk::{Given, Piece};
use crate::syntax::shell::{self, Command, EmbeddedText, HereDocument, Part, PartKind, Redirect, Statement, Word};

use super::embedded::REMOTE;
use super::env::Binding;
use super::merge::Visit;
use super::run::Runner;
use super::value;

/// What one program takes of the work of a script, beside its length.
const WORK: usize = 2_000;

/// The longest text of a program that is looked at.
const LONGEST: usize = 1 << 18;

/// Words before an interpreter that run it.
const BEFORE: &[&str] = &["run", "exec", "ssh", "xargs", "npx", "retry"];

/// An interpreter among the words of a command.
struct Run {
    interpreter: Interpreter,
    /// Which word it is.
    at: usize,
    told: Told,
    /// Whether it runs where nothing of this shell is set.
    remote: bool,
}

/// The text of a program, and the file that it stands in.
type Text = (Vec<Piece>, Arc<Source>);

impl Runner<'_> {
    /// Walks the program that a command gives to an interpreter; false when it gives none.
    pub(super) fn interpreted(&mut self, command: &Command, fields: &[CliWord]) -> bool {
        let Some(run) = self.interpreter(command, fields) else { return false };
        let text = match run.told {
            Told::Word(at) => command.words.get(run.at + at + 1).and_then(|word| self.program_of_word(word)),
            Told::Input(_) => self.program_of_input(command),
            Told::File => None,
        };
        let is_given = text.is_some();
        if let Some(text) = text {
            self.walk_program(&run, text, command);
        }
        is_given
    }

    /// `cat <<EOF | python3`: what the first stage prints is the program of a later one.
    pub(super) fn piped_program(&mut self, stages: &[Statement]) {
        let [Statement::Command(first), rest @ ..] = stages else { return };
        let reader = rest.iter().find_map(|stage| match stage {
            Statement::Command(command) => {
                let run = self.interpreter(command, &[])?;
                matches!(run.told, Told::Input(_)).then_some((command, run))
            }
            _ => None,
        });
        let Some((command, run)) = reader else { return };
        let name = first.words.first().and_then(Word::literal).unwrap_or_default();
        let text = match name.as_str() {
            "echo" | "printf" => first.words.last().and_then(|word| self.program_of_word(word)),
            "cat" => self.program_of_input(first),
            _ => None,
        };
        if let Some(text) = text {
            self.walk_program(&run, text, command);
        }
    }

    /// Walks a file that this script wrote, as a program.
    pub(super) fn written_program(&mut self, command: &Command, at: usize, fields: &[CliWord]) -> bool {
        let Some(interpreter) = fields.get(at).and_then(|word| Interpreter::of(word.value.as_text()?)) else {
            return false;
        };
        let known = fields.iter().enumerate().skip(at + 1).find_map(|(number, word)| {
            let (text, source) = self.written.get(word.value.as_text()?)?;
            Some((number, (**text).clone(), Arc::clone(source)))
        });
        let Some((number, text, source)) = known else { return false };
        if text.text().contains("${") && self.names_a_call(text.text()) {
            self.missed.get_or_insert_with(|| "a program that is written with parts that are not known".to_owned());
            return true;
        }
        let run = Run { interpreter, at, told: Told::Input(number - at), remote: false };
        self.walk_program(&run, (vec![Piece::Text(text)], source), command);
        true
    }

    /// The interpreter that a command runs.
    fn interpreter(&self, command: &Command, fields: &[CliWord]) -> Option<Run> {
        let names: Vec<String> = command.words.iter().take(64).map(|word| word.literal().unwrap_or_default()).collect();
        let at = names.iter().position(|name| Interpreter::of(name).is_some())?;
        let before = names.get(..at)?;
        let short = |name: &String| name.rsplit('/').next().unwrap_or_default().to_owned();
        let remote = before.iter().map(short).any(|name| REMOTE.contains(&name.as_str()));
        let runs = before.iter().map(short).any(|name| BEFORE.contains(&name.as_str()));
        let is_program = || {
            let direct = super::programs::program_of(fields).and_then(Interpreter::of);
            direct.is_some() && names.first().is_none_or(|first| !self.tool.prints(first))
        };
        if at > 0 && !remote && !runs && !is_program() {
            return None;
        }
        let interpreter = Interpreter::of(names.get(at)?)?;
        // A word that is not plain may be anything but an option.
        let words = names.iter().skip(at + 1).map(|name| if name.is_empty() { "?" } else { name.as_str() });
        Some(Run { interpreter, at, told: interpreter.told(words), remote })
    }

    /// The program that a word is.
    fn program_of_word(&self, word: &Word) -> Option<Text> {
        if let [Part { kind: PartKind::Variable(expansion), .. }] = word.parts.as_slice()
            && let Some((text, source)) = self.templates.get(&expansion.name)
        {
            return Some((vec![Piece::Text((**text).clone())], Arc::clone(source)));
        }
        Some((self.pieces(&word.parts), Arc::clone(&self.source)))
    }

    /// The program that a command reads from a document.
    fn program_of_input(&self, command: &Command) -> Option<Text> {
        command.redirects.iter().rev().find_map(|redirect| match redirect {
            Redirect::HereDocument(HereDocument { text, quoted: true, .. }) => {
                Some((self.filled_document(text), Arc::clone(&self.source)))
            }
            Redirect::HereDocument(HereDocument { text, .. }) => {
                Some((self.expanded_document(text), Arc::clone(&self.source)))
            }
            Redirect::HereString(word) => self.program_of_word(word),
            Redirect::File(_) => None,
        })
    }

    /// The parts of a document in which this shell expands nothing: whoever holds the script has filled in some of it.
    fn filled_document(&self, text: &EmbeddedText) -> Vec<Piece> {
        if text.text().len() > LONGEST {
            return vec![Piece::Text(text.clone())];
        }
        holes::pieces(text, &|name| match self.environment.get(name).map(Rc::as_ref)? {
            Binding::Scalar(value) => Some(value::narrowed(value, &self.guards)),
            _ => None,
        })
    }

    /// The parts of a document in which this shell expands variables.
    fn expanded_document(&self, text: &EmbeddedText) -> Vec<Piece> {
        let whole = text.text();
        if whole.len() > LONGEST || !whole.contains(['$', '`', '\\']) {
            return vec![Piece::Text(text.clone())];
        }
        // The document expands as a text between double quotes does, but for quotes themselves.
        let point = |at: usize| {
            let start = text.span(at, at).start;
            Span { start, end: start }
        };
        let mut command = EmbeddedText::new();
        command.push("echo \"", point(0));
        let mut done = 0;
        let mut escaped = false;
        for (at, character) in whole.char_indices() {
            if std::mem::take(&mut escaped) {
                continue;
            }
            let next = whole.get(at + 1..).and_then(|rest| rest.chars().next());
            let new = match character {
                '"' => "\\\"",
                '\\' if matches!(next, Some('$' | '`' | '\\' | '\n')) => {
                    escaped = true;
                    continue;
                }
                '\\' => "\\\\",
                _ => continue,
            };
            command.append(&text.part(done, at));
            command.push(new, text.span(at, at + 1));
            done = at + 1;
        }
        command.append(&text.part(done, whole.len()));
        command.push("\"", point(whole.len()));
        let script = shell::parse_embedded(&command);
        match script.statements.as_slice() {
            [Statement::Command(Command { words, broken: false, .. })] if script.errors.is_empty() => {
                match words.as_slice() {
                    [_, word] => self.pieces(&word.parts),
                    _ => vec![Piece::Text(text.clone())],
                }
            }
            _ => vec![Piece::Text(text.clone())],
        }
    }

    fn pieces(&self, parts: &[Part]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut text = EmbeddedText::new();
        for part in parts {
            if let PartKind::Text(written) = &part.kind {
                text.push(written, part.span);
                continue;
            }
            if !text.text().is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            let shown = self.source.slice(part.span).to_owned();
            let mut value = value::narrowed(&self.part_value(part), &self.guards);
            for alternative in value.alternatives_mut() {
                // Where it is used is told by the program.
                let is_here = |step: &crate::model::Step| step.label.ends_with(value::USED);
                if alternative.steps.len() > 1 && alternative.steps.first().is_some_and(is_here) {
                    alternative.steps.remove(0);
                }
            }
            pieces.push(Piece::Value(shown, value, part.span));
        }
        pieces.push(Piece::Text(text));
        pieces
    }

    fn walk_program(&mut self, run: &Run, (pieces, source): Text, command: &Command) {
        let length: usize =
            pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.text().len() } else { 0 }).sum();
        let names = |piece: &Piece| matches!(piece, Piece::Text(text) if self.names_a_call(text.text()));
        let speaks = pieces.iter().any(names);
        let is_filled = |piece: &Piece| matches!(piece, Piece::Text(text) if text.text().contains("${hole"));
        if speaks && pieces.iter().any(is_filled) {
            self.missed.get_or_insert_with(|| "a program with parts that are filled in elsewhere".to_owned());
            return;
        }
        if self.silent > 0 || length > LONGEST || !speaks || !self.spend(WORK + length / 8) {
            return;
        }
        let given = Given {
            environment: if run.remote { Vec::new() } else { self.exported() },
            arguments: self.program_arguments(run, command),
            ..Given::default()
        };
        let (apis, files, surface) = (self.project.apis, self.project.files, self.project.surface);
        let runs = self.runs();
        let program = Program { source: &source, pieces: &pieces, surface, runs: &runs, given };
        let (calls, complete) = run.interpreter.calls(program, apis, files);
        if !complete {
            self.missed.get_or_insert_with(|| "not all of a program in it is followed".to_owned());
        }
        for mut call in calls {
            let own = std::mem::take(&mut call.guards);
            call.guards.clone_from(&self.guards);
            value::add_guards(&mut call.guards, &own);
            self.visits.push(Visit { call, site: self.site.clone() });
        }
    }

    /// Whether a text holds a word of an operation.
    fn names_a_call(&self, text: &str) -> bool {
        self.project.apis.iter().flat_map(Api::action_spellings).any(|word| text.contains(&word))
    }

    /// What a child sees of the variables.
    fn exported(&self) -> Vec<(String, Value)> {
        let environment = &self.environment;
        let all = environment.exported.iter().filter_map(|name| match environment.get(name).map(Rc::as_ref)? {
            Binding::Scalar(value) => Some((name.to_string(), value::narrowed(value, &self.guards))),
            _ => None,
        });
        all.collect()
    }

    /// The arguments of a program, after its own name.
    fn program_arguments(&self, run: &Run, command: &Command) -> Vec<Value> {
        let behind = match run.told {
            Told::Word(at) => run.at + at + 2,
            Told::Input(at) => run.at + at + 1,
            Told::File => return Vec::new(),
        };
        let words = command.words.get(behind..).unwrap_or_default();
        // A word that may be none or many moves those behind it.
        let one = |word: &&Word| word.parts.iter().all(|part| part.quoted || matches!(part.kind, PartKind::Text(_)));
        let known = words.iter().take_while(one).map(|word| self.value(word));
        std::iter::once(Value::unknown("the name of the program", None)).chain(known).collect()
    }
}
