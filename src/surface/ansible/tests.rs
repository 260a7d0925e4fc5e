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

/// A play for some hosts that takes both values from variables.
fn play(hosts: &str) -> String {
    format!(
        "- hosts: {hosts}\n  tasks:\n    - name: copy\n      ali_rds_backup:\n        db_instance_id: '{{{{ id }}}}'\n        backup_method: '{{{{ method }}}}'\n"
    )
}

/// The values of the method and of the instance in the only call of some files.
fn values(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let calls = run(&Ansible, files).calls;
    assert_eq!(calls.len(), 1, "{calls:#?}");
    (argument(&calls[0], "BackupMethod"), argument(&calls[0], "DBInstanceId"))
}

fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn inventories_give_each_host_its_variables() {
    let inventory = "; all\n[pg]\ndb[01:02] method=\"Snapshot\" # two\ndb3 id=pgm-3\n\n[pg:vars]\nid = pgm-0\nmethod = Logical\n\n[databases:children]\npg\n\n[databases:vars]\nmethod=Physical\n";
    let play = |hosts: &str| play(hosts);
    let with = |hosts: &str| values(&[("ops/site.yml", &play(hosts)), ("ops/hosts.ini", inventory)]);
    // The group that is held wins over the one that holds it, and a host over both.
    assert_eq!(with("db3"), (texts(&["~Logical"]), texts(&["~pgm-3"])));
    assert_eq!(with("db01"), (texts(&["~Snapshot"]), texts(&["~pgm-0"])));
    assert_eq!(with("databases:!db3"), (texts(&["~Snapshot"]), texts(&["~pgm-0"])));
    assert_eq!(
        with("pg,&databases"),
        (texts(&["~Snapshot", "~Snapshot", "~Logical"]), texts(&["~pgm-0", "~pgm-0", "~pgm-3"]))
    );
    assert_eq!(with("'db*:!db0*'"), with("db3"));
    assert_eq!(with("[db3]"), with("db3"));
    // What is not known before it runs leaves everything open.
    assert_eq!(with("'{{ target }}'").0, ["?variable `method` is not set here"]);
    let call = &run(&Ansible, &[("ops/site.yml", &play("db3")), ("ops/hosts.ini", inventory)]).calls[0];
    let steps = &call.argument("BackupMethod").unwrap().value.alternatives()[0].steps;
    assert_eq!((steps[1].place.text(), &*steps[1].label), ("Logical", "variable `method`"));
}

#[test]
fn values_of_one_host_belong_together() {
    let inventory = "all:\n  children:\n    pg:\n      hosts:\n        a: {id: pgm-1, method: Snapshot}\n        b:\n          id: rm-1\n          method: Logical\n  vars:\n    engine: x\n";
    let files = [("site.yml", &*play("pg")), ("inventory/hosts.yml", inventory)];
    let call = &run(&Ansible, &files).calls[0];
    assert_eq!(argument(call, "BackupMethod"), ["~Snapshot", "~Logical"]);
    let guards = |name: &str| -> Vec<_> {
        let value = &call.argument(name).unwrap().value;
        value.alternatives().iter().map(|a| (a.guards[0].key.clone(), a.guards[0].branch, a.guards[0].kind)).collect()
    };
    assert_eq!(guards("BackupMethod"), guards("DBInstanceId"));
    assert_eq!(guards("BackupMethod")[0].2, GuardKind::Iteration);
    // PostgreSQL takes no logical backup, and only the other host asks for one.
    let refused = |inventory: &str| {
        let found = report(&[("site.yml", &*play("pg")), ("inventory/hosts.yml", inventory)]);
        let is_refused = |f: &&crate::finding::Finding| {
            &*f.rule == "unsupported-method" && f.severity == crate::finding::Severity::Error
        };
        found.findings.iter().filter(is_refused).count()
    };
    assert_eq!(refused(&inventory.replace("Logical", "Physical")), 0);
    assert_eq!(refused(&inventory.replace("pgm-1", "x").replace("rm-1", "pgm-1")), 1);
}

#[test]
fn variables_beside_the_inventory_and_of_several_inventories() {
    let files = [
        ("playbooks/site.yml", &*play("pg")),
        ("inventories/staging/hosts", "[pg]\na id=pgm-1\n"),
        ("inventories/production/hosts", "[pg]\nb id=pgm-2\n"),
        ("inventories/production/group_vars/pg.yml", "method: Logical\n"),
        ("inventories/staging/host_vars/a/main.yml", "method: Snapshot\n"),
    ];
    assert_eq!(values(&files), (texts(&["~Logical", "~Snapshot"]), texts(&["~pgm-2", "~pgm-1"])));
    // The configuration says which one counts where nobody says otherwise.
    let configured = [&files[..], &[("ansible.cfg", "[defaults]\ninventory = inventories/staging\n")]].concat();
    assert_eq!(values(&configured), (texts(&["~Snapshot"]), texts(&["~pgm-1"])));
    // Variables beside a playbook win over those beside the inventory.
    let beside = [&configured[..], &[("playbooks/host_vars/a.yml", "method: Physical\n")]].concat();
    assert_eq!(values(&beside).0, ["~Physical"]);
    // What a play sets itself wins over all of them.
    let own = play("pg").replace("  tasks", "  vars: {method: Logical}\n  tasks");
    let own: Vec<_> = beside
        .iter()
        .map(|(path, text)| if path.ends_with("site.yml") { (*path, &*own) } else { (*path, *text) })
        .collect();
    assert_eq!(values(&own).0, ["~Logical"]);
}

#[test]
fn the_local_host_sees_what_all_hosts_see() {
    let files = [
        ("site.yml", &*play("localhost")),
        ("hosts", "[pg]\na id=pgm-1 method=Logical\n[all:vars]\nid=pgm-9\n"),
        ("group_vars/all.yml", "method: Snapshot\n"),
        ("group_vars/pg.yml", "method: Logical\n"),
    ];
    assert_eq!(values(&files), (texts(&["~Snapshot"]), texts(&["~pgm-9"])));
}

#[test]
fn a_role_is_given_what_its_plays_see() {
    let tasks = "- ali_rds_backup:\n    db_instance_id: '{{ id }}'\n    backup_method: '{{ method }}'\n";
    let role = [
        ("ops/roles/copy/tasks/main.yml", tasks),
        ("ops/roles/copy/defaults/main.yml", "method: Physical\nid: pgm-0\n"),
        ("ops/hosts.ini", "[pg]\na id=pgm-1\n"),
    ];
    let with = |play: &str| values(&[&role[..], &[("ops/site.yml", play)]].concat());
    assert_eq!(values(&role), (texts(&["~Physical"]), texts(&["~pgm-0"])));
    assert_eq!(with("- hosts: pg\n  roles: [copy]\n"), (texts(&["~Physical"]), texts(&["~pgm-1"])));
    let own = "- hosts: pg\n  vars: {method: Snapshot}\n  roles:\n    - {role: copy}\n";
    assert_eq!(with(own).0, ["~Snapshot"]);
    let given = "- hosts: pg\n  vars: {method: Snapshot}\n  roles:\n    - role: copy\n      vars: {method: Logical}\n";
    assert_eq!(with(given).0, ["~Logical"]);
    let twice = "- hosts: pg\n  tasks:\n    - include_role: {name: copy}\n      vars: {method: Logical}\n    - import_role: {name: copy}\n";
    assert_eq!(with(twice).0, ["~Logical", "~Physical"]);
    let file = "- hosts: pg\n  tasks:\n    - include_tasks: tasks/copy.yml\n      vars: {method: Logical}\n";
    assert_eq!(
        values(&[("ops/tasks/copy.yml", tasks), ("ops/site.yml", file), ("ops/hosts.ini", role[2].1)]),
        (texts(&["~Logical"]), texts(&["~pgm-1"]))
    );
}

#[test]
fn files_of_variables_that_are_named() {
    let play = |more: &str, task: &str| {
        format!(
            "- hosts: localhost\n  vars: {{id: pgm-1, method: Physical}}\n{more}  tasks:\n{task}    - name: copy\n      ali_rds_backup: {{db_instance_id: '{{{{ id }}}}', backup_method: '{{{{ method }}}}'}}\n"
        )
    };
    let files =
        [("vars/a.yml", "method: Logical\n"), ("vars/b.yml", "method: Snapshot\n"), ("other.yml", "method: Nope\n")];
    let with = |more: &str, task: &str| values(&[&files[..], &[("site.yml", &*play(more, task))]].concat()).0;
    assert_eq!(with("", ""), ["~Physical"]);
    assert_eq!(with("  vars_files: [vars/a.yml]\n", ""), ["~Logical"]);
    assert_eq!(with("  vars_files:\n    - 'vars/{{ stage }}.yml'\n", ""), ["~Logical", "~Snapshot"]);
    assert_eq!(with("", "    - include_vars: b.yml\n"), ["~Snapshot"]);
    assert_eq!(with("", "    - include_vars: {file: other.yml}\n"), ["~Nope"]);
    let perhaps = ["?variable `method` may be set by a file that a task includes"];
    assert_eq!(with("", "    - include_vars: b.yml\n      when: x\n"), perhaps);
    assert_eq!(with("", "    - include_vars: '{{ stage }}.yml'\n"), perhaps);
    assert_eq!(with("", "    - include_vars: {file: b.yml, name: deep}\n"), ["~Physical"]);
    // Behind the task it is too late.
    let behind = play("", "") + "    - include_vars: b.yml\n";
    assert_eq!(values(&[&files[..], &[("site.yml", &*behind)]].concat()).0, ["~Physical"]);
    assert_eq!(with("  vars_prompt:\n    - name: method\n", ""), ["?`method` is set while the play runs"]);
}

#[test]
fn a_loop_goes_over_a_list_of_another_file() {
    let tasks = "- ali_rds_backup: {db_instance_id: '{{ item.id }}', backup_method: '{{ item.method }}'}\n  loop: '{{ databases }}'\n";
    let defaults = "databases:\n  - {id: pgm-1, method: Snapshot}\n  - {id: pgm-2, method: Logical}\n";
    let files = [("roles/copy/tasks/main.yml", tasks), ("roles/copy/defaults/main.yml", defaults)];
    assert_eq!(values(&files), (texts(&["~Snapshot", "~Logical"]), texts(&["~pgm-1", "~pgm-2"])));
    let report = report(&files);
    let places: Vec<_> = report.findings[0].related.iter().map(|label| label.place.display()).collect();
    assert!(places.contains(&"roles/copy/defaults/main.yml:3:5".to_owned()), "{places:?}");
}

#[test]
fn hostile_inventories_cost_little() {
    let ring: String = (0..200).map(|n| format!("[g{n}:children]\ng{}\ng{}\n", (n + 1) % 200, (n + 7) % 200)).collect();
    let hosts: String = (0..3000).map(|n| format!("h{n} id=pgm-{n}\n")).collect();
    let text = format!("[g0]\n{hosts}{ring}[x:vars]\n=\n[\n[y\n a b=\n\"\n");
    let files = [("site.yml", &*play("g199")), ("hosts", &*text), ("group_vars/all.yml", "method: Snapshot\n")];
    let (method, id) = values(&files);
    assert_eq!(id, ["?variable `id` may be set for any of the many hosts"]);
    assert_eq!(method, ["?variable `method` may be set for any of the many hosts"]);
}
