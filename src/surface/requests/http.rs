//! Files of requests as they go over the wire: `GET https://host/?Action=…`, headers, an empty line, a body.
//!
//! Owns where a request begins and ends, lines that go on with an address, and variables of the file. What an editor
//! puts in when it sends a request is not known.

use std::sync::Arc;

use crate::model::{Alternative, Call, Content, Step, Value};
use crate::source::{Place, Source, Span};
use crate::surface::document;
use crate::syntax::shell::EmbeddedText;

use super::is_filled_in;
use super::message::{self, LONGEST, Message, PAIRS, Pair, Service};

/// What stands between two requests.
const BETWEEN: &str = "###";

/// What a form says of itself.
const FORM: &str = "form-urlencoded";

/// Variables of a file, with their places.
type Variables<'t> = Vec<(&'t str, &'t str, Span)>;

/// A line and where it begins.
type Line<'t> = (usize, &'t str);

/// The calls of a file of requests.
pub(super) fn calls(source: &Arc<Source>, services: &[Service<'_>]) -> Vec<Call> {
    let mut at = 0;
    let lines: Vec<Line<'_>> = source
        .text()
        .split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            (start, line.trim_end())
        })
        .collect();
    let variables = lines.iter().filter_map(|line| variable(*line)).collect();
    let requests = lines.split(|(_, line)| line.starts_with(BETWEEN));
    // The line between two requests may say what the second one is called.
    let mut names = lines.iter().filter(|(_, line)| line.starts_with(BETWEEN)).map(|(_, line)| line.trim_matches('#'));
    let mut calls = Vec::new();
    for (number, request) in requests.enumerate() {
        let title = if number == 0 { None } else { names.next() };
        let Some(message) = message_of(source, request, title.map(str::trim), &variables) else { continue };
        calls.extend(services.iter().filter_map(|service| service.call(&message)));
    }
    calls
}

/// `@name = value`
fn variable((start, line): Line<'_>) -> Option<(&str, &str, Span)> {
    let (name, value) = line.strip_prefix('@')?.split_once('=')?;
    let from = start + 1 + name.len() + 1 + (value.len() - value.trim_start().len());
    Some((name.trim(), value.trim(), Span::new(from, from + value.trim().len())))
}

fn is_comment(line: &str) -> bool {
    line.starts_with('#') || line.starts_with("//")
}

fn message_of(
    source: &Arc<Source>,
    lines: &[Line<'_>],
    title: Option<&str>,
    variables: &Variables<'_>,
) -> Option<Message> {
    let named = lines.iter().find_map(|(_, line)| line.trim_start_matches(['#', '/', ' ']).strip_prefix("@name"));
    let name = named.map(|name| name.trim_start_matches(['=', ' '])).or(title).filter(|name| !name.is_empty());
    let is_nothing = |line: &str| line.trim().is_empty() || is_comment(line) || line.starts_with('@');
    let first = lines.iter().position(|(_, line)| !is_nothing(line))?;
    let (head, rest) = lines.get(first..)?.split_first()?;
    let mut address = EmbeddedText::new();
    let (from, to) = address_in(head.1)?;
    address.push(head.1.get(from..to)?, Span::new(head.0 + from, head.0 + to));
    let goes_on = |line: &str| line.starts_with([' ', '\t']) && line.trim_start().starts_with(['?', '&', '/']);
    let further = rest.iter().take_while(|(_, line)| goes_on(line)).count();
    for (start, line) in rest.iter().take(further) {
        let lead = line.len() - line.trim_start().len();
        address.push(line.trim(), Span::new(start + lead, start + lead + line.trim().len()));
    }
    let text = address.text().to_owned();
    let place = |span: Span| Place::new(source, span);
    let whole = place(address.span(0, text.len()));
    if text.len() > LONGEST {
        return None;
    }
    let names = Names { source, variables };
    let value_of = |value: &str, at: &Place| names.value(value, at);
    let pairs = text.find('?').map(|at| message::pairs(&address, at + 1, &place, &value_of)).unwrap_or_default();
    // An address may begin with a variable that holds the host.
    let known = names.value(&text, &whole);
    let address = known.as_ref().and_then(Value::as_text).map_or(text, str::to_owned);
    let mut message =
        Message { name: name.map(str::to_owned), address, place: whole, pairs, headers: Vec::new(), open: None };
    let rest = rest.get(further..).unwrap_or_default();
    let empty = rest.iter().position(|(_, line)| line.trim().is_empty()).unwrap_or(rest.len());
    let (headers, body) = rest.split_at_checked(empty)?;
    message.headers = headers.iter().take(PAIRS).filter_map(|line| names.header(*line)).collect();
    names.body(body, &mut message);
    Some(message)
}

/// Where the address is in the first line of a request: `METHOD address HTTP/1.1`, or the address alone.
fn address_in(line: &str) -> Option<(usize, usize)> {
    let method = line.split_whitespace().next().filter(|word| word.chars().all(|c| c.is_ascii_uppercase()));
    let from = method.map_or(0, str::len);
    let from = from + line.get(from..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    let rest = line.get(from..)?;
    let length = rest.find(" HTTP/").unwrap_or(rest.len());
    (length > 0).then_some((from, from + length))
}

/// What a file says of names that stand in braces.
struct Names<'a, 't> {
    source: &'a Arc<Source>,
    variables: &'a Variables<'t>,
}

impl Names<'_, '_> {
    /// What is known of a text that something is put into; nothing for any other.
    fn value(&self, text: &str, place: &Place) -> Option<Value> {
        if !is_filled_in(text) {
            return None;
        }
        let unknown = |shown: &str| {
            Value::unknown(format!("`{shown}` is filled in when the request is sent"), Some(place.clone()))
        };
        if !text.contains("{{") {
            return Some(unknown(text));
        }
        Some(document::resolve_text(text, ("{{", "}}"), place, &|name| match self
            .variables
            .iter()
            .rev()
            .find(|(known, ..)| *known == name)
        {
            Some((_, value, span)) if !is_filled_in(value) => {
                let steps = vec![
                    Step { place: place.clone(), label: String::new() },
                    Step { place: Place::new(self.source, *span), label: format!("variable `{name}`") },
                ];
                Value::from(Alternative { steps, ..Alternative::new(Content::text(*value)) })
            }
            _ => unknown(&format!("{{{{{name}}}}}")),
        }))
    }

    /// `Name: value`
    fn header(&self, (start, line): Line<'_>) -> Option<Pair> {
        let (name, value) = line.split_once(':').filter(|_| !is_comment(line))?;
        let from = start + name.len() + 1 + (value.len() - value.trim_start().len());
        let value_place = Place::new(self.source, Span::new(from, from + value.trim().len()));
        let known = self.value(value.trim(), &value_place).unwrap_or_else(|| Value::known(value.trim()));
        let name_place = Place::new(self.source, Span::new(start, start + name.len()));
        Some(Pair { name: name.trim().to_owned(), name_place, value: known, value_place, perhaps: false })
    }

    /// A form holds pairs; any other body may hold anything.
    fn body(&self, lines: &[Line<'_>], message: &mut Message) {
        let is_script = |line: &str| line.starts_with(['<', '>']);
        let written = lines.iter().filter(|(_, line)| !line.trim().is_empty() && !is_comment(line));
        let mut text = EmbeddedText::new();
        for (start, line) in written.clone().take_while(|(_, line)| !is_script(line)) {
            text.push(line, Span::new(*start, start + line.len()));
        }
        let is_form =
            message.headers.iter().any(|header| header.value.as_text().is_some_and(|text| text.contains(FORM)));
        let place = |span: Span| Place::new(self.source, span);
        if is_form {
            message.pairs.extend(message::pairs(&text, 0, &place, &|value, at| self.value(value, at)));
        }
        let from_file = written.clone().find(|(_, line)| line.starts_with('<'));
        if let Some((start, line)) =
            from_file.or(written.clone().next().filter(|_| !is_form && !text.text().is_empty()))
        {
            message.open =
                Some(("more may be sent than is in the address", place(Span::new(*start, start + line.len()))));
        }
    }
}
