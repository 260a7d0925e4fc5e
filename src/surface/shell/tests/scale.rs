//! Long scripts: each of these took minutes where something looked at everything before it again and again.

use super::super::Shell;
use crate::surface::tests::{extract, values};

const CALL: &str = "aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Physical\n";

/// How many calls a script makes, and what is known of the method of the first.
fn calls(text: &str) -> (usize, Vec<String>) {
    let calls = extract(&Shell, &[("a.sh", text)]).calls;
    let method = calls.first().map(|call| values(call, "BackupMethod")).unwrap_or_default();
    (calls.len(), method)
}

fn repeated(count: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(separator)
}

#[test]
fn a_line_of_very_many_words() {
    for words in [repeated(100_000, " ", |_| "ab".to_owned()), repeated(60_000, " ", |_| "${X}".to_owned())] {
        assert_eq!(calls(&format!("{CALL}echo {words}\nfoo {words}\n")).0, 1);
    }
    let programs = repeated(40, "\n", |_| format!("foo {}", repeated(1_500, " ", |_| "aliyun --a".to_owned())));
    assert_eq!(calls(&format!("{programs}\n{CALL}")).0, 1);
    let holes = repeated(60_000, " ", |_| "{{x}}".to_owned());
    assert_eq!(calls(&format!("echo {holes}\n{CALL}")).0, 1);
}

#[test]
fn long_chains_and_rows_of_conditions() {
    let chain = repeated(8_000, " || ", |n| format!("foo --some-long-option=a-long-value --and-another=value-{n}"));
    assert_eq!(calls(&format!("{chain}\n{CALL}")).0, 1);
    let chain = repeated(40_000, " && ", |_| "foo".to_owned());
    assert_eq!(calls(&format!("{chain}\n{CALL}")).0, 1);
    let arms = repeated(2_000, "\n", |n| format!("elif [ $x = {n} ]; then y=a{n}"));
    assert_eq!(calls(&format!("if [ $x = a ]; then y=a\n{arms}\nfi\n{CALL}")).0, 1);
}

#[test]
fn lists_that_grow() {
    let append = repeated(4_000, "\n", |n| format!("a+=(x{n})"));
    assert_eq!(calls(&format!("a=()\n{append}\n{CALL}")).0, 1);
    let set = repeated(20_000, "\n", |n| format!("m[k{n}]=Physical"));
    let call = CALL.replace("Physical", "${m[k19999]}");
    assert_eq!(calls(&format!("declare -A m\n{set}\n{call}")), (1, vec!["Physical".to_owned()]));
    let text = repeated(15_000, "\n", |_| "t+=\" b\"".to_owned());
    assert_eq!(calls(&format!("t=a\n{text}\n{CALL}")).0, 1);
}

#[test]
fn functions_that_are_called_very_often() {
    let called = repeated(10_000, "\n", |n| format!("b rm-{n}"));
    let text = format!("b() {{ {} ; }}\n{called}\n", CALL.trim().replace("rm-1", "$1"));
    assert_eq!(calls(&text), (1, vec!["Physical".to_owned()]));
    let each_other = repeated(20_000, "\n", |n| format!("f{n}() {{ f{} \"$@\"; }}", n + 1));
    assert_eq!(calls(&format!("{CALL}{each_other}\n")).0, 1);
}

#[test]
fn broken_parts_of_one_line_are_looked_at_once() {
    let broken = repeated(8_000, " ", |_| "CreateBackup ) (".to_owned());
    let extraction = extract(&Shell, &[("a.sh", &format!("{CALL}{broken}\n"))]);
    assert_eq!((extraction.calls.len(), extraction.problems.len()), (1, 1));
}

#[test]
fn arms_of_a_long_row_exclude_each_other() {
    let arm = |n: usize| format!("[ \"$1\" = {n} ]; then id=rm-{n} method=M{n}");
    let arms = repeated(20, "\n", |n| format!("elif {}", arm(n + 1)));
    let text = format!(
        "if {}\n{arms}\nelse id=rm-x method=Mx\nfi\n{}",
        arm(0),
        CALL.replace("rm-1", "\"$id\"").replace("Physical", "\"$method\"")
    );
    let calls = extract(&Shell, &[("a.sh", &text)]).calls;
    let [call] = calls.as_slice() else { panic!("{calls:#?}") };
    let (id, method) = (&call.argument("DBInstanceId").unwrap().value, &call.argument("BackupMethod").unwrap().value);
    assert_eq!((id.alternatives().len(), method.alternatives().len()), (22, 22));
    for id in id.alternatives() {
        let together = method.alternatives().iter().filter(|method| {
            id.guards.iter().all(|a| method.guards.iter().all(|b| a.key != b.key || a.branch == b.branch))
        });
        assert_eq!(together.count(), 1, "{id:?}");
    }
}
