//! Programs in PHP.

use backuplint::model::Api;

use super::{Case, Way, Written, command, file, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("php", "the SDK", sdk),
    Way::new("php", "the SDK, fields set one by one", fields),
    Way::new("php", "the fluent client", fluent),
    Way::new("php", "a request of any API", generic),
    Way::new("php", "the generic client", open_api),
    Way::new("php", "the oldest SDK", setters),
    Way::new("php", "the client of the community", community),
    Way::new("php", "a command", texted),
    Way::new("php", "an address", addressed),
];

fn program(body: &str) -> Written {
    file("backup.php", format!("<?php\n{body}\n"))
}

fn map(api: &Api, case: &Case, family: &str) -> String {
    case.each(api, family, |name, value| format!("  '{name}' => {value},\n"))
}

const SDK: &str = "use AlibabaCloud\\SDK\\Rds\\V20140815\\Rds;\nuse AlibabaCloud\\SDK\\Rds\\V20140815\\Models\\CreateBackupRequest;\n\n";

fn sdk(api: &Api, case: &Case) -> Written {
    let map = map(api, case, "member");
    program(&format!("{SDK}$request = new CreateBackupRequest([\n{map}]);\n$client->createBackup($request);"))
}

fn fields(api: &Api, case: &Case) -> Written {
    let fields = case.each(api, "member", |name, value| format!("$request->{name} = {value};\n"));
    program(&format!(
        "{SDK}$request = new CreateBackupRequest();\n{fields}$client->createBackupWithOptions($request, $runtime);"
    ))
}

fn fluent(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "with", |name, value| format!("\n  ->{name}({value})"));
    program(&format!("use AlibabaCloud\\Rds\\Rds;\n\nRds::v20140815()->createBackup(){given}\n  ->request();"))
}

fn generic(api: &Api, case: &Case) -> Written {
    let map = map(api, case, "wire");
    program(&format!(
        "use AlibabaCloud\\Client\\AlibabaCloud;\n\nAlibabaCloud::rpc()->product('Rds')->version('2014-08-15')->action('CreateBackup')->options(['query' => [\n{map}]])->request();"
    ))
}

fn open_api(api: &Api, case: &Case) -> Written {
    let queries = case.each(api, "wire", |name, value| format!("$queries['{name}'] = {value};\n"));
    program(&format!(
        "use Darabonba\\OpenApi\\Models\\Params;\nuse Darabonba\\OpenApi\\Models\\OpenApiRequest;\nuse AlibabaCloud\\OpenApiUtil\\OpenApiUtilClient;\n\n$params = new Params(['action' => 'CreateBackup', 'version' => '2014-08-15', 'style' => 'RPC']);\n$queries = [];\n{queries}$request = new OpenApiRequest(['query' => OpenApiUtilClient::query($queries)]);\n$client->callApi($params, $request, $runtime);"
    ))
}

fn setters(api: &Api, case: &Case) -> Written {
    let setters = case.each(api, "set", |name, value| format!("$request->{name}({value});\n"));
    program(&format!(
        "include_once 'aliyun-php-sdk-core/Config.php';\nuse Rds\\Request\\V20140815 as Rds;\n\n$request = new Rds\\CreateBackupRequest();\n{setters}$client->getAcsResponse($request);"
    ))
}

fn community(api: &Api, case: &Case) -> Written {
    let map = map(api, case, "wire");
    program(&format!(
        "use Dew\\Acs\\Rds\\RdsClient;\n\n$client = new RdsClient(['region' => 'cn-hangzhou']);\n$client->createBackup([\n{map}]);"
    ))
}

fn texted(api: &Api, case: &Case) -> Written {
    program(&format!("shell_exec('{}');", command::line(api, case)))
}

fn addressed(_: &Api, case: &Case) -> Written {
    program(&format!("file_get_contents('{}');", url(case)))
}
