module "backup" {
  source = "../../modules/backup"
  id     = "pgm-4m5n6b7v8c9x0z1a"
}
