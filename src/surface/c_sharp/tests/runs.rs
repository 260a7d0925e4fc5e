//! How often calls are made, and which at the same time.

use super::*;
use crate::model::Often;

const REQUEST: &str = "client.CreateBackup(new CreateBackupRequest { DBInstanceId = \"rm-1\" });";

/// The starts of the call of a program.
fn starts(program: &str) -> Vec<(String, Often)> {
    call(program).runs.starts.iter().map(|start| (start.text.clone(), start.per_day.clone())).collect()
}

#[test]
fn loops_that_sleep() {
    let body = |text: &str| class(NEW, &text.replace("REQUEST", REQUEST));
    for (text, times) in [
        ("while (true) { REQUEST Thread.Sleep(1800000); }", 48),
        ("while (true) { REQUEST await Task.Delay(TimeSpan.FromMinutes(30)); }", 48),
        ("while (!token.IsCancellationRequested) { REQUEST await Task.Delay(TimeSpan.FromHours(6), token); }", 4),
        ("for (;;) { REQUEST Thread.Sleep(new TimeSpan(1, 0, 0)); }", 24),
        ("do { REQUEST await Task.Delay(60 * 60 * 1000); } while (true);", 24),
    ] {
        let found = starts(&body(text));
        assert_eq!(found.len(), 1, "{text}");
        assert!(matches!(found[0].1, Often::Times(n) | Often::AtMost(n) if n == times), "{text} {found:?}");
    }
    let ticking = "using var timer = new PeriodicTimer(TimeSpan.FromMinutes(30));\nwhile (await timer.WaitForNextTickAsync(token)) { REQUEST }";
    assert_eq!(starts(&body(ticking)), [("TimeSpan.FromMinutes(30)".to_owned(), Often::Times(48))]);
    assert_eq!(starts(&body("REQUEST")), []);
}

#[test]
fn timers() {
    let timers = "using System.Timers;\nusing AlibabaCloud.SDK.Rds20140815.Models;";
    for text in [
        "var timer = new Timer(1800000);\ntimer.Elapsed += (s, e) => REQUEST\ntimer.Start();",
        "var timer = new System.Timers.Timer { Interval = 1800000, AutoReset = true };\ntimer.Elapsed += async (s, e) => { REQUEST };\ntimer.Enabled = true;",
        "var timer = new Timer(TimeSpan.FromMinutes(30));\ntimer.Elapsed += OnElapsed;\nvoid OnElapsed(object s, EventArgs e) { REQUEST }",
    ] {
        let text = text.replace("REQUEST };", &format!("{REQUEST} }};")).replace("REQUEST", REQUEST);
        let found = starts(&class(timers, &text));
        assert_eq!(found.iter().map(|(_, often)| often.clone()).collect::<Vec<_>>(), [Often::Times(48)], "{text}");
    }
    let once = format!("var timer = new Timer(1000) {{ AutoReset = false }};\ntimer.Elapsed += (s, e) => {REQUEST}");
    assert_eq!(starts(&class(timers, &once)), []);
    let threading = format!(
        "var timer = new System.Threading.Timer(_ => {}, null, TimeSpan.Zero, TimeSpan.FromHours(2));",
        REQUEST.trim_end_matches(';')
    );
    let found = starts(&class(NEW, &threading));
    assert_eq!(found, [("TimeSpan.FromHours(2)".to_owned(), Often::Times(12))]);
}

#[test]
fn schedules_of_libraries() {
    let hangfire = "using Hangfire;\nusing AlibabaCloud.SDK.Rds20140815.Models;";
    let run = REQUEST.trim_end_matches(';');
    for (text, times) in [
        (format!("RecurringJob.AddOrUpdate(\"x\", () => {run}, \"0 */2 * * *\");"), 12),
        (format!("RecurringJob.AddOrUpdate(\"x\", () => {run}, Cron.Hourly);"), 24),
        (format!("RecurringJob.AddOrUpdate(\"x\", () => {run}, Cron.MinuteInterval(30));"), 48),
        (format!("RecurringJob.AddOrUpdate(\"x\", () => {run}, Cron.Daily(3, 30));"), 1),
        (format!("manager.AddOrUpdate(\"x\", () => {run}, \"0 3,15 * * *\");"), 2),
    ] {
        let found = starts(&class(hangfire, &text));
        assert_eq!(found.iter().map(|(_, often)| often.clone()).collect::<Vec<_>>(), [Often::Times(times)], "{text}");
    }
    let typed = format!(
        "{hangfire}\nRecurringJob.AddOrUpdate<Job>(\"x\", job => job.Run(\"rm-2\"), Cron.Hourly);\nclass Job {{ public void Run(string id) {{ client.CreateBackup(new CreateBackupRequest {{ DBInstanceId = id }}); }} }}\n"
    );
    assert_eq!(starts(&typed), [("0 * * * *".to_owned(), Often::Times(24))]);
    assert_eq!(values(&call(&typed), "DBInstanceId"), ["rm-2"]);
    let function = format!(
        "{NEW}\npublic class F {{\n  [Function(\"backup\")]\n  public void Run([TimerTrigger(\"0 */30 * * * *\")] TimerInfo timer) {{ {REQUEST} }}\n}}\n"
    );
    assert_eq!(starts(&function), [("0 */30 * * * *".to_owned(), Often::Times(48))]);
}

#[test]
fn calls_at_the_same_time() {
    let one = "client.CreateBackupAsync(new CreateBackupRequest { DBInstanceId = id })";
    for text in [
        format!("await Task.WhenAll(new[] {{ \"rm-1\", \"rm-2\" }}.Select(id => {one}));"),
        format!("Parallel.ForEach(new[] {{ \"rm-1\", \"rm-2\" }}, id => {one});"),
        format!(
            "await Parallel.ForEachAsync(new[] {{ \"rm-1\", \"rm-2\" }}, options, async (id, token) => await {one});"
        ),
    ] {
        let found = calls(&class(NEW, &text));
        let ids: Vec<_> = found.iter().map(|call| values(call, "DBInstanceId").join("|")).collect();
        assert_eq!(ids, ["rm-1", "rm-2"], "{text}");
        assert!(found.iter().all(|call| call.runs.lanes.len() == 1), "{text}");
    }
    let unknown = format!("await Task.WhenAll(ids.Select(id => {one}));");
    assert!(values(&call(&class(NEW, &unknown)), "DBInstanceId")[0].starts_with('?'));
    assert_eq!(call(&class(NEW, &unknown)).runs.lanes.len(), 0);
}

#[test]
fn schedules_in_words() {
    let run = REQUEST.trim_end_matches(';');
    for (words, times) in [
        ("EveryThirtyMinutes()", 48),
        ("Hourly()", 24),
        ("DailyAtHour(3)", 1),
        ("Cron(\"0 */2 * * *\")", 12),
        ("EveryTenMinutes().PreventOverlapping(\"x\")", 144),
    ] {
        for schedule in ["Schedule", "ScheduleAsync"] {
            let text = class(NEW, &format!("scheduler.{schedule}(() => {run}).{words};"));
            let found = starts(&text);
            assert_eq!(
                found.iter().map(|(_, often)| often.clone()).collect::<Vec<_>>(),
                [Often::Times(times)],
                "{text}"
            );
        }
    }
}
