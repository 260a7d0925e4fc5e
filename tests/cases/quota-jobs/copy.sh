#!/bin/bash
for db in orders customers stock; do
  aliyun rds CreateBackup --DBInstanceId rm-4t6y8u0i2o1p3a5s --BackupMethod Logical --BackupStrategy db --DBName "$db" &
done
wait
for id in rm-7d9f1g3h5j7k9l1z rm-2x4c6v8b0n1m3q5w; do
  aliyun rds CreateBackup --DBInstanceId "$id" --BackupMethod Snapshot &
done
wait
aliyun rds CreateBackup --DBInstanceId rm-9e8r7t6y5u4i3o2p --BackupMethod Snapshot &
first=$!
wait $first
aliyun rds CreateBackup --DBInstanceId rm-9e8r7t6y5u4i3o2p --BackupMethod Snapshot &
wait
