"""Requests as people really mail them, short, loud, with prices, in tables, forwarded: none is held as spam.

None of these texts is among those that the words were learned from (tests/campaigns/composed_mails.py).
"""

from __future__ import annotations

import base64
import quopri
from importlib import resources

import pytest

from mailbot.domain.message import Authentic, Proof, Signed
from mailbot.understand.spam import HOLDS, spam_of
from mailbot.understand.spam_words import unpacked
from tests.fakes import envelope

WORDS = unpacked((resources.files("mailbot.understand") / "spam_words.bin").read_bytes())
SIGNED = Authentic(spf="pass", dmarc="pass", dkim=(Signed(domain="acme.example", result="pass"),))
ROWS = "Basic | $0 | free forever\nPro | $19 | 30 days money back\nTeam | $49 | order now, save 20%"
TEXTS = {
    "one word": ("", "help"),
    "very short": ("calc", "make me a calculator"),
    "capitals": (
        "NEED A WEBSITE",
        "PLEASE MAKE A WEBSITE FOR MY CAFE. OPEN DAILY 8 TO 6. PHOTOS ARE ATTACHED. THANKS!!!",
    ),
    "free": ("Free page", "Can you make a free sign-up page? Entry is free, the drinks are free, no obligation. Free!"),
    "prices": ("Price table", f"A pricing page with this table please:\n\n{ROWS}\n\nAnd a button that says Buy now!"),
    "loan": (
        "Mortgage calculator",
        "A mortgage calculator: loan $250,000, rate 4.5%, 30 years. Show what refinancing saves.",
    ),
    "casino": (
        "Card game",
        "Build a poker game for one player against the computer, with play money and a jackpot sound.",
    ),
    "pharmacy": (
        "Pharmacy",
        "A page for our pharmacy: opening hours, vaccination dates, which medicines need a prescription.",
    ),
    "urgent": (
        "URGENT: shop is down",
        "The order form shows an error since this morning. Please fix it today, we lose money!!",
    ),
    "money": (
        "Fundraiser",
        "We raised $1,200,000 for the clinic. Please show the sum and a donate button, click here style.",
    ),
    "Polish": (
        "Strona dla sklepu",
        "Cześć, zróbcie proszę stronę sklepu z rowerami: cennik, dojazd, promocja -20%. Dzięki, Kasia",
    ),
    "German": (
        "Angebot",
        "Guten Tag,\n\nbitte eine Seite mit unseren Angeboten: Gratis-Beratung, Preise ab 99 €, Newsletter.",
    ),
    "French": (
        "Site gratuit",
        "Bonjour, nous voulons un site pour notre boutique : soldes -50 %, livraison gratuite. Merci !",
    ),
    "Spanish": ("¡Oferta!", "Hola, haced una página con nuestras ofertas: 2x1, envío gratis, desde 9,99 €. ¡Gracias!"),
    "Russian": ("Сайт", "Добрый день! Нужна страница с ценами: от 500 рублей, скидка 10%. Спасибо, Ольга"),  # noqa: RUF001  (its letters)
    "Chinese": ("网站", "你好,请做一个网店页面,价格从99元起,免费送货。谢谢!"),
    "Japanese": (
        "ページ作成",
        "お店のページを作ってください。料金表と地図をお願いします。無料お試しの案内も入れてください。",
    ),
    "Arabic": ("موقع", "مرحبا، أريد صفحة لمطعمنا مع الأسعار ومواعيد العمل. التوصيل مجاني. شكرا"),
}
NEWSLETTER = (
    '<table width="100%" bgcolor="#f4f4f4"><tr><td align="center"><table width="600"><tr><td>'
    '<img src="https://img.shop.example/logo.png" width="200"></td></tr><tr><td><h1>Summer SALE - up to 50% off!</h1>'
    "<p>Limited time only. Order now and get free shipping on all orders over $25.</p>"
    '<a href="https://click.shop.example/t/1?u=99" style="background:#c00;color:#fff">Shop now</a></td></tr>'
    '<tr><td style="font-size:10px">You receive this because you opted in. <a href="https://shop.example/unsubscribe">'
    "Unsubscribe</a> | Shop Inc., 1 High Street, Leeds</td></tr></table></td></tr></table>"
)


def head(subject, *lines, name="Kim Novak"):
    encoded = f"=?utf-8?B?{base64.b64encode(subject.encode()).decode()}?="
    known = [f"From: {name} <kim.novak@acme.example>", "To: build@mailbox.example", f"Subject: {encoded}"]
    known += ["Date: Thu, 19 Nov 2026 08:15:00 +0100", "MIME-Version: 1.0", *lines]
    return "\r\n".join(known).encode() + b"\r\n\r\n"


def both(first, text, html):
    part = b'--b7\r\nContent-Type: %s; charset="UTF-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n%s\r\n'
    kinds = ((b"text/plain", text), (b"text/html", html))
    return first + b"".join(part % (kind, quopri.encodestring(one.encode())) for kind, one in kinds) + b"--b7--\r\n"


def plain(subject, text):
    """A plain mail of Thunderbird."""
    lines = ["Message-ID: <0b7c-4f1d@acme.example>", "User-Agent: Mozilla Thunderbird", "Content-Language: en-GB"]
    return head(subject, *lines, "Content-Type: text/plain; charset=UTF-8; format=flowed") + text.encode()


def gmail(subject, text):
    """Both kinds, as Gmail sends them."""
    lines = ["Message-ID: <CAK3f+9Qx@mail.gmail.com>", 'Content-Type: multipart/alternative; boundary="b7"']
    return both(head(subject, *lines), text, f'<div dir="ltr">{text.replace(chr(10), "<br>")}</div>')


def outlook(subject, text):
    """HTML only, as a table of Outlook."""
    cells = "".join(
        f'<tr><td style="border:solid windowtext 1.0pt"><p class="MsoNormal">{line}<o:p></o:p></p></td></tr>'
        for line in text.split("\n")
    )
    html = '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0cm} -->'
    html += f'</style></head><body lang="EN-GB"><table class="MsoNormalTable" border="1">{cells}</table></body></html>'
    lines = ["Message-ID: <DB7PR03MB4@DB7PR03MB4.eurprd03.prod.outlook.com>", "Thread-Topic: x", "Thread-Index: Adkx"]
    lines += ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"]
    return head(subject, *lines) + quopri.encodestring(html.encode())


def apple(subject, text):
    """HTML only in base64, from a phone, with no name."""
    html = f'<html><head></head><body dir="auto">{text}<br><br><div>Sent from my iPhone</div></body></html>'
    lines = ["Message-Id: <1F0C1A77-9D@acme.example>", "X-Mailer: iPhone Mail (22B91)"]
    lines += ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64"]
    return head(subject, *lines, name="") + base64.encodebytes(html.encode())


def forwarded(subject, text):
    """A newsletter of somebody else below the request."""
    above = "---------- Forwarded message ---------\nFrom: Shop <news@shop.example>\nSubject: Summer SALE"
    words = "Summer SALE - up to 50% off! Limited time only. Order now. Unsubscribe"
    html = f'<div dir="ltr">{text}<div class="gmail_quote">{above.replace(chr(10), "<br>")}{NEWSLETTER}</div></div>'
    lines = ["Message-ID: <CAK3f+9Qy@mail.gmail.com>", 'Content-Type: multipart/alternative; boundary="b7"']
    return both(head(f"Fwd: {subject}", *lines), f"{text}\n\n{above}\n\n{words}", html)


@pytest.mark.parametrize("shape", [plain, gmail, outlook, apple, forwarded])
@pytest.mark.parametrize("name", TEXTS)
def test_no_request_is_held(name, shape):
    """Its domain vouches for it; no thread is known and nobody has logged in."""
    spam = spam_of(shape(*TEXTS[name]), envelope(proof=Proof.DKIM, authentic=SIGNED), WORDS)
    assert spam.score < HOLDS, spam
