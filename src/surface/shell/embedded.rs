//! Scripts within a script: words that a shell is told to run, texts of variables, here-documents.

use std::rc::Rc;
use std::sync::Arc;

use crate::surface::aliyun_cli::CliWord;
use crate::syntax::shell::{self, Command, EmbeddedText, HereDocument, PartKind, Redirect, Word};

use super::env::Positional;
use super::run::Runner;
use super::value;

/// Programs that run a script which is one of their words, or which they read.
pub(super) const SHELLS: &[&str] = &["bash", "sh", "zsh", "ksh", "dash", "ash", "su"];

/// Programs that run their words where nothing of this shell is set.
pub(super) const REMOTE: &[&str] = &["ssh", "docker", "podman", "kubectl", "nsenter", "chroot"];

/// Programs that run a word as a script without being told so.
const RUNNERS: &[&str] = &["ssh", "watch", "flock", "parallel", "trap", "retry", "eval"];

/// Where an embedded script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// In this shell, or in one that sees everything that is expanded here.
    Here,
    /// In a child, which sees what is exported.
    Child,
    /// On another machine.
    Remote,
}

impl Runner<'_> {
    pub(super) fn evaluate(&mut self, command: &Command) {
        let mut text = EmbeddedText::new();
        let source = Arc::clone(&self.source);
        if let [_, word] = command.words.as_slice()
            && self.template(word)
        {
            return;
        }
        for word in command.words.iter().skip(1) {
            if !text.text().is_empty() {
                text.push(" ", crate::source::Span { start: word.span.start, end: word.span.start });
            }
            text.append(&word.embedded(|span| source.slice(span)));
        }
        self.embedded_script(&text, Where::Here, false);
    }

    /// Walks scripts that are words of a command, or that it reads from a here-document.
    pub(super) fn embedded(&mut self, command: &Command, fields: &[CliWord]) {
        if self.interpreted(command, fields) {
            return;
        }
        let names: Vec<String> = command.words.iter().map(|word| program_name(word).unwrap_or_default()).collect();
        let remote = names.iter().any(|name| REMOTE.contains(&name.as_str()));
        let source = Arc::clone(&self.source);
        let mut before = Before::default();
        for (word, name) in command.words.iter().zip(&names) {
            let runs = before.runs_next();
            before.add(name);
            if !runs {
                continue;
            }
            if self.template(word) {
                continue;
            }
            let spaced =
                |part: &shell::Part| matches!(&part.kind, PartKind::Text(t) if t.contains(char::is_whitespace));
            if !word.parts.iter().any(spaced) {
                continue;
            }
            let expanded = word.parts.iter().any(|part| !matches!(part.kind, PartKind::Text(_)));
            let text = word.embedded(|span| source.slice(span));
            let place = if expanded {
                Where::Here
            } else if remote {
                Where::Remote
            } else {
                Where::Child
            };
            self.embedded_script(&text, place, expanded);
        }
        // `$command` without quotes, made up of parts that are not all known.
        if let Some(first) = command.words.first().filter(|word| word.parts.iter().all(|part| !part.quoted)) {
            let known = self.value(first).alternatives().iter().all(|a| value::text(a).is_some());
            if !known {
                self.template(first);
            }
        }
        if let Some(place) = self.reads_script(command) {
            self.piped_script(command, place);
        }
    }

    /// Walks the text that a variable was given as a script, when a word is just that variable.
    fn template(&mut self, word: &Word) -> bool {
        let [shell::Part { kind: PartKind::Variable(expansion), .. }] = word.parts.as_slice() else { return false };
        let Some((text, source)) = self.templates.get(&expansion.name).cloned() else { return false };
        let outer = std::mem::replace(&mut self.source, source);
        self.embedded_script(&text, Where::Here, true);
        self.source = outer;
        true
    }

    /// Whether a command runs the script that it reads, and where.
    pub(super) fn reads_script(&self, command: &Command) -> Option<Where> {
        let names: Vec<String> = command.words.iter().filter_map(program_name).collect();
        let first = names.first()?;
        if self.tool.prints(first) || matches!(first.as_str(), "cat" | "tee" | "grep") {
            return None;
        }
        let any = |list: &[&str]| names.iter().any(|name| list.contains(&name.as_str()));
        if any(&["ssh"]) || any(REMOTE) && any(SHELLS) {
            Some(Where::Remote)
        } else if any(SHELLS) {
            Some(Where::Child)
        } else {
            None
        }
    }

    /// Walks the documents that a command is given, as a script.
    pub(super) fn piped_script(&mut self, command: &Command, place: Where) {
        let source = Arc::clone(&self.source);
        // `echo 'command' | ssh host`
        let prints = command.words.first().and_then(program_name).is_some_and(|name| self.tool.prints(&name));
        for word in command.words.iter().skip(1).filter(|_| prints) {
            let expanded = word.parts.iter().any(|part| !matches!(part.kind, PartKind::Text(_)));
            let text = word.embedded(|span| source.slice(span));
            self.embedded_script(&text, if expanded { Where::Here } else { place }, expanded);
        }
        for redirect in &command.redirects {
            match redirect {
                Redirect::HereDocument(HereDocument { text, quoted, .. }) => {
                    let place = if *quoted { place } else { Where::Here };
                    self.embedded_script(text, place, !*quoted);
                }
                Redirect::HereString(word) => {
                    let expanded = word.parts.iter().any(|part| !matches!(part.kind, PartKind::Text(_)));
                    let text = word.embedded(|span| source.slice(span));
                    self.embedded_script(&text, if expanded { Where::Here } else { place }, expanded);
                }
                Redirect::File(_) => {}
            }
        }
    }

    /// Walks a script within the script, when it names a product at all.
    fn embedded_script(&mut self, text: &EmbeddedText, place: Where, twice_expanded: bool) {
        let lower = text.text().to_ascii_lowercase();
        let mentions = |api: &crate::model::Api| {
            lower.contains(&api.product.code.to_ascii_lowercase())
                || api.wrappers.iter().any(|wrapper| text.text().contains(wrapper.word()))
        };
        if !self.project.apis.iter().any(mentions) || !self.spend(text.text().len() / 8) {
            return;
        }
        self.walk_embedded(text, place, twice_expanded);
    }

    /// Walks a script within the script, whatever it names.
    pub(super) fn walk_embedded(&mut self, text: &EmbeddedText, place: Where, twice_expanded: bool) {
        if !self.spend(self.environment.variables.len() / 8) {
            return;
        }
        let script = shell::parse_embedded(text);
        let before = self.environment.clone();
        match place {
            Where::Here => {}
            Where::Child => self.environment = before.child(),
            Where::Remote => {
                self.environment.variables = Rc::default();
                self.environment.remote = true;
            }
        }
        if place != Where::Here {
            self.environment.positional = Positional::Outside(Rc::from("an argument of another shell"));
        }
        let outer = std::mem::replace(&mut self.twice_expanded, twice_expanded);
        let skipped = self.skipped;
        self.deeper(|runner| runner.statements(&script.statements));
        self.skipped = skipped;
        self.twice_expanded = outer;
        self.environment = before;
    }
}

/// The name of the program that a word may be.
fn program_name(word: &Word) -> Option<String> {
    word.literal().map(|name| name.rsplit('/').next().unwrap_or(&name).to_owned())
}

/// What the words of a command say about those behind them.
#[derive(Debug, Clone, Copy, Default)]
struct Before {
    /// A shell, which runs a word when it is told to.
    shell: bool,
    /// Something that runs the words behind it: a shell with `-c`, or a program that does so anyway.
    runner: bool,
}

impl Before {
    /// Whether the next word is run as a script.
    fn runs_next(self) -> bool {
        self.runner
    }

    fn add(&mut self, name: &str) {
        self.shell |= SHELLS.contains(&name);
        let told =
            name.strip_prefix('-').is_some_and(|o| o.ends_with('c') && o.bytes().all(|b| b.is_ascii_alphabetic()));
        self.runner |= self.shell && told || RUNNERS.contains(&name);
    }
}
