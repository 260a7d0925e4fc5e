//! Requests in documents: an address under a key that says so, with lists and mappings of parameters beside it.
//!
//! Owns the forms in which clients keep their collections, and what stands for a value in them. What is saved of an
//! answer is no request.

use crate::model::{Alternative, Call, Content, Step, Value};
use crate::source::Place;
use crate::surface::document::{self, File};
use crate::surface::embedded_yaml;
use crate::syntax::yaml::Node;

use super::is_filled_in;
use super::message::{self, LONGEST, Message, PAIRS, Pair, Service};

/// Keys under which the address stands that a request is sent to.
const ADDRESSES: [&str; 6] = ["url", "raw", "uri", "endpoint", "targeturl", "requesturl"];

/// The key of an address to which whoever sends the request may add parameters.
const DESTINATION: &str = "endpoint";

/// Keys beside an address whose lists or mappings hold what stands behind its `?`.
const QUERIES: [&str; 5] = ["query", "params", "parameters", "querystring", "queryparams"];

/// Keys beside an address that hold a body, and those within that hold the fields of a form.
const BODIES: [&str; 4] = ["body", "data", "form", "postdata"];
const FORMS: [&str; 4] = ["urlencoded", "formdata", "params", "formUrlEncoded"];

/// Keys beside an address that hold headers.
const HEADERS: [&str; 2] = ["header", "headers"];

/// The key of a request that an answer was saved for; it is there once more by itself.
const SAVED: &str = "originalRequest";

/// What the document says of names that stand in braces.
struct Names<'n> {
    variables: Vec<(&'n str, &'n Node)>,
}

/// Where an address stands.
#[derive(Clone, Copy, Default)]
struct Around<'n> {
    /// The mapping with the method and the body.
    request: Option<&'n Node>,
    name: Option<&'n str>,
}

/// The calls that the requests of a document make.
pub(super) fn calls(file: &File<'_>, root: &Node, services: &[Service<'_>], calls: &mut Vec<Call>) {
    let listed = root.get("variable").map_or(&[][..], |list| list.items());
    let variables = listed.iter().filter_map(|entry| Some((name_of(entry)?.text()?, &**entry.get("value")?)));
    let names = Names { variables: variables.collect() };
    walk(root, Around::default(), &mut |key, address, around| {
        let Some(text) = address.text().filter(|text| text.len() <= LONGEST && !text.is_empty()) else { return };
        let is_known = ADDRESSES.iter().any(|known| key.eq_ignore_ascii_case(known));
        let may_be_one = is_known || text.contains("://") && text.contains('?');
        if !may_be_one {
            return;
        }
        let message = names.message(file, (key, address), around);
        for call in services.iter().filter_map(|service| service.call(&message)) {
            if !is_known {
                file.miss("an address that makes the call stands where no request is known");
            } else if calls.iter().all(|known| known.head != call.head) {
                calls.push(call);
            }
        }
    });
}

/// Shows each text with its key. In an object of an address the request is the mapping above it. Documents are nested
/// no deeper than they may be.
fn walk<'n>(node: &'n Node, above: Around<'n>, see: &mut dyn FnMut(&str, &'n Node, Around<'n>)) {
    node.items().iter().for_each(|item| walk(item, above, see));
    let name = node.get("name").and_then(|name| name.text()).or(above.name);
    for (key, value) in node.entries() {
        let key = key.text().unwrap_or_default();
        if key == SAVED {
            continue;
        }
        if value.text().is_some() {
            let request = if key == "raw" { above.request } else { Some(node) };
            see(key, value, Around { request, name });
        } else {
            walk(value, Around { request: Some(node), name }, see);
        }
    }
}

impl Names<'_> {
    fn message(&self, file: &File<'_>, (key, address): (&str, &Node), around: Around<'_>) -> Message {
        let text = address.text().unwrap_or_default();
        let place = file.place_of(address);
        let mut message = Message {
            name: around.name.map(str::to_owned),
            address: text.to_owned(),
            place: place.clone(),
            pairs: Vec::new(),
            headers: Vec::new(),
            open: None,
        };
        if let Some(at) = text.find('?')
            && let Some(written) = embedded_yaml::text(file.source.text(), address)
        {
            let place_of = |span| file.place(span);
            let value_of = |value: &str, place: &Place| is_filled_in(value).then(|| self.value(file, value, place));
            message.pairs = message::pairs(&written, at + 1, &place_of, &value_of);
        }
        if is_filled_in(text)
            && let Some(known) = self.value(file, text, &place).as_text()
        {
            known.clone_into(&mut message.address);
        }
        let Some(request) = around.request else { return message };
        // The object of an address lists once more what stands behind its `?`, and says what is switched off.
        let object = request.get("url").filter(|url| url.get("raw").is_some());
        let lists = object.into_iter().flat_map(|url| url.entries()).chain(request.entries());
        for (key, value) in lists {
            let key = key.text().unwrap_or_default().to_ascii_lowercase();
            if QUERIES.contains(&&*key) {
                self.query(file, value, &mut message);
            }
        }
        for (key, value) in request.entries() {
            let key = key.text().unwrap_or_default().to_ascii_lowercase();
            if BODIES.contains(&&*key) {
                self.body(file, value, &mut message);
            } else if HEADERS.contains(&&*key) {
                message
                    .headers
                    .extend(self.listed(file, value).into_iter().filter(|(_, off)| !off).map(|(pair, _)| pair));
            }
        }
        if key.eq_ignore_ascii_case(DESTINATION) {
            message.open = Some(("what sends it may add parameters", place));
        }
        message
    }

    /// What a list or a mapping of parameters adds to an address, or takes away.
    fn query(&self, file: &File<'_>, list: &Node, message: &mut Message) {
        for (pair, is_off) in self.listed(file, list) {
            let is_known = message.pairs.iter().any(|known| known.name == pair.name);
            match (is_off, is_known) {
                (true, _) => message.pairs.retain(|known| known.name != pair.name),
                (false, false) => message.pairs.push(pair),
                (false, true) => {}
            }
        }
        if list.text().is_some_and(|text| !text.is_empty() && text != "null") {
            message.open = Some(("more may be sent than is in the address", file.place_of(list)));
        }
    }

    /// The fields of a form; of any other body it is not known what it adds.
    fn body(&self, file: &File<'_>, body: &Node, message: &mut Message) {
        let form = FORMS.iter().find_map(|key| body.get(key)).filter(|form| form.text().is_none());
        let is_list_of_pairs = !body.items().is_empty() && body.items().iter().all(|entry| name_of(entry).is_some());
        let fields = form.map(|form| &**form).or(is_list_of_pairs.then_some(body));
        if let Some(fields) = fields {
            message.pairs.extend(self.listed(file, fields).into_iter().filter(|(_, off)| !off).map(|(pair, _)| pair));
            return;
        }
        let mapped = self.listed(file, body);
        let raw = body.get("raw").or_else(|| body.get("text")).map_or(body, |raw| &**raw);
        let is_empty = match raw.text() {
            Some(text) => text.trim().is_empty() || text == "null" || text == "{}",
            None => raw.entries().is_empty() && raw.items().is_empty(),
        };
        message.pairs.extend(mapped.into_iter().map(|(pair, _)| pair));
        if !is_empty {
            message.open = Some(("more may be sent than is in the address", file.place_of(body)));
        }
    }

    /// Names with values, as a list of mappings or as one mapping, and whether each is switched off.
    fn listed(&self, file: &File<'_>, node: &Node) -> Vec<(Pair, bool)> {
        let of_list = node.items().iter().filter_map(|entry| {
            let (name, value) = (name_of(entry)?, entry.get("value")?);
            Some((self.pair(file, name, value, false)?, is_off(entry)))
        });
        let of_mapping = node.entries().iter().filter_map(|(name, value)| {
            // Texts of a mapping may be anything, and only those that are parameters are taken for such.
            Some((self.pair(file, name, value, true)?, false))
        });
        of_list.chain(of_mapping).take(PAIRS).collect()
    }

    fn pair(&self, file: &File<'_>, name: &Node, value: &Node, perhaps: bool) -> Option<Pair> {
        let value_place = file.place_of(value);
        let content = document::scalar(value)?;
        let value = match &content {
            Content::Text(text) if is_filled_in(text) || file.has_hole(value.span) => {
                self.value(file, text, &value_place)
            }
            _ => Value::from(Alternative::new(content)),
        };
        Some(Pair { name: name.text()?.to_owned(), name_place: file.place_of(name), value, value_place, perhaps })
    }

    /// What is known of a text that something is put into.
    fn value(&self, file: &File<'_>, text: &str, place: &Place) -> Value {
        let unknown = |shown: &str| {
            Value::unknown(format!("`{shown}` is filled in when the request is sent"), Some(place.clone()))
        };
        if !text.contains("{{") || file.has_hole(place.span) {
            return unknown(text);
        }
        document::resolve_text(text, ("{{", "}}"), place, &|name| {
            let Some((_, value)) = self.variables.iter().find(|(known, _)| *known == name) else {
                return unknown(&format!("{{{{{name}}}}}"));
            };
            match document::scalar(value) {
                Some(Content::Text(text)) if !is_filled_in(&text) && !text.is_empty() => {
                    let steps = vec![
                        Step { place: place.clone(), label: String::new() },
                        Step { place: file.place_of(value), label: format!("variable `{name}` of the collection") },
                    ];
                    // An environment may set another one.
                    Value::from(Alternative { steps, overridable: true, ..Alternative::new(Content::Text(text)) })
                }
                _ => unknown(&format!("{{{{{name}}}}}")),
            }
        })
    }
}

/// The name in an entry of a list of names with values.
fn name_of(entry: &Node) -> Option<&Node> {
    entry.get("key").or_else(|| entry.get("name")).map(|name| &**name)
}

fn is_off(entry: &Node) -> bool {
    let says = |key: &str, word: &str| entry.get(key).and_then(|said| said.text()) == Some(word);
    says("disabled", "true") || says("enabled", "false")
}
