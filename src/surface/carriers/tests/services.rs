use super::{check, errors, pair, parameters};

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    parameters(files).iter().map(|call| call.join(" ")).collect()
}

fn method(text: &str) -> (String, String) {
    pair("unsupported-method", text)
}

#[test]
fn azure_steps_tasks_and_variables() {
    let text = "schedules:\n- cron: '0 3 * * *'\nparameters:\n- name: method\n  default: Logical\n- name: kind\n  values: [Snapshot, Logical]\nvariables:\n  METHOD: Logical\n  my.id: pgm-1\npool: {vmImage: ubuntu-latest}\nstages:\n- stage: s\n  jobs:\n  - job: a\n    variables:\n    - name: OWN\n      value: $(METHOD)\n    steps:\n    - script: aliyun rds CreateBackup --DBInstanceId $(my.id) --BackupMethod $(METHOD)\n    - bash: |\n        aliyun rds CreateBackup \\\n          --DBInstanceId $MY_ID \\\n          --BackupMethod \"$OWN\"\n    - task: AzureCLI@2\n      inputs:\n        scriptType: bash\n        inlineScript: aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod ${{ parameters.method }}\n    - task: Bash@3\n      env: {M: '${{ parameters.kind }}'}\n      inputs:\n        targetType: inline\n        script: aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $M\n    - pwsh: aliyun rds CreateBackup --DBInstanceId pgm-4 --BackupMethod $env:METHOD\n    - script: aliyun rds CreateBackup --DBInstanceId pgm-5 --BackupMethod $(Build.Reason)\n    - script: echo aliyun rds CreateBackup --DBInstanceId pgm-6 --BackupMethod Logical\n";
    let files = [("azure-pipelines.yml", text)];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=Logical",
            "DBInstanceId=pgm-3 BackupMethod=?",
            "DBInstanceId=pgm-4 BackupMethod=Logical",
            "DBInstanceId=pgm-5 BackupMethod=?",
        ]
    );
    assert_eq!(
        errors(&files),
        [
            method("$(METHOD)"),
            method("\"$OWN\""),
            method("${{ parameters.method }}"),
            method("$M"),
            method("$env:METHOD")
        ]
    );
    let mut memory = crate::surface::MemoryFiles::new();
    memory.add("azure-pipelines.yml", text);
    let calls = super::extracted(&memory, &super::super::AZURE, "azure-pipelines.yml");
    assert!(calls.iter().all(|call| call.runs.starts.first().is_some_and(|start| start.text == "0 3 * * *")));
}

#[test]
fn circleci_steps_commands_and_parameters() {
    let text = "version: 2.1\nparameters:\n  kind: {type: string, default: Logical}\ncommands:\n  backup:\n    parameters:\n      id: {type: string}\n      method: {type: string, default: Snapshot}\n    steps:\n      - run: aliyun rds CreateBackup --DBInstanceId << parameters.id >> --BackupMethod << parameters.method >>\njobs:\n  a:\n    environment: {METHOD: Logical}\n    steps:\n      - checkout\n      - run: |\n          cat <<EOF\n          x\n          EOF\n          aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $METHOD\n      - run:\n          name: b\n          environment: {METHOD: Snapshot}\n          command: aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod \"$METHOD\"\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod << pipeline.parameters.kind >>\n      - backup: {id: pgm-4, method: Logical}\n      - backup: {id: pgm-5}\nworkflows:\n  nightly:\n    triggers:\n      - schedule: {cron: '0 */2 * * *'}\n    jobs: [a]\n";
    let files = [(".circleci/config.yml", text)];
    let found = shown(&files);
    assert_eq!(found.len(), 4);
    assert!(found.contains(&"DBInstanceId=pgm-1 BackupMethod=Logical".to_owned()), "{found:?}");
    assert!(found.contains(&"DBInstanceId=pgm-2 BackupMethod=Snapshot".to_owned()));
    assert_eq!(
        errors(&files),
        [method("<< parameters.method >>"), method("$METHOD"), method("<< pipeline.parameters.kind >>")]
    );
    let mut memory = crate::surface::MemoryFiles::new();
    memory.add(".circleci/config.yml", text);
    let calls = super::extracted(&memory, &super::super::CIRCLECI, ".circleci/config.yml");
    let started = calls.iter().filter(|call| call.runs.starts.iter().any(|start| start.text == "0 */2 * * *"));
    assert_eq!(started.count(), 3);
}

#[test]
fn pipelines_of_other_services() {
    let bitbucket = "pipelines:\n  default:\n    - step:\n        script:\n          - export M=Logical\n          - aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $M\n          - pipe: x/y:1\n";
    let drone = "kind: pipeline\nsteps:\n- name: b\n  environment:\n    M: Logical\n    S: {from_secret: s}\n  commands:\n  - aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod $M\n  - aliyun rds CreateBackup --DBInstanceId $S --BackupMethod Snapshot\n";
    let files = [("bitbucket-pipelines.yml", bitbucket), (".drone.yml", drone)];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=pgm-2 BackupMethod=Logical",
            "DBInstanceId=? BackupMethod=Snapshot",
            "DBInstanceId=pgm-1 BackupMethod=Logical"
        ]
    );
    assert_eq!(errors(&files), [method("$M"), method("$M")]);
}

#[test]
fn services_of_compose_files() {
    let text = "services:\n  a:\n    environment: {METHOD: Logical, ID: '${DB}'}\n    command: sh -c \"aliyun rds CreateBackup --DBInstanceId $$ID --BackupMethod $$METHOD\"\n  b:\n    environment: [METHOD=Logical]\n    entrypoint: [/bin/sh, -c]\n    command:\n      - |\n        aliyun rds CreateBackup \\\n          --DBInstanceId ${DB:-pgm-9} \\\n          --BackupMethod \"$${METHOD}\"\n  c:\n    command: [aliyun, rds, CreateBackup, --DBInstanceId, \"${OTHER}\", --BackupMethod, Logical]\n  d:\n    command: [\"aliyun\", \"rds\", \"CreateBackup\", \"--DBInstanceId\", \"${DB}\", \"--BackupMethod\", \"${M:-Logical}\"]\n  e:\n    command: echo aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical\n";
    let files = [("docker-compose.yml", text), (".env", "DB=pgm-1\n")];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=? BackupMethod=Logical",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
        ]
    );
    let found = errors(&files);
    assert_eq!(found[..2], [method("$$METHOD"), method("\"$${METHOD}\"")]);
    assert_eq!(found.last(), Some(&method("${M:-Logical}")));
}

#[test]
fn units_and_their_timers() {
    let unit = "[Unit]\nDescription=aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\n\n[Service]\nEnvironment=\"METHOD=Logical\" ID=pgm-1\nEnvironmentFile=-/etc/default/rds\n# ExecStart=aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\nExecStartPre=-/usr/bin/aliyun rds CreateBackup --DBInstanceId %i --BackupMethod ${METHOD}\nExecStart=/bin/sh -c 'aliyun rds CreateBackup \\\n  --DBInstanceId \"$ID\" \\\n  --BackupMethod $KIND; date +%%F'\nExecStart=/opt/x/b.sh pgm-2 ${METHOD}\n";
    let timer = "[Timer]\nOnCalendar=*:0/30\nUnit=rds.service\n";
    let files = [
        ("srv/etc/systemd/system/rds.service", unit),
        ("srv/etc/systemd/system/nightly.timer", timer),
        ("srv/etc/default/rds", "KIND=Logical\n"),
        ("srv/opt/x/b.sh", "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod \"$2\"\n"),
    ];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=? BackupMethod=Logical",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=Logical"
        ]
    );
    let found = errors(&files);
    assert!(found.contains(&method("$KIND")) && found.contains(&method("\"$2\"")), "{found:?}");
    let mut memory = crate::surface::MemoryFiles::new();
    for (path, text) in files {
        memory.add(path, text);
    }
    let calls = super::extracted(&memory, &super::super::SYSTEMD, "srv/etc/systemd/system/rds.service");
    let starts: Vec<_> = calls.iter().flat_map(|call| &call.runs.starts).map(|start| start.text.as_str()).collect();
    assert_eq!(starts, ["*:0/30"; 3]);
}

#[test]
fn scripts_of_packages_and_processes() {
    let package = "{\"name\": \"x\", \"config\": {\"method\": \"Logical\"}, \"scripts\": {\"a\": \"M=Logical; aliyun rds CreateBackup --DBInstanceId \\\"pgm-1\\\" --BackupMethod $M\", \"b\": \"aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod $npm_package_config_method\"}, \"description\": \"aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\"}\n";
    let procfile = "# aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\nweb: node x\nrelease: aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod Logical\n";
    let files = [("Procfile", procfile), ("package.json", package)];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=pgm-3 BackupMethod=Logical",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=Logical"
        ]
    );
    assert_eq!(errors(&files), [method("Logical"), method("$M"), method("$npm_package_config_method")]);
}

#[test]
fn cells_of_notebooks() {
    let text = r##"{"cells": [
 {"cell_type": "markdown", "source": ["`aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical`"]},
 {"cell_type": "code", "source": ["METHOD = \"Logical\"\n", "db_id = 'pgm-1'\n", "!aliyun rds CreateBackup --DBInstanceId {db_id} --BackupMethod $METHOD\n"]},
 {"cell_type": "code", "source": ["%env KIND=Logical\n", "out = !aliyun rds CreateBackup \\\n", "  --DBInstanceId \"pgm-2\" \\\n", "  --BackupMethod $KIND"]},
 {"cell_type": "code", "source": "%%bash\nM=Logical\naliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $M\n"},
 {"cell_type": "code", "source": ["# !aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\n", "METHOD = pick()\n", "!aliyun rds CreateBackup --DBInstanceId pgm-4 --BackupMethod {METHOD}\n"]}
]}
"##;
    let files = [("nb/backup.ipynb", text)];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=Logical",
            "DBInstanceId=pgm-3 BackupMethod=Logical",
            "DBInstanceId=pgm-4 BackupMethod=?",
        ]
    );
    assert_eq!(errors(&files), [method("$METHOD"), method("$KIND"), method("$M")]);
    assert_eq!(check(&files).coverage[0].status.word(), "judged");
}

#[test]
fn the_python_of_notebooks_is_one_program() {
    let text = r##"{"cells": [
 {"cell_type": "code", "source": ["from alibabacloud_rds20140815 import models as m\n", "%time\n", "method = 'Logical'\n", "names = !cat ids\n"]},
 {"cell_type": "code", "source": ["# a \"comment\"\n", "if ready:\n", "    !date\n", "client.create_backup(m.CreateBackupRequest(dbinstance_id=\"pgm-1\", backup_method=method))\n"]},
 {"cell_type": "code", "source": ["for name in names:\n", "    client.create_backup(m.CreateBackupRequest(dbinstance_id=name, backup_method='Snapshot'))"]}
], "metadata": {"kernelspec": {"language": "python", "name": "python3"}}}
"##;
    let files = [("nb/backup.ipynb", text)];
    assert_eq!(shown(&files), ["DBInstanceId=pgm-1 BackupMethod=Logical", "DBInstanceId=? BackupMethod=Snapshot"]);
    assert_eq!(errors(&files), [method("method")]);
    let report = check(&files);
    assert_eq!(report.coverage[0].status.word(), "judged");
    let other =
        text.replace("\"language\": \"python\", \"name\": \"python3\"", "\"language\": \"R\", \"name\": \"ir\"");
    assert_eq!(shown(&[("nb/backup.ipynb", other.as_str())]), [""; 0]);
}

#[test]
fn scripts_of_a_package_that_others_run() {
    let package = r#"{"scripts": {
  "backup": "aliyun rds CreateBackup --DBInstanceId rm-1",
  "nightly": "npm run backup && yarn backup",
  "other": "aliyun rds CreateBackup --DBInstanceId rm-2"
}}"#;
    let workflow = |step: &str| {
        format!(
            "on:\n  schedule:\n    - cron: \"*/60 * * * *\"\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm ci\n      - run: {step}\n"
        )
    };
    let quota = |step: &str| -> Vec<String> {
        let workflow = workflow(step);
        let report = check(&[("app/package.json", package), (".github/workflows/x.yml", workflow.as_str())]);
        let found = report.findings.iter().filter(|f| f.rule.as_ref() == "daily-quota-exceeded");
        found.map(|f| format!("`{}` {}", f.primary.place.text(), f.message)).collect()
    };
    for step in ["cd app && npm run nightly", "npm --prefix app run nightly", "yarn --cwd=app nightly"] {
        assert_eq!(quota(step).len(), 1, "{step} {:?}", quota(step));
        assert!(quota(step)[0].contains("backups a day of rm-1"), "{step} {:?}", quota(step));
    }
    assert!(quota("cd app && npm run other")[0].contains("24 backups a day of rm-2"));
    for step in ["npm run nightly", "cd app && npm install", "cd app && npm run $SCRIPT", "echo npm run nightly"] {
        assert_eq!(quota(step), [""; 0], "{step}");
    }
}

#[test]
fn broken_files_of_the_new_kinds_are_no_reason_to_panic() {
    let paths = [
        "azure-pipelines.yml",
        ".circleci/config.yml",
        ".drone.yml",
        "compose.yaml",
        "x.service",
        "package.json",
        "Procfile",
        "x.ipynb",
        "x.ps1",
        "x.bat",
        "Jenkinsfile",
    ];
    let texts = [
        "CreateBackup",
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"!aliyun rds CreateBackup {",
        "steps:\n- script: aliyun rds CreateBackup $(\n- ${{ if }}:\n  - bash: ${{ CreateBackup\n",
        "jobs:\n  a:\n    steps:\n    - run: aliyun rds CreateBackup << \n    - run: {command: << parameters.CreateBackup}\n",
        "services:\n  a: {command: 'aliyun rds CreateBackup ${', entrypoint: [], healthcheck: {test: [CMD]}}\n",
        "[Service]\nExecStart=\\\nEnvironment=\"A=\nExecStart=aliyun rds CreateBackup %",
        "a: &a [*a, CreateBackup]\n",
        "set \"CreateBackup\nfor %%i in (\n",
    ];
    for path in paths {
        for text in texts {
            let _ = check(&[(path, text)]);
        }
    }
}

#[test]
fn manifests_with_parts_that_a_template_fills_in() {
    let license = format!("{{{{- if .Values.backup }}}}\n{}", "# A license of many words.\n".repeat(20));
    let text = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {{ .Release.Name }}-backup\nspec:\n  schedule: \"{{ .Values.schedule }}\"\n  jobTemplate:\n    spec:\n      containers:\n        - name: a\n          env:\n            - name: METHOD\n              value: Logical\n            - name: OTHER\n              value: {{ .Values.other | quote }}\n          command: [\"/bin/sh\", \"-c\"]\n          args:\n            - |\n              aliyun rds CreateBackup --DBInstanceId {{ .Values.id }} \\\n                --BackupMethod {{ .Values.method }}\n              aliyun rds CreateBackup \\\n                --DBInstanceId pgm-1 \\\n                --BackupMethod $METHOD\n              aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod $OTHER\n        - name: b\n          command: [aliyun, rds, CreateBackup, --DBInstanceId, {{ .Values.id }}, --BackupMethod, Logical]\n        - name: c\n          command:\n            - aliyun\n            - rds\n            - CreateBackup\n            - --DBInstanceId=pgm-3\n            {{- if .Values.logical }}\n            - --BackupMethod=Logical\n            {{- end }}\n{{- end }}\n";
    let whole = format!("{license}{text}");
    let files = [("chart/templates/job.yaml", whole.as_str())];
    assert_eq!(
        shown(&files),
        [
            "DBInstanceId=? BackupMethod=?",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=?",
            "DBInstanceId=? BackupMethod=Logical",
        ]
    );
    assert!(errors(&files).contains(&method("$METHOD")));
    let report = check(&files);
    assert_eq!(report.coverage.iter().map(|entry| entry.status.word()).collect::<Vec<_>>(), ["in part"]);
}

#[test]
fn a_step_that_sets_a_variable_of_azure() {
    let text = "variables: {METHOD: Logical}\nsteps:\n- script: echo '##vso[task.setvariable variable=METHOD]Snapshot'\n- script: aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $(METHOD)\n- script: aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod $(pick)\n";
    let files = [("ci/azure-pipelines.yml", text)];
    assert_eq!(shown(&files), ["DBInstanceId=pgm-1 BackupMethod=?", "DBInstanceId=pgm-2 BackupMethod=?"]);
    assert_eq!(errors(&files), []);
}

#[test]
fn large_files_of_the_new_kinds_end_soon() {
    let call = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot";
    let many = |part: &str, count: usize| part.repeat(count);
    let variables: String = (0..2_000).map(|number| format!("  V{number}: x\n")).collect();
    let jobs: String = (0..2_000).map(|n| format!("  j{n}:\n    steps:\n    - run: ./x.sh\n")).collect();
    let used: String = (0..2_000).map(|n| format!("    - j{n}\n")).collect();
    let files = [
        ("Jenkinsfile", format!("{}\nsh '{call}'\n", many("if (a) { b = b + 'x' }\n", 5_000))),
        ("a/Jenkinsfile", format!("{}\nsh '{call}'\n", many("parameters(", 20_000))),
        ("b/Jenkinsfile", format!("{}\nsh '{call}'\n", many("sh \"${'", 20_000))),
        ("c/Jenkinsfile", format!("sh '{call}'\n{}", many("parallel a: {", 10_000))),
        ("a.ps1", format!("{}\n{call}\n", many("$x = $x + 'a'\n", 10_000))),
        ("b.ps1", format!("{}\n{call}\n", many("@(", 20_000))),
        ("c.ps1", format!("{}\n{call}\n", many("if ($a) { ", 20_000))),
        ("d.ps1", format!("{}\n{call}\n", many("iex \"", 20_000))),
        ("a.bat", format!("goto x\n{}{}{call}\n", many("set A%B%=1\n", 3_000), many(":x\n", 10_000))),
        ("b.bat", format!("{}\n{call}\n", many("if a==b ( ", 20_000))),
        (
            "azure-pipelines.yml",
            format!("variables:\n{variables}steps:\n{}", many(&format!("- script: {call}\n"), 500)),
        ),
        (".circleci/config.yml", format!("jobs:\n{jobs}workflows:\n  w:\n    jobs:\n{used}# {call}\n")),
        ("compose.yml", format!("services:\n  a:\n    command: {call} {}\n", many("${X} ", 2_000))),
        ("x.service", format!("[Service]\nExecStart={call} {}\n", many("%i", 20_000))),
        (
            "x.ipynb",
            format!("{{\"cells\": [{{\"cell_type\": \"code\", \"source\": \"!{call} {}\"}}]}}", many("{x", 20_000)),
        ),
    ];
    for (path, text) in &files {
        let report = check(&[(path, text.as_str())]);
        assert_eq!(report.coverage.len(), 1, "{path}");
    }
}
