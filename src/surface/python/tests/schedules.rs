//! How often calls run: schedules in the program, loops, and what is a run of its own.

use super::*;
use crate::model::Often;

const BACKUP: &str = "def backup(id='rm-1'):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=id))\n\n";

/// The starts of the only call: the text and how often it is started, `<` in front of what is at most that.
fn starts(body: &str) -> Vec<String> {
    let call = call(&new_sdk(&format!("import time, schedule\n{BACKUP}{body}")));
    call.runs
        .starts
        .iter()
        .map(|start| match &start.per_day {
            Often::Times(times) => format!("{}: {times}", start.text),
            Often::AtMost(times) => format!("{}: <{times}", start.text),
            Often::Unknown(reason) => format!("{}: {reason}", start.text),
        })
        .collect()
}

#[test]
fn a_library_of_schedules_in_words() {
    for (body, expected) in [
        ("schedule.every(30).minutes.do(backup)", "schedule.every(30).minutes.do: 48"),
        ("schedule.every().hour.do(backup)", "schedule.every().hour.do: 24"),
        ("schedule.every().day.at('10:30').do(backup)", "schedule.every().day.at('10:30').do: 1"),
        ("schedule.every().monday.do(backup)", "schedule.every().monday.do: 1"),
        (
            "schedule.every(interval).minutes.do(backup)",
            "schedule.every(interval).minutes.do: the interval is not known",
        ),
    ] {
        assert_eq!(starts(body), [expected], "{body}");
    }
    let given = call(&new_sdk(&format!("{BACKUP}schedule.every(2).hours.do(backup, 'rm-7')\n")));
    assert_eq!(given.argument("DBInstanceId").unwrap().value.as_text(), Some("rm-7"));
}

#[test]
fn schedulers_that_are_given_jobs() {
    for (body, expected) in [
        ("s.add_job(backup, 'interval', minutes=30)", "minutes=30: 48"),
        ("s.add_job(backup, 'interval', hours=1, minutes=30)", "hours=1: 16"),
        ("s.add_job(func=backup, trigger='cron', hour='*/2', minute=0)", "minute=0: 12"),
        ("s.add_job(backup, 'cron', hour='8-20')", "hour='8-20': 13"),
        ("s.add_job(backup, 'cron', minute='*/30')", "minute='*/30': 48"),
        ("s.add_job(backup, 'cron', day_of_week='mon-fri', hour=3)", "hour=3: 1"),
        ("s.add_job(backup, 'interval', minutes=n)", "n: the interval is not known"),
    ] {
        let body =
            format!("from apscheduler.schedulers.blocking import BlockingScheduler\ns = BlockingScheduler()\n{body}\n");
        assert_eq!(starts(&body), [expected], "{body}");
    }
    let marked = call(&new_sdk(
        "@s.scheduled_job('cron', minute='*/20')\ndef job():\n    client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1'))\n",
    ));
    assert_eq!(marked.runs.starts[0].per_day, Often::Times(72));
}

#[test]
fn an_endless_loop_that_sleeps_is_a_schedule() {
    assert_eq!(starts("while True:\n    backup()\n    time.sleep(1800)\n"), ["time.sleep(1800): 48"]);
    assert_eq!(starts("while True:\n    backup()\n    time.sleep(30 * 60)\n"), ["time.sleep(30 * 60): 48"]);
    assert_eq!(
        starts(
            "PAUSE = 3600\nwhile True:\n    try:\n        backup()\n    except Exception:\n        pass\n    time.sleep(PAUSE)\n"
        ),
        ["time.sleep(PAUSE): 24"]
    );
    // It tries until it works.
    assert_eq!(starts("while True:\n    backup()\n    if done():\n        break\n    time.sleep(60)\n"), [""; 0]);
    assert_eq!(starts("backup()\n"), [""; 0]);
}

#[test]
fn rounds_are_calls_and_tries_are_not() {
    let counted = |body: &str| {
        let calls = calls(&new_sdk(&format!("{BACKUP}{body}")));
        calls.iter().filter(|call| call.runs.repeats.iter().all(|repeat| repeat.times != Often::AtMost(0))).count()
    };
    assert_eq!(counted("for n in range(25):\n    backup()\n"), 25);
    assert_eq!(counted("for id in ['rm-1', 'rm-2', 'rm-3']:\n    backup(id)\n"), 3);
    assert_eq!(
        counted(
            "for n in range(25):\n    try:\n        backup()\n        break\n    except Exception:\n        pass\n"
        ),
        1
    );
    assert_eq!(
        counted(
            "def go():\n    for n in range(25):\n        try:\n            return backup()\n        except Exception:\n            pass\ngo()\n"
        ),
        1
    );
    assert_eq!(counted("for id in ['rm-1', 'rm-2']:\n    if skip(id):\n        continue\n    backup(id)\n"), 2);
    let unknown = call(&new_sdk(&format!("{BACKUP}for id in listed():\n    backup(id)\n")));
    assert!(matches!(unknown.runs.repeats[0].times, Often::Unknown(_)) && unknown.runs.repeats[0].distinct);
}

#[test]
fn functions_that_nobody_calls_are_runs_of_their_own() {
    let one = "    client.create_backup(m.CreateBackupRequest(dbinstance_id='rm-1'))\n";
    let found = calls(&new_sdk(&format!("def a():\n{one}\ndef b():\n{one}\ndef main():\n{one}\nif True:\n{one}")));
    let mut programs: Vec<&str> = found.iter().map(|call| call.runs.program.as_str()).collect();
    programs.sort_unstable();
    assert_eq!(programs.len(), 4);
    assert_eq!(&programs[..2], ["a.py", "a.py"]);
    assert!(programs[2].starts_with("a.py#") && programs[3].starts_with("a.py#") && programs[2] != programs[3]);
}

#[test]
fn a_pool_runs_a_function_for_all_elements_at_once() {
    let pool = |workers: &str, ids: &str| {
        let body = format!(
            "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor({workers}) as pool:\n    pool.map(backup, {ids})\n"
        );
        let calls = calls(&new_sdk(&format!("{BACKUP}{body}")));
        let id = |call: &Call| call.argument("DBInstanceId").unwrap().value.as_text().map(str::to_owned);
        let seen: Vec<_> =
            calls.iter().map(|call| (id(call), call.runs.lanes.first().map(|lane| lane.number))).collect();
        seen
    };
    let text = |id: &str| Some(id.to_owned());
    assert_eq!(pool("4", "['rm-1', 'rm-2']"), [(text("rm-1"), Some(0)), (text("rm-2"), Some(1))]);
    assert_eq!(pool("max_workers=1", "['rm-1']"), [(text("rm-1"), None)]);
    assert_eq!(pool("4", "listed()").len(), 1);
}

#[test]
fn a_plan_of_a_task_queue_starts_functions_by_name() {
    let plan = |schedule: &str, given: &str| {
        let body = format!(
            "from celery import Celery\nfrom celery.schedules import crontab\napp = Celery('x')\n@app.task\n{BACKUP}app.conf.beat_schedule = {{\n    'copy': {{'task': 'tasks.backup', 'schedule': {schedule}{given}}},\n}}\n"
        );
        let call = call(&new_sdk(&body));
        let id = call.argument("DBInstanceId").unwrap().value.as_text().map(str::to_owned);
        (id, call.runs.starts.iter().map(|s| (s.text.clone(), s.per_day.clone())).collect::<Vec<_>>())
    };
    for (schedule, times) in [
        ("crontab(minute='*/30')", 48),
        ("crontab(minute=0, hour='*/2')", 12),
        ("1800.0", 48),
        ("timedelta(minutes=20)", 72),
    ] {
        let (_, starts) = plan(schedule, "");
        assert_eq!(starts, [(schedule.to_owned(), Often::Times(times))]);
    }
    assert_eq!(plan("60.0", ", 'args': ('rm-9',)").0.as_deref(), Some("rm-9"));
}

#[test]
fn a_plan_in_another_file_starts_functions_by_name() {
    use crate::check::{Checker, Settings};
    use crate::finding::Catalogue;
    use crate::matrix::Matrix;
    use crate::surface::MemoryFiles;

    let app = "from celery import Celery\nfrom celery.schedules import crontab\napp = Celery('x')\napp.conf.beat_schedule = {\n    'x': {'task': 'pkg.tasks.backup', 'schedule': crontab(minute=0, hour='*/1')},\n}\n";
    let tasks = "from alibabacloud_rds20140815 import models as m\nfrom pkg.app import app\n\n@app.task\ndef backup(id='rm-1'):\n    client.create_backup(m.CreateBackupRequest(dbinstance_id=id))\n";
    let found = |app: &str| -> Vec<String> {
        let mut memory = MemoryFiles::new();
        memory.add("pkg/app.py", app);
        memory.add("pkg/tasks.py", tasks);
        let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
        let report = checker.check_memory(&memory, &Settings::default());
        let daily = report.findings.iter().filter(|f| f.rule.as_ref() == "daily-quota-exceeded");
        daily.map(|f| f.primary.place.text().to_owned()).collect()
    };
    assert_eq!(found(app), ["crontab(minute=0, hour='*/1')"]);
    assert_eq!(found(&app.replace("*/1", "*/2")), [""; 0]);
    assert_eq!(found(&app.replace("tasks.backup", "tasks.other")), [""; 0]);
}
