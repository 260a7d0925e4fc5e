#!/bin/bash
cd "$(dirname "$0")"
source lib/rds.sh
rds_backup pgm-a1b2c3d4e5f6g7h8
rds_backup pgm-a1b2c3d4e5f6g7h8 Logical
rds_backup pgr-a1b2c3d4e5f6g7h8
