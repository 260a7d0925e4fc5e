//! Functions and commands that a configuration names: judged as calls in every language that people write them in.

use std::collections::BTreeMap;

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::model::{Position, Wrapper};
use crate::surface::MemoryFiles;

fn named(name: &str) -> Wrapper {
    Wrapper { name: name.to_owned(), action: None, names: BTreeMap::new(), positions: Vec::new() }
}

fn check(wrappers: &[Wrapper], files: &[(&str, &str)]) -> Report {
    let mut memory = MemoryFiles::new();
    files.iter().for_each(|(path, text)| drop(memory.add(*path, *text)));
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let checker = checker.with_wrappers(wrappers.to_vec());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// The texts that errors point at.
fn errors(wrappers: &[Wrapper], files: &[(&str, &str)]) -> Vec<String> {
    let report = check(wrappers, files);
    let errors = report.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.primary.place.text().to_owned()).collect()
}

/// What is known of the parameters of each call.
fn parameters(wrappers: &[Wrapper], files: &[(&str, &str)]) -> Vec<String> {
    let show = |(name, value): &(String, Option<String>)| format!("{name}={}", value.as_deref().unwrap_or("?"));
    let calls = check(wrappers, files).calls;
    calls.iter().map(|call| call.parameters.iter().map(show).collect::<Vec<_>>().join(" ")).collect()
}

/// One file a language: a call with names, of a function that nothing in sight defines. `{}` is the method.
const BY_NAME: &[(&str, &str, &str)] = &[
    (
        "a.py",
        "from ops import rds\n\nrds.backup_rds(instance_id='x', dbinstance_id='pgm-1', backup_method='{}')\n",
        "'{}'",
    ),
    ("a.ts", "import { ops } from './ops';\nops.backup_rds({ dbInstanceId: 'pgm-1', backupMethod: '{}' });\n", "'{}'"),
    (
        "a.js",
        "const ops = require('@acme/ops');\nops.backup_rds({ DBInstanceId: 'pgm-1', BackupMethod: '{}' });\n",
        "'{}'",
    ),
    ("a.php", "<?php\nuse Acme\\Ops;\nOps::backup_rds(['DBInstanceId' => 'pgm-1', 'BackupMethod' => '{}']);\n", "'{}'"),
    (
        "A.java",
        "import com.acme.Ops;\nimport java.util.Map;\nclass A {\n  void run() {\n    Ops.backup_rds(Map.of(\"DBInstanceId\", \"pgm-1\", \"BackupMethod\", \"{}\"));\n  }\n}\n",
        "\"{}\"",
    ),
    (
        "a.go",
        "package main\n\nimport \"example.com/acme/ops\"\n\nfunc main() {\n\tops.backup_rds(map[string]string{\"DBInstanceId\": \"pgm-1\", \"BackupMethod\": \"{}\"})\n}\n",
        "\"{}\"",
    ),
    (
        "A.cs",
        "using Acme;\nclass A {\n  void Run() {\n    Ops.backup_rds(dbInstanceId: \"pgm-1\", backupMethod: \"{}\");\n  }\n}\n",
        "\"{}\"",
    ),
    ("a.sh", "backup_rds --db-instance-id pgm-1 --backup-method {}\n", "{}"),
    ("b.sh", "sudo /opt/ops/backup_rds --DBInstanceId=pgm-1 --BackupMethod={}\n", "{}"),
    (
        ".github/workflows/a.yml",
        "on: push\njobs:\n  b:\n    runs-on: x\n    steps:\n      - run: backup_rds --db-instance-id pgm-1 --backup-method {}\n",
        "{}",
    ),
];

#[test]
fn a_wrapper_is_judged_wherever_it_is_called() {
    let wrappers = [named("backup_rds")];
    for (path, text, wrong) in BY_NAME {
        let bad = text.replace("{}", "Logical");
        assert_eq!(errors(&wrappers, &[(path, &bad)]), [wrong.replace("{}", "Logical")], "{bad}");
        assert_eq!(errors(&wrappers, &[(path, &text.replace("{}", "Physical"))]), [] as [&str; 0], "{path}");
        assert_eq!(check(&[], &[(path, &bad)]).calls.len(), 0, "nobody has said so: {path}");
    }
}

#[test]
fn what_a_wrapper_is_not_given_it_may_set_by_itself() {
    let wrappers = [named("backup_rds")];
    let files = [("a.sh", "backup_rds\nbackup_rds --backup-method Snapshot\n")];
    assert_eq!(errors(&wrappers, &files), [] as [&str; 0]);
    let known = parameters(&wrappers, &files);
    assert_eq!(known.len(), 2);
    assert!(known[0].contains("DBInstanceId=?") && known[1].contains("BackupMethod=Snapshot"), "{known:?}");
}

#[test]
fn the_operation_that_a_wrapper_is_given_decides() {
    let free = named("request");
    let second = Wrapper { action: Some(Position::At(2)), ..named("request") };
    let by_name = Wrapper { action: Some(Position::Named("action".to_owned())), ..named("request") };
    let python = |arguments: &str| {
        format!(
            "from ops import api\n\napi.request({arguments}, {{'DBInstanceId': 'pgm-1', 'BackupMethod': 'Logical'}})\n"
        )
    };
    for (wrapper, arguments, found) in [
        (&free, "'CreateBackup'", 1),
        (&free, "'DescribeBackups'", 0),
        (&second, "'eu-central-1', 'CreateBackup'", 1),
        (&second, "'CreateBackup', 'DescribeBackups'", 0),
        (&second, "'CreateBackup', action", 0),
    ] {
        assert_eq!(errors(std::slice::from_ref(wrapper), &[("a.py", &python(arguments))]).len(), found, "{arguments}");
    }
    for (action, found) in [("CreateBackup", 1), ("DeleteBackup", 0)] {
        let text = format!(
            "import {{ api }} from 'ops';\napi.request({{ action: '{action}', params: 1, DBInstanceId: 'pgm-1', BackupMethod: 'Logical' }});\n"
        );
        assert_eq!(errors(std::slice::from_ref(&by_name), &[("a.ts", &text)]).len(), found, "{action}");
        let script = format!("request --action {action} --DBInstanceId pgm-1 --BackupMethod Logical\n");
        assert_eq!(errors(std::slice::from_ref(&by_name), &[("a.sh", &script)]).len(), found, "{action}");
        let script = format!("request eu-central-1 {action} --DBInstanceId pgm-1 --BackupMethod Logical\n");
        assert_eq!(errors(std::slice::from_ref(&second), &[("a.sh", &script)]).len(), found, "{action}");
    }
}

#[test]
fn parameters_by_position_and_by_own_names() {
    let by_position =
        Wrapper { positions: vec!["DBInstanceId".to_owned(), "BackupMethod".to_owned()], ..named("backup") };
    let own = [("i", "DBInstanceId"), ("how", "BackupMethod")];
    let by_name = Wrapper {
        names: own.iter().map(|(name, parameter)| ((*name).to_owned(), (*parameter).to_owned())).collect(),
        ..named("backup")
    };
    let files = [
        (&by_position, "a.sh", "backup pgm-1 Logical\n", "Logical"),
        (&by_position, "a.py", "from ops import backup\n\nbackup('pgm-1', 'Logical')\n", "'Logical'"),
        (&by_name, "a.sh", "backup -i pgm-1 --how=Logical\n", "Logical"),
        (&by_name, "a.py", "from ops import backup\n\nbackup(i='pgm-1', how='Logical')\n", "'Logical'"),
    ];
    for (wrapper, path, text, wrong) in files {
        assert_eq!(errors(std::slice::from_ref(wrapper), &[(path, text)]), [wrong], "{text}");
    }
    // Whether an option that nobody has named takes the next word is not known.
    let doubtful = [("a.sh", "backup --wait pgm-1 Logical\n")];
    assert_eq!(errors(std::slice::from_ref(&by_position), &doubtful), [] as [&str; 0]);
}

#[test]
fn a_wrapper_whose_own_code_tells_is_followed_there() {
    let wrappers = [named("backup_rds")];
    let script =
        "backup_rds() {\n  aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod Logical\n}\nbackup_rds pgm-1\n";
    assert_eq!(errors(&wrappers, &[("a.sh", script)]), ["Logical"]);
    assert_eq!(check(&wrappers, &[("a.sh", script)]).calls.len(), 1);
    let program = "from aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest\n\ndef backup_rds(id):\n    request = CreateBackupRequest()\n    request.set_DBInstanceId(id)\n    request.set_BackupMethod('Logical')\n    client.do_action_with_exception(request)\n\nbackup_rds('pgm-1')\n";
    assert_eq!(check(&wrappers, &[("a.py", program)]).calls.len(), 1);
    assert_eq!(errors(&wrappers, &[("a.py", program)]), ["'Logical'"]);
    // Where its code tells nothing, the calls of it do.
    let opaque = "import json, socket\n\ndef backup_rds(**body):\n    socket.create_connection(('ops', 1)).send(json.dumps(body).encode())\n\nbackup_rds(dbinstance_id='pgm-1', backup_method='Logical')\n";
    assert_eq!(errors(&wrappers, &[("a.py", opaque)]), ["'Logical'"]);
}
