#!/usr/bin/env bash
# Every night at 02:00.
set -euo pipefail

METHOD=Snapshot

backup() {
  aliyun rds CreateBackup --DBInstanceId "$1" --BackupMethod "$METHOD"
}

backup pgm-2ze5f8k1w0d3q7a9

# The orders database alone, before the import.
aliyun rds CreateBackup \
  --DBInstanceId rm-2ze8c4h6j1l3n5p7r \
  --BackupMethod "$METHOD" \
  --DBName orders
