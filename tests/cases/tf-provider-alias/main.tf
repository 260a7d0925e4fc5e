provider "alicloud" {
  region = "eu-central-1"
}

provider "alicloud" {
  alias  = "asia"
  region = "ap-southeast-1"
}

module "asia" {
  source    = "./db"
  providers = { alicloud = alicloud.asia }
  engine    = "MySQL"
}

module "europe" {
  source = "./db"
  engine = "SQLServer"
}

resource "alicloud_rds_backup" "of_asia" {
  provider        = alicloud.asia
  db_instance_id  = module.asia.id
  backup_method   = "Snapshot"
  depends_on      = [module.asia]
  lifecycle {
    ignore_changes = [backup_method]
  }
}

resource "alicloud_rds_backup" "of_europe" {
  db_instance_id = module.europe.id
  backup_method  = "Physical"
  backup_type    = "FullBackup"
  db_name        = "visitors"
}
