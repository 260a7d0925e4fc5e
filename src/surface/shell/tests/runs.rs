//! Loops, pauses and jobs in the background.

use super::*;
use crate::model::Often;

/// The starts, repeats and lanes of the only call, as texts.
fn runs(script: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    show(&call(script))
}

fn show(call: &Call) -> (Vec<String>, Vec<String>, Vec<String>) {
    let often = |often: &Often| match often {
        Often::Times(times) => format!("{times}"),
        Often::AtMost(times) => format!("<={times}"),
        Often::Unknown(reason) => format!("?{reason}"),
    };
    let runs = &call.runs;
    let starts = runs.starts.iter().map(|s| format!("{} = {}: {}", s.text, s.place.text(), often(&s.per_day)));
    let repeats = runs.repeats.iter().map(|r| {
        let key = if r.key.is_some() { " key" } else { "" };
        let distinct = if r.distinct { " distinct" } else { "" };
        format!("{}: {}{key}{distinct}", r.place.text(), often(&r.times))
    });
    let lanes = runs.lanes.iter().map(|l| {
        let beside = if l.beside_itself { " beside itself" } else { "" };
        format!("{} after {:?}{beside}: {}", l.number, l.after, l.place.text())
    });
    (starts.collect(), repeats.collect(), lanes.collect())
}

const CALL: &str = "aliyun rds CreateBackup --DBInstanceId";

#[test]
fn loops_that_multiply() {
    for (script, expected) in [
        (format!("for id in rm-1 rm-2 rm-3; do\n  {CALL} $id\ndone"), "for id in rm-1 rm-2 rm-3: 3 key distinct"),
        (format!("for i in {{1..25}}; do {CALL} rm-1; done"), "for i in {1..25}: 25"),
        (format!("for i in $(seq 25)\ndo {CALL} rm-1; done"), "for i in $(seq 25): 25"),
        (format!("for i in `seq 2 2 10`; do {CALL} rm-1; done"), "for i in `seq 2 2 10`: 5"),
        (format!("for ((i = 0; i < 30; i++)); do {CALL} rm-1; done"), "for ((i = 0; i < 30; i++)): 30"),
        (format!("for ((i=5;i>=1;i--)); do {CALL} rm-1; done"), "for ((i=5;i>=1;i--)): 5"),
        (
            format!("for id in $(list); do {CALL} $id; done"),
            "for id in $(list): ?how many words a command gives distinct",
        ),
        (
            format!("for f in conf/*.env; do . $f; {CALL} $ID; done"),
            "for f in conf/*.env: ?how many files there are distinct",
        ),
        (
            format!("ids=(rm-1 rm-2)\nfor id in \"${{ids[@]}}\"; do {CALL} $id; done"),
            "for id in \"${ids[@]}\": 2 key distinct",
        ),
        (
            format!("while read -r id; do {CALL} $id; done < ids.txt"),
            "while read -r id: ?how many lines there are to read distinct",
        ),
        (format!("while read id; do {CALL} $id; done <<E\nrm-1\n\nrm-2\nE"), "while read id: 2 key distinct"),
        (format!("i=0\nwhile [ $i -lt 24 ]; do {CALL} rm-1; i=$((i+1)); done"), "while [ $i -lt 24 ]: 24"),
        (format!("list | xargs -n1 {CALL}"), "xargs: ?how many lines `xargs` is given distinct"),
        (format!("for id in a b; do [ -z \"$x\" ] && break; {CALL} $id; done"), "for id in a b: <=2 key distinct"),
    ] {
        let (starts, repeats, lanes) = runs(&script);
        assert_eq!(repeats, [expected], "{script}");
        assert!(starts.is_empty() && lanes.is_empty(), "{script}");
    }
    let (_, nested, _) = runs(&format!("for a in 1 2; do for b in x y z; do {CALL} $b; done; done"));
    assert_eq!(nested, ["for a in 1 2: 2", "for b in x y z: 3 key distinct"]);
}

#[test]
fn the_key_of_a_loop_is_that_of_the_guards() {
    for script in [
        format!("for id in rm-1 rm-2; do {CALL} $id; done"),
        format!("while read id; do {CALL} $id; done <<E\nrm-1\nrm-2\nE"),
        format!("f() {{ {CALL} $1; }}\nf rm-1\nf rm-2"),
    ] {
        let call = call(&script);
        let key = call.runs.repeats[0].key.clone().unwrap();
        let id = &call.argument("DBInstanceId").unwrap().value;
        let keyed = |a: &crate::model::Alternative| a.guards.iter().any(|guard| guard.key == key);
        assert!(id.alternatives().len() == 2 && id.alternatives().iter().all(keyed), "{script}");
    }
}

#[test]
fn loops_that_wait_or_try_again_do_not_multiply() {
    for script in [
        format!("until {CALL} rm-1; do sleep 5; done"),
        format!("for i in 1 2 3; do {CALL} rm-1 && break; sleep 5; done"),
        format!("for try in $(seq 5); do if {CALL} rm-1; then exit 0; fi; done"),
        format!("while ! {CALL} rm-1; do sleep 60; done"),
        format!("n=0\nuntil [ $n -ge 5 ]; do {CALL} rm-1 && break; n=$((n+1)); sleep 9; done"),
        format!("{CALL} rm-1\nwhile true; do s=$(aliyun rds DescribeBackups); [ \"$s\" = ok ] && break; sleep 9; done"),
        format!("while true; do {CALL} rm-1 && break; sleep 60; done"),
        format!("while [ \"$state\" != ok ]; do {CALL} rm-1; sleep 60; done"),
        format!("for id in rm-1; do {CALL} $id; done"),
        format!("select id in rm-1 rm-2; do {CALL} $id; done"),
    ] {
        let found = calls(&script).iter().map(show).collect::<Vec<_>>();
        assert_eq!(found, [(vec![], vec![], vec![])], "{script}");
    }
}

#[test]
fn loops_without_an_end_are_schedules() {
    for (script, expected) in [
        (format!("while true; do {CALL} rm-1; sleep 1800; done"), "sleep 1800 = sleep 1800: 48"),
        (format!("while :\ndo\n  {CALL} rm-1 || exit 1\n  sleep 30m\ndone"), "sleep 30m = sleep 30m: 48"),
        (format!("while sleep 3600; do {CALL} rm-1; done"), "sleep 3600 = sleep 3600: 24"),
        (format!("until false; do {CALL} rm-1; sleep 1h; done"), "sleep 1h = sleep 1h: 24"),
        (format!("P=900\nwhile [ 1 ]; do {CALL} rm-1; sleep $P; done"), "sleep $P = sleep $P: 96"),
        (format!("while true; do {CALL} rm-1; sleep $PAUSE; done"), "sleep $PAUSE = sleep $PAUSE: ?how long it sleeps"),
        (
            format!("while :; do\n{CALL} rm-1\nwhile true; do [ $x = ok ] && break; sleep 9; done\nsleep 3600\ndone"),
            "sleep 3600 = sleep 3600: <=24",
        ),
        (format!("for ((;;)); do {CALL} rm-1; sleep 600; done"), "sleep 600 = sleep 600: 144"),
    ] {
        let (starts, repeats, lanes) = runs(&script);
        assert_eq!(starts, [expected], "{script}");
        assert!(repeats.is_empty() && lanes.is_empty(), "{script}");
    }
    for (script, expected) in [
        (format!("watch -n 1800 {CALL} rm-1"), "watch -n 1800 = watch -n 1800: 48"),
        (format!("watch -n600 '{CALL} rm-1'"), "watch -n600 = watch -n600: 144"),
    ] {
        assert_eq!(runs(&script).0, [expected], "{script}");
    }
    let (starts, ..) = runs(&format!("while true; do {CALL} rm-1; done"));
    assert_eq!(starts, ["loop = while true: ?nothing says how long a round takes"]);
}

#[test]
fn a_script_that_may_end_before_it_comes_to_the_call() {
    for (script, expected) in [
        ("[ \"$(date +%H)\" = 03 ] || exit 0\n", "<=2"),
        ("if grep -q x y; then exit; fi\n", "<=2"),
        ("grep -q x y && exit 0\n", "<=2"),
        ("[ $# -gt 9 ] && exit 1\n", "2"),
        ("command -v aliyun || { echo no; exit 1; }\n", "2"),
        ("flock -n 9 || exit 0\n", "2"),
        ("[ -f /run/x.pid ] && exit 0\n", "2"),
        ("f() { [ $x = 1 ] && return; }\nf\n", "2"),
        ("( [ $x = 1 ] && exit 0 )\n", "2"),
        ("for i in 1 2; do [ $x = 1 ] && continue; done\n", "2"),
    ] {
        let (_, repeats, _) = runs(&format!("{script}for i in 1 2; do\n  {CALL} rm-1\ndone"));
        assert_eq!(repeats, [format!("for i in 1 2: {expected}")], "{script}");
    }
    let (_, repeats, _) = runs(&format!("for i in {{1..30}}; do [ $x = 1 ] && continue; {CALL} rm-1; done"));
    assert_eq!(repeats, ["for i in {1..30}: <=30"]);
}

#[test]
fn a_script_that_writes_a_crontab() {
    for script in [
        format!("(crontab -l; echo \"*/30 * * * * {CALL} rm-1\") | crontab -"),
        format!("echo '*/30 * * * * {CALL} rm-1' | sudo crontab -"),
        format!("crontab <<E\n# m h\n*/30 * * * * {CALL} rm-1\nE"),
        format!("cat > /etc/cron.d/copies <<'E'\n*/30 * * * * root {CALL} rm-1\nE"),
        format!("printf '*/30 * * * * {CALL} rm-1\\n' >> /var/spool/cron/root"),
        format!("ID=rm-1\necho \"*/30 * * * * root {CALL} $ID\" >> /etc/crontab"),
    ] {
        let call = call(&script);
        assert_eq!(show(&call).0, ["*/30 * * * * = */30 * * * *: 48"], "{script}");
        assert_eq!(values(&call, "DBInstanceId"), ["rm-1"], "{script}");
    }
    let extraction = extract(&[
        ("setup.sh", "# one.sh\necho '0 * * * * /opt/one.sh rm-2' > /etc/cron.d/one\n"),
        ("opt/one.sh", &format!("{CALL} $1\n")),
    ]);
    assert_eq!(extraction.calls.len(), 1);
    assert_eq!(show(&extraction.calls[0]).0, ["0 * * * * = 0 * * * *: 24"]);
    // What is printed elsewhere starts nothing.
    assert!(calls(&format!("echo '*/30 * * * * {CALL} rm-1'")).iter().all(|call| call.runs.starts.is_empty()));
}

#[test]
fn visits_of_one_command() {
    let (_, repeats, _) = runs(&format!("f() {{ {CALL} $1; }}\nf rm-1\nf rm-2\nf rm-3"));
    assert_eq!(repeats, ["f rm-1: 3 key distinct"]);
    let (_, repeats, _) = runs(&format!("f() {{ {CALL} rm-1; }}\nf\nf"));
    assert_eq!(repeats, ["f: 2"]);
    // Branches that exclude each other do not add up.
    let (_, repeats, _) =
        runs(&format!("f() {{ {CALL} $1; }}\ncase $x in a) f rm-1 ;; b) f rm-2 ;; *) f rm-3 ;; esac"));
    assert_eq!(repeats, [] as [String; 0]);
    let (_, repeats, _) = runs(&format!("f() {{ {CALL} rm-1; }}\nf\nif [ $x = a ]; then f; fi"));
    assert_eq!(repeats, ["f: <=2 key distinct"]);
}

#[test]
fn jobs_in_the_background() {
    let all = |script: &str| calls(script).iter().map(|call| show(call).2).collect::<Vec<_>>();
    let lanes = |lanes: &[&str]| lanes.iter().map(|lane| (*lane).to_owned()).collect::<Vec<_>>();
    let script = format!("{CALL} rm-0\n{CALL} rm-1 &\n{CALL} rm-2 &\n{CALL} rm-3\nwait\n{CALL} rm-4\n");
    assert_eq!(
        all(&script),
        [
            lanes(&[]),
            lanes(&["1 after [0]: &"]),
            lanes(&["3 after [0, 2]: &"]),
            lanes(&["4 after [0, 2]: &"]),
            lanes(&[]),
        ]
    );
    // Behind a `wait` begins what comes after everything before it.
    let script = format!("{CALL} rm-1 &\nwait\n{CALL} rm-2 &\nwait");
    assert_eq!(all(&script), [lanes(&["1 after [0]: &"]), lanes(&["4 after [0, 1, 2, 3]: &"])]);
    let script = format!("for id in rm-1 rm-2; do {CALL} $id & done; wait");
    assert_eq!(all(&script), [lanes(&["1 after [0] beside itself: &"])]);
    let script = format!("for id in rm-1 rm-2; do {CALL} $id & wait; done");
    assert_eq!(all(&script), [lanes(&["1 after [0]: &"])]);
    let script = format!("f() {{ {CALL} $1; }}\nf rm-1 &\nf rm-2 &\nwait");
    assert_eq!(all(&script), [lanes(&["1 after [0] beside itself: &"])]);
    let script = format!("( {CALL} rm-1; {CALL} rm-2 ) &");
    assert_eq!(all(&script), [lanes(&["1 after [0]: &"]), lanes(&["1 after [0]: &"])]);
    assert_eq!(all(&format!("list | xargs -P 4 -n1 {CALL}")), [lanes(&["0 after [] beside itself: -P 4"])]);
    assert_eq!(all(&format!("list | xargs -P1 -n1 {CALL}")), [lanes(&[])]);
    assert_eq!(all(&format!("parallel -j3 {CALL} ::: rm-1 rm-2")), [lanes(&["0 after [] beside itself: -j3"])]);
    // What the shell writes to is no job.
    assert_eq!(all(&format!("{CALL} rm-1 2>&1 && {CALL} rm-2 &> log")), [lanes(&[]), lanes(&[])]);
}

#[test]
fn a_script_that_runs_another_one() {
    let extraction = extract(&[
        ("ops/all.sh", "cd \"$(dirname \"$0\")\"\nfor id in rm-1 rm-2; do ./one.sh $id & done\nwait\n# one.sh\n"),
        ("ops/one.sh", &format!("{CALL} $1\n")),
    ]);
    let [call] = extraction.calls.as_slice() else { panic!("{:#?}", extraction.calls) };
    assert_eq!(call.runs.program, "ops/all.sh");
    let (_, repeats, lanes) = show(call);
    assert_eq!(repeats, ["for id in rm-1 rm-2: 2 key distinct"]);
    assert_eq!(lanes, ["1 after [0] beside itself: &"]);
}

#[test]
fn scripts_are_looked_for_in_the_tree_alone() {
    let other = format!("{CALL} rm-9\n");
    // The absolute path is one of the machine; the tree of the script holds another file at the end of it.
    let extraction = extract(&[
        ("repo/ops/a.sh", &format!("/srv/lib/b.sh\n{CALL} rm-1\n")),
        ("/srv/lib/b.sh", &other),
        ("repo/lib/b.sh", &other),
    ]);
    let programs: Vec<_> = extraction.calls.iter().map(|c| (c.head.source.path(), c.runs.program.as_str())).collect();
    assert_eq!(
        programs,
        [("/srv/lib/b.sh", "/srv/lib/b.sh"), ("repo/lib/b.sh", "repo/ops/a.sh"), ("repo/ops/a.sh", "repo/ops/a.sh"),]
    );
}
