//! Who holds what, from parts that surfaces give.

use super::*;
use crate::model::{Membership, Piece, Principal};
use crate::ram::evaluate::{Context, Outcome, Request, decide};
use crate::ram::tests::{Plain, document, nowhere, statement};

const ACTION: &str = "rds:CreateBackup";

fn name(name: &str) -> Handle {
    Handle::Name(name.to_owned())
}

fn principal(kind: PrincipalKind, of: &str) -> Principal {
    Principal { kind, handles: vec![name(of)], shown: of.to_owned(), place: nowhere() }
}

fn attachment(kind: PrincipalKind, to: &str, policy: AttachedPolicy) -> Attachment {
    Attachment { principal: Reference::To(name(to)), kind, policy, place: nowhere(), resource_group: false }
}

fn policy(called: &str, allow: bool) -> PolicyDocument {
    let one = Plain {
        allow,
        actions: vec![ACTION.to_owned()],
        not_actions: false,
        resources: vec!["*".to_owned()],
        not_resources: false,
        conditions: Vec::new(),
    };
    PolicyDocument { handles: vec![name(called)], subject: called.to_owned(), ..document(vec![statement(&one)]) }
}

fn outcome(holder: &Holder<'_>) -> Outcome {
    let resource = [Piece::Text("acs:rds:cn-hangzhou:1900000000000007:dbinstance/rm-1".to_owned())];
    let request = Request { action: ACTION, resource: &resource, context: &Context::default() };
    decide(&holder.layers(), &request).outcome
}

fn outcomes(access: &Access) -> Vec<(String, Outcome)> {
    Repository::of(access).holders().iter().map(|holder| (holder.title(), outcome(holder))).collect()
}

#[test]
fn what_is_attached_holds_and_what_is_not_does_not() {
    let access = Access {
        documents: vec![policy("backup", true), policy("other", true), policy("never", false)],
        principals: vec![principal(PrincipalKind::Role, "nightly"), principal(PrincipalKind::User, "nightly")],
        attachments: vec![
            attachment(PrincipalKind::Role, "nightly", AttachedPolicy::Custom(name("backup"))),
            attachment(PrincipalKind::User, "guest", AttachedPolicy::Custom(name("never"))),
        ],
        ..Access::default()
    };
    let expected = [
        ("user/guest".to_owned(), Outcome::DeniedExplicitly),
        ("user/nightly".to_owned(), Outcome::DeniedByDefault),
        ("role/nightly".to_owned(), Outcome::Allowed),
    ];
    assert_eq!(outcomes(&access), expected);
    let repository = Repository::of(&access);
    assert_eq!(repository.unattached().map(|d| d.subject.as_str()).collect::<Vec<_>>(), ["other"]);
    let named = |text| repository.holders().iter().filter(|holder| holder.is_called(text)).count();
    assert_eq!((named("nightly"), named("role/nightly"), named("role/other")), (2, 1, 0));
    assert_eq!(repository.holders().iter().map(|holder| holder.is_written).collect::<Vec<_>>(), [false, true, true]);
}

#[test]
fn a_group_passes_on_what_it_may_do() {
    let member = |user: &str, group: &str| Membership {
        user: Reference::To(name(user)),
        group: Reference::To(name(group)),
        place: nowhere(),
    };
    let access = Access {
        documents: vec![policy("backup", true)],
        principals: vec![principal(PrincipalKind::User, "a"), principal(PrincipalKind::User, "b")],
        attachments: vec![attachment(PrincipalKind::Group, "dba", AttachedPolicy::Custom(name("backup")))],
        memberships: vec![member("a", "dba"), member("b", "ops")],
        ..Access::default()
    };
    let expected = [
        ("user/a".to_owned(), Outcome::Allowed),
        // Nobody knows what the other group may do.
        ("user/b".to_owned(), Outcome::Unknown),
        ("group/dba".to_owned(), Outcome::Allowed),
    ];
    assert_eq!(outcomes(&access), expected);
}

#[test]
fn what_is_not_written_here_leaves_the_answer_open() {
    for (policy, outcome) in [
        (AttachedPolicy::Custom(name("elsewhere")), Outcome::Unknown),
        (AttachedPolicy::Unknown("a variable".to_owned()), Outcome::Unknown),
        (AttachedPolicy::System("AliyunECSFullAccess-of-nobody".to_owned()), Outcome::Unknown),
        (AttachedPolicy::System("AdministratorAccess".to_owned()), Outcome::Allowed),
        (AttachedPolicy::System("AliyunRDSFullAccess".to_owned()), Outcome::Allowed),
        (AttachedPolicy::System("AliyunRDSReadOnlyAccess".to_owned()), Outcome::DeniedByDefault),
    ] {
        let attachments = vec![attachment(PrincipalKind::Role, "nightly", policy.clone())];
        let access = Access { attachments, ..Access::default() };
        assert_eq!(outcomes(&access), [("role/nightly".to_owned(), outcome)], "{policy:?}");
    }
    let to_nobody = Attachment {
        principal: Reference::Unknown("a variable".to_owned()),
        ..attachment(PrincipalKind::Role, "", AttachedPolicy::Custom(name("backup")))
    };
    let access = Access {
        principals: vec![principal(PrincipalKind::Role, "nightly"), principal(PrincipalKind::User, "a")],
        attachments: vec![to_nobody],
        ..Access::default()
    };
    let expected = [("user/a".to_owned(), Outcome::DeniedByDefault), ("role/nightly".to_owned(), Outcome::Unknown)];
    assert_eq!(outcomes(&access), expected);
}

#[test]
fn what_holds_in_one_resource_group_may_hold_or_not() {
    let in_group = Attachment {
        resource_group: true,
        ..attachment(PrincipalKind::Role, "nightly", AttachedPolicy::Custom(name("backup")))
    };
    let access = Access { documents: vec![policy("backup", true)], attachments: vec![in_group], ..Access::default() };
    assert_eq!(outcomes(&access), [("role/nightly".to_owned(), Outcome::Unknown)]);
}
