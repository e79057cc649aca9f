# ruff: noqa: E501, RUF001  (each shape of a reply is one line; letters of many languages)
"""The author's own new words, in the many shapes that replies have."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailbot.understand.quoting import LOOKED, own_words

NEW = "Make the header blue.\n\nAnd the footer, too."
OLD = 'v1 of "Bees" is ready.\n\nOpen it: save bees.html, double-click.\n-- \nRef t7k2m9.abcdefghij'
MARKED = "\n".join(f"> {line}".rstrip() for line in OLD.split("\n"))

#: What stands between the new words and the old ones; the old ones follow without quote marks.
TOP_POSTED = {
    "gmail": "On Fri, Nov 20, 2026 at 12:01 PM mailbot <build+t7k2m9@acme.example> wrote:\n\n",
    "gmail, wrapped": "On Fri, Nov 20, 2026 at 12:01 PM mailbot at ACME\n<build+t7k2m9@acme.example>\nwrote:\n\n",
    "apple": "On 20 Nov 2026, at 12:01, mailbot <build@acme.example> wrote:\n\n",
    "german": "Am 20.11.2026 um 12:01 schrieb mailbot <build@acme.example>:\n",
    "german, name last": "Am Freitag, 20. November 2026 um 12:01:33 MEZ hat mailbot <build@acme.example> Folgendes geschrieben:\n",
    "french": "Le ven. 20 nov. 2026 à 12:01, mailbot <build@acme.example> a écrit :\n\n",
    "spanish": "El vie, 20 nov 2026 a las 12:01, mailbot (<build@acme.example>) escribió:\n\n",
    "italian": "Il giorno ven 20 nov 2026 alle ore 12:01 mailbot <build@acme.example>\nha scritto:\n\n",
    "portuguese": "Em sex., 20 de nov. de 2026 às 12:01, mailbot <build@acme.example> escreveu:\n\n",
    "dutch": "Op vr 20 nov 2026 om 12:01 schreef mailbot <build@acme.example>:\n\n",
    "polish": "pt., 20 lis 2026 o 12:01 mailbot <build@acme.example> napisał(a):\n\n",
    "polish, w dniu": "W dniu 20.11.2026 o 12:01, mailbot pisze:\n",
    "swedish": "Den fre 20 nov. 2026 kl 12:01 skrev mailbot <build@acme.example>:\n\n",
    "russian": "пт, 20 нояб. 2026 г. в 12:01, mailbot <build@acme.example>:\n\n",
    "japanese": "2026年11月20日(金) 12:01 mailbot <build@acme.example>:\n\n",
    "chinese": "在 2026年11月20日，12:01，mailbot <build@acme.example> 写道：\n\n",
    "outlook": "-----Original Message-----\nFrom: mailbot <build@acme.example>\nSent: Friday, November 20, 2026 12:01\n"
    "To: Ana <ana@acme.example>\nSubject: Re: Bees\n\n",
    "outlook, no rule": "From: mailbot <build@acme.example>\nSent: Friday, November 20, 2026 12:01\nTo: Ana\nSubject: Bees\n\n",
    "outlook, rule": "________________________________\nFrom: mailbot <build@acme.example>\nSent: Friday, 12:01\nTo: Ana\n\n",
    "outlook, bold": "*From:* mailbot [mailto:build@acme.example]\n*Sent:* Friday, November 20\n*Subject:* Bees\n\n",
    "outlook, german": "Von: mailbot <build@acme.example>\nGesendet: Freitag, 20. November 2026 12:01\nAn: Ana\nBetreff: Bees\n\n",
    "outlook, polish": "Od: mailbot <build@acme.example>\nWysłano: piątek, 20 listopada 2026 12:01\nDo: Ana\nTemat: Bees\n\n",
    "outlook, french": "De : mailbot <build@acme.example>\nEnvoyé : vendredi 20 novembre 2026 12:01\nÀ : Ana\nObjet : Bees\n\n",
    "yahoo": "----- Forwarded Message -----\nFrom: mailbot <build@acme.example>\nTo: Ana\n\n",
    "forwarded": "---------- Forwarded message ---------\nFrom: mailbot <build@acme.example>\nDate: Fri, Nov 20\n\n",
    "thunderbird, german": "-------- Ursprüngliche Nachricht --------\nBetreff: \tBees\nDatum: \tFri, 20 Nov 2026\n\n",
}
#: The same, where quote marks follow.
QUOTED = {
    "plain": "",
    "gmail": TOP_POSTED["gmail"],
    "two lines": TOP_POSTED["italian"],
    "no verb known": "Vineri, 20 noiembrie 2026, mailbot a zis:\n",
    "an address and a date": "2026/11/20 mailbot <build@acme.example>\n\n",
    "you wrote": "You wrote on 2026-11-20:\n",
}


@pytest.mark.parametrize("between", TOP_POSTED.values(), ids=TOP_POSTED)
def test_words_above_what_is_quoted(between):
    """The new words are whole, and nothing of the old ones is among them."""
    text, quoted = own_words(f"{NEW}\n\n{between}{OLD}")
    assert text == NEW
    assert "Ref t7k2m9.abcdefghij" in quoted


@pytest.mark.parametrize("between", QUOTED.values(), ids=QUOTED)
def test_words_above_quote_marks(between):
    """Quote marks are understood with or without a line that says whose words they are."""
    assert own_words(f"{NEW}\n\n{between}{MARKED}\n") == (NEW, f"{between}{MARKED}".strip("\n"))


@pytest.mark.parametrize("between", ["", QUOTED["gmail"], QUOTED["two lines"]])
def test_words_below_quote_marks(between):
    """Who answers below is understood, too."""
    assert own_words(f"{between}{MARKED}\n\n{NEW}")[0] == NEW


def test_answers_between_the_lines():
    """Every answer between quoted lines is kept, in its order."""
    text, quoted = own_words("> 1. Who logs in?\n> 2. Where is data kept?\nPostgres please\n> 3. Report means?\nPDF\n")
    assert text == "Postgres please\n\nPDF"
    assert quoted == "> 1. Who logs in?\n> 2. Where is data kept?\n> 3. Report means?"


def test_a_quoted_line_that_was_broken():
    """A program breaks a long quoted line and forgets the mark on the rest."""
    broken = f"> {'long words ' * 6}that are\ngoing on here\n> and on"
    assert own_words(f"{NEW}\n\n{broken}")[0] == NEW


@pytest.mark.parametrize(
    "below",
    [
        "-- \nAna Smith\nACME Ltd\n+1 555 0100",
        "--\nAna",
        "—\nAna Smith\nCEO",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Wysłane z iPhone'a",
        "Get Outlook for Android",
        "iPhoneから送信",
        "Sent from my Galaxy S24, an AT&T smartphone",
        "Sent from my iPhone\n\n> On Fri, Nov 20, 2026, mailbot wrote:\n> old",
        "-- \nAna\n\nOn Fri, Nov 20, 2026 at 12:01 PM mailbot <build@acme.example> wrote:\n> old",
    ],
)
def test_signatures_are_no_request(below):
    """What stands under a signature mark, or what a telephone adds, is left out."""
    assert own_words(f"{NEW}\n\n{below}\n")[0] == NEW


@pytest.mark.parametrize(
    "text",
    [
        "One page about bees.",
        "On Monday the shop opens at 9:00, on Sunday it is closed.",
        "As Ana wrote in 2024:\nbees are nice.\nBuild that.",
        "On the page it must say who wrote it:\nthe author's name, and 2026.",
        "A form with the fields\nFrom:\nTo:\nSubject:\nMessage:",
        "A form with\nName: text\nDate: 2026-11-20\nE-mail: a@b.example",
        "It must send this mail:\n\nFrom: shop@acme.example\nSubject: Your order\n\nThank you!",
        "Show a table\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        "Use these sections\n\n-----\none\n-----\ntwo",
        "Count words, print a - b and a -- b.",
        "Sent from my desk, please: a page about letters sent from my town.",
        "A list:\n- 9:00 open\n- 17:00 close\nSchedule of 2026-11-20:\n9:00 meeting",
        ">From here on it is new.",
        "Use 3 colours.\nThe header reads: written by Ana 2026",
        "Two parts\n\n--\n" + "\n".join(f"part two, line {n}" for n in range(20)),
        "Forwarded message\nis the title of the page.",
        "Original message:\nshow it above the reply.",
        "I want\nDate: shown at the top\nSubject: below it\nso that all see it 2",
    ],
)
def test_requests_are_kept_whole(text):
    """What only looks a little like a quote is the author's: losing a word is the worse mistake."""
    assert own_words(text) == (text, "")


@pytest.mark.parametrize(
    "below",
    [
        "-----\n> old",
        "________________________________\n\n> old",
        "2026-11-20 12:01 GMT+01:00 mailbot <b@acme.example>:\n\nold",
        "2026-11-20 12:01 GMT+01:00 mailbot\n\nold",
        "Begin forwarded message:\n\n> old",
        "Begin forwarded message:\n\nFrom: mailbot <b@acme.example>\nold",
        "---- mailbot wrote on Fri, 20 Nov 2026 12:01 ----\nold",
        "From: mailbot <b@acme.example>\nSent: Friday 12:01\nTo: Ana <a@acme.example>,\n Bob <b@acme.example>,\n Chef\nSubject: x\nold",
        "--- Something in no list ---\nFrom: mailbot <b@acme.example>\nSubject: old",
        f"Sent from my iPhone\n\n{OLD}\n\n{OLD}",
        "-----Original Message-----\n> From: mailbot\n> old",
    ],
)
def test_further_lines_above_what_is_quoted(below):
    """Rules, stamps, forwards, long headers, telephones."""
    assert own_words(f"{NEW}\n\n{below}")[0] == NEW


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 12:01 standup\n\nThe list goes on.",
        "Sent from my iPhone\nis the title\nof the page\nand this\nits text",
        "Words\n\n—\n" + "\n".join(f"line {n}" for n in range(7)),
        "From: ana@acme.example\nDate: 2026-11-20\nthese two are the columns",
        "From: a sender\nDate: of sending\nTo: a receiver\nSubject: words",
        "--- Part one ---\nOne: 1\nTwo: 2",
        "On 2026-11-20 " + "very " * 150 + "long wrote:\n\nand on",
        "-----\n\nA rule above.",
        "A rule below.\n-----",
        "A trip planner:\nFrom: Warsaw\nTo: Berlin\nDate: 2026-11-20\nPassengers: 2",
        "A trip planner\n\n-----\nFrom: Warsaw\nTo: Berlin\nDate: 2026-11-20 10:30\n-----\nand the price",
        "Formular\nVon: Berlin\nAn: Hamburg\nDatum: 20.11.2026\nUhrzeit: 10:00\nmit Knopf",
        "Import mails of this shape:\n\nDate: 2026-11-20\nFrom: a\nSubject: b\n\nand list them",
        "Tell bob@acme.example on 20.11.2026 what he must do:\n- clean\n- cook",
        "Parse:\n\n2026-11-20 12:01 UTC login of bob@b.example failed\n\n2026-11-20 12:02 UTC login ok\n\nCount them.",
        "A template\n\n----- Welcome email -----\nDear {name},\nwelcome.\n----- Goodbye email -----\nBye.",
        "In 2024 Ana wrote:\nbees are nice.\nPut that on top.",
        "On Monday at 9:00 the page says:\nWelcome\nand on Tuesday\nBye",
        "The message must read:\n\n| Dear Ana\n| your order of 20 Nov is ready\n\nand nothing else",
        "Names:\nAna <ana@acme.example>\nBob <bob@acme.example>:\nboth get it",
        "Text before\n\n***\n\nText after",
        "--\nfoo --bar\nand more\nabout\noptions",
    ],
)
def test_further_requests_are_kept_whole(text):
    """Each stands just beside something that is cut."""
    assert own_words(text) == (text, "")


def test_an_answer_below_a_long_quoted_line_is_kept():
    """Only what begins small, and stands before more of the quote, can be the rest of a broken line."""
    long = f"> {'long words ' * 6}that are"
    for answer in ("Postgres", "postgres\nplease", f"so {'long ' * 20}answer"):
        assert own_words(f"{long}\n{answer}\n> next")[0] == answer
    assert own_words("> short\npostgres\n> next")[0] == "postgres"
    assert own_words(f"{long}?\npostgres\n> next")[0] == "postgres"


def test_own_words_before_a_wrapped_line_are_kept():
    """The line above "On ... wrote:" belongs to the author, even without an empty line between and with numbers in it."""
    text, _ = own_words(f"Use 3 colours, on 2 pages.\nOn Fri, Nov 20, 2026, mailbot <b@acme.example>\nwrote:\n\n{OLD}")
    assert text == "Use 3 colours, on 2 pages."


def test_a_reply_with_nothing_new():
    """Only quotes, only a signature, or nothing at all: no words."""
    for text in (MARKED, f"{TOP_POSTED['gmail']}{OLD}", "-- \nAna", "Sent from my iPhone", "", "\n \n"):
        assert own_words(text)[0] == ""


def test_blank_lines_are_tidied():
    """Empty lines at the ends go, three in a row become one; the words stay as they are."""
    assert own_words("\n\n  indented\n\n\n\nb  \n\n")[0] == "  indented\n\nb"


@given(
    st.lists(
        st.sampled_from(
            ["On 1 Jan 2026 a@b wrote:", "> q", "--", "From: a@b", "Date: 1", "To: x", "", "own", "wrote:", "---"]
        )
    )
)
def test_every_line_is_somewhere(lines):
    """No line is lost: it is among the own words or among the rest."""
    text, quoted = own_words("\n".join(lines))
    kept = [line for line in f"{text}\n{quoted}".split("\n") if line]
    assert sorted(kept) == sorted(line for line in lines if line)


PIECES = [
    "On 20 Nov 2026 at 12:01, a@b.example wrote:", "> q", ">> q", "-- ", "--", "From: a@b.example", "Sent: Friday 12:01",
    "To: x", "Subject: y", "", " ", "own words", "wrote:", "---", "_" * 40, "Regards,", "Ana", "+1 555 010 0200",
    "Sent from my iPhone", "| a", "| b", "-----Original Message-----", "2026-11-20 12:01 GMT+01:00 mailbot",
    "CAUTION: external email", "Ref t7k2m9.abcdefghij", "confidential recipient delete this e-mail by mistake " * 3,
    "mailing list https://a.example", "\u202eon 1", "\t> q", "＞ q",
]  # fmt: skip


def is_within(few, many):
    """Whether *few* is what is left of *many* when some of it is taken out."""
    rest = iter(many)
    return all(one in rest for one in few)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
@example(["> q", "own words", "> q", "wrote:", "own words"])
@example(["On 20 Nov 2026 at 12:01, a@b.example wrote:", "own words", "Ref t7k2m9.abcdefghij", "own words"])
def test_the_words_are_a_part_of_the_text(lines):
    """Character by character, in their order; and what is left out is the other part, no line in both."""
    text = "\n".join(lines)
    own, quoted = own_words(text)
    assert is_within(own, text)
    assert is_within(quoted, text)
    kept = [line.strip() for line in f"{own}\n{quoted}".split("\n") if line.strip()]
    assert sorted(kept) == sorted(line.strip() for line in lines if line.strip())


@given(st.text(alphabet="> |-_\n:：@.<>aOn1\u202e\u200b\u00a0\r\t", max_size=300))
def test_any_text_has_words(text):
    """Nothing raises, whatever the text."""
    own, quoted = own_words(text)
    assert is_within(own, text)
    assert is_within(quoted, text)


@given(st.lists(st.sampled_from(["Postgres, please.", "No.", "In EUR, two digits"]), min_size=1, max_size=8))
def test_answers_between_quotes_are_whole(answers):
    """However many there are."""
    text = "\n".join(f"> Question {number}?\n{answer}" for number, answer in enumerate(answers))
    assert own_words(f"On 20 Nov 2026, a@b.example wrote:\n{text}")[0] == "\n\n".join(answers)


def test_only_so_many_lines_are_looked_at():
    """Below twenty thousand lines only quote marks count: what costs more is not asked."""
    text = "a\n" * LOOKED + f"b\n> old\n{TOP_POSTED['gmail']}c"
    assert own_words(text) == ("a\n" * LOOKED + f"b\n\n{TOP_POSTED['gmail']}c", "> old")
    assert own_words(text[2:-1])[0].endswith("wrote:")


@pytest.mark.parametrize(
    "line",
    [
        "On Mon, Jan 1 2026 somebody said",
        "From: a",
        ">",
        "> a\nb",
        "-",
        "_",
        "On",
        "wrote:",
        "Sent from my ",
        " ",
        "\n",
        "--\n",
        "a",
        "From: a@b\nSent: 1\nTo: c\nSubject: d\n",
        "Le lundi 1",
        "1@a:",
        "-- a --",
        "> q\n-- \nx",
        "Regards,\nAna",
        "a:\n|\n|",
        "---- a message ----",
        f"{'x' * 590} wrote:",
        f"{'1' * 590}:",
        "\u202e\u200ba:",
        "confidential e-mail\n\n",
        "Ref t7k2m9.abcdefghij",
    ],
)
def test_hostile_texts_end(line):
    """Half a megabyte of anything, on one line or on many, ends."""
    own_words(line * (500_000 // len(line)))
    own_words(f"{line}\n" * (500_000 // (len(line) + 1)))


def test_ten_thousand_nested_quotes_end():
    """They are all quoted."""
    text = "\n".join(">" * min(depth, 99) + " x" for depth in range(1, 10_000))
    assert own_words(f"{NEW}\n{text}") == (NEW, text)


@pytest.mark.parametrize("line", ["On Friday mailbot wrote:", "Ana wrote:", "Ana schrieb:", "Ana napisała:"])
def test_who_wrote_it_needs_no_date_above_a_quote(line):
    """Some programs name the writer only; above a quote that is no word of the author's."""
    assert own_words(f"Thanks, make it blue.\n\n{line}\n> it is ready\n")[0] == "Thanks, make it blue."
    assert own_words(f"{line}\nbees are nice\n")[0] == f"{line}\nbees are nice"
