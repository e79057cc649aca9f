"""From bytes to meaning. Pure, and linear in the size of the mail."""
