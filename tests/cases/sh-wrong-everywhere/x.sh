aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod Snapshot --DBName a,b
aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod Logical --BackupStrategy db
aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod Logical
aliyun rds CreateBackup --DBInstanceId "$ID" --DBName a
aliyun rds CreateBackup --DBInstanceId "$ID" --BackupStrategy db
aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod Physical --BackupStrategy instance
