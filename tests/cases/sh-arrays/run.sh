#!/usr/bin/env bash
common=(--region eu-central-1 --profile ops)
args=(--DBInstanceId pgm-1q2w3e4r5t6y7u8i)
args+=(--BackupMethod "Logical")
aliyun rds CreateBackup "${common[@]}" "${args[@]}"

declare -A how=([orders]=Snapshot [stock]=Physical)
for db in orders stock; do
  aliyun rds CreateBackup --DBInstanceId pgm-1q2w3e4r5t6y7u8i --BackupMethod "${how[$db]}"
done

cmd=(aliyun rds CreateBackup --DBInstanceId dds-9o8i7u6y5t4r3e2w --BackupMethod Physical)
"${cmd[@]}"
