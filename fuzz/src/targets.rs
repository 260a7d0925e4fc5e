//! What is held of each reader on any bytes: nothing panics, everything ends, and every place is inside its text.
//!
//! Used by the fuzz targets of this folder and by the tests (`tests/hostile/mutations.rs`), so that a bug that is found
//! here stays found where no fuzzer is installed. To add a reader: a function and a line in [`TARGETS`], and a file of
//! two lines in `fuzz_targets`.

use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use backuplint::check::{Checker, Settings, UnknownPolicy};
use backuplint::config::{self, Vocabulary};
use backuplint::finding::{Catalogue, Report, Severity};
use backuplint::matrix::Matrix;
use backuplint::model::Inventory;
use backuplint::source::{Source, Span};
use backuplint::surface::{self, MemoryFiles, inventory, policy};
use backuplint::syntax::document::{self, Format};
use backuplint::syntax::shell::{self, EmbeddedText};
use backuplint::syntax::{batch, code, groovy, hcl, json, powershell, schedule, yaml};
use backuplint::trail::{Cuts, Gather, Partial, Reader, Scratch, may_hold, object_name};
use backuplint::waiver::Baseline;

/// What is tried on some bytes.
pub(crate) type Target = fn(&[u8]);

/// Every target, with the ends of the names of files that are good to begin from.
pub(crate) const TARGETS: &[(&str, Target, &[&str])] = &[
    ("ansible", ansible, &["yaml", "yml"]),
    ("baseline", baseline, &["json"]),
    ("batch", batch_script, &["bat", "cmd"]),
    ("c_sharp", c_sharp, &["cs"]),
    ("carriers", carriers, &["yaml", "yml", "md", "mk", "Makefile", "Dockerfile", "cron", "ps1", "service", "ipynb"]),
    ("cloudflow", cloudflow, &["yaml", "yml"]),
    ("configuration", configuration, &["toml"]),
    ("encodings", encodings, &["sh", "tf"]),
    ("go", go, &["go"]),
    ("groovy", groovy_tokens, &["groovy", "Jenkinsfile"]),
    ("hcl", hcl_text, &["tf", "hcl"]),
    ("inventory", inventories, &["json", "csv", "yaml"]),
    ("java", java, &["java"]),
    ("json", json_text, &["json"]),
    ("policy_conditions", policy_conditions, &["json"]),
    ("matrix", matrix, &["rds-create-backup.yaml"]),
    ("oos", oos, &["yaml", "yml", "json"]),
    ("partial", partial, &["state", "partial"]),
    ("php", php, &["php"]),
    ("plan", plan, &["json"]),
    ("policy_document", policy_document, &["json", "yaml"]),
    ("powershell", powershell_script, &["ps1"]),
    ("pulumi", pulumi, &["yaml", "yml"]),
    ("python", python, &["py"]),
    ("ros", ros, &["yaml", "yml", "json"]),
    ("schedules", schedules, &["cron", "schedule"]),
    ("shell", shell_script, &["sh"]),
    ("shell_syntax", shell_syntax, &["sh"]),
    ("template", template, &["yaml", "yml", "json"]),
    ("terraform", terraform, &["tf"]),
    ("trail", trail, &["jsonl", "log", "json"]),
    ("trail_parts", trail_parts, &["jsonl", "log"]),
    ("typescript", typescript, &["ts", "js"]),
    ("waivers", waivers, &["sh", "tf", "yaml", "py"]),
    ("yaml", yaml_text, &["yaml", "yml"]),
];

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn inside(text: &str, span: Span) {
    assert!(text.get(span.range()).is_some(), "a span {:?} outside of a text of {} bytes", span.range(), text.len());
}

fn checker() -> &'static Checker {
    static CHECKER: OnceLock<Checker> = OnceLock::new();
    CHECKER.get_or_init(|| Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap()))
}

// The readers of formats.

fn hcl_text(bytes: &[u8]) {
    let text = lossy(bytes);
    let parsed = hcl::parse(&text);
    fn body(text: &str, of: &hcl::Body) {
        for attribute in &of.attributes {
            inside(text, attribute.name_span);
            inside(text, attribute.span);
            inside(text, attribute.expression.span);
        }
        for block in &of.blocks {
            inside(text, block.span);
            body(text, &block.body);
        }
    }
    body(&text, &parsed.body);
    if let Some(error) = parsed.error {
        inside(&text, error.span);
    }
    let _ = hcl::parse_expression(&text, 0);
    let _ = hcl::parse_json(&text, &[("resource", 2), ("variable", 1)]);
}

fn yaml_node(text: &str, node: &yaml::Node, budget: &mut usize) {
    if *budget == 0 {
        return;
    }
    *budget -= 1;
    inside(text, node.span);
    node.items().iter().for_each(|item| yaml_node(text, item, budget));
    for (key, value) in node.entries() {
        yaml_node(text, key, budget);
        yaml_node(text, value, budget);
    }
}

fn yaml_text(bytes: &[u8]) {
    let text = lossy(bytes);
    let stream = yaml::parse(&text);
    for document in &stream.documents {
        yaml_node(&text, document, &mut 100_000);
        let _ = document.effective();
        let _ = document.to_json();
    }
    stream.errors.iter().for_each(|error| inside(&text, error.span));
}

fn json_text(bytes: &[u8]) {
    let text = lossy(bytes);
    fn node(text: &str, of: &json::Node) {
        inside(text, of.span);
        inside(text, of.inner_span());
        of.elements().iter().for_each(|element| node(text, element));
        of.members().iter().for_each(|member| node(text, &member.value));
    }
    match json::parse(&text) {
        Ok(root) => node(&text, &root),
        Err(error) => inside(&text, error.span),
    }
}

/// YAML and JSON with the holes of template languages.
fn template(bytes: &[u8]) {
    let text = lossy(bytes);
    for format in [Format::Yaml, Format::Json] {
        let read = document::parse(&text, format);
        read.roots.iter().for_each(|root| yaml_node(&text, root, &mut 100_000));
        read.holes.iter().chain(&read.directives).for_each(|span| inside(&text, *span));
        assert!(read.filled.is_none_or(|filled| filled.len() == text.len()));
    }
}

fn shell_syntax(bytes: &[u8]) {
    let text = lossy(bytes);
    let script = shell::parse(&text);
    script.errors.iter().for_each(|error| inside(&text, *error));
}

fn groovy_tokens(bytes: &[u8]) {
    let text = lossy(bytes);
    let _ = groovy::tokens(&text);
    checked("Jenkinsfile", &format!("{text}\n// CreateBackup aliyun rds\n"));
}

fn powershell_script(bytes: &[u8]) {
    let text = lossy(bytes);
    let script = powershell::parse(&EmbeddedText::verbatim(&text, 0));
    script.errors.iter().for_each(|error| inside(&text, *error));
    checked("run.ps1", &format!("{text}\n# CreateBackup aliyun rds\n"));
}

fn batch_script(bytes: &[u8]) {
    let text = lossy(bytes);
    let script = batch::parse(&EmbeddedText::verbatim(&text, 0));
    script.errors.iter().for_each(|error| inside(&text, *error));
    checked("run.bat", &format!("{text}\nrem CreateBackup aliyun rds\n"));
}

/// Every way to write when something runs, one a line.
fn schedules(bytes: &[u8]) {
    for line in lossy(bytes).lines() {
        let readers = [schedule::cron, schedule::jenkins, schedule::oos, schedule::function_compute, schedule::quartz];
        let further = [schedule::spring, schedule::calendar, schedule::monotonic, schedule::rate];
        for reader in readers.into_iter().chain(further) {
            if let Ok(schedule) = reader(line) {
                assert!(!schedule.reading.is_empty());
            }
        }
        let _ = schedule::duration(line).map(schedule::every);
        let _ = schedule::duration(line).map(schedule::pause);
        for system in [false, true] {
            if let Some((end, command)) = schedule::crontab_line(line, system) {
                assert!(line.get(..end).is_some() && line.get(command..).is_some());
            }
        }
    }
    let _ = schedule::every(Duration::ZERO);
}

// The surfaces, each through the whole of a check.

/// Checks a file and holds what holds for every report.
fn checked(path: &str, text: &str) -> Report {
    let mut files = MemoryFiles::new();
    files.add(path, text);
    let settings = Settings { level: Severity::Note, unknown: UnknownPolicy::Fail, ..Settings::default() };
    let report = checker().check_memory(&files, &settings);
    for finding in &report.findings {
        assert_ne!(&*finding.rule, "internal-error", "{}", finding.message);
        let places = std::iter::once(&finding.primary).chain(&finding.related);
        for label in places {
            inside(label.place.source.text(), label.place.span);
        }
    }
    report
}

fn of_language(bytes: &[u8], path: &str, comment: &str, read: fn(&str) -> code::Module) {
    let text = lossy(bytes);
    let _ = read(&text);
    checked(path, &format!("{text}\n{comment} CreateBackup CreateBackupRequest aliyun rds alibabacloud_rds20140815\n"));
}

fn python(bytes: &[u8]) {
    of_language(bytes, "x.py", "#", code::python);
}

fn java(bytes: &[u8]) {
    of_language(bytes, "X.java", "//", code::java);
}

fn go(bytes: &[u8]) {
    of_language(bytes, "x.go", "//", code::go);
}

fn typescript(bytes: &[u8]) {
    of_language(bytes, "x.ts", "//", code::typescript);
    checked("x.js", &format!("{}\n// CreateBackup\n", lossy(bytes)));
}

fn php(bytes: &[u8]) {
    of_language(bytes, "x.php", "//", code::php);
}

fn c_sharp(bytes: &[u8]) {
    of_language(bytes, "X.cs", "//", code::c_sharp);
}

fn terraform(bytes: &[u8]) {
    let text = lossy(bytes);
    checked("main.tf", &format!("{text}\n# alicloud_rds_backup\n"));
    checked("main.tf.json", &text);
}

fn plan(bytes: &[u8]) {
    let text = lossy(bytes);
    checked("plan.json", &text);
    checked("terraform.tfstate", &text);
}

fn shell_script(bytes: &[u8]) {
    checked("run.sh", &format!("{}\n# CreateBackup\n", lossy(bytes)));
}

/// A document of some kind: with the words in it that make a surface read it.
fn of_document(bytes: &[u8], words: &str) {
    let text = lossy(bytes);
    checked("x.yaml", &text);
    checked("y.yaml", &format!("# {words}\n{text}"));
    checked("x.json", &format!("// {words}\n{text}"));
}

fn oos(bytes: &[u8]) {
    of_document(bytes, "FormatVersion OOS-2019-06-01 CreateBackup");
}

fn ros(bytes: &[u8]) {
    of_document(bytes, "ROSTemplateFormatVersion 2015-09-01 CreateBackup");
}

fn cloudflow(bytes: &[u8]) {
    of_document(bytes, "steps fdl stdl rds:CreateBackup");
}

fn ansible(bytes: &[u8]) {
    of_document(bytes, "hosts tasks aliyun rds CreateBackup");
}

fn pulumi(bytes: &[u8]) {
    of_document(bytes, "resources alicloud:rds:Backup alicloud:rds/backup:Backup");
}

/// Files that hold scripts: which one is told by the first byte.
fn carriers(bytes: &[u8]) {
    const NAMES: &[&str] = &[
        "Makefile",
        "crontab",
        ".github/workflows/x.yml",
        ".gitlab-ci.yml",
        "Dockerfile",
        "pod.yaml",
        "run.md",
        "serverless.yml",
        "s.yaml",
        "azure-pipelines.yml",
        ".circleci/config.yml",
        ".drone.yml",
        "compose.yaml",
        "cloud-init.yaml",
        "x.service",
        "x.timer",
        "package.json",
        "Procfile",
        "x.ipynb",
    ];
    let Some((first, rest)) = bytes.split_first() else { return };
    let Some(name) = NAMES.get(usize::from(*first) % NAMES.len()) else { return };
    let text = lossy(rest);
    checked(name, &text);
    checked(name, &format!("{text}\n# aliyun rds CreateBackup\n"));
}

fn waivers(bytes: &[u8]) {
    let text = lossy(bytes);
    let call = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical";
    for word in ["", "backuplint: "] {
        let comment = text.lines().map(|line| format!("# {word}{line}\n")).collect::<String>();
        checked("run.sh", &format!("{comment}{call} # {word}{}\n", text.lines().next().unwrap_or_default()));
    }
    checked("main.tf", &format!("/* backuplint: {text} */\nresource \"alicloud_rds_backup\" \"x\" {{}}\n"));
    checked("x.py", &format!("# backuplint: {text}\n# CreateBackup\n"));
}

/// Bytes as they come, in each encoding that is told from the others.
fn encodings(bytes: &[u8]) {
    let Ok(source) = Source::from_bytes("x.sh", bytes.to_vec()) else { return };
    let text = source.text();
    for line in 0..source.line_count().min(1000) {
        if let Some(span) = source.line_span(line) {
            inside(text, span);
        }
    }
    for offset in 0..u32::try_from(text.len().min(2000)).unwrap_or(0) {
        let _ = source.position(offset);
        let _ = source.file_offset(offset);
    }
    checked("run.sh", text);
}

// Policies, logs, and the user's own files.

fn policy_document(bytes: &[u8]) {
    let text = lossy(bytes);
    for path in ["x.json", "x.yaml", "x.policy"] {
        let source = Arc::new(Source::from_text(path, text.as_str()));
        for document in policy::documents(Path::new(path), &source) {
            inside(&text, document.place.span);
            document.defects.iter().for_each(|defect| inside(&text, defect.place.span));
        }
        checked(path, &text);
    }
}

/// A policy that is compared with another one, and asked whether it allows the call.
fn policy_conditions(bytes: &[u8]) {
    let text = lossy(bytes);
    let wrapped = format!(
        "{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"rds:CreateBackup\",\"Resource\":\"*\",\"Condition\":{text}}}]}}"
    );
    checked("x.json", &wrapped);
    let pattern = serde_json_text(&text);
    checked(
        "x.json",
        &format!(
            "{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Deny\",\"Action\":[{pattern},\"rds:*\"],\"Resource\":[{pattern}]}}]}}"
        ),
    );
}

/// A text as JSON writes it.
fn serde_json_text(text: &str) -> String {
    let mut written = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => written.extend(['\\', character]),
            control if control < ' ' => written.push(' '),
            other => written.push(other),
        }
    }
    written + "\""
}

fn trail(bytes: &[u8]) {
    let apis = checker().apis();
    let mut texts = Vec::new();
    for exact in [false, true] {
        let reader = Reader::new(apis, exact);
        let mut gather = Gather::new();
        reader.read_bytes("log", bytes, &mut Scratch::default(), &mut gather);
        let mut stream = Gather::new();
        reader.read_stream("log", bytes.len() as u64, &mut Cursor::new(bytes), &mut Scratch::default(), &mut stream);
        let found = gather.into_partial();
        assert_eq!(found.survivors.len(), stream.into_partial().survivors.len(), "bytes and streams differ");
        // What is written reads back, and writes the same again.
        let mut text = Vec::new();
        found.write(&mut text).unwrap();
        let mut again = Vec::new();
        Partial::read(&mut Cursor::new(&text)).unwrap().write(&mut again).unwrap();
        assert!(text == again, "a partial result changes when it is read");
        texts.push(text);
    }
    let name = lossy(bytes);
    let _ = object_name(&name);
    let _ = may_hold(&name, Some(0), None, &[]);
}

/// A text that threads share.
fn trail_parts(bytes: &[u8]) {
    let Some(cuts) = Cuts::of(bytes.get(..Cuts::BEGINNING.min(bytes.len())).unwrap_or_default()) else { return };
    let reader = Reader::new(checker().apis(), false);
    let part = (bytes.len() / 3).max(64);
    let (mut begin, mut parts, mut gather) = (0, Vec::new(), Gather::new());
    while begin < bytes.len() {
        let next = bytes.get(begin + part..).and_then(|rest| cuts.place(rest)).map(|at| begin + part + at);
        let end = next.unwrap_or(bytes.len());
        let mut piece = bytes.get(begin..end).unwrap_or_default();
        let mut scratch = Scratch::default();
        parts.extend(reader.read_part("log", &cuts, begin as u64, end == bytes.len(), &mut piece, &mut scratch));
        begin = end;
    }
    if !reader.join("log", &cuts, bytes.len() as u64, parts, &mut gather) {
        return;
    }
    let mut whole = Gather::new();
    reader.read_bytes("log", bytes, &mut Scratch::default(), &mut whole);
    let (parts, whole) = (gather.into_partial(), whole.into_partial());
    assert_eq!(parts.survivors.len(), whole.survivors.len(), "parts and the whole differ");
}

fn partial(bytes: &[u8]) {
    let _ = Partial::read(&mut Cursor::new(bytes));
    let _ = Partial::begins(bytes);
}

fn configuration(bytes: &[u8]) {
    let text = lossy(bytes);
    let source = Arc::new(Source::from_text("backuplint.toml", text.as_str()));
    let vocabulary = Vocabulary { catalogue: checker().catalogue(), apis: checker().apis() };
    let (_, problems) = config::read(&source, Path::new("/x"), vocabulary);
    problems.iter().for_each(|problem| inside(&text, problem.place.span));
}

fn matrix(bytes: &[u8]) {
    let text = lossy(bytes);
    let _ = Matrix::load(&Arc::new(Source::from_text("x.yaml", text)));
}

fn inventories(bytes: &[u8]) {
    let text = lossy(bytes);
    for path in ["x.json", "x.yaml", "x.csv"] {
        let source = Arc::new(Source::from_text(path, text.as_str()));
        for api in checker().apis() {
            if let Err(error) = inventory::read(&source, api, &mut Inventory::default()) {
                inside(&text, error.place.span);
            }
        }
    }
}

fn baseline(bytes: &[u8]) {
    if let Ok(baseline) = Baseline::read(&lossy(bytes)) {
        assert!(baseline.write().is_ok());
    }
    let _ = surface::normalize(Path::new(&lossy(bytes)));
}
