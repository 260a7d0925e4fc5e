# One backup for each shop; the ledger was copied from an older team and never run.
locals {
  shops = {
    cart    = { kind = "MySQL", release = "8.0", volume = "general_essd", how = "Snapshot" }
    ledger  = { kind = "SQLServer", release = "2022_std", volume = "cloud_essd", how = "Logical" }
    geo     = { kind = "PostgreSQL", release = "16.0", volume = "cloud_essd2", how = "Physical" }
    archive = { kind = "MySQL", release = "5.6", volume = "local_ssd", how = "Physical" }
  }
}

resource "alicloud_db_instance" "shop" {
  for_each                 = local.shops
  engine                   = each.value.kind
  engine_version           = each.value.release
  db_instance_storage_type = each.value.volume
  instance_type            = "x4.large"
  instance_storage         = 20
}

resource "alicloud_rds_backup" "shop" {
  for_each       = local.shops
  db_instance_id = alicloud_db_instance.shop[each.key].id
  backup_method  = each.value.how
}
