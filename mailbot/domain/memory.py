"""What a person wants to be kept in mind for everything that is built for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

About = Literal["wish", "computer"]


@dataclass(frozen=True, kw_only=True)
class Memory:
    """One thing, in the person's own words."""

    number: int  #: by which it is dropped
    text: str
    about: About = "wish"  #: computer: on what the person works, of which there is one
