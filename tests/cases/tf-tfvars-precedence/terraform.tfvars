method   = "Logical"
database = "quotes"
