//! Requests that a script sends over HTTP.

use super::*;

const HEAD: &str = "https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15";

#[test]
fn an_address_holds_names_and_values() {
    let call = call(&format!(
        "ID=rm-1\ncurl -s -X POST \"{HEAD}&DBInstanceId=$ID&BackupMethod=Logical&DBName=a%2Cb&BackupType=$1&Signature=$(sign)\"\n"
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "DBName"), ["a,b"]);
    assert!(values(&call, "BackupType")[0].starts_with('?'), "{call:#?}");
    assert!(call.argument("BackupStrategy").is_none() && call.unknown_names.is_empty());
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("BackupMethod", "Logical"));
    assert_eq!((call.head.text(), call.subject.as_str()), ("Action=CreateBackup", "Action=CreateBackup"));
    assert!(call.insert.is_none() && method.literal.is_none());
}

#[test]
fn forms_and_headers() {
    for script in [
        "curl -G https://rds.aliyuncs.com/ -d Action=CreateBackup -d Version=2014-08-15 -d DBInstanceId=rm-1 --data-urlencode 'DBName=a,b'",
        "curl --data 'Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1&DBName=a%2Cb' \"$HOST\"",
        "wget -qO- --post-data='Action=CreateBackup&DBInstanceId=rm-1&DBName=a,b' https://rds.cn-beijing.aliyuncs.com/",
        "curl -H 'X-Acs-Action: CreateBackup' -H 'x-acs-version: 2014-08-15' 'https://rds.aliyuncs.com/?DBInstanceId=rm-1&DBName=a%2Cb'",
        "for q in \"DBInstanceId=rm-1&DBName=a,b\"; do curl \"https://rds.aliyuncs.com/?Action=CreateBackup&$q\"; done",
    ] {
        let call = call(script);
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{script}");
        assert_eq!(values(&call, "DBName"), ["a,b"], "{script}");
    }
}

#[test]
fn more_may_be_sent_than_is_seen() {
    for script in [
        format!("curl \"{HEAD}&$QUERY\"\n"),
        format!("curl '{HEAD}' -d @body.txt\n"),
        format!("curl '{HEAD}' -d \"$BODY\"\n"),
    ] {
        let call = call(&script);
        assert!(values(&call, "DBInstanceId")[0].starts_with('?'), "{script}");
    }
}

#[test]
fn requests_of_others_are_none() {
    for script in [
        "curl 'https://sqlserver.tencentcloudapi.com/?Action=CreateBackup&InstanceId=x'",
        "curl 'https://rds.volcengineapi.com/?Action=CreateBackup&Version=2022-01-01&InstanceId=x'",
        "curl 'https://mongodb.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1'",
        "curl 'https://rds.aliyuncs.com/?Action=DescribeBackups&Version=2014-08-15&Next=CreateBackup'",
        "curl 'https://app.example.com/?module=admin&action=createBackup'",
        "echo curl 'https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15'",
        "curl -o CreateBackup https://rds.aliyuncs.com/",
    ] {
        assert!(calls(script).is_empty(), "{script}");
    }
}

#[test]
fn a_function_that_sends_what_it_is_given() {
    let script = "rds() {\n  curl -s \"https://rds.aliyuncs.com/?Action=$1&Version=2014-08-15&$2\"\n}\nrds DescribeBackups 'DBInstanceId=rm-1'\nrds CreateBackup 'DBInstanceId=rm-2&BackupMethod=Logical'\n";
    let call = call(script);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-2"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(call.head.text(), "Action=$1");
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(method.place.text(), "$2");
}

#[test]
fn what_a_condition_chooses_stays_a_choice() {
    let call = call(&format!(
        "M=Snapshot\nif [ \"$1\" = x ]; then M=Logical; fi\nwget -qO- \"{HEAD}&DBInstanceId=rm-1&BackupMethod=$M\"\n"
    ));
    let mut found = values(&call, "BackupMethod");
    found.sort();
    assert_eq!(found, ["Logical", "Snapshot"]);
}
