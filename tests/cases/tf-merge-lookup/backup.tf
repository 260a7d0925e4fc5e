locals {
  defaults = {
    backup_method           = "Physical"
    backup_retention_period = 30
  }
  of_team = merge(local.defaults, {
    backup_method = "Snapshot"
  })
  by_engine = {
    MySQL     = "Physical"
    MariaDB   = "Physical"
    SQLServer = "Snapshot"
  }
}

resource "alicloud_db_instance" "wiki" {
  engine                   = "MySQL"
  engine_version           = "5.7"
  instance_type            = "rds.mysql.s2.large"
  instance_storage         = 100
  db_instance_storage_type = "local_ssd"
}

resource "alicloud_rds_backup" "merged" {
  db_instance_id          = alicloud_db_instance.wiki.id
  backup_method           = local.of_team.backup_method
  backup_retention_period = local.of_team["backup_retention_period"]
}

resource "alicloud_rds_backup" "looked_up" {
  db_instance_id = alicloud_db_instance.wiki.id
  backup_method  = lookup(local.by_engine, alicloud_db_instance.wiki.engine, "Snapshot")
}

resource "alicloud_rds_backup" "fallback" {
  db_instance_id = alicloud_db_instance.wiki.id
  backup_method  = lookup(local.by_engine, "Oracle", "Snapshot")
}
