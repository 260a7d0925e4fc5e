//! Suppressions: what a comment or a waiver leaves out, and what is told of those that leave out nothing.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Report, Severity, SuppressedBy};
use backuplint::matrix::Matrix;
use backuplint::source::{Place, Source, Span};
use backuplint::surface::MemoryFiles;
use backuplint::waiver::{Waiver, Waiving};
use jiff::civil::date;
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

/// A directive that is right, as most examples have it.
const RIGHT: &str = "backuplint: ignore[unsupported-method] reason=\"moves in March\" until=2027-03-31 owner=dba";

/// A call that no PostgreSQL instance takes.
const CALL: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical";

static CHECKER: LazyLock<Checker> =
    LazyLock::new(|| Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap()));

fn waiving() -> Waiving {
    Waiving { today: Some(date(2026, 11, 25)), ..Waiving::default() }
}

fn check_with(files: &[(&str, &str)], waiving: Waiving) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    CHECKER.check_memory(&memory, &Settings { level: Severity::Note, waiving, ..Settings::default() })
}

fn check(path: &str, text: &str) -> Report {
    check_with(&[(path, text)], waiving())
}

/// `rule@line` of each finding that is left.
fn left(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| format!("{}@{}", f.rule, f.primary.place.start().line)).collect()
}

/// Says that the one finding of a file is left out by a comment, and that nothing else is told.
fn assert_suppressed(path: &str, text: &str) {
    let without = check(path, &text.replace("backuplint: ", "backuplint, "));
    let wrong = without.findings.iter().filter(|f| *f.rule == *"unsupported-method").count();
    assert!(wrong > 0, "{path}: the call is not found at all: {:?}\n{text}", left(&without));
    let report = check(path, text);
    let others: Vec<String> = left(&without).into_iter().filter(|f| !f.starts_with("unsupported-method@")).collect();
    assert_eq!(left(&report), others, "{path}:\n{text}");
    assert_eq!(report.counts.suppressed, wrong, "{path}:\n{text}");
    for suppressed in &report.suppressed {
        assert_eq!(suppressed.by, SuppressedBy::Comment);
        assert_eq!(suppressed.reason, "moves in March");
        assert_eq!(suppressed.owner.as_deref(), Some("dba"));
        assert_eq!(suppressed.until, Some(date(2027, 3, 31)));
    }
}

#[test]
fn a_comment_answers_for_the_call_on_its_line_below_it_and_around_it() {
    let tf = "resource \"alicloud_db_instance\" \"db\" {\n  engine = \"PostgreSQL\"\n  db_instance_storage_type = \"cloud_essd\"\n}\n";
    let call = |before: &str, head: &str, line: &str, after: &str| {
        format!(
            "{tf}{before}resource \"alicloud_rds_backup\" \"n\" {{{head}\n  db_instance_id = alicloud_db_instance.db.id\n{after}  backup_method = \"Logical\"{line}\n}}\n"
        )
    };
    let texts = [
        ("a.sh", format!("{CALL} # {RIGHT}\n")),
        ("a.sh", format!("# {RIGHT}\n{CALL}\n")),
        ("a.sh", format!("# {RIGHT}\n# and why\n{CALL}\n")),
        (
            "a.sh",
            format!("aliyun rds CreateBackup \\\n  --DBInstanceId pgm-1 \\\n  --BackupMethod Logical # {RIGHT}\n"),
        ),
        (
            "a.sh",
            format!("# {RIGHT}\naliyun rds CreateBackup \\\n  --DBInstanceId pgm-1 \\\n  --BackupMethod Logical\n"),
        ),
        ("a.sh", format!("# {RIGHT}\nnightly() {{\n  set -e\n  {CALL}\n}}\nnightly\n")),
        ("a.sh", format!("nightly() {{ # {RIGHT}\n  set -e\n  {CALL}\n}}\nnightly\n")),
        ("a.sh", format!("# {RIGHT}\nfor i in 1; do\n  {CALL}\ndone\n")),
        (
            "a.sh",
            format!(
                "#!/bin/sh\n# backuplint: ignore-file[unsupported-method] reason='moves in March' until=2027-03-31 owner=dba\nset -e\n\necho\n{CALL}\n"
            ),
        ),
        ("main.tf", call(&format!("# {RIGHT}\n"), "", "", "")),
        ("main.tf", call(&format!("// {RIGHT}\n"), "", "", "")),
        ("main.tf", call(&format!("/* {RIGHT} */\n"), "", "", "")),
        ("main.tf", call(&format!("/*\n * {RIGHT}\n */\n"), "", "", "")),
        ("main.tf", call("", &format!(" # {RIGHT}"), "", "")),
        ("main.tf", call("", "", &format!(" // {RIGHT}"), "")),
        ("main.tf", call("", "", "", &format!("  # {RIGHT}\n"))),
    ];
    for (path, text) in &texts {
        assert_suppressed(path, text);
    }
}

#[test]
fn carriers_of_commands_have_their_comments_and_those_of_the_commands() {
    let step = |above: &str, key: &str, inside: &str, behind: &str| {
        format!(
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{above}      - name: save\n{key}        run: |\n          set -e\n{inside}          {CALL}{behind}\n"
        )
    };
    let texts = [
        (".github/workflows/a.yml", step(&format!("      # {RIGHT}\n"), "", "", "")),
        (".github/workflows/a.yml", step("", &format!("        # {RIGHT}\n"), "", "")),
        (".github/workflows/a.yml", step("", "", &format!("          # {RIGHT}\n"), "")),
        (".github/workflows/a.yml", step("", "", "", &format!(" # {RIGHT}"))),
        (".gitlab-ci.yml", format!("# {RIGHT}\nsave:\n  script:\n    - set -e\n    - {CALL}\n")),
        (".gitlab-ci.yml", format!("save:\n  script:\n    - set -e\n    - {CALL} # {RIGHT}\n")),
        (".gitlab-ci.yml", format!("save:\n  script:\n  # {RIGHT}\n  - {CALL}\n")),
        ("Dockerfile", format!("FROM x\n# {RIGHT}\nRUN {CALL}\n")),
        ("Makefile", format!("save:\n\t# {RIGHT}\n\t{CALL}\n")),
        ("crontab", format!("# don't worry\n# {RIGHT}\n0 3 * * * {CALL}\n")),
        ("a.service", format!("[Service]\n; {RIGHT}\nExecStart=/usr/bin/{CALL}\n")),
        ("README.md", format!("# How\n\n<!-- {RIGHT} -->\n\n```sh\nset -e\n{CALL}\n```\n")),
        ("README.md", format!("# How\n\n```sh\n# {RIGHT}\n{CALL}\n```\n")),
        ("a.bat", format!("@echo off\nREM {RIGHT}\n{CALL}\n")),
        ("a.bat", format!("@echo off\n:: {RIGHT}\n{CALL}\n")),
        ("a.ps1", format!("# {RIGHT}\n{CALL}\n")),
        ("a.ps1", format!("<# {RIGHT} #>\n{CALL}\n")),
        ("a.sh", format!("ssh host bash <<'EOF'\n# don't stop\n# {RIGHT}\n{CALL}\nEOF\n")),
        ("a.sh", format!("ssh host bash <<'EOF'\n{CALL} # {RIGHT}\nEOF\n")),
        ("play.yml", format!("- hosts: all\n  tasks:\n    # {RIGHT}\n    - name: save\n      shell: {CALL}\n")),
        (
            "play.yml",
            format!("- hosts: all\n  tasks:\n    {{# {RIGHT} #}}\n    - name: save\n      shell: {CALL}\n")
                .replace("{# ", "# {# "),
        ),
        (
            "Jenkinsfile",
            format!(
                "pipeline {{ agent any\n stages {{ stage('a') {{ steps {{\n  // {RIGHT}\n  sh '{CALL}'\n }} }} }} }}\n"
            ),
        ),
    ];
    for (path, text) in &texts {
        assert_suppressed(path, text);
    }
}

#[test]
fn programs_have_their_comments() {
    let python = |above: &str, head: &str, line: &str| {
        format!(
            "from aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest\n\n\n{above}def nightly(client):{head}\n    request = CreateBackupRequest()\n    request.set_DBInstanceId(\"pgm-1\")\n    request.set_BackupMethod(\"Logical\"){line}\n    client.do_action_with_exception(request)\n"
        )
    };
    let node = |line: &str| {
        format!(
            "const {{ execSync }} = require('child_process');\nfunction save() {{\n  {line}\n  execSync('{CALL}');\n}}\nsave();\n"
        )
    };
    let texts = [
        ("a.py", python(&format!("# {RIGHT}\n"), "", "")),
        ("a.py", python("", &format!("  # {RIGHT}"), "")),
        ("a.py", python("", "", &format!("  # {RIGHT}"))),
        ("a.js", node(&format!("// {RIGHT}"))),
        ("a.js", node(&format!("/* {RIGHT} */"))),
        ("a.js", node(&format!("/**\n   * {RIGHT}\n   */"))),
    ];
    for (path, text) in &texts {
        assert_suppressed(path, text);
    }
}

#[test]
fn a_text_is_no_comment() {
    let right = RIGHT.replace('"', "'");
    for text in [
        format!("echo \"# {right}\"; {CALL}\n"),
        format!("x=\"\n# {right}\n\"\n{CALL}\n"),
        format!("x='\n# {}\n'\n{CALL}\n", RIGHT.replace("\"moves in March\"", "later")),
        format!("echo x#{RIGHT}; {CALL}\n"),
    ] {
        let report = check("a.sh", &text);
        assert!(left(&report).iter().any(|f| f.starts_with("unsupported-method@")), "{text} {:?}", left(&report));
        assert_eq!(report.counts.suppressed, 0, "{text}");
    }
    let report = check("a.py", &format!("import os\nx = \"\"\"\n# {RIGHT}\n\"\"\"\nos.system('{CALL}')\n"));
    assert_eq!(report.counts.suppressed, 0);
}

#[test]
fn only_the_rules_that_are_named_are_left_out() {
    let text = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical --Nope 1";
    let all = left(&check("a.sh", &format!("{text}\n")));
    assert!(all.len() > 1, "{all:?}");
    let one = check("a.sh", &format!("{text} # {RIGHT}\n"));
    assert_eq!(left(&one), all.iter().filter(|f| !f.starts_with("unsupported-method")).cloned().collect::<Vec<_>>());
    let both = check("a.sh", &format!("{text} # {}\n", RIGHT.replace("method]", "method, unknown-parameter]")));
    assert_eq!(left(&both), Vec::<String>::new());
    assert_eq!(both.counts.suppressed, all.len());
    assert_eq!((both.counts.errors, both.counts.calls_with_findings, both.counts.violations), (0, 0, 1));
}

#[test]
fn what_is_over_leaves_out_nothing_and_is_told() {
    let text = format!("# {}\n{CALL}\n", RIGHT.replace("2027-03-31", "2026-11-24"));
    let report = check("a.sh", &text);
    assert_eq!(left(&report), ["expired-suppression@1", "unsupported-method@2"]);
    assert_eq!(report.findings[0].primary.place.text(), "2026-11-24");
    assert_suppressed("a.sh", &format!("# {RIGHT}\n{CALL}\n"));
    let last_day = format!("# {}\n{CALL}\n", RIGHT.replace("2027-03-31", "2026-11-25"));
    assert_eq!(left(&check("a.sh", &last_day)), Vec::<String>::new());
    let without_clock = check_with(&[("a.sh", &text)], Waiving::default());
    assert_eq!(left(&without_clock), Vec::<String>::new());
}

#[test]
fn what_does_nothing_is_told_where_all_is_known() {
    let fine = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical";
    let report = check("a.sh", &format!("{fine} # {RIGHT}\n"));
    assert_eq!(left(&report), ["unused-suppression@1"]);
    assert_eq!(report.findings[0].primary.place.text(), "unsupported-method");
    // Its call is elsewhere in the file: that is said.
    let report = check("a.sh", &format!("# {RIGHT}\n\n{CALL}\n"));
    assert_eq!(left(&report), ["unused-suppression@1", "unsupported-method@3"]);
    assert_eq!(report.findings[0].related[0].place.start().line, 3);
    // Whether the call is right is not known, so neither is whether the comment is needed.
    for quiet in [
        format!("aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical # {RIGHT}\n"),
        format!("aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod \"$M\" # {RIGHT}\n"),
        format!("{fine} # {}\n", RIGHT.replace("unsupported-method", "concurrent-backup")),
        format!("{fine} # {}\n", RIGHT.replace("unsupported-method", "ram-denied-call")),
        format!("{fine} # {}\n", RIGHT.replace("unsupported-method", "undecided-call")),
    ] {
        let report = check("a.sh", &quiet);
        let told: Vec<String> = left(&report).into_iter().filter(|f| f.contains("suppression")).collect();
        assert!(told.is_empty(), "{quiet} {told:?}");
    }
    // Nor is it told of a file that was judged in part.
    let broken = format!(
        "resource \"alicloud_rds_backup\" \"n\" {{ # {RIGHT}\n  db_instance_id = \"pgm-1\"\n  backup_method = \"Physical\"\n"
    );
    assert!(
        !left(&check("main.tf", &broken)).iter().any(|f| f.starts_with("unused")),
        "{:?}",
        left(&check("main.tf", &broken))
    );
}

#[test]
fn what_cannot_be_read_is_told_with_what_to_write() {
    for (wrong, at, says) in [
        ("backuplint: ignore[unsuported-method] reason=x", "unsuported-method", "Did you mean `unsupported-method`?"),
        ("backuplint: ignore[Unsupported_Method] reason=x", "Unsupported_Method", "Did you mean `unsupported-method`?"),
        ("backuplint: ignore[unsupported-method]", "ignore", "Say why"),
        ("backuplint: ignore[unsupported-method] reason=\"  \"", "ignore", "Say why"),
        ("backuplint: ignore reason=x", "ignore", "brackets"),
        ("backuplint: ignore", "ignore", "brackets"),
        ("backuplint: ignore[] reason=x", "[", "brackets"),
        ("backuplint: ignore[unsupported-method reason=x", "[", "brackets"),
        ("backuplint: ignore[unsupported-method] raeson=x", "raeson", "Did you mean `reason`?"),
        ("backuplint: ignore[unsupported-method] because of x", "because", "reason="),
        ("backuplint: ignore[unsupported-method] reason=x until=tomorrow", "tomorrow", "until=2027-01-31"),
        ("backuplint: ignore[unsupported-method] reason=x until=2027-02-30", "2027-02-30", "until=2027-01-31"),
        ("backuplint: ignore[unsupported-method] reason=\"x", "reason", ""),
        ("backuplint: ignore[unsupported-method] reason=x reason=y", "reason", ""),
        ("backuplint: disable[unsupported-method] reason=x", "disable", "backuplint: ignore[rule]"),
        ("backuplint: ignroe[unsupported-method] reason=x", "ignroe", "backuplint: ignore[rule]"),
        ("backuplint ignore[unsupported-method] reason=x", "ignore", "backuplint: ignore[rule]"),
        ("backuplint-disable", "disable", "backuplint: ignore[rule]"),
        ("backuplint: ignore[unused-suppression] reason=x", "unused-suppression", "always told"),
    ] {
        let report = check("a.sh", &format!("# {wrong}\n{CALL}\n"));
        assert_eq!(left(&report), ["invalid-suppression@1", "unsupported-method@2"], "{wrong}");
        let finding = &report.findings[0];
        assert!(finding.primary.place.text().starts_with(at), "{wrong}: {}", finding.primary.place.text());
        let help = finding.help.clone().unwrap_or_default();
        assert!(help.contains(says), "{wrong}: {help}");
        assert!(!finding.fingerprint.is_empty());
    }
    let late = format!("{}{CALL}\n# backuplint: ignore-file[unsupported-method] reason=x\n", "echo\n".repeat(12));
    assert_eq!(left(&check("a.sh", &late)), ["unsupported-method@13", "invalid-suppression@14"]);
}

#[test]
fn prose_that_names_the_program_is_no_suppression() {
    for prose in [
        "backuplint finds wrong calls",
        "run backuplint: it ignores nothing",
        "see `backuplint: ignore` in the handbook",
        "backuplint: ignore comments are described in the handbook",
        "https://example.com/backuplint-ignore",
        "backuplint check . --strict",
    ] {
        assert_eq!(left(&check("a.sh", &format!("# {prose}\n{CALL}\n"))), ["unsupported-method@2"], "{prose}");
    }
}

fn waiver(path: &str, rule: Option<&str>, fingerprint: Option<&str>) -> Waiver {
    let source = Arc::new(Source::from_text("backuplint.toml", "[[waiver]]\n"));
    Waiver {
        path: path.to_owned(),
        rule: rule.map(str::to_owned),
        fingerprint: fingerprint.map(str::to_owned),
        reason: "the vendor said so".to_owned(),
        until: None,
        owner: None,
        place: Place::new(&source, Span::new(0, 10)),
    }
}

#[test]
fn waivers_of_the_configuration_are_for_files_without_comments() {
    let template = "{\"ROSTemplateFormatVersion\": \"2015-09-01\", \"Resources\": {}}";
    let task = format!("{{\"scripts\": {{\"save\": \"{CALL}\"}}}}\n");
    let files = [("deploy/a/package.json", task.as_str()), ("x.json", template)];
    let plain = check_with(&files, waiving());
    let fingerprint = plain.findings.iter().find(|f| *f.rule == *"unsupported-method").unwrap().fingerprint.clone();
    let run = |waiver: Waiver| check_with(&files, Waiving { waivers: vec![waiver], ..waiving() });
    for right in [
        waiver("deploy/**/*.json", Some("unsupported-method"), None),
        waiver("package.json", Some("unsupported-method"), None),
        waiver("deploy", Some("unsupported-method"), None),
        waiver("deploy/", Some("unsupported-method"), None),
        waiver("**", None, Some(&fingerprint)),
        waiver("**", Some("unsupported-method"), Some(&fingerprint)),
    ] {
        let report = run(right.clone());
        assert_eq!(left(&report), Vec::<String>::new(), "{right:?}");
        assert_eq!(report.suppressed[0].by, SuppressedBy::Configuration);
    }
    let told = |waiver: Waiver| {
        let report = run(waiver);
        report
            .findings
            .iter()
            .map(|f| f.rule.to_string())
            .filter(|rule| rule.contains("suppression"))
            .collect::<Vec<_>>()
    };
    assert_eq!(told(waiver("*.json", Some("invalid-value"), None)), ["unused-suppression"]);
    assert_eq!(told(waiver("other/**", Some("invalid-value"), None)), Vec::<String>::new());
    assert_eq!(told(waiver("**", Some("invalid-valeu"), None)), ["invalid-suppression"]);
    assert_eq!(told(waiver("a[", Some("invalid-value"), None)), ["invalid-suppression"]);
    assert_eq!(told(waiver("**", None, None)), ["invalid-suppression"]);
    assert_eq!(told(waiver("**", Some("expired-suppression"), None)), ["invalid-suppression"]);
    let over = Waiver { until: Some(date(2026, 1, 1)), ..waiver("**", Some("unsupported-method"), None) };
    assert_eq!(told(over.clone()), ["expired-suppression"]);
    assert!(run(over).suppressed.is_empty());
}

#[test]
fn without_suppressions_everything_is_shown() {
    let wrong = format!("# backuplint: ignore[nope]\n# {RIGHT}\n{CALL}\n");
    let off = Waiving { is_off: true, waivers: vec![waiver("**", Some("nope"), None)], ..waiving() };
    let report = check_with(&[("a.sh", &wrong)], off);
    assert_eq!(left(&report), ["unsupported-method@3"]);
    assert_eq!(report.counts.suppressed, 0);
}

/// A line of a script: a call of some kind, perhaps with a comment.
fn line() -> impl Strategy<Value = (u8, u8)> {
    (0_u8..4, 0_u8..4)
}

fn script(lines: &[(u8, u8)], with_comments: bool) -> String {
    let mut text = String::from("#!/bin/sh\n");
    for (number, (call, comment)) in lines.iter().enumerate() {
        let rule =
            ["", "unsupported-method", "unknown-parameter", "unsupported-method, unknown-parameter"][*comment as usize];
        let arguments = [
            "--BackupMethod Physical",
            "--BackupMethod Logical",
            "--BackupMethod Physical --Nope 1",
            "--BackupMethod Logical --Nope 1",
        ];
        let comment = if with_comments && !rule.is_empty() {
            format!(" # backuplint: ignore[{rule}] reason=x")
        } else {
            String::new()
        };
        text.push_str(&format!(
            "aliyun rds CreateBackup --DBInstanceId pgm-{number} {}{comment}\n\n",
            arguments[*call as usize]
        ));
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A comment leaves out the findings of its rules on its line and nothing else, and tells when there are none.
    #[test]
    fn exactly_what_is_named_is_left_out(lines in proptest::collection::vec(line(), 1..6)) {
        let plain = check("a.sh", &script(&lines, false));
        let report = check("a.sh", &script(&lines, true));
        let named = |rule: &str, at: u32| {
            let (_, comment) = lines[(at as usize - 2) / 2];
            (rule == "unsupported-method" && comment & 1 == 1) || (rule == "unknown-parameter" && comment & 2 == 2)
        };
        let key = |f: &backuplint::finding::Finding| (f.rule.to_string(), f.primary.place.start().line);
        let expected: Vec<_> = plain.findings.iter().map(key).filter(|(rule, at)| !named(rule, *at)).collect();
        let own = |f: &&backuplint::finding::Finding| f.rule.ends_with("-suppression");
        let got: Vec<_> = report.findings.iter().filter(|f| !own(f)).map(key).collect();
        prop_assert_eq!(got, expected);
        prop_assert_eq!(report.suppressed.len(), plain.findings.iter().map(key).filter(|(r, at)| named(r, *at)).count());
        let off = check_with(&[("a.sh", &script(&lines, true))], Waiving { is_off: true, ..waiving() });
        let prints = |r: &Report| r.findings.iter().map(|f| f.fingerprint.clone()).collect::<Vec<_>>();
        prop_assert_eq!(prints(&off), prints(&plain));
    }
}
