//! Command lines in scripts of the shell.

use std::fmt::Write as _;

use backuplint::model::Api;

use super::{Case, Way, Written, file, name_in, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("shell", "names as the API has them", |api, case| script(&long(api, case, "wire", '='))),
    Way::new("shell", "names with hyphens", |api, case| script(&long(api, case, "kebab", '='))),
    Way::new("shell", "values behind a colon", |api, case| script(&long(api, case, "wire", ':'))),
    Way::new("shell", "values as words of their own", |api, case| script(&spaced(api, case)?)),
    Way::new("shell", "names with hyphens and values as words of their own", |api, case| {
        script(&words(api, case, "kebab"))
    }),
    Way::new("shell", "the older tool", |api, case| script(&spaced(api, case)?.replacen("aliyun", "aliyuncli", 1))),
    Way::new("shell", "an array", array),
    Way::new("shell", "a text for another shell", |api, case| script(&format!("bash -c \"{}\"", line(api, case)))),
    Way::new("shell", "an address", |_, case| script(&format!("curl -fsS \"{}\"", url(case)))),
    Way::new("shell", "a try", |api, case| script(&(line(api, case) + " --dryrun"))).advisory(),
];

fn script(text: &str) -> Written {
    file("backup.sh", format!("#!/bin/bash\nset -eu\n{text}\n"))
}

/// A command on one line with nothing that needs escapes in a text between double quotes.
pub(super) fn line(api: &Api, case: &Case) -> String {
    list(api, case).join(" ")
}

/// The words of a command.
pub(super) fn list(api: &Api, case: &Case) -> Vec<String> {
    let program = ["aliyun", "rds", &api.action].map(str::to_owned);
    let given = case.sent().into_iter().map(|(name, value)| format!("--{name}={value}"));
    program.into_iter().chain(given).collect()
}

/// A command on several lines.
fn long(api: &Api, case: &Case, family: &str, between: char) -> String {
    let mut text = format!("aliyun rds {}", api.action_spelled(family));
    for (name, value) in case.spelled(api, family) {
        let _ = write!(text, " \\\n  --{name}{between}'{value}'");
    }
    text
}

fn words(api: &Api, case: &Case, family: &str) -> String {
    let mut text = format!("aliyun --profile nightly rds {}", api.action_spelled(family));
    for (name, value) in case.spelled(api, family) {
        let _ = write!(text, " --{name} \"{value}\"");
    }
    text + " --region cn-hangzhou"
}

fn spaced(api: &Api, case: &Case) -> Result<String, &'static str> {
    if case.sent().iter().any(|(_, value)| value.starts_with('-')) {
        return Err("a word that begins with a hyphen is a flag of its own");
    }
    Ok(words(api, case, "wire"))
}

fn array(api: &Api, case: &Case) -> Written {
    let mut text = String::from("given=()\n");
    for (parameter, value) in case.sent() {
        let name = name_in(api, "wire", parameter);
        let _ = writeln!(text, "given+=(\"--{name}={value}\")");
    }
    script(&(text + "aliyun rds CreateBackup \"${given[@]}\""))
}
