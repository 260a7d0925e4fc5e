//! Many calls, one JSON object a line, and an answer a line in the same order.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

use super::show;
use crate::check::{Checker, Settings, UnknownPolicy, display};
use crate::cli::arguments::{Format, Level, Preflight};
use crate::cli::exit::Exit;
use crate::cli::output::{complain, write_out};
use crate::finding::{Confidence, Finding, Severity, Verdict};
use crate::matrix::Evaluator;
use crate::model::{Api, Call, naming};
use crate::source::{Place, Source, Span};
use crate::surface::plain::{self, Given};

/// The longest line that is read, in bytes.
const LONGEST_LINE: usize = 1024 * 1024;

/// The keys of a line beside the facts.
const ID: &str = "id";
const PARAMETERS: &str = "parameters";

/// One answer.
#[derive(Serialize)]
struct Answer {
    id: Value,
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
pub(super) fn run(path: &Path, arguments: &Preflight, checker: &Checker, settings: &Settings) -> Result<Exit, String> {
    let [api] = checker.apis() else { return Err("preflight needs a matrix of one API".to_owned()) };
    let input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(std::fs::File::open(path).map_err(|e| format!("{}: {e}", path.display()))?)
    };
    let mut reader = BufReader::with_capacity(256 * 1024, input);
    if arguments.common.format != Format::Jsonl {
        return run_whole(&mut reader, path, arguments, checker, api, settings);
    }
    let batch = Batch {
        checker,
        api,
        settings,
        level: arguments.common.level.unwrap_or(Level::Note).into(),
        fail_on: arguments.common.fail_on.severity(),
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
    checker: &'a Checker,
    api: &'a Api,
    settings: &'a Settings,
    level: Severity,
    fail_on: Option<Severity>,
    place: Place,
}

impl Batch<'_> {
    /// The answers to some lines, in their order, each with the exit that it asks for.
    fn answer(&self, lines: &[Vec<u8>], before: usize) -> Vec<(Vec<u8>, Exit)> {
        let evaluator = || Evaluator::new(self.checker.matrix(), self.checker.catalogue());
        let answers = lines.par_iter().enumerate().with_min_len(256).map_init(evaluator, |evaluator, (index, line)| {
            let (answer, exit) = match parse(line, self.api, &self.place) {
                Ok(None) => return (Vec::new(), Exit::Clean),
                Ok(Some((id, call))) => self.judge(evaluator, id, &call),
                Err((id, message)) => (broken(id, format!("line {}: {message}", before + index + 1)), Exit::Failed),
            };
            let mut text = serde_json::to_vec(&answer).unwrap_or_default();
            text.push(b'\n');
            (text, exit)
        });
        answers.collect()
    }

    fn judge(&self, evaluator: &mut Evaluator<'_>, id: Value, call: &Call) -> (Answer, Exit) {
        let mut judgement = evaluator.judge(call, &self.settings.inventory);
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

fn broken(id: Value, error: String) -> Answer {
    Answer { id, verdict: None, findings: None, undecided: Vec::new(), error: Some(error) }
}

/// Reads every line first, for a report that has to be sorted and counted as a whole.
fn run_whole(
    reader: &mut Lines,
    path: &Path,
    arguments: &Preflight,
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
    let exit = show(arguments, checker, settings, &calls)?;
    Ok(if failed { Exit::Failed } else { exit })
}

/// Reads one line: the id and the call; nothing for a blank line; the id, as far as it is known, and what is wrong.
fn parse(line: &[u8], api: &Api, place: &Place) -> Result<Option<(Value, Call)>, (Value, String)> {
    let line = line.trim_ascii();
    if line.is_empty() {
        return Ok(None);
    }
    if line.len() > LONGEST_LINE {
        return Err((Value::Null, format!("longer than {LONGEST_LINE} bytes")));
    }
    let mut object: Map<String, Value> = serde_json::from_slice(line).map_err(|e| (Value::Null, e.to_string()))?;
    let id = object.remove(ID).unwrap_or(Value::Null);
    match call(object, api, place) {
        Ok(call) => Ok(Some((id, call))),
        Err(message) => Err((id, message)),
    }
}

fn call(mut object: Map<String, Value>, api: &Api, place: &Place) -> Result<Call, String> {
    let parameters = match object.remove(PARAMETERS) {
        Some(Value::Object(parameters)) => parameters,
        None | Some(Value::Null) => {
            return Err(format!("no \"{PARAMETERS}\" object: it holds the parameters of the call"));
        }
        Some(_) => return Err(format!("\"{PARAMETERS}\" is no object")),
    };
    let mut facts = Vec::new();
    for (name, value) in object {
        let Some(fact) = api.fact(&name) else {
            let names = api.facts.iter().map(|f| f.name.as_str()).chain([ID, PARAMETERS]);
            match naming::nearest(&name, names) {
                Some(nearest) => return Err(format!("unknown key \"{name}\"; did you mean \"{nearest}\"?")),
                // Keys of the sender's own are none of our business.
                None => continue,
            }
        };
        let text = match value {
            Value::Null => continue,
            Value::String(text) if text.is_empty() => continue,
            Value::String(text) => text,
            other => return Err(format!("\"{name}\": {other} is no text")),
        };
        if fact.value(&text).is_none() {
            let known: Vec<&str> = fact.values.iter().map(|v| v.id.as_str()).collect();
            return Err(format!("unknown {name} \"{text}\"; expected one of {}", known.join(", ")));
        }
        facts.push(given(place, name, text));
    }
    let parameters: Vec<Given> =
        parameters.into_iter().map(|(name, value)| given(place, name, text_of(value))).collect();
    let mut call = plain::call(api, place, &facts, &parameters, plain::WIRE);
    // The facts of a line stand in the line itself: nothing else is to be pointed at.
    call.facts.iter_mut().flat_map(|f| f.value.alternatives_mut()).for_each(|a| a.steps.clear());
    Ok(call)
}

fn given(place: &Place, name: String, value: String) -> Given {
    Given { name, name_place: place.clone(), value, value_place: place.clone() }
}

/// A value as the service would receive it. Whole numbers are written without a fraction.
fn text_of(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
