//! Programs in Go.

use backuplint::model::Api;

use super::{Case, NUMBER, Way, Written, command, file, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("go", "the SDK", sdk),
    Way::new("go", "the SDK, a chain of setters", chain),
    Way::new("go", "the older SDK", older),
    Way::new("go", "a request of any API", generic),
    Way::new("go", "the generic client", open_api),
    Way::new("go", "a command", listed),
    Way::new("go", "an address", addressed),
    Way::new("go", "Pulumi with the instance", pulumi),
];

fn program(imports: &[&str], body: &str) -> Written {
    let imports: String = imports.iter().map(|line| format!("\t{line}\n")).collect();
    file("main.go", format!("package main\n\nimport (\n{imports})\n\nfunc main() {{\n{body}}}\n"))
}

const SDK: &str = "rds \"github.com/alibabacloud-go/rds-20140815/v7/client\"";
const TEA: &str = "\"github.com/alibabacloud-go/tea/tea\"";

/// What takes the address of a literal.
fn pointer(literal: &str) -> String {
    if literal.starts_with('"') { format!("tea.String({literal})") } else { format!("tea.Int64({literal})") }
}

fn sdk(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let fields = case.each(api, "wire", |name, value| format!("\t\t{name}: {},\n", pointer(value)));
    program(
        &[SDK, TEA],
        &format!("\trequest := &rds.CreateBackupRequest{{\n{fields}\t}}\n\t_, _ = client.CreateBackup(request)\n"),
    )
}

fn chain(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let setters = case.each(api, "wire", |name, value| format!(".Set{name}({value})"));
    program(
        &[SDK],
        &format!(
            "\trequest := (&rds.CreateBackupRequest{{}}){setters}\n\t_, _ = client.CreateBackupWithOptions(request, runtime)\n"
        ),
    )
}

fn older(api: &Api, case: &Case) -> Written {
    if case.given(NUMBER).is_some() {
        return Err("the request has no field for the retention");
    }
    let fields = case.each(api, "wire", |name, value| format!("\trequest.{name} = {value}\n"));
    program(
        &["\"github.com/aliyun/alibaba-cloud-sdk-go/services/rds\""],
        &format!("\trequest := rds.CreateCreateBackupRequest()\n{fields}\t_, _ = client.CreateBackup(request)\n"),
    )
}

/// Maps of texts hold no numbers.
fn text(literal: &str) -> String {
    format!("\"{}\"", literal.trim_matches('"'))
}

fn generic(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "wire", |name, value| format!("\trequest.QueryParams[\"{name}\"] = {}\n", text(value)));
    program(
        &["\"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests\""],
        &format!(
            "\trequest := requests.NewCommonRequest()\n\trequest.Domain = \"rds.aliyuncs.com\"\n\trequest.Version = \"2014-08-15\"\n\trequest.ApiName = \"CreateBackup\"\n{given}\t_, _ = client.ProcessCommonRequest(request)\n"
        ),
    )
}

fn open_api(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "wire", |name, value| format!("\tqueries[\"{name}\"] = {}\n", pointer(value)));
    program(
        &[
            "openapi \"github.com/alibabacloud-go/darabonba-openapi/v2/client\"",
            "openapiutil \"github.com/alibabacloud-go/openapi-util/service\"",
            TEA,
        ],
        &format!(
            "\tparams := &openapi.Params{{Action: tea.String(\"CreateBackup\"), Version: tea.String(\"2014-08-15\"), Style: tea.String(\"RPC\")}}\n\tqueries := map[string]interface{{}}{{}}\n{given}\trequest := &openapi.OpenApiRequest{{Query: openapiutil.Query(queries)}}\n\t_, _ = client.CallApi(params, request, runtime)\n"
        ),
    )
}

fn listed(api: &Api, case: &Case) -> Written {
    let words: Vec<String> = command::list(api, case).iter().map(|word| format!("{word:?}")).collect();
    program(&["\"os/exec\""], &format!("\t_ = exec.Command({}).Run()\n", words.join(", ")))
}

fn addressed(_: &Api, case: &Case) -> Written {
    program(&["\"net/http\""], &format!("\t_, _ = http.Get(\"{}\")\n", url(case)))
}

fn pulumi(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    case.numbers_only()?;
    let facts: String = case
        .facts(["Engine", "DbInstanceStorageType"])
        .iter()
        .map(|(name, value)| format!("{name}: pulumi.String(\"{value}\"), "))
        .collect();
    let wrapped = |literal: &str| {
        if literal.starts_with('"') { format!("pulumi.String({literal})") } else { format!("pulumi.Int({literal})") }
    };
    let others = case.each(api, "pascal", |name, value| match name {
        "DbInstanceId" => String::new(),
        _ => format!(", {name}: {}", wrapped(value)),
    });
    program(
        &[
            "\"github.com/pulumi/pulumi-alicloud/sdk/v3/go/alicloud/rds\"",
            "\"github.com/pulumi/pulumi/sdk/v3/go/pulumi\"",
        ],
        &format!(
            "\tpulumi.Run(func(ctx *pulumi.Context) error {{\n\t\tdb, err := rds.NewInstance(ctx, \"main\", &rds.InstanceArgs{{{facts}}})\n\t\tif err != nil {{\n\t\t\treturn err\n\t\t}}\n\t\t_, err = rds.NewRdsBackup(ctx, \"nightly\", &rds.RdsBackupArgs{{DbInstanceId: db.ID(){others}}})\n\t\treturn err\n\t}})\n"
        ),
    )
}
