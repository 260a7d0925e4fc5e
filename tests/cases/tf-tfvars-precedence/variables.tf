variable "method" {
  type    = string
  default = "Snapshot"
}
variable "days" {
  type    = number
  default = 7
}
variable "database" {
  type = string
}
