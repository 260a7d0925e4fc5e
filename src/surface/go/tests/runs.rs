//! How often calls run: timers, libraries of schedules, endless loops.

use super::*;

/// What the daily limit says of a program: the rule, what it points at, and how many calls it counts.
pub(super) fn quota(body: &str) -> Vec<String> {
    let text = format!(
        "package main\n\nimport (\n\t\"time\"\n\n\trds \"github.com/alibabacloud-go/rds-20140815/v7/client\"\n\t\"github.com/alibabacloud-go/tea/tea\"\n\t\"github.com/robfig/cron/v3\"\n)\n\nfunc backup(client *rds.Client, id string) error {{\n\t_, err := client.CreateBackup(&rds.CreateBackupRequest{{DBInstanceId: tea.String(id)}})\n\treturn err\n}}\n\n{body}"
    );
    let findings = report(&[("main.go", &text)]).findings.into_iter();
    let daily = findings.filter(|f| f.rule.as_ref().starts_with("daily-quota"));
    daily
        .map(|f| format!("{} `{}`: {}", format!("{:?}", f.severity).to_lowercase(), f.primary.place.text(), f.message))
        .collect()
}

#[test]
fn timers_start_what_waits_for_them() {
    for (given, loop_of) in [
        (
            "ticker := time.NewTicker(30 * time.Minute)\n\tdefer ticker.Stop()",
            "for range ticker.C {\n\t\tbackup(client, \"rm-1\")\n\t}",
        ),
        (
            "ticker := time.NewTicker(30 * time.Minute)",
            "for t := range ticker.C {\n\t\tlog.Println(t)\n\t\tbackup(client, \"rm-1\")\n\t}",
        ),
        ("ticker := time.NewTicker(30 * time.Minute)", "for {\n\t\t<-ticker.C\n\t\tbackup(client, \"rm-1\")\n\t}"),
        (
            "ticker := time.NewTicker(30 * time.Minute)",
            "for {\n\t\tselect {\n\t\tcase <-ctx.Done():\n\t\t\treturn\n\t\tcase <-ticker.C:\n\t\t\tif err := backup(client, \"rm-1\"); err != nil {\n\t\t\t\tlog.Println(err)\n\t\t\t\tcontinue\n\t\t\t}\n\t\t}\n\t}",
        ),
        ("", "for range time.Tick(30 * time.Minute) {\n\t\tbackup(client, \"rm-1\")\n\t}"),
        ("", "go func() {\n\t\tfor range time.Tick(30 * time.Minute) {\n\t\t\tbackup(client, \"rm-1\")\n\t\t}\n\t}()"),
        ("", "for {\n\t\tbackup(client, \"rm-1\")\n\t\ttime.Sleep(30 * time.Minute)\n\t}"),
        ("", "for {\n\t\tbackup(client, \"rm-1\")\n\t\t<-time.After(time.Duration(30) * time.Minute)\n\t}"),
    ] {
        let body = format!("func main() {{\n\t{given}\n\t{loop_of}\n}}\n");
        let found = quota(&body);
        assert_eq!(found.len(), 1, "{body}\n{found:?}");
        assert!(found[0].contains("48 backups a day of rm-1"), "{body}\n{found:?}");
        assert!(found[0].contains("30") && found[0].contains("* time.Minute"), "{found:?}");
    }
}

#[test]
fn an_interval_that_has_a_name() {
    let body = "const every = 30 * time.Minute\n\nfunc main() {\n\tfor range time.Tick(every) {\n\t\tbackup(client, \"rm-1\")\n\t}\n}\n";
    assert!(quota(body)[0].starts_with("error `every`: 48 backups a day"), "{:?}", quota(body));
    let unknown =
        "func run(every time.Duration) {\n\tfor range time.Tick(every) {\n\t\tbackup(client, \"rm-1\")\n\t}\n}\n";
    assert_eq!(quota(unknown), [""; 0]);
}

#[test]
fn timers_that_end_with_the_first_backup_are_tries() {
    for body in [
        "func main() {\n\tfor range time.Tick(time.Minute) {\n\t\tif err := backup(client, \"rm-1\"); err == nil {\n\t\t\tbreak\n\t\t}\n\t}\n}\n",
        "func main() {\n\tticker := time.NewTicker(time.Minute)\n\tfor {\n\t\tselect {\n\t\tcase <-ticker.C:\n\t\t\tif err := backup(client, \"rm-1\"); err != nil {\n\t\t\t\tcontinue\n\t\t\t}\n\t\t\treturn\n\t\t}\n\t}\n}\n",
        "func main() {\n\tfor {\n\t\terr := backup(client, \"rm-1\")\n\t\tif err != nil {\n\t\t\ttime.Sleep(time.Minute)\n\t\t\tcontinue\n\t\t}\n\t\tbreak\n\t}\n}\n",
        // Another timer of the same loop.
        "func main() {\n\tfast := time.NewTicker(time.Minute)\n\tslow := time.NewTicker(6 * time.Hour)\n\tfor {\n\t\tselect {\n\t\tcase <-fast.C:\n\t\t\tping()\n\t\tcase <-slow.C:\n\t\t\tbackup(client, \"rm-1\")\n\t\t}\n\t}\n}\n",
        // Once only.
        "func main() {\n\tticker := time.NewTicker(time.Minute)\n\tselect {\n\tcase <-ticker.C:\n\t\tbackup(client, \"rm-1\")\n\t}\n}\n",
    ] {
        assert_eq!(quota(body), [""; 0], "{body}");
    }
}

#[test]
fn schedules_of_the_library_of_cron() {
    for (registered, expected) in [
        (
            "c.AddFunc(\"*/30 * * * *\", func() { backup(client, \"rm-1\") })",
            "error `\"*/30 * * * *\"`: 48 backups a day of rm-1",
        ),
        (
            "c.AddFunc(\"@every 30m\", func() { backup(client, \"rm-1\") })",
            "error `\"@every 30m\"`: 48 backups a day of rm-1",
        ),
        ("_, err := c.AddFunc(\"0 0 * * * *\", job)", "error `\"0 0 * * * *\"`: 24 backups a day of rm-1"),
        (
            "if _, err := c.AddFunc(\"@hourly\", job); err != nil {\n\t\tpanic(err)\n\t}",
            "error `\"@hourly\"`: 24 backups a day of rm-1",
        ),
        ("c.AddJob(\"*/20 * * * *\", cron.FuncJob(job))", "error `\"*/20 * * * *\"`: 72 backups a day of rm-1"),
    ] {
        let body = format!(
            "func job() {{\n\tbackup(client, \"rm-1\")\n}}\n\nfunc main() {{\n\tc := cron.New()\n\t{registered}\n\tc.Start()\n}}\n"
        );
        let found = quota(&body);
        assert_eq!(found.len(), 1, "{registered}: {found:?}");
        assert!(found[0].starts_with(expected), "{found:?}");
    }
    let daily = "func main() {\n\tc := cron.New()\n\tc.AddFunc(\"@daily\", func() { backup(client, \"rm-1\") })\n\tc.AddFunc(spec, func() { backup(client, \"rm-1\") })\n}\n";
    assert_eq!(quota(daily), [""; 0]);
}

#[test]
fn schedules_in_words() {
    for (registered, times) in [
        ("s.Every(30).Minutes().Do(backup, client, \"rm-1\")", 48),
        ("s.Every(\"45m\").Do(job)", 32),
        ("s.Every(1).Hour().Do(job)", 24),
        ("s.Cron(\"*/30 * * * *\").Do(job)", 48),
        ("s.NewJob(gocron.DurationJob(30*time.Minute), gocron.NewTask(backup, client, \"rm-1\"))", 48),
        ("s.NewJob(gocron.CronJob(\"*/30 * * * *\", false), gocron.NewTask(job))", 48),
    ] {
        let body = format!(
            "func job() {{\n\tbackup(client, \"rm-1\")\n}}\n\nfunc main() {{\n\ts := gocron.NewScheduler(time.UTC)\n\t{registered}\n\ts.StartBlocking()\n}}\n"
        );
        let found = quota(&body.replace("gocron.", "cron."));
        assert_eq!(found.len(), 1, "{registered}: {found:?}");
        assert!(found[0].contains(&format!("{times} backups a day of rm-1")), "{registered}: {found:?}");
    }
    for once in ["s.Every(1).Day().At(\"10:30\").Do(job)", "once.Do(job)", "http.Do(request)"] {
        let body = format!("func job() {{\n\tbackup(client, \"rm-1\")\n}}\n\nfunc main() {{\n\t{once}\n}}\n");
        assert_eq!(quota(&body), [""; 0], "{once}");
    }
}
