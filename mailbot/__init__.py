"""mailbot: a mailbox that builds software."""

__version__ = "0.1.0"
