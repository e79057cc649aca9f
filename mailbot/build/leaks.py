"""Find secrets in what leaves: those of everybody by their form, our own by their value. None is ever shown.

Our own are known only by their length and two sums, so that this knowledge is no second copy of them.
"""

from __future__ import annotations

import hmac
import itertools
import math
import operator
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MAX_TEXT: Final = 2_000_000  #: characters of one text that are looked at
SHORTEST: Final = 8  #: characters of a secret of ours that can be found again: shorter ones stand everywhere
MOST: Final = 20  #: leaks of one text that are named
BLACK: Final = "[secret removed]"
_PROVIDERS: Final = "a key of a model's provider"
_ADDRESS: Final = "a password in an address"
_SAMPLED: Final = 200  #: characters of a key's text in which the letters are counted

#: What it is, what stands in every one, and its form. The part that is secret is the group, where there is one.
_FORMS: Final = tuple(
    (what, needle, re.compile(form))
    for what, needle, form in (
        (
            "a private key",
            "PRIVATE KEY",
            r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:\\n|[\s\"'+,])+[\w+/=:,. ]{24}[^-]{0,20000}",
        ),
        ("an AWS access key", "A", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
        ("a GitHub token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b"),
        ("a GitHub token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{40,255}\b"),
        ("a GitLab token", "glpat-", r"\bglpat-[\w-]{20,64}"),
        ("a Slack token", "xox", r"\bxox[abeprs]-[A-Za-z0-9-]{16,255}"),
        ("a Slack webhook", "hooks.slack", r"https://hooks\.slack\.com/services/(T[\w/]{20,120})"),
        ("a Google API key", "AIza", r"\bAIza[\w-]{35}(?![\w-])"),
        ("a Google client secret", "GOCSPX-", r"\bGOCSPX-[\w-]{20,60}"),
        ("a Google access token", "ya29.", r"\bya29\.[\w-]{30,400}"),
        ("a Stripe key", "_live_", r"\b[sr]k_live_[A-Za-z0-9]{16,255}"),
        ("a Stripe key", "_test_", r"\b[sr]k_test_[A-Za-z0-9]{16,255}"),
        ("a Stripe secret", "whsec_", r"\bwhsec_[A-Za-z0-9+/=]{24,100}"),
        (_PROVIDERS, "sk-", r"\bsk-(?:(?:proj|svcacct|admin|ant-[a-z0-9]{2,12}|or-v1)-)?([A-Za-z0-9_-]{32,255})"),
        ("a Hugging Face token", "hf_", r"\bhf_[A-Za-z0-9]{30,60}\b"),
        ("an npm token", "npm_", r"\bnpm_[A-Za-z0-9]{36}\b"),
        ("a PyPI token", "pypi-", r"\bpypi-AgE[\w-]{50,400}"),
        ("a Telegram bot token", ":AA", r"\b\d{8,10}:AA[\w-]{33}(?![\w-])"),
        ("a SendGrid key", "SG.", r"\bSG\.[\w-]{22}\.[\w-]{43}"),
        ("an Azure storage key", "AccountKey=", r"\bAccountKey=([A-Za-z0-9+/]{80,100}={0,2})"),
        ("a signed web token", "eyJ", r"\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}"),
        (_ADDRESS, "://", r"(?<=[a-z0-9])://[^\s/:@'\"<>`]{0,100}:([^\s/@'\"<>`]{3,200})@[\w\[]"),
    )
)
_SECRET_NAME: Final = re.compile(
    r"secret|token|passw(?:or)?d|pwd|api[_-]?key|access[_-]?key|private[_-]?key|credential", re.IGNORECASE
)
_GIVEN: Final = re.compile(
    r"""(?P<rest>[\w.-]{0,20})["']?[ \t]{0,4}(?::=|=>|[:=])[ \t]{0,4}"""
    r"""(?P<quote>["'`]?)(?P<value>[^\s"'`,;<>(){}\[\]]{16,200})"""
)
_NAME_BEFORE: Final = re.compile(r"[\w.-]{0,40}\Z")
#: What people and models write where a secret would stand, and what only points to one.
_PLACEHOLDER: Final = re.compile(
    r"example|change.?me|placeholder|your|dummy|fake|sample|redacted|removed|insert|replace|secret.?here|goes.?here|"
    r"x{3}|\*{3}|\.{3}|\u2026|\$\{|\$\(|%\(|%s|\{\{|<[a-z]|abcdef|a1b2c3|12345|(.)\1{5}|foobar|test|demo|localhost|todo|"
    r"not.?a.?real|hash|environ|getenv|process\.env|deadbeef|sha\d{3}-|lorem|default|development|insecure.?dev",
    re.IGNORECASE,
)
_WEAK: Final = frozenset(
    {"pass", "password", "passwd", "pwd", "secret", "postgres", "root", "admin", "user", "mysql", "guest"}
)
#: A word in small letters: by lot there are hardly so many beside each other.
_WORDS: Final = {False: re.compile(r"[a-z]{8}|[A-Z][a-z]{6}"), True: re.compile(r"[a-z]{5}")}
_WORD: Final = re.compile(r"[A-Z]?[a-z]{0,11}")  #: a password that is a word would be found in every text
_DIGEST: Final = re.compile(
    r"hash|digest|checksum|integrity|sha\d|md5|csrf|public|_url$|_uri$|_file$|_path$|_name$", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Leak:
    """One secret that stands in a text."""

    what: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class _Ours:
    """One secret of ours, as far as it must be known to be found."""

    length: int
    total: int  #: of the numbers of its characters: quick, and says little
    mark: bytes  #: its keyed hash, which says nothing


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """The secrets of this house: they can be recognised, and not be read."""

    ours: tuple[_Ours, ...] = ()
    salt: bytes = b""

    def spans(self, text: str) -> Iterator[Leak]:
        """Where one of ours stands."""
        totals = list(itertools.accumulate(map(ord, text), initial=0)) if self.ours else []
        for length in sorted({one.length for one in self.ours}):
            marks = {one.mark for one in self.ours if one.length == length}
            wanted = {one.total for one in self.ours if one.length == length}
            for start, total in enumerate(map(operator.sub, totals[length:], totals)):
                if total in wanted and _mark(self.salt, text[start : start + length]) in marks:
                    yield Leak(what="a secret of this mailbot", start=start, end=start + length)


def sealed(secrets: Iterable[str], salt: bytes) -> Sealed:
    """Knowledge of *secrets* that gives none of them away; *salt* is random, and the same for all."""
    plain = sorted({one for secret in secrets if len(one := secret.strip()) >= SHORTEST and not _WORD.fullmatch(one)})
    ours = tuple(_Ours(length=len(one), total=sum(map(ord, one)), mark=_mark(salt, one)) for one in plain)
    return Sealed(ours=ours, salt=salt)


def _mark(salt: bytes, text: str) -> bytes:
    return hmac.digest(salt, text.encode("utf-8", "surrogatepass"), "sha256")


NOTHING: Final = Sealed()


def leaks(text: str, ours: Sealed = NOTHING) -> list[Leak]:
    """Every secret in *text*, by its place; a form that stands in another one is not told twice."""
    text = text[:MAX_TEXT]
    found = [*ours.spans(text), *_by_form(text), *_assigned(text)]
    kept: list[Leak] = []
    for leak in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or leak.start >= kept[-1].end:
            kept.append(leak)
        if len(kept) >= MOST:
            break
    return kept


def blacked(text: str, ours: Sealed = NOTHING) -> str:
    """*text* with a black bar over each secret."""
    found = leaks(text, ours)
    while found:
        for leak in reversed(found):
            text = text[: leak.start] + BLACK + text[leak.end :]
        found = leaks(text, ours) if len(found) == MOST else []
    return text


def line_of(text: str, leak: Leak) -> int:
    """Its line."""
    return text.count("\n", 0, leak.start) + 1


def _by_form(text: str) -> Iterator[Leak]:
    for what, needle, form in _FORMS:
        if needle not in text:
            continue
        for found in itertools.islice(form.finditer(text), MOST * MOST):
            group = 1 if form.groups else 0
            if not _harmless(found[group], what):
                yield Leak(what=what, start=found.start(group), end=found.end(group))


def _harmless(value: str, what: str) -> bool:
    """Whether it stands there only as an example."""
    if what == _ADDRESS:
        return value.lower() in _WEAK or bool(_PLACEHOLDER.search(value)) or value.startswith(("$", "%", "{"))
    if what == _PROVIDERS:
        return bool(_PLACEHOLDER.search(value)) or not _random(value)
    if what == "a private key":
        value = value.partition("KEY")[2][:_SAMPLED]
    return bool(_PLACEHOLDER.search(value)) or len(set(value)) < 10  # noqa: PLR2004  (of characters: a real one has more)


def _assigned(text: str) -> Iterator[Leak]:
    """What is given to a name that says that it is secret, if it looks drawn by lot."""
    for word in _SECRET_NAME.finditer(text):
        found = _GIVEN.match(text, word.end())
        if not found:
            continue
        bare = not found["quote"]
        before = _NAME_BEFORE.search(text, max(0, word.start() - 40), word.start())
        name, value = f"{before[0] if before else ''}{word[0]}{found['rest']}", found["value"].rstrip(".:")
        if _random(value, bare=bare) and not _DIGEST.search(name) and not _PLACEHOLDER.search(value):
            at = found.start("value")
            yield Leak(what=f"a secret in {name[-60:]}", start=at, end=at + len(value))


def _random(value: str, *, bare: bool = False) -> bool:
    """Whether *value* looks drawn by lot: a disorder that words do not have. *bare*: it may be a name, too."""
    if re.fullmatch(r"[0-9a-f]{32,200}", value):
        return len(set(value)) >= 10  # noqa: PLR2004  (of sixteen)
    if (
        not re.fullmatch(r"[\w+/=.~!@#$%^&*:|-]{16,200}", value, re.ASCII)
        or "://" in value
        or _WORDS[bare].search(value)
    ):
        return False
    digits, letters = sum(map(str.isdigit, value)), sum(map(str.isalpha, value))
    if digits < 2 or letters < 2 or re.fullmatch(r"[\d.:TZ+-]+", value):  # noqa: PLR2004  (fewer are a word with a number)
        return False
    counts = Counter(value)
    entropy = -sum(n / len(value) * math.log2(n / len(value)) for n in counts.values())
    kinds = ["d" if c.isdigit() else "u" if c.isupper() else "l" if c.islower() else "s" for c in value]
    changes = sum(a != b for a, b in itertools.pairwise(kinds)) / len(value)
    return entropy >= 3.2 and changes >= 0.25  # noqa: PLR2004  (measured on the good and bad ones of the tests)
