//! Text in, calls and findings out.

use super::*;
use crate::surface::document::tests::{argument, call, found, report, run, status};

fn task(options: &str) -> String {
    format!(
        "- hosts: localhost\n  tasks:\n    - name: copy\n      alibaba.alicloud.ali_rds_backup:\n        db_instance_id: pgm-1\n{options}"
    )
}

#[test]
fn a_plain_task_has_spans_on_everything() {
    let text = task("        backup_method: Physical\n        db_name: [a, b]\n");
    let call = call(&Ansible, "play.yml", &text);
    assert_eq!(call.subject, "Ansible task `copy`");
    assert_eq!(call.head.text(), "alibaba.alicloud.ali_rds_backup");
    assert_eq!(call.argument("BackupMethod").unwrap().place.text(), "Physical");
    assert_eq!(argument(&call, "DBName"), ["a,b"]);
    assert_eq!(call.argument("DBName").unwrap().place.text(), "[a, b]");
}

#[test]
fn the_state_decides_whether_it_is_a_call() {
    assert!(run(&Ansible, &[("a.yml", &task("        state: absent\n"))]).calls.is_empty());
    assert_eq!(run(&Ansible, &[("a.yml", &task("        state: present\n"))]).calls.len(), 1);
    assert_eq!(run(&Ansible, &[("a.yml", &task("        state: '{{ state }}'\n"))]).calls[0].guards.len(), 1);
    assert!(run(&Ansible, &[("a.yml", &task("      when: false\n"))]).calls.is_empty());
}

#[test]
fn variables_defaults_and_loops() {
    let value = |expression: &str| {
        let text = format!(
            "- hosts: all\n  vars:\n    m: Physical\n    deep: {{m: Snapshot}}\n    again: '{{{{ m }}}}'\n    list: [a, b]\n  tasks:\n    - ali_rds_backup:\n        instance_id: rm-1\n        backup_method: {expression}\n        db_name: '{{{{ list }}}}'\n      loop: [Logical, Nope]\n    - shell: x\n      register: result\n"
        );
        let call = call(&Ansible, "a.yml", &text);
        assert_eq!(argument(&call, "DBName"), ["~a,b"]);
        argument(&call, "BackupMethod")
    };
    assert_eq!(value("'{{ m }}'"), ["~Physical"]);
    assert_eq!(value("'{{ deep.m }}'"), ["~Snapshot"]);
    assert_eq!(value("\"{{ deep['m'] }}\""), ["~Snapshot"]);
    assert_eq!(value("'{{ again }}'"), ["~Physical"]);
    assert_eq!(value("'{{ item }}'"), ["Logical", "Nope"]);
    assert_eq!(value("\"{{ other | default('Logical') }}\""), ["~Logical"]);
    assert_eq!(value("'{{ other | default(omit) }}'"), ["~-"]);
    assert_eq!(value("'{{ other }}'"), ["?variable `other` is not set here"]);
    assert_eq!(value("'{{ result.x }}'"), ["?`result` is set while the play runs"]);
    assert_eq!(value("'{{ m | upper }}'"), ["?the filter `upper` is not evaluated"]);
    assert_eq!(value("\"{{ 'a' if x else 'b' }}\""), ["?`'a' if x else 'b'` is not evaluated"]);
    assert_eq!(value("\"{% if x %}a{% endif %}\""), ["?a template with statements is not evaluated"]);
}

#[test]
fn variables_of_a_role_and_blocks() {
    let tasks = "- block:\n    - ali_rds_backup:\n        db_instance_id: '{{ id }}'\n        backup_method: '{{ method }}'\n        backup_type: '{{ type }}'\n  vars:\n    type: Auto\n";
    let files = [
        ("roles/copy/tasks/main.yml", tasks),
        ("roles/copy/defaults/main.yml", "method: Logical\nid: pgm-1\n"),
        ("roles/copy/vars/main.yml", "method: Nope\n"),
    ];
    let calls = run(&Ansible, &files).calls;
    let method = calls[0].argument("BackupMethod").unwrap();
    assert_eq!(argument(&calls[0], "BackupMethod"), ["~Nope"]);
    assert_eq!(argument(&calls[0], "DBInstanceId"), ["~pgm-1"]);
    assert_eq!(argument(&calls[0], "BackupType"), ["~Auto"]);
    assert_eq!(method.value.alternatives()[0].steps.last().unwrap().place.display(), "roles/copy/vars/main.yml:1:9");
    assert_eq!(report(&files).counts.errors, 1);
}

#[test]
fn options_that_the_module_refuses_and_words() {
    assert_eq!(
        found("a.yml", &task("        backup_retention_period: 7\n")),
        ["6 unknown-parameter backup_retention_period"]
    );
    let refused = report(&[("a.yml", &task("        backup_retention_period: 7\n"))]);
    assert!(refused.findings.iter().any(|f| f.message.starts_with("backup_retention_period is no parameter")));
    let text = "- hosts: all\n  tasks:\n    - ali_rds_backup: db_instance_id=pgm-1 backup_method=\"Logical\"\n";
    assert_eq!(call(&Ansible, "a.yml", text).argument("BackupMethod").unwrap().place.text(), "\"Logical\"");
    assert_eq!(found("a.yml", text), ["3 unsupported-method BackupMethod"]);
    let arguments = "- ali_rds_backup:\n  args: {db_instance_id: pgm-1, backup_method: Logical}\n";
    assert_eq!(found("a.yml", arguments), ["2 unsupported-method BackupMethod"]);
}

#[test]
fn the_playbook_of_an_upgrade() {
    let text = "- name: copies\n  hosts: localhost\n  vars:\n    wiki: rm-0a\n  tasks:\n    - name: two\n      alibaba.alicloud.ali_rds_backup:\n        db_instance_id: \"{{ wiki }}\"\n        backup_method: Logical\n        db_name: [wiki, media]\n    - name: all\n      ali_rds_backup:\n        db_instance_id: \"{{ wiki }}\"\n        backup_method: Logical\n        backup_strategy: instance\n    - name: drop\n      ali_rds_backup:\n        db_instance_id: \"{{ wiki }}\"\n        backup_id: [\"{{ old }}\"]\n        state: absent\n";
    let found = found("a.yml", text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("9 "), "{found:?}");
}

#[test]
#[cfg(feature = "code")]
fn commands_of_the_tool() {
    let text = "- hosts: all\n  vars:\n    method: Nope\n  tasks:\n    - name: copy\n      ansible.builtin.shell: |\n        set -e\n        aliyun rds CreateBackup --DBInstanceId {{ id }} \\\n          --BackupMethod {{ method }}\n    - command: aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Worse\n";
    assert_eq!(found("a.yml", text), ["9 invalid-value BackupMethod", "10 invalid-value BackupMethod"]);
    let folded = "- hosts: all\n  tasks:\n    - shell: >\n        aliyun rds CreateBackup\n        --DBInstanceId rm-1\n        --BackupMethod Nope\n";
    assert_eq!(found("a.yml", folded), ["6 invalid-value BackupMethod"]);
    let escaped = "- hosts: all\n  tasks:\n    - shell: \"aliyun rds CreateBackup \\x2d\\x2dBackupMethod Nope\"\n";
    let extraction = run(&Ansible, &[("a.yml", escaped)]);
    assert_eq!((extraction.calls.len(), status(&extraction)), (0, crate::model::CoverageStatus::InPart));
    let other = "services:\n  a:\n    command: aliyun rds CreateBackup --BackupMethod Nope\n";
    assert!(run(&Ansible, &[("compose.yml", other)]).calls.is_empty());
}

#[test]
fn the_old_ways_to_name_a_module() {
    let words = "- hosts: all\n  tasks:\n    - action: ali_rds_backup db_instance_id=pgm-1 backup_method=Logical\n";
    assert_eq!(found("a.yml", words), ["3 unsupported-method BackupMethod"]);
    let mapping =
        "- local_action:\n    module: ali_rds_backup\n    db_instance_id: pgm-1\n    backup_method: Logical\n";
    assert_eq!(found("a.yml", mapping), ["4 unsupported-method BackupMethod"]);
    let information = "- action: ali_rds_backup_info db_instance_id=pgm-1\n- ali_rds_backup_info: {colour: red}\n";
    assert!(run(&Ansible, &[("a.yml", information)]).calls.is_empty());
}

#[test]
fn lists_that_a_loop_goes_into_are_unknown() {
    let text = "- vars: {l: [Nope, Logical]}\n  tasks:\n  - ali_rds_backup: {db_instance_id: rm-1, backup_method: '{{ item }}'}\n    with_items: ['{{ l }}', Worse]\n";
    assert_eq!(argument(&call(&Ansible, "a.yml", text), "BackupMethod"), ["?what the loop goes over is not known"]);
    let over = text.replace("['{{ l }}', Worse]", "'{{ l }}'");
    assert_eq!(argument(&call(&Ansible, "a.yml", &over), "BackupMethod"), ["~Nope", "~Logical"]);
}

#[test]
fn options_in_several_places_are_put_together() {
    let none: [String; 0] = [];
    let both = "- ali_rds_backup: backup_method=Logical\n  args:\n    db_instance_id: pgm-1\n";
    assert_eq!(found("a.yml", both), ["1 unsupported-method BackupMethod"]);
    assert_eq!(found("a.yml", "- ali_rds_backup: '{{ options }}'\n"), none);
    assert_eq!(found("a.yml", "- ali_rds_backup: {backup_method: Physical}\n  args: '{{ options }}'\n"), none);
    assert_eq!(found("a.yml", "- ali_rds_backup: backup_method=Physical {{ options }}\n"), none);
    let defaults = "- hosts: all\n  module_defaults:\n    ali_rds_backup: {db_instance_id: rm-1}\n  tasks:\n    - ali_rds_backup: {backup_method: Physical}\n";
    assert_eq!(found("a.yml", defaults), none);
}

#[test]
fn an_element_without_a_field_has_the_default() {
    let text = "- vars: {method: Logical}\n  tasks:\n  - ali_rds_backup:\n      db_instance_id: '{{ item.id }}'\n      backup_method: '{{ item.method | default(method) }}'\n    loop:\n      - {id: pgm-1, method: Snapshot}\n      - {id: pgm-2}\n";
    let call = call(&Ansible, "a.yml", text);
    assert_eq!(argument(&call, "BackupMethod"), ["Snapshot", "~Logical"]);
    assert_eq!(found("a.yml", text), ["5 unsupported-method BackupMethod"]);
    let never = text.replace("pgm-2", "rm-2, method: Physical");
    assert_eq!(found("a.yml", &never), [] as [String; 0]);
}

#[test]
fn variables_of_groups_and_hosts() {
    let play = "- hosts: pg\n  tasks:\n    - name: copy\n      ali_rds_backup:\n        db_instance_id: '{{ id }}'\n        backup_method: '{{ method }}'\n        db_name: '{{ only }}'\n";
    let files = [
        ("ops/site.yml", play),
        ("ops/group_vars/all.yml", "method: Snapshot\nid: pgm-1\n"),
        ("ops/group_vars/pg/main.yml", "method: Logical\n"),
        ("ops/group_vars/other.yml", "method: Physical\nonly: x\n"),
    ];
    let calls = run(&Ansible, &files).calls;
    assert_eq!(calls.len(), 1);
    assert_eq!(argument(&calls[0], "BackupMethod"), ["~Logical"]);
    assert_eq!(argument(&calls[0], "DBInstanceId"), ["~pgm-1"]);
    assert_eq!(argument(&calls[0], "DBName"), ["?variable `only` is not set here"]);
}

#[test]
fn commands_as_lists_and_expressions_in_quotes() {
    for command in [
        "      command:\n        argv: [aliyun, rds, CreateBackup, --DBInstanceId, '{{ item }}', --BackupMethod=Logical]\n",
        "      shell:\n        cmd: aliyun rds CreateBackup --DBInstanceId '{{ item }}' --BackupMethod \"Logical\"\n",
        "      ansible.builtin.command: aliyun rds CreateBackup --DBInstanceId {{ item }} --BackupMethod Logical\n",
    ] {
        let text = format!("- hosts: all\n  tasks:\n    - name: copy\n{command}      loop: [pgm-1]\n");
        let call = call(&Ansible, "a.yml", &text);
        assert_eq!(argument(&call, "DBInstanceId"), ["pgm-1"], "{command}");
        assert_eq!(argument(&call, "BackupMethod"), ["Logical"], "{command}");
        let is_list = command.contains("argv");
        assert_eq!(call.insert.is_none(), is_list);
        assert!(call.subject.contains("{{ item }}") || call.subject.contains("pgm-1"), "{}", call.subject);
    }
}
