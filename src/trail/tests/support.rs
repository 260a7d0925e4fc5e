//! Reading, and what was found as texts that can be compared.

use crate::matrix::Matrix;
use crate::trail::{Gather, Outcome, Partial, Reader, Scratch};

/// One event as it is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seen {
    pub(super) id: String,
    pub(super) instance: String,
    pub(super) code: String,
    pub(super) parameters: String,
    pub(super) principal: String,
    pub(super) record: u64,
    pub(super) line: u64,
    pub(super) column: u64,
}

pub(super) fn read_with(files: &[(&str, &[u8])], exact: bool) -> Partial {
    let matrix = Matrix::builtin().unwrap();
    let apis = [matrix.api().clone()];
    let reader = Reader::new(&apis, exact);
    let (mut scratch, mut gather) = (Scratch::default(), Gather::new());
    for (path, bytes) in files {
        reader.read_bytes(path, bytes, &mut scratch, &mut gather);
    }
    gather.into_partial()
}

/// The same file, as a stream that gives a few bytes at a time.
pub(super) fn read_streamed(path: &str, bytes: &[u8], step: usize, exact: bool) -> Partial {
    struct Slow<'a>(&'a [u8], usize);
    impl std::io::Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let length = self.0.len().min(self.1).min(buffer.len());
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }
    let matrix = Matrix::builtin().unwrap();
    let apis = [matrix.api().clone()];
    let reader = Reader::new(&apis, exact);
    let (mut scratch, mut gather) = (Scratch::default(), Gather::new());
    reader.read_stream(path, bytes.len() as u64, &mut Slow(bytes, step), &mut scratch, &mut gather);
    gather.into_partial()
}

pub(super) fn id(event: &crate::trail::EventId) -> String {
    use crate::trail::EventId;
    match event {
        EventId::Uuid(number, upper) => {
            let digits = format!("{number:032x}");
            let text = format!(
                "{}-{}-{}-{}-{}",
                &digits[..8],
                &digits[8..12],
                &digits[12..16],
                &digits[16..20],
                &digits[20..]
            );
            if *upper { text.to_uppercase() } else { text }
        }
        EventId::Text(text) => text.to_string(),
        EventId::Missing(_) => "missing".to_owned(),
    }
}

pub(super) fn seen(partial: &Partial) -> Vec<Seen> {
    let mut all: Vec<Seen> = partial
        .survivors
        .iter()
        .map(|survivor| Seen {
            id: id(&survivor.event),
            instance: partial.text(survivor.instance).to_owned(),
            code: match survivor.outcome {
                Outcome::Accepted => String::new(),
                Outcome::Refused { code, .. } => partial.text(code).to_owned(),
            },
            parameters: partial.text(survivor.parameters).to_owned(),
            principal: partial.text(survivor.principal).to_owned(),
            record: survivor.record,
            line: survivor.line,
            column: survivor.column,
        })
        .collect();
    all.sort_by_key(|seen| (seen.record, seen.line, seen.column));
    all
}

/// An event as the service writes it.
pub(super) fn event(number: u32, name: &str, service: &str, instance: &str, code: Option<&str>) -> serde_json::Value {
    let parameters = serde_json::json!({
        "AcsProduct": service, "DBInstanceId": instance, "BackupMethod": "Snapshot",
        "BackupRetentionPeriod": 30, "RegionId": "cn-x", " charset": "UTF-8",
        "stsTokenPlayerUid": 1_234_567_890_123_456_789_u64,
    });
    let mut event = serde_json::json!({
        "eventId": format!("8F2A6C10-0B4D-5E7F-9A1B-{number:012}"),
        "eventVersion": 1,
        "eventName": name,
        "serviceName": service,
        "eventTime": format!("2026-03-04T{:02}:{:02}:07Z", number / 60 % 24, number % 60),
        "acsRegion": "cn-x",
        "requestId": format!("request-{number}"),
        "recipientAccountId": "1900000000000007",
        "userAgent": "aliyun-cli/3.0.1 (linux; amd64)",
        "sourceIpAddress": "203.0.113.24",
        "requestParameterJson": parameters.to_string(),
        "requestParameters": parameters,
        "userIdentity": {"type": "assumed-role", "userName": "night:s1", "accountId": "1900000000000007"},
        "responseElements": {"BackupJobId": format!("{number}")},
    });
    if let Some(code) = code {
        event["errorCode"] = code.into();
        event["errorMessage"] = "no".into();
    }
    event
}

/// The name of the call.
pub(super) const CALL: &str = "CreateBackup";

/// The code of the product.
pub(super) const PRODUCT: &str = "Rds";
