#!/bin/sh
# usage: rds.sh full|single|snap
ID=rm-4c5v6b7n8m9a0s1d
case "$1" in
  full)
    METHOD=Physical ;;
  single)
    METHOD=Logical
    EXTRA="--BackupStrategy db --DBName members" ;;
  snap|snapshot)
    METHOD=Snapshot
    EXTRA="--DBName members" ;;
  *)
    echo "usage: $0 full|single|snap" >&2
    exit 2
esac
aliyun rds CreateBackup --DBInstanceId "$ID" --BackupMethod "$METHOD" $EXTRA
