//! What only looks like the call: other operations, other products, other vendors, texts about it.

use crate::{LookAlike, other};

pub(crate) const ALL: &[LookAlike] = &[
    // Other operations of the product.
    other("deleting", "a.sh", "aliyun rds DeleteBackup --DBInstanceId pgm-1 --BackupId 1 # not CreateBackup\n"),
    other("deleting a file", "a.sh", "aliyun rds DeleteBackupFile --DBName CreateBackup --BackupTime x\n"),
    other("listing", "a.sh", "aliyun rds DescribeBackups --DBInstanceId pgm-1 --BackupMode Manual # CreateBackup\n"),
    other("polling", "a.sh", "aliyun rds DescribeBackupTasks --DBInstanceId pgm-1 --BackupJobId \"$CreateBackup\"\n"),
    other(
        "the policy",
        "a.sh",
        "# CreateBackup\naliyun rds ModifyBackupPolicy --DBInstanceId pgm-1 --BackupMethod Logical\naliyun rds DescribeBackupPolicy --DBInstanceId pgm-1\n",
    ),
    other(
        "when a backup expires",
        "a.sh",
        "# CreateBackup\naliyun rds ModifyBackupSetExpireTime --DBInstanceId pgm-1 --BackupId 1\n",
    ),
    other(
        "other operations of the SDK",
        "a.py",
        "from alibabacloud_rds20140815 import models as m\n# CreateBackup\nclient.describe_backups(m.DescribeBackupsRequest(dbinstance_id='pgm-1'))\nclient.delete_backup(m.DeleteBackupRequest(dbinstance_id='pgm-1'))\n",
    ),
    other(
        "an operation of OOS",
        "a.yml",
        "FormatVersion: OOS-2019-06-01\n# CreateBackup\nTasks:\n- Name: a\n  Action: ACS::ExecuteAPI\n  Properties: {Service: RDS, API: DescribeBackups, Parameters: {DBInstanceId: pgm-1}}\n",
    ),
    // Other resources.
    other(
        "data sources of backups",
        "main.tf",
        "data \"alicloud_rds_backups\" \"a\" {\n  db_instance_id = \"pgm-1\"\n  backup_method  = \"Logical\"\n}\ndata \"alicloud_rds_cross_region_backups\" \"b\" {\n  db_instance_id = \"pgm-1\" # alicloud_rds_backup\n}\n",
    ),
    other(
        "the policy as a resource",
        "main.tf",
        "# alicloud_rds_backup\nresource \"alicloud_db_backup_policy\" \"a\" {\n  instance_id             = \"pgm-1\"\n  backup_method           = \"Logical\"\n  backup_retention_period = 1\n}\n",
    ),
    other(
        "a resource that never was",
        "main.tf",
        "# alicloud_rds_backup\nresource \"alicloud_db_backup\" \"a\" {\n  instance_id   = \"pgm-1\"\n  backup_method = \"Logical\"\n}\n",
    ),
    other(
        "a resource of Redis",
        "main.tf",
        "# alicloud_rds_backup\nresource \"alicloud_redis_backup\" \"a\" {\n  instance_id = \"r-1\"\n}\n",
    ),
    other(
        "a private cloud",
        "main.tf",
        "# alicloud_rds_backup\nresource \"alibabacloudstack_db_backup_policy\" \"a\" {\n  instance_id = \"pgm-1\"\n}\n",
    ),
    other(
        "a resource of another vendor",
        "main.tf",
        "# CreateBackup\nresource \"volcengine_rds_mysql_backup\" \"a\" {\n  instance_id   = \"mysql-1\"\n  backup_method = \"Logical\"\n}\n",
    ),
    other(
        "the policy in Pulumi",
        "Pulumi.yaml",
        "name: x\nruntime: yaml\nresources:\n  a:\n    type: alicloud:rds/backupPolicy:BackupPolicy # not alicloud:rds:RdsBackup\n    properties: { instanceId: pgm-1, backupRetentionPeriod: 1 }\n",
    ),
    other(
        "a state of Pulumi",
        "stack.json",
        "{\"version\": 3, \"deployment\": {\"resources\": [{\"urn\": \"urn:pulumi:a::b::alicloud:rds/rdsBackup:RdsBackup::nightly\", \"type\": \"alicloud:rds/rdsBackup:RdsBackup\", \"inputs\": {\"dbInstanceId\": \"pgm-1\", \"backupMethod\": \"Logical\"}}]}}\n",
    ),
    other(
        "an instance of Crossplane",
        "db.yaml",
        "apiVersion: database.alibaba.crossplane.io/v1alpha1\nkind: RDSInstance\nmetadata: {annotations: {note: CreateBackup}}\nspec: {forProvider: {engine: PostgreSQL}}\n",
    ),
    other(
        "a type that ROS does not have",
        "stack.yml",
        "ROSTemplateFormatVersion: '2015-09-01'\nDescription: CreateBackup\nResources:\n  A:\n    Type: ALIYUN::RDS::Backup\n    Properties: {DBInstanceId: pgm-1, BackupMethod: Logical, BackupTime: x}\n",
    ),
    other(
        "types of tags",
        "tags.yml",
        "FormatVersion: OOS-2019-06-01\n# CreateBackup\nTasks:\n- Name: a\n  Action: ACS::TAG::TagResources\n  Properties: {resourceType: 'ALIYUN::RDS::BACKUP', resourceIds: [pgm-1]}\n",
    ),
    other(
        "a backup of PolarDB in ROS",
        "stack.yml",
        "ROSTemplateFormatVersion: '2015-09-01'\nDescription: CreateBackup\nResources:\n  A:\n    Type: ALIYUN::POLARDB::Backup\n    Properties: {DBClusterId: pc-1}\n",
    ),
    other(
        "what Ansible asks",
        "play.yml",
        "- hosts: all\n  tasks:\n    - name: CreateBackup\n      alibaba.alicloud.ali_rds_backup_info:\n        db_instance_id: pgm-1\n        backup_method: Logical\n",
    ),
    other(
        "what Ansible deletes",
        "play.yml",
        "- hosts: all\n  tasks:\n    - name: CreateBackup\n      ali_rds_backup:\n        db_instance_id: pgm-1\n        backup_id: 1\n        state: absent\n",
    ),
    // The same operation of other products.
    other(
        "MongoDB, the tool",
        "a.sh",
        "aliyun dds CreateBackup --DBInstanceId dds-1 --BackupMethod Logical --BackupRetentionPeriod 5\naliyun dds create-backup --db-instance-id dds-1 --backup-method Nope\n",
    ),
    other("AnalyticDB for PostgreSQL, the tool", "a.sh", "aliyun gpdb CreateBackup --DBInstanceId gp-1\n"),
    other("PolarDB, the tool", "a.sh", "aliyun polardb CreateBackup --DBClusterId pc-1 --ClientToken x\n"),
    other(
        "PolarDB-X, the tool",
        "a.sh",
        "aliyun polardbx CreateBackup --RegionId cn-hangzhou --DBInstanceName pxc-1 --BackupType 0\n",
    ),
    other("Redis, the tool", "a.sh", "aliyun r-kvstore CreateBackup --InstanceId r-1 --BackupRetentionPeriod 5\n"),
    other(
        "AnalyticDB for MySQL, the tool",
        "a.sh",
        "aliyun adb CreateBackup --RegionId cn-hangzhou --DBClusterId am-1\n",
    ),
    other(
        "Compute Nest, the tool",
        "a.sh",
        "aliyun computenest CreateBackup --ServiceInstanceId si-1 --Description x\n",
    ),
    other(
        "MongoDB, the SDK",
        "a.py",
        "from alibabacloud_dds20151201 import models as m\nclient.create_backup(m.CreateBackupRequest(dbinstance_id='dds-1', backup_method='Logical'))\n",
    ),
    other(
        "MongoDB, the older SDK",
        "a.py",
        "from aliyunsdkdds.request.v20151201 import CreateBackupRequest\nr = CreateBackupRequest.CreateBackupRequest()\nr.set_action_name('CreateBackup')\nr.set_DBInstanceId('dds-1')\nacs.do_action_with_exception(r)\n",
    ),
    other(
        "Redis, with a client that is called after the product",
        "a.py",
        "from alibabacloud_r_kvstore20150101.client import Client\nfrom alibabacloud_r_kvstore20150101 import models\nrds_client = Client(config)\nrds_client.create_backup(models.CreateBackupRequest(instance_id='r-1'))\n",
    ),
    other(
        "PolarDB, the SDK",
        "A.java",
        "import com.aliyun.polardb20170801.models.*;\nclass A {\n  void run() {\n    client.createBackup(new CreateBackupRequest().setDBClusterId(\"pc-1\"));\n  }\n}\n",
    ),
    other(
        "AnalyticDB, the SDK",
        "a.go",
        "package a\n\nimport gpdb \"github.com/alibabacloud-go/gpdb-20160503/v4/client\"\n\nfunc run(client *gpdb.Client) {\n\tclient.CreateBackup(&gpdb.CreateBackupRequest{DBInstanceId: tea.String(\"gp-1\")})\n}\n",
    ),
    other(
        "PolarDB-X, the SDK",
        "a.ts",
        "import P, * as $P from '@alicloud/polardbx20200202';\nclient.createBackup(new $P.CreateBackupRequest({ DBInstanceName: 'pxc-1', backupType: '0' }));\n",
    ),
    other(
        "a request of any API for another product",
        "a.php",
        "<?php\nuse AlibabaCloud\\Client\\AlibabaCloud;\nAlibabaCloud::rpc()->product('Dds')->version('2015-12-01')->action('CreateBackup')->options(['query' => ['DBInstanceId' => 'dds-1', 'BackupMethod' => 'Logical']])->request();\n",
    ),
    other(
        "an old client by its version",
        "a.php",
        "<?php\nuse AlibabaCloud\\Client\\AlibabaCloud;\nAlibabaCloud::rpc()->version('2016-04-08')->action('CreateBackup')->options(['query' => ['ClusterId' => 'C-1']])->request();\n",
    ),
    other(
        "another service of OOS",
        "a.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::ExecuteAPI\n  Properties: {Service: DDS, API: CreateBackup, Parameters: {DBInstanceId: dds-1, BackupMethod: Logical}}\n",
    ),
    other(
        "another service of CloudFlow",
        "flow.yml",
        "Type: StateMachine\nStates:\n  - Type: Task\n    Name: a\n    Action: dds:CreateBackup\n    Parameters: {DBInstanceId: dds-1}\n",
    ),
    other(
        "longer names",
        "a.sh",
        "aliyun hbase CreateBackupPlan --ClusterId x\naliyun sas CreateBackupPolicy --Name x\naliyun hbr CreateBackupJob --VaultId x\naliyun dbs CreateBackupPlan --BackupMethod logical\naliyun oceanbase CreateBackupSetDownloadLink --x y\naliyun rds CreateBackupPlan --DBInstanceId pgm-1 --BackupMethod Logical\n",
    ),
    // Other vendors.
    other(
        "Tencent, an address",
        "a.sh",
        "curl 'https://sqlserver.tencentcloudapi.com/?Action=CreateBackup&InstanceId=mssql-1'\n",
    ),
    other(
        "Tencent, the SDK",
        "a.py",
        "from tencentcloud.cdb.v20170320 import models\nreq = models.CreateBackupRequest()\nreq.BackupMethod = 'logical'\nclient.CreateBackup(req)\n",
    ),
    other(
        "Tencent, the tool",
        "a.md",
        "# Backup\n\n```sh\ntccli postgres CreateBackup --DBInstanceId postgres-xxxxx\n```\n",
    ),
    other(
        "Volcengine, an address",
        "a.py",
        "import requests\nrequests.get('https://rds.volcengineapi.com/?Action=CreateBackup&Version=2022-01-01&InstanceId=mysql-1&BackupMethod=Logical&BackupType=Full')\n",
    ),
    other(
        "JD Cloud",
        "a.js",
        "const rds = new JDCloud.RDS({ endpoint: { host: 'rds.jdcloud-api.com' } });\nrds.createBackup({ instanceId: 'mysql-1', backupMethod: 'Logical' });\n",
    ),
    other(
        "Baidu",
        "a.py",
        "import requests\nrequests.post('https://rds.bj.baidubce.com/v1/instance/x/backup', json={'action': 'CreateBackup'})\n",
    ),
    other(
        "permissions of Huawei",
        "policy.json",
        "{\"Version\": \"1.1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": [\"rds:CreateBackup\", \"rds:instance:list\"]}]}\n",
    ),
    other(
        "permissions of AWS",
        "policy.json",
        "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"dynamodb:CreateBackup\", \"Resource\": \"*\"}]}\n",
    ),
    other(
        "AWS, the tool",
        "a.sh",
        "aws dynamodb create-backup --table-name x --backup-name CreateBackup\naws fsx create-backup --file-system-id fs-1 --cli-input-json file://CreateBackup.json\n",
    ),
    other(
        "AWS, the SDK",
        "a.py",
        "import boto3\nboto3.client('dynamodb').create_backup(TableName='x', BackupName='CreateBackup')\n",
    ),
    other(
        "Google, the SDK",
        "a.go",
        "package a\n\nimport databasepb \"cloud.google.com/go/spanner/admin/database/apiv1/databasepb\"\n\nfunc run() {\n\tadmin.CreateBackup(ctx, &databasepb.CreateBackupRequest{BackupId: \"x\"})\n}\n",
    ),
    other("CloudStack", "a.sh", "cmk createBackup virtualmachineid=CreateBackup\n"),
    // Programs that only use the word.
    other(
        "an address of a web page",
        "a.php",
        "<?php\nheader('Location: ?module=admin&action=createBackup'); // CreateBackup\n",
    ),
    other(
        "an attribute of a web page",
        "a.js",
        "document.querySelector('[data-action=createBackup]').onclick = () => request('createBackup', { DBInstanceId: 'CreateBackup' });\n",
    ),
    other(
        "a table of Steampipe",
        "a.sh",
        "steampipe query \"select backup_id from alicloud_rds_backup where backup_method = 'Logical'\" # CreateBackup\n",
    ),
    other(
        "generated sources of an SDK",
        "models.py",
        "# -*- coding: utf-8 -*-\n# This file is auto-generated, don't edit it. Thanks.\nfrom Tea.model import TeaModel\n\n\nclass CreateBackupRequest(TeaModel):\n    def __init__(self, backup_method=None, dbinstance_id=None):\n        self.backup_method = backup_method\n\n    def to_map(self):\n        return {'BackupMethod': self.backup_method}\n",
    ),
    other(
        "metadata of the API",
        "CreateBackup.json",
        "{\"name\": \"CreateBackup\", \"protocol\": \"HTTP|HTTPS\", \"method\": \"POST\", \"parameters\": [{\"name\": \"DBInstanceId\", \"position\": \"Query\", \"type\": \"String\", \"required\": true}, {\"name\": \"BackupMethod\", \"position\": \"Query\", \"type\": \"String\"}]}\n",
    ),
    other(
        "a record of a call",
        "event.json",
        "{\"eventName\": \"CreateBackup\", \"serviceName\": \"Rds\", \"eventType\": \"ApiCall\", \"requestParameters\": {\"AcsProduct\": \"Rds\", \"DBInstanceId\": \"pgm-1\", \"BackupMethod\": \"Logical\"}, \"errorCode\": \"InvalidBackupMethod.ValueNotSupport\"}\n",
    ),
    other(
        "permissions",
        "policy.json",
        "{\"Version\": \"1\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"rds:CreateBackup\", \"Resource\": \"acs:rds:*:*:dbinstance/pgm-1\"}]}\n",
    ),
    other(
        "permissions in Terraform",
        "ram.tf",
        "resource \"alicloud_ram_policy\" \"a\" {\n  policy_name     = \"a\"\n  policy_document = jsonencode({ Version = \"1\", Statement = [{ Effect = \"Allow\", Action = [\"rds:CreateBackup\"], Resource = [\"acs:rds:*:*:dbinstance/pgm-1\"] }] })\n}\n",
    ),
    other(
        "rules of the tool's safety",
        "safety.yaml",
        "rules:\n  - match: rds:CreateBackup\n    action: confirm\n  - match: rds:create-backup\n    action: deny\n",
    ),
    other(
        "tools of a server for models",
        "mcp.json",
        "{\"mcpServers\": {\"ops\": {\"command\": \"uvx\", \"args\": [\"alibaba-cloud-ops-mcp-server\", \"--services\", \"rds\"], \"env\": {\"TOOLS\": \"RDS_CreateBackup\"}}}}\n",
    ),
    other(
        "a request to another vendor",
        "a.http",
        "GET https://rds.volcengineapi.com/?Action=CreateBackup&Version=2022-01-01&InstanceId=mysql-1&BackupMethod=Logical\n",
    ),
    other(
        "a collection of requests to another product",
        "a.postman_collection.json",
        "{\"item\": [{\"request\": {\"url\": {\"raw\": \"https://dds.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1&BackupMethod=Logical\"}}}]}\n",
    ),
    other(
        "a tool that calls another product",
        "call.json",
        "{\"name\": \"CommonAPICaller\", \"arguments\": {\"service\": \"dds\", \"api\": \"CreateBackup\", \"parameters\": {\"DBInstanceId\": \"dds-1\", \"BackupMethod\": \"Logical\"}}}\n",
    ),
    other(
        "what describes a tool",
        "tools.json",
        "{\"tools\": [{\"name\": \"RDS_CreateBackup\", \"inputSchema\": {\"type\": \"object\"}, \"parameters\": {\"type\": \"object\", \"properties\": {\"BackupMethod\": {\"enum\": [\"Logical\"]}}}}]}\n",
    ),
    other(
        "a workspace of Crossplane with another resource",
        "workspace.yml",
        "apiVersion: tf.upbound.io/v1beta1\nkind: Workspace\nspec:\n  forProvider:\n    source: Inline\n    module: |\n      # alicloud_rds_backup\n      resource \"alicloud_db_backup_policy\" \"a\" {\n        instance_id = \"pgm-1\"\n        backup_method = \"Logical\"\n      }\n",
    ),
    other(
        "markup of a component",
        "a.vue",
        "<template><pre>client.createBackup(new CreateBackupRequest({ DBInstanceId: 'pgm-1', backupMethod: 'Logical' }))</pre></template>\n<script>\nimport { CreateBackupRequest } from '@alicloud/rds20140815'\n</script>\n",
    ),
    other(
        "prose",
        "a.md",
        "# Notes\n\nCall `CreateBackup` with BackupMethod Logical for pgm-1; see rds.aliyuncs.com.\n",
    ),
    other(
        "a comment",
        "a.py",
        "# subprocess.run(['aliyun', 'rds', 'CreateBackup', '--BackupMethod', 'Logical'])\nprint('CreateBackup')\n",
    ),
];
