#!/bin/bash
# aliyun rds CreateBackup --DBInstanceId pgm-x --BackupMethod Nope
tccli postgres CreateBackup --DBInstanceId postgres-2k3l4m5n
aws dynamodb create-backup --table-name t --backup-name b
aws rds create-db-snapshot --db-instance-identifier x --db-snapshot-identifier y
aliyun dds CreateBackup --DBInstanceId dds-8i9o0p1a2s3d4f5g --BackupMethod Logical --BackupRetentionPeriod 3
aliyun polardb CreateBackup --DBClusterId pc-8i9o0p1a2s3d4f5g
aliyun r-kvstore CreateBackup --InstanceId r-8i9o0p1a2s3d4f5g
aliyun polardbx CreateBackup --DBInstanceName pxc-1 --BackupType 0
aliyun gpdb create-backup --DBInstanceId gp-8i9o0p1a2s3d4f5g
velero create-backup nightly
velero backup create nightly
aliyun rds DescribeBackups --DBInstanceId rm-8i9o0p1a2s3d4f5g --BackupMethod Nope
aliyun rds DescribeBackupTasks --DBInstanceId rm-8i9o0p1a2s3d4f5g
aliyun rds ModifyBackupPolicy --DBInstanceId rm-8i9o0p1a2s3d4f5g --BackupMethod Logical
aliyun rds DeleteBackup --DBInstanceId rm-8i9o0p1a2s3d4f5g --BackupId 1
aliyun hbr CreateBackupPlan --SourceType ECS_FILE
echo "aliyun rds CreateBackup --DBInstanceId pgm-x --BackupMethod Nope"
printf 'run: aliyun rds CreateBackup --BackupMethod %s\n' Nope
usage() {
  cat <<TEXT
usage: $0 INSTANCE
runs aliyun rds CreateBackup --DBInstanceId INSTANCE --BackupMethod Nope
TEXT
}
log "about to run aliyun rds CreateBackup --BackupMethod Nope"
grep -q 'aliyun rds CreateBackup --BackupMethod Nope' history.txt
MESSAGE='aliyun rds CreateBackup --BackupMethod Nope'
alias rb='aliyun rds CreateBackup'
[ -n "$1" ] || usage
curl -s "https://sqlserver.tencentcloudapi.com/?Action=CreateBackup&InstanceId=x"
