//! A fault of ours costs what it is in, and nothing else.

use super::*;

/// A surface that fails where a file says so.
struct Failing;

impl Surface for Failing {
    fn id(&self) -> &'static str {
        "failing"
    }

    fn title(&self) -> &'static str {
        "Failing"
    }

    fn claims(&self, _: &Path, _: &[u8]) -> bool {
        true
    }

    fn needles(&self, _: &[Api]) -> Vec<String> {
        Vec::new()
    }

    fn extract(&self, project: &Project<'_>) -> Extraction {
        let mut extraction = Extraction::default();
        for path in project.hits.iter().chain(project.support) {
            let source = project.files.read(path).unwrap();
            assert!(!source.text().contains("fail"), "as the file says");
            extraction.parsed += 1;
        }
        for path in project.hits {
            let status = CoverageStatus::Judged;
            extraction.coverage.push(Coverage { path: display(path), status, reason: String::new() });
        }
        extraction
    }
}

/// What became of each file, and which of them a fault is told of.
fn extracted(texts: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let mut files = MemoryFiles::new();
    for (path, text) in texts {
        files.add(path, *text);
    }
    let run = Run::of_memory(&files, &checker.sieve());
    let terraform = surface::all().iter().position(|surface| surface.id() == "terraform").unwrap();
    let extraction = checker.extract(&Failing, terraform, &run, &Settings::default(), &());
    let told = extraction.problems.iter().map(|problem| {
        assert_eq!(problem.kind, ProblemKind::Internal);
        problem.place.source.path().to_owned()
    });
    let coverage = extraction.coverage.iter().map(|entry| format!("{} {}", entry.path, entry.status.word()));
    (coverage.collect(), told.collect())
}

const CALL: &str = "resource \"alicloud_rds_backup\" \"b\" {}\n";
const BROKEN: &str = "# fail\nresource \"alicloud_rds_backup\" \"b\" {}\n";
const CALLER: &str = "module \"m\" {\n  source = \"./m\"\n}\n";

#[test]
fn a_fault_in_one_file_is_told_and_the_others_are_read() {
    let (coverage, told) = extracted(&[("a.tf", CALL), ("b.tf", BROKEN), ("c.tf", CALL), ("d.tf", CALLER)]);
    assert_eq!(coverage, ["a.tf judged", "b.tf skipped", "c.tf judged"]);
    assert_eq!(told, ["b.tf"]);
}

#[test]
fn a_fault_in_a_file_that_only_helps_costs_its_help() {
    let (coverage, told) = extracted(&[("a.tf", CALL), ("b.tf", &format!("# fail\n{CALLER}"))]);
    assert_eq!(coverage, ["a.tf judged"]);
    assert_eq!(told, ["a.tf"]);
    assert_eq!(extracted(&[("a.tf", CALL), ("b.tf", CALLER)]), (vec!["a.tf judged".to_owned()], Vec::new()));
}
