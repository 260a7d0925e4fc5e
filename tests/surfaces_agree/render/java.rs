//! Programs in Java.

use backuplint::model::Api;

use super::{Case, Way, Written, command, file, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("java", "the SDK", sdk),
    Way::new("java", "the asynchronous SDK", builder),
    Way::new("java", "the older SDK", setters),
    Way::new("java", "a request of any API", generic),
    Way::new("java", "the generic client", open_api),
    Way::new("java", "a command as a list", listed),
    Way::new("java", "a command as a text", texted),
    Way::new("java", "an address", addressed),
    Way::new("java", "Pulumi with the instance", pulumi),
];

/// A class with one method.
fn class(imports: &[&str], body: &str) -> Written {
    let imports: String = imports.iter().map(|name| format!("import {name};\n")).collect();
    file(
        "Backup.java",
        format!(
            "package com.acme;\n\n{imports}\npublic class Backup {{\n  void run(Client client) throws Exception {{\n{body}  }}\n}}\n"
        ),
    )
}

/// Whole numbers of these SDKs are long.
fn long(literal: &str) -> String {
    if literal.starts_with('"') { literal.to_owned() } else { format!("{literal}L") }
}

fn sdk(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let setters = case.each(api, "set", |name, value| format!("\n        .{name}({})", long(value)));
    class(
        &["com.aliyun.rds20140815.Client", "com.aliyun.rds20140815.models.*"],
        &format!(
            "    CreateBackupRequest request = new CreateBackupRequest(){setters};\n    client.createBackup(request);\n"
        ),
    )
}

fn builder(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let setters = case.each(api, "member", |name, value| format!("\n        .{name}({})", long(value)));
    class(
        &["com.aliyun.sdk.service.rds20140815.models.*"],
        &format!("    client.createBackup(CreateBackupRequest.builder(){setters}\n        .build()).get();\n"),
    )
}

fn setters(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let setters = case.each(api, "set", |name, value| format!("    request.{name}({});\n", long(value)));
    class(
        &["com.aliyuncs.IAcsClient", "com.aliyuncs.rds.model.v20140815.CreateBackupRequest"],
        &format!(
            "    CreateBackupRequest request = new CreateBackupRequest();\n    request.setSysRegionId(\"cn-hangzhou\");\n{setters}    client.getAcsResponse(request);\n"
        ),
    )
}

/// Maps of texts hold no numbers.
fn text(literal: &str) -> String {
    format!("\"{}\"", literal.trim_matches('"'))
}

fn generic(api: &Api, case: &Case) -> Written {
    let given =
        case.each(api, "wire", |name, value| format!("    request.putQueryParameter(\"{name}\", {});\n", text(value)));
    class(
        &["com.aliyuncs.CommonRequest"],
        &format!(
            "    CommonRequest request = new CommonRequest();\n    request.setSysDomain(\"rds.aliyuncs.com\");\n    request.setSysVersion(\"2014-08-15\");\n    request.setSysAction(\"CreateBackup\");\n{given}    client.getCommonResponse(request);\n"
        ),
    )
}

fn open_api(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "wire", |name, value| format!("    queries.put(\"{name}\", {value});\n"));
    class(
        &["com.aliyun.teaopenapi.models.*", "java.util.*"],
        &format!(
            "    Params params = new Params().setAction(\"CreateBackup\").setVersion(\"2014-08-15\").setStyle(\"RPC\");\n    Map<String, Object> queries = new HashMap<>();\n{given}    OpenApiRequest request = new OpenApiRequest().setQuery(com.aliyun.openapiutil.Client.query(queries));\n    client.callApi(params, request, runtime);\n"
        ),
    )
}

fn listed(api: &Api, case: &Case) -> Written {
    let words: Vec<String> = command::list(api, case).iter().map(|word| format!("{word:?}")).collect();
    class(&[], &format!("    new ProcessBuilder({}).inheritIO().start().waitFor();\n", words.join(", ")))
}

fn texted(api: &Api, case: &Case) -> Written {
    class(&[], &format!("    Runtime.getRuntime().exec({:?});\n", command::line(api, case)))
}

fn addressed(_: &Api, case: &Case) -> Written {
    class(
        &["java.net.URI", "java.net.http.*"],
        &format!(
            "    HttpRequest request = HttpRequest.newBuilder(URI.create(\"{}\")).GET().build();\n    http.send(request, HttpResponse.BodyHandlers.ofString());\n",
            url(case)
        ),
    )
}

fn pulumi(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    case.numbers_only()?;
    let facts: String = case
        .facts(["engine", "dbInstanceStorageType"])
        .iter()
        .map(|(name, value)| format!(".{name}(\"{value}\")"))
        .collect();
    let others = case.each(api, "camel", |name, value| match name {
        "dbInstanceId" => String::new(),
        _ => format!("\n        .{name}({value})"),
    });
    class(
        &["com.pulumi.alicloud.rds.*"],
        &format!(
            "    var main = new Instance(\"main\", InstanceArgs.builder(){facts}.build());\n    new RdsBackup(\"nightly\", RdsBackupArgs.builder()\n        .dbInstanceId(main.id()){others}\n        .build());\n"
        ),
    )
}
