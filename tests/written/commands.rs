//! The command line tool in both of its styles.

use crate::{METHOD, Row, row};

/// A script with one line of it.
const PATH: &str = "backup.sh";

const NAME: &[&str] = &["unknown-parameter error"];

/// An id alone does not tell the engine; these lines stand behind a setting that does, where it matters.
pub(crate) const ROWS: &[Row] = &[
    row(
        "names as the API has them",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\n",
        METHOD,
    ),
    row(
        "options of the tool before the product, values behind a sign",
        PATH,
        "aliyun --profile prod --region=cn-hangzhou rds CreateBackup --DBInstanceId=pgm-1 --BackupMethod=Physical\n",
        "aliyun --profile prod --region=cn-hangzhou rds CreateBackup --DBInstanceId=pgm-1 --BackupMethod=«Logical»\n",
        METHOD,
    ),
    row(
        "the product in capitals, values behind a colon",
        PATH,
        "aliyun RDS CreateBackup --DBInstanceId:pgm-1 --BackupMethod:Physical --region cn-hangzhou\n",
        "aliyun RDS CreateBackup --DBInstanceId:pgm-1 --BackupMethod:«Logical» --region cn-hangzhou\n",
        METHOD,
    ),
    row(
        "a negative number as a word of its own is a flag",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupRetentionPeriod ««-1»»\n",
        &["ineffective-parameter warning", "unknown-parameter error"],
    ),
    row(
        "the operation with a small first letter",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "aliyun rds «createBackup» --DBInstanceId pgm-1\n",
        NAME,
    ),
    row(
        "the operation in small letters",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical\n",
        "aliyun rds «createbackup» --DBInstanceId pgm-1 --BackupMethod Physical\n",
        NAME,
    ),
    row(
        "letter case of names",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 «--backupMethod» Snapshot\n",
        NAME,
    ),
    row(
        "nothing is checked with this flag, so nothing is refused",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical --force\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 «--BackupMethd» Physical --force\n",
        &["unknown-parameter warning"],
    ),
    row(
        "a flag that is given twice",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical «--BackupMethod» Snapshot\n",
        NAME,
    ),
    row(
        "a value that a file holds",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Snapshot\n",
        "aliyun rds CreateBackup --DBInstanceId-FILE id.txt --BackupMethod «Nope»\n",
        &["invalid-value error"],
    ),
    row(
        "no instance",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "««aliyun rds CreateBackup»» --region cn-hangzhou\n",
        &["implicit-default-method note", "missing-instance-id error"],
    ),
    row(
        "flags of the tool that take values and fields",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --RegionId cn-hangzhou --output cols=BackupJobId rows=x --waiter expr=a to=b --cli-query x --read-timeout 30 --secure -p prod\n",
        "aliyun rds CreateBackup --RegionId cn-hangzhou --output cols=BackupJobId rows=x --DBInstanceId pgm-1 --BackupMethod «Logical» --waiter expr=a to=b\n",
        METHOD,
    ),
    row(
        "a try that sends nothing",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical --dryrun\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical» --dryrun\n",
        &["unsupported-method note"],
    ),
    row(
        "a flag of another vendor's tool",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --header x=y --header a=b\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 «--cli-input-json» file://x.json\n",
        NAME,
    ),
    row(
        "the region and the profile from the environment",
        PATH,
        "ALIBABA_CLOUD_REGION_ID=cn-hangzhou ALICLOUD_PROFILE=prod aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "ALIBABA_CLOUD_REGION_ID=cn-hangzhou aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\n",
        METHOD,
    ),
    row(
        "the older tool",
        PATH,
        "aliyuncli rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical\n",
        "aliyuncli Rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\n",
        METHOD,
    ),
    row(
        "names with hyphens",
        PATH,
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-method Snapshot --region cn-hangzhou\n",
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-method «Logical» --region cn-hangzhou\n",
        METHOD,
    ),
    row(
        "every name with hyphens",
        PATH,
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-method Physical\n",
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-method Physical --backup-strategy «instance» --db-name «shop» --backup-type «FullBackup»\n",
        &["ineffective-parameter note", "ineffective-parameter warning", "ineffective-parameter note"],
    ),
    row(
        "a negative number with hyphens may be a word of its own",
        PATH,
        "aliyun rds create-backup --db-instance-id pgm-1\n",
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-retention-period «-1»\n",
        &["ineffective-parameter warning"],
    ),
    row(
        "a region that is a parameter nowhere here",
        PATH,
        "aliyun rds create-backup --db-instance-id pgm-1 --region cn-hangzhou --api-version 2014-08-15 --cli-query x\n",
        "aliyun rds create-backup --db-instance-id pgm-1 «--biz-region-id» cn-hangzhou\n",
        NAME,
    ),
    row(
        "names of the other style behind hyphens",
        PATH,
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-method Physical\n",
        "aliyun rds create-backup --db-instance-id pgm-1 «--BackupMethod» Physical\n",
        NAME,
    ),
    row(
        "names with hyphens behind the API's operation",
        PATH,
        "aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod Physical\n",
        "aliyun rds CreateBackup --DBInstanceId pgm-1 «--backup-method» Physical\n",
        NAME,
    ),
    row(
        "a try with hyphens",
        PATH,
        "aliyun rds create-backup --db-instance-id pgm-1 --cli-dry-run\n",
        "aliyun rds create-backup --db-instance-id pgm-1 --backup-method «Logical» --cli-dry-run\n",
        &["unsupported-method note"],
    ),
];
