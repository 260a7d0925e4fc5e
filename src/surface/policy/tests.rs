//! Documents in, what was read of them out.

mod files;
mod laws;
#[cfg(feature = "code")]
mod programs;
#[cfg(feature = "code")]
mod scripts;

use std::sync::Arc;

use super::*;
use crate::model::{DefectKind, Effect, Template};
use crate::source::Source;
use crate::syntax::shell::EmbeddedText;

fn source(text: &str) -> Arc<Source> {
    Arc::new(Source::from_text("policy.json", text))
}

fn read_json(text: &str, expected: bool) -> Option<PolicyDocument> {
    let source = source(text);
    let text = EmbeddedText::verbatim(text, 0);
    read_text(Written { source: &source, text: &text }, Frame { expected, ..Frame::default() })
}

fn defects(document: &PolicyDocument) -> Vec<(DefectKind, String, String)> {
    let one = |defect: &crate::model::Defect| (defect.kind, defect.place.text().to_owned(), defect.words.clone());
    document.defects.iter().map(one).collect()
}

const GOOD: &str = r#"{
  "Version": "1",
  "Statement": [{
    "Effect": "Allow",
    "Action": ["rds:CreateBackup", "rds:Describe*"],
    "Resource": "acs:rds:*:${var.account}:dbinstance/rm-1",
    "Condition": {"StringEquals": {"rds:ResourceTag/team": ["a", "b"]}}
  }]
}"#;

#[test]
fn a_document_is_read_with_the_place_of_each_part() {
    let document = read_json(GOOD, false).unwrap();
    assert_eq!(document.place.text(), GOOD);
    assert_eq!(document.version.as_ref().and_then(Template::text), Some("1"));
    let statement = &document.statements[0];
    assert_eq!(statement.effect, Effect::Allow);
    let actions = statement.actions.as_ref().unwrap();
    assert_eq!(actions.all[1].place.text(), "\"rds:Describe*\"");
    assert_eq!(actions.place.text(), r#"["rds:CreateBackup", "rds:Describe*"]"#);
    let resource = &statement.resources.as_ref().unwrap().all[0];
    assert_eq!(resource.shown(), "acs:rds:*:{var.account}:dbinstance/rm-1");
    let condition = &statement.conditions[0];
    assert_eq!((condition.operator.as_str(), condition.operator_place.text()), ("StringEquals", "\"StringEquals\""));
    assert_eq!(
        (condition.key.as_str(), condition.key_place.text()),
        ("rds:ResourceTag/team", "\"rds:ResourceTag/team\"")
    );
    assert_eq!(condition.values.all.len(), 2);
    assert_eq!((document.kind, document.length, document.defects.len()), (PolicyKind::Identity, None, 0));
}

#[test]
fn documents_of_others_are_not_read() {
    for text in [
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::x"}]}"#,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#,
        r#"{"Version":"1.1","Statement":[{"Effect":"Allow","Action":["rds:backup:create"]}]}"#,
        r#"{"Version":"1.1","Statement":[{"Effect":"Allow","Action":"rds:CreateBackup","Resource":"arn:aws:rds:x"}]}"#,
        r#"{"version":"2.0","statement":[{"effect":"allow","action":["name/cvm:x"],"resource":"qcs::cvm:x"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Action":"x:y","Resource":"*"}]}"#,
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"oss:GetObject","Principal":["1"],"Resource":"acs:oss:*:1:b/*"}]}"#,
        r#"{"Version":"1","Statement":"yes"}"#,
    ] {
        assert!(read_json(text, false).is_none(), "{text}");
        assert!(read_json(text, true).is_some(), "{text}");
    }
}

#[test]
fn what_is_wrong_is_kept() {
    let text = r#"{
  "version": "1", // why
  "Statement": {
    "Effect": "allow", "Effects": "Deny", "Sid": "x",
    "Action": "a:b", "NotAction": [], "Action": 1,
    "Resource": {"x": 1},
    "Condition": {"Bool": {"acs:SecureTransport": true}, "Null": "x"},
  }
}"#;
    let document = read_json(text, true).unwrap();
    let expected = [
        (DefectKind::ElementCase, "\"version\"", "Version"),
        (DefectKind::Comment, "// why", ""),
        (DefectKind::UnknownElement, "\"Effects\"", "Effects"),
        (DefectKind::WrongEffect, "\"allow\"", "allow"),
        (DefectKind::ToleratedElement, "\"Sid\"", "Sid"),
        (DefectKind::EmptyList, "[]", "NotAction"),
        (DefectKind::DuplicateKey, "\"Action\"", "Action"),
        (DefectKind::BothElements, "\"Action\"", "NotAction and Action"),
        (DefectKind::Unquoted, "1", "Action"),
        (DefectKind::WrongShape, "{\"x\": 1}", "Resource"),
        (DefectKind::Unquoted, "true", "acs:SecureTransport"),
        (DefectKind::WrongShape, "\"x\"", "Null"),
        (DefectKind::TrailingComma, ",", ""),
    ];
    let mut found = defects(&document);
    let single = found.iter().position(|(kind, ..)| *kind == DefectKind::SingleStatement).unwrap();
    found.remove(single);
    for expected in &expected {
        let (kind, place, words) = *expected;
        assert!(found.contains(&(kind, place.to_owned(), words.to_owned())), "{expected:?} in {found:#?}");
    }
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    let statement = &document.statements[0];
    assert_eq!(statement.actions.as_ref().unwrap().all[0].text(), Some("1"));
    assert!(statement.more_conditions.is_some() && statement.resources.as_ref().unwrap().open.is_some());
}

#[test]
fn what_is_missing_is_told() {
    let document = read_json(r#"{"Statement": [{"Action": "a:b"}]}"#, true).unwrap();
    let words: Vec<String> = document.defects.iter().map(|defect| defect.words.clone()).collect();
    assert_eq!(words, ["Version", "Effect", "Resource"]);
    let broken = read_json("{\"Statement\": [", true).unwrap();
    assert_eq!(broken.defects[0].kind, DefectKind::Unreadable);
    assert!(broken.open.is_some());
    let hole = read_json("${var.policy}", true).unwrap();
    assert!(hole.open.is_some() && hole.defects.is_empty(), "{hole:?}");
}

#[test]
fn holes_stand_for_any_part() {
    let text = r#"{"Version":"1","Statement":[{"Effect":"${e}","Action":${jsonencode(["}", var.x])},
        "Resource":["acs:rds:*:{{ account }}:dbinstance/<instance-id>", {{ more }}]}, ${more}]}"#;
    let document = read_json(text, false).unwrap();
    let statement = &document.statements[0];
    assert_eq!(statement.effect, Effect::Unknown);
    assert!(statement.actions.as_ref().unwrap().open.is_some());
    let resources = statement.resources.as_ref().unwrap();
    let shown: Vec<String> = resources.all.iter().map(Template::shown).collect();
    assert_eq!(shown, ["acs:rds:*:{account}:dbinstance/{instance-id}", "{more}"]);
    assert!(document.open.is_some() && document.defects.is_empty(), "{:?}", document.defects);
}

#[test]
fn a_trust_policy_tells_itself() {
    let text = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":["fc.aliyuncs.com"]}}]}"#;
    let document = read_json(text, false).unwrap();
    assert_eq!((document.kind, document.defects.len()), (PolicyKind::Trust, 0));
    assert_eq!(document.length, Some(text.len()));
}

#[test]
fn a_text_in_a_string_has_its_places_in_the_file() {
    let file = r#"{"PolicyDocument": "{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"rds:\u002a\",\"Resource\":\"*\"}]}"}"#;
    let source = source(file);
    let start = file.find("\"{").unwrap() + 1;
    let raw = EmbeddedText::verbatim(&file[start..file.len() - 2], u32::try_from(start).unwrap());
    let text = text::unescaped(&raw);
    let document = read_text(Written { source: &source, text: &text }, Frame::default()).unwrap();
    let action = &document.statements[0].actions.as_ref().unwrap().all[0];
    assert_eq!((action.text(), action.place.text()), (Some("rds:*"), "\\\"rds:\\u002a\\\""));
}

/// How many inputs the long run tries, from the environment of whoever starts it.
const INPUTS: Option<&str> = option_env!("BACKUPLINT_INPUTS");

/// A generator whose numbers are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).unwrap()
    }
}

/// One change of a text: something is taken out, put in, doubled or replaced by a piece of another text.
fn changed(text: &str, other: &str, numbers: &mut Numbers) -> String {
    const PIECES: [&str; 16] =
        ["{", "}", "[", "]", "\"", ":", ",", "\\", "${", "}}", "\u{e9}", "\u{1f980}", "\n", "- ", "&a ", "*a"];
    let mut chars: Vec<char> = text.chars().collect();
    let at = numbers.below(chars.len() + 1);
    let end = (at + numbers.below(12)).min(chars.len());
    match numbers.below(4) {
        0 => drop(chars.drain(at..end)),
        1 => drop(chars.splice(at..at, PIECES[numbers.below(PIECES.len())].chars())),
        2 => {
            let again: Vec<char> = chars[at..end].to_vec();
            drop(chars.splice(at..at, again));
        }
        _ => {
            let others: Vec<char> = other.chars().collect();
            let from = numbers.below(others.len() + 1);
            let to = (from + numbers.below(40)).min(others.len());
            drop(chars.splice(at..end, others[from..to].iter().copied()));
        }
    }
    chars.into_iter().collect()
}

/// The reader on texts that nobody writes: nothing panics, and every place is inside the text.
fn try_inputs(count: usize) -> usize {
    let seeds = [
        GOOD,
        "Resources:\n  A:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyName: a\n      PolicyDocument:\n        Version: '1'\n        Statement:\n          - Effect: Deny\n            Action: [rds:CreateBackup]\n            Resource: !Sub acs:rds:*:${A}:dbinstance/*\n",
        "{\"Version\": \"1\", // note\n \"Statement\": {\"Effect\": \"Allow\", \"NotAction\": \"ram:*\", \"Resource\": [\"*\",]}}",
        "- &x {Effect: Allow, Action: 'rds:*', Resource: '*'}\n- Statement: [*x, *x]\n  Version: 1\n",
    ];
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut read = 0;
    let mut text = GOOD.to_owned();
    for number in 0..count {
        if number % 6 == 0 || text.len() > 6_000 {
            seeds[numbers.below(seeds.len())].clone_into(&mut text);
        }
        text = changed(&text, seeds[numbers.below(seeds.len())], &mut numbers);
        for path in ["x.json", "x.yaml", "x.policy"] {
            let source = Arc::new(Source::from_text(path, text.as_str()));
            for document in documents(std::path::Path::new(path), &source) {
                read += 1;
                assert!(text.get(document.place.span.range()).is_some(), "{text}");
                for defect in &document.defects {
                    assert!(text.get(defect.place.span.range()).is_some(), "{text}");
                }
            }
        }
    }
    read
}

#[test]
fn texts_that_nobody_writes_are_no_reason_to_panic() {
    assert!(try_inputs(300) > 20);
}

/// The same for as long as somebody wants: `BACKUPLINT_INPUTS=1000000 cargo test -- --ignored texts_by_the_million`.
#[test]
#[ignore = "takes as long as it is told to"]
fn texts_by_the_million() {
    let count = INPUTS.and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    assert!(try_inputs(count) > 0);
}
