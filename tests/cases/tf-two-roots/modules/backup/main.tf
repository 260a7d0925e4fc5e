variable "id" { type = string }
variable "method" {
  type    = string
  default = "Logical"
}
resource "alicloud_rds_backup" "this" {
  db_instance_id = var.id
  backup_method  = var.method
}
