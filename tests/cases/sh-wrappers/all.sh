#!/bin/bash
export ALIYUN=/opt/aliyun/bin/aliyun
timeout -k 5 120 aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat
sudo -E -u backup aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat
env TZ=UTC ALIBABA_CLOUD_PROFILE=ops aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat
nohup nice -n 10 aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat >/dev/null 2>&1 &
"$ALIYUN" rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat
if ! job=$(aliyun --output cols=BackupJobId rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat); then exit 1; fi
TZ=UTC aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat | jq -r .BackupJobId
echo rm-5t6y7u8i9o0p1a2s | xargs -I{} aliyun rds CreateBackup --DBInstanceId {} --BackupMethod Snapchat
command aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat
eval "aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat"
docker run --rm aliyun-cli aliyun rds CreateBackup --DBInstanceId rm-5t6y7u8i9o0p1a2s --BackupMethod Snapchat
