"""The twelve uses: each a mail that a person would write, built end to end with a scripted model."""
