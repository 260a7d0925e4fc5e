//! Text in, calls and findings out.

mod runs;

use super::*;
use crate::model::{CoverageStatus, Quote};
use crate::surface::document::tests::{argument, call, found, report, run, status};

const HEAD: &str = "FormatVersion: OOS-2019-06-01\n";

fn generic(parameters: &str, rest: &str) -> String {
    format!(
        "{HEAD}{rest}Tasks:\n  - Name: nightly\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n{parameters}"
    )
}

#[test]
fn a_plain_call_has_spans_on_everything() {
    let text = generic("        DBInstanceId: rm-1\n        BackupMethod: 'Snapshot'\n", "");
    let call = call(&Oos, "a.yml", &text);
    assert_eq!((call.subject.as_str(), call.surface), ("OOS task `nightly`", "oos"));
    assert_eq!(call.head.text(), "CreateBackup");
    assert!(call.place.text().starts_with("Name: nightly") && call.place.text().ends_with("'Snapshot'"));
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("BackupMethod", "'Snapshot'"));
    assert_eq!(argument(&call, "BackupMethod"), ["Snapshot"]);
    assert_eq!(method.literal, Some(Quote::Double));
    assert_eq!(method.removal.as_ref().unwrap().text(), "        BackupMethod: 'Snapshot'\n");
    let insert = call.insert.unwrap();
    assert_eq!((insert.before.as_str(), insert.between.as_str()), ("\n        ", ": "));
    assert!(text.get(insert.at.span.start as usize..).unwrap().trim_start_matches('\n').is_empty());
}

#[test]
fn letter_case_of_action_service_and_operation_does_not_count() {
    for (action, service, operation) in [
        ("ACS::ExecuteApi", "rds", "createbackup"),
        ("acs::executeapi", "Rds", "CREATEBACKUP"),
        ("ACS::ExecuteAPI", "RDS", "createBackup"),
    ] {
        let text = format!(
            "{HEAD}Tasks:\n- Name: a\n  Action: {action}\n  Properties:\n    Service: {service}\n    API: {operation}\n    Parameters: {{DBInstanceId: rm-1}}\n"
        );
        assert_eq!(run(&Oos, &[("a.yaml", &text)]).calls.len(), 1, "{action} {service} {operation}");
    }
}

#[test]
fn calls_of_other_products_and_other_documents_are_none() {
    let other = generic("        DBInstanceId: x\n", "").replace("Service: RDS", "Service: dds");
    assert!(run(&Oos, &[("a.yml", &other)]).calls.is_empty());
    let metadata = "{\"name\": \"CreateBackup\", \"FormatVersion\": \"1\", \"Tasks\": []}";
    assert!(run(&Oos, &[("a.json", metadata)]).calls.is_empty());
    let policy = "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"rds:CreateBackup\", \"Resource\": \"*\"}]}";
    assert_eq!(found("p.json", policy), [] as [String; 0]);
    let prose = "apiVersion: v1\nkind: ConfigMap\ndata:\n  text: |\n    Action: ACS::RDS::CreateBackup\n";
    assert_eq!(found("c.yml", prose), [] as [String; 0]);
}

#[test]
fn the_ready_made_action_passes_two_parameters_only() {
    let text = format!(
        "{HEAD}Tasks:\n- Name: a\n  Action: ACS::RDS::CreateBackup\n  Properties:\n    regionId: cn-hangzhou\n    instanceId: pgm-1\n    backupMethod: Logical\n"
    );
    let call = call(&Oos, "a.yml", &text);
    assert_eq!(call.head.text(), "ACS::RDS::CreateBackup");
    assert_eq!(argument(&call, "DBInstanceId"), ["pgm-1"]);
    assert!(call.unknown_names.is_empty() && call.insert.is_none());
    assert_eq!(found("a.yml", &text), ["8 unsupported-method BackupMethod"]);
    let snapshot = text.replace("Logical", "Snapshot");
    assert_eq!(found("a.yml", &snapshot), [] as [String; 0]);
}

#[test]
fn parameters_are_resolved_through_defaults_and_allowed_values() {
    let declared = "Parameters:\n  free:\n    Type: String\n    Default: Physical\n  closed:\n    AllowedValues: [Logical, Nope]\n    Default: Logical\n  bare:\n    Type: String\n";
    let value = |expression: &str| {
        let text = generic(&format!("        BackupMethod: {expression}\n"), declared);
        argument(&call(&Oos, "a.yml", &text), "BackupMethod")
    };
    assert_eq!(value("'{{ free }}'"), ["~Physical"]);
    assert_eq!(value("{{ free }}"), ["~Physical"]);
    assert_eq!(value("\"{{closed}}\""), ["Logical", "Nope"]);
    assert_eq!(value("'{{ bare }}'"), ["?parameter `bare` has no default"]);
    assert_eq!(value("'{{ ACS::RegionId }}'"), ["?`ACS::RegionId` is known only when the template runs"]);
    assert_eq!(value("'x{{ free }}'"), ["~xPhysical"]);
    assert_eq!(value("{'Fn::Select': [0, [a]]}"), ["?the function `Fn::Select` is not evaluated"]);
    assert_eq!(value("~"), ["-"]);
    assert_eq!(value("''"), ["-"]);
}

#[test]
fn every_allowed_value_is_judged_and_none_is_certain() {
    let declared = "Parameters:\n  m:\n    AllowedValues: [Physical, Nope]\n    Default: Physical\n";
    let text = generic("        DBInstanceId: rm-1\n        BackupMethod: '{{ m }}'\n", declared);
    let report = report(&[("a.yml", &text)]);
    let wrong: Vec<_> = report.findings.iter().filter(|f| &*f.rule == "invalid-value").collect();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].confidence, crate::finding::Confidence::Possible);
    assert_eq!(wrong[0].related.iter().map(|l| l.place.text()).collect::<Vec<_>>(), ["Nope"]);
    let fine = text.replace("Nope", "Snapshot");
    assert_eq!(found("a.yml", &fine), [] as [String; 0]);
}

#[test]
fn loops_run_over_each_element() {
    let text = format!(
        "{HEAD}Tasks:\n- Name: each\n  Action: ACS::ExecuteAPI\n  Loop:\n    Items: [Physical, Nope]\n  Properties:\n    Service: RDS\n    API: CreateBackup\n    Parameters:\n      DBInstanceId: rm-1\n      BackupMethod: '{{{{ ACS::TaskLoopItem }}}}'\n"
    );
    let call = call(&Oos, "a.yml", &text);
    assert_eq!(argument(&call, "BackupMethod"), ["Physical", "Nope"]);
    assert_eq!(found("a.yml", &text), ["12 invalid-value BackupMethod"]);
    let unknown = text.replace("[Physical, Nope]", "'{{ list.items }}'");
    assert_eq!(argument(&self::call_of(&unknown), "BackupMethod"), ["?what the loop goes over is not known"]);
}

fn call_of(text: &str) -> Call {
    call(&Oos, "a.yml", text)
}

#[test]
fn merged_and_aliased_values_are_seen_where_they_are_used() {
    let text =
        format!("x-b: &b\n  BackupMethod: Nope\n{}", generic("        <<: *b\n        DBInstanceId: rm-1\n", ""));
    let call = call_of(&text);
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(method.place.text(), "*b");
    let steps = &method.value.alternatives()[0].steps;
    assert_eq!(steps.iter().map(|s| s.place.text()).collect::<Vec<_>>(), ["*b", "Nope"]);
    assert_eq!(method.literal, None);
    let aliased = format!("x: &m Nope\n{}", generic("        BackupMethod: *m\n        DBInstanceId: rm-1\n", ""));
    assert_eq!(call_of(&aliased).argument("BackupMethod").unwrap().place.text(), "*m");
}

#[test]
fn of_a_key_that_is_given_twice_the_last_counts() {
    let text = generic("        DBInstanceId: rm-1\n        BackupMethod: Physical\n        BackupMethod: Nope\n", "");
    assert_eq!(argument(&call_of(&text), "BackupMethod"), ["Nope"]);
    assert_eq!(found("a.yml", &text), ["10 unknown-parameter BackupMethod", "11 invalid-value BackupMethod"]);
}

#[test]
fn every_document_is_looked_at_even_behind_a_broken_one() {
    let good = generic("        DBInstanceId: rm-1\n        BackupMethod: Nope\n", "");
    let two = format!("kind: ConfigMap\n---\n{good}");
    assert_eq!(found("a.yml", &two), ["12 invalid-value BackupMethod"]);
    let broken = format!("a: [1\n---\n{good}");
    let extraction = run(&Oos, &[("a.yml", &broken)]);
    assert_eq!((extraction.calls.len(), extraction.problems.len()), (1, 1));
    assert_eq!(status(&extraction), CoverageStatus::InPart);
}

#[test]
fn json_templates() {
    let text = r#"{
  "FormatVersion": "OOS-2019-06-01",
  "Tasks": [
    {"Name": "a", "Action": "ACS::ExecuteApi",
     "Properties": {"Service": "RDS", "API": "CreateBackup",
       "Parameters": {
         "DBInstanceId": "rm-1",
         "BackupMethod": "Nope"
       }}}
  ]
}"#;
    let call = call(&Oos, "a.json", text);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "\"Nope\"");
    let insert = call.insert.unwrap();
    assert_eq!((insert.before.as_str(), insert.between.as_str()), (",\n         \"", "\": "));
    assert_eq!(found("a.json", text), ["8 invalid-value BackupMethod"]);
    assert_eq!(found("a.template", text), ["8 invalid-value BackupMethod"]);
}

#[test]
fn holes_of_a_template_language_are_unknown_and_the_rest_is_judged() {
    let text = generic(
        "        DBInstanceId: {{ .Values.instance }}-x\n        BackupMethod: Nope\n",
        "Description: {{ .Release.Name }} runs {{ .Chart.Name }}\n",
    );
    let extraction = run(&Oos, &[("a.yaml", &text)]);
    assert_eq!(status(&extraction), CoverageStatus::InPart);
    assert_eq!(argument(&extraction.calls[0], "DBInstanceId"), ["?a template fills it in"]);
    assert_eq!(found("a.yaml", &text), ["11 invalid-value BackupMethod"]);
}

#[test]
fn parameters_between_directives_may_be_there_or_not() {
    let text = generic(
        "        DBInstanceId: rm-1\n        {{- if .on }}\n        BackupMethod: Nope\n        {{- else }}\n        BackupMethod: Worse\n        {{- end }}\n",
        "",
    );
    assert_eq!(found("a.yaml", &text), [] as [String; 0]);
    let call = call_of(&text);
    assert_eq!(argument(&call, "DBInstanceId"), ["rm-1"]);
    assert!(argument(&call, "DBName")[0].starts_with('?'));
}

#[test]
fn names_that_are_no_parameters() {
    let text = generic("        RegionId: cn-hangzhou\n        DbInstanceId: rm-1\n        DBInstanceId: rm-1\n", "");
    let names: Vec<_> = call_of(&text).unknown_names.into_iter().map(|n| (n.spelled, n.nearest, n.refused)).collect();
    assert_eq!(names, [("DbInstanceId".to_owned(), Some("DBInstanceId".to_owned()), false)]);
}

#[test]
fn a_call_without_parameters_and_one_with_a_line_break_of_windows() {
    let text = format!("{HEAD}Tasks:\n- Action: ACS::ExecuteAPI\n  Properties: {{Service: RDS, API: CreateBackup}}\n");
    assert_eq!(found("a.yml", &text), ["4 missing-instance-id DBInstanceId"]);
    let text = generic("        DBInstanceId: rm-1\n        BackupMethod: Physical # why\n", "").replace('\n', "\r\n");
    let insert = call_of(&text).insert.unwrap();
    assert_eq!(insert.before, "\r\n        ");
    assert!(text.get(..insert.at.span.start as usize).unwrap().ends_with("# why"));
}

#[test]
fn the_timer_case_has_no_finding() {
    let text = "FormatVersion: OOS-2019-06-01\nParameters:\n  instanceId:\n    Type: String\n  method:\n    AllowedValues:\n      - Physical\n      - Snapshot\n    Default: Snapshot\nTasks:\n  - Name: every\n    Action: ACS::TimerTrigger\n    Properties: {Type: cron}\n  - Name: b\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        RegionId: '{{ ACS::RegionId }}'\n        DBInstanceId: '{{ instanceId }}'\n        BackupMethod: '{{ method }}'\n";
    assert_eq!(found("a.yml", text), [] as [String; 0]);
}

#[test]
fn hostile_defaults_end() {
    let mut declared = String::from("Parameters:\n  p0: {Default: x}\n");
    for level in 1..8 {
        let many = format!("{{{{ p{} }}}}", level - 1).repeat(300);
        declared.push_str(&format!("  p{level}: {{Default: '{many}'}}\n"));
    }
    let text = generic("        BackupMethod: '{{ p7 }}'\n", &declared);
    assert!(argument(&call_of(&text), "BackupMethod")[0].contains('?'));
    let cycle = generic("        BackupMethod: '{{ a }}'\n", "Parameters:\n  a: {Default: '{{ a }}'}\n");
    assert_eq!(argument(&call_of(&cycle), "BackupMethod"), ["~?defaults lead to each other"]);
}

#[test]
fn keys_of_any_kind_and_empty_values() {
    let text = generic(
        "        1: x\n        [a]: b\n        DBInstanceId: rm-1\n        BackupMethod:\n        DBName: []\n",
        "",
    );
    let call = call_of(&text);
    assert_eq!(
        (argument(&call, "BackupMethod"), argument(&call, "DBName")),
        (vec!["-".to_owned()], vec!["-".to_owned()])
    );
    assert_eq!(call.unknown_names.len(), 1);
}

#[test]
fn other_json_and_binary_files_are_no_problem_of_templates() {
    let extraction = run(&Oos, &[("plan.json", "{broken CreateBackup")]);
    assert_eq!((extraction.problems.len(), extraction.coverage.len(), extraction.passed.len()), (0, 0, 1));
    let extraction = run(&Oos, &[("oos.json", "{\"FormatVersion\": \"OOS-2019-06-01\", CreateBackup")]);
    assert_eq!((extraction.problems.len(), status(&extraction)), (1, CoverageStatus::Skipped));
}

#[test]
fn what_a_ready_made_action_cannot_pass_is_refused() {
    let text = format!(
        "{HEAD}Tasks:\n- Name: a\n  Action: ACS::RDS::CreateBackup\n  Properties:\n    instanceId: rm-1\n    backupmethod: Snapshot\n    backupStrategy: instance\n"
    );
    let names: Vec<_> = call_of(&text).unknown_names.into_iter().map(|n| (n.spelled, n.nearest, n.refused)).collect();
    assert_eq!(
        names,
        [("backupmethod".to_owned(), Some("BackupMethod".to_owned()), true), ("backupStrategy".to_owned(), None, true)]
    );
}

#[test]
fn the_ledger_names_a_file_once() {
    let text = generic("        DBInstanceId: {{ .x }}-y\n        BackupMethod: Nope\n", "");
    let coverage = report(&[("a.yaml", &text)]).coverage;
    assert_eq!(coverage.len(), 1, "{coverage:?}");
    assert_eq!(coverage[0].status, CoverageStatus::InPart);
}

#[test]
fn what_to_write_instead_is_json_in_json() {
    let text = "{\"FormatVersion\": \"OOS-2019-06-01\", \"Tasks\": [{\"Action\": \"ACS::ExecuteAPI\", \"Properties\": {\"Service\": \"RDS\", \"API\": \"CreateBackup\",\n\"Parameters\": {\"DBInstanceId\": \"pgm-1\", \"BackupMethod\": \"Logical\"}}}]}";
    let nearest = report(&[("a.json", text)]).findings.into_iter().find_map(|f| f.nearest);
    assert_eq!(nearest.as_deref(), Some("\"BackupMethod\": \"Physical\""));
}
