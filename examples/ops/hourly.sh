#!/bin/sh
aliyun rds CreateBackup --DBInstanceId rm-2ze1a2b3c4d5e6f7g --BackupMethod Snapshot
