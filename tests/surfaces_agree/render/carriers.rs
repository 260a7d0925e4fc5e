//! Files that run commands or hold them.

use backuplint::model::Api;
use serde_json::json;

use super::{Case, Way, Written, command, file, python, url};

pub(super) const WAYS: &[Way] = &[
    Way::new("makefile", "a recipe", |api, case| {
        file("Makefile", format!("backup:\n\t@{}\n", command::line(api, case)))
    }),
    Way::new("crontab", "a line", |api, case| {
        file(
            "deploy/backup.cron",
            format!("MAILTO=ops\n0 3 * * * {} >> /var/log/backup.log 2>&1\n", command::line(api, case)),
        )
    }),
    Way::new("crontab", "a line with a user", |api, case| {
        file("etc/cron.d/backup", format!("0 3 * * * root {}\n", command::line(api, case)))
    }),
    Way::new("crontab", "an address", |_, case| {
        file("backup.cron", format!("0 3 * * * curl -fsS '{}'\n", url(case).replace('%', "\\%")))
    }),
    Way::new("makefile", "an address", |_, case| file("Makefile", format!("backup:\n\tcurl -fsS '{}'\n", url(case)))),
    Way::new("powershell", "an address", |_, case| {
        file("backup.ps1", format!("Invoke-RestMethod -Method Post -Uri \"{}\"\n", url(case)))
    }),
    Way::new("github-actions", "an address", |_, case| {
        let (host, query) = url(case).split_once('?').map(|(host, query)| (host.to_owned(), query.to_owned())).unwrap();
        file(
            ".github/workflows/backup.yml",
            format!(
                "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          curl -fsS -X POST {host} \\\n            -d '{query}'\n"
            ),
        )
    }),
    Way::new("github-actions", "a step", github),
    Way::new("gitlab-ci", "a job", |api, case| {
        file(".gitlab-ci.yml", format!("nightly:\n  script:\n    - \"{}\"\n", command::line(api, case)))
    }),
    Way::new("dockerfile", "an instruction", |api, case| {
        file("Dockerfile", format!("FROM alpine:3.20\nRUN {}\n", command::line(api, case)))
    }),
    Way::new("dockerfile", "a list", |api, case| {
        file("Dockerfile", format!("FROM alpine:3.20\nENTRYPOINT {:?}\n", command::list(api, case)))
    }),
    Way::new("kubernetes", "a job", |api, case| {
        kubernetes(&format!("[\"/bin/sh\", \"-c\", \"{}\"]", command::line(api, case)))
    }),
    Way::new("kubernetes", "a list", |api, case| kubernetes(&format!("{:?}", command::list(api, case)))),
    Way::new("markdown", "a block", |api, case| {
        file("RUNBOOK.md", format!("# Nightly\n\n```bash\n{}\n```\n", command::line(api, case)))
    })
    .advisory(),
    Way::new("serverless", "a function with a timer", serverless).leads_to("python"),
    Way::new("jenkins", "a step", |api, case| {
        file(
            "Jenkinsfile",
            format!(
                "pipeline {{\n  agent any\n  stages {{\n    stage('Backup') {{\n      steps {{\n        sh '{}'\n      }}\n    }}\n  }}\n}}\n",
                command::line(api, case)
            ),
        )
    }),
    Way::new("azure-pipelines", "a step", |api, case| {
        file(
            "azure-pipelines.yml",
            format!("steps:\n- script: \"{}\"\n  displayName: backup\n", command::line(api, case)),
        )
    }),
    Way::new("circleci", "a step", |api, case| {
        file(
            ".circleci/config.yml",
            format!(
                "version: 2.1\njobs:\n  backup:\n    docker: [{{image: alpine}}]\n    steps:\n      - run: \"{}\"\n",
                command::line(api, case)
            ),
        )
    }),
    Way::new("other-pipelines", "a step of Bitbucket", |api, case| {
        file(
            "bitbucket-pipelines.yml",
            format!(
                "pipelines:\n  default:\n    - step:\n        script:\n          - \"{}\"\n",
                command::line(api, case)
            ),
        )
    }),
    Way::new("other-pipelines", "a step of Drone", |api, case| {
        file(
            ".drone.yml",
            format!("kind: pipeline\nsteps:\n- name: backup\n  commands:\n  - \"{}\"\n", command::line(api, case)),
        )
    }),
    Way::new("compose", "a service", |api, case| {
        file(
            "compose.yaml",
            format!("services:\n  backup:\n    image: alpine\n    command: {:?}\n", command::list(api, case)),
        )
    }),
    Way::new("cloud-init", "a command", |api, case| {
        file("user-data.yaml", format!("#cloud-config\nruncmd:\n  - \"{}\"\n", command::line(api, case)))
    }),
    Way::new("cloud-init", "a list", |api, case| {
        file("user-data", format!("#cloud-config\nruncmd:\n  - {:?}\n", command::list(api, case)))
    }),
    Way::new("systemd", "a unit", |api, case| {
        file(
            "etc/systemd/system/backup.service",
            format!("[Service]\nType=oneshot\nExecStart=/usr/bin/{}\n", command::line(api, case)),
        )
    }),
    Way::new("package-json", "a script", |api, case| {
        file("package.json", format!("{:#}", json!({ "name": "x", "scripts": { "backup": command::line(api, case) } })))
    }),
    Way::new("procfile", "a process", |api, case| {
        file("Procfile", format!("web: node server.js\nrelease: {}\n", command::line(api, case)))
    }),
    Way::new("notebook", "a line of the shell", |api, case| {
        cell(&["import os\n", &format!("!{}", command::line(api, case))])
    }),
    Way::new("notebook", "a cell of the shell", |api, case| cell(&["%%bash\n", &command::line(api, case)])),
    Way::new("powershell", "a command", |api, case| {
        let given: String = case.sent().iter().map(|(name, value)| format!(" `\n  \"--{name}={value}\"")).collect();
        file("backup.ps1", format!("$ErrorActionPreference = 'Stop'\n& aliyun rds {}{given}\n", api.action))
    }),
    Way::new("batch", "a command", |api, case| {
        let given: String = case.sent().iter().map(|(name, value)| format!(" ^\r\n  \"--{name}={value}\"")).collect();
        file("backup.cmd", format!("@echo off\r\ncall aliyun rds {}{given}\r\n", api.action))
    }),
];

fn github(api: &Api, case: &Case) -> Written {
    file(
        ".github/workflows/backup.yml",
        format!(
            "on: workflow_dispatch\njobs:\n  backup:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: |\n          {}\n",
            command::line(api, case)
        ),
    )
}

fn kubernetes(list: &str) -> Written {
    file(
        "k8s/backup.yaml",
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: backup}}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: backup\n          image: alpine\n          command: {list}\n"
        ),
    )
}

/// A function of Function Compute whose program is beside the file that names it.
fn serverless(api: &Api, case: &Case) -> Written {
    let names = "edition: 3.0.0\nname: copies\nresources:\n  nightly:\n    component: fc3\n    props:\n      functionName: nightly\n      runtime: python3.10\n      handler: index.handler\n      code: ./code\n      triggers:\n        - triggerName: daily\n          triggerType: timer\n          triggerConfig: {cronExpression: '0 0 3 * * *', enable: true}\n";
    let program = python::handler(api, case);
    Ok(vec![("s.yaml".to_owned(), names.to_owned()), ("code/index.py".to_owned(), program)])
}

fn cell(source: &[&str]) -> Written {
    let cell = json!({ "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": source });
    file(
        "backup.ipynb",
        format!("{:#}", json!({ "cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5 })),
    )
}
