"""A grammar of forged mails: most well-formed, others' addresses everywhere, and bent in one or two places."""

from __future__ import annotations

import base64

EVIL = "evil.example"
VICTIMS = ("ana@acme.example", "Ana.B@Acme.Example", "admin@bot.example", "ceo@mail.acme.example", "a@acme.example")
OWN = (f"mallory@{EVIL}", f"M.x+y@{EVIL}", f"mallory@mail.{EVIL}", f"mallory@{EVIL.upper()}", f"ana={EVIL}@{EVIL}")
ALIKE = (
    f"ana@acme.example.{EVIL}",
    "ana@xacme.example",
    f"ana@not{EVIL}",
    "ana@xn--cme-8cd.example",
    f"acme.example@{EVIL}",
    f"ana#acme.example@{EVIL}",
    "a'b@acme.example",
)
WORDS = (
    "Ana",
    "Ana Smith",
    "the CEO",
    "O'Neill",
    "Zo\u00eb",
    "\u5c71\u7530",
    "a_b",
    "x=y",
    "50%",
    "build",
    "A & B",
    "=?",
    "?=",
)
TOKENS = (
    "<", ">", '"', "\\", "(", ")", ",", ";", ":", "@", ".", " ", "\t", "\r\n ", "\r\n\t", "\0", "\r", "\n", "\x08",
    "\x7f", "=?utf-8?q?", "?=", "\u200b", "\u202e", "\ufe6b", "\uff20", "\u0430", "\xa0", "[", "]", "%", "!", "|", "'",
    "`", "/", "$", "\u2024", "\u3002", "\udcff", "=00", "=40", "\u212a",
)  # fmt: skip
NAMES = ("Sender", "Reply-To", "Cc", "Resent-From", "Return-Path", "X-From", "X-Original-From", "Received", "Comments")
ODD = (
    "From : {}", "From\t: {}", " From: {}", "\tFrom: {}", "From\0: {}", "From {}", "From\xa0: {}", ">From: {}",
    "From: {}", "from: {}", "FROM:{}", "Fr\r\n om: {}", "X: y\rFrom: {}", "X: y\nFrom: {}", "X: y\n\nFrom: {}", ": {}",
    "\r\nFrom: {}", "X:\r\n\r\nFrom: {}", "Subject: {}", "To: {}", "Sender: {}\r\nSender: {}", "Resent-From: {}", " ",
)  # fmt: skip


def address(chance):
    """Somebody's address: mallory's own, a victim's, or one that looks like it."""
    return chance.choice(chance.choices((OWN, VICTIMS, ALIKE), (4, 3, 2))[0])


def encoded(chance, text):
    """An encoded word that says *text*."""
    raw = text.encode()
    if chance.random() < 0.5:
        return f"=?utf-8?b?{base64.b64encode(raw).decode()}?="
    return "=?utf-8?q?" + "".join(chr(one) if chr(one).isalnum() and one < 128 else f"={one:02X}" for one in raw) + "?="


def quoted(chance, text):
    """*text* as a quoted string, with more escapes than it needs."""
    return '"' + "".join("\\" + one if one in '"\\' or chance.random() < 0.05 else one for one in text) + '"'


def name(chance):
    """A display name in good order, which may say anything."""
    kind = chance.random()
    lie = chance.choice((chance.choice(VICTIMS), f"Ana <{chance.choice(VICTIMS)}>", chance.choice(WORDS)))
    if kind < 0.3:
        return chance.choice(WORDS)
    if kind < 0.6:
        return quoted(chance, lie)
    if kind < 0.8:
        return encoded(chance, lie)
    if kind < 0.9:
        return f"{quoted(chance, lie)} {chance.choice(WORDS)}"
    return ""


def mailbox(chance):
    """A From value in good order."""
    if chance.random() < 0.25:
        return chance.choice(("", " ", "\t")) + address(chance)
    blank = chance.choice((" ", "", "  ", "\r\n ", "\t"))
    return f"{name(chance)}{blank}<{address(chance)}>"


def several(chance):
    """What programs read in different ways: two, groups, routes, comments."""
    one, two = address(chance), address(chance)
    forms = (
        f"{one}, {two}", f"<{one}> <{two}>", f"{one} <{two}>", f"{one} ({two})", f"({one}) {two}", f"({one}) <{two}>",
        f"<@{one.partition('@')[2]}:{two}>", f"g: {one}, {two};", f'"{one}"@{EVIL}', f"{one}@{EVIL}", f"<{one}>, ",
        f"<{one}>{two}", f"{one};{two}", f'"{one}" {two}', f"{name(chance)} {one}", f"<<{one}>>", f"<{one}",
        f"{encoded(chance, one)}", f"{encoded(chance, one)}@{EVIL}", f"{one}\r\n {two}", f"<{one}> ({two})", "",
    )  # fmt: skip
    return chance.choice(forms)


def bent(chance, text):
    """*text* with something hostile put in, taken out or doubled."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randint(0, len(text))
        end = min(len(text), at + chance.choice((0, 0, 1, 2)))
        text = text[:at] + chance.choice((*TOKENS, text[at : at + 9], address(chance))) + text[end:]
    return text


def author(chance):
    """A From value: two thirds in good order."""
    kind = chance.random()
    if kind < 0.68:
        return mailbox(chance)
    return several(chance) if kind < 0.84 else bent(chance, mailbox(chance))


def forged(chance):
    """One mail, as bytes."""
    fields = [
        chance.choice(("From", "From", "From", "from", "FROM")) + ":" + chance.choice((" ", " ", "")) + author(chance),
        "To: " + chance.choice(("build@bot.example", "Build <build@bot.example>, ana@acme.example")),
        f"Subject: {chance.choice(WORDS)} {chance.choice(VICTIMS)}",
        "Date: Sat, 21 Nov 2026 11:58:00 +0000",
        f"Message-ID: <{chance.randrange(10**6)}@{chance.choice((EVIL, 'acme.example'))}>",
    ]
    fields += [f"{known}: {mailbox(chance)}" for known in chance.sample(NAMES, chance.choice((0, 1, 2)))]
    if chance.random() < 0.2:
        fields.append(
            f"Authentication-Results: mx.google.com; dmarc=pass header.from={address(chance).partition('@')[2]}"
        )
    chance.shuffle(fields)
    if chance.random() < 0.1:
        odd = chance.choice(ODD).replace("{}", mailbox(chance))
        fields.insert(chance.randint(0, len(fields)), odd)
    text = "\r\n".join(fields) + "\r\n\r\n" + f"From: {chance.choice(VICTIMS)}\r\n\r\nHello\r\n"
    raw = text.encode("utf-8", "surrogateescape")
    return raw.replace(b"\r\n", b"\n") if chance.random() < 0.05 else raw
