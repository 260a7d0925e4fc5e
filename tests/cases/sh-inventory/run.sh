aliyun rds CreateBackup --DBInstanceId rm-1a2s3d4f5g6h7j8k --BackupMethod Physical
aliyun rds CreateBackup --DBInstanceId rm-2s3d4f5g6h7j8k9l --BackupMethod Physical --BackupType FullBackup --BackupStrategy db --DBName a --BackupRetentionPeriod=7
aliyun rds CreateBackup --DBInstanceId rm-3d4f5g6h7j8k9l0z --BackupMethod Physical
aliyun rds CreateBackup --DBInstanceId rm-4f5g6h7j8k9l0z1x --BackupMethod Physical
