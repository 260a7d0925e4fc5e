variable "id" {
  type    = string
  default = ""
}

resource "alicloud_db_instance" "many" {
  count                    = 2
  engine                   = "PostgreSQL"
  engine_version           = "15.0"
  instance_type            = "pg.n2.2c.1m"
  instance_storage         = 20
  db_instance_storage_type = "cloud_essd"
}

resource "alicloud_db_instance" "named" {
  for_each                 = { eu = "MySQL", us = "SQLServer" }
  engine                   = each.value
  engine_version           = "8.0"
  instance_type            = "n2"
  instance_storage         = 20
  db_instance_storage_type = "local_ssd"
}

locals {
  ids    = alicloud_db_instance.many[*].id
  by_key = { for k, v in alicloud_db_instance.named : k => v.id }
}

resource "alicloud_rds_backup" "by_index" {
  db_instance_id = alicloud_db_instance.many[0].id
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "by_splat" {
  db_instance_id = alicloud_db_instance.many.*.id[1]
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "by_local" {
  db_instance_id = element(local.ids, 0)
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "each_of_them" {
  count          = 2
  db_instance_id = local.ids[count.index]
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "by_key" {
  db_instance_id = local.by_key["us"]
  backup_method  = "Logical"
}

resource "alicloud_rds_backup" "the_other_key" {
  db_instance_id  = alicloud_db_instance.named["eu"].id
  backup_method   = "Logical"
  backup_strategy = "instance"
}

resource "alicloud_rds_backup" "or_the_variable" {
  db_instance_id = var.id != "" ? var.id : one(alicloud_db_instance.many[*].id)
  backup_method  = "Snapshot"
}

resource "alicloud_rds_backup" "in_quotes" {
  db_instance_id = "${alicloud_db_instance.named["us"].id}"
  backup_method  = format("%s%s", "Log", "ical")
}

resource "alicloud_rds_backup" "literal" {
  db_instance_id = "pgr-2k3l4m5n6b7v8c9x"
}
