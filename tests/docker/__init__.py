"""The image, compose files and units."""
