//! The quick way against one that reads every record into a tree.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::support::{CALL, PRODUCT, event, read_streamed, read_with, seen};

/// What makes one record of a log.
#[derive(Debug, Clone)]
pub(super) struct Made {
    number: u32,
    name: &'static str,
    service: &'static str,
    code: Option<&'static str>,
    wrapped: u8,
    broken: bool,
    note: String,
}

pub(super) fn made() -> impl Strategy<Value = Made> {
    (
        0_u32..40,
        proptest::sample::select(vec![CALL, CALL, "DescribeBackups", "CreateBackupPlan"]),
        proptest::sample::select(vec![PRODUCT, "rds", "polardb", "Ecs"]),
        proptest::sample::select(vec![None, None, Some("BackupJobExists"), Some("")]),
        0_u8..4,
        proptest::bool::weighted(0.1),
        "[a-z\"\\\\{}\\[\\],:é 中]{0,30}|CreateBackup|\\},\\{\"eventName\":\"CreateBackup\"",
    )
        .prop_map(|(number, name, service, code, wrapped, broken, note)| Made {
            number,
            name,
            service,
            code,
            wrapped,
            broken,
            note,
        })
}

pub(super) fn text(made: &Made) -> String {
    let mut event = event(made.number, made.name, made.service, &format!("rm-{}", made.number), made.code);
    event["note"] = made.note.as_str().into();
    event["more"] = serde_json::json!([{"a": made.note.as_str()}, {"b": {"eventName": "x"}}]);
    let text = match made.wrapped {
        0 => serde_json::json!({"__time__": "1", "event": event.to_string()}).to_string(),
        1 => serde_json::json!({"specversion": "1.0", "data": event}).to_string(),
        _ => event.to_string(),
    };
    // A number that was masked after it was written.
    if made.broken { text.replacen(":1,", ":1****,", 1) } else { text }
}

/// Straight from the description: every record becomes a tree, and what it says is looked up in it.
fn plainly(records: &[String]) -> BTreeSet<(String, String, String)> {
    let mut found = BTreeSet::new();
    for record in records {
        let Ok(mut tree) = serde_json::from_str::<Value>(record) else { continue };
        if let Some(inner) = tree.get("event").and_then(Value::as_str) {
            let Ok(inner) = serde_json::from_str(inner) else { continue };
            tree = inner;
        } else if tree.get("specversion").is_some() {
            tree = tree["data"].clone();
        }
        let is_rds = tree["serviceName"].as_str().is_some_and(|name| name.to_lowercase() == "rds");
        if tree["eventName"] == CALL && is_rds {
            let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            found.insert((
                of(&tree["eventId"]),
                of(&tree["requestParameters"]["DBInstanceId"]),
                of(&tree["errorCode"]),
            ));
        }
    }
    found
}

/// Of several records of one event the first one counts; here it is made so that all of them say the same.
fn unique(made: Vec<Made>) -> Vec<Made> {
    let mut seen = BTreeSet::new();
    made.into_iter().filter(|made| seen.insert(made.number)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn as_the_plain_reader_says(made in proptest::collection::vec(made(), 0..12), layout in 0_u8..4, step in 1_usize..5000) {
        let records: Vec<String> = unique(made).iter().map(text).collect();
        let whole = match layout {
            0 => records.iter().map(|record| format!("{record}\n")).collect(),
            1 => format!("[{}]", records.join(",")),
            2 => format!("[\n{}\n]\n", records.join(",\n")),
            _ => records.join("\n"),
        };
        let expected = plainly(&records);
        for exact in [false, true] {
            for partial in [read_with(&[("log", whole.as_bytes())], exact), read_streamed("log", whole.as_bytes(), step, exact)] {
                let found: BTreeSet<_> =
                    seen(&partial).into_iter().map(|seen| (seen.id, seen.instance, seen.code)).collect();
                prop_assert_eq!(&found, &expected, "exact {}, {}", exact, &whole);
                for survivor in &partial.survivors {
                    let at = usize::try_from(survivor.offset).unwrap();
                    prop_assert_eq!(whole.as_bytes()[at], b'{');
                    let before = &whole.as_bytes()[..at];
                    let line = before.iter().filter(|b| **b == b'\n').count() as u64 + 1;
                    let column = before.iter().rev().take_while(|b| **b != b'\n').count() as u64 + 1;
                    prop_assert_eq!((survivor.line, survivor.column), (line, column));
                }
            }
        }
    }
}

/// One record that is no call, written in one of the ways in which logs are, or as something that has no moment.
fn other(number: u32, way: u8) -> String {
    let text = event(number, "DescribeBackups", PRODUCT, "rm-1", None).to_string();
    match way {
        0 => text,
        1 => text.replace("\"eventTime\"", "\"event.eventTime\"").replace("\"eventId\"", "\"event.eventId\""),
        2 => text.replace("eventTime", "event_eventtime").replace("eventId", "event_eventid"),
        3 => text.replace("eventTime", "EventTime").replace("eventId", "EventId"),
        4 => serde_json::json!({"__time__": "1772632800", "event": text}).to_string(),
        5 => serde_json::json!({"__time__": "1772632800", "event": "null"}).to_string(),
        6 => text.replace("eventTime", "time"),
        7 => text.replace("eventId", "id"),
        _ => serde_json::json!({"eventId": "x", "eventTime": "2026-03-04T05:06:07Z", "note": "\"eventTime\":"})
            .to_string(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Where nothing is a call the records are counted without being split: as many as the way that splits them finds.
    #[test]
    fn records_without_calls_are_counted_however_they_are_written(ways in proptest::collection::vec(0_u8..9, 1..6)) {
        // One without a moment beside one without an id look like one with both. No log holds such a pair: every
        // form of record has both, or loses the same one throughout.
        prop_assume!(!(ways.contains(&6) && ways.contains(&7)));
        let records: Vec<String> = ways.iter().zip(0..).map(|(way, number)| other(number, *way)).collect();
        let whole = format!("[{}]", records.join(",\n"));
        let count = |exact| read_with(&[("log", whole.as_bytes())], exact).files.get("log").map(|file| file.records);
        let plainly = count(true);
        prop_assert!(plainly == Some(records.len() as u64) || plainly == Some(0), "{:?}", plainly);
        prop_assert_eq!(count(false), plainly, "{}", whole);
    }
}
