//! The hot paths: judging a call, and finding and judging the calls of a tree of Terraform modules.

#![allow(missing_docs, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::sync::Arc;

use backuplint::check::{Checker, Settings};
use backuplint::finding::Catalogue;
use backuplint::matrix::{Detail, Evaluator, Matrix};
use backuplint::model::{Call, Inventory};
use backuplint::source::{Place, Source, Span};
use backuplint::surface::MemoryFiles;
use backuplint::surface::plain::{self, Given};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// Calls of every kind: right and wrong, with facts and without.
fn calls(matrix: &Matrix) -> Vec<Call> {
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

fn judge(criterion: &mut Criterion) {
    let matrix = Matrix::builtin().unwrap();
    let catalogue = Catalogue::builtin().unwrap();
    let calls = calls(&matrix);
    let inventory = Inventory::default();
    let mut group = criterion.benchmark_group("judge");
    group.throughput(Throughput::Elements(calls.len() as u64));
    for (name, detail) in [("full", Detail::Full), ("brief", Detail::Brief)] {
        let mut evaluator = Evaluator::new(&matrix, &catalogue).with_detail(detail);
        group.bench_function(name, |b| {
            b.iter(|| calls.iter().map(|call| evaluator.judge(call, &inventory).findings.len()).sum::<usize>());
        });
    }
    group.finish();
}

/// Root modules with an instance each and a backup whose method comes through a variable and a local value.
fn modules(count: usize) -> MemoryFiles {
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

fn check(criterion: &mut Criterion) {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let files = modules(200);
    let mut group = criterion.benchmark_group("check");
    group.throughput(Throughput::Elements(200));
    group.bench_function("terraform", |b| {
        b.iter(|| checker.check_memory(&files, &Settings::default()).counts.proven);
    });
    group.finish();
}

fn start(criterion: &mut Criterion) {
    criterion.bench_function("load the matrix", |b| b.iter(|| Matrix::builtin().unwrap().api().parameters.len()));
}

criterion_group!(benches, judge, check, start);
criterion_main!(benches);
