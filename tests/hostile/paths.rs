//! Which files are looked at: links, exclusions, many names.

use std::fs;

use assert_cmd::Command;

use crate::{BAD, folder, run_in};

#[cfg(unix)]
#[test]
fn row_24_a_link_to_the_folder_above_ends_and_doubles_nothing() {
    let folder = folder(&[("a/run.sh", BAD.as_bytes())]);
    std::os::unix::fs::symlink("../..", folder.path().join("a/top")).unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
    assert_eq!(run_in(folder.path(), &["."]).loud(), ["unsupported-method at 1:61"]);
}

#[test]
fn row_32_what_is_excluded_stays_so_when_it_is_named() {
    let folder = folder(&[("gen/run.sh", BAD.as_bytes()), ("own/run.sh", BAD.as_bytes())]);
    let ran = run_in(folder.path(), &["--exclude", "gen", "gen/run.sh", "own/run.sh"]);
    assert_eq!(ran.loud().len(), 1);
    assert_eq!(run_in(folder.path(), &["--exclude", "gen/**", "gen/run.sh"]).code, 0);
}

#[test]
fn row_33_three_thousand_names_cost_what_their_folder_costs() {
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for number in 0..3000 {
        let name = format!("f{number}.txt");
        fs::write(folder.path().join(&name), "nothing of interest\n").unwrap();
        names.push(name);
    }
    fs::write(folder.path().join("run.sh"), BAD).unwrap();
    names.push("run.sh".to_owned());
    let list: Vec<&str> = names.iter().map(String::as_str).collect();
    let whole = run_in(folder.path(), &["."]);
    let named = run_in(folder.path(), &list);
    // Folders among the names, too: nothing is looked at twice.
    let mut with_folder = list.clone();
    with_folder.push(".");
    let both = run_in(folder.path(), &with_folder);
    for ran in [&whole, &named, &both] {
        assert_eq!(ran.loud().len(), 1);
        assert_eq!(ran.report["findings"], whole.report["findings"]);
        assert_eq!(ran.report["coverage"]["files_searched"], 3001);
    }
}

#[cfg(unix)]
#[test]
fn links_to_themselves_to_nothing_and_to_what_is_no_file_are_told_or_left_alone() {
    let folder = folder(&[("run.sh", BAD.as_bytes())]);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    link("self.sh", "self.sh");
    link("b.sh", "a.sh");
    link("a.sh", "b.sh");
    link("nowhere", "gone.sh");
    link("/dev/zero", "zero.sh");
    let ran = run_in(folder.path(), &["."]);
    assert_eq!(ran.loud().iter().filter(|loud| loud.starts_with("unsupported-method")).count(), 1, "{:?}", ran.loud());
    assert!(ran.code <= 1 && !ran.failed());
    // Also when they are named.
    for name in ["self.sh", "gone.sh"] {
        let output = Command::cargo_bin("backuplint")
            .unwrap()
            .current_dir(folder.path())
            .args(["check", name])
            .output()
            .unwrap();
        assert!(output.status.code().is_some_and(|code| code <= 3), "{name}");
        let told = [output.stdout, output.stderr].concat();
        assert!(String::from_utf8_lossy(&told).contains(name), "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn names_with_line_ends_and_with_bytes_that_are_no_text_are_shown_and_break_no_format() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    for name in [
        b"two\nlines.sh".as_slice(),
        b"gbk\xb1\xb8.sh",
        b"bell\x07\x1b[31m.sh",
        b" .sh",
        b"--format.sh",
        b"%0A::error.sh",
    ] {
        fs::write(folder.path().join(OsStr::from_bytes(name)), BAD).unwrap();
    }
    assert_eq!(run_in(folder.path(), &["."]).loud().len(), 6);
    for format in ["human", "json", "jsonl", "sarif", "junit", "checkstyle", "github", "gitlab", "markdown"] {
        let mut command = Command::cargo_bin("backuplint").unwrap();
        let output = command
            .current_dir(folder.path())
            .args(["check", "--color", "never", "--format", format, "."])
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{format}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{format} writes control characters: {text:?}");
        // A line that a name begins would be read as a line of the format.
        assert!(!text.lines().any(|line| line.starts_with("lines.sh")), "{format}: {text}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_told_and_the_rest_is_judged() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("closed.sh", BAD.as_bytes()), ("run.sh", BAD.as_bytes()), ("deep/run.sh", BAD.as_bytes())]);
    for name in ["closed.sh", "deep"] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o000)).unwrap();
    }
    let may_all = fs::read(folder.path().join("closed.sh")).is_ok();
    let ran = run_in(folder.path(), &["."]);
    fs::set_permissions(folder.path().join("deep"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(ran.loud().iter().any(|loud| loud == "unsupported-method at 1:61"));
    if may_all {
        println!("skipped: this user (root) may read everything");
        return;
    }
    let unreadable = ran.findings().iter().filter(|finding| finding["rule"] == "unreadable-file");
    let paths: Vec<&str> = unreadable.map(|finding| finding["primary"]["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["closed.sh", "deep"]);
}

/// Files come, go, grow and shrink while they are read: a run ends, and says nothing of a fault of ours.
#[test]
fn files_that_change_while_they_are_checked_cost_no_run() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = folder(&[("kept.sh", BAD.as_bytes())]);
    let path = folder.path();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut round = 0_usize;
            while !is_over.load(Ordering::Relaxed) && round < 200_000 {
                let name = path.join(format!("f{}.sh", round % 40));
                match round % 3 {
                    0 => drop(fs::write(&name, format!("{BAD}\n").repeat(round % 50))),
                    1 => drop(fs::remove_file(&name)),
                    _ => drop(fs::write(&name, "")),
                }
                round += 1;
            }
        });
        for _ in 0..10 {
            let ran = run_in(path, &["."]);
            assert!(ran.loud().iter().any(|loud| loud == "unsupported-method at 1:61"));
            assert!(ran.code <= 1 && !ran.failed());
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
