//! Makes logs with calls that are known: what is wrong in them is written down while they are made.

#![allow(dead_code, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

/// Logs, and what has to be found in them.
#[derive(Default)]
pub(crate) struct Logs {
    files: Vec<(String, Vec<u8>)>,
    /// Records of every kind, copies included.
    pub(crate) records: u64,
    /// Calls, each once.
    pub(crate) calls: u64,
    /// Further copies of calls.
    pub(crate) copies: u64,
    /// Instance, day in UTC and number of accepted calls, for days beyond the limit.
    pub(crate) over: BTreeSet<(String, String, u64)>,
    /// The ids of calls that are wrong in themselves.
    pub(crate) wrong: BTreeSet<String>,
    /// How many calls were denied.
    pub(crate) denied: u64,
}

impl Logs {
    pub(crate) fn write(&self, folder: &Path) {
        for (name, bytes) in &self.files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// Numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn id(number: u64) -> String {
    format!("8F2A6C10-0B4D-5E7F-9A1B-{number:012X}")
}

/// A record of a call as a line of JSON; an empty code is an accepted one.
pub(crate) fn event(number: u64, time: &str, instance: &str, code: &str) -> String {
    record(number, time, code, "nightly", json!({ "DBInstanceId": instance, "BackupMethod": "Physical" })).to_string()
}

fn record(number: u64, time: &str, code: &str, role: &str, parameters: Value) -> Value {
    let mut record = json!({
        "eventId": id(number), "eventVersion": 1, "eventName": "CreateBackup", "eventTime": time, "serviceName": "Rds",
        "eventType": "ApiCall", "acsRegion": "cn-shanghai", "apiVersion": "2014-08-15", "sourceIpAddress": "203.0.113.24",
        "userAgent": "aliyun-cli/3.0", "recipientAccountId": "1900000000000007", "requestId": id(number),
        "userIdentity": {
            "type": "assumed-role", "accountId": "1900000000000007", "principalId": "300000000000000042:s",
            "userName": format!("{role}:s"),
        },
        "requestParameters": parameters,
        "requestParameterJson": parameters.to_string(),
    });
    if code.is_empty() {
        record["responseElements"] = json!({ "BackupJobId": "7100001", "RequestId": id(number) });
    } else {
        record["errorCode"] = code.into();
        record["errorMessage"] = "refused".into();
    }
    record
}

fn time(day: u64, minute: u64) -> String {
    format!("2026-03-{:02}T{:02}:{:02}:07Z", day + 1, minute / 60, minute % 60)
}

/// Two weeks of logs in several forms.
pub(crate) fn logs(seed: u64) -> Logs {
    let mut random = Random(seed);
    let mut logs = Logs::default();
    let mut records: Vec<(String, Value)> = Vec::new();
    let mut number = 0;
    let mut add = |records: &mut Vec<(String, Value)>, at: String, code: &str, parameters: Value| {
        number += 1;
        records.push((at.clone(), record(number, &at, code, "nightly", parameters)));
        number
    };
    let physical = |instance: &str| json!({ "DBInstanceId": instance, "BackupMethod": "Physical" });
    // Days over the limit, and one that only comes near it.
    for (n, count) in [21_u64, 24, 30].into_iter().enumerate() {
        let (instance, day) = (format!("rm-over{n}"), n as u64 * 3);
        for call in 0..count {
            add(&mut records, time(day, 30 + call * 40), "", physical(&instance));
        }
        logs.over.insert((instance, format!("2026-03-{:02}", day + 1), count));
    }
    for call in 0..19 {
        add(&mut records, time(2, 30 + call * 60), "", physical("rm-near"));
    }
    // Ordinary instances: a call or two a day, some refused and made again.
    for instance in 0..25 {
        let name = format!("{}-{instance:04}", if instance % 3 == 0 { "pgm" } else { "rm" });
        for day in 0..14 {
            let minute = 60 + random.below(600);
            if random.below(9) == 0 {
                add(&mut records, time(day, minute - 10), "Throttling.User", physical(&name));
            }
            add(&mut records, time(day, minute), "", physical(&name));
        }
    }
    // Denied calls, whose caller gets through elsewhere.
    for day in 0..4 {
        add(&mut records, time(day, 700 + day), "Forbidden.RAM", physical("pgm-0003"));
        logs.denied += 1;
    }
    // Wrong calls.
    for (n, (method, code)) in
        [("Logical", "InvalidBackupMethod.ValueNotSupport"), ("XtraBackup", "")].into_iter().enumerate()
    {
        let parameters = json!({ "DBInstanceId": format!("pgm-wrong{n}"), "BackupMethod": method });
        logs.wrong.insert(id(add(&mut records, time(5, 800), code, parameters)));
    }
    logs.calls = records.len() as u64;
    // Copies, as two trails to one place make them.
    for copy in 0..7 {
        records.push(records[copy * 11].clone());
        logs.copies += 1;
    }
    // Others' operations of the same name, and texts that only mention it.
    for n in 0..60_u64 {
        let mut other =
            record(900_000 + n, &time(n % 14, 100 + n), "", "other", json!({ "DBClusterId": format!("pc-{n}") }));
        match n % 3 {
            0 => other["serviceName"] = "polardb".into(),
            1 => other["eventName"] = "DescribeBackups".into(),
            _ => {
                other["eventName"] = "LookupEvents".into();
                other["serviceName"] = "ActionTrail".into();
                other["requestParameters"] = json!({ "LookupAttribute.1.Value": "CreateBackup" });
            }
        }
        records.push((time(n % 14, 100 + n), other));
    }
    records.sort_by(|a, b| a.0.cmp(&b.0));
    logs.records = records.len() as u64;
    let parts: Vec<&[(String, Value)]> = records.chunks(records.len().div_ceil(8)).collect();
    for (n, part) in parts.iter().enumerate() {
        logs.files.push(file(n, part));
    }
    logs
}

/// A part of the records in one of the forms in which logs are delivered.
fn file(number: usize, records: &[(String, Value)]) -> (String, Vec<u8>) {
    let lines: Vec<String> = records.iter().map(|(_, record)| record.to_string()).collect();
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    match number % 4 {
        0 => (format!("{number}.jsonl"), format!("{}\n", lines.join("\n")).into_bytes()),
        1 => (format!("{number}.json.gz"), gzip(&format!("[{}]", lines.join(",")))),
        2 => {
            let wrap = |line: &String| {
                json!({ "__topic__": "actiontrail_audit_event", "__time__": 1, "event": line }).to_string()
            };
            (format!("sls/{number}.jsonl.gz"), gzip(&(lines.iter().map(wrap).collect::<Vec<_>>().join("\n") + "\n")))
        }
        _ => (format!("{number}.json"), format!("[\n{}\n]\n", lines.join(",\n")).into_bytes()),
    }
}
