"""Every mail we write, as a person reads it: the texts are in tests/reply/mails/, one file for each occasion.

After a wanted change: ``python -m tests.reply.test_compose`` writes them anew; read what git shows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from mailbot.domain.intent import Kind
from mailbot.domain.message import MessageId
from mailbot.domain.project import Check, Finding, Maker, Report, Result, Revision
from mailbot.domain.project import Path as FilePath
from mailbot.domain.request import Answer, Asked, Built, GaveUp, Refused, Told
from mailbot.reply.compose import compose
from tests.reply.people import (
    ANA,
    CHECKS,
    DRAFT,
    FIRST,
    LETTERHEAD,
    MESSAGE,
    MODEL,
    NAMES,
    NOW,
    PROJECT,
    RUN,
    answer,
    project,
    request,
)  # fmt: skip

MAILS = Path(__file__).parent / "mails"
BLUE = replace(
    DRAFT,
    files={**DRAFT.files, FilePath("style.css"): b"h1 { color: blue }\nbody { margin: 0 }\n"},
    report=RUN,
    maker=MODEL,
    done=("the header is blue",),
    assumed=("full stop is the decimal mark",),
    checks=CHECKS,
)
SECOND = Revision(number=2, draft=BLUE, author=ANA, request="r2", at=NOW)
BACK = replace(DRAFT, maker=Maker(kind="rollback", name="v1"), done=("v1 is back, file for file",))
BROKEN = replace(
    BLUE,
    report=Report(
        findings=(
            Finding(check="syntax", subject="index.html", result=Result.PASSED),
            Finding(check="syntax", subject="app.py", result=Result.FAILED, detail="line 3: '(' was never closed"),
        )
    ),
)
A4 = Check(number=2, kind="prose", text="it prints on one page")
WIDE = Check(number=3, kind="js", text="the page shows Berlin")
NEARLY = replace(
    BLUE,
    report=replace(
        RUN,
        findings=(
            *RUN.findings,
            Finding(check="js", subject=WIDE.text, result=Result.FAILED, detail="no Berlin in it"),
        ),
    ),
    checks=(A4, WIDE),
)
PARKED = replace(BACK, checks=(replace(WIDE, retired=True),))
FRESH = replace(
    BLUE, maker=Maker(kind="refresh", name="v1"), done=("data/sales.csv has 87 rows (was 3)",), assumed=(), checks=()
)
LEDGER = (*CHECKS, A4, WIDE)
OCCASIONS: dict[str, tuple[Answer, Kind | None, Any]] = {
    "built": (Built(draft=DRAFT, number=1), Kind.CREATE, project()),
    "built-partly": (Built(draft=replace(DRAFT, not_done=("Make it sing.",)), number=1), Kind.CREATE, project()),
    "revised": (Built(draft=BLUE, number=2), Kind.REVISE, project(FIRST)),
    "rolled-back": (Built(draft=BACK, number=3), Kind.ROLLBACK, project(FIRST, SECOND)),
    "rolled-back-parked": (Built(draft=PARKED, number=3), Kind.ROLLBACK, project(FIRST, SECOND, checks=LEDGER)),
    "refreshed": (Built(draft=FRESH, number=2), Kind.REFRESH, project(FIRST, checks=CHECKS)),
    "tried": (
        GaveUp(reason="a check still fails: js of the page shows Berlin: no Berlin in it", draft=NEARLY, number=2),
        Kind.REVISE,
        project(FIRST, checks=CHECKS),
    ),
    "dropped": (
        Told(topic="retired", checks=(replace(WIDE, retired=True),)),
        Kind.RETIRE,
        project(FIRST, checks=LEDGER),
    ),
    "kept": (
        Told(topic="retired", checks=(WIDE,)),
        Kind.RETIRE,
        project(FIRST, checks=(*CHECKS, A4, replace(WIDE, retired=True))),
    ),
    "dropped-nothing": (Told(topic="retired"), Kind.RETIRE, project(FIRST, checks=CHECKS)),
    "asked-defaults": (
        Asked(questions=("Who logs in? (default: nobody)", "Where is data kept? (default: SQLite)"), until=NOW),
        Kind.CREATE,
        None,
    ),
    "help": (Told(topic="help"), Kind.HELP, None),
    "status": (Told(topic="status"), Kind.STATUS, project(FIRST, SECOND)),
    "status-early": (Told(topic="status"), Kind.STATUS, project()),
    "status-nowhere": (Told(topic="status"), Kind.STATUS, replace(project(), id="")),
    "stopped": (Told(topic="stopped"), Kind.STOP, project(FIRST)),
    "nothing-to-stop": (Told(topic="nothing-to-stop"), Kind.STOP, project(FIRST)),
    "not-yet": (Told(topic="not-yet", text="erase"), Kind.ERASE, project(FIRST)),
    "answered": (Told(topic="answer", text="Use a list:\n\n    a = [1]\n\n" + "It grows. " * 12), Kind.QUESTION, None),
    "asked": (Asked(questions=("Who logs in?", "Where is data kept?"), options=("a static page",)), Kind.CREATE, None),
    "asked-again": (Asked(questions=("I did not understand: sing",)), Kind.REVISE, project(FIRST)),
    "gave-up": (GaveUp(reason="a check still fails: syntax of app.py", draft=BROKEN), Kind.REVISE, project(FIRST)),
    "gave-up-rollback": (GaveUp(reason="there is no v9 in this project"), Kind.ROLLBACK, project(FIRST)),
    "refused": (Refused(rule="10-default/strangers", reason="you are not on the list"), None, None),
}


def reply_to(name: str) -> Any:
    event, kind, about = OCCASIONS[name]
    return answer(event, kind, about)


@pytest.mark.parametrize("name", list(OCCASIONS))
def test_the_text_reads_as_agreed(name: str) -> None:
    """Word for word, on one screen, in lines that no program breaks."""
    text, file = reply_to(name).text, MAILS / f"{name}.txt"
    assert text == file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 25
    assert max(len(line) for line in text.splitlines()) <= 76
    assert not re.search(r"certainly|sorry|great", text, re.IGNORECASE)


class _Page(HTMLParser):
    """What an HTML mail would load, and what it says."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = self.style = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = {name: value or "" for name, value in attrs}
        self.links += [value for name, value in named.items() if name in {"href", "src"} or "url(" in value]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] == ["style"] and "{" in data:
            self.style += data
        else:
            self.words += f"{data} "


def page(html: str) -> _Page:
    read = _Page()
    read.feed(html)
    read.close()
    return read


@pytest.mark.parametrize("name", list(OCCASIONS))
def test_the_html_says_the_same_and_loads_nothing(name: str) -> None:
    """Each word but the table's frame; no script, no style sheet, no picture, no link but a mailto of ours."""
    reply = reply_to(name)
    read = page(reply.html)
    frame = {"1", "2", "--"}  # numbers that the list draws itself
    said, written = (
        {word.strip(".:") for word in re.findall(r"[\w.:/-]+", words)} for words in (read.words, reply.text)
    )
    assert written - said - frame - {"-", ""} == set()
    assert not {"script", "img", "link", "iframe", "form"} & set(read.tags)
    assert read.tags.count("style") == 1
    assert not re.search(r"url|@import|@font-face", read.style)
    assert read.style.startswith("@media")
    assert re.search(r'<body style="margin: 0;', reply.html)
    assert all(link.startswith("mailto:build%2B") for link in read.links)
    assert "color-scheme" in reply.html


HOSTILE = (
    '"><script>alert(1)</script>{{ 7 * 7 }}{% raw %}\r\nBcc: x@evil.example\n\u202e '
    "https://evil.example/x www.evil.example"
)


@pytest.mark.parametrize(
    "event",
    [
        Built(
            draft=replace(BLUE, title=HOSTILE, done=(HOSTILE,) * 30, not_done=(HOSTILE,) * 30, assumed=(HOSTILE,)),
            number=2,
        ),
        Built(draft=replace(DRAFT, maker=replace(MODEL, name=HOSTILE), url=f"javascript:{HOSTILE}"), number=1),
        Built(draft=replace(BROKEN, maker=Maker(kind="scaffold", name=HOSTILE)), number=1),
        Told(topic="answer", text=HOSTILE * 2_000),
        Told(topic=HOSTILE, text=HOSTILE),
        Asked(questions=(HOSTILE,) * 30, options=(HOSTILE,) * 30),
        GaveUp(reason=HOSTILE * 100),
        Refused(rule=HOSTILE, reason=HOSTILE * 100),
    ],
)
def test_hostile_words_stay_words(event: Answer) -> None:
    """No markup, no template, no second header, no hidden turn of the text, no live link, no end of length."""
    reply = answer(event, Kind.REVISE, project(FIRST), replace(MESSAGE, subject="x\r\nBcc: y", name=HOSTILE))
    read = page(reply.html)
    assert "script" not in read.tags
    assert all(link.startswith("mailto:build%2B") for link in read.links)
    both = reply.text + read.words
    assert "://evil" not in both
    assert "www.evil" not in both
    assert "\u202e" not in both
    assert "49" not in both
    assert len(reply.text) < 30_000
    assert len(reply.subject.splitlines()) == 1


def test_a_link_of_the_authors_own_stays_one() -> None:
    """What they named may be named back to them."""
    message = replace(MESSAGE, text="see https://acme.example/prices")
    reply = answer(Asked(questions=("Is https://acme.example/prices right?",)), message=message)
    assert "https://acme.example/prices" in reply.text


def test_unchecked_is_never_told_as_checked() -> None:
    """Nothing read, nothing run: both are said, and no mark of success stands anywhere."""
    report = Report(findings=(Finding(check="http", subject="/", result=Result.UNCHECKED, detail="no sandbox"),))
    text = answer(Built(draft=replace(DRAFT, report=report), number=1)).text
    assert "I did not run this program: no sandbox is available on this server." in text
    assert "not run           ? no sandbox" in text
    assert "✔" not in text
    assert "I checked" not in text


def test_it_goes_to_the_author_alone() -> None:
    """To the admitted author, in the thread, from the project's own address."""
    message = replace(MESSAGE, author="mallory@evil.example", references=(MessageId("<root@acme.example>"),))
    reply = answer(Built(draft=DRAFT, number=1), message=message)
    assert reply.to == ANA
    assert reply.in_reply_to == MESSAGE.id
    assert reply.references == ("<root@acme.example>", MESSAGE.id)
    assert (reply.kind, reply.revision, reply.project, reply.request) == ("built", 1, PROJECT, "r4qst")


def test_a_mail_without_an_id_is_answered_without_one() -> None:
    """There is nothing to refer to; half an id is none."""
    for id in ("", "half", "<a b>"):
        reply = answer(Told(topic="help"), message=replace(MESSAGE, id=MessageId(id)))
        assert (reply.in_reply_to, reply.references) == ("", ())


def test_the_last_line_names_the_project() -> None:
    """Signed; it is found again when the mail comes back quoted. Without a project there is none."""
    text = answer(Built(draft=DRAFT, number=1)).text
    assert text.splitlines()[-1] == NAMES.reference(PROJECT)
    assert NAMES.projects_of_text("> " + text.replace("\n", "\n> ")) == (PROJECT,)
    nobody = replace(project(), id="")
    assert "Ref " not in answer(Told(topic="help"), about=nobody).text
    assert answer(Told(topic="help"), about=nobody).project is None


@pytest.mark.parametrize(
    ("name", "begin"),
    [
        ("Ana Example", "Ana, v1"), ("Example, Ana", "Ana, v1"), ("Ólafur", "Ólafur, v1"), ("", "v1"), (",", "v1"),
        ("Jean-Luc P.", "Jean-Luc, v1"), ("ana@acme.example", "v1"), ("https://evil.example", "v1"), ("x" * 30, "v1"),
        ("\u202eAna", "Ana, v1"), ("Dr. Who", "v1"),
    ],
)  # fmt: skip
def test_a_person_is_greeted_by_what_looks_like_a_name(name: str, begin: str) -> None:
    """A display name is shown, never trusted."""
    assert answer(Built(draft=DRAFT, number=1), message=replace(MESSAGE, name=name)).text.startswith(begin)


def test_the_same_event_gives_the_same_reply() -> None:
    """After a crash it is composed again, and must be the same."""
    assert reply_to("revised") == reply_to("revised")


def test_generated_code_is_to_be_reviewed_and_the_footer_says_so_once() -> None:
    """Row X3."""
    for text in (reply_to("revised").text, page(reply_to("revised").html).words):
        assert text.count("review it before you use it in production") == 1


def test_a_program_is_opened_by_its_readme() -> None:
    """A page is double-clicked; a program says itself how it is started; anything else is counted."""
    program = replace(
        DRAFT, files={FilePath("app.py"): b"1\n", FilePath("README.md"): b"# x\n", FilePath("index.html"): b"x"}
    )
    assert "README.md says how to start it" in answer(Built(draft=program, number=1)).text
    data = replace(DRAFT, files={FilePath("data.csv"): b"a,b\n"})
    assert "it holds 1 file." in answer(Built(draft=data, number=1)).text


def test_a_missing_value_in_a_template_is_an_error() -> None:
    """Better found by a test than sent as a gap."""
    own = replace(LETTERHEAD, templates={**LETTERHEAD.templates, "refused.txt.j2": "{{ no_such_value }}"})
    with pytest.raises(Exception, match="no_such_value"):
        answer(OCCASIONS["refused"][0], None, letterhead=own)


def test_a_template_cannot_reach_into_the_program() -> None:
    """The sandbox of Jinja holds even for an admin's own template."""
    own = replace(LETTERHEAD, templates={**LETTERHEAD.templates, "refused.txt.j2": "{{ first.__class__.__mro__ }}"})
    with pytest.raises(Exception, match="unsafe"):
        answer(OCCASIONS["refused"][0], None, letterhead=own)


def test_a_refusal_names_whom_to_ask():
    """The people who run it, where the settings name them; in the text and in the html."""
    house = replace(LETTERHEAD, admins=("ola@mail.example.org",))
    made = compose(Refused(rule="x", reason="no"), request(None), MESSAGE, None, house)
    assert "ask ola@mail.example.org" in " ".join(made.text.split())
    assert "ola@mail.example.org" in made.html


if __name__ == "__main__":
    for occasion in OCCASIONS:
        (MAILS / f"{occasion}.txt").write_text(reply_to(occasion).text, encoding="utf-8")
