//! `backuplint config`.

use crate::check::Checker;
use crate::cli::arguments::{Color, Config, ConfigShow, ConfigVerb, Configured, FailOn, Unknown};
use crate::cli::command::audit::USUAL_ZONE;
use crate::cli::configuration::Configurations;
use crate::cli::effects;
use crate::cli::exit::Exit;
use crate::cli::load::{self, failed};
use crate::cli::output::write_out;
use crate::config::{Asked, Elsewhere, quoted, show};
use crate::finding::Severity;
use crate::matrix::Matrix;
use crate::model::Inventory;

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &Config, matrices: Vec<Matrix>) -> Exit {
    let ConfigVerb::Show(arguments) = &arguments.verb;
    show_for(arguments, matrices).unwrap_or_else(|message| failed(&message))
}

fn show_for(arguments: &ConfigShow, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let checker = Checker::of_several(matrices, load::catalogue()?);
    let options = Configured { config: arguments.config.clone(), no_config: arguments.no_config, verbose: true };
    if !arguments.path.exists() {
        return Err(format!("{}: no such file or folder", arguments.path.display()));
    }
    let paths = std::slice::from_ref(&arguments.path);
    let configurations = Configurations::load(&options, paths, &checker, Inventory::default())?;
    let scopes = configurations.scopes(Color::Auto)?;
    effects::warn(configurations.base(), &scopes, checker.catalogue(), None);
    let asked = Asked {
        scopes: &scopes,
        path: &arguments.path,
        elsewhere: &elsewhere(arguments),
        catalogue: checker.catalogue(),
        origin: arguments.origin,
    };
    let text = show(&asked);
    Ok(write_out(Exit::Clean, |out| out.write_all(text.as_bytes())))
}

/// What options say, and what holds unless set.
fn elsewhere(arguments: &ConfigShow) -> Elsewhere {
    let mut given: Vec<(&'static str, String)> = Vec::new();
    given.extend(arguments.level.map(|level| ("level", quoted(Severity::from(level).word()))));
    given.extend(arguments.fail_on.map(|fail_on| ("fail-on", quoted(word_of(fail_on)))));
    given.extend(arguments.unknown.map(|unknown| ("unknown", quoted(unknown_word(unknown)))));
    given.extend(arguments.quota.map(|quota| ("quota", quota.to_string())));
    given.extend(arguments.timezone.as_ref().map(|zone| ("timezone", quoted(zone))));
    let usual = [
        ("level", Severity::Warning.word()),
        ("fail-on", word_of(FailOn::Error)),
        ("unknown", unknown_word(Unknown::Report)),
        ("timezone", USUAL_ZONE),
    ];
    Elsewhere { given, usual: usual.into_iter().map(|(key, word)| (key, quoted(word))).collect() }
}

fn word_of(fail_on: FailOn) -> &'static str {
    fail_on.severity().map_or("never", Severity::word)
}

fn unknown_word(unknown: Unknown) -> &'static str {
    match unknown {
        Unknown::Ignore => "ignore",
        Unknown::Report => "report",
        Unknown::Fail => "fail",
    }
}
