//! Runs the commands of a page in a copy of the examples, as a reader would who has gone into that folder.
//!
//! A block of `console` holds commands behind `$ ` and what they answer; a line `…` stands for lines that are left out;
//! `[exit code N]` follows where it is not 0. A block of `sh` is a script that has to succeed. Comments before a block:
//! `hidden: COMMAND` runs a command that is not shown, `file: PATH` writes the block to a file before it goes on, `from:
//! PATH` says that the block stands in a file word by word, `not run: REASON` that it cannot be run here.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::pages::{Block, Page, blocks, root};

/// Stands for lines that are left out.
const ELLIPSIS: &str = "…";

/// What came of a page.
pub(crate) struct Run {
    /// The page as it should be.
    pub(crate) text: String,
    pub(crate) problems: Vec<String>,
    /// Blocks that are not run, with their reasons.
    pub(crate) not_run: Vec<String>,
}

pub(crate) fn run(page: &Page) -> Run {
    let scratch = tempfile::tempdir().unwrap();
    copy(&root().join("examples"), scratch.path());
    let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
    let mut run = Run { text: String::new(), problems: Vec::new(), not_run: Vec::new() };
    let mut replaced: Vec<(usize, usize, Vec<String>)> = Vec::new();
    for block in blocks(&page.text) {
        let at = format!("docs/{}:{}", page.name, block.first + 1);
        for (key, value) in &block.notes {
            match key.as_str() {
                "hidden" => {
                    let (output, code) = bash(scratch.path(), value);
                    if code != 0 {
                        run.problems.push(format!("{at}: `{value}` gave {code}: {output}"));
                    }
                }
                "file" => {
                    let path = scratch.path().join(value);
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, block.text()).unwrap();
                }
                "from" => {
                    let file = fs::read_to_string(scratch.path().join(value)).unwrap_or_default();
                    if !file.contains(&block.text()) {
                        run.problems.push(format!("{at}: this does not stand in {value}"));
                    }
                }
                _ => {}
            }
        }
        match (block.language.as_str(), block.note("not run")) {
            ("console" | "sh" | "bash" | "shell", Some(reason)) => run.not_run.push(format!("{at}: {reason}")),
            (_, Some(_)) => run.problems.push(format!("{at}: nobody would run this block")),
            ("console", None) => {
                replaced.extend(console(&block, scratch.path()).map(|new| (block.first + 1, block.last, new)))
            }
            // The text of a file is no command.
            ("sh" | "bash" | "shell", None) if block.note("file").or(block.note("from")).is_none() => {
                let (output, code) = bash(scratch.path(), &format!("set -e\n{}", block.text()));
                if code != 0 {
                    run.problems.push(format!("{at}: the script gave {code}: {output}"));
                }
            }
            _ => {}
        }
    }
    for (first, last, new) in replaced.into_iter().rev() {
        lines.splice(first..last, new);
    }
    run.text = lines.into_iter().map(|line| format!("{line}\n")).collect();
    run
}

/// The lines of a block as they should be; nothing where they are so.
fn console(block: &Block, folder: &Path) -> Option<Vec<String>> {
    let mut commands: Vec<(Vec<String>, Vec<String>)> = Vec::new();
    for line in &block.lines {
        let goes_on = commands
            .last()
            .is_some_and(|(said, answer)| answer.is_empty() && said.last().is_some_and(|last| last.ends_with('\\')));
        match commands.last_mut() {
            Some((said, _)) if goes_on => said.push(line.clone()),
            _ if line.starts_with("$ ") => commands.push((vec![line.clone()], Vec::new())),
            Some((_, answer)) => answer.push(line.clone()),
            None => panic!("a block of `console` begins with a command: {line}"),
        }
    }
    assert!(!commands.is_empty(), "a block of `console` without a command");
    let mut all = Vec::new();
    let mut is_same = true;
    for (said, shown) in commands {
        let command = said.join("\n");
        let (output, code) = bash(folder, command.strip_prefix("$ ").unwrap());
        let mut answer: Vec<String> = output.lines().map(|line| plain(line.trim_end(), folder)).collect();
        if code != 0 {
            answer.push(format!("[exit code {code}]"));
        }
        let fits = fits(&shown, &answer) || is_broken_elsewhere(&shown, &output, code, folder);
        is_same &= fits;
        all.extend(said);
        all.extend(if fits { shown } else { answer });
    }
    (!is_same).then_some(all)
}

/// Whether only the lines end elsewhere: how long a run took is longer or shorter to write each time.
fn is_broken_elsewhere(shown: &[String], output: &str, code: i32, folder: &Path) -> bool {
    let flat = |text: &str| plain(&text.split_whitespace().collect::<Vec<_>>().join(" "), folder);
    let exit = if code == 0 { String::new() } else { format!("\n[exit code {code}]") };
    let answer = flat(&format!("{output}{exit}"));
    answer.contains(" in 9 ms") && flat(&shown.join("\n")) == answer
}

/// Whether what is shown is the answer, where `…` stands for any number of lines.
fn fits(shown: &[String], answer: &[String]) -> bool {
    match shown.split_first() {
        None => answer.is_empty(),
        Some((first, rest)) if first.trim() == ELLIPSIS => {
            (0..=answer.len()).any(|skipped| answer.get(skipped..).is_some_and(|answer| fits(rest, answer)))
        }
        Some((first, rest)) => answer.split_first().is_some_and(|(line, answer)| line == first && fits(rest, answer)),
    }
}

/// A line without what differs from run to run: how long it took, and where the folder lies.
fn plain(line: &str, folder: &Path) -> String {
    let line = line.replace(folder.to_str().unwrap(), "…");
    let mut parts = line.split(" in ");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(' ').unwrap_or((part, ""));
        let unit: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
        let is_time = number.parse::<f64>().is_ok() && ["ms", "s"].contains(&unit.as_str());
        plain.push_str(" in ");
        plain.push_str(&if is_time { format!("9 ms{}", &rest[unit.len()..]) } else { part.to_owned() });
    }
    plain
}

/// What a command says, on both of its outputs, and its exit code.
fn bash(folder: &Path, script: &str) -> (String, i32) {
    let program = Path::new(env!("CARGO_BIN_EXE_backuplint")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new("bash");
    command.current_dir(folder).args(["-c", &format!("exec 2>&1\n{script}")]).env("PATH", path).env("HOME", folder);
    for name in ["CLICOLOR_FORCE", "FORCE_COLOR", "FORCE_HYPERLINK", "COLUMNS", "NO_UNICODE", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = command.output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn what_is_left_out_may_be_anything_and_the_rest_may_not() {
    let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    assert!(fits(&lines("a … d"), &lines("a b c d")) && fits(&lines("a b"), &lines("a b")));
    assert!(!fits(&lines("a … d"), &lines("a b c")) && !fits(&lines("a"), &lines("a b")));
    assert_eq!(plain("5 files seen in 12.5 s.", Path::new("/x")), "5 files seen in 9 ms.");
    assert_eq!(plain("1 file in 86 ms, 2 in the list", Path::new("/x")), "1 file in 9 ms, 2 in the list");
    assert_eq!(plain("kept in 3 places", Path::new("/x")), "kept in 3 places");
    let shown = lines("6 files");
    assert!(!is_broken_elsewhere(&shown, "6\nfiles", 0, Path::new("/x")), "no time is told");
    let shown = ["6 files in 9 ms; 5 in the".to_owned(), "baseline".to_owned()];
    assert!(is_broken_elsewhere(&shown, "6 files in\n112 ms; 5 in the baseline\n", 0, Path::new("/x")));
    assert!(!is_broken_elsewhere(&shown, "6 files in\n112 ms; 4 in the baseline\n", 0, Path::new("/x")));
}
