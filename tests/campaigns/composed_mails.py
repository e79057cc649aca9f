"""Requests as people write them today, composed for training: the real mails are old, and few of them ask for anything.

Each text comes as several mail programs would send it, so that the model does not take HTML, or a language, for spam.
"""

from __future__ import annotations

import base64
import quopri

TEXTS = [
    "Hi,\n\nwe need a simple website for our bakery in Leeds: opening hours, a price list and a map.\n\nThanks\nJoanne",
    "Could you make a calculator for loan payments? Amount, rate and years go in, a table with all payments comes out.",
    "Please write a Python script that renames all photos in a folder by the date they were taken.",
    'Can you change the headline to "Open day" and make the second picture larger? The rest is great!',
    "The button does nothing when I click it in Firefox. Could you have a look? Everything else works.",
    "Go back to the version of Tuesday please, the new colours are too loud for us.",
    "A price page for our gym: free trial for one week, $25 a month, $199 a year, cancel any time. Add a form.",
    "We sell handmade candles. Make a shop page with twelve products, prices in GBP and an order form by e-mail.",
    "A newsletter template for the parents' association, one column, with buttons to subscribe and to unsubscribe.",
    "I need a spreadsheet-like page to track my weight and what I eat each day, with a graph of the last month.",
    "Please build a todo list that works offline, with due dates, and sorts by priority.",
    "How long would a small booking system for two meeting rooms take? And what would you need to know?",
    "Hallo zusammen,\n\nwir brauchen eine Seite für das Fest am 12. Juli mit Anfahrt.\n\nViele Grüße\nUwe",
    "Könnt ihr den Preis auf 49 EUR ändern und das Impressum ergänzen? Vielen Dank!",
    "Ein Programm, das Rechnungen aus einer CSV-Datei liest und als PDF ausgibt, bitte ohne Cloud.",
    "Bonjour,\nil nous faudrait une page pour le club de judo : horaires, tarifs, contact.\nCordialement, Hélène",
    "Pourriez-vous remplacer la photo et corriger l'adresse ? C'est 12 rue des Lilas.",
    "Hola, necesito una página para mi taller de bicicletas con horario, precios y un formulario. ¡Gracias!",
    "Buongiorno, vorrei un piccolo sito per il nostro agriturismo, con foto e listino. Grazie mille.",
    "Dzień dobry, potrzebuję kalkulatora podatku w przeglądarce. Pozdrawiam, Marek",
    "Hej! Kan ni göra en sida för vår förening med kalender och kontaktuppgifter?",
    "Olá, preciso de um site simples para a minha loja de flores.",
    "Здравствуйте! Сделайте, пожалуйста, страницу для музея с фотографиями.",  # noqa: RUF001  (its letters)
    "Merhaba, kafemiz için bir menü sayfası yapar mısınız? Teşekkürler.",  # noqa: RUF001  (its letters)
    "学校の行事予定を表示するページを作ってください。よろしくお願いします。",
    "请帮我做一个简单的记账网页,可以按月统计。谢谢!",
    "안녕하세요, 동호회 홈페이지를 만들어 주세요. 일정과 사진이 필요합니다.",
    "ok, use EUR",
    "Thanks, that looks good. One more thing: the footer should say 2027.",
    "stop, I sent this by mistake",
    "Attached is our logo; please put it top left and use its green for the links.",
    "Please make a page that compares three phone plans and says which is cheapest for my minutes. No tracking.",
    "Make a landing page for our charity run: register now, donate, sponsors, limited to 300 places, deadline 1 May.",
    "A savings calculator: $10,000 at 3% a year, monthly or yearly interest, and what inflation leaves of it.",
    "We are insurance brokers. A page with our rates, a form for a quote, and the licence numbers in the footer.",
    "Compare leasing a car with buying it on credit: price, deposit, rate, months; which one costs less in the end?",
    "A page about debt advice for our charity: the first meeting is free, call us or write, no obligation.",
    "A diary for my diet: calories, weight lost each week, a chart, and a goal for the summer.",
    "A blackjack trainer that explains the odds. Play money only, please.",
    "PLEASE ADD THE RESULTS OF SATURDAY TO THE CLUB PAGE. ALL TEAMS WON!",
    "Invoices in the browser: hours times rate, VAT 20%, bank details, total in bold. Save as PDF.",
    "Build a lottery for our staff party: names in, one winner out, with a drum roll.",
]
SUBJECTS = ["A website for us", "Re: A website for us", "Small change", "Bitte um eine Seite", "Tool", "Question", ""]
NAMES = ["Joanne Reed", "Uwe", "", '"Marek Nowak"', "Hélène"]


def letters():
    """(name, raw) of each text in each shape."""
    for number, text in enumerate(TEXTS):
        for shape, make in enumerate((_plain, _gmail, _outlook, _html)):
            yield f"composed-{number}-{shape}", make(number, text)


def _head(number, *lines):
    name = NAMES[number % len(NAMES)]
    sender = f"{name} <person{number}@company.example>" if name else f"person{number}@company.example"
    subject = SUBJECTS[number % len(SUBJECTS)]
    answer = ["In-Reply-To: <1@mail.example>", "References: <1@mail.example>"] if subject.startswith("Re:") else []
    known = ["MIME-Version: 1.0", f"From: {sender}", "To: build@mailbox.example", f"Subject: {subject}", *answer]
    return "\r\n".join([*known, "Date: Fri, 20 Nov 2026 12:00:00 +0100", *lines]).encode() + b"\r\n\r\n"


def _paragraphs(text, kind="div"):
    return "".join(f"<{kind}>{line or '<br>'}</{kind}>" for line in text.split("\n"))


def _both(number, text, html, lines):
    head = _head(number, *lines, 'Content-Type: multipart/alternative; boundary="000000000000b5e8"')
    part = b'--000000000000b5e8\r\nContent-Type: %s; charset="UTF-8"\r\n'
    part += b"Content-Transfer-Encoding: quoted-printable\r\n\r\n%s\r\n"
    bodies = ((b"text/plain", text), (b"text/html", html))
    return (
        head
        + b"".join(part % (kind, quopri.encodestring(body.encode())) for kind, body in bodies)
        + b"--000000000000b5e8--\r\n"
    )


def _plain(number, text):
    lines = [
        "User-Agent: Mozilla Thunderbird",
        f"Message-ID: <5f3c1e0{number}-9d1a-4c1b@company.example>",
        "Content-Language: en-US",
    ]
    lines += ["Content-Type: text/plain; charset=UTF-8; format=flowed", "Content-Transfer-Encoding: 8bit"]
    return _head(number, *lines) + text.encode()


def _gmail(number, text):
    html = f'<div dir="ltr">{_paragraphs(text)}</div>'
    return _both(number, text, html, [f"Message-ID: <CAF{number}x9KdQ+Zb=aa@mail.gmail.com>"])


def _outlook(number, text):
    style = "<style>p.MsoNormal{margin:0cm}</style>"
    html = f"<html><head>{style}</head><body lang=EN-US>{_paragraphs(text, 'p class=MsoNormal')}</body></html>"
    lines = [
        f"Message-ID: <AM0PR0{number}MB33@AM0PR0.eurprd04.prod.outlook.com>",
        "Thread-Topic: A website",
        "Thread-Index: AdkC",
    ]
    return _both(number, text, html, [*lines, "Accept-Language: en-US", "Content-Language: en-US"])


def _html(number, text):
    lines = [f"Message-ID: <A{number}B2C3D4-5E6F@company.example>", "X-Mailer: iPhone Mail (20A362)"]
    lines += ["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64"]
    words = f"{_paragraphs(text)}<br><div>Sent from my phone</div>"
    html = f'<html><head><meta charset="utf-8"></head><body dir="auto">{words}</body></html>'
    return _head(number, *lines) + base64.encodebytes(html.encode())
