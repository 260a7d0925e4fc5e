//! Instruction counts of the hot paths: judging calls, a tree of Terraform modules, reading logs, asking policies.
//!
//!     cargo install gungraun-runner --version 0.20.0 --locked
//!     cargo bench --manifest-path benches/instructions/Cargo.toml
//!
//! Needs Valgrind. The counts are those of one thread; what a run prints besides is compared with the run before it.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../workload/calls.rs"]
mod calls;
#[path = "../workload/logs.rs"]
mod logs;
#[path = "../workload/policies.rs"]
mod policies;

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use backuplint::check::{Checker, Settings};
use backuplint::finding::Catalogue;
use backuplint::matrix::{Evaluator, Matrix};
use backuplint::model::{Access, Inventory};
use backuplint::ram;
use backuplint::source::Source;
use backuplint::surface::{MemoryFiles, policy};
use backuplint::trail::{Gather, Reader, Scratch};
use gungraun::{library_benchmark, library_benchmark_group, main};

fn matrix() -> Matrix {
    Matrix::builtin().unwrap()
}

#[library_benchmark]
fn load() -> usize {
    black_box(matrix().api().parameters.len())
}

#[library_benchmark]
#[bench::every_kind(matrix())]
fn judge(matrix: Matrix) -> usize {
    let catalogue = Catalogue::builtin().unwrap();
    let inventory = Inventory::default();
    let mut evaluator = Evaluator::new(&matrix, &catalogue);
    let calls = calls::calls(&matrix);
    black_box(calls.iter().map(|call| evaluator.judge(call, &inventory).findings.len()).sum())
}

fn modules() -> (Checker, MemoryFiles) {
    (Checker::new(matrix(), Catalogue::builtin().unwrap()), calls::modules(100))
}

#[library_benchmark]
#[bench::a_hundred_modules(modules())]
fn check((checker, files): (Checker, MemoryFiles)) -> usize {
    black_box(checker.check_memory(&files, &Settings::default()).counts.proven)
}

fn lines() -> Vec<Vec<u8>> {
    vec![(logs::records().join("\n") + "\n").into_bytes()]
}

fn packed_lists() -> Vec<Vec<u8>> {
    logs::records().chunks(200).map(|records| logs::packed(&format!("[{}]", records.join(",")))).collect()
}

#[library_benchmark]
#[bench::lines(lines())]
#[bench::packed_lists(packed_lists())]
fn read(files: Vec<Vec<u8>>) -> usize {
    let apis = [matrix().api().clone()];
    let reader = Reader::new(&apis, false);
    let (mut gather, mut scratch) = (Gather::new(), Scratch::default());
    for (number, bytes) in files.iter().enumerate() {
        reader.read_bytes(&format!("log/{number}"), bytes, &mut scratch, &mut gather);
    }
    black_box(gather.into_partial().survivors.len())
}

fn access() -> (Matrix, Access) {
    let source = Arc::new(Source::from_text("policy.json", policies::document(200)));
    (matrix(), policy::access(Path::new("policy.json"), &source))
}

#[library_benchmark]
#[bench::two_hundred_statements(access())]
fn ask((matrix, access): (Matrix, Access)) -> usize {
    black_box(ram::document_findings(&access, std::slice::from_ref(matrix.api())).len())
}

library_benchmark_group!(name = hot_paths, benchmarks = [load, judge, check, read, ask]);
main!(library_benchmark_groups = hot_paths);
