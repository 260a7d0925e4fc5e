//! What tells the classes of the SDK from others of their names.

use super::*;

const REQUEST: &str = "var r = new CreateBackupRequest { DBInstanceId = \"rm-1\" };\nrdsClient.CreateBackup(r);";

#[test]
fn ways_to_make_a_class_known() {
    for (usings, body) in [
        (NEW, REQUEST.to_owned()),
        ("using Models = AlibabaCloud.SDK.Rds20140815.Models;", REQUEST.replace("new C", "new Models.C")),
        ("using Rds = AlibabaCloud.SDK.Rds20140815;", REQUEST.replace("new C", "new Rds.Models.C")),
        ("using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;", REQUEST.to_owned()),
        (
            "using Backup = AlibabaCloud.SDK.Rds20140815.Models.CreateBackupRequest;",
            REQUEST.replace("CreateBackupRequest", "Backup"),
        ),
        ("global using AlibabaCloud.SDK.Rds20140815.Models;", REQUEST.to_owned()),
        ("", REQUEST.replace("new C", "new AlibabaCloud.SDK.Rds20140815.Models.C")),
        ("", REQUEST.replace("new C", "new global::AlibabaCloud.SDK.Rds20140815.Models.C")),
        (OLD, REQUEST.replace("CreateBackup(r)", "DoAction(r)")),
    ] {
        assert_eq!(values(&call(&class(usings, &body)), "DBInstanceId"), ["rm-1"], "{usings}\n{body}");
    }
}

#[test]
fn namespaces() {
    let file = format!("namespace Acme;\n\n{NEW}\n\nclass A {{ void F() {{ {REQUEST} }} }}\n");
    let inner = format!("namespace Acme\n{{\n  {NEW}\n  class A {{ void F() {{ {REQUEST} }} }}\n}}\n");
    let near = format!(
        "namespace AlibabaCloud.SDK.Sample\n{{\n  class A {{ void F() {{ {} }} }}\n}}\n",
        REQUEST.replace("new C", "new Rds20140815.Models.C")
    );
    let top = format!("{NEW}\n{REQUEST}\n");
    let configured = format!("#if OLD\nusing Aliyun.Acs.Core;\n#else\n{NEW}\n#endif\n{REQUEST}\n");
    for program in [file, inner, near, top, configured] {
        assert_eq!(values(&call(&program), "DBInstanceId"), ["rm-1"], "{program}");
    }
}

#[test]
fn usings_of_the_whole_project() {
    let program = class("// Alibaba Cloud", REQUEST);
    for (path, text) in [
        ("src/GlobalUsings.cs", "global using AlibabaCloud.SDK.Rds20140815.Models;\n"),
        (
            "src/A.csproj",
            "<Project>\n<ItemGroup>\n<Using Include=\"AlibabaCloud.SDK.Rds20140815.Models\" />\n</ItemGroup>\n</Project>\n",
        ),
        (
            "src/GlobalUsings.cs",
            "global using CreateBackupRequest = AlibabaCloud.SDK.Rds20140815.Models.CreateBackupRequest;\n",
        ),
    ] {
        let extraction = extract(&[("src/Jobs/A.cs", &program), (path, text), ("src/B.csproj", "")]);
        let found: Vec<_> = extraction.calls.iter().map(|call| values(call, "DBInstanceId")).collect();
        assert_eq!(found, [["rm-1"]], "{path} {text}");
    }
    let other = [("a/A.cs", program.as_str()), ("b/G.cs", "global using AlibabaCloud.SDK.Rds20140815.Models;\n")];
    assert_eq!(extract(&other).calls.len(), 0);
}

#[test]
fn classes_of_the_same_name_elsewhere() {
    for usings in [
        "using AlibabaCloud.SDK.Dds20151201.Models;",
        "using AlibabaCloud.SDK.Polardb20170801.Models;",
        "using Aliyun.Acs.Dds.Model.V20151201;",
        "using Amazon.DynamoDBv2.Model;",
        "using TencentCloud.Cdb.V20170320.Models;",
        "using Google.Cloud.Spanner.Admin.Database.V1;",
        "using CreateBackupRequest = Amazon.DynamoDBv2.Model.CreateBackupRequest;",
        "",
    ] {
        let program = class(usings, REQUEST) + "// aliyun 2014-08-15\n";
        assert_eq!(calls(&program).len(), 0, "{program}");
    }
}

#[test]
fn texts_and_declarations() {
    for program in [
        "// aliyun rds CreateBackup --DBInstanceId rm-1\nclass A { /// <summary>CreateBackup of 2014-08-15</summary>\n void CreateBackup() { log.LogInformation(\"aliyun rds CreateBackup\"); } }",
        "namespace Aliyun.Acs.Rds.Model.V20140815\n{\n  public class CreateBackupRequest : RpcAcsRequest<CreateBackupResponse>\n  {\n    public CreateBackupRequest() : base(\"Rds\", \"2014-08-15\", \"CreateBackup\", \"rds\", \"openAPI\") { }\n    private string backupMethod;\n    public string BackupMethod { get { return backupMethod; } set { backupMethod = value; DictionaryUtil.Add(QueryParameters, \"BackupMethod\", value); } }\n  }\n}",
        "class A { void F() { Console.WriteLine(\"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15\"); } }",
        "class CreateBackupRequest { public string Method; } // aliyun\nclass B { void F() { rds.CreateBackup(new CreateBackupRequest()); } }",
        "using Aliyun.Acs.Rds.Model.V20140815;\nclass Dto : CreateBackupRequest { public string Guid { get; set; } }",
        "interface IRdsService { Task<CreateBackupResponse> CreateBackup(CreateBackupRequest request); } // 2014-08-15",
        "using AlibabaCloud.SDK.Rds20140815.Models;\nvar x = nameof(CreateBackupRequest); var t = typeof(CreateBackupRequest);",
    ] {
        assert_eq!(calls(program).len(), 0, "{program}");
    }
}

#[test]
fn a_class_of_the_namespace_goes_before_those_that_are_imported() {
    let user = format!("{NEW}\nnamespace Acme.Jobs;\nclass A {{ void F() {{ {REQUEST} }} }}\n");
    let own = |namespace: &str| format!("namespace {namespace};\npublic class CreateBackupRequest {{ }}\n");
    let found = |namespace: &str| extract(&[("A.cs", &user), ("CreateBackupRequest.cs", &own(namespace))]).calls.len();
    assert_eq!((found("Acme.Jobs"), found("Acme"), found("Other")), (0, 0, 1));
    assert_eq!(found("AlibabaCloud.SDK.Rds20140815.Models"), 1);
}
