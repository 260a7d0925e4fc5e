//! `backuplint ram suggest`: the least policies under which calls are allowed.

use super::{extraction, unread, wanted};
use crate::check::Checker;
use crate::cli::arguments::{Color, PolicyFormat, RamSuggest};
use crate::cli::command::audit;
use crate::cli::exit::Exit;
use crate::cli::output::{complain, write_out};
use crate::cli::terminal;
use crate::ram::least::Form;
use crate::ram::suggest::{Given, Logged, Suggestion, of_logs, of_sources};
use crate::report::ram::{write_suggest_human, write_suggest_json, write_suggest_terraform};
use crate::trail::{Outcome, Partial};

pub(super) fn run(arguments: &RamSuggest, checker: &Checker) -> Result<Exit, String> {
    let given = Given { region: arguments.name.region.clone(), account: arguments.name.account.clone() };
    let mut suggestions = if arguments.from_audit.is_empty() {
        let found = extraction(&wanted(&arguments.files), checker)?;
        unread(&found).iter().for_each(|told| complain(&format!("not read: {told}")));
        of_sources(&found.access, &found.calls, &found.leads, checker.apis(), &given)
    } else {
        let partial = audit::partial_of(&arguments.from_audit, checker)?;
        if !partial.damage.is_empty() {
            let damaged = partial.damage.len();
            complain(&format!(
                "{damaged} place(s) of the logs could not be read (see audit): what stood there is not in it"
            ));
        }
        of_logs(accepted(&partial, checker), &given)
    };
    if let Some(name) = &arguments.principal {
        let all: Vec<String> = suggestions.iter().filter_map(|s| s.principal.clone()).collect();
        suggestions.retain(|suggestion| suggestion.principal.as_deref().is_some_and(|own| is_called(own, name)));
        if suggestions.is_empty() {
            let listed: String = all.iter().map(|own| format!("\n  {own}")).collect();
            let listed = if listed.is_empty() { " nobody".to_owned() } else { listed };
            return Err(format!("--principal {name}: no call is known to be made by it; calls are made by:{listed}"));
        }
    }
    if arguments.format != PolicyFormat::Human {
        suggestions.iter().for_each(tell_left_out);
    }
    let look = terminal::presentation(Color::Never);
    match arguments.format {
        PolicyFormat::Human => Ok(write_out(Exit::Clean, |out| write_suggest_human(&suggestions, &look, out))),
        PolicyFormat::Json => Ok(write_out(Exit::Clean, |out| write_suggest_json(&suggestions, out))),
        PolicyFormat::Terraform => Ok(write_out(Exit::Clean, |out| write_suggest_terraform(&suggestions, out))),
        PolicyFormat::Policy => {
            let document = only(&suggestions)?;
            Ok(write_out(Exit::Clean, |out| writeln!(out, "{document}")))
        }
    }
}

/// The one policy that there is.
fn only(suggestions: &[Suggestion]) -> Result<String, String> {
    let with: Vec<(&Suggestion, String)> =
        suggestions.iter().filter_map(|suggestion| Some((suggestion, suggestion.document(Form::Json)?))).collect();
    match with.as_slice() {
        [(_, document)] => Ok(document.clone()),
        [] => Err("there is no call whose instance is known, so there is no policy".to_owned()),
        several => {
            let names: String = several
                .iter()
                .map(|(one, _)| format!("\n  {}", one.principal.as_deref().unwrap_or("(nobody who is known)")))
                .collect();
            Err(format!("--format policy writes one policy; choose with --principal:{names}"))
        }
    }
}

/// What does not stand in the output itself must not be lost.
fn tell_left_out(suggestion: &Suggestion) {
    let who = suggestion.principal.as_deref().unwrap_or("calls of nobody who is known");
    for left in &suggestion.left_out {
        let at = left.place.as_ref().map(|place| format!("{}: ", place.display())).unwrap_or_default();
        complain(&format!("{who}: not covered: {at}{}", left.reason));
    }
}

/// A name as principals have it (`acs:…:role/nightly`), its end (`role/nightly`), or the name alone.
fn is_called(own: &str, name: &str) -> bool {
    own == name || own.strip_suffix(name).is_some_and(|before| before.ends_with(['/', ':']))
}

/// The calls that the service took.
fn accepted<'a>(
    partial: &'a Partial,
    checker: &'a Checker,
) -> impl Iterator<Item = (&'a crate::model::Permission, Logged<'a>)> {
    partial.survivors.iter().filter(|call| call.outcome == Outcome::Accepted).filter_map(|call| {
        let id = partial.text(call.api);
        let permission = checker.apis().iter().find(|api| *api.id == *id)?.permission.as_ref()?;
        let logged = Logged {
            principal: partial.text(call.principal),
            region: partial.text(call.region),
            account: partial.text(call.account),
            instance: partial.text(call.instance),
        };
        Some((permission, logged))
    })
}
