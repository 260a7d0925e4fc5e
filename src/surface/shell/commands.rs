//! What single commands do: set variables, call functions, run other scripts, and make calls.

use std::rc::Rc;
use std::sync::Arc;

use crate::model::Value;
use crate::surface::aliyun_cli::{CliWord, CommandLine, find_call};
use crate::syntax::shell::{
    self, ArrayItem, AssignedValue, Assignment, Command, EmbeddedText, HereDocument, Key, Operator, PartKind, Redirect,
    Word,
};

use super::env::{Binding, Positional};
use super::expand::located;
use super::run::{Defined, Flow, Runner};
use super::value;

/// Programs that run a script which is one of their words, or which they read.
const SHELLS: &[&str] = &["bash", "sh", "zsh", "ksh", "dash", "ash", "su"];

/// Programs that run their words where nothing of this shell is set.
const REMOTE: &[&str] = &["ssh", "docker", "podman", "kubectl", "nsenter", "chroot"];

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
            return self.declare(command);
        }
        if command.words.is_empty() {
            for assignment in &command.assignments {
                self.assign(assignment);
            }
            return Flow::Next;
        }
        let mut fields = Vec::new();
        for word in &command.words {
            fields.extend(self.fields(word));
        }
        if !self.spend(fields.len()) {
            return Flow::Exit;
        }
        if command.broken {
            let reason = "this part of the script breaks the grammar of the shell";
            fields.push(CliWord::many(reason, self.place(command.span)));
        }
        self.line(command, &fields);
        if command.assignments.is_empty() {
            return self.act(command, &fields);
        }
        // `NAME=value command`: set for that command alone.
        let names: Vec<_> = command.assignments.iter().map(|a| a.name.clone()).collect();
        let old: Vec<_> = names.iter().map(|name| self.environment.get(name).cloned()).collect();
        for assignment in &command.assignments {
            self.assign(assignment);
            self.environment.exported.insert(Rc::from(assignment.name.as_str()));
        }
        let flow = self.act(command, &fields);
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
        if let Some(call) = find_call(&line, self.project.apis) {
            self.collect(call);
        }
    }

    /// What a command does beside that.
    fn act(&mut self, command: &Command, fields: &[CliWord]) -> Flow {
        let name = fields.first().and_then(|word| word.value.as_text()).unwrap_or_default().to_owned();
        let rest = fields.get(1..).unwrap_or_default();
        if let Some(function) = self.functions.get(&name).cloned() {
            let positional = Positional::Known(Rc::new(rest.iter().map(passed).collect()));
            return self.call_function(&name, &function, positional);
        }
        match name.as_str() {
            "." | "source" => self.source_file(rest),
            "exit" => Flow::Exit,
            "return" | "break" | "continue" => Flow::Leave,
            "exec" if !rest.is_empty() => {
                self.embedded(command);
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
                self.embedded(command);
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
            let flow = runner.statements(&function.body);
            for (local, binding) in runner.locals.pop().unwrap_or_default().into_iter().rev() {
                runner.environment.restore(&local, binding);
            }
            runner.stack.pop();
            runner.source = source;
            runner.environment.positional = outer;
            if flow == Flow::Exit { Flow::Exit } else { Flow::Next }
        })
    }

    fn declare(&mut self, command: &Command) -> Flow {
        let words: Vec<String> = command.words.iter().filter_map(Word::literal).collect();
        let keyword = words.first().map_or("", String::as_str);
        let flags: String = words.iter().skip(1).filter(|w| w.starts_with('-')).cloned().collect();
        let names = words.iter().skip(1).filter(|w| !w.starts_with('-'));
        if keyword == "unset" {
            for name in names {
                self.environment.set(name, Binding::Scalar(Value::absent()));
                self.functions.remove(name);
            }
            return Flow::Next;
        }
        let in_function =
            !self.locals.is_empty() && keyword != "export" && keyword != "readonly" && !flags.contains('g');
        let assigned = command.assignments.iter().map(|a| &a.name);
        let all: Vec<String> = assigned.chain(names.clone()).cloned().collect();
        if in_function {
            for name in &all {
                let old = self.environment.get(name).cloned();
                if let Some(locals) = self.locals.last_mut() {
                    locals.push((name.clone(), old));
                }
            }
        }
        for name in names {
            if flags.contains('A') {
                self.environment.set(name, Binding::Map(std::collections::BTreeMap::new()));
            } else if flags.contains('a') {
                self.environment.set(name, Binding::Array(Vec::new()));
            } else if in_function {
                self.environment.set(name, Binding::Scalar(Value::absent()));
            }
        }
        for assignment in &command.assignments {
            if flags.contains('A') {
                self.environment.set(&assignment.name, Binding::Map(std::collections::BTreeMap::new()));
            }
            self.assign(assignment);
        }
        if keyword == "export" || flags.contains('x') {
            self.environment.exported.extend(all.iter().map(|name| Rc::from(name.as_str())));
        }
        self.load_dotenv(command);
        Flow::Next
    }

    fn assign(&mut self, assignment: &Assignment) {
        let name = assignment.name.as_str();
        if let (AssignedValue::Word(word), None) = (&assignment.value, &assignment.key) {
            self.keep_template(assignment, word);
        }
        let binding = match (&assignment.value, &assignment.key) {
            (AssignedValue::Array(items), _) => self.array(assignment, items),
            (AssignedValue::Word(word), None) => self.scalar(assignment, word),
            (AssignedValue::Word(word), Some(key)) => self.element_set(assignment, key, word),
        };
        self.environment.set(name, binding);
    }

    /// The value of a word as a variable holds it.
    fn set_value(&self, name: &str, word: &Word) -> Value {
        let dotenv = self.source.path().rsplit('/').next().filter(|file| file.contains(".env"));
        let label = match dotenv {
            Some(file) => format!("`{name}` in {file}"),
            None => format!("`{name}` is set here"),
        };
        value::assigned(self.value(word), &self.place(word.span), &label)
    }

    fn scalar(&self, assignment: &Assignment, word: &Word) -> Binding {
        let value = self.set_value(&assignment.name, word);
        if !assignment.append {
            return Binding::Scalar(value);
        }
        match self.environment.get(&assignment.name).map(Rc::as_ref) {
            Some(Binding::Scalar(old)) => Binding::Scalar(value::concat(&[old.clone(), value])),
            Some(_) => Binding::Unknown("a list that is changed".to_owned()),
            None => Binding::Scalar(Value::unknown("added to something that is not set in this script", None)),
        }
    }

    fn array(&self, assignment: &Assignment, items: &[ArrayItem]) -> Binding {
        let old = self.environment.get(&assignment.name).map(Rc::as_ref);
        let keyed = items.iter().any(|item| item.key.is_some());
        if keyed || matches!(old, Some(Binding::Map(_))) {
            let mut map = match old {
                Some(Binding::Map(map)) if assignment.append => map.clone(),
                _ => std::collections::BTreeMap::new(),
            };
            let texts: Option<Vec<_>> = items.iter().map(|item| item.word.literal()).collect();
            if let (false, Some(texts)) = (keyed, texts) {
                // Keys and values by turns.
                for (pair, items) in texts.chunks_exact(2).zip(items.chunks_exact(2)) {
                    if let ([key, value], [_, item]) = (pair, items) {
                        let label = format!("`{}[{key}]` is set here", assignment.name);
                        let value = Value::known(value.clone());
                        map.insert(key.clone(), value::assigned(value, &self.place(item.word.span), &label));
                    }
                }
                return Binding::Map(map);
            }
            for item in items {
                let key = item.key.as_ref().map(|key| self.value(key));
                let Some(key) = key.as_ref().and_then(Value::as_text) else {
                    return Binding::Unknown(format!("list `{}` has keys that are not known", assignment.name));
                };
                let label = format!("`{}[{key}]` is set here", assignment.name);
                let value = value::assigned(self.value(&item.word), &self.place(item.word.span), &label);
                map.insert(key.to_owned(), value);
            }
            return Binding::Map(map);
        }
        let mut all = match old {
            Some(Binding::Array(old)) if assignment.append => old.clone(),
            Some(Binding::Scalar(old)) if assignment.append => {
                vec![CliWord { value: old.clone(), ..CliWord::unknown("", self.place(assignment.span)) }]
            }
            Some(_) | None if !assignment.append => Vec::new(),
            Some(_) => return Binding::Unknown("a list that is changed".to_owned()),
            None => {
                let reason = format!("list `{}` is not begun in this script", assignment.name);
                vec![CliWord::many(reason, self.place(assignment.span))]
            }
        };
        for item in items {
            all.extend(self.fields(&item.word));
        }
        if all.len() > 4_096 {
            Binding::Unknown("a list with very many elements".to_owned())
        } else {
            Binding::Array(all)
        }
    }

    fn element_set(&self, assignment: &Assignment, key: &Word, word: &Word) -> Binding {
        let key = self.value(key);
        let changed = || Binding::Unknown(format!("list `{}` is changed element by element", assignment.name));
        let Some(key) = key.as_text().filter(|_| !assignment.append) else { return changed() };
        let label = format!("`{}[{key}]` is set here", assignment.name);
        let value = value::assigned(self.value(word), &self.place(word.span), &label);
        match self.environment.get(&assignment.name).map(Rc::as_ref) {
            Some(Binding::Map(map)) => {
                let mut map = map.clone();
                map.insert(key.to_owned(), value);
                Binding::Map(map)
            }
            _ => changed(),
        }
    }

    fn shift(&mut self, rest: &[CliWord]) {
        let count = rest.first().and_then(|w| w.value.as_text()).map_or(Some(1), |text| text.parse::<usize>().ok());
        let outside = || Positional::Outside(Rc::from("an argument"));
        let shifted = match (&self.environment.positional, count) {
            (Positional::Known(words), Some(count)) if words.iter().take(count).all(|w| w.many.is_none()) => {
                Positional::Known(Rc::new(words.iter().skip(count).cloned().collect()))
            }
            (Positional::Outside(whose), _) => Positional::Outside(Rc::clone(whose)),
            _ => outside(),
        };
        self.environment.positional = shifted;
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
            self.environment.set(&name, Binding::Unknown(reason.clone()));
        }
    }

    fn evaluate(&mut self, command: &Command) {
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
    fn embedded(&mut self, command: &Command) {
        let names: Vec<String> = command.words.iter().map(|word| program_name(word).unwrap_or_default()).collect();
        let remote = names.iter().any(|name| REMOTE.contains(&name.as_str()));
        let source = Arc::clone(&self.source);
        for (index, word) in command.words.iter().enumerate() {
            if !runs_next(names.get(..index).unwrap_or_default()) {
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

    /// Keeps the text of an assignment that may be run as a command later.
    fn keep_template(&mut self, assignment: &Assignment, word: &Word) {
        let source = Arc::clone(&self.source);
        let text = word.embedded(|span| source.slice(span));
        let name = &assignment.name;
        if !assignment.append {
            if text.text().contains(char::is_whitespace) {
                self.templates.insert(name.clone(), (Rc::new(text), source));
            } else {
                self.templates.remove(name);
            }
        } else if let Some((old, old_source)) = self.templates.get(name)
            && Arc::ptr_eq(old_source, &source)
            && old.text().len() < 65_536
        {
            let mut joined = (**old).clone();
            joined.append(&text);
            self.templates.insert(name.clone(), (Rc::new(joined), source));
        }
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
        let mentions = |api: &crate::model::Api| lower.contains(&api.product.code.to_ascii_lowercase());
        if !self.project.apis.iter().any(mentions) || !self.spend(text.text().len() / 8) {
            return;
        }
        let script = shell::parse_embedded(text);
        let before = self.environment.clone();
        match place {
            Where::Here => {}
            Where::Child => self.environment = before.child(),
            Where::Remote => {
                self.environment.variables.clear();
                self.environment.remote = true;
            }
        }
        if place != Where::Here {
            self.environment.positional = Positional::Outside(Rc::from("an argument of another shell"));
        }
        let outer = std::mem::replace(&mut self.twice_expanded, twice_expanded);
        self.deeper(|runner| runner.statements(&script.statements));
        self.twice_expanded = outer;
        self.environment = before;
    }
}

/// The name of the program that a word may be.
fn program_name(word: &Word) -> Option<String> {
    word.literal().map(|name| name.rsplit('/').next().unwrap_or(&name).to_owned())
}

/// Whether a word behind these is run as a script: a shell with `-c`, or a program that does so anyway.
fn runs_next(before: &[String]) -> bool {
    let shell = before.iter().position(|name| SHELLS.contains(&name.as_str()));
    let option = |word: &String| {
        word.strip_prefix('-').is_some_and(|o| o.ends_with('c') && o.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let told = shell.is_some_and(|at| before.get(at..).unwrap_or_default().iter().any(option));
    told || before.iter().any(|name| RUNNERS.contains(&name.as_str()))
}

/// A word as the argument of a function: it keeps its place, and its value the way to it.
fn passed(word: &CliWord) -> CliWord {
    CliWord { value: if word.literal { word.value.clone() } else { located(word) }, ..word.clone() }
}
