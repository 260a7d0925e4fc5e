use super::*;
use crate::finding::Catalogue;
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

fn checker() -> Checker {
    Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap())
}

fn fixed(path: &str, text: &str, safety: Safety) -> (Outcome, String) {
    let mut files = MemoryFiles::new();
    files.add(path, text);
    let checker = checker();
    let run = Run::of_memory(&files, &checker.sieve());
    let outcome = fix(&checker, &run, &Settings { level: Severity::Note, ..Settings::default() }, safety);
    let after = outcome.changed.first().map_or(text.to_owned(), |changed| changed.after.text().to_owned());
    (outcome, after)
}

#[test]
fn a_wrong_case_is_written_right_and_nothing_else() {
    let text = "aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod snapshot  # 备份\n";
    let (outcome, after) = fixed("a.sh", text, Safety::Safe);
    assert_eq!(after, text.replace("snapshot", "Snapshot"));
    assert_eq!((outcome.fixed(), outcome.refused.len()), (1, 0), "{outcome:?}");
}

#[test]
fn what_needs_review_waits_for_it() {
    let text = "resource \"alicloud_db_instance\" \"db\" {\n  engine = \"PostgreSQL\"\n  db_instance_storage_type = \"cloud_essd\"\n}\nresource \"alicloud_rds_backup\" \"a\" {\n  db_instance_id = alicloud_db_instance.db.id\n  backup_method = \"Logical\"\n}\n";
    let (outcome, after) = fixed("a.tf", text, Safety::Safe);
    assert_eq!(after, text);
    assert!(outcome.need_review() >= 1, "{outcome:?}");
    let (outcome, after) = fixed("a.tf", text, Safety::NeedsReview);
    assert_eq!(after, text.replace("Logical", "Snapshot"), "{outcome:?}");
}

#[test]
fn a_diff_is_what_patch_takes() {
    let before = "a\nb\nc\nd\ne\nf\ng\nh\n";
    let after = "a\nb\nc\nD\ne\nf\ng\nh\nnew";
    let diff = unified("dir/file.sh", before, after);
    assert_eq!(
        diff,
        "--- a/dir/file.sh\n+++ b/dir/file.sh\n@@ -1,8 +1,9 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n h\n+new\n\\ No newline at end of file\n"
    );
    assert_eq!(unified("f", "same\n", "same\n"), "");
    assert_eq!(unified("f", "", "x\n"), "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n");
    assert_eq!(unified("f", "x\n", ""), "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-x\n");
    assert!(unified("a \"b\u{1}", "x\n", "y\n").starts_with("--- \"a/a \\\"b\\001\"\n"));
}

/// Applies a diff that was made by [`unified`].
fn patched(before: &str, diff: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let mut out = String::new();
    let mut at = 0;
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        if let Some(range) = line.strip_prefix("@@ -") {
            let numbers = range.split(' ').next().unwrap();
            let (start, count) = numbers.split_once(',').unwrap_or((numbers, "1"));
            let start = start.parse::<usize>().unwrap() - usize::from(count != "0");
            while at < start {
                out.push_str(old[at]);
                at += 1;
            }
            continue;
        }
        let (kind, text) = line.split_at(1);
        let text =
            if lines.peek().is_some_and(|next| next.starts_with('\\')) { text.trim_end_matches('\n') } else { text };
        match kind {
            " " | "-" => {
                assert_eq!(old[at], text);
                at += 1;
                if kind == " " {
                    out.push_str(text);
                }
            }
            "+" => out.push_str(text),
            _ => {}
        }
    }
    old[at..].iter().for_each(|line| out.push_str(line));
    out
}

proptest::proptest! {
    #[test]
    fn a_diff_leads_from_one_text_to_the_other(
        before in "([ab]\n|c\r\n){0,30}[ab]?", after in "([ab]\n|c\r\n){0,30}[ab]?"
    ) {
        let diff = unified("f", &before, &after);
        if before != after {
            proptest::prop_assert_eq!(patched(&before, &diff), after);
        }
    }
}
