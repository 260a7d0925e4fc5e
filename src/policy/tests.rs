//! What policies say of calls, and what is told of files that are wrong.

use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::*;
use crate::finding::{Catalogue, Confidence, SettingProblem, Severity};
use crate::matrix::{Evaluator, Matrix, Worlds};
use crate::model::{Alternative, Call, Content, Instance, Inventory, Unknown, Value, all_tags, tag};
use crate::source::{Place, Source, Span};
use crate::surface::plain;
use crate::syntax::when::{Zone, moment};

static MATRIX: LazyLock<Matrix> = LazyLock::new(|| Matrix::builtin().unwrap());
static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::builtin().unwrap());

fn read_text(text: &str) -> (Vec<Policy>, Vec<SettingProblem>) {
    let source = Arc::new(Source::from_text("policies/a.yaml", text));
    let apis = [MATRIX.api().clone()];
    read(&[source], Vocabulary { catalogue: &CATALOGUE, apis: &apis })
}

fn policy(conditions: &str) -> Policy {
    let (mut policies, problems) = read_text(&format!("id: a\ntitle: a\nseverity: error\nwhy: b\n{conditions}\n"));
    assert_eq!(problems, [], "{conditions}");
    policies.pop().unwrap()
}

fn call(facts: &[(&str, &str)], parameters: &[(&str, &str)]) -> Call {
    let source = Arc::new(Source::from_text("", ""));
    let given = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| plain::Given::nowhere(&source, *name, *value)).collect()
    };
    plain::call(MATRIX.api(), &Place::new(&source, Span::default()), given(facts), given(parameters), plain::WIRE)
}

fn judged(policy: &Policy, call: &Call, situation: &Situation) -> Judged {
    judge(policy, &Evaluator::new(&MATRIX, &CATALOGUE), call, (&Inventory::default(), Worlds::default()), situation)
}

fn says(policy: &Policy, call: &Call) -> Option<(Confidence, Severity)> {
    let finding = judged(policy, call, &Situation::default()).finding?;
    Some((finding.confidence, finding.severity))
}

const CERTAIN: Option<(Confidence, Severity)> = Some((Confidence::Certain, Severity::Error));
const POSSIBLE: Option<(Confidence, Severity)> = Some((Confidence::Possible, Severity::Note));

/// A parameter that is not known.
fn unknown(call: &mut Call, parameter: &str, present: bool) {
    let unknown = Unknown { reason: "nobody knows".to_owned(), place: None, present };
    let argument = call.arguments.iter_mut().find(|argument| argument.parameter == parameter).unwrap();
    argument.value = Value::from(Alternative::new(Content::Unknown(unknown)));
}

#[test]
fn what_is_known_is_judged() {
    let policy = policy("require: { parameters: { BackupRetentionPeriod: { at_least: 30 } } }");
    assert_eq!(says(&policy, &call(&[], &[("BackupRetentionPeriod", "30")])), None);
    assert_eq!(says(&policy, &call(&[], &[("BackupRetentionPeriod", "7")])), CERTAIN);
    assert_eq!(says(&policy, &call(&[], &[])), CERTAIN);
}

#[test]
fn regular_expressions_are_found_in_values_and_in_names_of_callers() {
    let policy = policy(
        "when: { parameters: { DBInstanceId: { regex: \"^rm-prod-[0-9]+$\" } } }\nrequire: { principal: { regex: [\"role/backup(-[a-z]+)?$\"], not: { glob: \"*legacy*\" } } }",
    );
    let of = |id: &str, who: &str| {
        let situation = Situation { principals: vec![who.to_owned()], moments: Vec::new() };
        judged(&policy, &call(&[], &[("DBInstanceId", id)]), &situation).finding.map(|finding| finding.confidence)
    };
    assert_eq!(of("rm-prod-1", "acs:ram::1900000000000007:role/backup-shop"), None);
    assert_eq!(of("rm-prod-1", "acs:ram::1900000000000007:role/legacy/role/backup-shop"), Some(Confidence::Certain));
    assert_eq!(of("rm-prod-1", "acs:ram::1900000000000007:user/alice"), Some(Confidence::Certain));
    assert_eq!(of("rm-prod-x", "acs:ram::1900000000000007:user/alice"), None);
    let mut open = call(&[], &[("DBInstanceId", "rm-prod-1")]);
    unknown(&mut open, "DBInstanceId", true);
    let situation = Situation { principals: vec!["user/alice".to_owned()], moments: Vec::new() };
    let judged = judged(&policy, &open, &situation);
    assert!(judged.finding.is_none(), "a value that is not known may fit or not");
    assert_eq!(judged.deciding, ["DBInstanceId"]);
}

#[test]
fn tags_are_known_by_the_call_or_the_inventory_and_else_unknown() {
    let policy = policy(
        "when: { tags: { env: prod } }\nrequire: { parameters: { BackupRetentionPeriod: { at_least: 30 } }, tags: { owner: given } }",
    );
    let short = [("DBInstanceId", "rm-1"), ("BackupRetentionPeriod", "7")];
    let long = [("DBInstanceId", "rm-1"), ("BackupRetentionPeriod", "30")];
    let tagged = |parameters: &[(&str, &str)], tags: &[(&str, &str)]| {
        let mut call = call(&[], parameters);
        call.facts.extend(tags.iter().map(|(key, value)| tag(key, Value::known(*value))));
        call.facts.push(all_tags());
        call
    };
    assert_eq!(says(&policy, &tagged(&short, &[("env", "prod"), ("owner", "dba")])), CERTAIN);
    assert_eq!(says(&policy, &tagged(&long, &[("env", "prod"), ("owner", "dba")])), None);
    assert_eq!(says(&policy, &tagged(&long, &[("env", "prod")])), CERTAIN, "nobody owns it");
    assert_eq!(says(&policy, &tagged(&short, &[("env", "test")])), None);
    assert_eq!(says(&policy, &tagged(&short, &[])), None);
    // What nobody tells is not known, and decides.
    let open = judged(&policy, &call(&[], &short), &Situation::default());
    assert!(open.finding.is_none());
    assert_eq!(open.deciding, ["tag env", "tag owner"]);
    let mut inventory = Inventory::default();
    inventory.insert(Instance {
        id: "rm-1".to_owned(),
        region: None,
        facts: vec![tag("env", Value::known("prod")), tag("owner", Value::known("dba"))],
    });
    let evaluator = Evaluator::new(&MATRIX, &CATALOGUE);
    let listed = judge(&policy, &evaluator, &call(&[], &short), (&inventory, Worlds::default()), &Situation::default());
    assert_eq!(listed.finding.map(|finding| finding.confidence), Some(Confidence::Certain));
}

#[test]
fn a_regular_expression_that_is_none_is_told_where_it_stands() {
    let text =
        "id: a\ntitle: a\nseverity: error\nwhy: b\nforbid: { parameters: { DBInstanceId: { regex: \"rm-(\" } } }\n";
    let (policies, problems) = read_text(text);
    assert!(policies.is_empty());
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].message.contains("is no regular expression: unclosed group"), "{problems:?}");
    assert_eq!(problems[0].place.text(), "\"rm-(\"");
    let huge = text.replace("rm-(", "(a{1000}){1000}");
    assert!(read_text(&huge).1[0].message.contains("is no regular expression"), "it takes too much room");
}

#[test]
fn an_unknown_value_is_never_the_cause() {
    let policy = policy("require: { parameters: { BackupRetentionPeriod: { at_least: 30 } } }");
    let mut call = call(&[], &[("BackupRetentionPeriod", "7")]);
    unknown(&mut call, "BackupRetentionPeriod", true);
    let judged = judged(&policy, &call, &Situation::default());
    assert!(judged.finding.is_none());
    assert_eq!(judged.deciding, ["BackupRetentionPeriod"]);
}

#[test]
fn what_holds_for_each_value_is_certain_though_the_value_is_not_known() {
    let policy = policy(
        "forbid: { any: [ { parameters: { BackupMethod: Snapshot } }, { parameters: { BackupMethod: { not: Snapshot } } } ] }",
    );
    let mut call = call(&[], &[("BackupMethod", "Snapshot")]);
    unknown(&mut call, "BackupMethod", false);
    assert_eq!(says(&policy, &call), CERTAIN);
}

#[test]
fn a_fact_that_is_not_known_makes_it_possible() {
    let policy = policy("when: { facts: { engine: MySQL } }\nforbid: { parameters: { BackupMethod: Logical } }");
    let logical = [("BackupMethod", "Logical")];
    assert_eq!(says(&policy, &call(&[], &logical)), POSSIBLE);
    assert_eq!(says(&policy, &call(&[("engine", "MySQL")], &logical)), CERTAIN);
    assert_eq!(says(&policy, &call(&[("engine", "PostgreSQL")], &logical)), None);
    let said = judged(&policy, &call(&[], &logical), &Situation::default()).finding.unwrap().message;
    assert!(said.contains("if the engine is"), "{said}");
}

#[test]
fn who_and_when_are_asked_for() {
    let who = policy("require: { principal: [\"role/backup\"] }");
    let call = call(&[], &[]);
    let by = |name: &str| {
        let situation = Situation { principals: vec![name.to_owned()], moments: Vec::new() };
        judged(&who, &call, &situation).finding.is_some()
    };
    assert!(by("acs:ram::1:user/alice") && by("role/backups"));
    assert!(!by("acs:ram::1:role/backup") && !by("role/backup"));
    assert!(judged(&who, &call, &Situation::default()).finding.is_none());

    let when = policy("time_zone: UTC\nrequire: { hours: not between 08:00 and 20:00, days: weekdays }");
    let at = |text: &str| {
        let utc = Zone::parse("UTC").unwrap();
        let moment = Moment::of(moment(text, &utc, false).unwrap(), &utc).unwrap();
        let situation = Situation { principals: Vec::new(), moments: vec![moment] };
        judged(&when, &call, &situation).finding.is_some()
    };
    // The second of March 2026 is a Monday.
    assert!(at("2026-03-02T08:00:00Z") && at("2026-03-02T19:59:00Z") && at("2026-03-01T03:00:00Z"));
    assert!(!at("2026-03-02T07:59:00Z") && !at("2026-03-02T20:00:00Z"));
}

#[test]
fn each_problem_has_its_place() {
    let text = "id: unsupported-method\ntitle: a\nseverity: eror\nwhy: a\nwhen: { facts: { engin: MySQL } }\n\
                require: { parameters: { BackupMethod: { at_lest: 3 } }, hours: noon }\n";
    let (policies, problems) = read_text(text);
    assert!(policies.is_empty());
    let told: Vec<(String, String)> =
        problems.iter().map(|p| (p.place.text().to_owned(), format!("{} {}", p.message, p.label))).collect();
    let has = |at: &str, words: &str| told.iter().any(|(place, said)| place == at && said.contains(words));
    assert!(has("unsupported-method", "rule of backuplint itself"), "{told:?}");
    assert!(has("eror", "did you mean `error`?"), "{told:?}");
    assert!(has("engin", "did you mean `engine`?"), "{told:?}");
    assert!(has("at_lest", "did you mean `at_least`?"), "{told:?}");
    assert!(has("noon", "no range of hours"), "{told:?}");
    assert_eq!(told.len(), 5, "{told:?}");
}

#[test]
fn hostile_files_are_told_and_go_no_further() {
    let deep = format!(
        "id: a\ntitle: a\nseverity: note\nwhy: a\nforbid: {}{{ days: monday }}{}\n",
        "{ not: ".repeat(40),
        " }".repeat(40)
    );
    for text in
        ["", "- a\n", "id: [a\n", "id: {a: b}\nrequire: 3\n", "a: &a [*a]\n", "examples: { pass: [3] }\n", &deep]
    {
        let (policies, problems) = read_text(text);
        assert!(policies.is_empty());
        assert!(text.is_empty() || !problems.is_empty(), "{text}");
    }
}

/// Conditions in the form of a file, over one fact and two parameters.
fn conditions() -> impl Strategy<Value = String> {
    let fact = prop_oneof![Just("MySQL"), Just("PostgreSQL"), Just("[MySQL, MariaDB]"), Just("{ not: MySQL }")]
        .prop_map(|value| format!("{{ facts: {{ engine: {value} }} }}"));
    let method = prop_oneof![Just("Logical"), Just("absent"), Just("given"), Just("[Physical, absent]")]
        .prop_map(|value| format!("{{ parameters: {{ BackupMethod: {value} }} }}"));
    let number = (0..12_i64, 0..12_i64).prop_map(|(a, b)| {
        let (least, most) = (a.min(b), a.max(b));
        format!("{{ parameters: {{ BackupRetentionPeriod: {{ at_least: {least}, at_most: {most} }} }} }}")
    });
    let number_is = (0..12_i64).prop_map(|a| format!("{{ parameters: {{ BackupRetentionPeriod: {a} }} }}"));
    prop_oneof![fact, method, number, number_is].prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("{{ all: [ {} ] }}", all.join(", "))),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|any| format!("{{ any: [ {} ] }}", any.join(", "))),
            inner.prop_map(|one| format!("{{ not: {one} }}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A finding is certain exactly where it holds in each world and for each value, tried one by one.
    #[test]
    fn unknowns_are_what_trying_everything_says(
        when in conditions(), forbid in conditions(), engine in any::<bool>(), method in any::<bool>(), days in any::<bool>(),
    ) {
        let policy = policy(&format!("when: {when}\nforbid: {forbid}"));
        let engines: Vec<String> = MATRIX.api().fact("engine").unwrap().values.iter().map(|v| v.id.clone()).collect();
        let engines: Vec<&str> = if engine { engines.iter().map(String::as_str).collect() } else { vec!["MySQL"] };
        let methods: Vec<&str> =
            if method { vec!["", "Logical", "Physical", "Snapshot", "Else"] } else { vec!["Logical"] };
        let numbers: Vec<String> = if days { (-3..16).map(|n: i64| n.to_string()).chain([String::new(), "x".to_owned()]).collect() }
            else { vec!["5".to_owned()] };
        let mut everywhere = true;
        let mut somewhere = false;
        for engine in &engines {
            let mut all = true;
            for method in &methods {
                for number in &numbers {
                    let parameters: Vec<(&str, &str)> = [("BackupMethod", *method), ("BackupRetentionPeriod", number.as_str())]
                        .into_iter().filter(|(_, value)| !value.is_empty()).collect();
                    all &= says(&policy, &call(&[("engine", engine)], &parameters)) == CERTAIN;
                }
            }
            everywhere &= all;
            somewhere |= all;
        }
        let facts: &[(&str, &str)] = if engine { &[] } else { &[("engine", "MySQL")] };
        let mut open = call(facts, &[("BackupMethod", "Logical"), ("BackupRetentionPeriod", "5")]);
        if method { unknown(&mut open, "BackupMethod", false); }
        if days { unknown(&mut open, "BackupRetentionPeriod", false); }
        let expected = if everywhere { CERTAIN } else if somewhere { POSSIBLE } else { None };
        prop_assert_eq!(says(&policy, &open), expected);
    }
}
