//! Programs that name the call and do not make it.

use super::*;

#[test]
fn classes_of_the_same_name_elsewhere() {
    let body = "    CreateBackupRequest r = new CreateBackupRequest();\n    r.setDBInstanceId(\"dds-1\");\n    r.setBackupMethod(\"Logical\");\n    rdsClient.createBackup(r);";
    let builder = "    rds.createBackup(CreateBackupRequest.builder().tableName(\"t\").backupName(\"b\").build());";
    for (imports, body) in [
        ("import com.aliyun.dds20151201.models.*;", body),
        ("import com.aliyun.dds20151201.models.CreateBackupRequest;", body),
        ("import com.aliyun.polardb20170801.models.*;\nimport java.util.*;", body),
        ("import com.aliyuncs.dds.model.v20151201.CreateBackupRequest;", body),
        ("import com.aliyun.sdk.service.dds20151201.models.*;", body),
        ("import software.amazon.awssdk.services.dynamodb.model.CreateBackupRequest;", builder),
        ("import com.google.spanner.admin.database.v1.CreateBackupRequest;", builder),
        ("", body),
    ] {
        let program = class(imports, body) + "// aliyun 2014-08-15\n";
        assert_eq!(calls(&program).len(), 0, "{program}");
    }
}

#[test]
fn texts_and_declarations() {
    for program in [
        "// aliyun rds CreateBackup --DBInstanceId rm-1\nclass A { /** CreateBackup of 2014-08-15 */ void createBackup() { log.info(\"aliyun rds CreateBackup\"); } }",
        "package com.aliyuncs.rds.model.v20140815;\npublic class CreateBackupRequest extends RpcAcsRequest<CreateBackupResponse> {\n  private String backupMethod;\n  public CreateBackupRequest() { super(\"Rds\", \"2014-08-15\", \"CreateBackup\", \"rds\"); }\n  public void setBackupMethod(String m) { this.backupMethod = m; if (m != null) { putQueryParameter(\"BackupMethod\", m); } }\n}",
        "class A { void f() { System.out.println(\"https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15\"); new ProcessBuilder(\"aliyun\", \"dds\", \"CreateBackup\", \"--DBInstanceId\", \"dds-1\"); } }",
        "class CreateBackupRequest { String method; } // aliyun\nclass B { void f() { rds.createBackup(new CreateBackupRequest()); } }",
        "import com.aliyuncs.rds.model.v20140815.CreateBackupRequest;\nclass Dto extends CreateBackupRequest { String guid; void setDBName(String n) { super.setDBName(n); } String getGuid() { return guid; } }",
        "interface RdsService { CreateBackupResponse createBackup(CreateBackupRequest request); } // 2014-08-15",
    ] {
        assert_eq!(calls(program).len(), 0, "{program}");
    }
}

#[test]
fn a_class_of_the_package_goes_before_those_of_others() {
    let user = "package com.acme;\nimport com.aliyun.rds20140815.models.*;\nclass A { void f() { client.createBackup(new CreateBackupRequest()); } }\n";
    let own = "package com.acme;\npublic class CreateBackupRequest { }\n";
    assert_eq!(extract(&[("com/acme/A.java", user), ("com/acme/CreateBackupRequest.java", own)]).calls.len(), 0);
    assert_eq!(extract(&[("com/acme/A.java", user)]).calls.len(), 1);
}
