"""What to make next, and what it is made of. Pure."""
