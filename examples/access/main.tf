# The role of the job that makes backups at night, and what it may do.
resource "alicloud_ram_role" "nightly" {
  role_name = "nightly"
}

resource "alicloud_ram_policy" "backup" {
  policy_name = "backup"
  policy_document = jsonencode({
    Version = "1"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["rds:CreateBackup", "rds:DescribeBackups"]
        Resource = "acs:rds:*:*:dbinstance/pgm-9z8y7x6w5v4u3t2s"
      },
    ]
  })
}

resource "alicloud_ram_role_policy_attachment" "backup" {
  role_name   = alicloud_ram_role.nightly.role_name
  policy_name = alicloud_ram_policy.backup.policy_name
  policy_type = "Custom"
}

# Meant for the job that migrates; the type of the resource is misspelt.
resource "alicloud_ram_policy" "migrate" {
  policy_name = "migrate"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = "rds:CreateBackup"
      Resource = "acs:rds:*:*:dbinstances/rm-2ze8c4h6j1l3n5p7r"
    }]
  })
}
