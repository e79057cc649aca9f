"""How much a mail looks like spam: the parts add up, and hostile mail costs little."""

from __future__ import annotations

import random
import time
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.message import Authentic, Proof, Signed
from mailbot.domain.names import Names
from mailbot.domain.project import ProjectId
from mailbot.understand.spam import DROPS, HOLDS, Spam, in_our_thread, look_at, spam_of, total
from mailbot.understand.spam_signs import GTUBE, Sign
from mailbot.understand.spam_words import unpacked
from tests.fakes import envelope, mail

WORDS = unpacked((resources.files("mailbot.understand") / "spam_words.bin").read_bytes())
NAMES = Names(domain="mailbot.example", keys=(b"k" * 32,))
SPAM = mail(
    "<html><body bgcolor=#ffff00><font size=5 color=red>Lose weight NOW! 100% FREE trial, money back guarantee.</font>"
    "<p>Act now! Click here: <a href=http://203.0.113.9/x>ORDER NOW</a><p>To be removed from our list, click here."
    "<p>This is not spam. You opted in to one of our partner lists. Earn up to $5,000 a month working from home!",
    From="Sales <xk38291@yahoo.example>", to="undisclosed-recipients:;", subject="LOSE WEIGHT, EARN $$$      83js",
    Content_Type="text/html", Date="Fri, 20 Nov 2026 12:00:00 -1900", Message_ID="<0000276c0b4d$000058af@x>",
)  # fmt: skip
REQUESTS = [
    "Please build me a small web page for our summer party on 3 July. Sections: directions, menu, contact.",
    "Hallo, baut mir bitte eine Seite für unseren Chor, mit Probenplan und Kontakt. Danke, Ola",
    "Bonjour, pouvez-vous faire une page pour notre association d'apiculteurs ? Merci.",
    "Bitte die Farbe auf Blau ändern und die Preise in EUR angeben.",
    "A command line tool that reads a CSV of invoices and prints the totals per customer; free of dependencies.",
    "Zrób proszę stronę o naszej szkole, z planem lekcji.",
    "ミツバチについてのページを作ってください。",
]


def score(raw, known=False, **transport):
    return spam_of(raw, envelope(**({"proof": Proof.NONE} | transport)), WORDS, known=known).score


@pytest.mark.parametrize("text", REQUESTS)
@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
def test_requests_are_no_spam(text, kind):
    """What this mailbox is for, in any language, stays well below."""
    assert score(mail(text, subject="A page, please", Content_Type=kind)) < 4


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "text/html; charset=utf-8"])
def test_a_request_about_a_shop_is_let_through_by_its_proof(kind):
    """Its words are an advertisement's. That its domain vouches for it keeps it below, with no thread known."""
    text = "A landing page for our shop: money-back guarantee, order now button, price list with $19 and $49 plans."
    raw = mail(text, subject="A page, please", Content_Type=kind)
    signed = Authentic(spf="pass", dmarc="pass", dkim=(Signed(domain="acme.example", result="pass"),))
    assert score(raw, proof=Proof.DKIM, authentic=signed) < HOLDS


def test_spam_is_dropped_and_says_why():
    """Its reasons are sentences with points, the weightiest first."""
    spam = spam_of(SPAM, envelope(proof=Proof.NONE), WORDS)
    assert spam.score >= DROPS
    assert any("zone" in one for one in spam.reasons)
    assert str(spam).startswith("spam score ")


def test_who_is_known_is_all_but_immune():
    """Spam's own words, in a mail that is signed and goes on in a thread of ours, or of one who has logged in."""
    signed = Authentic(spf="pass", dmarc="pass")
    known = score(SPAM, known=True, proof=Proof.DKIM, authentic=signed)
    assert known < score(SPAM) - 10
    assert score(SPAM, proof=Proof.ACCOUNT) < score(SPAM) - 7
    assert score(mail("Lose weight now! Act now, 100% free."), known=True, proof=Proof.DKIM) < 0


def test_the_test_text_of_spam_filters():
    """With it an admin sees that the filter works, whoever writes it."""
    assert score(mail(GTUBE)) > DROPS
    assert score(mail(GTUBE), known=True, proof=Proof.DKIM) > DROPS


def test_the_parts_add_up_within_bounds():
    """Points are summed; the reasons are those that weigh."""
    assert total([Sign(2.0, "a"), Sign(-0.5, "b"), Sign(0.1, "c")]) == Spam(score=1.6, reasons=("a (+2.0)", "b (-0.5)"))
    assert total([Sign(500, "a")]).score == 100
    assert total([Sign(-500, "a")]).score == -20


def test_a_thread_of_ours_is_known_by_what_we_signed():
    """By the address that it is sent to, or by the mail that it answers; never by a name that looks like ours."""
    ours = NAMES.message_id(ProjectId("t7k2m9"), "v1", "d1")
    address = NAMES.thread_address(ProjectId("t7k2m9"), "build")
    look = look_at(mail(In_Reply_To=f"<x@y> {ours}"))
    assert in_our_thread(look.answers, envelope(), NAMES)
    assert in_our_thread((), envelope(recipients=(address,)), NAMES)
    forged = look_at(mail(References=ours.replace(".v1.", ".v2.")))
    assert not in_our_thread(forged.answers, envelope(recipients=("build+t7k2m9.aaaaaaaaaa@mailbot.example",)), NAMES)


HEAD = b"From: a@b.example\r\nSubject: x\r\n"
NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500))
HOSTILE = {
    "25 MB of base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"QUFB" * 6_250_000,
    "a file of 25 MB": HEAD + b"Content-Type: a/b; name=x\r\n\r\n" + b"QUFB" * 6_250_000,
    "100,000 words": HEAD + b"\r\n" + " ".join(f"w{n:x}z" for n in range(100_000)).encode(),
    "nested": HEAD + NESTED,
    "tags": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 200_000,
    "hidden": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p style='font-size:0'>x" * 100_000,
    "at signs": HEAD + b"\r\n" + b"a.b@" * 500_000,
    "one word": HEAD + b"\r\n" + b"a" * 5_000_000,
    "spaces": b"Subject: " + b" " * 30_000 + b"x\r\n\r\n" + b" " * 1_000_000,
    "spaced letters": b"Subject: " + b"a " * 15_000 + b"\r\n\r\n" + b"a " * 100_000,
    "fields": b"X-A: b\r\n" * 100_000 + b"\r\nx",
    "links": HEAD + b"\r\n" + b"http://%41@a.b/ " * 100_000,
    "reply": b"From: " + b"a@" * 10_000 + b"\r\nReply-To: " + b"b@" * 10_000 + b"\r\n\r\nx",
    "noise": HEAD + b"\r\n" + random.Random(1).randbytes(3_000_000),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_costs_little(name):
    """Twice the mail costs hardly more: what is looked at has a limit. The time is processor time, with room."""
    begun = time.process_time()
    spam_of(HOSTILE[name], envelope(), WORDS)
    assert time.process_time() - begun < 1.0


@given(st.binary(max_size=400))
def test_every_mail_has_a_score(raw):
    """Whatever the bytes are."""
    assert -20 <= spam_of(raw, None, WORDS).score <= 100


def test_the_scale():
    """The rules that ship rest on it."""
    assert (HOLDS, DROPS) == (6, 12)
