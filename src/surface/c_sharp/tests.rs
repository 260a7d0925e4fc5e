use std::path::Path;

use super::*;
use crate::model::{Call, CoverageStatus};
use crate::surface::tests::{self as shared, fact, show, values};
use crate::surface::{Extraction, Surface};

mod commands;
mod identity;
mod runs;
mod values;

const NEW: &str = "using AlibabaCloud.SDK.Rds20140815.Models;";
const OLD: &str = "using Aliyun.Acs.Rds.Model.V20140815;";

/// Extracts from files, of which those with a needle are hits.
fn extract(files: &[(&str, &str)]) -> Extraction {
    shared::extract(&CSharp, files)
}

fn calls(program: &str) -> Vec<Call> {
    extract(&[("A.cs", program)]).calls
}

/// The only call of a program.
fn call(program: &str) -> Call {
    shared::only(calls(program), program)
}

/// A class with a method that has these statements.
fn class(usings: &str, body: &str) -> String {
    format!(
        "{usings}\n\nnamespace Acme.Jobs\n{{\n  public class A\n  {{\n    public async Task Run(Client client)\n    {{\n{body}\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn requests_of_the_new_sdk() {
    let call = call(&class(
        NEW,
        "var request = new CreateBackupRequest\n{\n  DBInstanceId = \"rm-1\",\n  BackupMethod = \"Logical\",\n  BackupRetentionPeriod = 7L,\n};\nrequest.DBName = \"shop\";\nawait client.CreateBackupWithOptionsAsync(request, runtime);\nrequest.BackupType = \"Auto\";",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "BackupRetentionPeriod"), ["7"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    assert_eq!(values(&call, "BackupType"), ["not given"]);
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("BackupMethod", "\"Logical\""));
    assert!(method.literal.is_some() && method.value.alternatives()[0].steps.is_empty());
    assert_eq!(method.removal.as_ref().unwrap().text(), "BackupMethod = \"Logical\",\n  ");
    let insert = call.insert.as_ref().unwrap();
    assert_eq!((insert.before.as_str(), insert.between.as_str()), (",\n  ", " = "));
    assert_eq!(
        (call.head.text(), call.subject.as_str()),
        ("new CreateBackupRequest", "A.Run: new CreateBackupRequest")
    );
}

#[test]
fn new_without_a_name() {
    for body in [
        "CreateBackupRequest r = new() { DBInstanceId = \"rm-1\" };\nclient.CreateBackup(r);",
        "CreateBackupRequest r = new();\nr.DBInstanceId = \"rm-1\";\nclient.CreateBackup(r);",
        "CreateBackupRequest? r = full ? new() { DBInstanceId = \"rm-1\" } : null;\nclient.CreateBackup(r);",
        "client.CreateBackup(Request());\nstatic CreateBackupRequest Request() => new() { DBInstanceId = \"rm-1\" };",
        "client.CreateBackup(Request());\nCreateBackupRequest Request() { return new() { DBInstanceId = \"rm-1\" }; }",
        "var c = new AlibabaCloud.SDK.Rds20140815.Client(config);\nc.CreateBackup(new() { DBInstanceId = \"rm-1\" });",
        "foreach (var r in new List<CreateBackupRequest> { new() { DBInstanceId = \"rm-1\" } }) client.CreateBackup(r);",
    ] {
        let call = call(&class(NEW, body));
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{body}");
        assert_eq!(values(&call, "BackupMethod"), ["not given"], "{body}");
    }
}

#[test]
fn wrong_names_of_the_new_sdk() {
    let call = call(&class(
        NEW,
        "client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"rm-1\", DbName = \"shop\", ResourceOwnerId = 1 });",
    ));
    let [unknown] = call.unknown_names.as_slice() else { panic!("{:#?}", call.unknown_names) };
    assert_eq!((unknown.place.text(), unknown.instead.as_deref(), unknown.refused), ("DbName", Some("DBName"), true));
}

#[test]
fn requests_of_the_old_sdk() {
    let call = call(&class(
        OLD,
        "var r = new CreateBackupRequest();\nr.DBInstanceId = \"rm-1\";\nr.BackupMethod = Environment.GetEnvironmentVariable(\"METHOD\");\nr.AddQueryParameters(\"DBName\", \"a\");\nr.RegionId = \"cn-hangzhou\";\nvar response = client.GetAcsResponse(r);",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["?environment variable `METHOD` has no default"]);
    assert_eq!(values(&call, "DBName"), ["a"]);
    assert!(call.unknown_names.is_empty(), "{:?}", call.unknown_names);
    let open = self::call(&class(
        OLD,
        "var r = new CreateBackupRequest { BackupMethod = \"Snapshot\" };\nr.QueryParameters[\"DBInstanceId\"] = id;\nclient.GetAcsResponse(r);",
    ));
    assert_eq!(values(&open, "DBInstanceId"), ["?more may be set by `QueryParameters`"]);
}

#[test]
fn generic_requests() {
    let body = |proof: &str, set: &str| {
        class(
            "using Aliyun.Acs.Core;",
            &format!(
                "var r = new CommonRequest();\n{proof}\nr.Action = \"CreateBackup\";\n{set}\nclient.GetCommonResponse(r);"
            ),
        )
    };
    let add = "r.AddQueryParameters(\"DBInstanceId\", \"rm-1\");\nr.AddQueryParameters(\"BackupMethd\", \"x\");";
    for proof in ["r.Version = \"2014-08-15\";", "r.Product = \"Rds\";", "r.Domain = \"rds.aliyuncs.com\";"] {
        let call = call(&body(proof, add));
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
        assert_eq!(call.unknown_names[0].nearest.as_deref(), Some("BackupMethod"));
    }
    for other in ["r.Version = \"2015-12-01\";", "r.Product = \"Dds\";", ""] {
        assert_eq!(calls(&body(other, add)).len(), 0, "{other}");
    }
    for set in [
        "r.QueryParameters.Add(\"DBInstanceId\", \"rm-1\");",
        "r.QueryParameters[\"DBInstanceId\"] = \"rm-1\";",
        "r.QueryParameters = new Dictionary<string, string> { { \"DBInstanceId\", \"rm-1\" } };",
        "r.BodyParameters = new() { [\"DBInstanceId\"] = \"rm-1\" };",
    ] {
        assert_eq!(values(&call(&body("r.Version = \"2014-08-15\";", set)), "DBInstanceId"), ["rm-1"], "{set}");
    }
    let whole = class(
        "using Aliyun.Acs.Core;",
        "client.GetCommonResponse(new CommonRequest { Product = \"Rds\", Action = \"CreateBackup\", QueryParameters = { [\"DBInstanceId\"] = \"rm-1\" } });",
    );
    assert_eq!(values(&call(&whole), "DBInstanceId"), ["rm-1"]);
}

#[test]
fn generic_calls_of_the_new_sdk() {
    let program = class(
        "using AlibabaCloud.OpenApiClient.Models;",
        "var p = new Params { Action = \"CreateBackup\", Version = \"2014-08-15\", Style = \"RPC\" };\nvar q = new Dictionary<string, object>() { { \"DBInstanceId\", \"rm-1\" } };\nq[\"BackupMethod\"] = \"Logical\";\nvar request = new OpenApiRequest { Query = AlibabaCloud.OpenApiUtil.Client.Query(q) };\nvar response = client.CallApi(p, request, runtime);",
    );
    let call = call(&program);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(calls(&program.replace("2014-08-15", "2015-12-01")).len(), 0);
    let full = "var request = new AlibabaCloud.OpenApiClient.Models.OpenApiRequest { Query = new Dictionary<string, string> { [\"DBInstanceId\"] = \"rm-1\" } };\nclient.CallApi(new AlibabaCloud.OpenApiClient.Models.Params { Action = \"CreateBackup\", Version = \"2014-08-15\" }, request, new());";
    assert_eq!(values(&self::call(&class("", full)), "DBInstanceId"), ["rm-1"]);
}

#[test]
fn pulumi_resources_and_their_instances() {
    let program = |arguments: &str| {
        format!(
            "using Pulumi;\nusing AliCloud = Pulumi.AliCloud;\n\nreturn await Deployment.RunAsync(() =>\n{{\n  var main = new AliCloud.Rds.Instance(\"main\", new() {{ Engine = \"PostgreSQL\", DbInstanceStorageType = \"cloud_essd\" }});\n  new AliCloud.Rds.RdsBackup(\"nightly\", {arguments} {{\n    DbInstanceId = main.Id,\n    BackupMethod = \"Logical\",\n  }}, new CustomResourceOptions {{ Protect = true }});\n}});\n"
        )
    };
    for arguments in ["new()", "new AliCloud.Rds.RdsBackupArgs"] {
        let call = call(&program(arguments));
        assert_eq!(values(&call, "BackupMethod"), ["Logical"], "{arguments}");
        assert_eq!(fact(&call, "engine"), ["PostgreSQL"]);
        assert_eq!(fact(&call, "storage"), ["cloud_essd"]);
        assert!(call.unknown_names.is_empty(), "{:?}", call.unknown_names);
        let method = call.argument("BackupMethod").unwrap();
        assert_eq!((method.name.text(), method.place.text()), ("BackupMethod", "\"Logical\""));
    }
    let options = program("new()").replace("new CustomResourceOptions {", "new() {");
    assert!(call(&options).unknown_names.is_empty(), "{:?}", call(&options).unknown_names);
    let namespace = "using Pulumi.AliCloud.Rds;\nclass S : Pulumi.Stack {\n  public S() { new RdsBackup(\"x\", new RdsBackupArgs { DbInstanceId = \"rm-1\" }); }\n}\n";
    assert_eq!(values(&call(namespace), "DbInstanceId"), ["not given"]);
    assert_eq!(values(&call(namespace), "DBInstanceId"), ["rm-1"]);
    let open = "using Pulumi.AliCloud.Rds;\nnew RdsBackup(\"nightly\", args);\n";
    assert!(values(&call(open), "BackupMethod")[0].starts_with('?'));
}

#[test]
fn requests_that_leave_what_is_seen() {
    let call = call(&class(
        NEW,
        "var r = new CreateBackupRequest { DBInstanceId = \"rm-1\" };\nFill(r);\nclient.CreateBackup(r);",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["?it is given to `Fill`, which may change it"]);
    let call = self::call(&class(NEW, "var r = new CreateBackupRequest { DBInstanceId = \"rm-1\" };"));
    assert_eq!(values(&call, "BackupMethod"), ["?what becomes of the request is not known"]);
}

#[test]
fn wrappers_of_a_project() {
    let wrapper = format!(
        "{NEW}\nnamespace Acme.Rds;\npublic class Backups\n{{\n  private readonly Client _client;\n  public Backups(Client client) => _client = client;\n  public Task Start(string id, string method = \"Physical\", string? type = null)\n    => _client.CreateBackupAsync(new CreateBackupRequest {{ DBInstanceId = id, BackupMethod = method, BackupType = type }});\n}}\n"
    );
    let user =
        "using Acme.Rds;\nvar backups = new Backups(client);\nawait backups.Start(\"rm-1\", type: \"FullBackup\");\n";
    let extraction = extract(&[("src/Rds/Backups.cs", &wrapper), ("src/Program.cs", user), ("src/A.csproj", "")]);
    let found: Vec<_> =
        extraction.calls.iter().map(|c| (values(c, "DBInstanceId"), values(c, "BackupMethod"))).collect();
    assert_eq!(found, [(vec!["rm-1".to_owned()], vec!["Physical".to_owned()])]);
    assert_eq!(values(&extraction.calls[0], "BackupType"), ["FullBackup"]);
    assert_eq!(extraction.calls[0].head.source.path(), "src/Rds/Backups.cs");
}

#[test]
fn coverage_has_one_entry_for_each_file() {
    let extraction = extract(&[
        ("A.cs", "class A { string x = \"CreateBackup\"; } // aliyun\n"),
        (
            "B.cs",
            "using AlibabaCloud.SDK.Rds20140815.Models;\nclass B { void F( { client.CreateBackup(new CreateBackupRequest { }\n",
        ),
        (
            "C.cs",
            "// This file is auto-generated, don't edit it. Thanks.\nnamespace AlibabaCloud.SDK.Rds20140815.Models\n{\n  public class CreateBackupRequest : TeaModel { }\n}\n",
        ),
    ]);
    let seen: Vec<_> = extraction.coverage.iter().map(|c| (c.path.as_str(), c.status)).collect();
    assert_eq!(seen.len(), 3);
    assert_eq!((seen[0], seen[2]), (("A.cs", CoverageStatus::Judged), ("C.cs", CoverageStatus::Judged)));
    assert_eq!(seen[1].1, CoverageStatus::InPart);
    assert!(!CSharp.claims(Path::new("a.vb"), b""));
}

#[test]
fn hostile_files_end() {
    let vendor = "// aliyun CreateBackup\n";
    let method = |body: String| format!("class A {{ void F() {{ {body} }} }}");
    let deep = method(format!("{}x{};", "f(".repeat(3_000), ")".repeat(3_000)));
    let chain = method(format!("x{};", ".A()".repeat(20_000)));
    let sums = method(format!("x = a{};", " + a".repeat(20_000)));
    let fallbacks = method(format!("x = a{};", " ?? a".repeat(5_000)));
    let nested = "class A { ".repeat(2_000);
    let namespaces = "namespace A { ".repeat(2_000);
    let wide = method((0..3_000).map(|i| format!("if (c{i}) x = {i};\n")).collect());
    let ifs = method(format!("{} x();", "if (a) ".repeat(3_000)));
    let arms = method(format!(
        "switch (a) {{ {} }}",
        (0..2_000).map(|i| format!("case {i}: x = {i}; break;\n")).collect::<String>()
    ));
    let cases = method(format!("switch (a) {{ {} x(); break; }}", "case 1: ".repeat(3_000)));
    let values = method(format!("x = a switch {{ {} }};", "1 => 2, ".repeat(3_000)));
    let patterns = method(format!("x = a is {}1{};", "(".repeat(3_000), ")".repeat(3_000)));
    let lambdas = method(format!("{}1{};", "f(x => ".repeat(3_000), ")".repeat(3_000)));
    let news = method(format!("x = {}{};", "new() { A = ".repeat(2_000), "}".repeat(2_000)));
    let types = format!("class A {{ {}string{} x; }}", "Foo<".repeat(3_000), ">".repeat(3_000));
    let classes: String =
        (0..3_000).map(|i| format!("class A{i} : A{} {{ static int x = A{}.x; }}\n", i + 1, i + 2)).collect();
    let usings: String = (0..3_000).map(|i| format!("using A.B{i};\n")).collect();
    let names = usings + &method((0..3_000).map(|i| format!("x = N{i};\n")).collect());
    let holes = method(format!("x = {}a{};", "$\"{".repeat(1_000), "}\"".repeat(1_000)));
    for program in [
        deep, chain, sums, fallbacks, nested, namespaces, wide, ifs, arms, cases, values, patterns, lambdas, news,
        types, classes, names, holes,
    ] {
        let extraction = extract(&[("A.cs", &format!("{vendor}{program}"))]);
        assert_eq!(extraction.coverage.len(), 1);
    }
}
