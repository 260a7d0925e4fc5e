//! Requests over HTTP that a script makes without the tool: `curl 'https://host/?Action=…&Version=…&Name=value'`.
//!
//! Owns the programs that send them and where their words hold names and values: behind the `?` of an address, in the
//! body of a form, in headers. Takes a command with what is known of its variables; gives the calls to the walk.

use crate::model::{Api, Argument, Call, Value};
use crate::source::Place;
use crate::surface::aliyun_cli::CliWord;
use crate::surface::plain::{self, Given};
use crate::surface::sdk::bindings::{Binding, SHARED};
use crate::surface::sdk::decode;
use crate::syntax::shell::{Command, EmbeddedText, PartKind, Word};

use super::programs::program_of;
use super::run::Runner;
use super::value;

/// Programs that send a request.
const CLIENTS: &[&str] = &["curl", "wget", "invoke-restmethod", "irm", "invoke-webrequest", "iwr"];

/// Options whose value is the body of a form, encoded as in an address.
const BODIES: &[&str] =
    &["-d", "--data", "--data-raw", "--data-ascii", "--data-binary", "--post-data", "--body-data", "-Body"];

/// Options whose value is one `name=value` as it is.
const FIELDS: &[&str] = &["--data-urlencode", "-F", "--form", "--form-string", "--url-query"];

/// Options whose value is a header.
const HEADERS: &[&str] = &["-H", "--header"];

/// How many pairs of one command are looked at.
const PAIRS: usize = 120;

/// Stands for a part that is no text that is known.
const HOLE: &str = "\u{1}";

/// A name with its value.
struct Pair {
    name: String,
    name_place: Place,
    value: Value,
    value_place: Place,
    is_header: bool,
}

/// A word with its parts one behind the other.
struct Written {
    text: EmbeddedText,
    /// What is known of each hole.
    holes: Vec<Value>,
}

/// How a word holds its pairs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// An address, with the pairs behind its `?`.
    Address,
    /// Pairs with `&` between them.
    Body,
    /// One pair as it is.
    Field,
    /// `Name: value`
    Header,
}

/// What the words of a command say.
#[derive(Default)]
struct Said {
    pairs: Vec<Pair>,
    /// Addresses.
    hosts: Vec<String>,
    /// Why there may be more, and where.
    open: Option<(String, Place)>,
}

impl Said {
    /// What is said of the operation or the version: by a name of one list, or a header of the other.
    fn first(&self, names: &[String], headers: &[String]) -> Option<&Pair> {
        let by_name = |pair: &&Pair| !pair.is_header && names.contains(&pair.name);
        let by_header = |pair: &&Pair| pair.is_header && headers.iter().any(|h| h.eq_ignore_ascii_case(&pair.name));
        self.pairs.iter().find(by_name).or_else(|| self.pairs.iter().find(by_header))
    }
}

impl Runner<'_> {
    /// The call that a request makes.
    pub(super) fn request(&self, command: &Command, fields: &[CliWord]) -> Option<Call> {
        let program = program_of(fields)?.to_ascii_lowercase();
        if !CLIENTS.contains(&program.as_str()) {
            return None;
        }
        let words: Vec<Written> = command.words.iter().map(|word| self.written(word)).collect();
        let named = |api: &&Api| words.iter().any(|word| word.text.text().contains(&api.action));
        let api = self.project.apis.iter().find(named)?;
        let binding = Binding::read(api, SHARED)?;
        let said = self.said(&words);
        let is = |pair: &Pair, text: &str| pair.value.as_text().is_some_and(|value| value.trim() == text);
        let operation = said.first(&binding.action_keys, &binding.action_headers)?;
        let proven = match said.first(&binding.version_keys, &binding.version_headers) {
            Some(version) => is(version, &api.product.version),
            None => said.hosts.iter().any(|host| binding.is_host(host)),
        };
        if !is(operation, &api.action) || !proven {
            return None;
        }
        let (name, value) = (&operation.name_place, &operation.value_place);
        let head = Place::new(&name.source, name.span.join(value.span));
        let place = self.place(command.span);
        let mut call = self.sent(api, &place, &said);
        let context = self.stack.last().map_or("", String::as_str);
        call.subject = if context.is_empty() { head.text().to_owned() } else { format!("{context}: {}", head.text()) };
        call.surface = self.project.surface;
        call.insert = None;
        call.head = head;
        Some(call)
    }

    /// The call with what is sent.
    fn sent(&self, api: &Api, place: &Place, said: &Said) -> Call {
        let given = |pair: &Pair| Given {
            name: pair.name.clone(),
            name_place: pair.name_place.clone(),
            value: String::new(),
            value_place: pair.value_place.clone(),
        };
        let sent: Vec<&Pair> = said.pairs.iter().filter(|pair| !pair.is_header).collect();
        let parameters = sent.iter().map(|pair| given(pair)).collect();
        let mut call = plain::call(api, place, Vec::new(), parameters, plain::WIRE);
        for argument in &mut call.arguments {
            if let Some(pair) = sent.iter().find(|pair| pair.name == argument.parameter) {
                argument.value = pair.value.clone();
            }
            argument.literal = None;
        }
        if let Some((reason, at)) = &said.open {
            for parameter in
                api.parameters.iter().filter(|parameter| call.argument(&parameter.name).is_none()).collect::<Vec<_>>()
            {
                call.arguments.push(Argument {
                    parameter: parameter.name.clone(),
                    name: at.clone(),
                    place: at.clone(),
                    value: Value::unknown(reason.clone(), Some(at.clone())),
                    literal: None,
                    removal: None,
                });
            }
        }
        call
    }

    /// The parts of a word; what is not known becomes a hole.
    fn written(&self, word: &Word) -> Written {
        let mut written = Written { text: EmbeddedText::new(), holes: Vec::new() };
        for part in &word.parts {
            let value = self.value(&Word { span: part.span, parts: vec![part.clone()] });
            match (&part.kind, value.as_text()) {
                (PartKind::Text(text), _) => written.text.push(text, part.span),
                (_, Some(text)) => written.text.push(text, part.span),
                (_, None) => {
                    written.text.push(HOLE, part.span);
                    written.holes.push(value);
                }
            }
        }
        written
    }

    fn said(&self, words: &[Written]) -> Said {
        let mut said = Said::default();
        let mut form = Form::Address;
        for word in words {
            let text = word.text.text();
            let attached = text.split_once('=').filter(|(name, _)| name.starts_with("--"));
            let (option, from) = attached.map_or((text, None), |(name, _)| (name, Some(name.len() + 1)));
            let named = [(BODIES, Form::Body), (FIELDS, Form::Field), (HEADERS, Form::Header)];
            let named = named.iter().find(|(options, _)| options.contains(&option)).map(|(_, form)| *form);
            match (named, from) {
                (Some(named), None) => form = named,
                (Some(named), Some(from)) => self.pairs(word, from, named, &mut said),
                (None, _) => {
                    self.pairs(word, 0, form, &mut said);
                    form = Form::Address;
                }
            }
        }
        said
    }

    /// What a word holds from an offset on.
    fn pairs(&self, word: &Written, from: usize, form: Form, said: &mut Said) {
        let text = word.text.text();
        let Some(rest) = text.get(from..) else { return };
        if form == Form::Address {
            said.hosts.push(rest.to_owned());
        }
        let begin = match form {
            Form::Address => match rest.find('?') {
                Some(at) => from + at + 1,
                // A flag, a method, an address alone; or all of it is not known.
                None if rest == HOLE => from,
                None => return,
            },
            _ => from,
        };
        let end = text.get(begin..).and_then(|rest| rest.find('#').filter(|_| form == Form::Address));
        let end = end.map_or(text.len(), |at| begin + at);
        let (between, separator) = match form {
            Form::Address | Form::Body => (Some('&'), '='),
            Form::Field => (None, '='),
            Form::Header => (None, ':'),
        };
        let mut at = begin;
        while at < end && said.pairs.len() < PAIRS {
            let rest = text.get(at..end).unwrap_or_default();
            let length = between.and_then(|sign| rest.find(sign)).unwrap_or(rest.len());
            match self.pair(word, (at, at + length), separator, form) {
                Some(pair) => said.pairs.push(pair),
                None => {
                    let part = rest.get(..length).unwrap_or_default();
                    if part.contains(HOLE) || part.starts_with('@') {
                        let place = self.place(word.text.span(at, at + length));
                        let reason = "more may be sent than is seen here".to_owned();
                        said.open.get_or_insert((reason, place));
                    }
                }
            }
            at += length + 1;
        }
    }

    /// One pair; nothing where there is no name.
    fn pair(&self, word: &Written, (start, end): (usize, usize), separator: char, form: Form) -> Option<Pair> {
        let text = word.text.text();
        let (name, written) = text.get(start..end)?.split_once(separator)?;
        if name.contains(HOLE) || name.is_empty() {
            return None;
        }
        let middle = start + name.len();
        let is_encoded = matches!(form, Form::Address | Form::Body);
        let known = |text: &str| if is_encoded { decode(text) } else { text.trim().to_owned() };
        let mut holes = word.holes.iter().skip(text.get(..middle)?.matches(HOLE).count());
        let mut values = Vec::new();
        for (number, segment) in written.split(HOLE).enumerate() {
            if number > 0 {
                values.extend(holes.next().cloned());
            }
            if !segment.is_empty() {
                values.push(Value::known(known(segment)));
            }
        }
        Some(Pair {
            name: known(name),
            name_place: self.place(word.text.span(start, middle)),
            value: if values.is_empty() { Value::absent() } else { value::concat(&values) },
            value_place: self.place(word.text.span(middle + 1, end)),
            is_header: form == Form::Header,
        })
    }
}
