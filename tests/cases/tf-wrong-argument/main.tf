resource "alicloud_db_instance" "menu" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.n4.large.1"
  instance_storage         = 60
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_backup" "menu" {
  instance_id   = alicloud_db_instance.menu.id
  backup_method = "Snapshot"
}

# The policy of the same instance does have instance_id, and is no call.
resource "alicloud_db_backup_policy" "menu" {
  instance_id             = alicloud_db_instance.menu.id
  backup_method           = "Logical"
  backup_retention_period = 3
}
