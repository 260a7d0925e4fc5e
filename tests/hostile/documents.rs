//! YAML and JSON: anchors, merges, duplicates, many documents, holes of template languages, short forms.

use crate::{Ran, run, run_in};

/// An OOS template with one call; `parameters` stand below `Parameters:`, at eight blanks and two more.
fn template(head: &str, parameters: &str) -> String {
    format!(
        "FormatVersion: OOS-2019-06-01\n{head}Tasks:\n  - Name: nightly\n    Action: ACS::ExecuteAPI\n    Properties:\n      \
         Service: RDS\n      API: CreateBackup\n      Parameters:\n{parameters}"
    )
}

fn oos(head: &str, parameters: &str) -> Ran {
    run(&[("template.yml", template(head, parameters).as_bytes())])
}

/// The line on which each finding above a note stands, and the lines of its other labels.
fn lines(ran: &Ran) -> Vec<(u64, Vec<u64>)> {
    let loud = ran.findings().iter().filter(|finding| finding["severity"] != "note");
    loud.map(|finding| {
        let related = finding["related"].as_array().unwrap().iter();
        (finding["primary"]["line"].as_u64().unwrap(), related.filter_map(|label| label["line"].as_u64()).collect())
    })
    .collect()
}

const ID: &str = "        DBInstanceId: pgm-1\n";

#[test]
fn row_07_of_two_anchors_of_one_name_the_nearest_above_counts() {
    let head = "x-one: &method Logical\nx-two: &method Snapshot\n";
    assert_eq!(oos(head, &format!("{ID}        BackupMethod: *method\n")).loud(), [] as [&str; 0]);
    let head = "x-one: &method Snapshot\nx-two: &method Logical\n";
    let ran = oos(head, &format!("{ID}        BackupMethod: *method\n"));
    assert_eq!(ran.loud().len(), 1, "{:?}", ran.loud());
    // One that comes later is none of the use above it.
    let later = format!(
        "{}x-three: &method Logical\n",
        template("x-one: &method Snapshot\n", &format!("{ID}        BackupMethod: *method\n"))
    );
    assert_eq!(run(&[("t.yml", later.as_bytes())]).loud(), [] as [&str; 0]);
}

#[test]
fn row_08_what_an_alias_or_a_merge_brings_is_told_at_the_use_and_at_the_definition() {
    let alias = oos("x-method: &m Logical\n", &format!("{ID}        BackupMethod: *m\n"));
    let (line, related) = &lines(&alias)[0];
    assert!(*line == 11 && related.contains(&2), "{}", alias.report["findings"]);
    let merge = oos("x-base: &base\n  BackupMethod: Logical\n", &format!("{ID}        <<: *base\n"));
    let (line, related) = &lines(&merge)[0];
    assert!(
        [3, 12].contains(line) && [*line].iter().chain(related).any(|line| *line == 3),
        "{}",
        merge.report["findings"]
    );
}

#[test]
fn row_09_two_merge_keys_in_one_mapping_are_taken_and_own_keys_come_first() {
    let head = "x-a: &a {BackupMethod: Logical}\nx-b: &b {DBName: shop}\n";
    let both = oos(head, &format!("{ID}        <<: *a\n        <<: *b\n"));
    assert_eq!(both.calls().len(), 1);
    assert!(!both.loud().is_empty(), "{}", both.report);
    let own = oos(head, "        BackupMethod: Snapshot\n        <<: [*a]\n        DBInstanceId: pgm-1\n");
    assert_eq!(own.loud(), [] as [&str; 0]);
    let after = oos(head, "        <<: *a\n        DBInstanceId: pgm-1\n        BackupMethod: Snapshot\n");
    assert_eq!(after.loud(), [] as [&str; 0]);
}

#[test]
fn row_10_a_key_that_is_given_twice_is_told_and_the_last_is_judged() {
    let good_last = oos("", &format!("{ID}        BackupMethod: Logical\n        BackupMethod: Snapshot\n"));
    let told = good_last.report["findings"].to_string();
    assert!(told.contains("more than once"), "{told}");
    assert!(!told.contains("unsupported-method"), "{told}");
    let bad_last = oos("", &format!("{ID}        BackupMethod: Snapshot\n        BackupMethod: Logical\n"));
    let told = bad_last.report["findings"].to_string();
    assert!(told.contains("more than once") && told.contains("unsupported-method"), "{told}");
}

#[test]
fn row_11_every_document_of_a_stream_is_judged() {
    let bad = template("", &format!("{ID}        BackupMethod: Logical\n"));
    let stream = format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: b\n---\n{bad}");
    let ran = run(&[("all.yaml", stream.as_bytes())]);
    assert_eq!(lines(&ran).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [15]);
    // Also behind one that cannot be read.
    let broken = format!("a: [1,\n---\n{bad}");
    assert!(run(&[("all.yaml", broken.as_bytes())]).loud().iter().any(|line| line.starts_with("unsupported-method")));
}

#[test]
fn row_12_a_directive_before_the_document_is_no_error() {
    let bad = template("", &format!("{ID}        BackupMethod: Logical\n"));
    let ran = run(&[("t.yml", format!("%YAML 1.1\n---\n{bad}").as_bytes())]);
    assert_eq!(ran.loud(), ["unsupported-method at 12:23"]);
}

#[test]
fn row_13_lines_and_values_of_a_template_language_are_holes_and_the_rest_is_judged() {
    let filled = template(
        "# {{ include \"x\" . }}\nDescription: {{ .Values.text }}\n",
        &format!("{{{{- if .Values.id }}}}\n{ID}{{{{- end }}}}\n        DBInstanceId: {{{{ .Values.id }}}}\n        BackupMethod: Logical\n")
            .replace(ID, ""),
    );
    let ran = run(&[("chart/templates/t.yaml", filled.as_bytes())]);
    assert_eq!(ran.calls().len(), 1, "{}", ran.report);
    let told = ran.coverage("chart/templates/t.yaml").unwrap();
    assert_eq!(told["status"], "in-part", "{told}");
    let known = template("Description: {{ .Values.text }}\n", &format!("{ID}        BackupMethod: Logical\n"));
    assert_eq!(run(&[("t.yaml", known.as_bytes())]).loud(), ["unsupported-method at 11:23"]);
}

#[test]
fn row_14_a_value_that_comes_through_the_parameters_is_resolved() {
    let parameters = |rest: &str| format!("Parameters:\n  method:\n    Type: String\n{rest}");
    let call = format!("{ID}        BackupMethod: '{{{{ method }}}}'\n");
    let bad = oos(&parameters("    Default: Logical\n"), &call);
    assert!(bad.findings().iter().any(|f| f["rule"] == "unsupported-method"), "{}", bad.report["findings"]);
    let one_of = oos(&parameters("    AllowedValues: [Snapshot, Logical]\n"), &call);
    assert!(one_of.findings().iter().any(|f| f["rule"] == "unsupported-method"), "{}", one_of.report["findings"]);
    let good = oos(&parameters("    AllowedValues: [Snapshot]\n"), &call);
    assert_eq!((good.loud(), good.verdicts()), (vec![], vec!["proven"]));
    let free = oos(&parameters(""), &call);
    assert_eq!(free.verdicts(), ["undecided"]);
}

/// A ROS template that holds an OOS template with a method.
fn ros(conditions: &str, method: &str) -> Ran {
    let text = format!(
        "ROSTemplateFormatVersion: '2015-09-01'\nParameters:\n  Env: {{Type: String}}\n{conditions}Resources:\n  Copy:\n    \
         Type: ALIYUN::OOS::Template\n    Properties:\n      Content:\n        FormatVersion: OOS-2019-06-01\n        Tasks:\n          \
         - Name: a\n            Action: ACS::ExecuteAPI\n            Properties:\n              Service: RDS\n              \
         API: CreateBackup\n              Parameters:\n                DBInstanceId: pgm-1\n                BackupMethod: {method}\n"
    );
    run(&[("stack.yml", text.as_bytes())])
}

const CONDITIONS: &str = "Conditions:\n  On: !Equals [!Ref Env, production]\n";

#[test]
fn row_15_short_forms_of_conditions_are_read_and_no_value_is_absence() {
    for short in [
        "!If [On, Snapshot, !Ref ALIYUN::NoValue]",
        "!If\n                  - On\n                  - Snapshot\n                  - Ref: ALIYUN::NoValue",
    ] {
        let ran = ros(CONDITIONS, short);
        assert_eq!((ran.calls().len(), ran.loud()), (1, vec![]), "{short}");
    }
    let ran = ros(CONDITIONS, "!If [On, Logical, Logical]");
    assert_ne!(ran.verdicts(), ["proven"], "a value that nobody knows was taken for a good one");
    assert!(!ran.failed());
}

#[test]
fn row_16_long_forms_within_short_forms_are_read() {
    for method in [
        "!GetAtt {\"Fn::FindInMap\": [Map, !Ref Env, method]}",
        "!Sub [\"${a}\", {a: !GetAtt [X, Y]}]",
        "!Select [0, {\"Fn::If\": [On, [Logical], !Split [\",\", !Ref Env]]}]",
        "!Join ['', !If [On, [!Ref Env], []]]",
    ] {
        let ran = ros(CONDITIONS, method);
        assert_eq!((ran.calls().len(), ran.failed()), (1, false), "{method}");
        assert!(ran.loud().iter().all(|loud| !loud.contains("unparsable")), "{method}: {:?}", ran.loud());
    }
}

#[test]
fn row_17_two_dozen_conditions_of_a_template_end_the_same_each_time() {
    let conditions: String = (0..24).map(|n| format!("  C{n}: !Equals [!Ref Env, e{n}]\n")).collect();
    let nested = (0..24).fold("Snapshot".to_owned(), |inner, n| format!("!If [C{n}, Physical, {inner}]"));
    let (one, two) =
        (ros(&format!("Conditions:\n{conditions}"), &nested), ros(&format!("Conditions:\n{conditions}"), &nested));
    assert_eq!(one.report, two.report);
    assert_eq!((one.calls().len(), one.failed()), (1, false));
}

#[test]
fn row_37_keys_that_are_no_texts_are_no_error() {
    let head =
        "x-map:\n  1: one\n  2.5: two\n  true: yes\n  ? [a, b]\n  : list\n  ? {c: d}\n  : map\n  null: nothing\n";
    let ran = oos(head, &format!("        1: x\n{ID}        BackupMethod: Logical\n"));
    assert!(ran.loud().iter().any(|loud| loud.starts_with("unsupported-method")), "{:?}", ran.loud());
    assert!(!ran.failed());
}

#[test]
fn row_39_an_empty_value_is_pointed_at_by_its_key() {
    let ran = oos("", "        DBInstanceId:\n        BackupMethod: Snapshot\n");
    assert_eq!(ran.loud(), ["missing-instance-id at 9:9"], "{}", ran.report["findings"]);
}

#[test]
fn a_bomb_of_aliases_ends() {
    let mut head = String::from("x0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for number in 1..40 {
        let alias = format!("*x{}", number - 1);
        head.push_str(&format!("x{number}: &x{number} [{}]\n", vec![alias; 9].join(", ")));
    }
    let ran = oos(&head, &format!("{ID}        BackupMethod: *x39\n"));
    assert!(ran.code <= 1 && !ran.failed());
    let mut merges = String::from("m0: &m0 {a: b}\n");
    for number in 1..200 {
        merges.push_str(&format!("m{number}: &m{number} {{<<: [*m{0}, *m{0}], k{number}: v}}\n", number - 1));
    }
    let ran = oos(&merges, &format!("{ID}        <<: *m199\n"));
    assert!(ran.code <= 1 && !ran.failed());
    let own = oos("x: &x\n  <<: *x\n  y: *x\n", &format!("{ID}        BackupMethod: Logical\n"));
    assert!(!own.failed());
}

#[test]
fn a_broken_document_is_told_with_its_place_and_the_others_are_judged() {
    let folder = crate::folder(&[
        ("a.yml", format!("{}      : [\n", template("", ID)).as_bytes()),
        ("b.yml", template("", &format!("{ID}        BackupMethod: Logical\n")).as_bytes()),
        ("c.yml", b"CreateBackup: OOS-2019-06-01 FormatVersion: x: y"),
    ]);
    let ran = run_in(folder.path(), &["."]);
    assert!(ran.loud().iter().any(|loud| loud.starts_with("unsupported-method")), "{:?}", ran.loud());
    assert!(!ran.failed());
}
