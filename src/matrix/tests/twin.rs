//! The plain twin: what is to be said of one fully known call, written down as `if`s, row by row,
//! without any of the code that it checks.

use crate::finding::Severity::{self, Error, Note, Warning};

/// One fully known call. Empty text means "not given".
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) engine: &'a str,
    pub(super) storage: &'a str,
    pub(super) role: &'a str,
    pub(super) id: &'a str,
    pub(super) method: &'a str,
    pub(super) strategy: &'a str,
    pub(super) kind: &'a str,
    pub(super) database: &'a str,
    pub(super) retention: &'a str,
}

/// Rule, parameter, severity.
pub(super) type Said = (&'static str, &'static str, Severity);

pub(super) const ENGINES: [&str; 4] = ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"];
pub(super) const STORAGES: [&str; 2] = ["local", "cloud"];
pub(super) const METHODS: [&str; 4] = ["", "Logical", "Physical", "Snapshot"];
pub(super) const STRATEGIES: [&str; 3] = ["", "db", "instance"];
pub(super) const KINDS: [&str; 3] = ["", "Auto", "FullBackup"];

/// What is to be said, sorted. Values are valid by themselves.
pub(super) fn said(call: &Known<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    if call.id.is_empty() {
        said.push(("missing-instance-id", "DBInstanceId", Error));
    } else if call.role == "readonly" {
        said.push(("read-only-instance", "DBInstanceId", Error));
    }
    method(call, &mut said);
    if !said.iter().any(|(rule, ..)| *rule == "unsupported-method") {
        scope(call, &mut said);
        without_effect(call, &mut said);
    }
    said.sort_unstable();
    said
}

fn method(call: &Known<'_>, said: &mut Vec<Said>) {
    let unsupported = matches!(
        (call.engine, call.storage, call.method),
        ("PostgreSQL" | "SQLServer" | "MariaDB", _, "Logical")
            | ("MySQL", "local", "Snapshot")
            | ("MySQL", "cloud", "Physical" | "Logical")
            | ("MariaDB", _, "Snapshot")
    );
    if unsupported {
        said.push(("unsupported-method", "BackupMethod", Error));
    }
    if call.engine == "MySQL" && call.storage == "cloud" && call.method.is_empty() {
        said.push(("implicit-default-method", "BackupMethod", Warning));
    }
}

fn scope(call: &Known<'_>, said: &mut Vec<Said>) {
    let method = if call.method.is_empty() { "Physical" } else { call.method };
    let full = call.kind == "FullBackup";
    let named = !call.database.is_empty();
    if method == "Logical" {
        match (call.strategy, named) {
            ("", _) => said.push(("incomplete-combination", "BackupMethod", Error)),
            ("db", false) => said.push(("incomplete-combination", "BackupStrategy", Error)),
            ("instance", true) => said.push(("ineffective-parameter", "DBName", Warning)),
            _ => {}
        }
    } else if call.engine == "SQLServer" && method == "Physical" && full {
        match (call.strategy, named) {
            ("", false) => said.push(("incomplete-combination", "BackupType", Warning)),
            ("", true) => said.push(("incomplete-combination", "DBName", Error)),
            ("db", false) => said.push(("incomplete-combination", "BackupStrategy", Error)),
            ("instance", true) => said.push(("ineffective-parameter", "DBName", Warning)),
            _ => {}
        }
    } else {
        let snapshot = method == "Snapshot";
        match (call.strategy, named) {
            (_, true) if snapshot => said.push(("unsupported-database-scope", "DBName", Error)),
            ("" | "db", true) => said.push(("unsupported-database-scope", "DBName", Error)),
            ("instance", true) => {
                said.push(("ineffective-parameter", "DBName", Warning));
                said.push(("ineffective-parameter", "BackupStrategy", Note));
            }
            ("db", false) => said.push(("unsupported-database-scope", "BackupStrategy", Warning)),
            ("instance", false) => said.push(("ineffective-parameter", "BackupStrategy", Note)),
            _ => {}
        }
    }
}

fn without_effect(call: &Known<'_>, said: &mut Vec<Said>) {
    let method = if call.method.is_empty() { "Physical" } else { call.method };
    if call.kind == "FullBackup" && !(call.engine == "SQLServer" && method == "Physical") {
        said.push(("ineffective-parameter", "BackupType", Note));
    }
    let counts = match call.engine {
        "MySQL" => true,
        "SQLServer" => method == "Physical" && call.kind == "FullBackup" && call.strategy == "db",
        _ => false,
    };
    if !call.retention.is_empty() && !counts {
        said.push(("ineffective-parameter", "BackupRetentionPeriod", Warning));
    }
}

/// Calls `visit` with every valid combination of values.
pub(super) fn for_each_known(mut visit: impl FnMut(&Known<'_>)) {
    for engine in ENGINES {
        for storage in STORAGES {
            for_each_call(|call| {
                for role in ["primary", "readonly"] {
                    visit(&Known { engine, storage, role, ..*call });
                }
            });
        }
    }
}

/// Calls `visit` with every combination of parameters, the facts left empty.
pub(super) fn for_each_call(mut visit: impl FnMut(&Known<'_>)) {
    let empty = Known {
        engine: "",
        storage: "",
        role: "",
        id: "",
        method: "",
        strategy: "",
        kind: "",
        database: "",
        retention: "",
    };
    for id in ["", "rm-2ze5f8k1w0d3q7a9x"] {
        for method in METHODS {
            for strategy in STRATEGIES {
                for kind in KINDS {
                    for database in ["", "orders"] {
                        for retention in ["", "30", "-1"] {
                            visit(&Known { id, method, strategy, kind, database, retention, ..empty });
                        }
                    }
                }
            }
        }
    }
}
