//! Scripts and templates that a configuration reads.

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

fn check(files: &[(&str, &str)]) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// Each call: file, surface, and what is known of its parameters.
fn calls(report: &Report) -> Vec<(String, String, Vec<String>)> {
    let show = |(name, value): &(String, Option<String>)| format!("{name}={}", value.as_deref().unwrap_or("?"));
    let one = |call: &crate::finding::CallRecord| {
        let place = &call.head;
        (place.source.path().to_owned(), call.surface.to_string(), call.parameters.iter().map(show).collect())
    };
    report.calls.iter().map(one).collect()
}

const TEMPLATE: &str =
    "#!/bin/bash\naliyun rds CreateBackup --DBInstanceId ${id} --BackupMethod ${lower(method)} --BackupType $${TYPE}\n";

#[test]
fn a_template_is_a_script_with_what_is_put_into_it() {
    let main = "resource \"alicloud_instance\" \"a\" {\n  user_data = base64encode(templatefile(\"${path.module}/init.sh.tpl\", { id = \"pgm-1a2b3c4d\", method = var.method }))\n}\nvariable \"method\" { default = \"LOGICAL\" }\n";
    let report = check(&[("m/main.tf", main), ("m/init.sh.tpl", TEMPLATE)]);
    let found = calls(&report);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0.as_str(), found[0].1.as_str()), ("m/init.sh.tpl", "terraform"));
    assert_eq!(found[0].2[0], "DBInstanceId=pgm-1a2b3c4d");
    assert!(report.coverage.iter().any(|c| c.path == "m/init.sh.tpl"), "{:?}", report.coverage);
}

#[test]
fn a_script_that_is_read_as_it_is() {
    let main = "resource \"alicloud_ecs_command\" \"a\" {\n  type = \"RunShellScript\"\n  command_content = base64encode(file(\"run.sh\"))\n}\n";
    let script = "aliyun rds CreateBackup --DBInstanceId pgm-1a2b3c4d --BackupMethod Logical\n";
    let report = check(&[("main.tf", main), ("run.sh", script)]);
    assert_eq!(calls(&report).len(), 1, "{:?}", calls(&report));
    let finding = &report.findings[0];
    assert_eq!(finding.primary.place.text(), "Logical");
    assert_eq!(finding.primary.place.source.path(), "run.sh");
}

#[test]
fn what_nobody_reads_is_not_judged() {
    let report = check(&[("a/init.sh.tpl", TEMPLATE), ("a/main.tf", "locals { a = 1 }\n")]);
    assert!(report.calls.is_empty());
    assert_eq!(report.coverage.len(), 1, "{:?}", report.coverage);
    assert!(report.coverage[0].reason.contains("template"), "{:?}", report.coverage);
    let main = "resource \"alicloud_instance\" \"a\" {\n  user_data = templatefile(\"${path.module}/x.tftpl\", { id = \"pgm-1a2b3c4d\" })\n}\n";
    let lines = "%{ if id != \"\" }\naliyun rds CreateBackup --DBInstanceId ${id} --BackupMethod Logical\n%{ endif }\n";
    let report = check(&[("main.tf", main), ("x.tftpl", lines)]);
    assert!(report.calls.is_empty());
    assert!(
        report.coverage.iter().any(|c| c.path == "x.tftpl" && c.reason.contains("not all")),
        "{:?}",
        report.coverage
    );
}
