#!/bin/bash
set -eu

# $1 instance, the rest goes to the command as it is
save() {
  local id="$1"
  shift
  aliyun rds CreateBackup --DBInstanceId "$id" "$@"
}

save_with() {
  aliyun rds CreateBackup --DBInstanceId "$2" --BackupMethod "$1" "${@:3}"
}

save pgm-7k2m9x4q1w8e5r3t --BackupMethod Snapshot
save pgm-7k2m9x4q1w8e5r3t --BackupMethod Logical --BackupStrategy instance
save_with Physical pgm-0p9o8i7u6y5t4r3e
save_with Physical pgm-0p9o8i7u6y5t4r3e --DBName metrics
