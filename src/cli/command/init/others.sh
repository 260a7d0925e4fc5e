cargo install --locked backuplint
backuplint check .
