//! Logs for whoever measures how they are read.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How many records a log has.
pub(crate) const RECORDS: u64 = 20_000;

/// Numbers that look random and are the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 20
    }
}

/// A record as the service writes it, with what was sent in it twice: as an object and as a text.
fn record(number: u64, random: &mut Random) -> String {
    let (product, operation) = match number % 200 {
        0 => ("Rds", "CreateBackup"),
        50 | 100 => ("polardb", "CreateBackup"),
        150 => ("Rds", "DescribeBackups"),
        n if n % 3 == 0 => ("Sts", "AssumeRole"),
        _ => ("Ecs", "DescribeInstances"),
    };
    let mut parameters = format!(
        "{{\"DBInstanceId\":\"rm-{:x}\",\"BackupMethod\":\"Physical\",\"RegionId\":\"cn-shanghai\",\"RequestId\":\"{:x}\"",
        random.next() % 500,
        random.next()
    );
    for field in 0..8 {
        let _ = write!(parameters, ",\"Field{field}\":\"{:x} {:x}\"", random.next(), random.next() % 7);
    }
    parameters.push('}');
    let escaped = parameters.replace('"', "\\\"");
    let (day, hour, minute) = (number / 1440 % 28 + 1, number / 60 % 24, number % 60);
    let mut text = format!(
        "{{\"eventId\":\"8F2A6C10-0B4D-5E7F-9A1B-{number:012X}\",\"eventVersion\":1,\"eventRW\":\"Write\",\
         \"eventTime\":\"2026-03-{day:02}T{hour:02}:{minute:02}:07Z\",\"eventName\":\"{operation}\",\
         \"serviceName\":\"{product}\",\"acsRegion\":\"cn-shanghai\",\"requestId\":\"{:x}\",\
         \"userIdentity\":{{\"type\":\"assumed-role\",\"accountId\":\"1900000000000007\",\"userName\":\"nightly:s\"}},\
         \"requestParameters\":{parameters},\"requestParameterJson\":\"{escaped}\",\"responseElements\":{{",
        random.next()
    );
    for field in 0..6 {
        let _ = write!(text, "\"Answer{field}\":\"{:x}{:x}\",", random.next(), random.next());
    }
    text.push_str("\"BackupJobId\":\"7100001\"}}");
    text
}

/// The records of a log, each as text.
pub(crate) fn records() -> Vec<String> {
    let mut random = Random(7);
    (0..RECORDS).map(|number| record(number, &mut random)).collect()
}

/// A text as gzip.
pub(crate) fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}
