/* resource "alicloud_rds_backup" "old" {
  backup_method = "Snapchat"
} */
# resource "alicloud_rds_backup" "older" { backup_method = "Nope" }

resource "alicloud_oss_bucket_object" "guide" {
  bucket  = "handbook"
  key     = "backup.md"
  content = <<-TEXT
    Don't write it like this:
      resource "alicloud_rds_backup" "x" {
        backup_method = "Incremental"   # "unpaired
      }
    nor with aliyun rds CreateBackup --BackupMethod Nope \
  TEXT
}

output "note" {
  value = jsonencode({
    resource = "alicloud_rds_backup"
    call     = "rds:CreateBackup"
    method   = "none at all"
  })
}

resource "alicloud_db_instance" "real" {
  engine                   = "MySQL"
  engine_version           = "8.0"
  instance_type            = "mysql.n2.xlarge.1"
  instance_storage         = 20
  db_instance_storage_type = "cloud_essd"

  dynamic "parameters" {
    for_each = { innodb_large_prefix = "ON" }
    content {
      name  = parameters.key
      value = parameters.value
    }
  }
}

resource "alicloud_rds_backup" "real" {
  db_instance_id = alicloud_db_instance.real.id
  backup_method  = "Physical"

  dynamic "timeouts" {
    for_each = ["30m"]
    content {
      create = timeouts.value
    }
  }
}
