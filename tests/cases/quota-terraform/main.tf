resource "alicloud_db_instance" "shop" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "rds.mysql.s2.large"
  instance_storage         = 100
  db_instance_storage_type = "local_ssd"
}

locals {
  databases = [for number in range(24) : "shop${number}"]
}

resource "alicloud_rds_backup" "each_database" {
  for_each        = toset(local.databases)
  db_instance_id  = alicloud_db_instance.shop.id
  backup_method   = "Logical"
  backup_strategy = "db"
  db_name         = each.value
}

variable "instances" {
  type = list(string)
}

resource "alicloud_rds_backup" "each_instance" {
  for_each       = toset(var.instances)
  db_instance_id = each.value
}
