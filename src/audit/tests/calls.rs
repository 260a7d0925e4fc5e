//! What is said of single calls, and what their answers teach.

use super::build::*;
use super::*;

fn expect(calls: &[Made], wanted: &[(&str, &str, &str, u32)]) {
    let report = report(calls);
    let found = briefly(loud(&report));
    let wanted: Vec<_> =
        wanted.iter().map(|(s, r, p, l)| ((*s).to_owned(), (*r).to_owned(), (*p).to_owned(), *l)).collect();
    assert_eq!(found, wanted, "{:#?}", report.findings.iter().map(|f| &f.message).collect::<Vec<_>>());
}

#[test]
fn an_accepted_call_that_is_right_says_nothing() {
    expect(&[made! {}], &[]);
}

#[test]
fn equal_calls_are_one_finding_with_a_count() {
    let made = made! { parameters: vec![("BackupMethod", "Snapshot"), ("DBName", "orders")], instance: "pgm-1" };
    let calls: Vec<Made> = (0..5).map(|n| Made { plus_minutes: n * 400, ..made.clone() }).collect();
    let report = report(&calls);
    let found = of(&report, "unsupported-database-scope");
    assert_eq!(found.len(), 1);
    let evidence = found[0].evidence.as_ref().unwrap();
    assert_eq!((evidence.count, evidence.accepted), (5, 5));
    assert_eq!((evidence.first.as_str(), evidence.last.as_str()), ("2026-03-04T01:00:00Z", "2026-03-05T03:40:00Z"));
    assert_eq!(evidence.instance, "pgm-1");
    assert_eq!(evidence.event_ids[1], "00000000-0000-0000-8F2A-6C1000000001");
    assert_eq!(found[0].primary.place.text(), "\"orders\"");
    assert_eq!((report.counts.calls, report.calls.len()), (5, 1));
}

#[test]
fn the_place_is_that_of_the_record_and_the_line_shows_the_parameters() {
    let report = report(&[
        made! {},
        made! { plus_minutes: 1, instance: "pgm-1", parameters: vec![("BackupMethod", "Logical")] },
    ]);
    let place = &of(&report, "unsupported-method")[0].primary.place;
    assert_eq!(place.display(), "trail/2026-03.json:3:1");
    assert_eq!(place.source.text(), "CreateBackup {\"DBInstanceId\": \"pgm-1\", \"BackupMethod\": \"Logical\"}");
    assert_eq!(place.source.file_offset(place.span.start), 1002);
    assert_eq!(place.text(), "\"Logical\"");
}

#[test]
fn a_refusal_for_what_is_asked_is_certain_where_the_matrix_says_why() {
    // Nothing is known of an rm- instance; the code says that the method does not fit it.
    let logical = vec![("BackupMethod", "Logical"), ("BackupStrategy", "instance")];
    expect(
        &[made! { code: "InvalidBackupMethod.ValueNotSupport", parameters: logical }],
        &[("error", "unsupported-method", "BackupMethod", 2)],
    );
    let snapshot = vec![("BackupMethod", "Snapshot"), ("DBName", "billing")];
    expect(
        &[made! { code: "InvalidBackupMethod.ValueNotSupport", parameters: snapshot }],
        &[("error", "unsupported-database-scope", "DBName", 2)],
    );
    expect(
        &[made! { code: "BackupType.NotSupport", parameters: vec![("BackupType", "FullBackup")] }],
        &[("error", "ineffective-parameter", "BackupType", 2)],
    );
    expect(&[made! { code: "ReadDBInstanceNotSupport" }], &[("error", "read-only-instance", "DBInstanceId", 2)]);
}

#[test]
fn a_refusal_that_the_matrix_cannot_explain_names_its_code() {
    let report = report(&[made! { code: "CloudSSDNotSupport", parameters: vec![] , instance: "pgm-1" }]);
    let found = loud(&report);
    assert_eq!(briefly(found.iter().copied()), [("error".into(), "refused-combination".into(), String::new(), 2)]);
    assert!(found[0].message.contains("CloudSSDNotSupport"), "{}", found[0].message);
    assert!(found[0].help.is_some());
}

#[test]
fn an_accepted_call_teaches_the_others() {
    // Logical is taken by MySQL on local disks alone: a snapshot of the same instance cannot work.
    let logical = made! { parameters: vec![("BackupMethod", "Logical"), ("BackupStrategy", "instance")] };
    let snapshot = made! { plus_minutes: 60, code: "BackupJobExists", parameters: vec![("BackupMethod", "Snapshot")] };
    let report = report(&[logical, snapshot.clone()]);
    let found = of(&report, "unsupported-method");
    assert_eq!(
        briefly(found.iter().copied()),
        [("error".into(), "unsupported-method".into(), "BackupMethod".into(), 3)]
    );
    assert!(found[0].message.contains("its calls tell that it is MySQL on local disks"), "{}", found[0].message);
    // By itself it is undecided.
    let alone = super::build::report(&[snapshot]);
    assert!(loud(&alone).iter().all(|finding| *finding.rule != *"unsupported-method"));
}

#[test]
fn a_refused_call_teaches_the_opposite() {
    let refused = made! {
        code: "InvalidBackupMethod.ValueNotSupport",
        parameters: vec![("BackupMethod", "Logical"), ("BackupStrategy", "instance")],
    };
    // Whatever it is, it is not MySQL on local disks, so nobody can save one database by a snapshot or physically.
    let other = made! { plus_minutes: 60, code: "BackupJobExists", parameters: vec![("BackupMethod", "Logical"), ("BackupStrategy", "db"), ("DBName", "a")] };
    let report = report(&[refused, other]);
    let found = of(&report, "unsupported-method");
    assert_eq!(found.iter().map(|f| f.severity).collect::<Vec<_>>(), [Severity::Error, Severity::Error]);
}

#[test]
fn answers_that_contradict_each_other_teach_nothing() {
    let logical = made! { parameters: vec![("BackupMethod", "Logical"), ("BackupStrategy", "instance")] };
    let snapshot = made! { plus_minutes: 600, parameters: vec![("BackupMethod", "Snapshot")] };
    expect(&[logical, snapshot], &[]);
}

#[test]
fn what_the_service_took_against_the_page_is_right_by_luck() {
    let report = report(&[made! { parameters: vec![("BackupMethod", "Logical")] }]);
    assert!(loud(&report).is_empty());
    assert_eq!(of(&report, "incomplete-combination").len(), 1);
    // Refused it stays an error.
    let refused = made! { code: "RequiredParam.NotFound", parameters: vec![("BackupMethod", "Logical")] };
    assert!(
        super::build::report(&[
            made! { parameters: vec![("BackupMethod", "Logical"), ("BackupStrategy", "instance")] },
            refused
        ])
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error)
    );
}

#[test]
fn an_id_and_an_inventory_say_more_than_answers() {
    // pgm- is PostgreSQL, whatever the service took.
    expect(
        &[made! { instance: "pgm-1", parameters: vec![("BackupMethod", "Logical"), ("BackupStrategy", "instance")] }],
        &[("error", "unsupported-method", "BackupMethod", 2)],
    );
}

#[test]
fn calls_without_an_instance_are_told() {
    expect(&[made! { instance: "", code: "MissingParameter" }], &[("error", "missing-instance-id", "DBInstanceId", 2)]);
}
