//! `backuplint policy`: the rules that an organisation has of its own.

use std::path::PathBuf;

use crate::check::{Checker, Rehearsal};
use crate::cli::arguments::{Color, Configured, PolicyCommand, PolicyNew, PolicyTest, PolicyVerb};
use crate::cli::atomic::write_file;
use crate::cli::exit::Exit;
use crate::cli::load::{self, failed};
use crate::cli::output::write_out;
use crate::cli::own_rules;
use crate::matrix::Matrix;

/// Where rules are looked for when nobody says where.
const FOLDER: &str = "policies";

/// A rule to begin with. Its examples pass.
const SKELETON: &str = include_str!("policy/skeleton.yaml");

/// Runs the command.
#[must_use]
pub(crate) fn run(arguments: &PolicyCommand, matrices: Vec<Matrix>) -> Exit {
    let result = match &arguments.verb {
        PolicyVerb::Test(test) => run_test(test, matrices),
        PolicyVerb::New(new) => run_new(new, matrices),
    };
    result.unwrap_or_else(|message| failed(&message))
}

fn run_test(arguments: &PolicyTest, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let checker = Checker::of_several(matrices, load::catalogue()?);
    let mut folders: Vec<PathBuf> = arguments.folder.iter().cloned().collect();
    if folders.is_empty() {
        folders = own_rules::configured_with(checker.clone(), &Configured::default(), &[PathBuf::from(".")])?.1;
    }
    if folders.is_empty() {
        folders.push(PathBuf::from(FOLDER));
    }
    let policies = own_rules::read(&checker, &folders, Color::Auto)?;
    if policies.is_empty() {
        let shown: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
        return Err(format!("{}: no rules in it", shown.join(", ")));
    }
    let rehearsals: Vec<Rehearsal> = policies.iter().map(|policy| checker.rehearse(policy)).collect();
    let exit = if rehearsals.iter().any(|one| !one.failures.is_empty()) { Exit::Findings } else { Exit::Clean };
    Ok(write_out(exit, |out| {
        rehearsals.iter().try_for_each(|one| write_one(one, out))?;
        let sum = |number: fn(&Rehearsal) -> usize| rehearsals.iter().map(number).sum::<usize>();
        let (failed, open) = (sum(|one| one.failures.len()), sum(|one| one.unreached.len()));
        let examples = sum(|one| one.examples);
        writeln!(
            out,
            "{} rule(s), {examples} example(s): {} passed, {failed} failed; {} of {} condition outcomes reached",
            rehearsals.len(),
            examples - failed,
            sum(|one| one.outcomes) - open,
            sum(|one| one.outcomes),
        )
    }))
}

fn write_one(one: &Rehearsal, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let verdict = if one.failures.is_empty() { "ok" } else { "FAILED" };
    writeln!(out, "{} … {verdict} ({} example(s))", one.id, one.examples)?;
    for (place, message) in &one.failures {
        writeln!(out, "  {}: {message}", place.display())?;
    }
    for (place, message) in &one.unreached {
        writeln!(out, "  {}: not reached: {message}", place.display())?;
    }
    Ok(())
}

fn run_new(arguments: &PolicyNew, matrices: Vec<Matrix>) -> Result<Exit, String> {
    let id = &arguments.id;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || !id.chars().all(fits) || id.starts_with('-') || id.ends_with('-') {
        return Err(format!("{id:?} is no id of a rule: it has lower case letters, digits and hyphens"));
    }
    if load::catalogue()?.rule(id).is_some() {
        return Err(format!("{id} is a rule of backuplint itself; give it a name of its own"));
    }
    let path = arguments.dir.join(format!("{id}.yaml"));
    if std::fs::symlink_metadata(&path).is_ok() {
        return Err(format!("{} is there already", path.display()));
    }
    let text = skeleton(id, &matrices).ok_or("the decision tables have no number to write a rule about")?;
    std::fs::create_dir_all(&arguments.dir).map_err(|error| format!("{}: {error}", arguments.dir.display()))?;
    write_file(&path, |out| std::io::Write::write_all(out, text.as_bytes()))?;
    let shown = path.display();
    let folder = arguments.dir.display();
    Ok(write_out(Exit::Clean, |out| {
        writeln!(out, "{shown} is written. Try it with `backuplint policy test {folder}`, and name the folder in")?;
        writeln!(out, "backuplint.toml: policies = [\"{folder}\"].")
    }))
}

/// The skeleton with the names of the API.
fn skeleton(id: &str, matrices: &[Matrix]) -> Option<String> {
    let api = matrices.first()?.api();
    let number = api.parameters.iter().find(|parameter| parameter.kind == crate::model::ParameterKind::Integer)?;
    let identifier =
        api.parameters.iter().find(|parameter| parameter.kind == crate::model::ParameterKind::Identifier)?;
    let text = SKELETON.replace("{id}", id).replace("{number}", &number.name);
    Some(text.replace("{identifier}", &identifier.name))
}
