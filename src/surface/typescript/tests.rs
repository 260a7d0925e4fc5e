use super::*;
use crate::model::{Call, CoverageStatus};
use crate::surface::Extraction;
use crate::surface::tests::{self as shared, fact, values};

/// Extracts from files, of which those with a needle are hits.
fn extract(files: &[(&str, &str)]) -> Extraction {
    shared::extract(&TypeScript, files)
}

fn calls(program: &str) -> Vec<Call> {
    extract(&[("a.ts", program)]).calls
}

/// The only call of a program.
fn call(program: &str) -> Call {
    shared::only(calls(program), program)
}

const NEW: &str = "import Rds, * as $Rds from '@alicloud/rds20140815';\n";
const POP: &str = "const Core = require('@alicloud/pop-core');\nconst client = new Core({ accessKeyId: k, endpoint: 'https://rds.aliyuncs.com', apiVersion: '2014-08-15' });\n";

fn new_sdk(body: &str) -> String {
    format!("{NEW}export async function run(client: Rds) {{\n{body}\n}}\n")
}

#[test]
fn a_map_of_the_new_sdk() {
    let call = call(&new_sdk(
        "  const r = new $Rds.CreateBackupRequest({ DBInstanceId: 'rm-1', backupMethod: \"Logical\", backupRetentionPeriod: 7 });\n  r.DBName = 'shop';\n  await client.createBackup(r);\n  r.backupType = 'Auto';",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "BackupRetentionPeriod"), ["7"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    assert_eq!(values(&call, "BackupType"), ["not given"]);
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("backupMethod", "\"Logical\""));
    assert!(method.literal.is_some() && method.value.alternatives()[0].steps.is_empty());
    assert_eq!(method.removal.as_ref().unwrap().text(), "backupMethod: \"Logical\", ");
    assert_eq!(call.insert.as_ref().unwrap().between, ": ");
    assert_eq!(
        (call.head.text(), call.subject.as_str()),
        ("new $Rds.CreateBackupRequest", "run: new $Rds.CreateBackupRequest")
    );
}

#[test]
fn named_imports_and_wrong_names_of_the_new_sdk() {
    let call = call(
        "import { CreateBackupRequest as R } from '@alicloud/rds20140815/dist/models';\nconst r = new R({ 'DBInstanceId': 'rm-1', dbName: 'x', BackupMethod: 'Physical' });\nawait client.createBackupWithOptions(r, runtime);\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["not given"]);
    let names: Vec<_> = call.unknown_names.iter().map(|n| (n.place.text(), n.instead.as_deref(), n.refused)).collect();
    assert_eq!(names, [("dbName", Some("DBName"), false), ("BackupMethod", Some("backupMethod"), false)]);
}

#[test]
fn what_required_modules_give() {
    let program = "const { default: Rds, CreateBackupRequest } = require('@alicloud/rds20140815');\nmodule.exports = async (c) => c.createBackup(new CreateBackupRequest({ DBInstanceId: 'rm-1' }));\n";
    let found = extract(&[("a.js", program)]).calls;
    assert_eq!(found.len(), 1);
    assert_eq!(values(&found[0], "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found[0], "BackupMethod"), ["not given"]);
}

#[test]
fn values_from_outside_have_defaults() {
    let call = call(&new_sdk(
        "  const method = process.env.METHOD ?? 'Physical';\n  const id = process.env.ID;\n  const o = { type: cond() ? 'Auto' : 'FullBackup' };\n  client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: id, backupMethod: method, backupType: o.type }));",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Physical"]);
    assert!(call.argument("BackupMethod").unwrap().value.alternatives()[0].overridable);
    assert_eq!(values(&call, "BackupType"), ["Auto", "FullBackup"]);
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
}

#[test]
fn destructured_parameters_spreads_and_classes() {
    let program = format!(
        "{NEW}const base = {{ backupMethod: 'Physical', backupType: 'FullBackup' }};\nclass Service {{\n  private readonly strategy = 'db';\n  constructor(private readonly client: Rds) {{}}\n  async backup({{ id, name = 'shop' }}: Options) {{\n    const request = new $Rds.CreateBackupRequest({{ ...base, DBInstanceId: id, DBName: name, backupStrategy: this.strategy }});\n    return this.client.createBackup(request);\n  }}\n}}\nawait new Service(client).backup({{ id: 'rm-1' }});\n"
    );
    let call = call(&program);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    assert_eq!(values(&call, "BackupStrategy"), ["db"]);
    assert_eq!(values(&call, "BackupType"), ["FullBackup"]);
    let steps = &call.argument("DBInstanceId").unwrap().value.alternatives()[0].steps;
    assert_eq!(steps.last().unwrap().place.text(), "'rm-1'");
}

#[test]
fn each_element_of_a_list() {
    for program in [
        "  for (const id of ['rm-1', 'rm-2']) {\n    await client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: id }));\n  }",
        "  ['rm-1', 'rm-2'].forEach(id => client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: id })));",
        "  await Promise.all(['rm-1', 'rm-2'].map(async (id) => {\n    await client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: id }));\n  }));",
        "  for (const [name, { id }] of Object.entries({ a: { id: 'rm-1' }, b: { id: 'rm-2' } })) {\n    await client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: id }));\n  }",
    ] {
        let found = calls(&new_sdk(program));
        let ids: Vec<_> = found.iter().flat_map(|call| values(call, "DBInstanceId")).collect();
        assert_eq!(ids, ["rm-1", "rm-2"], "{program}");
    }
}

#[test]
fn enumerations_and_switches() {
    let program = format!(
        "{NEW}enum Method {{ A = 'Logical', B = 'Physical' }}\nfunction of(kind: string) {{\n  switch (kind) {{\n    case 'a': return Method.A;\n    default: return Method.B;\n  }}\n}}\nclient.createBackup(new $Rds.CreateBackupRequest({{ DBInstanceId: 'rm-1', backupMethod: of(process.argv[2]) }}));\n"
    );
    assert_eq!(values(&call(&program), "BackupMethod"), ["Logical", "Physical"]);
}

#[test]
fn pop_core_makes_first_letters_capital() {
    let found = call(&format!(
        "{POP}client.request('createBackup', {{ dBInstanceId: 'rm-1', BackupMethod: 'Snapshot', DBName: 'x' }}, {{ method: 'POST' }});\n"
    ));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found, "BackupMethod"), ["Snapshot"]);
    let name = found.argument("DBName").unwrap();
    assert_eq!((name.name.text(), name.place.text()), ("DBName", "'x'"));
    assert_eq!(found.head.text(), "client.request");
    let class = "import { RPCClient } from '@alicloud/pop-core';\nconst c = new RPCClient({ endpoint: `https://rds.${region}.aliyuncs.com`, apiVersion: \"2014-08-15\" });\nasync function rdsRequest(action, params) {\n  return c.request(action, params, { method: 'POST' });\n}\nrdsRequest('CreateBackup', { DBInstanceId: 'rm-1', BackupType: 'FullBackup' });\n";
    let wrapped = call(class);
    assert_eq!(values(&wrapped, "BackupType"), ["FullBackup"]);
    let unknown = call(&format!(
        "{POP}export const f = (params) => client.request('CreateBackup', params, {{ method: 'POST' }});\n"
    ));
    assert!(values(&unknown, "DBInstanceId")[0].starts_with('?'), "{unknown:#?}");
}

#[test]
fn the_old_client_takes_names_of_the_api() {
    let found = call(
        "const Client = require('@alicloud/rds-2014-08-15');\nconst client = new Client({ accessKeyId });\nclient.createBackup({ DBInstanceId: 'rm-1', BackupMethod: 'Physical', backupType: 'Auto' });\n",
    );
    assert_eq!(values(&found, "BackupMethod"), ["Physical"]);
    assert_eq!(found.unknown_names[0].place.text(), "backupType");
}

#[test]
fn requests_of_any_api() {
    let found = call(
        "import OpenApi, * as $OpenApi from '@alicloud/openapi-client';\nimport OpenApiUtil from '@alicloud/openapi-util';\nconst params = new $OpenApi.Params({ action: 'CreateBackup', version: '2014-08-15', protocol: 'HTTPS', style: 'RPC' });\nconst queries: {[key: string]: any} = {};\nqueries['DBInstanceId'] = 'rm-1';\nqueries.BackupMethod = 'Snapshot';\nconst request = new $OpenApi.OpenApiRequest({ query: OpenApiUtil.query(queries) });\nawait client.callApi(params, request, runtime);\n",
    );
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found, "BackupMethod"), ["Snapshot"]);
}

#[test]
fn a_map_beside_a_request_is_none_of_parameters() {
    let found = call(
        "import OpenApi, * as $OpenApi from '@alicloud/openapi-client';\nconst params = new $OpenApi.Params({ action: 'CreateBackup', version: '2014-08-15' });\nconst request = new $OpenApi.OpenApiRequest({ query: { DBInstanceId: 'rm-1' } });\nawait client.callApi(params, request, {});\n",
    );
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
}

#[test]
fn pulumi_resources_know_their_instance() {
    let found = call(
        "import * as alicloud from \"@pulumi/alicloud\";\nconst main = new alicloud.rds.Instance(\"main\", { engine: \"MySQL\", dbInstanceStorageType: \"cloud_essd\" });\nnew alicloud.rds.RdsBackup(\"nightly\", { dbInstanceId: main.id, backupMethod: \"Physical\", removeFromState: true });\n",
    );
    assert_eq!(values(&found, "BackupMethod"), ["Physical"]);
    assert_eq!(fact(&found, "engine"), ["MySQL"]);
    assert_eq!(fact(&found, "storage"), ["cloud_essd"]);
    assert!(found.unknown_names.is_empty(), "{:#?}", found.unknown_names);
    assert_eq!(found.head.text(), "new alicloud.rds.RdsBackup");
}

#[test]
fn urls_and_maps_that_name_the_version() {
    let params = "{ Action: 'CreateBackup', Version: '2014-08-15', DBInstanceId: 'rm-1', BackupMethod: 'Snapshot' }";
    for program in [
        format!("fetch('https://rds.aliyuncs.com/?' + new URLSearchParams({params}));"),
        format!("const p = new URLSearchParams({params});\np.append('Format', 'JSON');\nfetch(`https://rds.aliyuncs.com/?${{p.toString()}}`);"),
        format!("import axios from 'axios';\naxios.get('https://rds.aliyuncs.com/', {{ params: {params} }});"),
        "fetch('https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1&BackupMethod=Snapshot');".to_owned(),
        "const u = new URL('https://rds.aliyuncs.com/');\nu.searchParams.set('Action', 'CreateBackup');\nu.searchParams.set('Version', '2014-08-15');\nu.searchParams.set('DBInstanceId', 'rm-1');\nu.searchParams.set('BackupMethod', 'Snapshot');\nfetch(u);".to_owned(),
    ] {
        let found = call(&program);
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        assert_eq!(values(&found, "BackupMethod"), ["Snapshot"], "{program}");
    }
}

#[test]
fn commands() {
    for program in [
        "import { execSync } from 'node:child_process';\nexecSync('aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical');",
        "const cp = require('child_process');\ncp.spawn('aliyun', ['rds', 'CreateBackup', '--DBInstanceId', 'rm-1', '--BackupMethod', 'Logical'], { stdio: 'inherit' });",
        "const { execFile } = require('child_process');\nexecFile('aliyun', ['rds', 'CreateBackup', '--DBInstanceId', 'rm-1', '--BackupMethod', 'Logical'], (error, out) => done(out));",
        "const util = require('util');\nconst exec = util.promisify(require('child_process').exec);\nawait exec(`aliyun rds CreateBackup --DBInstanceId ${'rm-1'} --BackupMethod Logical`);",
        "import { execa } from 'execa';\nawait execa('aliyun', ['rds', 'CreateBackup', '--DBInstanceId', 'rm-1', '--BackupMethod', 'Logical']);",
        "import { $ } from 'zx';\nawait $`aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical`;",
    ] {
        let found = call(program);
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        assert_eq!(values(&found, "BackupMethod"), ["Logical"], "{program}");
    }
}

#[test]
fn values_from_other_files() {
    let helper = format!(
        "{NEW}export async function backup(client: Rds, id: string, method = 'Physical') {{\n  await client.createBackup(new $Rds.CreateBackupRequest({{ DBInstanceId: id, backupMethod: method }}));\n}}\n"
    );
    let main = "import { backup } from './lib/backup.js';\nimport config from './config';\nbackup(client, config.id, config.method);\n";
    let config = "export default { id: 'rm-1', method: 'Logical' };\n";
    let found = extract(&[("lib/backup.ts", &helper), ("main.ts", main), ("config/index.ts", config)]).calls;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(values(&found[0], "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found[0], "BackupMethod"), ["Logical"]);
}

#[test]
fn look_alikes_are_silent() {
    for program in [
        "import Dds, * as $Dds from '@alicloud/dds20151201';\nclient.createBackup(new $Dds.CreateBackupRequest({ DBInstanceId: 'dds-1' }));",
        "import * as $P from '@alicloud/polardb20170801';\nclient.createBackup(new $P.CreateBackupRequest({ DBClusterId: 'pc-1' }));",
        "import { DynamoDBClient, CreateBackupCommand } from '@aws-sdk/client-dynamodb';\nnew DynamoDBClient({}).send(new CreateBackupCommand({ TableName: 't', BackupName: 'b' })); // rds.aliyuncs.com",
        "import { FSx } from '@aws-sdk/client-fsx';\nnew FSx({}).createBackup({ FileSystemId: 'fs-1' });",
        "const tencentcloud = require('tencentcloud-sdk-nodejs');\nclient.CreateBackup({ InstanceId: 'cdb-1' });",
        "import { Service } from '@volcengine/openapi';\nfetch('https://rds.volcengineapi.com/?Action=CreateBackup&Version=2022-01-01&InstanceId=mysql-1');",
        "import request from '@/utils/request';\nexport const createBackup = (data) => request('createBackup', { method: 'POST', data });",
        "const client = new Core({ endpoint: 'https://mongodb.aliyuncs.com', apiVersion: '2015-12-01' });\nclient.request('CreateBackup', { DBInstanceId: 'dds-1' });",
        "const Core = require('@alicloud/pop-core');\nconst client = new Core({ endpoint: 'https://mongodb.aliyuncs.com', apiVersion: '2015-12-01' });\nclient.request('CreateBackup', { DBInstanceId: 'dds-1' });",
        "// client.createBackup(new CreateBackupRequest({}))  '@alicloud/rds20140815'\n/* rds CreateBackup 2014-08-15 */\nexport {};",
        "export declare class CreateBackupRequest extends $tea.Model {\n  DBInstanceId?: string;\n  constructor(map?: { [key: string]: any });\n}\n// @alicloud/rds20140815",
        "import rdsClient from './x';\nrdsClient.createBackup({ id: 1 }); // alicloud",
        "$.post('/api', { action: 'createBackup', id: 3 }); // aliyun",
    ] {
        let found = calls(program);
        assert!(found.is_empty(), "{program}\n{found:#?}");
    }
}

#[test]
fn generated_and_packed_programs() {
    let generated = "// This file is auto-generated, don't edit it\nimport * as $tea from '@alicloud/tea-typescript';\nexport default class Client { createBackup(r) { const p = new $OpenApi.Params({ action: 'CreateBackup', version: '2014-08-15' }); return this.callApi(p, r); } } // @alicloud/rds20140815\n";
    let found = extract(&[("sdk.ts", generated)]);
    assert!(found.calls.is_empty() && found.coverage[0].status == CoverageStatus::Judged);
    let packed = format!("{POP}client.request('CreateBackup',{{DBInstanceId:'rm-1'}});{}\n", "var a=1;".repeat(2_000));
    let found = extract(&[("bundle.min.js", &packed)]);
    assert!(found.calls.is_empty());
    assert_eq!(found.coverage[0].status, CoverageStatus::Skipped);
    assert_eq!(found.coverage[0].reason, "programs that were packed by a tool are not followed");
}

#[test]
fn installed_packages_are_not_followed() {
    let text = format!("{POP}client.request('CreateBackup', {{ DBInstanceId: 'rm-1' }});\n");
    let found = extract(&[("node_modules/x/index.js", &text)]);
    assert!(found.calls.is_empty() && found.coverage[0].status == CoverageStatus::Judged);
}

#[test]
fn names_of_inner_blocks_do_not_leak() {
    let found = calls(&new_sdk(
        "  const method = 'Physical';\n  if (process.env.A) {\n    const method = 'Logical';\n    await client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: 'rm-1', backupMethod: method }));\n  }\n  await client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: 'rm-2', backupMethod: method }));",
    ));
    let methods: Vec<_> = found.iter().map(|call| values(call, "BackupMethod")).collect();
    assert_eq!(methods, [["Logical"], ["Physical"]]);
}

#[test]
fn what_is_set_later_or_in_some_cases_only() {
    let found = call(&new_sdk(
        "  const r = new $Rds.CreateBackupRequest({ DBInstanceId: 'rm-1', ...(process.env.X ? { backupType: 'FullBackup' } : {}) });\n  Object.assign(r, { backupMethod: 'Physical' });\n  r['DBName'] = 'shop';\n  await client.createBackup(r);",
    ));
    assert_eq!(values(&found, "BackupMethod"), ["Physical"]);
    assert_eq!(values(&found, "DBName"), ["shop"]);
    assert_eq!(values(&found, "BackupType"), ["", "FullBackup"]);
    let opened = call(&new_sdk(
        "  const r = new $Rds.CreateBackupRequest({ DBInstanceId: 'rm-1', ...options });\n  await client.createBackup(r);",
    ));
    assert!(values(&opened, "BackupMethod")[0].starts_with('?'), "{opened:#?}");
}

#[test]
fn broken_parts_are_told() {
    let text = format!("{NEW}const a = 1;\nclient.createBackup(new $Rds.CreateBackupRequest({{ DBInstanceId: ;\n");
    let found = extract(&[("a.ts", &text)]);
    assert_eq!(found.coverage[0].status, CoverageStatus::InPart, "{found:#?}");
}

#[test]
fn options_of_a_resource_are_no_parameters() {
    for given in [
        "{ dbInstanceId: 'pgm-1', backupMethod: 'Snapshot' }, { backupType: 'Auto', provider, protect: true }",
        "{ dbInstanceId: 'pgm-1', backupMethod: 'Snapshot' }, { backup_method: 'Logical', dependsOn: [db] }",
    ] {
        let text = format!(
            "import * as alicloud from '@pulumi/alicloud';\nconst b = new alicloud.rds.RdsBackup('nightly', {given});\n"
        );
        let call = call(&text);
        assert_eq!(values(&call, "BackupMethod"), ["Snapshot"], "{given}");
        assert_eq!(values(&call, "BackupType"), ["not given"], "{given}");
        assert!(call.unknown_names.is_empty(), "{given}");
    }
    let unknown = call(
        "import * as alicloud from '@pulumi/alicloud';\nconst b = new alicloud.rds.RdsBackup('nightly', args(), { backupMethod: 'Logical' });\n",
    );
    assert!(values(&unknown, "BackupMethod")[0].starts_with('?'));
}

#[test]
fn schedules_of_libraries() {
    use crate::model::Often;
    let run = "client.createBackup(new $Rds.CreateBackupRequest({ DBInstanceId: 'rm-1' }))";
    let service = |mark: &str| {
        format!("@Injectable()\nexport class Backups {{\n  {mark}\n  async nightly() {{\n    await {run};\n  }}\n}}\n")
    };
    for (text, times) in [
        (
            format!("import cron from 'node-cron';\ncron.schedule('*/30 * * * *', async () => {{ await {run}; }});\n"),
            48,
        ),
        (
            format!(
                "import schedule from 'node-schedule';\nschedule.scheduleJob('nightly', '0 */2 * * *', () => {run});\n"
            ),
            12,
        ),
        (
            format!(
                "import {{ CronJob }} from 'cron';\nconst job = new CronJob('0 0 * * * *', () => {run}, null, true);\n"
            ),
            24,
        ),
        (format!("setInterval(() => {run}, 30 * 60 * 1000);\n"), 48),
        (service("@Cron('0 */30 * * * *')"), 48),
        (service("@Cron(CronExpression.EVERY_30_MINUTES)"), 48),
        (service("@Cron(CronExpression.EVERY_DAY_AT_3AM, { name: 'nightly' })"), 1),
        (service("// often\n  @Interval(3600000)"), 24),
        (service("@Interval('nightly', 3600000)"), 24),
    ] {
        let nest = "import { Cron, CronExpression, Interval } from '@nestjs/schedule';\nimport { Injectable } from '@nestjs/common';\n";
        let found = call(&format!("{NEW}{nest}{text}"));
        let starts: Vec<_> = found.runs.starts.iter().map(|start| start.per_day.clone()).collect();
        assert_eq!(starts, [Often::Times(times)], "{text}");
    }
}
