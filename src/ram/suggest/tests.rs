//! The least policies: written down, read again, and asked.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::matrix::Matrix;
use crate::ram::{Context, Layers, Outcome, Request, decide};
use crate::source::Source;
use crate::surface::policy::documents;

fn permission() -> Permission {
    Matrix::builtin().unwrap().api().permission.clone().unwrap()
}

fn logged<'a>(principal: &'a str, region: &'a str, instance: &'a str) -> Logged<'a> {
    Logged { principal, region, account: "1900000000000007", instance }
}

fn outcome(text: &str, resource: &str) -> Outcome {
    let source = Arc::new(Source::from_text("least.json", text));
    let read = documents(Path::new("least.json"), &source);
    assert_eq!((read.len(), read[0].defects.len()), (1, 0), "{text}");
    let resource = [Piece::Text(resource.to_owned())];
    let layers = Layers { identity: read.iter().collect(), ..Layers::default() };
    decide(&layers, &Request { action: "rds:CreateBackup", resource: &resource, context: &Context::default() }).outcome
}

#[test]
fn what_was_called_is_allowed_and_nothing_else() {
    let permission = permission();
    let calls = [
        logged("b", "cn-x", "rm-1"),
        logged("a", "cn-x", "rm-2"),
        logged("b", "", "rm-3"),
        logged("b", "cn-x", "rm-1"),
        logged("b", "cn-x", ""),
        logged("", "cn-x", "rm-9"),
    ];
    let all = of_logs(calls.into_iter().map(|call| (&permission, call)), &Given::default());
    let who: Vec<(Option<&str>, u64)> = all.iter().map(|one| (one.principal.as_deref(), one.calls)).collect();
    assert_eq!(who, [(Some("a"), 1), (Some("b"), 4), (None, 1)]);
    assert_eq!(all[1].left_out.len(), 1);
    let text = all[1].document(Form::Json).unwrap();
    let name = |region: &str, id: &str| format!("acs:rds:{region}:1900000000000007:dbinstance/{id}");
    for (resource, expected) in [
        (name("cn-x", "rm-1"), Outcome::Allowed),
        (name("cn-y", "rm-1"), Outcome::DeniedByDefault),
        // The record did not say in which region.
        (name("cn-y", "rm-3"), Outcome::Allowed),
        (name("cn-x", "rm-2"), Outcome::DeniedByDefault),
        (name("cn-x", "rm-11"), Outcome::DeniedByDefault),
    ] {
        assert_eq!(outcome(&text, &resource), expected, "{resource}");
    }
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["Version"], "1");
    assert_eq!(value["Statement"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_given_narrows_what_is_not_known() {
    let permission = permission();
    let given = Given { region: Some("cn-z".to_owned()), account: None };
    let all = of_logs([(&permission, logged("a", "", "rm-1"))].into_iter(), &given);
    assert!(all[0].document(Form::Json).unwrap().contains("\"acs:rds:cn-z:1900000000000007:dbinstance/rm-1\""));
}

#[test]
fn a_text_that_terraform_would_fill_in_is_escaped() {
    let mut one = Suggestion::default();
    let text = |text: &str| Piece::Text(text.to_owned());
    one.grants
        .entry("x:Do".to_owned())
        .or_default()
        .extend([vec![text("a/${b}%{c}")], vec![text("a/"), Piece::Hole("alicloud_x.y.id".to_owned())]]);
    let terraform = one.document(Form::Terraform).unwrap();
    assert!(terraform.contains(r#""a/$${b}%%{c}""#) && terraform.contains(r#""a/${alicloud_x.y.id}""#), "{terraform}");
    let json = one.document(Form::Json).unwrap();
    assert!(json.contains(r#""a/${b}%{c}""#) && !json.contains("alicloud_x"), "{json}");
    assert_eq!(one.expressions().collect::<Vec<_>>(), ["alicloud_x.y.id"]);
    assert!(Suggestion::default().document(Form::Json).is_none());
}
