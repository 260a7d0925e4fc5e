use super::{check, errors, pair, parameters};

#[test]
fn powershell_scripts() {
    let text = "# aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\r\nparam([string]$Method = 'Logical', [string]$Id)\r\n$db = \"pgm-1\"\r\n& aliyun rds CreateBackup `\r\n  --DBInstanceId $db `\r\n  --BackupMethod \"Logical\"\r\naliyun.exe rds CreateBackup --DBInstanceId pgm-2 --BackupMethod $Method\r\nforeach ($m in @('Snapshot', 'Logical')) {\r\n  aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod $m\r\n}\r\nInvoke-Expression \"aliyun rds CreateBackup --DBInstanceId $db --BackupMethod Logical\"\r\nStart-Process aliyun -ArgumentList 'rds CreateBackup --DBInstanceId pgm-4 --BackupMethod Logical' -Wait\r\n$a = @('rds', 'CreateBackup', '--DBInstanceId', 'pgm-5', '--BackupMethod', 'Logical')\r\n& aliyun @a\r\nif ($Id) { $db = 'pgm-9'; $k = 'Snapshot' } else { $k = 'Logical' }\r\naliyun rds CreateBackup --DBInstanceId pgm-6 --BackupMethod $k\r\nWrite-Host \"aliyun rds CreateBackup --DBInstanceId pgm-7 --BackupMethod Logical\"\r\nWrite-Host aliyun rds CreateBackup --DBInstanceId pgm-7 --BackupMethod Logical\r\naliyun dds CreateBackup --DBInstanceId dds-1 --BackupMethod Logical\r\n$x = aliyun rds CreateBackup --DBInstanceId pgm-8 --BackupMethod $env:METHOD | ConvertFrom-Json\r\n";
    let files = [("ops/backup.ps1", text)];
    assert_eq!(
        parameters(&files).iter().map(|call| call.join(" ")).collect::<Vec<_>>(),
        [
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=Logical",
            "DBInstanceId=pgm-3 BackupMethod=?",
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-4 BackupMethod=Logical",
            "DBInstanceId=pgm-5 BackupMethod=Logical",
            "DBInstanceId=pgm-6 BackupMethod=?",
            "DBInstanceId=pgm-8 BackupMethod=?",
        ]
    );
    let method = |text: &str| pair("unsupported-method", text);
    let found = errors(&files);
    assert_eq!(found[0], method("\"Logical\""));
    assert_eq!(found[1], method("$Method"));
    assert_eq!(found[2], method("$m"));
    assert_eq!(found.len(), 7, "{found:?}");
    assert_eq!(check(&files).coverage[0].status.word(), "judged");
}

#[test]
fn batch_files() {
    let text = "@echo off\r\nrem aliyun rds CreateBackup --DBInstanceId pgm-0 --BackupMethod Logical\r\nset METHOD=Logical\r\nset \"DB=pgm-1\"\r\naliyun rds CreateBackup ^\r\n  --DBInstanceId %DB% ^\r\n  --BackupMethod %Method%\r\nfor %%m in (Snapshot Logical) do aliyun rds CreateBackup --DBInstanceId pgm-2 --BackupMethod %%m\r\nif \"%1\"==\"fast\" (\r\n  set METHOD=Snapshot\r\n)\r\ncall aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod %METHOD% || exit /b 1\r\necho aliyun rds CreateBackup --DBInstanceId pgm-4 --BackupMethod Logical\r\naliyun rds CreateBackup --DBInstanceId %1 --BackupMethod %~2\r\n";
    let files = [("backup.cmd", text)];
    assert_eq!(
        parameters(&files).iter().map(|call| call.join(" ")).collect::<Vec<_>>(),
        [
            "DBInstanceId=pgm-1 BackupMethod=Logical",
            "DBInstanceId=pgm-2 BackupMethod=?",
            "DBInstanceId=pgm-3 BackupMethod=?",
            "DBInstanceId=? BackupMethod=?",
        ]
    );
    let method = |text: &str| pair("unsupported-method", text);
    assert_eq!(errors(&files), [method("%Method%"), method("%%m"), method("%METHOD%")]);
}

#[test]
fn steps_of_pipelines_in_powershell() {
    let text = "env: {METHOD: Logical}\non:\n  workflow_dispatch:\n    inputs:\n      Method: {default: Logical}\njobs:\n  a:\n    runs-on: windows-latest\n    steps:\n      - run: aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod $env:METHOD\n      - run: |\n          aliyun rds CreateBackup `\n            --DBInstanceId pgm-2 `\n            --BackupMethod \"${{ inputs.Method }}\"\n      - shell: cmd\n        run: aliyun rds CreateBackup --DBInstanceId pgm-3 --BackupMethod %METHOD%\n";
    let method = |text: &str| pair("unsupported-method", text);
    let files = [(".github/workflows/w.yml", text)];
    assert_eq!(errors(&files), [method("$env:METHOD"), method("\"${{ inputs.Method }}\""), method("%METHOD%")]);
}
