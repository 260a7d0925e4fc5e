//! Documents in, findings out: rule, severity, what the caret stands on, and what the message says.

use std::sync::Arc;

use super::*;
use crate::matrix::Matrix;
use crate::source::Source;
use crate::surface::policy::{Frame, Written, read_text};
use crate::syntax::shell::EmbeddedText;

fn document(text: &str) -> PolicyDocument {
    let source = Arc::new(Source::from_text("policy.json", format!("x={text}")));
    let embedded = EmbeddedText::verbatim(text, 2);
    let frame = Frame { subject: "nightly".to_owned(), expected: true, ..Frame::default() };
    read_text(Written { source: &source, text: &embedded }, frame).unwrap()
}

fn said_of(document: PolicyDocument) -> Vec<Finding> {
    let apis = [Matrix::builtin().unwrap().api().clone()];
    findings(&[document], &apis, &|_| false)
}

/// Rule without its family, severity, text at the caret.
fn brief(findings: &[Finding]) -> Vec<(String, &'static str, String)> {
    let line = |f: &Finding| {
        let place = f.primary.place.text().to_owned();
        (f.rule.strip_prefix("ram-").unwrap().to_owned(), f.severity.word(), place)
    };
    findings.iter().map(line).collect()
}

fn policy(statements: &str) -> String {
    format!(r#"{{"Version":"1","Statement":[{statements}]}}"#)
}

/// What is said of statements, without the notes on width.
fn said(statements: &str) -> Vec<Finding> {
    let mut found = said_of(document(&policy(statements)));
    found.retain(|f| &*f.rule != "ram-overbroad-grant");
    found
}

fn grant(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":{action},"Resource":{resource}}}"#)
}

fn fixed(finding: &Finding) -> String {
    let fix = finding.fixes.first().unwrap();
    let text = finding.primary.place.source.text();
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.place.span.start));
    edits.iter().fold(text.to_owned(), |mut text, edit| {
        text.replace_range(edit.place.span.range(), &edit.replacement);
        text
    })
}

const BACKUP: &str = r#""rds:CreateBackup""#;

#[test]
fn what_is_right_is_silent() {
    for statements in [
        grant(BACKUP, r#""acs:rds:cn-shanghai:1900000000000007:dbinstance/rm-1""#),
        grant(r#"["rds:createbackup","rds:DescribeBackups"]"#, r#""acs:rds:*:*:*/${db.id}""#),
        grant(BACKUP, r#"["acs:rds:${region}:*:dbinstance/*","acs:oss:*:*:bucket/*"]"#),
        grant(r#"["ecs:*"]"#, r#""acs:ecs:*:*:instances/*""#),
        grant(r#""*""#, r#""acs:oss:*:*:bucket""#),
        grant(r#"["oss:*","rds:Describe*"]"#, r#""acs:oss:*:*:bucket""#),
        grant(r#""dds:CreateBackup""#, r#""acs:dds:*:*:dbinstance/*""#),
        grant(r#""rds:DescribeBackups""#, r#""acs:rds:*:*:dbinstances/*""#),
        grant(r#"["${action}"]"#, r#""${resource}""#),
        format!(
            "{},{}",
            grant(r#""rds:*""#, r#""acs:rds:*:*:dbinstance/rm-1""#),
            deny(BACKUP, r#""acs:rds:*:*:dbinstance/rm-2""#)
        ),
        conditional("StringEquals", "rds:ResourceTag/team", r#""data""#),
        conditional("IpAddress", "acs:SourceIp", r#"["10.0.0.0/8","192.0.2.7"]"#),
        conditional("DateLessThan", "acs:CurrentTime", r#""2030-01-01T00:00:00+08:00""#),
        conditional("Bool", "acs:MFAPresent", r#""true""#),
        conditional("ForAllValues:StringEquals", "acs:SomethingNew", r#""x""#),
        conditional("StringLike", "rds:ResourceTag/team", r#""data*""#),
    ] {
        assert_eq!(brief(&said(&statements)), [], "{statements}");
    }
}

fn deny(action: &str, resource: &str) -> String {
    format!(r#"{{"Effect":"Deny","Action":{action},"Resource":{resource}}}"#)
}

fn conditional(operator: &str, key: &str, value: &str) -> String {
    format!(
        r#"{{"Effect":"Allow","Action":"rds:CreateBackup","Resource":"acs:rds:*:*:dbinstance/rm-1","Condition":{{"{operator}":{{"{key}":{value}}}}}}}"#
    )
}

#[test]
fn resources_that_name_no_instance() {
    let found = said(&grant(BACKUP, r#"["acs:rds:*:*:dbinstances/rm-1","acs:rds:*:*:dbinstances/rm-2"]"#));
    assert_eq!(brief(&found), [("unmatchable-resource".into(), "error", r#""acs:rds:*:*:dbinstances/rm-1""#.into())]);
    assert_eq!(
        found[0].message,
        "this grants rds:CreateBackup on no instance: acs:rds:*:*:dbinstances/rm-1 cannot match one, the type is \
         dbinstance, not dbinstances"
    );
    assert_eq!(found[0].nearest.as_deref(), Some("acs:rds:*:*:dbinstance/rm-1"));
    assert_eq!(found[0].related[0].place.text(), r#""acs:rds:*:*:dbinstances/rm-2""#);
    let mended = fixed(&found[0]);
    assert!(mended.contains(":dbinstance/rm-1") && mended.contains(":dbinstance/rm-2"), "{mended}");

    for (resource, nearest) in [
        ("acs:rds:cn-shanghai:dbinstance/rm-1", "acs:rds:cn-shanghai:*:dbinstance/rm-1"),
        ("acs:rds:*:*:instance/rm-1", "acs:rds:*:*:dbinstance/rm-1"),
        ("acs:rds:*:*:dbInstance/${id}", "acs:rds:*:*:dbinstance/{id}"),
        ("arn:aws:rds:cn-x:1:db:mine", "acs:rds:cn-x:*:dbinstance/*"),
        ("rm-1", "acs:rds:*:*:dbinstance/rm-1"),
        ("acs:oss:*:*:bucket/x", "acs:rds:*:*:dbinstance/x"),
    ] {
        let found = said(&grant(BACKUP, &format!("\"{resource}\"")));
        assert_eq!(brief(&found), [("unmatchable-resource".into(), "error", format!("\"{resource}\""))]);
        assert_eq!(found[0].nearest.as_deref(), Some(nearest));
    }
    // Beside a right one only what is all but right is told.
    let found =
        said(&grant(BACKUP, r#"["acs:rds:*:*:dbinstance/rm-1","acs:rds:*:*:dbinstances/rm-2","acs:rds:*:*:x/y"]"#));
    assert_eq!(brief(&found), [("unmatchable-resource".into(), "error", r#""acs:rds:*:*:dbinstances/rm-2""#.into())]);
    // A wide action on resources of the service.
    let found = said(&grant(r#""*""#, r#""acs:rds:*:*:dbinstances/*""#));
    assert_eq!(found.len(), 1);
}

#[test]
fn actions_that_are_misspelt() {
    for action in [
        "rds:CreateBackups",
        "rds:CreatBackup",
        "rds:BackupCreate",
        "rds:backup:create",
        "rds:CreateBackupSet",
        "rds:CreateDBSnapshot",
        "CreateBackup",
        "rds.CreateBackup",
    ] {
        let found = said(&grant(&format!("[\"{action}\",\"rds:Describe*\"]"), r#""*""#));
        assert_eq!(brief(&found), [("unknown-action".into(), "warning", format!("\"{action}\""))]);
        assert_eq!(found[0].nearest.as_deref(), Some("rds:CreateBackup"));
        assert!(fixed(&found[0]).contains(r#"["rds:CreateBackup","rds:Describe*"]"#));
    }
    for action in [
        "rds:DeleteBackup",
        "rds:CreateSecret",
        "rds:SomethingElse",
        "dds:CreateBackups",
        "rds:*Backups",
        "hbr:CreateBackup",
    ] {
        assert_eq!(brief(&said(&grant(&format!("\"{action}\""), r#""*""#))), [], "{action}");
    }
}

#[test]
fn conditions_that_nothing_meets() {
    for (operator, key, value, severity, caret, nearest) in [
        (
            "StringEquals",
            "acs:ResourceTag/team",
            r#""a""#,
            "warning",
            "\"acs:ResourceTag/team\"",
            "rds:ResourceTag/team",
        ),
        ("StringEquals", "rds:ResourceTag", r#""a""#, "note", "\"rds:ResourceTag\"", "rds:ResourceTag/<key>"),
        ("StringEquals", "rds:ResourceTag/team", r#""Data""#, "note", "\"Data\"", ""),
        ("StringEquals", "rds:Engine", r#""a""#, "warning", "\"rds:Engine\"", ""),
        (
            "StringEquals",
            "aws:ResourceTag/team",
            r#""a""#,
            "warning",
            "\"aws:ResourceTag/team\"",
            "rds:ResourceTag/team",
        ),
        ("IpAddress", "acs:SourceIP", r#""10.0.0.0/33""#, "warning", "\"10.0.0.0/33\"", ""),
        ("Bool", "acs:SecureTransport", r#""yes""#, "warning", "\"yes\"", ""),
        ("ArnLike", "acs:PrincipalARN", r#""x""#, "warning", "\"ArnLike\"", ""),
        ("StringEqualsIfExists", "acs:SourceVpc", r#""x""#, "warning", "\"StringEqualsIfExists\"", ""),
        ("StringEquals", "rds:ResourceTag/team", r#""data*""#, "warning", "\"data*\"", "StringLike"),
    ] {
        let found = said(&conditional(operator, key, value));
        assert_eq!(brief(&found), [("ineffective-condition".into(), severity, caret.into())], "{operator} {key}");
        if !nearest.is_empty() {
            assert_eq!(found[0].nearest.as_deref(), Some(nearest));
        }
    }
    let both = conditional("StringEquals", "acs:SourceVpc", r#""vpc-a""#)
        .replace("}}}", r#"},"StringLike":{"acs:SourceVpc":"vpc-b*"}}}"#);
    assert_eq!(brief(&said(&both)), [("ineffective-condition".into(), "warning", "\"StringLike\"".into())]);
    let window = conditional("DateGreaterThan", "acs:CurrentTime", r#""2027-01-01T00:00:00Z""#)
        .replace("}}}", r#"},"DateLessThan":{"acs:CurrentTime":"2026-01-01T00:00:00Z"}}}"#);
    assert_eq!(brief(&said(&window)), [("ineffective-condition".into(), "warning", "\"DateLessThan\"".into())]);
    // A condition on another action, and one on a grant of everything, are no matter of this call.
    let other = conditional("StringEquals", "acs:ResourceTag/team", r#""a""#);
    for action in ["ecs:*", "*", "rds:DescribeBackups"] {
        assert_eq!(said(&other.replace("rds:CreateBackup", action)).len(), 0, "{action}");
    }
}

#[test]
fn a_denial_takes_away_what_is_allowed() {
    let one = r#""acs:rds:*:*:dbinstance/rm-1""#;
    for (allowed, denied, severity) in [
        (grant(BACKUP, one), deny(r#""rds:*""#, r#""*""#), "error"),
        (grant(r#""rds:Create*""#, one), deny(r#""rds:*""#, one), "error"),
        (
            grant(r#"["rds:Describe*","rds:CreateBackup"]"#, one),
            deny(r#"["rds:DeleteBackup","rds:CreateBackup"]"#, one),
            "error",
        ),
        (grant(r#""rds:*""#, r#""*""#), deny(BACKUP, r#""*""#), "note"),
    ] {
        let found = said(&format!("{allowed},{denied}"));
        assert_eq!(found.len(), 1, "{allowed} {denied}");
        assert_eq!((&*found[0].rule, found[0].severity.word()), ("ram-explicit-deny", severity));
        assert_eq!(found[0].primary.text, "denied here");
    }
    // An exception for some instances, a denial with a condition, and one that is about something else.
    let all = grant(BACKUP, r#""acs:rds:*:*:dbinstance/*""#);
    let spared = deny(BACKUP, one);
    let on_address = spared
        .replace("]}", "]")
        .replace(r#""Resource""#, r#""Condition":{"NotIpAddress":{"acs:SourceIp":"10.0.0.0/8"}},"Resource""#);
    for statements in [
        format!("{all},{spared}"),
        format!("{},{on_address}", grant(BACKUP, one)),
        format!("{},{}", grant(BACKUP, one), deny(r#""rds:Delete*""#, r#""*""#)),
        format!("{},{}", grant(BACKUP, r#""${a}""#), deny(BACKUP, r#""${b}""#)),
        format!("{},{}", grant(r#""*""#, r#""*""#), deny(r#""*""#, r#""*""#)),
    ] {
        assert_eq!(brief(&said(&statements)), [], "{statements}");
    }
}

#[test]
fn grants_of_more_than_a_backup() {
    let told = |action: &str, resource: &str| {
        let found = said_of(document(&policy(&grant(action, resource))));
        let found: Vec<_> = found.into_iter().filter(|f| &*f.rule == "ram-overbroad-grant").collect();
        found.first().map(|f| (f.severity.word(), f.primary.place.text().to_owned(), f.message.clone()))
    };
    let (severity, caret, message) = told(r#""rds:*""#, r#""*""#).unwrap();
    assert_eq!((severity, caret.as_str()), ("note", "\"rds:*\""));
    assert!(
        message.starts_with(
            "rds:* grants rds:CreateBackup on every instance, and more than that: DeleteBackup (deletes backup sets), "
        ),
        "{message}"
    );
    let (_, _, message) = told(r#""rds:Create*""#, r#""acs:rds:*:*:dbinstance/rm-1""#).unwrap();
    assert!(message.starts_with("rds:Create* grants more than rds:CreateBackup: CreateAccount"), "{message}");
    let (_, caret, message) = told(BACKUP, r#""acs:rds:*:*:dbinstance/*""#).unwrap();
    assert_eq!(caret, "\"acs:rds:*:*:dbinstance/*\"");
    assert_eq!(message, "rds:CreateBackup is granted on every instance of every account");
    assert_eq!(told(BACKUP, r#""acs:rds:*:1900000000000007:dbinstance/*""#), None);
    assert_eq!(told(r#""ecs:*""#, r#""*""#), None);
    let all_but = r#"{"Effect":"Allow","NotAction":["ram:*"],"Resource":"*"}"#;
    assert_eq!(brief(&said_of(document(&policy(all_but)))), [("overbroad-grant".into(), "note", "[\"ram:*\"]".into())]);
}

#[test]
fn documents_that_the_service_refuses() {
    let right = grant(BACKUP, r#""acs:rds:*:*:dbinstance/rm-1""#);
    for (text, caret, severity) in [
        (policy(&right).replace("\"1\"", "\"2\""), "\"2\"", "error"),
        (policy(&right).replace("\"1\"", "\"2012-10-17\""), "\"2012-10-17\"", "error"),
        (policy(&right).replace("Allow", "allow"), "\"allow\"", "error"),
        (policy(&right).replace("\"Action\"", "\"action\""), "\"action\"", "error"),
        (policy(&right).replace("]}", ",]}"), ",", "error"),
        (policy(&right).replace("{\"Effect\"", "{/* who */\"Effect\""), "/* who */", "error"),
        (policy(&right).replace("{\"Effect\"", "{\"Sid\":\"a\",\"Effect\""), "\"Sid\"", "note"),
        (policy(&right).replace("\"1\"", "1"), "1", "error"),
    ] {
        let found = said_of(document(&text));
        assert_eq!(brief(&found), [("invalid-policy".into(), severity, caret.into())], "{text}");
    }
    let both = right.replace("\"Resource\"", "\"NotAction\":\"ram:*\",\"Resource\"");
    assert_eq!(said(&both).iter().map(|f| f.message.as_str()).collect::<Vec<_>>().len(), 1, "{:?}", said(&both));
    let empty = said(&grant("[]", r#""*""#));
    assert_eq!(brief(&empty), [("invalid-policy".into(), "error", "[]".into())]);
}

#[test]
fn documents_of_other_vendors_are_told_once() {
    let aws = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["rds:CreateDBSnapshot","rds:CreateBackup"],
        "Resource":"arn:aws:rds:us-east-1:1:db:x","Condition":{"StringEquals":{"aws:ResourceTag/a":"b"}}}]}"#;
    let found = said_of(document(aws));
    assert_eq!(brief(&found), [("invalid-policy".into(), "error", "\"2012-10-17\"".into())]);
    assert_eq!(found[0].message, "this is a policy of AWS, which RAM does not take");
    assert_eq!(found[0].related.len(), 2);
    let huawei = r#"{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["rds:backup:create"]}]}"#;
    assert_eq!(said_of(document(huawei))[0].message, "this is a policy of Huawei Cloud, which RAM does not take");
}

#[test]
fn a_document_may_be_too_long() {
    let long = |spaces: usize, count: usize| {
        let ids: Vec<String> = (0..count).map(|i| format!("\"acs:rds:*:*:dbinstance/rm-{i:04}\"")).collect();
        let mut text = policy(&grant(BACKUP, &format!("[{}]", ids.join(","))));
        text.insert_str(1, &" ".repeat(spaces));
        let length = text.len();
        PolicyDocument { length: Some(length), ..document(&text) }
    };
    let severities = |d: PolicyDocument| said_of(d).iter().map(|f| f.severity.word()).collect::<Vec<_>>();
    assert_eq!(severities(long(0, 200)), ["error"]);
    assert_eq!(severities(long(6_200, 2)), ["note"]);
    assert_eq!(severities(long(0, 100)), [] as [&str; 0]);
}

/// What the vendor writes is right: at most a note says how much it grants.
#[test]
fn policies_of_the_vendor_are_right() {
    use crate::ram::data::system_policies;
    assert!(system_policies().len() > 10);
    for kept in system_policies() {
        let statements: Vec<String> = kept
            .statements
            .iter()
            .map(|one| {
                let (key, actions) = match one.not_action.is_empty() {
                    true => ("Action", &one.action),
                    false => ("NotAction", &one.not_action),
                };
                format!(r#"{{"Effect":"Allow","{key}":{actions:?},"Resource":{:?}}}"#, one.resource)
            })
            .collect();
        let found = said(&statements.join(","));
        let told: Vec<&str> = found.iter().filter(|f| f.severity > Severity::Note).map(|f| &*f.message).collect();
        assert_eq!(told, [""; 0], "{}", kept.name);
    }
}

#[test]
fn examples_and_trust_are_no_grants() {
    let text = policy(&grant(BACKUP, r#""acs:rds:*:*:dbinstances/*""#));
    let advisory = said_of(PolicyDocument { advisory: true, ..document(&text) });
    assert_eq!(brief(&advisory)[0].1, "note");
    assert!(said_of(PolicyDocument { kind: PolicyKind::Trust, ..document(&text) }).is_empty());
}

#[test]
fn a_grant_that_is_all_of_a_file_speaks_of_the_service_alone() {
    let whole = |text: &str| {
        let source = Arc::new(Source::from_text("policy.json", text));
        let embedded = EmbeddedText::verbatim(text, 0);
        let frame = Frame { expected: true, ..Frame::default() };
        brief(&said_of(read_text(Written { source: &source, text: &embedded }, frame).unwrap()))
    };
    let text = policy(&grant(r#""ecs:*""#, r#""*""#)).replace("\"1\"", "\"3\"");
    assert_eq!(whole(&text), []);
    assert_eq!(whole(&text.replace("ecs:", "rds:Describe")).len(), 1);
}
