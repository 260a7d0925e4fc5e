//! Calls that are written as one text, and texts of which a part is not known.

use super::*;

#[test]
fn urls_that_are_given_to_something() {
    let program = "import requests\nrequests.get('https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1&BackupMethod=Logical&Format=JSON', timeout=3)\n";
    let call = call(program);
    assert_eq!(values(&call, "DBInstanceId"), ["rm-1"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    let method = call.argument("BackupMethod").unwrap();
    assert_eq!((method.name.text(), method.place.text()), ("BackupMethod", "Logical"));
    assert_eq!((call.head.text(), call.unknown_names.len()), ("requests.get", 0));
    let program = "def backup(i, db):\n    url = f'https://rds.cn-hangzhou.aliyuncs.com/?Action=CreateBackup&DBInstanceId={i}&DBName=a%2Cb&BackupStrategy=db&Backupmethod=x'\n    return requests.get(sign(url))\n";
    let call = self::call(program);
    assert_eq!(values(&call, "DBInstanceId"), ["?`i` is a parameter of `backup`"]);
    assert_eq!(values(&call, "DBName"), ["a,b"]);
    assert_eq!(call.unknown_names[0].place.text(), "Backupmethod");
    let body = "requests.post(URL, data='Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1')\n";
    assert_eq!(values(&self::call(body), "DBInstanceId"), ["rm-1"]);
}

#[test]
fn urls_of_others() {
    for program in [
        "requests.get('https://rds.volcengineapi.com/?Action=CreateBackup&Version=2022-01-01&InstanceId=x')\n# aliyun",
        "requests.get('https://mongodb.aliyuncs.com/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1')\n",
        "requests.get('https://x.y/?module=admin&action=createBackup')\n# aliyun CreateBackup",
        "URL = 'https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1'\n",
        "print('https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1')\n",
        "parser.add_argument('--url', help='as in https://rds.aliyuncs.com/?Action=CreateBackup&Version=2014-08-15')\n",
    ] {
        assert_eq!(calls(program).len(), 0, "{program}");
    }
}

#[test]
fn commands_of_which_a_part_is_not_known() {
    let call = call(
        "import os\ndef backup(i, extra):\n    os.system(f'aliyun rds CreateBackup --DBInstanceId {i} --BackupMethod Logical')\n",
    );
    assert_eq!(values(&call, "DBInstanceId"), ["?`i` is a parameter of `backup`"]);
    assert_eq!(values(&call, "BackupMethod"), ["Logical"]);
    assert_eq!(values(&call, "DBName"), ["not given"]);
    let call = self::call("import os\ndef f(extra):\n    os.system('aliyun rds CreateBackup ' + extra)\n");
    assert!(values(&call, "DBName")[0].starts_with('?'));
}

#[test]
fn everything_of_a_module() {
    let program = "from alibabacloud_rds20140815.models import *\nclient.create_backup(CreateBackupRequest(dbinstance_id='rm-1'))\n";
    assert_eq!(values(&call(program), "DBInstanceId"), ["rm-1"]);
    let other = "from alibabacloud_dds20151201.models import *\nclient.create_backup(CreateBackupRequest(dbinstance_id='dds-1'))\n";
    assert_eq!(calls(other).len(), 0);
}
