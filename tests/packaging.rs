//! Where people run it: hooks, actions, templates, images, wheels, completions, manual pages, and what a run tells of
//! itself. What packaging files say is held against the program; no test builds it again or needs a network.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/folder.rs"]
mod folders;
#[path = "support/program.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use backuplint::syntax::yaml;
use folders::folder;
use serde_json::Value;
use support::{code, err, program, run};

const ERROR: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupMethod Logical\n";
const CLEAN: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1a --BackupMethod Snapshot\n";

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn text_of(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

fn parsed(text: &str) -> Value {
    let stream = yaml::parse(text);
    assert!(stream.errors.is_empty(), "{:?}\n{text}", stream.errors);
    stream.documents[0].to_json()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Runs a script as a CI server does, with the program first in the path.
fn bash(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_backuplint")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.current_dir(folder).args(["-c", script]).env("PATH", path).env_remove("CLICOLOR_FORCE");
    command.envs(variables.iter().copied()).output().unwrap()
}

/// Whether a shell finds nothing wrong with a script; nothing where the shell is not there.
fn is_accepted(shell: &str, arguments: &[&str], script: &Path) -> Option<Result<(), String>> {
    let output = Command::new(shell).args(arguments).arg(script).output().ok()?;
    Some(if output.status.success() && output.stderr.is_empty() { Ok(()) } else { Err(err(&output)) })
}

// Packaging files.

#[test]
fn the_hooks_run_commands_that_the_program_has() {
    let folder = folder(&[("wrong.sh", ERROR), ("right.sh", CLEAN), ("backuplint.toml", "exclude = [\"left/**\"]\n")]);
    fs::create_dir(folder.path().join("left")).unwrap();
    fs::write(folder.path().join("left/out.sh"), ERROR).unwrap();
    let hooks = parsed(&text_of(".pre-commit-hooks.yaml"));
    for hook in hooks.as_array().unwrap() {
        assert_eq!((&hook["language"], &hook["require_serial"]), (&"rust".into(), &true.into()), "{hook}");
        let entry = hook["entry"].as_str().unwrap();
        let words: Vec<&str> = entry.strip_prefix("backuplint ").unwrap().split(' ').collect();
        let passed = |files: &[&str]| code(&run(folder.path(), &[words.as_slice(), files].concat()));
        if hook["pass_filenames"] == false {
            assert_eq!(passed(&[]), 1, "{entry}");
            continue;
        }
        assert_eq!(passed(&["right.sh"]), 0, "{entry}");
        assert_eq!(passed(&["right.sh", "wrong.sh"]), 1, "{entry}");
        assert_eq!(passed(&["left/out.sh"]), 0, "what is left out stays so, whoever names it");
    }
}

/// Names behind a word and a dot, as in `inputs.paths`.
fn names_behind(text: &str, word: &str) -> BTreeSet<String> {
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
    text.split(word).skip(1).map(name).collect()
}

#[test]
fn the_action_uses_what_it_declares_and_its_scripts_are_scripts() {
    let text = text_of("action.yml");
    let action = parsed(&text);
    let inputs: BTreeSet<String> = action["inputs"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names_behind(&text, "inputs."), inputs);
    let steps = action["runs"]["steps"].as_array().unwrap();
    let ids: BTreeSet<String> = steps.iter().map(|step| step["id"].as_str().unwrap().to_owned()).collect();
    assert!(names_behind(&text, "steps.").is_subset(&ids));
    let folder = folder(&[]);
    for step in steps {
        let Some(script) = step["run"].as_str() else { continue };
        // What users give comes as variables: in the text of a script it would be run.
        assert!(!script.contains("${{"), "{script}");
        assert_eq!(step["shell"], "bash");
        let path = folder.path().join("script");
        fs::write(&path, script).unwrap();
        assert_eq!(is_accepted("bash", &["-n"], &path), Some(Ok(())));
    }
}

#[test]
fn the_action_checks_annotates_and_sums_up() {
    let action = parsed(&text_of("action.yml"));
    let steps = action["runs"]["steps"].as_array().unwrap();
    let script = steps.iter().find(|step| step["id"] == "check").unwrap()["run"].as_str().unwrap();
    let folder = folder(&[("wrong $(touch ran).sh", ERROR), ("right.sh", CLEAN)]);
    let bin = folder.path().join("root/bin");
    fs::create_dir_all(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_backuplint"), bin.join("backuplint")).unwrap();
    for (paths, args, expected) in [
        ("right.sh\n", "", 0),
        ("right.sh\nwrong $(touch ran).sh\n", "", 1),
        (".", "--fail-on never", 0),
        ("right.sh", "--level note\n--unknown ignore $(touch ran)", 2),
    ] {
        let (told, summary) = (folder.path().join("told"), folder.path().join("summary"));
        for path in [&told, &summary] {
            fs::write(path, "").unwrap();
        }
        let root = folder.path().join("root");
        let variables = [
            ("ROOT", root.to_str().unwrap()),
            ("PATHS", paths),
            ("ARGS", args),
            ("GITHUB_OUTPUT", told.to_str().unwrap()),
            ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap()),
        ];
        let output = bash(folder.path(), script, &variables);
        assert_eq!(code(&output), expected, "{paths} {args}: {}", err(&output));
        let told = fs::read_to_string(told).unwrap();
        assert!(told.contains(&format!("exit-code={expected}\n")), "{told}");
        assert_eq!(told.contains("sarif="), expected < 2, "what an earlier run wrote is not this run's: {told}");
        assert_eq!(out(&output).contains("::error "), paths.contains("wrong") || paths == ".", "{}", out(&output));
        assert_eq!(fs::read_to_string(summary).unwrap().is_empty(), expected == 2);
        assert!(!folder.path().join("ran").exists(), "an input was run");
    }
    let sarif = fs::read_to_string(folder.path().join("root/backuplint.sarif"));
    assert!(sarif.is_err(), "the last run failed before it wrote any");
}

#[test]
fn the_template_for_gitlab_writes_what_it_keeps() {
    let template = parsed(&text_of("templates/gitlab-ci.yml"));
    let job = &template["backuplint"];
    assert_eq!(job["variables"]["BACKUPLINT_VERSION"], env!("CARGO_PKG_VERSION"));
    let folder = folder(&[("wrong.sh", ERROR)]);
    let script = job["script"][0].as_str().unwrap();
    let output =
        bash(folder.path(), script, &[("BACKUPLINT_ARGS", "--level note"), ("BACKUPLINT_PATHS", ". wrong.sh")]);
    assert_eq!(code(&output), 1, "{}", err(&output));
    assert!(out(&output).contains("error[unsupported-method]"), "{}", out(&output));
    for kept in [&job["artifacts"]["paths"][0], &job["artifacts"]["reports"]["codequality"]] {
        let text = fs::read_to_string(folder.path().join(kept.as_str().unwrap())).unwrap();
        assert!(serde_json::from_str::<Value>(&text).is_ok(), "{kept}");
    }
    for line in job["before_script"].as_array().unwrap() {
        assert_eq!(code(&bash(folder.path(), line.as_str().unwrap(), &[("CI_PROJECT_DIR", ".")])), 0, "{line}");
    }
}

#[test]
fn the_image_is_built_of_what_is_sent_and_runs_as_nobody() {
    let text = text_of("Dockerfile");
    let sent: Vec<String> =
        text_of(".dockerignore").lines().filter_map(|line| line.strip_prefix('!').map(str::to_owned)).collect();
    let instructions: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.split_whitespace().collect())
        .collect();
    for words in instructions.iter().filter(|words| words[0] == "COPY" && !words[1].starts_with("--from")) {
        for source in &words[1..words.len() - 1] {
            assert!(root().join(source).exists(), "{source}");
            let is_sent =
                sent.iter().any(|name| name == source || name.strip_suffix('*').is_some_and(|n| source.starts_with(n)));
            assert!(is_sent, "{source} is left out by .dockerignore");
        }
    }
    let wanted = format!("rust:{}-", env!("CARGO_PKG_RUST_VERSION"));
    assert!(instructions[0][1].starts_with(&wanted), "the toolchain is that of Cargo.toml");
    let user = instructions.iter().rfind(|words| words[0] == "USER").unwrap()[1];
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user}");
    // What Cargo.toml names has to be there for cargo to read it at all.
    let manifest: toml::Table = text_of("Cargo.toml").parse().unwrap();
    for bench in manifest["bench"].as_array().unwrap() {
        assert!(root().join(format!("benches/{}.rs", bench["name"].as_str().unwrap())).is_file());
    }
}

#[test]
fn the_wheel_is_of_the_binary() {
    let project: toml::Table = text_of("pyproject.toml").parse().unwrap();
    assert_eq!(project["build-system"]["build-backend"].as_str(), Some("maturin"));
    assert_eq!(project["project"]["name"].as_str(), Some(env!("CARGO_PKG_NAME")));
    assert_eq!(project["tool"]["maturin"]["bindings"].as_str(), Some("bin"));
}

/// What is written between fences of a language, in the part of the README about installing.
fn blocks(language: &str) -> Vec<String> {
    let readme = text_of("README.md");
    let (_, rest) = readme.split_once("<!-- install:begin -->").unwrap();
    let (part, _) = rest.split_once("<!-- install:end -->").unwrap();
    let fence = format!("```{language}\n");
    part.split(&fence).skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn what_readme_says_of_installing_is_there() {
    let version = format!("v{}", env!("CARGO_PKG_VERSION"));
    let [hook, action, gitlab]: [Value; 3] =
        blocks("yaml").iter().map(|text| parsed(text)).collect::<Vec<_>>().try_into().unwrap();
    let hooks = parsed(&text_of(".pre-commit-hooks.yaml"));
    let ids: Vec<&Value> = hooks.as_array().unwrap().iter().map(|hook| &hook["id"]).collect();
    assert!(ids.contains(&&hook["repos"][0]["hooks"][0]["id"]));
    assert_eq!(hook["repos"][0]["rev"], *version);
    let declared = parsed(&text_of("action.yml"));
    for input in action[0]["with"].as_object().unwrap().keys() {
        assert!(declared["inputs"].get(input).is_some(), "{input}");
    }
    assert!(action[0]["uses"].as_str().unwrap().ends_with(&format!("backuplint@{version}")));
    let address = gitlab["include"][0]["remote"].as_str().unwrap();
    let path = address.split_once(&format!("/{version}/")).unwrap().1;
    let job = &parsed(&text_of(path))["backuplint"];
    for variable in gitlab["variables"].as_object().unwrap().keys() {
        assert!(job["variables"].get(variable).is_some(), "{variable}");
    }
    // The lines that run the program itself are run.
    let folder = folder(&[]);
    let own =
        blocks("sh")[0].lines().filter(|line| line.starts_with("backuplint ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(own.len(), 2);
    for line in own {
        let output = bash(folder.path(), &line, &[]);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{line}");
    }
    assert!(folder.path().join("man1/backuplint-check.1").is_file());
}

// Completions and manual pages.

#[test]
fn completions_are_scripts_of_their_shell_and_know_the_facts() {
    let folder = folder(&[]);
    for (shell, check) in [
        ("bash", Some(["-n"].as_slice())),
        ("zsh", Some(["-n"].as_slice())),
        ("fish", Some(["--no-execute"].as_slice())),
        ("powershell", None),
        ("elvish", None),
    ] {
        let output = run(folder.path(), &["completions", shell]);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{shell}");
        let text = out(&output);
        for word in ["preflight", "engine", "quiet", "completions", "suggest"] {
            assert!(text.contains(word), "{shell}: {word}");
        }
        let path = folder.path().join(shell);
        fs::write(&path, text).unwrap();
        if let Some(accepted) = check.and_then(|arguments| is_accepted(shell, arguments, &path)) {
            assert_eq!(accepted, Ok(()), "{shell}");
        }
    }
    let script = "source ./bash; COMP_WORDS=(backuplint check --qu); COMP_CWORD=2; \
                  _backuplint backuplint --qu check; echo \"${COMPREPLY[@]}\"";
    let offered = out(&bash(folder.path(), script, &[]));
    assert_eq!(offered.split_whitespace().collect::<BTreeSet<_>>(), BTreeSet::from(["--quiet", "--quota"]));
    assert_eq!(code(&run(folder.path(), &["completions", "tcsh"])), 2);
}

#[test]
fn each_command_has_a_manual_page() {
    let folder = folder(&[]);
    let page = |words: &[&str]| run(folder.path(), &[["man"].as_slice(), words].concat());
    for (words, name) in [(&[][..], "backuplint"), (&["audit", "map"], "backuplint-audit-map")] {
        let output = page(words);
        assert_eq!(code(&output), 0, "{}", err(&output));
        assert!(out(&output).contains(&format!(".TH {name} 1")), "{}", out(&output));
        assert!(out(&output).contains(&format!("\"backuplint {}\"", env!("CARGO_PKG_VERSION"))), "{}", out(&output));
    }
    for words in [&["nothing"][..], &["audit", "nothing"], &["help"]] {
        let output = page(words);
        assert_eq!((code(&output), out(&output).as_str()), (2, ""));
        assert!(err(&output).contains("has no command"), "{}", err(&output));
    }
    assert_eq!(code(&run(folder.path(), &["man", "--output", "a/man1"])), 0);
    let names: BTreeSet<String> = fs::read_dir(folder.path().join("a/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for name in ["backuplint.1", "backuplint-check.1", "backuplint-ram-diff.1", "backuplint-man.1"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    let preflight = fs::read_to_string(folder.path().join("a/man1/backuplint-preflight.1")).unwrap();
    assert!(preflight.contains("engine"), "options that come from the matrix are on the page");
}

// What a run tells of itself.

#[test]
fn the_version_tells_the_day_of_the_rules() {
    let folder = folder(&[]);
    let matrix = parsed(&text_of("rules/matrix/rds-create-backup.yaml"));
    let day = matrix["api"]["documentation"]["updated"].as_str().unwrap();
    let version = format!("{} (rules of {day})\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(out(&run(folder.path(), &["--version"])), format!("backuplint {version}"));
    assert_eq!(out(&run(folder.path(), &["check", "-V"])), format!("backuplint-check {version}"));
    // Machine formats have the number alone.
    let report = run(folder.path(), &["check", "--format", "json", "."]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert!(!report["tool"].to_string().contains("rules of"), "{}", report["tool"]);
}

#[test]
fn statistics_are_for_people_and_change_nothing() {
    let folder = folder(&[("wrong.sh", ERROR)]);
    let plain = run(folder.path(), &["check", "--format", "json", "."]);
    let output = run(folder.path(), &["check", "--format", "json", "--stats", "."]);
    assert_eq!((&output.stdout, code(&output)), (&plain.stdout, 1));
    let told = err(&output);
    for step in ["prepare", "walk and search", "parse ", "connect", "judge", "report", "write", "total"] {
        assert!(told.lines().any(|line| line.starts_with(step) && line.contains(" ms")), "{step}:\n{told}");
    }
    assert!(told.contains("1 file") && told.contains("1 call"), "{told}");
    fs::write(folder.path().join("log.jsonl"), "{}\n").unwrap();
    let told = err(&run(folder.path(), &["audit", "log.jsonl", "--stats"]));
    for step in ["prepare", "read", "judge and report", "write", "total"] {
        assert!(told.lines().any(|line| line.starts_with(step) && line.contains(" ms")), "{step}:\n{told}");
    }
}

#[test]
fn quiet_leaves_the_findings_alone() {
    let folder = folder(&[("wrong.sh", ERROR), ("right.sh", CLEAN), ("log.jsonl", "{}\n")]);
    let loud = out(&run(folder.path(), &["check", "wrong.sh"]));
    for flag in ["-q", "--quiet"] {
        let output = run(folder.path(), &["check", flag, "wrong.sh"]);
        assert_eq!((code(&output), err(&output).as_str()), (1, ""));
        let quiet = out(&output);
        assert!(loud.starts_with(&quiet) && quiet.contains("error[unsupported-method]"), "{quiet}");
        assert!(!quiet.contains("files seen") && !quiet.contains("1 error in"), "{quiet}");
    }
    let nothing = run(folder.path(), &["check", "-q", "right.sh"]);
    assert_eq!((code(&nothing), out(&nothing).as_str(), err(&nothing).as_str()), (0, "", ""));
    let audit = run(folder.path(), &["audit", "-q", "log.jsonl"]);
    assert_eq!(out(&audit), "", "nothing is wrong with it");
    let json = |arguments: &[&str]| run(folder.path(), arguments).stdout;
    assert_eq!(json(&["check", "-q", "--format", "json"]), json(&["check", "--format", "json"]));
    assert_eq!(code(&run(folder.path(), &["check", "-q", "-v", "."])), 2);
}

#[test]
fn verbose_tells_each_file_and_what_it_was_looked_at_as() {
    let folder = folder(&[("wrong.sh", ERROR), ("other.txt", "nothing\n")]);
    let output = run(folder.path(), &["check", "-v", "."]);
    let told = err(&output);
    assert!(told.lines().any(|line| line.starts_with("wrong.sh: ")), "{told}");
    assert!(told.contains("1 file in ") && told.contains(" ms") && !told.contains("other.txt"), "{told}");
    assert!(!out(&output).contains("wrong.sh: "), "{}", out(&output));
}

// The look.

#[test]
fn colours_and_links_follow_the_environment_in_every_command() {
    let folder = folder(&[("wrong.sh", ERROR), ("log.jsonl", "{\n")]);
    let statement = r#"{"Effect": "Allow", "Action": "rds:CreateBackups", "Resource": "*"}"#;
    let policy = format!(r#"{{"Version": "1", "Statement": [{statement}]}}"#);
    fs::write(folder.path().join("policy.json"), policy).unwrap();
    let shown = |arguments: &[&str], variables: &[(&str, &str)]| {
        out(&program(folder.path()).args(arguments).envs(variables.iter().copied()).output().unwrap())
    };
    for (arguments, is_coloured) in [
        (&["check", "wrong.sh"][..], true),
        (&["audit", "log.jsonl"], true),
        (&["ram", "check", "policy.json"], true),
        (&["explain", "unsupported-method"], true),
        (&["rules"], false),
    ] {
        let forced = ("CLICOLOR_FORCE", "1");
        assert!(!shown(arguments, &[]).contains('\u{1b}'), "{arguments:?}: a pipe is no terminal");
        assert_eq!(shown(arguments, &[forced]).contains('\u{1b}'), is_coloured, "{arguments:?}");
        for variables in
            [&[("NO_COLOR", "1")][..], &[("NO_COLOR", "1"), forced], &[("NO_COLOR", "1"), ("FORCE_HYPERLINK", "1")]]
        {
            assert!(!shown(arguments, variables).contains('\u{1b}'), "{arguments:?} {variables:?}");
        }
        assert!(!shown(arguments, &[forced]).contains("\u{1b}]8;;"), "{arguments:?}: links are for terminals");
    }
    let link = |value: &str| shown(&["check", "wrong.sh"], &[("CLICOLOR_FORCE", "1"), ("FORCE_HYPERLINK", value)]);
    // A rule is a link to the page that its references name.
    let rule = fs::read_to_string(root().join("rules/call/unsupported-method.yaml")).unwrap();
    let page = rule.lines().find_map(|line| line.trim().strip_prefix("- https://")).unwrap();
    assert!(link("1").contains(&format!("\u{1b}]8;;https://{page}")), "{}", link("1"));
    assert!(!link("0").contains("\u{1b}]8;;") && !link("").contains("\u{1b}]8;;"));
}

// A run that is ended early.

#[test]
fn a_check_that_is_interrupted_ends_as_the_signal_says_and_leaves_nothing() {
    use std::os::unix::process::ExitStatusExt;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or("0").trim().to_owned();
    let ignored = u64::from_str_radix(&ignored, 16).unwrap();
    for (name, number) in [("INT", 2), ("TERM", 15)] {
        if ignored >> (number - 1) & 1 == 1 {
            continue;
        }
        let folder = folder(&[("wrong.sh", ERROR)]);
        let mut child = Command::new(env!("CARGO_BIN_EXE_backuplint"))
            .current_dir(folder.path())
            .args(["check", "wrong.sh", "-", "--format", "json:report.json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // It waits for standard input until it is told to end.
        std::thread::sleep(std::time::Duration::from_millis(300));
        assert!(child.try_wait().unwrap().is_none());
        let sent = bash(folder.path(), &format!("kill -{name} {}", child.id()), &[]);
        assert_eq!(code(&sent), 0);
        assert_eq!(child.wait().unwrap().signal(), Some(number), "{name}");
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["wrong.sh"], "{name}");
    }
}
