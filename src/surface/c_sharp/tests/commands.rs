//! Commands that are run, and addresses that are asked for.

use super::*;

fn run(body: &str) -> Call {
    call(&class("using System.Diagnostics;", body))
}

#[test]
fn processes() {
    for body in [
        "Process.Start(\"aliyun\", \"rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\");",
        "System.Diagnostics.Process.Start(\"aliyun\", new[] { \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"rm-1\", \"--BackupMethod\", \"Logical\" });",
        "Process.Start(new ProcessStartInfo(\"aliyun\", \"rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\"));",
        "Process.Start(new ProcessStartInfo { FileName = \"aliyun\", Arguments = \"rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\", UseShellExecute = false });",
        "var info = new ProcessStartInfo();\ninfo.FileName = \"aliyun\";\ninfo.Arguments = $\"rds CreateBackup --DBInstanceId {\"rm-1\"} --BackupMethod Logical\";\nusing var p = Process.Start(info);",
        "var info = new ProcessStartInfo(\"aliyun\");\nforeach (var word in new[] { \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"rm-1\" }) info.ArgumentList.Add(word);\ninfo.ArgumentList.Add(\"--BackupMethod\");\ninfo.ArgumentList.Add(\"Logical\");\nProcess.Start(info);",
        "ProcessStartInfo info = new(\"aliyun\") { ArgumentList = { \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"rm-1\", \"--BackupMethod\", \"Logical\" } };\nProcess.Start(info);",
        "var p = new Process { StartInfo = new ProcessStartInfo { FileName = \"aliyun\", Arguments = \"rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\" } };\np.Start();",
        "using (var p = new Process()) {\n  p.StartInfo.FileName = \"aliyun\";\n  p.StartInfo.Arguments = \"rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\";\n  p.Start();\n}",
        "var p = new Process { StartInfo = { FileName = \"/bin/bash\", Arguments = \"-c \\\"aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\\\"\" } };\np.Start();",
        "Process.Start(\"cmd.exe\", \"/C aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Logical\");",
    ] {
        let call = run(body);
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{body}");
        assert_eq!(values(&call, "BackupMethod"), ["Logical"], "{body}");
    }
    let call = run("Process.Start(\"aliyun\", $\"rds CreateBackup --DBInstanceId {id} --BackupMethod Snapshot\");");
    assert_eq!(values(&call, "BackupMethod"), ["Snapshot"]);
    assert!(values(&call, "DBInstanceId")[0].starts_with('?'));
}

#[test]
fn libraries_that_run_processes() {
    let wrap = "await Cli.Wrap(\"aliyun\").WithArguments(new[] { \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"rm-1\" }).ExecuteAsync();";
    assert_eq!(values(&call(&class("using CliWrap;", wrap)), "DBInstanceId"), ["rm-1"]);
    let simple = "await Command.RunAsync(\"aliyun\", \"rds CreateBackup --DBInstanceId rm-1\");";
    assert_eq!(values(&call(&class("using SimpleExec;", simple)), "DBInstanceId"), ["rm-1"]);
}

#[test]
fn processes_of_other_classes() {
    for body in [
        "Process.Start(\"aliyun\", \"dds CreateBackup --DBInstanceId dds-1\");",
        "Console.WriteLine(\"aliyun rds CreateBackup --DBInstanceId rm-1\");",
    ] {
        assert_eq!(calls(&class("using System.Diagnostics;", body)).len(), 0, "{body}");
    }
    let own = "class Process { public static void Start(string a, string b) { } }\nclass A { void F() { Process.Start(\"aliyun\", \"rds CreateBackup --DBInstanceId rm-1\"); } }";
    assert_eq!(calls(own).len(), 0);
    let not_asked = "Process.Start(\"aliyun\", \"rds CreateBackup --DBInstanceId rm-1\");";
    assert_eq!(calls(&class("using Acme.Processes;", not_asked)).len(), 0);
}

#[test]
fn addresses() {
    let url = "https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1&BackupMethod=Logical";
    for body in [
        format!("await http.GetAsync(\"{url}\");"),
        format!("var u = \"{url}\";\nvar r = new HttpRequestMessage(HttpMethod.Get, u);\nawait http.SendAsync(r);"),
    ] {
        let call = call(&class("", &body));
        assert_eq!(values(&call, "BackupMethod"), ["Logical"], "{body}");
        assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Logical");
    }
    let holes = "var id = Uri.EscapeDataString(\"rm-1\");\nawait http.GetStringAsync($\"https://rds.aliyuncs.com/?Action=CreateBackup&DBInstanceId={id}&BackupMethod={method}\");";
    let call = call(&class("", holes));
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert!(values(&call, "BackupMethod")[0].starts_with('?'));
    let form = "var form = new FormUrlEncodedContent(new Dictionary<string, string> { [\"Action\"] = \"CreateBackup\", [\"Version\"] = \"2014-08-15\", [\"DBInstanceId\"] = \"rm-1\" });\nawait http.PostAsync(url, form);";
    assert_eq!(values(&self::call(&class("", form)), "DBInstanceId"), ["rm-1"]);
    let other = url.replace("rds.aliyuncs.com", "rds.volcengineapi.com").replace("2014-08-15", "2022-01-01");
    assert_eq!(calls(&class("// aliyun", &format!("await http.GetAsync(\"{other}\");"))).len(), 0);
}
