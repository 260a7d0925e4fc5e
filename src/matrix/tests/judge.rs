//! Sentences: what a person reads for one call.

use super::twin_test::{call, evaluator};
use crate::finding::{Confidence, Verdict};
use crate::matrix::Matrix;
use crate::model::{Alternative, Content, Guard, GuardKind, Inventory, Value};

fn messages(facts: &[(&str, &str)], parameters: &[(&str, &str)]) -> Vec<String> {
    let matrix = Matrix::builtin().unwrap();
    let judgement = evaluator(&matrix).judge(&call(&matrix, facts, parameters), &Inventory::default());
    let mut lines: Vec<String> = judgement
        .findings
        .iter()
        .map(|f| {
            let nearest = f.nearest.as_ref().map_or(String::new(), |n| format!(" | nearest: {n}"));
            let supported = if f.supported.is_empty() {
                String::new()
            } else {
                format!(" | supported: {}", f.supported.join(", "))
            };
            format!("{}[{}]: {}{supported}{nearest}", f.severity.word(), f.rule, f.message)
        })
        .collect();
    lines.sort();
    lines.insert(0, judgement.verdict.word().to_owned());
    lines
}

#[test]
fn messages_read_like_sentences() {
    let id = ("DBInstanceId", "rm-2ze5f8k1w0d3q7a9x");
    type Pairs<'a> = &'a [(&'a str, &'a str)];
    let calls: &[(Pairs<'_>, Pairs<'_>)] = &[
        (&[("engine", "PostgreSQL"), ("storage", "cloud_essd")], &[id, ("BackupMethod", "Logical")]),
        (&[("engine", "mysql"), ("storage", "cloud_essd")], &[id, ("BackupMethod", "Physical")]),
        (&[("engine", "MySQL"), ("storage", "cloud")], &[id]),
        (&[], &[id, ("BackupMethod", "Snapshot"), ("DBName", "orders")]),
        (&[("engine", "sqlserver")], &[id, ("BackupStrategy", "db"), ("DBName", "orders")]),
        (&[], &[id, ("BackupMethod", "Logical"), ("BackupStrategy", "db"), ("DBName", "shop")]),
        (&[], &[("DBInstanceId", "pgm-1"), ("BackupMethod", "snapshot"), ("BackupRetentionPeriod", "3")]),
        (&[("engine", "MariaDB")], &[id, ("BackupMethod", "Snapshot")]),
        (&[("engine", "MySQL"), ("storage", "local")], &[id, ("BackupMethod", "Logical"), ("DBName", "a")]),
        (&[("engine", "MySQL"), ("storage", "local")], &[id, ("BackupStrategy", "db"), ("DBName", "a")]),
        (&[], &[("DBInstanceId", "dds-1"), ("BackupType", "IncrementalBackup")]),
        (&[("engine", "PostgreSQL")], &[id, ("BackupRetentionPeriod", "30"), ("BackupType", "FullBackup")]),
        (&[], &[("DbInstanceId", "rm-1"), ("Colour", "red"), ("RegionId", "cn-hangzhou")]),
        (&[("engine", "MySQL")], &[id, ("BackupMethod", "Snapshot"), ("DBName", "[a,b]")]),
    ];
    let mut text = String::new();
    for (facts, parameters) in calls {
        text.push_str(&format!("{facts:?} {parameters:?}\n"));
        for line in messages(facts, parameters) {
            text.push_str(&format!("  {line}\n"));
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn no_message_keeps_a_placeholder() {
    let matrix = Matrix::builtin().unwrap();
    let mut evaluator = evaluator(&matrix);
    super::twin::for_each_known(|known| {
        let judgement = evaluator.judge(&super::twin_test::known_call(&matrix, known), &Inventory::default());
        for finding in judgement.findings {
            let texts = [Some(finding.message), finding.help, finding.nearest];
            for text in texts.into_iter().flatten() {
                assert!(!text.contains(['{', '}', '?']) || text.contains("which database is to be saved?"), "{text}");
            }
        }
    });
}

fn one_of(texts: &[(&str, &str, u32)], kind: GuardKind) -> Value {
    Value::one_of(
        texts
            .iter()
            .map(|(text, key, branch)| Alternative {
                guards: vec![Guard { key: (*key).into(), branch: *branch, kind }],
                ..Alternative::new(Content::text(*text))
            })
            .collect(),
    )
}

#[test]
fn values_chosen_by_one_condition_stay_together() {
    let matrix = Matrix::builtin().unwrap();
    let mut call =
        call(&matrix, &[("engine", "x"), ("storage", "cloud")], &[("DBInstanceId", "rm-1"), ("BackupMethod", "x")]);
    call.facts[0].value = one_of(&[("PostgreSQL", "var.pg", 0), ("MariaDB", "var.pg", 1)], GuardKind::Conditional);
    call.arguments[1].value = one_of(&[("Snapshot", "var.pg", 0), ("Physical", "var.pg", 1)], GuardKind::Conditional);
    let judgement = evaluator(&matrix).judge(&call, &Inventory::default());
    assert_eq!(judgement.verdict, Verdict::Proven);
    assert!(judgement.findings.is_empty());
    // Chosen by two conditions, they do not.
    call.arguments[1].value = one_of(&[("Snapshot", "var.s", 0), ("Physical", "var.s", 1)], GuardKind::Conditional);
    let judgement = evaluator(&matrix).judge(&call, &Inventory::default());
    assert_eq!(judgement.verdict, Verdict::Undecided);
    assert_eq!(judgement.findings.len(), 1);
    assert_eq!(judgement.findings[0].confidence, Confidence::Possible);
    assert!(!judgement.undecided.is_empty());
}

#[test]
fn each_element_of_a_loop_is_run() {
    let matrix = Matrix::builtin().unwrap();
    let mut call = call(&matrix, &[("engine", "PostgreSQL")], &[("DBInstanceId", "rm-1"), ("BackupMethod", "x")]);
    call.arguments[1].value = one_of(&[("Snapshot", "for", 0), ("Logical", "for", 1)], GuardKind::Iteration);
    let judgement = evaluator(&matrix).judge(&call, &Inventory::default());
    assert_eq!(judgement.verdict, Verdict::Violation);
    assert_eq!(judgement.findings.len(), 1);
    assert_eq!(judgement.findings[0].confidence, Confidence::Certain);
}

#[test]
fn a_default_that_can_be_overridden_makes_its_findings_possible() {
    let matrix = Matrix::builtin().unwrap();
    let mut call = call(&matrix, &[("engine", "PostgreSQL")], &[("DBInstanceId", "rm-1"), ("BackupMethod", "Logical")]);
    call.arguments[1].value.alternatives_mut()[0].overridable = true;
    let judgement = evaluator(&matrix).judge(&call, &Inventory::default());
    assert_eq!(judgement.verdict, Verdict::Undecided);
    assert_eq!(judgement.findings[0].confidence, Confidence::Possible);
    assert_eq!(judgement.findings[0].severity.word(), "error");
}
