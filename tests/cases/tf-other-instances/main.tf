resource "alicloud_db_instance" "main" {
  engine                   = "PostgreSQL"
  engine_version           = "13.0"
  instance_type            = "pg.n4.2c.2m"
  instance_storage         = 200
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_db_readonly_instance" "reports" {
  master_db_instance_id    = alicloud_db_instance.main.id
  engine_version           = alicloud_db_instance.main.engine_version
  instance_type            = alicloud_db_instance.main.instance_type
  instance_storage         = 200
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_rds_clone_db_instance" "drill" {
  source_db_instance_id    = alicloud_db_instance.main.id
  db_instance_storage_type = "cloud_essd"
  payment_type             = "PayAsYouGo"
}

resource "alicloud_rds_upgrade_db_instance" "next" {
  source_db_instance_id    = alicloud_db_instance.main.id
  target_major_version     = "15.0"
  db_instance_storage_type = "cloud_essd"
  payment_type             = "PayAsYouGo"
  collect_stat_mode        = "After"
  switch_over              = "false"
}

resource "alicloud_rds_ddr_instance" "far" {
  engine                   = "MySQL"
  engine_version           = "5.7"
  db_instance_storage_type = "local_ssd"
  payment_type             = "Postpaid"
  restore_type             = "0"
}

resource "alicloud_rds_backup" "of_reports" {
  db_instance_id = alicloud_db_readonly_instance.reports.id
  backup_method  = "Snapshot"
}

resource "alicloud_rds_backup" "of_drill" {
  db_instance_id = alicloud_rds_clone_db_instance.drill.id
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "of_next" {
  db_instance_id  = alicloud_rds_upgrade_db_instance.next.id
  backup_method   = "Physical"
  db_name         = "core"
}

resource "alicloud_rds_backup" "of_far" {
  db_instance_id  = alicloud_rds_ddr_instance.far.id
  backup_method   = "Logical"
  backup_strategy = "db"
}
