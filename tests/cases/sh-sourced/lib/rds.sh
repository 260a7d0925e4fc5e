# shellcheck shell=bash
: "${BACKUP_METHOD:=Snapshot}"
rds_backup() {
  aliyun rds CreateBackup \
    --DBInstanceId "${1:?instance}" \
    --BackupMethod "${2:-$BACKUP_METHOD}"
}
