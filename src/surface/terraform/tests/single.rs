//! One module: spans, variables, locals, conditions, `count`, `for_each`, facts.

use super::*;
use crate::model::Quote;

const INSTANCE: &str = r#"
resource "alicloud_db_instance" "ledger" {
  engine                   = "PostgreSQL"
  db_instance_storage_type = "cloud_essd"
}
"#;

fn with_method(expression: &str, rest: &str) -> Call {
    call(&format!(
        "resource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = \"rm-1\"\n  backup_method = {expression}\n}}\n{rest}"
    ))
}

fn method(expression: &str, rest: &str) -> Vec<String> {
    argument(&with_method(expression, rest), "BackupMethod")
}

#[test]
fn a_plain_call_has_spans_on_everything() {
    let text = format!(
        "{INSTANCE}\n# nightly\nresource \"alicloud_rds_backup\" \"nightly\" {{\n  db_instance_id = alicloud_db_instance.ledger.id\n  backup_method  = \"Snapshot\" # why not\n}}\n"
    );
    let call = call(&text);
    assert_eq!(call.subject, "alicloud_rds_backup.nightly");
    assert_eq!(call.head.text(), "resource \"alicloud_rds_backup\" \"nightly\"");
    assert!(call.place.text().starts_with("resource \"alicloud_rds_backup\"") && call.place.text().ends_with('}'));
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("backup_method", "\"Snapshot\""));
    assert_eq!(show(&method.value), ["Snapshot"]);
    assert!(method.value.alternatives()[0].steps.is_empty());
    assert_eq!(method.literal, Some(Quote::DoubleUnlessNumber));
    assert_eq!(method.removal.as_ref().unwrap().text(), "  backup_method  = \"Snapshot\" # why not\n");
    let id = call.argument("DBInstanceId").unwrap();
    assert_eq!(show(&id.value), ["?the id of alicloud_db_instance.ledger is known after apply"]);
    assert_eq!(id.literal, None);
    let insert = call.insert.as_ref().unwrap();
    assert_eq!(insert.before, "\n  ");
    assert!(text.get(insert.at.span.start as usize..).unwrap().starts_with("\n}\n"));
    assert_eq!(fact(&call, "engine"), ["PostgreSQL"]);
    assert_eq!(fact(&call, "storage"), ["cloud_essd"]);
    assert_eq!(fact(&call, "role"), ["primary"]);
    assert_eq!(
        steps(&call.fact("engine").unwrap().value),
        [
            (
                "resource \"alicloud_db_instance\" \"ledger\"".to_owned(),
                "the instance that `db_instance_id` refers to".to_owned()
            ),
            ("\"PostgreSQL\"".to_owned(), "`engine` of alicloud_db_instance.ledger".to_owned()),
        ]
    );
}

#[test]
fn defaults_of_a_root_may_be_overridden_and_show_their_way() {
    let call = with_method("local.m", "variable \"m\" { default = \"Logical\" }\nlocals {\n  m = var.m\n}\n");
    assert_eq!(argument(&call, "BackupMethod"), ["~Logical"]);
    assert_eq!(
        steps(&call.argument("BackupMethod").unwrap().value),
        [
            ("local.m".to_owned(), "`backup_method` is set here".to_owned()),
            ("var.m".to_owned(), "local `m`".to_owned()),
            ("\"Logical\"".to_owned(), "default of variable `m`".to_owned()),
        ]
    );
}

#[test]
fn a_variable_without_a_value_is_unknown_at_its_declaration() {
    let call = with_method("var.m", "variable \"m\" {\n  type = string\n}\n");
    let value = &call.argument("BackupMethod").unwrap().value;
    let Content::Unknown(unknown) = &value.alternatives()[0].content else { panic!() };
    assert_eq!(unknown.reason, "variable `m` has no default");
    assert_eq!(unknown.place.as_ref().unwrap().text(), "variable \"m\"");
    assert!(!unknown.present);
}

#[test]
fn a_validation_lists_the_values() {
    let rest = r#"variable "m" {
      validation {
        condition     = contains(["Physical", "Logical"], var.m)
        error_message = "no"
      }
    }"#;
    let call = with_method("var.m", rest);
    assert_eq!(argument(&call, "BackupMethod"), ["Physical", "Logical"]);
    let guards: Vec<_> = call.arguments[1].value.alternatives().iter().map(|a| a.guards[0].clone()).collect();
    assert_eq!(guards[0].key, guards[1].key);
    assert_ne!(guards[0].branch, guards[1].branch);
}

#[test]
fn expressions_are_evaluated() {
    for (expression, expected) in [
        ("null", "-"),
        ("\"\"", "-"),
        ("title(lower(\"PHYSICAL\"))", "Physical"),
        ("join(\"\", [\"Phys\", \"ical\"])", "Physical"),
        ("format(\"%s%s\", \"Log\", \"ical\")", "Logical"),
        ("coalesce(null, \"\", \"Snapshot\")", "Snapshot"),
        ("try(local.nothing.there, \"Snapshot\")", "Snapshot"),
        ("can(local.m.zz) ? \"a\" : \"b\"", "b"),
        ("lookup({ a = \"Logical\" }, \"b\", \"Physical\")", "Physical"),
        ("merge({ a = \"x\" }, { a = \"Logical\" }).a", "Logical"),
        ("local.m[\"b\"]", "Snapshot"),
        ("local.m.a", "Physical"),
        ("values(local.m)[1]", "Snapshot"),
        ("keys(local.m)[0]", "a"),
        ("element([\"x\", \"y\"], 3)", "y"),
        ("[for k, v in local.m : v if k != \"a\"][0]", "Snapshot"),
        ("{ for k, v in local.m : v => k }[\"Physical\"]", "a"),
        ("one([\"Logical\"])", "Logical"),
        ("one([])", "-"),
        ("1 + 2 * 3", "7"),
        ("true && !false ? \"y\" : \"n\"", "y"),
        ("3 > 2 ? \"y\" : \"n\"", "y"),
        ("contains([\"a\", \"b\"], \"b\") ? \"y\" : \"n\"", "y"),
        ("length(local.m) == 2 ? \"y\" : \"n\"", "y"),
        ("\"${upper(\"a\")}-${1 + 1}\"", "A-2"),
        ("jsondecode(\"{\\\"m\\\": \\\"Logical\\\"}\").m", "Logical"),
        ("split(\",\", \"a,b\")[1]", "b"),
        ("replace(\"a-b\", \"-\", \"_\")", "a_b"),
        ("trimspace(\" x \")", "x"),
        ("substr(\"Snapshot!\", 0, 8)", "Snapshot"),
        ("zipmap([\"k\"], [\"v\"]).k", "v"),
        ("flatten([[\"a\"], [[\"b\"]]])[1]", "b"),
        ("distinct([\"a\", \"a\", \"b\"])[1]", "b"),
        ("compact([\"\", \"b\"])[0]", "b"),
        ("tolist(toset([\"b\", \"a\"]))[0]", "a"),
        ("concat([\"a\"], [\"b\"])[1]", "b"),
        ("range(3)[2]", "2"),
        ("sort([\"b\", \"a\"])[0]", "a"),
        ("reverse([\"b\", \"a\"])[0]", "a"),
        ("tostring(7.0)", "7"),
        ("min(3, 2)", "2"),
        ("[{ m = \"Logical\" }][*].m[0]", "?"),
        ("[{ m = \"Logical\" }].*.m[0]", "Logical"),
        ("startswith(\"abc\", \"a\") ? \"y\" : \"n\"", "y"),
        ("jsonencode({ a = 1 })", "{\"a\":1}"),
        ("formatlist(\"x-%s\", [\"a\", \"b\"])[1]", "x-b"),
    ] {
        let rest = "locals {\n  m = { a = \"Physical\", b = \"Snapshot\" }\n}\n";
        let got = method(expression, rest);
        if expected == "?" {
            assert!(got[0].starts_with('?'), "{expression}: {got:?}");
        } else {
            assert_eq!(got, [expected], "{expression}");
        }
    }
}

#[test]
fn what_is_not_pure_is_unknown() {
    for expression in
        ["file(\"m.txt\")", "timestamp()", "data.x.y.z", "terraform.workspace", "sha256(\"a\")", "local.gone"]
    {
        let got = method(expression, "");
        assert!(got.len() == 1 && got[0].starts_with('?'), "{expression}: {got:?}");
    }
}

#[test]
fn a_heredoc_is_text_and_may_have_holes() {
    assert_eq!(method("trimspace(<<-EOT\n    Physical\n  EOT\n  )", ""), ["Physical"]);
    let rest = "locals {\n  m = <<EOT\nresource \"alicloud_rds_backup\" \"fake\" { backup_method = \"Nope\" }\n${upper(\"x\")} it's \"open\nEOT\n}\n";
    assert_eq!(method("\"Logical\"", rest), ["Logical"]);
}

#[test]
fn one_decision_keeps_engine_and_method_together() {
    let text = r#"
variable "big" { type = bool }
resource "alicloud_db_instance" "i" {
  engine                   = var.big ? "SQLServer" : "MySQL"
  db_instance_storage_type = "cloud_essd"
}
resource "alicloud_rds_backup" "b" {
  db_instance_id = alicloud_db_instance.i.id
  backup_method  = !var.big ? "Snapshot" : "Physical"
}
"#;
    let call = call(text);
    assert_eq!(fact(&call, "engine"), ["SQLServer", "MySQL"]);
    assert_eq!(argument(&call, "BackupMethod"), ["Snapshot", "Physical"]);
    let engine = call.fact("engine").unwrap().value.alternatives();
    let method = call.argument("BackupMethod").unwrap().value.alternatives();
    assert_eq!(engine[1].guards, method[0].guards);
    assert_eq!(engine[0].guards, method[1].guards);
    let steps = steps(&call.argument("BackupMethod").unwrap().value);
    assert_eq!(steps[1], ("\"Snapshot\"".to_owned(), "when `!var.big` holds".to_owned()));
}

#[test]
fn equal_and_not_equal_are_one_decision() {
    let text = r#"
variable "e" { type = string }
resource "alicloud_rds_backup" "b" {
  db_instance_id  = "rm-1"
  backup_method   = var.e == "x" ? "A" : "B"
  backup_strategy = "x" != var.e ? "C" : "D"
}
"#;
    let call = call(text);
    let left = call.argument("BackupMethod").unwrap().value.alternatives();
    let right = call.argument("BackupStrategy").unwrap().value.alternatives();
    assert_eq!(left[0].guards, right[1].guards);
    assert_eq!(left[1].guards, right[0].guards);
}

#[test]
fn for_each_makes_a_call_of_every_entry() {
    let text = r#"
locals {
  fleet = {
    cash   = { engine = "SQLServer", disk = "cloud_essd", how = "Logical" }
    people = { engine = "MySQL", disk = "local_ssd", how = "Physical" }
  }
}
resource "alicloud_db_instance" "fleet" {
  for_each                 = local.fleet
  engine                   = each.value.engine
  db_instance_storage_type = each.value.disk
}
resource "alicloud_rds_backup" "fleet" {
  for_each       = local.fleet
  db_instance_id = alicloud_db_instance.fleet[each.key].id
  backup_method  = each.value.how
}
"#;
    let calls = calls(text);
    let subjects: Vec<_> = calls.iter().map(|c| c.subject.as_str()).collect();
    assert_eq!(subjects, ["alicloud_rds_backup.fleet[\"cash\"]", "alicloud_rds_backup.fleet[\"people\"]"]);
    assert_eq!(fact(&calls[0], "engine"), ["SQLServer"]);
    assert_eq!(fact(&calls[1], "storage"), ["local_ssd"]);
    assert_eq!(argument(&calls[0], "BackupMethod"), ["Logical"]);
    let way = steps(&calls[0].argument("BackupMethod").unwrap().value);
    assert_eq!(
        way,
        [
            ("each.value.how".to_owned(), "`backup_method` is set here".to_owned()),
            ("fleet".to_owned(), "local `fleet`".to_owned()),
            ("cash".to_owned(), "entry `cash`".to_owned()),
            ("\"Logical\"".to_owned(), "entry `how`".to_owned()),
        ]
    );
}

#[test]
fn for_each_over_a_set_and_over_something_unknown() {
    let text = "resource \"alicloud_rds_backup\" \"b\" {\n  for_each = toset([\"rm-1\", \"rm-2\"])\n  db_instance_id = each.value\n}\n";
    let ids: Vec<_> = calls(text).iter().flat_map(|c| argument(c, "DBInstanceId")).collect();
    assert_eq!(ids, ["rm-1", "rm-2"]);
    let text = "variable \"s\" {}\nresource \"alicloud_rds_backup\" \"b\" {\n  for_each = var.s\n  db_instance_id = each.key\n  backup_method = each.value\n}\n";
    let call = call(text);
    assert_eq!(argument(&call, "BackupMethod"), ["?variable `s` has no default"]);
    assert_eq!(call.guards.len(), 1);
}

#[test]
fn count_decides_how_often() {
    let text = |count: &str| {
        format!(
            "variable \"on\" {{\n type = bool\n}}\nresource \"alicloud_rds_backup\" \"b\" {{\n  count = {count}\n  db_instance_id = \"rm-1\"\n  backup_method = [\"A\", \"B\"][count.index]\n}}\n"
        )
    };
    assert!(calls(&text("0")).is_empty());
    assert!(calls(&text("false ? 1 : 0")).is_empty());
    let two = calls(&text("2"));
    assert_eq!(two.iter().flat_map(|c| argument(c, "BackupMethod")).collect::<Vec<_>>(), ["A", "B"]);
    let maybe = call(&text("var.on ? 1 : 0"));
    assert_eq!((maybe.guards.len(), maybe.guards[0].branch), (1, 0));
    let unknown = call(&text("length(var.on)"));
    assert_eq!(unknown.guards.len(), 1);
}

#[test]
fn alternatives_that_do_not_fit_the_call_are_left_out() {
    let text = r#"
variable "on" { type = bool }
resource "alicloud_db_instance" "i" {
  count  = var.on ? 1 : 0
  engine = "MariaDB"
}
resource "alicloud_rds_backup" "b" {
  count          = var.on ? 1 : 0
  db_instance_id = alicloud_db_instance.i[0].id
}
"#;
    let call = call(text);
    assert_eq!(fact(&call, "engine"), ["MariaDB"]);
    assert_eq!(argument(&call, "DBInstanceId"), ["?the id of alicloud_db_instance.i[0] is known after apply"]);
}

#[test]
fn splats_and_one_keep_the_reference() {
    for id in [
        "alicloud_db_instance.i.*.id[0]",
        "one(alicloud_db_instance.i[*].id)",
        "element(alicloud_db_instance.i.*.id, 0)",
        "join(\"\", alicloud_db_instance.i.*.id)",
        "try(alicloud_db_instance.i[0].id, \"\")",
        "concat(alicloud_db_instance.i.*.id, [\"\"])[0]",
        "coalesce(\"\", alicloud_db_instance.i[0].id)",
        "\"${alicloud_db_instance.i[0].id}\"",
        "true ? alicloud_db_instance.i[0].id : null",
        "{ a = alicloud_db_instance.i[0] }.a.id",
        "[for i in alicloud_db_instance.i : i.id][0]",
    ] {
        let text = format!(
            "resource \"alicloud_db_instance\" \"i\" {{\n  count = 1\n  engine = \"MySQL\"\n}}\nresource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = {id}\n}}\n"
        );
        let call = call(&text);
        assert_eq!(fact(&call, "engine"), ["MySQL"], "{id}");
    }
}

#[test]
fn numbers_are_written_as_integers_and_zero_is_sent() {
    let retention = |text: &str| {
        let text = format!(
            "variable \"d\" {{\n type = number\n default = \"30\"\n}}\nresource \"alicloud_rds_backup\" \"b\" {{\n  db_instance_id = \"rm-1\"\n  backup_retention_period = {text}\n}}\n"
        );
        argument(&call(&text), "BackupRetentionPeriod").remove(0)
    };
    assert_eq!(retention("7.0"), "7");
    assert_eq!(retention("0"), "0");
    assert_eq!(retention("-1"), "-1");
    assert_eq!(retention("\"0800\""), "0800");
    assert_eq!(retention("\"731\""), "731");
    assert_eq!(retention("var.d"), "~30");
    assert_eq!(retention("7 * 24"), "168");
}

#[test]
fn instances_of_other_kinds() {
    let text = r#"
resource "alicloud_db_instance" "main" {
  engine               = "MySQL"
  instance_charge_type = "Serverless"
}
resource "alicloud_db_readonly_instance" "ro" {
  master_db_instance_id    = alicloud_db_instance.main.id
  db_instance_storage_type = "local_ssd"
}
resource "alicloud_rds_clone_db_instance" "copy" {
  source_db_instance_id = alicloud_db_instance.main.id
}
data "alicloud_db_instances" "found" {
  engine = "SQLServer"
}
resource "alicloud_rds_backup" "a" {
  db_instance_id = alicloud_db_instance.main.id
}
resource "alicloud_rds_backup" "b" {
  db_instance_id = alicloud_db_readonly_instance.ro.id
}
resource "alicloud_rds_backup" "c" {
  db_instance_id = alicloud_rds_clone_db_instance.copy.id
}
resource "alicloud_rds_backup" "d" {
  db_instance_id = data.alicloud_db_instances.found.instances.0.id
}
resource "alicloud_rds_backup" "e" {
  db_instance_id = data.alicloud_db_instances.found.ids[0]
}
"#;
    let calls = calls(text);
    let facts: Vec<_> = calls.iter().map(|c| (fact(c, "engine"), fact(c, "storage"), fact(c, "role"))).collect();
    let list = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    let expected = |e: &str, s: &str, r: &str| (list(e), list(s), list(r));
    assert_eq!(facts[0], expected("MySQL", "cloud", "primary"));
    assert_eq!(facts[1], expected("MySQL", "local_ssd", "readonly"));
    assert_eq!(facts[2], expected("MySQL", "", "primary"));
    assert_eq!(facts[3], expected("SQLServer", "", ""));
    assert_eq!(facts[4], expected("SQLServer", "", ""));
}

#[test]
fn every_listed_instance_has_the_facts_of_the_list() {
    let text = |rest: &str| {
        format!(
            "data \"alicloud_db_instances\" \"all\" {{\n  engine = \"SQLServer\"\n}}\nresource \"alicloud_rds_backup\" \"b\" {{\n{rest}}}\n"
        )
    };
    for rest in [
        "  for_each = toset(data.alicloud_db_instances.all.ids)\n  db_instance_id = each.value\n",
        "  count = length(data.alicloud_db_instances.all.ids)\n  db_instance_id = data.alicloud_db_instances.all.ids[count.index]\n",
    ] {
        let call = call(&text(rest));
        assert_eq!(fact(&call, "engine"), ["SQLServer"], "{rest}");
        assert_eq!(call.guards.len(), 1);
    }
}

#[test]
fn an_unknown_spelling_of_a_fact_is_unknown() {
    let text = "resource \"alicloud_db_instance\" \"i\" {\n  engine = \"PPAS\"\n}\nresource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = alicloud_db_instance.i.id\n}\n";
    assert_eq!(fact(&call(text), "engine"), ["?\"PPAS\" is no known engine"]);
}

#[test]
fn names_that_are_no_arguments() {
    let text = r#"
resource "alicloud_db_instance" "i" {
  engine = "MySQL"
}
resource "alicloud_rds_backup" "b" {
  instance_id       = alicloud_db_instance.i.id
  status            = "Success"
  remove_from_state = true
  depends_on        = [alicloud_db_instance.i]
  lifecycle {
    prevent_destroy = true
  }
}
"#;
    let call = call(text);
    let names: Vec<_> = call.unknown_names.iter().map(|n| (n.place.text(), n.nearest.as_deref(), n.refused)).collect();
    assert_eq!(names, [("instance_id", Some("DBInstanceId"), true), ("status", None, true)]);
    assert_eq!(call.unknown_names[0].instead.as_deref(), Some("db_instance_id"));
    assert_eq!(fact(&call, "engine"), ["MySQL"]);
    assert!(call.arguments.is_empty());
}

#[test]
fn data_sources_comments_and_prose_are_no_calls() {
    let text = "# resource \"alicloud_rds_backup\" \"x\" {}\ndata \"alicloud_rds_backups\" \"all\" {\n  db_instance_id = \"rm-1\"\n}\nlocals {\n  doc = \"alicloud_rds_backup\"\n}\n";
    let extraction = run(&[("main.tf", text)]);
    assert!(extraction.calls.is_empty() && extraction.problems.is_empty());
    assert_eq!(extraction.coverage.len(), 1);
}

#[test]
fn circles_end() {
    assert!(method("local.a", "locals {\n  a = local.b\n  b = local.a\n}\n")[0].starts_with('?'));
    let chain: String = (0..2_000).map(|i| format!("  l{i} = local.l{}\n", i + 1)).collect();
    assert!(method("local.l0", &format!("locals {{\n{chain}}}\n"))[0].starts_with('?'));
    for shape in [
        "coalesce(try(merge({ a = local.lNEXT }).a, null), \"x\")",
        "[for x in [local.lNEXT] : x if true ? true : local.lNEXT][0]",
        "true ? (true ? [[local.lNEXT]][0][0] : 1) : 2",
        "\"${\"a${local.lNEXT}\"}b\"",
        "[{ a = { b = local.lNEXT } }][*].a.b",
    ] {
        let chain: String =
            (0..300).map(|i| format!("  l{i} = {}\n", shape.replace("NEXT", &(i + 1).to_string()))).collect();
        assert_eq!(method("local.l0", &format!("locals {{\n{chain}}}\n")).len(), 1);
    }
    let loops = "length([for a in range(900) : [for b in range(900) : [for c in range(900) : a]]]) > 0 ? \"x\" : \"y\"";
    let _ = method(loops, "");
}

#[test]
fn an_unknown_key_takes_one_of_the_entries() {
    let rest = "variable \"k\" {}\nlocals {\n  m = { a = \"Logical\", b = \"Physical\" }\n}\n";
    assert_eq!(method("local.m[var.k]", rest), ["Logical", "Physical"]);
    assert_eq!(method("lookup(local.m, var.k, null)", rest), ["Logical", "Physical", "-"]);
}

#[test]
fn object_types_fill_in_their_defaults() {
    let rest = r#"
variable "o" {
  type = object({
    method = optional(string, "Snapshot")
    days   = optional(number)
  })
  default = {}
}
"#;
    assert_eq!(method("var.o.method", rest), ["~Snapshot"]);
    assert_eq!(method("var.o.days", rest), ["~-"]);
}

#[test]
fn a_default_disk_decides_the_method() {
    let text = r#"
variable "disk" {
  type    = string
  default = "cloud_essd"
}
resource "alicloud_db_instance" "quotes" {
  engine                   = "MySQL"
  db_instance_storage_type = var.disk
}
resource "alicloud_rds_backup" "quotes" {
  db_instance_id = alicloud_db_instance.quotes.id
  backup_method  = var.disk == "local_ssd" ? "Physical" : "Snapshot"
}
"#;
    let call = call(text);
    assert_eq!(argument(&call, "BackupMethod"), ["~Snapshot"]);
    assert_eq!(fact(&call, "storage"), ["~cloud_essd"]);
}

#[test]
fn a_function_over_literals_stands_where_it_is_written() {
    let steps_of = |expression: &str| {
        let call = with_method(expression, "locals {\n  m = \"PHYSICAL\"\n}\n");
        steps(&call.argument("BackupMethod").unwrap().value)
    };
    assert_eq!(steps_of("format(\"%s\", \"Logical\")"), []);
    assert_eq!(steps_of("format(\"%s\", local.m)")[1], ("\"PHYSICAL\"".to_owned(), "local `m`".to_owned()));
}

#[test]
fn collections_that_grow_from_local_to_local_end() {
    let chain: String = (1..3_000).map(|i| format!("  l{i} = [local.l{}]\n", i - 1)).collect();
    let calls: String = (1..30)
        .map(|i| format!("resource \"alicloud_rds_backup\" \"b{i}\" {{\n  db_name = local.l{}\n}}\n", i * 100))
        .collect();
    assert_eq!(super::calls(&format!("locals {{\n  l0 = []\n{chain}}}\n{calls}")).len(), 29);
}

proptest::proptest! {
    #[test]
    fn no_text_ends_it(text in "[a-z\"${}\\[\\]().=?:!<\\-\n ]{0,80}") {
        let text = format!("resource \"alicloud_rds_backup\" \"b\" {{\n  backup_method = {text}\n}}\n");
        for call in super::calls(&text) {
            for argument in &call.arguments {
                proptest::prop_assert!(argument.place.span.end as usize <= text.len());
            }
        }
    }
}

#[test]
fn tables_as_people_write_them() {
    let text = r#"
variable "plans" {
  type = map(object({
    engine  = string
    how     = optional(string, "Physical")
    keep    = optional(number)
    enabled = optional(bool, true)
  }))
  default = {
    a = { engine = "MySQL", how = "Logical" }
    b = { engine = "MariaDB", keep = 30 }
    c = { engine = "MySQL", enabled = false }
  }
}
locals {
  rows = flatten([for name, plan in var.plans : [for zone in ["x", "y"] : merge(plan, { zone = zone, name = name })]])
  jobs = { for row in local.rows : "${row.name}-${row.zone}" => row if row.enabled }
}
resource "alicloud_db_instance" "all" {
  for_each = local.jobs
  engine   = each.value.engine
}
resource "alicloud_rds_backup" "all" {
  for_each                = local.jobs
  db_instance_id          = alicloud_db_instance.all[each.key].id
  backup_method           = each.value["how"]
  backup_retention_period = lookup(each.value, "keep", null)
}
"#;
    let calls = calls(text);
    let rows: Vec<_> = calls
        .iter()
        .map(|c| {
            (c.subject.as_str(), fact(c, "engine"), argument(c, "BackupMethod"), argument(c, "BackupRetentionPeriod"))
        })
        .collect();
    let row = |subject, engine: &str, how: &str, keep: &str| {
        (subject, vec![format!("~{engine}")], vec![format!("~{how}")], vec![format!("~{keep}")])
    };
    assert_eq!(
        rows,
        [
            row("alicloud_rds_backup.all[\"a-x\"]", "MySQL", "Logical", "-"),
            row("alicloud_rds_backup.all[\"a-y\"]", "MySQL", "Logical", "-"),
            row("alicloud_rds_backup.all[\"b-x\"]", "MariaDB", "Physical", "30"),
            row("alicloud_rds_backup.all[\"b-y\"]", "MariaDB", "Physical", "30"),
        ]
    );
}

#[test]
fn an_id_is_not_null_and_not_known() {
    let rest = "resource \"alicloud_db_instance\" \"i\" {\n  engine = \"MySQL\"\n}\n";
    assert_eq!(method("alicloud_db_instance.i.id != null ? \"A\" : \"B\"", rest), ["A"]);
    assert_eq!(method("alicloud_db_instance.i.id == \"rm-1\" ? \"A\" : \"B\"", rest), ["A", "B"]);
    let unknown = "?the id of alicloud_db_instance.i is known after apply";
    assert_eq!(method("upper(alicloud_db_instance.i.id)", rest), [unknown]);
    assert_eq!(method("\"x-${alicloud_db_instance.i.id}\"", rest), [unknown]);
    assert_eq!(method("alicloud_db_instance.i.port", rest), ["?`alicloud_db_instance.i.port` is known after apply"]);
}

#[test]
fn the_workspace_decides_for_every_value() {
    let text = "resource \"alicloud_rds_backup\" \"b\" {\n  backup_method = terraform.workspace == \"prod\" ? \"A\" : \"B\"\n  db_name = terraform.workspace != \"prod\" ? \"C\" : null\n}\n";
    let call = call(text);
    let (method, name) = (&call.arguments[0].value, &call.arguments[1].value);
    assert_eq!(
        (show(method), show(name)),
        (vec!["A".to_owned(), "B".to_owned()], vec!["C".to_owned(), "-".to_owned()])
    );
    assert_eq!(method.alternatives()[0].guards, name.alternatives()[1].guards);
}
