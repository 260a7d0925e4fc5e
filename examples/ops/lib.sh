# What the other scripts share.
die() { echo "$*" >&2; exit 1; }

# snapshot ID [OPTION]…
snapshot() {
  local id="$1"; shift
  retry aliyun rds CreateBackup --DBInstanceId "$id" --BackupMethod "${METHOD:-Snapshot}" "$@"
}

retry() {
  local n=0
  until "$@"; do
    n=$((n + 1)); [ "$n" -lt 5 ] || return 1
    sleep 30
  done
}
