variable "engine" {}
variable "days" {}
variable "method" {}

resource "alicloud_db_instance" "pets" {
  engine                   = var.engine
  engine_version           = "10.3"
  instance_type            = "mariadb.x4.medium.2c"
  instance_storage         = 40
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_backup" "pets" {
  db_instance_id          = alicloud_db_instance.pets.id
  backup_method           = var.method
  backup_retention_period = var.days
}

resource "alicloud_rds_backup" "snap" {
  db_instance_id = alicloud_db_instance.pets.id
  backup_method  = "Snapshot"
}
