//! What holds for every text.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;

use crate::model::{Access, Defect, PolicyDocument, Template};
use crate::source::{Place, Source};
use crate::surface::policy::{Frame, Written, access, read_text};
use crate::syntax::shell::EmbeddedText;

const GOOD: &str = r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":["rds:CreateBackup","rds:*"],
    "Resource":"acs:rds:*:${a}:dbinstance/<id>","Condition":{"StringEquals":{"rds:ResourceTag/a":["b","{{ c }}"]}}}]}"#;

/// Every place of a document.
fn places(document: &PolicyDocument) -> Vec<&Place> {
    let mut places = vec![&document.place];
    places.extend(document.version.iter().map(|version| &version.place));
    places.extend(document.defects.iter().map(|Defect { place, .. }| place));
    for statement in &document.statements {
        places.push(&statement.place);
        let elements = [&statement.actions, &statement.not_actions, &statement.resources, &statement.not_resources];
        let texts = elements.into_iter().flatten().chain(statement.conditions.iter().map(|c| &c.values));
        for texts in texts {
            places.push(&texts.place);
            places.extend(texts.all.iter().map(|Template { place, .. }| place));
        }
        places.extend(statement.conditions.iter().flat_map(|c| [&c.operator_place, &c.key_place]));
    }
    places
}

fn holds(document: &PolicyDocument) {
    for place in places(document) {
        let text = place.source.text();
        assert!(text.get(place.span.range()).is_some(), "{:?} in {text:?}", place.span);
    }
}

fn all(access: &Access) {
    access.documents.iter().for_each(holds);
}

/// A document with some of its bytes taken out, doubled, or other ones put in.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (0..GOOD.len(), 0..3_usize, "[\\[\\]{}\",:$<>*\\\\/ a-c1é\n]{0,3}");
    prop::collection::vec(edit, 0..6).prop_map(|edits| {
        let mut text: Vec<char> = GOOD.chars().collect();
        for (at, removed, new) in edits {
            let at = at.min(text.len());
            let end = (at + removed).min(text.len());
            text.splice(at..end, new.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn places_are_in_the_text_whatever_it_is(text in mutated(), offset in 0..9_usize) {
        let file = format!("{}{text}", " ".repeat(offset));
        let source = Arc::new(Source::from_text("x.json", file.as_str()));
        let own = EmbeddedText::verbatim(&text, u32::try_from(offset).unwrap());
        for expected in [true, false] {
            let frame = Frame { expected, ..Frame::default() };
            read_text(Written { source: &source, text: &own }, frame).iter().for_each(holds);
        }
        for path in ["x.json", "x.yaml", "x.json.tpl"] {
            all(&access(Path::new(path), &Arc::new(Source::from_text(path, file.as_str()))));
        }
    }

    #[test]
    fn texts_within_texts_have_places_in_the_file(text in mutated()) {
        let quoted = serde_json::to_string(&text).unwrap();
        let json = format!("{{\"PolicyDocument\": {quoted}}}");
        all(&access(Path::new("x.json"), &Arc::new(Source::from_text("x.json", json.as_str()))));
        let yaml = format!("ROSTemplateFormatVersion: x\nResources:\n  P:\n    Type: ALIYUN::RAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {quoted}\n");
        let found = access(Path::new("x.yaml"), &Arc::new(Source::from_text("x.yaml", yaml.as_str())));
        all(&found);
    }

    #[test]
    fn scripts_with_documents_are_read(text in mutated()) {
        let script = format!("P='{}'\naliyun ram CreatePolicy --PolicyName n --PolicyDocument \"$P\"\n", text.replace('\'', ""));
        all(&access(Path::new("x.sh"), &Arc::new(Source::from_text("x.sh", script.as_str()))));
        let markdown = format!("```json\n{text}\n```\n");
        all(&access(Path::new("x.md"), &Arc::new(Source::from_text("x.md", markdown.as_str()))));
    }

    #[test]
    fn nothing_panics(text in any::<String>()) {
        for path in ["x.json", "x.yaml", "x.policy", "x.md"] {
            all(&access(Path::new(path), &Arc::new(Source::from_text(path, text.as_str()))));
        }
    }
}

#[test]
fn hostile_texts_end() {
    let many = |one: &str, times: usize| one.repeat(times);
    let statement = r#"{"Effect":"Allow","Action":"a:b","Resource":"acs:x"},"#;
    let nested = format!("{}1{}", many(r#"{"Statement":[{"Effect":1,"Action":1,"x":"#, 60), many("}]}", 60));
    for text in [
        many("${", 100_000),
        many("{{", 100_000),
        many("<a", 100_000),
        format!("{{\"Version\":\"1\",\"Statement\":[{}1]}}", many(statement, 5_000)),
        format!("{{{}\"a\":1}}", many(r#""Statement":[],"#, 20_000)),
        format!("[{}1]", many(r#""{\"Statement\"","#, 10_000)),
        nested,
        many("{\n", 50_000),
        many("{}\n", 20_000),
    ] {
        for path in ["x.json", "x.yaml", "x.policy"] {
            all(&access(Path::new(path), &Arc::new(Source::from_text(path, text.as_str()))));
        }
    }
}
