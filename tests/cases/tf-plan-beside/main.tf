variable "method" {
  type = string
}

resource "alicloud_db_instance" "road" {
  engine                   = "MariaDB"
  engine_version           = "10.6"
  instance_type            = "mariadb.n2.medium.2c"
  instance_storage         = 30
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_backup" "road" {
  db_instance_id = alicloud_db_instance.road.id
  backup_method  = var.method
}
