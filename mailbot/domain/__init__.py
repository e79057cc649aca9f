"""The nouns. Frozen values only; imports nothing of ours but itself, and no I/O."""
