method = "Physical"
days   = 900
