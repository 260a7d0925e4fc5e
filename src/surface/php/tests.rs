use super::*;
use crate::model::{Call, CoverageStatus};
use crate::surface::Extraction;
use crate::surface::tests::{self as shared, values};

/// Extracts from files, of which those with a needle are hits.
fn extract(files: &[(&str, &str)]) -> Extraction {
    shared::extract(&Php, files)
}

fn calls(program: &str) -> Vec<Call> {
    extract(&[("a.php", &format!("<?php\n{program}\n"))]).calls
}

/// The only call of a program.
fn call(program: &str) -> Call {
    shared::only(calls(program), program)
}

const NEW: &str = "use AlibabaCloud\\SDK\\Rds\\V20140815\\Rds;\nuse AlibabaCloud\\SDK\\Rds\\V20140815\\Models\\CreateBackupRequest;\n";
const OLD: &str = "use AlibabaCloud\\Client\\AlibabaCloud;\nuse AlibabaCloud\\Rds\\Rds;\n";

fn new_sdk(body: &str) -> String {
    format!("{NEW}function run(Rds $client) {{\n{body}\n}}")
}

#[test]
fn an_array_of_the_new_sdk() {
    let call = call(&new_sdk(
        "  $r = new CreateBackupRequest([\n    'DBInstanceId' => 'rm-1',\n    'backupMethod' => \"Logical\",\n    'backupRetentionPeriod' => 7,\n  ]);\n  $r->DBName = 'shop';\n  $client->createBackupWithOptions($r, $runtime);\n  $r->backupType = 'Auto';",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "BackupRetentionPeriod"), ["7"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    assert_eq!(values(&call, "BackupType"), ["not given"]);
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("'backupMethod'", "\"Logical\""));
    assert!(method.literal.is_some() && method.value.alternatives()[0].steps.is_empty());
    assert_eq!((call.head.text(), call.subject.as_str()), ("new CreateBackupRequest", "run: new CreateBackupRequest"));
    let name = call.argument("DBName").unwrap();
    assert_eq!((name.name.text(), name.place.text()), ("DBName", "'shop'"));
}

#[test]
fn wrong_names_and_whole_paths_of_the_new_sdk() {
    let call = call(
        "$client->createBackup(new \\AlibabaCloud\\SDK\\Rds\\V20140815\\Models\\CreateBackupRequest(['dbInstanceId' => 'rm-1', 'BackupMethod' => 'Physical']));",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["not given"]);
    let names: Vec<_> = call.unknown_names.iter().map(|n| (n.place.text(), n.instead.as_deref(), n.refused)).collect();
    assert_eq!(
        names,
        [("'dbInstanceId'", Some("DBInstanceId"), false), ("'BackupMethod'", Some("backupMethod"), false)]
    );
}

#[test]
fn fluent_calls_of_the_old_sdk() {
    let found = call(&format!(
        "{OLD}Rds::v20140815()->createBackup()\n  ->withDBInstanceId('rm-1')\n  ->withBackupMethod('Physical')\n  ->connectTimeout(10)\n  ->request();"
    ));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    let method = found.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("withBackupMethod", "'Physical'"));
    assert_eq!(values(&found, "BackupType"), ["not given"]);
    let found = call(&format!(
        "{OLD}AlibabaCloud::rds()->v20140815()->createBackup()->withDBInstanceId('rm-1')->options(['query' => ['BackupType' => 'FullBackup'], 'timeout' => 3])->request();"
    ));
    assert_eq!(values(&found, "BackupType"), ["FullBackup"]);
    let found = call(&format!("{OLD}Rds::v20140815()->createBackup()->withDbInstanceId('rm-1')->request();"));
    assert_eq!(found.unknown_names[0].place.text(), "withDbInstanceId");
}

#[test]
fn requests_of_any_api() {
    let found = call(&format!(
        "{OLD}$result = AlibabaCloud::rpc()->product('Rds')->version('2014-08-15')->action('CreateBackup')->method('POST')->host('rds.aliyuncs.com')->options(['query' => ['RegionId' => 'cn-hangzhou', 'DBInstanceId' => 'rm-1', 'BackupMethod' => 'Snapshot']])->request();"
    ));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(found.argument("BackupMethod").unwrap().place.text(), "'Snapshot'");
    let found = call(
        "use Darabonba\\OpenApi\\Models\\Params;\nuse Darabonba\\OpenApi\\Models\\OpenApiRequest;\nuse AlibabaCloud\\OpenApiUtil\\OpenApiUtilClient;\n$params = new Params(['action' => 'CreateBackup', 'version' => '2014-08-15', 'style' => 'RPC']);\n$queries = [];\n$queries['DBInstanceId'] = 'rm-1';\n$request = new OpenApiRequest(['query' => OpenApiUtilClient::query($queries)]);\n$client->callApi($params, $request, $runtime);",
    );
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found, "BackupMethod"), ["not given"]);
}

#[test]
fn the_oldest_core_and_the_community_client() {
    let found = call(
        "include_once '../aliyun-php-sdk-core/Config.php';\nuse Rds\\Request\\V20140815 as Rds;\n$request = new Rds\\CreateBackupRequest();\n$request->setDBInstanceId('rm-1');\n$request->setBackupMethod('Logical');\n$request->setMethod('POST');\n$response = $client->getAcsResponse($request);",
    );
    assert_eq!(values(&found, "BackupMethod"), ["Logical"]);
    assert!(found.unknown_names.is_empty());
    let found = call(
        "use Dew\\Acs\\Rds\\RdsClient;\n$client = new RdsClient(['region' => 'cn-hangzhou']);\n$client->createBackup(['DBInstanceId' => 'rm-1', 'BackupMethod' => 'Logical', 'dbName' => 'x']);",
    );
    assert_eq!(values(&found, "BackupMethod"), ["Logical"]);
    assert_eq!(found.unknown_names[0].place.text(), "'dbName'");
}

#[test]
fn values_from_outside_have_defaults() {
    let call = call(&new_sdk(
        "  $client->createBackup(new CreateBackupRequest(array_merge(['backupMethod' => getenv('M') ?: 'Physical'], ['DBInstanceId' => $_ENV['ID'] ?? 'rm-1', 'backupType' => env('T', 'FullBackup')])));",
    ));
    for (name, value) in [("BackupMethod", "Physical"), ("DBInstanceId", "rm-1"), ("BackupType", "FullBackup")] {
        assert_eq!(values(&call, name), [value]);
        assert!(call.argument(name).unwrap().value.alternatives()[0].overridable, "{name}");
    }
}

#[test]
fn classes_constants_loops_and_matches() {
    let program = format!(
        "namespace App;\n{NEW}final class Service {{\n  private const TYPE = 'FullBackup';\n  private string $strategy = 'db';\n  public function __construct(private Rds $client, private array $ids = []) {{}}\n  public function all(string $engine): void {{\n    foreach ($this->ids as $name => $id) {{\n      $this->one($id, method: match($engine) {{ 'a' => 'Logical', default => 'Physical' }});\n    }}\n  }}\n  private function one(string $id, string $name = 'shop', string $method = 'x') {{\n    $this->client->createBackup(new CreateBackupRequest(['DBInstanceId' => $id, 'DBName' => $name, 'backupMethod' => $method, 'backupType' => self::TYPE, 'backupStrategy' => $this->strategy]));\n  }}\n}}\n(new Service($client, ['rm-1', 'rm-2']))->all(getenv('E'));"
    );
    let found = calls(&program);
    let ids: Vec<_> = found.iter().flat_map(|call| values(call, "DBInstanceId")).collect();
    assert_eq!(ids, ["rm-1", "rm-2"], "{found:#?}");
    assert_eq!(values(&found[0], "DBName"), ["shop"]);
    assert_eq!(values(&found[0], "BackupMethod"), ["Logical", "Physical"]);
    assert_eq!(values(&found[0], "BackupType"), ["FullBackup"]);
    assert_eq!(values(&found[0], "BackupStrategy"), ["db"]);
}

#[test]
fn lists_that_grow_and_functions_that_are_values() {
    for program in [
        "$ids = [];\n$ids[] = 'rm-1';\n$ids[] = 'rm-2';\nforeach ($ids as $id) {\n  $client->createBackup(new CreateBackupRequest(['DBInstanceId' => $id]));\n}",
        "array_map(function ($id) use ($client) {\n  return $client->createBackup(new CreateBackupRequest(['DBInstanceId' => $id]));\n}, ['rm-1', 'rm-2']);",
        "collect(['rm-1', 'rm-2'])->each(fn ($id) => $client->createBackup(new CreateBackupRequest(['DBInstanceId' => $id])));",
        "foreach (['a' => ['id' => 'rm-1'], 'b' => ['id' => 'rm-2']] as ['id' => $id]) {\n  $client->createBackup(new CreateBackupRequest(['DBInstanceId' => $id]));\n}",
    ] {
        let found = calls(&format!("{NEW}{program}"));
        let ids: Vec<_> = found.iter().flat_map(|call| values(call, "DBInstanceId")).collect();
        assert_eq!(ids, ["rm-1", "rm-2"], "{program}");
    }
}

#[test]
fn urls_and_maps_that_name_the_version() {
    let params = "['Action' => 'CreateBackup', 'Version' => '2014-08-15', 'DBInstanceId' => 'rm-1', 'BackupMethod' => 'Snapshot']";
    for program in [
        format!("file_get_contents('https://rds.aliyuncs.com/?' . http_build_query({params}));"),
        format!("$guzzle->request('GET', 'https://rds.aliyuncs.com/', ['query' => {params}]);"),
        "$m = 'Snapshot';\ncurl_setopt($ch, CURLOPT_URL, \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1&BackupMethod=$m\");".to_owned(),
    ] {
        let found = call(&program);
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        assert_eq!(values(&found, "BackupMethod"), ["Snapshot"], "{program}");
    }
}

#[test]
fn commands() {
    for program in [
        "exec('aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical', $out);",
        "$id = 'rm-1';\nshell_exec(\"aliyun rds CreateBackup --DBInstanceId $id --BackupMethod Logical\");",
        "$out = `aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical`;",
        "passthru(sprintf('aliyun rds CreateBackup --DBInstanceId %s --BackupMethod %s', escapeshellarg('rm-1'), 'Logical'));",
        "use Symfony\\Component\\Process\\Process;\n$p = new Process(['aliyun', 'rds', 'CreateBackup', '--DBInstanceId', 'rm-1', '--BackupMethod', 'Logical']);\n$p->run();",
    ] {
        let found = call(program);
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        assert_eq!(values(&found, "BackupMethod"), ["Logical"], "{program}");
    }
}

#[test]
fn values_from_other_files() {
    let service = format!(
        "<?php\nnamespace App\\Services;\n{NEW}class Backup {{\n  public static function run($client, array $config) {{\n    $client->createBackup(new CreateBackupRequest(['DBInstanceId' => $config['id'], 'backupMethod' => $config['method']]));\n  }}\n}}\n"
    );
    let main = "<?php\nuse App\\Services\\Backup;\n$config = require __DIR__ . '/config.php';\nBackup::run($client, $config);\n";
    let config = "<?php\nreturn ['id' => 'rm-1', 'method' => 'Logical'];\n";
    let found =
        extract(&[("src/Services/Backup.php", &service), ("src/main.php", main), ("src/config.php", config)]).calls;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(values(&found[0], "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&found[0], "BackupMethod"), ["Logical"]);
}

#[test]
fn look_alikes_are_silent() {
    for program in [
        "use AlibabaCloud\\SDK\\Dds\\V20151201\\Models\\CreateBackupRequest;\n$client->createBackup(new CreateBackupRequest(['DBInstanceId' => 'dds-1']));",
        "use AlibabaCloud\\SDK\\Polardb\\V20170801\\Models\\CreateBackupRequest;\n$client->createBackup(new CreateBackupRequest([]));",
        "use AlibabaCloud\\Dds\\Dds;\nDds::v20151201()->createBackup()->withDBInstanceId('dds-1')->request();",
        "use AlibabaCloud\\Client\\AlibabaCloud;\nAlibabaCloud::rpc()->product('Dds')->version('2015-12-01')->action('CreateBackup')->options(['query' => ['DBInstanceId' => 'dds-1']])->request();",
        "use Aws\\DynamoDb\\DynamoDbClient; // aliyun\n$c = new DynamoDbClient([]);\n$c->createBackup(['TableName' => 't']);",
        "use Google\\Cloud\\Spanner\\Admin\\Database\\V1\\CreateBackupRequest; // aliyun\n$c->createBackup(new CreateBackupRequest());",
        "use TencentCloud\\Cdb\\V20170320\\Models\\CreateBackupRequest; // aliyun\n$r = new CreateBackupRequest();\n$client->CreateBackup($r);",
        "// aliyun rds CreateBackup\n# new CreateBackupRequest(['DBInstanceId' => 'x'])\n$backup->createBackup($rds);",
        "$rdsClient->createBackup(['DBInstanceId' => 'rm-1']); // alibaba",
    ] {
        let found = calls(program);
        assert!(found.is_empty(), "{program}\n{found:#?}");
    }
}

#[test]
fn generated_sources_and_html_around() {
    let generated = "<?php\n\n// This file is auto-generated, don't edit it. Thanks.\nnamespace AlibabaCloud\\SDK\\Rds\\V20140815;\nclass Rds { function createBackup($r) { $params = new Params(['action' => 'CreateBackup', 'version' => '2014-08-15']); return $this->callApi($params, $r); } }\n";
    let found = extract(&[("Rds.php", generated)]);
    assert!(found.calls.is_empty() && found.coverage[0].status == CoverageStatus::Judged);
    let page = format!(
        "<h1>CreateBackup</h1>\n<?php {OLD} ?>\n<p><?php Rds::v20140815()->createBackup()->withDBInstanceId('rm-1')->request(); ?></p>\n"
    );
    let found = extract(&[("page.php", &page)]);
    assert_eq!(found.calls.len(), 1);
    assert_eq!(found.calls[0].argument("DBInstanceId").unwrap().place.text(), "'rm-1'");
}

#[test]
fn options_and_methods_of_any_name_hold_parameters() {
    for program in [
        "AlibabaCloud::rds()->v20140815()->createBackup(['query' => ['DBInstanceId' => 'rm-1', 'BackupMethod' => 'Logical'], 'timeout' => 3])->request();",
        "AlibabaCloud::rpc([])->product('Rds')->version('2014-08-15')->action('CreateBackup')->withDBInstanceId('rm-1')->withBackupMethod('Logical')->request();",
    ] {
        let found = call(&format!("{OLD}{program}"));
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        let method = found.argument("BackupMethod").unwrap();
        assert_eq!(method.place.text(), "'Logical'");
        assert!(["'BackupMethod'", "withBackupMethod"].contains(&method.name.text()));
        assert!(found.unknown_names.is_empty(), "{program}");
    }
}

#[test]
fn what_is_called_is_shown_without_parentheses_around_it() {
    let found = call(
        "(new \\AlibabaCloud\\Client\\Request\\RpcRequest())->product('Rds')->version('2014-08-15')->action('CreateBackup')->options(['query' => ['DBInstanceId' => 'rm-1']])->request();",
    );
    assert_eq!(found.head.text(), "new \\AlibabaCloud\\Client\\Request\\RpcRequest");
    let found =
        call(&format!("{NEW}$r = new CreateBackupRequest;\n$r->DBInstanceId = 'rm-1';\n$client->createBackup($r);"));
    assert_eq!(found.head.text(), "new CreateBackupRequest");
}

#[test]
fn arrays_are_copied_when_they_are_assigned() {
    let found = calls(&format!(
        "{NEW}$base = ['DBInstanceId' => 'rm-1', 'backupMethod' => 'Physical'];\n$other = $base;\n$other['backupMethod'] = 'Logical';\n$client->createBackup(new CreateBackupRequest($base));\n$client->createBackup(new CreateBackupRequest($other));"
    ));
    let methods: Vec<_> = found.iter().flat_map(|call| values(call, "BackupMethod")).collect();
    assert_eq!(methods, ["Physical", "Logical"]);
}

#[test]
fn loops_that_count() {
    let found = calls(&format!(
        "{NEW}$ids = ['rm-1', 'rm-2'];\nfor ($i = 0; $i < count($ids); $i++) {{\n  $client->createBackup(new CreateBackupRequest(['DBInstanceId' => $ids[$i]]));\n}}\nfor ($i = 1; $i <= 2; $i++) {{\n  $client->createBackup(new CreateBackupRequest(['DBInstanceId' => \"rm-x$i\"]));\n}}"
    ));
    let ids: Vec<_> = found.iter().flat_map(|call| values(call, "DBInstanceId")).collect();
    assert_eq!(ids, ["rm-1", "rm-2", "rm-x1", "rm-x2"]);
    let found = call(&format!(
        "{NEW}for ($i = 9; $i > 1; $i -= 2) {{\n  $client->createBackup(new CreateBackupRequest(['DBInstanceId' => \"rm-$i\"]));\n}}"
    ));
    assert!(values(&found, "DBInstanceId").iter().all(|id| id.starts_with('?')), "{found:#?}");
}

/// A wrapper of the program itself that signs what it sends.
const WRAPPER: &str = "function rdsRequest(string $action, array $params = []): array {\n  $query = array_merge(['Format' => 'JSON', 'Version' => '2014-08-15', 'Timestamp' => gmdate('c'), 'Action' => $action], $params);\n  ksort($query);\n  $query['Signature'] = sign($query);\n  $ch = curl_init('https://rds.aliyuncs.com/?' . http_build_query($query));\n  return json_decode(curl_exec($ch), true);\n}\nfunction sign(array $q) {\n  return base64_encode(hash_hmac('sha1', http_build_query($q), getenv('SK') . '&', true));\n}\n";

#[test]
fn a_wrapper_that_signs_makes_one_call() {
    let found = call(&format!(
        "{WRAPPER}rdsRequest('DescribeBackups', ['DBInstanceId' => 'rm-0']);\nrdsRequest('CreateBackup', ['DBInstanceId' => 'rm-1', 'BackupMethod' => 'Snapshot']);"
    ));
    assert_eq!(values(&found, "DBInstanceId"), ["rm-1"]);
    assert_eq!(found.argument("BackupMethod").unwrap().place.text(), "'Snapshot'");
    assert_eq!(found.subject, "rdsRequest: http_build_query");
    let other = WRAPPER.replace("2014-08-15", "2015-12-01").replace("rds.", "mongodb.");
    assert!(calls(&format!("{other}rdsRequest('CreateBackup', ['DBInstanceId' => 'dds-1']);")).is_empty());
}

#[test]
fn commands_that_are_put_together_and_functions_that_give_back() {
    for program in [
        "$words = ['aliyun', 'rds', 'CreateBackup', '--DBInstanceId', 'rm-1', '--BackupMethod', 'Logical'];\nexec(implode(' ', array_map('escapeshellarg', $words)));",
        "use Illuminate\\Support\\Facades\\Process;\nProcess::timeout(30)->run('aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical');",
        "use AlibabaCloud\\SDK\\Rds\\V20140815\\Models\\CreateBackupRequest;\n$client->createBackup(tap(new CreateBackupRequest(['DBInstanceId' => 'rm-1']), function ($r) { $r->backupMethod = 'Logical'; }));",
    ] {
        let found = call(program);
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        assert_eq!(values(&found, "BackupMethod"), ["Logical"], "{program}");
    }
}

#[test]
fn names_with_a_path_are_whole_where_there_is_no_namespace() {
    let program = "$x = (new Dew\\Acs\\Rds\\RdsClient([]))->createBackup(['DBInstanceId' => 'rm-1']);";
    assert_eq!(values(&call(program), "DBInstanceId"), ["rm-1"]);
    assert!(calls(&format!("namespace App;\n{program}")).is_empty());
}

#[test]
fn parameters_that_are_declared_with_the_class_of_a_client() {
    for program in [
        "function run(RdsClient $any) {\n  return $any->createBackup(['DBInstanceId' => 'rm-1', 'BackupMethod' => 'Logical']);\n}",
        "class Job {\n  private RdsClient $any;\n  public function __construct(RdsClient $any) { $this->any = $any; }\n  public function handle() { return $this->any->createBackup(['DBInstanceId' => 'rm-1', 'BackupMethod' => 'Logical']); }\n}",
        "class Job {\n  public function __construct(private readonly ?RdsClient $any) {}\n  public function handle() { return $this->any?->createBackup(['DBInstanceId' => 'rm-1', 'BackupMethod' => 'Logical']); }\n}",
    ] {
        let found = call(&format!("use Dew\\Acs\\Rds\\RdsClient;\n{program}"));
        assert_eq!(values(&found, "DBInstanceId"), ["rm-1"], "{program}");
        assert_eq!(found.argument("BackupMethod").unwrap().place.text(), "'Logical'");
        assert!(calls(&format!("use Dew\\Acs\\Redis\\RdsClient; // aliyun\n{program}")).is_empty(), "{program}");
    }
}

#[test]
fn requests_that_are_made_of_maps() {
    for (given, method) in [
        ("CreateBackupRequest::fromMap(['BackupMethod' => 'Logical', 'DBInstanceId' => 'pgm-1'])", "Logical"),
        ("CreateBackupRequest::fromMap($values)", "Snapshot"),
        ("new CreateBackupRequest(['DBInstanceId' => 'pgm-1', 'backupMethod' => 'Logical'])", "Logical"),
    ] {
        let body = format!(
            "$values = ['DBInstanceId' => 'pgm-1', 'BackupMethod' => 'Snapshot'];\n$client->createBackup({given});"
        );
        let call = call(&new_sdk(&body));
        assert_eq!(values(&call, "DBInstanceId"), ["pgm-1"], "{given}");
        assert_eq!(values(&call, "BackupMethod"), [method], "{given}");
        assert_eq!(call.argument("BackupMethod").unwrap().place.text(), format!("'{method}'"));
    }
    let unknown = call(&new_sdk("$client->createBackup(CreateBackupRequest::fromMap(load()));"));
    assert!(values(&unknown, "DBInstanceId")[0].starts_with('?'), "{unknown:?}");
}

#[test]
fn methods_of_traits() {
    let text = |extends: &str| {
        format!(
            "{NEW}class Base {{}}\ntrait Backups {{\n  public function backup($id, $method) {{\n    $this->client->createBackup(new CreateBackupRequest(['DBInstanceId' => $id, 'backupMethod' => $method]));\n  }}\n}}\nclass Nightly{extends} {{\n  use Backups;\n  public function run() {{ $this->backup('pgm-1', 'Logical'); }}\n}}"
        )
    };
    for extends in ["", " extends Base"] {
        let call = call(&text(extends));
        assert_eq!(values(&call, "DBInstanceId"), ["pgm-1"], "{extends}");
        assert_eq!(values(&call, "BackupMethod"), ["Logical"], "{extends}");
    }
}
