//! Fingerprints: what a tracker of findings holds on to while files change around them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use backuplint::check::{Checker, Settings};
use backuplint::finding::{Catalogue, Severity};
use backuplint::matrix::Matrix;
use backuplint::surface::MemoryFiles;

const SCRIPT: &str = "#!/bin/sh
aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical
aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical
aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupRetentionPeriod 30
aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod Logical
";

const TERRAFORM: &str = "resource \"alicloud_db_instance\" \"db\" {
  engine                   = \"PostgreSQL\"
  db_instance_storage_type = \"cloud_essd\"
}

resource \"alicloud_rds_backup\" \"one\" {
  db_instance_id = alicloud_db_instance.db.id
  backup_method  = \"Logical\"
}

resource \"alicloud_rds_backup\" \"two\" {
  for_each       = toset([\"Logical\", \"Snapchat\"])
  db_instance_id = alicloud_db_instance.db.id
  backup_method  = each.key
}
";

/// The fingerprints of the findings in files, in the order of the report.
fn fingerprints(files: &[(&str, &str)]) -> Vec<String> {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let report = checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() });
    report.findings.iter().map(|finding| finding.fingerprint.to_string()).collect()
}

#[test]
fn every_finding_has_one_of_its_own() {
    let all = fingerprints(&[("a.sh", SCRIPT), ("b.sh", SCRIPT), ("main.tf", TERRAFORM)]);
    // The Terraform calls are on one instance, and nothing keeps them apart.
    assert_eq!(all.len(), 4 + 4 + 4);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "{all:?}");
    assert!(all.iter().all(|f| f.len() == 32 && f.bytes().all(|b| b.is_ascii_hexdigit())), "{all:?}");
}

#[test]
fn they_are_the_same_in_every_run() {
    let files = [("a.sh", SCRIPT), ("main.tf", TERRAFORM)];
    assert_eq!(fingerprints(&files), fingerprints(&files));
}

#[test]
fn they_survive_lines_above_between_and_below() {
    let script = fingerprints(&[("a.sh", SCRIPT)]);
    let above = SCRIPT.replacen("#!/bin/sh\n", "#!/bin/sh\n# a comment\n\nset -eu\ncd /tmp\n", 1);
    assert_eq!(fingerprints(&[("a.sh", &above)]), script);
    let between = SCRIPT.replace("\naliyun", "\n\necho next\naliyun");
    assert_eq!(fingerprints(&[("a.sh", &between)]), script);
    let crlf = SCRIPT.replace('\n', "\r\n");
    assert_eq!(fingerprints(&[("a.sh", &crlf)]), script);
    let terraform = fingerprints(&[("main.tf", TERRAFORM)]);
    let moved = format!("# head\n\nlocals {{\n  a = 1\n}}\n\n{TERRAFORM}\n# tail\n").replace("  =", "    =");
    assert_eq!(fingerprints(&[("main.tf", &moved)]), terraform);
}

#[test]
fn they_survive_findings_of_other_kinds_and_other_files() {
    let before = fingerprints(&[("m.sh", SCRIPT)]);
    let more = SCRIPT.replacen("#!/bin/sh\n", "#!/bin/sh\naliyun rds CreateBackup --BackupMethod Nope\n", 1);
    let after = fingerprints(&[("a.sh", SCRIPT), ("m.sh", &more)]);
    assert!(before.iter().all(|f| after.contains(f)), "{before:?} {after:?}");
}

#[test]
fn a_fixed_finding_leaves_the_others_alone() {
    let before = fingerprints(&[("a.sh", SCRIPT)]);
    let fixed = SCRIPT.replace("pgm-2 --BackupMethod Logical", "pgm-2 --BackupMethod Physical");
    assert_eq!(fingerprints(&[("a.sh", &fixed)]), before[..3]);
}

#[test]
fn another_file_value_or_instance_is_another_finding() {
    let one = |path: &str, text: &str| fingerprints(&[(path, text)])[0].clone();
    let first = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";
    let all = [
        one("a.sh", first),
        one("b.sh", first),
        one("a.sh", &first.replace("pgm-1", "pgm-2")),
        one("a.sh", &first.replace("Logical", "Nope")),
    ];
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}
