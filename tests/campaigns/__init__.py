"""Slow campaigns, each a make target of its own, each with a short version in the suite."""
