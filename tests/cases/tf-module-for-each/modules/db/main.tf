variable "engine" {}
variable "disk" {}
resource "alicloud_db_instance" "this" {
  engine                   = var.engine
  engine_version           = "10.3"
  instance_type            = "n"
  instance_storage         = 20
  db_instance_storage_type = var.disk
}
output "id" {
  value = alicloud_db_instance.this.id
}
