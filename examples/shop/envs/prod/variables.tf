variable "method" {
  description = "How the databases are backed up."
  type        = string
  default     = "Physical"
}
