//! Commands that a program runs: lists of words, and texts for a shell.

use super::Descriptor;
use super::bindings::is_listed;
use crate::model::{Content, Value};
use crate::source::{Place, Span};
use crate::surface::aliyun_cli::{CliWord, CommandLine, Inline, find_call, inline_at};
use crate::surface::code::Machine;
use crate::surface::code::evaluate::MANY;
use crate::surface::code::heap::{ObjectKind, Passed};
use crate::surface::code::machine::{Found, Site};
use crate::surface::code::symbol::{Data, Symbol, UNKNOWN_PART};
use crate::surface::code::value::value_of;

/// Where the words of a command are that a function is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::surface) enum Words {
    /// In the first value: a list of words, or a text for a shell. It may be given as `args`.
    First,
    /// In all values from this one on, each a word or a list of words.
    From(usize),
    /// A program, then its words: a list of them, or one text.
    ProgramAndText,
}

/// How many parts of a text that look like a word are looked at for it.
const NAMESAKES: usize = 20;

/// How a function runs a command, if it does.
pub(super) fn runner(language: &Descriptor, path: &str) -> Option<Words> {
    language.runners.iter().find(|(runner, _)| is_listed(path, &[(*runner).to_owned()])).map(|(_, words)| *words)
}

/// Finds the call that a command makes.
pub(in crate::surface) fn run(machine: &mut Machine<'_>, words: Words, site: &Site) {
    let positional = || site.arguments.iter().filter(|a| a.name.is_none());
    let words: Vec<CliWord> = match words {
        Words::First => {
            let is_first = |a: &&Passed| a.name.as_ref().is_none_or(|(name, _)| &**name == "args");
            let Some(first) = site.arguments.iter().find(is_first) else { return };
            self::words(machine, &first.symbol, site)
        }
        Words::From(from) => {
            let each = positional().skip(from).flat_map(|passed| match passed.symbol.single() {
                Some(Data::Object(_)) => self::words(machine, &passed.symbol, site),
                // What is called afterwards is no word.
                Some(Data::Function(_)) => Vec::new(),
                _ => vec![word(machine, &passed.symbol, site)],
            });
            let mut each: Vec<CliWord> = each.collect();
            if let Some((reason, place)) = &site.open {
                each.push(CliWord::many(reason.clone(), place.clone()));
            }
            each
        }
        Words::ProgramAndText => {
            let mut positional = positional();
            let Some(program) = positional.next() else { return };
            let mut all = vec![word(machine, &program.symbol, site)];
            all.extend(positional.take(1).flat_map(|rest| self::words(machine, &rest.symbol, site)));
            all
        }
    };
    let words = of_shell(&words, site).unwrap_or(words);
    run_words(machine, &words, site);
}

/// The words of the text that a shell is told to run.
fn of_shell(words: &[CliWord], site: &Site) -> Option<Vec<CliWord>> {
    let [shell, flag, text, more @ ..] = words else { return None };
    let name = shell.value.as_text()?.rsplit('/').next()?;
    let flag = flag.value.as_text()?;
    let told = ["-c", "-lc", "-ec"].contains(&flag) || flag.eq_ignore_ascii_case("/c");
    if !told || !["sh", "bash", "zsh", "dash", "cmd", "cmd.exe"].contains(&name) {
        return None;
    }
    // What is told in words of its own, as the shell of Windows takes it, is not split again.
    if name.starts_with("cmd") && !more.is_empty() {
        return Some([std::slice::from_ref(text), more].concat());
    }
    let symbol = Symbol::text("", text.place.clone());
    Some(split_words(text.value.as_text()?, None, &symbol, site))
}

/// Finds the call that the words of a command make.
fn run_words(machine: &mut Machine<'_>, words: &[CliWord], site: &Site) {
    let context = machine.names.last().cloned().unwrap_or_default();
    let line = CommandLine { words, place: &site.place, surface: machine.surface, context: &context };
    let Some(mut call) = find_call(&line, machine.apis) else { return };
    // What is quoted as in a shell cannot be written into a program.
    call.insert = None;
    for argument in &mut call.arguments {
        argument.literal = None;
        argument.removal = None;
    }
    for guard in &machine.guards {
        if !call.guards.contains(guard) {
            call.guards.push(guard.clone());
        }
    }
    let root = machine.root;
    call.runs = machine.runs();
    let again = machine.again > 0;
    machine.found.push(Found { call, root, object: None, again });
}

/// The words of a list, or of a text.
fn words(machine: &Machine<'_>, symbol: &Symbol, site: &Site) -> Vec<CliWord> {
    match symbol.single() {
        Some(Data::Object(id)) => {
            let Some(object) = machine.object(*id) else { return Vec::new() };
            let ObjectKind::List(list) = &object.kind else { return Vec::new() };
            let mut words: Vec<CliWord> = list.iter().map(|element| word(machine, element, site)).collect();
            if let Some((reason, place)) = &object.open {
                words.push(CliWord::many(reason.clone(), place.clone()));
            }
            words
        }
        Some(Data::Text(text)) => split_words(text, None, symbol, site),
        Some(Data::Unknown(hole)) => match &hole.template {
            Some(template) => split_words(template, Some(&hole.reason), symbol, site),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The words of a text for a shell. Where a part of it is not known, `reason` says why.
fn split_words(text: &str, reason: Option<&String>, symbol: &Symbol, site: &Site) -> Vec<CliWord> {
    let place = symbol.alternatives().first().and_then(|a| a.trail.first()).map(|step| step.place.clone());
    let place = place.unwrap_or_else(|| site.place.clone());
    let own = || "what the shell puts there is not known".to_owned();
    let reason = reason.cloned().unwrap_or_else(own);
    let value = |text: &str| {
        if text.contains(UNKNOWN_PART) {
            Value::unknown(reason.clone(), Some(place.clone()))
        } else {
            Value::known(text)
        }
    };
    let mut words: Vec<CliWord> = Vec::new();
    let mut after_flag = false;
    let mut written = Written { place: &place, behind: 0 };
    for text in split(&with_holes(text)) {
        // What stands for itself may be any number of words, but behind a flag it is its value.
        if text.chars().all(|c| c == UNKNOWN_PART) && !text.is_empty() && !after_flag {
            words.push(CliWord::many(reason.clone(), place.clone()));
            continue;
        }
        after_flag = text.starts_with("--") && inline_at(&text).is_none();
        let own = written.word(&text);
        let part = |from: usize, to: usize| match &own {
            Some(own) => {
                Place::new(&own.source, Span::new(own.span.start as usize + from, own.span.start as usize + to))
            }
            None => place.clone(),
        };
        let inline = inline_at(&text).map(|at| Inline {
            name: text.get(..at).unwrap_or_default().to_owned(),
            name_place: part(0, at),
            place: part(at + 1, text.len()),
            value: value(text.get(at + 1..).unwrap_or_default()),
            literal: false,
        });
        let stands = part(0, text.len());
        words.push(CliWord { inline, literal: false, value: value(&text), ..CliWord::literal(&text, stands) });
    }
    words
}

/// Where the words of a text stand in the program, which are looked for one behind the other.
struct Written<'p> {
    place: &'p Place,
    /// What was looked through.
    behind: usize,
}

impl Written<'_> {
    /// Where a word stands, if it stands there as it is.
    fn word(&mut self, word: &str) -> Option<Place> {
        if word.is_empty() || word.contains(UNKNOWN_PART) {
            return None;
        }
        let text = self.place.text();
        let rest = text.get(self.behind..)?;
        let ends = |c: char| c.is_whitespace() || "\"'`,;".contains(c);
        let mut found = rest.match_indices(word).take(NAMESAKES).map(|(at, _)| self.behind + at);
        let at = found.find(|at| {
            let before = text.get(..*at).and_then(|before| before.chars().next_back());
            let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
            before.is_some_and(ends) && after.is_some_and(ends)
        })?;
        self.behind = at + word.len();
        let start = self.place.span.start as usize + at;
        Some(Place::new(&self.place.source, Span::new(start, start + word.len())))
    }
}

/// One word with what is known of it.
fn word(machine: &Machine<'_>, symbol: &Symbol, site: &Site) -> CliWord {
    let place = symbol.alternatives().first().and_then(|a| a.trail.first()).map(|step| step.place.clone());
    let place = place.unwrap_or_else(|| site.place.clone());
    if let Some(Data::Unknown(hole)) = symbol.single()
        && hole.reason == MANY
    {
        return CliWord::many("words are added that are not known", place);
    }
    let value = value_of(symbol, &place, &machine.guards);
    let known = value.alternatives().iter().all(|a| !matches!(a.content, Content::Unknown(_)));
    let inline = value.as_text().and_then(|text| inline_at(text).map(|at| (text.to_owned(), at))).map(|(text, at)| {
        let mut inner = value.clone();
        for alternative in inner.alternatives_mut() {
            alternative.content = Content::text(text.get(at + 1..).unwrap_or_default());
        }
        Inline {
            name: text.get(..at).unwrap_or_default().to_owned(),
            name_place: place.clone(),
            place: place.clone(),
            value: inner,
            literal: false,
        }
    });
    let literal = known && value.as_text().is_some();
    CliWord { place, value, literal, variable: None, inline, guards: Vec::new(), many: None }
}

/// A text for a shell with a hole for each part that the shell puts something else for: variables, and what commands
/// write.
fn with_holes(text: &str) -> String {
    if !text.contains(['$', '`']) {
        return text.to_owned();
    }
    let mut filled = String::with_capacity(text.len());
    let mut quoted = false;
    let mut double = false;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\'' if !double => quoted = !quoted,
            '"' if !quoted => double = !double,
            '\\' if !quoted => {
                // A sign that stands for itself; any other is the splitting's.
                match rest.next_if(|next| matches!(next, '$' | '`')) {
                    Some(sign) => filled.push(sign),
                    None => filled.push(c),
                }
                continue;
            }
            '`' if !quoted => {
                rest.by_ref().find(|inner| *inner == '`');
                filled.push(UNKNOWN_PART);
                continue;
            }
            '$' if !quoted => {
                filled.push(if expanded(&mut rest) { UNKNOWN_PART } else { c });
                continue;
            }
            _ => {}
        }
        filled.push(c);
    }
    filled
}

/// Takes what stands behind a `$` and is expanded with it; whether there is any.
fn expanded(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    match rest.peek().copied() {
        Some(open @ ('(' | '{')) => {
            let close = if open == '(' { ')' } else { '}' };
            let mut depth = 0_usize;
            for c in rest.by_ref() {
                if c == open {
                    depth += 1;
                } else if c == close {
                    depth -= 1;
                }
                if depth == 0 {
                    break;
                }
            }
            true
        }
        Some(c) if is_name(c) => {
            while rest.next_if(|c| is_name(*c)).is_some() {}
            true
        }
        Some('@' | '*' | '#' | '?' | '$' | '!') => rest.next().is_some(),
        _ => false,
    }
}

/// The words of a command as a shell splits them, without expanding anything.
pub(in crate::surface) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut begun = false;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                begun = true;
            }
            (None, c) if c.is_whitespace() || c == '\\' => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (None, ';' | '|' | '&' | '>') => break,
            (None, c) => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}
