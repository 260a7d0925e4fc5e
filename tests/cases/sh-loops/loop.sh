#!/bin/bash
for id in pgm-9o0p1a2s3d4f5g6h pxc-9o0p1a2s3d4f5g6h; do
  aliyun rds CreateBackup --DBInstanceId "$id" --BackupMethod Physical
done

while read -r id method; do
  aliyun rds CreateBackup --DBInstanceId "$id" --BackupMethod "$method"
done <<'LIST'
pgm-9o0p1a2s3d4f5g6h Snapshot
LIST

until aliyun rds CreateBackup --DBInstanceId pgm-9o0p1a2s3d4f5g6h --BackupMethod Snapshot; do
  sleep 60
done

for attempt in {1..3}; do
  aliyun rds CreateBackup --DBInstanceId pgm-9o0p1a2s3d4f5g6h --BackupMethod "${METHOD:-Physical}" && break
done

while IFS= read -r line; do
  aliyun rds CreateBackup --DBInstanceId "$line"
done < "$1"
