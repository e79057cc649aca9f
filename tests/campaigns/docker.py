"""The image is built, run read-only and as nobody in particular, asked by mail, stopped, and started again.

python -m tests.campaigns.docker [--targets slim sandbox browser] [--engine podman]

It needs podman (or docker) and the right to use it. Without an image registry the base is made of Debian packages by
mmdebstrap, under the name that the Dockerfile asks for; nothing of the Dockerfile is changed for that.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent.parent.parent
BASE: Final = "docker.io/library/python:3.13-slim-bookworm"
TARGETS: Final = ("slim", "sandbox", "browser")
PACKAGES: Final = "ca-certificates,netbase,tzdata,python3,python3-venv"
CERTIFICATES: Final = "/etc/ssl/certs"
START: Final = 180.0  #: seconds that a start may take on a machine that is busy
STOP: Final = 10.0  #: seconds that an end may take while nothing is in hand
MANY: Final = 16_384  #: open files
REQUEST: Final = "A page about bees. Sections: Honey, Contact."
#: What each variant must find, as the log says it.
SANDBOX: Final = {"slim": "Landlock", "sandbox": "bubblewrap", "browser": "bubblewrap"}


class Wrong(Exception):
    """Something is not as it was promised."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """podman or docker."""

    program: str

    @property
    def podman(self) -> bool:
        return Path(self.program).name == "podman"

    def __call__(self, *words: str, check: bool = True, seconds: float = 120) -> str:
        done = subprocess.run([self.program, *words], capture_output=True, text=True, timeout=seconds, check=False)
        if check and done.returncode != 0:
            raise Wrong(f"{Path(self.program).name} {' '.join(words)}: {done.stdout[-1500:]}{done.stderr[-1500:]}")
        return done.stdout + done.stderr

    def has(self, image: str) -> bool:
        done = subprocess.run([self.program, "image", "inspect", image], capture_output=True, check=False, timeout=60)
        return done.returncode == 0

    def base(self) -> None:
        """The base is here, or comes from its registry, or is made of Debian packages."""
        if self.has(BASE):
            return
        done = subprocess.run([self.program, "pull", "-q", BASE], capture_output=True, check=False, timeout=300)
        if done.returncode == 0:
            return
        print(f"no registry has {BASE} for us: it is made of Debian packages", flush=True)
        with tempfile.TemporaryDirectory(prefix="mailbot-base-") as folder:
            root = Path(folder) / "root.tar"
            words = ["mmdebstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)]
            subprocess.run(["nice", "-n", "10", *words], check=True, timeout=900)
            self("import", "--change", "ENV LANG=C.UTF-8", str(root), BASE, seconds=300)

    def build(self, target: str) -> str:
        """The image of *target*, by the Dockerfile as it is."""
        name = f"localhost/mailbot:{target}"
        words = ["build", "-f", "docker/Dockerfile", "--target", target, "-t", name, "--network=host"]
        if self.podman:  # without --format docker the health check is dropped
            words += ["--format=docker", "--pull=never", "--isolation=chroot", f"-v={CERTIFICATES}:{CERTIFICATES}:ro"]
        done = subprocess.run(
            ["nice", "-n", "10", self.program, *words, "."],
            cwd=HERE, capture_output=True, text=True, timeout=1800, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise Wrong(f"the build of {target}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return name


@dataclass(frozen=True, kw_only=True)
class Container:
    """One that runs, as compose.yaml runs it, with no network at all."""

    engine: Engine
    target: str

    @property
    def name(self) -> str:
        return f"mailbot-check-{self.target}-{os.getpid()}"

    def start(self, image: str) -> None:
        words = [
            "run", "--detach", f"--name={self.name}", "--network=none", "--read-only", "--cap-drop=all",
            "--security-opt=no-new-privileges", "--tmpfs=/tmp:size=512m,mode=1777",
            f"--volume={self.name}:/var/lib/mailbot",
        ]  # fmt: skip
        if self.target != "slim":  # what compose.sandbox.yaml allows
            words += [f"--security-opt=seccomp={HERE}/docker/seccomp.json"]
            words += ["--security-opt=unmask=ALL"] if self.engine.podman else ["--security-opt=systempaths=unconfined"]
            words += [] if self.engine.podman else ["--security-opt=apparmor=unconfined"]
        options = ["--runtime=runc"] if self.engine.podman and shutil.which("runc") else []
        if self.engine.podman:  # a machine without systemd has no timers for it; it is asked by hand
            words += ["--no-healthcheck", "--pids-limit=-1", *_limits()]
        self.engine(*options, *words, image)
        self.wait()

    def wait(self, times: int = 1) -> None:
        """Until it has said so many *times* that it is up."""
        end = time.monotonic() + START
        while self.log().count("mailbot is up") < times:
            running = self.engine("inspect", "--format={{.State.Running}}", self.name, check=False).strip()
            if running != "true" or time.monotonic() > end:
                raise Wrong(f"{self.target} does not come up: {self.log()[-2000:]}")
            time.sleep(0.2)

    def log(self) -> str:
        return self.engine("logs", self.name)

    def inside(self, *command: str, check: bool = True) -> str:
        return self.engine("exec", self.name, *command, check=check)

    def stop(self) -> float:
        """How long it takes; it must end by itself, and well."""
        begun = time.monotonic()
        self.engine("stop", "--time=40", self.name)
        spent = time.monotonic() - begun
        code = self.engine("inspect", "--format={{.State.ExitCode}}", self.name).strip()
        if code != "0" or spent > STOP or "mailbot has stopped" not in self.log():
            raise Wrong(f"{self.target} ended after {spent:.1f} s with exit code {code}: {self.log()[-800:]}")
        return spent

    def remove(self) -> None:
        self.engine("rm", "--force", "--volumes", self.name, check=False)
        self.engine("volume", "rm", "--force", self.name, check=False)


def _limits() -> list[str]:
    """What podman would set otherwise is more than a root without CAP_SYS_RESOURCE may set."""
    files = min(MANY, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    return [f"--ulimit=nofile={files}:{files}", "--ulimit=nproc=1000:1000"]


def confined(box: Container) -> None:
    """It is not root, has no privilege, and can write its data and nothing else."""
    state = box.inside("sh", "-c", "id -u; grep -E 'Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp:' /proc/self/status")
    zeros = re.findall(r"Cap\w+:\s*0+$", state, re.MULTILINE)
    if not state.startswith("10001\n") or len(zeros) != 3 or "NoNewPrivs:\t1" not in state:
        raise Wrong(f"{box.target} has more rights than it needs: {state}")
    for place in ("/", "/opt/mailbot", "/etc/mailbot", "/usr"):
        if "Read-only" not in box.inside("sh", "-c", f"touch {place}/x", check=False):
            raise Wrong(f"{box.target}: {place} can be written")


def asked(box: Container) -> str:
    """A mail goes through; what the reply says of the sandbox."""
    said = box.inside("mailbot", "send", REQUEST, "-s", "Bees")
    words = " ".join(said.split())
    wanted = f"I ran it in a sandbox ({SANDBOX[box.target]}"
    if 'v1 of "Bees" is ready' not in words or wanted not in words:
        raise Wrong(f"{box.target} answers otherwise than expected: {said}")
    return re.search(r"I ran it in a sandbox \(([^)]*)\)", words)[1]


def checked(engine: Engine, target: str) -> str:
    """One variant from the build to the second start; a line for people."""
    image = engine.build(target)
    box = Container(engine=engine, target=target)
    try:
        box.start(image)
        confined(box)
        box.inside("python", "-I", "/opt/mailbot/healthy.py")
        sandbox = asked(box)
        browser = "browser.found" in box.log()
        if browser != (target == "browser"):
            raise Wrong(f"{target}: the browser: {box.log()[:2000]}")
        memory = int(re.search(r"VmRSS:\s*(\d+)", box.inside("cat", "/proc/1/status"))[1]) / 1000
        spent = box.stop()
        engine("start", box.name)
        box.wait(times=2)
        if "answered" not in box.inside("mailbot", "mails"):
            raise Wrong(f"{target} has forgotten the mail: {box.inside('mailbot', 'mails')}")
        box.stop()
    finally:
        box.remove()
    size, base = (int(engine("image", "inspect", "--format={{.Size}}", one)) / 1e6 for one in (image, BASE))
    return (
        f"{target}: {size:.0f} MB (its base {base:.0f} MB), {memory:.0f} MB of memory after one mail, "
        f"sandbox {sandbox}, {'with' if browser else 'no'} browser, ends within {spent:.1f} s"
    )


def main(words: Sequence[str]) -> int:
    """Check each variant; exit code 1 says that one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", nargs="+", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--engine", default=shutil.which("podman") or shutil.which("docker"))
    given = parser.parse_args(words)
    if not given.engine:
        print("neither podman nor docker is here; on Debian: apt-get install podman runc mmdebstrap", file=sys.stderr)
        return 1
    engine = Engine(program=given.engine)
    try:
        engine.base()
        for target in given.targets:
            print(checked(engine, target), flush=True)
    except (Wrong, subprocess.SubprocessError) as error:
        print(f"docker-check: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
