//! Many calls, one JSON object a line, and an answer a line in the same order.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Asked, show};
use crate::check::{Checker, Settings, UnknownPolicy, with_levels};
use crate::cli::arguments::{Format, Level};
use crate::cli::exit::Exit;
use crate::cli::output::{complain, write_out};
use crate::finding::{Confidence, Finding, Severity, Verdict};
use crate::matrix::{Detail, Evaluator};
use crate::model::{Api, Call, naming};
use crate::source::{Place, Source, Span};
use crate::surface::display;
use crate::surface::plain::{self, Given};

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 1024 * 1024;

/// How many lines are worth a thread.
const SMALLEST_SHARE: usize = 128;

/// The keys of a line beside the facts.
const ID: &str = "id";
const PARAMETERS: &str = "parameters";

/// One answer.
#[derive(Serialize)]
struct Answer<'l> {
    id: Id<'l>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Option::is_none")]
    findings: Option<Vec<AnswerFinding>>,
    /// What would decide an undecided call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    undecided: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// One finding of an answer.
#[derive(Serialize)]
struct AnswerFinding {
    rule: Arc<str>,
    severity: Severity,
    confidence: Confidence,
    parameter: Option<String>,
    message: String,
    supported: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<String>,
}

/// A reader that tells what it has buffered.
type Lines = BufReader<Box<dyn Read>>;

/// Answers every line of a file or of standard input.
///
/// # Errors
/// A sentence for the user when nothing can be read at all.
pub(super) fn run(path: &Path, asked: &Asked<'_>, checker: &Checker, settings: &Settings) -> Result<Exit, String> {
    let [api] = checker.apis() else {
        return Err("preflight judges calls of one API: give one --api or one --matrix".to_owned());
    };
    let input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?)
    };
    let mut reader = BufReader::with_capacity(1024 * 1024, input);
    if !asked.outputs.are_only(Format::Jsonl) {
        return run_whole(&mut reader, path, asked, checker, api, settings);
    }
    let mut batch = Batch {
        evaluators: (0..rayon::current_num_threads())
            .filter_map(|_| checker.evaluators().pop().map(|evaluator| evaluator.with_detail(Detail::Brief)))
            .collect(),
        api,
        settings,
        level: asked.arguments.common.judging.level.unwrap_or(Level::Note).into(),
        fail_on: asked.fail_on.severity(),
        place: Place::new(&Arc::new(Source::from_text("", "")), Span::default()),
    };
    let mut exit = Exit::Clean;
    let written = write_out(Exit::Clean, |out| {
        let mut number = 0;
        loop {
            let lines = read_chunk(&mut reader)?;
            if lines.is_empty() {
                return Ok(());
            }
            for (text, worst) in batch.answer(&lines, number) {
                out.write_all(&text)?;
                exit = if worst.code() > exit.code() { worst } else { exit };
            }
            // Somebody may be waiting for the answer before sending the next line.
            out.flush()?;
            number += lines.len();
        }
    });
    Ok(if written == Exit::Clean { exit } else { written })
}

/// Reads one line, and those behind it that have arrived already. Empty at the end.
fn read_chunk(reader: &mut Lines) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LONGEST_LINE as u64 + 1).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(lines);
        }
        if read > LONGEST_LINE && line.last() != Some(&b'\n') {
            skip_line(reader)?;
        }
        lines.push(line);
        if memchr::memchr(b'\n', reader.buffer()).is_none() {
            return Ok(lines);
        }
    }
}

fn skip_line(reader: &mut Lines) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let (length, ended) = match memchr::memchr(b'\n', buffer) {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        reader.consume(length);
        if ended {
            return Ok(());
        }
    }
}

/// What answers lines.
struct Batch<'a> {
    /// One for each thread, kept from batch to batch: an evaluator is worth what it remembers.
    evaluators: Vec<Evaluator<'a>>,
    api: &'a Api,
    settings: &'a Settings,
    level: Severity,
    fail_on: Option<Severity>,
    place: Place,
}

impl<'a> Batch<'a> {
    /// The answers to some lines, in their order, and the worst exit that one of them asks for.
    fn answer(&mut self, lines: &[Vec<u8>], before: usize) -> Vec<(Vec<u8>, Exit)> {
        let share = lines.len().div_ceil(self.evaluators.len().max(1)).max(SMALLEST_SHARE);
        let mut evaluators = std::mem::take(&mut self.evaluators);
        let shares = lines.par_chunks(share).zip(evaluators.par_iter_mut()).enumerate();
        let answers =
            shares.map(|(number, (lines, evaluator))| self.answer_share(evaluator, lines, before + number * share));
        let answers = answers.collect();
        self.evaluators = evaluators;
        answers
    }

    /// The answers to the lines of one thread.
    fn answer_share(&self, evaluator: &mut Evaluator<'a>, lines: &[Vec<u8>], before: usize) -> (Vec<u8>, Exit) {
        let mut text = Vec::with_capacity(lines.len() * 512);
        let mut worst = Exit::Clean;
        for (index, line) in lines.iter().enumerate() {
            let (answer, exit) = match parse(line, self.api, &self.place) {
                Ok(None) => continue,
                Ok(Some((id, call))) => self.judge(evaluator, id, &call),
                Err((id, message)) => (broken(id, format!("line {}: {message}", before + index + 1)), Exit::Failed),
            };
            worst = if exit.code() > worst.code() { exit } else { worst };
            // Writing to memory does not fail.
            let _ = serde_json::to_writer(&mut text, &answer);
            text.push(b'\n');
        }
        (text, worst)
    }

    fn judge<'l>(&self, evaluator: &mut Evaluator<'_>, id: Id<'l>, call: &Call) -> (Answer<'l>, Exit) {
        let mut judgement = evaluator.judge(call, &self.settings.inventory);
        with_levels(&mut judgement.findings, &self.settings.scopes);
        judgement.findings.sort_by(|a, b| (&a.parameter, &a.rule).cmp(&(&b.parameter, &b.rule)));
        let is_undecided = judgement.verdict == Verdict::Undecided;
        let fails = |f: &Finding| self.fail_on.is_some_and(|level| f.severity >= level);
        let undecided_fails = is_undecided && self.settings.unknown == UnknownPolicy::Fail && self.fail_on.is_some();
        let exit = if undecided_fails || judgement.findings.iter().any(fails) { Exit::Findings } else { Exit::Clean };
        let undecided = match self.settings.unknown {
            UnknownPolicy::Ignore => Vec::new(),
            _ => judgement.undecided.into_iter().map(|u| u.reason).collect(),
        };
        let shown = judgement.findings.into_iter().filter(|f| f.severity >= self.level);
        let findings = shown.map(|f| AnswerFinding {
            rule: f.rule,
            severity: f.severity,
            confidence: f.confidence,
            parameter: f.parameter,
            message: f.message,
            supported: f.supported,
            nearest: f.nearest,
        });
        let findings = Some(findings.collect());
        (Answer { id, verdict: Some(judgement.verdict), findings, undecided, error: None }, exit)
    }
}

fn broken(id: Id<'_>, error: String) -> Answer<'_> {
    Answer { id, verdict: None, findings: None, undecided: Vec::new(), error: Some(error) }
}

/// Reads every line first, for a report that has to be sorted and counted as a whole.
fn run_whole(
    reader: &mut Lines,
    path: &Path,
    asked: &Asked<'_>,
    checker: &Checker,
    api: &Api,
    settings: &Settings,
) -> Result<Exit, String> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    let name = if path == Path::new("-") { "<standard input>".to_owned() } else { display(path) };
    let source = Source::from_bytes(name, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    let source = Arc::new(source);
    let mut calls = Vec::new();
    let mut failed = false;
    for number in 1..=source.line_count() {
        let Some(span) = source.line_span(number) else { continue };
        match parse(source.slice(span).as_bytes(), api, &Place::new(&source, span)) {
            Ok(call) => calls.extend(call.map(|(_, call)| call)),
            Err((_, message)) => {
                failed = true;
                complain(&format!("{}:{number}: {message}", source.path()));
            }
        }
    }
    let exit = show(asked, checker, settings, &calls)?;
    Ok(if failed { Exit::Failed } else { exit })
}

/// Reads one line: the id and the call; nothing for a blank line; the id, as far as it is known, and what is wrong.
fn parse<'l>(line: &'l [u8], api: &Api, place: &Place) -> Result<Option<(Id<'l>, Call)>, (Id<'l>, String)> {
    let text = line.trim_ascii();
    if text.is_empty() {
        return Ok(None);
    }
    if text.len() > LONGEST_LINE {
        return Err((None, format!("longer than {LONGEST_LINE} bytes")));
    }
    let line: Line<'l> = serde_json::from_slice(text).map_err(|e| (None, e.to_string()))?;
    match call(line.rest, line.parameters, api, place) {
        Ok(call) => Ok(Some((line.id, call))),
        Err(message) => Err((line.id, message)),
    }
}

/// The sender's id, copied as it is written.
type Id<'l> = Option<&'l RawValue>;

/// Names and values in the order of the line, borrowed where no escape forces a copy.
type Entries<'l> = Vec<(Cow<'l, str>, Scalar<'l>)>;

/// One line.
struct Line<'l> {
    id: Id<'l>,
    /// The parameters; nothing when the key is missing, an error text when it holds something else.
    parameters: Option<Entries<'l>>,
    /// Every other key.
    rest: Entries<'l>,
}

impl<'de: 'l, 'l> Deserialize<'de> for Line<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Line<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with the parameters of a call")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Line<'de>, A::Error> {
                let mut line = Line { id: None, parameters: None, rest: Vec::new() };
                while let Some(Text(key)) = map.next_key()? {
                    match &*key {
                        ID => line.id = Some(map.next_value()?),
                        PARAMETERS => line.parameters = map.next_value::<Option<Object<'de>>>()?.map(|object| object.0),
                        _ => line.rest.push((key, map.next_value()?)),
                    }
                }
                Ok(line)
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

/// An object with its entries in order; of a name that is given twice both are kept.
struct Object<'l>(Entries<'l>);

impl<'de: 'l, 'l> Deserialize<'de> for Object<'l> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of parameters")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut entries = Vec::with_capacity(6);
                while let Some(Text(name)) = map.next_key()? {
                    entries.push((name, map.next_value()?));
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entry)
    }
}

/// A text that is borrowed where it holds no escape.
#[derive(Deserialize)]
struct Text<'l>(#[serde(borrow)] Cow<'l, str>);

/// A value as it is written.
#[derive(Deserialize)]
struct Scalar<'l>(#[serde(borrow)] &'l RawValue);

impl Scalar<'_> {
    fn is_null(&self) -> bool {
        self.0.get() == "null"
    }

    /// The text of a JSON string; nothing for anything else.
    fn string(&self) -> Option<String> {
        let raw = self.0.get();
        let plain = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))?;
        if plain.contains('\\') { serde_json::from_str(raw).ok() } else { Some(plain.to_owned()) }
    }

    /// The value as the service would receive it. Whole numbers are written without a fraction.
    fn text(&self) -> String {
        if let Some(text) = self.string() {
            return text;
        }
        let raw = self.0.get();
        if self.is_null() {
            return String::new();
        }
        let is_fraction = raw.contains(['.', 'e', 'E']) && raw.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        match raw.parse::<f64>().ok().filter(|_| is_fraction) {
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => raw.to_owned(),
        }
    }
}

fn call(rest: Entries<'_>, parameters: Option<Entries<'_>>, api: &Api, place: &Place) -> Result<Call, String> {
    let parameters =
        parameters.ok_or_else(|| format!("no \"{PARAMETERS}\" object: it holds the parameters of the call"))?;
    let mut facts = Vec::new();
    for (name, value) in rest {
        let Some(fact) = api.fact(&name) else {
            let names = api.facts.iter().map(|f| f.name.as_str()).chain([ID, PARAMETERS]);
            match naming::nearest(&name, names) {
                Some(nearest) => return Err(format!("unknown key \"{name}\"; did you mean \"{nearest}\"?")),
                // Keys of the sender's own are none of our business.
                None => continue,
            }
        };
        if value.is_null() {
            continue;
        }
        let text = value.string().ok_or_else(|| format!("\"{name}\": {} is no text", value.0.get()))?;
        if text.is_empty() {
            continue;
        }
        if fact.value(&text).is_none() {
            let known: Vec<&str> = fact.values.iter().map(|v| v.id.as_str()).collect();
            return Err(format!("unknown {name} \"{text}\"; expected one of {}", known.join(", ")));
        }
        facts.push(given(place, &name, text));
    }
    let parameters: Vec<Given> = parameters.iter().map(|(name, value)| given(place, name, value.text())).collect();
    let mut call = plain::call(api, place, facts, parameters, plain::WIRE);
    // The facts of a line stand in the line itself: nothing else is to be pointed at.
    call.facts.iter_mut().flat_map(|f| f.value.alternatives_mut()).for_each(|a| a.steps.clear());
    Ok(call)
}

fn given(place: &Place, name: &str, value: String) -> Given {
    Given { name: name.to_owned(), name_place: place.clone(), value, value_place: place.clone() }
}
