//! The targets of `fuzz/`, driven without a fuzzer: what was found before, and a loop of mutations that is the same on
//! every machine.
//!
//! `BACKUPLINT_MUTATIONS=20000 cargo test --test hostile mutations -- --ignored --nocapture` runs the loop for long and
//! prints how much was tried; `BACKUPLINT_TARGET=yaml` keeps to one target.

#[path = "../../fuzz/src/targets.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use targets::{TARGETS, Target};

/// Pieces of text at which readers turn.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    "\0",
    "\u{feff}",
    "\u{1f600}",
    "é",
    "{{",
    "}}",
    "${",
    "}",
    "{",
    "[",
    "]",
    "(",
    ")",
    "<<EOT\n",
    "EOT\n",
    "- ",
    ": ",
    "&a ",
    "*a",
    "<<: ",
    "!If ",
    "!!binary ",
    "---\n",
    "? ",
    "| \n",
    ">-\n",
    "#",
    "//",
    "/*",
    "*/",
    "<!--",
    "`",
    "$(",
    "||",
    "&&",
    ";",
    ",",
    "=",
    "null",
    "-1",
    "99999999999999999999",
    "1e999",
    "0x",
    "*/0",
    "0 0 31 2 *",
    "L",
    "#5",
    "%",
    "eval ",
    "for_each = ",
    "%{ if ",
    "%{ endif }",
    "CreateBackup",
    "rm-1",
    "BackupMethod",
    "Logical",
    "aliyun rds ",
    "backuplint: ignore",
    "Statement",
    "\u{202e}",
    "\u{2028}",
];

struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files_below(&path, files) } else { files.push(path) }
    }
}

/// What mutations of a target begin from.
fn seeds(endings: &[&str]) -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    ["tests/cases", "tests/written", "examples", "rules/matrix"]
        .iter()
        .for_each(|folder| files_below(&root().join(folder), &mut files));
    let fits = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        endings.iter().any(|ending| name.ends_with(ending))
    };
    let mut seeds: Vec<Vec<u8>> = files.iter().filter(|path| fits(path)).map(|path| fs::read(path).unwrap()).collect();
    seeds.push(PIECES.join(" ").into_bytes());
    seeds.push(b"0 3 * * 1-5\n@daily\nrate(1 days)\nMon..Fri *-*-* 02:00:00\n0 0/5 * ? * MON#1\nPT1H\n".to_vec());
    seeds
}

fn mutated(numbers: &mut Numbers, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[numbers.below(seeds.len())].clone();
    if bytes.len() > 6000 {
        let begin = numbers.below(bytes.len() - 6000);
        bytes = bytes[begin..begin + 6000].to_vec();
    }
    for _ in 0..1 + numbers.below(6) {
        let at = numbers.below(bytes.len() + 1);
        let end = (at + numbers.below(40)).min(bytes.len());
        let piece = PIECES[numbers.below(PIECES.len())].as_bytes();
        match numbers.below(8) {
            0 => drop(bytes.drain(at..end)),
            1 => bytes.truncate(at),
            2 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
            3 => bytes.splice(at..at, piece.repeat(1 + numbers.below(30))).for_each(drop),
            4 => bytes.splice(at..end, piece.iter().copied()).for_each(drop),
            5 => {
                let other = &seeds[numbers.below(seeds.len())];
                let from = numbers.below(other.len() + 1);
                let until = (from + numbers.below(300)).min(other.len());
                bytes.splice(at..at, other[from..until].to_vec()).for_each(drop);
            }
            6 => bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << numbers.below(8)),
            _ => bytes.splice(at..at, piece.iter().copied()).for_each(drop),
        }
    }
    bytes
}

/// What went wrong with some bytes, when something did.
fn wrong(target: Target, bytes: &[u8]) -> Option<String> {
    let failed = catch_unwind(AssertUnwindSafe(|| target(bytes))).err()?;
    let text = failed.downcast_ref::<String>().cloned();
    text.or_else(|| failed.downcast_ref::<&str>().map(|&text| text.to_owned())).or_else(|| Some(String::new()))
}

/// Runs a target for some rounds; gives the slowest input.
fn rounds(name: &str, target: Target, endings: &[&str], count: usize) -> Duration {
    let seeds = seeds(endings);
    let mut numbers = Numbers(name.bytes().map(u64::from).sum());
    let mut slowest = Duration::ZERO;
    for round in 0..count {
        let bytes = mutated(&mut numbers, &seeds);
        let begin = Instant::now();
        if let Some(message) = wrong(target, &bytes) {
            let kept = std::env::temp_dir().join(format!("backuplint-{name}-{round}"));
            fs::write(&kept, &bytes).unwrap();
            panic!("{name}, round {round}: {message}\nthe input is kept in {}", kept.display());
        }
        slowest = slowest.max(begin.elapsed());
    }
    slowest
}

#[test]
fn a_few_mutations_of_every_kind_of_file_hold() {
    std::thread::scope(|scope| {
        for (name, target, endings) in TARGETS {
            // As little room as a thread of a run has.
            let run = move || rounds(name, *target, endings, 15);
            std::thread::Builder::new().stack_size(2 << 20).spawn_scoped(scope, run).unwrap().join().unwrap();
        }
    });
}

#[test]
#[ignore = "takes long: a fuzzer for those who have none"]
fn many_mutations_of_every_kind_of_file_hold() {
    let count = std::env::var("BACKUPLINT_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(2000);
    let only = std::env::var("BACKUPLINT_TARGET").ok();
    for (name, target, endings) in TARGETS.iter().filter(|(name, ..)| only.as_deref().is_none_or(|only| only == *name))
    {
        let begin = Instant::now();
        let slowest = rounds(name, *target, endings, count);
        println!("{name}: {count} inputs in {:.1?}, the slowest {slowest:.1?}", begin.elapsed());
    }
}

/// Inputs that once broke something, in a folder for each target.
#[test]
fn what_was_found_stays_found() {
    let folder = root().join("tests/hostile/found");
    let mut files = Vec::new();
    files_below(&folder, &mut files);
    for path in files {
        let kind = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let (_, target, _) = TARGETS.iter().find(|(name, ..)| *name == kind).expect("a folder is called like a target");
        assert_eq!(wrong(*target, &fs::read(&path).unwrap()), None, "{}", path.display());
    }
}

/// Each target can be run with a fuzzer, too.
#[test]
fn every_target_has_its_program() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap();
    for (name, ..) in TARGETS {
        let program = fs::read_to_string(root().join(format!("fuzz/fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("run(\"{name}\", bytes)")), "{name}");
        assert!(manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")), "{name}");
    }
    assert_eq!(fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap().count(), TARGETS.len());
}
