use super::*;

fn written(facts: &[(&str, &str)], format: DecisionTableFormat, options: Presentation) -> String {
    let matrix = Matrix::builtin().unwrap();
    let selection = matrix.select(facts.iter().copied()).unwrap();
    let mut out = Vec::new();
    write_decision_table(&matrix, &selection, format, &options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn table(facts: &[(&str, &str)], width: usize) -> String {
    written(facts, DecisionTableFormat::Table, Presentation::plain(width))
}

#[test]
fn the_whole_table() {
    insta::assert_snapshot!(table(&[], 100));
}

#[test]
fn the_whole_table_where_there_is_room() {
    insta::assert_snapshot!(table(&[], 160));
}

#[test]
fn the_table_of_one_engine() {
    insta::assert_snapshot!(table(&[("engine", "mssql")], 100));
}

#[test]
fn the_table_of_an_engine_whose_disks_matter() {
    insta::assert_snapshot!(table(&[("engine", "mysql")], 100));
}

#[test]
fn the_table_of_one_engine_on_one_storage() {
    insta::assert_snapshot!(table(&[("engine", "MySQL"), ("storage", "cloud_essd")], 100));
}

#[test]
fn the_whole_table_on_a_narrow_terminal() {
    insta::assert_snapshot!(table(&[], 80));
}

#[test]
fn instances_that_nothing_is_supported_for() {
    insta::assert_snapshot!(table(&[("role", "Readonly")], 100));
}

#[test]
fn markdown() {
    insta::assert_snapshot!(written(&[], DecisionTableFormat::Markdown, Presentation::plain(80)));
}

#[test]
fn json() {
    let text = written(&[("engine", "MariaDB")], DecisionTableFormat::Json, Presentation::plain(80));
    insta::assert_snapshot!(text);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let matrix = Matrix::builtin().unwrap();
    for engine in &matrix.api().facts[0].values {
        for width in [80, 100, 120, 200] {
            let text = table(&[("engine", &engine.id)], width);
            assert!(text.lines().all(|line| wrap_columns(line) <= width), "{text}");
            assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
        }
    }
    for width in [80, 90, 100] {
        let text = table(&[], width);
        assert!(text.lines().all(|line| wrap_columns(line) <= width), "{text}");
    }
}

fn wrap_columns(line: &str) -> usize {
    crate::report::explain::wrap::columns(line)
}

#[test]
fn a_terminal_without_width_is_survived() {
    assert!(table(&[], 0).contains("Snapshot"));
}

#[test]
fn plain_output_is_ascii_where_that_is_wanted_and_bold_only_where_colour_is() {
    let ascii = Presentation { unicode: false, ..Presentation::plain(100) };
    assert!(written(&[], DecisionTableFormat::Table, ascii).is_ascii());
    let colour = Presentation { color: true, ..Presentation::plain(100) };
    assert!(
        written(&[], DecisionTableFormat::Table, colour).starts_with("\u{1b}[1mApsaraDB RDS CreateBackup\u{1b}[0m")
    );
}

#[test]
fn the_json_of_everything_reads_back_with_every_row_and_its_source() {
    let text = written(&[], DecisionTableFormat::Json, Presentation::plain(80));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["scenarios"].as_array().unwrap().len(), 11);
    assert_eq!(json["tables"][1]["id"], "method");
    assert_eq!(json["tables"][1]["rows"].as_array().unwrap().len(), 10);
    for table in json["tables"].as_array().unwrap() {
        assert!(!table["title"].as_str().unwrap().is_empty());
        assert!(table["rows"].as_array().unwrap().iter().all(|row| !row["source"].as_str().unwrap().is_empty()));
    }
    assert_eq!(json["parameters"][1]["separator"], ",");
}

#[test]
fn ranges_are_said_in_few_words() {
    assert_eq!(range_words(&[(-1, -1), (7, 730)]), "7 to 730, or -1");
    assert_eq!(range_words(&[(1, 1)]), "1");
    assert_eq!(range_words(&[]), "");
    assert_eq!([",", ";", " ", "/"].map(plural), ["commas", "semicolons", "spaces", "\"/\""]);
}

#[test]
fn cells_are_said_in_few_words() {
    let parameter = ParameterValues {
        name: "Size",
        values: &[],
        default: None,
        ranges: Vec::new(),
        ranges_text: None,
        separator: None,
        identifies: false,
    };
    let choice = Cell::Optional { values: vec!["a".to_owned(), "b".to_owned()] };
    assert_eq!(cell_pieces(&choice, &parameter), ["optional:", "a or b"]);
    assert_eq!(cell_pieces(&Cell::Optional { values: Vec::new() }, &parameter), ["optional"]);
}
