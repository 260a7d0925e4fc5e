//! Long programs: work is counted, and grows as they do.

use std::sync::Arc;

use super::*;
use crate::source::Source;
use crate::surface::code::Machine;
use crate::surface::sdk::Outside;
use crate::surface::sdk::bindings::Bindings;

/// A way to write a program of any length: lines that are repeated with a number, and what stands around them.
struct Long {
    before: &'static str,
    repeated: &'static str,
    after: &'static str,
    calls: fn(usize) -> usize,
}

const LONG: &[Long] = &[
    Long { before: "T = {\n", repeated: "    'k#': 'rm-#',\n", after: "}\nSEND(T['k1'])\n", calls: |_| 1 },
    Long { before: "T = {}\n", repeated: "T['k#'] = 'rm-#'\nx = T.get('k#')\n", after: "SEND(x)\n", calls: |_| 1 },
    Long { before: "", repeated: "if c#:\n    x = '#'\n", after: "SEND(x)\n", calls: |_| 1 },
    Long { before: "if a:\n    x = ''\n", repeated: "elif a == '#':\n    x = '#'\n", after: "SEND(x)\n", calls: |_| 1 },
    Long {
        before: "def f():\n",
        repeated: "    if c#:\n        return #\n",
        after: "    SEND('rm-1')\n",
        calls: |_| 1,
    },
    Long { before: "", repeated: "SEND('rm-#')\n", after: "", calls: |n| n },
    Long { before: "", repeated: "def f#(i):\n    SEND(i)\n", after: "", calls: |n| n },
    Long { before: "", repeated: "f# = lambda: SEND('rm-#')\n", after: "", calls: |n| n },
    Long { before: "", repeated: "try:\n    x# = f()\nexcept E:\n    x# = None\n", after: "SEND(x1)\n", calls: |_| 1 },
    Long { before: "while go:\n", repeated: "    x# = '#'\n", after: "SEND(x1)\n", calls: |_| 1 },
    Long {
        before: "class A:\n  def __init__(self):\n",
        repeated: "    self.x# = '#'\n    y = self.x#\n",
        after: "    SEND(y)\n",
        calls: |_| 1,
    },
    Long {
        before: "",
        repeated: "requests.get('https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-#')\n",
        after: "",
        calls: |n| n,
    },
];

/// The work and the calls of a program that repeats its lines so often.
fn walk(long: &Long, times: usize) -> (usize, Vec<Call>) {
    let body: String = (0..times).map(|n| long.repeated.replace('#', &n.to_string())).collect();
    let text = new_sdk(&format!("{}{body}{}", long.before, long.after));
    let text = text.replace("SEND(", "client.create_backup(m.CreateBackupRequest(dbinstance_id=");
    let text: String = text
        .lines()
        .map(|line| if line.contains("CreateBackupRequest(") { format!("{line})\n") } else { format!("{line}\n") })
        .collect();
    let (apis, files) = ([super::shared::api()], MemoryFiles::new());
    let bindings = Bindings::of(&apis, "python");
    let library = Library { outside: Outside { bindings: &bindings, language: &DESCRIPTOR } };
    let source = Arc::new(Source::from_text("a.py", &text));
    let mut machine = Machine::new(&library, &apis, &files, "python", &source);
    let module = code::python(&text);
    assert!(module.complete && module.errors.is_empty(), "{text}");
    machine.file(Path::new("a.py"), &module);
    (machine.spent(), machine.into_calls())
}

#[test]
fn work_grows_as_programs_do() {
    for long in LONG {
        let (half, _) = walk(long, 300);
        let (whole, calls) = walk(long, 600);
        assert!(whole * 10 <= half * 22, "{half} and {whole} for {}", long.repeated);
        assert_eq!(calls.len(), (long.calls)(600), "{}", long.repeated);
        assert!(calls.iter().all(|call| call.guards.len() <= 14), "{}", long.repeated);
    }
}

#[test]
fn what_is_done_again_and_again_is_counted() {
    let many = |repeated| Long { before: "", repeated, after: "", calls: |_| 0 };
    // Each copies all that was there before: such programs are given up, and soon.
    let merged = many("T# = {**globals(), 'x': #}\n");
    assert!(walk(&merged, 600).0 < 60_000);
    let program = new_sdk(
        &("T = {".to_owned()
            + &(0..2_000).map(|n| format!("'k{n}': {n}, ")).collect::<String>()
            + "}\n"
            + &(0..2_000).map(|n| format!("U = {{**T, 'x': {n}}}\n")).collect::<String>()
            + "client.create_backup(x)\n"),
    );
    let extraction = extract(&[("a.py", &program)]);
    assert_eq!(extraction.coverage[0].status, CoverageStatus::InPart);
}

#[test]
fn what_many_branches_set_is_not_known() {
    let arms: String =
        (0..40).map(|n| format!("elif k == '{n}':\n    method = 'Logical'\n    name = 'a{n}'\n")).collect();
    let call = call(&new_sdk(&format!(
        "method = 'Physical'\nif k == 'x':\n    method = 'Snapshot'\n{arms}client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1', backup_method=method))\n"
    )));
    assert!(values(&call, "BackupMethod").iter().any(|value| value.starts_with('?')));
    // What an arm sets for itself is.
    let arms: String = (0..40)
        .map(|n| format!("elif k == '{n}':\n    client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-{n}'))\n"))
        .collect();
    let calls = calls(&new_sdk(&format!("if k == 'x':\n    pass\n{arms}")));
    assert_eq!(calls.len(), 40);
    assert!(calls.iter().enumerate().all(|(n, call)| values(call, "DBInstanceId") == [format!("rm-{n}")]));
    assert!(calls.iter().all(|call| !call.guards.is_empty()));
}
