"""A version once more, in another form, by one line of mail: no model, no new version, no quota."""

from __future__ import annotations

import email
import email.policy
import shutil
import subprocess

import pytest

from mailbot.client.found import packages
from mailbot.domain.intent import Kind
from tests.servers import missing
from tests.world import World, first, reply


@pytest.fixture
async def world(memory_ledgers):
    made = World(await memory_ledgers(), operator="google")
    await made.start()
    yield made
    assert (await made.ledger.count()).holds
    await made.stop()


def parts(world):
    """What the newest mail of ours brings."""
    return list(email.message_from_bytes(world.way.taken[-1].wire, policy=email.policy.default).iter_attachments())


def cloned(bundle, folder):
    """The names of the versions in a bundle, by the usual git."""
    if not shutil.which("git"):
        missing("git is not installed")
    (folder / "x.bundle").write_bytes(bundle)
    subprocess.run(["git", "clone", "-q", "x.bundle", "x"], cwd=folder, check=True)
    done = subprocess.run(["git", "log", "--format=%H"], cwd=folder / "x", check=True, capture_output=True)
    return done.stdout.split()


def last(world):
    """The newest mail of ours, and the names of what it brings."""
    read = email.message_from_bytes(world.way.taken[-1].wire, policy=email.policy.default)
    words = " ".join(read.get_body(("plain",)).get_content().split())
    return words, [part.get_filename() for part in read.iter_attachments()]


async def test_the_form_is_the_one_that_was_asked_for(world):
    """A bundle of every version, a text, an older version as a zip; the project stays where it is."""
    await world.say(first(), reply("Make the header blue."))
    await world.say(first(), reply("Make the header blue."), reply("resend as bundle"))
    words, names = last(world)
    assert words.startswith('Here is v2 of "Bees" again.')
    assert names[0].endswith("-v2.bundle")
    assert "git clone" in words
    [found] = packages([world.way.taken[-1].wire])
    assert "index.html" in found.files
    [project] = world.ledger.projects.values()
    assert project.last == 2


async def test_the_bundle_holds_every_version(world, tmp_path):
    """Whoever clones it has the whole history."""
    await world.say(first(), reply("Make the header blue."), reply("rollback to v1"), reply("send the whole history"))
    [bundle] = [part for part in parts(world) if part.get_filename().endswith(".bundle")]
    assert len(cloned(bundle.get_content(), tmp_path)) == 3


@pytest.mark.parametrize(
    ("line", "start", "name"),
    [
        ("resend v1", 'Here is v1 of "Bees" again.', "bees-v1.zip"),
        ("resend as text", 'Here is v1 of "Bees" again.', "bees-v1.txt"),
        ("resend v9", "I could not send this again. Nothing is attached.", None),
    ],
)
async def test_a_version_is_sent_again(world, line, start, name):
    """By its number, in a form; one that never was is told."""
    await world.say(first(), reply(line))
    words, names = last(world)
    assert (words.startswith(start), names[0] if names else None) == (True, name), words
    assert not Kind.RESEND.counts
    assert not Kind.RESEND.builds


async def test_before_the_first_version_there_is_nothing_to_send(world):
    """And a wish beside the command is built, in that form."""
    await world.say(first("resend as bundle\n\nPlease build one page about bees."))
    words, names = last(world)
    assert names[0].endswith(".bundle"), words
