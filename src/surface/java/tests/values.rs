//! Values on their way to a call.

use super::*;

/// The calls of a class with these members, of which one is the method of a request.
fn member(members: &str) -> Call {
    call(&format!(
        "package com.acme;\nimport com.aliyun.rds20140815.models.*;\nimport java.util.*;\nimport org.springframework.beans.factory.annotation.Value;\n\npublic class A {{\n{members}\n}}\n"
    ))
}

/// The method of a call whose method is this expression.
fn method(members: &str, expression: &str) -> Vec<String> {
    let call = member(&format!(
        "{members}\n  void run(String given, String[] args) {{\n    client.createBackup(new CreateBackupRequest().setDBInstanceId(\"rm-1\").setBackupMethod({expression}));\n  }}"
    ));
    values(&call, "BackupMethod")
}

#[test]
fn constants_and_fields() {
    assert_eq!(method("  static final String METHOD = \"Logical\";", "METHOD"), ["Logical"]);
    assert_eq!(method("  private final String method = \"Logical\";", "this.method"), ["Logical"]);
    assert_eq!(method("  private final String method = \"Logical\";", "method"), ["Logical"]);
    assert_eq!(method("  static class C { static final String M = \"Snap\" + \"shot\"; }", "C.M"), ["Snapshot"]);
    assert_eq!(
        method(
            "  private final String method;\n  A() { this(\"Physical\"); }\n  A(String m) { method = m; }",
            "method"
        ),
        ["?`m` is a parameter of `init`"]
    );
    assert_eq!(method("  private String method;\n  A() { method = \"Physical\"; }", "method"), ["Physical"]);
    assert_eq!(method("  enum M { LOGICAL, SNAPSHOT }", "M.LOGICAL.name()"), ["LOGICAL"]);
    assert_eq!(
        method(
            "  enum M { LOGICAL(\"Logical\"), SNAPSHOT(\"Snapshot\"); private final String v; M(String v) { this.v = v; } String v() { return v; } }",
            "M.SNAPSHOT.v()"
        ),
        ["Snapshot"]
    );
    assert_eq!(
        method("  record Job(String id, String method) {}", "new Job(\"x\", \"Logical\").method()"),
        ["Logical"]
    );
}

#[test]
fn ways_of_a_constant_are_told() {
    let call = member(
        "  static final String METHOD = \"Logical\";\n  void run() {\n    client.createBackup(new CreateBackupRequest().setBackupMethod(METHOD));\n  }",
    );
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(method.place.text(), "METHOD");
    assert_eq!(method.value.alternatives()[0].steps.last().unwrap().place.text(), "\"Logical\"");
    assert!(method.literal.is_none());
}

#[test]
fn texts_that_are_made() {
    assert_eq!(method("", "String.format(\"%s%s\", \"Logi\", \"cal\")"), ["Logical"]);
    assert_eq!(method("", "\"logical\".toUpperCase()"), ["LOGICAL"]);
    assert_eq!(method("", "String.join(\",\", List.of(\"a\", \"b\"))"), ["a,b"]);
    assert_eq!(method("", "new StringBuilder(\"Logi\").append(\"cal\").toString()"), ["Logical"]);
    assert_eq!(method("", "\"\"\"\n      Logical\"\"\""), ["Logical"]);
    assert_eq!(method("", "String.valueOf(3 + 4)"), ["7"]);
    assert_eq!(method("", "\"a\\tb\\u0041\""), ["a\tbA"]);
}

#[test]
fn values_from_outside() {
    assert_eq!(method("", "given"), ["?`given` is a parameter of `run`"]);
    assert_eq!(method("", "System.getenv(\"M\")"), ["?environment variable `M` has no default"]);
    let call = member(
        "  @Value(\"${backup.method:Logical}\")\n  private String method;\n  @Value(\"${instance}\") String id;\n  void run() {\n    client.createBackup(new CreateBackupRequest().setDBInstanceId(id).setBackupMethod(method).setDBName(Optional.ofNullable(System.getenv(\"DB\")).orElse(\"shop\")));\n  }",
    );
    let overridable = |name: &str| call.argument(name).unwrap().value.alternatives()[0].overridable;
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    assert!(overridable("BackupMethod") && overridable("DBName"));
    assert_eq!(values(&call, "DBInstanceId"), ["?setting `instance` has no default"]);
    let call = member(
        "  private final String method;\n  A(@Value(\"${m:Snapshot}\") String m) { this.method = m; }\n  void run() {\n    client.createBackup(new CreateBackupRequest().setBackupMethod(method));\n  }",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
    assert!(call.argument("BackupMethod").unwrap().value.alternatives()[0].overridable);
}

#[test]
fn choices() {
    assert_eq!(method("", "full ? \"Physical\" : \"Logical\""), ["Physical", "Logical"]);
    assert_eq!(
        method("", "switch (given) { case \"a\", \"b\" -> \"Physical\"; default -> \"Logical\"; }"),
        ["Physical", "Physical", "Logical"]
    );
    let call = member(
        "  void run(String kind) {\n    String m;\n    switch (kind) {\n      case \"full\":\n      case \"all\":\n        m = \"Physical\";\n        break;\n      default:\n        m = \"Logical\";\n    }\n    CreateBackupRequest r = new CreateBackupRequest().setBackupMethod(m);\n    if (\"Logical\".equals(m)) { r.setBackupStrategy(\"db\"); } else if (m.isEmpty()) { return; }\n    client.createBackup(r);\n  }",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Physical", "Logical"]);
    assert!(values(&call, "BackupStrategy").contains(&"db".to_owned()));
}

#[test]
fn loops_over_what_is_known() {
    let instances = |call: &[Call]| call.iter().map(|c| values(c, "DBInstanceId").join("|")).collect::<Vec<_>>();
    let body = |text: &str| calls(&new_sdk(text));
    let each = "    for (String id : List.of(\"rm-1\", \"rm-2\")) {\n      client.createBackup(new CreateBackupRequest().setDBInstanceId(id));\n    }";
    assert_eq!(instances(&body(each)), ["rm-1", "rm-2"]);
    let counted = "    String[] ids = {\"rm-1\", \"rm-2\"};\n    for (int i = 0; i < ids.length; i++) {\n      client.createBackup(new CreateBackupRequest().setDBInstanceId(ids[i]));\n    }";
    assert_eq!(instances(&body(counted)), ["rm-1", "rm-2"]);
    let map = "    Map<String, String> m = Map.of(\"rm-1\", \"MariaDB\");\n    m.forEach((id, engine) -> client.createBackup(new CreateBackupRequest().setDBInstanceId(id)));";
    let found = body(map);
    assert_eq!((instances(&found), fact(&found[0], "engine")), (vec!["rm-1".to_owned()], vec!["MariaDB".to_owned()]));
    let entries = "    Map<String, String> m = new HashMap<>() {{ put(\"rm-1\", \"Logical\"); }};\n    for (Map.Entry<String, String> e : m.entrySet()) {\n      client.createBackup(new CreateBackupRequest().setDBInstanceId(e.getKey()).setBackupMethod(e.getValue()));\n    }";
    let found = body(entries);
    assert_eq!(
        (instances(&found), values(&found[0], "BackupMethod")),
        (vec!["rm-1".to_owned()], vec!["Logical".to_owned()])
    );
}

#[test]
fn functions_and_overloads() {
    let call = member(
        "  void nightly() { backup(\"rm-1\"); }\n  void backup(String id) { backup(id, \"Logical\"); }\n  void backup(String id, String method) {\n    client.createBackup(request(id, method));\n  }\n  private static CreateBackupRequest request(String id, String method) {\n    CreateBackupRequest r = new CreateBackupRequest();\n    r.setDBInstanceId(id);\n    r.setBackupMethod(method);\n    return r;\n  }",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
}

#[test]
fn lambdas_and_classes_without_names() {
    for run in [
        "pool.submit(() -> client.createBackup(new CreateBackupRequest().setDBInstanceId(\"rm-1\")));",
        "try { client.createBackup(new CreateBackupRequest().setDBInstanceId(\"rm-1\")); } catch (Exception e) { log.warn(e); }",
        "new Thread(new Runnable() { @Override public void run() { client.createBackup(new CreateBackupRequest().setDBInstanceId(\"rm-1\")); } }).start();",
        "CreateBackupRequest r = new CreateBackupRequest().setDBInstanceId(\"rm-1\"); retry(client::createBackup, r);",
    ] {
        assert_eq!(values(&call(&new_sdk(run)), "DBInstanceId"), ["rm-1"], "{run}");
    }
}

#[test]
fn constants_of_other_files() {
    let user = |imports: &str, method: &str| {
        format!(
            "package com.acme.jobs;\nimport com.aliyun.rds20140815.models.*;\n{imports}\nclass A {{ void f() {{ client.createBackup(new CreateBackupRequest().setBackupMethod({method})); }} }}\n"
        )
    };
    let config = "package com.acme.config;\npublic class Config {\n  public static final String METHOD = \"Logical\";\n  static String method() { return METHOD; }\n}\n";
    for (imports, method) in [
        ("import com.acme.config.Config;", "Config.METHOD"),
        ("import com.acme.config.Config;", "Config.method()"),
        ("import static com.acme.config.Config.METHOD;", "METHOD"),
        ("import static com.acme.config.Config.*;", "METHOD"),
        ("import com.acme.config.*;", "Config.METHOD"),
        ("", "com.acme.config.Config.METHOD"),
    ] {
        let program = user(imports, method);
        let extraction =
            extract(&[("src/com/acme/jobs/A.java", &program), ("src/com/acme/config/Config.java", config)]);
        let found = values(&extraction.calls[0], "BackupMethod");
        if imports.is_empty() {
            assert!(found[0].starts_with('?'), "{found:?}");
        } else {
            assert_eq!(found, ["Logical"], "{imports}");
        }
    }
    let program = user("", "Config.METHOD");
    let extraction = extract(&[("src/com/acme/jobs/A.java", &program), ("src/com/acme/jobs/Config.java", config)]);
    assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical"]);
}

#[test]
fn callers_in_other_files() {
    let service = "package com.acme;\nimport com.aliyun.rds20140815.models.*;\npublic class BackupService {\n  void backup(String id, String method) {\n    client.createBackup(new CreateBackupRequest().setDBInstanceId(id).setBackupMethod(method));\n  }\n}\n";
    let user = "package com.acme;\npublic class Main {\n  public static void main(String[] args) { new BackupService().backup(\"rm-1\", \"Logical\"); }\n}\n";
    let extraction = extract(&[("com/acme/BackupService.java", service), ("com/acme/Main.java", user)]);
    let found: Vec<_> = extraction.calls.iter().map(|c| values(c, "BackupMethod").join("|")).collect();
    assert_eq!(found, ["Logical"]);
}

#[test]
fn annotations_and_executors_start_calls() {
    let request = "CreateBackupRequest r = new CreateBackupRequest();\n    r.setDBInstanceId(\"rm-1\");\n    client.getAcsResponse(r);";
    let head = "import com.aliyuncs.rds.model.v20140815.CreateBackupRequest;\nimport com.aliyuncs.DefaultAcsClient;\n";
    let starts = |method: &str| {
        let call = call(&format!("{head}class A {{\n  DefaultAcsClient client;\n  {method}\n}}\n"));
        call.runs.starts.iter().map(|s| (s.text.clone(), s.per_day.clone())).collect::<Vec<_>>()
    };
    for (mark, times) in [
        ("cron = \"0 */15 * * * *\"", 96),
        ("fixedRate = 30 * 60 * 1000", 48),
        ("fixedDelay = 3600000", 24),
        ("fixedRateString = \"1800000\"", 48),
        ("fixedDelayString = \"PT1H\"", 24),
        ("fixedRate = 30, timeUnit = TimeUnit.MINUTES", 48),
        ("every = \"6h\"", 4),
    ] {
        let found = starts(&format!("@Scheduled({mark})\n  void run() {{\n    {request}\n  }}"));
        assert_eq!(found.len(), 1, "{mark}");
        assert_eq!(found[0].1, crate::model::Often::Times(times), "{mark}");
    }
    let pool = "void go(java.util.concurrent.ScheduledExecutorService s) {\n    s.scheduleAtFixedRate(() -> {\n    REQUEST\n    }, 0, 30, TimeUnit.MINUTES);\n  }";
    assert_eq!(starts(&pool.replace("REQUEST", request)), [("30".to_owned(), crate::model::Often::Times(48))]);
    assert_eq!(starts(&format!("void run() {{\n    {request}\n  }}")), []);
}

#[test]
fn objects_that_somebody_outside_makes() {
    let user = "package com.acme;\nimport com.aliyun.rds20140815.models.*;\nclass A {\n  private final Settings settings;\n  A(Settings settings) { this.settings = settings; }\n  void run() { client.createBackup(new CreateBackupRequest().setDBInstanceId(settings.getId()).setBackupMethod(settings.getMethod())); }\n}\n";
    for settings in [
        "@Data @ConfigurationProperties public class Settings {\n  private String method = \"Logical\";\n  private String id;\n}\n",
        "public class Settings {\n  private String method = \"Logical\";\n  private String id;\n  public String getMethod() { return method; }\n  public void setMethod(String m) { method = m; }\n}\n",
    ] {
        let settings = format!("package com.acme;\n{settings}");
        let extraction = extract(&[("com/acme/A.java", user), ("com/acme/Settings.java", &settings)]);
        let [call] = extraction.calls.as_slice() else { panic!("{:#?}", extraction.calls) };
        assert_eq!(values(call, "BackupMethod"), ["Logical"]);
        assert!(call.argument("BackupMethod").unwrap().value.alternatives()[0].overridable);
        assert!(values(call, "DBInstanceId")[0].starts_with('?'));
    }
    let autowired = user
        .replace("  A(Settings settings) { this.settings = settings; }\n", "")
        .replace("private final", "@Autowired");
    let settings = "package com.acme;\n@Data class Settings { String method = \"Logical\"; }\n";
    let extraction = extract(&[("com/acme/A.java", &autowired), ("com/acme/Settings.java", settings)]);
    assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical"]);
    let set = member(
        "  static class Job { String method; }\n  void run() {\n    Job job = new Job();\n    job.setMethod(\"Snapshot\");\n    client.createBackup(new CreateBackupRequest().setBackupMethod(job.getMethod()));\n  }",
    );
    assert_eq!(values(&set, "BackupMethod"), ["Snapshot"]);
}
