#!/bin/bash
METHOD=Snapshot
ssh -i ~/.ssh/ops ops@jump.example.org <<'REMOTE'
set -e
aliyun rds CreateBackup --DBInstanceId pgm-3e4r5t6y7u8i9o0p --BackupMethod Logical
REMOTE

ssh ops@jump.example.org "aliyun rds CreateBackup --DBInstanceId gp-3e4r5t6y7u8i9o0p"

ssh ops@jump.example.org <<REMOTE
aliyun rds CreateBackup --DBInstanceId pgm-3e4r5t6y7u8i9o0p --BackupMethod $METHOD
REMOTE

bash -c 'aliyun rds CreateBackup --DBInstanceId pgm-3e4r5t6y7u8i9o0p --BackupRetentionPeriod 3'
sh -ec "cd /tmp && aliyun rds CreateBackup --DBInstanceId pgm-3e4r5t6y7u8i9o0p --BackupMethod $METHOD --DBName a"

cat <<'TEXT' >> README
aliyun rds CreateBackup --DBInstanceId pgm-3e4r5t6y7u8i9o0p --BackupMethod Nope
TEXT
