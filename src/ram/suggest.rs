//! The least policies under which calls are allowed: one for each of those who make them.
//!
//! Takes calls of sources, or calls that logs show; gives for each principal the resources that have to be granted and
//! nothing beside them, and says which calls it leaves out because nobody can tell what they are made against.

use std::collections::{BTreeMap, BTreeSet};

use super::data::actions_of;
use super::gaps::{Runners, action_beside, is_placeholder, region_of_profile, runners_of_profiles};
use super::least::Form;
use super::repository::{Repository, handle_text};
use super::resource::{Parts, pieces};
use crate::model::{Access, Api, Call, Content, Handle, ParameterKind, Permission, Piece, Reference, Runner};
use crate::source::Place;
use crate::surface::Lead;
use crate::surface::policy::grammar;

/// How far a name goes that is given instead of what is not known.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The region; any, unless given.
    pub region: Option<String>,
    /// The account; any, unless given.
    pub account: Option<String>,
}

/// The least policy of one principal.
#[derive(Debug, Clone, Default)]
pub struct Suggestion {
    /// Who; absent for calls of which nobody says who makes them.
    pub principal: Option<String>,
    /// What has to be allowed on what: names of resources by action. A hole is an expression of the source.
    pub grants: BTreeMap<String, BTreeSet<Vec<Piece>>>,
    /// How many calls it is for.
    pub calls: u64,
    /// Where they stand, as far as they stand in files.
    pub places: Vec<Place>,
    /// Calls that it does not cover.
    pub left_out: Vec<LeftOut>,
}

/// A call that a suggestion does not cover.
#[derive(Debug, Clone)]
pub struct LeftOut {
    /// Why, as a fragment for people.
    pub reason: String,
    /// The call; absent for calls in logs.
    pub place: Option<Place>,
}

/// A call that logs show.
#[derive(Debug, Clone, Copy)]
pub struct Logged<'a> {
    /// Who made it; empty when the record does not say.
    pub principal: &'a str,
    /// The region; empty when the record does not say.
    pub region: &'a str,
    /// The account of the instance; empty when the record does not say.
    pub account: &'a str,
    /// The instance; empty when the record does not say.
    pub instance: &'a str,
}

/// The least policies for the calls of sources, by principal; calls that nobody is said to make come last.
#[must_use]
pub fn of_sources(access: &Access, calls: &[Call], leads: &[Lead], apis: &[Api], given: &Given) -> Vec<Suggestion> {
    let repository = Repository::of(access);
    let of_profiles = runners_of_profiles(access);
    let runners = Runners::of(access.runners.iter().chain(&of_profiles), leads);
    let mut all: BTreeMap<(bool, String), Suggestion> = BTreeMap::new();
    for api in apis {
        let Some(permission) = &api.permission else { continue };
        for call in calls.iter().filter(|call| call.api == api.id && !call.advisory) {
            let mut titles: BTreeSet<String> = BTreeSet::new();
            titles.extend(runners.of_call(call).into_iter().filter_map(|runner| title(&repository, runner)));
            let who: Vec<Option<String>> =
                if titles.is_empty() { vec![None] } else { titles.into_iter().map(Some).collect() };
            let region = call.region().or_else(|| region_of_profile(access, call));
            for principal in who {
                let holder = repository.holders().iter().find(|holder| Some(holder.title()) == principal);
                let account = match holder.and_then(|holder| holder.account) {
                    Some(Handle::Name(number)) => Some(number.as_str()),
                    _ => None,
                };
                let known = Given {
                    region: given.region.clone().or_else(|| region.map(str::to_owned)),
                    account: given.account.clone().or_else(|| account.map(str::to_owned)),
                };
                let key = (principal.is_none(), principal.clone().unwrap_or_default());
                let suggestion = all.entry(key).or_default();
                suggestion.principal = principal;
                suggestion.add(api, permission, call, &known);
            }
        }
        beside(access, calls, api, &runners, &repository, &mut all);
    }
    all.into_values().collect()
}

/// Tells what programs call beside the backup: what each of those operations needs is not written down here.
fn beside(
    access: &Access,
    calls: &[Call],
    api: &Api,
    runners: &Runners<'_>,
    repository: &Repository<'_>,
    all: &mut BTreeMap<(bool, String), Suggestion>,
) {
    let service =
        api.permission.as_ref().and_then(|permission| permission.action.split(':').next()).unwrap_or_default();
    let Some(actions) = actions_of(service) else { return };
    for companion in &access.companions {
        let Some(action) = action_beside(api, companion, &actions.beside) else { continue };
        let path = companion.place.source.path();
        let is_own = |call: &&Call| call.api == api.id && !call.advisory && call.head.source.path() == path;
        let Some(call) = calls.iter().find(is_own) else { continue };
        // Whoever makes the call makes this one, too, where it stands.
        let stands = Call { head: companion.place.clone(), place: companion.place.clone(), ..call.clone() };
        let titles: BTreeSet<Option<String>> =
            runners.of_call(&stands).into_iter().map(|runner| title(repository, runner)).collect();
        let titles = if titles.is_empty() { BTreeSet::from([None]) } else { titles };
        let reason = format!("{service}:{action} is called beside the backup, and is to be granted as well");
        for principal in titles {
            let key = (principal.is_none(), principal.unwrap_or_default());
            let Some(suggestion) = all.get_mut(&key) else { continue };
            if !suggestion.left_out.iter().any(|left| left.reason == reason) {
                suggestion.left_out.push(LeftOut { reason: reason.clone(), place: Some(companion.place.clone()) });
            }
        }
    }
}

/// The least policies for calls of logs, by principal.
#[must_use]
pub fn of_logs<'a>(calls: impl Iterator<Item = (&'a Permission, Logged<'a>)>, given: &Given) -> Vec<Suggestion> {
    let mut all: BTreeMap<(bool, &str), Suggestion> = BTreeMap::new();
    for (permission, call) in calls {
        let suggestion = all.entry((call.principal.is_empty(), call.principal)).or_default();
        suggestion.principal = (!call.principal.is_empty()).then(|| call.principal.to_owned());
        suggestion.calls += 1;
        if call.instance.is_empty() {
            let reason = "a call whose record names no instance".to_owned();
            if !suggestion.left_out.iter().any(|left| left.reason == reason) {
                suggestion.left_out.push(LeftOut { reason, place: None });
            }
            continue;
        }
        let part = |said: &str, given: &Option<String>| match given {
            Some(given) => given.clone(),
            None if said.is_empty() => "*".to_owned(),
            None => said.to_owned(),
        };
        let parts = Parts {
            region: Piece::Text(part(call.region, &given.region)),
            account: Piece::Text(part(call.account, &given.account)),
            instance: Piece::Text(call.instance.to_owned()),
        };
        suggestion.grant(permission, &parts);
    }
    all.into_values().collect()
}

/// Who makes each call, as titles of principals; nobody where none is linked to it.
#[must_use]
pub fn callers(access: &Access, calls: &[Call], leads: &[Lead]) -> Vec<Vec<String>> {
    let repository = Repository::of(access);
    let of_profiles = runners_of_profiles(access);
    let runners = Runners::of(access.runners.iter().chain(&of_profiles), leads);
    let of_call = |call: &Call| {
        let found = runners.of_call(call);
        let titles: BTreeSet<String> = found.iter().filter_map(|runner| title(&repository, runner)).collect();
        // With one of them unknown it may be anybody.
        let all_known = found.iter().all(|runner| title(&repository, runner).is_some());
        if all_known { titles.into_iter().collect() } else { Vec::new() }
    };
    calls.iter().map(of_call).collect()
}

fn title(repository: &Repository<'_>, runner: &Runner) -> Option<String> {
    if let Some(holder) = repository.find(runner.kind, &runner.principal) {
        return Some(holder.title());
    }
    match &runner.principal {
        Reference::To(handle) => Some(format!("{}/{}", runner.kind.word(), handle_text(handle))),
        Reference::Unknown(_) => None,
    }
}

impl Suggestion {
    fn grant(&mut self, permission: &Permission, parts: &Parts) {
        self.grants.entry(permission.action.clone()).or_default().insert(pieces(permission, parts));
    }

    fn add(&mut self, api: &Api, permission: &Permission, call: &Call, given: &Given) {
        self.calls += 1;
        self.places.push(call.head.clone());
        let any = |given: &Option<String>| Piece::Text(given.clone().unwrap_or_else(|| "*".to_owned()));
        let mut leave = |reason: String, place: &Place| {
            self.left_out.push(LeftOut { reason, place: Some(place.clone()) });
        };
        let id = api.parameters.iter().find(|parameter| parameter.kind == ParameterKind::Identifier);
        let Some(argument) = id.and_then(|id| call.argument(&id.name)) else {
            leave("it names no instance".to_owned(), &call.head);
            return;
        };
        let mut instances = Vec::new();
        for alternative in argument.value.alternatives() {
            match &alternative.content {
                Content::Text(id) if is_placeholder(id) || id.is_empty() => {
                    leave(format!("{id} only shows where an id goes"), &call.head);
                }
                Content::Text(id) => instances.push(Piece::Text(id.clone())),
                Content::Absent => leave("it names no instance".to_owned(), &call.head),
                Content::Unknown(_) => match reference(call, &argument.place) {
                    Some(expression) => instances.push(Piece::Hole(expression)),
                    None => leave("its instance is not known before it runs".to_owned(), &call.head),
                },
            }
        }
        for instance in instances {
            let parts = Parts { region: any(&given.region), account: any(&given.account), instance };
            self.grant(permission, &parts);
        }
    }

    /// Whether there is nothing to grant.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty()
    }

    /// Resources whose names are known only where the source that they stand in is applied.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        self.grants.values().flatten().flatten().filter_map(|piece| match piece {
            Piece::Hole(words) => Some(words.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The document, over several lines; nothing when there is nothing to grant. JSON leaves out what has no name yet.
    #[must_use]
    pub fn document(&self, form: Form) -> Option<String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let name = |pieces: &Vec<Piece>| match form {
            Form::Json => match pieces.iter().any(|piece| matches!(piece, Piece::Hole(_))) {
                true => None,
                false => Some(quoted(&pieces.iter().map(|piece| text_of(piece, false)).collect::<String>())),
            },
            Form::Terraform => Some(in_terraform(pieces)),
        };
        let mut statements = Vec::new();
        for (action, resources) in &self.grants {
            let names: Vec<String> = resources.iter().filter_map(name).collect();
            if !names.is_empty() {
                statements.push((action, names));
            }
        }
        (!statements.is_empty()).then(|| written(&statements, form))
    }
}

fn text_of(piece: &Piece, escaped: bool) -> String {
    match piece {
        Piece::Text(text) if escaped => text.replace("${", "$${").replace("%{", "%%{"),
        Piece::Text(text) => text.clone(),
        Piece::Hole(words) => format!("${{{words}}}"),
    }
}

/// A name as a quoted template of Terraform. What is quoted by the rules of JSON means the same there.
fn in_terraform(pieces: &[Piece]) -> String {
    let text: String = pieces.iter().map(|piece| text_of(piece, true)).collect();
    serde_json::Value::from(text).to_string()
}

fn written(statements: &[(&String, Vec<String>)], form: Form) -> String {
    let g = grammar();
    let version = g.versions.first().map_or("", String::as_str);
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let key = |name: &str| match form {
        Form::Json => quoted(name),
        Form::Terraform => name.to_owned(),
    };
    let (is, end) = match form {
        Form::Json => (":", ","),
        Form::Terraform => (" =", ""),
    };
    let mut out = format!("{{\n  {}{is} \"{version}\"{end}\n  {}{is} [\n", key(&g.version), key(&g.statement));
    for (number, (action, resources)) in statements.iter().enumerate() {
        let list: Vec<String> = resources.iter().map(|name| format!("        {name}")).collect();
        out.push_str(&format!(
            "    {{\n      {}{is} {}{end}\n      {}{is} {}{end}\n      {}{is} [\n{}\n      ]\n    }}{}\n",
            key(&g.effect),
            quoted(&g.allow),
            key(&g.action),
            quoted(action),
            key(&g.resource),
            list.join(",\n"),
            if number + 1 < statements.len() { "," } else { "" },
        ));
    }
    out.push_str("  ]\n}");
    out
}

/// The expression that stands for an instance, where it is a plain reference to an attribute of something that the same
/// source makes: there it can stand in a policy, too.
fn reference(call: &Call, place: &Place) -> Option<String> {
    let target = call.runs.target.as_ref().filter(|target| target.certain)?;
    let text = place.text().trim();
    let is_name =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    let parts: Vec<&str> = text.split('.').collect();
    let is_address = parts.len() == 3 && parts.iter().all(|part| is_name(part));
    // Of the last module on the way alone the address holds where the call stands.
    let (owner, _) = text.rsplit_once('.')?;
    (is_address && target.name.ends_with(owner)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
