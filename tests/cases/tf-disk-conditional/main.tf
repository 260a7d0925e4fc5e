variable "volume" {
  type        = string
  description = "cloud_essd in production, local_ssd in the old region"
  default     = "cloud_essd"
}

resource "alicloud_db_instance" "rates" {
  engine                   = "MySQL"
  engine_version           = "5.7"
  instance_type            = "mysql.n2.small.1"
  instance_storage         = 30
  db_instance_storage_type = var.volume
}

resource "alicloud_rds_backup" "rates" {
  db_instance_id    = alicloud_db_instance.rates.id
  backup_method     = var.volume == "local_ssd" ? "Physical" : "Snapshot"
  remove_from_state = true
}

# The other way round: wrong for both disks.
resource "alicloud_rds_backup" "swapped" {
  db_instance_id = alicloud_db_instance.rates.id
  backup_method  = var.volume != "local_ssd" ? "Physical" : "Snapshot"
}
