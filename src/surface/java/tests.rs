use std::path::Path;

use super::*;
use crate::model::{Call, CoverageStatus};
use crate::surface::tests::{self as shared, fact, values};
use crate::surface::{Extraction, Surface};

mod lookalikes;
mod values;

/// Extracts from files, of which those with a needle are hits.
fn extract(files: &[(&str, &str)]) -> Extraction {
    shared::extract(&Java, files)
}

fn calls(program: &str) -> Vec<Call> {
    extract(&[("A.java", program)]).calls
}

/// The only call of a program.
fn call(program: &str) -> Call {
    shared::only(calls(program), program)
}

/// A class with a method that has these statements.
fn class(imports: &str, body: &str) -> String {
    format!(
        "package com.acme;\n\n{imports}\n\npublic class A {{\n  void run(Client client) throws Exception {{\n{body}\n  }}\n}}\n"
    )
}

fn new_sdk(body: &str) -> String {
    class("import com.aliyun.rds20140815.models.*;\nimport java.util.*;", body)
}

fn old_sdk(body: &str) -> String {
    class("import com.aliyuncs.rds.model.v20140815.CreateBackupRequest;", body)
}

fn async_sdk(body: &str) -> String {
    class("import com.aliyun.sdk.service.rds20140815.models.CreateBackupRequest;\nimport java.util.*;", body)
}

#[test]
fn setters_of_the_new_sdk() {
    let call = call(&new_sdk(
        "    CreateBackupRequest request = new CreateBackupRequest()\n        .setDBInstanceId(\"rm-1\")\n        .setBackupMethod(\"Logical\").setBackupRetentionPeriod(7L);\n    request.setDBName(\"shop\");\n    client.createBackupWithOptions(request, runtime);\n    request.setBackupType(\"Auto\");",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "BackupRetentionPeriod"), ["7"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    assert_eq!(values(&call, "BackupType"), ["not given"]);
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("setBackupMethod", "\"Logical\""));
    assert!(method.literal.is_some() && method.value.alternatives()[0].steps.is_empty());
    assert_eq!(
        (call.head.text(), call.subject.as_str()),
        ("new CreateBackupRequest", "A.run: new CreateBackupRequest")
    );
}

#[test]
fn fields_and_wrong_names_of_the_new_sdk() {
    let call = call(&new_sdk(
        "    CreateBackupRequest r = new CreateBackupRequest();\n    r.DBInstanceId = \"rm-1\";\n    r.backupMethod = \"Snapshot\";\n    r.setDbName(\"x\");\n    client.createBackup(r);",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
    let [unknown] = call.unknown_names.as_slice() else { panic!("{:#?}", call.unknown_names) };
    assert_eq!(
        (unknown.place.text(), unknown.instead.as_deref(), unknown.refused),
        ("setDbName", Some("setDBName"), true)
    );
}

#[test]
fn builders_of_the_asynchronous_sdk() {
    let call = call(&async_sdk(
        "    client.createBackup(CreateBackupRequest.builder()\n        .DBInstanceId(\"rm-1\")\n        .backupMethod(\"Physical\")\n        .backupType(\"FullBackup\")\n        .build()).get();",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Physical"]);
    assert_eq!(values(&call, "BackupType"), ["FullBackup"]);
    assert_eq!(call.argument("DBInstanceId").unwrap().name.text(), "DBInstanceId");
    assert_eq!(call.head.text(), "CreateBackupRequest.builder");
    let program = async_sdk(
        "    CreateBackupRequest.Builder b = CreateBackupRequest.builder();\n    b.dbInstanceId(\"rm-1\");\n    if (full) b.backupType(\"FullBackup\");\n    client.createBackup(b.build());",
    );
    let call = self::call(&program);
    assert_eq!(call.unknown_names[0].instead.as_deref(), Some("DBInstanceId"));
    assert_eq!(values(&call, "BackupType"), ["", "FullBackup"]);
}

#[test]
fn requests_of_the_old_sdk() {
    let call = call(&old_sdk(
        "    CreateBackupRequest r = new CreateBackupRequest();\n    r.setSysRegionId(\"cn-hangzhou\");\n    r.setDBInstanceId(\"rm-1\");\n    r.setBackupMethod(System.getenv(\"METHOD\"));\n    r.putQueryParameter(\"DBName\", \"a\");\n    client.getAcsResponse(r);",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["?environment variable `METHOD` has no default"]);
    assert_eq!(values(&call, "DBName"), ["a"]);
    assert!(call.unknown_names.is_empty(), "{:?}", call.unknown_names);
}

#[test]
fn full_names_without_an_import() {
    let call = call(
        "class A {\n  void run() {\n    var r = new com.aliyun.rds20140815.models.CreateBackupRequest();\n    r.setDBInstanceId(\"rm-1\");\n    client.createBackup(r);\n  }\n}\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    let call = self::call(
        "class A {\n  void run() {\n    client.createBackup(com.aliyun.sdk.service.rds20140815.models.CreateBackupRequest.builder().DBInstanceId(\"rm-1\").build());\n  }\n}\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
}

#[test]
fn generic_requests() {
    let body = |proof: &str| {
        class(
            "import com.aliyuncs.CommonRequest;",
            &format!(
                "    CommonRequest r = new CommonRequest();\n    {proof}\n    r.setSysAction(\"CreateBackup\");\n    r.putQueryParameter(\"DBInstanceId\", \"rm-1\");\n    r.putQueryParameter(\"BackupMethd\", \"x\");\n    client.getCommonResponse(r); // aliyun"
            ),
        )
    };
    for proof in
        ["r.setSysVersion(\"2014-08-15\");", "r.setSysProduct(\"Rds\");", "r.setSysDomain(\"rds.aliyuncs.com\");"]
    {
        let call = call(&body(proof));
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
        assert_eq!(call.unknown_names[0].nearest.as_deref(), Some("BackupMethod"));
    }
    for other in ["r.setSysVersion(\"2015-12-01\");", "r.setSysProduct(\"Dds\");", ""] {
        assert_eq!(calls(&body(other)).len(), 0, "{other}");
    }
    let tea = class(
        "import com.aliyun.teaopenapi.models.*;\nimport java.util.*;",
        "    Params p = new Params().setAction(\"CreateBackup\").setVersion(\"2014-08-15\").setStyle(\"RPC\");\n    Map<String, Object> q = new HashMap<>();\n    q.put(\"DBInstanceId\", \"rm-1\");\n    q.put(\"BackupMethod\", \"Logical\");\n    OpenApiRequest request = new OpenApiRequest().setQuery(com.aliyun.openapiutil.Client.query(q));\n    client.callApi(p, request, runtime);",
    );
    assert_eq!(values(&call(&tea), "BackupMethod"), ["Logical"]);
}

#[test]
fn commands_and_urls() {
    let call = call(&class(
        "import java.util.*;",
        "    new ProcessBuilder(\"aliyun\", \"rds\", \"CreateBackup\", \"--DBInstanceId\", id, \"--BackupMethod\", \"Logical\").start();",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "\"Logical\"");
    let call = self::call(&class(
        "import java.util.*;",
        "    List<String> cmd = new ArrayList<>(Arrays.asList(\"aliyun\", \"rds\", \"CreateBackup\"));\n    cmd.add(\"--DBInstanceId\");\n    cmd.add(\"rm-1\");\n    ProcessBuilder pb = new ProcessBuilder();\n    pb.command(cmd);",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    let call = self::call(&class(
        "",
        "    Runtime.getRuntime().exec(\"aliyun rds CreateBackup --DBInstanceId \" + id + \" --BackupMethod Snapshot\");",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
    let call = self::call(&class(
        "",
        "    Runtime.getRuntime().exec(new String[] {\"/bin/sh\", \"-c\", \"aliyun rds CreateBackup --DBInstanceId rm-1\"});",
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    let call = self::call(&class(
        "import java.net.URL;",
        "    String u = \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1&BackupMethod=Logical\";\n    new URL(u).openStream();",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Logical");
}

#[test]
fn pulumi_resources_and_their_instances() {
    let program = class(
        "import com.pulumi.alicloud.rds.*;",
        "    var main = new Instance(\"main\", InstanceArgs.builder().engine(\"PostgreSQL\").dbInstanceStorageType(\"cloud_essd\").build());\n    new RdsBackup(\"nightly\", RdsBackupArgs.builder()\n        .dbInstanceId(main.id())\n        .backupMethod(\"Logical\")\n        .build());",
    );
    let call = call(&program);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(fact(&call, "engine"), ["PostgreSQL"]);
    assert_eq!(fact(&call, "storage"), ["cloud_essd"]);
    assert!(call.unknown_names.is_empty(), "{:?}", call.unknown_names);
    let open = class("import com.pulumi.alicloud.rds.RdsBackup;", "    new RdsBackup(\"nightly\", args);");
    assert!(values(&self::call(&open), "BackupMethod")[0].starts_with('?'));
}

#[test]
fn requests_that_leave_what_is_seen() {
    let call = call(&new_sdk(
        "    CreateBackupRequest r = new CreateBackupRequest().setDBInstanceId(\"rm-1\");\n    fill(r);\n    client.createBackup(r);",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["?it is given to `fill`, which may change it"]);
    let call = self::call(&new_sdk("    CreateBackupRequest r = new CreateBackupRequest().setDBInstanceId(\"rm-1\");"));
    assert_eq!(values(&call, "BackupMethod"), ["?what becomes of the request is not known"]);
}

#[test]
fn coverage_has_one_entry_for_each_file() {
    let extraction = extract(&[
        ("A.java", "class A { String x = \"CreateBackup\"; } // aliyun\n"),
        (
            "B.java",
            "import com.aliyun.rds20140815.models.*;\nclass B { void f( { client.createBackup(new CreateBackupRequest( }\n",
        ),
        (
            "C.java",
            "// This file is auto-generated, don't edit it. Thanks.\npackage com.aliyun.rds20140815.models;\npublic class CreateBackupRequest extends TeaModel {}\n",
        ),
    ]);
    let seen: Vec<_> = extraction.coverage.iter().map(|c| (c.path.as_str(), c.status)).collect();
    assert_eq!(seen.len(), 3);
    assert_eq!((seen[0], seen[2]), (("A.java", CoverageStatus::Judged), ("C.java", CoverageStatus::Judged)));
    assert_eq!(seen[1].1, CoverageStatus::InPart);
    assert!(!Java.claims(Path::new("a.kt"), b""));
}

#[test]
fn hostile_files_end() {
    let vendor = "// aliyun createBackup\n";
    let deep = format!("class A {{ void f() {{ {}x{}; }} }}", "f(".repeat(3_000), ")".repeat(3_000));
    let chain = format!("class A {{ void f() {{ x{}; }} }}", ".a()".repeat(20_000));
    let nested = "class A { ".repeat(2_000);
    let wide: String = (0..3_000).map(|i| format!("if (c{i}) x = {i};\n")).collect();
    let wide = format!("class A {{ void f() {{ {wide} }} }}");
    let switches =
        format!("class A {{ void f() {{ {} {} }} }}", "switch (a) { case 1: ".repeat(3_000), "}".repeat(3_000));
    let ifs = format!("class A {{ void f() {{ {} x(); }} }}", "if (a) ".repeat(3_000));
    let arms: String = (0..2_000).map(|i| format!("case {i}: x = {i};\n")).collect();
    let arms = format!("class A {{ void f() {{ switch (a) {{ {arms} }} }} }}");
    let news =
        format!("class A {{ void f() {{ {}1{} }} }}", "new A() { void f() { x(".repeat(2_000), "); } };".repeat(2_000));
    let types = format!("class A {{ {}String{} x; }}", "Foo<".repeat(3_000), ">".repeat(3_000));
    let annotations = format!("class A {{ {} String x; }}", "@Value(\"${a:b}\") ".repeat(3_000));
    for program in [deep, chain, nested, wide, switches, ifs, arms, news, types, annotations] {
        let extraction = extract(&[("A.java", &format!("{vendor}{program}"))]);
        assert_eq!(extraction.coverage.len(), 1);
    }
}

#[test]
fn classes_that_are_made_of_each_other_end() {
    let user = "package com.acme;\nimport com.aliyun.rds20140815.models.*;\nclass A {\n  B1 b;\n  A(B1 b, A a) { this.b = b; }\n  void run() { client.createBackup(new CreateBackupRequest().setDBInstanceId(b.id())); }\n}\n";
    let others: Vec<(String, String)> = (1..=4)
        .map(|n| {
            let text = format!(
                "package com.acme;\npublic class B{n} {{\n  B{0} other; A a;\n  B{n}(B{0} x, A y) {{ this.x = x; }}\n  String id() {{ return x.id(); }}\n}}\n",
                n % 4 + 1
            );
            (format!("com/acme/B{n}.java"), text)
        })
        .collect();
    let mut files = vec![("com/acme/A.java", user)];
    files.extend(others.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    assert_eq!(extract(&files).calls.len(), 1);
}
