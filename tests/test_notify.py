"""What systemd is told: by a real socket, as systemd makes one."""

from __future__ import annotations

import asyncio
import os
import socket

import pytest

from mailbot.notify import Notify, notify_of
from tests.process import serving, settings


@pytest.fixture
def systemd(tmp_path):
    """The socket, and what came to it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(str(tmp_path / "notify"))
        line.settimeout(30)
        yield line


def heard(line):
    return line.recv(1000).decode()


def test_nd2_d19_the_real_process_says_that_it_is_up_alive_and_stopping(tmp_path, monkeypatch, systemd):
    """`python -m mailbot serve`: READY once mail is taken, WATCHDOG twice as often as asked, STOPPING at the end."""
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.getsockname())
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    with serving(settings(tmp_path)) as process:
        said = [heard(systemd) for _ in range(4)]
        process.terminate()
        assert process.wait(30) == 0
    while said[-1] != "STOPPING=1":
        said.append(heard(systemd))
    assert said.count("READY=1") == 1
    assert said.count("WATCHDOG=1") > 2


def test_a_socket_may_have_no_file(tmp_path):
    """@name is one in the namespace of the kernel."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(f"\0mailbot-{tmp_path.name}-{os.getpid()}")
        line.settimeout(30)
        notify_of({"NOTIFY_SOCKET": f"@mailbot-{tmp_path.name}-{os.getpid()}"}).say("READY=1")
        assert heard(line) == "READY=1"


@pytest.mark.parametrize("place", ["", "relative", "vsock:2:9999", "/nowhere/notify"])
def test_where_nobody_listens_nothing_happens(place):
    """No systemd, one of a kind that we do not know, or one that is gone."""
    Notify(socket=place).say("READY=1")


def test_a_systemd_that_does_not_read_holds_nobody_up(systemd):
    """Its queue is full after some thousand words; the next ones are lost."""
    for _ in range(5_000):
        Notify(socket=systemd.getsockname()).say("WATCHDOG=1")


async def test_nd2_while_the_loop_stands_nothing_is_said(systemd):
    """So systemd starts the process anew; as soon as it turns again, systemd hears of it."""
    looks = iter([False, False, True])
    notify = Notify(socket=systemd.getsockname(), watchdog=0.1)
    async with notify.serving(asyncio.Event(), lambda: next(looks, True)):
        assert await asyncio.to_thread(heard, systemd) == "WATCHDOG=1"
    assert next(looks, "none left") == "none left"


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "240000000"}, 240.0),
        ({"WATCHDOG_USEC": "240000000", "WATCHDOG_PID": str(os.getpid())}, 240.0),
        ({"WATCHDOG_USEC": "240000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({"WATCHDOG_USEC": "-5"}, 0.0),
    ],
    ids=["none", "asked", "for us", "for another", "no number", "under zero"],
)
def test_how_often_it_is_asked_for(given, seconds):
    """In microseconds, and only of the process that is meant."""
    assert notify_of(given).watchdog == seconds
