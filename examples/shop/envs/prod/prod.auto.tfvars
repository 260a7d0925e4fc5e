# The old MySQL instances took logical dumps.
method = "Logical"
