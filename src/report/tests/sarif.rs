//! The format `sarif`.

use serde_json::json;
use serde_sarif::sarif::{ResultLevel, Sarif};

use super::{Presentation, sample, write, write_json};

#[test]
fn others_can_read_it() {
    for report in [sample::awkward(), sample::empty()] {
        let text = write("sarif", &report, Presentation::plain(80));
        let log: Sarif = serde_json::from_str(&text).unwrap();
        let run = &log.runs[0];
        let results = run.results.as_ref().unwrap();
        assert_eq!(results.len(), report.findings.len());
        let rules = run.tool.driver.rules.as_ref().unwrap();
        for (result, finding) in results.iter().zip(&report.findings) {
            let index = usize::try_from(result.rule_index.unwrap()).unwrap();
            assert_eq!((rules[index].id.as_str(), result.rule_id.as_deref()), (&*finding.rule, Some(&*finding.rule)));
            assert_eq!(result.level.as_ref().unwrap().to_string(), finding.severity.word());
            let region = result.locations.as_ref().unwrap()[0].physical_location.as_ref().unwrap().region.as_ref();
            let start = finding.primary.place.start();
            assert_eq!(region.unwrap().start_column, Some(i64::from(start.column)));
        }
        assert_eq!(run.column_kind, Some(json!("unicodeCodePoints")));
    }
}

/// The schema of the standard, from the package of types that the tests are built with.
#[cfg(feature = "schema")]
fn official_schema() -> Result<serde_json::Value, String> {
    use serde_json::Value;

    let run = |program: &str, arguments: &[&str]| {
        let output = std::process::Command::new(program).args(arguments).output();
        let output = output.map_err(|error| format!("{program} does not run: {error}"))?;
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(output.stdout) } else { Err(format!("{program}: {errors}")) }
    };
    // Only the packages of this platform are sure to have been fetched.
    let compiler = String::from_utf8_lossy(&run("rustc", &["-vV"])?).into_owned();
    let host = compiler.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let manifest = concat!("--manifest-path=", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let arguments = ["metadata", "--format-version=1", "--offline", "--filter-platform", host, manifest];
    let metadata: Value = serde_json::from_slice(&run(&cargo, &arguments)?).map_err(|error| error.to_string())?;
    let packages = metadata["packages"].as_array().ok_or("no packages")?;
    let manifest =
        packages.iter().find(|package| package["name"] == "serde-sarif").ok_or("serde-sarif is not there")?;
    let manifest = std::path::Path::new(manifest["manifest_path"].as_str().ok_or("no manifest")?);
    let text =
        std::fs::read_to_string(manifest.with_file_name("src").join("schema.json")).map_err(|e| e.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

#[cfg(feature = "schema")]
#[test]
fn it_is_as_the_schema_of_the_standard_says() {
    let schema = match official_schema() {
        Ok(schema) => schema,
        Err(reason) => {
            let required = std::env::var("BACKUPLINT_REQUIRE_TOOLS").is_ok_and(|value| value == "1");
            assert!(!required, "the schema of SARIF is not at hand: {reason}");
            println!("skipped: the schema of SARIF is not at hand: {reason}");
            return;
        }
    };
    // Two patterns for languages, which we do not write, have a bracket too many to be regular expressions.
    let mut schema = schema;
    for definition in ["run", "toolComponent"] {
        schema["definitions"][definition]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for report in [sample::awkward(), sample::empty()] {
        let log = write_json("sarif", &report);
        let errors: Vec<_> = validator.iter_errors(&log).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let mut wrong = write_json("sarif", &sample::awkward());
    wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = json!(0);
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn an_empty_report_has_results_that_are_empty() {
    let log = write_json("sarif", &sample::empty());
    let run = &log["runs"][0];
    assert_eq!(run["results"], json!([]));
    assert_eq!(run["tool"]["driver"]["rules"], json!([]));
    assert_eq!(run["invocations"], json!([{ "executionSuccessful": true, "toolExecutionNotifications": [] }]));
}

#[test]
fn paths_are_relative_and_encoded() {
    let log = write_json("sarif", &sample::awkward());
    let location = |n: usize| &log["runs"][0]["results"][n]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(
        *location(1),
        json!({ "uri": "%E8%AE%A1%E5%88%92/%E5%A4%9C%E9%97%B4%20%E5%A4%87%E4%BB%BD.yaml", "uriBaseId": "%SRCROOT%" })
    );
    assert_eq!(location(2)["uri"], "conf/win%1B%5B2J/a.yaml");
    assert!(log["runs"][0]["originalUriBaseIds"]["%SRCROOT%"].get("uri").is_none());
}

#[test]
fn edits_become_fixes() {
    let report = sample::awkward();
    let log = write_json("sarif", &report);
    let change = &log["runs"][0]["results"][1]["fixes"][0]["artifactChanges"][0];
    let replacement = &change["replacements"][0];
    assert_eq!(replacement["insertedContent"]["text"], "Snapshot");
    let region = &replacement["deletedRegion"];
    let file = format!("\u{feff}{}", report.findings[1].primary.place.source.text());
    let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
    let start = number("byteOffset");
    assert_eq!(&file.as_bytes()[start..start + number("byteLength")], b"snapshot");
    assert_eq!((number("startLine"), number("endColumn") - number("startColumn")), (2, 8));
}

#[test]
fn what_was_not_judged_is_a_notification() {
    let log = write_json("sarif", &sample::awkward());
    let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
    let of = |id: &str| notifications.iter().filter(|n| n["descriptor"]["id"] == id).count();
    assert_eq!((of("undecided"), of("coverage")), (1, 3));
}

#[test]
fn the_levels_have_the_words_of_the_standard() {
    for (ours, theirs) in
        [("error", ResultLevel::Error), ("warning", ResultLevel::Warning), ("note", ResultLevel::Note)]
    {
        assert_eq!(ours, theirs.to_string());
    }
}

#[test]
fn the_sarif_of_the_awkward_report() {
    let text = write("sarif", &sample::awkward(), Presentation::plain(80));
    insta::assert_snapshot!("awkward_sarif", text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
}
