//! Files that are hard to read, JSON files, override files, coverage.

use super::*;
use crate::model::{CoverageStatus, ProblemKind};

#[test]
fn a_mark_and_windows_line_ends_move_nothing() {
    let text = "resource \"alicloud_rds_backup\" \"b\" {\r\n  db_instance_id = \"rm-1\"\r\n  backup_method = \"Physical\"\r\n}\r\n";
    let bytes = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let source = crate::source::Source::from_bytes("main.tf", bytes).unwrap();
    let call = call(source.text());
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!(method.place.text(), "\"Physical\"");
    assert_eq!(method.removal.as_ref().unwrap().text(), "  backup_method = \"Physical\"\r\n");
    let insert = call.insert.as_ref().unwrap();
    assert_eq!(insert.before, "\r\n  ");
    assert!(text.get(insert.at.span.start as usize..).unwrap().starts_with("\r\n}"));
}

#[cfg(feature = "code")]
#[test]
fn a_broken_file_still_gives_its_resource() {
    let extraction = run(&[("main.tf", "resource \"alicloud_rds_backup\" \"b\" {\n  backup_method = \"Nope\"\n")]);
    assert_eq!(extraction.problems.len(), 1);
    assert_eq!(extraction.problems[0].kind, ProblemKind::Unparsable);
    assert_eq!(extraction.coverage[0].status, CoverageStatus::InPart);
    let call = &extraction.calls[0];
    assert_eq!(argument(call, "BackupMethod"), ["Nope"]);
    assert_eq!(argument(call, "DBInstanceId"), ["?the block cannot be read in full"]);
    assert!(call.insert.is_none());
}

#[test]
fn an_error_elsewhere_costs_nothing() {
    let text = "resource \"x\" \"y\" {\n  a = = 1\n}\n\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-1\"\n  backup_method  = \"Logical\"\n}\n";
    let extraction = run(&[("main.tf", text)]);
    assert_eq!(extraction.problems.len(), 1);
    assert_eq!(extraction.problems[0].place.start().line, 2);
    assert_eq!(argument(&extraction.calls[0], "BackupMethod"), ["Logical"]);
    assert!(extraction.calls[0].insert.is_some());
}

#[test]
fn the_json_spelling() {
    let text = r#"{
  "//": "nightly",
  "variable": {"m": {"type": "string", "default": "Logical"}},
  "resource": {
    "alicloud_db_instance": {"i": {"engine": "MySQL"}},
    "alicloud_rds_backup": {
      "b": {
        "db_instance_id": "${alicloud_db_instance.i.id}",
        "backup_method": "${var.m}",
        "backup_strategy": "instance"
      }
    }
  }
}"#;
    let extraction = run(&[("main.tf.json", text)]);
    let call = &extraction.calls[0];
    assert_eq!(call.subject, "alicloud_rds_backup.b");
    assert_eq!(fact(call, "engine"), ["MySQL"]);
    assert_eq!(argument(call, "BackupMethod"), ["~Logical"]);
    let strategy = call.argument("BackupStrategy").unwrap();
    assert_eq!((strategy.name.text(), strategy.place.text()), ("\"backup_strategy\"", "\"instance\""));
    let insert = call.insert.as_ref().unwrap();
    let line = format!("{}db_name{}\"a\"", insert.before, insert.between);
    assert_eq!(line, ",\n        \"db_name\": \"a\"");
    assert!(text.get(..insert.at.span.start as usize).unwrap().ends_with("\"instance\""));
    assert_eq!(extraction.coverage[0].status, CoverageStatus::Judged);
}

#[test]
fn broken_json_is_a_problem() {
    let extraction = run(&[("main.tf.json", "{\"resource\": {\"alicloud_rds_backup\": ")]);
    assert_eq!(extraction.problems.len(), 1);
    assert_eq!(extraction.coverage[0].status, CoverageStatus::Skipped);
}

#[test]
fn override_files_are_laid_over() {
    let main =
        "resource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-1\"\n  backup_method = \"Logical\"\n}\n";
    let over = "resource \"alicloud_rds_backup\" \"b\" {\n  backup_method = \"Snapshot\"\n}\n";
    let extraction = run(&[("main.tf", main), ("test_override.tf", over)]);
    assert_eq!(extraction.calls.len(), 1);
    assert_eq!(argument(&extraction.calls[0], "BackupMethod"), ["Snapshot"]);
    assert_eq!(argument(&extraction.calls[0], "DBInstanceId"), ["rm-1"]);
    assert_eq!(extraction.coverage.len(), 2);
}

#[test]
fn a_module_is_read_though_its_other_files_hold_no_needle() {
    let files = [
        (
            "s/backup.tf",
            "resource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = alicloud_db_instance.i.id\n  backup_method = local.m\n}\n",
        ),
        ("s/db.tf", "resource \"alicloud_db_instance\" \"i\" {\n  engine = \"MySQL\"\n}\n"),
        ("s/locals.tf", "locals {\n  m = \"Physical\"\n}\n"),
    ];
    let extraction = run(&files);
    assert_eq!(fact(&extraction.calls[0], "engine"), ["MySQL"]);
    assert_eq!(argument(&extraction.calls[0], "BackupMethod"), ["Physical"]);
    assert_eq!((extraction.parsed, extraction.coverage.len()), (3, 1));
}

#[test]
fn empty_files_and_blocks() {
    assert!(run(&[("main.tf", "")]).calls.is_empty());
    let call = call("resource \"alicloud_rds_backup\" \"b\" {}\n");
    assert!(call.arguments.is_empty() && call.insert.is_none() && call.facts.is_empty());
}

#[test]
fn an_unpaired_quote_in_a_heredoc_hides_nothing() {
    let text = "resource \"null_resource\" \"n\" {\n  x = <<-EOF\n    echo \"it's \\\n    ${upper(\"a\")} $HOME\n  EOF\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"rm-1\"\n}\n";
    let extraction = run(&[("main.tf", text)]);
    assert!(extraction.problems.is_empty());
    assert_eq!(extraction.calls.len(), 1);
}

#[test]
fn a_long_for_each_is_judged_in_part() {
    let text = "resource \"alicloud_rds_backup\" \"b\" {\n  for_each = { for i in range(1010) : \"k${i}\" => i }\n  db_instance_id = \"rm-${each.value}\"\n}\n";
    let extraction = run(&[("main.tf", text)]);
    assert_eq!(extraction.calls.len(), 1_000);
    assert_eq!(extraction.coverage[0].status, CoverageStatus::InPart);
}

#[test]
fn a_value_of_the_command_line_has_its_place() {
    let text = "variable \"m\" {\n  type = map(string)\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  backup_method = var.m.a\n}\n";
    let settings = SurfaceSettings {
        variables: vec![("m".to_owned(), "{ a = \"Logical\" }".to_owned())],
        ..SurfaceSettings::default()
    };
    let call = run_with(&[("main.tf", text)], &settings).calls.remove(0);
    let way = steps(&call.argument("BackupMethod").unwrap().value);
    assert_eq!(way.last().unwrap(), &("\"Logical\"".to_owned(), "entry `a`".to_owned()));
}

#[test]
fn a_broken_file_beside_the_call_is_told() {
    let files = [
        ("main.tf", "resource \"alicloud_rds_backup\" \"b\" {\n  backup_method = var.m\n}\n"),
        ("variables.tf", "variable \"m\" {\n  default = = 1\n}\n"),
    ];
    let extraction = run(&files);
    assert_eq!(extraction.problems.len(), 1);
    assert_eq!(extraction.problems[0].place.source.path(), "variables.tf");
    assert!(argument(&extraction.calls[0], "BackupMethod")[0].contains('?'));
}

#[test]
fn a_byte_that_is_no_text_moves_nothing() {
    let bytes = b"# caf\xe9\nresource \"alicloud_rds_backup\" \"b\" {\n  backup_method = \"physical\"\n}\n".to_vec();
    let source = crate::source::Source::from_bytes("main.tf", bytes).unwrap();
    let call = call(source.text());
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.place.text(), method.place.start().line), ("\"physical\"", 3));
}
