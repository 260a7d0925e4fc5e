//! Commands about RAM policies, principals and roles: their words, with the texts of documents in them.
//!
//! Owns how a word becomes a text in which what nobody knows is marked: variables, here-documents, files that the
//! script writes or reads. What the commands mean is said in `policy`.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::model::Companion;
use crate::source::{Place, Source, Span};
use crate::surface::aliyun_cli::Takes;
use crate::surface::policy::cli::{self, Parameter};
use crate::syntax::shell::{
    self, AssignedValue, Assignment, Command, EmbeddedText, Expansion, Part, PartKind, Redirect, Statement, Word,
};

use super::run::Runner;
use super::value;

/// The programs that print a file or what they read.
const PRINTERS: &[&str] = &["cat", "tee"];

/// The longest document that is looked at, in bytes.
const LONGEST: usize = 65_536;

/// How many commands one command in a loop may stand for.
const COMMANDS: usize = 64;

/// Parameters with the texts of which each may have one.
type Several = Vec<(String, Vec<String>)>;

/// A text and the file that it stands in.
pub(super) type Stands = (EmbeddedText, Arc<Source>);

impl Runner<'_> {
    /// Adds what a command says about access.
    pub(super) fn say(&mut self, command: &Command) {
        self.keep_written(command);
        if self.silent > 0 {
            return;
        }
        let literals: Vec<Option<String>> = command.words.iter().map(Word::literal).collect();
        let Some(at) = literals.iter().position(|word| word.as_deref().is_some_and(|word| self.tool.is_program(word)))
        else {
            return;
        };
        let start = at + 1 + self.options_before(literals.get(at + 1..).unwrap_or_default());
        let mut names = literals.iter().skip(start).map(|word| word.as_deref().filter(|word| !word.starts_with('-')));
        let (Some(Some(product)), operation) = (names.next(), names.next().flatten()) else { return };
        let named =
            |option: &str| literals.iter().flatten().any(|word| word.trim_start_matches('-').starts_with(option));
        let is_own = self.project.apis.iter().any(|api| api.product.code.eq_ignore_ascii_case(product));
        if let Some(operation) = operation.filter(|_| is_own) {
            let companion = Companion {
                product: product.to_owned(),
                operation: operation.to_owned(),
                place: self.place(command.span),
            };
            self.access.companions.push(companion);
        }
        let place = self.place(command.span);
        for assignment in command.assignments.iter().filter(|one| cli::is_profile_variable(&one.name)) {
            let AssignedValue::Word(word) = &assignment.value else { continue };
            let (text, _) = self.stands(word);
            let at = self.place(word.span);
            cli::exported_profile(text.text(), at, place.clone(), &mut self.access);
        }
        let takes_role = cli::identities().into_iter().any(named);
        let names_profile = literals.iter().flatten().any(|word| self.is_profile_option(word));
        if !cli::is_of_interest(product) && !takes_role && !names_profile {
            return;
        }
        let words = command.words.get(at + 1..).unwrap_or_default();
        let (parameters, several) = self.parameters(words);
        let rest = Span { start: command.span.start, end: self.end().max(command.span.end) };
        let rest = Place::new(&self.source, rest);
        let operation = operation.unwrap_or_default();
        let mut access = std::mem::take(&mut self.access);
        for parameters in each(parameters, &several) {
            let (place, rest) = (place.clone(), rest.clone());
            cli::Command { product, operation, parameters, place, rest }.add(&mut access);
        }
        self.access = access;
    }

    /// Adds what a variable says that is set for everything behind it.
    pub(super) fn say_set(&mut self, assignments: &[Assignment], command: Span) {
        if self.silent > 0 {
            return;
        }
        for assignment in assignments {
            let AssignedValue::Word(word) = &assignment.value else { continue };
            let is_profile = cli::is_profile_variable(&assignment.name);
            if !is_profile && !cli::is_role_variable(&assignment.name) {
                continue;
            }
            let (text, _) = self.stands(word);
            let rest = Span { start: command.start, end: self.end().max(command.end) };
            let (place, rest) = (self.place(word.span), Place::new(&self.source, rest));
            match is_profile {
                true => cli::exported_profile(text.text(), place, rest, &mut self.access),
                false => cli::exported(text.text(), place, rest, &mut self.access),
            }
        }
    }

    /// How many words of the tool's own options stand before the product.
    fn options_before(&self, words: &[Option<String>]) -> usize {
        let mut at = 0;
        while let Some(word) = words.get(at).and_then(Option::as_deref).filter(|word| word.starts_with('-')) {
            let name = word.trim_start_matches('-');
            let takes = self.tool.global_flag(name, !word.starts_with("--")).map(|(_, takes)| takes);
            at += if takes == Some(Takes::Value) && !name.contains('=') { 2 } else { 1 };
        }
        at
    }

    /// Whether a word is the option that names a profile.
    fn is_profile_option(&self, word: &str) -> bool {
        let Some(name) = word.strip_prefix('-') else { return false };
        let name = name.strip_prefix('-').unwrap_or(name);
        let name = name.split('=').next().unwrap_or(name);
        let known = self.tool.global_flag(name, !word.starts_with("--"));
        known.is_some_and(|(full, _)| full == cli::profile_option())
    }

    /// Where the script ends that is being walked.
    fn end(&self) -> u32 {
        match &self.within {
            Some((source, end)) if Arc::ptr_eq(source, &self.source) => *end,
            _ => u32::try_from(self.source.text().len()).unwrap_or(u32::MAX),
        }
    }

    /// The parameters of a command, and the texts of those that have one of several.
    fn parameters(&mut self, words: &[Word]) -> (BTreeMap<String, Parameter>, Several) {
        let mut parameters = BTreeMap::new();
        let mut several = Vec::new();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let Some(Part { kind: PartKind::Text(first), span, quoted }) = word.parts.first() else { continue };
            let short = || self.is_profile_option(first).then(cli::profile_option);
            let Some(name) = first.strip_prefix("--").or_else(short) else { continue };
            let given = if let Some((name, value)) = name.split_once('=') {
                let start = span.end.saturating_sub(u32::try_from(value.len()).unwrap_or(0));
                let kind = PartKind::Text(value.to_owned());
                let first = Part { span: Span { start, end: span.end }, quoted: *quoted, kind };
                let parts = [first].into_iter().filter(|_| !value.is_empty()).chain(word.parts.iter().skip(1).cloned());
                let span = Span { start, end: word.span.end };
                Some((name.to_owned(), Word { span, parts: parts.collect() }))
            } else {
                let is_value = |next: &&Word| !matches!(next.parts.first(), Some(Part { kind: PartKind::Text(text), .. }) if text.starts_with("--"));
                words.next_if(is_value).map(|value| (name.to_owned(), value.clone()))
            };
            let Some((name, value)) = given else { continue };
            let (text, source) = self.stands(&value);
            let place = self.place(value.span);
            let value = self.value(&value);
            let texts = value.alternatives().iter().map(|one| value::text(one).map(str::to_owned));
            let texts: Option<Vec<String>> = texts.collect();
            let texts = texts.filter(|texts| texts.len() > 1);
            several.extend(texts.map(|texts| (cli::plain(&name), texts)));
            parameters.insert(cli::plain(&name), Parameter { text, source, place });
        }
        (parameters, several)
    }

    /// The text of a word.
    fn stands(&mut self, word: &Word) -> Stands {
        let source = Arc::clone(&self.source);
        if let [part] = word.parts.as_slice()
            && let Some(found) = self.stands_elsewhere(part)
        {
            return found;
        }
        let mut text = EmbeddedText::new();
        for part in &word.parts {
            match &part.kind {
                PartKind::Text(piece) => text.push(piece, part.span),
                PartKind::Variable(expansion) => text.push(&self.filled(expansion, part), part.span),
                _ => {
                    let written = source.slice(part.span);
                    text.push(&format!("${{{}}}", written.trim_matches(['{', '}', '$', '(', ')', ' '])), part.span);
                }
            }
        }
        if let Some(path) = text.text().strip_prefix(cli::file_prefix()) {
            let path = path.to_owned();
            return self.file(&path).unwrap_or((text, source));
        }
        (text, source)
    }

    /// What a variable holds, or its name as a hole.
    fn filled(&self, expansion: &Expansion, part: &Part) -> String {
        let word = Word { span: part.span, parts: vec![part.clone()] };
        let value = self.value(&word);
        let name = || {
            // Arguments of different functions are different things.
            let is_argument = !expansion.name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let line = self.source.position(part.span.start).line;
            if is_argument { format!("argument {} in line {line}", expansion.name) } else { expansion.name.clone() }
        };
        value.as_text().map_or_else(|| format!("${{{}}}", name()), str::to_owned)
    }

    /// The text that a variable was given or that a command prints, where it stands.
    fn stands_elsewhere(&mut self, part: &Part) -> Option<Stands> {
        match &part.kind {
            PartKind::Variable(expansion) if expansion.key.is_none() && expansion.operand.is_none() => {
                let (text, source) = self.templates.get(&expansion.name).cloned()?;
                if text.text().len() > LONGEST {
                    return None;
                }
                let outer = std::mem::replace(&mut self.source, source);
                let found = self.given(&text);
                self.source = outer;
                Some(found)
            }
            PartKind::Command(statements) => self.printed(statements),
            _ => None,
        }
    }

    /// The text that a variable was given: as it stands, or as a command prints it.
    fn given(&mut self, text: &EmbeddedText) -> Stands {
        let is_command = text.text().trim_start().starts_with("$(") || text.text().trim_start().starts_with('`');
        if is_command {
            let script = shell::parse_embedded(text);
            if let Some(Statement::Command(command)) = script.statements.first()
                && let Some(Word { parts, .. }) = command.words.first()
                && let [Part { kind: PartKind::Command(statements), .. }] = parts.as_slice()
                && let Some(found) = self.printed(statements)
            {
                return found;
            }
        }
        (self.expanded(text), Arc::clone(&self.source))
    }

    /// What commands print that only print a file or a here-document.
    fn printed(&mut self, statements: &[Statement]) -> Option<Stands> {
        let [Statement::Command(command)] = statements else { return None };
        let program = command.words.first().and_then(Word::literal);
        if program.as_deref().is_some_and(|program| !PRINTERS.contains(&program)) {
            return None;
        }
        for redirect in &command.redirects {
            match redirect {
                Redirect::HereDocument(document) => {
                    let text = if document.quoted { document.text.clone() } else { self.expanded(&document.text) };
                    return Some((text, Arc::clone(&self.source)));
                }
                Redirect::File(word) => {
                    let path = self.value(word).as_text()?.to_owned();
                    return self.file(&path);
                }
                Redirect::HereString(_) => {}
            }
        }
        let [_, path] = command.words.as_slice() else { return None };
        let path = self.value(path).as_text()?.to_owned();
        self.file(&path)
    }

    /// What a file holds: as the script wrote it, or as it is in the tree.
    fn file(&mut self, path: &str) -> Option<Stands> {
        if let Some((text, source)) = self.written.get(path) {
            return Some(((**text).clone(), Arc::clone(source)));
        }
        let found = self.find_file(path)?;
        let source = self.project.files.read(&found).ok()?;
        let text = source.text();
        (text.len() <= LONGEST).then(|| (EmbeddedText::verbatim(text, 0), Arc::clone(&source)))
    }

    /// Keeps what a command writes to a file from a here-document.
    fn keep_written(&mut self, command: &Command) {
        let program = command.words.first().and_then(Word::literal);
        if !program.is_some_and(|program| PRINTERS.contains(&program.as_str())) {
            return;
        }
        let document = command.redirects.iter().find_map(|redirect| match redirect {
            Redirect::HereDocument(document) => Some(document),
            _ => None,
        });
        let Some(document) = document.filter(|document| document.text.text().len() <= LONGEST) else { return };
        let file = command.redirects.iter().find_map(|redirect| match redirect {
            Redirect::File(word) => Some(word),
            _ => None,
        });
        let Some(path) = file.or(command.words.get(1)).and_then(|word| self.value(word).as_text().map(str::to_owned))
        else {
            return;
        };
        let text = if document.quoted { document.text.clone() } else { self.expanded(&document.text) };
        self.written.insert(path, (Rc::new(text), Arc::clone(&self.source)));
    }

    /// A text in which variables stand for what they hold, or for holes with their names.
    fn expanded(&self, text: &EmbeddedText) -> EmbeddedText {
        let whole = text.text();
        let mut expanded = EmbeddedText::new();
        let mut done = 0;
        while let Some(at) = whole.get(done..).and_then(|rest| rest.find('$')).map(|found| done + found) {
            expanded.append(&text.part(done, at));
            let (length, name) = variable(whole.get(at..).unwrap_or_default());
            let span = text.span(at, at + length);
            match name {
                Some(name) => {
                    let name = name.to_owned();
                    let expansion = Expansion { name, ..Expansion::default() };
                    let kind = PartKind::Variable(Box::new(expansion.clone()));
                    expanded.push(&self.filled(&expansion, &Part { span, quoted: true, kind }), span);
                }
                None => expanded.append(&text.part(at, at + length)),
            }
            done = at + length;
        }
        expanded.append(&text.part(done, whole.len()));
        expanded
    }
}

/// The parameters once for each text that those of several texts may have.
fn each(parameters: BTreeMap<String, Parameter>, several: &Several) -> Vec<BTreeMap<String, Parameter>> {
    let mut all = vec![parameters];
    for (name, texts) in several {
        if all.len() * texts.len() > COMMANDS {
            break;
        }
        let mut more = Vec::new();
        for parameters in &all {
            for text in texts {
                let mut parameters = parameters.clone();
                if let Some(parameter) = parameters.get_mut(name) {
                    parameter.text = EmbeddedText::new();
                    parameter.text.push(text, parameter.place.span);
                    parameter.source = Arc::clone(&parameter.place.source);
                }
                more.push(parameters);
            }
        }
        all = more;
    }
    all
}

/// The variable that a text begins with: its length, and its name when it is a plain one.
fn variable(text: &str) -> (usize, Option<&str>) {
    let inside = text.strip_prefix("${");
    let rest = inside.unwrap_or(text.get(1..).unwrap_or_default());
    let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name = rest.get(..length).filter(|name| !name.is_empty());
    match (inside.is_some(), rest.as_bytes().get(length)) {
        (true, Some(b'}')) => (length + 3, name),
        (true, _) => (2, None),
        (false, _) if name.is_some() => (length + 1, name),
        (false, _) => (1, None),
    }
}
