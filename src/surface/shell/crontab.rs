//! Lines of a crontab that a script writes: into a file of cron, or into the program `crontab`.
//!
//! Such a line is no command of the script but one that the clock starts.

use crate::model::{Runs, Start};
use crate::source::Place;
use crate::surface::part_of;
use crate::syntax::schedule;
use crate::syntax::shell::{Command, EmbeddedText, PartKind, Redirect, Statement, Word};

use super::embedded::Where;
use super::jobs::Jobs;
use super::run::Runner;

/// How many lines of one text are looked at.
const LINES: usize = 200;

impl Runner<'_> {
    /// `… | crontab -`: what the stages before it print are lines.
    pub(super) fn feeds_crontab(stages: &[Statement]) -> bool {
        stages.len() > 1 && stages.last().is_some_and(is_crontab)
    }

    /// Reads the lines that a command prints where that goes to cron, or gives `crontab` in a document.
    pub(super) fn crontab(&mut self, command: &Command) {
        let name = command.words.first().and_then(Word::literal).unwrap_or_default();
        let file = command.redirects.iter().find_map(|redirect| match redirect {
            Redirect::File(word) => Some(self.value(word).as_text()?.to_owned()).filter(|path| is_file(path)),
            _ => None,
        });
        let prints = matches!(name.as_str(), "echo" | "printf" | "cat" | "tee");
        let to_tee = || command.words.iter().skip(1).filter_map(Word::literal).any(|path| is_file(&path));
        let read = self.to_crontab || file.is_some() || name == "tee" && to_tee();
        if name != "crontab" && !(prints && read) {
            return;
        }
        let system = file.is_some_and(|path| path.contains("cron.d") || path.ends_with("etc/crontab"));
        let source = std::sync::Arc::clone(&self.source);
        let mut texts: Vec<(EmbeddedText, bool)> = Vec::new();
        for word in command.words.iter().skip(1).filter(|_| matches!(name.as_str(), "echo" | "printf")) {
            let expanded = word.parts.iter().any(|part| !matches!(part.kind, PartKind::Text(_)));
            texts.push((word.embedded(|span| source.slice(span)), expanded));
        }
        for redirect in &command.redirects {
            match redirect {
                Redirect::HereDocument(document) => texts.push((document.text.clone(), !document.quoted)),
                Redirect::HereString(word) => texts.push((word.embedded(|span| source.slice(span)), true)),
                Redirect::File(_) => {}
            }
        }
        for (text, expanded) in texts {
            self.crontab_lines(&text, system, expanded);
        }
    }

    fn crontab_lines(&mut self, text: &EmbeddedText, system: bool, expanded: bool) {
        let whole = text.text();
        let mut at = 0;
        for line in whole.split_inclusive('\n').take(LINES) {
            let start = at;
            at += line.len();
            // `printf` writes its line ends as two characters.
            let line = line.trim_end().trim_end_matches("\\n");
            if line.trim_start().starts_with('#') {
                continue;
            }
            let Some((end, begin)) = schedule::crontab_line(line, system) else { continue };
            let indent = line.len() - line.trim_start().len();
            let times = line.get(indent..end).unwrap_or_default().to_owned();
            if !times.starts_with('@') && schedule::cron(&times).is_err() || !self.spend(line.len()) {
                continue;
            }
            let place = Place::new(&self.source, text.span(start + indent, start + end));
            let command = text.part(start + begin, start + line.len());
            self.started_by(Start::of(place, times.clone(), schedule::cron(&times)), &command, expanded);
        }
    }

    /// Walks a command that a schedule starts.
    fn started_by(&mut self, start: Start, command: &EmbeddedText, expanded: bool) {
        self.shells = self.shells.saturating_add(1);
        let program = part_of(&self.around.program, &format!("line {}", self.shells));
        let starts = if start.text == "@reboot" { Vec::new() } else { vec![start] };
        let around = Runs { starts, program: program.clone(), ..Runs::default() };
        let outer = std::mem::replace(&mut self.around, around);
        let rounds = std::mem::take(&mut self.rounds);
        let jobs = std::mem::replace(&mut self.jobs, vec![Jobs::of(&program)]);
        let to_crontab = std::mem::replace(&mut self.to_crontab, false);
        let found = self.found.len();
        self.walk_embedded(command, if expanded { Where::Here } else { Where::Remote }, expanded);
        // What is no script has no place for a start of its own here.
        self.found.truncate(found);
        self.to_crontab = to_crontab;
        self.jobs = jobs;
        self.rounds = rounds;
        self.around = outer;
    }
}

fn is_crontab(statement: &Statement) -> bool {
    let Statement::Command(command) = statement else { return false };
    let mut words = command.words.iter().map(|word| word.literal().unwrap_or_default());
    let first = words.by_ref().find(|word| !matches!(word.as_str(), "sudo" | "-u" | "root"));
    first.is_some_and(|word| word.rsplit('/').next() == Some("crontab"))
}

/// Whether a path is one of cron's own.
fn is_file(path: &str) -> bool {
    path.contains("/cron.d/") || path.contains("/cron/") || path.ends_with("etc/crontab") || path.ends_with("crontab")
}
