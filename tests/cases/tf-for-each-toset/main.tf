resource "alicloud_db_instance" "till" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.x2.medium.2"
  instance_storage         = 40
  db_instance_storage_type = "local_ssd"
}

resource "alicloud_rds_backup" "each_way" {
  for_each       = toset(["Physical", "Snapshot"])
  db_instance_id = alicloud_db_instance.till.id
  backup_method  = each.key
}

resource "alicloud_rds_backup" "each_database" {
  for_each        = toset(["receipts", "cashiers"])
  db_instance_id  = alicloud_db_instance.till.id
  backup_method   = "Logical"
  backup_strategy = "db"
  db_name         = each.value
}
