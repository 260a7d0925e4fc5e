//! A request as it is sent: its address, what stands behind the `?`, a form, headers; and the call that it makes.
//!
//! Takes what the readers of formats found with its places. Names and hosts of the service are the matrix's.

use crate::model::{Api, Argument, Call, Value};
use crate::source::{Place, Span};
use crate::surface::plain::{self, Given};
use crate::surface::sdk::bindings::{Binding, SHARED};
use crate::surface::sdk::decode;
use crate::syntax::shell::EmbeddedText;

use super::ID;

/// How many pairs of one request are looked at.
pub(super) const PAIRS: usize = 120;

/// The longest address that is looked at, in bytes.
pub(super) const LONGEST: usize = 16 * 1024;

/// An API with what is known of its hosts.
pub(super) struct Service<'a> {
    pub(super) api: &'a Api,
    binding: Binding,
}

/// A name with its value.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) name_place: Place,
    pub(super) value: Value,
    pub(super) value_place: Place,
    /// Whether it is one of a mapping that may hold anything: then only names of parameters count.
    pub(super) perhaps: bool,
}

/// A request.
pub(super) struct Message {
    /// What it is called where it is written.
    pub(super) name: Option<String>,
    /// Its address.
    pub(super) address: String,
    pub(super) place: Place,
    /// What is sent, in the order in which it is written.
    pub(super) pairs: Vec<Pair>,
    pub(super) headers: Vec<Pair>,
    /// Why more may be sent, and where.
    pub(super) open: Option<(&'static str, Place)>,
}

/// The APIs whose requests are known.
pub(super) fn services(apis: &[Api]) -> Vec<Service<'_>> {
    apis.iter().filter_map(|api| Some(Service { api, binding: Binding::read(api, SHARED)? })).collect()
}

/// The pairs between `&` from an offset of a text on. `value_of` says what is known of a value as it is written.
pub(super) fn pairs(
    text: &EmbeddedText,
    from: usize,
    place_of: &dyn Fn(Span) -> Place,
    value_of: &dyn Fn(&str, &Place) -> Option<Value>,
) -> Vec<Pair> {
    let query = text.text().get(from..).unwrap_or_default();
    let query = query.split('#').next().unwrap_or(query);
    let mut pairs = Vec::new();
    let mut at = from;
    for part in query.split('&').take(PAIRS) {
        if let Some((name, value)) = part.split_once('=').filter(|(name, _)| !name.trim().is_empty()) {
            let lead = name.len() - name.trim_start().len();
            let middle = at + name.len();
            let end = middle + 1 + value.trim_end().len();
            let value_place = place_of(text.span(middle + 1, end));
            let known = value_of(value.trim(), &value_place).unwrap_or_else(|| Value::known(decode(value.trim())));
            pairs.push(Pair {
                name: decode(name.trim()),
                name_place: place_of(text.span(at + lead, middle)),
                value: known,
                value_place,
                perhaps: false,
            });
        }
        at += part.len() + 1;
    }
    pairs
}

impl Service<'_> {
    /// The call that a request makes: one that names the operation, and the version of the API or one of its hosts.
    pub(super) fn call(&self, message: &Message) -> Option<Call> {
        let (action, version) = (&self.binding.action_keys, &self.binding.version_keys);
        let operation = said(message, action, &self.binding.action_headers)?;
        if operation.value.as_text().is_none_or(|text| text.trim() != self.api.action) {
            return None;
        }
        let is_proven = match said(message, version, &self.binding.version_headers) {
            Some(version) => version.value.as_text() == Some(&*self.api.product.version),
            None => self.binding.is_host(&message.address),
        };
        if !is_proven {
            return None;
        }
        let is_sent = |pair: &&Pair| {
            !action.contains(&pair.name)
                && !version.contains(&pair.name)
                && (!pair.perhaps || self.api.parameter(&pair.name).is_some())
        };
        let sent: Vec<&Pair> = message.pairs.iter().filter(is_sent).collect();
        let given = |pair: &&Pair| Given {
            name: pair.name.clone(),
            name_place: pair.name_place.clone(),
            value: String::new(),
            value_place: pair.value_place.clone(),
        };
        let mut call = plain::call(self.api, &message.place, Vec::new(), sent.iter().map(given).collect(), plain::WIRE);
        call.surface = ID;
        call.subject = message.name.as_ref().map_or_else(|| "request".to_owned(), |name| format!("request `{name}`"));
        call.head = Place {
            span: operation.name_place.span.join(operation.value_place.span),
            source: std::sync::Arc::clone(&operation.name_place.source),
        };
        call.insert = None;
        for argument in &mut call.arguments {
            argument.literal = None;
            if let Some(pair) = sent.iter().find(|pair| pair.name == argument.parameter) {
                argument.value = pair.value.clone();
            }
        }
        if let Some((reason, at)) = &message.open {
            leave_open(&mut call, self.api, reason, at);
        }
        Some(call)
    }
}

/// What is said of the operation or the version: by a name of one list, or by a header of the other.
fn said<'m>(message: &'m Message, names: &[String], headers: &[String]) -> Option<&'m Pair> {
    let by_name = message.pairs.iter().find(|pair| names.contains(&pair.name));
    let is_header = |pair: &&Pair| headers.iter().any(|header| header.eq_ignore_ascii_case(&pair.name));
    by_name.or_else(|| message.headers.iter().find(is_header))
}

/// What is not given may be given elsewhere.
fn leave_open(call: &mut Call, api: &Api, reason: &str, at: &Place) {
    let missing: Vec<_> = api.parameters.iter().filter(|p| call.argument(&p.name).is_none()).collect();
    for parameter in missing {
        call.arguments.push(Argument {
            parameter: parameter.name.clone(),
            name: at.clone(),
            place: at.clone(),
            value: Value::unknown(reason, Some(at.clone())),
            literal: None,
            removal: None,
        });
    }
}
