engine = "MariaDB"
days   = 30
