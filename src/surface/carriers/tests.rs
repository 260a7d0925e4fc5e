mod jenkins;
mod services;
mod windows;

use crate::check::{Checker, Settings};
use crate::finding::{Catalogue, Report, Severity};
use crate::matrix::Matrix;
use crate::surface::MemoryFiles;

/// The report on some files, down to notes.
pub(super) fn check(files: &[(&str, &str)]) -> Report {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, *text);
    }
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    checker.check_memory(&memory, &Settings { level: Severity::Note, ..Settings::default() })
}

/// Each finding: rule, severity, file, and the text that it points at.
pub(super) fn findings(report: &Report) -> Vec<(String, Severity, String, String)> {
    let show = |f: &crate::finding::Finding| {
        let place = &f.primary.place;
        (f.rule.to_string(), f.severity, place.source.path().to_owned(), place.text().to_owned())
    };
    report.findings.iter().map(show).collect()
}

/// Rule and text of the errors, in order.
pub(super) fn errors(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = findings(&check(files)).into_iter();
    all.filter(|f| f.1 == Severity::Error).map(|(rule, _, _, text)| (rule, text)).collect()
}

/// What is known of the parameters of each call, in the order of the calls: `?` for what is not.
pub(super) fn parameters(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let show = |(name, value): &(String, Option<String>)| format!("{name}={}", value.as_deref().unwrap_or("?"));
    check(files).calls.iter().map(|call| call.parameters.iter().map(show).collect()).collect()
}

/// The calls that one carrier finds in a file.
pub(super) fn extracted(files: &MemoryFiles, carrier: &super::carrier::Carrier, path: &str) -> Vec<crate::model::Call> {
    let hits = [std::path::PathBuf::from(path)];
    let apis = [Matrix::builtin().unwrap().api().clone()];
    let settings = crate::surface::SurfaceSettings::default();
    let project = crate::surface::Project { apis: &apis, files, hits: &hits, support: &[], settings: &settings };
    crate::surface::Surface::extract(carrier, &project).calls
}

fn pair(rule: &str, text: &str) -> (String, String) {
    (rule.to_owned(), text.to_owned())
}

#[test]
fn a_makefile_with_a_default_and_a_target_of_its_own() {
    let text = "DB_ID  := pgm-3v5b7n9m\nMETHOD ?= Logical\n\n.PHONY: backup snap\n\nbackup:\n\taliyun rds CreateBackup \\\n\t  --DBInstanceId $(DB_ID) \\\n\t  --BackupMethod $(METHOD)\n\nsnap: METHOD = Snapshot\nsnap:\n\t@aliyun rds CreateBackup --DBInstanceId $(DB_ID) --BackupMethod $(METHOD)\n";
    assert_eq!(errors(&[("Makefile", text)]), [pair("unsupported-method", "$(METHOD)")]);
    let found = parameters(&[("Makefile", text)]);
    assert_eq!(
        found,
        [["DBInstanceId=pgm-3v5b7n9m", "BackupMethod=Logical"], ["DBInstanceId=pgm-3v5b7n9m", "BackupMethod=Snapshot"]]
    );
    let report = check(&[("Makefile", text)]);
    assert_eq!(report.coverage.len(), 1);
    assert_eq!(report.coverage[0].status.word(), "judged");
}

#[test]
fn make_expands_in_quotes_and_leaves_doubled_dollars() {
    let text = "M = Logical\nID = 'pgm-1'\nall:\n\tID=pgm-2; aliyun rds CreateBackup --DBInstanceId \"$$ID\" --BackupMethod '$(M)'\nb:\n\t-aliyun rds CreateBackup --DBInstanceId ${ID} --BackupMethod=$M\n";
    assert_eq!(
        parameters(&[("x.mk", text)]),
        [["DBInstanceId=pgm-2", "BackupMethod=Logical"], ["DBInstanceId=pgm-1", "BackupMethod=Logical"]]
    );
}

#[test]
fn what_make_computes_is_unknown() {
    let text = "M = $(shell ./method)\nifeq ($(X),1)\nN = Logical\nendif\nall:\n\taliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $(M)\n\taliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $(N)\n\taliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $(NONE)\n\taliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $(or $(NONE),Logical)\n";
    let files = [("Makefile", text)];
    assert_eq!(errors(&files), []);
    assert!(parameters(&files).iter().all(|p| p == &["DBInstanceId=pgm-1", "BackupMethod=?"]));
}

#[test]
fn included_files_and_one_shell() {
    let files = [
        (
            "ops/Makefile",
            "include vars.mk\n.ONESHELL:\nall:\n\tMETHOD=$(METHOD)\n\taliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $$METHOD\n",
        ),
        ("ops/vars.mk", "METHOD := Logical\n"),
    ];
    let found = findings(&check(&files));
    assert_eq!((found[0].0.as_str(), found[0].3.as_str()), ("unsupported-method", "$$METHOD"));
    assert_eq!(found.len(), 1);
}

#[test]
fn a_recipe_may_run_a_script_and_set_what_a_needed_target_sees() {
    let files = [
        ("Makefile", "pg: METHOD = Logical\npg: backup\n\nbackup:\n\t./b.sh pgm-1 $(METHOD)\n"),
        ("b.sh", "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod \"$2\"\n"),
    ];
    let report = check(&files);
    assert_eq!(report.calls.len(), 1);
    assert_eq!(report.calls[0].surface, "makefile");
    assert_eq!(report.calls[0].head.source.path(), "b.sh");
}

#[test]
fn look_alikes_in_a_makefile_are_silent() {
    let text = "# aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\nall:\n\techo aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n\t# aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n\tvelero backup create CreateBackup\n";
    assert_eq!(check(&[("Makefile", text)]).calls.len(), 0);
}

const WRAPPER: &str =
    "#!/bin/bash\nexec aliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod ${METHOD:-Snapshot}\n";

#[test]
fn a_crontab_runs_a_script_of_the_tree() {
    let cron = "SHELL=/bin/bash\n# m h dom mon dow user command\n*/30 * * * * root /opt/mosswood/rds-copy.sh pgm-1a3s5d7f\nMETHOD = \"Logical\"\n5,35 8-20 * * * root /opt/mosswood/rds-copy.sh pgm-6l8z0x2c\n";
    let files = [("srv/etc/cron.d/rds-copies", cron), ("srv/opt/mosswood/rds-copy.sh", WRAPPER)];
    let report = check(&files);
    assert_eq!(report.calls.len(), 1, "both lines lead to one call");
    assert_eq!(report.calls[0].surface, "crontab");
    // One for the method, and both schedules are over the limit of a day.
    assert_eq!(errors(&files).len(), 3);
}

#[test]
fn a_crontab_line_is_a_command_up_to_a_percent() {
    let cron = "0 3 * * 1-5 aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical >> /var/log/b-$(date +\\%F).log 2>&1\n@daily aliyun rds CreateBackup --DBInstanceId pgm-2%--BackupMethod Logical\n#0 3 * * * aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod Logical\n";
    let files = [("deploy/backup.cron", cron)];
    assert_eq!(parameters(&files), [vec!["DBInstanceId=pgm-1", "BackupMethod=Logical"], vec!["DBInstanceId=pgm-2"]]);
    assert_eq!(errors(&files), [pair("unsupported-method", "Logical")]);
}

#[test]
fn gitlab_jobs_with_variables_templates_and_references() {
    let text = "variables:\n  METHOD: Physical\n.base: &base\n  before_script:\n    - export ID=pgm-1\n.setup:\n  script:\n    - export METHOD=Logical\na:\n  <<: *base\n  script:\n    - aliyun rds CreateBackup --DBInstanceId $ID --BackupMethod \"$METHOD\"\nb:\n  extends: .base\n  variables: {METHOD: Snapshot}\n  script:\n    - >-\n      aliyun rds CreateBackup --DBInstanceId $ID\n      --BackupMethod $METHOD\nc:\n  script:\n    - !reference [.setup, script]\n    - - |\n        aliyun rds CreateBackup \\\n          --DBInstanceId pgm-3 \\\n          --BackupMethod $METHOD\nd:\n  script: echo \"aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\"\n  after_script: ['velero backup create CreateBackup']\n";
    let files = [(".gitlab-ci.yml", text)];
    assert_eq!(
        parameters(&files),
        [
            ["DBInstanceId=pgm-1", "BackupMethod=Physical"],
            ["DBInstanceId=pgm-1", "BackupMethod=Snapshot"],
            ["DBInstanceId=pgm-3", "BackupMethod=Logical"]
        ]
    );
    assert_eq!(errors(&files), [pair("unsupported-method", "$METHOD")]);
}

#[test]
fn a_gitlab_job_runs_a_script_of_the_repository() {
    let files = [
        (".gitlab/ci/backup.yml", "job:\n  variables:\n    METHOD: Logical\n  script:\n    - ./scripts/x.sh pgm-1\n"),
        ("scripts/x.sh", WRAPPER),
    ];
    let report = check(&files);
    assert_eq!((report.calls.len(), report.calls[0].surface), (1, "gitlab-ci"));
    assert_eq!(errors(&files).len(), 1);
}

#[test]
fn containers_and_config_maps() {
    let cron = "apiVersion: batch/v1\nkind: CronJob\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n            - name: b\n              env:\n                - {name: METHOD, value: Logical}\n                - {name: ID, valueFrom: {secretKeyRef: {name: s, key: k}}}\n              command: [\"/bin/sh\", \"-c\", \"aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $METHOD\"]\n            - name: c\n              command: [aliyun]\n              args: [rds, CreateBackup, --DBInstanceId, pgm-2, '--BackupMethod', \"$(METHOD)\"]\n              env: [{name: METHOD, value: Snapshot}]\n            - name: d\n              args: [aliyun, rds, CreateBackup, --DBInstanceId, pgm-3, --BackupMethod, Logical]\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  notes.txt: aliyun rds CreateBackup --DBInstanceId pgm-4 --BackupMethod Logical\n  run.sh: |\n    #!/bin/sh\n    aliyun rds CreateBackup --DBInstanceId pgm-5 \\\n      --BackupMethod Logical\n";
    let files = [("k8s/job.yaml", cron)];
    assert_eq!(
        parameters(&files),
        [
            ["DBInstanceId=pgm-1", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-2", "BackupMethod=Snapshot"],
            ["DBInstanceId=pgm-3", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-5", "BackupMethod=Logical"]
        ]
    );
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(errors(&files), [method("$METHOD"), method("Logical"), method("Logical")]);
}

/// A program of Python whose id and method are given as expressions.
fn python(id: &str, method: &str) -> String {
    format!(
        "import os\nfrom alibabacloud_rds20140815 import models as m\nclient.create_backup(m.CreateBackupRequest(dbinstance_id={id}, backup_method={method}))\n"
    )
}

#[test]
fn programs_that_carriers_give_an_interpreter() {
    let lines = python("os.environ['ID']", "'${{ env.METHOD }}'").replace('\n', "\n          ");
    let plain = python("os.environ['ID']", "'Logical'").replace('\n', "\n          ");
    let workflow = format!(
        "env: {{METHOD: Logical, ID: pgm-1}}\njobs:\n  a:\n    steps:\n      - shell: python\n        run: |\n          {lines}\n      - run: |\n          python3 - <<'EOF'\n          {plain}\n          EOF\n"
    );
    let files = [(".github/workflows/b.yml", workflow.as_str())];
    assert_eq!(
        parameters(&files),
        [["DBInstanceId=pgm-1", "BackupMethod=Logical"], ["DBInstanceId=pgm-1", "BackupMethod=Logical"]]
    );
    assert_eq!(
        errors(&files),
        [pair("unsupported-method", "${{ env.METHOD }}"), pair("unsupported-method", "'Logical'")]
    );

    let program = python("'pgm-1'", "os.environ['METHOD']").replace('\n', "\n                  ");
    let pod = format!(
        "apiVersion: batch/v1\nkind: Job\nspec:\n  template:\n    spec:\n      containers:\n        - name: b\n          env: [{{name: METHOD, value: Logical}}]\n          command:\n            - python3\n            - -c\n            - |\n                  {program}\n"
    );
    let files = [("k8s/job.yaml", pod.as_str())];
    assert_eq!(parameters(&files), [["DBInstanceId=pgm-1", "BackupMethod=Logical"]]);

    let program = python("'$(ID)'", "'Logical'").trim_end().replace('\n', "; ");
    let makefile = format!("ID = pgm-1\nbackup:\n\t@python3 -c \"{program}\"\n");
    let files = [("Makefile", makefile.as_str())];
    assert_eq!(parameters(&files), [["DBInstanceId=pgm-1", "BackupMethod=Logical"]]);
    assert_eq!(errors(&files), [pair("unsupported-method", "'Logical'")]);
}

#[test]
fn steps_of_a_workflow() {
    let text = "on:\n  workflow_dispatch:\n    inputs:\n      method:\n        type: choice\n        options: [Snapshot, Logical]\n      kind: {default: Logical}\nenv:\n  METHOD: Physical\n  ID: pgm-1\njobs:\n  a:\n    env: {METHOD: Logical}\n    steps:\n      - run: aliyun rds CreateBackup --DBInstanceId ${{ env.ID }} --BackupMethod \"$METHOD\"\n      - env: {METHOD: Snapshot}\n        run: |\n          aliyun rds CreateBackup \\\n            --DBInstanceId \"$ID\" \\\n            --BackupMethod '${{ env.METHOD }}'\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod ${{ inputs.method }}\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod ${{ inputs.kind }}\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-4 --BackupMethod ${{ vars.METHOD }}\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-5 --BackupMethod Logical\n        shell: pwsh\n      - run: call('aliyun rds CreateBackup')\n        shell: python\n      - run: velero backup create CreateBackup\n";
    let files = [(".github/workflows/b.yml", text)];
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(
        errors(&files),
        [method("\"$METHOD\""), method("${{ inputs.method }}"), method("${{ inputs.kind }}"), method("Logical")]
    );
    let found = parameters(&files);
    assert_eq!(found[1], ["DBInstanceId=pgm-1", "BackupMethod=Snapshot"]);
    assert_eq!(found[4], ["DBInstanceId=pgm-4", "BackupMethod=?"]);
    assert_eq!(found.len(), 6);
    let report = check(&files);
    assert_eq!(report.coverage[0].status.word(), "in part");
    assert!(report.coverage[0].reason.contains("not all of a program"));
}

#[test]
fn a_matrix_is_a_loop() {
    let text = "jobs:\n  a:\n    strategy:\n      matrix:\n        method: [Snapshot, Logical]\n        id: [pgm-1]\n    steps:\n      - run: ./ci/b.sh ${{ matrix.id }} ${{ matrix.method }}\n  b:\n    strategy:\n      matrix:\n        include:\n          - {id: pgm-1, m: Physical}\n          - {id: rm-2, m: Logical}\n    steps:\n      - run: aliyun rds CreateBackup --DBInstanceId ${{ matrix.id }} --BackupMethod ${{ matrix.m }} --BackupStrategy instance\n";
    let script = "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod \"$2\"\n";
    let files = [(".github/workflows/b.yml", text), ("ci/b.sh", script)];
    assert_eq!(errors(&files), [pair("unsupported-method", "\"$2\"")]);
    let report = check(&files);
    assert_eq!(report.calls.len(), 2);
    assert!(report.calls.iter().all(|call| call.surface == "github-actions"));
}

#[test]
fn composite_actions_run_scripts_too() {
    let text = "name: x\ninputs:\n  method: {default: Logical}\nruns:\n  using: composite\n  steps:\n    - shell: bash\n      run: aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod ${{ inputs.method }}\n";
    assert_eq!(errors(&[("actions/x/action.yml", text)]), [pair("unsupported-method", "${{ inputs.method }}")]);
}

#[test]
fn instructions_of_a_dockerfile() {
    let text = "ARG METHOD=Logical\nFROM alpine\nENV ID=pgm-1\n# RUN aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\nRUN aliyun rds CreateBackup \\\n    --DBInstanceId $ID \\\n    # why\n    --BackupMethod \"$METHOD\"\nRUN <<EOF\naliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod Logical\nEOF\nCMD [\"aliyun\", \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"pgm-3\", \"--BackupMethod\", \"Logical\"]\nENTRYPOINT [\"sh\", \"-c\", \"aliyun rds CreateBackup --DBInstanceId $ID --BackupMethod Snapshot\"]\n";
    let files = [("images/Dockerfile.backup", text)];
    assert_eq!(
        parameters(&files),
        [
            ["DBInstanceId=pgm-1", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-2", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-3", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-1", "BackupMethod=Snapshot"]
        ]
    );
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(errors(&files), [method("\"$METHOD\""), method("Logical"), method("Logical")]);
}

#[test]
fn documents_give_notes_only() {
    let text = "# Runbook\n\n```bash\n# managed\naliyun rds CreateBackup --DBInstanceId <instance-id> --BackupMethod Logical\nvelero backup create x\n```\n\n```console\n$ aliyun rds CreateBackup --DBInstanceId pgm-1 \\\n>   --BackupMethod Logical\naliyun rds CreateBackup: output\n```\n\n```\naliyun rds CreateBackup --DBInstanceId \"{{user.id}}\" --BackupMethod \"{{user.m|Physical}}\" --BackupType \"{{x}}\"\n```\n\n```python\naliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod Logical\n```\n\n| a | `aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod Logical` |\n\n<!-- aliyun rds CreateBackup --DBInstanceId pgm-old --BackupMethod Logical\n```bash\naliyun rds CreateBackup --DBInstanceId pgm-old --BackupMethod Logical\n```\n-->\n";
    let files = [("docs/runbook.md", text)];
    let found = findings(&check(&files));
    assert!(found.iter().all(|f| f.1 == Severity::Note), "{found:?}");
    assert!(found.iter().any(|f| f.0 == "unsupported-method" && f.3 == "Logical"), "{found:?}");
    assert_eq!(check(&files).calls.len(), 3);
}

#[test]
fn what_a_pipeline_may_set_elsewhere_is_unknown() {
    let gitlab = "a:\n  variables: {METHOD: Logical}\n  rules:\n    - if: $CI\n      variables: {METHOD: Snapshot}\n  script:\n    - aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $METHOD\n    - aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod '$[[ inputs.method ]]'\n";
    let github = "env: {METHOD: Logical}\njobs:\n  a:\n    steps:\n      - run: echo \"METHOD=Snapshot\" >> $GITHUB_ENV\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $METHOD\n";
    let files = [("x.gitlab-ci.yml", gitlab), (".github/workflows/x.yml", github)];
    assert_eq!(errors(&files), []);
    assert!(parameters(&files).iter().all(|p| p[1] == "BackupMethod=?"));
    assert_eq!(parameters(&files).len(), 3);
}

#[test]
fn a_matrix_of_a_gitlab_job_is_a_loop() {
    let text = "a:\n  parallel:\n    matrix:\n      - METHOD: [Snapshot, Logical]\n  script:\n    - aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $METHOD\n";
    assert_eq!(errors(&[(".gitlab-ci.yml", text)]), [pair("unsupported-method", "$METHOD")]);
}

/// A number that follows from another one, for tests that need any input.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

#[test]
fn broken_files_of_every_kind_are_no_reason_to_panic() {
    let names = [
        "Makefile",
        "a.cron",
        "etc/cron.d/a",
        ".github/workflows/a.yml",
        "action.yml",
        ".gitlab-ci.yml",
        "Dockerfile",
        "a.md",
        "k8s.yaml",
    ];
    let parts = [
        "aliyun rds CreateBackup --DBInstanceId pgm-1 ",
        "--BackupMethod Logical\n",
        "\n",
        "\t",
        "  ",
        "\\\n",
        "${{ env.X }}",
        "$(X)",
        "$[[",
        "${{",
        "$",
        "'",
        "\"",
        "```sh\n",
        "RUN ",
        "CMD [\"",
        "<<EOF\n",
        "* * * * * ",
        "%",
        "run: |\n",
        "script:\n  - ",
        "a: &a\n",
        "*a",
        "kind: Job\n",
        "command: [sh, -c, ",
        "é\u{1F600}",
        "define X\n",
        "X += $(X)\n",
        "all: X = 1\n",
        "<id>",
        "{{ x }}",
        "#",
        "\r\n",
    ];
    let mut state = 11;
    for round in 0..600 {
        let mut text = String::from(if round % 3 == 0 { "apiVersion: v1\nkind: Job\n# CreateBackup\n" } else { "" });
        for _ in 0..next(&mut state) % 24 {
            text.push_str(parts[next(&mut state) % parts.len()]);
        }
        let report = check(&[(names[round % names.len()], &text)]);
        for call in &report.calls {
            assert!(call.head.span.end as usize <= text.len());
            assert!(text.is_char_boundary(call.head.span.start as usize));
        }
    }
}

#[test]
fn variables_that_double_with_each_line_cost_little() {
    let mut text = String::from("V0 =\n");
    for level in 1..60 {
        text.push_str(&format!("V{level} = $(V{0})$(V{0})\n", level - 1));
    }
    text.push_str("all:\n\taliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $(V22)\n");
    assert_eq!(parameters(&[("Makefile", &text)]), [["DBInstanceId=pgm-1", "BackupMethod=?"]]);
}

#[test]
fn a_program_in_a_quoted_document_is_judged_around_what_the_workflow_fills_in() {
    let text = |id: &str| {
        format!(
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          python3 - <<'EOF'\n          from alibabacloud_rds20140815 import client, models\n          c = client.Client(None)\n          c.create_backup(models.CreateBackupRequest(dbinstance_id={id}, backup_method=\"Snapshots\"))\n          EOF\n"
        )
    };
    for id in ["\"${{ inputs.id }}\"", "'${{ inputs.id }}'", "'pgm-${{ inputs.id }}'"] {
        let text = text(id);
        let found = crate::surface::document::tests::found(".github/workflows/a.yml", &text);
        assert_eq!(found, ["9 invalid-value BackupMethod"], "{id}");
    }
}

#[test]
fn a_script_that_two_steps_run_counts_twice_and_the_sum_is_shown() {
    let package = r#"{"scripts": {"backup": "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot"}}"#;
    let workflow = |steps: &str| {
        format!("on:\n  schedule:\n    - cron: '0 */2 * * *'\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}")
    };
    let found = |steps: &str| {
        let files = [(".github/workflows/a.yml", &*workflow(steps)), ("package.json", package)];
        let report = crate::surface::document::tests::report(&files);
        report.findings.iter().map(|f| (f.rule.to_string(), f.message.clone(), f.related.len())).collect::<Vec<_>>()
    };
    let step = "      - run: npm run backup\n";
    assert_eq!(found(step), []);
    let twice = found(&step.repeat(2));
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert_eq!(twice[0].0, "daily-quota-exceeded");
    assert!(twice[0].1.starts_with("12 × 2 = 24 "), "{}", twice[0].1);
    // Both steps and the script are shown.
    assert!(twice[0].2 >= 3, "{}", twice[0].2);
}
