//! Makes what logs leave behind by hand.

use crate::audit::{AuditSettings, Zone, audit};
use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Finding, Report, Severity};
use crate::matrix::Matrix;
use crate::trail::{EventId, FileRecord, Name, Outcome, Partial, Survivor};

pub(super) const FILE: &str = "trail/2026-03.json";
pub(super) const INSTANCE: &str = "rm-bp1a2b3c4d5e6f7g8";

/// One call; what is not set is that of a nightly job that got through.
#[derive(Clone)]
pub(super) struct Made {
    pub(super) time: &'static str,
    pub(super) plus_minutes: i64,
    pub(super) code: &'static str,
    pub(super) instance: &'static str,
    pub(super) parameters: Vec<(&'static str, &'static str)>,
    pub(super) principal: &'static str,
    pub(super) agent: &'static str,
    pub(super) denial: &'static str,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            time: "2026-03-04T01:00:00Z",
            plus_minutes: 0,
            code: "",
            instance: INSTANCE,
            parameters: vec![("BackupMethod", "Physical")],
            principal: "acs:ram::1900000000000007:role/nightly",
            agent: "aliyun-cli",
            denial: "",
        }
    }
}

/// A call that differs from the usual one in what is said.
macro_rules! made {
    ($($field:ident: $value:expr),* $(,)?) => {
        $crate::audit::tests::build::Made { $($field: $value,)* ..$crate::audit::tests::build::Made::default() }
    };
}
pub(super) use made;

/// Calls as a file of one record a line.
pub(super) fn partial(calls: &[Made]) -> Partial {
    let mut partial = Partial::default();
    for (index, made) in calls.iter().enumerate() {
        let call = survivor(&mut partial, made, index as u64);
        partial.survivors.push(call);
    }
    let file =
        FileRecord { bytes: 4096, text_bytes: 4096, records: 1000, calls: calls.len() as u64, ..FileRecord::default() };
    partial.files.insert(FILE.to_owned(), file);
    partial
}

pub(super) fn survivor(partial: &mut Partial, made: &Made, index: u64) -> Survivor {
    let mut parameters = serde_json::Map::new();
    if !made.instance.is_empty() {
        parameters.insert("DBInstanceId".to_owned(), made.instance.into());
    }
    parameters.extend(made.parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())));
    let parameters = serde_json::Value::from(parameters).to_string();
    let mut name = |text: &str| partial.names.name(text);
    let outcome = match made.code {
        "" => Outcome::Accepted,
        code => Outcome::Refused { code: name(code), message: Name::NONE },
    };
    let time = made.time.parse::<jiff::Timestamp>().unwrap().as_millisecond() + made.plus_minutes * 60_000;
    Survivor {
        event: EventId::Uuid(0x8f2a_6c10_0000_0000 + u128::from(index), true),
        time: Some(time),
        api: name("rds-create-backup"),
        outcome,
        parameters: name(&parameters),
        instance: name(made.instance),
        region: name("cn-shanghai"),
        account: name("1900000000000007"),
        principal: name(made.principal),
        session: Name::NONE,
        agent: name(made.agent),
        origin: name("203.0.113.24"),
        job: name(if made.code.is_empty() { "7100001" } else { "" }),
        denial: name(made.denial),
        file: name(FILE),
        record: index + 1,
        offset: 2 + index * 1000,
        line: index + 2,
        column: 1,
    }
}

pub(super) fn checker() -> Checker {
    Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap())
}

pub(super) fn settings() -> AuditSettings {
    AuditSettings { settings: Settings { level: Severity::Note, ..Settings::default() }, ..AuditSettings::default() }
}

pub(super) fn utc() -> AuditSettings {
    AuditSettings { zone: Zone::parse("UTC").unwrap(), ..settings() }
}

pub(super) fn report(calls: &[Made]) -> Report {
    audit(&checker(), &partial(calls), &settings())
}

/// Findings that are shown unless more is asked for.
pub(super) fn loud(report: &Report) -> Vec<&Finding> {
    report.findings.iter().filter(|finding| finding.severity > Severity::Note).collect()
}

pub(super) fn of<'r>(report: &'r Report, rule: &str) -> Vec<&'r Finding> {
    report.findings.iter().filter(|finding| *finding.rule == *rule).collect()
}

/// Severity, rule, parameter and line of each finding.
pub(super) fn briefly<'r>(findings: impl IntoIterator<Item = &'r Finding>) -> Vec<(String, String, String, u32)> {
    let brief = |f: &Finding| {
        let parameter = f.parameter.clone().unwrap_or_default();
        (f.severity.word().to_owned(), f.rule.to_string(), parameter, f.primary.place.start().line)
    };
    findings.into_iter().map(brief).collect()
}
