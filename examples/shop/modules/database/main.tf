variable "name" {
  type = string
}

variable "engine" {
  type = string
}

resource "alicloud_db_instance" "this" {
  instance_name            = var.name
  engine                   = var.engine
  engine_version           = "15.0"
  instance_type            = "pg.n2.2c.1m"
  instance_storage         = 100
  db_instance_storage_type = "cloud_essd"
}

output "instance_id" {
  value = alicloud_db_instance.this.id
}
