//! What is read from a configuration, and what is told of one that is wrong.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::finding::{Catalogue, SettingProblem, Severity};
use crate::matrix::Matrix;
use crate::source::Source;

fn read_text(text: &str) -> (Layer, Vec<SettingProblem>) {
    let (matrix, catalogue) = (Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let source = Arc::new(Source::from_text("backuplint.toml", text));
    let apis = [matrix.api().clone()];
    read(&source, Path::new("/r"), Vocabulary { catalogue: &catalogue, apis: &apis })
}

/// Each problem as `the text at its place: the message (the label)`.
fn problems(text: &str) -> Vec<String> {
    let told = |problem: &SettingProblem| {
        let label = if problem.label.is_empty() { String::new() } else { format!(" ({})", problem.label) };
        format!("{}: {}{label}", problem.place.text(), problem.message)
    };
    read_text(text).1.iter().map(told).collect()
}

const FULL: &str = r#"
exclude = ["vendor", "envs/*/old/**"]
inventory = ["instances.json"]
quota = 10
timezone = "Asia/Shanghai"
level = "note"
fail-on = "never"
unknown = "fail"
policies = ["policies"]
wrappers = ["backup_rds", { name = "ops.request", action = 1, parameters = { id = "DBInstanceId" } }]

[rules]
retention-out-of-range = "off"
daily-quota-near = "note"

[instances."rm-1"]
engine = "SQL Server"
region = "cn-hangzhou"

[[per-path]]
paths = ["dev/**"]
rules = { daily-quota-near = "error" }

[[waiver]]
path = "deploy/**"
rule = "daily-quota-near"
reason = "a load test"
until = 2027-01-31
owner = "dba"
"#;

#[test]
fn every_key_is_read_with_its_place() {
    let (layer, told) = read_text(FULL);
    assert_eq!(told, []);
    let texts = |set: &Set<Vec<Set<String>>>| set.value.iter().map(|t| t.value.clone()).collect::<Vec<_>>();
    assert_eq!(texts(layer.exclude.as_ref().unwrap()), ["vendor", "envs/*/old/**"]);
    assert_eq!(texts(layer.inventory.as_ref().unwrap()), ["instances.json"]);
    assert_eq!(texts(layer.policies.as_ref().unwrap()), ["policies"]);
    let wrappers = &layer.wrappers.as_ref().unwrap().value;
    let names: Vec<&str> = wrappers.iter().map(|wrapper| wrapper.value.name.as_str()).collect();
    assert_eq!((names, wrappers[1].place.text()), (vec!["backup_rds", "ops.request"], "\"ops.request\""));
    assert_eq!(wrappers[1].value.action, Some(crate::model::Position::At(1)));
    assert_eq!(wrappers[1].value.names["id"], "DBInstanceId");
    let quota = layer.quota.unwrap();
    assert_eq!((quota.value, quota.place.text(), quota.place.start().line), (10, "10", 4));
    assert_eq!(layer.timezone.unwrap().value, "Asia/Shanghai");
    assert_eq!(layer.level.unwrap().value, Severity::Note);
    assert_eq!(layer.fail_on.unwrap().value, None);
    assert_eq!(layer.unknown.unwrap().value, Unknown::Fail);
    assert_eq!(layer.rules["daily-quota-near"].value, Level::At(Severity::Note));
    assert_eq!(layer.rules["retention-out-of-range"].place.text(), "\"off\"");
    assert_eq!(layer.instances["rm-1"]["region"].value, "cn-hangzhou");
    let per_path = &layer.per_path.unwrap().value[0];
    assert_eq!(per_path.paths[0].value, "dev/**");
    assert_eq!(per_path.rules["daily-quota-near"].value, Level::At(Severity::Error));
    let waiver = &layer.waivers[0];
    assert_eq!((waiver.path.as_str(), waiver.reason.as_str()), ("deploy/**", "a load test"));
    assert_eq!(waiver.until.unwrap().to_string(), "2027-01-31");
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let text = "levl = \"note\"\nlevel = \"warn\"\nquota = 0\nexclude = \"x\"\ninventory = [1]\n\
                [rules]\ndaily-quota-neer = \"off\"\ndaily-quota-near = \"of\"\n\
                [instances.rm-1]\nengin = \"x\"\nengine = \"Postgress\"\n\
                [[per-path]]\npaths = [\"a[\"]\n";
    assert_eq!(
        problems(text),
        [
            "levl: unknown key `levl` (did you mean `level`?)",
            "\"warn\": unknown level `warn`",
            "0: expected a whole number from 1 on",
            "\"x\": expected an array of texts: [\"…\"] (this is a text)",
            "1: expected a text (this is a number)",
            "daily-quota-neer: unknown rule `daily-quota-neer` (did you mean `daily-quota-near`?)",
            "\"of\": unknown level `of` (did you mean `off`?)",
            "engin: unknown key `engin` (did you mean `engine`?)",
            "\"Postgress\": unknown engine `Postgress` (did you mean `postgres`?)",
            "[[per-path]]: this entry has no `rules`",
            "\"a[\": this is no pattern of paths (unclosed character class; missing ']')",
        ]
    );
}

#[test]
fn every_mistake_in_a_wrapper_is_told_at_its_place() {
    let text = "wrappers = [\n  \"backup rds\", \"a\", \"a\", 1,\n  { nam = \"x\" },\n  { name = \"b\", action = 0 },\n  { name = \"c\", parameters = [\"DBInstanceID\"] },\n  { name = \"d\", parameters = { how = \"BackupMethd\" } },\n]\n";
    assert_eq!(
        problems(text),
        [
            "\"backup rds\": `backup rds` is no name",
            "\"a\": `a` is named twice",
            "1: expected a text (this is a number)",
            "{ nam = \"x\" }: this entry has no `name`",
            "nam: unknown key `nam` (did you mean `name`?)",
            "0: expected a whole number from 1 on",
            "\"DBInstanceID\": unknown parameter `DBInstanceID` (did you mean `DBInstanceId`?)",
            "\"BackupMethd\": unknown parameter `BackupMethd` (did you mean `BackupMethod`?)",
        ]
    );
    let (layer, _) = read_text(text);
    let kept: Vec<_> = layer.wrappers.unwrap().value.into_iter().map(|wrapper| wrapper.value.name).collect();
    assert_eq!(kept, ["a", "b", "c", "d"]);
    assert_eq!(problems("wrappers = \"backup\"\n"), ["\"backup\": expected an array of names or tables"]);
}

#[test]
fn a_waiver_that_is_half_right_is_none() {
    let text =
        "[[waiver]]\npath = \"x\"\nreason = \" \"\n[[waiver]]\nrule = \"no-such\"\nuntil = 2027-01-31T00:00:00Z\n";
    assert_eq!(read_text(text).0.waivers.len(), 0);
    let told = problems(text);
    assert_eq!(told.len(), 5, "{told:#?}");
}

#[test]
fn broken_syntax_is_told_once_a_line_and_the_rest_is_read() {
    let (layer, told) = read_text("level = \nquota = 3\nnope = 1\n");
    assert_eq!(layer.quota.unwrap().value, 3);
    let lines: Vec<u32> = told.iter().map(|problem| problem.place.start().line).collect();
    assert_eq!(lines, [1, 3], "{told:#?}");
}

#[test]
fn a_rule_at_the_top_is_told_where_it_belongs() {
    let told = read_text("daily-quota-near = \"off\"").1;
    assert_eq!(told[0].label, "this is a rule");
}

#[test]
fn nothing_panics_on_hostile_text() {
    for text in ["[".repeat(5000), "a.".repeat(5000), "x = [".repeat(5000), "\u{feff}[[waiver]]\n=".to_owned()] {
        let _ = read_text(&text);
    }
}

/// The rules that generated configurations speak of.
const RULES: [&str; 3] = ["daily-quota-near", "retention-out-of-range", "undecided-call"];
/// The folders that may have one, from the outermost on.
const FOLDERS: [&str; 3] = ["/r", "/r/a", "/r/a/b"];

/// What one generated file says: levels of the rules, and levels for paths.
type Said = (Vec<Option<usize>>, Option<(usize, Vec<Option<usize>>)>);

const WORDS: [(&str, Level); 4] = [
    ("off", Level::Off),
    ("note", Level::At(Severity::Note)),
    ("warning", Level::At(Severity::Warning)),
    ("error", Level::At(Severity::Error)),
];
const PATTERNS: [&str; 3] = ["*.tf", "a/**", "nothing"];

fn said() -> impl Strategy<Value = Option<Said>> {
    let levels = || proptest::collection::vec(proptest::option::of(0..4_usize), 3);
    proptest::option::of((levels(), proptest::option::of((0..3_usize, levels()))))
}

fn toml_of((rules, per_path): &Said) -> String {
    let lines = |levels: &[Option<usize>]| -> String {
        let lines = levels
            .iter()
            .zip(RULES)
            .filter_map(|(level, rule)| level.map(|l| format!("{rule} = \"{}\"\n", WORDS[l].0)));
        lines.collect()
    };
    let mut text = format!("[rules]\n{}", lines(rules));
    if let Some((pattern, levels)) = per_path {
        text += &format!("[[per-path]]\npaths = [\"{}\"]\n[per-path.rules]\n{}", PATTERNS[*pattern], lines(levels));
    }
    text
}

/// The plain twin: every file that lies above is looked at, the nearest first.
fn plain_level(files: &BTreeMap<&str, Said>, rule: usize, path: &str) -> Option<Level> {
    let mut per_path_seen = false;
    for folder in FOLDERS.iter().rev().filter(|folder| path.starts_with(&format!("{folder}/"))) {
        let Some((rules, per_path)) = files.get(folder) else { continue };
        if let Some((pattern, levels)) = per_path.as_ref().filter(|_| !per_path_seen) {
            per_path_seen = true;
            let relative = path.strip_prefix(folder).unwrap().trim_start_matches('/');
            let fits = match *pattern {
                0 => relative.ends_with(".tf"),
                1 => relative.starts_with("a/"),
                _ => false,
            };
            if let Some(level) = levels[rule].filter(|_| fits) {
                return Some(WORDS[level].1);
            }
        }
        if let Some(level) = rules[rule] {
            return Some(WORDS[level].1);
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_nearest_wins(said in proptest::collection::vec(said(), 3)) {
        let files: BTreeMap<&str, Said> =
            FOLDERS.into_iter().zip(said).filter_map(|(folder, said)| Some((folder, said?))).collect();
        let (matrix, catalogue) = (Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
        let apis = [matrix.api().clone()];
        let mut scopes = Scopes::new("/r/a".into());
        let mut layers: Vec<Arc<Layer>> = Vec::new();
        for (folder, said) in &files {
            let source = Arc::new(Source::from_text("backuplint.toml", toml_of(said)));
            let vocabulary = Vocabulary { catalogue: &catalogue, apis: &apis };
            let (layer, problems) = read(&source, Path::new(folder), vocabulary);
            prop_assert!(problems.is_empty(), "{problems:?}");
            layers.insert(0, Arc::new(layer));
            scopes.insert((*folder).into(), Arc::new(Stack { layers: layers.clone(), ..Stack::default() }));
        }
        for path in ["/r/x.tf", "/r/a/x.tf", "/r/a/b/x.tf", "/r/a/b/y.sh", "/r/a/a/z.sh", "/other/x.tf"] {
            // As a path of the working directory, where it is below that.
            let named = path.strip_prefix("/r/a/").unwrap_or(path);
            for (number, rule) in RULES.iter().enumerate() {
                prop_assert_eq!(scopes.level(rule, named), plain_level(&files, number, path), "{} {}", path, rule);
            }
        }
    }
}
