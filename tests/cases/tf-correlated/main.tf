variable "production" {
  type = bool
}

locals {
  disk   = var.production ? "local_ssd" : "cloud_essd"
  method = var.production ? "Physical" : "Snapshot"
}

resource "alicloud_db_instance" "chat" {
  engine                   = "MySQL"
  engine_version           = "5.7"
  instance_type            = "rds.mysql.m1.medium"
  instance_storage         = 100
  db_instance_storage_type = local.disk
}

resource "alicloud_rds_backup" "chat" {
  db_instance_id = alicloud_db_instance.chat.id
  backup_method  = local.method
}

resource "alicloud_rds_backup" "logical_in_production" {
  count           = var.production ? 1 : 0
  db_instance_id  = alicloud_db_instance.chat.id
  backup_method   = "Logical"
  backup_strategy = "instance"
}

resource "alicloud_rds_backup" "logical_elsewhere" {
  count           = var.production ? 0 : 1
  db_instance_id  = alicloud_db_instance.chat.id
  backup_method   = "Logical"
  backup_strategy = "instance"
}
