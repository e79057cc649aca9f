"""Lines that a mail program broke on its own are one line again (RFC 3676)."""

from __future__ import annotations


def unflowed(text: str, *, delsp: bool = False) -> str:
    """*text* as it was written; *delsp*: the blank at the end of a line was put there by the program."""
    out: list[str] = []
    open_depth = -1  #: how deep the unfinished line is quoted; -1: none is unfinished
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        soft = bare.endswith(" ") and bare != "-- "
        kept = bare[:-1] if soft and delsp else bare
        if depth == open_depth and bare != "-- ":
            out.append(kept)
        else:
            out += ["\n" if out else "", ">" * depth + (" " if depth else ""), kept]
        open_depth = depth if soft else -1
    return "".join(out)
