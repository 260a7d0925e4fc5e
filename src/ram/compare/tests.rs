//! Comparisons: every small world by brute force, generated documents over names of instances, and cases by hand.

use proptest::prelude::*;

use super::*;
use crate::model::{Effect, PolicyDocument, Statement, Template, Templates};
use crate::ram::evaluate::Control;
use crate::ram::tests::{Asked, Plain, document, glob, nowhere, plain_outcome, statement};

const ACTION: &str = "rds:CreateBackup";

fn grant(allow: bool, resource: &str) -> Plain {
    Plain {
        allow,
        actions: vec![ACTION.to_owned()],
        not_actions: false,
        resources: vec![resource.to_owned()],
        not_resources: false,
        conditions: Vec::new(),
    }
}

fn under(allow: bool, resource: &str, operator: &'static str, key: &'static str, values: &[&str]) -> Plain {
    let values = values.iter().map(|value| (*value).to_owned()).collect();
    Plain { conditions: vec![(operator, key, values)], ..grant(allow, resource) }
}

fn documents(statements: &[Plain]) -> PolicyDocument {
    document(statements.iter().map(statement).collect())
}

fn free(characters: &str, least: usize, most: Option<usize>, usual: &str) -> Part {
    Part::Free(Free { characters: Some(characters.chars().collect()), least, most, usual: usual.to_owned() })
}

fn instances() -> Shape {
    let matrix = crate::matrix::Matrix::builtin().unwrap();
    Shape::of(matrix.api().permission.as_ref().unwrap(), &BTreeMap::new()).unwrap()
}

/// What differs, for people: the resource with the keys, `nothing`, or `unknown` with the first reason.
fn said(answer: &Answer<'_>) -> String {
    match answer {
        Answer::Nothing => "nothing".to_owned(),
        Answer::Witness(witness) => {
            let keys = witness.context.iter().map(|(key, values)| format!(" {key}={}", values.join(",")));
            format!("{}{}", witness.resource, keys.collect::<String>())
        }
        Answer::Unknown(doubts) => format!("unknown: {}", doubts.first().map_or("", |doubt| &doubt.words)),
    }
}

/// What is gained and what is lost.
fn compared(old: &PolicyDocument, new: &PolicyDocument) -> [String; 2] {
    let of = |document| Layers { identity: vec![document], ..Layers::default() };
    let (old, new) = (of(old), of(new));
    let comparison = compare(&old, &new, ACTION, &instances());
    [said(&comparison.gained), said(&comparison.lost)]
}

fn differ(old: &[Plain], new: &[Plain]) -> [String; 2] {
    compared(&documents(old), &documents(new))
}

const ALL: &str = "acs:rds:*:*:dbinstance/*";

#[test]
fn a_policy_does_not_differ_from_itself_in_another_order() {
    let one = [grant(true, ALL), grant(false, "acs:rds:*:*:dbinstance/rm-prod*")];
    let other = [one[1].clone(), one[0].clone(), one[0].clone()];
    assert_eq!(differ(&one, &other), ["nothing", "nothing"]);
}

#[test]
fn names_of_another_shape_make_no_difference() {
    // Everything of the product, of every product, or of every instance: there is no instance that one names and another
    // does not.
    for other in ["*", "acs:*", "acs:rds:*", "acs:rds:*:*:*", "acs:rds:*dbinstance/*"] {
        assert_eq!(differ(&[grant(true, ALL)], &[grant(true, other)]), ["nothing", "nothing"], "{other}");
    }
    assert_eq!(differ(&[], &[grant(true, "acs:rds:*:*:dbinstances/*")]), ["nothing", "nothing"]);
}

#[test]
fn a_dropped_denial_is_shown_with_the_instance_that_it_protected() {
    let old = [grant(true, ALL), grant(false, "acs:rds:*:*:dbinstance/rm-prod")];
    let all = "acs:rds:cn-hangzhou:1900000000000007:dbinstance/rm-prod";
    assert_eq!(differ(&old, &old[..1]), [all, "nothing"]);
    assert_eq!(differ(&old[..1], &old), ["nothing", all]);
}

#[test]
fn a_wider_region_is_shown_and_a_narrower_name_too() {
    let [gained, lost] = differ(
        &[grant(true, "acs:rds:cn-beijing:1111222233334444:dbinstance/*")],
        &[grant(true, "acs:rds:cn-*:1111222233334444:dbinstance/rm-*")],
    );
    assert_eq!(gained, "acs:rds:cn-hangzhou:1111222233334444:dbinstance/rm-bp1a2b3c4d5e6f7g8");
    assert!(lost.starts_with("acs:rds:cn-beijing:1111222233334444:dbinstance/"), "{lost}");
    assert!(!lost.contains("dbinstance/rm-"), "{lost}");
}

#[test]
fn what_not_action_and_not_resource_leave_over_is_a_grant() {
    let all_but = Plain { not_resources: true, ..grant(true, "acs:rds:*:*:dbinstance/rm-prod*") };
    assert_eq!(
        differ(&[], std::slice::from_ref(&all_but))[0],
        "acs:rds:cn-hangzhou:1900000000000007:dbinstance/rm-bp1a2b3c4d5e6f7g8"
    );
    let others = Plain { not_actions: true, actions: vec!["ram:*".to_owned()], ..grant(true, "*") };
    assert_ne!(differ(&[], std::slice::from_ref(&others))[0], "nothing");
    let none = Plain { not_actions: true, actions: vec!["rds:*".to_owned()], ..grant(true, "*") };
    assert_eq!(differ(&[], &[none])[0], "nothing");
}

#[test]
fn a_condition_that_falls_away_is_shown_by_a_request_that_it_refused() {
    for (operator, key, values, shown) in [
        ("IpAddress", "acs:SourceIp", &["10.0.0.0/8"][..], "acs:SourceIp=9.255.255.255"),
        ("StringEquals", "rds:ResourceTag/team", &["dba"], "rds:ResourceTag/team=a"),
        ("Bool", "acs:SecureTransport", &["true"], "acs:SecureTransport=false"),
        ("DateLessThan", "acs:CurrentTime", &["2026-03-01T00:00:00Z"], "acs:CurrentTime=2026-03-01T00:00:00Z"),
        ("NumericGreaterThan", "acs:Count", &["3"], "acs:Count=3"),
        ("StringNotLike", "acs:PrincipalArn", &["acs:ram::*:role/*"], "acs:PrincipalArn=acs:ram:::role/"),
    ] {
        let old = [under(true, ALL, operator, key, values)];
        let [gained, lost] = differ(&old, &[grant(true, ALL)]);
        let name = "acs:rds:cn-hangzhou:1900000000000007:dbinstance/rm-bp1a2b3c4d5e6f7g8";
        assert_eq!(gained, format!("{name} {shown}"));
        assert_eq!(lost, "nothing");
    }
}

#[test]
fn ranges_that_are_written_in_other_words_are_the_same() {
    let old = [under(true, ALL, "IpAddress", "acs:SourceIp", &["10.0.0.0/8"])];
    let new = [under(true, ALL, "IpAddress", "acs:SourceIp", &["10.128.0.0/9", "10.0.0.0/9"])];
    assert_eq!(differ(&old, &new), ["nothing", "nothing"]);
    let less = [under(true, ALL, "IpAddress", "acs:SourceIp", &["10.128.0.0/9"])];
    assert!(differ(&old, &less)[1].ends_with("acs:SourceIp=10.0.0.0"));
}

#[test]
fn operators_over_sets_are_tried_with_sets() {
    let old = [under(true, ALL, "ForAllValues:StringEquals", "acs:Tag", &["a", "b"])];
    let new = [under(true, ALL, "ForAnyValue:StringEquals", "acs:Tag", &["a", "b"])];
    let [gained, lost] = differ(&old, &new);
    assert!(gained.contains(" acs:Tag=") && gained.contains(','), "{gained}");
    assert_eq!(lost, "unknown: what ForAllValues:StringEquals says of a request without acs:Tag is not documented");
}

#[test]
fn what_nobody_can_tell_is_told_as_unknown_and_the_same_on_both_sides_is_no_difference() {
    let hole = |words: &str| {
        let pieces = vec![Piece::Text("acs:rds:*:*:dbinstance/".to_owned()), Piece::Hole(words.to_owned())];
        let all = vec![Template { pieces, place: nowhere() }];
        let resources = Some(Templates { all, place: nowhere(), open: None });
        document(vec![Statement { resources, ..statement(&grant(true, ALL)) }])
    };
    assert_eq!(compared(&hole("var.a"), &hole("var.a")), ["nothing", "nothing"]);
    let [gained, lost] = compared(&hole("var.a"), &hole("var.b"));
    assert!(gained.starts_with("unknown: what acs:rds:*:*:dbinstance/{var."), "{gained}");
    assert!(lost.starts_with("unknown: "), "{lost}");
    // Whatever the reference is, everything covers it, and nothing that is missing gains by it.
    assert_eq!(compared(&hole("var.a"), &documents(&[grant(true, ALL)]))[1], "nothing");
    assert_eq!(compared(&hole("var.a"), &documents(&[]))[0], "nothing");
    let open = PolicyDocument { open: Some("a list is read from a file".to_owned()), ..documents(&[]) };
    assert!(compared(&documents(&[]), &open)[0].starts_with("unknown: "));
    assert_eq!(compared(&open, &open), ["nothing", "nothing"]);
    let odd = [under(true, ALL, "StringEqualsIfExists", "acs:SourceIp", &["x"])];
    assert!(differ(&[], &odd)[0].starts_with("unknown: what the service makes of StringEqualsIfExists"));
    assert_eq!(differ(&odd, &odd), ["nothing", "nothing"]);
    assert_eq!(differ(&odd, &[grant(true, ALL)])[1], "nothing");
}

#[test]
fn an_effect_that_is_filled_in_later_may_be_either() {
    let unknown = document(vec![Statement { effect: Effect::Unknown, ..statement(&grant(true, ALL)) }]);
    assert!(compared(&documents(&[]), &unknown)[0].starts_with("unknown: whether a statement allows"));
    assert!(compared(&documents(&[grant(true, ALL)]), &unknown)[0] == "nothing");
    assert!(compared(&documents(&[grant(true, ALL)]), &unknown)[1].starts_with("unknown: "));
}

fn level(document: &PolicyDocument) -> Control<'_> {
    Control { documents: vec![document], target: "somewhere".to_owned(), ..Control::default() }
}

/// A level of which nobody knows whether it binds is the same on both sides, and leaves open what only it decides.
#[test]
fn a_level_that_may_not_bind_is_one_thing_on_both_sides() {
    let all = documents(&[grant(true, ALL)]);
    let limit = documents(&[grant(true, ALL), grant(false, "acs:rds:*:*:dbinstance/rm-prod")]);
    let free = Layers { identity: vec![&all], ..Layers::default() };
    let doubt = Some("whether it binds is not known".to_owned());
    let limited = Layers { controls: vec![Control { doubt, ..level(&limit) }], ..free.clone() };
    let of = |old: &Layers<'_>, new: &Layers<'_>| {
        let found = compare(old, new, ACTION, &instances());
        [said(&found.gained), said(&found.lost)]
    };
    assert_eq!(of(&limited, &limited), ["nothing", "nothing"]);
    assert_eq!(of(&free, &limited), ["nothing", "unknown: whether it binds is not known"]);
    assert_eq!(of(&limited, &free), ["unknown: whether it binds is not known", "nothing"]);
    let none = Layers { identity: Vec::new(), ..limited.clone() };
    let [gained, lost] = of(&none, &limited);
    assert!(gained.starts_with("acs:rds:") && !gained.ends_with("rm-prod") && lost == "nothing", "{gained} {lost}");
}

#[test]
fn every_level_must_allow() {
    let (all, prod) = (documents(&[grant(true, ALL)]), documents(&[grant(true, "acs:rds:*:*:dbinstance/rm-prod")]));
    let free = Layers { identity: vec![&all], ..Layers::default() };
    let limited = Layers { identity: vec![&all], controls: vec![level(&prod)], ..Layers::default() };
    let comparison = compare(&limited, &free, ACTION, &instances());
    assert!(!said(&comparison.gained).ends_with("rm-prod"), "{}", said(&comparison.gained));
    assert_eq!(said(&comparison.lost), "nothing");
    assert!(matches!(&comparison.gained, Answer::Witness(w) if w.before.outcome == Outcome::DeniedByDefault));
}

#[test]
fn many_patterns_with_wildcards_are_told_apart_quickly_enough_to_have_an_answer() {
    let many: Vec<Plain> = (0..24).map(|n| grant(true, &format!("acs:rds:*:*:dbinstance/rm-{n:02}*x?z*"))).collect();
    let [gained, lost] = differ(&many, &many[..23]);
    assert_eq!(gained, "nothing");
    assert!(lost.contains("rm-23"), "{lost}");
}

#[test]
fn too_many_ways_are_told_as_unknown() {
    let many: Vec<Plain> = (0..40).map(|n| grant(true, &format!("acs:rds:*:*:dbinstance/*{n:02}*{n:02}*x*"))).collect();
    assert!(differ(&many, &many[..39])[0].starts_with("unknown: the patterns of resources"));
}

/// Every statement over patterns of at most two characters.
fn small_statements() -> Vec<Plain> {
    let mut patterns = vec![String::new()];
    for first in ['a', 'b', '*'] {
        patterns.push(first.to_string());
        patterns.extend(['a', 'b', '*'].map(|second| format!("{first}{second}")));
    }
    [true, false].iter().flat_map(|allow| patterns.iter().map(|pattern| grant(*allow, pattern))).collect()
}

/// Every name of at most three characters of a, b and another one.
fn small_names() -> Vec<String> {
    let mut names = vec![String::new()];
    let mut from = 0;
    for _ in 0..3 {
        let to = names.len();
        let longer: Vec<String> =
            names[from..to].iter().flat_map(|name| ["a", "b", "c"].map(|c| format!("{name}{c}"))).collect();
        names.extend(longer);
        from = to;
    }
    names
}

/// The names that a policy allows, a bit each.
fn allowed(policy: &[Plain], names: &[String]) -> u64 {
    let allows = |name: &String| {
        let hits = |allow: bool| policy.iter().any(|s| s.allow == allow && glob(&s.resources[0], name));
        hits(true) && !hits(false)
    };
    names.iter().enumerate().filter(|(_, name)| allows(name)).map(|(bit, _)| 1_u64 << bit).sum()
}

/// All policies of at most two statements over patterns of at most two characters, every pair of them: a difference is
/// told exactly where some name shows one.
#[test]
fn every_pair_of_small_policies_is_compared_as_all_requests_say() {
    let (statements, names) = (small_statements(), small_names());
    let mut policies: Vec<Vec<Plain>> = vec![Vec::new()];
    for (number, one) in statements.iter().enumerate() {
        policies.push(vec![one.clone()]);
        policies.extend(statements[..number].iter().map(|other| vec![one.clone(), other.clone()]));
    }
    // Policies that allow the same are one world; each is compared with one of every world.
    let mut worlds: std::collections::BTreeMap<u64, PolicyDocument> = std::collections::BTreeMap::new();
    for policy in &policies {
        worlds.entry(allowed(policy, &names)).or_insert_with(|| documents(policy));
    }
    let shape = Shape::new(vec![free("abc", 0, Some(3), "")]).unwrap();
    let mut pairs = 0;
    for policy in &policies {
        let (mine, document) = (allowed(policy, &names), documents(policy));
        for (theirs, other) in &worlds {
            let of = |document| Layers { identity: vec![document], ..Layers::default() };
            let (old, new) = (of(&document), of(other));
            let comparison = compare(&old, &new, ACTION, &shape);
            for (answer, only) in [(&comparison.gained, theirs & !mine), (&comparison.lost, mine & !theirs)] {
                match answer {
                    Answer::Nothing => assert_eq!(only, 0, "{policy:?}"),
                    Answer::Witness(witness) => {
                        let bit = names.iter().position(|name| *name == witness.resource).unwrap();
                        assert_eq!(only >> bit & 1, 1, "{policy:?} {}", witness.resource);
                        // Names are sorted by length, so the lowest bit is of a shortest one.
                        let shortest = names[only.trailing_zeros() as usize].len();
                        assert_eq!(witness.resource.len(), shortest, "{policy:?}");
                    }
                    Answer::Unknown(doubts) => panic!("{policy:?} {doubts:?}"),
                }
            }
            pairs += 1;
        }
    }
    assert!(pairs > 5_000, "{pairs}");
}

fn any_statement() -> impl Strategy<Value = Plain> {
    let resource = prop::sample::select(vec![
        "*",
        "acs:rds:*:*:*",
        ALL,
        "acs:rds:cn-beijing:*:dbinstance/*",
        "acs:rds:cn-b*:*:dbinstance/rm-?",
        "acs:rds:*:1111222233334444:dbinstance/rm-a*",
        "acs:rds:*:*:dbinstance/rm-ab",
        "acs:rds:*:*:dbinstances/*",
    ]);
    let condition = prop::sample::select(vec![
        None,
        None,
        Some(("IpAddress", "acs:SourceIp", vec!["10.0.0.0/8"])),
        Some(("NotIpAddress", "acs:SourceIp", vec!["10.1.0.0/16", "192.0.2.7"])),
        Some(("StringEquals", "rds:ResourceTag/team", vec!["a", "b"])),
        Some(("StringLike", "rds:ResourceTag/team", vec!["a*"])),
        Some(("Bool", "acs:SecureTransport", vec!["true"])),
    ]);
    (any::<bool>(), resource, condition, any::<bool>()).prop_map(|(allow, resource, condition, negated)| {
        let conditions = condition
            .into_iter()
            .map(|(operator, key, values)| (operator, key, values.into_iter().map(str::to_owned).collect()));
        Plain {
            conditions: conditions.collect(),
            not_resources: negated && resource.contains("rm-"),
            ..grant(allow || negated, resource)
        }
    })
}

/// A request that shows a difference, as the plain evaluator reads it.
fn asked(witness: &Witness<'_>) -> Asked {
    let key = |name: &str| {
        let found = witness.context.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, values)| values.first().cloned())
    };
    Asked {
        action: ACTION.to_owned(),
        resource: witness.resource.clone(),
        address: key("acs:SourceIp"),
        tag: key("rds:ResourceTag/team"),
        secure: key("acs:SecureTransport"),
        time: "2026-07-01T00:00:00Z".to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    /// No request of a grid shows a difference where none is told.
    #[test]
    fn no_request_contradicts_an_answer(
        old in prop::collection::vec(any_statement(), 0..4),
        new in prop::collection::vec(any_statement(), 0..4),
    ) {
        let plain = [old.clone(), new.clone()];
        let (old, new) = (documents(&old), documents(&new));
        let of = |document| Layers { identity: vec![document], ..Layers::default() };
        let (old, new) = (of(&old), of(&new));
        let comparison = compare(&old, &new, ACTION, &instances());
        let mut gains = false;
        let mut loses = false;
        for region in ["cn-beijing", "cn-b", "eu-1"] {
            for account in ["1111222233334444", "5555666677778888"] {
                for name in ["rm-a", "rm-ab", "rm-b", "rm-abc", "x"] {
                    for address in ["10.1.2.3", "10.2.0.0", "192.0.2.7", "8.8.8.8"] {
                        for (tag, secure) in [("a", "true"), ("ab", "true"), ("b", "false"), ("c", "false")] {
                            let resource = format!("acs:rds:{region}:{account}:dbinstance/{name}");
                            let resource = [Piece::Text(resource)];
                            let mut context = Context::default();
                            context.set("acs:SourceIp", vec![address.to_owned()]);
                            context.set("rds:ResourceTag/team", vec![tag.to_owned()]);
                            context.set("acs:SecureTransport", vec![secure.to_owned()]);
                            let request = Request { action: ACTION, resource: &resource, context: &context };
                            let before = decide(&old, &request).outcome == Outcome::Allowed;
                            let after = decide(&new, &request).outcome == Outcome::Allowed;
                            gains |= after && !before;
                            loses |= before && !after;
                        }
                    }
                }
            }
        }
        for (answer, shown) in [(&comparison.gained, gains), (&comparison.lost, loses)] {
            match answer {
                Answer::Nothing => prop_assert!(!shown),
                // On a request without a key nobody can tell; with all keys somebody can.
                Answer::Unknown(_) => prop_assert!(!shown),
                // What shows a difference shows it to the evaluator that is written from the documentation, too.
                Answer::Witness(witness) => {
                    prop_assert_ne!(witness.before.outcome, Outcome::Unknown);
                    prop_assert_ne!(witness.after.outcome, Outcome::Unknown);
                    prop_assert_eq!(plain_outcome(&plain[0], &asked(witness)), witness.before.outcome);
                    prop_assert_eq!(plain_outcome(&plain[1], &asked(witness)), witness.after.outcome);
                }
            }
        }
    }
}
