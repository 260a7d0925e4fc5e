//! Values on their way to a call.

use super::*;

/// The calls of a class with these members, of which one is the method of a request.
fn member(members: &str) -> Call {
    call(&format!("{NEW}\nnamespace Acme;\n\npublic class A\n{{\n{members}\n}}\n"))
}

/// The method of a call whose method is this expression.
fn method(members: &str, expression: &str) -> Vec<String> {
    let call = member(&format!(
        "{members}\n  void Run(string given, string[] args)\n  {{\n    client.CreateBackup(new CreateBackupRequest {{ DBInstanceId = \"rm-1\", BackupMethod = {expression} }});\n  }}"
    ));
    values(&call, "BackupMethod")
}

#[test]
fn constants_fields_and_properties() {
    for (members, expression) in [
        ("  const string Method = \"Logical\";", "Method"),
        ("  private static readonly string METHOD = \"Logical\";", "A.METHOD"),
        ("  private readonly string _method = \"Logical\";", "_method"),
        ("  private readonly string _method = \"Logical\";", "this._method"),
        ("  public string Method { get; set; } = \"Logical\";", "Method"),
        ("  public string Method => \"Logical\";", "Method"),
        ("  static string Method => \"Logical\";", "Method"),
        ("  string Method { get { return \"Logical\"; } }", "Method"),
        ("  static class C { public const string M = \"Logi\" + \"cal\"; }", "C.M"),
        (
            "  static class C { public static class D { public const string M = \"Logical\"; static string N = M; } }",
            "C.D.M",
        ),
        ("  enum M { Logical, Snapshot }", "M.Logical.ToString()"),
        ("  enum M { Logical = 2 }", "nameof(M.Logical)"),
        ("  record Job(string Id, string Method = \"Logical\");", "new Job(\"x\").Method"),
        ("  record Job(string Id, string Method);", "new Job(\"x\", Method: \"Logical\").Method"),
        ("  class Job { public string Method { get; init; } }", "new Job { Method = \"Logical\" }.Method"),
        ("  class Job(string m) { public string Method { get; } = m; }", "new Job(\"Logical\").Method"),
        ("  class Job(string m) { public string Method() => m; }", "new Job(\"Logical\").Method()"),
        (
            "  class Job { public string M; public Job(string m) { M = m; } public Job() : this(\"Logical\") { } }",
            "new Job().M",
        ),
        (
            "  class Base { protected string M; protected Base(string m) { M = m; } public string Get() => M; }\n  class Job : Base { public Job() : base(\"Logical\") { } }",
            "new Job().Get()",
        ),
    ] {
        assert_eq!(method(members, expression), ["Logical"], "{members} {expression}");
    }
    assert_eq!(method("  private readonly string _m;\n  public A() { _m = \"Physical\"; }", "_m"), ["Physical"]);
    assert_eq!(
        method("  private readonly string _m;\n  public A(string m) => _m = m;", "_m"),
        ["?`m` is a parameter of `init`"]
    );
}

#[test]
fn what_a_class_is_made_from() {
    let call = call(&format!(
        "{NEW}\nclass A : Base {{ void Run() {{ client.CreateBackup(new CreateBackupRequest {{ DBInstanceId = InstanceId, BackupMethod = Method(), DBName = _db }}); }} }}\nabstract class Base {{ protected string InstanceId => \"rm-1\"; protected string _db = \"shop\"; protected string Method() => Settings.Method; }}\nstatic class Settings {{ public const string Method = \"Logical\"; }}\n"
    ));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
}

#[test]
fn what_a_property_sets_may_be_another_value() {
    let call = member(
        "  private string _m = \"Logical\";\n  public string Method { get => _m; set => _m = value; }\n  void Run() { client.CreateBackup(new CreateBackupRequest { BackupMethod = _m }); }",
    );
    let method = &call.argument("BackupMethod").unwrap().value.alternatives()[0];
    assert_eq!(
        (show(&call.argument("BackupMethod").unwrap().value), method.overridable),
        (vec!["Logical".to_owned()], true)
    );
}

#[test]
fn ways_of_a_constant_are_told() {
    let call = member(
        "  const string Method = \"Logical\";\n  void Run() {\n    client.CreateBackup(new CreateBackupRequest { BackupMethod = Method });\n  }",
    );
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(method.place.text(), "Method");
    assert_eq!(method.value.alternatives()[0].steps.last().unwrap().place.text(), "\"Logical\"");
    assert!(method.literal.is_none());
}

#[test]
fn texts_that_are_made() {
    for (expression, text) in [
        ("$\"Logi{\"cal\"}\"", "Logical"),
        ("$@\"a\\{1 + 2}\"", "a\\3"),
        ("@\"a\"\"b\"", "a\"b"),
        ("string.Format(\"{0}-{1}{{}}\", \"a\", 3)", "a-3{}"),
        ("string.Join(\",\", new[] { \"a\", \"b\" })", "a,b"),
        ("String.Join(\"-\", \"a\", \"b\")", "a-b"),
        ("string.Concat(\"a\", \"b\")", "ab"),
        ("\"logical\".ToUpperInvariant()", "LOGICAL"),
        ("new StringBuilder(\"Logi\").Append(\"cal\").ToString()", "Logical"),
        ("\"a,b\".Split(',')[1]", "b"),
        ("string.Empty + \"x\"", "x"),
        ("\"\"\"Logical\"\"\"", "Logical"),
        ("(string)\"x\" as string", "x"),
        ("\"x\"!", "x"),
    ] {
        assert_eq!(method("", expression), [text], "{expression}");
    }
}

#[test]
fn values_from_outside() {
    assert_eq!(method("", "given"), ["?`given` is a parameter of `Run`"]);
    assert_eq!(method("", "Environment.GetEnvironmentVariable(\"M\")"), ["?environment variable `M` has no default"]);
    let missing = "Environment.GetEnvironmentVariable(\"M\") ?? throw new InvalidOperationException(\"M\")";
    assert_eq!(method("", missing), ["?environment variable `M` has no default"]);
    for expression in [
        "Environment.GetEnvironmentVariable(\"M\") ?? \"Logical\"",
        "given ?? \"Logical\"",
        "configuration[\"Backup:Method\"] ?? \"Logical\"",
        "configuration.GetValue(\"Backup:Method\", \"Logical\")",
        "configuration.GetValue<string>(\"Backup:Method\", \"Logical\")",
    ] {
        let call = member(&format!(
            "  void Run(string given, IConfiguration configuration) {{ client.CreateBackup(new CreateBackupRequest {{ BackupMethod = {expression} }}); }}"
        ));
        assert_eq!(values(&call, "BackupMethod"), ["Logical"], "{expression}");
        assert!(call.argument("BackupMethod").unwrap().value.alternatives()[0].overridable, "{expression}");
    }
}

#[test]
fn what_a_call_may_change_is_not_known() {
    let body = |change: &str| {
        let call = member(&format!(
            "  void Run() {{ string m = \"Logical\"; {change}; client.CreateBackup(new CreateBackupRequest {{ BackupMethod = m }}); }}"
        ));
        values(&call, "BackupMethod")[0].clone()
    };
    assert_eq!(body("Use(m)"), "Logical");
    for change in ["Change(ref m)", "settings.TryGetValue(\"m\", out m)", "if (settings.TryGetValue(\"m\", out m)) { }"]
    {
        assert!(body(change).starts_with('?'), "{change}");
    }
}

#[test]
fn choices() {
    assert_eq!(method("", "full ? \"Physical\" : \"Logical\""), ["Physical", "Logical"]);
    assert_eq!(
        method(
            "",
            "given switch { \"a\" or \"b\" => \"Physical\", { Length: > 3 } => \"Snapshot\", _ => \"Logical\" }"
        ),
        ["Physical", "Physical", "Snapshot", "Logical"]
    );
    assert_eq!(
        method("  const string K = \"b\";", "K switch { \"a\" => \"Physical\", _ => \"Logical\" }"),
        ["Logical"]
    );
    let call = member(
        "  void Run(string kind) {\n    string m;\n    switch (kind) {\n      case \"full\":\n      case \"all\":\n        m = \"Physical\";\n        break;\n      default:\n        m = \"Logical\";\n        break;\n    }\n    var r = new CreateBackupRequest { BackupMethod = m };\n    if (m.Equals(\"Logical\")) { r.BackupStrategy = \"db\"; } else if (string.IsNullOrEmpty(m)) { return; }\n    client.CreateBackup(r);\n  }",
    );
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Physical", "Logical"]);
    assert!(values(&call, "BackupStrategy").contains(&"db".to_owned()));
    // What a function outside gives decides nothing.
    let call = member(
        "  void Run() {\n    var r = new CreateBackupRequest { BackupMethod = \"Physical\" };\n    if (File.Exists(\"x\") || Helper.IsFull()) r.BackupMethod = \"Logical\";\n    client.CreateBackup(r);\n  }",
    );
    assert_eq!(values(&call, "BackupMethod").len(), 3);
}

#[test]
fn dictionaries_and_tuples() {
    let table = "  static readonly Dictionary<string, string> Methods = new() { [\"mysql\"] = \"Physical\", [\"pg\"] = \"Logical\" };";
    assert_eq!(method(table, "Methods[\"pg\"]"), ["Logical"]);
    assert_eq!(method(table, "Methods.GetValueOrDefault(\"x\", \"Snapshot\")"), ["Snapshot"]);
    assert_eq!(
        method("  static (string Id, string Method) Job() => (\"rm-1\", \"Logical\");", "Job().Item2"),
        ["Logical"]
    );
    assert_eq!(method("", "new { Id = \"x\", Method = \"Logical\" }.Method"), ["Logical"]);
    let call = member(
        "  void Run() { var (id, m) = (\"rm-1\", \"Logical\"); client.CreateBackup(new CreateBackupRequest { DBInstanceId = id, BackupMethod = m }); }",
    );
    assert_eq!(
        (values(&call, "DBInstanceId"), values(&call, "BackupMethod")),
        (vec!["rm-1".to_owned()], vec!["Logical".to_owned()])
    );
}

#[test]
fn loops_over_what_is_known() {
    let instances = |call: &[Call]| call.iter().map(|c| values(c, "DBInstanceId").join("|")).collect::<Vec<_>>();
    let request = "client.CreateBackup(new CreateBackupRequest { DBInstanceId = id });";
    for body in [
        format!("foreach (var id in new[] {{ \"rm-1\", \"rm-2\" }}) {{ {request} }}"),
        format!(
            "string[] ids = [\"rm-1\", \"rm-2\"];\nfor (int i = 0; i < ids.Length; i++) {{ var id = ids[i]; {request} }}"
        ),
        format!(
            "var ids = new List<string> {{ \"rm-1\" }};\nids.Add(\"rm-2\");\nids.ForEach(id => {request_only});",
            request_only = request.trim_end_matches(';')
        ),
        format!("foreach (var id in \"rm-1,rm-2\".Split(',')) {request}"),
        format!("var all = from i in new[] {{ \"rm-1\", \"rm-2\" }} select i;\nforeach (var id in all) {request}"),
        "foreach (var r in new[] { \"rm-1\", \"rm-2\" }.Select(id => new CreateBackupRequest { DBInstanceId = id })) client.CreateBackup(r);".to_owned(),
    ] {
        assert_eq!(instances(&calls(&class(NEW, &body))), ["rm-1", "rm-2"], "{body}");
    }
    for (body, expected) in [
        (
            "var m = new Dictionary<string, string> { [\"rm-1\"] = \"MariaDB\" };\nforeach (var pair in m) client.CreateBackup(new CreateBackupRequest { DBInstanceId = pair.Key, DBName = pair.Value });",
            "MariaDB",
        ),
        (
            "foreach (var (id, engine) in new[] { (\"rm-1\", \"PostgreSQL\") }) client.CreateBackup(new CreateBackupRequest { DBInstanceId = id });",
            "PostgreSQL",
        ),
        (
            "foreach (var i in new[] { new { Id = \"rm-1\", Engine = \"MySQL\" } }) client.CreateBackup(new CreateBackupRequest { DBInstanceId = i.Id });",
            "MySQL",
        ),
    ] {
        let found = calls(&class(NEW, body));
        assert_eq!(
            (instances(&found), fact(&found[0], "engine")),
            (vec!["rm-1".to_owned()], vec![expected.to_owned()]),
            "{body}"
        );
    }
}

#[test]
fn functions_and_overloads() {
    let call = member(
        "  void Nightly() { Backup(\"rm-1\"); }\n  void Backup(string id) => Backup(id, method: \"Logical\");\n  void Backup(string id, string method, string db = \"shop\")\n  {\n    client.CreateBackup(Request(id, method, db));\n  }\n  private static CreateBackupRequest Request(string id, string method, string db)\n  {\n    var r = new CreateBackupRequest();\n    r.DBInstanceId = id;\n    r.BackupMethod = method;\n    r.DBName = db;\n    return r;\n  }",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "DBName"), ["shop"]);
    let top = format!(
        "{NEW}\nvar method = \"Logical\";\nawait Backup(\"rm-1\");\nasync Task Backup(string id) => await client.CreateBackupAsync(new CreateBackupRequest {{ DBInstanceId = id, BackupMethod = method }});\n"
    );
    let call = self::call(&top);
    assert_eq!(
        (values(&call, "DBInstanceId"), values(&call, "BackupMethod")),
        (vec!["rm-1".to_owned()], vec!["Logical".to_owned()])
    );
    let awaited = "  static Task<string> M() => Task.FromResult(\"Logical\");\n  static async Task<string> N() { await Task.Delay(1); return \"Logical\"; }";
    assert_eq!(method(awaited, "M().Result"), ["Logical"]);
    assert_eq!(method(awaited, "N().ConfigureAwait(false).GetAwaiter().GetResult()"), ["Logical"]);
}

#[test]
fn lambdas_and_methods_as_values() {
    for run in [
        "await Task.Run(() => client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"rm-1\" }));",
        "try { client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"rm-1\" }); } catch (Exception e) when (e is TeaException) { log.LogError(e, \"x\"); throw; }",
        "using (var c = new Client()) { lock (this) { client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"rm-1\" }); } }",
        "var r = new CreateBackupRequest { DBInstanceId = \"rm-1\" }; Retry(client.CreateBackup, r);",
        "Func<CreateBackupRequest> make = delegate { return new CreateBackupRequest { DBInstanceId = \"rm-1\" }; }; client.CreateBackup(make());",
        "client?.CreateBackup(new CreateBackupRequest { DBInstanceId = \"rm-1\" });",
    ] {
        assert_eq!(values(&call(&class(NEW, run)), "DBInstanceId"), ["rm-1"], "{run}");
    }
}

#[test]
fn what_is_compiled_in_some_cases() {
    let call = call(&class(
        NEW,
        "var m = \"Physical\";\n#if LOGICAL\nm = \"Logical\";\n#endif\nclient.CreateBackup(new CreateBackupRequest { BackupMethod = m });",
    ));
    assert_eq!(values(&call, "BackupMethod"), ["Physical", "Logical"]);
}

#[test]
fn constants_of_other_files() {
    let user = |usings: &str, method: &str| {
        format!(
            "{NEW}\n{usings}\nnamespace Acme.Jobs;\nclass A {{ void F() {{ client.CreateBackup(new CreateBackupRequest {{ BackupMethod = {method} }}); }} }}\n"
        )
    };
    let config = "namespace Acme.Config\n{\n  public static class Settings\n  {\n    public const string Method = \"Logical\";\n    internal static string Get() => Method;\n  }\n}\n";
    for (usings, method, path) in [
        ("using Acme.Config;", "Settings.Method", "Config/Settings.cs"),
        ("using Acme.Config;", "Settings.Get()", "Config/Settings.cs"),
        ("using static Acme.Config.Settings;", "Method", "Config/Settings.cs"),
        ("using static Acme.Config.Settings;", "Get()", "Config/Settings.cs"),
        ("using S = Acme.Config.Settings;", "S.Method", "Config/Settings.cs"),
        ("using Acme.Config;", "Settings.Method", "Jobs/Constants.cs"),
        ("using Acme.Config;", "Settings.Method", "Constants.cs"),
        ("using Acme.Config;", "Settings.Method", "../Acme.Config/All.cs"),
    ] {
        let program = user(usings, method);
        let path = format!("src/Acme/{path}");
        let extraction = extract(&[("src/Acme/Jobs/A.cs", &program), (&path, config), ("src/Acme/Acme.csproj", "")]);
        assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical"], "{usings} {method} {path}");
    }
    let other = user("", "Settings.Method");
    let extraction = extract(&[("src/Jobs/A.cs", &other), ("src/Jobs/Settings.cs", config)]);
    assert!(values(&extraction.calls[0], "BackupMethod")[0].starts_with('?'));
}

#[test]
fn objects_that_somebody_outside_makes() {
    let user = format!(
        "{NEW}\nnamespace Acme;\nclass A\n{{\n  private readonly BackupSettings _settings;\n  public A(IOptions<BackupSettings> settings) {{ _settings = settings.Value; }}\n  void Run() {{ client.CreateBackup(new CreateBackupRequest {{ DBInstanceId = _settings.Id, BackupMethod = _settings.Method }}); }}\n}}\n"
    );
    let direct = user.replace("IOptions<BackupSettings>", "BackupSettings").replace("settings.Value", "settings");
    let behind = user.replace(
        "  private readonly BackupSettings _settings;\n  public A(IOptions<BackupSettings> settings) { _settings = settings.Value; }\n",
        "",
    );
    let behind = behind.replace("class A\n", "class A(BackupSettings _settings)\n");
    let settings = "namespace Acme;\npublic class BackupSettings { public string Method { get; set; } = \"Logical\"; public string Id { get; set; } }\n";
    for user in [user, direct, behind] {
        let extraction = extract(&[("A.cs", &user), ("Settings.cs", settings)]);
        let [call] = extraction.calls.as_slice() else { panic!("{:#?}", extraction.calls) };
        assert_eq!(values(call, "BackupMethod"), ["Logical"], "{user}");
        assert!(call.argument("BackupMethod").unwrap().value.alternatives()[0].overridable);
        assert!(values(call, "DBInstanceId")[0].starts_with('?'));
    }
}

#[test]
fn copies_of_records_with_other_values() {
    let text = format!(
        "{NEW}\npublic record Plan(string Instance, string Method, string? Database = null);\n\npublic class Jobs\n{{\n    private static readonly Plan Base = new(\"rm-base\", \"Physical\");\n\n    public void Nightly(Client client)\n    {{\n        Run(client, Base with {{ Instance = \"rm-2\", Method = \"Snapshot\" }});\n        Run(client, Base);\n    }}\n\n    private void Run(Client client, Plan plan)\n    {{\n        client.CreateBackup(new CreateBackupRequest {{ DBInstanceId = plan.Instance, BackupMethod = plan.Method }});\n    }}\n}}\n"
    );
    let found = calls(&text);
    let said = |name: &str| found.iter().map(|call| values(call, name).join("|")).collect::<Vec<_>>();
    assert_eq!(said("DBInstanceId"), ["rm-2", "rm-base"]);
    assert_eq!(said("BackupMethod"), ["Snapshot", "Physical"]);
}
