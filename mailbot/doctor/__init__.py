"""`mailbot doctor`: whether everything that mailbot needs is there and well, and what mends it where it is not."""
