//! Shell scripts.

use crate::{BAD, backup, instance, run, shell, terraform};

#[test]
fn row_35_a_heredoc_in_a_substitution_and_lines_that_go_on_are_read() {
    let text = "id=$(cat <<EOF\npgm-1\nEOF\n)\nresult=$(aliyun rds CreateBackup \\\n  --DBInstanceId \\\n    pgm-2 \\\n  --Backup\\\nMethod Logical \\\n  --region eu)\necho \"$(\n  aliyun rds CreateBackup --DBInstanceId \"$id\" --BackupMethod Physical\n)\"\n";
    let ran = shell(text);
    assert_eq!(ran.loud().len(), 1, "{}", ran.report);
    assert_eq!(ran.calls().len(), 2);
    assert_eq!(ran.findings()[0]["primary"]["line"], 9);
}

#[test]
fn row_42_a_snapshot_of_one_database_is_refused_and_the_name_is_what_is_wrong() {
    let ran = shell("aliyun rds CreateBackup --DBInstanceId rm-1 --BackupMethod Snapshot --DBName shop\n");
    assert_eq!(ran.loud(), ["unsupported-database-scope at 1:78"]);
    let finding = &ran.findings().iter().find(|f| f["severity"] == "error").unwrap();
    assert!(finding["answer"].as_str().unwrap().contains("InvalidBackupMethod.ValueNotSupport"), "{finding}");
    let text =
        format!("{}{}", instance("MySQL", "cloud_essd"), backup("backup_method = \"Snapshot\"\n  db_name = \"shop\""));
    assert_eq!(terraform(&text).loud(), ["unsupported-database-scope at 8:13"]);
    let without = text.replace("  db_name = \"shop\"\n", "");
    assert_eq!(terraform(&without).verdicts(), ["proven"]);
}

#[test]
fn a_script_or_module_that_calls_itself_ends() {
    for text in [
        format!("f() {{ f \"$@\"; {BAD}; }}\nf\n"),
        format!("source ./run.sh\n{BAD}\n"),
        format!("a() {{ b; b; }}\nb() {{ a; a; }}\na\n{BAD}\n"),
        format!("bash run.sh\n{BAD}\n"),
        format!("X=\"$X$X\"\nwhile true; do X=\"$X$X\"; done\n{BAD}\n"),
        format!("eval \"$(cat run.sh)\"; alias f=f; trap '{BAD}' EXIT\n{BAD}\n"),
    ] {
        let ran = shell(&text);
        assert!(ran.loud().contains(&format!("unsupported-method at {}", place(&text))), "{text}: {:?}", ran.loud());
    }
}

/// Where the last method of a script stands.
fn place(text: &str) -> String {
    let at = text.rfind("Logical").unwrap();
    let line = text[..at].matches('\n').count() + 1;
    let column = at - text[..at].rfind('\n').map_or(0, |n| n + 1) + 1;
    format!("{line}:{column}")
}

const IGNORE: &str = "backuplint: ignore[unsupported-method] reason=\"moves in March\"";

#[test]
fn row_30_a_suppression_works_inside_a_script_that_another_file_holds_and_on_the_key_above_it() {
    let workflow = |inside: &str, above: &str| {
        format!(
            "on: push\njobs:\n  backup:\n    runs-on: ubuntu-latest\n    steps:\n{above}      - run: |\n          echo start\n{inside}          {BAD}\n"
        )
    };
    let heredoc = |inside: &str| format!("ssh db <<'EOF'\n{inside}{BAD}\nEOF\n");
    let files = [
        (".github/workflows/x.yml", workflow(&format!("          # {IGNORE}\n"), ""), workflow("", "")),
        (".github/workflows/x.yml", workflow("", &format!("      # {IGNORE}\n")), workflow("", "")),
        ("run.sh", heredoc(&format!("# {IGNORE}\n")), heredoc("")),
    ];
    for (path, suppressed, plain) in files {
        assert!(!run(&[(path, plain.as_bytes())]).loud().is_empty(), "{plain}");
        let ran = run(&[(path, suppressed.as_bytes())]);
        assert_eq!((ran.loud(), ran.code), (vec![], 0), "{suppressed}");
    }
}

#[test]
fn row_31_a_suppression_that_does_nothing_is_told() {
    for (text, rule) in [
        (format!("# backuplint: ignore[unsuported-method] reason=\"x\"\n{BAD}\n"), "invalid-suppression"),
        (format!("{BAD}\n\necho\n# {IGNORE}\n"), "unused-suppression"),
        (format!("# backuplint: ignore[missing-instance-id] reason=\"x\"\n{BAD}\n"), "unused-suppression"),
    ] {
        let ran = shell(&text);
        let rules: Vec<&str> = ran.findings().iter().map(|f| f["rule"].as_str().unwrap()).collect();
        assert!(rules.contains(&"unsupported-method") && rules.contains(&rule), "{text}: {rules:?}");
    }
}
