//! Calls against documents that say who may make them.

use super::build::*;
use super::*;
use crate::check::Run;
use crate::finding::PolicySums;
use crate::surface::MemoryFiles;

/// A role with one policy, as Terraform writes it.
fn role(statements: &str) -> String {
    format!(
        r#"
resource "alicloud_ram_role" "nightly" {{
  role_name = "nightly"
}}
resource "alicloud_ram_policy" "backup" {{
  policy_name     = "backup"
  policy_document = jsonencode({{ Version = "1", Statement = [{statements}] }})
}}
resource "alicloud_ram_role_policy_attachment" "backup" {{
  role_name   = alicloud_ram_role.nightly.role_name
  policy_name = alicloud_ram_policy.backup.policy_name
  policy_type = "Custom"
}}
"#
    )
}

fn allow(resource: &str) -> String {
    format!(r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "acs:rds:{resource}" }}"#)
}

fn against(calls: &[Made], files: &[(&str, &str)]) -> Report {
    let checker = checker();
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let mut run = Run::of_memory(&memory, &checker.sieve());
    let found = checker.extraction(&mut run, &settings().settings);
    let policies = PolicyFiles { access: found.access, problems: found.problems, coverage: found.coverage };
    audit(&checker, &partial(calls), &AuditSettings { policies: Some(policies), ..settings() })
}

fn with(calls: &[Made], statements: &str) -> Report {
    against(calls, &[("infra/main.tf", &role(statements))])
}

fn labels(finding: &Finding) -> Vec<(&str, &str)> {
    let in_policies = finding.related.iter().filter(|label| label.place.source.path().starts_with("infra"));
    in_policies.map(|label| (label.text.as_str(), label.place.text())).collect()
}

fn sums(report: &Report) -> PolicySums {
    report.audit.as_ref().unwrap().policies.clone().unwrap()
}

fn told(report: &Report) -> Vec<&str> {
    let of_policies = ["ram-stale-policy", "ram-unused-grant"];
    report.findings.iter().map(|f| &*f.rule).filter(|rule| of_policies.contains(rule)).collect()
}

#[test]
fn a_denial_is_explained_by_the_statement_that_denies() {
    let deny =
        format!(r#"{}, {{ Effect = "Deny", Action = "rds:Create*", Resource = "*" }}"#, allow("*:*:dbinstance/*"));
    let report = with(&[made! { code: "NoPermission" }], &deny);
    let found = of(&report, "ram-denied-call");
    assert!(found[0].message.ends_with("; a policy at hand denies it"), "{}", found[0].message);
    assert_eq!(labels(found[0])[0], ("denied here", "\"rds:Create*\""));
    assert_eq!(sums(&report), PolicySums { documents: 1, callers: 1, judged: 1, explained: 1, silent: Vec::new() });
}

/// Control policies deny what the policies of the account allow; whether one binds the account is told.
#[test]
fn a_denial_is_explained_by_a_control_policy() {
    let guard = |target: &str| {
        format!(
            r#"
variable "root_folder_id" {{}}
resource "alicloud_resource_manager_control_policy" "guard" {{
  control_policy_name = "guard"
  policy_document     = jsonencode({{ Version = "1", Statement = [{{ Effect = "Deny", Action = "rds:*", Resource = "*" }}] }})
}}
resource "alicloud_resource_manager_control_policy_attachment" "guard" {{
  policy_id = alicloud_resource_manager_control_policy.guard.id
  target_id = {target}
}}
"#
        )
    };
    let said = |target: &str, call: Made| {
        let role = role(&allow("*:*:dbinstance/*"));
        let report = against(&[call], &[("infra/main.tf", &role), ("infra/guard.tf", &guard(target))]);
        let found = of(&report, "ram-denied-call");
        let place = labels(found[0]).first().map(|(text, place)| format!("{text}: {place}"));
        (found[0].message.rsplit("; ").next().unwrap().to_owned(), place.unwrap_or_default())
    };
    let denied = "denied here: \"rds:*\"".to_owned();
    assert_eq!(
        said("\"1900000000000007\"", made! { code: "NoPermission" }),
        ("a policy at hand denies it".to_owned(), denied.clone())
    );
    assert_eq!(
        said("var.root_folder_id", made! { code: "NoPermission" }),
        (
            "control policy guard, attached to the root folder, denies it, if it binds account 1900000000000007"
                .to_owned(),
            denied
        )
    );
    let other = said("\"1900000000000008\"", made! { code: "NoPermission" });
    assert_eq!(other.0, "the policies at hand allow it");
}

#[test]
fn a_denial_is_explained_by_what_is_missing() {
    let report = with(&[made! { code: "NoPermission" }], &allow("*:*:dbinstance/rm-other"));
    let found = of(&report, "ram-denied-call");
    assert!(found[0].message.ends_with("; the one policy of role/nightly does not allow it"), "{}", found[0].message);
    assert_eq!(labels(found[0])[0], ("allows it on this", "\"acs:rds:*:*:dbinstance/rm-other\""));
    assert!(found[0].help.as_ref().unwrap().contains(INSTANCE));
    // The details speak of a Deny, and none is at hand.
    let denial = r#"{"NoPermissionType":"ExplicitDeny"}"#;
    let report = with(&[made! { code: "NoPermission", denial: denial }], &allow("*:*:dbinstance/rm-other"));
    let found = of(&report, "ram-denied-call");
    assert!(found[0].message.ends_with("none of the policies at hand denies it in so many words"));
}

#[test]
fn a_denial_that_the_documents_do_not_know_of_says_so() {
    let report = with(&[made! { code: "NoPermission" }], &allow("*:*:dbinstance/*"));
    let found = of(&report, "ram-denied-call");
    assert!(found[0].message.ends_with("; the policies at hand allow it"), "{}", found[0].message);
    assert_eq!(labels(found[0])[0], ("allows it", "\"rds:CreateBackup\""));
}

#[test]
fn the_region_and_the_account_of_a_record_count() {
    for here in ["cn-shanghai:*", "*:1900000000000007", "cn-shanghai:1900000000000007"] {
        assert_eq!(told(&with(&[made! {}], &allow(&format!("{here}:dbinstance/*")))), [""; 0], "{here}");
    }
    for elsewhere in ["cn-beijing:*", "*:1900000000000099"] {
        let report = with(&[made! {}], &allow(&format!("{elsewhere}:dbinstance/*")));
        assert_eq!(told(&report), ["ram-stale-policy"], "{elsewhere}");
    }
}

#[test]
fn what_was_let_through_against_the_documents_makes_them_stale() {
    let calls = [made! {}, made! { plus_minutes: 60 }];
    let report = with(&calls, &allow("*:*:dbinstance/rm-other"));
    let found = of(&report, "ram-stale-policy");
    assert_eq!(
        found[0].message,
        "role/nightly called CreateBackup on rm-bp1a2b3c4d5e6f7g8 2 times, and was let through; the one policy of \
         role/nightly does not allow it"
    );
    assert_eq!(found[0].severity, Severity::Note);
    assert_eq!(labels(found[0])[0].0, "allows it on this");
}

#[test]
fn conditions_on_what_the_record_tells_are_held_against_it() {
    let with_condition = |condition: &str| {
        let statement = format!(
            r#"{{ Effect = "Allow", Action = "rds:CreateBackup", Resource = "*", Condition = {{ {condition} }} }}"#
        );
        told(&with(&[made! {}], &statement)).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let address = |range: &str| with_condition(&format!(r#"IpAddress = {{ "acs:SourceIp" = "{range}" }}"#));
    assert_eq!(address("203.0.113.0/24"), [""; 0]);
    assert_eq!(address("198.51.100.0/24"), ["ram-stale-policy"]);
    let moment = |time: &str| with_condition(&format!(r#"DateLessThan = {{ "acs:CurrentTime" = "{time}" }}"#));
    assert_eq!(moment("2026-03-05T00:00:00Z"), [""; 0]);
    assert_eq!(moment("2026-03-01T00:00:00Z"), ["ram-stale-policy"]);
    // Nobody knows whether there was a second factor.
    assert_eq!(with_condition(r#"Bool = { "acs:MFAPresent" = "true" }"#), [""; 0]);
}

#[test]
fn a_grant_that_nobody_used_is_told() {
    let report = with(&[made! { principal: "acs:ram::1900000000000007:user/dba" }], &allow("*:*:dbinstance/*"));
    let found = of(&report, "ram-unused-grant");
    assert_eq!(found[0].message, "role/nightly may call rds:CreateBackup and has not done so on 2026-03-04");
    assert_eq!(found[0].primary.place.text(), "\"rds:CreateBackup\"");
    assert_eq!(told(&report), ["ram-unused-grant"]);
    // The grant is on what these logs do not speak of, or it is of everything.
    let dba = || [made! { principal: "acs:ram::1900000000000007:user/dba" }];
    assert_eq!(told(&with(&dba(), &allow("cn-beijing:*:dbinstance/*"))), [""; 0]);
    assert_eq!(told(&with(&dba(), r#"{ Effect = "Allow", Action = "*", Resource = "*" }"#)), [""; 0]);
    // A role of which only the id is known may be this one.
    let id = "acs:ram::1900000000000007:role/300000000000000042";
    assert_eq!(told(&with(&[made! { principal: id }], &allow("*:*:dbinstance/*"))), [""; 0]);
}

#[test]
fn what_is_not_known_of_a_caller_is_counted_and_nothing_is_said() {
    let elsewhere = allow("*:*:dbinstance/rm-other");
    let silent = |calls: &[Made], files: &[(&str, &str)]| {
        let report = against(calls, files);
        assert!(!told(&report).contains(&"ram-stale-policy"), "{:?}", report.findings);
        sums(&report).silent
    };
    let main = role(&elsewhere);
    let more = format!(
        "{main}\nresource \"alicloud_ram_role_policy_attachment\" \"more\" {{\n  role_name = \
         alicloud_ram_role.nightly.role_name\n  policy_name = \"elsewhere\"\n  policy_type = \"Custom\"\n}}\n"
    );
    let one = |why: &str| vec![(why.to_owned(), 1)];
    assert_eq!(silent(&[made! {}], &[("infra/main.tf", &more)]), one("with policies that are not at hand"));
    // Two stacks have a role of this name.
    let two = [("infra/a/main.tf", main.as_str()), ("infra/b/main.tf", main.as_str())];
    assert_eq!(silent(&[made! {}], &two), one("whose name is not known or not theirs alone"));
    // So have two accounts.
    let other = made! { principal: "acs:ram::1900000000000099:role/nightly" };
    let two = vec![("whose name is not known or not theirs alone".to_owned(), 2)];
    assert_eq!(silent(&[made! {}, other], &[("infra/main.tf", &main)]), two);
    let guest = made! { principal: "acs:ram::1900000000000007:user/guest" };
    assert_eq!(silent(&[guest], &[("infra/main.tf", &main)]), one("not written in them"));
    // No policy is about the owner of an account, nor about a service.
    for nobody in ["acs:ram::1900000000000007:root", "system:ecs.aliyuncs.com"] {
        let report = against(&[made! { principal: nobody }], &[("infra/main.tf", &main)]);
        assert_eq!(told(&report), ["ram-unused-grant"], "{nobody}");
        assert_eq!(sums(&report).callers, 0);
    }
}

#[test]
fn filters_leave_nobody_unused() {
    let checker = checker();
    let mut memory = MemoryFiles::new();
    memory.add("infra/main.tf", role(&allow("*:*:dbinstance/*")).as_str());
    let mut run = Run::of_memory(&memory, &checker.sieve());
    let found = checker.extraction(&mut run, &settings().settings);
    let policies = Some(PolicyFiles { access: found.access, ..PolicyFiles::default() });
    let filter = Filter { principals: vec!["dba".to_owned()], ..Filter::default() };
    let calls = [made! { principal: "acs:ram::1900000000000007:user/dba" }];
    let report = audit(&checker, &partial(&calls), &AuditSettings { policies, filter, ..settings() });
    assert_eq!(told(&report), [""; 0]);
}
