#!/bin/bash
# Windows
aliyun rds CreateBackup \
  --DBInstanceId pgm-7u8i9o0p1a2s3d4f \
  --BackupMethod Logical \
  --region eu-west-1
aliyun rds CreateBackup --DBInstanceId pgm-7u8i9o0p1a2s3d4f --BackupMethod Snapshot
