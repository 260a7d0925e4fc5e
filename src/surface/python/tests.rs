use std::path::Path;

use super::*;
use crate::model::{Call, Content, CoverageStatus};
use crate::surface::tests as shared;
use crate::surface::{Extraction, MemoryFiles, Surface};

mod lookalikes;
mod scale;
mod schedules;
mod urls;
mod values;

/// Extracts from files, of which those with a needle are hits.
fn extract(files: &[(&str, &str)]) -> Extraction {
    shared::extract(&Python, files)
}

fn calls(program: &str) -> Vec<Call> {
    extract(&[("a.py", program)]).calls
}

/// The only call of a program.
fn call(program: &str) -> Call {
    shared::only(calls(program), program)
}

/// A program that imports the new SDK.
fn new_sdk(body: &str) -> String {
    format!(
        "from alibabacloud_rds20140815.client import Client\nfrom alibabacloud_rds20140815 import models as m\n\nclient = Client(cfg)\n{body}"
    )
}

/// A program that imports the old SDK.
fn old_sdk(body: &str) -> String {
    format!(
        "from aliyunsdkcore.client import AcsClient\nfrom aliyunsdkrds.request.v20140815 import CreateBackupRequest\n\nacs = AcsClient('a', 'b', 'cn-hangzhou')\n{body}"
    )
}

/// What a parameter may be: texts, "" for absent, `?` before the reason for unknown, `~` behind what somebody
/// outside may change.
fn values(call: &Call, parameter: &str) -> Vec<String> {
    let Some(argument) = call.argument(parameter) else { return vec!["not given".to_owned()] };
    show(&argument.value)
}

fn show(value: &crate::model::Value) -> Vec<String> {
    let show = |a: &crate::model::Alternative| {
        let text = match &a.content {
            Content::Text(text) => text.clone(),
            Content::Absent => String::new(),
            Content::Unknown(unknown) => return format!("?{}", unknown.reason),
        };
        if a.overridable { format!("{text}~") } else { text }
    };
    value.alternatives().iter().map(show).collect()
}

/// The steps of the first alternative: text and label.
fn steps(call: &Call, parameter: &str) -> Vec<(String, String)> {
    let first = &call.argument(parameter).unwrap().value.alternatives()[0];
    first.steps.iter().map(|s| (s.place.text().to_owned(), s.label.clone())).collect()
}

fn fact(call: &Call, name: &str) -> Vec<String> {
    call.fact(name).map_or_else(|| vec!["not known".to_owned()], |fact| show(&fact.value))
}

#[test]
fn keyword_arguments_of_the_new_sdk() {
    let program = new_sdk(
        "def main():\n    request = m.CreateBackupRequest(\n        dbinstance_id='rm-1',\n        dbname=\"a\",\n        backup_retention_period=5,\n    )\n    client.create_backup_with_options(request, rt)\n",
    );
    let call = call(&program);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "DBName"), ["a"]);
    assert_eq!(values(&call, "BackupRetentionPeriod"), ["5"]);
    let argument = call.argument("DBName").unwrap();
    assert_eq!((argument.name.text(), argument.place.text()), ("dbname", "\"a\""));
    assert!(argument.literal.is_some() && steps(&call, "DBName").is_empty());
    assert_eq!(call.head.text(), "m.CreateBackupRequest");
    assert_eq!(call.subject, "main: m.CreateBackupRequest");
    let mut without = program.clone();
    without.replace_range(argument.removal.as_ref().unwrap().span.range(), "");
    assert!(without.contains("dbinstance_id='rm-1',\n        backup_retention_period=5,\n    )"), "{without}");
    let mut without = program.clone();
    let last = call.argument("BackupRetentionPeriod").unwrap();
    without.replace_range(last.removal.as_ref().unwrap().span.range(), "");
    assert!(without.contains("dbname=\"a\",\n    )"), "{without}");
    let insert = call.insert.as_ref().unwrap();
    let mut with = program.clone();
    with.insert_str(
        insert.at.span.start as usize,
        &format!("{}backup_method{}{}", insert.before, insert.between, insert.quote.apply("Logical")),
    );
    assert!(with.contains("=5,\n        backup_method=\"Logical\",\n    )"), "{with}");
    assert!(call.unknown_names.is_empty());
}

#[test]
fn fields_that_are_set_later_count_under_their_conditions() {
    let call = call(&new_sdk(
        "r = m.CreateBackupRequest(dbinstance_id='rm-1')\nr.backup_method = 'Logical'\nif full:\n    r.backup_strategy = 'db'\nclient.create_backup(r)\nr.dbname = 'late'\n",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "BackupStrategy"), ["", "db"]);
    assert_eq!(values(&call, "DBName"), ["not given"]);
    let strategy = &call.argument("BackupStrategy").unwrap().value;
    let branches: Vec<_> =
        strategy.alternatives().iter().map(|a| (a.guards[0].key.to_string(), a.guards[0].branch)).collect();
    assert_eq!(branches, [("full".to_owned(), 1), ("full".to_owned(), 0)]);
}

#[test]
fn setters_and_query_parameters_of_the_old_sdk() {
    let call = call(&old_sdk(
        "r = CreateBackupRequest.CreateBackupRequest()\nr.set_accept_format('json')\nr.set_DBInstanceId('rm-1')\nr.set_BackupMethod('Snapshot')\nr.add_query_param('DBName', 'a')\nr.set_Backupmethod('x')\nacs.do_action_with_exception(r)\n",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
    assert_eq!(values(&call, "DBName"), ["a"]);
    assert_eq!(call.argument("BackupMethod").unwrap().name.text(), "set_BackupMethod");
    let [unknown] = call.unknown_names.as_slice() else { panic!("{:#?}", call.unknown_names) };
    assert_eq!(
        (unknown.spelled.as_str(), unknown.nearest.as_deref(), unknown.refused),
        ("set_Backupmethod", Some("BackupMethod"), true)
    );
}

#[test]
fn wrong_keywords_are_refused() {
    let call =
        call(&new_sdk("client.create_backup(m.CreateBackupRequest(db_instance_id='rm-1', resource_owner_id=1))\n"));
    let [unknown] = call.unknown_names.as_slice() else { panic!("{:#?}", call.unknown_names) };
    assert_eq!(unknown.place.text(), "db_instance_id");
    assert_eq!(
        (unknown.nearest.as_deref(), unknown.instead.as_deref(), unknown.refused),
        (Some("DBInstanceId"), Some("dbinstance_id"), true)
    );
}

#[test]
fn generic_requests_that_prove_the_product() {
    let body = |proof: &str| {
        format!(
            "from aliyunsdkcore.request import CommonRequest\nr = CommonRequest()\n{proof}\nr.set_action_name('CreateBackup')\nr.add_query_param('DBInstanceId', 'rm-1')\nr.add_query_param('BackupMethod', METHOD)\nclient.do_action_with_exception(r)\n"
        )
    };
    for proof in [
        "r.set_version('2014-08-15')",
        "r.set_product('Rds')",
        "r.set_domain('rds.aliyuncs.com')",
        "r.set_domain('rds.ap-southeast-1.aliyuncs.com')",
    ] {
        let call = call(&body(proof));
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{proof}");
        assert!(values(&call, "BackupMethod")[0].starts_with('?'));
    }
    for other in [
        "r.set_version('2015-12-01')",
        "r.set_product('Dds')",
        "pass",
        "r.set_domain('rds.volcengineapi.com')",
        "r.set_version('2014-08-15'); r.set_product('x')",
    ] {
        assert_eq!(calls(&body(other)).len(), 0, "{other}");
    }
}

#[test]
fn thin_wrappers_are_followed() {
    let program = "import requests\n\ndef rds(action, params):\n    query = {'Version': '2014-08-15', 'Format': 'JSON'}\n    query['Action'] = action\n    query.update(params)\n    return requests.get('https://rds.aliyuncs.com/', params=query)\n\ndef backup(instance):\n    params = {}\n    params['DBInstanceId'] = instance\n    params['BackupMethod'] = 'Logical'\n    rds('CreateBackup', params)\n    rds('DescribeBackups', params)\n\nbackup('pgm-1')\n";
    let call = call(program);
    assert_eq!(values(&call, "DBInstanceId"), ["pgm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert!(call.unknown_names.is_empty(), "{:?}", call.unknown_names);
    let program = "from aliyunsdkcore.request import CommonRequest\ndef rds_request(action, params):\n    r = CommonRequest()\n    r.set_version('2014-08-15')\n    r.set_action_name(action)\n    for k, v in params.items():\n        r.add_query_param(k, v)\n    return client.do_action(r)\n\nrds_request('CreateBackup', {'DBInstanceId': 'rm-1', 'BackupMethod': 'Snapshot'})\n";
    let call = self::call(program);
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
}

#[test]
fn calls_by_the_name_of_the_operation() {
    let call = call(
        "client.do_rpcrequest('CreateBackup', '2014-08-15', 'HTTPS', 'POST', 'AK', 'json', {'DBInstanceId': 'rm-1', 'BackupType': 'Auto'}, rt)\n",
    );
    assert_eq!(values(&call, "BackupType"), ["Auto"]);
    let program = "from alibabacloud_tea_openapi import models as o\nfrom alibabacloud_openapi_util.client import Client as U\nparams = o.Params(action='CreateBackup', version='2014-08-15', style='RPC')\nqueries = {}\nqueries['DBInstanceId'] = 'rm-1'\nqueries['BackupMethod'] = 'Logical'\nrequest = o.OpenApiRequest(query=U.query(queries))\nclient.call_api(params, request, rt)\n";
    let call = self::call(program);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(calls("client.call_api('CreateBackup', {'DBInstanceId': 'rm-1'})\n").len(), 0);
}

#[test]
fn entries_of_a_map_as_keyword_arguments() {
    let call = call(&new_sdk(
        "kwargs = dict(dbinstance_id='rm-1')\nkwargs['backup_method'] = 'Snapshot'\nkwargs.update({'dbname': 'a'})\nclient.create_backup(m.CreateBackupRequest(**kwargs))\n",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
    assert_eq!(values(&call, "DBName"), ["a"]);
    let call = self::call(&new_sdk("client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1', **extra))\n"));
    assert_eq!(values(&call, "BackupMethod"), ["?what is in `extra` is not known"]);
    let call =
        self::call(&new_sdk("client.create_backup(m.CreateBackupRequest().from_map({'DBInstanceId': 'rm-1'}))\n"));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
}

#[test]
fn requests_that_leave_what_is_seen() {
    let call = call(&new_sdk("r = m.CreateBackupRequest(dbinstance_id='rm-1')\nfill(r)\nclient.create_backup(r)\n"));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["?it is given to `fill`, which may change it"]);
    let call = self::call(&new_sdk("def build():\n    return m.CreateBackupRequest(dbinstance_id='rm-1')\n"));
    assert_eq!(values(&call, "BackupMethod"), ["?what becomes of the request is not known"]);
    let call = self::call(&new_sdk("pool.submit(client.create_backup, m.CreateBackupRequest(dbinstance_id='rm-1'))\n"));
    assert_eq!(values(&call, "BackupMethod"), ["not given"]);
}

#[test]
fn commands_as_lists_and_as_texts() {
    let call = call(
        "import subprocess\nMETHOD = 'Logical'\ncmd = ['aliyun', 'rds', 'CreateBackup', '--DBInstanceId', sys.argv[1]]\ncmd += ['--BackupMethod', METHOD]\nsubprocess.run(cmd, check=True)\n",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "METHOD");
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
    let call = self::call(
        "import os\nos.system(f'aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod {\"Logical\"} | jq .')\n",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    let call = self::call(
        "from subprocess import check_output\ncheck_output('aliyun rds create-backup --db-instance-id rm-1', shell=True)\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    let call = self::call("import subprocess\nsubprocess.run(['aliyun', 'rds', 'CreateBackup', *extra])\n");
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
}

#[test]
fn pulumi_resources_and_their_instances() {
    let call = call(
        "import pulumi_alicloud as alicloud\nmain = alicloud.rds.Instance('main', engine='PostgreSQL', db_instance_storage_type='cloud_essd')\nalicloud.rds.RdsBackup('nightly', db_instance_id=main.id, backup_method='Logical')\n",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(fact(&call, "engine"), ["PostgreSQL"]);
    assert_eq!(fact(&call, "storage"), ["cloud_essd"]);
    assert!(call.unknown_names.is_empty(), "{:?}", call.unknown_names);
}

#[test]
fn programs_without_a_word_of_the_vendor_are_not_followed() {
    let other = "import boto3\nboto3.client('dynamodb').create_backup(TableName='t')\n";
    let extraction = extract(&[("a/b.py", other)]);
    assert_eq!((extraction.parsed, extraction.calls.len()), (0, 0));
    assert_eq!(extraction.coverage[0].status, CoverageStatus::Judged);
    // The word may stand in a file beside it, where a wrapper is.
    let extraction = extract(&[("a/b.py", other), ("a/wrapper.py", "HOST = 'rds.aliyuncs.com'\n")]);
    assert!(extraction.parsed > 0);
}

#[test]
fn what_is_listed_beside_the_id() {
    let body = "for target in TARGETS:\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=target['id']))\n";
    let call = call(&new_sdk(&format!("TARGETS = [{{'id': 'rm-1', 'engine': 'MariaDB', 'note': 'shop'}}]\n{body}")));
    assert_eq!(fact(&call, "engine"), ["MariaDB"]);
    let call = self::call(&new_sdk(&format!("TARGETS = [{{'id': 'rm-1', 'engine': 'mariadb'}}]\n{body}")));
    assert_eq!(fact(&call, "engine"), ["not known"]);
    let call = self::call(&new_sdk(&format!("TARGETS = [{{'id': 'rm-1', 'from': 'MySQL', 'to': 'MariaDB'}}]\n{body}")));
    assert_eq!(fact(&call, "engine"), ["not known"]);
    let call = self::call(&new_sdk(
        "for i, e in {'rm-1': 'SQLServer'}.items():\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=i))\n",
    ));
    assert_eq!(fact(&call, "engine"), ["SQLServer"]);
}

#[test]
fn coverage_has_one_entry_for_each_file() {
    let extraction = extract(&[
        ("a.py", "x = 'CreateBackup'\n"),
        ("b.py", "import aliyunsdkcore\ndef f(:\n  client.create_backup(\n"),
        (
            "c.py",
            "# -*- coding: utf-8 -*-\n# This file is auto-generated, don't edit it. Thanks.\nclass CreateBackupRequest(TeaModel):\n    pass\n",
        ),
    ]);
    let seen: Vec<_> = extraction.coverage.iter().map(|c| (c.path.as_str(), c.status)).collect();
    assert_eq!(
        seen,
        [("a.py", CoverageStatus::Judged), ("b.py", CoverageStatus::InPart), ("c.py", CoverageStatus::Judged)]
    );
    assert_eq!(extraction.problems.len(), 1);
    assert!(
        Python.claims(Path::new("tool"), b"#!/usr/bin/env python3\n")
            && !Python.claims(Path::new("tool"), b"#!/bin/sh\n")
    );
}

#[test]
fn hostile_files_end() {
    let deep = "if a:\n ".to_owned() + &"f(".repeat(3_000) + "create_backup" + &")".repeat(3_000);
    let wide: String = (0..3_000).map(|i| format!("if c{i}: x = {i}\n")).collect();
    let doubling: String = (0..60).map(|i| format!("def f{i}():\n    f{}()\n    f{}()\n", i + 1, i + 1)).collect();
    let nested: String = (0..12).map(|i| format!("{}for v{i} in range(60):\n", " ".repeat(i))).collect::<String>()
        + &" ".repeat(12)
        + "x = create_backup\n";
    for program in [deep, wide + "create_backup", doubling + "f0()\n# create_backup", nested] {
        let extraction = extract(&[("a.py", &program)]);
        assert_eq!(extraction.coverage.len(), 1);
    }
}

#[test]
fn a_map_that_is_sent_again_is_another_call() {
    let body = "import requests\np = {'Action': 'CreateBackup', 'Version': '2014-08-15', 'BackupMethod': 'Snapshot'}\nfor i in ('rm-1', 'rm-2'):\n    p['DBInstanceId'] = i\n    p['Signature'] = sign(p)\n    requests.post(URL, data=p)\n";
    let calls = calls(body);
    let seen: Vec<_> = calls.iter().map(|c| (c.head.text().to_owned(), values(c, "DBInstanceId").join("|"))).collect();
    assert_eq!(
        seen,
        [("requests.post".to_owned(), "rm-1".to_owned()), ("requests.post".to_owned(), "rm-2".to_owned())]
    );
}

#[test]
fn methods_that_are_looked_up_and_classes_made_from_requests() {
    let call = call(&old_sdk(
        "r = CreateBackupRequest.CreateBackupRequest()\nfor k, v in {'DBInstanceId': 'rm-1', 'BackupMethod': 'Logical'}.items():\n    getattr(r, 'set_' + k)(v)\nacs.do_action(r)\n",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    let call = self::call(&new_sdk(
        "class Mine(m.CreateBackupRequest):\n    def __init__(self, i):\n        super().__init__(dbinstance_id=i)\nclient.create_backup(Mine('rm-1'))\n",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["?its class is made here and may set more"]);
    let call = self::call(&new_sdk("run(lambda: client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1')))\n"));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
}
