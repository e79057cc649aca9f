"""The suite: it mirrors the house, folder by folder."""
