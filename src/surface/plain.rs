//! A call given as names and values, as `preflight` gets it: no file, no variables.

use std::sync::Arc;

use crate::model::{
    Alternative, Api, Argument, Call, Content, Fact, InsertSite, NameKind, Quote, Runs, Spelling, Step, UnknownName,
    Value,
};
use crate::source::{Place, Source, Span};

/// A name and a value with their places.
#[derive(Debug, Clone)]
pub struct Given {
    /// The name as written.
    pub name: String,
    /// Where it is written.
    pub name_place: Place,
    /// The value as written.
    pub value: String,
    /// Where it is written.
    pub value_place: Place,
}

impl Given {
    /// A name and a value that stand nowhere in particular.
    #[must_use]
    pub fn nowhere(source: &Arc<Source>, name: impl Into<String>, value: impl Into<String>) -> Self {
        let place = Place::new(source, Span::default());
        Self { name: name.into(), name_place: place.clone(), value: value.into(), value_place: place }
    }
}

/// How names are spelt in a plain call: as the API spells them.
pub const WIRE: Spelling = Spelling { family: "wire", prefix: "" };

/// Makes a call from facts and parameters that are given by name. Names that the API does not have are
/// kept as unknown names; the service ignores those, so they are not refused.
#[must_use]
pub fn call(api: &Api, place: &Place, facts: Vec<Given>, parameters: Vec<Given>, spelling: Spelling) -> Call {
    let mut call = Call {
        api: Arc::clone(&api.id),
        surface: "plain",
        subject: api.action.clone(),
        place: place.clone(),
        head: place.clone(),
        arguments: Vec::with_capacity(parameters.len()),
        unknown_names: Vec::new(),
        facts: facts.into_iter().map(fact).collect(),
        guards: Vec::new(),
        spelling,
        insert: Some(insert_site(place, spelling)),
        runs: Runs::default(),
        advisory: false,
    };
    for given in parameters {
        add(&mut call, api, given);
    }
    call
}

fn fact(given: Given) -> Fact {
    let stands_somewhere = !given.value_place.span.is_empty();
    let step = Step { place: given.value_place, label: String::new() };
    let steps = if stands_somewhere { vec![step] } else { Vec::new() };
    let alternative = Alternative { steps, ..Alternative::new(Content::text(given.value)) };
    Fact { name: given.name, value: Value::from(alternative) }
}

fn add(call: &mut Call, api: &Api, given: Given) {
    let refuse = |kind, nearest: Option<&str>| UnknownName {
        spelled: format!("{}{}", call.spelling.prefix, given.name),
        place: given.name_place.clone(),
        kind,
        nearest: nearest.map(str::to_owned),
        instead: None,
        refused: false,
    };
    let Some(parameter) = api.parameter_spelled(&given.name, call.spelling.family) else {
        if !api.tolerates(&given.name) {
            let nearest = api.nearest_parameter(&given.name, call.spelling.family);
            let same = |p: &&crate::model::Parameter| p.spelled(call.spelling.family).eq_ignore_ascii_case(&given.name);
            let kind = if nearest.as_ref().is_some_and(same) { NameKind::WrongCase } else { NameKind::Unknown };
            let name = refuse(kind, nearest.map(|p| p.name.as_str()));
            call.unknown_names.push(name);
        }
        return;
    };
    if call.argument(&parameter.name).is_some() {
        let name = refuse(NameKind::Duplicate, Some(&parameter.name));
        call.unknown_names.push(name);
        return;
    }
    call.arguments.push(Argument {
        parameter: parameter.name.clone(),
        name: given.name_place,
        place: given.value_place,
        value: Value::known(given.value),
        literal: Some(Quote::Shell),
        removal: None,
    });
}

fn insert_site(place: &Place, spelling: Spelling) -> InsertSite {
    let end = Span::new(place.span.end as usize, place.span.end as usize);
    let between = if spelling.prefix.is_empty() { "=" } else { " " };
    InsertSite {
        at: Place { source: Arc::clone(&place.source), span: end },
        before: " ".to_owned(),
        between: between.to_owned(),
        after: String::new(),
        quote: Quote::Shell,
    }
}
