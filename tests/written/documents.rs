//! Documents that a service runs.

use crate::{METHOD, Row, row};

pub(crate) const ROWS: &[Row] = &[
    row(
        "OOS, a call of any API",
        "oos/backup.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: nightly\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        RegionId: '{{ regionId }}'\n        DBInstanceId: pgm-1\n        BackupMethod: Snapshot\n    Outputs:\n      job: {Type: String, ValueSelector: BackupJobId}\n",
        "FormatVersion: OOS-2019-06-01\nTasks:\n  - Name: nightly\n    Action: ACS::ExecuteAPI\n    Properties:\n      Service: RDS\n      API: CreateBackup\n      Parameters:\n        RegionId: '{{ regionId }}'\n        DBInstanceId: pgm-1\n        BackupMethod: «Logical»\n",
        METHOD,
    ),
    row(
        "OOS, letter case of action, service and operation",
        "oos/backup.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::ExecuteApi\n  Properties: {Service: rds, API: createBackup, Parameters: {DBInstanceId: pgm-1}}\n",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::ExecuteApi\n  Properties: {Service: Rds, API: createbackup, Parameters: {DBInstanceId: pgm-1, BackupMethod: «Logical»}}\n",
        METHOD,
    ),
    row(
        "OOS in JSON",
        "oos/backup.json",
        "{\"FormatVersion\": \"OOS-2019-06-01\", \"Tasks\": [{\"Name\": \"a\", \"Action\": \"ACS::ExecuteAPI\", \"Properties\": {\"Service\": \"RDS\", \"API\": \"CreateBackup\", \"Parameters\": {\"DBInstanceId\": \"pgm-1\"}}}]}\n",
        "{\"FormatVersion\": \"OOS-2019-06-01\", \"Tasks\": [{\"Name\": \"a\", \"Action\": \"ACS::ExecuteAPI\", \"Properties\": {\"Service\": \"RDS\", \"API\": \"CreateBackup\", \"Parameters\": {\"DBInstanceId\": \"pgm-1\", \"BackupMethod\": «\"Logical\"»}}}]}\n",
        METHOD,
    ),
    row(
        "OOS, the packaged action",
        "oos/backup.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::RDS::CreateBackup\n  Properties: {regionId: cn-hangzhou, backupMethod: Physical, instanceId: pgm-1}\n",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::RDS::CreateBackup\n  Properties: {regionId: cn-hangzhou, backupMethod: «Logical», instanceId: pgm-1}\n",
        METHOD,
    ),
    row(
        "OOS, a command on an instance",
        "oos/backup.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::ECS::RunCommand\n  Properties:\n    commandType: RunShellScript\n    commandContent: |-\n      aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::ECS::RunCommand\n  Properties:\n    commandType: RunShellScript\n    commandContent: |-\n      aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\n",
        METHOD,
    ),
    row(
        "OOS, a script of a function",
        "oos/backup.yml",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::FC::ExecuteScript\n  Properties:\n    runtime: bash\n    script: |-\n      aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "FormatVersion: OOS-2019-06-01\nTasks:\n- Name: a\n  Action: ACS::FC::ExecuteScript\n  Properties:\n    runtime: bash\n    script: |-\n      aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\n",
        METHOD,
    ),
    row(
        "ROS, a template of OOS within",
        "stack.yml",
        "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  Copy:\n    Type: ALIYUN::OOS::Template\n    Properties:\n      Content: |\n        FormatVersion: OOS-2019-06-01\n        Tasks:\n          - Name: a\n            Action: ACS::ExecuteAPI\n            Properties: {Service: RDS, API: CreateBackup, Parameters: {DBInstanceId: pgm-1}}\n",
        "ROSTemplateFormatVersion: '2015-09-01'\nResources:\n  Copy:\n    Type: ALIYUN::OOS::Template\n    Properties:\n      Content: |\n        FormatVersion: OOS-2019-06-01\n        Tasks:\n          - Name: a\n            Action: ACS::ExecuteAPI\n            Properties: {Service: RDS, API: CreateBackup, Parameters: {DBInstanceId: pgm-1, BackupMethod: «Logical»}}\n",
        METHOD,
    ),
    row(
        "ROS, files of Terraform within",
        "stack.yml",
        "ROSTemplateFormatVersion: '2015-09-01'\nTransform: Aliyun::Terraform-v1.5\nWorkspace:\n  main.tf: |\n    resource \"alicloud_rds_backup\" \"nightly\" {\n      db_instance_id = \"pgm-1\"\n    }\n",
        "ROSTemplateFormatVersion: '2015-09-01'\nTransform: Aliyun::OpenTofu-v1.6\nWorkspace:\n  main.tf: |\n    resource \"alicloud_rds_backup\" \"nightly\" {\n      db_instance_id = \"pgm-1\"\n      backup_method  = «\"Logical\"»\n    }\n",
        METHOD,
    ),
    row(
        "ROS, a command on an instance",
        "stack.json",
        "{\"ROSTemplateFormatVersion\": \"2015-09-01\", \"Resources\": {\"Run\": {\"Type\": \"ALIYUN::ECS::RunCommand\", \"Properties\": {\"Type\": \"RunShellScript\", \"CommandContent\": \"aliyun rds CreateBackup --DBInstanceId pgm-1\"}}}}\n",
        "{\"ROSTemplateFormatVersion\": \"2015-09-01\", \"Resources\": {\"Run\": {\"Type\": \"ALIYUN::ECS::RunCommand\", \"Properties\": {\"Type\": \"RunShellScript\", \"CommandContent\": \"aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\"}}}}\n",
        METHOD,
    ),
    row(
        "CloudFlow, a task",
        "flow.yaml",
        "Type: StateMachine\nSpecVersion: v1\nStates:\n  - Type: Task\n    Name: backup\n    Action: RDS:CreateBackup\n    TaskMode: RequestComplete\n    Parameters: { DBInstanceId: pgm-1, BackupMethod: Snapshot }\n",
        "Type: StateMachine\nSpecVersion: v1\nStates:\n  - Type: Task\n    Name: backup\n    Action: rds:CreateBackup\n    Parameters: { DBInstanceId: pgm-1, BackupMethod: «Logical» }\n",
        METHOD,
    ),
    row(
        "Ansible, the module",
        "play.yml",
        "- hosts: all\n  tasks:\n    - name: copy\n      alibaba.alicloud.ali_rds_backup:\n        alicloud_region: cn-hangzhou\n        db_instance_id: pgm-1\n        backup_method: Physical\n        state: present\n",
        "- hosts: all\n  tasks:\n    - name: copy\n      alibaba.alicloud.ali_rds_backup:\n        alicloud_region: cn-hangzhou\n        db_instance_id: pgm-1\n        backup_method: «Logical»\n        state: present\n",
        METHOD,
    ),
    row(
        "Ansible, the short name, the other name of the instance, a list of databases",
        "roles/copy/tasks/main.yml",
        "- ali_rds_backup:\n    instance_id: pgm-1\n    backup_type: Auto\n",
        "- ali_rds_backup:\n    instance_id: pgm-1\n    backup_strategy: db\n    db_name: «[shop, crm]»\n",
        &["unsupported-database-scope error"],
    ),
    row(
        "Ansible, a task of the shell",
        "play.yml",
        "- hosts: all\n  tasks:\n    - name: copy\n      ansible.builtin.shell: aliyun rds CreateBackup --DBInstanceId pgm-1\n",
        "- hosts: all\n  tasks:\n    - name: copy\n      ansible.builtin.shell: aliyun rds CreateBackup --DBInstanceId pgm-1 --BackupMethod «Logical»\n",
        METHOD,
    ),
    row(
        "Ansible, a command as a list",
        "play.yml",
        "- hosts: all\n  tasks:\n    - name: copy\n      command:\n        argv: [aliyun, rds, CreateBackup, --DBInstanceId, '{{ item }}']\n      loop: [pgm-1]\n",
        "- hosts: all\n  tasks:\n    - name: copy\n      command:\n        argv:\n          - aliyun\n          - rds\n          - CreateBackup\n          - --DBInstanceId=pgm-1\n          - --BackupMethod\n          - «Logical»\n",
        METHOD,
    ),
];
