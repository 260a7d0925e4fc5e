#!/bin/sh
exec aliyun rds CreateBackup --DBInstanceId "$1" --BackupMethod Snapshot
