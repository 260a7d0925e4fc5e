//! The daily limit, overlaps, denials, automation that fails, and backup sets.

use super::build::*;
use super::*;
use crate::audit::{Filter, read_backups};
use crate::source::Source;

/// So many calls, evenly over some minutes.
fn many(count: i64, from: &'static str, minutes: i64) -> Vec<Made> {
    (0..count).map(|n| made! { time: from, plus_minutes: n * minutes / count }).collect()
}

fn severities(report: &Report, rule: &str) -> Vec<&'static str> {
    of(report, rule).iter().map(|finding| finding.severity.word()).collect()
}

#[test]
fn the_limit_of_a_day_has_four_steps() {
    for (count, exceeded, near) in [
        (16, None, None),
        (17, None, Some("note")),
        (19, None, Some("note")),
        (20, Some("warning"), None),
        (21, Some("error"), None),
    ] {
        let report = report(&many(count, "2026-03-04T01:00:00Z", 600));
        assert_eq!(severities(&report, "daily-quota-exceeded").first().copied(), exceeded, "{count}");
        assert_eq!(severities(&report, "daily-quota-near").first().copied(), near, "{count}");
    }
}

#[test]
fn the_day_is_that_of_the_time_zone() {
    // Fifteen before and fifteen after midnight in UTC, all on one day in UTC+8.
    let mut calls = many(15, "2026-03-03T17:00:00Z", 400);
    calls.extend(many(15, "2026-03-04T00:10:00Z", 400));
    let report = report(&calls);
    let found = of(&report, "daily-quota-exceeded");
    assert_eq!(severities(&report, "daily-quota-exceeded"), ["error"]);
    assert_eq!(found[0].evidence.as_ref().unwrap().day, "2026-03-04");
    assert!(
        found[0].message.contains("30 backups of rm-bp1a2b3c4d5e6f7g8 on 2026-03-04 (UTC+8)"),
        "{}",
        found[0].message
    );
    // In UTC no day is over it, but 24 hours are.
    let report = audit(&checker(), &partial(&calls), &utc());
    assert_eq!(severities(&report, "daily-quota-exceeded"), ["warning"]);
    assert_eq!(of(&report, "daily-quota-exceeded")[0].evidence.as_ref().unwrap().count, 30);
}

#[test]
fn a_refusal_with_the_code_of_the_limit_is_proof() {
    let mut calls = many(20, "2026-03-04T01:00:00Z", 600);
    calls.push(made! { time: "2026-03-04T12:00:00Z", code: "Exceeded.BackupTimes" });
    let report = report(&calls);
    assert_eq!(briefly(loud(&report)), [("error".into(), "daily-quota-exceeded".into(), String::new(), 22)]);
    let finding = loud(&report)[0];
    assert_eq!(finding.answer.as_deref(), Some("Exceeded.BackupTimes (403)"));
    let lines: Vec<u32> = finding.related.iter().map(|label| label.place.start().line).collect();
    assert_eq!(lines, [2, 21]);
    let summary = report.audit.as_ref().unwrap();
    assert_eq!((summary.over_limit, summary.at_limit, summary.accepted, summary.refused), (1, 0, 20, 1));
}

#[test]
fn refused_calls_do_not_count() {
    let mut calls = many(16, "2026-03-04T01:00:00Z", 600);
    calls.extend((0..6).map(|n| made! { time: "2026-03-04T12:00:00Z", plus_minutes: n, code: "Throttling.User" }));
    let report = report(&calls);
    assert!(of(&report, "daily-quota-exceeded").is_empty() && of(&report, "daily-quota-near").is_empty());
}

#[test]
fn another_limit_can_be_set() {
    let mut settings = settings();
    settings.settings.quota = Some(5);
    let report = audit(&checker(), &partial(&many(6, "2026-03-04T01:00:00Z", 600)), &settings);
    assert_eq!(severities(&report, "daily-quota-exceeded"), ["error"]);
}

#[test]
fn waiting_for_a_running_backup_is_a_note_and_giving_up_is_not() {
    let busy = |minutes| made! { plus_minutes: minutes, code: "BackupJobExists" };
    let waited = report(&[made! {}, busy(3), busy(4), made! { plus_minutes: 30 }]);
    let found = of(&waited, "concurrent-backup");
    assert_eq!(briefly(found.iter().copied()), [("note".into(), "concurrent-backup".into(), String::new(), 3)]);
    assert_eq!(found[0].related[0].place.start().line, 2);
    let lost = report(&[made! {}, busy(3), made! { plus_minutes: 1440 }]);
    assert_eq!(severities(&lost, "concurrent-backup"), ["warning"]);
}

#[test]
fn accepted_calls_that_are_close_are_a_note() {
    let report = report(&[made! {}, made! { plus_minutes: 4, principal: "acs:ram::1900000000000007:user/dba" }]);
    let found = of(&report, "concurrent-backup");
    assert_eq!(severities(&report, "concurrent-backup"), ["note"]);
    assert!(found[0].message.contains("240 seconds apart, by role/nightly and user/dba"), "{}", found[0].message);
}

#[test]
fn denied_calls_are_one_finding_for_a_caller_and_an_instance() {
    let denied = |minutes, code| made! { plus_minutes: minutes, code: code };
    let calls = [
        made! { principal: "acs:ram::1900000000000007:user/dba" },
        denied(1, "Forbidden.RAM"),
        denied(60, "NoPermission.Instance"),
        denied(120, "Forbbiden"),
    ];
    let report = report(&calls);
    let found = of(&report, "ram-denied-call");
    assert_eq!(briefly(found.iter().copied()), [("error".into(), "ram-denied-call".into(), String::new(), 3)]);
    let evidence = found[0].evidence.as_ref().unwrap();
    assert_eq!((evidence.count, evidence.principal.as_str()), (3, "acs:ram::1900000000000007:role/nightly"));
    assert!(
        found[0].message.contains("role/nightly may not call CreateBackup on rm-bp1a2b3c4d5e6f7g8: refused 3 times")
    );
    let statement = r#"{"Effect":"Allow","Action":"rds:CreateBackup","Resource":"acs:rds:cn-shanghai:1900000000000007:dbinstance/rm-bp1a2b3c4d5e6f7g8"}"#;
    assert!(found[0].help.as_ref().unwrap().ends_with(statement), "{:?}", found[0].help);
    assert_eq!(report.audit.as_ref().unwrap().denied, 3);
}

#[test]
fn codes_that_only_look_like_ram_and_bad_keys_are_no_denials() {
    for code in [
        "OperationDenied.ApiForbidden",
        "InvalidUserOperatorPermission",
        "Forbidden.RiskControl",
        "InvalidAccessKeyId.NotFound",
        "SignatureDoesNotMatch",
        "NotInFlowController",
    ] {
        let report = report(&[made! { code: code }]);
        assert!(of(&report, "ram-denied-call").is_empty(), "{code}");
    }
}

#[test]
fn an_explicit_deny_is_no_missing_grant() {
    let denial = r#"{"AuthAction":"rds:CreateBackup","NoPermissionType":"ExplicitDeny","PolicyType":"ControlPolicy"}"#;
    let report = report(&[made! { code: "SomeNewCode", denial: denial }]);
    let help = of(&report, "ram-denied-call")[0].help.clone().unwrap();
    assert!(help.starts_with("An explicit Deny in a policy of the kind ControlPolicy"), "{help}");
}

#[test]
fn automation_that_never_gets_through_is_told_with_what_to_do() {
    let refused = |n: i64| made! { plus_minutes: n * 1440, code: "IncorrectDBInstanceState" };
    let found = report(&[refused(0), refused(1), refused(2)]);
    let finding = of(&found, "failing-automation")[0];
    assert!(
        finding
            .message
            .contains("role/nightly with aliyun-cli has never got through on rm-bp1a2b3c4d5e6f7g8: all of its 3 calls"),
        "{}",
        finding.message
    );
    assert!(finding.help.is_some());
    assert!(of(&report(&[refused(0), refused(1)]), "failing-automation").is_empty());
    assert!(
        of(&report(&[refused(0), refused(1), refused(2), made! { plus_minutes: 4320 }]), "failing-automation")
            .is_empty()
    );
}

#[test]
fn an_instance_without_backups_for_long_is_told_since_when() {
    let calls = [
        made! {},
        made! { plus_minutes: 1440, code: "IncorrectDBInstanceState" },
        made! { plus_minutes: 2880, code: "IncorrectDBInstanceState" },
        made! { plus_minutes: 4320, code: "InternalError" },
    ];
    let found = report(&calls);
    let finding = of(&found, "failing-automation")[0];
    assert!(
        finding.message.contains("has had no accepted backup since 2026-03-04 09:00 (UTC+8): the 3 calls"),
        "{}",
        finding.message
    );
    assert_eq!(finding.evidence.as_ref().unwrap().count, 3);
    // A burst of tries within an hour is not yet that.
    let burst: Vec<Made> =
        calls.iter().enumerate().map(|(n, made)| Made { plus_minutes: n as i64, ..made.clone() }).collect();
    assert!(of(&report(&burst), "failing-automation").is_empty());
}

#[test]
fn accepted_calls_are_compared_with_backup_sets() {
    let list = r#"{"Items":{"Backup":[
        {"DBInstanceId":"rm-bp1a2b3c4d5e6f7g8","BackupStartTime":"2026-03-04T01:01:00Z","BackupStatus":"Success","BackupMode":"Manual"},
        {"DBInstanceId":"rm-bp1a2b3c4d5e6f7g8","BackupStartTime":"2026-03-05T02:00Z","BackupStatus":"Success","BackupMode":"Automated"},
        {"DBInstanceId":"rm-bp1a2b3c4d5e6f7g8","BackupStartTime":"2026-03-06T01:01:12Z","BackupStatus":"Failed","BackupMode":"Manual"}]}}"#;
    let checker = checker();
    let sets = read_backups(&Source::from_text("backups.json", list), &checker.apis()[0]).unwrap();
    assert_eq!(sets.len(), 2);
    let calls: Vec<Made> = (0..4).map(|day| made! { plus_minutes: day * 1440 }).collect();
    let report = audit(&checker, &partial(&calls), &AuditSettings { backups: sets, ..settings() });
    let found = of(&report, "backup-not-made");
    assert_eq!(
        briefly(found.iter().copied()),
        [
            ("error".into(), "backup-not-made".into(), String::new(), 4),
            ("warning".into(), "backup-not-made".into(), String::new(), 3)
        ]
    );
    assert!(read_backups(&Source::from_text("backups.json", "{"), &checker.apis()[0]).is_err());
}

#[test]
fn filters_take_part_of_the_calls() {
    let calls = [
        made! {},
        made! { plus_minutes: 60, principal: "acs:ram::1900000000000007:user/dba" },
        made! { plus_minutes: 120, instance: "pgm-1" },
    ];
    let partial = partial(&calls);
    let count = |filter: Filter| {
        let settings = AuditSettings { filter, ..settings() };
        audit(&checker(), &partial, &settings).audit.unwrap().calls
    };
    let time = |text| Some(crate::audit::moment(text, &Zone::default(), false).unwrap());
    assert_eq!(count(Filter::default()), 3);
    assert_eq!(count(Filter { since: time("2026-03-04T02:00:00Z"), ..Filter::default() }), 2);
    assert_eq!(count(Filter { until: time("2026-03-04T02:00:00Z"), ..Filter::default() }), 1);
    assert_eq!(count(Filter { instances: vec!["pgm-1".to_owned()], ..Filter::default() }), 1);
    assert_eq!(count(Filter { principals: vec!["dba".to_owned()], ..Filter::default() }), 1);
    assert_eq!(count(Filter { principals: vec!["user/dba".to_owned(), "ba".to_owned()], ..Filter::default() }), 1);
    assert_eq!(count(Filter { regions: vec!["cn-beijing".to_owned()], ..Filter::default() }), 0);
    assert_eq!(count(Filter { accounts: vec!["1900000000000007".to_owned()], ..Filter::default() }), 3);
}
