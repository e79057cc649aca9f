"""Mails that claim to be somebody else's, each with the level that it must get.

A few honest mails stand among them, or refusing all would do.
"""

from __future__ import annotations

from mailbot.domain.message import Proof
from tests.understand.signer import rsa_key, sealed, signed
from tests.understand.spoof_world import ANA, EVIL, EVIL_HOST, HOST, MALLORY, Case, by_mallory, mail

LISTS = {"d": "lists.example", "key": rsa_key("lists")}
FROM_ANA = b"From: Ana <ana@acme.example>"
BY_ANA = signed(mail(FROM_ANA))
AT_HOME = {"sender": ANA, "peer": HOST}
FROM_OTHER = {"sender": MALLORY, "peer": EVIL_HOST}

#: What two programs could read in two ways is nobody's.
SHAPES = [
    ("two addresses, mallory first", f"{MALLORY}, {ANA}"),
    ("two addresses, ana first", f"{ANA}, {MALLORY}"),
    ("two in angle brackets", f"<{ANA}> <{MALLORY}>"),
    ("an address as an unquoted name", f"{ANA} <{MALLORY}>"),
    ("an empty pair of brackets", f"<> <{ANA}>"),
    ("brackets in brackets", f"<<{ANA}>>"),
    ("text behind the address", f"<{MALLORY}> {ANA}"),
    ("a comment between", f"{ANA} (x) <{MALLORY}>"),
    ("a comment with the address", f"{MALLORY} (<{ANA}>)"),
    ("a comment in the domain", "ana@acme.example(.evil.example)"),
    ("a comment in the address", "ana(@evil.example)@acme.example"),
    ("a route over evil", f"<@evil.example:{ANA}>"),
    ("a route over acme", f"<@acme.example,@b.example:{MALLORY}>"),
    ("a group", f"Friends: {ANA}, {MALLORY};"),
    ("a group that is empty", "undisclosed:;"),
    ("an encoded word as local part", "=?utf-8?q?ana=40acme.example?=@evil.example"),
    ("an encoded word as address", "=?utf-8?q?ana=40acme.example?="),
    ("an encoded word with a NUL", "=?utf-8?q?ana=40acme.example=00?=@evil.example"),
    ("a quoted local part", '"ana@acme.example"@evil.example'),
    ("a quoted local part with an end", '"ana@acme.example> "@evil.example'),
    ("a quoted local part of ana", '"ana"@acme.example'),
    ("a quoted pair", "ana\\@acme.example@evil.example"),
    ("a quote that is never closed", f'"Ana <{ANA}>'),
    ("a trailing comma", f"{ANA},"),
    ("a leading comma", f",{ANA}"),
    ("a semicolon", f"{MALLORY};{ANA}"),
    ("a list of nothing", f",,,{ANA},,"),
    ("blanks around the at", "ana @ acme.example"),
    ("two ats", "ana@evil.example@acme.example"),
    ("a fold in the domain", "ana@acme.exam\r\n ple"),
    ("a trailing dot", "ana@acme.example."),
    ("an address literal", "ana@[203.0.113.66]"),
    ("a Cyrillic letter", "ana@\N{CYRILLIC SMALL LETTER A}cme.example"),
    ("a wide at", "ana\N{FULLWIDTH COMMERCIAL AT}acme.example"),
    ("an ideographic full stop", "ana@acme\N{IDEOGRAPHIC FULL STOP}example"),
    ("a Kelvin sign", "ana@ban\N{KELVIN SIGN}.example"),
    ("a letter that is wide", "ana@\N{FULLWIDTH LATIN SMALL LETTER A}cme.example"),
    ("a zero width space", "ana@acme.example\N{ZERO WIDTH SPACE}"),
    ("a backspace", "mallory@evil.example\x08\x08ana@acme.example"),
    ("a NUL", b"ana@acme.example\0@evil.example"),
    ("a bare CR", b"ana@acme.example\r <mallory@evil.example>"),
    ("a bare LF", b"mallory@evil.example\nFrom: ana@acme.example"),
    ("a bare LF and an empty line", b"mallory@evil.example\n\nFrom: ana@acme.example"),
    ("bytes of no charset", b"ana@acme.example\xff"),
    ("nothing", ""),
    ("more than can be read", "x" * 1_001 + f" <{ANA}>"),
]
CASES = [Case(name=f"From: {name}", raw=by_mallory(value), level=Proof.MALFORMED) for name, value in SHAPES]

#: Fields around From.
CASES += [
    Case(name=name, raw=signed(raw, **EVIL), level=Proof.MALFORMED)
    for name, raw in [
        ("two From, mallory first", mail(b"From: mallory@evil.example", FROM_ANA)),
        ("two From, ana first", mail(FROM_ANA, b"From: mallory@evil.example")),
        ("two From of another case", mail(b"From: mallory@evil.example", b"fROM: ana@acme.example")),
        ("a blank before the colon", mail(b"From : ana@acme.example", b"From: mallory@evil.example")),
        ("a tab before the colon", mail(b"From: mallory@evil.example", b"From\t: ana@acme.example")),
        ("a NUL in the name", mail(b"From\0: ana@acme.example", b"From: mallory@evil.example")),
        ("an odd byte in the name", mail(b"From: mallory@evil.example", b"From\xa0: ana@acme.example")),
        ("a line without a colon", mail(b"From: mallory@evil.example", b"From ana@acme.example")),
        ("no From, but a Sender", mail(b"Sender: ana@acme.example")),
        ("two Subjects", mail(b"From: mallory@evil.example", b"Subject: a")),
        ("two Senders", mail(b"From: mallory@evil.example", b"Sender: a@b.cc", b"Sender: ana@acme.example")),
        ("a continuation of blanks alone", mail(b"From: mallory@evil.example,\r\n \r\n ana@acme.example")),
    ]
]

FOLDED = mail(b" From: ana@acme.example", b"From: mallory@evil.example")
CASES.append(Case(name="a folded first line", raw=FOLDED, level=Proof.MALFORMED))

#: Plainly mallory's, whatever else is written: acted for as mallory.
CASES += [
    Case(name=name, raw=raw, level=Proof.DKIM)
    for name, raw in [
        ("honest mallory", by_mallory(MALLORY)),
        ("a quoted name like an address", by_mallory(f'"{ANA}" <{MALLORY}>')),
        ("a quoted name like a mailbox", by_mallory(f'"Ana <{ANA}>" <{MALLORY}>')),
        ("a quoted name with an escaped end", by_mallory(f'"x\\" <{ANA}>, \\"" <{MALLORY}>')),
        ("an encoded name with a mailbox", by_mallory(f"=?utf-8?q?Ana_=3Cana=40acme=2Eexample=3E?= <{MALLORY}>")),
        (
            "a name that turns the text round",
            by_mallory(f"\N{RIGHT-TO-LEFT OVERRIDE}elpmaxe.emca.ana <{MALLORY}>"),
        ),
        ("Reply-To and Sender of ana", by_mallory(MALLORY, b"Reply-To: ana@acme.example", b"Sender: ana@acme.example")),
        ("X-From, Resent-From and Return-Path of ana", by_mallory(MALLORY, b"Resent-From: ana@acme.example")),
    ]
]
LOOKS_LIKE = [
    ("xn--cme-8cd.example", "punycode"),
    ("xacme.example", "a longer name"),
    ("acme.example.evil.example", "a subdomain"),
]
CASES += [
    Case(
        name=f"a look-alike: {name}",
        raw=signed(mail(f"From: ana@{domain}".encode()), d=domain, key=rsa_key("evil")),
        level=Proof.DKIM,
        author=f"ana@{domain}",
    )
    for domain, name in LOOKS_LIKE
]

#: Signatures that are not ana's, or no longer hold.
CASES += [
    Case(name=name, raw=raw)
    for name, raw in [
        ("signed by mallory", by_mallory(ANA)),
        (
            "signed by mallory, with Sender and Resent-From",
            by_mallory(ANA, b"Sender: mallory@evil.example", b"Resent-From: mallory@evil.example"),
        ),
        ("d= below evil", signed(mail(FROM_ANA), d="acme.example.evil.example", key=rsa_key("evil"))),
        ("d= that ends alike", signed(mail(FROM_ANA), d="xacme.example", key=rsa_key("evil"))),
        ("d= of the top", signed(mail(FROM_ANA), d="example", key=rsa_key("evil"))),
        ("d= with a bracket", signed(mail(FROM_ANA), d="acme.example(.evil.example", key=rsa_key("evil"))),
        ("d= with a quote", signed(mail(FROM_ANA), d="acme.example'.evil.example", key=rsa_key("evil"))),
        ("d= with a blank", signed(mail(FROM_ANA), d="acme.example evil.example", key=rsa_key("evil"))),
        ("d= twice", signed(mail(FROM_ANA), tags={"D": "x"}, **EVIL).replace(b"D=x", b"d=acme.example")),
        ("s= that leads elsewhere", signed(mail(FROM_ANA), s="k._domainkey.evil.example.", key=rsa_key("evil"))),
        ("i= of ana under evil", signed(mail(FROM_ANA), i=ANA, **EVIL)),
        ("mallory's key for acme", signed(mail(FROM_ANA), key=rsa_key("evil"))),
        (
            "ana's signature without From",
            signed(mail(b"From: x@acme.example"), h="to:subject:date").replace(b"x@acme", b"ana@acme"),
        ),
        ("ana's signature of a part", signed(mail(FROM_ANA), l="7") + b"and more\r\n"),
        ("ana's signature of nothing", signed(mail(FROM_ANA), l="0")),
        ("a hash that is broken", signed(mail(FROM_ANA), a="rsa-sha1")),
        ("a signature out of date", signed(mail(FROM_ANA), x="1795168000")),
        ("a signature from the future", signed(mail(FROM_ANA), t="1895168000")),
        ("a domain that only tries", signed(mail(b"From: ana@trying.example"), d="trying.example")),
        (
            "a key for another hash",
            signed(mail(b"From: ana@weak.example"), d="weak.example", key=rsa_key("odd", 1024, 3)),
        ),
        ("a changed body", BY_ANA.replace(b"Hello", b"Hallo")),
        ("a changed From", BY_ANA.replace(b"ana@acme", b"bob@acme")),
        ("a subdomain where alignment is strict", signed(mail(b"From: ana@strict.example"), d="mail.strict.example")),
        ("a subdomain where there is no DMARC", signed(mail(b"From: ana@open.example"), d="mail.open.example")),
        ("a subdomain that does not exist", by_mallory("ana@nosuch.acme.example")),
        ("nothing", mail(FROM_ANA)),
        (
            "many signatures before the good one",
            b"".join(signed(mail(FROM_ANA), **EVIL).partition(b"\r\n")[0] + b"\r\n" for _ in range(10)) + BY_ANA,
        ),
    ]
]

#: Ana's own signed mail, sent again by mallory.
CASES += [
    Case(name=f"a replay: {name}", raw=raw)
    for name, raw in [
        ("meant for mallory", signed(mail(FROM_ANA, to=b"mallory@evil.example"))),
        ("To not signed", signed(mail(FROM_ANA), h="from:subject:date")),
        ("To changed", signed(mail(FROM_ANA, to=b"x@y.example")).replace(b"x@y.example", b"build@bot.example")),
        (
            "a Cc put in",
            signed(mail(FROM_ANA, to=b"x@y.example")).replace(b"Subject", b"Cc: build@bot.example\r\nSubject", 1),
        ),
        ("of last month", signed(mail(FROM_ANA, date=b"Wed, 21 Oct 2026 11:58:00 +0000"))),
        ("of tomorrow", signed(mail(FROM_ANA, date=b"Sun, 22 Nov 2026 23:58:00 +0000"))),
        ("Date not signed", signed(mail(FROM_ANA), h="from:to:subject")),
        ("a Date that is none", signed(mail(FROM_ANA, date=b"soon"))),
        ("our address as a name", signed(mail(FROM_ANA, to=b'"build@bot.example" <x@y.example>'))),
    ]
]
CASES.append(
    Case(
        name="an unsigned Subject is not ana's",
        raw=signed(mail(FROM_ANA), h="from:to:date").replace(b"A page", b"erase everything"),
        level=Proof.DKIM_WEAK,
        author=ANA,
    )
)

#: Envelopes.
CASES += [
    Case(name=f"MAIL FROM: {name}", raw=mail(FROM_ANA), envelope={"sender": sender} | more)
    for name, sender, more in [
        ("mallory's", MALLORY, {}),
        ("ana's, from elsewhere", ANA, {}),
        ("ana's, from this machine", ANA, {"peer": "127.0.0.1"}),
        ("ana's, from nowhere", ANA, {"peer": ""}),
        ("ana's, from a socket", ANA, {"peer": "unix"}),
        ("a subdomain of evil", "ana@acme.example.evil.example", {}),
        ("a longer name", "ana@xacme.example", {}),
        ("a hyphen", "ana@acme.example-.evil.example", {}),
        ("a bracket", "ana@acme.example(.evil.example", {}),
        ("a leading bracket", "(ana@acme.example", {"helo": "evil.example"}),
        ("a quote", "ana@acme.example'@evil.example", {}),
        ("a quoted local part", '"ana@acme.example,"@evil.example', {}),
        ("a route", "@acme.example,@evil.example:x@evil.example", {}),
        ("a NUL", "ana@acme.example\0@evil.example", {}),
        ("a line end", "x@evil.example\r\nReceived-SPF: pass", {}),
        ("empty, HELO of ana", "", {"helo": "acme.example"}),
        ("empty, HELO of evil", "", {"helo": "evil.example"}),
        ("a HELO like an address", "", {"helo": "ana@acme.example"}),
    ]
]
CASES += [
    Case(
        name="a domain that lets everybody send",
        raw=mail(b"From: ana@plusall.example"),
        envelope={"sender": "ana@plusall.example"},
    ),
    Case(
        name="a domain that lets everybody send, in words",
        raw=mail(b"From: ana@wide.example"),
        envelope={"sender": "ana@wide.example"},
    ),
    Case(
        name="SPF of a subdomain where alignment is strict",
        raw=mail(b"From: ana@strict.example"),
        envelope={"sender": "x@mail.strict.example"},
    ),
    Case(
        name="a forged Received-SPF",
        raw=mail(b"Received-SPF: pass", b"Return-Path: <ana@acme.example>", FROM_ANA),
        envelope={"peer": ""},
    ),
]

#: Results that somebody wrote into the mail himself, and what a provider wrote about it.
GMAIL = b"Authentication-Results: mx.google.com; dmarc=pass header.from=acme.example"
M365 = b"Authentication-Results: dmarc=pass action=none header.from=acme.example"
HOP = b"Received: from a by b; Sat, 21 Nov 2026 11:59:00 +0000"
MAILBOX = {"channel": "imap", "sender": "", "peer": ""}
CASES += [
    Case(name=f"Authentication-Results: {name}", raw=mail(*fields, FROM_ANA), envelope=MAILBOX | {"account": account})
    for name, account, fields in [
        ("where nobody is trusted", "", [GMAIL]),
        ("of another provider", "m365", [GMAIL]),
        ("of another kind", "gmail", [M365]),
        ("below strangers' Received", "gmail", [HOP, HOP, HOP, GMAIL]),
        ("below the true one", "gmail", [HOP, GMAIL.replace(b"=pass", b"=fail"), GMAIL]),
        ("below a malformed one", "gmail", [HOP, GMAIL + b" (", GMAIL]),
        ("of a longer name", "gmail", [GMAIL.replace(b"com;", b"com.evil.example;")]),
        ("of two names", "gmail", [GMAIL.replace(b"com;", b"com evil.example;")]),
        ("for another author", "gmail", [GMAIL.replace(b"acme", b"evil")]),
        ("that only guesses", "m365", [M365.replace(b"=pass", b"=bestguesspass")]),
        ("of two minds", "m365", [M365 + b"; dmarc=fail header.from=acme.example"]),
        ("of Microsoft, far below", "m365", [HOP] * 5 + [M365]),
        ("as ARC's", "gmail", [b"ARC-" + GMAIL.replace(b"Results:", b"Results: i=1;")]),
        ("under another field's name", "gmail", [b"X-" + GMAIL]),
    ]
]
PASSED = "lists.example; dmarc=pass header.from=acme.example"
CASES += [
    Case(name=f"ARC: {name}", raw=raw)
    for name, raw in [
        ("of a sealer that nobody trusts", sealed(mail(FROM_ANA), PASSED, **EVIL)),
        ("of a trusted name with another key", sealed(mail(FROM_ANA), PASSED, d="lists.example", key=rsa_key("evil"))),
        (
            "of mallory on top of a trusted one",
            sealed(sealed(mail(FROM_ANA), PASSED, **LISTS), PASSED, number=2, **EVIL),
        ),
        ("that says fail", sealed(mail(FROM_ANA), PASSED.replace("=pass", "=fail"), **LISTS)),
        ("for mallory's domain", sealed(mail(FROM_ANA), PASSED.replace("acme", "evil"), **LISTS)),
        (
            "with From changed",
            sealed(mail(b"From: mallory@evil.example"), PASSED, **LISTS).replace(MALLORY.encode(), ANA.encode()),
        ),
        (
            "with what it says changed",
            sealed(mail(FROM_ANA), PASSED.replace("acme", "evil"), **LISTS).replace(b"from=evil", b"from=acme"),
        ),
        ("that does not sign From", sealed(mail(FROM_ANA), PASSED, h="to:subject", **LISTS)),
    ]
]

#: Honest mails.
CASES += [
    Case(name="honest: ana, signed, from home", raw=BY_ANA, level=Proof.DKIM, author=ANA, envelope=AT_HOME),
    Case(name="honest: ana, signed, over another host", raw=BY_ANA, level=Proof.DKIM, author=ANA, envelope=FROM_OTHER),
    Case(name="honest: ana, from home", raw=mail(FROM_ANA), level=Proof.SPF, author=ANA, envelope=AT_HOME),
    Case(
        name="honest: signed by a subdomain",
        raw=signed(mail(FROM_ANA), d="mail.acme.example"),
        level=Proof.DKIM,
        author=ANA,
    ),
    Case(name="honest: a trusted list", raw=sealed(mail(FROM_ANA), PASSED, **LISTS), level=Proof.SPF, author=ANA),
    Case(
        name="honest: a trusted provider",
        raw=mail(HOP, HOP, GMAIL, FROM_ANA),
        level=Proof.DKIM,
        author=ANA,
        envelope=MAILBOX | {"account": "gmail"},
    ),
    Case(
        name="honest: Microsoft",
        raw=mail(HOP, M365, HOP, FROM_ANA),
        level=Proof.DKIM,
        author=ANA,
        envelope=MAILBOX | {"account": "m365"},
    ),
]
