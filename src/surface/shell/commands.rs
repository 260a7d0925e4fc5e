//! What single commands do: set variables, call functions, run other scripts, and make calls.

use std::rc::Rc;
use std::sync::Arc;

use crate::surface::aliyun_cli::{CliWord, CommandLine, find_call};
use crate::syntax::shell::{AssignedValue, Command, Key, Operator, PartKind, Redirect, Word};

use super::env::{Binding, Positional};
use super::expand::located;
use super::run::{Defined, Flow, Runner};
use super::value;

/// How many words of one command are looked at.
const WORDS: usize = 4_096;

impl Runner<'_> {
    /// Walks the command substitutions in a word, and sets what `${name:=value}` sets.
    pub(super) fn visit(&mut self, word: &Word) {
        for part in &word.parts {
            match &part.kind {
                PartKind::Command(statements) => self.apart(|runner| runner.statements(statements)),
                PartKind::Variable(expansion) => {
                    let key = match &expansion.key {
                        Some(Key::One(key)) => Some(key),
                        _ => None,
                    };
                    for inner in expansion.operand.iter().chain(key) {
                        self.visit(inner);
                    }
                    if expansion.operator == Operator::AssignDefault && expansion.key.is_none() {
                        let value = self.value(&Word { span: part.span, parts: vec![part.clone()] });
                        self.environment.set(&expansion.name, Binding::Scalar(value));
                    }
                }
                _ => {}
            }
        }
    }

    /// Walks what stands in redirections.
    pub(super) fn redirects(&mut self, redirects: &[Redirect]) {
        for redirect in redirects {
            match redirect {
                Redirect::File(word) | Redirect::HereString(word) => self.visit(word),
                Redirect::HereDocument(document) => self.visit(&document.commands),
            }
        }
    }

    pub(super) fn command(&mut self, command: &Command) -> Flow {
        self.visit_all(command);
        if command.declaration {
            let flow = self.declare(command);
            self.say_set(&command.assignments, command.span);
            return flow;
        }
        if command.words.is_empty() {
            for assignment in &command.assignments {
                self.assign(assignment);
            }
            self.say_set(&command.assignments, command.span);
            return Flow::Next;
        }
        let mut fields = Vec::new();
        for word in &command.words {
            if fields.len() > WORDS {
                fields.push(CliWord::many("very many words", self.place(command.span)));
                break;
            }
            fields.extend(self.fields(word));
        }
        if !self.spend(fields.len()) {
            return Flow::Exit;
        }
        if command.broken {
            let reason = "this part of the script breaks the grammar of the shell";
            fields.push(CliWord::many(reason, self.place(command.span)));
        }
        if let Some((repeat, lane)) = self.fanned_out(&fields) {
            return self.each_apart(repeat, lane, |runner| runner.simple(command, &fields));
        }
        if let Some(round) = self.watched(&fields) {
            return self.round(round, &[], |runner| runner.simple(command, &fields));
        }
        self.simple(command, &fields)
    }

    /// A command whose words are known as far as they can be.
    fn simple(&mut self, command: &Command, fields: &[CliWord]) -> Flow {
        self.crontab(command);
        self.line(command, fields);
        self.say(command);
        if command.assignments.is_empty() {
            return self.act_or_wrap(command, fields);
        }
        // `NAME=value command`: set for that command alone.
        let names: Vec<_> = command.assignments.iter().map(|a| a.name.clone()).collect();
        let old: Vec<_> = names.iter().map(|name| self.environment.get(name).cloned()).collect();
        for assignment in &command.assignments {
            self.assign(assignment);
            self.environment.export([Rc::from(assignment.name.as_str())]);
        }
        let flow = self.act_or_wrap(command, fields);
        for (name, binding) in names.iter().zip(old) {
            self.environment.restore(name, binding);
        }
        flow
    }

    fn visit_all(&mut self, command: &Command) {
        for word in &command.words {
            self.visit(word);
        }
        for assignment in &command.assignments {
            match &assignment.value {
                AssignedValue::Word(word) => self.visit(word),
                AssignedValue::Array(items) => items.iter().for_each(|item| self.visit(&item.word)),
            }
        }
        self.redirects(&command.redirects);
    }

    /// Collects the call that a command makes.
    fn line(&mut self, command: &Command, fields: &[CliWord]) {
        let place = self.place(command.span);
        let context = self.stack.last().map_or("", String::as_str);
        let line = CommandLine { words: fields, place: &place, surface: self.project.surface, context };
        let call = find_call(&line, self.project.apis).or_else(|| self.request(command, fields));
        if let Some(call) = call {
            self.collect(call);
        }
    }

    /// What a command does beside that. Where no call is found in what it runs, it may be one of those that the
    /// project names.
    fn act_or_wrap(&mut self, command: &Command, fields: &[CliWord]) -> Flow {
        let wrapped = self.wrapped(command, fields);
        let before = self.visits.len();
        let flow = self.act(command, fields);
        if let Some(call) = wrapped.filter(|_| self.visits.len() == before) {
            self.collect(call);
        }
        flow
    }

    /// What a command does beside that.
    fn act(&mut self, command: &Command, fields: &[CliWord]) -> Flow {
        let name = fields.first().and_then(|word| word.value.as_text()).unwrap_or_default().to_owned();
        let rest = fields.get(1..).unwrap_or_default();
        if let Some(function) = self.functions.get(&name).cloned() {
            let positional = Positional::Known(Rc::new(rest.iter().map(passed).collect()));
            self.site.push(self.place(command.span));
            let flow = self.call_function(&name, &function, positional);
            self.site.pop();
            return flow;
        }
        match name.as_str() {
            "." | "source" => {
                self.site.push(self.place(command.span));
                let flow = self.source_file(rest);
                self.site.pop();
                flow
            }
            "cd" | "pushd" => {
                self.change_folder(rest);
                Flow::Next
            }
            "wait" => {
                self.wait();
                Flow::Next
            }
            "exit" | "return" | "break" | "continue" => {
                let code = rest.first().map_or(Some("0"), |word| word.value.as_text());
                // A number of loops is no failure; what is not known may be one, or not.
                self.left_well = matches!(name.as_str(), "break" | "continue") || code.is_none_or(|code| code == "0");
                if name == "exit" { Flow::Exit } else { Flow::Leave }
            }
            "exec" if !rest.is_empty() => {
                self.embedded(command, rest);
                self.run_program(command, rest);
                Flow::Exit
            }
            "eval" => {
                self.evaluate(command);
                Flow::Next
            }
            "shift" => {
                self.shift(rest);
                Flow::Next
            }
            "set" => {
                self.set_options(rest);
                Flow::Next
            }
            "read" | "mapfile" | "readarray" | "getopts" => {
                self.read(&name, rest);
                Flow::Next
            }
            "printf" => {
                let target = rest.iter().skip_while(|w| w.value.as_text() != Some("-v")).nth(1);
                if let Some(target) = target.and_then(|w| w.value.as_text()) {
                    self.environment.set(target, Binding::Unknown("made by `printf`".to_owned()));
                }
                Flow::Next
            }
            _ => {
                self.load_dotenv(command);
                self.run_program(command, fields);
                self.embedded(command, fields);
                Flow::Next
            }
        }
    }

    /// Walks a function with its arguments.
    pub(super) fn call_function(&mut self, name: &str, function: &Defined, positional: Positional) -> Flow {
        if self.stack.iter().any(|open| open == name) {
            return Flow::Next;
        }
        self.called.insert(name.to_owned());
        self.deeper(|runner| {
            let outer = std::mem::replace(&mut runner.environment.positional, positional);
            let source = std::mem::replace(&mut runner.source, Arc::clone(&function.source));
            runner.stack.push(name.to_owned());
            runner.locals.push(Vec::new());
            let flow = runner.part(|runner| runner.statements(&function.body));
            for (local, binding) in runner.locals.pop().unwrap_or_default().into_iter().rev() {
                runner.environment.restore(&local, binding);
            }
            runner.stack.pop();
            runner.source = source;
            runner.environment.positional = outer;
            if flow == Flow::Exit { Flow::Exit } else { Flow::Next }
        })
    }

    fn shift(&mut self, rest: &[CliWord]) {
        let count = rest.first().and_then(|w| w.value.as_text()).map_or(Some(1), |text| text.parse::<usize>().ok());
        let outside = || Positional::Outside(Rc::from("an argument"));
        let mut copied = 0;
        let shifted = match (&self.environment.positional, count) {
            (Positional::Known(words), Some(count)) if words.iter().take(count).all(|w| w.many.is_none()) => {
                copied = words.len() / 16;
                Positional::Known(Rc::new(words.iter().skip(count).cloned().collect()))
            }
            (Positional::Outside(whose), _) => Positional::Outside(Rc::clone(whose)),
            _ => outside(),
        };
        self.environment.positional = shifted;
        self.spend(copied);
    }

    fn set_options(&mut self, rest: &[CliWord]) {
        let texts: Vec<_> = rest.iter().map(|w| w.value.as_text().unwrap_or_default()).collect();
        for (index, text) in texts.iter().enumerate() {
            match *text {
                "--" => {
                    let words = rest.get(index + 1..).unwrap_or_default().iter().map(passed).collect();
                    self.environment.positional = Positional::Known(Rc::new(words));
                    return;
                }
                "-a" | "allexport" => self.environment.export_all = true,
                "+a" => self.environment.export_all = false,
                _ => {}
            }
        }
    }

    fn read(&mut self, command: &str, rest: &[CliWord]) {
        let reason = format!("read by `{command}` when it runs");
        let names = rest.iter().filter_map(|w| w.value.as_text()).filter(|w| {
            !w.is_empty()
                && w.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && !w.starts_with(char::is_numeric)
        });
        let names: Vec<_> = names.map(str::to_owned).collect();
        if command == "getopts" {
            // Its variables come from whoever calls the script.
            for name in names.iter().skip(1).map(String::as_str).chain(["OPTARG"]) {
                let place = rest.first().map(|w| w.place.clone());
                let value = value::outside(format!("`{name}` is an option of the script"), place);
                self.environment.set(name, Binding::Scalar(value));
            }
            return;
        }
        for name in names {
            let fed = self.fed.get(&name).filter(|_| command == "read").cloned();
            let binding = fed.map_or_else(|| Binding::Unknown(reason.clone()), Binding::Scalar);
            self.environment.set(&name, binding);
        }
    }
}

/// A word as the argument of a function: it keeps its place, and its value the way to it.
pub(super) fn passed(word: &CliWord) -> CliWord {
    CliWord { value: if word.literal { word.value.clone() } else { located(word) }, ..word.clone() }
}
