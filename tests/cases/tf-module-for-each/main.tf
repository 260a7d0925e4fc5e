locals {
  teams = {
    red  = { engine = "MySQL", disk = "local_ssd", backups = ["Physical"] }
    blue = { engine = "MariaDB", disk = "cloud_essd", backups = ["Physical", "Logical"] }
  }
  plans = merge([
    for team, t in local.teams : {
      for how in t.backups : "${team}-${how}" => { team = team, how = how }
    }
  ]...)
}

module "db" {
  source   = "./modules/db"
  for_each = local.teams
  engine   = each.value.engine
  disk     = each.value.disk
}

resource "alicloud_rds_backup" "all" {
  for_each       = local.plans
  db_instance_id = module.db[each.value.team].id
  backup_method  = each.value.how
  backup_strategy = each.value.how == "Logical" ? "instance" : null
}
