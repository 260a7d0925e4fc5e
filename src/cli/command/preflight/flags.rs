//! One call on the command line: as options named after the API's parameters, or as a command of the aliyun CLI.

use std::sync::Arc;

use clap::{Arg, ArgMatches};

use crate::check::Checker;
use crate::cli::arguments::Preflight;
use crate::matrix::Matrix;
use crate::model::{Api, Call, Spelling};
use crate::source::{Place, Source, Span};
use crate::surface::aliyun_cli;
use crate::surface::plain::{self, Given};

/// How parameters are spelt as options.
const OPTIONS: Spelling = Spelling { family: "wire", prefix: "--" };

/// The options for the facts and the parameters of one matrix; parameters with capitals as in the API. Several of them
/// may have one name for different things, so they give none.
#[must_use]
pub(crate) fn options(matrices: &[Matrix], with_parameters: bool) -> Vec<Arg> {
    let [matrix] = matrices else { return Vec::new() };
    let option = |name: &str, help: String, heading: &'static str| {
        Arg::new(name.to_owned())
            .long(name.to_owned())
            .value_name("VALUE")
            .help(help)
            .help_heading(heading)
            .allow_hyphen_values(true)
    };
    let facts = matrix.api().facts.iter().map(|fact| {
        let values: Vec<&str> = fact.values.iter().map(|v| v.id.as_str()).collect();
        option(
            &fact.name,
            format!("The instance's {}: {}, or another spelling of it", fact.name, values.join(", ")),
            "Facts",
        )
    });
    let parameters = matrix
        .api()
        .parameters
        .iter()
        .filter(|_| with_parameters)
        .map(|parameter| option(&parameter.name, format!("The parameter {}", parameter.name), "Parameters"));
    facts.chain(parameters).collect()
}

/// The call that the command line describes.
///
/// # Errors
/// A sentence for the user.
pub(super) fn call(
    arguments: &Preflight,
    matches: &ArgMatches,
    words: &[String],
    checker: &Checker,
) -> Result<Call, String> {
    let [api] = checker.apis() else {
        return Err("preflight judges calls of one API: give one --api or one --matrix".to_owned());
    };
    let line = Line::new(words);
    let facts = facts(api, matches, &line)?;
    if !arguments.command.is_empty() {
        let given =
            api.parameters.iter().find(|p| matches.contains_id(&p.name) && matches.value_source(&p.name).is_some());
        if let Some(parameter) = given {
            return Err(format!("--{} and a command behind `--` are two calls; give one of them", parameter.name));
        }
        let mut call = aliyun_cli::call_from_words(&arguments.command, checker.apis()).map_err(|e| e.to_string())?;
        let place = call.place.clone();
        let mut facts = plain::call(api, &place, facts, Vec::new(), OPTIONS).facts;
        // The facts stand before the command, in a text that is not shown.
        facts.iter_mut().flat_map(|f| f.value.alternatives_mut()).for_each(|a| a.steps.clear());
        call.facts.extend(facts);
        return Ok(call);
    }
    let parameters: Vec<Given> = api.parameters.iter().filter_map(|p| line.given(&p.name, matches)).collect();
    if parameters.is_empty() && facts.is_empty() {
        let names: Vec<String> = api.parameters.iter().map(|p| format!("--{}", p.name)).collect();
        return Err(format!(
            "nothing to check: give the parameters of the call ({}), a command behind `--`, or --jsonl FILE",
            names.join(", ")
        ));
    }
    Ok(plain::call(api, &line.place(), facts, parameters, OPTIONS))
}

fn facts(api: &Api, matches: &ArgMatches, line: &Line) -> Result<Vec<Given>, String> {
    let mut facts = Vec::new();
    for fact in &api.facts {
        let Some(given) = line.given(&fact.name, matches) else { continue };
        if !given.value.is_empty() && fact.value(&given.value).is_none() {
            let values: Vec<&str> = fact.values.iter().map(|v| v.id.as_str()).collect();
            return Err(format!("--{} {}: expected one of {}", fact.name, given.value, values.join(", ")));
        }
        facts.push(given);
    }
    Ok(facts)
}

/// The command line as a text, so that findings can point into it.
struct Line {
    source: Arc<Source>,
    words: Vec<(String, Span)>,
}

impl Line {
    fn new(words: &[String]) -> Self {
        let (source, spans) = aliyun_cli::command_source(&words.iter().collect::<Vec<_>>());
        Self { source, words: words.iter().cloned().zip(spans).collect() }
    }

    fn place(&self) -> Place {
        Place::new(&self.source, Span::new(0, self.source.text().len()))
    }

    /// An option with its value and the places of both.
    fn given(&self, name: &str, matches: &ArgMatches) -> Option<Given> {
        let value = matches.get_one::<String>(name)?.clone();
        let option = format!("--{name}");
        let joined = format!("--{name}=");
        let whole = self.place();
        for (index, (word, span)) in self.words.iter().enumerate() {
            let value_span = if *word == option {
                self.words.get(index + 1).map(|(_, span)| *span)
            } else if word.starts_with(&joined) {
                Some(Span::new(span.start as usize + joined.len(), span.end as usize))
            } else {
                continue;
            };
            let name_place = Place::new(&self.source, *span);
            let value_place = Place::new(&self.source, value_span.unwrap_or(*span));
            return Some(Given { name: name.to_owned(), name_place, value, value_place });
        }
        Some(Given { name: name.to_owned(), name_place: whole.clone(), value, value_place: whole })
    }
}
