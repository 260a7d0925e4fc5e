//! Text in, calls and findings out.

use super::*;
use crate::surface::document::tests::{argument, call, found, run};

const TASK: &str = "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: t\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        DBInstanceId: rm-1\n        BackupMethod: METHOD\n";

fn template(content: &str, method: &str) -> String {
    let indented: String = TASK.replace("METHOD", method).lines().map(|line| format!("        {line}\n")).collect();
    format!(
        "ROSTemplateFormatVersion: '2015-09-01'\nParameters:\n  Method:\n    Type: String\n    Default: Nope\nResources:\n  Db:\n    Type: ALIYUN::RDS::DBInstance\n    Properties:\n      Engine: !If [C, MySQL, !Ref ALIYUN::NoValue]\n  Copy:\n    Type: ALIYUN::OOS::Template\n    Properties:\n      Content:{content}\n{indented}"
    )
}

#[test]
fn a_template_of_oos_within_as_text() {
    let text = template(" |", "Nope");
    let call = call(&Ros, "a.yml", &text);
    assert_eq!(call.head.text(), "CreateBackup");
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Nope");
    assert_eq!(found("a.yml", &text), ["24 invalid-value BackupMethod"]);
}

#[test]
fn a_template_of_oos_within_as_a_mapping_with_functions() {
    let value = |method: &str| argument(&call(&Ros, "a.yml", &template("", method)), "BackupMethod");
    assert_eq!(value("Physical"), ["Physical"]);
    assert_eq!(value("!Ref Method"), ["~Nope"]);
    assert_eq!(value("{Ref: Method}"), ["~Nope"]);
    assert_eq!(value("!If [C, Physical, !Ref ALIYUN::NoValue]"), ["Physical", "-"]);
    assert_eq!(value("{'Fn::If': [C, !If [C, Physical, Nope], Snapshot]}"), ["Physical", "Snapshot"]);
    assert_eq!(value("!GetAtt {'Fn::FindInMap': [a, b, c]}"), ["?the function `GetAtt` is not evaluated"]);
}

#[test]
fn json_text_within_is_read_though_its_places_are_lost() {
    let inner = r#"{\"FormatVersion\": \"OOS-2019-06-01\", \"Tasks\": [{\"Name\": \"t\", \"Action\": \"ACS::ExecuteAPI\", \"Properties\": {\"Service\": \"RDS\", \"API\": \"CreateBackup\", \"Parameters\": {\"DBInstanceId\": \"rm-1\", \"BackupMethod\": \"Nope\"}}}]}"#;
    let text = format!(
        "{{\"ROSTemplateFormatVersion\": \"2015-09-01\", \"Resources\": {{\"T\": {{\"Type\": \"ALIYUN::OOS::Template\",\n\"Properties\": {{\"Content\": \"{inner}\"}}}}}}}}"
    );
    let call = call(&Ros, "a.json", &text);
    assert!(call.insert.is_none() && call.argument("BackupMethod").unwrap().literal.is_none());
    assert_eq!(found("a.json", &text), ["2 invalid-value BackupMethod"]);
}

#[test]
fn substituted_text_is_unknown() {
    let text =
        template("\n        Fn::Sub: |", "${Method}").replace("\n        FormatVersion", "\n          FormatVersion");
    let text =
        text.replace("\n        Tasks:", "\n          Tasks:").replace("\n          - Name", "\n            - Name");
    let text = text
        .replace("\n            Action", "\n              Action")
        .replace("\n            Properties", "\n              Properties");
    let text = text
        .replace("\n              Service", "\n                Service")
        .replace("\n              API", "\n                API");
    let text = text.replace("\n              Parameters", "\n                Parameters");
    let text = text.replace("\n                DBInstanceId", "\n                  DBInstanceId");
    let text = text.replace("\n                BackupMethod", "\n                  BackupMethod");
    assert_eq!(found("a.yml", &text), [] as [String; 0]);
    assert_eq!(run(&Ros, &[("a.yml", &text)]).calls.len(), 1);
}

#[test]
fn a_type_that_is_none_is_silent() {
    let text = "ROSTemplateFormatVersion: '2015-09-01'\n# CreateBackup\nResources:\n  B:\n    Type: ALIYUN::RDS::Backup\n    Properties: {BackupMethod: Nope}\n";
    assert_eq!(found("a.yml", text), [] as [String; 0]);
}

#[test]
fn files_of_terraform_within() {
    let text = "ROSTemplateFormatVersion: '2015-09-01'\nTransform: Aliyun::Terraform-v1.5\nWorkspace:\n  main.tf: |-\n    resource \"alicloud_db_instance\" \"d\" {\n      engine = \"PostgreSQL\"\n    }\n    resource \"alicloud_rds_backup\" \"b\" {\n      db_instance_id = alicloud_db_instance.d.id\n      backup_method  = var.method\n    }\n  variables.tf: |-\n    variable \"method\" {\n      default = \"Logical\"\n    }\n";
    let call = call(&Ros, "a.yml", text);
    assert_eq!(call.head.text(), "resource \"alicloud_rds_backup\" \"b\"");
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(method.place.text(), "var.method");
    assert_eq!(method.value.alternatives()[0].steps.last().unwrap().place.display(), "a.yml:14:17");
    assert_eq!(found("a.yml", text), ["10 unsupported-method BackupMethod"]);
    let broken = text.replace("backup_method  = var.method", "backup_method  = [");
    assert_eq!(run(&Ros, &[("a.yml", &broken)]).problems.len(), 1);
}

fn fact(call: &crate::model::Call, name: &str) -> Vec<String> {
    let found = call.facts.iter().find(|fact| fact.name == name);
    found.map(|fact| crate::surface::document::tests::show(&fact.value)).unwrap_or_default()
}

#[test]
fn an_instance_of_the_template_tells_its_facts() {
    let text = |id: &str| {
        template("", "Physical").replace("DBInstanceId: rm-1", &format!("DBInstanceId: {id}")).replace(
            "Engine: !If [C, MySQL, !Ref ALIYUN::NoValue]",
            "Engine: PostgreSQL\n      DBInstanceStorageType: cloud_essd",
        )
    };
    for id in ["!GetAtt Db.DBInstanceId", "{'Fn::GetAtt': [Db, DBInstanceId]}", "!Ref Db"] {
        let call = call(&Ros, "a.yml", &text(id));
        assert_eq!(
            (fact(&call, "engine"), fact(&call, "storage")),
            (vec!["PostgreSQL".into()], vec!["cloud_essd".into()])
        );
        assert_eq!(fact(&call, "role"), ["primary"]);
    }
    assert!(call(&Ros, "a.yml", &text("!GetAtt Db.InnerConnectionString")).facts.is_empty());
    // A text that is substituted names it, too.
    let substituted = text("'${Db.DBInstanceId}'").replace("Content:\n", "Content:\n        Fn::Sub: |\n");
    let substituted: String = substituted
        .lines()
        .map(|line| {
            let is_inside = line.starts_with("        ") && !line.contains("Fn::Sub");
            format!("{}{line}\n", if is_inside { "  " } else { "" })
        })
        .collect();
    assert_eq!(fact(&call(&Ros, "a.yml", &substituted), "engine"), ["PostgreSQL"]);
}

#[test]
fn an_execution_gives_the_parameters_of_the_template_that_it_runs() {
    let text = |template: &str| {
        format!(
            "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  Db:\n    Type: ALIYUN::RDS::DBInstance\n    Properties: {{Engine: SQLServer}}\n  Copy:\n    Type: ALIYUN::OOS::Template\n    Properties:\n      Content: |\n        FormatVersion: OOS-2019-06-01\n        Parameters:\n          id: {{Type: String}}\n          method: {{Type: String, Default: Physical}}\n        Tasks:\n          - Name: t\n            Action: ACS::ExecuteAPI\n            Properties:\n              Service: RDS\n              API: CreateBackup\n              Parameters: {{DBInstanceId: '{{{{ id }}}}', BackupMethod: '{{{{ method }}}}'}}\n  Run:\n    Type: ALIYUN::OOS::Execution\n    Properties:\n      TemplateName: {template}\n      Parameters: {{id: !GetAtt Db.DBInstanceId, method: Snapshot}}\n"
        )
    };
    let call = |template: &str| call(&Ros, "a.yml", &text(template));
    let run = call("!GetAtt Copy.TemplateName");
    assert_eq!(argument(&run, "BackupMethod"), ["~Snapshot"]);
    assert_eq!(run.argument("BackupMethod").unwrap().place.text(), "'{{ method }}'");
    assert_eq!(fact(&run, "engine"), ["~SQLServer"]);
    assert_eq!(argument(&call("other"), "BackupMethod"), ["~Physical"]);
}

#[test]
fn a_condition_with_equal_branches_is_told_once() {
    let text =
        |value: &str| template("", "Physical").replace("BackupMethod: Physical", &format!("BackupMethod: {value}"));
    for value in [
        "!If [C, Logical, Logical]",
        "{'Fn::If': [C, Logical, Logical]}",
        "!If [C, !If [D, Logical, Logical], Logical]",
    ] {
        let text = text(value).replace("DBInstanceId: rm-1", "DBInstanceId: pgm-1");
        assert_ne!(text, template("", "Physical"), "{value}");
        let call = call(&Ros, "a.yml", &text);
        assert_eq!(argument(&call, "BackupMethod"), ["Logical"], "{value}");
        assert_eq!(found("a.yml", &text).len(), 1, "{value}");
    }
}
