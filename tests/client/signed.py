"""Signed mails as the house sends them, in every form; and the keys that receivers have."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from mailbot.build.forms import Form, packed
from mailbot.build.history import recorded
from mailbot.build.providers import providers_of
from mailbot.build.sshsig import new_signer
from mailbot.domain.project import Revision
from mailbot.domain.reply import Receiver
from mailbot.domain.request import Built
from mailbot.reply.dkim import ED25519, DkimKey, new_key
from mailbot.reply.enclosed import Stock, goods_of
from mailbot.reply.keyring import Keyring
from mailbot.reply.mime import seal
from mailbot.shipped import read_providers
from mailbot.understand.zone import Records
from tests.reply.people import ANA, DRAFT, LETTERHEAD, NOW, answer, project, request

DOMAIN = "mail.example.org"
SENDER = f"build@{DOMAIN}"
REQUEST = "r4qstr4qstr4qstr4qst"
SIGNER = new_signer()
KEYS = tuple(
    DkimKey(domain=DOMAIN, selector=name, pem=new_key(kind)[0]) for name, kind in (("r1", "rsa"), ("e1", ED25519))
)
HOUSE = replace(LETTERHEAD, keys=Keyring(dkim=KEYS, signer=SIGNER), public_url="https://mail.example.org")
PROVIDERS = providers_of(read_providers(Path("/nowhere")))
ALLOWED = f'{SENDER} namespaces="mailbot" {SIGNER.public}\n'
PAGE = b'<!doctype html><meta charset="utf-8"><body><script src="a.js"></script></body>\n'
FILES = {"index.html": PAGE, "a.js": b"document.title = 1\n" * 40, "tool.py": b"print(1)\n", "run.cmd": b"@echo\n"}
STATIC = {"index.html": PAGE, "a.js": b"document.title = 1\n" * 40}


class Zone:
    """A DNS that knows our DKIM keys."""

    async def look(self, name, kind):
        """The record, by its name."""
        found = [key.record.encode() for key in KEYS if key.name == name.rstrip(".") and kind == "TXT"]
        return Records(values=tuple(found), exists=bool(found))


def goods(number=1, files=None, house=HOUSE):
    """All that could be sent of a version of Ana's page, made as the house makes it."""
    order = request().order
    known = project()
    for version in range(1, number + 1):
        content = {**(files or FILES), "a.js": b"document.title = %d\n" % version * 40}
        one = Revision(number=version, draft=replace(DRAFT, files=content), author=ANA, request=REQUEST, at=NOW)
        one = recorded(known, one, order, name="Ana", sender=house.sender)
        if version < number:
            known = replace(known, last=version, revisions={**known.revisions, version: one})
    stock = Stock(draft=one.draft, number=number, request=REQUEST, at=NOW, project=known, revision=one)
    return goods_of(stock, house)


@lru_cache(maxsize=40)
def mailed(form, number=1):
    """The mail with a version in *form*, as it leaves."""
    return mailed_by(HOUSE, form, number)


def mailed_by(house, form, number=1):
    """The same, by a house that is set up otherwise."""
    whole = goods(number, STATIC if form is Form.PAGE else None, house)
    enclosed = packed(whole, form, Receiver(operator="google"), PROVIDERS)
    reply = replace(answer(Built(draft=DRAFT, number=number)), attachments=enclosed, form=str(form))
    return seal(reply, "email", NOW, house, str(form)).wire
