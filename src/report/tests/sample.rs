//! Reports to write: an empty one, and one with everything that has ever broken an output.

use std::sync::Arc;

use crate::finding::{
    AuditSummary, CallRecord, Catalogue, Confidence, Counts, Edit, Evidence, Finding, Fix, InstanceDay, Label,
    PolicySums, Refusals, Report, Rule, Safety, Severity, Undecided, Verdict, assign_fingerprints,
};
use crate::model::{Coverage, CoverageStatus, RuleCoverage};
use crate::source::{Origin, Place, Source};

/// The place of the first occurrence of `text`.
pub(super) fn at(source: &Arc<Source>, text: &str) -> Place {
    let start = source.text().find(text).unwrap_or_else(|| panic!("{text:?} is not in {}", source.path()));
    Place::new(source, start..start + text.len())
}

pub(super) fn label(source: &Arc<Source>, text: &str, words: &str) -> Label {
    Label { place: at(source, text), text: words.to_owned() }
}

fn source(path: &str, text: impl Into<Vec<u8>>) -> Arc<Source> {
    Arc::new(Source::from_bytes(path, text.into()).unwrap())
}

/// A report in which nothing was found and nothing was looked for.
pub(super) fn empty() -> Report {
    Report {
        findings: Vec::new(),
        calls: Vec::new(),
        coverage: Vec::new(),
        rules: Vec::new(),
        counts: Counts::default(),
        operations: vec!["CreateBackup".to_owned()],
        level: Severity::Warning,
        catalogue: Arc::new(Catalogue::default()),
        list_undecided: false,
        list_coverage: false,
        is_quiet: false,
        elapsed_milliseconds: None,
        rules_date: "2026-06-12".to_owned(),
        policies: None,
        audit: None,
        repository: None,
        suppressed: Vec::new(),
        list_suppressed: false,
    }
}

fn rule(id: &str, order: u32, severity: Severity) -> Rule {
    Rule {
        id: id.to_owned(),
        order,
        title: format!("what {id} is about"),
        severity,
        why: "Something goes **wrong** in production.\n".to_owned(),
        fix: "Write something else.\n".to_owned(),
        references: vec!["page, section".to_owned(), "https://example.com/rds/create-backup#method".to_owned()],
        codes: Vec::new(),
        bad: Vec::new(),
        good: Vec::new(),
        no_examples: None,
    }
}

/// The report of an audit.
pub(super) fn audit() -> Report {
    let origin = Origin { offset: 4096, line: 25, column: 1 };
    let text = "CreateBackup {\"DBInstanceId\": \"rm-bp1\", \"BackupMethod\": \"Snapshot\"}";
    let record = Arc::new(Source::excerpt("logs/\u{1b}[1mmarch.json", text, origin));
    let place = Place::new(&record, 0..text.len());
    let label = |text: &str| Label { place: place.clone(), text: text.to_owned() };
    let message = "24 backups of rm-bp1 on 2026-03-04 (UTC+8); the limit is 20 a day: by role/nightly | (24)";
    let mut over = Finding::new("daily-quota-exceeded", Severity::Error, message, label("call 21 of the day"));
    over.evidence = Some(Box::new(Evidence {
        instance: "rm-bp1".to_owned(),
        region: "cn-shanghai".to_owned(),
        account: "1900000000000007".to_owned(),
        principal: String::new(),
        day: "2026-03-04".to_owned(),
        count: 24,
        accepted: 24,
        first: "2026-03-04T01:00:00Z".to_owned(),
        last: "2026-03-04T10:00:00Z".to_owned(),
        event_ids: vec!["8F2A6C10-0B4D-5E7F-9A1B-000000000001".to_owned()],
    }));
    let mut denied = Finding::new(
        "ram-denied-call",
        Severity::Error,
        "=role/nightly may not call CreateBackup on rm-<b>uf6</b>: refused 96 times",
        label("the first"),
    );
    denied.evidence = Some(Box::new(Evidence {
        principal: "acs:ram::1900000000000007:role/nightly".to_owned(),
        count: 96,
        first: "2026-03-09T01:00:00Z".to_owned(),
        last: "2026-03-31T01:00:00Z".to_owned(),
        ..Evidence::default()
    }));
    let mut findings = vec![over, denied];
    assign_fingerprints(&mut findings);
    let mut calls = calls(&findings);
    if let Some(first) = calls.first_mut() {
        first.times = 24;
    }
    let day = |instance: &str, day: &str, accepted, denied, refused| InstanceDay {
        instance: instance.to_owned(),
        day: day.to_owned(),
        accepted,
        denied,
        refused,
    };
    Report {
        findings,
        calls,
        audit: Some(Box::new(AuditSummary {
            product: "ApsaraDB RDS".to_owned(),
            zone: "UTC+8".to_owned(),
            first: "2026-02-28T16:00:00Z".to_owned(),
            last: "2026-03-31T15:00:00Z".to_owned(),
            first_day: "2026-03-01".to_owned(),
            last_day: "2026-03-31".to_owned(),
            accounts: vec!["1900000000000007".to_owned()],
            records: 9_700_000,
            calls: 4812,
            filtered: 3,
            copies: 1,
            accepted: 4391,
            refused: 421,
            denied: 103,
            refusals: vec![
                Refusals { class: "state".to_owned(), count: 318 },
                Refusals { class: "authorisation".to_owned(), count: 103 },
            ],
            principals: 4,
            instances: 31,
            files: 8930,
            not_opened: 1240,
            bytes: 987_654_321,
            text_bytes: 9_876_543_210,
            gaps: vec!["cn-shanghai 2026-03-14 02:00 to 2026-03-14 04:00 (UTC+8)".to_owned()],
            limit: 20,
            over_limit: 2,
            at_limit: 5,
            instance_days: vec![
                day("rm-<b>uf6</b>", "2026-03-09", 0, 96, 0),
                day("rm-bp1", "2026-03-04", 24, 0, 3),
                day("rm-bp1", "2026-03-05", 12, 0, 0),
            ],
            policies: Some(PolicySums {
                documents: 3,
                callers: 4,
                judged: 3,
                explained: 2,
                silent: vec![("not written in them".to_owned(), 1)],
            }),
        })),
        ..awkward()
    }
}

/// The report with everything.
pub(super) fn awkward() -> Report {
    let mut findings = vec![
        provenance(),
        wide_and_crlf(),
        hostile(),
        long_line(),
        many_places(),
        over_lines(),
        bracket(),
        far_over_lines(),
        end_of_file(),
        unreadable(),
    ];
    assign_fingerprints(&mut findings);
    let calls = calls(&findings);
    Report {
        findings,
        calls,
        coverage: coverage(),
        rules: vec![RuleCoverage {
            rule: "unsupported-method".to_owned(),
            status: CoverageStatus::InPart,
            reason: "1 call(s) undecided".to_owned(),
        }],
        counts: Counts {
            switched_off: 0,
            suppressed: 0,
            baselined: 0,
            baseline_gone: 0,
            errors: 4,
            warnings: 4,
            notes: 2,
            hidden: 0,
            calls: 14,
            calls_with_findings: 8,
            violations: 4,
            proven: 9,
            undecided: 1,
            files_seen: 3204,
            files_searched: 41,
            files_parsed: 12,
            files_skipped: 2,
            files_in_part: 1,
        },
        level: Severity::Note,
        catalogue: Arc::new(Catalogue::from_rules([
            rule("invalid-value", 20, Severity::Error),
            rule("unsupported-method", 10, Severity::Error),
        ])),
        list_undecided: true,
        list_coverage: true,
        is_quiet: false,
        elapsed_milliseconds: Some(84),
        ..empty()
    }
}

/// A value that comes from far away, over three files.
fn provenance() -> Finding {
    let lines = "\n".repeat(11);
    let call = source(
        "envs/prod/backup.tf",
        format!(
            "{lines}resource \"alicloud_rds_backup\" \"nightly\" {{\n  db_instance_id = module.db.id\n  \
             backup_method  = var.method\n}}\n"
        ),
    );
    let values = source("envs/prod/prod.auto.tfvars", "# prod\n\nmethod = \"Logical\"\n");
    let module =
        source("modules/db/main.tf", "resource \"alicloud_db_instance\" \"db\" {\n  engine = \"PostgreSQL\"\n}\n");
    let edit = Edit { place: at(&call, "var.method"), replacement: "\"Snapshot\"".to_owned() };
    Finding {
        parameter: Some("BackupMethod".to_owned()),
        related: vec![
            label(&values, "\"Logical\"", "set here, over the default \"Physical\" of variables.tf:8"),
            label(&module, "\"PostgreSQL\"", "the instance that db_instance_id refers to"),
            label(&call, "module.db.id", "refers to it"),
        ],
        answer: Some("InvalidBackupMethod.ValueNotSupport (400)".to_owned()),
        supported: vec!["Physical".to_owned(), "Snapshot".to_owned()],
        nearest: Some("backup_method = \"Snapshot\" (the disk is cloud_essd)".to_owned()),
        fixes: vec![Fix {
            title: "set backup_method to Snapshot".to_owned(),
            safety: Safety::NeedsReview,
            edits: vec![edit],
        }],
        subject: "alicloud_rds_backup.nightly".to_owned(),
        ..Finding::new(
            "unsupported-method",
            Severity::Error,
            "PostgreSQL instances have no Logical backup",
            label(&call, "var.method", "\"Logical\" here"),
        )
    }
}

/// Chinese text and emoji in front of the place, in a file with a byte order mark and CRLF.
fn wide_and_crlf() -> Finding {
    let text = "\u{feff}# 备份计划\r\n说明: '每晚备份 🚀'\t, BackupMethod: 'snapshot', 周期: 7\r\n";
    let file = source("计划/夜间 备份.yaml", text);
    let value = at(&file, "snapshot");
    let edit = Edit { place: value.clone(), replacement: "Snapshot".to_owned() };
    Finding {
        parameter: Some("BackupMethod".to_owned()),
        related: vec![label(&file, "每晚备份 🚀", "the plan that this belongs to")],
        help: Some("letter case counts: 服务区分大小写，请使用文档中的写法".to_owned()),
        fixes: vec![Fix { title: "write Snapshot".to_owned(), safety: Safety::Safe, edits: vec![edit] }],
        subject: "夜间".to_owned(),
        ..Finding::new(
            "invalid-value",
            Severity::Warning,
            "备份方法 snapshot 的大小写不正确，服务只接受 Snapshot，这个值会被当作未知的备份方法而被拒绝",
            Label { place: value, text: "写成 Snapshot".to_owned() },
        )
    }
}

/// Escape sequences, direction marks and a bell, in the source, the path and every text.
fn hostile() -> Finding {
    let text = "BackupMethod: \u{1b}]0;owned\u{7}\u{1b}[31mLogical\u{1b}[0m \u{202e}drow\u{202c} \u{9b}2J\u{7f}\n";
    let file = source("conf\\win\u{1b}[2J\\a.yaml", text);
    let mut finding = Finding {
        confidence: Confidence::Possible,
        parameter: Some("Backup\u{1b}[1mMethod".to_owned()),
        answer: Some("no\u{1b}[8m answer".to_owned()),
        supported: vec!["Phys\u{1b}[2Kical".to_owned()],
        help: Some("line one\nline two\u{9b}1m".to_owned()),
        subject: "conf".to_owned(),
        ..Finding::new(
            "not-in-the-catalogue",
            Severity::Error,
            "the value is \u{1b}[31mLogical\r\u{202e}",
            label(&file, "\u{1b}[31mLogical\u{1b}[0m", "this \u{1b}[5mone"),
        )
    };
    finding.related.push(label(&file, "\u{1b}[31mLogical\u{1b}[0m", "the same again"));
    finding
}

/// A place far to the right in a file of one line.
fn long_line() -> Finding {
    let text =
        format!("{{\"pad\":\"{}\",\"BackupMethod\":\"Nope\",\"end\":\"{}\"}}", "x".repeat(100_000), "备".repeat(999));
    let file = source("plan.json", text);
    Finding {
        related: vec![label(&file, "\"pad\"", "the same object")],
        ..Finding::new(
            "invalid-value",
            Severity::Error,
            "Nope is not a backup method",
            label(&file, "\"Nope\"", "not one of the documented values, and nothing that is near to one of them"),
        )
    }
}

/// More places than anybody wants to see.
fn many_places() -> Finding {
    let text: String = (0..40).map(|n| format!("call {n:02} twice {n:02}\n")).collect();
    let file = source("deploy/jobs.sh", text);
    let place = |n: u32, width: u32| Place::new(&file, (n * 17) as usize..(n * 17 + width) as usize);
    let related = (1..12).map(|n| Label { place: place(n * 3, 7), text: format!("call number {n}") });
    Finding {
        confidence: Confidence::Possible,
        related: related.collect(),
        ..Finding::new(
            "daily-quota-exceeded",
            Severity::Note,
            "12 calls on one instance in a day",
            Label { place: place(0, 7), text: String::new() },
        )
    }
}

fn command() -> Arc<Source> {
    source(
        "bin/backup.sh",
        "set -e\naliyun rds CreateBackup \\\n  --DBInstanceId \"$ID\" \\\n  --BackupMethod Logical\necho done\n",
    )
}

/// A span over three lines, and one inside it.
fn over_lines() -> Finding {
    let file = command();
    let start = at(&file, "aliyun").span;
    let end = at(&file, "Logical").span;
    Finding {
        related: vec![label(&file, "Logical", "because of this")],
        ..Finding::new(
            "incomplete-combination",
            Severity::Error,
            "a Logical backup needs BackupStrategy",
            Label { place: Place::new(&file, start.join(end)), text: "neither db nor instance is given".to_owned() },
        )
    }
}

/// A span over three lines with nothing else to see there.
fn bracket() -> Finding {
    let file = command();
    let place = Place::new(&file, at(&file, "aliyun").span.join(at(&file, "Logical").span));
    let text = "runs in the same minute as the one before, whose words are many".to_owned();
    Finding::new(
        "concurrent-backup",
        Severity::Note,
        "two backups of one instance may run at once",
        Label { place, text },
    )
}

/// A span over more lines than can be shown.
fn far_over_lines() -> Finding {
    let text = format!("steps:\n{}last: 1\n", "  - run: backup\n".repeat(60));
    let file = source("ci.yml", text);
    let place = Place::new(&file, 0..file.text().len());
    Finding {
        help: Some("split the job".to_owned()),
        ..Finding::new(
            "concurrent-backup",
            Severity::Warning,
            "60 steps may run at once",
            Label { place, text: "the steps".to_owned() },
        )
    }
}

/// An empty span behind the last character, which has three bytes and no line feed behind it.
fn end_of_file() -> Finding {
    let file = source("a/b.yaml", "a: 1\nb: 备");
    let end = file.text().len();
    Finding::new(
        "unparsable-file",
        Severity::Warning,
        "the mapping does not end",
        Label { place: Place::new(&file, end..end), text: "expected a value".to_owned() },
    )
}

/// A file without text.
fn unreadable() -> Finding {
    let file = source("big/输出.log", "");
    Finding {
        help: Some("raise the limit, or leave the file out".to_owned()),
        ..Finding::new(
            "unreadable-file",
            Severity::Warning,
            "the file is larger than 64 MB",
            Label { place: Place::new(&file, 0..0), text: "nothing of it was looked at".to_owned() },
        )
    }
}

fn calls(findings: &[Finding]) -> Vec<CallRecord> {
    let file = command();
    let call = |subject: &str, head: Place, verdict| CallRecord {
        about: Arc::default(),
        subject: subject.to_owned(),
        api: "rds-create-backup".into(),
        surface: "shell",
        head,
        verdict,
        times: 1,
        undecided: Vec::new(),
        parameters: vec![("DBInstanceId".to_owned(), None), ("BackupMethod".to_owned(), Some("Logical".to_owned()))],
        facts: vec![("engine".to_owned(), Some("PostgreSQL".to_owned())), ("storage".to_owned(), None)],
    };
    let undecided = vec![
        Undecided {
            subject: "engine".to_owned(),
            reason: "the instance behind $ID is not known; an inventory with its engine would decide this call"
                .to_owned(),
            place: Some(at(&file, "\"$ID\"")),
        },
        Undecided { subject: "storage".to_owned(), reason: "the disk of the instance".to_owned(), place: None },
    ];
    vec![
        call("alicloud_rds_backup.nightly", findings[0].primary.place.clone(), Verdict::Violation),
        CallRecord {
            about: Arc::default(),
            undecided,
            ..call("aliyun rds CreateBackup", at(&file, "aliyun rds CreateBackup"), Verdict::Undecided)
        },
        call("proven one", at(&file, "echo"), Verdict::Proven),
    ]
}

fn coverage() -> Vec<Coverage> {
    let entry =
        |path: &str, status, reason: &str| Coverage { path: path.to_owned(), status, reason: reason.to_owned() };
    vec![
        entry("bin/backup.sh", CoverageStatus::Judged, ""),
        entry("big/输出.log", CoverageStatus::Skipped, "larger than 64 MB"),
        entry(
            "charts/\u{1b}[1mbackup.yaml",
            CoverageStatus::InPart,
            "a template line was left out: whatever it makes, calls in it are not seen, and nothing is said about them",
        ),
        entry("logo.png.tf", CoverageStatus::Skipped, "binary file"),
    ]
}

/// More findings than any service shows, the worst of them last.
pub(super) fn many(count: usize) -> Report {
    let mut findings = Vec::new();
    for number in 0..count {
        let severity = [Severity::Note, Severity::Warning, Severity::Error][number * 3 / count];
        let file = source(&format!("jobs/{number:05}.sh"), "call\n");
        let message = format!("finding number {number} | {}", "备份".repeat(40));
        findings.push(Finding::new("invalid-value", severity, message, label(&file, "call", "")));
    }
    assign_fingerprints(&mut findings);
    Report { findings, ..empty() }
}
