//! The evaluator against one that is written straight from the documentation, over generated documents and requests;
//! and the laws that hold whatever the documents are.

use std::net::IpAddr;
use std::sync::Arc;

use proptest::prelude::*;

use super::evaluate::{Context, Control, Layers, Outcome, Request, decide};
use crate::model::{Condition, Effect, Piece, PolicyDocument, PolicyKind, Statement, Template, Templates};
use crate::source::{Place, Source, Span};

/// A statement as it is generated; the plain evaluator reads this, ours what is made from it.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    pub(super) allow: bool,
    pub(super) actions: Vec<String>,
    pub(super) not_actions: bool,
    pub(super) resources: Vec<String>,
    pub(super) not_resources: bool,
    pub(super) conditions: Vec<(&'static str, &'static str, Vec<String>)>,
}

/// A request as it is generated.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) action: String,
    pub(super) resource: String,
    pub(super) address: Option<String>,
    pub(super) tag: Option<String>,
    pub(super) secure: Option<String>,
    pub(super) time: String,
}

pub(super) fn nowhere() -> Place {
    Place::new(&Arc::new(Source::from_text("policy", "")), Span::default())
}

fn templates(texts: &[String]) -> Templates {
    let all = texts.iter().map(|text| Template::known(text.clone(), nowhere())).collect();
    Templates { all, place: nowhere(), open: None }
}

pub(super) fn statement(plain: &Plain) -> Statement {
    let either = |texts: &[String], negated: bool| {
        let texts = Some(templates(texts));
        if negated { (None, texts) } else { (texts, None) }
    };
    let (actions, not_actions) = either(&plain.actions, plain.not_actions);
    let (resources, not_resources) = either(&plain.resources, plain.not_resources);
    let condition = |(operator, key, values): &(&str, &str, Vec<String>)| Condition {
        operator: (*operator).to_owned(),
        operator_place: nowhere(),
        key: (*key).to_owned(),
        key_place: nowhere(),
        values: templates(values),
    };
    Statement {
        place: nowhere(),
        effect: if plain.allow { Effect::Allow } else { Effect::Deny },
        actions,
        not_actions,
        resources,
        not_resources,
        conditions: plain.conditions.iter().map(condition).collect(),
        more_conditions: None,
        has_principal: false,
    }
}

pub(super) fn document(statements: Vec<Statement>) -> PolicyDocument {
    PolicyDocument {
        handles: Vec::new(),
        subject: "policy".to_owned(),
        kind: PolicyKind::Identity,
        place: nowhere(),
        version: None,
        statements,
        open: None,
        length: None,
        advisory: false,
        defects: Vec::new(),
    }
}

fn context(asked: &Asked) -> Context {
    let mut context = Context::default();
    let mut set = |key: &str, value: Option<&str>| context.set(key, value.map(str::to_owned).into_iter().collect());
    set("acs:SourceIp", asked.address.as_deref());
    set("rds:ResourceTag/team", asked.tag.as_deref());
    set("acs:SecureTransport", asked.secure.as_deref());
    set("acs:CurrentTime", Some(&asked.time));
    context
}

fn outcome(documents: &[PolicyDocument], asked: &Asked) -> Outcome {
    let layers = Layers { identity: documents.iter().collect(), ..Layers::default() };
    let resource = [Piece::Text(asked.resource.clone())];
    decide(&layers, &Request { action: &asked.action, resource: &resource, context: &context(asked) }).outcome
}

/// The wildcards of the documentation, tried one after the other.
fn wild(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['*', rest @ ..], _) => (0..=text.len()).any(|taken| wild(rest, &text[taken..])),
        (['?', rest @ ..], [_, others @ ..]) => wild(rest, others),
        ([a, rest @ ..], [b, others @ ..]) => a == b && wild(rest, others),
        _ => false,
    }
}

pub(super) fn glob(pattern: &str, text: &str) -> bool {
    wild(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
}

/// Whether a condition holds; nothing when the request does not have the key.
fn plain_condition(operator: &str, key: &str, values: &[String], asked: &Asked) -> Option<bool> {
    let value = match key {
        "acs:SourceIp" => asked.address.as_deref(),
        "rds:ResourceTag/team" => asked.tag.as_deref(),
        "acs:SecureTransport" => asked.secure.as_deref(),
        _ => Some(asked.time.as_str()),
    }?;
    let inside = |range: &str| {
        let (network, length) = range.split_once('/').unwrap_or((range, "32"));
        let bits = |text: &str| match text.parse::<IpAddr>().unwrap() {
            IpAddr::V4(address) => address.octets().iter().map(|octet| format!("{octet:08b}")).collect::<String>(),
            IpAddr::V6(_) => panic!("only four octets here"),
        };
        let length: usize = length.parse().unwrap();
        bits(network)[..length] == bits(value)[..length]
    };
    Some(match operator {
        "StringEquals" => values.iter().any(|v| v == value),
        "StringNotEquals" => !values.iter().any(|v| v == value),
        "StringEqualsIgnoreCase" => values.iter().any(|v| v.to_lowercase() == value.to_lowercase()),
        "StringLike" => values.iter().any(|v| glob(v, value)),
        "StringNotLike" => !values.iter().any(|v| glob(v, value)),
        "IpAddress" => values.iter().any(|v| inside(v)),
        "NotIpAddress" => !values.iter().any(|v| inside(v)),
        "Bool" => values.iter().any(|v| v.to_lowercase() == value),
        // All moments here are written alike, so that they sort as texts.
        "DateLessThan" => values.iter().any(|v| value < v.as_str()),
        "DateGreaterThanEquals" => values.iter().any(|v| value >= v.as_str()),
        other => panic!("{other}"),
    })
}

/// Allowed, denied, or what a condition on a key that is not there leaves open.
pub(super) fn plain_outcome(statements: &[Plain], asked: &Asked) -> Outcome {
    let folded = asked.action.to_lowercase();
    let (mut denied, mut may_deny, mut allowed, mut may_allow) = (false, false, false, false);
    for s in statements {
        let action = s.actions.iter().any(|a| glob(&a.to_lowercase(), &folded)) != s.not_actions;
        let resource = s.resources.iter().any(|r| glob(r, &asked.resource)) != s.not_resources;
        if !action || !resource {
            continue;
        }
        let mut conditions = Vec::new();
        for (operator, key, values) in &s.conditions {
            conditions.push(plain_condition(operator, key, values, asked));
        }
        if conditions.contains(&Some(false)) {
            continue;
        }
        let surely = !conditions.contains(&None);
        match (s.allow, surely) {
            (true, true) => allowed = true,
            (true, false) => may_allow = true,
            (false, true) => denied = true,
            (false, false) => may_deny = true,
        }
    }
    if denied {
        Outcome::DeniedExplicitly
    } else if !allowed && !may_allow {
        Outcome::DeniedByDefault
    } else if allowed && !may_deny {
        Outcome::Allowed
    } else {
        Outcome::Unknown
    }
}

const ACTIONS: [&str; 10] = [
    "rds:CreateBackup",
    "rds:createbackup",
    "rds:CreateBackups",
    "rds:Create*",
    "rds:*Backup*",
    "rds:?reateBackup",
    "rds:*",
    "*",
    "dds:CreateBackup",
    "rds:DescribeBackups",
];

const RESOURCES: [&str; 12] = [
    "*",
    "acs:rds:*:*:*",
    "acs:rds:*:*:dbinstance/*",
    "acs:rds:*:*:dbinstances/*",
    "acs:rds:cn-a:*:dbinstance/rm-1",
    "acs:rds:cn-a:1900000000000007:dbinstance/rm-1",
    "acs:rds:cn-?:*:dbinstance/rm-?",
    "acs:*:*cn-a*:*:*",
    "acs:rds:cn-b:1900000000000007:dbinstance/*",
    "acs:rds:*:*:dbinstance/pgm-*",
    "arn:aws:rds:*:*:*",
    "acs:rds:*:*:DBInstance/*",
];

fn texts(of: &'static [&'static str]) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(proptest::sample::select(of).prop_map(str::to_owned), 1..3)
}

fn one_condition() -> impl Strategy<Value = (&'static str, &'static str, Vec<String>)> {
    let tag = (
        proptest::sample::select(
            &["StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringLike", "StringNotLike"][..],
        ),
        texts(&["dba", "DBA", "d*", "web"]),
    );
    let address =
        (proptest::sample::select(&["IpAddress", "NotIpAddress"][..]), texts(&["10.0.0.0/8", "10.1.2.3", "0.0.0.0/0"]));
    let time = (
        proptest::sample::select(&["DateLessThan", "DateGreaterThanEquals"][..]),
        texts(&["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z"]),
    );
    prop_oneof![
        tag.prop_map(|(operator, values)| (operator, "rds:ResourceTag/team", values)),
        address.prop_map(|(operator, values)| (operator, "acs:SourceIp", values)),
        time.prop_map(|(operator, values)| (operator, "acs:CurrentTime", values)),
        texts(&["true", "false"]).prop_map(|values| ("Bool", "acs:SecureTransport", values)),
    ]
}

fn any_statement() -> impl Strategy<Value = Plain> {
    (
        proptest::bool::weighted(0.7),
        texts(&ACTIONS),
        proptest::bool::weighted(0.1),
        texts(&RESOURCES),
        proptest::bool::weighted(0.1),
        proptest::collection::vec(one_condition(), 0..3),
    )
        .prop_map(|(allow, actions, not_actions, resources, not_resources, conditions)| Plain {
            allow,
            actions,
            not_actions,
            resources,
            not_resources,
            conditions,
        })
}

fn any_request() -> impl Strategy<Value = Asked> {
    (
        proptest::sample::select(&["rds:CreateBackup", "rds:DeleteBackup", "dds:CreateBackup"][..]),
        proptest::sample::select(
            &["acs:rds:cn-a:1900000000000007:dbinstance/rm-1", "acs:rds:cn-b:1900000000000007:dbinstance/pgm-22"][..],
        ),
        proptest::sample::select(&[None, Some("10.1.2.3"), Some("192.0.2.7")][..]),
        proptest::sample::select(&[None, Some("dba"), Some("Web")][..]),
        proptest::sample::select(&[None, Some("true"), Some("false")][..]),
        proptest::sample::select(&["2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-07-01T00:00:00Z"][..]),
    )
        .prop_map(|(action, resource, address, tag, secure, time)| Asked {
            action: action.to_owned(),
            resource: resource.to_owned(),
            address: address.map(str::to_owned),
            tag: tag.map(str::to_owned),
            secure: secure.map(str::to_owned),
            time: time.to_owned(),
        })
}

/// How good an outcome is for whoever asks.
fn grant(outcome: Outcome) -> u8 {
    match outcome {
        Outcome::Allowed => 2,
        Outcome::Unknown => 1,
        Outcome::DeniedByDefault | Outcome::DeniedExplicitly => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn as_the_plain_evaluator_says(
        statements in proptest::collection::vec(any_statement(), 0..5),
        requests in proptest::collection::vec(any_request(), 21),
    ) {
        let ours = [document(statements.iter().map(statement).collect())];
        for asked in &requests {
            prop_assert_eq!(outcome(&ours, asked), plain_outcome(&statements, asked));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn order_division_and_repetition_do_not_matter(
        statements in proptest::collection::vec(any_statement(), 1..5),
        asked in any_request(),
        at in 0_usize..5,
    ) {
        let whole = outcome(&[document(statements.iter().map(statement).collect())], &asked);
        let turned: Vec<Statement> = statements.iter().rev().map(statement).collect();
        prop_assert_eq!(outcome(&[document(turned.clone())], &asked), whole);
        let (front, back) = turned.split_at(at.min(turned.len()));
        prop_assert_eq!(outcome(&[document(front.to_vec()), document(back.to_vec())], &asked), whole);
        let twice = [turned.clone(), turned].concat();
        prop_assert_eq!(outcome(&[document(twice)], &asked), whole);
    }

    #[test]
    fn a_denial_never_grants_and_a_grant_never_denies(
        statements in proptest::collection::vec(any_statement(), 0..4),
        more in any_statement(),
        asked in any_request(),
    ) {
        let before = outcome(&[document(statements.iter().map(statement).collect())], &asked);
        let with = |more: &Plain| {
            let all = statements.iter().chain([more]).map(statement).collect();
            outcome(&[document(all)], &asked)
        };
        let (denial, grants) = (Plain { allow: false, ..more.clone() }, Plain { allow: true, ..more });
        prop_assert!(grant(with(&denial)) <= grant(before));
        prop_assert!(grant(with(&grants)) >= grant(before));
    }

    #[test]
    fn nothing_is_denied_by_default(asked in any_request()) {
        prop_assert_eq!(outcome(&[], &asked), Outcome::DeniedByDefault);
    }

    #[test]
    fn a_control_policy_only_takes_away(
        controls in proptest::collection::vec(any_statement(), 0..4),
        identity in proptest::collection::vec(any_statement(), 0..4),
        asked in any_request(),
    ) {
        let (controls, identity) = (
            document(controls.iter().map(statement).collect()),
            document(identity.iter().map(statement).collect()),
        );
        let resource = [Piece::Text(asked.resource.clone())];
        let context = context(&asked);
        let request = Request { action: &asked.action, resource: &resource, context: &context };
        let alone = Layers { identity: vec![&identity], ..Layers::default() };
        let limited = Layers { controls: vec![Control { documents: vec![&controls], ..Control::default() }], ..alone.clone() };
        let (alone, limited) = (decide(&alone, &request).outcome, decide(&limited, &request).outcome);
        prop_assert!(grant(limited) <= grant(alone));
    }

    #[test]
    fn what_is_decided_holds_however_holes_are_filled(
        statements in proptest::collection::vec(any_statement(), 1..4),
        holes in proptest::collection::vec(0_usize..4, 8),
        asked in any_request(),
    ) {
        // Some patterns lose the part behind their last colon to a hole; one filling of it is what stood there.
        let mut open: Vec<Statement> = statements.iter().map(statement).collect();
        for (statement, hole) in open.iter_mut().zip(&holes) {
            let lists = [&mut statement.resources, &mut statement.not_resources];
            for template in lists.into_iter().flatten().flat_map(|list| &mut list.all) {
                let Some((front, _)) = template.text().and_then(|text| text.rsplit_once(':')) else { continue };
                let front = format!("{front}:");
                if *hole == 0 {
                    template.pieces = vec![Piece::Text(front), Piece::Hole("part".to_owned())];
                }
            }
        }
        let decided = outcome(&[document(open)], &asked);
        let filled = outcome(&[document(statements.iter().map(statement).collect())], &asked);
        // What nothing allows is denied, also by a statement that may turn out to deny it in so many words.
        prop_assert!(decided == Outcome::Unknown || grant(decided) == grant(filled), "{decided:?} {filled:?}");
    }
}

/// A control policy that may bind takes away what is certain, and nothing else.
#[test]
fn a_limit_that_may_not_hold_leaves_it_open() {
    let plain = |allow: bool, resource: &str| Plain {
        allow,
        actions: vec!["rds:CreateBackup".to_owned()],
        not_actions: false,
        resources: vec![resource.to_owned()],
        not_resources: false,
        conditions: Vec::new(),
    };
    let identity = document(vec![statement(&plain(true, "*"))]);
    let limit = document(vec![statement(&plain(false, "*prod*")), statement(&plain(true, "*"))]);
    let context = Context::default();
    let said = |resource: &str, control: Control<'_>| {
        let resource = [Piece::Text(resource.to_owned())];
        let request = Request { action: "rds:CreateBackup", resource: &resource, context: &context };
        let layers = Layers { identity: vec![&identity], controls: vec![control], ..Layers::default() };
        decide(&layers, &request).outcome
    };
    let certain = Control { documents: vec![&limit], ..Control::default() };
    let may = Control { doubt: Some("nobody says".to_owned()), ..certain.clone() };
    assert_eq!(said("rm-prod", certain.clone()), Outcome::DeniedExplicitly);
    assert_eq!(said("rm-prod", may.clone()), Outcome::Unknown);
    assert_eq!(said("rm-test", may.clone()), Outcome::Allowed);
    assert_eq!(said("rm-prod", may.binding()), Outcome::DeniedExplicitly);
    let list = document(vec![statement(&plain(true, "rm-test"))]);
    let open = Control { documents: vec![&list], open: Some("nobody says".to_owned()), ..Control::default() };
    assert_eq!(said("rm-prod", open.clone()), Outcome::Unknown);
    assert_eq!(said("rm-prod", Control { open: None, ..open }), Outcome::DeniedByDefault);
}

#[test]
fn vectors_by_hand() {
    let asked = Asked {
        action: "rds:CreateBackup".to_owned(),
        resource: "acs:rds:cn-a:1900000000000007:dbinstance/rm-1".to_owned(),
        address: Some("10.1.2.3".to_owned()),
        tag: None,
        secure: Some("true".to_owned()),
        time: "2026-07-01T00:00:00Z".to_owned(),
    };
    let plain = |allow: bool, action: &str, resource: &str| Plain {
        allow,
        actions: vec![action.to_owned()],
        not_actions: false,
        resources: vec![resource.to_owned()],
        not_resources: false,
        conditions: Vec::new(),
    };
    let said = |all: &[Plain]| outcome(&[document(all.iter().map(statement).collect())], &asked);
    let grant = plain(true, "rds:CreateBackup", "acs:rds:*:*:dbinstance/*");
    assert_eq!(said(std::slice::from_ref(&grant)), Outcome::Allowed);
    assert_eq!(said(&[plain(true, "rds:CreateBackup", "acs:rds:*:*:dbinstances/*")]), Outcome::DeniedByDefault);
    assert_eq!(said(&[grant.clone(), plain(false, "rds:Create*", "*")]), Outcome::DeniedExplicitly);
    let mut tagged = grant.clone();
    tagged.conditions.push(("StringEquals", "rds:ResourceTag/team", vec!["dba".to_owned()]));
    assert_eq!(said(&[tagged]), Outcome::Unknown);
    let mut elsewhere = grant;
    elsewhere.conditions.push(("IpAddress", "acs:SourceIp", vec!["192.0.2.0/24".to_owned()]));
    assert_eq!(said(&[elsewhere]), Outcome::DeniedByDefault);
    let spared = Plain { not_actions: true, ..plain(true, "rds:Delete*", "*") };
    assert_eq!(said(&[spared]), Outcome::Allowed);
}
