//! Which program a command runs, behind the programs that only run their words.
//!
//! Owns `sudo`, `timeout`, `flock` and the like, and the ways to run a script, a target of a makefile or a program of
//! another language. Scripts are walked; of the others it is told that they are run.

use std::path::Path;

use crate::model::{GuardKind, Step};
use crate::source::Place;
use crate::surface::aliyun_cli::CliWord;
use crate::surface::{Lead, display, part_of};
use crate::syntax::shell::Command;

use super::commands::passed;
use super::embedded::SHELLS;
use super::run::Runner;

/// Programs that run the words behind them: their options that take a value, and how many words stand before the
/// command.
const WRAPPERS: &[(&str, &[&str], usize)] = &[
    ("sudo", &["-u", "-g", "-h", "-p", "-C", "-D", "-R", "-T", "-U"], 0),
    ("doas", &["-u", "-C"], 0),
    ("runuser", &["-u", "-g", "-G"], 0),
    ("nohup", &[], 0),
    ("nice", &["-n"], 0),
    ("ionice", &["-c", "-n", "-p"], 0),
    ("chrt", &[], 1),
    ("time", &["-f", "-o"], 0),
    ("timeout", &["-k", "-s", "--signal", "--kill-after"], 1),
    ("flock", &["-w", "-E", "--timeout", "--conflict-exit-code"], 1),
    ("setsid", &[], 0),
    ("stdbuf", &["-i", "-o", "-e"], 0),
    ("env", &["-u", "-C", "--unset", "--chdir"], 0),
    ("exec", &["-a"], 0),
    ("command", &[], 0),
    ("chronic", &[], 0),
    ("cronic", &[], 0),
    ("run-one", &[], 0),
    // The user of a line of a system's crontab.
    ("root", &[], 0),
];

/// Endings of programs of other languages that are run by their file.
const PROGRAMS: &[&str] = &["py", "js", "mjs", "cjs", "ts", "php", "go", "rb"];

/// How many words are looked at for the program.
const WORDS: usize = 24;

/// How many targets one command of make may name.
const TARGETS: usize = 16;

/// A program that is run and is no script.
pub(super) struct Found {
    program: String,
    step: Step,
    certain: bool,
}

impl Found {
    pub(super) fn lead(self, from: &str) -> Lead {
        Lead { from: from.to_owned(), to: self.program, step: self.step, certain: self.certain, once: false }
    }
}

fn text(word: &CliWord) -> &str {
    word.value.as_text().unwrap_or_default()
}

fn name(word: &CliWord) -> &str {
    let text = text(word);
    text.rsplit('/').next().unwrap_or(text)
}

impl Runner<'_> {
    /// Follows what a command runs: `./script.sh a b`, `bash script.sh a b`, `make backup`, `python3 backup.py`.
    pub(super) fn run_program(&mut self, command: &Command, fields: &[CliWord]) {
        let Some(at) = program_at(fields) else { return };
        let (Some(program), Some(rest)) = (fields.get(at), fields.get(at + 1..)) else { return };
        let place = self.place(command.span);
        match name(program) {
            "make" | "gmake" => self.run_make(rest, &place),
            "npm" | "pnpm" | "yarn" | "bun" => self.run_package_script(rest, &place),
            shell if SHELLS.contains(&shell) => {
                if let Some((script, rest)) = script_of_shell(rest) {
                    self.run_script(text(script), rest, &place);
                }
            }
            _ if is_script(text(program)) && self.run_script(text(program), rest, &place) => {}
            _ if self.written_program(command, at, fields) => {}
            _ => self.run_other(fields.get(at..).unwrap_or_default(), &place),
        }
    }

    /// Whether there is such a script or program.
    fn run_script(&mut self, path: &str, rest: &[CliWord], place: &Place) -> bool {
        let Some(found) = self.find_script(path) else { return false };
        if ending(&found.0).is_some() {
            self.lead_to(display(&found.0), place, "runs the program");
            return true;
        }
        // The script may say more by itself than what is seen from here, unless it is given what is not known.
        if rest.iter().all(|word| word.value.as_text().is_some()) {
            self.lead_to(display(&found.0), place, "runs the script");
        }
        self.site.push(place.clone());
        self.walk_script(found, rest.iter().map(passed).collect());
        self.site.pop();
        true
    }

    /// A program of another language: the first word that is a file of it, or a module of Python.
    fn run_other(&mut self, words: &[CliWord], place: &Place) {
        let mut before = "";
        for word in words.iter().take(WORDS) {
            let text = text(word);
            let found = if before == "-m" && words.first().is_some_and(|program| name(program).starts_with("python")) {
                let path = text.replace('.', "/");
                self.find_file(&format!("{path}.py")).or_else(|| self.find_file(&format!("{path}/__main__.py")))
            } else if ending(Path::new(text)).is_some() {
                self.find_file(text)
            } else {
                None
            };
            if let Some(found) = found {
                self.lead_to(display(&found), place, "runs the program");
                return;
            }
            before = text;
        }
    }

    /// `make -C folder target`
    fn run_make(&mut self, words: &[CliWord], place: &Place) {
        let mut folder = String::new();
        let mut file = None;
        let mut targets = Vec::new();
        let mut rest = words.iter().take(WORDS);
        while let Some(word) = rest.next() {
            let written = text(word);
            let option = ["-C", "-f", "--directory", "--file", "--makefile"].iter().find(|o| written.starts_with(**o));
            if let Some(option) = option {
                let attached = written.strip_prefix(option).unwrap_or_default().trim_start_matches('=');
                let value = if attached.is_empty() { rest.next().map(text).unwrap_or_default() } else { attached };
                if matches!(*option, "-C" | "--directory") {
                    folder = format!("{value}/");
                } else {
                    file = Some(value);
                }
            } else if matches!(written, "-j" | "-l" | "-o" | "-W" | "-I") {
                rest.next();
            } else if !written.is_empty() && !written.starts_with('-') && !written.contains('=') {
                targets.push(written);
            }
        }
        let names = file.map_or_else(|| vec!["GNUmakefile", "makefile", "Makefile"], |file| vec![file]);
        let Some(found) = names.iter().find_map(|name| self.find_file(&format!("{folder}{name}"))) else { return };
        let found = display(&found);
        if targets.is_empty() {
            // The first target is the one that is made.
            targets.push("");
        }
        for target in targets.into_iter().take(TARGETS) {
            self.lead_to(part_of(&found, target), place, "makes the target");
        }
    }

    /// `npm run backup`, `yarn --cwd folder backup`: the script of the package and what is run around it.
    fn run_package_script(&mut self, words: &[CliWord], place: &Place) {
        let mut folder = String::new();
        let mut script = None;
        let mut rest = words.iter().take(WORDS);
        while let Some(word) = rest.next() {
            let written = text(word);
            let (option, attached) = written.split_once('=').map_or((written, None), |(o, value)| (o, Some(value)));
            if ["-C", "--prefix", "--cwd", "--dir"].contains(&option) {
                let value = attached.unwrap_or_else(|| rest.next().map(text).unwrap_or_default());
                folder = format!("{value}/");
            } else if matches!(option, "-w" | "--workspace" | "--filter" | "workspace" | "workspaces") {
                // Another package, and which one is not known.
                return;
            } else if written.is_empty() {
                return;
            } else if !written.starts_with('-') && !matches!(written, "run" | "run-script") {
                script = Some(written);
                break;
            }
        }
        let Some(script) = script else { return };
        let Some(found) = self.find_file(&format!("{folder}package.json")) else { return };
        let found = display(&found);
        for script in [format!("pre{script}"), script.to_owned(), format!("post{script}")] {
            self.lead_to(part_of(&found, &script), place, "runs the script of the package");
        }
    }

    fn lead_to(&mut self, program: String, place: &Place, label: &str) {
        if self.silent == 0 && self.found.len() < WORDS * TARGETS {
            let skipped = self.skipped.script || self.skipped.part;
            let certain = !skipped && !self.guards.iter().any(|guard| guard.kind == GuardKind::Conditional);
            let step = Step { place: place.clone(), label: label.to_owned() };
            self.found.push(Found { program, step, certain });
        }
    }
}

fn is_script(text: &str) -> bool {
    !text.starts_with('-') && (text.contains('/') || text.ends_with(".sh"))
}

/// The ending of a program of another language.
fn ending(path: &Path) -> Option<&str> {
    path.extension().and_then(|ending| ending.to_str()).filter(|ending| PROGRAMS.contains(ending))
}

/// The script that a shell is given, and its arguments; nothing when it is given a command.
fn script_of_shell(words: &[CliWord]) -> Option<(&CliWord, &[CliWord])> {
    let at = words.iter().position(|word| !text(word).starts_with(['-', '+']))?;
    let told = words.iter().take(at).any(|word| !text(word).starts_with("--") && text(word).contains('c'));
    if told { None } else { Some((words.get(at)?, words.get(at + 1..)?)) }
}

/// `NAME=value`
fn sets_variable(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
}

/// The name of the program that a command runs.
pub(super) fn program_of(fields: &[CliWord]) -> Option<&str> {
    fields.get(program_at(fields)?).map(name)
}

/// Where the program stands among the words: behind `sudo -u backup`, `timeout 300` and their kin.
fn program_at(fields: &[CliWord]) -> Option<usize> {
    let mut at = 0;
    while at < WORDS {
        let Some((_, options, before)) =
            WRAPPERS.iter().find(|(wrapper, ..)| fields.get(at).map(name) == Some(*wrapper))
        else {
            return fields.get(at).map(|_| at);
        };
        at += 1;
        let mut left = *before;
        while let Some(word) = fields.get(at).map(text) {
            if options.contains(&word) {
                at += 2;
            } else if word == "-c" {
                // What stands behind it is a script of its own.
                return None;
            } else if word.starts_with('-') && word.len() > 1 || sets_variable(word) {
                at += 1;
            } else if left > 0 {
                left -= 1;
                at += 1;
            } else {
                break;
            }
        }
    }
    None
}
