"""`mailbot held`, as a person types it."""

from __future__ import annotations

import asyncio

from mailbot.domain.message import Proof
from mailbot.domain.request import Held, RequestId
from mailbot.settings import load
from mailbot.store import open_ledger
from tests.fakes import NOW, Time, envelope, mail, order
from tests.process import run, settings

ID = "abcdefghijklmnopqrst"


def prepared(tmp_path, *ids):
    """A mailbox in which these are held."""
    config = settings(tmp_path)
    known = load(config)

    async def fill():
        ledger = await open_ledger(known.database_url, str(known.folder), Time())
        for number, id in enumerate(ids):
            await ledger.open_request(RequestId(id), mail(number=number), envelope(proof=Proof.DKIM))
            would = order(project=None, message_id=f"<{number}@acme.example>")
            event = Held(rule="strangers", reason="a person looks", admitted=would)
            await ledger.record(await ledger.request(RequestId(id)), event, at=NOW)
        await ledger.close()

    asyncio.run(fill())
    return config


def test_nothing_is_held(tmp_path):
    """It is said in words, and what is not there cannot be let in."""
    config = prepared(tmp_path)
    assert run("held", "list", "-c", config).stdout == "nothing is held\n"
    done = run("held", "release", "abcde", "-c", config)
    assert (done.returncode, done.stderr) == (
        1, "mailbot: nothing is held under 'abcde'; `mailbot held list` shows what is\n",
    )  # fmt: skip


def test_it_is_listed_shown_and_let_in(tmp_path):
    """By its first letters; and then it is held no more."""
    config = prepared(tmp_path, ID)
    [line] = run("held", "list", "-c", config).stdout.splitlines()
    assert line == f'{ID}  2026-11-20 12:00 UTC  ana@acme.example  "Bees"  rule strangers: a person looks'
    shown = run("held", "show", "abcde", "-c", config).stdout
    assert "words      One page about bees." in shown
    assert "held     1 mail(s) wait for a person" in run("health", "-c", config).stdout
    done = run("held", "release", "abcde", "-c", config)
    assert done.stdout.startswith(f"{ID} of ana@acme.example is let in; "), done.stderr
    assert run("held", "list", "-c", config).stdout == "nothing is held\n"
    assert "released" in run("why", ID, "-c", config).stdout


def test_it_is_refused_in_the_words_of_the_admin(tmp_path):
    """Its author is told; letters that begin two ids name none."""
    other = ID[:-1] + "z"
    config = prepared(tmp_path, ID, other)
    assert "several held mails begin with 'abc'" in run("held", "refuse", "abc", "-c", config).stderr
    done = run("held", "refuse", ID, "--because", "we build no games", "-c", config)
    assert "its author is told" in done.stdout, done.stderr
    assert "we build no games" in run("why", ID, "-c", config).stdout
    assert len(run("held", "list", "-c", config).stdout.splitlines()) == 1
