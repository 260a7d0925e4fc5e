//! What README.md shows is what the program prints. On a difference the new text is written and the test fails.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use backuplint::finding::Catalogue;
use backuplint::report::rules::rules_markdown;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Compares the text between two markers and writes it when it differs.
fn compare(name: &str, expected: &str) {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {name}:begin -->\n"), format!("<!-- {name}:end -->"));
    let (before, rest) = readme.split_once(&begin).unwrap();
    let (current, after) = rest.split_once(&end).unwrap();
    if current != expected {
        fs::write(&path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
        panic!("README.md was out of date between the {name} markers; it is written anew, look at it");
    }
}

/// One test for both, since both may write the file.
#[test]
fn the_sample_and_the_rules_are_those_of_the_program() {
    let output = Command::cargo_bin("backuplint")
        .unwrap()
        .current_dir(root())
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE")
        .args(["check", "examples/shop", "--color", "never"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    // Only the time differs from run to run.
    let time = text.rfind(" in ").unwrap();
    let sample = format!("```text\n{} in 9 ms.\n```\n", &text[..time]);
    compare("sample", &sample);
    compare("rules", &rules_markdown(&Catalogue::builtin().unwrap()));
}

#[test]
fn every_command_that_readme_names_exists() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for command in ["check", "preflight", "audit", "ram", "explain", "rules", "matrix"] {
        assert!(readme.contains(&format!("backuplint {command}")), "{command}");
        Command::cargo_bin("backuplint").unwrap().args([command, "--help"]).assert().success();
    }
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        assert!(readme.contains(file) && Path::new(&root()).join(file).is_file(), "{file}");
    }
}
