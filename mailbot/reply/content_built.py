"""What is told of a new revision: the result first, then what was done, how it is opened, what made it."""

from __future__ import annotations

from mailbot.domain.project import Draft, Maker
from mailbot.domain.request import Built
from mailbot.reply.arrival import opened
from mailbot.reply.changes import changes
from mailbot.reply.content_checks import beside_the_table, ledger_with, standing_of
from mailbot.reply.content_edit import beside, by_hand, stood
from mailbot.reply.difference import coloured, difference
from mailbot.reply.evidence import MOST as ROWS
from mailbot.reply.evidence import evidence
from mailbot.reply.meter import left_of
from mailbot.reply.occasion import Occasion
from mailbot.reply.voices import voices
from mailbot.reply.words import line, sentence


def built(event: Built, about: Occasion) -> dict[str, object]:
    """The values for the template of *event*."""
    draft, maker, say = event.draft, event.draft.maker, about.tongue.say
    before = stood(about)
    own = by_hand(event, about)
    first, done = (own, []) if own else _result(event, about)
    checks = ledger_with(draft, about)
    scaffold = say("Built from the template '%(name)s'. No AI model was used.", name=about.line(maker.name, 60))
    differs = changes(before, draft.files, about.tongue).told(about.tongue) if before else ""
    return {
        "first": first,
        "label": scaffold if maker.kind == "scaffold" else "",
        "changed": about.line(differs, 600),
        "diff": coloured(difference(before, draft.files, about.line)) if before else "",
        "done": done,
        **voices(about),
        "not_done": about.lines(draft.not_done),
        "evidence": evidence(draft.report, checks, about.line, about.tongue, about.most(ROWS)),
        "beside": [*beside(event, about), *beside_the_table(draft, about)],
        "url": line(draft.url, 400) if draft.url.startswith(("https://", "http://")) else "",
        "open": opened(about) or _opened(draft, about),
        "enclosed": about.enclosed,
        "assumed": about.lines(draft.assumed),
        "undo": say("rollback to v%(number)s", number=event.number - 1 or 1),
        "number": event.number,
        "footer": " · ".join(["-- " + made_of(event.number, maker, about), *left_of(about)]),
    }


def _result(event: Built, about: Occasion) -> tuple[str, list[str]]:
    """The first line, and what of the list of things done it does not say yet."""
    draft, done, say = event.draft, about.lines(event.draft.done), about.tongue.say
    title, name, number = about.line(draft.title, 60) or about.title, _greeted(about.message.name), event.number
    if draft.maker.kind == "rollback":
        again = about.line(draft.maker.name, 20)
        return say("v%(number)s is %(again)s again, file for file.", number=number, again=again), []
    if draft.maker.kind == "refresh":
        return say("Same program, new data: %(what)s", what=sentence("; ".join(done))), []
    if draft.not_done:
        return _partly(event, title, about), done
    if number > 1 and len(done) == 1:
        return f"v{number}: {sentence(done[0])}", []
    if name:
        return say('%(name)s, v%(number)s of "%(title)s" is ready.', name=name, number=number, title=title), done
    return say('v%(number)s of "%(title)s" is ready.', number=number, title=title), done


def _partly(event: Built, title: str, about: Occasion) -> str:
    left = len(standing_of(event.draft, about).unverified)
    made, all_ = len(event.draft.done), len(event.draft.done) + len(event.draft.not_done) + left
    return about.tongue.say(
        'v%(number)s of "%(title)s" is not all you asked: %(done)s of %(all)s done.',
        number=event.number,
        title=title,
        done=about.tongue.number(made),
        all=about.tongue.number(all_),
    )


def _greeted(name: str) -> str:
    """The person's own name before the result, where a display name looks like one: it is shown, never trusted."""
    words = line(name, 60).strip("\"'").rpartition(",")[2].split()
    plain = words[0].replace("-", "").replace("'", "") if words else ""
    return words[0] if plain.isalpha() and len(plain) <= 20 else ""  # noqa: PLR2004  (a longer one is no first name)


def _opened(draft: Draft, about: Occasion) -> str:
    package = about.enclosed[0] if about.enclosed else about.tongue.say("the package")
    pages = sorted(path for path in draft.files if path.endswith((".html", ".htm")) and "/" not in path)
    page = "index.html" if "index.html" in pages else pages[0] if len(pages) == 1 else ""
    program = any(
        path.endswith((".py", ".js", ".ts", ".go", ".rb", ".rs", ".java")) for path in draft.files if "/" not in path
    )
    if page and not program:
        name = about.line(page, 60)
        return about.tongue.say("Open it: unpack %(package)s, then double-click %(page)s.", package=package, page=name)
    if "README.md" in draft.files:
        return about.tongue.say("Open it: unpack %(package)s; README.md says how to start it.", package=package)
    return about.tongue.many(
        "Open it: unpack %(package)s; it holds %(num)s file.",
        "Open it: unpack %(package)s; it holds %(num)s files.",
        len(draft.files),
        package=package,
    )


def made_of(number: int, maker: Maker, about: Occasion) -> str:
    """Which revision, by what, in how many tries and how long, and by which mailbot: from the records."""
    tongue, name, version = about.tongue, about.line(maker.name, 60), about.letterhead.version
    by = {
        "scaffold": tongue.say("template '%(name)s'", name=name),
        "rollback": tongue.say("rollback"),
        "refresh": tongue.say("fresh data"),
        "edit": tongue.say("your own hand"),
        "copy": tongue.say("a copy"),
    }.get(maker.kind, name)
    spent = tongue.number(maker.seconds, 0 if maker.seconds >= 10 else 1)  # noqa: PLR2004  (then tenths say nothing)
    tries = tongue.many("%(num)s try", "%(num)s tries", maker.tries)
    work = [] if maker.kind in {"rollback", "refresh", "edit", "copy"} else [tries, f"{spent} s"]
    return " · ".join([f"v{number}", by, *work, *([f"mailbot {version}"] if version else [])])
