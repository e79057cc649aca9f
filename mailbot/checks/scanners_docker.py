"""What a Dockerfile or a compose file must not do: the policy, read by its lines. Nothing is built from it here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from mailbot.checks.dependencies_shell import instructions, is_dockerfile
from mailbot.domain.project import Result

MOST: Final = 20  #: problems of one file that are told
#: Images that Docker's own people keep, by their last name.
_IMAGES: Final = """
    almalinux alpine amazoncorretto amazonlinux bash buildpack-deps busybox caddy composer debian docker
    eclipse-temurin elixir erlang fedora gcc golang gradle haproxy haskell httpd julia mariadb maven memcached mongo
    mysql nginx nginxinc/nginx-unprivileged node openjdk perl php postgres pypy python r-base rabbitmq redis registry
    rockylinux ruby rust scratch swift tomcat traefik ubuntu valkey
"""
OFFICIAL: Final = frozenset(_IMAGES.split())
_PIPED: Final = re.compile(
    r"\b(?:curl|wget|fetch)\b[^|;&\n]{0,2000}\|[ \t]{0,8}(?:sudo[ \t]{1,8}(?:-\S+[ \t]{1,8}){0,4})?(?:\S{0,40}/)?"
    r"(?:ba|da|z|k|a)?sh\b"
    r"|\b(?:curl|wget|fetch)\b[^|;&\n]{0,2000}\|[ \t]{0,8}(?:sudo[ \t]{1,8})?(?:\S{0,40}/)?"
    r"(?:python[\d.]*|perl|ruby|node)\b"
    r"|\b(?:ba|da|z)?sh[ \t]{1,8}(?:-\w{1,8}[ \t]{1,8}){0,3}[\"']?(?:<\(|\$\(|`)[ \t]{0,8}(?:curl|wget)\b"
    r"|\beval[ \t]{1,8}[\"']?(?:\$\(|`)[ \t]{0,8}(?:curl|wget)\b"
)
_SECRET: Final = re.compile(
    r"\b([\w.-]*(?:SECRET|TOKEN|PASSW(?:OR)?D|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL)[\w.-]*)(?:=|[ \t]+)(\S+)",
    re.IGNORECASE,
)
_POINTER: Final = re.compile(
    r"^[\"']?(?:\$|<|/run/secrets|change.?me|your|example|placeholder|x{3}|\*{3}|\[secret|[\"']?$)|_FILE$|_PATH$|_URL$",
    re.IGNORECASE,
)
_COMPOSE: Final = re.compile(r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml")
_MACHINE: Final = "it could do all that the machine can"
_COMPOSE_BAD: Final = (
    (re.compile(r"^\s*privileged\s*:\s*[\"']?(?:true|yes|on)\b", re.IGNORECASE), f"privileged: {_MACHINE}"),
    (re.compile(r"/var/run/docker\.sock|/run/docker\.sock"), f"with Docker's own socket {_MACHINE}"),
    (
        re.compile(r"^\s*(?:network_mode|pid|ipc|userns_mode)\s*:\s*[\"']?host\b"),
        "it is not kept apart from the machine",
    ),
    (re.compile(r"^\s*-\s*[\"']?(?:SYS_ADMIN|ALL|SYS_PTRACE|SYS_MODULE)\b"), f"with this right {_MACHINE}"),
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One line that breaks the policy, or that a person should know of."""

    result: Result  #: FAILED, or UNCHECKED: a notice
    line: int
    words: str


def is_policed(path: str) -> bool:
    """Whether the policy has anything to say about the file *path*."""
    return is_dockerfile(path) or _COMPOSE.fullmatch(PurePosixPath(path).name) is not None


def problems(path: str, text: str) -> list[Problem]:
    """What is wrong with it, in the order of its lines."""
    found = list(_dockerfile(text) if is_dockerfile(path) else _compose(text))
    return sorted(found, key=lambda one: (one.result is not Result.FAILED, one.line))[:MOST]


def _compose(text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.splitlines(), 1):
        for bad, words in _COMPOSE_BAD:
            if bad.search(line[:2_000]):
                yield Problem(result=Result.FAILED, line=number, words=words)


def _dockerfile(text: str) -> Iterator[Problem]:
    stages: set[str] = set()
    user, begun = "", 0
    for word, rest, number in instructions(text):
        if word == "FROM":
            begun, user = number, "somebody" if re.search(r"unprivileged|nonroot", rest) else ""
            yield from _base(rest, number, stages)
        elif word == "USER":
            user = rest.split(":")[0].strip()
        else:
            yield from _instruction(word, rest, number)
    if begun and user in {"", "root", "0"}:
        words = "it runs as root; a line USER with another user is better"
        yield Problem(result=Result.UNCHECKED, line=begun, words=words)


def _base(rest: str, number: int, stages: set[str]) -> Iterator[Problem]:
    """What a stage stands on: a known image, in a version."""
    words = [word for word in rest.split() if not word.startswith("--")]
    image = words[0] if words else ""
    name, digest = image.partition("@")[::2]
    family, _, tag = name.rpartition(":") if ":" in name.rpartition("/")[2] else (name, "", "")
    if family not in stages and family != "scratch":
        if not digest and (not tag or tag == "latest"):
            said = f"FROM {image[:60]}: no version is named, so every day brings another; such as python:3.13-slim"
            yield Problem(result=Result.FAILED, line=number, words=said)
        elif "$" in image:
            said = f"FROM {image[:60]}: it depends on a variable, which I do not follow"
            yield Problem(result=Result.UNCHECKED, line=number, words=said)
        elif family.removeprefix("docker.io/").removeprefix("library/") not in OFFICIAL:
            said = f"FROM {image[:60]}: not one of the images that I know"
            yield Problem(result=Result.UNCHECKED, line=number, words=said)
    if len(words) >= 3 and words[1].upper() == "AS":  # noqa: PLR2004  (FROM image AS name)
        stages.add(words[2])


def _instruction(word: str, rest: str, number: int) -> Iterator[Problem]:
    said = ""
    if word == "RUN" and _PIPED.search(rest):
        said = "it runs what it fetches from the net, unseen"
    elif word == "RUN" and re.search(r"--security=insecure|--privileged\b", rest):
        said = "it asks for the rights of the machine"
    elif word == "ADD" and re.search(r"(?:^|[\s\"\[,])(?:https?|ftp|git)://|git@", rest):
        said = "ADD fetches from the net; what comes may be another thing tomorrow"
    elif word in {"ENV", "ARG", "LABEL"}:
        said = _given_away(rest)
    if said:
        yield Problem(result=Result.FAILED, line=number, words=said)


def _given_away(rest: str) -> str:
    """A secret that everybody who has the image could read."""
    for name, value in _SECRET.findall(rest):
        if not _POINTER.search(value) and not _POINTER.search(name):
            return f"{name[:40]} holds a secret that stays in the image for everybody; pass it when it is started"
    return ""
