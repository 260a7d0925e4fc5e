//! Calls and files for whoever measures how they are judged.

use std::fmt::Write as _;
use std::sync::Arc;

use backuplint::matrix::Matrix;
use backuplint::model::Call;
use backuplint::source::{Place, Source, Span};
use backuplint::surface::MemoryFiles;
use backuplint::surface::plain::{self, Given};

/// Calls of every kind: right and wrong, with facts and without.
pub(crate) fn calls(matrix: &Matrix) -> Vec<Call> {
    let source = Arc::new(Source::from_text("bench", ""));
    let place = Place::new(&source, Span::default());
    let mut calls = Vec::new();
    for engine in ["", "MySQL", "SQLServer", "PostgreSQL", "MariaDB"] {
        for method in ["", "Logical", "Physical", "Snapshot", "physical", "Nope"] {
            for strategy in ["", "db", "instance"] {
                for database in ["", "orders"] {
                    let given = |pairs: &[(&str, &str)]| -> Vec<Given> {
                        let pairs = pairs.iter().filter(|(_, value)| !value.is_empty());
                        pairs.map(|(name, value)| Given::nowhere(&source, *name, *value)).collect()
                    };
                    let facts =
                        given(&[("engine", engine), ("storage", if method == "Logical" { "local" } else { "cloud" })]);
                    let parameters = given(&[
                        ("DBInstanceId", "rm-2ze5f8k1w0d3q7a9x"),
                        ("BackupMethod", method),
                        ("BackupStrategy", strategy),
                        ("DBName", database),
                    ]);
                    calls.push(plain::call(matrix.api(), &place, facts, parameters, plain::WIRE));
                }
            }
        }
    }
    calls
}

/// Root modules with an instance each and a backup whose method comes through a variable and a local value.
pub(crate) fn modules(count: usize) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    for number in 0..count {
        let mut text = String::from(
            "variable \"method\" {\n  default = \"Physical\"\n}\n\nlocals {\n  method = var.method\n}\n\n",
        );
        let _ = write!(
            text,
            "resource \"alicloud_db_instance\" \"db\" {{\n  engine = \"MySQL\"\n  db_instance_storage_type = \"local_ssd\"\n}}\n\n\
             resource \"alicloud_rds_backup\" \"backup_{number}\" {{\n  db_instance_id = alicloud_db_instance.db.id\n  \
             backup_method  = local.method\n}}\n"
        );
        files.add(format!("stack{number:05}/main.tf"), text);
    }
    files
}
