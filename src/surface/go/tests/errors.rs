//! What a program does when something went wrong, and what it goes on with otherwise.

use super::*;

fn with(body: &str) -> String {
    format!(
        "package main\n\nimport (\n\t\"fmt\"\n\n\trds \"github.com/alibabacloud-go/rds-20140815/v7/client\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n)\n\nfunc backup(client *rds.Client, method string) error {{\n\t_, err := client.CreateBackup(&rds.CreateBackupRequest{{DBInstanceId: tea.String(\"pgm-1\"), BackupMethod: tea.String(method)}})\n\treturn err\n}}\n\n{body}"
    )
}

fn of(body: &str) -> Vec<String> {
    let mut sent = sent(&[("main.go", &with(body))]);
    sent.sort();
    sent
}

/// The rules, with how sure they are.
fn told(body: &str) -> Vec<String> {
    let findings = report(&[("main.go", &with(body))]).findings.into_iter();
    let told = findings.filter(|f| f.rule.as_ref() == "unsupported-method");
    told.map(|f| format!("{:?} {}", f.confidence, f.primary.place.text())).collect()
}

#[test]
fn what_leaves_on_an_error_does_not_touch_what_follows() {
    let body = "func main() {\n\tmethod := \"Snapshot\"\n\tif err := load(); err != nil {\n\t\tmethod = \"Logical\"\n\t\tfmt.Println(method)\n\t\treturn\n\t}\n\tbackup(client, method)\n}\n";
    assert_eq!(of(body), ["DBInstanceId=pgm-1 BackupMethod=Snapshot"]);
    assert_eq!(told(body), [""; 0]);
}

#[test]
fn what_is_set_on_an_error_is_one_of_two_values() {
    let body = "func main() {\n\tmethod := \"Snapshot\"\n\tif err := load(); err != nil {\n\t\tmethod = \"Logical\"\n\t}\n\tbackup(client, method)\n}\n";
    assert_eq!(told(body), ["Possible tea.String(method)"]);
    let otherwise = "func main() {\n\tvar method string\n\tif _, err := load(); err == nil {\n\t\tmethod = \"Logical\"\n\t} else {\n\t\tmethod = \"Snapshot\"\n\t}\n\tbackup(client, method)\n}\n";
    assert_eq!(told(otherwise), ["Possible tea.String(method)"]);
}

#[test]
fn a_call_that_is_made_on_an_error_is_found() {
    let body = "func main() {\n\tif err := backup(client, \"Snapshot\"); err != nil {\n\t\tbackup(client, \"Logical\")\n\t}\n}\n";
    assert_eq!(of(body), ["DBInstanceId=pgm-1 BackupMethod=Logical", "DBInstanceId=pgm-1 BackupMethod=Snapshot"]);
    assert_eq!(told(body), ["Certain tea.String(method)"]);
}

#[test]
fn what_a_function_gives_beside_an_error_is_not_gone_on_with() {
    let body = "func choose() (string, error) {\n\tname, err := load()\n\tif err != nil {\n\t\treturn \"\", err\n\t}\n\tfmt.Println(name)\n\treturn \"Logical\", nil\n}\n\nfunc main() {\n\tmethod, err := choose()\n\tif err != nil {\n\t\tpanic(err)\n\t}\n\tbackup(client, method)\n}\n";
    assert_eq!(of(body), ["DBInstanceId=pgm-1 BackupMethod=Logical"]);
    assert_eq!(told(body), ["Certain tea.String(method)"]);
}

#[test]
fn an_error_is_no_value_of_a_parameter() {
    let body = "func main() {\n\tmethod, err := load()\n\tbackup(client, err.Error())\n\tbackup(client, method)\n}\n";
    assert_eq!(of(body), ["DBInstanceId=pgm-1 BackupMethod=?", "DBInstanceId=pgm-1 BackupMethod=?"]);
    assert_eq!(told(body), [""; 0]);
}

#[test]
fn many_checks_keep_what_is_known() {
    let checks: String =
        (0..40).map(|n| format!("\tif err := step{n}(); err != nil {{\n\t\tpanic(err)\n\t}}\n")).collect();
    let body = format!(
        "func main() {{\n\tmethod := \"Snapshot\"\n{checks}\tmethod = \"Logical\"\n\tbackup(client, method)\n}}\n"
    );
    assert_eq!(told(&body), ["Certain tea.String(method)"]);
}

#[test]
fn rounds_that_stop_at_an_error_are_calls() {
    let quota = |body: &str| super::runs::quota(body).len();
    let loops = "func main() {\n\tfor i := 0; i < 25; i++ {\n\t\tif err := backup(client, \"rm-1\"); err != nil {\n\t\t\treturn\n\t\t}\n\t}\n}\n";
    assert_eq!(quota(loops), 1);
    let tries = "func main() {\n\tfor i := 0; i < 25; i++ {\n\t\tif err := backup(client, \"rm-1\"); err == nil {\n\t\t\treturn\n\t\t}\n\t}\n}\n";
    assert_eq!(quota(tries), 0);
}
