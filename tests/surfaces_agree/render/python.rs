//! Programs in Python.

use backuplint::model::Api;

use super::{Case, Way, Written, command, file, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("python", "the SDK", sdk),
    Way::new("python", "the SDK, fields set one by one", fields),
    Way::new("python", "the older SDK", setters),
    Way::new("python", "a request of any API", generic),
    Way::new("python", "the generic client", open_api),
    Way::new("python", "the operation by its name", by_name),
    Way::new("python", "a command as a list", listed),
    Way::new("python", "a command as a text", texted),
    Way::new("python", "an address with a map", mapped),
    Way::new("python", "an address", addressed),
    Way::new("python", "Pulumi with the instance", pulumi),
    Way::new("python", "Pulumi with a literal id", pulumi_literal),
];

fn program(text: &str) -> Written {
    file("backup.py", text)
}

const SDK: &str = "from alibabacloud_rds20140815.client import Client\nfrom alibabacloud_rds20140815 import models as rds_models\n\n\ndef backup(client: Client):\n";

fn sdk(api: &Api, case: &Case) -> Written {
    let keywords = case.each(api, "python", |name, value| format!("        {name}={value},\n"));
    program(&format!(
        "{SDK}    request = rds_models.CreateBackupRequest(\n{keywords}    )\n    return client.create_backup(request)\n"
    ))
}

fn fields(api: &Api, case: &Case) -> Written {
    let fields = case.each(api, "python", |name, value| format!("    request.{name} = {value}\n"));
    program(&format!(
        "{SDK}    request = rds_models.CreateBackupRequest()\n{fields}    return client.create_backup_with_options(request, runtime)\n"
    ))
}

fn setters(api: &Api, case: &Case) -> Written {
    let setters = case.each(api, "setter", |name, value| format!("request.{name}({value})\n"));
    program(&format!(
        "from aliyunsdkcore.client import AcsClient\nfrom aliyunsdkrds.request.v20140815 import CreateBackupRequest\n\nclient = AcsClient(key, secret, 'cn-hangzhou')\nrequest = CreateBackupRequest.CreateBackupRequest()\n{setters}client.do_action_with_exception(request)\n"
    ))
}

fn generic(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "wire", |name, value| format!("request.add_query_param('{name}', {value})\n"));
    program(&format!(
        "from aliyunsdkcore.request import CommonRequest\n\nrequest = CommonRequest()\nrequest.set_domain('rds.aliyuncs.com')\nrequest.set_version('2014-08-15')\nrequest.set_action_name('CreateBackup')\n{given}client.do_action_with_exception(request)\n"
    ))
}

fn open_api(api: &Api, case: &Case) -> Written {
    let queries = case.each(api, "wire", |name, value| format!("queries['{name}'] = {value}\n"));
    program(&format!(
        "from alibabacloud_tea_openapi import models as open_api_models\nfrom alibabacloud_openapi_util.client import Client as OpenApiUtilClient\n\nparams = open_api_models.Params(action='CreateBackup', version='2014-08-15', style='RPC', method='POST')\nqueries = {{}}\n{queries}request = open_api_models.OpenApiRequest(query=OpenApiUtilClient.query(queries))\nclient.call_api(params, request, runtime)\n"
    ))
}

fn by_name(api: &Api, case: &Case) -> Written {
    let map = case.each(api, "wire", |name, value| format!("'{name}': {value}, "));
    program(&format!(
        "from alibabacloud_tea_rpc.client import Client\n\nclient.do_rpcrequest('CreateBackup', '2014-08-15', 'HTTPS', 'POST', 'AK', 'json', {{{map}}}, runtime)\n"
    ))
}

fn listed(api: &Api, case: &Case) -> Written {
    program(&format!("import subprocess\n\nsubprocess.run({:?}, check=True)\n", command::list(api, case)))
}

fn texted(api: &Api, case: &Case) -> Written {
    program(&format!("import os\n\nos.system({:?})\n", command::line(api, case)))
}

fn mapped(api: &Api, case: &Case) -> Written {
    let map = case.each(api, "wire", |name, value| format!("    '{name}': {value},\n"));
    program(&format!(
        "import requests\n\nrequests.get('https://rds.aliyuncs.com/', params={{\n    'Action': 'CreateBackup',\n    'Version': '2014-08-15',\n{map}}})\n"
    ))
}

fn addressed(_: &Api, case: &Case) -> Written {
    program(&format!("import requests\n\nrequests.get(\"{}\")\n", url(case)))
}

fn pulumi(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    let facts: String = case
        .facts(["engine", "db_instance_storage_type"])
        .iter()
        .map(|(name, value)| format!(", {name}=\"{value}\""))
        .collect();
    let others = case.each(api, "snake", |name, value| match name {
        "db_instance_id" => String::new(),
        _ => format!(", {name}={value}"),
    });
    program(&format!(
        "import pulumi_alicloud as alicloud\n\nmain = alicloud.rds.Instance(\"main\"{facts})\nalicloud.rds.RdsBackup(\"nightly\", db_instance_id=main.id{others})\n"
    ))
}

fn pulumi_literal(api: &Api, case: &Case) -> Written {
    let keywords = case.each(api, "snake", |name, value| format!(", {name}={value}"));
    program(&format!("from pulumi_alicloud import rds\n\nrds.RdsBackup(\"nightly\"{keywords})\n"))
}

/// A handler of a function.
pub(super) fn handler(api: &Api, case: &Case) -> String {
    let keywords = case.each(api, "python", |name, value| format!("{name}={value}, "));
    format!(
        "from alibabacloud_rds20140815.client import Client\nfrom alibabacloud_rds20140815 import models as rds_models\n\n\ndef handler(event, context):\n    Client(config).create_backup(rds_models.CreateBackupRequest({keywords}))\n"
    )
}
