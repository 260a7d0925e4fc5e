resource "alicloud_db_instance" "feed" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "rds.mysql.c1.large"
  instance_storage         = 100
  db_instance_storage_type = "local_ssd"
}

resource "alicloud_rds_backup" "feed" {
  db_instance_id          = alicloud_db_instance.feed.id
  backup_method           = var.method
  backup_retention_period = var.days
}
