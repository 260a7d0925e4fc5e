# The engine is chosen here, the instance is made in one module, its id goes through a second one into a third.
module "store" {
  source = "./modules/store"
  flavour = {
    engine = "PostgreSQL"
    disk   = "cloud_essd"
  }
}

module "registry" {
  source = "./modules/registry"
  ids    = { main = module.store.id }
}

module "saver" {
  source   = "./modules/saver"
  instance = module.registry.first
  how      = "Snapshot"
}

module "saver_of_one_table" {
  source    = "./modules/saver"
  instance  = module.registry.first
  how       = "Physical"
  databases = "invoices"
}
