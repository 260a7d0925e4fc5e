//! The hot paths: judging a call, and finding and judging the calls of a tree of Terraform modules.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "workload/calls.rs"]
mod workload;

use backuplint::check::{Checker, Settings};
use backuplint::finding::Catalogue;
use backuplint::matrix::{Detail, Evaluator, Matrix};
use backuplint::model::Inventory;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use workload::{calls, modules};

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
