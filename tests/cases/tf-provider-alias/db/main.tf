terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud", version = ">= 1.273.0" }
  }
}
variable "engine" { type = string }
resource "alicloud_db_instance" "db" {
  engine                   = var.engine
  engine_version           = var.engine == "MySQL" ? "8.0" : "2019_std_sl"
  instance_type            = "x"
  instance_storage         = 20
  db_instance_storage_type = "cloud_essd"
}
output "id" { value = alicloud_db_instance.db.id }
