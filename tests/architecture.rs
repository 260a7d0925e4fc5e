//! What ARCHITECTURE.md promises of the sources, held against the sources themselves.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

#[path = "support/rust_tokens.rs"]
mod rust_tokens;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use backuplint::finding::ErrorCodes;
use backuplint::matrix::Matrix;
use backuplint::model::{Api, naming};
use backuplint::syntax::yaml;
use rust_tokens::{Token, TokenKind, program};
use serde_json::Value;

/// The modules; each uses only those left of it.
const ORDER: [&str; 17] = [
    "source", "syntax", "model", "surface", "trail", "finding", "waiver", "config", "matrix", "quota", "ram", "policy",
    "check", "fix", "audit", "report", "cli",
];

/// The longest a source file may be.
const MOST_LINES: usize = 600;

/// One file of the program, without comments and without tests.
struct Program {
    /// Its path below the root, with `/`.
    path: String,
    text: String,
    tokens: Vec<Token>,
}

impl Program {
    /// The module that it belongs to; nothing for `lib.rs` and `main.rs`.
    fn module(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        let name = below.split('/').next()?;
        let name = name.strip_suffix(".rs").unwrap_or(name);
        ORDER.into_iter().find(|module| *module == name)
    }

    fn may_do_io(&self) -> bool {
        self.module() == Some("cli") || self.path == "src/main.rs"
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Every file under `src` that is not only there for tests.
fn programs() -> Vec<Program> {
    let mut files = Vec::new();
    collect(&root().join("src"), &mut files);
    files.sort();
    let programs = files.into_iter().map(|file| {
        let path = file.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
        let text = read(&file);
        Program { tokens: program(&text), path, text }
    });
    let is_test = |path: &str| path.split('/').any(|part| part == "tests" || part == "tests.rs");
    let programs: Vec<Program> = programs.filter(|program| !is_test(&program.path)).collect();
    assert!(programs.len() > 40);
    programs
}

fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// The first names of the paths that begin with a root (`crate`, `std`), with their lines: `root::name` and
/// `root::{name, name}`.
fn names_below(tokens: &[Token], root: &str) -> Vec<(String, usize)> {
    let mut names = Vec::new();
    for (index, window) in tokens.windows(4).enumerate() {
        let is_path = window[0].is_word(root) && window[1].is_punct(':') && window[2].is_punct(':');
        if !is_path {
            continue;
        }
        if let TokenKind::Word(name) = &window[3].kind {
            names.push((name.clone(), window[3].line));
        } else if window[3].is_punct('{') {
            let mut depth = 0;
            let mut begins = false;
            for token in &tokens[index + 3..] {
                match &token.kind {
                    TokenKind::Punct('{') => {
                        depth += 1;
                        begins = depth == 1;
                    }
                    TokenKind::Punct('}') => depth -= 1,
                    TokenKind::Punct(',') => begins = depth == 1,
                    TokenKind::Word(name) if begins => {
                        names.push((name.clone(), token.line));
                        begins = false;
                    }
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
            }
        }
    }
    names
}

#[test]
fn the_modules_are_those_of_the_order() {
    let library = program(&read(&root().join("src/lib.rs")));
    let declared: BTreeSet<&str> = library
        .windows(2)
        .filter(|pair| pair[0].is_word("mod"))
        .filter_map(|pair| match &pair[1].kind {
            TokenKind::Word(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(declared, ORDER.into_iter().collect());
}

#[test]
fn every_module_uses_only_those_left_of_it() {
    let place = |module: &str| ORDER.iter().position(|known| *known == module);
    let mut problems = Vec::new();
    let mut count = 0;
    for program in programs() {
        let Some(own) = program.module() else { continue };
        for (name, line) in names_below(&program.tokens, "crate") {
            count += 1;
            if place(&name) > place(own) {
                problems.push(format!("{}:{line}: {own} uses {name}, which stands right of it", program.path));
            }
        }
    }
    assert!(count > 60, "only {count} paths were seen");
    assert_none(&problems);
}

#[test]
fn only_the_command_line_prints_and_touches_the_world() {
    let macros = ["println", "eprintln", "print", "eprint", "dbg"];
    let modules = ["fs", "env", "time", "process", "net"];
    let mut problems = Vec::new();
    for program in programs().iter().filter(|program| !program.may_do_io()) {
        for pair in program.tokens.windows(2) {
            if let Some(name) = macros.iter().find(|name| pair[0].is_word(name) && pair[1].is_punct('!')) {
                problems.push(format!("{}:{}: {name}!", program.path, pair[0].line));
            }
        }
        for (name, line) in names_below(&program.tokens, "std") {
            if modules.contains(&name.as_str()) {
                problems.push(format!("{}:{line}: std::{name}", program.path));
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn no_source_file_is_too_long() {
    let mut problems = Vec::new();
    for program in programs() {
        let lines = program.text.lines().count();
        if lines > MOST_LINES {
            problems.push(format!("{}: {lines} lines, over the limit of {MOST_LINES}", program.path));
        }
    }
    assert_none(&problems);
}

/// The words of an API, in every spelling, as its matrix says.
fn api_words(api: &Api) -> BTreeSet<String> {
    let families = ["wire", "kebab", "snake", "upper-snake", "setter", "pascal", "camel"];
    let mut words = BTreeSet::new();
    for name in api.parameters.iter().map(|p| &p.name).chain([&api.action]) {
        words.extend(families.iter().filter_map(|family| naming::spell(name, family)));
    }
    words.extend(api.parameters.iter().flat_map(|p| p.spellings.values().cloned()));
    words.extend(api.tolerated.iter().cloned());
    for value in api.facts.iter().flat_map(|fact| &fact.values) {
        words.insert(value.id.clone());
        words.extend(value.aliases.iter().cloned());
    }
    words.extend([&api.product.title, &api.product.version, &api.product.code].map(String::clone));
    for binding in api.bindings.values() {
        texts_under(binding, &["resource", "data", "argument", "origin"], &mut words);
    }
    words
}

/// The texts that stand under some keys, anywhere in a value.
fn texts_under(value: &Value, keys: &[&str], found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::String(text) if keys.contains(&key.as_str()) => {
                        found.insert(text.clone());
                    }
                    Value::Array(list) if keys.contains(&key.as_str()) => {
                        found.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    _ => {}
                }
                texts_under(inner, keys, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| texts_under(inner, keys, found)),
        _ => {}
    }
}

/// Whether a word can only come from the API: `MySQL`, `Snapshot`, `db_instance_id`; not `local` or `version`.
fn is_telling(word: &str) -> bool {
    word.chars().any(|c| c.is_uppercase() || c == '_') || word.contains(|c: char| c.is_ascii_digit())
}

/// Whether a text holds a word that does not go on on either side.
fn holds_word(text: &str, word: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .any(|(at, _)| !goes_on(text[..at].chars().next_back()) && !goes_on(text[at + word.len()..].chars().next()))
}

/// Words of another language that the API happens to have too: the file, the word, and whose word it is.
const HOMONYMS: [(&str, &str, &str); 7] = [
    ("src/cli/command/audit/parquet", "instance", "the head of a column, as in the other tables"),
    ("src/report/", "instance", "what people call a database server, in heads of tables"),
    ("src/surface/c_sharp/", "Format", "a function of texts of .NET"),
    ("src/surface/cloudflow", "Action", "the key of what a task of a flow does"),
    ("src/surface/oos/", "Action", "the key of what a task of a template does"),
    ("src/surface/shell/", "readonly", "a command of the shell, which declares a variable"),
    ("src/surface/terraform/", "local", "the beginning of a reference to a local value"),
];

/// Attributes whose text is for people who read the help of the command line.
const HELP: [&str; 5] = ["about", "long_about", "help", "after_help", "long_help"];

#[test]
fn no_word_of_the_api_stands_in_the_program() {
    let mut words = BTreeSet::new();
    for code in Matrix::builtin_codes() {
        let matrix = Matrix::builtin_of(code).unwrap().unwrap();
        words.extend(api_words(matrix.api()));
        let file = root().join(format!("rules/matrix/{}.yaml", matrix.api().id));
        let file = yaml::parse(&read(&file)).documents[0].to_json();
        texts_under(&file["parameters"], &["values", "response_values"], &mut words);
        texts_under(&file["identifiers"], &["prefix", "product"], &mut words);
        texts_under(&file["api"]["ram"], &["action", "condition_keys"], &mut words);
        words.extend(matrix.rule_ids().into_iter().map(str::to_owned));
    }
    words.extend(ErrorCodes::builtin().unwrap().codes().iter().map(|code| code.code.clone()));
    assert!(words.len() > 150, "{words:?}");
    for word in ["FullBackup", "create-backup", "replicate", "alicloud_mongodb_backup", "dds:CreateBackup"] {
        assert!(words.contains(word), "{word} is not looked for");
    }
    let mut problems = Vec::new();
    for program in programs() {
        for (index, token) in program.tokens.iter().enumerate() {
            let TokenKind::Text(text) = &token.kind else { continue };
            let before = index.checked_sub(2).and_then(|index| program.tokens.get(index));
            if program.may_do_io() && before.is_some_and(|word| HELP.iter().any(|help| word.is_word(help))) {
                continue;
            }
            let is_homonym =
                |word: &str| HOMONYMS.iter().any(|(at, own, _)| program.path.starts_with(at) && *own == word);
            for word in words.iter().filter(|word| !is_homonym(word)) {
                if text == word || (is_telling(word) && holds_word(text, word)) {
                    problems.push(format!("{}:{}: {word} in {text:?}", program.path, token.line));
                }
            }
        }
    }
    assert_none(&problems);
}

#[test]
fn every_path_that_the_architecture_names_is_there() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let tops = ["src/", "rules/", "tests/", "schemas/"];
    let mut problems = Vec::new();
    let mut count = 0;
    // In Markdown every second piece between backticks is code; fences are three empty pieces more and so fit in.
    for code in text.split('`').skip(1).step_by(2) {
        for path in code.split_whitespace().filter(|word| tops.iter().any(|top| word.starts_with(top))) {
            count += 1;
            // What stands before a placeholder or a pattern has to be there.
            let fixed = path.split(['*', '<', '{', '…']).next().unwrap_or_default();
            let fixed =
                if fixed.len() < path.len() { fixed.rsplit_once('/').map_or("", |(above, _)| above) } else { fixed };
            let fixed = fixed.split("::").next().unwrap_or_default().trim_end_matches([',', '.', ';', ':', ')']);
            if !root().join(fixed).exists() {
                problems.push(format!("ARCHITECTURE.md names {path}, which is not there"));
            }
        }
    }
    assert!(count > 0, "ARCHITECTURE.md names no path");
    assert_none(&problems);
}

#[test]
fn the_tests_of_this_file_see_what_they_look_for() {
    let tokens = program(
        "//! crate::cli\nuse crate::{model::{A, cli}, cli::B};\nfn f<'a>(x: &'a str) { crate::report::g(r#\"a \"q\" b\"#, '\"') }\n\
         #[cfg(test)]\nmod tests { use crate::check::C; fn g() { let x = \"}\"; } }\n#[cfg(test)]\nuse crate::check::D;\nuse std::fs;",
    );
    let names: Vec<String> = names_below(&tokens, "crate").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["model", "cli", "report"]);
    assert_eq!(names_below(&tokens, "std"), [("fs".to_owned(), 8)]);
    let texts: Vec<&str> =
        tokens.iter().filter_map(|t| if let TokenKind::Text(x) = &t.kind { Some(x.as_str()) } else { None }).collect();
    assert_eq!(texts, ["a \"q\" b"]);
    assert!(holds_word("a FullBackup of", "FullBackup") && !holds_word("FullBackups", "FullBackup"));
    assert!(is_telling("Snapshot") && is_telling("db_name") && !is_telling("local"));
}
