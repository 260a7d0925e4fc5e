variable "enabled" {
  type    = bool
  default = false
}

variable "replicas" {
  type = number
}

resource "alicloud_db_instance" "logs" {
  engine                   = "SQLServer"
  engine_version           = "2019_std_sl"
  instance_type            = "mssql.x4.medium.s1"
  instance_storage         = 20
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_backup" "never" {
  count          = 0
  db_instance_id = alicloud_db_instance.logs.id
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "on_request" {
  count          = var.replicas
  db_instance_id = alicloud_db_instance.logs.id
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "once" {
  count          = 1
  db_instance_id = alicloud_db_instance.logs.id
  backup_method  = count.index == 0 ? "Physical" : "Logical"
}
