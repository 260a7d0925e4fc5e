//! Requests over HTTP: every host that proves the product, and every place that holds the parameters.

use crate::{METHOD, Row, row};

pub(crate) const ROWS: &[Row] = &[
    row(
        "an address with the version",
        "a.sh",
        "curl 'https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1&BackupMethod=Snapshot&Format=JSON&AccessKeyId=x&SignatureNonce=1&Signature=y'\n",
        "curl 'https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1&BackupMethod=«Logical»&Format=JSON&AccessKeyId=x&Signature=y'\n",
        METHOD,
    ),
    row(
        "an address of a region without a version",
        "a.sh",
        "curl 'https://rds.cn-chengdu.aliyuncs.com/?Action=CreateBackup&DBInstanceId=pgm-1'\n",
        "curl 'https://rds-vpc.cn-chengdu.aliyuncs.com/?Action=CreateBackup&DBInstanceId=pgm-1&BackupMethod=«Logical»'\n",
        METHOD,
    ),
    row(
        "the host of the console",
        "a.sh",
        "curl 'https://rds-inc-share.aliyuncs.com/?Action=CreateBackup&DBInstanceId=pgm-1'\n",
        "curl 'https://rds-inc-share.aliyuncs.com/?Action=CreateBackup&DBInstanceId=pgm-1&BackupMethod=«Logical»'\n",
        METHOD,
    ),
    row(
        "a form",
        "a.sh",
        "curl https://rds.aliyuncs.com/ -d 'Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1'\n",
        "curl https://rds.aliyuncs.com/ --data-urlencode Action=CreateBackup --data-urlencode DBInstanceId=pgm-1 --data-urlencode BackupMethod=«Logical»\n",
        METHOD,
    ),
    row(
        "headers that name the operation",
        "a.sh",
        "curl -H 'x-acs-action: CreateBackup' -H 'x-acs-version: 2014-08-15' 'https://rds.aliyuncs.com/?DBInstanceId=pgm-1'\n",
        "curl -H 'x-acs-action: CreateBackup' -H 'x-acs-version: 2014-08-15' 'https://rds.aliyuncs.com/?DBInstanceId=pgm-1&BackupMethod=«Logical»'\n",
        METHOD,
    ),
    row(
        "an address in Python",
        "a.py",
        "import requests\nrequests.get('https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1')\n",
        "import requests\nrequests.get('https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1&BackupMethod=«Logical»')\n",
        METHOD,
    ),
    row(
        "headers in Python",
        "a.py",
        "import requests\nrequests.post('https://rds.aliyuncs.com/', headers={'x-acs-action': 'CreateBackup', 'x-acs-version': '2014-08-15'}, params={'DBInstanceId': 'pgm-1'})\n",
        "import requests\nrequests.post('https://rds.aliyuncs.com/', headers={'x-acs-action': 'CreateBackup', 'x-acs-version': '2014-08-15'}, params={'DBInstanceId': 'pgm-1', 'BackupMethod': «'Logical'»})\n",
        METHOD,
    ),
    row(
        "a request of PowerShell",
        "a.ps1",
        "Invoke-RestMethod -Method Post -Uri \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1\"\n",
        "$id = 'pgm-1'\nInvoke-RestMethod -Uri \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=$id&BackupMethod=«Logical»\"\n",
        METHOD,
    ),
    row(
        "a step that sends a request",
        ".github/workflows/a.yml",
        "on: push\njobs:\n  a:\n    steps:\n      - run: curl \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1\"\n",
        "on: push\njobs:\n  a:\n    steps:\n      - run: curl \"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=pgm-1&BackupMethod=«Logical»\"\n",
        METHOD,
    ),
];
