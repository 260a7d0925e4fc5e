//! Programs in C#.

use backuplint::model::Api;

use super::{Case, Way, Written, command, encoded, file, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("csharp", "the SDK", sdk),
    Way::new("csharp", "fields of a request", fields),
    Way::new("csharp", "the older SDK", older),
    Way::new("csharp", "a request of any API", generic),
    Way::new("csharp", "the generic client", open_api),
    Way::new("csharp", "a command as a list", listed),
    Way::new("csharp", "a command as a text", texted),
    Way::new("csharp", "a command as words that are added", added),
    Way::new("csharp", "an address", addressed),
    Way::new("csharp", "a form", form),
    Way::new("csharp", "Pulumi with the instance", pulumi),
];

/// A program without a class.
fn program(uses: &[&str], body: &str) -> Written {
    let uses: String = uses.iter().map(|name| format!("using {name};\n")).collect();
    file("Backup.cs", format!("{uses}\n{body}"))
}

/// A class with one method.
fn class(uses: &[&str], body: &str) -> Written {
    let uses: String = uses.iter().map(|name| format!("using {name};\n")).collect();
    let body: String = body.lines().map(|line| format!("        {line}\n")).collect();
    file(
        "Backup.cs",
        format!(
            "{uses}\nnamespace Acme.Jobs;\n\npublic sealed class Backup\n{{\n    public async Task RunAsync(Client client)\n    {{\n{body}    }}\n}}\n"
        ),
    )
}

fn sdk(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let members = case.each(api, "wire", |name, value| format!("    {name} = {value},\n"));
    program(
        &["AlibabaCloud.SDK.Rds20140815", "AlibabaCloud.SDK.Rds20140815.Models"],
        &format!("var request = new CreateBackupRequest\n{{\n{members}}};\nclient.CreateBackup(request);\n"),
    )
}

fn fields(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let fields = case.each(api, "wire", |name, value| format!("request.{name} = {value};\n"));
    class(
        &["AlibabaCloud.SDK.Rds20140815", "AlibabaCloud.SDK.Rds20140815.Models"],
        &format!(
            "CreateBackupRequest request = new();\n{fields}await client.CreateBackupWithOptionsAsync(request, new RuntimeOptions());\n"
        ),
    )
}

fn older(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let fields = case.each(api, "wire", |name, value| format!("request.{name} = {value};\n"));
    class(
        &["Aliyun.Acs.Core", "Aliyun.Acs.Rds.Model.V20140815"],
        &format!("var request = new CreateBackupRequest();\n{fields}client.GetAcsResponse(request);\n"),
    )
}

/// Maps of texts hold no numbers.
fn text(literal: &str) -> String {
    format!("\"{}\"", literal.trim_matches('"'))
}

fn generic(api: &Api, case: &Case) -> Written {
    let given =
        case.each(api, "wire", |name, value| format!("request.AddQueryParameters(\"{name}\", {});\n", text(value)));
    program(
        &["Aliyun.Acs.Core"],
        &format!(
            "var request = new CommonRequest();\nrequest.Domain = \"rds.aliyuncs.com\";\nrequest.Version = \"2014-08-15\";\nrequest.Action = \"CreateBackup\";\n{given}client.GetCommonResponse(request);\n"
        ),
    )
}

fn open_api(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "wire", |name, value| format!("queries[\"{name}\"] = {value};\n"));
    class(
        &["System.Collections.Generic", "AlibabaCloud.OpenApiClient.Models"],
        &format!(
            "var queries = new Dictionary<string, object>();\n{given}var operation = new Params {{ Action = \"CreateBackup\", Version = \"2014-08-15\", Style = \"RPC\" }};\nawait client.CallApiAsync(operation, new OpenApiRequest {{ Query = AlibabaCloud.OpenApiUtil.Client.Query(queries) }}, runtime);\n"
        ),
    )
}

fn listed(api: &Api, case: &Case) -> Written {
    let words: Vec<String> = command::list(api, case).iter().skip(1).map(|word| format!("{word:?}")).collect();
    class(
        &["System.Diagnostics"],
        &format!("Process.Start(\"aliyun\", new[] {{ {} }}).WaitForExit();\n", words.join(", ")),
    )
}

fn texted(api: &Api, case: &Case) -> Written {
    let line = command::line(api, case);
    let (tool, words) = line.split_once(' ').unwrap_or((&line, ""));
    program(&["System.Diagnostics"], &format!("Process.Start({tool:?}, {words:?});\n"))
}

fn added(api: &Api, case: &Case) -> Written {
    let words = command::list(api, case);
    let words: String = words.iter().skip(1).map(|word| format!("start.ArgumentList.Add({word:?});\n")).collect();
    class(
        &["System.Diagnostics"],
        &format!("var start = new ProcessStartInfo(\"aliyun\");\n{words}using var process = Process.Start(start);\n"),
    )
}

fn addressed(_: &Api, case: &Case) -> Written {
    class(
        &["System.Net.Http"],
        &format!("using var http = new HttpClient();\nawait http.GetAsync(\"{}\");\n", url(case)),
    )
}

fn form(_: &Api, case: &Case) -> Written {
    let mut pairs = vec![("Action", "CreateBackup"), ("Version", "2014-08-15")];
    pairs.extend(case.sent());
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    class(
        &["System.Net.Http", "System.Text"],
        &format!(
            "var body = new StringContent(\"{}\", Encoding.UTF8, \"application/x-www-form-urlencoded\");\nawait http.PostAsync(\"https://rds.aliyuncs.com/\", body);\n",
            pairs.join("&")
        ),
    )
}

fn pulumi(api: &Api, case: &Case) -> Written {
    case.instance_beside()?;
    case.numbers_only()?;
    let facts: String = case
        .facts(["Engine", "DbInstanceStorageType"])
        .iter()
        .map(|(name, value)| format!("    {name} = \"{value}\",\n"))
        .collect();
    let others = case.each(api, "pascal", |name, value| match name {
        "DbInstanceId" => String::new(),
        _ => format!("    {name} = {value},\n"),
    });
    program(
        &["Pulumi", "AliCloud = Pulumi.AliCloud"],
        &format!(
            "return await Deployment.RunAsync(() =>\n{{\n  var main = new AliCloud.Rds.Instance(\"main\", new()\n  {{\n{facts}  }});\n  var nightly = new AliCloud.Rds.RdsBackup(\"nightly\", new()\n  {{\n    DbInstanceId = main.Id,\n{others}  }});\n}});\n"
        ),
    )
}
