resource "alicloud_db_instance" "memos" {
  engine                   = "MySQL"
  engine_version           = "5.7"
  instance_type            = "rds.mysql.t1.small"
  instance_storage         = 20
  db_instance_storage_type = "local_ssd"
}

resource "alicloud_rds_backup" "a_week_less_one" {
  db_instance_id          = alicloud_db_instance.memos.id
  backup_method           = "Logical"
  backup_strategy         = "instance"
  backup_retention_period = 6
}

resource "alicloud_rds_backup" "for_good" {
  db_instance_id          = alicloud_db_instance.memos.id
  backup_method           = "Physical"
  backup_retention_period = -1
}

resource "alicloud_rds_backup" "too_long" {
  db_instance_id          = alicloud_db_instance.memos.id
  backup_method           = "Physical"
  backup_retention_period = "731"
}

# The provider sends a zero; it does not take it for "not given".
resource "alicloud_rds_backup" "zero" {
  db_instance_id          = alicloud_db_instance.memos.id
  backup_method           = "Physical"
  backup_retention_period = 0
}

resource "alicloud_rds_backup" "longest" {
  db_instance_id          = alicloud_db_instance.memos.id
  backup_method           = "Physical"
  backup_retention_period = 7.3e2
}

resource "alicloud_rds_backup" "minus_two" {
  db_instance_id          = alicloud_db_instance.memos.id
  backup_method           = "Physical"
  backup_retention_period = "-2"
}
