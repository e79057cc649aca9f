"""`mailbot deliveries`, as a person types it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from typer.testing import CliRunner

from mailbot.cli import app
from mailbot.domain.reply import DeliveryId, Progress
from mailbot.domain.request import Told
from mailbot.domain.sending import Moved, Silence
from mailbot.outbox import OURS
from mailbot.settings import load
from mailbot.store import open_ledger
from tests.fakes import NOW, Time, admit
from tests.process import settings
from tests.store.values import answer, delivery


def run(*words):
    """In this process: how a command is begun is the other commands' test."""
    return CliRunner().invoke(app, [str(word) for word in words])


def prepared(tmp_path):
    """A mailbox from which two answers left: one was taken, one was given back, and its address rests."""
    config = settings(tmp_path)
    known = load(config)

    async def fill():
        ledger = await open_ledger(known.database_url, str(known.folder), Time())
        for id, to in (("a", "ana@acme.example"), ("b", "bob@x.example")):
            request = await admit(ledger, id, project=None)
            stored = answer(request, delivery(id, recipients=(to,)))
            await ledger.record(request, Told(topic="help"), at=NOW, answered=stored)
            old = await ledger.delivery(DeliveryId(f"d-{id}"))
            await ledger.move_delivery(old, old.ended(Progress.SENT), at=NOW, said="250 taken")
        old = await ledger.delivery(DeliveryId("d-b"))
        rests = Silence(address="bob@x.example", kind="complaint", why="spam", at=NOW, until=None)
        back = replace(old.ended(Progress.BOUNCED), attempts=1)
        await ledger.settle(Moved(old=old, new=back, said="came back: 550 5.1.1 nobody", silences=(rests,)), at=NOW)
        await ledger.report(OURS, "bob@x.example called our mail spam", NOW)
        await ledger.close()

    asyncio.run(fill())
    return config


def test_e27_what_became_of_each_mail(tmp_path):
    """A list, newest first; each step of one; the same as JSON; what is not there in words."""
    config = prepared(tmp_path)
    lines = run("deliveries", "list", "-c", config).stdout.splitlines()
    assert [line.split()[0] for line in lines[::2]] == ["d-b", "d-a"]
    assert "bounced" in lines[0]
    assert lines[1].strip() == "email, 1 try: came back: 550 5.1.1 nobody"
    [one] = run("deliveries", "list", "--state", "sent", "--json", "-c", config).stdout.splitlines()
    assert (json.loads(one)["id"], json.loads(one)["recipients"]) == ("d-a", ["ana@acme.example"])
    shown = run("deliveries", "show", "d-b", "-c", config).stdout
    assert "state      bounced: taken, and given back later" in shown
    assert shown.splitlines()[-2].endswith("sent       250 taken")
    done = run("deliveries", "show", "d-", "-c", config)
    assert (done.exit_code, "write more letters" in done.stderr) == (1, True)


def test_to_whom_nothing_is_sent(tmp_path):
    """It is listed with the reason, and lifted; health tells until that was noted."""
    config = prepared(tmp_path)
    listed = run("deliveries", "suppressed", "-c", config).stdout
    assert listed == "bob@x.example  until it is lifted  complaint, time 1: spam\n"
    assert run("deliveries", "lift", "<Bob@x.example>", "-c", config).exit_code == 0
    assert run("deliveries", "suppressed", "-c", config).stdout == "mail is sent to everybody\n"
    assert run("deliveries", "lift", "bob@x.example", "-c", config).exit_code == 1
    assert run("health", "-c", config).exit_code == 1
    assert run("deliveries", "noted", "-c", config).stdout == "noted: mail to others\n"
    assert run("health", "-c", config).exit_code == 0
