#!/bin/bash
set -euo pipefail
METHOD=Physical
while getopts "i:m:n" opt; do
  case $opt in
    i) ID=$OPTARG ;;
    m) METHOD=$OPTARG ;;
    n) DRY=--dryrun ;;
  esac
done
aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod "$METHOD" ${DRY:+"$DRY"}

set -- pgm-5n6b7v8c9x0z1a2s Logical
aliyun rds CreateBackup --DBInstanceId "$1" --BackupMethod "$2"

retry() {
  local n=0
  until "$@"; do
    n=$((n + 1)); [ $n -ge 5 ] && return 1; sleep 5
  done
}
retry aliyun rds CreateBackup --DBInstanceId pgm-5n6b7v8c9x0z1a2s --BackupMethod Nope

with_db() ( DB=$1; shift; "$@" --DBName "$DB" )
with_db stock aliyun rds CreateBackup --DBInstanceId pgm-5n6b7v8c9x0z1a2s --BackupMethod Snapshot

read -r INSTANCE METHOD2 <<< "pgm-5n6b7v8c9x0z1a2s Physical"
aliyun rds CreateBackup --DBInstanceId "$INSTANCE" --BackupMethod "$METHOD2"

M=logical
aliyun rds CreateBackup --DBInstanceId pgm-5n6b7v8c9x0z1a2s --BackupMethod "${M^}"
exit 0
aliyun rds CreateBackup --DBInstanceId pgm-5n6b7v8c9x0z1a2s --BackupMethod Nope
