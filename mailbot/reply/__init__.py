"""From an outcome to the words and bytes of a mail. Pure."""
