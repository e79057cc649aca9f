"""Run what came, by its own instructions: never unasked, never unseen, and in a container or a venv of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mailbot.client.about import About
from mailbot.client.trouble import Trouble, shown

_ENGINES = ("podman", "docker")
_DOCKER = "or with Docker:"
_VIEW = re.compile(r"open (\S+) in a web browser")
_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST_COMMAND = 300  #: letters of a command
#: A container that holds nothing of this machine but what it is given.
_BOX = ("--rm", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--memory=1g", "--pids-limit=256")
_LAST_PORT = 65_535


@dataclass(frozen=True)
class Step:
    """One command, as it will be run."""

    command: tuple[str, ...]
    long: bool = False  #: it is the program itself

    @property
    def words(self) -> str:
        """As a person would type it."""
        return " ".join(shlex.quote(one) for one in self.command)


def instructions(about: About) -> list[str]:
    """What the package says about starting it, each line as it stands."""
    lines = about.exact("execution_instructions")
    odd = [one for one in lines if not one.isprintable() or len(one) > _LONGEST_COMMAND]
    if odd:
        raise Trouble(
            f"an instruction holds what cannot be seen, or is too long: {shown(odd[0])!r}. Look into README.md."
        )
    return lines


def engine() -> str:
    """What runs containers here; empty: nothing."""
    return next((one for one in _ENGINES if shutil.which(one)), "")


def in_container(about: About, files: dict[str, bytes], folder: Path) -> list[Step]:
    """Build its Dockerfile and run it, apart from this machine; only its port is open, and only to this machine."""
    program = engine()
    if not program:
        raise Trouble("neither podman nor docker is installed here. Install one, or use --venv for a Python program.")
    if "Dockerfile" not in files:
        raise Trouble("the package has no Dockerfile. Use --venv for a Python program, or see README.md.")
    tag = "mailbot-" + (_NAME.sub("-", folder.name.lower()).strip("-") or "package")
    port = about.words("deployment", "port")
    ports = ["-p", f"127.0.0.1:{port}:{port}"] if port.isdigit() and 0 < int(port) <= _LAST_PORT else []
    return [Step((program, "build", "-t", tag, ".")), Step((program, "run", *_BOX, *ports, tag), long=True)]


def in_venv(about: About, folder: Path) -> list[Step]:
    """A Python program with its packages in a venv inside its folder. It keeps the packages apart, not the program."""
    python = _inside("python")
    steps: list[Step] = []
    for line in instructions(about):
        if line.startswith(_DOCKER):
            continue
        words = _words(line)
        program, rest = words[0], words[1:]
        if program in {"pip", "pip3"}:
            steps.append(Step((python, "-m", "pip", *rest)))
        elif program in {"python", "python3"}:
            steps.append(Step((python, *rest), long=True))
        elif program in {"uvicorn", "flask", "gunicorn", "streamlit", "pytest"}:
            steps.append(Step((python, "-m", program, *rest), long=True))
        else:
            raise Trouble(
                f"{shown(line)!r} is no command of a Python program. Use --container, or see README.md in {folder}."
            )
    if not steps:
        raise Trouble("the package does not say how it is started. See its README.md.")
    bare = [] if any("pip" in one.command for one in steps) else ["--without-pip"]
    return [Step((sys.executable, "-m", "venv", *bare, ".venv")), *steps]


def viewed(about: About, files: dict[str, bytes]) -> str:
    """The file of the package that is opened in a browser, where that is all there is to do."""
    lines = [one for one in instructions(about) if not one.startswith(_DOCKER)]
    found = _VIEW.fullmatch(lines[0]) if len(lines) == 1 else None
    return found[1] if found and found[1] in files else ""


def play(steps: list[Step], folder: Path) -> int:
    """Run the steps in *folder*, each only after the one before went well; the exit code of the last."""
    for step in steps:
        try:
            code = subprocess.run(list(step.command), cwd=folder, check=False).returncode  # noqa: S603  (shown, and agreed to)
        except OSError as error:
            raise Trouble(f"{step.command[0]} cannot be run: {error.strerror}.") from None
        except KeyboardInterrupt:
            return 0 if step.long else 1
        if code:
            return code
    return 0


def _words(line: str) -> list[str]:
    """The words of a command; what only a shell understands is not guessed at."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    if not words or any(set(one) & set(";&|<>$`\n") for one in words):
        raise Trouble(f"{shown(line)!r} needs a shell, and none is used for what came by mail. See README.md.")
    return words


def _inside(program: str) -> str:
    """The path of a program in the venv, below the folder."""
    return str(Path(".venv", "Scripts", program + ".exe") if os.name == "nt" else Path(".venv", "bin", program))
