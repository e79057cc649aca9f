"""What the person who receives a mail of ours runs: open, verify, run, apply, info.

It stands apart: only the standard library, nothing of the house, Python 3.8, so that it is also one file for anybody.
"""
