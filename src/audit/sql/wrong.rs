//! The decision tables as a query: what is wrong with each call, in every world that fits what is known.
//!
//! Each fact or value that is not known makes a row for each of its classes; each table then is one CASE. What holds in
//! all of these rows is certain, what holds in some of the facts' rows is possible, and a value that is not known is
//! never the cause of a finding, as in an audit.

use std::fmt::Write;

use super::text::Text;
use super::{Dialect, SqlSettings};
use crate::finding::Severity;
use crate::matrix::{DecisionReport, DecisionRow, FactSelection, LogicFact, LogicKind, LogicParameter, Matrix};

/// The class of a parameter that is not given, and that of any value where values are not told apart.
const ABSENT: &str = "absent";
const GIVEN: &str = "given";
/// What the matrix calls what is wrong with a value.
const NOT_IN_LIST: &str = "not-in-list";
const LETTER_CASE: &str = "letter-case";
const NOT_AN_INTEGER: &str = "not-an-integer";
const OUT_OF_RANGE: &str = "out-of-range";
const BRACKETED: &str = "bracketed-list";

/// The reports that some step writes down, each with the parameter that it is about.
#[derive(Default)]
struct Reported<'m> {
    keys: Vec<(String, DecisionReport<'m>)>,
    /// The columns that hold them.
    columns: Vec<String>,
}

impl<'m> Reported<'m> {
    fn key(&mut self, report: &DecisionReport<'m>) -> String {
        let key = format!("{} {}", report.name, report.parameter.unwrap_or_default());
        if !self.keys.iter().any(|(known, _)| *known == key) {
            self.keys.push((key.clone(), report.clone()));
        }
        key
    }
}

/// The query.
pub(super) fn query(matrix: &Matrix, dialect: &Dialect, settings: &SqlSettings) -> String {
    let mut text = Text::new(dialect);
    text.note("What is wrong with each call: a row for each finding, certain or possible.");
    calls(matrix, settings, &mut text);
    let (facts, parameters) = (matrix.logic_facts(), matrix.logic_parameters());
    let mut reported = Reported::default();
    classes(matrix, settings, &facts, &parameters, &mut reported, &mut text);
    let last = worlds(&facts, &parameters, &mut text);
    let last = tables(matrix, &facts, last, &mut reported, &mut text);
    findings(matrix, &facts, &last, &reported, &mut text);
    text.finish()
}

/// The steps to the calls of the API, each once, with what was sent.
pub(super) fn calls(matrix: &Matrix, settings: &SqlSettings, text: &mut Text<'_>) {
    let (dialect, api) = (text.dialect, matrix.api());
    let table = dialect.table(&settings.table);
    let column = settings.json_column.as_deref().map(|column| dialect.name(column));
    let field = |name: &str| match &column {
        Some(column) => dialect.json(column, name),
        None => dialect.something(&dialect.name(&format!("{}{name}", dialect.prefix))),
    };
    let sent = match &column {
        Some(_) => format!("COALESCE({}, {})", field("requestParameters"), field("requestParameterJson")),
        None => field("requestParameterJson"),
    };
    // Most records are of something else, and finding the name in the text is quicker than reading the record.
    let hint =
        column.as_ref().map(|column| format!("{column} LIKE {} AND ", dialect.text(&format!("%{}%", api.action))));
    let (id, time, code) = (field("eventId"), field("eventTime"), field("errorCode"));
    let (name, service) = (field("eventName"), field("serviceName"));
    text.step(
        "records",
        &format!(
            "  SELECT {id} AS event_id, {time} AS event_time, {code} AS error_code, {sent} AS parameters\n  \
             FROM {table}\n  WHERE {}{name} = {} AND LOWER({service}) = {}",
            hint.unwrap_or_default(),
            dialect.text(&api.action),
            dialect.text(&api.product.code.to_lowercase())
        ),
    );
    text.step(
        "copies",
        "  SELECT event_id, event_time, error_code, parameters,\n    \
         ROW_NUMBER() OVER (PARTITION BY event_id ORDER BY event_time) AS copy_number,\n    \
         ROW_NUMBER() OVER (ORDER BY event_time, event_id) AS call_number\n  FROM records",
    );
    let mut query = "  SELECT call_number, event_id, event_time, error_code".to_owned();
    for parameter in &api.parameters {
        let _ = write!(
            query,
            ",\n    {} AS {}",
            dialect.json("parameters", &parameter.name),
            self::sent(dialect, &parameter.name)
        );
    }
    query.push_str("\n  FROM copies\n  WHERE copy_number = 1 OR event_id IS NULL");
    text.step("sent", &query);
}

/// The column with what was sent for a parameter.
pub(super) fn sent(dialect: &Dialect, parameter: &str) -> String {
    dialect.name(&format!("sent_{parameter}"))
}

/// The parameter that names the instance.
pub(super) fn identifier(matrix: &Matrix) -> Option<&str> {
    let is_identifier = |parameter: &LogicParameter<'_>| parameter.kind == LogicKind::Identifier;
    matrix.logic_parameters().into_iter().find(is_identifier).map(|parameter| parameter.name)
}

/// The column with the class of a fact or a parameter as far as it is known, and the one with its class in a world.
fn known(dialect: &Dialect, dimension: &str) -> String {
    dialect.name(&format!("known_{dimension}"))
}

fn class(dialect: &Dialect, dimension: &str) -> String {
    dialect.name(&format!("class_{dimension}"))
}

/// The step to what is known of each call, and to what is wrong with its values by themselves.
fn classes<'m>(
    matrix: &'m Matrix,
    settings: &SqlSettings,
    facts: &[LogicFact<'m>],
    parameters: &[LogicParameter<'m>],
    reported: &mut Reported<'m>,
    text: &mut Text<'_>,
) {
    let dialect = text.dialect;
    let id = identifier(matrix).map(|name| sent(dialect, name)).unwrap_or_else(|| "NULL".to_owned());
    let mut query = "  SELECT sent.*".to_owned();
    for fact in facts {
        let value = fact_class(matrix, fact, &id, settings, dialect);
        let _ = write!(query, ",\n    {value} AS {}", known(dialect, fact.name));
    }
    for parameter in parameters {
        let column = sent(dialect, parameter.name);
        let _ =
            write!(query, ",\n    {} AS {}", value_class(parameter, &column, dialect), known(dialect, parameter.name));
        let issue = value_issue(matrix, parameter, &column, dialect, reported);
        if let Some(issue) = issue {
            let name = dialect.name(&format!("value_{}", parameter.name));
            let rules: Vec<&str> = parameter.checks.iter().map(|(_, report)| report.rule).collect();
            let comment = text.comment(&format!("{}: {}", rules.first().unwrap_or(&parameter.name), parameter.source));
            let _ = write!(query, ",{comment}\n    {issue} AS {name}");
            reported.columns.push(name);
        }
    }
    query.push_str("\n  FROM sent");
    if let (Some(table), Some(_)) = (&settings.instances, identifier(matrix)) {
        let _ = write!(
            query,
            "\n  LEFT JOIN {} AS instances ON instances.{} = sent.{id}",
            dialect.table(table),
            dialect.name("id")
        );
    }
    text.step("known", &query);
}

/// The class of a fact: what the table of instances says, what the id proves, what is assumed.
fn fact_class(matrix: &Matrix, fact: &LogicFact<'_>, id: &str, settings: &SqlSettings, dialect: &Dialect) -> String {
    let mut ways = Vec::new();
    if settings.instances.is_some() {
        let column = format!("LOWER(instances.{})", dialect.name(fact.name));
        let cases = fact.values.iter().map(|(value, spellings)| {
            let mut spellings: Vec<String> = spellings.iter().map(|spelling| spelling.to_lowercase()).collect();
            spellings.sort_unstable();
            spellings.dedup();
            let list = dialect.texts(spellings.iter().map(String::as_str));
            format!(" WHEN {column} IN ({list}) THEN {}", dialect.text(value))
        });
        ways.push(format!("CASE{} END", cases.collect::<String>()));
    }
    let prefixes = matrix.logic_prefixes();
    let proven = prefixes.iter().map(|prefix| {
        let value = prefix.facts.iter().find(|(name, _)| *name == fact.name).map(|(_, value)| dialect.text(value));
        (begins(id, prefix.prefix, dialect), value)
    });
    let proven: Vec<String> =
        proven.filter_map(|(begins, value)| Some(format!(" WHEN {begins} THEN {}", value?))).collect();
    if !proven.is_empty() {
        ways.push(format!("CASE{} END", proven.concat()));
    }
    ways.extend(fact.assumed.map(|value| dialect.text(value)));
    match ways.as_slice() {
        [] => "CAST(NULL AS CHAR)".to_owned(),
        [one] => one.clone(),
        many => format!("COALESCE({})", many.join(", ")),
    }
}

fn begins(column: &str, prefix: &str, dialect: &Dialect) -> String {
    format!("SUBSTR({column}, 1, {}) = {}", prefix.chars().count(), dialect.text(prefix))
}

/// The class of a value; NULL where nothing follows from it.
fn value_class(parameter: &LogicParameter<'_>, column: &str, dialect: &Dialect) -> String {
    let absent = format!("CASE WHEN {column} IS NULL THEN {}", dialect.text(ABSENT));
    let given = dialect.text(GIVEN);
    match &parameter.kind {
        LogicKind::Identifier | LogicKind::Text => format!("{absent} ELSE {given} END"),
        LogicKind::Choice(values) => {
            let case = |value: &String| {
                format!(" WHEN LOWER({column}) = {} THEN {}", dialect.text(&value.to_lowercase()), dialect.text(value))
            };
            format!("{absent}{} END", values.iter().map(case).collect::<String>())
        }
        LogicKind::Integer(ranges) => {
            format!("{absent} WHEN {} THEN {given} END", in_ranges(ranges, column, dialect))
        }
    }
}

fn in_ranges(ranges: &[(i64, i64)], column: &str, dialect: &Dialect) -> String {
    let number = dialect.number(column);
    let one = |(from, to): &(i64, i64)| format!("{number} BETWEEN {from} AND {to}");
    let within = ranges.iter().map(one).collect::<Vec<_>>().join(" OR ");
    format!("{} AND ({within})", dialect.matches(column, INTEGER))
}

/// A whole number of up to 18 digits, as the service reads one, and one of any length.
const INTEGER: &str = "^(0|-?[1-9][0-9]{0,17})$";
const LONG_INTEGER: &str = "^(0|-?[1-9][0-9]*)$";

/// What is wrong with a value by itself.
fn value_issue<'m>(
    matrix: &'m Matrix,
    parameter: &LogicParameter<'m>,
    column: &str,
    dialect: &Dialect,
    reported: &mut Reported<'m>,
) -> Option<String> {
    let mut key = |check: &str| {
        let (_, report) = parameter.checks.iter().find(|(name, _)| *name == check)?;
        Some(dialect.text(&reported.key(report)))
    };
    let mut cases = String::new();
    match &parameter.kind {
        LogicKind::Identifier => {
            for prefix in matrix.logic_prefixes() {
                let report = prefix.report.map(|report| reported.key(&report));
                let report = report.map_or_else(|| "NULL".to_owned(), |key| dialect.text(&key));
                let _ = write!(cases, " WHEN {} THEN {report}", begins(column, prefix.prefix, dialect));
            }
        }
        LogicKind::Text => {
            if let Some(key) = key(BRACKETED) {
                let _ = write!(cases, " WHEN TRIM({column}) LIKE '[%]' THEN {key}");
            }
        }
        LogicKind::Choice(values) => {
            let lower: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
            let (right, any) =
                (dialect.texts(values.iter().map(String::as_str)), dialect.texts(lower.iter().map(String::as_str)));
            let _ = write!(cases, " WHEN {column} IS NULL OR {column} IN ({right}) THEN NULL");
            let (letter_case, other) = (key(LETTER_CASE), key(NOT_IN_LIST));
            let null = || "NULL".to_owned();
            let _ = write!(cases, " WHEN LOWER({column}) IN ({any}) THEN {}", letter_case.unwrap_or_else(null));
            let _ = write!(cases, " ELSE {}", other.unwrap_or_else(null));
        }
        LogicKind::Integer(ranges) => {
            let (no_integer, outside) = (key(NOT_AN_INTEGER), key(OUT_OF_RANGE));
            let null = || "NULL".to_owned();
            let _ = write!(cases, " WHEN {column} IS NULL THEN NULL");
            let _ = write!(
                cases,
                " WHEN NOT ({}) THEN {}",
                dialect.matches(column, LONG_INTEGER),
                no_integer.unwrap_or_else(null)
            );
            let _ = write!(
                cases,
                " WHEN NOT ({}) THEN {}",
                in_ranges(ranges, column, dialect),
                outside.unwrap_or_else(null)
            );
        }
    }
    (!cases.is_empty()).then(|| format!("CASE{cases} END"))
}

/// The steps to the worlds: a row for each class of what is not known. Gives the name of the last step.
fn worlds(facts: &[LogicFact<'_>], parameters: &[LogicParameter<'_>], text: &mut Text<'_>) -> String {
    let mut last = "known".to_owned();
    let facts = facts.iter().map(|fact| (fact.name, fact.values.iter().map(|(value, _)| *value).collect::<Vec<_>>()));
    let parameters = parameters.iter().map(|parameter| {
        let classes: Vec<&str> = match &parameter.kind {
            LogicKind::Choice(values) => std::iter::once(ABSENT).chain(values.iter().map(String::as_str)).collect(),
            _ => vec![ABSENT, GIVEN],
        };
        (parameter.name, classes)
    });
    for (name, classes) in facts.chain(parameters) {
        let dialect = text.dialect;
        let (known, class) = (known(dialect, name), class(dialect, name));
        let choices: Vec<String> =
            classes.iter().map(|value| format!("SELECT {} AS {class}", dialect.text(value))).collect();
        let step = dialect.name(&format!("world_{name}"));
        text.step(
            &step,
            &format!(
                "  SELECT {}{last}.*, choices.{class}\n  FROM {last} CROSS JOIN ({}) AS choices\n  \
                 WHERE {last}.{known} IS NULL OR {last}.{known} = choices.{class}",
                dialect.multiplies,
                choices.join(" UNION ALL ")
            ),
        );
        last = step;
    }
    last
}

/// The steps of the decision tables: a column for each report that a row of one may have.
fn tables<'m>(
    matrix: &'m Matrix,
    facts: &[LogicFact<'m>],
    last: String,
    reported: &mut Reported<'m>,
    text: &mut Text<'_>,
) -> String {
    let mut last = last;
    // What ends the evaluation: the columns of tables that stop, and the errors in them.
    let mut stops: Vec<String> = Vec::new();
    for table in matrix.decision_tables(&FactSelection::default()) {
        let dialect = text.dialect;
        let width = table.rows.iter().map(|row| row.reports.len()).max().unwrap_or_default();
        let mut columns = Vec::new();
        let mut query = format!("  SELECT {last}.*");
        for number in 0..width {
            let column = dialect.name(&format!("table_{}_{}", table.id, number + 1));
            let _ = write!(query, ",\n    CASE");
            if !stops.is_empty() {
                let _ = write!(query, "\n      WHEN {} THEN NULL", stops.join(" OR "));
            }
            let mut errors: Vec<String> = Vec::new();
            for row in &table.rows {
                let Some(report) = row.reports.get(number) else { continue };
                let key = dialect.text(&reported.key(report));
                let comment = text.comment(&format!("{}: {}", report.rule, row.source));
                let _ = write!(query, "\n      WHEN {} THEN {key}{comment}", condition(row, facts, dialect));
                if report.severity == Severity::Error {
                    errors.push(key);
                }
            }
            let _ = write!(query, "\n    END AS {column}");
            if table.stops && !errors.is_empty() {
                errors.sort_unstable();
                errors.dedup();
                columns.push(format!("COALESCE({column}, '') IN ({})", errors.join(", ")));
            }
            reported.columns.push(column);
        }
        stops.extend(columns);
        let step = dialect.name(&format!("table_{}", table.id));
        let _ = write!(query, "\n  FROM {last}");
        text.step(&step, &query);
        last = step;
    }
    last
}

/// When a row holds.
fn condition(row: &DecisionRow<'_>, facts: &[LogicFact<'_>], dialect: &Dialect) -> String {
    let one = |(name, words): &(&str, &[String])| {
        let column = class(dialect, name);
        let is_fact = facts.iter().any(|fact| fact.name == *name);
        match words {
            [word] if !is_fact && word == GIVEN => format!("{column} <> {}", dialect.text(ABSENT)),
            [word] => format!("{column} = {}", dialect.text(word)),
            words => format!("{column} IN ({})", dialect.texts(words.iter().map(String::as_str))),
        }
    };
    let parts: Vec<String> = row.when.iter().map(one).collect();
    if parts.is_empty() { "1 = 1".to_owned() } else { parts.join(" AND ") }
}

/// The steps from the tables to the findings.
fn findings(matrix: &Matrix, facts: &[LogicFact<'_>], last: &str, reported: &Reported<'_>, text: &mut Text<'_>) {
    let dialect = text.dialect;
    let identifier = identifier(matrix).map(|name| sent(dialect, name)).unwrap_or_else(|| "NULL".to_owned());
    let of_facts: Vec<String> = facts.iter().map(|fact| class(dialect, fact.name)).collect();
    let of_facts = of_facts.join(", ");
    let slots: Vec<String> = (1..=reported.columns.len()).map(|slot| format!("SELECT {slot} AS slot")).collect();
    let cases: Vec<String> =
        reported.columns.iter().zip(1..).map(|(column, slot)| format!("WHEN {slot} THEN {column}")).collect();
    text.step(
        "counted",
        &format!(
            "  SELECT {last}.*,\n    COUNT(*) OVER (PARTITION BY call_number) AS all_worlds,\n    \
             COUNT(*) OVER (PARTITION BY call_number, {of_facts}) AS worlds_of_facts\n  FROM {last}"
        ),
    );
    text.step(
        "reports",
        &format!(
            "  SELECT {}call_number, event_id, event_time, error_code, {identifier} AS instance_id, {of_facts},\n    \
             all_worlds, worlds_of_facts, CASE slot {} END AS report_key\n  \
             FROM counted CROSS JOIN ({}) AS choices",
            dialect.multiplies,
            cases.join(" "),
            slots.join(" UNION ALL ")
        ),
    );
    let map = |value: &dyn Fn(&DecisionReport<'_>) -> String| {
        let cases = reported
            .keys
            .iter()
            .map(|(key, report)| format!("\n      WHEN {} THEN {}", dialect.text(key), value(report)));
        format!("CASE report_key{}\n    END", cases.collect::<String>())
    };
    let severity = |report: &DecisionReport<'_>| match report.accepted {
        Some(accepted) => {
            format!("CASE WHEN error_code IS NULL THEN {} ELSE {} END", weight(accepted), weight(report.severity))
        }
        None => weight(report.severity).to_string(),
    };
    text.step(
        "ruled",
        &format!(
            "  SELECT reports.*,\n    {} AS rule_id,\n    {} AS parameter_name,\n    {} AS weight\n  \
             FROM reports\n  WHERE report_key IS NOT NULL",
            map(&|report| dialect.text(report.rule)),
            map(&|report| dialect.text(report.parameter.unwrap_or_default())),
            map(&severity)
        ),
    );
    let kept = "call_number, event_id, event_time, error_code, instance_id";
    text.step(
        "held",
        &format!(
            "  SELECT {kept}, {of_facts}, all_worlds, worlds_of_facts, rule_id, parameter_name, MIN(weight) AS mildest\n  \
             FROM ruled\n  GROUP BY {kept}, {of_facts}, all_worlds, worlds_of_facts, rule_id, parameter_name\n  \
             HAVING COUNT(*) >= worlds_of_facts"
        ),
    );
    let shown = "CASE WHEN COUNT(*) * worlds_of_facts < all_worlds THEN 'note' WHEN MIN(mildest) = 3 THEN 'error' WHEN MIN(mildest) = 2 THEN 'warning' ELSE 'note' END";
    text.result(&format!(
        "SELECT event_time, instance_id, event_id, error_code, rule_id, parameter_name,\n  {shown} AS severity,\n  \
         CASE WHEN COUNT(*) * worlds_of_facts < all_worlds THEN 'possible' ELSE 'certain' END AS confidence\n\
         FROM held\nGROUP BY {kept}, all_worlds, worlds_of_facts, rule_id, parameter_name\n\
         ORDER BY event_time, event_id, rule_id, parameter_name"
    ));
}

fn weight(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 3,
        Severity::Warning => 2,
        Severity::Note => 1,
    }
}
