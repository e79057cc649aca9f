"""Conditions in CEL (``when:``): looked over, compiled and tried when the rules are loaded, then run on each mail.

CEL stops at the first part that settles a result, so a trial alone would miss a typo behind an ``||``. Hence the names
and functions of the whole expression are looked over first, with what was perhaps meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from mailbot.decide.case import Attached, Case
from mailbot.decide.patterns import MAX_REGEX, Regex
from mailbot.domain.errors import Permanent
from mailbot.domain.message import Proof

if TYPE_CHECKING:
    import cel

MAX_EXPRESSION: Final = 2_000  #: characters
MAX_LOOPS: Final = 3  #: each of them goes over the attachments, which a stranger chooses
MAX_FILES: Final = 100  #: attachments, recipients, words of a stack; a mail with more is held by the rule
FUNCTIONS: Final = (
    "has", "size", "contains", "startsWith", "endsWith", "matches", "all", "exists", "exists_one", "existsOne", "map",
    "filter", "int", "uint", "double", "string", "bytes", "type", "dyn", "timestamp", "duration", "getFullYear",
    "getMonth", "getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds",
    "getMilliseconds",
)  # fmt: skip
_STRING: Final = re.compile(r"""(?<![A-Za-z0-9_])[rR]?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')""")
_CALL: Final = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_MEMBER: Final = re.compile(r"(?<![.\w])(mail|usage|rank)\s*\.\s*([A-Za-z_]\w*)")
_LOOP: Final = re.compile(r"\.\s*(?:all|exists|exists_one|existsOne|map|filter)\s*\(")
_PATTERN: Final = re.compile(r"""\bmatches\s*\(\s*(?:([rR]?)"((?:\\.|[^"\\\n])*)"|([rR]?)'((?:\\.|[^'\\\n])*)')\s*\)""")
_NOISE: Final = re.compile(r"\s+|Failed to parse expression '.*?': (?=ERROR)", re.DOTALL)


class Wrong(ValueError):
    """The expression cannot be used; its words say why."""


@dataclass(frozen=True)
class Expression:
    """One condition, compiled."""

    text: str
    program: Program
    names: frozenset[str] = frozenset()  #: what it asks for, such as mail.spam and usage.sender_day

    def holds(self, case: Case) -> bool:
        """Whether it is true of *case*; whatever is neither true nor false is an error."""
        if max(len(case.attachments), len(case.to), len(case.stack)) > MAX_FILES:
            raise Permanent(f"the mail has more than {MAX_FILES} attachments or recipients, too many for a `when`")
        found = _executed(self.program, _context(case))
        if not isinstance(found, bool):
            raise Permanent(f"`when` must give true or false, and gives {type(found).__name__}")
        return found


class Program(Protocol):
    """What CEL makes of a text."""

    def execute(self, context: Any, /) -> object:  # noqa: ANN401  (the context of the library)
        """Its value."""


def _executed(program: Program, context: cel.Context) -> object:
    """The value; a panic of the library, which is no Exception, is an error like any other."""
    try:
        return program.execute(context)
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise Permanent(f"the library of CEL failed: {error}") from error
        raise


def compiled(text: str) -> Expression:
    """*text* as a condition, looked over and tried on two mails, a bare one and a full one; else Wrong."""
    if len(text) > MAX_EXPRESSION:
        raise Wrong(f"the expression has {len(text):,} characters; {MAX_EXPRESSION:,} is the most")
    bare = _STRING.sub('""', text)
    if mistakes := [*_names(bare), *_calls(bare), *_regexes(text)]:
        raise Wrong("; ".join(mistakes))
    if len(_LOOP.findall(bare)) > MAX_LOOPS:
        raise Wrong(f"there are {len(_LOOP.findall(bare))} loops in it (all, exists, map ...); {MAX_LOOPS} is the most")
    try:
        expression = Expression(text, _cel().compile(text), frozenset(".".join(one) for one in _MEMBER.findall(bare)))
        for case in (Case(), _full()):
            expression.holds(case)
    except Permanent as error:
        raise Wrong(str(error)) from error
    except Exception as error:
        raise Wrong(_words(error)) from error
    return expression


def _names(text: str) -> Iterator[str]:
    known: Mapping[str, Any] = Case().values
    for noun, name in _MEMBER.findall(text):
        if name not in known[noun]:
            yield f"{noun} has no {name!r}{_hint(name, known[noun])}"


def _calls(text: str) -> Iterator[str]:
    for name in _CALL.findall(text):
        if name not in FUNCTIONS and name != "in":
            yield f"there is no function {name!r}{_hint(name, FUNCTIONS)}"


def _regexes(text: str) -> Iterator[str]:
    """The patterns that stand in it, as they are; one that is put together is known only when it runs."""
    for raw, double, raw_too, single in _PATTERN.findall(text):
        pattern = double or single
        try:
            if len(pattern) > MAX_REGEX:
                raise ValueError(f"it has {len(pattern):,} characters; {MAX_REGEX:,} is the most")  # noqa: TRY301
            Regex(pattern if raw or raw_too else pattern.replace("\\\\", "\\"))
        except ValueError as error:
            yield f"{pattern[:60]!r} is no pattern: {error}"


def _words(error: Exception) -> str:
    """CEL's own words, in one line."""
    said = error.args[0] if isinstance(error, KeyError) and error.args else error
    said = f"there is no {said!r} in it" if isinstance(error, KeyError) else str(said)
    return _NOISE.sub(lambda found: " " if found[0].isspace() else "", said.split("\n| ")[0]).strip()[:300]


def _hint(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


@cache
def _cel() -> Any:  # noqa: ANN401  (the module)
    """The library. It takes 200 ms and 12 MB to load, so only rules that have a ``when`` load it."""
    import cel  # noqa: PLC0415

    return cel


@cache
def _full() -> Case:
    """A mail that has something everywhere."""
    return Case(
        channel="imap",
        author="ana@acme.example",
        to=("build+web@acme.example",),
        proof=Proof.DKIM,
        subject="A page",
        body="about bees",
        attachments=(Attached(name="bees.csv", type="text/csv", size=1),),
        size=11,
        lang="en",
        app_type="web_application",
        stack=("python",),
        known_thread=True,
        role="owner",
    )


def _context(case: Case) -> cel.Context:
    """What an expression sees of *case*; made once for each mail."""
    known: cel.Context | None = case.__dict__.get("_context")
    if known is None:
        known = _cel().Context()
        for name, value in case.values.items():
            known.add_variable(name, value)
        case.__dict__["_context"] = known
    return known
