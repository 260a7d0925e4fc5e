//! Programs in C#.

use backuplint::model::Api;

use super::{Case, Way, Written, command, file};

pub(super) const WAYS: &[Way] = &[
    Way::new("csharp", "the SDK", sdk),
    Way::new("csharp", "a request of any API", generic),
    Way::new("csharp", "a command as a text", texted),
];

/// A program without a class.
fn program(uses: &[&str], body: &str) -> Written {
    let uses: String = uses.iter().map(|name| format!("using {name};\n")).collect();
    file("Backup.cs", format!("{uses}\n{body}"))
}

fn sdk(api: &Api, case: &Case) -> Written {
    case.numbers_only()?;
    let members = case.each(api, "wire", |name, value| format!("    {name} = {value},\n"));
    program(
        &["AlibabaCloud.SDK.Rds20140815", "AlibabaCloud.SDK.Rds20140815.Models"],
        &format!("var request = new CreateBackupRequest\n{{\n{members}}};\nclient.CreateBackup(request);\n"),
    )
}

fn generic(api: &Api, case: &Case) -> Written {
    let given = case.each(api, "wire", |name, value| {
        format!("request.AddQueryParameters(\"{name}\", \"{}\");\n", value.trim_matches('"'))
    });
    program(
        &["Aliyun.Acs.Core"],
        &format!(
            "var request = new CommonRequest();\nrequest.Domain = \"rds.aliyuncs.com\";\nrequest.Version = \"2014-08-15\";\nrequest.Action = \"CreateBackup\";\n{given}client.GetCommonResponse(request);\n"
        ),
    )
}

fn texted(api: &Api, case: &Case) -> Written {
    let line = command::line(api, case);
    let (tool, words) = line.split_once(' ').unwrap_or((&line, ""));
    program(&["System.Diagnostics"], &format!("Process.Start({tool:?}, {words:?});\n"))
}
