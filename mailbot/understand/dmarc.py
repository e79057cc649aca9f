"""DMARC (RFC 9989): whether what passed, by SPF or DKIM, speaks for the domain of the author that people see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mailbot.understand.zone import Lookup

MOST_LABELS: Final = 7  #: a longer name is asked for itself, and then from here down: at most eight questions
_LOWER: Final = {"reject": "quarantine", "quarantine": "none", "none": "none"}
_Tags = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Dmarc:
    """What the domain of the author says, and who of those that passed speaks for it."""

    result: str  #: pass, fail, none: the domain has no policy
    policy: str = ""  #: what it asks for when the result is fail: none, quarantine, reject
    org: str = ""  #: the organisation's domain; the author's own where there is no record
    spf_aligned: bool = False
    dkim_aligned: tuple[str, ...] = ()  #: those of the signing domains that speak for the author


@dataclass(frozen=True, kw_only=True)
class _Walk:
    """The records above one name, nearest first."""

    start: str
    found: tuple[tuple[str, _Tags], ...] = ()
    torn: bool = False  #: the name itself has several records: it has no policy at all

    @property
    def org(self) -> str:
        """The organisation's domain: below a public suffix, or the highest name with a record."""
        for name, tags in self.found:
            if tags.get("psd", "").lower() == "y" and name != self.start:
                return ".".join(self.start.split(".")[-(name.count(".") + 2) :])
        # A record of a top-level domain that is not marked as a public suffix would make one house of all below it.
        named = [name for name, _ in self.found if "." in name or name == self.start]
        return named[-1] if named else self.start


def dmarc_of(author: str, spf_domain: str | None, dkim_domains: Sequence[str], lookup: Lookup) -> Dmarc:
    """Judge the *author*'s domain by the domains that passed SPF and DKIM; raise Unsure when the DNS cannot say.

    A domain without a record has no policy; there only the very same domain speaks for the author.
    """
    walk = _walked(author, lookup)
    record = None if walk.torn else _record(walk)
    policy = _policy(record, walk.start, lookup) if record else ""
    if not record or not policy:
        exact = tuple(name for name in dkim_domains if name == author)
        return Dmarc(result="none", org=author, spf_aligned=spf_domain == author, dkim_aligned=exact)
    tags = record[1]

    def aligned(domain: str, mode: str) -> bool:
        if domain == author:
            return True
        if tags.get(mode, "r").lower() == "s" or not f".{domain}".endswith(f".{walk.org}"):
            return False
        return _walked(domain, lookup).org == walk.org

    dkim = tuple(name for name in dkim_domains if aligned(name, "adkim"))
    spf = spf_domain is not None and aligned(spf_domain, "aspf")
    result = "pass" if dkim or spf else "fail"
    return Dmarc(result=result, policy=policy, org=walk.org, spf_aligned=spf, dkim_aligned=dkim)


def kin(one: str, other: str) -> bool:
    """Whether two domains could be of one organisation, whatever the DNS says: none is shorter than two labels."""
    return one.split(".")[-2:] == other.split(".")[-2:]


def _walked(start: str, lookup: Lookup) -> _Walk:
    """Ask for the records from *start* up to the top, as RFC 9989 walks the tree."""
    labels = start.split(".")
    found: list[tuple[str, _Tags]] = []
    left = len(labels)
    while left:
        name = ".".join(labels[-left:])
        records = [tags for tags in map(_tags, lookup(f"_dmarc.{name}", "TXT").values) if tags]
        if len(records) > 1 and left == len(labels):
            return _Walk(start=start, torn=True)
        if len(records) == 1:
            found.append((name, records[0]))
            if records[0].get("psd", "").lower() in {"y", "n"}:
                break
        left = MOST_LABELS if left > MOST_LABELS else left - 1
    return _Walk(start=start, found=tuple(found))


def _record(walk: _Walk) -> tuple[str, _Tags] | None:
    """The record that speaks: of the name itself, else of its organisation, else of the public suffix above."""
    known = dict(walk.found)
    for name in (walk.start, walk.org):
        if name in known:
            return name, known[name]
    above = [(name, tags) for name, tags in walk.found if tags.get("psd", "").lower() == "y"]
    return above[-1] if above else None


def _policy(record: tuple[str, _Tags], author: str, lookup: Lookup) -> str:
    """What the record asks for; empty when it is no policy. A test (t=y) asks for one step less."""
    name, tags = record
    wanted = ["p"]
    if name != author:
        wanted = ["sp", "p"]
        if "np" in tags and not lookup(author, "A").exists:
            wanted = ["np", "sp", "p"]
    asked = next((tags[tag].lower() for tag in wanted if tag in tags), "")
    if asked not in _LOWER:
        asked = "none" if tags.get("rua", "").lower().startswith("mailto:") else ""
    return _LOWER.get(asked, "") if tags.get("t", "").lower() == "y" else asked


def _tags(record: bytes) -> _Tags:
    """The tags of a DMARC record; empty for any other text."""
    tags: dict[str, str] = {}
    for number, piece in enumerate(record.decode("ascii", "replace").split(";")):
        name, equals, value = (part.strip(" \t") for part in piece.partition("="))
        if number == 0 and (name, equals, value) != ("v", "=", "DMARC1"):
            return {}
        if equals:
            tags.setdefault(name.lower(), value)
    return tags
