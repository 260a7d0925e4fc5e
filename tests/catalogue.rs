//! The catalogue as a whole: what every rule file, every error code and the links between them must keep to.
//!
//! What the examples are judged to be is tested elsewhere; here they only have to be there and be clean.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::finding::{Catalogue, ErrorCodes, Rule};
use backuplint::syntax::yaml;
use serde_json::Value;

/// The rules in the order in which they decide ties.
const ORDER: [&str; 36] = [
    "missing-instance-id",
    "invalid-value",
    "retention-out-of-range",
    "read-only-instance",
    "wrong-product-instance",
    "unknown-parameter",
    "unsupported-method",
    "implicit-default-method",
    "unsupported-database-scope",
    "ineffective-parameter",
    "incomplete-combination",
    "daily-quota-exceeded",
    "daily-quota-near",
    "concurrent-backup",
    "undecided-call",
    "unparsable-file",
    "unreadable-file",
    "internal-error",
    "invalid-suppression",
    "expired-suppression",
    "unused-suppression",
    "ram-explicit-deny",
    "ram-missing-grant",
    "ram-unmatchable-resource",
    "ram-unknown-action",
    "ram-ineffective-condition",
    "ram-overbroad-grant",
    "ram-invalid-policy",
    "ram-denied-call",
    "ram-stale-policy",
    "ram-unused-grant",
    "refused-combination",
    "failing-automation",
    "backup-not-made",
    "malformed-record",
    "incomplete-logs",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn yaml_file(path: &Path) -> Value {
    let stream = yaml::parse(&read(path));
    assert!(stream.errors.is_empty(), "{}: {:?}", path.display(), stream.errors);
    stream.documents[0].to_json()
}

/// Every rule file.
fn rule_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for family in ["audit", "call", "file", "ram", "together", "waiver"] {
        for entry in fs::read_dir(root().join("rules").join(family)).unwrap() {
            files.push(entry.unwrap().path());
        }
    }
    files.sort();
    files
}

fn rules() -> Vec<Rule> {
    Catalogue::builtin().unwrap().rules().iter().map(|rule| Rule::clone(rule)).collect()
}

fn codes() -> &'static ErrorCodes {
    ErrorCodes::builtin().unwrap()
}

/// Every text under a key, wherever it stands.
fn texts_under(value: &Value, key: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, inner) in map {
                match inner {
                    Value::String(text) if name == key => {
                        found.insert(text.clone());
                    }
                    _ => texts_under(inner, key, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts_under(item, key, found)),
        _ => {}
    }
}

/// A line that people read as a message: no capital at the beginning unless a name, no period at the end.
fn assert_is_fragment(what: &str, text: &str) {
    assert!(!text.contains('\n') && text.trim() == text && !text.is_empty(), "{what}: {text:?}");
    assert!(!text.ends_with(['.', '!', ':']), "{what}: {text:?}");
    let names = ["MySQL", "PostgreSQL", "MariaDB", "SQL Server", "RDS"];
    let is_name = names.iter().any(|name| text.starts_with(name));
    assert!(is_name || text.starts_with(|c: char| c.is_ascii_lowercase()), "{what}: {text:?}");
}

#[test]
fn the_rules_are_these_in_this_order() {
    let rules = rules();
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ORDER);
    let orders: BTreeSet<u32> = rules.iter().map(|rule| rule.order).collect();
    assert_eq!(orders.len(), rules.len(), "each rule has a place of its own");
}

#[test]
fn a_rule_stands_in_the_file_of_its_name() {
    let files = rule_files();
    assert_eq!(files.len(), ORDER.len());
    for file in files {
        let rule = yaml_file(&file);
        assert_eq!(rule["id"].as_str(), file.file_stem().unwrap().to_str());
        assert_eq!(file.extension().unwrap(), "yaml");
    }
}

#[test]
fn every_rule_has_what_people_read() {
    for rule in rules() {
        assert!(rule.id.split('-').all(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_lowercase())), "{}", rule.id);
        assert_is_fragment(&rule.id, &rule.title);
        assert!(rule.title.chars().count() <= 80, "{}", rule.title);
        for text in [&rule.why, &rule.fix] {
            assert!(text.trim_end().ends_with('.'), "{}: {text}", rule.id);
            let is_sentence = |p: &str| p.trim().starts_with(|c: char| c.is_uppercase() || "`-".contains(c));
            assert!(text.split("\n\n").all(is_sentence), "{}: {text}", rule.id);
        }
        assert!(!rule.references.is_empty(), "{}", rule.id);
        assert!(rule.references.iter().all(|text| !text.ends_with('.')), "{}", rule.id);
    }
}

#[test]
fn what_stands_on_the_page_says_of_which_day() {
    let updated = &codes().documentation().updated;
    for rule in rules() {
        for reference in rule.references.iter().filter(|text| text.starts_with("ApsaraDB RDS: CreateBackup")) {
            assert!(reference.ends_with(&format!("({updated})")), "{}: {reference}", rule.id);
        }
    }
    let matrix = yaml_file(&root().join("rules/matrix/rds-create-backup.yaml"));
    assert_eq!(matrix["api"]["documentation"]["updated"].as_str(), Some(updated.as_str()));
}

#[test]
fn every_rule_has_examples_or_says_why_not() {
    for rule in rules() {
        let (bad, good) = (rule.bad.len(), rule.good.len());
        match rule.no_examples {
            Some(reason) => assert!(bad + good == 0 && reason.trim_end().ends_with('.'), "{}", rule.id),
            None => assert!(bad > 0 && good > 0, "{}", rule.id),
        }
    }
}

#[test]
fn examples_are_clean() {
    for rule in rules() {
        for (example, is_bad) in rule.bad.iter().map(|e| (e, true)).chain(rule.good.iter().map(|e| (e, false))) {
            let name = format!("{}: {}", rule.id, example.title);
            assert!(!example.title.ends_with('.') && !example.title.is_empty(), "{name}");
            let paths: BTreeSet<&str> = example.files.iter().map(|file| file.path.as_str()).collect();
            assert_eq!(paths.len(), example.files.len(), "{name}");
            for file in &example.files {
                assert!(!file.path.starts_with('/') && !file.path.contains(".."), "{name}");
                assert!(file.text.ends_with('\n') && !file.text.ends_with("\n\n"), "{name}");
                assert!(file.text.lines().all(|line| line.trim_end() == line && line.len() <= 100), "{name}");
            }
            match &example.at {
                Some(at) => {
                    assert!(is_bad, "{name}: a good example has no caret");
                    assert_eq!(example.files.iter().filter(|file| file.text.contains(at)).count(), 1, "{name}");
                }
                None => assert!(!is_bad || rule.id.ends_with("-file"), "{name}: where is the caret?"),
            }
        }
        let titles: BTreeSet<&str> = rule.bad.iter().chain(&rule.good).map(|e| e.title.as_str()).collect();
        assert_eq!(titles.len(), rule.bad.len() + rule.good.len(), "{}: titles tell examples apart", rule.id);
    }
}

#[test]
fn the_files_are_clean_and_name_no_machine() {
    let mut files = rule_files();
    files.extend(
        ["rules/errors.yaml", "schemas/rule.schema.json", "schemas/errors.schema.json"].map(|f| root().join(f)),
    );
    for file in files {
        let text = read(&file);
        assert!(text.chars().all(|c| c.is_ascii() || c == '…'), "{}", file.display());
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}", file.display());
        for line in text.lines() {
            assert!(line.trim_end() == line && !line.contains('\t'), "{}: {line:?}", file.display());
            for folder in ["/home/", "/tmp/", "/root/", "/work/", "/Users/", "C:\\"] {
                assert!(!line.contains(folder), "{}: {line}", file.display());
            }
        }
    }
}

#[test]
fn what_refers_to_a_code_or_a_rule_finds_it() {
    let catalogue = Catalogue::builtin().unwrap();
    for rule in catalogue.rules() {
        for code in &rule.codes {
            assert!(codes().code(code).is_some(), "{}: {code} is not in errors.yaml", rule.id);
        }
    }
    for code in codes().codes() {
        if let Some(rule) = &code.rule {
            let rule = catalogue.rule(rule).unwrap_or_else(|| panic!("{}: no rule {rule}", code.code));
            assert!(rule.codes.contains(&code.code), "{} names {}, but not the other way round", code.code, rule.id);
        }
    }
}

#[test]
fn every_code_and_rule_of_the_matrix_is_known() {
    let matrix = yaml_file(&root().join("rules/matrix/rds-create-backup.yaml"));
    let mut named = BTreeSet::new();
    for key in ["answer", "code"] {
        texts_under(&matrix["reports"], key, &mut named);
        texts_under(&matrix["quota"], key, &mut named);
        texts_under(&matrix["concurrency"], key, &mut named);
        texts_under(&matrix["preconditions"], key, &mut named);
    }
    assert!(named.len() >= 6, "{named:?}");
    for code in named {
        assert!(codes().code(&code).is_some_and(|entry| entry.on_page), "{code} is not in errors.yaml");
    }
    let mut rules = BTreeSet::new();
    texts_under(&matrix, "rule", &mut rules);
    for key in ["exceeded", "near"] {
        texts_under(&matrix["quota"]["rules"], key, &mut rules);
    }
    assert!(rules.len() >= 10, "{rules:?}");
    let catalogue = Catalogue::builtin().unwrap();
    for rule in rules {
        assert!(catalogue.rule(&rule).is_some(), "the matrix names {rule}, and the catalogue does not have it");
    }
}

#[test]
fn the_answers_of_the_matrix_stand_in_the_rules_that_it_reports() {
    let matrix = yaml_file(&root().join("rules/matrix/rds-create-backup.yaml"));
    let catalogue = Catalogue::builtin().unwrap();
    for (name, report) in matrix["reports"].as_object().unwrap() {
        if let Some(answer) = report["answer"].as_str() {
            let rule = catalogue.rule(report["rule"].as_str().unwrap()).unwrap();
            assert!(rule.codes.iter().any(|code| code == answer), "{name}: {} does not name {answer}", rule.id);
        }
    }
}

#[test]
fn the_page_lists_so_many_codes_of_each_status() {
    let mut counts: BTreeMap<u16, usize> = BTreeMap::new();
    for code in codes().codes().iter().filter(|code| code.on_page) {
        *counts.entry(code.status.unwrap()).or_default() += 1;
    }
    assert_eq!(counts, BTreeMap::from([(400, 50), (403, 16), (404, 5), (500, 3)]));
    assert_eq!(counts.values().sum::<usize>(), 74);
}

#[test]
fn every_code_says_what_it_means_and_what_to_do() {
    for class in codes().classes() {
        assert_is_fragment("class", &class.title);
        assert!(class.sentence.ends_with('.'), "{}", class.title);
        assert!(codes().codes().iter().any(|code| code.class == class.id), "{}: no code", class.title);
    }
    for code in codes().codes() {
        for text in [&code.meaning, &code.cause, &code.action] {
            assert!(text.ends_with('.') && !text.contains('\n') && text.trim() == text, "{}: {text}", code.code);
        }
        assert_eq!(code.on_page, code.source.is_none(), "{}: either the page or another source", code.code);
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_files_keep_to_their_schemas() {
    let schema = |name: &str| -> Value { serde_json::from_str(&read(&root().join("schemas").join(name))).unwrap() };
    let check = |validator: &jsonschema::Validator, file: &Path| {
        let value = yaml_file(file);
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.display());
    };
    let rule_schema = schema("rule.schema.json");
    let rule = jsonschema::draft202012::new(&rule_schema).unwrap();
    for file in rule_files() {
        check(&rule, &file);
    }
    let errors = jsonschema::draft202012::new(&schema("errors.schema.json")).unwrap();
    check(&errors, &root().join("rules/errors.yaml"));
}

#[cfg(feature = "schema")]
#[test]
fn the_schemas_refuse_what_is_wrong() {
    let schema: Value = serde_json::from_str(&read(&root().join("schemas/rule.schema.json"))).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let right = yaml_file(&root().join("rules/call/read-only-instance.yaml"));
    assert!(validator.is_valid(&right));
    let refused = |key: &str, value: Value| {
        let mut wrong = right.clone();
        wrong[key] = value;
        !validator.is_valid(&wrong)
    };
    assert!(refused("id", "Read_Only".into()));
    assert!(refused("title", "ends with a period.".into()));
    assert!(refused("severity", "fatal".into()));
    assert!(refused("order", 0.into()));
    assert!(refused("extra", 1.into()));
    assert!(refused("references", Value::Array(Vec::new())));
    assert!(refused("no_examples", "There are some, so this is wrong.".into()));
}
