"""A real rspamd and a real spamd on loopback, with their local rules only: no DNS, no network, no memory."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from tests.servers import free_port, missing

PATIENCE = 60
_RSPAMD = """\
.include "$CONFDIR/common.conf"
.include(try=true; duplicate=merge) "$CONFDIR/cgp.inc"
options {{
  .include "$CONFDIR/options.inc"
  pidfile = "{folder}/rspamd.pid";
  tempdir = "{folder}";
  control_socket = "{folder}/rspamd.sock mode=0600";
  filters = "chartable,dkim,regexp";
  dns {{ nameserver = ["127.0.0.1:{dead}"]; timeout = 0.01s; retransmits = 1; sockets = 1; }}
}}
logging {{ type = "file"; filename = "{folder}/rspamd.log"; level = "warning"; }}
worker "normal" {{ bind_socket = "127.0.0.1:{port}"; count = 1; mime = true; }}
rbl {{ enabled = false; }} surbl {{ enabled = false; }} asn {{ enabled = false; }} fuzzy_check {{ enabled = false; }}
spf {{ enabled = false; }} dkim {{ enabled = false; }} dmarc {{ enabled = false; }} arc {{ enabled = false; }}
hfilter {{ enabled = false; }} mx_check {{ enabled = false; }} greylist {{ enabled = false; }}
ratelimit {{ enabled = false; }} neural {{ enabled = false; }} replies {{ enabled = false; }}
phishing {{ enabled = false; }}
"""


def _up(port, process, log):
    """Wait until it takes a connection."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    said = Path(log).read_text("utf-8", "replace")[-2_000:] if Path(log).exists() else ""
    pytest.fail(f"{process.args[0]} did not come up: {said}")


def _end(process):
    """The whole group of it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _folder(owner):
    """A folder of its own, that the user of the server may write in."""
    folder = Path(tempfile.mkdtemp(prefix="mailbot-spam-"))
    if os.geteuid() == 0:
        with contextlib.suppress(LookupError):
            pwd.getpwnam(owner)
            shutil.chown(folder, owner)
    return folder


@contextlib.contextmanager
def rspamd():
    """The address of a running rspamd."""
    program = shutil.which("rspamd")
    if not program:
        missing("rspamd is not installed: apt install rspamd")
    folder, port = _folder("_rspamd"), free_port()
    (folder / "rspamd.conf").write_text(_RSPAMD.format(folder=folder, port=port, dead=free_port()), encoding="utf-8")
    command = [program, "-f", "-c", str(folder / "rspamd.conf")]
    command += ["-u", "_rspamd", "-g", "_rspamd"] if os.geteuid() == 0 else []
    command += [f"--var=DBDIR={folder}", f"--var=RUNDIR={folder}", f"--var=LOGDIR={folder}"]
    command += [f"--var=LOCAL_CONFDIR={folder}"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, start_new_session=True)
        try:
            _up(port, process, folder / "said")
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(process)
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def spamd():
    """The port of a running spamd."""
    program = shutil.which("spamd") or "/usr/sbin/spamd"
    if not Path(program).exists():
        missing("spamd is not installed: apt install spamassassin")
    folder, port = _folder("nobody"), free_port()
    command = [program, "-L", "-x", "-i", f"127.0.0.1:{port}", "-m", "2", "--min-children=1", "-s", "stderr"]
    command += ["-r", str(folder / "pid"), "-H", str(folder), "--cf=use_bayes 0", "--cf=use_auto_welcomelist 0"]
    command += ["-u", "nobody"] if os.geteuid() == 0 else []
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd="/", stdout=said, stderr=said, start_new_session=True)
        try:
            _up(port, process, folder / "said")
            yield port
        finally:
            _end(process)
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def rspamd_url():
    """An rspamd of our own, for the whole run."""
    with rspamd() as url:
        yield url


@pytest.fixture(scope="session")
def spamd_port():
    """A spamd of our own, for the whole run."""
    with spamd() as port:
        yield port
