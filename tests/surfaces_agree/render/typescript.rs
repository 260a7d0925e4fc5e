//! Programs in TypeScript and JavaScript.

use backuplint::model::Api;

use super::{Case, Way, Written, command, file, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("typescript", "the SDK", sdk),
    Way::new("typescript", "the SDK from JavaScript", fields),
    Way::new("typescript", "the core of the older SDK", pop_core),
    Way::new("typescript", "the core of the older SDK, small first letters", small),
    Way::new("typescript", "the older client", older),
    Way::new("typescript", "the generic client", open_api),
    Way::new("typescript", "a command as a list", listed),
    Way::new("typescript", "a command as a text", texted),
    Way::new("typescript", "an address", addressed),
    Way::new("typescript", "Pulumi with the instance", pulumi),
];

fn map(api: &Api, case: &Case, family: &str) -> String {
    case.each(api, family, |name, value| format!("  {name}: {value},\n"))
}

fn sdk(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    file(
        "backup.ts",
        format!(
            "import Rds, * as $Rds from '@alicloud/rds20140815';\n\nexport async function run(client: Rds) {{\n  const request = new $Rds.CreateBackupRequest({{\n{}  }});\n  await client.createBackup(request);\n}}\n",
            map(api, case, "member")
        ),
    )
}

fn fields(api: &Api, case: &Case) -> Written {
    let fields = case.each(api, "member", |name, value| format!("  request.{name} = {value};\n"));
    file(
        "backup.js",
        format!(
            "const {{ default: Rds, CreateBackupRequest }} = require('@alicloud/rds20140815');\n\nmodule.exports = async (client) => {{\n  const request = new CreateBackupRequest({{}});\n{fields}  return client.createBackupWithOptions(request, runtime);\n}};\n"
        ),
    )
}

const CORE: &str = "const Core = require('@alicloud/pop-core');\n\nconst client = new Core({ accessKeyId, endpoint: 'https://rds.aliyuncs.com', apiVersion: '2014-08-15' });\n";

fn pop_core(api: &Api, case: &Case) -> Written {
    file(
        "backup.js",
        format!("{CORE}client.request('CreateBackup', {{\n{}}}, {{ method: 'POST' }});\n", map(api, case, "wire")),
    )
}

fn small(api: &Api, case: &Case) -> Written {
    let lower = |name: &str| format!("{}{}", name.split_at(1).0.to_lowercase(), name.split_at(1).1);
    let map = case.each(api, "wire", |name, value| format!("  {}: {value},\n", lower(name)));
    file("backup.js", format!("{CORE}client.request('createBackup', {{\n{map}}}, {{ method: 'POST' }});\n"))
}

fn older(api: &Api, case: &Case) -> Written {
    file(
        "backup.mjs",
        format!(
            "import Client from '@alicloud/rds-2014-08-15';\n\nconst client = new Client({{ accessKeyId }});\nawait client.createBackup({{\n{}}});\n",
            map(api, case, "wire")
        ),
    )
}

fn open_api(api: &Api, case: &Case) -> Written {
    let queries = case.each(api, "wire", |name, value| format!("queries['{name}'] = {value};\n"));
    file(
        "backup.ts",
        format!(
            "import OpenApi, * as $OpenApi from '@alicloud/openapi-client';\nimport OpenApiUtil from '@alicloud/openapi-util';\n\nconst params = new $OpenApi.Params({{ action: 'CreateBackup', version: '2014-08-15', style: 'RPC' }});\nconst queries: {{ [key: string]: any }} = {{}};\n{queries}const request = new $OpenApi.OpenApiRequest({{ query: OpenApiUtil.query(queries) }});\nawait client.callApi(params, request, runtime);\n"
        ),
    )
}

fn listed(api: &Api, case: &Case) -> Written {
    let words = command::list(api, case);
    let (program, given) = words.split_first().unwrap();
    file(
        "backup.ts",
        format!(
            "import {{ spawnSync }} from 'node:child_process';\n\nspawnSync({program:?}, {given:?}, {{ stdio: 'inherit' }});\n"
        ),
    )
}

fn texted(api: &Api, case: &Case) -> Written {
    file(
        "backup.js",
        format!("const {{ execSync }} = require('child_process');\n\nexecSync({:?});\n", command::line(api, case)),
    )
}

fn addressed(_: &Api, case: &Case) -> Written {
    file("backup.mjs", format!("await fetch(\"{}\");\n", url(case)))
}

fn pulumi(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    case.numbers_only()?;
    let facts: String = case
        .facts(["engine", "dbInstanceStorageType"])
        .iter()
        .map(|(name, value)| format!(" {name}: \"{value}\","))
        .collect();
    let others = case.each(api, "camel", |name, value| match name {
        "dbInstanceId" => String::new(),
        _ => format!(" {name}: {value},"),
    });
    file(
        "index.ts",
        format!(
            "import * as alicloud from \"@pulumi/alicloud\";\n\nconst main = new alicloud.rds.Instance(\"main\", {{{facts} }});\nnew alicloud.rds.RdsBackup(\"nightly\", {{ dbInstanceId: main.id,{others} }});\n"
        ),
    )
}
