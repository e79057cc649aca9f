"""An admin's own templates, tried on a mail of every kind before any is sent: what is wrong with them, line by line."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from jinja2 import TemplateSyntaxError

from mailbot.domain.intent import Intent, Kind
from mailbot.domain.message import Address, Envelope, Message, MessageId, Proof
from mailbot.domain.project import Check, Draft, Finding, Maker, Path, Project, ProjectId, Report, Result, Revision
from mailbot.domain.request import Admitted, Answer, Asked, Built, GaveUp, Refused, Request, RequestId, State, Told
from mailbot.reply.content import content, template_of
from mailbot.reply.letterhead import Letterhead
from mailbot.reply.occasion import Occasion

_AT: Final = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
_ANA: Final = Address("ana@example.org")
_REPORT: Final = Report(
    findings=(
        Finding(check="js", subject="the total is shown", result=Result.PASSED, detail="33.75"),
        Finding(check="syntax", subject="index.html", result=Result.FAILED, detail="line 3: a tag is never closed"),
    ),
    executed=True,
    where="a sandbox",
)
_DRAFT: Final = Draft(
    title="Sales page",
    files={Path("index.html"): b"<p>33.75</p>\n"},
    report=_REPORT,
    maker=Maker(kind="model", name="a model", seconds=12.0),
    done=("a page",),
    not_done=("make it sing",),
    assumed=("a full stop",),
    checks=(Check(number=1, kind="js", text="the total is shown"),),
)
_SAMPLES: Final[tuple[Answer, ...]] = (
    Built(draft=replace(_DRAFT, files={Path("index.html"): b"<p>34</p>\n"}), number=2),
    GaveUp(reason="a check still fails", draft=_DRAFT, number=2),
    GaveUp(reason="the model does not answer"),
    Asked(questions=("Who logs in? (default: nobody)",), options=("a static page",), until=_AT),
    Refused(rule="10-default/strangers", reason="you are not on the list"),
    Told(topic="help"),
    Told(topic="status"),
    Told(topic="answer", text="Use a list."),
    Told(topic="stopped"),
    Told(topic="retired", checks=(Check(number=1, kind="js", text="the total is shown", retired=True),)),
    Told(topic="erase-asked", figures=(("projects", 4), ("mails", 31))),
    Told(topic="erased", figures=(("projects", 4), ("mails", 31))),
)


def troubles(letterhead: Letterhead) -> tuple[str, ...]:
    """What is wrong with the admin's templates; where one fails, ours is sent in its place."""
    if not letterhead.own:
        return ()
    found = [*_unknown(letterhead), *_failing(letterhead)]
    return tuple(dict.fromkeys(found))


def _unknown(letterhead: Letterhead) -> Iterator[str]:
    """Files that no mail is made of, unless another one includes them."""
    text = "\n".join(letterhead.own.values())
    for name in sorted(letterhead.own.keys() - letterhead.templates.keys()):
        if name in text:
            continue
        near = difflib.get_close_matches(name, letterhead.templates, n=1)
        meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(letterhead.templates))}"
        yield f"{name}: no mail is made of a file of this name{meant}"


def _failing(letterhead: Letterhead) -> Iterator[str]:
    for event in _SAMPLES:
        about = _occasion(letterhead)
        values = content(event, about) | {"subject": "Re: Sales page", "picture": None}
        for ending in ("txt", "html"):
            name = f"{template_of(event)}.{ending}.j2"
            if why := _why(letterhead, name, values):
                yield why


def _why(letterhead: Letterhead, name: str, values: Mapping[str, object]) -> str:
    """Why the template *name* fails; empty: it does not."""
    try:
        letterhead.strictly(name, values)
    except TemplateSyntaxError as error:
        return f"{error.name or name}: line {error.lineno}: {error.message}; ours is sent instead"
    except Exception as error:  # noqa: BLE001  (their template may raise whatever it likes)
        said = " ".join(str(error).split())[:200] or type(error).__name__
        return f"{name}: {said}; ours is sent instead"
    return ""


def _occasion(letterhead: Letterhead) -> Occasion:
    project = ProjectId("t7k2ma")
    intent = Intent(kind=Kind.REVISE, project=project, title="Sales page", text="A page.")
    order = Admitted(
        rule="10-default/people",
        reason="allowed",
        intent=intent,
        author=_ANA,
        proof=Proof.DKIM,
        message_id=MessageId("<a@example.org>"),
    )
    envelope = Envelope(channel="smtp", sender=_ANA, recipients=("build@example.org",), received_at=_AT)
    first = Revision(number=1, draft=_DRAFT, author=_ANA, request="trial", at=_AT)
    return Occasion(
        request=Request(id=RequestId("trial"), envelope=envelope, state=State.ADMITTED, admitted=order),
        message=Message(id=order.message_id, author=_ANA, name="Ana", subject="Sales page", text="A page."),
        project=Project(id=project, owner=_ANA, title="Sales page", last=1, revisions={1: first}),
        letterhead=letterhead,
        enclosed=("sales-page-v2.zip",),
        at=_AT,
    )
