//! The formats `json` and `jsonl`.

use serde_json::{Value, json};

use super::{Presentation, sample, write, write_json};
use crate::finding::{Finding, Report, Suppressed, SuppressedBy};

fn schema() -> Value {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/report.schema.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[cfg(feature = "schema")]
#[test]
fn the_document_is_as_its_schema_says() {
    let schema = schema();
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for report in [sample::awkward(), sample::audit(), sample::empty()] {
        let document = write_json("json", &report);
        let errors: Vec<_> = validator.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let mut wrong = document.clone();
        wrong["summary"]["surprise"] = json!(1);
        assert!(!validator.is_valid(&wrong));
    }
}

/// Checks that each property of the schema is in at least one of the values it describes.
fn all_properties_occur(schema: &Value, root: &Value, values: &[&Value], at: &str) {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is not defined"));
        all_properties_occur(target, root, values, at);
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let found: Vec<&Value> = values.iter().filter_map(|value| value.get(name)).collect();
        assert!(!found.is_empty(), "{at}.{name} does not occur in the sample");
        assert!(
            property.get("$ref").is_some() || property.get("description").is_some() || property.get("items").is_some()
        );
        all_properties_occur(property, root, &found, &format!("{at}.{name}"));
    }
    if let Some(items) = schema.get("items") {
        let found: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
        assert!(!found.is_empty(), "{at} is always empty in the sample");
        all_properties_occur(items, root, &found, at);
    }
}

#[test]
fn the_sample_shows_every_property_of_the_schema() {
    let schema = schema();
    all_properties_occur(
        &schema,
        &schema,
        &[
            &write_json("json", &sample::awkward()),
            &write_json("json", &sample::audit()),
            &write_json("json", &left_out()),
        ],
        "",
    );
}

/// The sample, with every finding left out by a comment.
fn left_out() -> Report {
    let mut report = sample::awkward();
    let suppressed = |finding: Finding| Suppressed {
        by: SuppressedBy::Comment,
        reason: "moves in March".to_owned(),
        owner: Some("dba".to_owned()),
        until: Some(jiff::civil::date(2027, 3, 31)),
        place: Some(finding.primary.place.clone()),
        finding,
    };
    report.suppressed = report.findings.drain(..).map(suppressed).collect();
    report.list_suppressed = true;
    report.counts.switched_off = 1;
    report
}

#[cfg(feature = "schema")]
#[test]
fn what_is_left_out_keeps_to_the_schema() {
    let document = write_json("json", &left_out());
    assert!(jsonschema::is_valid(&schema(), &document));
    assert_eq!(document["suppressed"][0]["until"], "2027-03-31");
}

#[test]
fn byte_offsets_are_those_of_the_file_and_columns_count_characters() {
    let report = sample::awkward();
    let document = write_json("json", &report);
    let primary = &document["findings"][1]["primary"];
    let place = &report.findings[1].primary.place;
    let file = format!("\u{feff}{}", place.source.text());
    let offset = |name: &str| usize::try_from(primary[name].as_u64().unwrap()).unwrap();
    assert_eq!(&file.as_bytes()[offset("start_byte")..offset("end_byte")], b"snapshot");
    let line = place.source.text().lines().nth(1).unwrap();
    let before = line.split("snapshot").next().unwrap().chars().count();
    assert_eq!((offset("line"), offset("column"), offset("end_column")), (2, before + 1, before + 9));
}

#[test]
fn an_absent_parameter_is_null() {
    let document = write_json("json", &sample::awkward());
    assert_eq!(document["findings"][3]["parameter"], Value::Null);
    assert_eq!(document["calls"][0]["parameters"], json!({ "DBInstanceId": null, "BackupMethod": "Logical" }));
}

#[test]
fn a_finding_of_an_audit_tells_its_records() {
    let document = write_json("json", &sample::audit());
    let subject = &document["findings"][0]["subject"];
    assert_eq!(
        (&subject["instance"], &subject["count"], &subject["day"]),
        (&json!("rm-bp1"), &json!(24), &json!("2026-03-04"))
    );
    assert!(subject.get("principal").is_none());
    assert_eq!(document["findings"][0]["primary"]["line"], 25);
    assert_eq!(document["findings"][0]["primary"]["start_byte"], 4096);
    assert_eq!((&document["audit"]["calls"], &document["audit"]["refusals"]["state"]), (&json!(4812), &json!(318)));
    assert_eq!((&document["calls"][0]["times"], document["calls"][1].get("times")), (&json!(24), None));
    let sarif = write_json("sarif", &sample::audit());
    let result = &sarif["runs"][0]["results"][0];
    assert_eq!(result["properties"]["evidence"]["instance"], "rm-bp1");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 25);
}

#[test]
fn rows_of_a_table_are_no_formulas() {
    let text = write("csv", &sample::audit(), Presentation::plain(80));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "message").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[1][column].starts_with("'=role/nightly"));
    assert_eq!(&rows[0][6], "25");
}

#[test]
fn nothing_in_markdown_is_markup_of_somebody_else() {
    let text = write("markdown", &sample::audit(), Presentation::plain(80));
    insta::assert_snapshot!("audit_markdown", text);
    assert!(!text.contains("<b>"));
}

#[test]
fn an_empty_report_is_a_document_too() {
    let document = write_json("json", &sample::empty());
    assert_eq!(document["schema_version"], 1);
    assert_eq!((&document["findings"], &document["calls"]), (&json!([]), &json!([])));
    assert_eq!(document["coverage"]["incomplete"], false);
    // Without a clock there is nothing of it in the output.
    assert!(document["summary"].get("elapsed_ms").is_none());
}

#[test]
fn lines_hold_the_parts_of_the_document_in_order() {
    let report = sample::awkward();
    let document = write_json("json", &report);
    let text = write("jsonl", &report, Presentation::plain(80));
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = lines.pop().unwrap();
    let mut parts = Vec::new();
    for (kind, path) in [("finding", "/findings"), ("call", "/calls"), ("coverage", "/coverage/files")] {
        for part in document.pointer(path).unwrap().as_array().unwrap() {
            let mut part = part.clone();
            part["type"] = json!(kind);
            parts.push(part);
        }
    }
    assert_eq!(lines, parts);
    assert_eq!((&last["type"], &last["schema_version"]), (&json!("summary"), &json!(1)));
    assert_eq!((&last["proven"], &last["incomplete"]), (&json!(9), &json!(true)));
}

#[test]
fn an_empty_report_is_one_line() {
    let text = write("jsonl", &sample::empty(), Presentation::plain(80));
    assert_eq!(text.lines().count(), 1);
}

#[test]
fn formats_for_programs_do_not_depend_on_the_terminal() {
    for id in ["json", "jsonl", "sarif"] {
        let loud = Presentation { color: true, unicode: false, links: true, width: 20 };
        assert_eq!(write(id, &sample::awkward(), loud), write(id, &sample::awkward(), Presentation::plain(80)));
    }
}

#[test]
fn the_json_of_the_awkward_report() {
    let text = write("json", &sample::awkward(), Presentation::plain(80));
    insta::assert_snapshot!("awkward_json", text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}
