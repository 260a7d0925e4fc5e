variable "ids" {
  type = map(string)
}

output "first" {
  value = lookup(var.ids, "main", "")
}
