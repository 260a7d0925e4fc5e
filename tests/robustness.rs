//! Input that has broken scanners, and the right result for us.
//!
//! The rows are numbered; each number is that of one kind of input in a collection of public bug reports of
//! other scanners and of traps of our own. The tests say in their own words what the input is.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

struct Ran {
    code: i32,
    report: Value,
}

impl Ran {
    /// Whether a fault of ours was caught.
    fn failed(&self) -> bool {
        self.findings().iter().any(|f| f["rule"] == "internal-error")
    }

    fn findings(&self) -> &[Value] {
        self.report["findings"].as_array().unwrap()
    }

    /// `rule at line:column` of each finding above a note.
    fn loud(&self) -> Vec<String> {
        let loud = self.findings().iter().filter(|f| f["severity"] != "note");
        loud.map(|f| format!("{} at {}:{}", f["rule"].as_str().unwrap(), f["primary"]["line"], f["primary"]["column"]))
            .collect()
    }

    fn calls(&self) -> &[Value] {
        self.report["calls"].as_array().unwrap()
    }

    fn verdicts(&self) -> Vec<&str> {
        self.calls().iter().map(|call| call["verdict"].as_str().unwrap()).collect()
    }

    fn coverage(&self, path: &str) -> Option<&Value> {
        self.report["coverage"]["files"].as_array().unwrap().iter().find(|file| file["path"] == path)
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::cargo_bin("backuplint").unwrap();
    command.current_dir(folder).timeout(Duration::from_secs(30));
    let output = command.args(["check", "--format", "json", "--level", "note"]).args(arguments).output().unwrap();
    let code = output.status.code().expect("it ends by itself");
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("exit {code}: {e}: {}", String::from_utf8_lossy(&output.stderr)));
    Ran { code, report }
}

fn run(files: &[(&str, &[u8])]) -> Ran {
    run_in(folder(files).path(), &["."])
}

fn terraform(text: &str) -> Ran {
    run(&[("main.tf", text.as_bytes())])
}

fn shell(text: &str) -> Ran {
    run(&[("run.sh", text.as_bytes())])
}

/// An instance of an engine on a disk, called `db`.
fn instance(engine: &str, disk: &str) -> String {
    format!(
        "resource \"alicloud_db_instance\" \"db\" {{\n  engine                   = \"{engine}\"\n  db_instance_storage_type = \"{disk}\"\n}}\n"
    )
}

/// A backup of `db` with some lines.
fn backup(lines: &str) -> String {
    format!("resource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = alicloud_db_instance.db.id\n  {lines}\n}}\n")
}

const BAD: &str = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical";

#[test]
fn row_01_a_heredoc_with_half_a_quote_does_not_hide_what_follows() {
    let text = format!(
        "locals {{\n  init = <<-EOT\n    echo it's \"half\n    a \\\n    ${{\"x\"}} %{{ if true }} }} {{ %{{ endif }}\n  EOT\n}}\n{}{}",
        instance("PostgreSQL", "cloud_essd"),
        backup("backup_method = \"Logical\"")
    );
    let ran = terraform(&text);
    assert_eq!(ran.loud(), ["unsupported-method at 14:19"]);
    assert_eq!(ran.coverage("main.tf").unwrap()["status"], "judged");
}

#[test]
fn row_02_a_policy_in_a_heredoc_with_a_variable_in_it_is_no_call() {
    let text = format!(
        "resource \"alicloud_ram_policy\" \"p\" {{\n  policy_document = <<EOF\n{{\"Version\":\"1\",\"Statement\":[{{\"Effect\":\"Allow\",\"Action\":\"rds:CreateBackup\",\
         \"Resource\":\"acs:rds:*:*:dbinstance/${{var.id}}\"}}]}}\nEOF\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("backup_method = \"Physical\"")
    );
    let ran = terraform(&text);
    assert_eq!((ran.loud().len(), ran.verdicts()), (0, vec!["proven"]));
}

#[test]
fn row_03_prose_in_a_heredoc_that_quotes_a_call_is_prose() {
    let text = "output \"help\" {\n  value = <<EOF\nresource \"alicloud_rds_backup\" \"x\" {\n  backup_method = \"Snapchat\"\n}\nEOF\n}\n";
    let ran = terraform(text);
    assert_eq!((ran.calls().len(), ran.findings().len(), ran.code), (0, 0, 0));
}

#[test]
fn row_04_a_byte_order_mark_shifts_no_column() {
    let terraform = format!("{}{}", instance("PostgreSQL", "cloud_essd"), backup("backup_method = \"Logical\""));
    let first = "resource \"alicloud_rds_backup\" \"b\" { backup_method = \"Nope\" }\n";
    for (name, text) in [("main.tf", terraform.as_str()), ("run.sh", BAD), ("one.tf", first)] {
        let plain = run(&[(name, text.as_bytes())]);
        let marked = run(&[(name, format!("\u{feff}{text}").as_bytes())]);
        assert!(!plain.loud().is_empty());
        assert_eq!(marked.loud(), plain.loud(), "{name}");
    }
    let plan = r#"{"resource":{"alicloud_rds_backup":{"x":{"db_instance_id":"pgm-1","backup_method":"Logical"}}}}"#;
    assert_eq!(
        run(&[("x.tf.json", format!("\u{feff}{plan}").as_bytes())]).loud(),
        run(&[("x.tf.json", plan.as_bytes())]).loud()
    );
}

#[test]
fn row_05_bytes_of_another_encoding_in_a_comment_cost_a_remark() {
    let mut text = b"# caf\xe9, \xb1\xb8\xb7\xdd\n".to_vec();
    text.extend_from_slice(instance("PostgreSQL", "cloud_essd").as_bytes());
    text.extend_from_slice(backup("backup_method = \"Logical\"").as_bytes());
    let ran = run(&[("main.tf", &text)]);
    assert_eq!(ran.loud(), ["unsupported-method at 8:19"]);
    let told = ran.coverage("main.tf").unwrap();
    assert!(told["reason"].as_str().unwrap().contains("not UTF-8"), "{told}");
    let script = [b"# \xc4\xe3\xba\xc3\n", BAD.as_bytes()].concat();
    assert_eq!(run(&[("run.sh", &script)]).loud(), ["unsupported-method at 2:61"]);
}

#[test]
fn row_05_a_picture_that_is_called_json_is_left_alone() {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0 planned_values alicloud_rds_backup \xff\xfe\0";
    let ran = run(&[("picture.json", picture), ("picture.tf.json", picture), ("run.sh", BAD.as_bytes())]);
    assert_eq!(ran.code, 1);
    assert!(ran.loud().contains(&"unsupported-method at 1:61".to_owned()), "{:?}", ran.loud());
    let told = ran.coverage("picture.tf.json").expect("told, not lost");
    assert_eq!(told["status"], "skipped");
}

#[test]
fn row_06_windows_line_ends_change_no_place() {
    let text = format!("{}{}", instance("PostgreSQL", "cloud_essd"), backup("backup_method = \"Logical\""));
    let windows = text.replace('\n', "\r\n");
    let ran = terraform(&windows);
    assert_eq!(ran.loud(), terraform(&text).loud());
    let primary = &ran.findings()[0]["primary"];
    let bytes = |name: &str| usize::try_from(primary[name].as_u64().unwrap()).unwrap();
    assert_eq!(&windows[bytes("start_byte")..bytes("end_byte")], "\"Logical\"");
    let script = "ID=pgm-1\nM=Logical\naliyun rds CreateBackup --DBInstanceId $ID \\\n  --BackupMethod $M\n";
    assert_eq!(shell(&script.replace('\n', "\r\n")).loud(), shell(script).loud());
}

#[test]
fn row_15_both_arms_of_a_conditional_are_judged_and_null_is_absence() {
    let text = format!(
        "variable \"on\" {{\n  type = bool\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("backup_method = var.on ? \"Physical\" : null\n  db_name = var.on ? null : \"\"")
    );
    assert_eq!(terraform(&text).verdicts(), ["proven"]);
    let wrong = text.replace("\"Physical\"", "\"Snapshot\"");
    assert_eq!(terraform(&wrong).loud().len(), 1);
}

#[test]
fn row_16_functions_within_functions_end_in_a_value_or_in_unknown() {
    let deep = (0..300).fold("\"Logical\"".to_owned(), |inner, _| format!("try({inner})"));
    for expression in [deep.as_str(), "element([lookup({a = element([\"Logical\"], 0)}, \"a\")], 0)"] {
        let ran = terraform(&format!(
            "{}{}",
            instance("PostgreSQL", "cloud_essd"),
            backup(&format!("backup_method = {expression}"))
        ));
        assert_eq!(ran.calls().len(), 1);
        assert_ne!(ran.verdicts(), ["proven"], "{expression}");
    }
}

#[test]
fn row_17_two_dozen_conditions_end_in_time() {
    let mut text = instance("MySQL", "local_ssd");
    for number in 0..24 {
        text.push_str(&format!("variable \"c{number}\" {{\n  type = bool\n}}\n"));
    }
    let nested = (0..24).fold("\"Physical\"".to_owned(), |rest, n| format!("var.c{n} ? \"Logical\" : ({rest})"));
    let joined: Vec<String> = (0..24).map(|n| format!("${{var.c{n} ? \"a\" : \"b\"}}")).collect();
    text.push_str(&backup(&format!(
        "backup_method = {nested}\n  backup_strategy = \"db\"\n  db_name = \"{}\"",
        joined.concat()
    )));
    let (one, two) = (terraform(&text), terraform(&text));
    assert_eq!(one.report, two.report);
    assert_eq!(one.calls().len(), 1);
}

#[test]
fn row_18_a_count_that_is_off_makes_no_call_and_one_that_is_unknown_makes_one() {
    let bad = |variable: &str| {
        format!(
            "variable \"on\" {{\n  type = bool\n  {variable}\n}}\n{}{}",
            instance("PostgreSQL", "cloud_essd"),
            backup("count = var.on ? 1 : 0\n  backup_method = \"Logical\"")
        )
    };
    assert_eq!(terraform(&bad("default = true")).loud().len(), 1);
    assert_eq!(terraform(&bad("")).loud().len(), 1, "whenever it is made it is wrong");
    let off = terraform(&bad("default = false"));
    // A default may be overridden, so an error could only be a possible one.
    assert!(off.findings().iter().all(|f| f["confidence"] == "possible"), "{}", off.report);
    let local = bad("default = false").replace("count = var.on", "count = false");
    assert_eq!(terraform(&local).findings().len(), 0);
}

#[test]
fn row_19_one_bad_element_of_a_map_is_one_finding_that_names_it() {
    let text = format!(
        "locals {{\n  m = {{\n    good = \"Physical\"\n    poor = \"Snapshot\"\n  }}\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("for_each = local.m\n  backup_method = each.value")
    );
    let ran = terraform(&text);
    assert_eq!(ran.loud().len(), 1, "{:?}", ran.loud());
    // Both elements are of one instance, of which a note is made.
    let findings = ran.findings();
    let finding = findings.iter().find(|f| f["rule"] == "unsupported-method").unwrap().to_string();
    assert!(finding.contains("\"line\":4"), "the entry is not pointed at: {finding}");
    assert!(finding.contains("poor"), "the key is not named: {finding}");
}

#[test]
fn row_20_a_dynamic_block_hides_nothing_and_invents_nothing() {
    let text = format!(
        "{}{}",
        instance("MySQL", "cloud_essd"),
        backup(
            "backup_method = \"Snapshot\"\n  dynamic \"timeouts\" {\n    for_each = var.x\n    content {\n      create = timeouts.value\n    }\n  }"
        )
    );
    assert_eq!(terraform(&text).loud(), [] as [&str; 0]);
}

#[test]
fn row_21_a_variable_without_a_value_is_undecided_and_named() {
    let text = format!(
        "variable \"method\" {{\n  type = string\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("backup_method = var.method")
    );
    let folder = folder(&[("main.tf", text.as_bytes())]);
    let ran = run_in(folder.path(), &["."]);
    assert_eq!((ran.code, ran.verdicts()), (0, vec!["undecided"]));
    let reason = ran.calls()[0]["undecided"].to_string();
    assert!(reason.contains("method"), "{reason}");
    let failing = run_in(folder.path(), &["--unknown", "fail", "."]);
    assert_eq!(failing.code, 1);
    assert_eq!(failing.findings()[0]["rule"], "undecided-call");
}

#[test]
fn row_22_sibling_modules_of_one_source_do_not_mix() {
    let module = b"variable \"engine\" {}\nresource \"alicloud_db_instance\" \"x\" {\n  engine = var.engine\n  db_instance_storage_type = \"cloud_essd\"\n}\noutput \"id\" {\n  value = alicloud_db_instance.x.id\n}\noutput \"engine\" {\n  value = var.engine\n}\n";
    let root = |a: &str, z: &str| {
        format!(
            "module \"{z}\" {{\n  source = \"./m\"\n  engine = module.{a}.engine == \"MySQL\" ? \"PostgreSQL\" : \"MySQL\"\n}}\nmodule \"{a}\" {{\n  source = \"./m\"\n  engine = \"MySQL\"\n}}\n\
             resource \"alicloud_rds_backup\" \"r\" {{\n  db_instance_id = module.{z}.id\n  backup_method = \"Logical\"\n}}\n\
             resource \"alicloud_rds_backup\" \"s\" {{\n  db_instance_id = module.{a}.id\n  backup_method = \"Snapshot\"\n}}\n"
        )
    };
    for (a, z) in [("a", "z"), ("z", "a"), ("m", "x")] {
        let ran = run(&[("main.tf", root(a, z).as_bytes()), ("m/main.tf", module)]);
        assert_eq!(ran.loud(), ["unsupported-method at 11:19"], "{a} {z}");
        assert!(ran.findings()[0]["message"].as_str().unwrap().contains("PostgreSQL"));
    }
}

#[test]
fn row_23_modules_that_contain_themselves_end() {
    let own = format!(
        "module \"me\" {{\n  source = \"./\"\n  m = local.m\n}}\nlocals {{\n  m = var.m\n}}\nvariable \"m\" {{\n  default = \"Physical\"\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("backup_method = local.m")
    );
    let ran = run(&[("main.tf", own.as_bytes())]);
    assert_eq!(ran.code, 0, "{:?}", ran.loud());
    assert!(!ran.calls().is_empty());
    let pair =
        |other: &str| format!("module \"o\" {{\n  source = \"../{other}\"\n}}\n{}", backup("backup_method = \"Nope\""));
    let ran = run(&[("a/main.tf", pair("b").as_bytes()), ("b/main.tf", pair("a").as_bytes())]);
    assert_eq!(ran.code, 1);
    let locals = format!(
        "locals {{\n  a = local.b\n  b = local.a\n}}\n{}{}",
        instance("MySQL", "local_ssd"),
        backup("backup_method = local.a")
    );
    assert_eq!(terraform(&locals).verdicts(), ["undecided"]);
}

#[cfg(unix)]
#[test]
fn row_24_a_link_to_the_folder_above_ends_and_doubles_nothing() {
    let folder = folder(&[("a/run.sh", BAD.as_bytes())]);
    std::os::unix::fs::symlink("../..", folder.path().join("a/top")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    assert_eq!(run_in(folder.path(), &["."]).loud(), ["unsupported-method at 1:61"]);
}

#[test]
fn row_25_a_retention_is_compared_as_a_number() {
    let judged = |value: &str| {
        terraform(&format!(
            "variable \"days\" {{\n  type = number\n}}\n{}{}",
            instance("MySQL", "local_ssd"),
            backup(&format!("backup_retention_period = {value}"))
        ))
    };
    for good in ["\"180\"", "7.0", "730", "-1", "\"-1\"", "null", "7 * 52", "tonumber(\"30\")"] {
        let ran = judged(good);
        assert_eq!((ran.loud(), ran.verdicts()), (vec![], vec!["proven"]), "{good}");
    }
    for bad in ["6", "731", "0", "-2", "\"0\"", "\"seven\"", "7.5", "99999999999999999999", "true"] {
        assert_eq!(judged(bad).loud().len(), 1, "{bad}");
    }
    assert_eq!(judged("var.days").verdicts(), ["undecided"]);
}

#[test]
fn row_26_null_is_absence_and_booleans_may_be_texts() {
    for lines in [
        "backup_method = null\n  db_name = null",
        "backup_method = \"Physical\"\n  remove_from_state = \"true\"",
        "backup_method = \"Physical\"\n  remove_from_state = null",
    ] {
        let ran = terraform(&format!("{}{}", instance("MySQL", "local_ssd"), backup(lines)));
        assert_eq!((ran.loud(), ran.verdicts()), (vec![], vec!["proven"]), "{lines}");
    }
    // A list is no text: Terraform refuses it, and we neither guess nor fail.
    let list =
        terraform(&format!("{}{}", instance("MySQL", "local_ssd"), backup("backup_method = []\n  db_name = [\"a\"]")));
    assert_eq!(list.calls().len(), 1);
}

fn sarif(files: &[(&str, &[u8])]) -> Value {
    let folder = folder(files);
    let output = Command::cargo_bin("backuplint")
        .unwrap()
        .current_dir(folder.path())
        .args(["check", "--format", "sarif", "."])
        .output()
        .unwrap();
    assert_eq!(output.stderr, b"");
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str::<serde_sarif::sarif::Sarif>(&text).expect("types of others read it");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn row_27_sarif_is_right_without_findings_and_at_the_first_character() {
    let empty = sarif(&[("readme.md", b"nothing")]);
    assert_eq!(empty["version"], "2.1.0");
    assert_eq!(empty["runs"][0]["results"], Value::Array(Vec::new()));
    assert!(empty["runs"][0]["columnKind"].is_string());
    let first = sarif(&[("run.sh", b"aliyun rds CreateBackup --BackupMethod Physical")]);
    let region = &first["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&Value::from(1), &Value::from(1)), "{region}");
}

#[test]
fn row_27_a_picture_character_before_a_finding_is_counted_as_declared() {
    let text = "echo \u{1f600}\u{1f468}\u{200d}\u{1f469} 你; aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";
    let log = sarif(&[("run.sh", text.as_bytes())]);
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    let before = text.split("Logical").next().unwrap();
    let column = match log["runs"][0]["columnKind"].as_str().unwrap() {
        "utf16CodeUnits" => before.encode_utf16().count() + 1,
        "unicodeCodePoints" => before.chars().count() + 1,
        other => panic!("{other}"),
    };
    assert_eq!(region["startColumn"], column, "{region}");
}

#[test]
fn row_32_what_is_excluded_stays_so_when_it_is_named() {
    let folder = folder(&[("gen/run.sh", BAD.as_bytes()), ("own/run.sh", BAD.as_bytes())]);
    let ran = run_in(folder.path(), &["--exclude", "gen", "gen/run.sh", "own/run.sh"]);
    assert_eq!(ran.loud().len(), 1);
    assert_eq!(run_in(folder.path(), &["--exclude", "gen/**", "gen/run.sh"]).code, 0);
}

#[test]
fn row_33_three_thousand_names_cost_what_their_folder_costs() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for number in 0..3000 {
        let name = format!("f{number}.txt");
        fs::write(folder.path().join(&name), "nothing of interest\n").unwrap();
        names.push(name);
    }
    fs::write(folder.path().join("run.sh"), BAD).unwrap();
    names.push("run.sh".to_owned());
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    let whole = run_in(folder.path(), &["."]);
    let named = run_in(folder.path(), &list);
    // Folders among the names, too: nothing is looked at twice.
    let mut with_folder = list.clone();
    with_folder.push(".");
    let both = run_in(folder.path(), &with_folder);
    for ran in [&whole, &named, &both] {
        assert_eq!(ran.loud().len(), 1);
        assert_eq!(ran.report["findings"], whole.report["findings"]);
        assert_eq!(ran.report["coverage"]["files_searched"], 3001);
    }
}

#[test]
fn row_34_five_megabytes_on_one_line_are_read_or_told() {
    let mut text = String::from("{\"format_version\":\"1.2\",\"planned_values\":{\"root_module\":{\"resources\":[");
    for number in 0..30_000 {
        text.push_str(&format!("{{\"address\":\"alicloud_vpc.v{number}\",\"mode\":\"managed\",\"type\":\"alicloud_vpc\",\"name\":\"v{number}\",\"values\":{{\"cidr_block\":\"10.0.0.0/8\",\"description\":\"{:080}\"}}}},", 0));
    }
    text.push_str("{\"address\":\"alicloud_rds_backup.x\",\"mode\":\"managed\",\"type\":\"alicloud_rds_backup\",\"name\":\"x\",\"values\":{\"db_instance_id\":\"pgm-1\",\"backup_method\":\"Logical\"}}]}},\
         \"resource_changes\":[{\"address\":\"alicloud_rds_backup.x\",\"mode\":\"managed\",\"type\":\"alicloud_rds_backup\",\"name\":\"x\",\
         \"change\":{\"actions\":[\"create\"],\"before\":null,\"after\":{\"db_instance_id\":\"pgm-1\",\"backup_method\":\"Logical\"},\"after_unknown\":{}}}]}");
    assert!(text.len() > 5_000_000);
    let folder = folder(&[("plan.json", text.as_bytes())]);
    let ran = run_in(folder.path(), &["--strict", "."]);
    assert!(ran.code == 3 || ran.loud().len() == 1, "neither read nor told: {:?}", ran.coverage("plan.json"));
}

#[test]
fn row_35_a_heredoc_in_a_substitution_and_lines_that_go_on_are_read() {
    let text = "id=$(cat <<EOF\npgm-1\nEOF\n)\nresult=$(aliyun rds CreateBackup \\\n  --DBInstanceId \\\n    pgm-2 \\\n  --Backup\\\nMethod Logical \\\n  --region eu)\necho \"$(\n  aliyun rds CreateBackup --DBInstanceId \"$id\" --BackupMethod Physical\n)\"\n";
    let ran = shell(text);
    assert_eq!(ran.loud().len(), 1, "{}", ran.report);
    assert_eq!(ran.calls().len(), 2);
    assert_eq!(ran.findings()[0]["primary"]["line"], 9);
}

#[test]
fn row_36_standard_output_holds_json_alone() {
    let folder = folder(&[("run.sh", BAD.as_bytes()), ("broken.tf", b"resource \"alicloud_rds_backup\" {")]);
    for format in ["json", "sarif"] {
        let mut command = Command::cargo_bin("backuplint").unwrap();
        command.current_dir(folder.path()).env("CI", "true").env("FORCE_COLOR", "1").env("CLICOLOR_FORCE", "1");
        let output = command.args(["check", "--format", format, "--strict", "."]).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap();
        assert!(!output.stdout.contains(&0x1b));
    }
}

#[test]
fn row_38_a_file_that_ends_in_a_wide_character_is_drawn() {
    let folder = folder(&[
        ("a.sh", "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical备".as_bytes()),
        ("b.sh", "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod \u{1f600}".as_bytes()),
        ("c.tf", "resource \"alicloud_rds_backup\" \"库\" { backup_method = \"é\" } # 份".as_bytes()),
        ("d.tf", "resource \"alicloud_rds_backup\" \"x\" { backup_method = \"é".as_bytes()),
    ]);
    for color in ["always", "never"] {
        for width in ["20", "41", "200"] {
            let mut command = Command::cargo_bin("backuplint").unwrap();
            command
                .current_dir(folder.path())
                .env("COLUMNS", width)
                .args(["check", "--level", "note", "--color", color, "."]);
            let output = command.output().unwrap();
            assert_eq!(output.status.code(), Some(1));
            assert!(!String::from_utf8_lossy(&output.stdout).contains("internal-error"));
        }
    }
}

#[test]
fn row_42_a_snapshot_of_one_database_is_refused_and_the_name_is_what_is_wrong() {
    let ran = shell("aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Snapshot --DBName shop\n");
    assert_eq!(ran.loud(), ["unsupported-database-scope at 1:78"]);
    let finding = &ran.findings().iter().find(|f| f["severity"] == "error").unwrap();
    assert!(finding["answer"].as_str().unwrap().contains("InvalidBackupMethod.ValueNotSupport"), "{finding}");
    let text =
        format!("{}{}", instance("MySQL", "cloud_essd"), backup("backup_method = \"Snapshot\"\n  db_name = \"shop\""));
    assert_eq!(terraform(&text).loud(), ["unsupported-database-scope at 8:13"]);
    let without = text.replace("  db_name = \"shop\"\n", "");
    assert_eq!(terraform(&without).verdicts(), ["proven"]);
}

// Traps of our own.

#[test]
fn hostile_nesting_ends_in_every_language() {
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    let files: Vec<(&str, String)> = vec![
        ("a.tf", format!("resource \"alicloud_rds_backup\" \"x\" {{\n  backup_method = {}\n}}\n", nested("(", ")"))),
        ("b.tf", format!("# alicloud_rds_backup\nlocals {{\n  x = {}\n}}\n", nested("[", "]"))),
        ("c.tf", format!("# alicloud_rds_backup\n{}", nested("a {\n", "}\n"))),
        (
            "d.tf",
            format!("resource \"alicloud_rds_backup\" \"x\" {{\n  backup_method = \"{}\"\n}}\n", "${".repeat(20_000)),
        ),
        ("e.sh", format!("{BAD}\n{}", nested("$(", ")"))),
        ("f.sh", format!("{BAD}\n{}", nested("( ", " )"))),
        ("g.sh", format!("{BAD}\n{}{}", "if true; then\n".repeat(5_000), "fi\n".repeat(5_000))),
        ("h.tf.json", format!("{{\"resource\":{{\"alicloud_rds_backup\":{{\"x\":{}}}}}}}", nested("[", "]"))),
        ("i.json", format!("{{\"planned_values\":1,\"x\":\"alicloud_rds_backup\",\"y\":{}}}", nested("[", "]"))),
        ("j.sh", format!("{BAD} {}\n", "\"${a:-".repeat(10_000))),
    ];
    for (name, text) in &files {
        let ran = run(&[(name, text.as_bytes())]);
        assert!(ran.code <= 1, "{name}");
        assert!(!ran.failed(), "{name}");
    }
}

#[test]
fn a_script_or_module_that_calls_itself_ends() {
    for text in [
        format!("f() {{ f \"$@\"; {BAD}; }}\nf\n"),
        format!("source ./run.sh\n{BAD}\n"),
        format!("a() {{ b; b; }}\nb() {{ a; a; }}\na\n{BAD}\n"),
        format!("bash run.sh\n{BAD}\n"),
        format!("X=\"$X$X\"\nwhile true; do X=\"$X$X\"; done\n{BAD}\n"),
        format!("eval \"$(cat run.sh)\"; alias f=f; trap '{BAD}' EXIT\n{BAD}\n"),
    ] {
        let ran = shell(&text);
        assert!(ran.loud().contains(&format!("unsupported-method at {}", place(&text))), "{text}: {:?}", ran.loud());
    }
}

/// Where the last method of a script stands.
fn place(text: &str) -> String {
    let at = text.rfind("Logical").unwrap();
    let line = text[..at].matches('\n').count() + 1;
    let column = at - text[..at].rfind('\n').map_or(0, |n| n + 1) + 1;
    format!("{line}:{column}")
}

#[test]
fn cut_off_input_never_fails() {
    let terraform = format!(
        "{}{}",
        instance("PostgreSQL", "cloud_essd"),
        backup("backup_method = lookup({a = \"Lögical\"}, \"a\") # x")
    );
    let script = "f() { local a=\"$1\"; aliyun rds CreateBackup --DBInstanceId \"${a:-pgm-1}\" \\\n --BackupMethod 'Lögical'; }\nf <<EOF\nx\nEOF\n";
    let plan = "{\"resource\":{\"alicloud_rds_backup\":{\"x\":{\"db_instance_id\":\"pgm-1\",\"backup_method\":\"L\\u00f6gical\"}}}}";
    let folder = tempfile::tempdir().unwrap();
    for (ending, text) in [("tf", terraform.as_str()), ("sh", script), ("tf.json", plan)] {
        for length in (0..text.len()).step_by(3) {
            let own = folder.path().join(format!("{ending}-{length}"));
            fs::create_dir(&own).unwrap();
            fs::write(own.join(format!("x.{ending}")), &text.as_bytes()[..length]).unwrap();
        }
    }
    let ran = run_in(folder.path(), &["."]);
    assert!(ran.code <= 1);
    assert!(!ran.failed());
}
