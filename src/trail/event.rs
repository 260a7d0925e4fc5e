//! From the fields of one event to what is kept of it.

use serde::Deserialize;
use xxhash_rust::xxh3::xxh3_128;

use super::record::Record;
use super::survivor::{EventId, Moment, Name, Names, Outcome, Survivor};
use crate::model::{Api, ParameterKind};

/// So many bytes of an error message are kept.
const MESSAGE: usize = 300;

/// What an API is called in records.
pub(super) struct Wanted<'a> {
    api: &'a Api,
    names: TrailNames,
}

/// What the matrix says about the records of an API.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct TrailNames {
    /// The field of an answer that names the job.
    job: String,
    /// The type of the resource that a record refers to.
    resource: String,
    /// The parameter that names the region, where the record itself does not.
    region: String,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) file: Name,
    pub(super) record: u64,
    pub(super) offset: u64,
    pub(super) line: u64,
    pub(super) column: u64,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(api: &'a Api) -> Self {
        let names = api.bindings.get("trail").and_then(|names| serde_json::from_value(names.clone()).ok());
        Self { api, names: names.unwrap_or_default() }
    }

    /// Whether an event is a call of the API: by its name, and by the code of its product without regard to case. The
    /// host that took the call says nothing: consoles and regions have hosts of their own.
    pub(super) fn is_call(&self, event: &Record<'_>) -> bool {
        event.text("eventName").is_some_and(|name| *name == *self.api.action)
            && event.text("serviceName").is_some_and(|name| name.eq_ignore_ascii_case(&self.api.product.code))
    }

    /// Whether a text that cannot be read looks like a call of the API.
    pub(super) fn looks_like_call(&self, text: &str) -> bool {
        let product = &self.api.product.code;
        let has_product = text.match_indices("serviceName").any(|(at, word)| {
            let behind = text.get(at + word.len()..).unwrap_or_default();
            let value = behind.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
            value.get(..product.len()).is_some_and(|front| front.eq_ignore_ascii_case(product))
        });
        has_product && text.contains(&self.api.action)
    }

    /// What is kept of an event.
    pub(super) fn survivor(&self, event: &Record<'_>, names: &mut Names, spot: Spot) -> Survivor {
        let time = event.text("eventTime").and_then(|text| moment(&text));
        let parameters = self.parameters(event);
        let identifier = self.api.parameters.iter().find(|p| p.kind == ParameterKind::Identifier);
        let sent = identifier.and_then(|p| parameters.iter().find(|(name, _)| *name == p.name)).map(|(_, v)| v.clone());
        let instance = sent.or_else(|| self.referenced(event)).unwrap_or_default();
        let account = event.text("recipientAccountId").map(|text| text.into_owned());
        let account = account.or_else(|| event.within("userIdentity", "accountId")).unwrap_or_default();
        let (principal, session) = principal(event);
        let outcome = outcome(event, names);
        let denial = denial(event);
        let request = event.text("requestId").unwrap_or_default().into_owned();
        let id = event.text("eventId").map(|text| event_id(&text));
        let digest = || {
            let code = match outcome {
                Outcome::Accepted => String::new(),
                Outcome::Refused { code, .. } => names.text(code).to_owned(),
            };
            xxh3_128(format!("{time:?}\n{instance}\n{request}\n{principal}\n{code}").as_bytes())
        };
        let event_id = id.unwrap_or_else(|| EventId::Missing(digest()));
        let region = event.text("acsRegion").map(|text| text.into_owned());
        let region = region.or_else(|| parameter(event, &self.names.region)).unwrap_or_default();
        Survivor {
            event: event_id,
            time,
            api: names.name(&self.api.id),
            outcome,
            parameters: names.name(&canonical(&parameters)),
            instance: names.name(&instance),
            region: names.name(&region),
            account: names.name(&account),
            principal: names.name(&principal),
            session: names.name(&session),
            agent: names.name(&event.text("userAgent").map(|text| agent(&text)).unwrap_or_default()),
            origin: names.name(&event.text("sourceIpAddress").unwrap_or_default()),
            job: names.name(&event.within("responseElements", &self.names.job).unwrap_or_default()),
            denial: names.name(&denial.unwrap_or_default()),
            file: spot.file,
            record: spot.record,
            offset: spot.offset,
            line: spot.line,
            column: spot.column,
        }
    }

    /// The parameters that were sent, in the order of the matrix, from the object and from its copy as a text.
    fn parameters(&self, event: &Record<'_>) -> Vec<(&'a str, String)> {
        let objects: Vec<_> = PARAMETERS.iter().filter_map(|field| event.object(field)).collect();
        let mut records: Vec<_> = objects.iter().filter_map(|text| Record::parse(text).ok()).collect();
        // Some programs send what they were given within an object of that name.
        let inner: Vec<String> =
            records.iter().filter_map(|record| record.object(NESTED).map(std::borrow::Cow::into_owned)).collect();
        records.extend(inner.iter().filter_map(|text| Record::parse(text).ok()));
        let value = |name: &str| {
            let nested = records.iter().find_map(|record| record.raw(name).and_then(value_text));
            nested.or_else(|| {
                PARAMETERS.iter().find_map(|field| event.raw(&format!("{field}.{name}")).and_then(value_text))
            })
        };
        self.api.parameters.iter().filter_map(|p| Some((p.name.as_str(), value(&p.name)?))).collect()
    }

    /// The instance that a record refers to.
    fn referenced(&self, event: &Record<'_>) -> Option<String> {
        let of_type = event.object("referencedResources").and_then(|text| {
            let record = Record::parse(&text).ok()?;
            let list = record.raw(&self.names.resource)?;
            serde_json::from_str::<Vec<String>>(list).ok()?.into_iter().next()
        });
        of_type.or_else(|| {
            let kind = event.text("resourceType")?;
            let name = event.text("resourceName")?;
            // Several types stand beside each other, each with its names.
            let at = kind.split(';').position(|kind| kind == self.names.resource)?;
            name.split(';').nth(at)?.split(',').next().map(str::to_owned)
        })
    }
}

/// The fields that hold what was sent, twins of each other.
const PARAMETERS: [&str; 2] = ["requestParameters", "requestParameterJson"];

/// The field of what was sent that may hold it all once more.
const NESTED: &str = "Parameters";

fn parameter(event: &Record<'_>, name: &str) -> Option<String> {
    PARAMETERS.iter().find_map(|field| event.within(field, name))
}

/// A parameter's value as the service received it: numbers and lists as text; nothing for `null`.
fn value_text(raw: &str) -> Option<String> {
    match raw.as_bytes().first()? {
        b'n' => None,
        b'"' => serde_json::from_str(raw).ok(),
        b'[' => {
            let elements: Vec<serde_json::Value> = serde_json::from_str(raw).ok()?;
            let text =
                |element: &serde_json::Value| element.as_str().map_or_else(|| element.to_string(), str::to_owned);
            Some(elements.iter().map(text).collect::<Vec<_>>().join(","))
        }
        _ => Some(raw.to_owned()),
    }
}

/// The parameters as one JSON text.
fn canonical(parameters: &[(&str, String)]) -> String {
    let object: serde_json::Map<String, serde_json::Value> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    serde_json::Value::from(object).to_string()
}

fn outcome(event: &Record<'_>, names: &mut Names) -> Outcome {
    match event.text("errorCode") {
        None => Outcome::Accepted,
        Some(code) => {
            let message = event.text("errorMessage").unwrap_or_default();
            let mut end = message.len().min(MESSAGE);
            while !message.is_char_boundary(end) {
                end -= 1;
            }
            let message = names.name(message.get(..end).unwrap_or_default());
            Outcome::Refused { code: names.name(&code), message }
        }
    }
}

/// The detail of a refusal by authorisation, wherever a record has it.
fn denial(event: &Record<'_>) -> Option<String> {
    const DETAIL: &str = "AccessDeniedDetail";
    let is_object = |text: &String| text.trim_start().starts_with('{');
    let own = event.object(DETAIL).map(std::borrow::Cow::into_owned);
    let nested =
        || ["responseElements", "additionalEventData", "errorMessage"].iter().find_map(|f| event.within(f, DETAIL));
    let found = own.or_else(nested).filter(is_object)?;
    // Equal details have equal texts, whatever white space they came with; the message in it is for one request alone.
    let mut detail: serde_json::Value = serde_json::from_str(&found).ok()?;
    if let Some(object) = detail.as_object_mut() {
        object.remove("EncodedDiagnosticMessage");
    }
    Some(detail.to_string())
}

/// Who called, and the name of the session.
fn principal(event: &Record<'_>) -> (String, String) {
    let of = |name: &str| event.within("userIdentity", name).unwrap_or_default();
    let (kind, account, name, id) = (of("type"), of("accountId"), of("userName"), of("principalId"));
    let named = if name.is_empty() { id } else { name };
    match kind.as_str() {
        "root-account" => (format!("acs:ram::{account}:root"), String::new()),
        "assumed-role" => {
            let (role, session) = named.split_once(':').unwrap_or((named.as_str(), ""));
            (format!("acs:ram::{account}:role/{role}"), session.to_owned())
        }
        "ram-user" => (format!("acs:ram::{account}:user/{named}"), String::new()),
        "" => (named, String::new()),
        other => (format!("{other}:{named}"), String::new()),
    }
}

/// A user agent without version numbers and without what stands in parentheses: what stays is the program.
fn agent(text: &str) -> String {
    let mut depth = 0_usize;
    let plain: String = text
        .chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect();
    let without_version = |word: &str| match word.split_once('/') {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit() || c == 'v') => name.to_owned(),
        _ => word.to_owned(),
    };
    plain.split_whitespace().map(without_version).collect::<Vec<_>>().join(" ")
}

/// The id of an event, as a number where it has the usual form.
fn event_id(text: &str) -> EventId {
    let bytes = text.as_bytes();
    let is_usual = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        });
    let (upper, lower) = (bytes.iter().any(u8::is_ascii_uppercase), bytes.iter().any(u8::is_ascii_lowercase));
    if is_usual && !(upper && lower) {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        if let Ok(number) = u128::from_str_radix(&digits, 16) {
            return EventId::Uuid(number, upper);
        }
    }
    EventId::Text(text.into())
}

/// The moment that a text names.
pub(super) fn moment(text: &str) -> Moment {
    hour_of(text.as_bytes())
        .and_then(|_| text.trim().parse::<jiff::Timestamp>().ok())
        .map(jiff::Timestamp::as_millisecond)
}

/// The hour since 1970 of a moment in UTC, from its first 13 characters: `2026-03-04T01`.
pub(super) fn hour_of(text: &[u8]) -> Option<u32> {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range)?.iter().try_fold(0_i64, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))
    };
    let (year, month, day, hour) = (digits(0..4)?, digits(5..7)?, digits(8..10)?, digits(11..13)?);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 {
        return None;
    }
    // Days from the civil date, counted from a year that begins in March.
    let shifted = if month > 2 { year } else { year - 1 };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    u32::try_from(days * 24 + hour).ok()
}
