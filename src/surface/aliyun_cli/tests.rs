use super::*;
use crate::matrix::Matrix;
use crate::model::NameKind;

fn api() -> Api {
    Matrix::builtin().unwrap().api().clone()
}

fn call(line: &str) -> Call {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    call_from_words(&words, &[api()]).unwrap()
}

fn no_call(line: &str) -> String {
    let words: Vec<String> = line.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect();
    call_from_words(&words, &[api()]).unwrap_err().to_string()
}

/// Parameters with their values.
fn arguments(call: &Call) -> Vec<(&str, Option<&str>)> {
    call.arguments.iter().map(|a| (a.parameter.as_str(), a.value.as_text())).collect()
}

/// Names that are wrong: kind, text at their place, what to write instead.
fn wrong(call: &Call) -> Vec<(NameKind, &str, Option<&str>, bool)> {
    call.unknown_names.iter().map(|n| (n.kind, n.place.text(), n.instead.as_deref(), n.refused)).collect()
}

#[test]
fn the_style_of_the_api() {
    let call = call(
        "aliyun --profile prod RDS CreateBackup --DBInstanceId=rm-1 --BackupMethod:Snapshot --DBName a,b -p x --force",
    );
    assert_eq!(
        arguments(&call),
        [("DBInstanceId", Some("rm-1")), ("BackupMethod", Some("Snapshot")), ("DBName", Some("a,b")),]
    );
    assert_eq!(call.arguments[0].name.text(), "--DBInstanceId");
    assert_eq!(call.arguments[0].place.text(), "rm-1");
    assert_eq!(call.arguments[2].place.text(), "a,b");
    assert_eq!(call.arguments[2].removal.as_ref().unwrap().text(), " --DBName a,b");
    assert_eq!(call.arguments[1].removal.as_ref().unwrap().text(), " --BackupMethod:Snapshot");
    assert_eq!(call.head.text(), "aliyun --profile prod RDS CreateBackup");
    assert_eq!(call.spelling, crate::model::Spelling { family: "wire", prefix: "--" });
    assert_eq!(call.subject, "aliyun rds CreateBackup rm-1");
    assert_eq!(wrong(&call), [(NameKind::Duplicate, "-p", None, true)]);
}

#[test]
fn the_style_of_the_plugins() {
    let call = call("aliyun rds create-backup --db-instance-id rm-1 --backup-retention-period -1 --region cn-hangzhou");
    assert_eq!(arguments(&call), [("DBInstanceId", Some("rm-1")), ("BackupRetentionPeriod", Some("-1"))]);
    assert_eq!(call.spelling.family, "kebab");
    assert_eq!(wrong(&call), []);
}

#[test]
fn a_negative_number_after_a_blank_is_an_option_to_the_tool() {
    let call = call("aliyun rds CreateBackup --DBInstanceId rm-1 --BackupRetentionPeriod -1");
    assert_eq!(wrong(&call), [(NameKind::NegativeNumber, "-1", Some("--BackupRetentionPeriod=-1"), true)]);
    assert_eq!(call.argument("BackupRetentionPeriod").unwrap().value.as_text(), Some("-1"));
    let call = self::call("aliyun rds CreateBackup --DBInstanceId rm-1 --BackupRetentionPeriod=-1");
    assert_eq!(wrong(&call), []);
}

#[test]
fn wrong_names_of_every_kind() {
    let call = call(
        "aliyun rds CreateBackup --dbInstanceId rm-1 --db-name a --BackupMethd Physical --cli-input-json x --DBName b --DBName c",
    );
    assert_eq!(
        wrong(&call),
        [
            (NameKind::WrongCase, "--dbInstanceId", Some("--DBInstanceId"), true),
            (NameKind::MixedStyle, "--db-name", Some("--DBName"), true),
            (NameKind::Unknown, "--BackupMethd", Some("--BackupMethod"), true),
            (NameKind::Unknown, "--cli-input-json", None, true),
            (NameKind::Duplicate, "--DBName", None, true),
        ]
    );
    let call = self::call("aliyun rds create-backup --DBInstanceId rm-1 --biz-region-id cn-hangzhou");
    assert_eq!(
        wrong(&call),
        [
            (NameKind::MixedStyle, "--DBInstanceId", Some("--db-instance-id"), true),
            (NameKind::Unknown, "--biz-region-id", None, true),
        ]
    );
    let call = self::call("aliyun rds CreateBackup --DBInstanceId rm-1 --force --Anything x");
    assert_eq!(wrong(&call), [(NameKind::Unknown, "--Anything", None, false)]);
}

#[test]
fn wrong_names_of_the_operation() {
    for (given, instead) in
        [("createBackup", "CreateBackup"), ("createbackup", "CreateBackup"), ("Create-Backup", "create-backup")]
    {
        let call = call(&format!("aliyun rds {given} --DBInstanceId rm-1"));
        assert_eq!(wrong(&call).first().unwrap(), &(NameKind::Operation, given, Some(instead), true));
    }
}

#[test]
fn options_of_the_tool_are_no_parameters() {
    let call = call(
        "aliyun rds CreateBackup --RegionId cn-hangzhou --DBInstanceId rm-1 --output cols=a rows=b --header a=1 --header b=2 --waiter expr=x to=y --quiet --ResourceOwnerId 5",
    );
    assert_eq!(arguments(&call), [("DBInstanceId", Some("rm-1"))]);
    assert_eq!(wrong(&call), []);
}

#[test]
fn a_value_from_a_file_is_not_known() {
    let call = call("aliyun rds CreateBackup --DBInstanceId rm-1 --DBName-FILE names.txt");
    assert_eq!(arguments(&call), [("DBInstanceId", Some("rm-1")), ("DBName", None)]);
    assert_eq!(wrong(&call), []);
}

#[test]
fn a_call_that_is_not_sent_is_advisory() {
    assert!(call("aliyun rds CreateBackup --DBInstanceId rm-1 --dryrun").advisory);
    assert!(call("aliyun rds create-backup --db-instance-id rm-1 --cli-dry-run").advisory);
    assert!(!call("aliyun rds CreateBackup --DBInstanceId rm-1").advisory);
}

#[test]
fn other_versions_products_operations_and_programs_are_not_ours() {
    for line in [
        "aliyun rds CreateBackup --version 2099-01-01 --DBInstanceId rm-1",
        "aliyun dds CreateBackup --DBInstanceId dds-1",
        "aliyun polardb CreateBackup --DBClusterId pc-1",
        "aliyun rds CreateBackupPolicy --DBInstanceId rm-1",
        "aliyun rds DescribeBackups --DBInstanceId rm-1",
        "aliyun help rds CreateBackup",
        "tccli postgres CreateBackup --DBInstanceId postgres-1",
        "aws dynamodb create-backup --table-name x",
        "velero backup create x",
        "echo aliyun rds CreateBackup --DBInstanceId x",
    ] {
        assert!(no_call(line).contains("expected `aliyun rds CreateBackup …`"), "{line}");
    }
    assert_eq!(no_call(""), "no command; expected `aliyun rds CreateBackup …`");
    assert!(call("aliyun rds CreateBackup --version 2014-08-15 --DBInstanceId rm-1").unknown_names.is_empty());
}

#[test]
fn the_program_may_be_left_out_wrapped_or_an_old_one() {
    assert_eq!(arguments(&call("rds CreateBackup --DBInstanceId rm-1")).len(), 1);
    assert_eq!(arguments(&call("sudo timeout 30 /usr/bin/aliyun rds CreateBackup --DBInstanceId rm-1")).len(), 1);
    assert_eq!(arguments(&call("aliyuncli Rds CreateBackup --DBInstanceId rm-1")).len(), 1);
}

#[test]
fn words_that_only_show_later_leave_parameters_unknown() {
    let call = call("xargs -n1 aliyun rds CreateBackup --BackupMethod Snapshot --DBInstanceId");
    assert_eq!(call.argument("BackupMethod").unwrap().value.as_text(), Some("Snapshot"));
    assert!(call.argument("DBName").unwrap().value.as_text().is_none());
    assert!(!call.argument("DBName").unwrap().value.is_absent());
}

#[test]
fn a_command_line_is_shown_quoted() {
    let words = ["aliyun", "rds", "CreateBackup", "--DBInstanceId", "it's me"].map(str::to_owned);
    let call = call_from_words(&words, &[api()]).unwrap();
    assert_eq!(call.place.text(), r"aliyun rds CreateBackup --DBInstanceId 'it'\''s me'");
    assert_eq!(call.arguments[0].place.text(), r"'it'\''s me'");
    assert_eq!(call.arguments[0].value.as_text(), Some("it's me"));
    assert_eq!(call.insert.unwrap().at.span.start as usize, call.place.text().len());
}
