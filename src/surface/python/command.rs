//! Commands that a program runs: lists of words, and texts for a shell.

use crate::model::{Content, Value};
use crate::surface::aliyun_cli::{CliWord, CommandLine, Inline, find_call, inline_at};
use crate::surface::code::Machine;
use crate::surface::code::evaluate::MANY;
use crate::surface::code::heap::ObjectKind;
use crate::surface::code::machine::{Found, Site};
use crate::surface::code::symbol::{Data, Symbol};
use crate::surface::code::value::value_of;

/// Functions that run a command which is their first argument.
const RUNNERS: [&str; 16] = [
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "os.system",
    "os.popen",
    "os.execvp",
    "os.execv",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "commands.getoutput",
    "commands.getstatusoutput",
    "sh.Command",
];

/// Whether a function runs a command.
pub(super) fn runs(path: &str) -> bool {
    RUNNERS.contains(&path)
}

/// Finds the call that a command makes.
pub(super) fn run(machine: &mut Machine<'_>, path: &str, site: &Site) {
    let Some(first) = site.arguments.iter().find(|a| a.name.as_ref().is_none_or(|(name, _)| &**name == "args")) else {
        return;
    };
    let words = if path.ends_with("_exec") {
        site.arguments.iter().filter(|a| a.name.is_none()).map(|a| word(machine, &a.symbol, site)).collect()
    } else {
        words(machine, &first.symbol, site)
    };
    let context = machine.names.last().cloned().unwrap_or_default();
    let line = CommandLine { words: &words, place: &site.place, surface: machine.surface, context: &context };
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
    machine.found.push(Found { call, root, object: None });
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
        Some(Data::Text(text)) => {
            let place = symbol.alternatives().first().and_then(|a| a.trail.first()).map(|step| step.place.clone());
            let place = place.unwrap_or_else(|| site.place.clone());
            split(text)
                .into_iter()
                .map(|text| {
                    let inline = inline_at(&text).map(|at| Inline {
                        name: text.get(..at).unwrap_or_default().to_owned(),
                        name_place: place.clone(),
                        place: place.clone(),
                        value: Value::known(text.get(at + 1..).unwrap_or_default()),
                        literal: false,
                    });
                    CliWord { inline, literal: false, ..CliWord::literal(&text, place.clone()) }
                })
                .collect()
        }
        _ => Vec::new(),
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

/// The words of a command as a shell splits them, without expanding anything.
pub(super) fn split(text: &str) -> Vec<String> {
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
