#!/bin/bash
aliyun rds CreateBackup --DBInstanceId=pgm-6y7u8i9o0p1a2s3d --BackupMethod=Logical
aliyun rds CreateBackup --DBInstanceId:pgm-6y7u8i9o0p1a2s3d --BackupMethod:Logical
aliyun RDS CreateBackup --DBInstanceId pgm-6y7u8i9o0p1a2s3d --BackupMethod Logical
aliyun rds create-backup --db-instance-id pgm-6y7u8i9o0p1a2s3d --backup-method Logical
aliyun --profile prod rds CreateBackup --DBInstanceId pgm-6y7u8i9o0p1a2s3d --BackupMethod Logical --region cn-hangzhou
aliyun rds CreateBackup --DbInstanceId pgm-6y7u8i9o0p1a2s3d --BackupMethod Snapshot
aliyun rds CreateBackup --db-instance-id pgm-6y7u8i9o0p1a2s3d
aliyun rds create-backup --DBInstanceId pgm-6y7u8i9o0p1a2s3d
aliyun rds CreateBackup --DBInstanceId rm-6y7u8i9o0p1a2s3d --BackupRetentionPeriod -1
aliyun rds CreateBackup --DBInstanceId rm-6y7u8i9o0p1a2s3d --BackupRetentionPeriod=3
aliyun rds CreateBackup --DBInstanceId pgm-6y7u8i9o0p1a2s3d --BackupMethod snapshot
aliyun rds CreateBackup --DBInstanceId pgm-6y7u8i9o0p1a2s3d --BackupMethod Snapshot --dryrun --force --secure
aliyun rds CreateBackup
aliyun rds CreateBackup --help
aliyun rds createBackup --DBInstanceId pgm-6y7u8i9o0p1a2s3d
