module "backup" {
  source = "../../modules/backup"
  id     = "pgm-3l4m5n6b7v8c9x0z"
  method = "Snapshot"
}
