//! The way from logs to what they leave behind, without a disk: plain lines, packed lines, and lists of records, of which
//! one in fifty has the word and one in two hundred is a call.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "workload/logs.rs"]
mod workload;

use backuplint::matrix::Matrix;
use backuplint::trail::{Cuts, Gather, Partial, Reader, Scratch};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use workload::{RECORDS, packed, records};

/// Reads files as one thread does.
fn read(reader: &Reader<'_>, files: &[Vec<u8>], scratch: &mut Scratch) -> Partial {
    let mut gather = Gather::new();
    for (number, bytes) in files.iter().enumerate() {
        reader.read_bytes(&format!("log/{number}"), bytes, scratch, &mut gather);
    }
    gather.into_partial()
}

fn trail(criterion: &mut Criterion) {
    let matrix = Matrix::builtin().unwrap();
    let apis = [matrix.api().clone()];
    let reader = Reader::new(&apis, false);
    let records = records();
    let lines = records.join("\n") + "\n";
    let lists = |many: usize| -> Vec<String> {
        records.chunks(many).map(|records| format!("[{}]", records.join(","))).collect()
    };
    let sets = [
        ("plain lines", vec![lines.clone().into_bytes()]),
        ("packed lines", vec![packed(&lines)]),
        ("a plain list", vec![format!("[{}]", records.join(",")).into_bytes()]),
        ("packed lists of 200", lists(200).iter().map(|text| packed(text)).collect()),
        ("packed lists of 10", lists(10).iter().map(|text| packed(text)).collect()),
    ];
    let mut group = criterion.benchmark_group("trail");
    group.sample_size(20);
    let mut scratch = Scratch::default();
    for (name, files) in &sets {
        let found = read(&reader, files, &mut scratch);
        assert_eq!(found.survivors.len() as u64, RECORDS / 200);
        group.throughput(Throughput::Bytes(found.files.values().map(|file| file.text_bytes).sum()));
        group.bench_function(*name, |b| b.iter(|| read(&reader, files, &mut scratch).survivors.len()));
    }
    // As threads do it with a large file, one part after the other.
    let text = lines.as_bytes();
    let cuts = Cuts::of(text.get(..Cuts::BEGINNING).unwrap()).unwrap();
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("plain lines in parts", |b| b.iter(|| in_parts(&reader, &cuts, text, &mut scratch)));
    group.finish();
}

fn in_parts(reader: &Reader<'_>, cuts: &Cuts, text: &[u8], scratch: &mut Scratch) -> usize {
    const PART: usize = 4 << 20;
    let (mut begin, mut parts, mut gather) = (0, Vec::new(), Gather::new());
    while begin < text.len() {
        let next = text.get(begin + PART..).and_then(|rest| cuts.place(rest)).map(|at| begin + PART + at);
        let end = next.unwrap_or(text.len());
        let mut part = text.get(begin..end).unwrap_or_default();
        parts.extend(reader.read_part("log", cuts, begin as u64, end == text.len(), &mut part, scratch));
        begin = end;
    }
    assert!(reader.join("log", cuts, text.len() as u64, parts, &mut gather));
    gather.into_partial().survivors.len()
}

criterion_group!(benches, trail);
criterion_main!(benches);
