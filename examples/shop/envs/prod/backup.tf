# A backup before every release.
module "orders" {
  source = "../../modules/database"
  name   = "orders"
  engine = "PostgreSQL"
}

resource "alicloud_rds_backup" "before_release" {
  db_instance_id = module.orders.instance_id
  backup_method  = var.method
}
