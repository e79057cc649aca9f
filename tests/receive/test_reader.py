"""The reader: the same message in a worker as here, from memory and from a file, whatever the mail does."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import random
from pathlib import Path

import psutil
import pytest

from mailbot.domain.errors import Broken, MailbotError, Temporary, Unreadable
from mailbot.domain.message import Spooled
from mailbot.receive.mapped import read_mail
from mailbot.receive.reader import KEPT, TINY, InProcess, InWorker
from mailbot.receive.workers import Limits, Processes
from mailbot.understand.inputs_within import MAX_INPUTS
from mailbot.understand.parse import parse
from tests.fakes import mail
from tests.receive.hostile import who
from tests.understand.attachments import (
    BOMB,
    BUNDLE,
    PATCH,
    attached,
    docx,
    encrypted,
    pdf,
    png,
    tarred,
    words,
    xlsx,
    zipped,
)

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "cases" / "parse.jsonl.gz"
HEAD = b"From: ana@acme.example\r\nTo: build@mailbot.localhost\r\nSubject: Bees\r\nMIME-Version: 1.0\r\n"


class Counted:
    """Workers that run here and count."""

    def __init__(self):
        self.asked = self.deaths = 0

    async def run(self, function, *args):
        self.asked += 1
        if self.asked <= self.deaths:
            raise Broken("the process that read it ended by itself")
        return function(*args)


@pytest.fixture
async def workers():
    processes = Processes(Limits(processes=1))
    yield processes
    await processes.stop()


def spooled(path, raw):
    path.write_bytes(raw)
    return Spooled(path=str(path), size=len(raw), sha256=hashlib.sha256(raw).hexdigest())


def multipart(*parts):
    inside = b"\r\n--b\r\n".join(parts)
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + inside + b"\r\n--b--\r\n"


def nested(depth):
    head = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    return HEAD + b"".join(head % (level, level) for level in range(depth)) + b"\r\nHello"


def coded(size):
    """A file of *size* bytes as a part."""
    body = base64.encodebytes(random.Random(7).randbytes(size)).replace(b"\n", b"\r\n")
    return b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body


def peak_of(pid):
    """The most memory that a process has had."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024


def result(read):
    """What came of reading, as a value."""
    try:
        return read()
    except MailbotError as error:
        return repr(error)


@pytest.mark.parametrize("size", [10, TINY, TINY * 10])
async def test_every_size_is_read_alike(workers, size, tmp_path):
    """In a worker, remembered, mapped or here: the message is the same, the second time too."""
    raw = mail("word " * (size // 5))
    file = spooled(tmp_path / "mail", raw)
    for reader in (InWorker(workers), InProcess()):
        assert [await reader.read(one) for one in (raw, raw, file, file)] == [parse(raw)] * 4


@pytest.mark.parametrize("size", [10, 200_000])
async def test_what_is_no_mail_is_said_to_be_none(workers, size, tmp_path):
    """In the words of the parser, each time."""
    reader = InWorker(workers)
    for raw in (bytes(size), bytes(size), spooled(tmp_path / "mail", bytes(size))):
        with pytest.raises(Unreadable, match=r"From|NUL|field"):
            await reader.read(raw)


async def test_a_small_mail_is_read_once():
    """It is judged and later answered; the newest of them are remembered, a large one is not."""
    workers = Counted()
    reader = InWorker(workers)
    for number in (*range(KEPT), 0, KEPT, 0):
        assert (await reader.read(mail(f"Page {number}"))).text == f"Page {number}"
    assert workers.asked == KEPT + 1
    await reader.read(mail("Page 1"))
    assert workers.asked == KEPT + 2
    for _ in range(2):
        await reader.read(mail("x" * TINY))
    assert workers.asked == KEPT + 4


@pytest.mark.parametrize("deaths", [0, 1, 2])
async def test_a_mail_may_break_one_worker(deaths):
    """The first may have died of something else; the second has died of the mail."""
    workers = Counted()
    workers.deaths = deaths
    if deaths < 2:
        assert (await InWorker(workers).read(mail("Bees"))).text == "Bees"
    else:
        with pytest.raises(Broken):
            await InWorker(workers).read(mail("Bees"))
    assert workers.asked == min(deaths + 1, 2)


async def test_a_file_that_is_not_as_it_was(workers, tmp_path):
    """Gone, cut short or longer: our own trouble, never the mail's."""
    reader = InWorker(workers)
    for change in (os.unlink, lambda path: os.truncate(path, 10), lambda path: os.truncate(path, 0)):
        file = spooled(tmp_path / "mail", mail("Page"))
        change(file.path)
        with pytest.raises(Temporary, match="the stored mail"):
            await reader.read(file)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (nested(5_000), "nested more than 10"),
        (multipart(*[b"\r\nx"] * 20_000), "more than 100 parts"),
        (HEAD + b"X: y\r\n" * 180_000 + b"\r\n", "header is larger"),
        (HEAD + b"\r\n" + b"\r\n" * 16_500_000, "content is 33 MB"),
        (HEAD + b"\r\n" + b"x" * 36_000_000, "mail is 37 MB"),
        (multipart(coded(25_500_000)), "content is 2"),
        (HEAD + b"\r\n" + b"a" * 20_000_000 + "\U0001f41d".encode(), "more than 4,000,000 bytes"),
        (HEAD + b"Content-Type: text/html\r\n\r\n" + b"<b>\xf0\x9f\x90\x9d</b>" * 350_000, "HTML has"),
    ],
    ids=["nested", "parts", "header", "empty lines", "wire", "decoded", "wide text", "html"],
)
async def test_a_mail_that_is_too_much(workers, tmp_path, raw, words):
    """In words for its author or the admin, within the limits, and the worker lives on."""
    pid = await workers.run(who)
    try:
        said = (await workers.run(read_mail, spooled(tmp_path / "mail", raw))).trouble
    except Unreadable as error:
        said = str(error)
    assert words in said
    assert await workers.run(who) == pid
    assert psutil.Process(pid).memory_info().rss < 120_000_000


async def test_one_gigabyte(workers, tmp_path):
    """It is mapped in vain: too large for a worker, and the next mail is read."""
    path = tmp_path / "mail"
    with path.open("wb") as file:
        file.truncate(1_000_000_000)
    with pytest.raises(MailbotError):
        await workers.run(read_mail, Spooled(path=str(path), size=1_000_000_000, sha256=""))
    assert (await workers.run(read_mail, mail("Page"))).text == "Page"


async def test_the_largest_mail_takes_little_memory(workers, tmp_path):
    """The file, its mapping and all else: at most four times the mail, and the same bytes come back."""
    raw = multipart(b"\r\nHello", coded(24_500_000))
    pid = await workers.run(who)
    message = await workers.run(read_mail, spooled(tmp_path / "mail", raw))
    assert message.attachments[0].content == random.Random(7).randbytes(24_500_000)
    assert peak_of(pid) < 3 * len(raw)


@pytest.mark.skipif(not CORPUS.exists(), reason="no folder of real mails lies beside the project")
async def test_real_mails_are_read_alike(workers, tmp_path):
    """Every stored mail, in memory and mapped, gives in the worker what it gives here."""
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        mails = [base64.b64decode(json.loads(line)["raw"]) for line in lines]
    for raw in (b"\r\n".join(one.splitlines()) for one in mails):
        here = result(lambda: parse(raw))  # noqa: B023  (called at once)
        for given in (raw, spooled(tmp_path / "mail", raw)):
            try:
                there = await workers.run(read_mail, given)
            except MailbotError as error:
                there = repr(error)
            assert there == here
    assert len(mails) > 400


GOOD = (
    attached("sales.csv", b"name,sales\nAna,10.50\n"),
    attached("a.json", b'{"a": 1}'),
    attached("a.yaml", b"a: 1\n"),
    attached("a.pdf", pdf(2)),
    attached("a.docx", docx(words("Hello"))),
    attached("a.xlsx", xlsx()),
    attached("a.zip", zipped({"src/app.py": "print(1)"})),
    attached("a.tar.gz", tarred({"src/app.py": b"print(1)"})),
    attached("a.png", png()),
    attached("a.patch", PATCH),
    attached("a.bundle", BUNDLE),
    attached("locked.pdf", encrypted("")),
)


async def test_what_came_with_a_mail(workers):
    """In a worker or here: the same, in the order in which it came, with what a model may read and what is inside."""
    there, here = await InWorker(workers).inputs(GOOD), await InProcess().inputs(GOOD)
    assert there == here
    assert [one.name for one in there if one.used] == [one.name for one in GOOD]
    assert [(one.columns, one.rows) for one in there[:1]] == [(("name", "sales"), 1)]
    assert [file.content for file in there[6].files] == [file.content for file in there[7].files] == [b"print(1)"]
    assert [one.private for one in await InWorker(workers).inputs(GOOD[:2], private=True)] == [True, True]
    assert await InWorker(workers).inputs(()) == ()


@pytest.mark.parametrize(
    ("limits", "bad", "why"),
    [
        (
            Limits(processes=1, cpu=1),
            b"a,b\n" + b"1,2\n" * 5_000_000,
            "it takes more than 1 seconds of computing to read",
        ),
        (Limits(processes=1, memory=180 << 20), b"[" + b"[]," * 2_000_000 + b"1]", "it takes more memory to read than"),
    ],
    ids=["computing", "memory"],
)
async def test_a_file_that_kills_its_worker_takes_nothing_with_it(limits, bad, why):
    """One line of the ledger that says what helps, and the files beside it are read."""
    workers = Processes(limits)
    name = "bad.csv" if bad.startswith(b"a") else "bad.json"
    found = await InWorker(workers).inputs((GOOD[0], attached(name, bad), GOOD[1]), private=True)
    await workers.stop()
    assert [one.used for one in found] == [True, False, True]
    assert found[1].note.startswith(why)
    assert found[1].note.endswith("; send it smaller, or as text")
    assert (found[1].kind, found[1].size, found[1].private) == (name[4:], len(bad), True)


async def test_hostile_files_end_in_words(workers):
    """Bombs and floods within the limits of a worker, which lives on."""
    pid = await workers.run(who)
    files = (
        attached("a.zip", BOMB),
        attached("a.pdf", pdf(10_000)),
        attached("a.csv", b"a,b\n" + b"1,2\n" * 1_000_000),
    )
    bomb, pages, rows = await InWorker(workers).inputs(files)
    assert (bomb.used, bomb.files) == (False, ())
    assert pages.note == "10,000 pages; the first 50 are read"
    assert (rows.rows, rows.columns) == (1_000_000, ("a", "b"))
    assert await workers.run(who) == pid
    assert peak_of(pid) < 250_000_000


async def test_a_mail_brings_only_so_much():
    """Time, number and words of all of its files together have a limit, and each one that is over it is named."""
    many = [attached(f"{number}.txt", b"word " * 9_999) for number in range(MAX_INPUTS + 1)]
    for reader in (InWorker(Counted()), InProcess()):
        found = await reader.inputs(many)
        assert sum(len(one.text) for one in found) <= 48_000
        assert "cut short" in found[-2].note
        assert found[-1].note == f"I read the first {MAX_INPUTS} files of a mail: send the rest in a ZIP"
    late = await InWorker(Counted(), input_seconds=0).inputs(many[:2])
    assert {one.note for one in late} == {"the files before it took too long to read: send it by itself"}


async def test_a_mailbox_that_stops_reads_no_file(workers):
    """It is our own trouble: the mail is read again later, and nothing is said of the file."""
    await workers.stop()
    with pytest.raises(Temporary):
        await InWorker(workers).inputs(GOOD)
