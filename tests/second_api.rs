//! A second API that is data alone: found in files and in logs when it is asked for, and not otherwise.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/program.rs"]
mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{code, err, run};

/// The same wrong method in each surface, with the path of its file; each is a call of one product only.
const FILES: [(&str, &str); 7] = [
    (
        "main.tf",
        "resource \"alicloud_mongodb_instance\" \"orders\" {\n  storage_type       = \"cloud_essd1\"\n  replication_factor = 3\n}\n\
         resource \"alicloud_mongodb_backup\" \"now\" {\n  db_instance_id = alicloud_mongodb_instance.orders.id\n  backup_method  = \"Logical\"\n}\n",
    ),
    ("backup.sh", "aliyun dds create-backup --db-instance-id dds-bp1 --backup-method Full\n"),
    (
        "job.py",
        "from alibabacloud_dds20151201 import models as m\ndef go(client):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id='dds-bp1', backup_method='Full'))\n",
    ),
    (
        "template.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: b\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: DDS\n      API: CreateBackup\n      Parameters:\n        DBInstanceId: dds-1\n        BackupMethod: Full\n",
    ),
    (
        "Job.java",
        "import com.aliyun.dds20151201.models.*;\nclass Job {\n  void go(com.aliyun.dds20151201.Client client) throws Exception {\n    client.createBackup(new CreateBackupRequest().setDBInstanceId(\"dds-1\").setBackupMethod(\"Full\"));\n  }\n}\n",
    ),
    (
        "job.go",
        "package main\nimport dds \"github.com/alibabacloud-go/dds-20151201/v8/client\"\nimport \"github.com/alibabacloud-go/tea/tea\"\nfunc run(c *dds.Client) {\n\tc.CreateBackup(&dds.CreateBackupRequest{DBInstanceId: tea.String(\"dds-1\"), BackupMethod: tea.String(\"Full\")})\n}\n",
    ),
    (
        "get.sh",
        "curl 'https://mongodb.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1&BackupMethod=Full'\n",
    ),
];

/// The same wrong method through requests that name the product and the operation themselves, once per way of each
/// language. What is written for any API is data that no API owns.
const GENERIC: [(&str, &str); 12] = [
    (
        "Old.java",
        "import com.aliyuncs.CommonRequest;\nclass Old {\n  void go(com.aliyuncs.IAcsClient client) throws Exception {\n    CommonRequest request = new CommonRequest();\n    request.setSysDomain(\"mongodb.aliyuncs.com\");\n    request.setSysVersion(\"2015-12-01\");\n    request.setSysAction(\"CreateBackup\");\n    request.putQueryParameter(\"DBInstanceId\", \"dds-1\");\n    request.putQueryParameter(\"BackupMethod\", \"Full\");\n    client.getCommonResponse(request);\n  }\n}\n",
    ),
    (
        "New.java",
        "import com.aliyun.teaopenapi.models.*;\nimport java.util.*;\nclass New {\n  void go(com.aliyun.teaopenapi.Client client) throws Exception {\n    Params params = new Params().setAction(\"CreateBackup\").setVersion(\"2015-12-01\");\n    Map<String, Object> queries = new HashMap<>();\n    queries.put(\"DBInstanceId\", \"dds-1\");\n    queries.put(\"BackupMethod\", \"Full\");\n    OpenApiRequest request = new OpenApiRequest().setQuery(com.aliyun.openapiutil.Client.query(queries));\n    client.callApi(params, request, new com.aliyun.teautil.models.RuntimeOptions());\n  }\n}\n",
    ),
    (
        "old.js",
        "const Core = require('@alicloud/pop-core');\nconst client = new Core({ endpoint: 'https://mongodb.aliyuncs.com', apiVersion: '2015-12-01' });\nclient.request('CreateBackup', { DBInstanceId: 'dds-1', BackupMethod: 'Full' }, { method: 'POST' });\n",
    ),
    (
        "new.ts",
        "import OpenApi, * as $OpenApi from '@alicloud/openapi-client';\nimport OpenApiUtil from '@alicloud/openapi-util';\nexport async function go(client: OpenApi) {\n  const params = new $OpenApi.Params({ action: 'CreateBackup', version: '2015-12-01', protocol: 'HTTPS' });\n  const request = new $OpenApi.OpenApiRequest({ query: OpenApiUtil.query({ DBInstanceId: 'dds-1', BackupMethod: 'Full' }) });\n  await client.callApi(params, request, {});\n}\n",
    ),
    (
        "old.php",
        "<?php\nuse AlibabaCloud\\Client\\AlibabaCloud;\nAlibabaCloud::rpc()->product('Dds')->version('2015-12-01')->action('CreateBackup')->host('mongodb.aliyuncs.com')\n    ->options(['query' => ['DBInstanceId' => 'dds-1', 'BackupMethod' => 'Full']])->request();\n",
    ),
    (
        "new.php",
        "<?php\nuse Darabonba\\OpenApi\\Models\\Params;\nuse Darabonba\\OpenApi\\Models\\OpenApiRequest;\nuse AlibabaCloud\\OpenApiUtil\\OpenApiUtilClient;\nfunction go($client, $runtime) {\n    $params = new Params(['action' => 'CreateBackup', 'version' => '2015-12-01']);\n    $request = new OpenApiRequest(['query' => OpenApiUtilClient::query(['DBInstanceId' => 'dds-1', 'BackupMethod' => 'Full'])]);\n    $client->callApi($params, $request, $runtime);\n}\n",
    ),
    (
        "Old.cs",
        "using Aliyun.Acs.Core;\nclass Old {\n  void Go(DefaultAcsClient client) {\n    CommonRequest request = new CommonRequest();\n    request.Domain = \"mongodb.aliyuncs.com\";\n    request.Version = \"2015-12-01\";\n    request.Action = \"CreateBackup\";\n    request.AddQueryParameters(\"DBInstanceId\", \"dds-1\");\n    request.AddQueryParameters(\"BackupMethod\", \"Full\");\n    client.GetCommonResponse(request);\n  }\n}\n",
    ),
    (
        "New.cs",
        "using System.Collections.Generic;\nusing AlibabaCloud.OpenApiClient.Models;\nclass New {\n  void Go(AlibabaCloud.OpenApiClient.Client client, object runtime) {\n    var parameters = new Params { Action = \"CreateBackup\", Version = \"2015-12-01\" };\n    var queries = new Dictionary<string, object>();\n    queries[\"DBInstanceId\"] = \"dds-1\";\n    queries[\"BackupMethod\"] = \"Full\";\n    var request = new OpenApiRequest { Query = AlibabaCloud.OpenApiUtil.Client.Query(queries) };\n    client.CallApi(parameters, request, runtime);\n  }\n}\n",
    ),
    (
        "old.go",
        "package main\nimport (\n\t\"github.com/aliyun/alibaba-cloud-sdk-go/sdk\"\n\t\"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests\"\n)\nfunc old(client *sdk.Client) {\n\trequest := requests.NewCommonRequest()\n\trequest.Domain = \"mongodb.aliyuncs.com\"\n\trequest.Version = \"2015-12-01\"\n\trequest.ApiName = \"CreateBackup\"\n\trequest.QueryParams[\"DBInstanceId\"] = \"dds-1\"\n\trequest.QueryParams[\"BackupMethod\"] = \"Full\"\n\tclient.ProcessCommonRequest(request)\n}\n",
    ),
    (
        "new.go",
        "package main\nimport (\n\topenapi \"github.com/alibabacloud-go/darabonba-openapi/v2/client\"\n\topenapiutil \"github.com/alibabacloud-go/openapi-util/service\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n)\nfunc newer(client *openapi.Client) {\n\tparams := &openapi.Params{Action: tea.String(\"CreateBackup\"), Version: tea.String(\"2015-12-01\")}\n\tqueries := map[string]interface{}{}\n\tqueries[\"DBInstanceId\"] = tea.String(\"dds-1\")\n\tqueries[\"BackupMethod\"] = tea.String(\"Full\")\n\trequest := &openapi.OpenApiRequest{Query: openapiutil.Query(queries)}\n\tclient.CallApi(params, request, nil)\n}\n",
    ),
    (
        "old.py",
        "from aliyunsdkcore.request import CommonRequest\ndef go(client):\n    request = CommonRequest()\n    request.set_domain('mongodb.aliyuncs.com')\n    request.set_version('2015-12-01')\n    request.set_action_name('CreateBackup')\n    request.add_query_param('DBInstanceId', 'dds-1')\n    request.add_query_param('BackupMethod', 'Full')\n    client.do_action_with_exception(request)\n",
    ),
    (
        "new.py",
        "from alibabacloud_tea_openapi import models as open_api_models\nfrom alibabacloud_openapi_util.client import Client as OpenApiUtilClient\ndef go(client, runtime):\n    params = open_api_models.Params(action='CreateBackup', version='2015-12-01')\n    request = open_api_models.OpenApiRequest(query=OpenApiUtilClient.query({'DBInstanceId': 'dds-1', 'BackupMethod': 'Full'}))\n    client.call_api(params, request, runtime)\n",
    ),
];

fn folder() -> tempfile::TempDir {
    holding(&FILES)
}

fn holding(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        fs::write(folder.path().join(path), text).unwrap();
    }
    folder
}

fn report(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", err(&output)))
}

fn found(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|f| (f["primary"]["path"].as_str().unwrap(), f["rule"].as_str().unwrap())).collect()
}

#[test]
fn its_wrong_calls_are_found_in_every_surface_when_it_is_asked_for() {
    let folder = folder();
    let report = report(folder.path(), &["check", "--api", "dds", "--format", "json", "."]);
    let expected =
        FILES.map(|(path, _)| (path, if path == "main.tf" { "unsupported-method" } else { "invalid-value" }));
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(found(&report), expected);
    assert_eq!(report["calls"].as_array().unwrap().len(), FILES.len());
}

#[test]
fn it_is_off_unless_it_is_asked_for() {
    let folder = folder();
    let output = run(folder.path(), &["check", "."]);
    assert_eq!(code(&output), 0);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("no CreateBackup call found"), "{text}");
}

#[test]
fn requests_of_any_api_are_found_in_every_language_once_and_only_when_asked_for() {
    let folder = holding(&GENERIC);
    let mut expected = GENERIC.map(|(path, _)| (path, "invalid-value")).to_vec();
    expected.sort_unstable();
    for apis in [&["--api", "dds"][..], &["--api", "dds", "--api", "rds"], &["--api", "rds", "--api", "dds"]] {
        let report = report(folder.path(), &[&["check", "--format", "json", "."], apis].concat());
        assert_eq!(found(&report), expected, "{apis:?}");
        assert_eq!(report["calls"].as_array().unwrap().len(), GENERIC.len(), "{apis:?}");
    }
    let report = report(folder.path(), &["check", "--format", "json", "."]);
    assert!(report["calls"].as_array().unwrap().is_empty(), "{report}");
}

#[test]
fn scripts_within_templates_are_read_once_for_both() {
    let text = "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  Run:\n    Type: ALIYUN::ECS::RunCommand\n    Properties:\n      Type: RunShellScript\n      CommandContent: aliyun dds create-backup --db-instance-id dds-1 --backup-method Full\n";
    let terraform = "resource \"alicloud_ecs_command\" \"run\" {\n  type            = \"RunShellScript\"\n  command_content = \"aliyun dds create-backup --db-instance-id dds-1 --backup-method Full\"\n}\n";
    let folder = holding(&[("stack.yml", text), ("main.tf", terraform)]);
    let report = report(folder.path(), &["check", "--api", "rds", "--api", "dds", "--format", "json", "."]);
    assert_eq!(found(&report), [("main.tf", "invalid-value"), ("stack.yml", "invalid-value")]);
}

#[test]
fn both_are_looked_for_together_each_by_its_own_table() {
    let folder = tempfile::tempdir().unwrap();
    let script = "aliyun rds CreateBackup --DBInstanceId dds-1\naliyun dds CreateBackup --DBInstanceId rm-1\n\
                  aliyun dds CreateBackup --DBInstanceId dds-1 --DBName x\naliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";
    fs::write(folder.path().join("all.sh"), script).unwrap();
    let report = report(folder.path(), &["check", "--api=rds", "--api", "dds", "--format", "json", "."]);
    let rules: Vec<&str> = found(&report).into_iter().map(|(_, rule)| rule).collect();
    assert_eq!(rules, ["wrong-product-instance", "wrong-product-instance", "unknown-parameter", "unsupported-method"]);
    let apis: Vec<&str> = report["calls"].as_array().unwrap().iter().map(|c| c["api"].as_str().unwrap()).collect();
    assert_eq!(apis, ["rds-create-backup", "dds-create-backup", "dds-create-backup", "rds-create-backup"]);
}

#[test]
fn its_calls_in_logs_are_told_from_those_of_the_other_product() {
    let folder = tempfile::tempdir().unwrap();
    let event = |number: u32, service: &str, id: &str, method: &str, code: &str| {
        format!(
            "{{\"eventId\":\"{number}\",\"eventName\":\"CreateBackup\",\"serviceName\":\"{service}\",\"eventTime\":\"2026-03-01T0{number}:00:00Z\",\"errorCode\":\"{code}\",\"requestParameters\":{{\"DBInstanceId\":\"{id}\",\"BackupMethod\":\"{method}\"}}}}\n"
        )
    };
    let log = [
        event(1, "Dds", "dds-1", "Logical", "InvalidBackupMethod.ValueNotSupport"),
        event(2, "Rds", "pgm-1", "Logical", "InvalidBackupMethod.ValueNotSupport"),
        event(3, "Dds", "dds-2", "Snapshot", ""),
    ];
    fs::write(folder.path().join("log.jsonl"), log.concat()).unwrap();
    let of = |arguments: &[&str]| {
        let mut all = vec!["audit", "log.jsonl", "--format", "json"];
        all.extend(arguments);
        let report = report(folder.path(), &all);
        let messages = report["findings"].as_array().unwrap().iter().map(|f| f["message"].as_str().unwrap().to_owned());
        (report["audit"]["calls"].as_u64().unwrap(), messages.collect::<Vec<_>>())
    };
    let (calls, messages) = of(&["--api", "dds"]);
    assert_eq!(calls, 2);
    assert!(messages.iter().any(|m| m.contains("have no Logical backup")), "{messages:?}");
    assert_eq!(of(&[]).0, 1);
    assert_eq!(of(&["--api", "dds", "--api", "rds"]).0, 3);
    let text = run(folder.path(), &["audit", "log.jsonl", "--api", "dds", "--api", "rds"]);
    assert!(String::from_utf8(text.stdout).unwrap().contains("ApsaraDB for MongoDB, ApsaraDB RDS"));
    // What one run read of both, another one reports on alone.
    let map = run(folder.path(), &["audit", "map", "log.jsonl", "--api", "dds", "--api", "rds", "--output", "part"]);
    assert_eq!(code(&map), 0, "{}", err(&map));
    let alone = report(folder.path(), &["audit", "report", "part", "--format", "json"]);
    assert_eq!(alone["audit"]["calls"], 1);
}

#[test]
fn a_table_of_ones_own_changes_the_limits() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("calls.sh"),
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot\n".repeat(9),
    )
    .unwrap();
    fs::write(
        folder.path().join("own.yaml"),
        "extends: rds-create-backup\nquota: { per_instance_and_day: 8, near: 6 }\n",
    )
    .unwrap();
    assert_eq!(code(&run(folder.path(), &["check", "calls.sh"])), 0);
    let report = report(folder.path(), &["check", "--matrix", "own.yaml", "--format", "json", "calls.sh"]);
    assert!(report.to_string().contains("the limit is 8"), "{report}");
}

#[test]
fn preflight_and_matrix_take_it_too() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        "preflight",
        "--api",
        "dds",
        "--storage",
        "cloud_auto",
        "--architecture",
        "sharding",
        "--DBInstanceId",
        "dds-1",
        "--BackupMethod",
        "Physical",
    ];
    assert_eq!(code(&run(folder.path(), &wrong)), 1);
    let table = run(folder.path(), &["matrix", "--api", "dds", "--architecture", "standalone"]);
    assert!(String::from_utf8(table.stdout).unwrap().contains("snapshot, always"));
    for command in [
        &["matrix", "--api", "dds", "--api", "rds"][..],
        &["preflight", "--api", "dds", "--api", "rds", "--jsonl", "-"],
    ] {
        assert_eq!(code(&run(folder.path(), command)), 2, "{command:?}");
    }
    let unknown = run(folder.path(), &["check", "--api", "polardb", "."]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("[possible values: rds, dds]"));
}
