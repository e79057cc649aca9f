"""Workers: strangers' bytes are read where they can do no harm, and one bad mail costs one answer."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from datetime import UTC, datetime

import psutil
import pytest
import uvloop

from mailbot.domain.errors import Broken, Temporary, Unreadable
from mailbot.domain.message import Address, Attachment, Envelope, Message, MessageId, Proof
from mailbot.receive.workers import Limits, Processes
from mailbot.understand.zone import Missing, Records
from tests.receive import hostile

BYTES = bytes(range(256))
MESSAGE = Message(
    id=MessageId("<1@acme.example>"),
    author=Address("ana@acme.example"),
    text="h\u00e9llo \U0001f41d \udcff",
    attachments=(
        Attachment(name="a.bin", media_type="x/y", content=BYTES),
        Attachment(name="b", media_type="", content=b""),
    ),
)
ENVELOPE = Envelope(
    channel="smtp", sender="", recipients=("a", "b"), received_at=datetime(2026, 11, 21, tzinfo=UTC), proof=Proof.SPF
)


@pytest.fixture
async def workers():
    """Workers of short patience, all ended afterwards."""
    processes = Processes(Limits(wall=20, cpu=2))
    yield processes
    await processes.stop()
    assert children() == []


def children():
    """Our processes that still run, or that nobody has waited for."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if "mailbot.receive.worker" in " ".join(child.cmdline()) or child.status() == psutil.STATUS_ZOMBIE:
                found.append(child)
    return found


async def gone(pid):
    """Once that process is no more, and nobody's zombie."""
    for _ in range(1_000):
        if not psutil.pid_exists(pid):  # one that is just dying has no command line any more, and its socket still
            return
        await asyncio.sleep(0.01)
    pytest.fail("the process is still there")


@pytest.mark.parametrize(
    "value",
    [
        None, True, 7, 1.5, "", "\udc80", BYTES, (), (1, ("a",)), ["x"], {"a": (b"1",), ("b", 2): None},
        frozenset({"a"}), Proof.DKIM, MESSAGE, ENVELOPE, Records((b"v=spf1", b""), exists=False), b"x" * 300_000,
    ],
    ids=lambda value: f"{type(value).__name__} {str(value)[:20]!a}",
)  # fmt: skip
async def test_values_come_back_as_they_went(workers, value):
    """Every kind of value that the pure folders have."""
    back = await workers.run(hostile.same, value)
    assert (type(back), back) == (type(value), value)


async def test_what_the_function_raises_is_raised_here(workers):
    """With its own class and words; the worker lives on."""
    first = await workers.run(hostile.who)
    for kind, error in (("unreadable", Unreadable), ("temporary", Temporary), ("missing", Missing)):
        with pytest.raises(error) as raised:
            await workers.run(hostile.refuse, kind)
        assert type(raised.value) is error
    assert (raised.value.name, raised.value.kind) == ("acme.example", "TXT")
    assert await workers.run(hostile.who) == first


@pytest.mark.parametrize("kind", ["bug", "exit"])
async def test_a_bug_is_broken_and_quotes_nothing(workers, kind):
    """The class of the error and its place in our code, never a word of the mail."""
    with pytest.raises(Broken) as raised:
        await workers.run(hostile.refuse, kind)
    assert {"bug": "KeyError", "exit": "SystemExit"}[kind] in str(raised.value)
    assert "in refuse, line" in str(raised.value)
    assert "words of a mail" not in str(raised.value)


@pytest.mark.parametrize(
    ("function", "args", "words"),
    [
        (hostile.leave, (3,), "exit 3"),
        (hostile.crash, (), "SIGSEGV"),
        (hostile.spin, (), "2 seconds of computing"),
        (hostile.fill, (1 << 30,), "more memory"),
        (hostile.deep, (), "nested deeper"),
        (hostile.strange, (), "TypeError"),
    ],
    ids=["exit", "crash", "spin", "memory", "recursion", "no value"],
)
async def test_what_breaks_a_worker_harms_nobody_else(workers, function, args, words):
    """The one request is Broken, in words; its neighbours and the next one are answered."""
    bad, *good = await asyncio.gather(
        workers.run(function, *args), *(workers.run(hostile.same, n) for n in range(5)), return_exceptions=True
    )
    assert isinstance(bad, Broken)
    assert words in str(bad)
    assert good == list(range(5))
    assert await workers.run(hostile.same, "next") == "next"


async def test_one_that_hangs_is_ended():
    """By the clock on the wall: it may use no computing at all."""
    workers = Processes(Limits(wall=0.5, processes=1))
    await workers.run(hostile.who)
    hanging = asyncio.create_task(workers.run(hostile.sleep, 600))
    behind = asyncio.create_task(workers.run(hostile.same, 1))
    with pytest.raises(Broken, match=r"more than 0\.5 seconds"):
        await hanging
    assert await behind == 1
    await workers.stop()
    assert children() == []


async def test_the_budget_of_computing_is_for_each_request():
    """A worker that has computed for long is as good as a new one."""
    workers = Processes(Limits(cpu=1, processes=1))
    try:
        pid = await workers.run(hostile.who)
        process = psutil.Process(pid)
        while sum(process.cpu_times()[:2]) < 3.5:
            await workers.run(sum, range(3_000_000))
        assert await workers.run(hostile.who) == pid
    finally:
        await workers.stop()


async def test_an_answer_that_nobody_waits_for_is_no_other_requests_answer():
    """A cancelled caller takes its worker with it."""
    workers = Processes(Limits(processes=1))
    for _ in range(5):
        await workers.run(hostile.who)
        task = asyncio.create_task(workers.run(hostile.sleep, 0.05))
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await workers.run(hostile.same, "mine") == "mine"
    await workers.stop()


async def test_a_caller_who_goes_away_while_a_worker_starts():
    """At whatever instant: the place is free again, and no process is left, nor a zombie."""
    for turn in range(8):
        workers = Processes(Limits(processes=1))
        task = asyncio.create_task(workers.run(hostile.who))
        await asyncio.sleep(0.003 * turn)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await workers.run(hostile.same, "mine") == "mine"
        await workers.stop()
    for _ in range(1_000):
        if not children():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"left: {children()}")


async def test_a_worker_has_no_power(workers, tmp_path):
    """No file is changed, no program started, no network reached, nobody killed; no environment to read."""
    kept = tmp_path / "mail.db"
    kept.write_bytes(b"precious")
    able, environment = await workers.run(hostile.power, str(kept))
    assert able == []
    assert set(environment) <= {"LC_CTYPE"}
    assert kept.read_bytes() == b"precious"


async def test_a_worker_is_limited(workers):
    """Its limits are those that were set, seen from outside."""
    process = psutil.Process(await workers.run(hostile.who))
    limits = {name: process.rlimit(getattr(psutil, f"RLIMIT_{name}"))[0] for name in ("AS", "NPROC", "FSIZE", "CORE")}
    assert limits == {"AS": 512 << 20, "NPROC": 0, "FSIZE": 0, "CORE": 0}
    assert process.rlimit(psutil.RLIMIT_NOFILE)[0] < 50
    assert process.memory_info().rss < 40_000_000


async def test_at_most_so_many_processes(workers):
    """Requests wait for one of the two; each gets its own answer."""
    answers = await asyncio.gather(*(workers.run(hostile.same, n) for n in range(60)))
    assert answers == list(range(60))
    assert 1 <= len(children()) <= 2


async def test_an_idle_worker_ends():
    """A quiet mailbox is small; the next request begins a new one."""
    workers = Processes(Limits(idle=0.05))
    first = await workers.run(hostile.who)
    await gone(first)
    assert await workers.run(hostile.who) != first
    await workers.stop()


async def test_a_worker_is_replaced_in_time():
    """Whatever a mail may have left behind in it does not stay."""
    workers = Processes(Limits(processes=1, requests=2))
    pids = [await workers.run(hostile.who) for _ in range(4)]
    assert len(set(pids)) == 2
    await workers.stop()


async def test_one_that_died_while_idle_is_not_asked(workers):
    """Its death is not the next mail's fault."""
    pid = await workers.run(hostile.who)
    process = psutil.Process(pid)
    process.kill()
    for _ in range(1_000):
        if process.status() == psutil.STATUS_ZOMBIE:  # it is buried when it is missed, or tidied away
            break
        await asyncio.sleep(0.01)
    assert await workers.run(hostile.same, 1) == 1
    await gone(pid)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff" * 4096,
        bytes(8),
        b"\x00\x00\x00\x02\x00\x00\x00\x00[]",
        b"\x00\x00\x00\x0c\x00\x00\x00\x00" + b'["t","gave"]',
        b"\x00\x00\x00\x12\x00\x00\x00\x00" + b'["t","raised","x"]',
        b"\x00\x00\x00\x01\x00\x00\x00\x01" + b"\xff" * 8 + b"1",
    ],
    ids=["garbage", "nothing", "empty", "no value", "no error", "endless"],
)
async def test_an_answer_that_is_none_ends_the_worker(workers, raw):
    """Its request is Broken, and nothing more comes of it."""
    with pytest.raises(Broken):
        await workers.run(hostile.said, raw)
    assert await workers.run(hostile.same, 1) == 1


async def test_no_process_is_a_reason_to_wait(monkeypatch):
    """Nothing is wrong with the mail when none can be started, or when what starts is no worker."""
    for program in ("/nowhere/python", "/bin/false"):
        workers = Processes()
        monkeypatch.setattr(sys, "executable", program)
        with pytest.raises(Temporary, match="process"):
            await workers.run(hostile.same, 1)
        await workers.stop()


async def test_another_version_on_disk_is_a_reason_to_wait(monkeypatch):
    """An update under a running mailbot makes no mail Broken: it is read after the start that follows."""
    workers = Processes()
    monkeypatch.setattr("mailbot.__version__", "0.0.1")
    with pytest.raises(Temporary, match="start it again"):
        await workers.run(hostile.same, 1)
    await workers.stop()


async def test_stop_ends_what_is_being_read():
    """The request is read when mailbot runs again; no new one begins."""
    workers = Processes()
    await workers.run(hostile.who)
    reading = asyncio.create_task(workers.run(hostile.sleep, 600))
    waiting = asyncio.create_task(workers.run(hostile.sleep, 600))
    await asyncio.sleep(0.02)
    await workers.stop()
    for task in (reading, waiting):
        with pytest.raises(Temporary, match="stopped"):
            await task
    with pytest.raises(Temporary, match="stopped"):
        await workers.run(hostile.same, 1)
    await workers.stop()
    assert children() == []


def test_it_works_in_the_loop_that_serves():
    """uvloop starts and reaps its processes in its own way."""

    async def all_of_it():
        workers = Processes(Limits(cpu=1))
        assert await workers.run(hostile.same, MESSAGE) == MESSAGE
        with pytest.raises(Broken, match="exit 3"):
            await workers.run(hostile.leave, 3)
        assert await workers.run(hostile.same, 1) == 1
        await workers.stop()

    uvloop.run(all_of_it())
    assert children() == []
