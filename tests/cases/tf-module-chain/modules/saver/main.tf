variable "instance" {
  type = string
}

variable "how" {
  type = string
}

variable "databases" {
  type    = string
  default = null
}

resource "alicloud_rds_backup" "this" {
  db_instance_id = var.instance
  backup_method  = var.how
  db_name        = var.databases
}
