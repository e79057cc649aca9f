"""The checks that are asked of a page. Runs inside the sandbox: standard library only.

What a stranger's page says of itself is worth nothing, so a check is asked in a world of its own, where the page's
elements can be seen and its scripts cannot change what a name means. Only what names something that the page itself
defines is asked among its scripts.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from typing import Any

from mailbot.checks.browser_heard import mistake
from mailbot.checks.browser_page import Page
from mailbot.checks.browser_pipe import Refused, Silent

EACH = 2.0  #: seconds for one answer
SETTLE = 1.5  #: seconds from the page's opening in which what is not yet true may become true
ALL = 12.0  #: seconds for all checks together
VALUE = 200  #: characters of a value
SLOW = f"no answer within {EACH:g} s"
AWAY = "the page was not there to answer"
_ENDED = "Internal error"  #: what the browser says of a script that it ended at its time
LATE = "there was no time left for it"
KIND = "[document.contentType, document.title].join('\\n')"
_NAMES = "Object.getOwnPropertyNames(globalThis).join(' ')"
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
#: What can be asked only once, since it changes the page.
_CHANGES = re.compile(
    r"\.(?:click|submit|requestSubmit|dispatchEvent|focus|blur|remove|append\w*|reload|setItem|reset|push)\s*\("
    r"|[^=!<>]=(?![=>])|\+\+|--"
)
_COMPARED = re.compile(r"(.+?)\s*(?:===?|!==?|<=?|>=?)\s*(?:\"[^\"]*\"|'[^']*'|`[^`]*`|-?[\d.]+)[\s;]*", re.DOTALL)
_RETURN = re.compile(r"(?<![\w$.])return(?![\w$])")
_AWAIT = re.compile(r"(?<![\w$.])await(?![\w$])")
_FALSE = ("", 0, None, False)
_NOTHING = ("NaN", "-0", "0n")  #: numbers that are not true, as the browser writes them

Answer = dict[str, Any]


def checked(page: Page, path: str, checks: list[str]) -> list[Answer]:
    """What each of *checks* comes to. One that changes the page is followed by a fresh page."""
    own, until = page.heard.own, time.monotonic() + ALL
    settle = time.monotonic() + SETTLE
    found: list[Answer] = []
    for check in checks:
        if time.monotonic() > until:
            found.append({"error": LATE})
            continue
        changes = _changes(page, check)
        found.append(_once(page, check, settle) if changes else _settled(page, check, settle))
        if changes and len(found) < len(checks):
            page.open(own, path)
            settle = time.monotonic() + SETTLE
    return found


def _changes(page: Page, check: str) -> bool:
    """Whether the page may be another one after *check*: it says so, or it calls what only the page knows."""
    words = _QUOTED.sub("''", check)
    with contextlib.suppress(Silent, Refused):
        return bool(_CHANGES.search(words)) or ("(" in words and _world(page, check) == 0)
    return True


def text_of(page: Page, expression: str) -> str:
    """A text that the page's scripts have no say in."""
    return str(_evaluated(page, expression, _apart(page)).get("value", ""))


def _once(page: Page, check: str, until: float) -> Answer:
    """Ask what can be asked only once; again only where it broke on something that was not there yet."""
    while True:
        try:
            answer = _answer(page, check, _world(page, check))
        except Silent:
            return _slow(page)
        except Refused as error:
            return _refused(page, error)
        if not answer["error"] or time.monotonic() > until:
            return answer
        page.line.rest(0.1)


def _settled(page: Page, check: str, until: float) -> Answer:
    """Ask until it is true, or everything had time enough to come."""
    while True:
        try:
            answer = _answer(page, check, _world(page, check))
            if answer["true"]:
                return answer
            if time.monotonic() > until:
                return answer | _explained(page, check, answer)
        except Silent:
            return _slow(page)
        except Refused as error:  # the page has just gone somewhere
            if time.monotonic() > until or str(error) == _ENDED:
                return _refused(page, error)
        page.line.rest(0.1)


def _slow(page: Page) -> Answer:
    """It takes too long; whoever comes next finds the page awake."""
    page.woken()
    return {"error": SLOW}


def _refused(page: Page, error: Refused) -> Answer:
    return _slow(page) if str(error) == _ENDED else {"error": AWAY}


def _explained(page: Page, check: str, answer: Answer) -> Answer:
    """Why it is not true: the left side of a comparison; whether the page's own scripts see it otherwise."""
    more: Answer = {}
    with contextlib.suppress(Silent, Refused):
        found = _COMPARED.fullmatch(check.strip())
        if found and "&&" not in check and "||" not in check:
            left = _answer(page, found[1], _world(page, found[1]))
            more["left"] = "" if left["error"] else f"{found[1][:80]} is {left['value']}"
        more["by_page"] = not answer["among"] and _answer(page, check, 0)["true"]
    return more


def _answer(page: Page, check: str, world: int) -> Answer:
    """One answer, once."""
    said = _evaluated(page, check, world)
    if str(said.get("error")).startswith("SyntaxError"):
        for again in _other_forms(check):
            tried = _evaluated(page, again, world)
            said = said if str(tried.get("error")).startswith("SyntaxError") else tried
    if said.get("type") == "function":
        said = _evaluated(page, f"({check}\n)()", world)
    return {"true": _true(said), "value": _shown(said), "error": said.get("error", ""), "among": world == 0}


def _other_forms(check: str) -> Iterator[str]:
    """What a function may hold, and a script may not."""
    if _AWAIT.search(check):
        yield f"(async () => ({check}\n))()"
    if _RETURN.search(check):
        yield f"(async () => {{ {check}\n}})()"


def _evaluated(page: Page, expression: str, world: int) -> dict[str, Any]:
    """The browser's own words for a value, or a mistake; *world* 0 is the page's own."""
    given = {"expression": expression, "awaitPromise": True, "silent": True, "timeout": EACH * 900}
    answer = page.ask("Runtime.evaluate", EACH, **given, **({"contextId": world} if world else {}))
    if wrong := answer.get("exceptionDetails"):
        return {"error": mistake(wrong)}
    return dict(answer["result"])


def _apart(page: Page) -> int:
    """A world where the page's scripts have changed nothing."""
    made = page.ask("Page.createIsolatedWorld", EACH, frameId=page.frame, worldName="checks")
    return int(made["executionContextId"])


def _world(page: Page, check: str) -> int:
    """Where to ask: among the page's scripts only what names something that they define."""
    apart = _apart(page)
    names = set(str(_evaluated(page, _NAMES, 0).get("value")).split())
    names -= set(str(_evaluated(page, _NAMES, apart).get("value")).split())
    names |= set(page.ask("Runtime.globalLexicalScopeNames", EACH)["names"])
    words = _QUOTED.sub("''", check)
    used = set(re.findall(r"(?<![\w$.])[\w$]+|(?<=window\.)[\w$]+|(?<=self\.)[\w$]+|(?<=globalThis\.)[\w$]+", words))
    return 0 if names & used else apart


def _true(said: dict[str, Any]) -> bool:
    """Whether JavaScript takes it for true."""
    if said.get("error") or said.get("type") == "undefined" or said.get("unserializableValue") in _NOTHING:
        return False
    if said.get("subtype") == "null":
        return False
    return said.get("type") in {"object", "symbol"} or said.get("value", True) not in _FALSE


def _shown(said: dict[str, Any]) -> str:
    """A value as a person reads it."""
    if said.get("subtype") == "null":
        return "null"
    value = said.get("value", said.get("unserializableValue", said.get("description", said.get("type", ""))))
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value[:VALUE]) if isinstance(value, str) and said.get("type") == "string" else str(value)[:VALUE]
