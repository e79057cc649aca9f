"""`mailbot init`: questions, their answers tried one after the other, and the files that come of them."""
