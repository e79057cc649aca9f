"""What a person who knows mail would notice: each sign on the mail that shows it, and not on a plain one."""

from __future__ import annotations

import base64

import pytest

from mailbot.domain.message import Authentic, Proof, Signed
from mailbot.understand.spam_letter import letter_of
from mailbot.understand.spam_signs import GTUBE, signs_of, signs_of_sender
from tests.fakes import envelope, mail

HTML = {"Content_Type": "text/html"}
DKIM = (Signed(domain="a.example", result="pass"),)


def noticed(raw):
    return " | ".join(sign.words for sign in signs_of(letter_of(raw)))


def without(name, raw):
    return b"\r\n".join(line for line in raw.split(b"\r\n") if not line.lower().startswith(name))


def test_a_plain_mail_shows_nothing():
    """A person's mail has no sign at all."""
    assert noticed(mail("Hi,\n\nplease make a page about our bees.\n\nThanks, Ana", to="build@mailbot.localhost")) == ""


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (without(b"message-id", mail()), "no Message-Id"),
        (without(b"date", mail()), "no Date"),
        (mail(X_MSMail_Priority="High"), "program of Microsoft"),
        (mail(X_Mailer="Microsoft Outlook Express 6.0"), "Outlook Express"),
        (mail(subject="Gr\xfc\xdfe").replace("\xfc\xdf".encode(), b"\xfc\xdf"), "raw 8-bit"),
        (mail(Date="Tue, 24 Sep 2002 06:09:40 -1900"), "zone"),
        (mail(Date="Tue, 24 Sep 0102 06:09:40 +0200"), "year"),
        (mail(From="a@b.example@c.example"), "no address"),
        (mail(to="undisclosed-recipients:;"), "nobody"),
        (mail(to=", ".join(f"p{n}@x.example" for n in range(9))), "9 people"),
        (mail(to="ana@acme.example"), "to themselves"),
        (mail(Reply_To="x@other.example"), "another domain"),
        (mail(subject="THE BEST PRICES EVER"), "capitals"),
        (mail(subject="Lower your rate             xk3f9"), "number for its sender"),
        (mail(subject="Buy v.i.a.g.r.a now"), "spaces the letters"),
        (mail(subject="Re: your order"), "answers nothing"),
        (mail("<p>Hello", **HTML), "HTML only"),
        (mail("<p>Hi<img src=http://x.example/a.gif>", **HTML), "picture"),
        (mail(f"<p>Hi<div style='display:none'>{'seldom words ' * 50}</div>", **HTML), "hides more"),
        (mail("<script>x</script>", **HTML), "script"),
        (mail("fr\u200bee mon\u200bey no\u200bw"), "nobody sees"),
        (mail("p\u0430yp\u0430l v\u0435rify"), "two alphabets"),
        (mail("go to http://192.0.2.7/x"), "bare IP"),
        (mail("go to http://bank.example@evil.example/"), "another name"),
        (mail("To be removed from our list, click here."), "left in peace"),
        (mail("The next of kin left million US dollars."), "fortune"),
        (mail("100% free, act now!"), "advertisement"),
        (mail(GTUBE), "GTUBE"),
    ],
)  # fmt: skip
def test_signs(raw, words):
    """Each is noticed where it is."""
    assert words in noticed(raw)


def test_plain_words_in_base64():
    """Who hides ASCII in base64 hides it from filters."""
    wrapped = base64.b64encode(b"Plain words, in their plain order, for more than fifty letters.").decode()
    assert "base64" in noticed(mail(wrapped, Content_Transfer_Encoding="base64"))


def test_a_file_that_runs():
    """By its last ending, whatever stands before."""
    assert "runs when it is opened" in noticed(mail("MZ", Content_Type='application/pdf; name="invoice.pdf.exe"'))
    assert "runs" not in noticed(mail("x", Content_Type='application/pdf; name="invoice.exe.pdf"'))


@pytest.mark.parametrize(
    ("known", "least", "most"),
    [
        (Authentic(), 0, 0),
        (Authentic(spf="pass", dmarc="pass", dkim=DKIM), -3, -2),
        (Authentic(spf="fail"), 2, 3),
        (Authentic(spf="softfail"), 1, 2),
        (Authentic(dmarc="fail", policy="reject"), 5, 5),
        (Authentic(dmarc="fail", policy="none"), 1, 2),
        (Authentic(dkim=(Signed(domain="a.example", result="fail"),)), 0.5, 1),
        (Authentic(dkim=(Signed(domain="a.example", result="temperror"),)), 0, 0),
    ],
)
def test_what_is_known_of_the_sender(known, least, most):
    """Proofs lower, forgeries raise; what nobody could look up counts nothing."""
    signs = signs_of_sender(envelope(proof=Proof.NONE, authentic=known, helo="mx.a.example"), known=False)
    assert least <= sum(sign.points for sign in signs) <= most


def test_a_thread_of_ours():
    """Signed and in a known thread is all but immune; the name of the thread alone is not: forwarding leaks it."""
    points = {
        proof: sum(sign.points for sign in signs_of_sender(envelope(proof=proof), known=True))
        for proof in (Proof.NONE, Proof.SPF, Proof.DKIM)
    }
    assert points == {Proof.NONE: -3, Proof.SPF: -3, Proof.DKIM: -10}


@pytest.mark.parametrize(
    ("helo", "points"), [("192.0.2.1", 0.8), ("[192.0.2.1]", 0.8), ("pc", 0.5), ("mx.a.example", 0)]
)
def test_how_its_server_calls_itself(helo, points):
    """A name, a full one, is what servers of mail have."""
    signs = signs_of_sender(envelope(proof=Proof.NONE, helo=helo, peer="192.0.2.1"), known=False)
    assert sum(sign.points for sign in signs) == points
