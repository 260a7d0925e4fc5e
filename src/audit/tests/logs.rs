//! What is said of the logs themselves.

use super::build::*;
use super::*;
use crate::model::CoverageStatus;
use crate::trail::{Damage, DamageKind, FileRecord};

fn damage(kind: DamageKind, line: u64) -> Damage {
    Damage {
        file: FILE.to_owned(),
        offset: line * 100,
        line,
        column: 7,
        kind,
        message: "a comma is missing".to_owned(),
        excerpt: "{\"eventId\": 1".to_owned(),
    }
}

#[test]
fn a_record_that_cannot_be_read_is_told_at_its_place() {
    let mut partial = partial(&[made! {}]);
    partial.damage = vec![damage(DamageKind::Record, 12), damage(DamageKind::Truncated, 20)];
    let report = audit(&checker(), &partial, &settings());
    assert_eq!(
        briefly(loud(&report)),
        [
            ("warning".into(), "malformed-record".into(), String::new(), 12),
            ("warning".into(), "incomplete-logs".into(), String::new(), 20)
        ]
    );
    assert_eq!(report.findings[0].primary.place.display(), "trail/2026-03.json:12:7");
    assert_eq!(report.coverage.len(), 1);
    assert_eq!(report.coverage[0].status, CoverageStatus::InPart);
    assert!(report.is_incomplete());
}

#[test]
fn much_damage_in_one_file_is_counted() {
    let mut partial = partial(&[made! {}]);
    partial.damage = (1..=500).map(|line| damage(DamageKind::Record, line)).collect();
    let report = audit(&checker(), &partial, &settings());
    let found = of(&report, "malformed-record");
    assert_eq!(found.len(), 11);
    assert!(found[10].message.starts_with("490 more places"), "{}", found[10].message);
}

#[test]
fn a_file_that_cannot_be_opened_is_skipped() {
    let mut partial = partial(&[]);
    let message = "permission denied".to_owned();
    partial.damage = vec![Damage {
        offset: 0,
        line: 1,
        column: 1,
        excerpt: String::new(),
        message,
        ..damage(DamageKind::Unreadable, 1)
    }];
    let report = audit(&checker(), &partial, &settings());
    assert_eq!(of(&report, "unreadable-file").len(), 1);
    assert_eq!(report.coverage[0].status, CoverageStatus::Skipped);
}

#[test]
fn a_file_keeps_to_what_its_name_says() {
    let of_name = |events, bytes| {
        let mut partial = partial(&[]);
        let file = FileRecord {
            records: 4,
            bytes: 300,
            text_bytes: 900,
            declared: Some((events, bytes, String::new())),
            ..FileRecord::default()
        };
        partial.files.insert("Actiontrail_1.gz".to_owned(), file);
        let report = audit(&checker(), &partial, &settings());
        report.findings.iter().map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of_name(5, 300), ["the name of this file says 5 events, and it holds 4"]);
    assert_eq!(of_name(4, 299), ["the name of this file says 299 bytes, and it has 300 (900 unpacked)"]);
    assert!(of_name(4, 300).is_empty() && of_name(4, 900).is_empty());
}

#[test]
fn hours_without_records_are_told_where_most_have_some() {
    let with_hours = |hours: Vec<u32>| {
        let mut partial = partial(&[]);
        let file = FileRecord { hours: [("cn-shanghai".to_owned(), hours)].into(), ..FileRecord::default() };
        partial.files.insert("a.json".to_owned(), file);
        audit(&checker(), &partial, &settings())
    };
    let first = 492_000;
    let report = with_hours((first..first + 60).filter(|hour| !(first + 30..first + 32).contains(hour)).collect());
    assert_eq!(of(&report, "incomplete-logs").len(), 1);
    let gaps = &report.audit.as_ref().unwrap().gaps;
    assert_eq!(gaps.as_slice(), ["cn-shanghai 2026-02-17 14:00 to 2026-02-17 16:00 (UTC+8)"]);
    // Few records: an hour without any says nothing.
    assert!(with_hours((first..first + 600).step_by(3).collect()).findings.is_empty());
}

#[test]
fn hours_of_no_known_region_count_for_every_region_and_are_named_so() {
    let first = 492_000;
    let all: Vec<u32> = (first..first + 60).filter(|hour| *hour != first + 30).collect();
    let with_hours = |files: &[(&str, Vec<u32>)]| {
        let mut partial = partial(&[]);
        for (region, hours) in files {
            let hours = [((*region).to_owned(), hours.clone())].into();
            partial.files.insert(format!("{region}.json"), FileRecord { hours, ..FileRecord::default() });
        }
        audit(&checker(), &partial, &settings())
    };
    let report = with_hours(&[("", all.clone())]);
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    let gap = "any region (which ones is not known) 2026-02-17 14:00 to 2026-02-17 15:00 (UTC+8)";
    assert_eq!(finding.message, format!("the logs have nothing of {gap}, where most hours have something"));
    assert_eq!(report.audit.unwrap().gaps, [gap]);
    // Something that may be of the region stands in the hour that seems to have nothing.
    assert!(with_hours(&[("cn-x", all.clone()), ("", vec![first + 30])]).findings.is_empty());
    assert_eq!(with_hours(&[("cn-x", all.clone()), ("", vec![first + 31])]).findings.len(), 1);
    assert_eq!(with_hours(&[("cn-x", all.clone()), ("cn-y", vec![first + 30])]).findings.len(), 1);
    assert!(with_hours(&[("", all.clone()), ("cn-y", vec![first + 30])]).findings.is_empty());
    // A region with few records, beside many that may be of any.
    assert_eq!(with_hours(&[("cn-x", vec![first, first + 59]), ("", all)]).findings.len(), 1);
}

#[test]
fn files_with_the_same_bytes_are_a_note() {
    let mut partial = partial(&[]);
    for path in ["a.gz", "b.gz", "c.gz"] {
        let digest = if path == "c.gz" { 2 } else { 1 };
        partial.files.insert(path.to_owned(), FileRecord { bytes: 9, digest, ..FileRecord::default() });
    }
    let report = audit(&checker(), &partial, &settings());
    assert_eq!(briefly(&report.findings), [("note".into(), "incomplete-logs".into(), String::new(), 1)]);
    assert_eq!(report.findings[0].primary.place.source.path(), "b.gz");
}

#[test]
fn the_sums_are_those_of_the_logs() {
    let mut partial = partial(&[
        made! {},
        made! { plus_minutes: 1441, code: "Throttling.User" },
        made! { plus_minutes: 3, code: "Forbidden.RAM" },
    ]);
    let copy = partial.survivors[0].clone();
    partial.copies.push(copy);
    let report = audit(&checker(), &partial, &settings());
    let sums = report.audit.unwrap();
    assert_eq!(
        (sums.records, sums.calls, sums.copies, sums.accepted, sums.refused, sums.denied),
        (1000, 3, 1, 1, 2, 1)
    );
    assert_eq!(
        (sums.first_day.as_str(), sums.last_day.as_str(), sums.zone.as_str()),
        ("2026-03-04", "2026-03-05", "UTC+8")
    );
    assert_eq!(sums.first, "2026-03-04T01:00:00Z");
    assert_eq!(sums.accounts, ["1900000000000007"]);
    let classes: Vec<(&str, u64)> = sums.refusals.iter().map(|r| (r.class.as_str(), r.count)).collect();
    assert_eq!(classes, [("authorisation", 1), ("throttling", 1)]);
    assert_eq!(sums.instance_days.len(), 2);
}
