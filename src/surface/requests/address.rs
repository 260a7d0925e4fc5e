//! Addresses: `https://host/?Action=…&Version=…&Name=value`, by themselves or within a request with a form.

use crate::model::{Api, Argument, Call, Value};
use crate::source::{Place, Span};
use crate::surface::document::{self, File};
use crate::surface::plain::{self, Given};
use crate::surface::sdk::bindings::{Binding, SHARED};
use crate::surface::sdk::decode;
use crate::syntax::shell::EmbeddedText;
use crate::syntax::yaml::Node;

use super::{ID, is_filled_in};

/// Keys under which the address stands that a request is sent to.
const ADDRESSES: [&str; 6] = ["url", "raw", "uri", "endpoint", "targeturl", "requesturl"];

/// Keys beside an address whose values may add parameters.
const MORE: [&str; 6] = ["body", "data", "params", "query", "form", "queryparams"];

/// The key of a request that an answer was saved for; it is there once more by itself.
const SAVED: &str = "originalRequest";

/// How many pairs of one request are looked at.
const PAIRS: usize = 120;

/// An API with what is known of its hosts.
pub(super) struct Service<'a> {
    api: &'a Api,
    binding: Binding,
}

/// A name with its value.
struct Pair {
    name: String,
    value: String,
    name_place: Place,
    value_place: Place,
}

/// A request: its address, what stands around it, and what it is called.
struct Request<'n> {
    address: &'n Node,
    /// The mapping with the method and the body.
    around: Option<&'n Node>,
    name: Option<&'n str>,
}

/// The APIs whose requests are known.
pub(super) fn services(apis: &[Api]) -> Vec<Service<'_>> {
    apis.iter().filter_map(|api| Some(Service { api, binding: Binding::read(api, SHARED)? })).collect()
}

/// The calls that the addresses of a document make.
pub(super) fn calls(file: &File<'_>, root: &Node, services: &[Service<'_>], calls: &mut Vec<Call>) {
    walk(root, (None, None), &mut |key, request| {
        let Some(text) = request.address.text().filter(|text| text.contains("://") && text.contains('?')) else {
            return;
        };
        for service in services.iter().filter(|service| text.contains(&service.api.action)) {
            let pairs = pairs(file, request.address);
            if !service.is_meant(text, &pairs) {
                continue;
            }
            if ADDRESSES.iter().any(|known| key.eq_ignore_ascii_case(known)) {
                calls.push(service.call(file, &request, pairs));
            } else {
                file.miss("an address that makes the call stands where no request is known");
            }
        }
    });
}

/// Shows each text with its key. `around` is the mapping that the address is a part of: in an object of an address
/// the mapping above it.
fn walk<'n>(
    node: &'n Node,
    (above, name): (Option<&'n Node>, Option<&'n str>),
    see: &mut dyn FnMut(&str, Request<'n>),
) {
    node.items().iter().for_each(|item| walk(item, (above, name), see));
    let own = node.get("name").and_then(|name| name.text());
    let name = own.or(name);
    for (key, value) in node.entries() {
        let key = key.text().unwrap_or_default();
        if key == SAVED {
            continue;
        }
        if value.text().is_some() {
            let around = if key == "raw" { above } else { Some(node) };
            see(key, Request { address: value, around, name });
        } else {
            walk(value, (Some(node), name), see);
        }
    }
}

/// The pairs behind the `?` of an address.
fn pairs(file: &File<'_>, address: &Node) -> Vec<Pair> {
    let Some(text) = address.text() else { return Vec::new() };
    let own = document::text_in(file, address);
    let place = |from: usize, to: usize| {
        let span = own.as_ref().map_or(address.span, |own: &EmbeddedText| own.span(from, to));
        file.place(span)
    };
    let Some(begin) = text.find('?').map(|at| at + 1) else { return Vec::new() };
    let query = text.get(begin..).unwrap_or_default();
    let query = query.split('#').next().unwrap_or(query);
    let mut pairs = Vec::new();
    let mut at = begin;
    for part in query.split('&').take(PAIRS) {
        if let Some((name, value)) = part.split_once('=') {
            let middle = at + name.len();
            pairs.push(Pair {
                name: decode(name),
                value: if is_filled_in(value) { value.to_owned() } else { decode(value) },
                name_place: place(at, middle),
                value_place: place(middle + 1, at + part.len()),
            });
        }
        at += part.len() + 1;
    }
    pairs
}

impl Service<'_> {
    /// Whether a query names the operation, and the version of the API or one of its hosts.
    fn is_meant(&self, address: &str, pairs: &[Pair]) -> bool {
        let said =
            |keys: &[String]| pairs.iter().find(|pair| keys.contains(&pair.name)).map(|pair| pair.value.as_str());
        if said(&self.binding.action_keys) != Some(self.api.action.as_str()) {
            return false;
        }
        match said(&self.binding.version_keys) {
            Some(version) => version == self.api.product.version,
            None => self.binding.is_host(address),
        }
    }

    fn call(&self, file: &File<'_>, request: &Request<'_>, mut pairs: Vec<Pair>) -> Call {
        let left = left_out(request);
        pairs.retain(|pair| !left.contains(&pair.name.as_str()));
        let (form, more) = form(file, request);
        pairs.extend(form);
        let head = pairs.iter().find(|pair| self.binding.action_keys.contains(&pair.name)).map_or_else(
            || file.place(request.address.span),
            |pair| file.place(Span::new(pair.name_place.span.start as usize, pair.value_place.span.end as usize)),
        );
        let is_parameter = |pair: &&Pair| {
            !self.binding.action_keys.contains(&pair.name) && !self.binding.version_keys.contains(&pair.name)
        };
        let sent: Vec<&Pair> = pairs.iter().filter(is_parameter).collect();
        let given = |pair: &&Pair| Given {
            name: pair.name.clone(),
            name_place: pair.name_place.clone(),
            value: pair.value.clone(),
            value_place: pair.value_place.clone(),
        };
        let whole = file.place(request.address.span);
        let mut call = plain::call(self.api, &whole, Vec::new(), sent.iter().map(given).collect(), plain::WIRE);
        call.surface = ID;
        call.subject = request.name.map_or_else(|| "request".to_owned(), |name| format!("request `{name}`"));
        call.head = head;
        call.insert = None;
        for argument in &mut call.arguments {
            argument.literal = None;
            if let Some(text) = argument.value.as_text().filter(|text| is_filled_in(text)) {
                let reason = format!("`{text}` is filled in when the request is sent");
                argument.value = Value::unknown(reason, Some(argument.place.clone()));
            }
        }
        if let Some((reason, at)) = more {
            leave_open(&mut call, self.api, reason, &at);
        }
        call
    }
}

/// Names in the address that its list of parameters has switched off.
fn left_out<'n>(request: &Request<'n>) -> Vec<&'n str> {
    let list = request.around.and_then(|around| around.get("url")).and_then(|url| url.get("query"));
    let off = list.map_or(&[][..], |list| list.items()).iter().filter(|entry| is_off(entry));
    off.filter_map(|entry| entry.get("key")?.text()).collect()
}

fn is_off(entry: &Node) -> bool {
    entry.get("disabled").and_then(|disabled| disabled.text()) == Some("true")
}

/// The pairs of a form beside the address, and why there may be more.
fn form(file: &File<'_>, request: &Request<'_>) -> (Vec<Pair>, Option<(&'static str, Place)>) {
    let mut pairs = Vec::new();
    let Some(around) = request.around else { return (pairs, None) };
    let mut more = None;
    for (key, value) in around.entries() {
        let Some(key) = key.text().filter(|key| MORE.iter().any(|more| key.eq_ignore_ascii_case(more))) else {
            continue;
        };
        let is_empty = value.text().is_some_and(|text| text.is_empty() || text == "null");
        let encoded = value.get("urlencoded").filter(|_| key == "body");
        for entry in encoded.map_or(&[][..], |list| list.items()).iter().filter(|entry| !is_off(entry)).take(PAIRS) {
            let (Some(name), Some(text)) = (entry.get("key"), entry.get("value")) else { continue };
            pairs.push(Pair {
                name: name.text().unwrap_or_default().to_owned(),
                value: text.text().unwrap_or_default().to_owned(),
                name_place: file.place_of(name),
                value_place: file.place_of(text),
            });
        }
        let is_bare = value.text().is_none() && value.entries().is_empty() && value.items().is_empty();
        if encoded.is_none() && !is_empty && !is_bare {
            more = Some(("more may be sent than is in the address", file.place_of(value)));
        }
    }
    let is_destination = around.entries().iter().find(|(key, _)| key.text() == Some("Endpoint"));
    if let Some((key, _)) = is_destination {
        more = Some(("what sends it may add parameters", file.place_of(key)));
    }
    (pairs, more)
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
