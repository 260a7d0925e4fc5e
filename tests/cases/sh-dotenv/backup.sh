#!/bin/bash
set -a
. ./.env
set +a
aliyun rds CreateBackup --DBInstanceId "$RDS_ID" --BackupMethod "$METHOD"
