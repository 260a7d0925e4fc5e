use super::{check, errors, findings, pair, parameters};

#[test]
fn a_declarative_pipeline() {
    let text = r#"#!/usr/bin/env groovy
// sh 'aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical'
pipeline {
  agent any
  parameters {
    string(name: 'METHOD', defaultValue: 'Logical', description: 'how')
    choice(name: 'KIND', choices: ['Physical', 'Logical'])
  }
  environment {
    ID = 'pgm-3v5b7n9m'
    TOKEN = credentials('token')
  }
  triggers { cron('H 3 * * *') }
  stages {
    stage('a') {
      steps {
        sh 'aliyun rds CreateBackup --DBInstanceId $ID --BackupMethod Snapshot'
        sh "aliyun rds CreateBackup --DBInstanceId ${env.ID} --BackupMethod ${params.METHOD}"
        sh '''
          aliyun rds CreateBackup \
            --DBInstanceId "$ID" \
            --BackupMethod Logical
        '''
        sh """
          set -e
          aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod ${KIND}
          aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod \$KIND
          aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod ${TOKEN}
        """
        sh 'echo "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical"'
        sh 'aliyun dds CreateBackup --DBInstanceId dds-1 --BackupMethod Logical'
        echo "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Logical"
      }
    }
  }
}
"#;
    let files = [("Jenkinsfile", text)];
    assert_eq!(
        parameters(&files),
        [
            ["DBInstanceId=pgm-3v5b7n9m", "BackupMethod=Snapshot"],
            ["DBInstanceId=pgm-3v5b7n9m", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-3v5b7n9m", "BackupMethod=Logical"],
            ["DBInstanceId=pgm-1", "BackupMethod=?"],
            ["DBInstanceId=pgm-2", "BackupMethod=?"],
            ["DBInstanceId=pgm-2", "BackupMethod=?"],
        ]
    );
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(errors(&files), [method("${params.METHOD}"), method("Logical"), method("${KIND}"), method("\\$KIND")]);
    assert!(check(&files).calls.iter().all(|call| call.surface == "jenkins"));
}

#[test]
fn a_scripted_pipeline() {
    let text = r#"
def method = 'Logical'
def cmd = "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod ${method}"
node {
  sh cmd
  def out = sh(script: "aliyun rds CreateBackup --DBInstanceId pgm-2 " +
                       "--BackupMethod ${method}", returnStdout: true).trim()
  withEnv(["METHOD=${method}", 'X=1']) {
    sh label: 'copy', script: 'aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $METHOD'
  }
  sh 'aliyun rds CreateBackup --DBInstanceId pgm-4 --BackupMethod $METHOD'
  if (params.FAST) {
    method = 'Snapshot'
  }
  sh "aliyun rds CreateBackup --DBInstanceId pgm-5 --BackupMethod ${method}"
  ['Snapshot', 'Logical'].each { m ->
    sh "aliyun rds CreateBackup --DBInstanceId pgm-6 --BackupMethod ${m}"
  }
  dir('ops') {
    sh './b.sh pgm-7 Logical'
  }
  copy('pgm-8')
}
def copy(id, method) {
  sh "aliyun rds CreateBackup --DBInstanceId ${id} --BackupMethod ${method}"
}
"#;
    let script = "#!/bin/sh\naliyun rds CreateBackup --DBInstanceId \"$1\" --BackupMethod \"$2\"\n";
    let files = [("ci/Jenkinsfile", text), ("ci/ops/b.sh", script)];
    let found = parameters(&files);
    let shown: Vec<String> = found.iter().map(|call| call.join(" ")).collect();
    assert_eq!(
        shown,
        [
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=Logical",
            "DBInstanceId=pgm-3 BackupMethod=Logical",
            "DBInstanceId=pgm-4 BackupMethod=?",
            "DBInstanceId=pgm-5 BackupMethod=?",
            "DBInstanceId=pgm-6 BackupMethod=?",
            "DBInstanceId=? BackupMethod=?",
            "DBInstanceId=pgm-7 BackupMethod=Logical",
        ]
    );
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(
        errors(&files),
        [method("${method}"), method("${method}"), method("$METHOD"), method("${m}"), method("\"$2\"")]
    );
}

#[test]
fn schedules_and_what_runs_beside() {
    let text = r#"
properties([pipelineTriggers([cron('''H 2 * * *
H 4 * * *''')])])
parallel(
  a: { sh 'aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot' },
  b: { sh 'aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot' }
)
"#;
    let mut memory = crate::surface::MemoryFiles::new();
    memory.add("Jenkinsfile", text);
    let calls = super::extracted(&memory, &super::super::JENKINS, "Jenkinsfile");
    assert_eq!(calls.len(), 2);
    for (number, call) in calls.iter().enumerate() {
        let starts: Vec<_> = call.runs.starts.iter().map(|start| (start.text.as_str(), start.place.text())).collect();
        assert_eq!(starts, [("H 2 * * *", "H 2 * * *"), ("H 4 * * *", "H 4 * * *")]);
        assert_eq!(call.runs.lanes.len(), 1);
        assert_eq!(call.runs.lanes[0].number as usize, number);
    }
}

#[test]
fn steps_of_windows_and_a_matrix() {
    let text = r#"
pipeline {
  environment { METHOD = 'Logical' }
  stages {
    stage('w') {
      steps {
        bat 'aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod %METHOD%'
        powershell """
          aliyun rds CreateBackup `
            --DBInstanceId pgm-2 `
            --BackupMethod \$env:METHOD
        """
      }
    }
    stage('m') {
      matrix {
        axes { axis { name 'M'; values 'Snapshot', 'Logical' } }
        stages { stage('x') { steps { sh 'aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $M' } } }
      }
    }
  }
}
"#;
    let files = [("Jenkinsfile.nightly", text)];
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(errors(&files), [method("%METHOD%"), method("\\$env:METHOD"), method("$M")]);
}

#[test]
fn broken_jenkinsfiles_are_no_reason_to_panic() {
    let open = "stage('x') { ".repeat(3_000) + "sh 'aliyun rds CreateBackup'";
    for text in [
        "sh 'aliyun rds CreateBackup",
        "sh(script: \"aliyun rds CreateBackup ${",
        "for (x in ['CreateBackup'",
        "parallel a: { sh 'CreateBackup",
        "matrix { axes { axis { name",
        "def CreateBackup(",
        "[[[[.each { CreateBackup",
        open.as_str(),
    ] {
        let _ = check(&[("Jenkinsfile", text)]);
    }
    let many = "x = 'a' + x\nif (x) { x = 'CreateBackup' }\n".repeat(2_000);
    let _ = findings(&check(&[("Jenkinsfile", many.as_str())]));
}
