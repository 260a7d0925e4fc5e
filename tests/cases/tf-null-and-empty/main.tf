variable "maybe" {
  type    = string
  default = null
}

resource "alicloud_db_instance" "sql" {
  engine                   = "SQLServer"
  engine_version           = "2016_std"
  instance_type            = "rds.mssql.s1.small"
  instance_storage         = 20
  db_instance_storage_type = "local_ssd"
}

resource "alicloud_rds_backup" "nothing_but_the_id" {
  db_instance_id  = alicloud_db_instance.sql.id
  backup_method   = ""
  backup_strategy = null
  db_name         = ""
  backup_type     = null
}

resource "alicloud_rds_backup" "no_id" {
  db_instance_id = ""
  backup_method  = "Physical"
}

resource "alicloud_rds_backup" "null_id" {
  db_instance_id = null
  backup_method  = "Physical"
}

resource "alicloud_rds_backup" "four" {
  db_instance_id          = alicloud_db_instance.sql.id
  backup_method           = "Physical"
  backup_type             = "FullBackup"
  backup_strategy         = "db"
  db_name                 = "north,south"
  backup_retention_period = "7"
}

resource "alicloud_rds_backup" "three" {
  db_instance_id          = alicloud_db_instance.sql.id
  backup_method           = "Physical"
  backup_type             = "FullBackup"
  backup_strategy         = "instance"
  backup_retention_period = 30
}

resource "alicloud_rds_backup" "brackets" {
  db_instance_id  = alicloud_db_instance.sql.id
  backup_method   = "Physical"
  backup_type     = "FullBackup"
  backup_strategy = "db"
  db_name         = "[north, south]"
}

resource "alicloud_rds_backup" "small_letters" {
  db_instance_id = alicloud_db_instance.sql.id
  backup_method  = "physical"
  backup_type    = "IncrementalBackup"
}
