data "alicloud_db_instances" "old" {
  name_regex = "^legacy-"
  engine     = "SQLServer"
  status     = "Running"
}

data "alicloud_db_instances" "any" {
  name_regex = "^any-"
}

# A table of backups that exist, not a call.
data "alicloud_rds_backups" "made" {
  db_instance_id = data.alicloud_db_instances.old.ids.0
  backup_mode    = "Manual"
}

resource "alicloud_rds_backup" "old" {
  db_instance_id = data.alicloud_db_instances.old.instances.0.id
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "any" {
  db_instance_id = data.alicloud_db_instances.any.ids[0]
  backup_method  = "Logical"
  backup_strategy = "instance"
}
