"""One command in a sandbox: what comes of it, where its limits are, and that nothing is left of it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from mailbot.checks.cage import Order, packed
from mailbot.checks.landlock import PREFIX
from mailbot.checks.limits import Ended, Limits
from mailbot.checks.run import run
from mailbot.domain.errors import Temporary
from tests.checks.cagelike import Open

#: Each of four processes takes less than one may.
GREED = 'import os, time; os.fork(); os.fork(); x = [bytearray(b"y" * (1 << 20)) for _ in range(90)]; time.sleep(9)'
ROOT = Path(__file__).parent.parent.parent
SMALL = Limits(wall=10, memory=150 << 20, processes=40, disk=4 << 20, files=500, output=200_000)


async def ran(cage, script, files=None, limits=SMALL, **more):
    order = Order(command=("/bin/sh", "-c", textwrap.dedent(script)), limits=limits, **more)
    return await run(cage, order, packed(files or {}))


def running(mark):
    """Whether any process has *mark* among its arguments."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                found.append(mark in (place / "cmdline").read_text())
            except OSError:
                continue
    return any(found)


def folders(pid):
    """What a mailbot's sandboxes without namespaces have left on the disk."""
    return list(Path(tempfile.gettempdir()).glob(f"{PREFIX}{pid}-*"))


def opened():
    """How many descriptors are open here."""
    return len(list(Path("/proc/self/fd").iterdir()))


def another(kind, mark):
    """A mailbot of its own that runs one command in a sandbox."""
    program = f"""
        import asyncio
        from tests.checks.test_run import ran
        from tests.checks.arena import cages
        asyncio.run(ran(cages()[{kind!r}], "sleep {mark}; true"))
    """
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT)


async def until(condition):
    """A condition that comes true soon."""
    for _ in range(400):
        if condition():
            return True
        await asyncio.sleep(0.025)
    return False


async def test_files_go_in_and_words_and_the_exit_code_come_out(cage):
    """With folders, and a script that may be run."""
    files = {"a/b.txt": b"bees\n", "go.sh": b"#!/bin/sh\nexit 7\n"}
    said = await ran(cage, "cat a/b.txt; echo wrong >&2; ./go.sh", files)
    assert (said.exit_code, said.ended, said.output) == (7, Ended.BY_ITSELF, "bees\nwrong\n")
    assert said.sha256 == hashlib.sha256(b"bees\nwrong\n").hexdigest()


async def test_the_environment_is_only_what_is_given(cage, monkeypatch):
    """Nothing of ours."""
    monkeypatch.setenv("MAILBOT_PASSWORD", "secret")
    said = await ran(cage, "env", environment={"BEES": "3"})
    names = {line.partition("=")[0] for line in said.output.splitlines()}
    expected = {"BEES", "PATH", "HOME", "TMPDIR", "LANG", "CI", "NO_COLOR", "PWD", "OLDPWD", "SHLVL", "_"}
    assert names <= expected | {"PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"}
    assert "BEES=3" in said.output


async def test_it_can_write_where_it_is_and_in_its_tmp(cage):
    """Both are empty again for the next one."""
    script = "ls; echo x > new; echo x > $TMPDIR/new; cat new $TMPDIR/new; test $HOME = $PWD && echo home"
    for _ in range(2):
        assert (await ran(cage, script, {"a": b""})).output == "a\nx\nx\nhome\n"


async def test_a_signal_is_an_exit_code(cage):
    """As a shell says it."""
    assert (await ran(cage, "kill -9 $$")).exit_code == 137


async def test_of_much_output_the_beginning_and_the_end_are_kept(cage):
    """With how much is missing between."""
    said = await ran(cage, "echo begin; yes | head -c 100000; echo end")
    assert said.output.startswith("begin\ny\n")
    assert said.output.endswith("y\nend\n")
    assert f"[... {100_010 - 2 * Limits().kept} bytes left out ...]" in said.output


@pytest.mark.parametrize(
    ("script", "ended"),
    [
        ("yes", Ended.OUTPUT),
        ("i=0; while :; do i=$((i+1)); mkdir d$i; done", Ended.DISK),
        (f"python3 -c '{GREED}'", Ended.MEMORY),
    ],
    ids=["output", "files", "memory"],
)
async def test_a_limit_ends_it(cage, script, ended):
    """All processes together, and it is said which."""
    said = await ran(cage, script)
    assert (said.ended, said.exit_code) == (ended, None)


async def test_time_ends_it_and_computing_does(cage):
    """Whatever comes first."""
    slept = await ran(cage, "trap '' TERM; sleep 60", limits=Limits(wall=0.5))
    assert slept.ended is Ended.TIME
    computed = await ran(cage, "for i in 1 2 3; do while :; do :; done & done; wait", limits=Limits(wall=20, cpu=1))
    assert computed.ended is Ended.CPU or computed.exit_code in {137, 152}


async def test_the_disk_is_full_at_its_limit(cage):
    """At the latest a moment after it was full."""
    said = await ran(cage, "head -c 6000000 /dev/zero > a; head -c 6000000 /dev/zero > b; wc -c a b | tail -1; sleep 1")
    assert said.ended is Ended.DISK or int(said.output.split()[-2]) <= 2 * SMALL.disk


async def test_what_it_starts_ends_with_it(cage):
    """Also what hides in a session of its own and has closed everything."""
    mark = f"86{os.getpid()}.5"
    said = await ran(
        cage, f"setsid sh -c 'exec sleep {mark} >/dev/null 2>&1 </dev/null' & sleep {mark} & sleep 0.2; echo done"
    )
    assert said.output == "done\n"
    assert await until(lambda: not running(mark))


async def test_a_run_that_nobody_waits_for_any_more_is_ended(cage):
    """The person said stop."""
    mark = f"87{os.getpid()}.5"
    task = asyncio.create_task(ran(cage, f"sleep {mark}; true"))
    assert await until(lambda: running(mark))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await until(lambda: not running(mark))
    assert not folders(os.getpid())


async def test_a_run_is_ended_however_often_it_is_cancelled(cage):
    """And when its every task is cancelled at once, as at the end of mailbot."""
    mark = f"89{os.getpid()}.5"
    first = asyncio.create_task(ran(cage, f"sleep {mark}; true"))
    assert await until(lambda: running(mark))
    for _ in range(3):
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
    await asyncio.wait({first}, timeout=20)
    assert first.cancelled()
    assert await until(lambda: not running(mark))


@pytest.mark.parametrize("kind", ["bubblewrap", "landlock"])
async def test_a_mailbot_that_is_killed_leaves_nothing_running(kind, full, bare):
    """No process, no folder; the kernel tells the sandbox."""
    mark = f"88{os.getpid()}.{len(kind)}"
    process = another(kind, mark)
    assert await until(lambda: running(f"sleep\0{mark}"))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert await until(lambda: not running(mark))
    assert await until(lambda: not folders(process.pid))


async def test_no_sandbox_is_a_passing_trouble(cage, monkeypatch):
    """It is tried again later, and never run without one."""
    with pytest.raises(Temporary, match="no sandbox could be started"):
        await ran(Open(program="/nowhere/sh"), "echo ran")
    with pytest.raises(Temporary, match="could not be made"):
        await ran(cage, "echo ran", seen=("/nowhere/at/all",)) if cage.loopback else await _no_folder(cage, monkeypatch)


async def _no_folder(cage, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    return await ran(cage, "echo ran")


async def test_many_at_a_time_do_not_disturb_each_other(full):
    """Each has its own files and its own end."""
    said = await asyncio.gather(*(ran(full, f"cat n; exit {n}", {"n": b"%d" % n}) for n in range(6)))
    assert [(one.exit_code, one.output) for one in said] == [(n, str(n)) for n in range(6)]


async def test_no_descriptor_of_ours_is_left_open(full):
    """A thousand runs would need them."""
    await ran(full, "true")
    before = opened()
    for _ in range(3):
        await ran(full, "true")
    assert opened() <= before
