//! Functions that something else calls: what they are given there, and how often schedulers and queues start them.

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

fn check(path: &str, text: &str) -> Report {
    let mut memory = MemoryFiles::new();
    memory.add(path, text);
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// The texts that errors of a rule point at first, and their messages.
fn errors(path: &str, text: &str, rule: &str) -> Vec<String> {
    let report = check(path, text);
    let errors = report.findings.iter().filter(|f| f.severity == Severity::Error && f.rule.as_ref() == rule);
    errors.map(|finding| finding.message.clone()).collect()
}

fn python(body: &str) -> String {
    format!(
        "import asyncio\nimport functools\nimport threading\nfrom aliyunsdkrds.request.v20140815.CreateBackupRequest import CreateBackupRequest\n\n\ndef backup(instance, method='Physical'):\n    request = CreateBackupRequest()\n    request.set_DBInstanceId(instance)\n    request.set_BackupMethod(method)\n    client.do_action_with_exception(request)\n\n\n{body}\n"
    )
}

#[test]
fn what_a_function_is_given_by_whoever_calls_it_later_in_python() {
    for body in [
        "async def main():\n    await asyncio.to_thread(backup, 'pgm-1', 'Logical')\n",
        "async def main():\n    await loop.run_in_executor(None, backup, 'pgm-1', 'Logical')\n",
        "pool.submit(backup, 'pgm-1', method='Logical')\n",
        "threading.Thread(target=backup, args=('pgm-1',), kwargs={'method': 'Logical'}).start()\n",
        "job = functools.partial(backup, method='Logical')\njob('pgm-1')\n",
        "pool.submit(functools.partial(backup, 'pgm-1', method='Logical'))\n",
        "functools.partial(functools.partial(backup, 'pgm-1'), 'Physical')\nfunctools.partial(functools.partial(backup, 'pgm-1', method='Physical'), method='Logical')()\n",
        "pool.map(functools.partial(backup, method='Logical'), ['pgm-1'])\n",
        "list(pool.map(backup, ['pgm-1'], ['Logical', 'Physical']))\n",
        "loop.call_soon(backup, 'pgm-1', 'Logical')\n",
        "loop.call_later(60, backup, 'pgm-1', 'Logical')\n",
        "anyio.to_thread.run_sync(backup, 'pgm-1', 'Logical')\n",
        "background_tasks.add_task(backup, 'pgm-1', method='Logical')\n",
        "queue.enqueue(backup, 'pgm-1', 'Logical')\n",
        "backup.delay('pgm-1', method='Logical')\n",
        "backup.apply_async(args=['pgm-1'], kwargs={'method': 'Logical'})\n",
        "backup.apply_async(('pgm-1', 'Logical'))\n",
    ] {
        let text = python(body);
        assert_eq!(errors("a.py", &text, "unsupported-method").len(), 1, "{body}");
        let right = text.replace("Logical", "Physical");
        assert_eq!(errors("a.py", &right, "unsupported-method"), [] as [&str; 0], "{body}");
    }
}

#[test]
fn what_a_function_is_given_by_whoever_calls_it_later_in_typescript() {
    for body in [
        "setTimeout(backup, 1000, 'pgm-1', 'Logical');",
        "setTimeout(backup.bind(null, 'pgm-1', 'Logical'), 1000);",
        "setImmediate(() => backup('pgm-1', 'Logical'));",
        "process.nextTick(backup, 'pgm-1', 'Logical');",
        "const job = backup.bind(undefined, 'pgm-1');\njob('Logical');",
    ] {
        let text = format!(
            "import Rds, {{ CreateBackupRequest }} from '@alicloud/rds20140815';\nconst client = new Rds(config);\nasync function backup(id: string, method = 'Physical') {{\n  await client.createBackup(new CreateBackupRequest({{ DBInstanceId: id, backupMethod: method }}));\n}}\n{body}\n"
        );
        assert_eq!(errors("a.ts", &text, "unsupported-method").len(), 1, "{body}");
    }
}

/// The messages on too many backups a day, up to the colon.
fn quota(path: &str, text: &str) -> Vec<String> {
    let all = errors(path, text, "daily-quota-exceeded").into_iter();
    all.map(|message| message.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn queues_and_agendas_of_javascript() {
    for (body, number) in [
        (
            "const q = new Queue('backups');\nq.add('nightly', { id: 1 }, { repeat: { pattern: '*/30 * * * *' } });\nnew Worker('backups', async (job) => { await backup('pgm-1'); });",
            48,
        ),
        (
            "const q = new Bull('b');\nq.process(async () => backup('pgm-1'));\nq.add({}, { repeat: { every: 600000 } });",
            144,
        ),
        (
            "const q = new Bull('b');\nq.process(5, () => backup('pgm-1'));\nq.add({}, { repeat: { cron: '*/20 * * * *' } });",
            72,
        ),
        ("agenda.define('b', async () => { await backup('pgm-1'); });\nagenda.every('30 minutes', 'b');", 48),
        ("agenda.define('b', () => backup('pgm-1'));\nagenda.every('0 * * * *', ['a', 'b']);", 24),
        ("new Cron('*/30 * * * *', () => backup('pgm-1'));", 48),
        ("CronJob.from({ cronTime: '0 */30 * * * *', onTick: () => backup('pgm-1'), start: true });", 48),
        ("new CronJob({ cronTime: '0 */30 * * * *', onTick: () => backup('pgm-1') });", 48),
    ] {
        let text = format!(
            "import Rds, {{ CreateBackupRequest }} from '@alicloud/rds20140815';\nimport {{ Queue, Worker }} from 'bullmq';\nimport {{ CronJob }} from 'cron';\nimport {{ Cron }} from 'croner';\nimport Agenda from 'agenda';\nconst Bull = require('bull');\nconst agenda = new Agenda();\nconst client = new Rds(config);\nasync function backup(id: string) {{\n  await client.createBackup(new CreateBackupRequest({{ DBInstanceId: id, backupMethod: 'Physical' }}));\n}}\n{body}\n"
        );
        assert_eq!(quota("a.ts", &text), [format!("{number} backups a day of pgm-1")], "{body}");
    }
    // A queue that nothing fills again and again, and one of another name.
    for body in ["q.add({}, {});", "new Queue('other').add({}, { repeat: { every: 60000 } });"] {
        let text = format!(
            "import Rds, {{ CreateBackupRequest }} from '@alicloud/rds20140815';\nimport {{ Queue, Worker }} from 'bullmq';\nconst q = new Queue('backups');\nnew Worker('backups', async () => {{ await client.createBackup(new CreateBackupRequest({{ DBInstanceId: 'pgm-1', backupMethod: 'Physical' }})); }});\n{body}\n"
        );
        assert_eq!(quota("a.ts", &text), [] as [&str; 0], "{body}");
    }
}

fn java(body: &str) -> String {
    format!(
        "import com.aliyun.rds20140815.Client;\nimport com.aliyun.rds20140815.models.CreateBackupRequest;\nimport org.quartz.*;\n\nclass Plans {{\n  void plan(Scheduler scheduler) throws Exception {{\n{body}\n  }}\n\n  static class BackupJob implements Job {{\n    private Client client;\n\n    public void execute(JobExecutionContext context) {{\n      client.createBackup(new CreateBackupRequest().setDBInstanceId(\"pgm-1\").setBackupMethod(\"Physical\"));\n    }}\n  }}\n}}\n"
    )
}

#[test]
fn quartz_in_java() {
    let job = "    JobDetail job = JobBuilder.newJob(BackupJob.class).withIdentity(\"b\").build();\n";
    let trigger = |schedule: &str| {
        format!(
            "{job}    Trigger trigger = TriggerBuilder.newTrigger().startNow().withSchedule({schedule}).build();\n    scheduler.scheduleJob(job, trigger);"
        )
    };
    for (schedule, number) in [
        ("CronScheduleBuilder.cronSchedule(\"0 0/30 * * * ?\")", Some(48)),
        ("cronSchedule(\"0 0 3 * * ?\")", None),
        ("SimpleScheduleBuilder.simpleSchedule().withIntervalInMinutes(10).repeatForever()", Some(144)),
        ("SimpleScheduleBuilder.simpleSchedule().withIntervalInMinutes(10).withRepeatCount(3)", None),
        ("SimpleScheduleBuilder.repeatMinutelyForever(30)", Some(48)),
    ] {
        let expected: Vec<String> = number.map(|n| format!("{n} backups a day of pgm-1")).into_iter().collect();
        assert_eq!(quota("Plans.java", &java(&trigger(schedule))), expected, "{schedule}");
    }
}

#[test]
fn quartz_in_c_sharp() {
    let whole = |body: &str| {
        format!(
            "using AlibabaCloud.SDK.Rds20140815;\nusing AlibabaCloud.SDK.Rds20140815.Models;\nusing Quartz;\n\npublic class BackupJob : IJob {{\n  private Client client;\n  public async Task Execute(IJobExecutionContext context) {{\n    await client.CreateBackupAsync(new CreateBackupRequest {{ DBInstanceId = \"pgm-1\", BackupMethod = \"Physical\" }});\n  }}\n}}\n\npublic class Plans {{\n  public async Task Plan(IScheduler scheduler, IServiceCollectionQuartzConfigurator q) {{\n{body}\n  }}\n}}\n"
        )
    };
    let job = "    var job = JobBuilder.Create<BackupJob>().WithIdentity(\"b\").Build();\n";
    for (body, number) in [
        (format!("{job}    var trigger = TriggerBuilder.Create().WithCronSchedule(\"0 0/30 * * * ?\").Build();\n    await scheduler.ScheduleJob(job, trigger);"), Some(48)),
        (format!("{job}    var trigger = TriggerBuilder.Create().StartNow().WithSimpleSchedule(x => x.WithIntervalInMinutes(10).RepeatForever()).Build();\n    await scheduler.ScheduleJob(job, trigger);"), Some(144)),
        ("    q.ScheduleJob<BackupJob>(trigger => trigger.WithIdentity(\"t\").WithCronSchedule(\"0 0/20 * * * ?\"));".to_owned(), Some(72)),
        ("    q.AddJob<BackupJob>(o => o.WithIdentity(\"b\"));\n    q.AddTrigger(o => o.ForJob(\"b\").WithSimpleSchedule(x => x.WithIntervalInHours(1).RepeatForever()));".to_owned(), Some(24)),
        (format!("{job}    var trigger = TriggerBuilder.Create().WithCronSchedule(\"0 0 3 * * ?\").Build();\n    await scheduler.ScheduleJob(job, trigger);"), None),
    ] {
        let expected: Vec<String> = number.map(|n| format!("{n} backups a day of pgm-1")).into_iter().collect();
        assert_eq!(quota("Plans.cs", &whole(&body)), expected, "{body}");
    }
}
