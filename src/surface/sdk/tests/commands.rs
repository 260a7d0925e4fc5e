//! Commands that a program gives to a shell: what the shell puts into them is not known.

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

/// What is sent, of each call, and the rules of the findings.
fn checked(path: &str, text: &str) -> (Vec<String>, Vec<String>) {
    let mut memory = MemoryFiles::new();
    memory.add(path, text);
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let report = checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() });
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
    let calls = report.calls.iter();
    let calls =
        calls.map(|call| call.parameters.iter().map(|(n, v)| format!("{n}={}", show(v))).collect::<Vec<_>>().join(" "));
    (
        calls.collect(),
        report.findings.iter().filter(|f| f.severity == Severity::Error).map(|f| f.rule.to_string()).collect(),
    )
}

fn sent(command: &str) -> Vec<String> {
    let (calls, findings) = checked("a.py", &format!("import os\nos.system({command})\n"));
    assert_eq!(findings, [""; 0], "{command}");
    calls
}

#[test]
fn what_a_shell_puts_into_a_text_is_not_known() {
    for given in [
        "$ID",
        "${ID}",
        "${ID:-rm-1}",
        "\\\"$ID\\\"",
        "$(cat id)",
        "\\\"$(jq -r '.id' x)\\\"",
        "`cat id`",
        "rm-$N",
        "$1",
    ] {
        let command = format!("\"aliyun rds CreateBackup --DBInstanceId {given} --BackupType FullBackup\"");
        assert_eq!(sent(&command), ["DBInstanceId=? BackupType=FullBackup"], "{command}");
    }
    assert_eq!(
        sent("'aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod `choose`'"),
        ["DBInstanceId=rm-1 BackupMethod=?"]
    );
    assert_eq!(
        sent("'aliyun rds CreateBackup --DBInstanceId=$ID --BackupMethod=$M'"),
        ["DBInstanceId=? BackupMethod=?"]
    );
}

#[test]
fn texts_of_other_languages_are_given_to_a_shell_too() {
    let (calls, findings) = checked(
        "a.php",
        "<?php\nexec('aliyun rds CreateBackup --DBInstanceId $ID --BackupType FullBackup');\nexec(\"aliyun rds CreateBackup --DBInstanceId \\$ID --BackupType FullBackup\");\n",
    );
    assert_eq!(calls, ["DBInstanceId=? BackupType=FullBackup", "DBInstanceId=? BackupType=FullBackup"]);
    assert_eq!(findings, [""; 0]);
    let (calls, _) = checked(
        "a.go",
        "package main\n\nimport \"os/exec\"\n\nfunc main() {\n\texec.Command(\"sh\", \"-c\", \"aliyun rds CreateBackup --DBInstanceId $ID\").Run()\n}\n",
    );
    assert_eq!(calls, ["DBInstanceId=?"]);
}

#[test]
fn a_sign_that_stands_for_itself_is_no_variable() {
    // Between single quotes a shell puts nothing in.
    let (calls, _) = checked("a.py", "import os\nos.system(\"aliyun rds CreateBackup --DBInstanceId 'rm-$1'\")\n");
    assert_eq!(calls, ["DBInstanceId=rm-$1"]);
    let (calls, _) = checked("a.py", "import os\nos.system(r\"aliyun rds CreateBackup --DBInstanceId rm-\\$1\")\n");
    assert_eq!(calls, ["DBInstanceId=rm-$1"]);
}
