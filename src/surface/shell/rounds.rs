//! How many rounds a loop makes.
//!
//! Owns which loops multiply what is in them, which only wait for something or try again until it works, and which
//! go on for ever with a pause between their rounds.

use std::sync::Arc;

use crate::model::{Often, Repeat, Start};
use crate::source::{Place, Span};
use crate::surface::aliyun_cli::CliWord;
use crate::syntax::schedule;
use crate::syntax::shell::{Command, Expression, For, PartKind, Statement, While, Word};

use super::run::{Round, Runner};
use super::shape::{any, endless, first_word, head, is_command, leaves};
use super::value;

/// How many numbers a range may have to be counted.
const NUMBERS: i64 = 1_000_000;

/// How many elements a loop goes over.
#[derive(Debug, Default)]
pub(super) struct Count {
    least: u64,
    most: u64,
    unknown: Option<String>,
    /// Whether every element is a number.
    words: bool,
}

impl Count {
    /// Adds a word with what it expands to.
    pub(super) fn add(&mut self, word: &Word, text: &str, fields: &[CliWord]) {
        match numbers(word, text) {
            Numbers::Of(count) => {
                self.least = self.least.saturating_add(count);
                self.most = self.most.saturating_add(count);
            }
            Numbers::Output => self.unknown("how many words a command gives".to_owned()),
            Numbers::Files => self.unknown("how many files there are".to_owned()),
            Numbers::None => fields.iter().for_each(|field| self.add_field(field)),
        }
    }

    pub(super) fn add_field(&mut self, field: &CliWord) {
        if let Some(reason) = &field.many {
            self.unknown(reason.clone());
            return;
        }
        let texts: Vec<_> = field.value.alternatives().iter().map(value::text).collect();
        self.words |= texts.iter().any(|text| text.is_none_or(|text| text.parse::<i64>().is_err()));
        self.most = self.most.saturating_add(1);
        self.least = self.least.saturating_add(u64::from(field.guards.is_empty()));
    }

    pub(super) fn unknown(&mut self, reason: String) {
        self.words = true;
        self.unknown.get_or_insert(reason);
    }

    fn often(&self, sure: bool) -> Often {
        match &self.unknown {
            Some(reason) => Often::Unknown(reason.clone()),
            None if sure && self.least == self.most => Often::Times(self.most),
            None => Often::AtMost(self.most),
        }
    }
}

/// What a word gives to a loop.
enum Numbers {
    /// So many numbers, or words of a list in braces.
    Of(u64),
    /// What a command puts out.
    Output,
    /// The names of files.
    Files,
    /// Something else.
    None,
}

/// Counts `{1..5}`, `{a,b}` and `$(seq 5)`.
fn numbers(word: &Word, text: &str) -> Numbers {
    if let Some(count) = braces(text) {
        return Numbers::Of(count);
    }
    if let Some(text) = word.literal() {
        let plain = word.parts.iter().all(|part| !part.quoted);
        return if plain && text.contains(['*', '?']) { Numbers::Files } else { Numbers::None };
    }
    let outputs: Vec<_> = word
        .parts
        .iter()
        .filter_map(|part| match &part.kind {
            PartKind::Command(statements) if !part.quoted => Some(statements),
            _ => None,
        })
        .collect();
    match (outputs.as_slice(), word.parts.len()) {
        ([], _) => Numbers::None,
        ([statements], 1) => match statements.as_slice() {
            [Statement::Command(command)] => sequence(command).map_or(Numbers::Output, Numbers::Of),
            _ => Numbers::Output,
        },
        _ => Numbers::Output,
    }
}

fn braces(text: &str) -> Option<u64> {
    let (before, rest) = text.split_once('{')?;
    let (inner, behind) = rest.split_once('}')?;
    let quoted = |text: &str| text.contains(['"', '\'', '$']);
    if quoted(before) || quoted(behind) || inner.contains('{') || behind.contains('{') {
        return None;
    }
    if let Some((from, rest)) = inner.split_once("..") {
        let (to, step) = rest.split_once("..").unwrap_or((rest, "1"));
        return range(from.parse().ok()?, to.parse().ok()?, step.parse().ok()?);
    }
    inner.contains(',').then(|| u64::try_from(inner.split(',').count()).unwrap_or(u64::MAX))
}

fn sequence(command: &Command) -> Option<u64> {
    let words: Option<Vec<String>> = command.words.iter().map(Word::literal).collect();
    let words = words?;
    let (name, rest) = words.split_first()?;
    let numbers: Option<Vec<i64>> =
        rest.iter().filter(|word| !matches!(word.as_str(), "-w")).map(|word| word.parse().ok()).collect();
    match (name.as_str(), numbers?.as_slice()) {
        ("seq", [to]) => range(1, *to, 1),
        ("seq", [from, to]) if from > to => Some(0),
        ("seq", [from, to]) => range(*from, *to, 1),
        ("seq", [from, step, to]) => range(*from, *to, *step),
        _ => None,
    }
}

fn range(from: i64, to: i64, step: i64) -> Option<u64> {
    let distance = from.checked_sub(to)?.checked_abs()?;
    let step = step.checked_abs().filter(|step| *step > 0)?;
    let count = distance / step + 1;
    u64::try_from(count).ok().filter(|_| count <= NUMBERS)
}

impl Runner<'_> {
    /// What a loop over words counts.
    pub(super) fn round_of_for(&self, each: &For, count: &Count, known: bool) -> Round {
        let none = Round { repeat: None, pause: None };
        let leaves = leaves(&each.body);
        if each.chosen {
            return none;
        }
        if each.variable.is_empty() && each.words.is_none() {
            return self.round_of_c_style(each, leaves);
        }
        // Numbers that nothing but a good end leaves early are tries.
        if leaves && !count.words {
            return none;
        }
        let times = count.often(!leaves);
        if matches!(times, Often::Times(1) | Often::AtMost(1)) {
            return none;
        }
        let several = known && count.unknown.is_none() && count.most > 1 && count.words;
        let repeat = Repeat {
            place: self.place(head(self.source.slice(each.span), each.span)),
            times,
            key: several.then(|| self.key_of(each.span)),
            distinct: self.mentions(each.span, &each.variable),
        };
        Round { repeat: Some(repeat), pause: None }
    }

    /// `for ((i = 0; i < 5; i++))`
    fn round_of_c_style(&self, each: &For, leaves: bool) -> Round {
        let text = self.source.slice(each.span);
        let none = Round { repeat: None, pause: None };
        let head_span = head(text, each.span);
        let inner = self.source.slice(head_span).split_once("((").and_then(|(_, rest)| rest.split_once("))"));
        let parts: Vec<&str> = inner.map_or("", |(inner, _)| inner).split(';').map(str::trim).collect();
        let [first, condition, step] = parts.as_slice() else { return none };
        if condition.is_empty() || matches!(*condition, "1" | "true") {
            return if leaves { none } else { self.forever(each.span, &[], &each.body) };
        }
        if leaves {
            return none;
        }
        let name = first.split('=').next().unwrap_or_default().trim();
        let unknown = || Often::Unknown("how often its condition holds".to_owned());
        let times = c_style(first, condition, step).map_or_else(unknown, Often::Times);
        let distinct = self.mentions(each.span, name);
        Round { repeat: Some(Repeat { place: self.place(head_span), times, key: None, distinct }), pause: None }
    }

    /// What a loop with a condition counts.
    pub(super) fn round_of_while(&self, each: &While) -> Round {
        let none = Round { repeat: None, pause: None };
        let leaves = leaves(&each.body);
        let place = self.place(head(self.source.slice(each.span), each.span));
        if endless(each) {
            return if leaves { none } else { self.forever(each.span, &each.condition, &each.body) };
        }
        if each.until {
            return none;
        }
        match each.condition.as_slice() {
            [Statement::Command(command)] if first_word(command).as_deref() == Some("read") => {
                let (times, key) = match &self.fed_lines {
                    Some((lines, key)) => {
                        let lines = u64::try_from(*lines).unwrap_or(u64::MAX);
                        let times = if leaves { Often::AtMost(lines) } else { Often::Times(lines) };
                        (times, (lines > 1).then(|| Arc::clone(key)))
                    }
                    None => (Often::Unknown("how many lines there are to read".to_owned()), None),
                };
                if times == Often::Times(1) {
                    return none;
                }
                Round { repeat: Some(Repeat { place, times, key, distinct: true }), pause: None }
            }
            [Statement::Test(test)] if !leaves => match self.counted(&test.expression, &each.body) {
                Some((times, name)) => {
                    let distinct = self.mentions(each.span, &name);
                    let times = Often::Times(times);
                    Round { repeat: Some(Repeat { place, times, key: None, distinct }), pause: None }
                }
                None => none,
            },
            // Whatever else it asks, it waits for that.
            _ => none,
        }
    }

    /// `while [ $i -lt 5 ]` with `i=$((i+1))` in it and a known number before.
    fn counted(&self, expression: &Expression, body: &[Statement]) -> Option<(u64, String)> {
        let Expression::Compare(left, operator, right) = expression else { return None };
        let [part] = left.parts.as_slice() else { return None };
        let PartKind::Variable(expansion) = &part.kind else { return None };
        let name = expansion.name.clone();
        let super::env::Binding::Scalar(now) = &**self.environment.get(&name)? else { return None };
        let from: i64 = now.as_text()?.parse().ok()?;
        let to: i64 = right.literal()?.parse().ok()?;
        let to = match operator.as_str() {
            "-lt" | "<" => to.checked_sub(1)?,
            "-le" => to,
            _ => return None,
        };
        let text: String = body.iter().filter_map(|s| self.text_of(s)).collect::<Vec<_>>().join(" ");
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '$').collect();
        let steps = [format!("{name}=(({name}+1))"), format!("(({name}++))"), format!("(({name}+=1))")];
        let counts = steps.iter().any(|step| text.contains(step.as_str()));
        (counts && from <= to).then(|| range(from, to, 1)).flatten().map(|times| (times, name))
    }

    fn text_of(&self, statement: &Statement) -> Option<&str> {
        match statement {
            Statement::Command(command) => Some(self.source.slice(command.span)),
            Statement::Test(test) => Some(self.source.slice(test.span)),
            _ => None,
        }
    }

    /// A loop without an end: each round is a start.
    fn forever(&self, span: Span, condition: &[Statement], body: &[Statement]) -> Round {
        let place = self.place(head(self.source.slice(span), span));
        let mut total = core::time::Duration::ZERO;
        let mut sleeps = Vec::new();
        let (mut unknown, mut longer) = (None, false);
        for statement in condition.iter().chain(body) {
            let direct = match statement {
                Statement::Command(command) => Some(command),
                Statement::Chain(chain) => match &*chain.first {
                    Statement::Command(command) => Some(command),
                    _ => None,
                },
                _ => None,
            };
            let Some(command) = direct.filter(|command| first_word(command).as_deref() == Some("sleep")) else {
                if any(std::slice::from_ref(statement), &mut |s| is_command(s, "sleep")) {
                    // A round may take longer than the pauses that each of them has.
                    longer = true;
                }
                continue;
            };
            let pause = command.words.get(1).and_then(|word| self.value(word).as_text().map(str::to_owned));
            match pause.as_deref().and_then(schedule::duration).filter(|_| command.words.len() == 2) {
                Some(pause) => total = total.saturating_add(pause),
                None => unknown = Some("how long it sleeps".to_owned()),
            }
            sleeps.push(command.span);
        }
        let start = match (sleeps.as_slice(), unknown) {
            ([], None) => Start::of(place, "loop", Err("nothing says how long a round takes".to_owned())),
            (sleeps, Some(reason)) => {
                let (place, text) = sleeps.first().map_or((place, "loop".to_owned()), |span| self.shown(*span));
                Start::of(place, text, Err(reason))
            }
            ([first, ..], None) => {
                let (place, text) = self.shown(*first);
                let mut start = Start::of(place, text, schedule::pause(total));
                if longer {
                    start.per_day = start.per_day.at_most();
                }
                start
            }
        };
        Round { repeat: None, pause: Some(start) }
    }

    /// `watch -n 1800 command`, which runs it again and again.
    pub(super) fn watched(&self, fields: &[CliWord]) -> Option<Round> {
        let (first, rest) = fields.split_first()?;
        if first.value.as_text()? != "watch" {
            return None;
        }
        let text = |word: &CliWord| word.value.as_text().unwrap_or_default().to_owned();
        let at = rest.iter().take(4).position(|word| text(word).starts_with("-n") || text(word) == "--interval");
        let (last, seconds) = match at.and_then(|at| Some((rest.get(at)?, rest.get(at + 1)?))) {
            Some((option, _)) if text(option).len() > 2 && !text(option).starts_with("--") => {
                (option, text(option).trim_start_matches("-n").to_owned())
            }
            Some((_, value)) => (value, text(value)),
            None => (first, "2".to_owned()),
        };
        let place = Place::new(&self.source, first.place.span.join(last.place.span));
        let interval = schedule::duration(&seconds).ok_or_else(|| "how often it is run again".to_owned());
        let text = place.text().to_owned();
        Some(Round { repeat: None, pause: Some(Start::of(place, text, interval.and_then(schedule::pause))) })
    }

    fn shown(&self, span: Span) -> (Place, String) {
        (self.place(span), self.source.slice(span).to_owned())
    }

    /// Whether the text of a loop behind its head names a variable.
    fn mentions(&self, span: Span, name: &str) -> bool {
        let text = self.source.slice(span);
        let behind = text.find("do").and_then(|at| text.get(at..)).unwrap_or(text);
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty()
            && behind.match_indices(name).any(|(at, _)| {
                let before = behind.get(..at).and_then(|before| before.chars().next_back());
                let after = behind.get(at + name.len()..).and_then(|after| after.chars().next());
                !before.is_some_and(is_part)
                    && !after.is_some_and(is_part)
                    && before.is_some_and(|c| "${[!#".contains(c))
            })
    }
}

/// How often a loop of the C style goes round, when its numbers are written down.
fn c_style(first: &str, condition: &str, step: &str) -> Option<u64> {
    let (name, from) = first.split_once('=')?;
    let (name, from) = (name.trim(), from.trim().parse::<i64>().ok()?);
    let rest = condition.strip_prefix(name)?.trim();
    let (operator, to) = rest.split_at_checked(rest.find(|c: char| c.is_ascii_digit() || c == '-')?)?;
    let to: i64 = to.trim().parse().ok()?;
    let step: String = step.chars().filter(|c| !c.is_whitespace()).collect();
    let up = step == format!("{name}++") || step == format!("++{name}") || step == format!("{name}+=1");
    let down = step == format!("{name}--") || step == format!("--{name}") || step == format!("{name}-=1");
    let (from, to) = match (operator.trim(), up, down) {
        ("<", true, _) => (from, to.checked_sub(1)?),
        ("<=", true, _) => (from, to),
        (">", _, true) => (to.checked_add(1)?, from),
        (">=", _, true) => (to, from),
        _ => return None,
    };
    if from > to { Some(0) } else { range(from, to, 1) }
}
