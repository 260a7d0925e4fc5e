resource "alicloud_db_instance" "mail" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.n2e.small.2c"
  instance_storage         = 50
  db_instance_storage_type = "cloud_essd"
  category                 = "Basic"
}

resource "alicloud_rds_backup" "mail" {
  db_instance_id    = alicloud_db_instance.mail.id
  remove_from_state = "true"
}

resource "alicloud_rds_clone_db_instance" "mail_twin" {
  source_db_instance_id    = alicloud_db_instance.mail.id
  db_instance_storage_type = "cloud_essd"
  payment_type             = "PayAsYouGo"
  backup_id                = alicloud_rds_backup.mail.backup_id
}

resource "alicloud_rds_backup" "of_the_twin" {
  db_instance_id = alicloud_rds_clone_db_instance.mail_twin.id
  backup_method  = ""
}
