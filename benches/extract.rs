//! Finding calls in each way in which they are written, and asking RAM policies about them.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "workload/policies.rs"]
mod workload;

use std::path::Path;
use std::sync::Arc;

use backuplint::check::{Checker, Run, Settings};
use backuplint::finding::Catalogue;
use backuplint::matrix::Matrix;
use backuplint::ram;
use backuplint::source::Source;
use backuplint::surface::{MemoryFiles, policy};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use workload::document;

/// How many files each surface has to read.
const FILES: usize = 100;

/// A file of each kind, with one call; `@` is a number.
const KINDS: &[(&str, &str, &str)] = &[
    (
        "terraform",
        "stack@/main.tf",
        "resource \"alicloud_rds_backup\" \"b\" {\n  db_instance_id = \"pgm-@\"\n  backup_method  = \"Physical\"\n}\n",
    ),
    (
        "terraform json",
        "stack@/main.tf.json",
        "{\"resource\":{\"alicloud_rds_backup\":{\"b\":{\"db_instance_id\":\"pgm-@\",\"backup_method\":\"Physical\"}}}}\n",
    ),
    (
        "shell",
        "run@.sh",
        "set -eu\nID=pgm-@\nfor m in Physical; do\n  aliyun rds CreateBackup --DBInstanceId \"$ID\" --BackupMethod \"$m\"\ndone\n",
    ),
    (
        "oos",
        "oos@.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: a\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        DBInstanceId: pgm-@\n        BackupMethod: Physical\n",
    ),
    (
        "github",
        ".github/workflows/w@.yml",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          aliyun rds CreateBackup --DBInstanceId pgm-@ --BackupMethod Physical\n",
    ),
    (
        "python",
        "p@.py",
        "from alibabacloud_rds20140815 import models as m\n\ndef go(client):\n    request = m.CreateBackupRequest(dbinstance_id='pgm-@', backup_method='Physical')\n    client.create_backup(request)\n",
    ),
    (
        "java",
        "P@.java",
        "import com.aliyuncs.rds.model.v20140815.*;\nclass P@ {\n  void go(IAcsClient client) throws Exception {\n    CreateBackupRequest request = new CreateBackupRequest();\n    request.setDBInstanceId(\"pgm-@\");\n    request.setBackupMethod(\"Physical\");\n    client.getAcsResponse(request);\n  }\n}\n",
    ),
    (
        "go",
        "p@/p.go",
        "package p\n\nimport \"github.com/aliyun/alibaba-cloud-sdk-go/services/rds\"\n\nfunc do(client *rds.Client) {\n\trequest := rds.CreateCreateBackupRequest()\n\trequest.DBInstanceId = \"pgm-@\"\n\trequest.BackupMethod = \"Physical\"\n\tclient.CreateBackup(request)\n}\n",
    ),
    (
        "typescript",
        "p@.ts",
        "import Rds, * as rds from '@alicloud/rds20140815';\nexport async function go(client: Rds) {\n  const request = new rds.CreateBackupRequest({ DBInstanceId: 'pgm-@', backupMethod: 'Physical' });\n  await client.createBackup(request);\n}\n",
    ),
    (
        "php",
        "p@.php",
        "<?php\nuse AlibabaCloud\\SDK\\Rds\\V20140815\\Models\\CreateBackupRequest;\n$request = new CreateBackupRequest(['DBInstanceId' => 'pgm-@', 'backupMethod' => 'Physical']);\n$client->createBackup($request);\n",
    ),
    (
        "c#",
        "P@.cs",
        "using AlibabaCloud.SDK.Rds20140815.Models;\nclass P@ {\n  void Go(AlibabaCloud.SDK.Rds20140815.Client client) {\n    var request = new CreateBackupRequest { DBInstanceId = \"pgm-@\", BackupMethod = \"Physical\" };\n    client.CreateBackup(request);\n  }\n}\n",
    ),
];

fn extract(criterion: &mut Criterion) {
    let checker = Checker::new(Matrix::builtin().unwrap(), Catalogue::builtin().unwrap());
    let (sieve, settings) = (checker.sieve(), Settings::default());
    let mut group = criterion.benchmark_group("extract");
    group.throughput(Throughput::Elements(FILES as u64)).sample_size(20);
    for (name, path, text) in KINDS {
        let mut files = MemoryFiles::new();
        for number in 0..FILES {
            files.add(path.replace('@', &number.to_string()), text.replace("pgm-@", &format!("pgm-{number:017}")));
        }
        let run = Run::of_memory(&files, &sieve);
        let found = checker.extraction(&mut run.clone(), &settings).calls.len();
        assert!(found >= FILES, "{name}: {found} calls");
        group.bench_function(*name, |b| b.iter(|| checker.extraction(&mut run.clone(), &settings).calls.len()));
    }
    group.finish();
}

fn policies(criterion: &mut Criterion) {
    let matrix = Matrix::builtin().unwrap();
    let apis = [matrix.api().clone()];
    let mut group = criterion.benchmark_group("ram");
    group.sample_size(20);
    for statements in [10, 200] {
        let text = document(statements);
        let source = Arc::new(Source::from_text("policy.json", text));
        let access = policy::access(Path::new("policy.json"), &source);
        assert_eq!(access.documents.len(), 1);
        group.throughput(Throughput::Elements(statements as u64));
        group.bench_function(format!("read {statements} statements"), |b| {
            b.iter(|| policy::documents(Path::new("policy.json"), &source).len());
        });
        group.bench_function(format!("findings on {statements} statements"), |b| {
            b.iter(|| ram::document_findings(&access, &apis).len());
        });
    }
    group.finish();
}

criterion_group!(benches, extract, policies);
criterion_main!(benches);
