"""Let every attack loose in one kind of sandbox, and look at what is left of the world outside.

Also a program of its own, for a user that is not root: it needs nothing but the standard library and two folders of
mailbot: ``python3 arena.py KIND`` prints what went wrong, as JSON.
"""

# ruff: noqa: PTH101, PTH116, PTH208, PLC0415  (it is also a program of its own, beside attacks.py)
from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from mailbot.checks import confined, seccomp, tiers
from mailbot.checks.bubblewrap import Bubblewrap
from mailbot.checks.cage import FIRST_USER, USERS, Order, packed
from mailbot.checks.landlock import PREFIX, Landlock
from mailbot.checks.limits import Limits
from mailbot.checks.run import run

AT_A_TIME = 4


def cages():
    """Every kind of sandbox by name."""
    version = confined.abi()
    return {
        "bubblewrap": Bubblewrap(),
        "hidden": Bubblewrap(proc=False, name="bubblewrap without /proc"),
        "landlock": Landlock(version=version),
        "landlock1": Landlock(version=1),
    }


@dataclass
class Arena:
    """What stands outside, to be aimed at."""

    folder: Path
    cage: object
    mark: str = field(default_factory=lambda: f"CANARY{secrets.token_hex(12)}")  #: what nobody inside may ever see
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    wrong: list = field(default_factory=list)  #: pairs of attack and what it did
    ran: dict = field(default_factory=dict)

    def __enter__(self):
        self.held = contextlib.ExitStack()
        data = self.folder / "data"
        data.mkdir(mode=0o755)
        self.secret = data / f"secret-{self.name}.txt"
        self.secret.write_text(self.mark)
        self.tcp = self._listening(socket.AF_INET, ("127.0.0.1", 0))
        self.port = self.tcp.getsockname()[1]
        self.lines = [self.tcp, self._listening(socket.AF_UNIX, "\0" + self.name)]
        self.lines.append(self._listening(socket.AF_UNIX, str(self.folder / "socket")))
        (self.folder / "socket").chmod(0o777)
        with contextlib.suppress(OSError):
            self.lines.append(self._listening(socket.AF_INET6, ("::1", self.port)))
        udp = self.held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", self.port))
        self.lines.append(udp)
        for line in self.lines:
            line.setblocking(False)
        self.victim = subprocess.Popen(["sleep", "600"], env={"MARK": self.mark})
        self.before = self.state()
        return self

    def __exit__(self, *error):
        self.victim.kill()
        self.victim.wait()
        self.held.close()

    def _listening(self, family, address):
        line = self.held.enter_context(socket.socket(family))
        line.bind(address)
        line.listen()
        return line

    def targets(self):
        """What the attacks are told."""
        return {
            "port": self.port, "abstract": self.name, "socket": str(self.folder / "socket"), "secret": str(self.secret),
            "folder": str(self.folder), "victim": self.victim.pid, "mailbot": os.getpid(), "mark": "CANARY",
        }  # fmt: skip

    def state(self):
        """Everything outside that no attack may change."""
        found = {}
        for path in (self.secret, self.secret.parent, self.folder):
            about = path.stat()
            names = os.listxattr(path)
            found[str(path)] = (about.st_mode, about.st_uid, about.st_mtime, about.st_size, about.st_nlink, names)
        found["words"] = self.secret.read_text()
        found["lasting"] = [Path(f"/proc/sysvipc/{kind}").read_text().count("4711") for kind in ("shm", "msg", "sem")]
        found["files"] = [Path(p).exists() for p in ("/tmp/mailbot-attack", "/dev/shm/mailbot-attack", "/usr/x", "/x")]
        for who, pid in (("victim", self.victim.pid), ("mailbot", os.getpid())):
            limits = Path(f"/proc/{pid}/limits").read_text()
            found[who] = (self.victim.poll(), os.getpriority(os.PRIO_PROCESS, pid), os.sched_getaffinity(pid), limits)
        return found

    def reached(self):
        """Which of our servers anybody has spoken to."""
        found = []
        for line in self.lines:
            with contextlib.suppress(BlockingIOError):
                line.recv(10) if line.type == socket.SOCK_DGRAM else line.accept()[0].close()
                found.append(str(line.getsockname()))
        return found

    def left(self):
        """Processes and folders that a run has left behind, by what names them."""
        found = {str(path): str(path) for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*")}
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                user = os.stat(f"/proc/{name}").st_uid
                ours = FIRST_USER <= user < FIRST_USER + USERS if os.geteuid() == 0 else user == os.geteuid()
                if ours and int(name) not in self.known:
                    found[name] = Path(f"/proc/{name}/cmdline").read_text().replace("\0", " ")[:80]
        return found

    async def all(self, attacks):
        """Run them, a few at a time; note what is wrong."""
        self.known = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        places = asyncio.Semaphore(AT_A_TIME)

        async def one(attack):
            async with places:
                await self.one(attack)

        await asyncio.gather(*map(one, attacks))
        left = self.left()
        for _ in range(200):  # what was killed is gone in a moment; sandboxes of other tests come and go meanwhile
            if not left:
                break
            await asyncio.sleep(0.05)
            left = {name: what for name, what in self.left().items() if name in left}
        found = {"reached": self.reached(), "left": list(left.values())}
        self.wrong += [(what, which) for what, which in found.items() if which]
        after = self.state()
        self.wrong += [("changed", key) for key in after if after[key] != self.before[key]]

    async def one(self, attack):
        """Run one, and read what it says it got."""
        files = {"attack": attack.text.encode(), "targets.json": json.dumps(self.targets()).encode()}
        ran = await run(self.cage, Order(command=attack.command, limits=self.limits(attack)), packed(files))
        self.ran[attack.name] = ran
        if self.mark in ran.output:
            self.wrong.append((attack.name, "the canary"))
        if "GOT" in ran.output and attack.gap != self.cage.name:
            self.wrong.append((attack.name, ran.output[:300]))
        if "SyntaxError" in ran.output or "NameError" in ran.output or ran.exit_code == 127:
            self.wrong.append((attack.name, f"the attack itself is broken: {ran.output[-300:]}"))

    def limits(self, attack):
        """Small ones, so that all of it is quick."""
        return Limits(
            wall=attack.wall, cpu=4, memory=200 << 20, processes=40, disk=8 << 20, files=2_000, output=200_000
        )


def no_namespaces():
    """A filter as containers have it: nobody makes a namespace."""
    return seccomp._filter(
        "",
        lambda place: [
            *seccomp._when(
                seccomp._CLONE[place], 0, [seccomp._rule(seccomp._BITS, 0, 1, seccomp._NAMESPACES), seccomp._denied()]
            ),
            *seccomp._says([seccomp._NEVER["unshare"][place]], 1),
            *seccomp._says([435], 38),
        ],
    )


def main():
    """One kind of sandbox, for whoever starts this."""
    from attacks import ATTACKS

    kind = sys.argv[1]
    if kind == "denied":
        confined.install(no_namespaces())
        kind = "best"
    cage = tiers.best().cage if kind == "best" else cages()[kind]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with Arena(folder=Path(folder), cage=cage) as arena:
            asyncio.run(arena.all(ATTACKS))
        ended = {name: ran.ended.name for name, ran in arena.ran.items()}
        print(json.dumps({"cage": cage.name, "wrong": arena.wrong, "ended": ended}))


if __name__ == "__main__":
    main()
