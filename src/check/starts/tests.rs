//! Files in, starts of the calls out: over all surfaces, as a check sees them.

use super::*;
use crate::check::{Checker, Run, Settings, seen_once};
use crate::finding::Catalogue;
use crate::matrix::Matrix;
use crate::model::{Often, Repeat};
use crate::surface::{self, Files, MemoryFiles};

const CALL: &str = "aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod Snapshot\n";

/// The calls of some files with their starts.
pub(super) fn calls(files: &[(&str, &str)]) -> Vec<Call> {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let sieve = checker.sieve();
    let read = |path: &std::path::Path| sieve.look_for_help(path, memory.read(path).unwrap().text().as_bytes());
    let mut found: Vec<_> = memory.paths().filter_map(read).collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    let none = (Vec::new(), Vec::new());
    let run = Run { files: &memory, found, coverage: none.0, problems: none.1, files_seen: 0, files_searched: 0 };
    let mut extraction = Extraction::default();
    for (number, surface) in surface::all().iter().enumerate() {
        extraction.merge(checker.extract(*surface, number, &run, &Settings::default(), &()));
    }
    extraction.calls = seen_once(extraction.calls);
    attach(&mut extraction);
    extraction.calls
}

/// The only call of some files.
fn call(files: &[(&str, &str)]) -> Call {
    let calls = calls(files);
    assert_eq!(calls.len(), 1, "{calls:#?}");
    calls.into_iter().next().unwrap()
}

fn often(often: &Often) -> String {
    match often {
        Often::Times(times) => format!("{times}"),
        Often::AtMost(times) => format!("<={times}"),
        Often::Unknown(reason) => format!("?{reason}"),
    }
}

/// Each start: where it stands, how often, and the way from there.
fn starts(call: &Call) -> Vec<String> {
    let show = |start: &Start| {
        assert_eq!(start.place.text().trim_matches(['"', '\'']), start.text);
        let steps: Vec<_> = start.steps.iter().map(|step| step.place.text()).collect();
        format!("{}:{}: {} [{}]", start.place.source.path(), start.text, often(&start.per_day), steps.join(" > "))
    };
    call.runs.starts.iter().map(show).collect()
}

fn repeats(call: &Call) -> Vec<String> {
    let show = |r: &Repeat| {
        let marks = (if r.key.is_some() { " key" } else { "" }, if r.distinct { " distinct" } else { "" });
        format!("{}: {}{}{}", r.place.text(), often(&r.times), marks.0, marks.1)
    };
    call.runs.repeats.iter().map(show).collect()
}

/// For each lane its number, those before it and what one sees.
fn lanes(call: &Call) -> Vec<String> {
    let show = |lane: &crate::model::Lane| {
        let beside = if lane.beside_itself { " beside itself" } else { "" };
        format!("{} after {:?}{beside}: {}", lane.number, lane.after, lane.place.text())
    };
    call.runs.lanes.iter().map(show).collect()
}

/// For each start the instances whose calls it makes.
fn pairs(call: &Call) -> Vec<(String, Vec<String>)> {
    let id = &call.argument("DBInstanceId").unwrap().value;
    let fits = |start: &Start, alternative: &crate::model::Alternative| {
        start
            .guards
            .iter()
            .all(|g| alternative.guards.iter().all(|other| other.key != g.key || other.branch == g.branch))
    };
    let text = |alternative: &crate::model::Alternative| match &alternative.content {
        crate::model::Content::Text(text) => text.clone(),
        _ => "?".to_owned(),
    };
    let of = |start: &Start| id.alternatives().iter().filter(|a| fits(start, a)).map(text).collect();
    call.runs.starts.iter().map(|start| (start.text.clone(), of(start))).collect()
}

#[test]
fn lines_of_a_crontab_start_a_script_each_with_its_own_instance() {
    let cron = "PATH=/bin\n*/30 * * * * root /opt/app/copy.sh rm-1\n5,35 8-20 * * * root /opt/app/copy.sh rm-2\n@reboot root /opt/app/copy.sh rm-3\n";
    let call = call(&[("etc/cron.d/copies", cron), ("opt/app/copy.sh", &format!("#!/bin/bash\nexec {CALL}"))]);
    assert_eq!(
        starts(&call),
        [
            "etc/cron.d/copies:*/30 * * * *: 48 [/opt/app/copy.sh rm-1]",
            "etc/cron.d/copies:5,35 8-20 * * *: 26 [/opt/app/copy.sh rm-2]",
        ]
    );
    let of = |text: &str, id: &str| (text.to_owned(), vec![id.to_owned()]);
    assert_eq!(pairs(&call), [of("*/30 * * * *", "rm-1"), of("5,35 8-20 * * *", "rm-2")]);
    assert!(call.runs.repeats.is_empty() && call.runs.lanes.is_empty());
}

#[test]
fn a_visit_that_depends_on_a_condition_has_a_bound() {
    let script = "f() { aliyun rds CreateBackup --DBInstanceId $1; }\nf rm-1\n[ \"$(date +%u)\" = 1 ] && f rm-2\n";
    let call = call(&[("crontab", "0 * * * * /opt/x.sh\n"), ("opt/x.sh", script)]);
    let found: Vec<_> = call.runs.starts.iter().map(|start| often(&start.per_day)).collect();
    assert_eq!(found, ["24", "<=24"]);
    let all = pairs(&call).into_iter().map(|(_, ids)| ids).collect::<Vec<_>>();
    assert_eq!(all, [["rm-1"], ["rm-2"]]);
    // The same of two lines, one of which asks first.
    let cron = "0 * * * * [ $(date +\\%u) -eq 1 ] && /opt/x.sh rm-1\n0 3 * * * /opt/x.sh rm-2\n";
    let call = self::call(&[("crontab", cron), ("opt/x.sh", "aliyun rds CreateBackup --DBInstanceId $1\n")]);
    let found: Vec<_> = call.runs.starts.iter().map(|start| often(&start.per_day)).collect();
    assert_eq!(found, ["<=24", "1"]);
    // Nothing that depends on anything: one start makes both visits.
    let script = "f() { aliyun rds CreateBackup --DBInstanceId $1; }\nf rm-1\nf rm-2\n";
    let call = self::call(&[("crontab", "0 * * * * /opt/x.sh\n"), ("opt/x.sh", script)]);
    assert!(call.runs.starts.len() == 1 && call.runs.starts[0].guards.is_empty());
}

#[test]
fn ways_in_which_a_line_of_a_crontab_runs_a_script() {
    let script = format!("#!/bin/sh\n{}", CALL.replace("$1", "${1:-rm-9}"));
    for (path, command) in [
        ("ops/run.sh", "./run.sh rm-1"),
        ("ops/run.sh", "cd /srv/app/ops && ./run.sh rm-1"),
        ("ops/bin/run.sh", "cd bin && ./run.sh rm-1"),
        ("ops/run.sh", "/srv/app/ops/run.sh rm-1 >> /var/log/run.log 2>&1"),
        ("run.sh", "/usr/local/bin/run.sh rm-1"),
        ("ops/run", "bash run rm-1"),
        ("ops/run.sh", "bash -e ./run.sh rm-1"),
        ("ops/run.sh", "flock -n /tmp/lock /srv/ops/run.sh rm-1"),
        ("ops/run.sh", "/usr/bin/timeout -k 5 300 nice -n 10 ./run.sh rm-1"),
        ("ops/run.sh", "sudo -u backup env A=b ./run.sh rm-1"),
        ("ops/run.sh", "test -x ./run.sh && ./run.sh rm-1"),
    ] {
        let cron = format!("0 * * * * {command} # x.sh\n");
        let call = call(&[("ops/crontab", &cron), (path, &script)]);
        assert_eq!(call.runs.starts.len(), 1, "{command}");
        assert_eq!(call.runs.starts[0].per_day, Often::Times(24), "{command}");
        assert_eq!(call.head.source.path(), path, "{command}");
    }
}

#[test]
fn a_script_that_says_more_by_itself_has_the_start_all_the_same() {
    // What `A` is, the line does not know; the script beside its settings does.
    let files = [
        ("opt/crontab", "*/30 * * * * ./run.sh\n"),
        ("opt/run.sh", "A=$(cat id)\naliyun rds CreateBackup --DBInstanceId $A --BackupMethod Snapshot\n"),
    ];
    assert_eq!(call(&files).runs.starts.len(), 1);
    // A line that gives what is not known says nothing of the instance that the script has as a default.
    let script = "aliyun rds CreateBackup --DBInstanceId ${1:-rm-1}\n";
    let files = [("crontab", "*/30 * * * * /opt/run.sh $(next)\n"), ("opt/run.sh", script)];
    assert!(calls(&files).iter().all(|call| call.runs.starts.is_empty() || call.surface == "crontab"));
    let around = "for i in 1; do\n  ./run.sh $UNKNOWN\ndone\n";
    let script = "aliyun rds CreateBackup --DBInstanceId $1\n";
    let cron = "*/30 * * * * /opt/around.sh\n0 3 * * * /opt/run.sh rm-1\n";
    let files = [("crontab", cron), ("opt/around.sh", around), ("opt/run.sh", script)];
    for call in calls(&files) {
        assert!(call.runs.starts.iter().any(|start| start.text == "0 3 * * *"), "{call:#?}");
    }
}

#[test]
fn a_path_of_the_machine_is_none_of_the_tree() {
    let cron = "0 * * * * /opt/run.sh rm-1\n";
    // Neither a file of the checking machine nor one whose path does not end in that way.
    let files = [("repo/ops/crontab", cron), ("/opt/run.sh", CALL), ("repo/other/run.sh", CALL)];
    for call in calls(&files) {
        assert!(call.runs.starts.is_empty(), "{call:#?}");
    }
}

#[test]
fn a_crontab_starts_a_program_of_another_language_and_targets_of_a_makefile() {
    let python =
        "import subprocess\nsubprocess.run([\"aliyun\", \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"rm-1\"])\n";
    for command in ["/usr/bin/python3 /srv/app/job.py", "cd /srv/app && python3 job.py", "python -m job"] {
        let cron = format!("*/20 * * * * {command} # .py\n");
        let call = call(&[("crontab", &cron), ("job.py", python)]);
        let expected = format!("crontab:*/20 * * * *: 72 [{command} # .py > ");
        assert!(starts(&call).iter().all(|s| s.starts_with(&expected)), "{:?}", starts(&call));
        assert_eq!(call.runs.starts.len(), 1, "{command}");
    }
    let makefile =
        "all: backup\nbackup: check\n\taliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Snapshot\n";
    for command in ["make -C /srv/app", "cd /srv/app && make backup", "make -C . -f Makefile all"] {
        let cron = format!("0 */2 * * * {command}\n");
        let call = call(&[("crontab", &cron), ("Makefile", makefile)]);
        assert_eq!(call.runs.starts.len(), 1, "{command}");
        assert_eq!(call.runs.starts[0].per_day, Often::Times(12), "{command}");
    }
    let cron = "0 */2 * * * make clean\n";
    assert!(call(&[("crontab", cron), ("Makefile", makefile)]).runs.starts.is_empty());
}

#[test]
fn a_workflow_runs_scripts_targets_and_other_workflows() {
    let on = "on:\n  schedule:\n    - cron: '*/30 * * * *'\n    - cron: \"0 3 * * 1\"\n";
    let step = |run: &str| format!("{on}jobs:\n  nightly:\n    runs-on: x\n    steps:\n      - run: {run}\n");
    let script = format!("#!/bin/sh\n{CALL}");
    let one = call(&[(".github/workflows/a.yml", &step("./ops/run.sh rm-1")), ("ops/run.sh", &script)]);
    assert_eq!(
        starts(&one),
        [".github/workflows/a.yml:*/30 * * * *: 48 [nightly]", ".github/workflows/a.yml:0 3 * * 1: 1 [nightly]"]
    );
    assert_eq!(one.runs.starts[1].weekdays, 0b10);
    let makefile = "backup:\n\taliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Snapshot\n";
    let made = call(&[(".github/workflows/a.yml", &step("make backup")), ("Makefile", makefile)]);
    assert_eq!(made.runs.starts.len(), 2);
    // The workflow that is called has no schedule of its own, and its action has none either.
    let caller = format!("{on}jobs:\n  a:\n    uses: ./.github/workflows/b.yml\n");
    let callee = "on:\n  workflow_call:\njobs:\n  b:\n    steps:\n      - uses: ./.github/actions/c\n";
    let action = "runs:\n  using: composite\n  steps:\n    - shell: bash\n      run: aliyun rds CreateBackup --DBInstanceId rm-1\n";
    let files = [
        (".github/workflows/a.yml", caller.as_str()),
        (".github/workflows/b.yml", callee),
        (".github/actions/c/action.yml", action),
    ];
    let called = call(&files);
    assert_eq!(
        called.runs.starts.iter().map(|s| &s.per_day).collect::<Vec<_>>(),
        [&Often::Times(48), &Often::Times(1)]
    );
}

#[test]
fn a_timer_of_a_function_starts_its_handler() {
    let python = "import subprocess\ndef handler(event, context):\n    subprocess.run([\"aliyun\", \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"rm-1\"])\n";
    let new = "edition: 3.0.0\nresources:\n  copies:\n    component: fc3\n    props:\n      runtime: python3.10\n      code: ./code\n      handler: index.handler\n      triggers:\n        - triggerName: t\n          triggerType: timer\n          triggerConfig: {cronExpression: '@every 30m', enable: true}\n        - triggerName: off\n          triggerConfig: {cronExpression: '@every 1m', enable: false}\n";
    let old = "services:\n  copies:\n    props:\n      function: {handler: index.handler, codeUri: code}\n      triggers:\n        - {name: t, type: timer, config: {cronExpression: 'CRON_TZ=Asia/Shanghai 0 0 * * * *'}}\n";
    let found = call(&[("fn/s.yaml", new), ("fn/code/index.py", python)]);
    assert_eq!(starts(&found), ["fn/s.yaml:@every 30m: 48 [index.handler]"]);
    let found = call(&[("s.yml", old), ("code/index.py", python)]);
    assert_eq!(starts(&found), ["s.yml:CRON_TZ=Asia/Shanghai 0 0 * * * *: 24 [index.handler]"]);
}

#[test]
fn conditions_of_jobs_and_steps() {
    for (condition, expected) in [
        ("always()", vec!["48", "1"]),
        ("${{ github.event_name == 'schedule' }}", vec!["48", "1"]),
        ("github.event_name != 'schedule'", vec![]),
        ("github.event_name == 'push'", vec![]),
        ("github.event.schedule == '0 3 * * 1'", vec!["1"]),
        ("github.event.schedule != '0 3 * * 1'", vec!["48"]),
        ("github.event.schedule == '0 3 * * 1' || github.event_name == 'workflow_dispatch'", vec!["1"]),
        ("github.repository == 'a/b' && github.event_name == 'schedule'", vec!["48", "1"]),
        ("failure()", vec!["<=48", "<=1"]),
        ("steps.x.outputs.y == 'z'", vec!["<=48", "<=1"]),
    ] {
        for (job, step) in
            [(format!("    if: {condition}\n"), String::new()), (String::new(), format!("        if: {condition}\n"))]
        {
            let text = format!(
                "on:\n  schedule:\n    - cron: '*/30 * * * *'\n    - cron: '0 3 * * 1'\njobs:\n  a:\n{job}    steps:\n      - run: aliyun rds CreateBackup --DBInstanceId rm-1\n{step}"
            );
            let call = call(&[(".github/workflows/a.yml", &text)]);
            let found: Vec<_> = call.runs.starts.iter().map(|start| often(&start.per_day)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}

#[test]
fn jobs_of_a_workflow_run_beside_each_other() {
    let run = |id: &str| format!("    steps:\n      - run: aliyun rds CreateBackup --DBInstanceId {id}\n");
    let text = format!(
        "on: push\njobs:\n  a:\n{}  b:\n    needs: a\n{}  c:\n    needs: [b]\n    strategy:\n      matrix:\n        id: [rm-3, rm-4]\n{}  d:\n    strategy:\n      max-parallel: 1\n      matrix:\n        include: [{{id: rm-5}}, {{id: rm-6}}, {{id: rm-7}}]\n{}  e:\n    if: github.ref == 'x'\n{}",
        run("rm-1"),
        run("rm-2"),
        run("${{ matrix.id }}"),
        run("${{ matrix.id }}"),
        run("rm-8"),
    );
    let calls = calls(&[(".github/workflows/a.yml", &text)]);
    let found: Vec<_> = calls.iter().map(|call| (lanes(call), repeats(call))).collect();
    let strings = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (strings(&["0 after []: a"]), vec![]),
            (strings(&["1 after [0]: b"]), vec![]),
            (strings(&["2 after [0, 1] beside itself: c"]), strings(&["[rm-3, rm-4]: 2 key distinct"])),
            (strings(&["3 after []: d"]), strings(&["[{id: rm-5}, {id: rm-6}, {id: rm-7}]: 3 key distinct"])),
            (vec![], vec![]),
        ]
    );
    let key = calls[2].runs.repeats[0].key.clone().unwrap();
    let id = &calls[2].argument("DBInstanceId").unwrap().value;
    assert!(id.alternatives().iter().all(|a| a.guards.iter().any(|guard| guard.key == key)));
}

#[test]
fn jobs_of_a_pipeline() {
    let text = "stages: [one, two]\n.base:\n  script: [aliyun rds CreateBackup --DBInstanceId rm-0]\na:\n  stage: one\n  script: [aliyun rds CreateBackup --DBInstanceId rm-1]\nb:\n  stage: two\n  parallel: 3\n  script: [aliyun rds CreateBackup --DBInstanceId rm-2]\nc:\n  stage: two\n  needs: []\n  parallel:\n    matrix:\n      - ID: [rm-3, rm-4]\n  script: [aliyun rds CreateBackup --DBInstanceId $ID]\nd:\n  stage: two\n  rules: [{if: $CI_PIPELINE_SOURCE == \"schedule\"}]\n  script: [aliyun rds CreateBackup --DBInstanceId rm-5]\n";
    let calls = calls(&[(".gitlab-ci.yml", text)]);
    let found: Vec<_> = calls.iter().map(|call| (lanes(call), repeats(call))).collect();
    let strings = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        found,
        [
            (vec![], vec![]),
            (strings(&["1 after []: a"]), vec![]),
            (strings(&["2 after [1] beside itself: b"]), strings(&["3: 3"])),
            (strings(&["3 after [] beside itself: c"]), strings(&["[rm-3, rm-4]: 2 key distinct"])),
            (vec![], vec![]),
        ]
    );
    assert!(calls.iter().all(|call| call.runs.starts.is_empty()));
}

#[test]
fn a_job_of_kubernetes_that_the_clock_starts() {
    let text = |more: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: copies}}\nspec:\n  schedule: \"*/15 * * * *\"\n  timeZone: Asia/Shanghai\n{more}  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - command: [sh, -c, \"aliyun rds CreateBackup --DBInstanceId rm-1\"]\n            - command: [aliyun, rds, CreateBackup, --DBInstanceId, rm-2]\n"
        )
    };
    let found = calls(&[("job.yaml", &text(""))]);
    assert_eq!(found.len(), 2);
    for call in &found {
        assert_eq!(starts(call), ["job.yaml:*/15 * * * *: 96 [copies]"]);
    }
    let suspended = calls(&[("job.yaml", &text("  suspend: true\n"))]);
    assert!(suspended.iter().all(|call| call.runs.starts.is_empty()));
    let hole = text("").replace("*/15 * * * *", "{{ .Values.schedule }}");
    assert_eq!(
        starts(&calls(&[("job.yaml", &hole)])[0]),
        ["job.yaml:{{ .Values.schedule }}: ?a template fills in the schedule [copies]"]
    );
}

#[test]
fn a_program_that_two_steps_run_is_started_twice_and_a_target_is_made_once_in_a_run() {
    let package = r#"{"scripts": {"backup": "aliyun rds CreateBackup --DBInstanceId rm-1"}}"#;
    let workflow = |steps: &[&str]| {
        let steps: String = steps.iter().map(|step| format!("      - run: {step}\n")).collect();
        format!("on:\n  schedule:\n    - cron: '0 */2 * * *'\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}")
    };
    let count = |steps: &[&str], path: &str, text: &str| {
        call(&[(".github/workflows/a.yml", &workflow(steps)), (path, text)]).runs.starts.len()
    };
    assert_eq!(count(&["npm run backup"], "package.json", package), 1);
    assert_eq!(count(&["npm run backup", "npm run backup"], "package.json", package), 2);
    let make = "all: x y\nx: backup\ny: backup\nbackup:\n\taliyun rds CreateBackup --DBInstanceId rm-1\n";
    assert_eq!(count(&["make all"], "Makefile", make), 1);
    assert_eq!(count(&["make all", "make backup"], "Makefile", make), 2);
    // Steps that may not be taken may exclude each other.
    let either = ["test -f a && npm run backup", "test -f a || npm run backup"];
    assert_eq!(count(&either, "package.json", package), 1);
    let cron = "0 1 * * * cd /srv && npm run backup\n0 2 * * * cd /srv && npm run backup\n";
    assert_eq!(call(&[("crontab", cron), ("package.json", package)]).runs.starts.len(), 2);
}
