use super::*;
use crate::surface::document::tests::{argument, call, found, report};

const QUERY: &str = "Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1";

#[test]
fn a_collection_of_requests_is_judged_by_its_addresses() {
    let text = format!(
        r#"{{"item": [{{"name": "nightly", "request": {{"method": "GET", "url": {{"raw": "https://rds.aliyuncs.com/?{QUERY}&BackupMethod=Logical", "query": []}}}}}}]}}"#
    );
    assert_eq!(found("rds.postman_collection.json", &text), ["1 unsupported-method BackupMethod"]);
    let call = call(&Requests, "rds.postman_collection.json", &text);
    assert_eq!((call.subject.as_str(), call.head.text()), ("request `nightly`", "Action=CreateBackup"));
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Logical");
}

#[test]
fn a_form_is_part_of_the_request_and_variables_are_not_known() {
    let text = r#"{"name": "b", "request": {"url": "https://rds.aliyuncs.com/?Action=CreateBackup&DBInstanceId={{id}}",
        "body": {"mode": "urlencoded", "urlencoded": [{"key": "BackupMethod", "value": "Logical"},
        {"key": "BackupType", "value": "FullBackup", "disabled": true}]}}}"#;
    let call = call(&Requests, "a.json", text);
    assert_eq!(argument(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(argument(&call, "DBInstanceId"), ["?`{{id}}` is filled in when the request is sent"]);
    assert!(call.argument("BackupType").is_none());
}

#[test]
fn where_more_may_be_sent_nothing_is_missing() {
    let text = "HttpApiParameters:\n  Endpoint: https://rds.aliyuncs.com/?Action=CreateBackup&BackupMethod=Snapshots\n";
    assert_eq!(found("target.yaml", text), ["2 invalid-value BackupMethod"]);
    assert_eq!(argument(&call(&Requests, "target.yaml", text), "DBInstanceId"), ["?what sends it may add parameters"]);
}

#[test]
fn lists_add_what_the_address_does_not_say_and_take_away_what_is_off() {
    let request = |query: &str| {
        format!(
            r#"{{"variable": [{{"key": "id", "value": "pgm-1"}}, {{"key": "host", "value": "https://rds.aliyuncs.com"}}],
            "item": [{{"name": "n", "request": {{"url": {{"raw": "{{{{host}}}}/?Action=CreateBackup&DBInstanceId={{{{id}}}}&BackupType=Auto", "query": [{query}]}}}}}}]}}"#
        )
    };
    let own = call(
        &Requests,
        "a.json",
        &request(
            r#"{"key": "BackupMethod", "value": "Logical"}, {"key": "BackupType", "disabled": true, "value": "Auto"}"#,
        ),
    );
    assert_eq!(argument(&own, "BackupMethod"), ["Logical"]);
    assert_eq!(argument(&own, "DBInstanceId"), ["~pgm-1"]);
    assert!(own.argument("BackupType").is_none());
    let escaped =
        r#"{"url": "https:\/\/rds.aliyuncs.com\/?Action=CreateBackup\u0026BackupMethod=Nope\u0026DBInstanceId=pgm-1"}"#;
    let call = call(&Requests, "a.json", escaped);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Nope");
}

#[test]
fn files_of_requests_with_variables_headers_and_forms() {
    let text = "@id = pgm-1\n@method=Logical\n\n// first\nPOST https://rds.aliyuncs.com/ HTTP/1.1\nx-acs-action: CreateBackup\nx-acs-version: 2014-08-15\nContent-Type: application/x-www-form-urlencoded\n\nDBInstanceId={{id}}\n&BackupMethod={{method}}\n\n> {% client.log() %}\n\n### second\nhttps://rds.aliyuncs.com/?Action=CreateBackup&DBInstanceId={{$dotenv ID}}&BackupMethod=Logical\n\n###\n# @name third\nPOST https://rds.aliyuncs.com/?Action=CreateBackup\n\n< ./body.txt\n";
    let calls = crate::surface::document::tests::run(&Requests, &[("a.http", text)]).calls;
    let subjects: Vec<_> = calls.iter().map(|call| (call.subject.as_str(), call.head.text())).collect();
    assert_eq!(
        subjects,
        [
            ("request", "x-acs-action: CreateBackup"),
            ("request `second`", "Action=CreateBackup"),
            ("request `third`", "Action=CreateBackup")
        ]
    );
    assert_eq!(
        (argument(&calls[0], "DBInstanceId"), argument(&calls[0], "BackupMethod")),
        (vec!["pgm-1".to_owned()], vec!["Logical".to_owned()])
    );
    assert_eq!(calls[0].argument("BackupMethod").unwrap().place.text(), "{{method}}");
    assert_eq!(argument(&calls[1], "DBInstanceId"), ["?`{{$dotenv ID}}` is filled in when the request is sent"]);
    assert_eq!(argument(&calls[2], "BackupMethod"), ["?more may be sent than is in the address"]);
    let both = ["11 unsupported-method BackupMethod", "16 unsupported-method BackupMethod"];
    assert_eq!(found("a.rest", text), both);
}

#[test]
fn other_services_and_texts_that_only_describe_are_no_requests() {
    let other = r#"{"url": "https://polardb.aliyuncs.com/?Action=CreateBackup&DBClusterId=pc-1"}"#;
    assert!(found("a.json", other).is_empty() && report(&[("a.json", other)]).calls.is_empty());
    let example = format!(r#"{{"example": "https://rds.aliyuncs.com/?{QUERY}"}}"#);
    let report = report(&[("a.json", &example)]);
    assert!(report.calls.is_empty());
    assert_eq!(report.coverage[0].status.word(), "in part");
    assert_eq!(report.coverage[0].reason, "an address that makes the call stands where no request is known");
}

#[test]
fn tools_of_agents_make_the_call() {
    let given = r#"{"service": "rds", "api": "CreateBackup", "parameters": {"DBInstanceId": "pgm-1", "BackupMethod": "Logical"}}"#;
    let text = format!(r#"{{"method": "tools/call", "params": {{"name": "CommonAPICaller", "arguments": {given}}}}}"#);
    assert_eq!(found("mcp.json", &text), ["1 unsupported-method BackupMethod"]);
    let coded = given.replace('"', "\\\"");
    let text = format!(r#"{{"function": {{"name": "ops__CommonAPICaller", "arguments": "{coded}"}}}}"#);
    assert_eq!(found("chat.json", &text), ["1 unsupported-method BackupMethod"]);
    let yaml = "steps:\n  - tool: RDS_CreateBackup\n    args: {DBInstanceId: pgm-1, BackupMethod: Logical}\n";
    assert_eq!(found("steps.yaml", yaml), ["3 unsupported-method BackupMethod"]);
}

#[test]
fn what_describes_a_tool_is_no_call() {
    let text = r#"{"name": "RDS_CreateBackup", "parameters": {"type": "object", "properties": {"DBInstanceId": {}}}}"#;
    assert!(report(&[("tools.json", text)]).calls.is_empty());
    let other = r#"{"name": "CommonAPICaller", "arguments": {"service": "polardb", "api": "CreateBackup"}}"#;
    assert!(report(&[("other.json", other)]).calls.is_empty());
}

#[test]
fn a_document_that_nobody_reads_is_told_as_not_looked_at() {
    let one = |text: &str| {
        let report = report(&[("a.yaml", text)]);
        (report.coverage[0].status.word(), report.coverage[0].reason.clone())
    };
    let reason = "names the call, and is no document whose calls are known".to_owned();
    assert_eq!(one("job: {vendor: aliyun, run: CreateBackup}\n"), ("skipped", reason));
    assert_eq!(one("job: {vendor: other, run: CreateBackup}\n"), ("judged", String::new()));
}

#[test]
fn a_workspace_of_crossplane_holds_terraform() {
    let text = "apiVersion: tf.upbound.io/v1beta1\nkind: Workspace\nspec:\n  forProvider:\n    source: Inline\n    vars:\n      - {key: method, value: Logical}\n    module: |\n      variable \"method\" {}\n      resource \"alicloud_rds_backup\" \"nightly\" {\n        db_instance_id = \"pgm-1\"\n        backup_method  = var.method\n      }\n";
    let report = report(&[("workspace.yaml", text)]);
    assert_eq!(report.calls[0].surface, "crossplane");
    assert_eq!(found("workspace.yaml", text), ["12 unsupported-method BackupMethod"]);
}
