//! What the dialects of SQL write differently, in one table.
//!
//! In a pattern `{text}` is an expression, `{path}` a path into JSON, `{pattern}` a regular expression, `{time}` the
//! text of a moment in UTC, `{minutes}` the offset of a time zone and `{zone}` its name.

/// How one dialect is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// The quote around identifiers.
    pub(super) quote: char,
    /// Whether a backslash in a text takes away the meaning of what follows.
    pub(super) backslashes: bool,
    /// What stands before the name of a field where events are columns.
    pub(super) prefix: &'static str,
    /// The table that is read unless another one is named.
    pub table: &'static str,
    /// What stands before a query.
    pub(super) before: &'static str,
    /// What stands behind a query.
    pub(super) after: &'static str,
    /// Whether comments may stand within a query; else all of them stand before it.
    pub(super) comments: bool,
    /// What stands behind SELECT where tables are multiplied.
    pub(super) multiplies: &'static str,
    /// A value in a text of JSON, as a text; NULL or empty where it is not there or the text is no JSON.
    pub(super) json: &'static str,
    /// Whether a text matches a regular expression as a whole (the expression has its own anchors).
    pub(super) matches: &'static str,
    /// A text that is known to be a whole number, as a number.
    pub(super) number: &'static str,
    /// The day of a moment, as YYYY-MM-DD, in a zone that is so many minutes from UTC.
    pub(super) day_at_offset: &'static str,
    /// The same in a zone that has a name.
    pub(super) day_in_zone: &'static str,
}

/// The dialects.
pub const DIALECTS: [Dialect; 6] = [
    Dialect {
        id: "duckdb",
        title: "DuckDB",
        quote: '"',
        backslashes: false,
        prefix: "",
        table: "events",
        before: "",
        after: "",
        comments: true,
        multiplies: "",
        json: "CASE WHEN json_valid({text}) THEN json_extract_string({text}, {path}) END",
        matches: "regexp_matches({text}, {pattern})",
        number: "TRY_CAST({text} AS BIGINT)",
        day_at_offset: "strftime(TRY_CAST(SUBSTR({time}, 1, 19) AS TIMESTAMP) + INTERVAL ({minutes}) MINUTE, '%Y-%m-%d')",
        day_in_zone: "strftime(timezone({zone}, timezone('UTC', TRY_CAST(SUBSTR({time}, 1, 19) AS TIMESTAMP))), '%Y-%m-%d')",
    },
    Dialect {
        id: "clickhouse",
        title: "ClickHouse",
        quote: '`',
        backslashes: true,
        prefix: "",
        table: "events",
        before: "",
        after: "",
        comments: true,
        multiplies: "",
        json: "JSON_VALUE(ifNull({text}, ''), {path})",
        matches: "match(ifNull({text}, ''), {pattern})",
        number: "toInt64OrNull({text})",
        day_at_offset: "formatDateTime(addMinutes(parseDateTimeBestEffortOrNull({time}, 'UTC'), {minutes}), '%Y-%m-%d', 'UTC')",
        day_in_zone: "formatDateTime(parseDateTimeBestEffortOrNull({time}, 'UTC'), '%Y-%m-%d', {zone})",
    },
    Dialect {
        id: "spark",
        title: "Spark SQL",
        quote: '`',
        backslashes: true,
        prefix: "",
        table: "events",
        before: "",
        after: "",
        comments: true,
        multiplies: "",
        json: "get_json_object({text}, {path})",
        matches: "regexp_like({text}, {pattern})",
        number: "TRY_CAST({text} AS BIGINT)",
        day_at_offset: "date_format(TRY_CAST(REPLACE(SUBSTR({time}, 1, 19), 'T', ' ') AS TIMESTAMP_NTZ) + make_interval(0, 0, 0, 0, 0, {minutes}, 0), 'yyyy-MM-dd')",
        day_in_zone: "date_format(convert_timezone('UTC', {zone}, TRY_CAST(REPLACE(SUBSTR({time}, 1, 19), 'T', ' ') AS TIMESTAMP_NTZ)), 'yyyy-MM-dd')",
    },
    Dialect {
        id: "trino",
        title: "Trino",
        quote: '"',
        backslashes: false,
        prefix: "",
        table: "events",
        before: "",
        after: "",
        comments: true,
        multiplies: "",
        json: "json_extract_scalar({text}, {path})",
        matches: "regexp_like({text}, {pattern})",
        number: "TRY_CAST({text} AS BIGINT)",
        day_at_offset: "date_format(date_add('minute', {minutes}, TRY(from_iso8601_timestamp({time}))), '%Y-%m-%d')",
        day_in_zone: "date_format(TRY(from_iso8601_timestamp({time})) AT TIME ZONE {zone}, '%Y-%m-%d')",
    },
    Dialect {
        id: "maxcompute",
        title: "MaxCompute",
        quote: '`',
        backslashes: true,
        prefix: "",
        table: "events",
        before: "",
        after: "",
        comments: true,
        multiplies: "/*+ MAPJOIN(choices) */ ",
        json: "GET_JSON_OBJECT({text}, {path})",
        matches: "{text} RLIKE {pattern}",
        number: "CAST({text} AS BIGINT)",
        day_at_offset: "TO_CHAR(DATEADD(CAST(REPLACE(SUBSTR({time}, 1, 19), 'T', ' ') AS DATETIME), {minutes}, 'mi'), 'yyyy-mm-dd')",
        day_in_zone: "TO_CHAR(CAST(FROM_UTC_TIMESTAMP(CAST(REPLACE(SUBSTR({time}, 1, 19), 'T', ' ') AS TIMESTAMP), {zone}) AS DATETIME), 'yyyy-mm-dd')",
    },
    Dialect {
        id: "sls",
        title: "Simple Log Service",
        quote: '"',
        backslashes: false,
        prefix: "event.",
        table: "log",
        before: "* | ",
        // Without it the service answers with 100 rows.
        after: "\nLIMIT 1000000",
        comments: false,
        multiplies: "",
        json: "json_extract_scalar({text}, {path})",
        matches: "regexp_like({text}, {pattern})",
        number: "TRY_CAST({text} AS BIGINT)",
        day_at_offset: "date_format(date_add('minute', {minutes}, from_iso8601_timestamp({time})), '%Y-%m-%d')",
        day_in_zone: "date_format(from_iso8601_timestamp({time}) AT TIME ZONE {zone}, '%Y-%m-%d')",
    },
];

impl Dialect {
    /// The dialect with an id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<&'static Self> {
        DIALECTS.iter().find(|dialect| dialect.id == id)
    }

    /// A name in quotes, part by part where it has parts.
    pub(super) fn name(&self, name: &str) -> String {
        let quote = self.quote;
        format!("{quote}{}{quote}", name.replace(quote, &format!("{quote}{quote}")))
    }

    /// A table, which may be named with its database.
    pub(super) fn table(&self, name: &str) -> String {
        name.split('.').map(|part| self.name(part)).collect::<Vec<_>>().join(".")
    }

    /// A text as a literal.
    pub(super) fn text(&self, text: &str) -> String {
        match self.backslashes {
            true => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
            false => format!("'{}'", text.replace('\'', "''")),
        }
    }

    /// Texts as a list of literals.
    pub(super) fn texts<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> String {
        texts.into_iter().map(|text| self.text(text)).collect::<Vec<_>>().join(", ")
    }

    /// The value with this name in a text of JSON; what stands for nothing is NULL.
    pub(super) fn json(&self, text: &str, key: &str) -> String {
        let is_plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let path = if is_plain { format!("$.{key}") } else { format!("$[\"{key}\"]") };
        let value = self.json.replace("{path}", &self.text(&path)).replace("{text}", text);
        self.something(&value)
    }

    /// NULL for what stands for nothing.
    pub(super) fn something(&self, text: &str) -> String {
        format!("NULLIF(NULLIF({text}, ''), 'null')")
    }

    pub(super) fn matches(&self, text: &str, pattern: &str) -> String {
        self.matches.replace("{pattern}", &self.text(pattern)).replace("{text}", text)
    }

    pub(super) fn number(&self, text: &str) -> String {
        self.number.replace("{text}", text)
    }
}
