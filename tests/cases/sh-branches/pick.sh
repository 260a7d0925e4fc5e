#!/bin/bash
ENGINE=${1:-mysql}
if [ "$ENGINE" = mysql ]; then
  ID=rm-0p1a2s3d4f5g6h7j
  aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod Logical --BackupStrategy instance
elif [[ $ENGINE == pg ]]; then
  ID=pgm-0p1a2s3d4f5g6h7j
  aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod Physical
else
  echo "unknown" >&2; exit 1
fi

METHOD=Physical
[ "$2" = logical ] && METHOD=Logical
aliyun rds CreateBackup --DBInstanceId pgm-0p1a2s3d4f5g6h7j --BackupMethod "$METHOD"

SET=
aliyun rds CreateBackup --DBInstanceId pgm-0p1a2s3d4f5g6h7j --BackupMethod "$SET"
aliyun rds CreateBackup --DBInstanceId "$(cat /etc/rds-id)" --BackupMethod "$(jq -r .method conf.json)"
