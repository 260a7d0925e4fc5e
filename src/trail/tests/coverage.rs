//! How many records a file has and in which hours, in every form, whether or not one of them is a call.

use serde_json::{Value, json};

use super::support::{CALL, PRODUCT, event, read_streamed, read_with, seen};
use crate::trail::event::hour_of;
use crate::trail::{DamageKind, Partial};

/// Three events in three hours; the middle one has this name.
fn three(name: &str) -> [Value; 3] {
    let at = |number: u32, name: &str| {
        let mut event = event(number, name, PRODUCT, "rm-1", None);
        event["eventTime"] = format!("2026-03-04T{number:02}:59:07Z").into();
        event
    };
    [at(1, "DescribeBackups"), at(2, name), at(3, "DescribeBackups")]
}

fn lines(records: &[Value]) -> String {
    records.iter().map(|record| format!("{record}\n")).collect()
}

/// A record with columns: what stands before the names, and whether they are in small letters.
fn columns(event: &Value, prefix: &str, small: bool) -> Value {
    let column = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let name = if small { name.to_lowercase() } else { name.clone() };
        (format!("{prefix}{name}"), text.into())
    };
    event.as_object().unwrap().iter().map(column).collect::<serde_json::Map<_, _>>().into()
}

fn table(header: &[&str], row: impl Fn(&Value) -> Vec<String>, events: &[Value]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).unwrap();
    events.iter().for_each(|event| writer.write_record(row(event)).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn text(event: &Value, name: &str) -> String {
    event[name].as_str().map_or_else(|| event[name].to_string(), str::to_owned)
}

/// Every form, by what it is called here; whether a record has its region in a place of its own.
fn forms(events: &[Value; 3]) -> Vec<(&'static str, String, bool)> {
    let wrap = |wrap: &dyn Fn(&Value) -> Value| events.iter().map(wrap).collect::<Vec<_>>();
    let raw = |event: &Value| json!({"__topic__": "t", "__time__": 1_772_600_000, "event": event.to_string()});
    let raws = wrap(&raw);
    let texts: Vec<String> = events.iter().map(ToString::to_string).collect();
    let envelope =
        |event: &Value| json!({"id": "i", "specversion": "1.0", "time": "2020-01-01T00:00:00Z", "data": event});
    let dotted = wrap(&|event| columns(event, "event.", false));
    let names =
        ["event.eventName", "event.serviceName", "event.acsRegion", "event.eventTime", "event.requestParameterJson"];
    let row = |event: &Value| names.iter().map(|name| text(event, name.trim_start_matches("event."))).collect();
    vec![
        ("lines", lines(events), false),
        ("lines with empty ones between", format!("\n{}\r\n\n", lines(events).replace('\n', "\n\n")), false),
        ("an array", json!(events).to_string(), false),
        ("an array on many lines", serde_json::to_string_pretty(&json!(events)).unwrap(), false),
        ("objects", events.iter().map(|event| serde_json::to_string_pretty(event).unwrap()).collect(), false),
        ("a page", json!({"EndTime": "2026-03-05T00:00:00Z", "Events": events, "RequestId": "z"}).to_string(), false),
        ("a page of texts", json!({"Events": texts}).to_string(), false),
        (
            "two pages",
            format!("{}\n{}\n", json!({"Events": [events[0]]}), json!({"Events": [events[1], events[2]]})),
            false,
        ),
        ("a log", lines(&raws), false),
        ("a log as an array", json!(raws).to_string(), false),
        ("a log with objects", lines(&wrap(&|event| json!({"__time__": "1772600000", "event": event}))), false),
        ("a bus", lines(&wrap(&envelope)), false),
        ("a bus with texts", lines(&wrap(&|event| json!({"specversion": "1.0", "data": event.to_string()}))), false),
        ("dotted", lines(&dotted), false),
        ("dotted as an array", json!(dotted).to_string(), false),
        ("prefixed", lines(&wrap(&|event| columns(event, "event_", true))), false),
        ("prefixed as an array", json!(wrap(&|event| columns(event, "event_", true))).to_string(), false),
        ("plain columns", lines(&wrap(&|event| columns(event, "", false))), false),
        ("small letters", lines(&wrap(&|event| columns(event, "", true))), false),
        ("several ways", format!("{}{}{}", lines(&[raws[0].clone()]), lines(&[dotted[1].clone()]), events[2]), false),
        (
            "a table of texts",
            table(&["__time__", "event"], |event| vec!["1772600000".into(), event.to_string()], events),
            false,
        ),
        ("a table of columns", table(&names, row, events), true),
    ]
}

/// What both ways of reading say of a file, each as a whole and piece by piece.
fn each_way(text: &str) -> Vec<(bool, Partial)> {
    let mut all = Vec::new();
    for exact in [false, true] {
        all.push((exact, read_with(&[("log", text.as_bytes())], exact)));
        for step in [3, 512] {
            all.push((exact, read_streamed("log", text.as_bytes(), step, exact)));
        }
    }
    all
}

fn by_region(region: &str, hours: &[&str]) -> Vec<(String, Vec<u32>)> {
    [(region.to_owned(), hours.iter().map(|hour| hour_of(hour.as_bytes()).unwrap()).collect())].into()
}

#[test]
fn every_form_tells_its_records_and_hours_with_a_call_and_without() {
    for (name, calls) in [(CALL, 1), ("DescribeBackups", 0)] {
        for (form, text, has_region) in forms(&three(name)) {
            for (exact, partial) in each_way(&text) {
                let file = &partial.files["log"];
                assert_eq!((file.records, file.calls), (3, calls), "{form}, {name}, exact: {exact}");
                let region = if exact || has_region { "cn-x" } else { "" };
                let hours = by_region(region, &["2026-03-04T01", "2026-03-04T02", "2026-03-04T03"]);
                assert_eq!(file.hours, hours, "{form}, {name}, exact: {exact}");
                assert!(partial.damage.is_empty(), "{form}, {name}: {:?}", partial.damage);
                assert_eq!(seen(&partial).len() as u64, calls);
            }
        }
    }
}

#[test]
fn what_the_log_service_says_of_time_counts_where_the_event_says_nothing() {
    let one = |time: Value| json!({"__time__": time, "event.eventName": "DescribeBackups", "event.serviceName": "Rds"});
    let events = [one(1_772_600_000.into()), one("1772607200".into())];
    let of_table = "__time__,event.eventName\n1772600000,DescribeBackups\n1772607200,DescribeBackups\n".to_owned();
    for text in [lines(&events), json!(events).to_string(), of_table] {
        for (exact, partial) in each_way(&text) {
            let file = &partial.files["log"];
            assert_eq!(file.records, 2, "{text}, exact: {exact}");
            assert_eq!(file.hours, by_region("", &["2026-03-04T04", "2026-03-04T06"]), "{text}, exact: {exact}");
        }
    }
}

#[test]
fn the_name_of_an_object_says_the_region_of_all_it_holds() {
    let path = "b/Actiontrail_cn-y_20260304000000_1002_3_99_0a.json";
    for exact in [false, true] {
        let partial = read_with(&[(path, json!(three(CALL)).to_string().as_bytes())], exact);
        let hours = ["2026-03-04T00", "2026-03-04T01", "2026-03-04T02", "2026-03-04T03"];
        assert_eq!(partial.files[path].hours, by_region("cn-y", &hours));
    }
}

#[test]
fn what_is_no_log_has_no_records() {
    let inventory = json!({"accounts": [{"eventId": 1}], "eventTime": "never"}).to_string();
    for text in ["{\"at\": \"2026-03-04T01:00:00Z\"}\n{\"name\": \"y\"}\n", "[{\"a\": 1}]", "a,b\n1,2\n", &inventory] {
        for (_, partial) in each_way(text) {
            let file = &partial.files["log"];
            assert_eq!((file.records, file.form.as_str(), file.hours.len()), (0, "not a log", 0), "{text}");
            assert!(partial.damage.is_empty(), "{text}");
        }
    }
    // A broken line of something else is nobody's record; without the search every line is read.
    assert_eq!(damage("{\"name\": \"x\"}\n{\"name\": ]\n").map(|told| told.len()), [0, 1]);
}

/// The kind and the line of what is told of a text, with the search and without.
fn damage(text: &str) -> [Vec<(DamageKind, u64)>; 2] {
    let of = |exact| {
        let partial = read_with(&[("log", text.as_bytes())], exact);
        partial.damage.iter().map(|damage| (damage.kind, damage.line)).collect()
    };
    [of(false), of(true)]
}

#[test]
fn both_ways_of_reading_tell_the_same_damage_where_a_record_cannot_be_told() {
    let [one, call, three] = three(CALL).map(|event| event.to_string());
    let masked = |record: &str| record.replace("\"rm-1\"", "17****");
    let both = |text: &str, expected: &[(DamageKind, u64)]| assert_eq!(damage(text), [expected, expected], "{text}");
    // A record of a call, in any form.
    both(&format!("{one}\n{}\n{three}\n", masked(&call)), &[(DamageKind::Record, 2)]);
    both(&format!("[\n{one},\n{}]", masked(&call)), &[(DamageKind::Record, 3)]);
    // Any line that is no record, also in a log without a call.
    both(&format!("{one}\n{three}\nsome words\n{three}\n"), &[(DamageKind::Record, 3)]);
    both(&format!("{one}\n{{\"eventId\": \n{call}\n"), &[(DamageKind::Record, 2)]);
    // A text that ends within a record.
    for last in [&one, &call] {
        let half = &last[..last.len() - 20];
        both(&format!("{one}\n{half}"), &[(DamageKind::Truncated, 2)]);
        both(&format!("[\n{one},\n{half}"), &[(DamageKind::Truncated, 3)]);
        both(&format!("{one}\n{}", &last[..30]), &[(DamageKind::Truncated, 2)]);
    }
    // A quote that is missing, where some record is of a call.
    let open = one.replacen("\"rm-1\"", "\"rm-1", 1);
    both(&format!("[\n{open},\n{call}\n]"), &[(DamageKind::Record, 2)]);
    // A row that ends within its event.
    let row = |event: &str| format!("1,\"{}\"\n", event.replace('"', "\"\""));
    both(&format!("__time__,event\n{}{}", row(&one), row(&one[..60])), &[(DamageKind::Record, 3)]);
}

#[test]
fn only_the_exact_way_tells_a_flaw_within_a_record_of_something_else() {
    let [one, call, three] = three(CALL).map(|event| event.to_string());
    let masked = three.replace("\"rm-1\"", "17****");
    for text in [format!("{one}\n{call}\n{masked}\n"), format!("[\n{one},\n{call},\n{masked}]")] {
        let line = text.lines().count() as u64;
        assert_eq!(damage(&text), [vec![], vec![(DamageKind::Record, if line == 3 { 3 } else { 4 })]], "{text}");
    }
    // A file without any call is not even split.
    let open = one.replacen("\"rm-1\"", "\"rm-1", 1);
    assert_eq!(damage(&format!("[\n{open},\n{one}\n]")), [vec![], vec![(DamageKind::Record, 2)]]);
}

#[test]
fn many_records_on_one_line_cost_no_more_than_on_many() {
    // Looking back to the beginning of the line for each of them would take minutes.
    let one = event(1, CALL, PRODUCT, "rm-1", None).to_string();
    let text = format!("[{}]", vec![one.as_str(); 10_000].join(","));
    let partial = read_with(&[("log", text.as_bytes())], false);
    assert_eq!((partial.files["log"].records, partial.copies.len()), (10_000, 9_999));
    assert_eq!(partial.copies.last().unwrap().column, (9_999 * (one.len() + 1) + 2) as u64);
}
