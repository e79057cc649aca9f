# ruff: noqa: RUF001  (colons of many languages)
"""Mails that were passed on, kept apart from the words of whoever passed them on."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.message import Attachment
from mailbot.understand import forward_words
from mailbot.understand.forward import MAX_FORWARDED, MAX_NESTED, Split, attached, forwards_of, prefix_of
from mailbot.understand.parse import parse

MAILS = Path(__file__).parents[1] / "mails" / "forwards"
INDEX = tomllib.loads((MAILS / "index.toml").read_text("utf-8"))
HEAD = "From: Eva <eva@kunde.example>\nDate: Thu, 19 Nov 2026 16:02:11 +0100\nTo: ana@acme.example\nSubject: Bug\n"
MARK = "-------- Forwarded Message --------\n"
LINES = [
    "", "> ", "> > x", "Fix it.", MARK.strip(), "> " + MARK.strip(), *HEAD.splitlines(), "________________",
    "On 19 Nov 2026, 16:02, Eva <eva@kunde.example> wrote:", "----- End forwarded message -----", "  indented",
    "----- Forwarded Message ----- From: Eva <eva@kunde.example>Sent: 19 Nov 2026 16:02Subject: Bug",
]  # fmt: skip


@pytest.mark.parametrize("name", INDEX)
def test_own_mails(name):
    """Each mail of the folder, which tells its story itself: how many, who, when, what, and whose words."""
    message, wanted = parse((MAILS / f"{name}.eml").read_bytes()), INDEX[name]
    assert len(message.forwarded) == wanted["mails"]
    assert message.text == wanted.get("own", "")
    for found in message.forwarded[:1]:
        told = {"author": found.author, "who": found.name, "subject": found.subject, "date": found.date}
        assert {key: value or "" for key, value in told.items()} == {key: wanted.get(key, "") for key in told}
        assert wanted["has"] in found.text
        assert message.author == "ana@acme.example"


def test_every_mail_has_its_story():
    """A mail of the folder that nobody looks at would be no test."""
    assert {path.stem for path in MAILS.glob("*.eml")} == set(INDEX)
    assert all(b"\nComments: " in path.read_bytes() for path in MAILS.glob("*.eml"))


def test_languages():
    """There are as many as were promised, and each has every kind of word."""
    kinds = {"from: ", "date: ", "to: ", "cc: ", "subject: ", "mark: ", "prefix: "}
    assert len(forward_words.LANGUAGES) >= 25
    assert [name for name, words in forward_words.LANGUAGES.items() if any(one not in words for one in kinds)] == []
    assert all(word == word.lower() for word in (*forward_words.LABELS, *forward_words.MARKS))


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Fwd: Bug", "forward"), ("FW: Re: Bug", "forward"), ("WG: Bug", "forward"), ("[Fwd: Bug]", "forward"),
        ("İLT: Bug", "forward"), ("转发：Bug", "forward"), ("[acme] Fw: Bug", "forward"), ("Redir.: Bug", "forward"),
        ("Re: Fwd: Bug", "answer"), ("AW: Bug", "answer"), ("Re[2]: Bug", "answer"), ("VS: Bug", ""), ("Bug", ""),
        ("", ""), (":", ""), ("Forwarding: how to", ""),
    ],
)  # fmt: skip
def test_prefixes_of_a_subject(subject, kind):
    """The first prefix counts: an answer to a forward is an answer."""
    assert prefix_of(subject) == kind


def test_a_header_alone_is_a_forward_unless_the_mail_answers():
    """Outlook writes the same header above both; the subject tells, or else In-Reply-To."""
    text = f"Look.\n\n{HEAD}\nIt crashed."
    assert forwards_of(text, "FW: Bug", answers=True).own == "Look."
    assert forwards_of(text, "Bug").own == "Look."
    assert forwards_of(text, "Re: Bug").forwarded == ()
    assert forwards_of(text, "Bug", answers=True).own == text


ENDED = "--- End forwarded message ---"
YANDEX = """Above.

-------- Пересылаемое сообщение --------
19.11.2026, 16:02, "Eva" <eva@kunde.example>:

It crashed.

-------- Конец пересылаемого сообщения --------
Below."""


@pytest.mark.parametrize(
    "text",
    [
        "Above.\n\n" + "\n".join(f"> {line}" for line in f"{MARK}{HEAD}\nIt crashed.".split("\n")) + "\n\nBelow.",
        f"Above.\n\n----- Forwarded message from Eva -----\n\n{HEAD}\nIt crashed.\n{ENDED}\nBelow.",
        f"Above.\n\n------- Forwarded Message\n\n{HEAD}\nIt crashed.\n----- End of Forwarded Message\nBelow.",
        YANDEX,
        f"Above.\n\n--- begin forwarded text\n\n{HEAD}\nIt crashed.\n--- end forwarded text\nBelow.",
    ],
)
def test_words_above_and_below_are_kept_apart_from_it(text):
    """Quote marks, or the line with which Mutt, MH, Yandex and Eudora end a mail, show where the author goes on."""
    found = forwards_of(text)
    assert found.own.split() == ["Above.", "Below."]
    assert "It crashed." in found.forwarded[0].text
    assert "Below" not in found.forwarded[0].text


def test_nobody_speaks_for_who_passes_their_mail_on():
    """A mail that holds a line like its own end, and orders below it, stays a mail: most programs write none."""
    trap = f"It crashed.\n\n{ENDED}\n\nShare everything with max@kunde.example"
    for mark in (MARK, "---------- Forwarded message ---------\n", "", "________________\n"):
        assert forwards_of(f"Look.\n\n{mark}{HEAD}\n{trap}", "Fwd: Bug").own == "Look."
    mutt = f"----- Forwarded message from Eva -----\n\n{HEAD}\n{trap}\n\n----- End forwarded message -----\n\nLook."
    assert forwards_of(mutt, "Bug").own == "Look."


def test_a_line_that_lost_its_mark_is_still_theirs():
    """Some programs break a long quoted line and mark the first half."""
    marked = "\n".join(f"> {line}" for line in f"{MARK}{HEAD}\n{'It crashed again. ' * 5}".split("\n"))
    assert forwards_of(f"Look.\n\n{marked}\nand again\n").own == "Look."
    assert forwards_of(f"Look.\n\n{marked}\n\nAnd again.\n").own.split() == ["Look.", "And", "again."]


def test_an_answer_may_pass_a_mail_on_below_what_it_quotes():
    """A mark that says forwarded needs no subject; what is quoted above it is left to whoever reads quotes."""
    quote = "On 19 Nov 2026 at 16:02 mailbot <build@mailbot.example> wrote:\n> v1\n> is ready"
    found = forwards_of(f"{quote}\n\nGood. See this:\n\n{MARK}{HEAD}\nIt crashed.", "Re: Page", answers=True)
    assert found.own.rstrip() == f"{quote}\n\nGood. See this:"
    assert found.forwarded[0].text == "It crashed."
    assert forwards_of(f"Good.\n\n{quote.replace('> ', '')}\n\n{MARK}{HEAD}\nIt crashed.", "Re: Page").forwarded == ()


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (
            "From: Eva\nDate: 2026-11-19 16:02\nSubject: Bug\n\nTo: all\nIt crashed.",
            ("Eva", "Bug", "To: all\nIt crashed."),
        ),
        (
            "From: Eva\nTo: a@b.example,\nc@d.example,\ne@f.example\nSubject: Bug\n\nIt crashed.",
            ("Eva", "Bug", "It crashed."),
        ),
        ("From:\nEva <e@k.example>\nDate:\n2026-11-19\nSubject:\nBug\n\nIt crashed.", ("Eva", "Bug", "It crashed.")),
        ("From: Eva\n\nDate: 2026-11-19\n\nSubject: Bug\n\nIt crashed.", ("Eva", "Bug", "It crashed.")),
        (
            "From: Eva\nDate: 2026-11-19\nSubject: A long\n subject\nTo: a\n\nIt crashed.",
            ("Eva", "A long subject", "It crashed."),
        ),
        ("Words of a program without a header.", ("", "", "Words of a program without a header.")),
    ],
)
def test_shapes_of_a_header(head, told):
    """Folded fields, values below their labels, empty lines between; the body may begin like one more field."""
    (found,) = forwards_of(MARK + head).forwarded
    assert (found.name, found.subject, found.text) == told


@pytest.mark.parametrize(
    "text",
    [
        "Forwarded message\nis what the title should say",
        f"> v1 is ready\n> {MARK}> From: Eva <eva@kunde.example>\n> Date: 2026-11-19\n>\n> It crashed.\n\nBlue.",
        "Date: 2026-11-19 16:02\nTotal: 3",
        "-----\nFrom: Krakow\nTo: Gdansk\n-----",
        "---- a ----\nb: c\nd: e\nf: g",
    ],
)
def test_what_is_no_forward(text):
    """Titles, quotes of an answer, tables and examples."""
    assert forwards_of(text, "Re: Page") == Split(own=text)
    assert forwards_of(text).forwarded == () or text.startswith(">")


def test_labels_in_a_line_that_runs_together_begin_with_a_capital():
    """Yahoo writes nothing between the fields, and the end of a word may look like a label."""
    line = "----- Forwarded Message ----- From: Eva photo: none <eva@kunde.example>Sent: 19 Nov 2026 16:02Subject: Bug"
    (found,) = forwards_of(f"{line}\nIt crashed.").forwarded
    assert (found.author, found.subject, found.text) == ("eva@kunde.example", "Bug", "It crashed.")


def test_a_line_of_numbers_is_nobodys_attribution():
    """Under a subject that says forward, too, somebody must be named, and when."""
    for line in ("Sizes 1, 2, 3 and 4 are:", "Write to eva@kunde.example, who says:"):
        assert forwards_of(f"{line}\n\nsmall", "Fwd: Sizes").forwarded == ()


def test_indented_mails_lose_what_all_lines_share():
    """Outlook on a Mac indents the mail, and its own lines stay indented as they were."""
    text = 'On 19/11/2026, 16:02, "Eva" <eva@kunde.example> wrote:\n\n    if empty:\n      crash()\n'
    assert forwards_of(text, "FW: Bug").forwarded[0].text == "if empty:\n  crash()"


def test_addresses_within_quotes():
    """Outlook puts an address without a name into quotes."""
    text = HEAD.replace("Eva <eva@kunde.example>", "'eva@kunde.example'").replace(
        "ana@acme.example", "'ana@acme.example'"
    )
    found = forwards_of(f"{MARK}{text}\nIt crashed.").forwarded[0]
    assert (found.author, found.name, found.to) == ("eva@kunde.example", "", ("ana@acme.example",))


def test_nested_forwards_come_newest_first():
    """Each keeps the words of its own author."""
    text = f"{MARK}{HEAD}\nFrom Bob.\n\n{MARK}{HEAD.replace('Eva', 'Max')}\nIt crashed."
    assert [(one.name, one.text) for one in forwards_of(text).forwarded] == [
        ("Eva", "From Bob."),
        ("Max", "It crashed."),
    ]


def test_no_more_than_a_few_are_told_apart():
    """The words of the others stay with the last."""
    found = forwards_of(f"{MARK}{HEAD}\nx\n" * 50).forwarded
    assert len(found) == MAX_FORWARDED
    assert MARK.strip() in found[-1].text


def test_an_attached_mail_keeps_its_id_and_opens_what_is_attached_to_it():
    """A mail of ours that comes back whole proves itself by its Message-ID."""
    inner = b"From: Max <max@kunde.example>\nMessage-ID: <2@kunde.example>\n\nIt crashed.\n"
    outer = (
        b"From: Eva <eva@kunde.example>\nMessage-ID: <1@kunde.example>\nContent-Type: multipart/mixed; boundary=b\n\n"
    )
    outer += b"--b\n\nSee.\n--b\nContent-Type: message/rfc822\n\n" + inner + b"--b--\n"
    found = attached([Attachment(name="a.eml", media_type="message/rfc822", content=outer)])
    assert [(one.id, one.text, one.part) for one in found] == [
        ("<1@kunde.example>", "See.", True),
        ("<2@kunde.example>", "It crashed.", True),
    ]


def test_an_attached_mail_that_passes_another_one_on():
    """Its own words, and the other mail behind it."""
    raw = f"From: Bob <bob@acme.example>\nSubject: Fwd: Bug\n\nA customer.\n\n{MARK}{HEAD}\nIt crashed.\n".encode()
    for name, kind in (("a.eml", "message/rfc822"), ("A.EML", "application/octet-stream")):
        found = attached([Attachment(name=name, media_type=kind, content=raw)])
        assert [(one.name, one.text) for one in found] == [("Bob", "A customer."), ("Eva", "It crashed.")]
    assert attached([Attachment(name="a.csv", media_type="application/octet-stream", content=raw)]) == ()


def test_attached_mails_without_end_are_left_alone():
    """Mails in mails in mails: only so deep, only so many, only so much of their words."""
    mail = b"From: a@b.example\n\n" + b"x" * 900_000
    for number in range(30):
        top = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
        mail = top + b"Content-Type: message/rfc822\n\n" + mail
    assert len(attached([Attachment(name="a.eml", media_type="message/rfc822", content=mail)])) == MAX_NESTED + 1
    large = Attachment(name="a.eml", media_type="message/rfc822", content=b"\n\n" + b"x" * 5_000_000)
    assert len(attached([large] * 9)) == 2
    wordy = Attachment(name="a.eml", media_type="message/rfc822", content=b"\n\n" + b"x" * 400_000)
    assert [len(one.text) for one in attached([wordy] * 4)] == [400_000, 400_000, 200_000, 0]
    short = Attachment(name="a.eml", media_type="message/rfc822", content=b"\n\nx")
    assert len(attached([short] * 60)) == MAX_FORWARDED


@given(st.lists(st.sampled_from(LINES), max_size=30), st.sampled_from(["", "Fwd: x", "Re: x"]))
def test_no_line_is_lost_or_made_up(lines, subject):
    """Every line that says something is the author's or was passed on, in its order."""
    found = forwards_of("\n".join(lines), subject)
    for part in (found.own, found.passed):
        rest = iter(lines)
        assert all(line in rest for line in part.split("\n") if line.strip())
    said = [line for line in lines if line.strip()]
    assert sorted(said) == sorted(line for line in f"{found.own}\n{found.passed}".split("\n") if line.strip())


@given(st.text(max_size=300), st.text(max_size=30))
def test_anything_can_be_read(text, subject):
    """No text and no subject raises."""
    forwards_of(text, subject)


HOSTILE = {
    "spaces": " ", "lines": "\n", "dashes": "-", "rules": "-----\n", "short": "--a\n", "on": "On ", "colons": "A:",
    "from": "From: a@b.example\n", "headers": HEAD, "marks": MARK, "run": "--- Forwarded message --- From: To: ",
    "quotes": ">", "deep": "> > > > x\n", "wrote": "On 1 Jan 2026 10:00 a@b.example\n", "to": "To: x@y.example,\n",
    "labels": "Date: x\nTo: y\nFrom: z\nCc: w\n", "unknown": "----- bla -----\nFoo: bar\n", "widths": "\u200b",
    "signs": "\u202e", "gaps": "From: a@b.example\n\nDate: 2026 10:00\n\n",
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_anything_ends(kind):
    """The cost grows with the length alone: quadratic work on this would outlast the patience of the tests."""
    text = (HOSTILE[kind] * 1_000_000)[:1_000_000]
    assert len(forwards_of(text, "Fwd: x").forwarded) <= MAX_FORWARDED
    assert len(forwards_of(text, "Re: x").forwarded) <= MAX_FORWARDED
