variable "method" {
  type = string
  validation {
    condition     = contains(["Physical", "Snapshot"], var.method)
    error_message = "Physical or Snapshot."
  }
}

variable "free" {
  type = string
}

resource "alicloud_db_instance" "pg" {
  engine                   = "PostgreSQL"
  engine_version           = "16.0"
  instance_type            = "pg.n2.4c.1m"
  instance_storage         = 20
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_backup" "validated" {
  db_instance_id = alicloud_db_instance.pg.id
  backup_method  = var.method
}

resource "alicloud_rds_backup" "free" {
  db_instance_id = alicloud_db_instance.pg.id
  backup_method  = var.free
}
