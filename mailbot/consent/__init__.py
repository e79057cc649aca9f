"""Consent instead of a password: asked for, kept, renewed, for every room that logs in somewhere."""
