//! Terraform projects that other scanners misread.

use crate::{backup, folder, instance, run, run_in, terraform};

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
