//! Every dependency says why it is there, and what all of them are licensed under is allowed in `deny.toml`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (mut is_dependencies, mut reason, mut count) = (false, false, 0);
    let mut without = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_dependencies = line.contains("dependencies");
            // A reason above a table is that of its first line.
        } else if let Some(text) = line.strip_prefix('#') {
            reason = text.trim().ends_with('.') && text.split_whitespace().count() >= 3;
        } else if line.trim().is_empty() {
            reason = false;
        } else if is_dependencies && line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            count += 1;
            if !reason {
                without.push(line.split(' ').next().unwrap().to_owned());
            }
        }
    }
    assert!(count > 40, "{count} dependencies");
    assert_eq!(without, [] as [&str; 0], "these have no line that says what they are for");
}

/// The licences that `deny.toml` allows.
fn allowed() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let allow = table["licenses"]["allow"].as_array().unwrap();
    allow.iter().map(|licence| licence.as_str().unwrap().to_owned()).collect()
}

/// Whether an SPDX expression is met: of alternatives one, of parts all.
fn is_met(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let expression = expression.trim();
    // Old manifests write alternatives with a slash.
    if let Some((one, other)) = expression.split_once('/') {
        return is_met(one, allowed) || is_met(other, allowed);
    }
    let parts = |word: &str| -> Option<Vec<String>> {
        let (mut depth, mut parts, mut part) = (0, Vec::new(), Vec::new());
        for token in expression.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
            depth += i32::from(token == "(") - i32::from(token == ")");
            if depth == 0 && token == word {
                parts.push(std::mem::take(&mut part).join(" "));
            } else {
                part.push(token.to_owned());
            }
        }
        parts.push(part.join(" "));
        (parts.len() > 1).then_some(parts)
    };
    if let Some(parts) = parts("OR") {
        return parts.iter().any(|part| is_met(part, allowed));
    }
    if let Some(parts) = parts("AND") {
        return parts.iter().all(|part| is_met(part, allowed));
    }
    match expression.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => is_met(inner, allowed),
        None => allowed.contains(expression),
    }
}

#[test]
fn every_licence_is_allowed() {
    let version = Command::new("rustc").arg("-vV").current_dir(root()).output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let used: BTreeSet<&str> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    let packages = metadata["packages"].as_array().unwrap();
    let packages: Vec<&Value> =
        packages.iter().filter(|package| used.contains(package["id"].as_str().unwrap())).collect();
    assert!(packages.len() > 100);
    let allowed = allowed();
    for package in packages {
        let expression = package["license"].as_str().unwrap_or("none");
        assert!(is_met(expression, &allowed), "{} is under {expression}", package["name"]);
        // Everything comes from where it can be had again, or from here.
        let source = package["source"].as_str();
        assert!(source.is_none_or(|source| source.starts_with("registry+")), "{}: {source:?}", package["name"]);
    }
}

#[test]
fn expressions_of_licences_are_read() {
    let allowed: BTreeSet<String> = ["MIT", "Zlib", "Unicode-3.0"].map(str::to_owned).into();
    for (expression, is) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("Apache-2.0/MIT", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(GPL-3.0 OR Apache-2.0) AND Unicode-3.0", false),
        ("MIT AND GPL-3.0", false),
    ] {
        assert_eq!(is_met(expression, &allowed), is, "{expression}");
    }
}
