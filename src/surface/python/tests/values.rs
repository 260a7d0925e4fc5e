//! What values come from.

use super::*;

/// The values of the method of a program that ends in a request with `METHOD`.
fn method(before: &str) -> Vec<String> {
    values(
        &call(&new_sdk(&format!(
            "{before}\nclient.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1', backup_method=METHOD))\n"
        ))),
        "BackupMethod",
    )
}

#[test]
fn constants_and_expressions() {
    for before in [
        "METHOD = 'Logical'",
        "A = 'Log'\nMETHOD = A + 'ical'",
        "A = 'ical'\nMETHOD = f'Log{A}'",
        "METHOD = '%sical' % 'Log'",
        "METHOD = '%s%s' % ('Log', 'ical')",
        "METHOD = '{}{x}'.format('Log', x='ical')",
        "METHOD = 'logical'.capitalize()",
        "METHOD = ''.join(['Log', 'ical'])",
        "METHOD = 'Logical,Physical'.split(',')[0]",
        "class Config:\n    METHOD = 'Logical'\nMETHOD = Config.METHOD",
        "from enum import Enum\nclass Kind(Enum):\n    L = 'Logical'\nMETHOD = Kind.L.value",
        "T = {'a': 'Logical', 'b': 'Physical'}\nMETHOD = T['a']",
        "T = {'a': {'b': ['Physical', 'Logical']}}\nMETHOD = T['a']['b'][-1]",
        "T = {'b': 'Physical'}\nMETHOD = T.get('a', 'Logical')",
        "def pick():\n    return 'Logical'\nMETHOD = pick()",
        "pick = lambda x: x\nMETHOD = pick('Logical')",
        "def pick(x, full=False):\n    if full:\n        return 'Physical'\n    return x\nMETHOD = pick('Logical')",
        "METHOD, OTHER = 'Logical', 'Physical'",
        "METHOD = None or 'Logical'",
        "METHOD = 'Logical' if 1 == 1 else 'Physical'",
        "METHOD = 'Physical'\nMETHOD = 'Logical'",
        "for METHOD in ('Logical',):\n    pass",
        "METHOD = [x for x in ['Physical', 'Logical'] if x != 'Physical'][0]",
        "class C:\n    def __init__(self, m='Physical'):\n        self.m = m\nMETHOD = C('Logical').m",
        "class C:\n    @property\n    def m(self):\n        return 'Logical'\nMETHOD = C().m",
        "class C:\n    @staticmethod\n    def m(x):\n        return x\nMETHOD = C.m('Logical')",
        "match 'a':\n    case 'a':\n        METHOD = 'Logical'\n    case _:\n        METHOD = 'Physical'",
        "(METHOD := 'Logical')",
    ] {
        assert_eq!(method(before), ["Logical"], "{before}");
    }
}

#[test]
fn several_values() {
    assert_eq!(method("METHOD = 'Logical' if full else 'Physical'"), ["Logical", "Physical"]);
    assert_eq!(method("if full:\n    METHOD = 'Logical'\nelse:\n    METHOD = 'Physical'"), ["Logical", "Physical"]);
    assert_eq!(method("METHOD = 'Logical'\nif full:\n    METHOD = 'Physical'"), ["Logical", "Physical"]);
    assert_eq!(method("METHOD = 'Logical'\nif a:\n    METHOD = 'Physical'\nelif b:\n    METHOD = 'Snapshot'").len(), 3);
    assert_eq!(
        method("try:\n    METHOD = 'Logical'\nexcept KeyError:\n    METHOD = 'Physical'"),
        ["Logical", "Physical"]
    );
}

#[test]
fn values_from_outside() {
    assert_eq!(method("import os\nMETHOD = os.environ.get('M', 'Logical')"), ["Logical~"]);
    assert_eq!(method("from os import getenv\nMETHOD = getenv('M', 'Logical')"), ["Logical~"]);
    assert_eq!(method("import os\nMETHOD = os.getenv('M') or 'Logical'"), ["Logical~"]);
    assert_eq!(method("import os\nMETHOD = os.getenv('M')"), ["?environment variable `M` has no default"]);
    assert!(method("import os\nMETHOD = os.environ['M']")[0].starts_with('?'));
    assert!(method("METHOD = json.load(open('x'))['m']")[0].starts_with('?'));
    assert!(method("METHOD = 'Logical'\nwhile go():\n    METHOD = next_one()")[0].starts_with('?'));
    let parser = "import argparse\ndef parse():\n    p = argparse.ArgumentParser()\n    g = p.add_argument_group('x')\n    g.add_argument('-m', '--backup-method', default='Logical', choices=['Logical'])\n    p.add_argument('--need')\n    return p.parse_args()\n";
    assert_eq!(method(&format!("{parser}METHOD = parse().backup_method")), ["Logical~"]);
    assert_eq!(method(&format!("{parser}METHOD = parse().need")), ["?option `--need` has no default"]);
}

#[test]
fn parameters_of_functions() {
    let helper = "def go(i, method='Physical'):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=i, backup_method=method))\n";
    let alone = call(&new_sdk(helper));
    assert_eq!(values(&alone, "DBInstanceId"), ["?`i` is a parameter of `go`"]);
    assert_eq!(values(&alone, "BackupMethod"), ["Physical~"]);
    let called = calls(&new_sdk(&format!("{helper}def main():\n    go('rm-1')\n    go('rm-2', method='Logical')\n")));
    let seen: Vec<_> = called.iter().map(|c| (values(c, "DBInstanceId"), values(c, "BackupMethod"))).collect();
    assert_eq!(
        seen,
        [(vec!["rm-1".to_owned()], vec!["Physical".to_owned()]), (vec!["rm-2".to_owned()], vec!["Logical".to_owned()])]
    );
    assert_eq!(called[1].subject, "go: m.CreateBackupRequest");
    let click = call(&new_sdk(
        "@click.command()\n@click.option('--method', default='Logical')\ndef go(method):\n    client.create_backup(m.CreateBackupRequest(backup_method=method))\n",
    ));
    assert_eq!(values(&click, "BackupMethod"), ["Logical~"]);
    let object = call(&new_sdk(
        "class Job:\n    KIND = 'Logical'\n    def __init__(self, i):\n        self.i = i\n        self.client = Client(cfg)\n    def run(self):\n        r = m.CreateBackupRequest(dbinstance_id=self.i, backup_method=self.KIND)\n        self.client.create_backup(r)\nJob('rm-1').run()\n",
    ));
    assert_eq!(
        (values(&object, "DBInstanceId"), values(&object, "BackupMethod")),
        (vec!["rm-1".to_owned()], vec!["Logical".to_owned()])
    );
    assert_eq!(object.subject, "Job.run: m.CreateBackupRequest");
}

#[test]
fn loops_over_literals() {
    for head in [
        "for i, k in [('rm-1', 'Logical'), ('rm-2', 'Snapshot')]:",
        "for i, k in {'rm-1': 'Logical', 'rm-2': 'Snapshot'}.items():",
        "for i, k in zip(['rm-1', 'rm-2'], ['Logical', 'Snapshot']):",
        "for n, (i, k) in enumerate([('rm-1', 'Logical'), ('rm-2', 'Snapshot')], 1):",
    ] {
        let calls = calls(&new_sdk(&format!(
            "{head}\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=i, backup_method=k))\n"
        )));
        let seen: Vec<_> =
            calls.iter().map(|c| (values(c, "DBInstanceId").join("|"), values(c, "BackupMethod").join("|"))).collect();
        assert_eq!(
            seen,
            [("rm-1".to_owned(), "Logical".to_owned()), ("rm-2".to_owned(), "Snapshot".to_owned())],
            "{head}"
        );
    }
    let unknown =
        call(&new_sdk("for i in list_all():\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=i))\n"));
    assert_eq!(values(&unknown, "DBInstanceId"), ["?the result of `list_all` is not known before it runs"]);
    let chosen = calls(&new_sdk(
        "for e in ('a', 'b'):\n    k = 'Logical' if e == 'a' else 'Snapshot'\n    client.create_backup(m.CreateBackupRequest(backup_method=k))\n",
    ));
    assert_eq!(chosen.iter().map(|c| values(c, "BackupMethod").join("|")).collect::<Vec<_>>(), ["Logical", "Snapshot"]);
}

#[test]
fn the_way_of_a_value_is_told() {
    let program = new_sdk("A = 'Logical'\nB = A\nclient.create_backup(m.CreateBackupRequest(backup_method=B))\n");
    let call = call(&program);
    let expected = [("B", "`B` is used here"), ("A", "`B` is set here"), ("'Logical'", "`A` is set here")];
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(steps(&call, "BackupMethod"), expected);
    assert!(call.argument("BackupMethod").unwrap().literal.is_none());
}

#[test]
fn other_files_of_the_package() {
    let run = |imports: &str, method: &str| {
        new_sdk(&format!("{imports}\nclient.create_backup(m.CreateBackupRequest(backup_method={method}))\n"))
    };
    for (imports, method) in [
        ("from pkg.policy import METHOD", "METHOD"),
        ("from .policy import METHOD as M", "M"),
        ("from . import policy", "policy.METHOD"),
        ("import pkg.policy", "pkg.policy.METHOD"),
        ("import pkg.policy as p", "p.METHOD"),
        ("from pkg.policy import *", "METHOD"),
        ("from pkg.policy import pick", "pick()"),
    ] {
        let policy = "from .deeper.base import BASE\nMETHOD = BASE\ndef pick():\n    return METHOD\n";
        let files = [
            ("pkg/run.py", run(imports, method)),
            ("pkg/policy.py", policy.to_owned()),
            ("pkg/deeper/base.py", "BASE = 'Logical'\n".to_owned()),
        ];
        let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
        let extraction = extract(&files);
        assert_eq!(extraction.calls.len(), 1, "{imports}");
        assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical"], "{imports}");
        let last = extraction.calls[0].argument("BackupMethod").unwrap().value.alternatives()[0]
            .steps
            .last()
            .unwrap()
            .place
            .clone();
        assert_eq!((last.source.path(), last.text()), ("pkg/deeper/base.py", "'Logical'"));
    }
}

#[test]
fn a_file_that_uses_a_helper_gives_it_values() {
    let helper = new_sdk(
        "def go(i, method):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=i, backup_method=method))\n",
    );
    let user = "from helper import go\ngo('pgm-1', 'Logical')\n";
    let extraction = extract(&[("helper.py", &helper), ("nightly.py", user)]);
    assert_eq!(extraction.calls.len(), 1, "{:#?}", extraction.calls);
    assert_eq!(values(&extraction.calls[0], "BackupMethod"), ["Logical"]);
    assert_eq!(extraction.coverage.len(), 1);
}

#[test]
fn conditions_go_together() {
    let call = call(&new_sdk(
        "r = m.CreateBackupRequest(dbinstance_id='rm-1')\nif logical:\n    r.backup_method = 'Logical'\n    r.backup_strategy = 'instance'\nelse:\n    r.backup_method = 'Snapshot'\nclient.create_backup(r)\n",
    ));
    let guards = |name: &str| -> Vec<_> {
        let alternatives = call.argument(name).unwrap().value.alternatives().to_vec();
        alternatives
            .iter()
            .map(|a| (show(&a.clone().into())[0].clone(), a.guards.iter().map(|g| g.branch).collect::<Vec<_>>()))
            .collect()
    };
    assert_eq!(guards("BackupMethod"), [("Logical".to_owned(), vec![0]), ("Snapshot".to_owned(), vec![1])]);
    assert_eq!(guards("BackupStrategy"), [(String::new(), vec![1]), ("instance".to_owned(), vec![0])]);
    let early = self::call(&new_sdk(
        "def go(x):\n    if not x:\n        return\n    client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1'))\n",
    ));
    assert_eq!(early.guards.iter().map(|g| (g.key.to_string(), g.branch)).collect::<Vec<_>>(), [("x".to_owned(), 0)]);
}

#[test]
fn what_a_constructor_does_is_done_once() {
    let body = "class Job:\n    def __init__(self, i):\n        self.request = m.CreateBackupRequest(dbinstance_id='rm-1')\n        client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-2'))\n    def a(self):\n        return 1\n    def b(self):\n        client.create_backup(self.request)\n";
    let mut found: Vec<_> = calls(&new_sdk(body)).iter().map(|call| values(call, "DBInstanceId").join("|")).collect();
    found.sort();
    assert_eq!(found, ["rm-1", "rm-2"]);
}
