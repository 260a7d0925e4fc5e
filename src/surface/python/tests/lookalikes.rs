//! Programs that name the call and do not make it.

use super::*;

#[test]
fn classes_of_the_same_name_elsewhere() {
    for program in [
        "from alibabacloud_dds20151201 import models as m\nclient.create_backup(m.CreateBackupRequest(dbinstance_id='dds-1', backup_method='Logical'))\n",
        "from alibabacloud_polardb20170801.models import CreateBackupRequest\nclient.create_backup(CreateBackupRequest(dbcluster_id='pc-1'))\n",
        "from aliyunsdkdds.request.v20151201 import CreateBackupRequest\nr = CreateBackupRequest.CreateBackupRequest()\nr.set_action_name('CreateBackup')\nr.set_DBInstanceId('dds-1')\nacs.do_action(r)\n",
        "import boto3\nclient = boto3.client('dynamodb')\nclient.create_backup(TableName='t', BackupName='b')\n",
        "fsx.create_backup(FileSystemId='fs-1', Tags=[])\n",
        "from tencentcloud.cdb.v20170320 import models\nreq = models.CreateBackupRequest()\nclient.CreateBackup(req)\n",
        "from google.cloud.spanner_admin_database_v1 import CreateBackupRequest\nrequest = CreateBackupRequest(parent='p', backup_id='b')\n",
        "class CreateBackupRequest(TeaModel):\n    def __init__(self, dbinstance_id=None):\n        self.dbinstance_id = dbinstance_id\n",
        "class CreateBackupRequest:\n    pass\nrds_client.create_backup(CreateBackupRequest())\n",
        "\"\"\"Call CreateBackup: aliyun rds CreateBackup --BackupMethod Logical\"\"\"\n# rds CreateBackup\n",
        "requests.get('https://rds.volcengineapi.com', params={'Action': 'CreateBackup', 'Version': '2022-01-01', 'DBInstanceId': 'x'})\n",
        "requests.post(url, json={'Action': 'CreateBackup', 'DBInstanceId': 'x'})\n",
        "call('rds', 'CreateBackup', {'InstanceId': 'mysql-1'})\n",
        "import subprocess\nsubprocess.run(['aliyun', 'dds', 'CreateBackup', '--DBInstanceId', 'dds-1'])\nprint('aliyun rds CreateBackup --x')\n",
        "policy = {'Action': 'rds:CreateBackup', 'Effect': 'Allow', 'Resource': '*'}\nram.create_policy(policy)\n",
    ] {
        assert_eq!(calls(program).len(), 0, "{program}");
    }
}

#[test]
fn neighbours_of_the_call() {
    let program = new_sdk(
        "client.describe_backups(m.DescribeBackupsRequest(dbinstance_id='rm-1'))\n# create_backup\nclient.create_backup_policy(x)\n",
    );
    assert_eq!(calls(&program).len(), 0);
}
