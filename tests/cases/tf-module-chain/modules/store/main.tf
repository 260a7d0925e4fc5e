variable "flavour" {
  type = object({ engine = string, disk = string })
}

resource "alicloud_db_instance" "this" {
  engine                   = var.flavour.engine
  engine_version           = "15.0"
  instance_type            = "pg.n2.2c.1m"
  instance_storage         = 20
  db_instance_storage_type = var.flavour.disk
}

output "id" {
  value = alicloud_db_instance.this.id
}
