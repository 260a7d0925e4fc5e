resource "alicloud_db_instance" "spare" {
  engine               = "MySQL"
  engine_version       = "8.0"
  instance_type        = "mysql.n2.serverless.1c"
  instance_storage     = 20
  instance_charge_type = "Serverless"
}

resource "alicloud_rds_backup" "spare" {
  db_instance_id = alicloud_db_instance.spare.id
  backup_method  = "Physical"
}

resource "alicloud_db_instance" "unsaid" {
  engine           = "MySQL"
  engine_version   = "8.0"
  instance_type    = "mysql.n2.small.1"
  instance_storage = 20
}

resource "alicloud_rds_backup" "unsaid" {
  db_instance_id = alicloud_db_instance.unsaid.id
  backup_method  = "Physical"
}
