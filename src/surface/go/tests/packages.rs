//! Packages of a module, and literals that stand in functions which give them back.

use super::*;

const MODULE: (&str, &str) = ("go.mod", "module example.com/acme/backups\n\ngo 1.22\n");

/// A program that calls a package of its module, which has several files.
fn program(main: &str) -> Vec<(String, String)> {
    let service = "package backup\n\nimport (\n\trds \"github.com/alibabacloud-go/rds-20140815/v16/client\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n)\n\nfunc Run(client *rds.Client, id, method string) error {\n\t_, err := client.CreateBackup(&rds.CreateBackupRequest{DBInstanceId: tea.String(id), BackupMethod: tea.String(method)})\n\treturn err\n}\n";
    let names = "package backup\n\nconst Method = \"Logical\"\n";
    [
        MODULE,
        ("internal/backup/service.go", service),
        ("internal/backup/names.go", names),
        ("cmd/nightly/main.go", main),
    ]
    .map(|(path, text)| (path.to_owned(), text.to_owned()))
    .to_vec()
}

#[test]
fn a_program_gives_a_package_its_values() {
    for import in
        ["\"example.com/acme/backups/internal/backup\"", "backup \"example.com/acme/backups/internal/backup\""]
    {
        let main = format!(
            "package main\n\nimport (\n\t{import}\n\t\"os\"\n)\n\nfunc main() {{\n\tif err := backup.Run(client, \"pgm-1\", backup.Method); err != nil {{\n\t\tos.Exit(1)\n\t}}\n}}\n"
        );
        let files = program(&main);
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        assert_eq!(sent(&files), ["DBInstanceId=pgm-1 BackupMethod=Logical"]);
        assert_eq!(errors(&files), [pair("unsupported-method", "tea.String(method)")]);
    }
    let other = "package main\n\nimport backup \"example.com/other/backup\"\n\nfunc main() {\n\tbackup.Run(client, \"pgm-1\", backup.Method)\n}\n";
    let files = program(other);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    assert_eq!(errors(&files), []);
}

#[test]
fn what_is_wrong_is_the_literal_in_its_wrapper() {
    let text = |arguments: &str| {
        format!(
            "package a\n\nimport (\n\trds \"github.com/alibabacloud-go/rds-20140815/v16/client\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n)\n\nfunc run(client *rds.Client, keep string) {{\n\tclient.CreateBackup(&rds.CreateBackupRequest{{{arguments}}})\n}}\n"
        )
    };
    let wrong = text("DBInstanceId: tea.String(\"pgm-1\"), BackupMethod: tea.String(\"Logical\")");
    let report = report(&[("a.go", &wrong)]);
    let finding = report.findings.iter().find(|f| f.severity == Severity::Error).unwrap();
    assert_eq!(finding.primary.place.text(), "\"Logical\"");
    assert!(finding.related.iter().all(|label| !label.place.text().contains("tea.String(\"Logical\")")));
    let days = text("DBInstanceId: tea.String(\"pgm-1\"), BackupRetentionPeriod: tea.Int64(3)");
    assert_eq!(errors(&[("a.go", &days)]), [pair("retention-out-of-range", "3")]);
    // A function that changes what it is given is no wrapper.
    let lower = text("DBInstanceId: tea.String(\"pgm-1\"), BackupMethod: tea.String(strings.ToLower(\"Logical\"))");
    assert_eq!(errors(&[("a.go", &lower)]), []);
}
