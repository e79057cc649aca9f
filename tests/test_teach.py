"""Teaching the spam filter: one lesson a mail, that can be taken back, and is felt at once."""

from __future__ import annotations

import re

import pytest

from mailbot.teach import lesson
from mailbot.understand.spam import look_at
from tests.fakes import mail
from tests.process import run, settings

LOOK = look_at(mail())


class Lessons:
    """The ledger's part, in a dict."""

    def __init__(self):
        self.counts = {}

    async def learn(self, words, *, spam, undo=False):
        for word in {0, *words}:
            in_spam, in_ham = self.counts.get(word, (0, 0))
            step = -1 if undo else 1
            self.counts[word] = (in_spam + step * spam, in_ham + step * (not spam))

    async def learned(self, words):
        return {word: self.counts.get(word, (0, 0)) for word in {0, *words}}


async def taught(lessons, **how):
    return await lesson(lessons, LOOK, -7, **({"spam": True, "undo": False} | how))


async def test_a_mail_is_taught_once():
    """Asked twice, it counts once."""
    lessons = Lessons()
    assert await taught(lessons) == "learned as spam"
    assert await taught(lessons) == "nothing to learn: it was taught as spam before"
    assert lessons.counts[0] == (1, 0)
    assert set(lessons.counts) == {0, -7, *LOOK.tokens.taught}


async def test_the_opposite_takes_its_place():
    """Whoever changes their mind does not have to undo first."""
    lessons = Lessons()
    await taught(lessons)
    assert await taught(lessons, spam=False) == "learned as no spam"
    assert set(lessons.counts.values()) == {(0, 1)}


async def test_a_lesson_is_taken_back():
    """Once; there is nothing to take back after that, or of the other kind."""
    lessons = Lessons()
    await taught(lessons)
    assert "nothing to undo" in await taught(lessons, spam=False, undo=True)
    assert "taken back" in await taught(lessons, undo=True)
    assert set(lessons.counts.values()) == {(0, 0)}
    assert "nothing to undo" in await taught(lessons, undo=True)


def test_the_commands(tmp_path):
    """A file is taught, its score moves, and comes back with --undo."""
    config, file = settings(tmp_path), tmp_path / "spam.eml"
    file.write_bytes(mail("Replica watches, cheapest replica timepieces.", subject="Replica watches"))
    scores = []
    for words in (["spam", file], ["spam", file, "--undo"], ["ham", file]):
        done = run(*words, "-c", config)
        assert done.returncode == 0, done.stderr
        scores.append([float(one) for one in re.search(r"was (-?[\d.]+) and is (-?[\d.]+)", done.stdout).groups()])
    assert scores[0][1] > scores[0][0] + 1
    assert scores[1] == scores[0][::-1]
    assert scores[2][1] < scores[0][0] - 1


@pytest.mark.parametrize("command", ["spam", "ham"])
def test_what_is_no_mail_is_told(tmp_path, command):
    """Neither a file nor an id: the words say where ids are found."""
    done = run(command, "nonsense", "-c", settings(tmp_path))
    assert done.returncode == 1
    assert "mailbot mails" in done.stderr
