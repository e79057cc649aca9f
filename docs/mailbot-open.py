#!/usr/bin/env python3
"""mailbot-open: open, verify, run or apply a mail that a mailbot sent you. Needs Python 3.8 and nothing else.

    python3 mailbot-open.py open reply.eml
    python3 mailbot-open.py verify --signers allowed_signers reply.eml
    python3 mailbot-open.py --help

git and ssh-keygen are used where they are installed; what they are needed for is said where they are not.
Nothing of a mail is ever run unless you say so. Made from mailbot/client/ by mailbot.client.single: do not edit it.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import email
import email.policy
import hashlib
import http.client
import io
import json
import os
import quopri
import re
import shlex
import shutil
import ssl
import stat
import struct
import subprocess
import sys
import tempfile
import time
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import Callable, Iterable, Iterator, Sequence, TextIO
from urllib.parse import SplitResult, urlsplit


# ---- paths: Which names a file may have before it is written on the receiver's machine, whatever system that is.

MOST_BYTES = 240  #: of a whole path; Windows takes 260
MOST_OF_PART = 100  #: bytes of one name in it
MOST_DEEP = 10
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "clock$", "conin$", "conout$"}
    | {port + digit for port in ("com", "lpt") for digit in "0123456789"}
)
#: Names that programs act on when they only see them: shells, version control, editors, package managers.
_SPECIAL = frozenset(
    {
        ".hg", ".svn", ".ssh", ".gnupg", ".aws", ".config", ".netrc", ".pypirc", ".npmrc", ".yarnrc", ".bashrc",
        ".profile", ".bash_profile", ".zshrc", ".envrc", ".vscode", ".idea", ".direnv", ".mailbot",
        "autorun.inf", "desktop.ini",
    }
)  # fmt: skip
_OF_GIT = frozenset({".gitignore", ".gitattributes", ".gitkeep", ".github"})
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
_SHORT = re.compile(r"[^.]{0,6}~\d.*", re.DOTALL)  #: what Windows may call another file


def refusal(path: str) -> str:
    """Why no file of that name is written; empty when it may be."""
    return next(_reasons(path), "")


def _reasons(path: str) -> Iterator[str]:
    if not path.isprintable():
        yield "it holds a character that cannot be seen"
        return  # such a path may not even be encoded
    parts = path.split("/")
    if unicodedata.normalize("NFC", path) != path:
        yield "its letters are not composed (NFC)"
    if len(path.encode("utf-8")) > MOST_BYTES:
        yield f"it is longer than {MOST_BYTES} bytes"
    if path.startswith(("/", "~")):
        yield "it does not stay in the folder"
    if _FORBIDDEN.search(path):
        yield "it holds a character that Windows forbids"
    if len(parts) > MOST_DEEP:
        yield f"it is more than {MOST_DEEP} folders deep"
    for part in parts:
        yield from _reasons_of_part(part)


def _reasons_of_part(part: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", part).casefold()
    if part in {"", ".", ".."}:
        yield "it does not stay in the folder"
    if part != part.strip() or part.endswith("."):
        yield "a name in it begins or ends with a space or a full stop"
    if len(part.encode("utf-8")) > MOST_OF_PART:
        yield f"a name in it is longer than {MOST_OF_PART} bytes"
    if folded.split(".")[0].rstrip() in _DEVICES:
        yield "Windows takes it for a device"
    if _SHORT.fullmatch(folded):
        yield "Windows may take it for another file's short name"
    if folded in _SPECIAL or (folded.startswith(".git") and folded not in _OF_GIT):
        yield "programs act on a file of that name by themselves"


class Taken:
    """The names of one package. Two that some file system cannot tell apart do not both fit in."""

    def __init__(self) -> None:
        self._names: dict[str, tuple[str, bool]] = {}  #: folded -> as written, and whether it is a file

    def add(self, path: str) -> str:
        """Take *path*; return why it does not fit beside the others, empty when it does."""
        parts = path.split("/")
        wholes = ["/".join(parts[: end + 1]) for end in range(len(parts))]
        wanted = {_folded(whole): (whole, whole == path) for whole in wholes}
        for folded, (whole, is_file) in wanted.items():
            other = self._names.get(folded)
            if other and (is_file or other != (whole, False)):
                return f"it collides with {other[0]}"
        self._names.update(wanted)
        return ""


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


# ---- trouble: What goes wrong in words, and the limits of what is read.

MAX_MAIL = 100_000_000  #: bytes of one source: a mail, an mbox, standard input
MAX_MAILS = 1_000  #: in one mbox or Maildir
MAX_FILES = 2_000  #: in one package
MAX_PLAIN = 200_000_000  #: bytes of all files that are unpacked


class Trouble(Exception):
    """Why it cannot be done, in the words that the person reads."""


def shown(text: str, most: int = 300) -> str:
    """*text* of somebody else's as one line that a terminal cannot take for orders."""
    line = "".join(one if one.isprintable() else "?" for one in text[: most + 1])
    return line if len(line) <= most else line[: most - 3] + "..."


def say(line: str = "", out: TextIO | None = None) -> None:
    """One line for the person, in whatever letters their terminal has."""
    stream = out or sys.stdout
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(line.encode(encoding, "replace").decode(encoding) + "\n")


# ---- git: Git bundles, by the git of the receiver. A bundle is looked at apart before anything of it is used.

BUNDLES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_GIT_SECONDS = 120
_MEMORY = 2_000_000_000
_ONE_FILE = 1_000_000_000
#: git runs no hook, and streams what is large instead of holding it. Not every git checks the objects of a bundle:
#: which names and kinds of files are in it is looked at here.
_STRICT = (
    "-c", "transfer.fsckObjects=true", "-c", "fetch.fsckObjects=true", "-c", "fetch.unpackLimit=1",
    "-c", "core.bigFileThreshold=1m", "-c", f"core.hooksPath={os.devnull}", "-c", "core.symlinks=false",
    "-c", "protocol.allow=never", "-c", "protocol.file.allow=always", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
    "-c", "submodule.recurse=false", "-c", "core.fsmonitor=false",
)  # fmt: skip
_FILE = frozenset({b"100644", b"100755"})


class NeedsEarlier(Trouble):
    """The bundle only holds what came after an earlier version."""


def has_git() -> bool:
    """Whether there is a git at all."""
    return shutil.which("git") is not None


def git(args: list[str], *, folder: Path, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run git in *folder*, whatever the surroundings say about another repository."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # noqa: TID251  (git needs PATH and HOME)
    above = str(folder.resolve().parent)  # a repository further up is not the one that is meant
    around = {**keep, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_CEILING_DIRECTORIES": above}
    command = ["git", *_STRICT, *args]
    try:
        return subprocess.run(  # noqa: S603  (a list, no shell)
            command, cwd=folder, input=data, capture_output=True, check=False, timeout=_GIT_SECONDS, env=around,
            preexec_fn=_limit if os.name == "posix" else None,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Trouble(f"git took longer than {_GIT_SECONDS} seconds and was stopped.") from None
    except OSError as error:
        raise Trouble(f"git cannot be run: {error.strerror}. Install git, or ask for another form.") from None


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        for what, most in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_FSIZE, _ONE_FILE)):
            top = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if top < 0 else min(most, top), top))


def needs(content: bytes) -> list[str]:
    """The commits that must be there before this bundle is of use."""
    head = content[: content.find(b"\n\n") + 1] if b"\n\n" in content[:1_000_000] else b""
    return [line[1:41].decode("ascii", "replace") for line in head.split(b"\n") if line.startswith(b"-")]


def files_of_bundle(content: bytes) -> dict[str, bytes]:
    """The files of the newest version in a bundle."""
    if not has_git():
        raise Trouble('git is not installed here, and a bundle needs it. Install git, or reply "resend as zip".')
    if needs(content):
        raise NeedsEarlier("this bundle continues an earlier version: use apply on the folder that holds that one.")
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        folder = Path(place)
        (folder / "in.bundle").write_bytes(content)
        _done(git(["init", "-q", "--bare", "repo"], folder=folder))
        fetch(folder / "in.bundle", folder / "repo", "refs/bundle")
        return _contents(folder / "repo", newest(folder / "repo", "refs/bundle"))


def fetch(bundle: Path, repository: Path, under: str) -> None:
    """Take everything in a bundle into *repository*, below the references *under*."""
    done = git(["fetch", "-q", "--no-tags", str(bundle), f"+refs/heads/*:{under}/*"], folder=repository)
    if done.returncode:
        raise Trouble(f'the bundle is damaged or is none: git says {_said(done)}. Reply "resend as zip".')


def newest(repository: Path, under: str) -> str:
    """The commit of the branch main, or of the only one."""
    done = _done(git(["for-each-ref", "--format=%(refname) %(objectname)", under], folder=repository))
    found = dict(
        line.split(" ") for line in done.stdout.decode("utf-8", "replace").splitlines() if line.count(" ") == 1
    )
    for name in ("main", "master"):
        if f"{under}/{name}" in found:
            return found[f"{under}/{name}"]
    if not found:
        raise Trouble('the bundle holds no branch. Reply "resend as zip".')
    return next(iter(found.values()))


def look(repository: Path, commit: str) -> dict[str, str]:
    """Every file of *commit* -> its object; a link, a submodule, an unsafe name or too much of it is Trouble."""
    done = _done(git(["ls-tree", "-r", "-l", "-z", "--full-tree", commit], folder=repository))
    found, total, taken = {}, 0, Taken()
    for line in done.stdout.split(b"\0")[:-1]:
        about, _, raw = line.partition(b"\t")
        mode, _, object_id, size = about.split()
        name = raw.decode("utf-8", "surrogateescape")
        why = "" if mode in _FILE else "it is a link or another repository, not a file"
        if why := why or refusal(name) or taken.add(name):
            raise Trouble(f"the bundle holds {shown(name)!r}: {why}. Nothing is unpacked.")
        total += int(size)
        found[name] = object_id.decode("ascii")
        if len(found) > MAX_FILES or total > MAX_PLAIN:
            raise Trouble(
                f"the bundle holds more than {MAX_FILES} files or {MAX_PLAIN // 1_000_000} MB. Nothing is unpacked."
            )
    return found


def _contents(repository: Path, commit: str) -> dict[str, bytes]:
    wanted = look(repository, commit)
    done = _done(git(["cat-file", "--batch"], folder=repository, data="\n".join(wanted.values()).encode() + b"\n"))
    found, at = {}, 0
    for name in wanted:
        end = done.stdout.index(b"\n", at)
        size = int(done.stdout[at:end].split()[2])
        found[name] = done.stdout[end + 1 : end + 1 + size]
        at = end + size + 2
    return found


def _done(done: subprocess.CompletedProcess[bytes]) -> subprocess.CompletedProcess[bytes]:
    if done.returncode:
        raise Trouble(f"git could not do it: {_said(done)}")
    return done


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return shown(" ".join(done.stderr.decode("utf-8", "replace").split()) or "nothing")


# ---- mail: Take a mail apart: a file, an mbox, a Maildir or standard input in, its parts out. Linear in its length.

MAX_DEPTH = 10  #: parts in parts
MAX_PARTS = 200
MAX_HEAD = 1_000_000  #: bytes of one header
MAX_FIELD = 4_000  #: letters of a field that is taken apart: the library takes the square of it
_FROM_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{0,1000}\n")
_MARK = b"\xef\xbb\xbf"  #: of UTF-8
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEAD_END = re.compile(rb"\r?\n\r?\n|\A\r?\n")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,75}:")


@dataclass(frozen=True)
class Part:
    """One part that holds no further parts."""

    name: str  #: of the file; empty: it is none
    kind: str  #: text/plain and so on, in lower case
    content: bytes
    charset: str = ""
    damaged: str = ""  #: what is wrong with it, in words
    inline: bool = False  #: a picture that the html shows


@dataclass(frozen=True)
class Mail:
    """A mail taken apart."""

    raw: bytes
    head: Message
    parts: tuple[Part, ...]
    damaged: tuple[str, ...] = ()  #: what is wrong with the mail as a whole

    def field(self, name: str) -> str:
        """A field of its header in plain words; empty where there is none."""
        return words_of(str(self.head.get(name, "")))

    @property
    def text(self) -> str:
        """Its words for reading: every part of plain text that is no file."""
        return "\n".join(decoded(one) for one in self.parts if one.kind == "text/plain" and not one.name)


def mails(raw: bytes) -> list[bytes]:
    """The mails in *raw*: those of an mbox, else the one that it is."""
    raw = (raw[len(_MARK) :] if raw.startswith(_MARK) else raw).lstrip(b"\r\n")  # what editors put before it
    if not raw.startswith(b"From "):
        return [raw]
    starts = list(_FROM_LINE.finditer(raw))
    if len(starts) > MAX_MAILS:
        raise Trouble(
            f"the mbox holds {len(starts)} mails; {MAX_MAILS} is the most. Save the ones you mean by themselves."
        )
    ends = [one.start() for one in starts[1:]] + [len(raw)]
    return [_QUOTED_FROM.sub(rb"\1", raw[one.end() : end]) for one, end in zip(starts, ends)]


def parse(raw: bytes) -> Mail:
    """Take one mail apart; what is no mail is Trouble."""
    if not _FIELD.match(raw):
        raise Trouble("this is no mail: it does not begin with a header. Save the mail as .eml and give that file.")
    head, body = _split(raw)
    reading = _Reading()
    reading.read(head, body, 0)
    return Mail(raw=raw, head=head, parts=tuple(reading.parts), damaged=tuple(dict.fromkeys(reading.damaged)))


class _Reading:
    """What has been found so far, and what is wrong with it."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.damaged: list[str] = []

    def read(self, head: Message, body: bytes, depth: int) -> None:
        """Cut what holds parts, keep what does not."""
        kind = head.get_content_type()
        boundary = head.get_boundary() if kind.startswith("multipart/") else None
        if len(self.parts) >= MAX_PARTS or depth > MAX_DEPTH:
            raise Trouble(
                f"the mail has more than {MAX_PARTS} parts, or parts more than {MAX_DEPTH} deep; none of ours has."
            )
        if boundary:
            for piece in self._pieces(body, boundary):
                self.read(*_split(piece), depth + 1)
        elif kind == "message/rfc822":
            self.read(*_split(_body(head, body)[0]), depth + 1)
        else:
            self.parts.append(_part(head, kind, body))

    def _pieces(self, body: bytes, boundary: str) -> Iterator[bytes]:
        mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
        start = -1
        for found in re.finditer(rb"--" + mark + rb"(--)?[ \t]*(?:\r?\n|\Z)", body):
            if found.start() and body[found.start() - 1 : found.start()] != b"\n":
                continue
            if start >= 0:
                yield _before_line(body[start : found.start()])
            start = found.end()
            if found[1]:
                return
        self.damaged.append("it is cut off: its last boundary is missing")
        if start >= 0:
            yield body[start:]


def _before_line(piece: bytes) -> bytes:
    """Without its last line end, which belongs to the boundary."""
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1]


def _split(raw: bytes) -> tuple[Message, bytes]:
    """Header and body."""
    end = _HEAD_END.search(raw)
    top, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    if len(top) > MAX_HEAD:
        raise Trouble(f"a header is longer than {MAX_HEAD} bytes; no mail of ours has such a one.")
    head = email.message_from_bytes(top + b"\n\n", policy=email.policy.compat32)
    if any(len(str(head.get(name, ""))) > MAX_FIELD for name in ("Content-Type", "Content-Disposition")):
        raise Trouble(f"a part is described in more than {MAX_FIELD} letters; no part of ours is.")
    return head, body


def _part(head: Message, kind: str, body: bytes) -> Part:
    content, damaged = _body(head, body)
    inline = bool(head.get("Content-ID")) and head.get_content_disposition() != "attachment"
    charset = str(head.get_param("charset") or "")
    return Part(_name(head), kind, content, charset=charset, damaged=damaged, inline=inline)


def _body(head: Message, body: bytes) -> tuple[bytes, str]:
    """The content, and what is wrong with its encoding."""
    how = str(head.get("Content-Transfer-Encoding", "")).strip().lower()
    if how == "base64":
        return unpacked64(body)
    if how == "quoted-printable":
        return quopri.decodestring(body), ""
    return body, "" if how in {"", "7bit", "8bit", "binary"} else f"its encoding {how[:40]!r} is not known"


def unpacked64(text: bytes) -> tuple[bytes, str]:
    """What base64 *text* holds, and what is wrong with it; everything that is no letter of base64 is passed over."""
    pure = text.translate(None, _NOT_BASE64)
    damaged = "its base64 is cut off" if len(pure) % 4 == 1 else ""
    pure = pure[: len(pure) - 1] if damaged else pure
    return binascii.a2b_base64(pure + b"=" * (-len(pure) % 4)), damaged


def _name(head: Message) -> str:
    """The file's name without folders; empty where there is none or it cannot be read."""
    try:
        name = words_of(head.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        return ""
    return PurePosixPath(name.replace("\\", "/")).name.strip()


def words_of(value: str) -> str:
    """A header field in plain words: encoded words read, lines joined."""
    plain = value[:MAX_FIELD].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = decode_header(plain)
        read = "".join(one if isinstance(one, str) else one.decode(name or "utf-8", "replace") for one, name in pieces)
    except (MessageError, ValueError, LookupError):
        read = plain
    return " ".join(read.split())


def decoded(part: Part) -> str:
    """The words of a part, in whatever charset it names; what cannot be read is replaced."""
    try:
        return part.content.decode(part.charset or "utf-8", "replace")
    except LookupError:
        return part.content.decode("utf-8", "replace")


# ---- textual: Packages written as text: txtar, base64, and files whose names had to be changed to get through.

RENAMED = "RENAME.json"  #: lies in a package whose files have changed names, and says their own
_TXTAR = re.compile(rb"^-- ([^\n]{1,300}) --[ \t]*\r?$", re.MULTILINE)
_LIKE_A_PATH = re.compile(rb"[./]|^[A-Z][a-z]+file$")
_LINE64 = re.compile(rb"[A-Za-z0-9+/]{4,}={0,2}")
_LONG64 = 48  #: letters; a shorter line begins no block
_LEAST64 = 3  #: lines
_MARGIN = b" \t\r>"  #: what a mail program puts around a line


def files_of_txtar(content: bytes) -> dict[str, bytes]:
    """The files of a txtar archive; empty where it is none. A text file that only mentions one line is none."""
    content = unixed(content)
    marks = list(_TXTAR.finditer(content))
    if not marks or len(marks) > MAX_FILES or not _LIKE_A_PATH.search(marks[0][1]):
        return {}
    ends = [one.start() for one in marks[1:]] + [len(content)]
    found: dict[str, bytes] = {}
    for one, end in zip(marks, ends):
        name = one[1].decode("utf-8", "replace")
        if name in found:
            raise Trouble(f'the text holds {shown(name)!r} twice. Ask for another form: reply "resend as zip".')
        found[name] = content[one.end() + 1 : end]
    return found


def unixed(content: bytes) -> bytes:
    """A text without the CRLF that its way through the mail has given to every line."""
    return content.replace(b"\r\n", b"\n") if content.count(b"\n") == content.count(b"\r\n") else content


def base64_blocks(content: bytes) -> list[bytes]:
    """What the blocks of base64 in a text hold, in their order; words between them are passed over."""
    blocks: list[bytes] = []
    lines: list[bytes] = []
    for line in [*content.split(b"\n"), b""]:
        bare = line.strip(_MARGIN)
        if _LINE64.fullmatch(bare) and (lines or len(bare) >= _LONG64):
            lines.append(bare)
            continue
        if len(lines) >= _LEAST64:
            blocks.append(unpacked64(b"".join(lines))[0])
        lines = []
    return blocks


def restored(files: dict[str, bytes]) -> tuple[dict[str, bytes], int]:
    """The files under their own names, and how many had another one; the list that says so is left out."""
    place = next((name for name in files if name.rpartition("/")[2] == RENAMED), "")
    if not place:
        return files, 0
    names = _names(files[place])
    folder = place[: -len(RENAMED)]
    found: dict[str, bytes] = {}
    taken, count = Taken(), 0
    for name, content in files.items():
        if name == place:
            continue
        short = name[len(folder) :] if name.startswith(folder) else ""
        own = folder + names[short] if short in names else name
        count += own != name
        if why := refusal(own) or taken.add(own):
            raise Trouble(f"{RENAMED} names a file {shown(own)!r}: {why}. Nothing is unpacked.")
        found[own] = content
    return found, count


def _names(content: bytes) -> dict[str, str]:
    """Name in the package -> its own name. A list of pairs does, too, whichever way round its keys stand."""
    try:
        read = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Trouble(
            f"{RENAMED} cannot be read; the files would keep their wrong names. Ask for another form."
        ) from None
    if isinstance(read, dict):
        read = next(
            (read[key] for key in ("files", "renamed", "names") if isinstance(read.get(key), (dict, list))), read
        )
    if isinstance(read, list):
        pairs = [one for one in read if isinstance(one, dict)]
        read = {one.get("packed", one.get("from", one.get("as"))): one.get("path", one.get("to")) for one in pairs}
    if not isinstance(read, dict) or not all(isinstance(one, str) for pair in read.items() for one in pair):
        raise Trouble(
            f"{RENAMED} is not a list of names; the files would keep their wrong names. Ask for another form."
        )
    return read


# ---- pieces: Put together what was too large for one mail: attachments whose names, or whose text, say "part 1 of 2".

MOST_PIECES = 100
#: x.zip.001, x.zip.part1of2, x.part-1-of-2.zip, x.zip.part1
_NUMBERED = re.compile(r"(.{1,150}?)\.([0-9]{3})")
_OF = re.compile(
    r"(.{1,150}?)[. _-]?part[ _-]?([0-9]{1,3})(?:[ _-]?of[ _-]?([0-9]{1,3}))?(\.[A-Za-z0-9_]{1,8})?", re.IGNORECASE
)
_SAID = re.compile(rb"\bpart ([0-9]{1,3}) of ([0-9]{1,3})\b", re.IGNORECASE)
_SAMPLE = 4_000  #: bytes of a text in which it says which part it is


@dataclass(frozen=True)
class _Piece:
    """One part of a whole."""

    whole: str  #: its name
    number: int
    of: int  #: 0: it does not say
    part: Part
    content: bytes


def joined(letters: list[tuple[Mail | None, tuple[Part, ...]]]) -> list[tuple[Mail | None, tuple[Part, ...]]]:
    """The same mails, with each whole in place of its first piece and without the others; a missing one is Trouble."""
    wholes: dict[str, list[_Piece]] = {}
    for _, parts in letters:
        for part in parts:
            piece = _piece(part)
            if piece:
                wholes.setdefault(piece.whole, []).append(piece)
    placed: dict[int, Part] = {}
    dropped: set[int] = set()
    for name, pieces in wholes.items():
        ordered = _complete(name, pieces)
        content = b"".join(one.content for one in ordered)
        placed[id(ordered[0].part)] = replace(
            ordered[0].part, name=name, kind="application/octet-stream", content=content
        )
        dropped |= {id(one.part) for one in pieces}
    return [
        (mail, tuple(placed.get(id(one), one) for one in parts if id(one) in placed or id(one) not in dropped))
        for mail, parts in letters
    ]


def _piece(part: Part) -> _Piece | None:
    if found := _NUMBERED.fullmatch(part.name):
        return _Piece(found[1], int(found[2]), 0, part, part.content)
    if found := _OF.fullmatch(part.name):
        return _Piece(found[1] + (found[4] or ""), int(found[2]), int(found[3] or 0), part, _plain(part))
    said = _SAID.search(part.content[:_SAMPLE]) if part.kind == "text/plain" else None
    if said and int(said[2]) > 1 and (blocks := base64_blocks(part.content)):
        return _Piece(part.name or "package", int(said[1]), int(said[2]), part, b"".join(blocks))
    return None


def _plain(part: Part) -> bytes:
    """The bytes of a piece; a piece of text is base64."""
    blocks = base64_blocks(part.content) if part.kind == "text/plain" else []
    return b"".join(blocks) or part.content


def _complete(name: str, pieces: list[_Piece]) -> list[_Piece]:
    """The pieces in order, each once."""
    numbered: dict[int, _Piece] = {}
    for one in pieces:
        if numbered.setdefault(one.number, one).content != one.content:
            raise Trouble(
                f"two different parts {one.number} of {shown(name)} are given. Give the mails of one version."
            )
    last = max([one.of for one in pieces] + list(numbered))
    first = 0 if 0 in numbered and not any(one.of for one in pieces) else 1
    lacking = [number for number in range(first, min(last, MOST_PIECES) + 1) if number not in numbered]
    if last > MOST_PIECES or len({one.of for one in pieces} - {0}) > 1:
        raise Trouble(f"the parts of {shown(name)} do not agree on how many there are, or are over {MOST_PIECES}.")
    if lacking:
        missing = ", ".join(map(str, lacking[:10]))
        raise Trouble(
            f"part {missing} of {last} of {shown(name)} is missing. Give all mails at once: open part1.eml part2.eml"
        )
    if sum(len(one.content) for one in pieces) > MAX_PLAIN:
        raise Trouble(f"the parts of {shown(name)} are over {MAX_PLAIN // 1_000_000} MB together.")
    return [numbered[number] for number in sorted(numbered)]


# ---- unzip: Read a zip without trusting a word of it. Nothing is written before all of it has been looked at.

ZIP = b"PK\x03\x04"  #: what a zip begins with, whatever its name says
_END = b"PK\x05\x06"
_STEP = 1_000_000
_HEADER = 30  #: bytes of an entry before its name
_ENCRYPTED = 0x1
_UNIX = 3
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unzipped(content: bytes) -> dict[str, bytes]:
    """The files of a zip by name; anything in it that is not a plain file under a safe name is Trouble."""
    try:
        with zipfile.ZipFile(io.BytesIO(_counted(content))) as archive:
            entries = [one for one in archive.infolist() if not _is_folder(one)]
            _look(archive.infolist(), entries, len(content))
            return _read(archive, entries)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, struct.error, ValueError, OSError) as error:
        raise Trouble(f'the zip is damaged: {shown(str(error))}. Ask for it again: reply "resend as bundle".') from None


def _counted(content: bytes) -> bytes:
    """Refuse what names too many entries before any of them is looked at."""
    end = content.rfind(_END)
    if end >= 0 and len(content) >= end + 12:
        many = int.from_bytes(content[end + 10 : end + 12], "little")
        if many > MAX_FILES:
            raise Trouble(f"the zip holds {many} files; {MAX_FILES} is the most that is unpacked.")
    return content


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.endswith("/") and entry.file_size == 0


def _look(all_entries: list[zipfile.ZipInfo], files: list[zipfile.ZipInfo], length: int) -> None:
    if len(all_entries) > MAX_FILES:
        raise Trouble(f"the zip holds {len(all_entries)} files; {MAX_FILES} is the most that is unpacked.")
    if sum(one.file_size for one in files) > MAX_PLAIN:
        raise Trouble(f"the zip holds more than {MAX_PLAIN // 1_000_000} MB; that much is not unpacked.")
    if _overlap(all_entries, length):
        raise Trouble("the zip uses the same bytes for several files: a trap. Nothing is unpacked.")
    taken = Taken()
    for one in all_entries:
        if why := _why_not(one):
            raise Trouble(f"the zip holds {shown(one.orig_filename)!r}: {why}. Nothing is unpacked.")
    for one in files:
        if why := taken.add(one.filename):
            raise Trouble(f"the zip holds {shown(one.orig_filename)!r}: {why}. Nothing is unpacked.")


def _overlap(entries: list[zipfile.ZipInfo], length: int) -> bool:
    """Whether two entries share bytes, by which a small zip becomes a large bomb."""
    placed = sorted(entries, key=lambda one: one.header_offset)
    starts = [one.header_offset for one in placed[1:]] + [length]
    return any(one.header_offset + _HEADER + one.compress_size > start for one, start in zip(placed, starts))


def _why_not(entry: zipfile.ZipInfo) -> str:
    mode = entry.external_attr >> 16 if entry.create_system == _UNIX else 0
    if entry.filename != entry.orig_filename:
        return "its name ends twice"
    if why := refusal(entry.filename[:-1] if entry.filename.endswith("/") else entry.filename):
        return why
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "it is a link or a device, not a file"
    if entry.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if entry.compress_type not in _METHODS:
        return "it is packed in a way that no package of ours is"
    return ""


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The contents, counted as they come: what a header says about lengths is not believed."""
    left, found = MAX_PLAIN, {}
    for entry in entries:
        pieces = []
        with archive.open(entry) as stream:
            while piece := stream.read(_STEP):
                left -= len(piece)
                if left < 0:
                    raise Trouble(f"the zip holds more than {MAX_PLAIN // 1_000_000} MB; that much is not unpacked.")
                pieces.append(piece)
        found[entry.filename] = b"".join(pieces)
    return found


# ---- found: What mails bring: the package in each, in whatever form it came, and what is attached beside it.

_UNSAFE = re.compile(r"[^\w.-]+")
_ENDING = re.compile(r"\.[A-Za-z0-9_]{1,8}$")
_LETTERS = 40
#: Forms in the order in which they are taken, where a mail brings several.
_ZIP, _BASE64, _TEXT, BUNDLE_FORM, LOOSE_FORM = "zip", "base64 text", "text", "git bundle", "attached files"
_ORDER = (_ZIP, _BASE64, _TEXT, BUNDLE_FORM)


@dataclass(frozen=True)
class Package:
    """The files of one mail."""

    form: str
    name: str  #: of what was attached
    folder: str  #: they stand in it
    files: dict[str, bytes]  #: by name below that folder
    mail: Mail | None = None
    beside: dict[str, bytes] = field(default_factory=dict)  #: what else is attached, by name
    notes: tuple[str, ...] = ()
    packed: bytes = b""  #: as it was attached

    @property
    def size(self) -> str:
        """How much it is, in words."""
        return f"{len(self.files)} files, {sum(map(len, self.files.values())):,} bytes"

    @property
    def extra(self) -> dict[str, bytes]:
        """What is attached and not in the package."""
        inside = set(self.files.values())
        return {name: content for name, content in self.beside.items() if content not in inside}


def packages(sources: Iterable[bytes]) -> list[Package]:
    """The packages in mails, mboxes or bare packages; parts that belong together are put together."""
    letters = [one for raw in sources for one in letters_of(raw)]
    found: list[Package] = []
    for mail, parts in joined(letters):
        one = _package(mail, parts)
        if one:
            found.append(one)
    if not found:
        raise Trouble(
            'there is no package in it, only words. If one should be: reply "resend as bundle" or "resend as zip".'
        )
    return _merged(found)


def letters_of(raw: bytes) -> list[tuple[Mail | None, tuple[Part, ...]]]:
    """Each mail in *raw* with its parts; a package that is no mail is a part without one."""
    if raw.startswith((ZIP, *BUNDLES)):
        return [(None, (Part("package", "application/octet-stream", raw),))]
    found = [parse(one) for one in mails(raw)]
    return [(one, one.parts) for one in found]


def _package(mail: Mail | None, parts: tuple[Part, ...]) -> Package | None:
    notes = [
        *(mail.damaged if mail else ()),
        *(f"{one.name}: {one.damaged}" for one in parts if one.name and one.damaged),
    ]
    named = [one for one in parts if one.name and not one.inline]
    candidates = [(form, one) for one in parts for form in [form_of(one)] if form]
    candidates.sort(key=lambda one: (_ORDER.index(one[0]), not one[1].name))
    failed: Trouble | None = None
    for form, part in candidates:
        try:
            files, said = opened(form, part.content)
        except Trouble as error:
            failed = failed or error
            notes.append(str(error))
            continue
        folder, files = _top(files, part.name or (mail.field("Subject") if mail else ""))
        beside = _beside(one for one in named if one is not part)
        return Package(form, part.name or "the text", folder, files, mail, beside, (*notes, *said), part.content)
    if failed and not isinstance(failed, NeedsEarlier):
        raise failed
    if not named:
        return None
    loose = _beside(named)
    return Package(LOOSE_FORM, "the mail", _slug(mail.field("Subject") if mail else ""), loose, mail, {}, tuple(notes))


def form_of(part: Part) -> str:
    """In which form a part brings a package, told by its bytes; empty: none. What is only called a zip is broken."""
    content, name = part.content, part.name.lower()
    if content.startswith(ZIP) or name.endswith(".zip"):
        return _ZIP
    if content.startswith(BUNDLES) or name.endswith(".bundle"):
        return BUNDLE_FORM
    if b"\0" in content[:8_000] or part.kind == "text/html":
        return ""
    if b"".join(base64_blocks(content)[:1]).startswith((ZIP, *BUNDLES)):
        return _BASE64
    return _TEXT if files_of_txtar(content) else ""


def opened(form: str, content: bytes) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The files of a package in *form*, under their own names, and what is to be said about that."""
    if form == _BASE64:
        whole = b"".join(base64_blocks(content))
        return opened(_ZIP if whole.startswith(ZIP) else BUNDLE_FORM, whole)
    files = {_ZIP: unzipped, BUNDLE_FORM: files_of_bundle, _TEXT: files_of_txtar}[form](content)
    files, count = restored(files)
    _vet(files)
    return files, (f"{count} files have got their own names back",) if count else ()


def _vet(files: dict[str, bytes]) -> None:
    """The last look at all names, whatever form they came in."""
    taken = Taken()
    for name in files:
        if why := refusal(name) or taken.add(name):
            raise Trouble(f"the package holds {shown(name)!r}: {why}. Nothing is unpacked.")
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_PLAIN:
        raise Trouble(
            f"the package holds more than {MAX_FILES} files or {MAX_PLAIN // 1_000_000} MB; that is not unpacked."
        )


def _beside(parts: Iterable[Part]) -> dict[str, bytes]:
    """Attachments by a safe name each."""
    found: dict[str, bytes] = {}
    taken = Taken()
    for number, part in enumerate(parts, 1):
        name = part.name
        if refusal(name) or "/" in name or taken.add(name):
            name = f"attachment-{number}.bin"
            taken.add(name)
        found[name] = part.content
    return found


def _top(files: dict[str, bytes], name: str) -> tuple[str, dict[str, bytes]]:
    """The one folder that holds everything and the files below it; without one, a folder named after *name*."""
    tops = {one.partition("/")[0] for one in files}
    if len(tops) == 1 and all("/" in one for one in files):
        return next(iter(tops)), {one.partition("/")[2]: content for one, content in files.items()}
    return _slug(_ENDING.sub("", name)), files


def _slug(name: str) -> str:
    slug = _UNSAFE.sub("-", re.sub(r"^(?:re|aw|odp)\s*:\s*", "", name.strip(), flags=re.IGNORECASE))[:_LETTERS].strip(
        "-."
    )
    return slug if slug and not refusal(slug) else "package"


def _merged(found: list[Package]) -> list[Package]:
    """Packages of one folder are one: a project that was too large for one mail."""
    whole: dict[str, Package] = {}
    for one in found:
        first = whole.get(one.folder)
        if first is None or one.form == LOOSE_FORM:
            whole[_free(one.folder, whole)] = one
            continue
        differing = [name for name, content in one.files.items() if first.files.get(name, content) != content]
        if differing:
            raise Trouble(
                f"two mails bring different {shown(differing[0])!r} for {one.folder}. Open one of them alone."
            )
        files = {**first.files, **one.files}
        _vet(files)
        whole[one.folder] = replace(
            first, files=files, beside={**one.beside, **first.beside}, notes=(*first.notes, *one.notes)
        )
    return [replace(one, folder=folder) for folder, one in whole.items()]


def _free(folder: str, taken: dict[str, Package]) -> str:
    names = (f"{folder}-{number}" if number > 1 else folder for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


# ---- about: What a package says about itself in metadata.json. Whatever stands there, reading it does no harm.

METADATA = "metadata.json"
_MOST_LISTED = 200  #: entries of one list


@dataclass(frozen=True)
class About:
    """The readable part of metadata.json; empty where it says nothing."""

    read: dict[str, object]
    known: bool  #: whether there is one that can be read

    def words(self, *path: str) -> str:
        """One value as one line."""
        value: object = self.read
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return shown(str(value)) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""

    def lines(self, *path: str) -> list[str]:
        """A list of words."""
        return [shown(one) for one in self._list(*path) if isinstance(one, str)]

    def exact(self, *path: str) -> list[str]:
        """A list of words, each to its last letter: commands are neither cut nor mended."""
        return [one for one in self._list(*path) if isinstance(one, str)]

    def records(self, *path: str) -> list[dict[str, object]]:
        """A list of objects."""
        return [one for one in self._list(*path) if isinstance(one, dict)]

    def _list(self, *path: str) -> list[object]:
        value: object = self.read
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value[: 10 * _MOST_LISTED] if isinstance(value, list) else []


def about(package: Package) -> About:
    """What *package* says about itself; the copy in it counts before the one beside it."""
    content = package.files.get(METADATA) or package.beside.get(METADATA) or b""
    read = parsed(content)
    return About(read or {}, read is not None)


def parsed(content: bytes) -> dict[str, object] | None:
    """A JSON object; none where it is something else."""
    try:
        read = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


# ---- apply: Take a revision into a folder that holds an earlier one: by bundle, or by patch. What is there is never lost.

_UNDER = "refs/mailbot"
_NOBODY = ["-c", "user.name=mailbot open", "-c", "user.email=mailbot@localhost"]  #: commits where git knows nobody
_DIFF = re.compile(rb"^diff --git ", re.MULTILINE)
_ODD_MODE = re.compile(rb"^(?:new file mode|new mode|old mode|index [0-9a-f.]{1,90}) 1[26]0000", re.MULTILINE)
_MAIL_HEAD = re.compile(rb"\AFrom |^From: ", re.MULTILINE)


def applicable(parts: tuple[Part, ...]) -> bool:
    """Whether there is anything among *parts* that could be applied."""
    return any(one.content.startswith(BUNDLES) or _is_patch(one) for one in parts)


def apply(parts: tuple[Part, ...], mail: Mail | None, folder: Path) -> str:
    """Apply what *parts* bring to *folder*; what was done, in words."""
    if not has_git():
        raise Trouble("git is not installed here, and applying needs it. Install git, or use open to get the files.")
    bundle = next((one.content for one in parts if one.content.startswith(BUNDLES)), b"")
    patch = next((one for one in parts if _is_patch(one)), None)
    if bundle and not _occupied(folder):
        return _cloned(bundle, folder)
    if not folder.is_dir():
        raise Trouble(f"there is no folder {folder}. Use open to unpack what came.")
    repository = (folder / ".git").exists()
    if bundle and repository:
        return _pulled(bundle, folder)
    if patch:
        return _patched(patch, mail, folder, repository=repository)
    raise Trouble(f"the mail brings no patch, and no bundle that fits {folder}. Use open to get the files.")


def _is_patch(part: Part) -> bool:
    named = part.kind in {"text/x-patch", "text/x-diff", "text/plain"} or part.name.endswith((".patch", ".diff"))
    return named and bool(_DIFF.search(part.content))


def _occupied(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _cloned(bundle: bytes, folder: Path) -> str:
    if needs(bundle):
        raise Trouble(
            "this bundle continues an earlier version. Apply it to the folder that holds that one, or ask for all: "
            'reply "send the whole history".'
        )
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        file = Path(place) / "in.bundle"
        file.write_bytes(bundle)
        _must(git(["init", "-q", "--bare", "seen"], folder=Path(place)), folder)
        fetch(file, Path(place) / "seen", _UNDER)
        commit = newest(Path(place) / "seen", _UNDER)
        files = look(Path(place) / "seen", commit)
        folder.mkdir(parents=True, exist_ok=True)
        _must(git(["init", "-q", "."], folder=folder), folder)
        fetch(file, folder, _UNDER)
    _must(git(["symbolic-ref", "HEAD", "refs/heads/main"], folder=folder), folder)
    _must(git(["reset", "-q", "--hard", commit], folder=folder), folder)
    return f"{folder} holds {len(files)} files and their history, at {commit[:7]}."


def _pulled(bundle: bytes, folder: Path) -> str:
    _clean(folder)
    lacking = [one for one in needs(bundle) if git(["cat-file", "-e", one], folder=folder).returncode]
    if lacking:
        raise Trouble(
            f"{folder} does not hold the version that this continues, {lacking[0][:7]}. Apply the mails before it."
        )
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        file = Path(place) / "in.bundle"
        file.write_bytes(bundle)
        fetch(file, folder, _UNDER)
    commit = newest(folder, _UNDER)
    try:
        look(folder, commit)
    except Trouble:
        git(["update-ref", "-d", f"{_UNDER}/main"], folder=folder)
        raise
    before = _head(folder)
    if before == commit or not git(["merge-base", "--is-ancestor", commit, "HEAD"], folder=folder).returncode:
        return f"{folder} holds {commit[:7]} already; nothing to do."
    if git(["merge", "-q", "--ff-only", commit], folder=folder).returncode:
        raise Trouble(
            f"{folder} has commits of its own. The new version is fetched; to merge it: git merge {commit[:12]}"
        )
    return f"{folder} went from {before[:7]} to {commit[:7]}."


def _patched(patch: Part, mail: Mail | None, folder: Path, *, repository: bool) -> str:
    patched = unixed(patch.content)
    _look_at(patched, folder)
    if not repository:
        _must(git(["apply", "--whitespace=nowarn", "-"], folder=folder, data=patched), folder)
        return f"{folder} is patched."
    _clean(folder)
    content = patched if _MAIL_HEAD.search(patched) else _headed(patched, mail)
    named = [] if git(["config", "user.email"], folder=folder).stdout else _NOBODY
    done = git([*named, "am", "-q", "--scissors", "--keep-cr", "--no-gpg-sign"], folder=folder, data=content)
    if done.returncode:
        git(["am", "--abort"], folder=folder)
        said = shown(" ".join((done.stdout + done.stderr).decode("utf-8", "replace").split()))
        raise Trouble(f"the patch does not fit {folder}; it is as it was. git says: {said}")
    return f"{folder} is patched, as commit {_head(folder)[:7]}."


def _headed(patch: bytes, mail: Mail | None) -> bytes:
    """A patch that stands in a mail's own text, under the head of that mail."""
    fields = [(name, mail.field(name) if mail else "") for name in ("From", "Date", "Subject")]
    head = "".join(f"{name}: {value}\n" for name, value in fields if value)
    return (
        head.encode("utf-8") + b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + patch
    )


def _look_at(patch: bytes, folder: Path) -> None:
    """No link, no submodule, no unsafe name."""
    if _ODD_MODE.search(patch):
        raise Trouble("the patch makes a link or names another repository. Nothing is applied.")
    done = git(["apply", "--numstat", "-z", "-"], folder=folder, data=patch)
    _must(done, folder)
    for line in done.stdout.split(b"\0")[:-1]:
        name = line.split(b"\t")[-1].decode("utf-8", "surrogateescape")
        if why := refusal(name) if name else "":
            raise Trouble(f"the patch changes {shown(name)!r}: {why}. Nothing is applied.")


def _head(folder: Path) -> str:
    return git(["rev-parse", "HEAD"], folder=folder).stdout.decode("ascii", "replace").strip()


def _clean(folder: Path) -> None:
    if git(["status", "--porcelain"], folder=folder).stdout.strip():
        raise Trouble(
            f"{folder} holds changes that are not committed. Commit them (git commit -a) or stash them first."
        )


def _must(done: object, folder: Path) -> None:
    if getattr(done, "returncode", 1):
        said = shown(" ".join(getattr(done, "stderr", b"").decode("utf-8", "replace").split()))
        raise Trouble(f"git could not do it in {folder}: {said}")


# ---- disk: Read what is given, write what is unpacked: never outside the folder, never over a file unless told.

_PROGRAM, _PLAIN = 0o755, 0o644


def sources(names: list[str]) -> list[bytes]:
    """What is in the files, Maildirs or - (standard input) that are named."""
    return [content for name in names for content in _sources(name)]


def _sources(name: str) -> Iterator[bytes]:
    try:
        if name == "-":
            yield _limited(sys.stdin.buffer.read(MAX_MAIL + 1), "standard input")
        elif Path(name).is_dir():
            yield from _maildir(Path(name))
        else:
            yield _file(Path(name))
    except OSError as error:
        raise Trouble(
            f"{shown(name)} cannot be read: {error.strerror or error}. Give a mail saved as a file."
        ) from None


def _file(path: Path) -> bytes:
    with path.open("rb") as stream:
        return _limited(stream.read(MAX_MAIL + 1), str(path))


def _maildir(folder: Path) -> Iterator[bytes]:
    files = sorted(one for part in ("cur", "new") if (folder / part).is_dir() for one in (folder / part).iterdir())
    if not files or len(files) > MAX_MAILS:
        raise Trouble(f"{shown(str(folder))} is no Maildir with 1 to {MAX_MAILS} mails. Give the mail's file itself.")
    for one in files:
        yield _file(one)


def _limited(content: bytes, name: str) -> bytes:
    if len(content) > MAX_MAIL:
        raise Trouble(f"{shown(name)} is over {MAX_MAIL // 1_000_000} MB. Save the mail that you mean by itself.")
    if not content:
        raise Trouble(f"{shown(name)} is empty. Save the mail again.")
    return content


def write(folder: Path, files: dict[str, bytes], *, force: bool) -> int:
    """Write *files* into *folder*, all or, where one is refused, none; the number that was not there as it is."""
    taken = Taken()
    for name in files:
        if why := refusal(name) or taken.add(name):
            raise Trouble(f"{shown(name)!r} is not written: {why}.")
        _stays(folder, name)
    differing = [name for name, content in files.items() if not _same(folder / name, content)]
    there = [name for name in differing if os.path.lexists(folder / name)]
    if there and not force:
        more = f" and {len(there) - 1} more" if len(there) > 1 else ""
        raise Trouble(
            f"{shown(str(folder / there[0]))}{more} is there already with other content. "
            "--force overwrites; --to FOLDER writes elsewhere."
        )
    try:
        for name in differing:
            _put(folder / name, files[name])
    except OSError as error:
        raise Trouble(
            f"{shown(str(folder))} cannot be written: {error.strerror or error}. Free some space, or give --to FOLDER."
        ) from None
    return len(differing)


def _stays(folder: Path, name: str) -> None:
    """A folder on the way to the file that is a link would lead elsewhere."""
    parts = name.split("/")[:-1]
    for end in range(len(parts)):
        step = folder.joinpath(*parts[: end + 1])
        if step.is_symlink() or (os.path.lexists(step) and not step.is_dir()):
            raise Trouble(f"{shown(str(step))} is there and is no folder of its own. Give --to FOLDER, an empty one.")


def _same(path: Path, content: bytes) -> bool:
    try:
        return (
            not path.is_symlink()
            and path.is_file()
            and path.stat().st_size == len(content)
            and path.read_bytes() == content
        )
    except OSError:
        return False


def _put(path: Path, content: bytes) -> None:
    """In one step, so that a file is never half there, and a link in its place is replaced, not followed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".mailbot-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        Path(name).chmod(_PROGRAM if content.startswith(b"#!") else _PLAIN)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink()
        raise


# ---- hook: Tell a server of the receiver's how it went (row E28): only when a URL is given, only by https, to nowhere else.

_HOOK_SECONDS = 10


def checked(url: str) -> SplitResult:
    """The parts of *url*, if it is one that may be told."""
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not parts.username
    except ValueError:
        fine = False
        parts = urlsplit("")
    if not fine or not url.isascii() or not url.isprintable() or " " in url:
        raise Trouble(f"--hook takes an address that begins with https://, not {shown(url)!r}.")
    return parts


def post(url: str, status: str, request_id: str, context: ssl.SSLContext | None = None) -> str:
    """Post {status, request_id}; empty when it was taken, else why not. A redirection is not followed."""
    parts = checked(url)
    body = json.dumps({"status": status, "request_id": request_id}).encode("utf-8")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    context = context or ssl.create_default_context()
    line = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=_HOOK_SECONDS, context=context)
    try:
        line.request("POST", path, body, {"Content-Type": "application/json"})
        status_code = line.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"the hook cannot be told: {shown(str(error) or type(error).__name__)}"
    finally:
        line.close()
    return "" if status_code // 100 == 2 else f"the hook answered {status_code}"  # noqa: PLR2004  (2xx)


# ---- info: What is in a mail: who sent what, which version, what was checked.

_ID = re.compile(r"<([a-z0-9]{6})\.([a-z0-9]{1,12})\.[a-z0-9]{1,32}\.[a-z2-7]{10}@")
_MOST_FILES = 40
_MOST_CHECKS = 60
_MARKS = {"passed": "ok", "pass": "ok", "ok": "ok", "failed": "WRONG", "fail": "WRONG"}


def info(package: Package) -> list[str]:
    """All that a person asks about one package, line by line."""
    return [*_letter(package), *_program(package), *_checks(package), *_files(package)]


def _letter(package: Package) -> Iterator[str]:
    if package.mail is None:
        return
    for name in ("From", "To", "Date", "Subject"):
        yield f"{name + ':':9} {shown(package.mail.field(name))}"
    found = _ID.match(package.mail.field("Message-ID"))
    if found:
        yield f"{'Project:':9} {found[1]}, " + (f"version {found[2]}" if found[2].isdigit() else found[2])


def _program(package: Package) -> Iterator[str]:
    said = about(package)
    yield f"{'Package:':9} {package.folder}, {package.size}, came as {package.form}"
    if not said.known:
        yield f"{'About:':9} it has no metadata.json that can be read"
        return
    name, kind, runtime = (said.words("app_metadata", key) for key in ("name", "type", "runtime"))
    yield f"{'Program:':9} {', '.join(one for one in (name, kind, runtime) if one) or 'not said'}"
    needs = said.lines("app_metadata", "dependencies")
    yield f"{'Needs:':9} {', '.join(needs[:20]) or 'no packages'}"
    maker = said.words("llm_model") or said.words("generator", "kind")
    version = said.words("package_version")
    yield f"{'Made:':9} {said.words('generated_at') or '?'} by {maker or '?'}" + (
        f", version {version}" if version else ""
    )
    yield f"{'Request:':9} {said.words('request_id') or '?'}"
    yield f"{'Status:':9} {said.words('status') or 'not said'}"


def _checks(package: Package) -> Iterator[str]:
    findings = about(package).records("checks", "findings")
    if findings:
        yield "Checked, as its maker says:"
    for one in findings[:_MOST_CHECKS]:
        result = str(one.get("result", "?"))
        what = " ".join(str(one.get(key, "")) for key in ("check", "subject"))
        detail = str(one.get("detail") or "")
        yield f"  {_MARKS.get(result, shown(result, 12)):6} {shown(what, 60)}" + (
            f": {shown(detail, 100)}" if detail else ""
        )
    if len(findings) > _MOST_CHECKS:
        yield f"  and {len(findings) - _MOST_CHECKS} more in metadata.json"


def _files(package: Package) -> Iterator[str]:
    yield "Files:"
    for name in sorted(package.files)[:_MOST_FILES]:
        yield f"  {len(package.files[name]):>10,}  {name}"
    if len(package.files) > _MOST_FILES:
        yield f"  and {len(package.files) - _MOST_FILES} more"
    for name, content in sorted(package.extra.items()):
        yield f"  {len(content):>10,}  {name} (attached beside the package)"


# ---- run: Run what came, by its own instructions: never unasked, never unseen, and in a container or a venv of its own.

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


# ---- sshsig: Signatures in the form of OpenSSH, verified by the ssh-keygen that nearly every machine has.

NAMESPACE = "mailbot"
_KEYGEN_SECONDS = 20
_LONGEST_SIGNATURE = 10_000  #: bytes of a signature
_OPENS, _CLOSES = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
_WIDTH = 70  #: letters of a line of it
_PERSON = re.compile(r"[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,255}")  #: no pattern, no option
_KEY = re.compile(r"key (SHA256:[A-Za-z0-9+/]{20,60})")


@dataclass(frozen=True)
class Signature:
    """What came of verifying one."""

    state: str  #: good; bad; unknown: it could not be found out
    words: str
    by: str = ""
    key: str = ""


def signature_of(signed: bytes, signature: bytes, signers: Path | None, sender: str, when: str = "") -> Signature:
    """Verify *signature* over *signed* against *signers*, an allowed_signers file; *sender* comes first.

    *when* it was sent, YYYYMMDDhhmmss: a key that was replaced since proves what is older than that.
    """
    if not _is_exact(signature):
        return Signature("bad", "it is no signature in the form of OpenSSH")
    if shutil.which("ssh-keygen") is None:
        return Signature("unknown", "not verified: there is no ssh-keygen here. Install OpenSSH and try again")
    with tempfile.TemporaryDirectory(prefix="mailbot-") as place:
        file = Path(place) / "signature"
        file.write_bytes(signature)
        if signers is None:
            return _by_itself(signed, file)
        found = _by_known(signed, file, signers, sender)
        if found.state == "bad" and when and _has_dates(signers):
            older = _by_known(signed, file, signers, sender, "-O", f"verify-time={when}")
            if older.state == "good":
                return Signature("good", ", which was in force when it was sent", older.by, older.key)
        return found


def _is_exact(signature: bytes) -> bool:
    """Whether it is just what ssh-keygen writes: a file of the same meaning that is not was changed by somebody."""
    lines = signature[:_LONGEST_SIGNATURE].split(b"\n")
    if lines[0] != _OPENS or lines[-2:] != [_CLOSES, b""] or len(signature) > _LONGEST_SIGNATURE:
        return False
    letters = b"".join(lines[1:-2])
    try:
        again = base64.b64encode(base64.b64decode(letters, validate=True))
    except ValueError:
        return False
    return again == letters and lines[1:-2] == [again[at : at + _WIDTH] for at in range(0, len(again), _WIDTH)]


def _by_itself(signed: bytes, file: Path) -> Signature:
    done = _keygen(["check-novalidate", "-n", NAMESPACE, "-s", str(file)], signed)
    if done is None or done.returncode:
        return _failed(done)
    found = _KEY.search(done.stdout.decode("utf-8", "replace"))
    key = found[1] if found else "?"
    return Signature(
        "unknown", f"it holds, by key {key}; whose key that is, is not known here: give --signers FILE", key=key
    )


def _has_dates(signers: Path) -> bool:
    try:
        return b"valid-" in signers.read_bytes()[:1_000_000]
    except OSError:
        return False


def _by_known(signed: bytes, file: Path, signers: Path, sender: str, *more: str) -> Signature:
    if not signers.is_file():
        return Signature("unknown", f"not verified: there is no file {signers}")
    found = _keygen(["find-principals", "-f", str(signers), "-s", str(file), *more], b"")
    names = found.stdout.decode("utf-8", "replace").split("\n")[0].strip().split(",") if found else []
    if found is not None and (found.returncode or not names[0]):
        return Signature("bad", f"it is by no key of {signers}")
    done = None
    for name in [*([sender] if _PERSON.fullmatch(sender) else []), *names[:1]]:
        done = _keygen(["verify", "-f", str(signers), "-I", name, "-n", NAMESPACE, "-s", str(file), *more], signed)
        if done is not None and done.returncode == 0:
            key = _KEY.search(done.stdout.decode("utf-8", "replace"))
            return Signature("good", "", by=name, key=key[1] if key else "?")
    return _failed(done)


def _failed(done: subprocess.CompletedProcess[bytes] | None) -> Signature:
    if done is None:
        return Signature("unknown", "not verified: ssh-keygen cannot be run")
    said = (done.stderr + b" " + done.stdout).decode("utf-8", "replace").lower()
    if "unknown option" in said or "illegal option" in said or "too few arguments" in said:
        return Signature("unknown", "not verified: this ssh-keygen is too old (8.1 is the first that can)")
    return Signature("bad", "it does not hold for these files")


def _keygen(args: list[str], data: bytes) -> subprocess.CompletedProcess[bytes] | None:
    try:
        return subprocess.run(  # noqa: S603  (a list, no shell)
            ["ssh-keygen", "-Y", *args],  # noqa: S607  (the receiver's own)
            input=data,
            capture_output=True,
            check=False,
            timeout=_KEYGEN_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None


# ---- verify: Does everything that came fit together, and who signed it? What cannot be found out is said, not passed over.

SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"
PROVENANCE = "provenance.json"
SBOM = "sbom.cdx.json"
PROOFS = frozenset({SUMS, SIGNATURE, PROVENANCE, SBOM})
AUTHORS = ("signature", "DKIM")  #: what proves a maker; a sum that nobody signed only shows that nothing broke
_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.{1,400})")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MOST_NAMED = 3

Dkim = Callable[[bytes], "Finding"]  #: proves a mail; the house's, where there is one


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    mark: str  #: ok, wrong, or ? for what could not be verified
    what: str
    words: str


def verify(package: Package, signers: Path | None = None, dkim: Dkim | None = None) -> list[Finding]:
    """Everything that can be found out about one package."""
    proofs = _proofs(package)
    found = [*_whole(package), *_metadata(package), *_sums(package, proofs), *_signed(package, proofs, signers)]
    return [*found, *_provenance(package), *_sent(package, dkim)]


def verdict(findings: list[Finding], *, strict: bool) -> tuple[str, bool]:
    """All findings in one sentence, and whether that is good enough."""
    marks = {one.mark for one in findings}
    if "wrong" in marks:
        return 'NOT as it was sent. Do not run it; ask for it again: reply "resend".', False
    if "ok" not in marks:
        return "Nothing of it could be verified.", False
    if not any(one.mark == "ok" and one.what in AUTHORS for one in findings):
        return "It is whole. Whether its maker is who it says, could NOT be verified.", not strict
    if "?" in marks:
        return "What could be verified holds; a ? says what could not.", not strict
    return "All of it holds.", True


@dataclass(frozen=True)
class _Proof:
    """Sums, and what was signed of them: those in the package, or those that are attached beside it."""

    what: str
    inside: bool
    sums: bytes | None
    signature: bytes | None


def _proofs(package: Package) -> list[_Proof]:
    """What there is of them; in a bundle, a file of such a name is the project's own."""
    inside = {} if package.form == BUNDLE_FORM else package.files
    found: list[_Proof] = []
    for where, here in ((inside, True), (package.beside, False)):
        if SUMS in where or SIGNATURE in where:
            what = f"attached {SUMS}" if found else SUMS
            found.append(_Proof(what, here, where.get(SUMS), where.get(SIGNATURE)))
    return found


def _whole(package: Package) -> Iterator[Finding]:
    broken = [one for one in package.notes if "cut off" in one or "damaged" in one or "not known" in one]
    for words in broken:
        yield Finding("wrong", "mail", shown(words))
    doubles = [
        name
        for name, content in package.beside.items()
        if name in package.files and package.files[name] != content and name not in {SUMS, SIGNATURE}
    ]
    for name in doubles:
        yield Finding("wrong", name, "is attached with other content than the one in the package")


def _metadata(package: Package) -> Iterator[Finding]:
    apart = package.form == BUNDLE_FORM  # of which it is no part: it is attached beside it
    content = package.beside.get(METADATA) if apart else package.files.get(METADATA)
    if content is None:
        yield Finding("?", METADATA, "the package has none")
        return
    read = parsed(content)
    listed = read.get("files") if read else None
    if not isinstance(listed, list) or not all(
        isinstance(one, dict) and isinstance(one.get("path"), str) for one in listed
    ):
        yield Finding("wrong", METADATA, "cannot be read, or lists no files")
        return
    sums = {str(one["path"]): str(one.get("sha256", "")) for one in listed}
    if len(sums) < len(listed):
        yield Finding("wrong", METADATA, "lists a file twice")
    if package.form == LOOSE_FORM and not any(name in package.files for name in sums):
        yield Finding("?", METADATA, f"the {len(sums)} files that it lists did not come along")
        return
    if apart:  # and what was only added to a package is in no bundle
        added = {str(one["path"]) for one in listed if one.get("added_by") == "mailbot"}
        sums = {name: value for name, value in sums.items() if name in package.files or name not in added}
    yield _compared(package, sums, METADATA, {METADATA, *PROOFS})


def _sums(package: Package, proofs: list[_Proof]) -> Iterator[Finding]:
    covered: set[str] = set()
    for proof in proofs:
        if proof.sums is None:
            yield Finding("wrong", proof.what, "is missing, and its signature is there")
            continue
        sums = _listed(proof.sums)
        if not sums:
            yield Finding("wrong", proof.what, "holds a line that is no sum, or a name twice")
            continue
        if proof.inside:
            top = package.folder + "/"
            sums = {name[len(top) :] if name.startswith(top) else name: value for name, value in sums.items()}
            yield _compared(package, sums, proof.what, {SUMS, SIGNATURE})
        else:
            covered |= set(sums)
            yield _attached(package, sums, proof.what)
    if not proofs:
        yield Finding("?", SUMS, "the package has none; it is not signed")
        return
    open_ = [name for name in package.extra if name not in covered | {SUMS, SIGNATURE}]
    if open_:
        yield Finding("?", "attached", f"{_named(open_)}: no sum covers what is attached beside the package")


def _attached(package: Package, sums: dict[str, str], source: str) -> Finding:
    """What is attached against the sums beside it; the sum of a package covers all that is in it."""
    inside = set(sums) & set(package.files) if package.form != BUNDLE_FORM else set()
    there = {**{name: package.files[name] for name in inside}, **package.beside, package.name: package.packed}
    lost = [name for name in sums if name not in there]
    changed = [name for name, value in sums.items() if name in there and _sum(there[name]) != value]
    for names, words in ((changed, "other content than it was sent with"), (lost, "missing")):
        if names:
            return Finding("wrong", source, f"{_named(names)}: {words}")
    return Finding("ok", source, f"{len(sums)} attached files are as it lists them")


def _listed(content: bytes) -> dict[str, str]:
    """Name -> sum; empty where a line is none, or a name comes twice."""
    lines = content.decode("utf-8", "replace").splitlines()
    read = [_LINE.fullmatch(line) for line in lines if line.strip()]
    sums = {one[2]: one[1].lower() for one in read if one}
    return sums if len(sums) == len(read) else {}


def _compared(package: Package, sums: dict[str, str], source: str, free: set[str]) -> Finding:
    """Each file against the sum that *source* gives it; what it does not name is as wrong as what differs."""
    around = {**package.beside, package.name: package.packed}
    there = {**{name: around[name] for name in sums if name in around}, **package.files}
    lost = [name for name in sums if name not in there]
    changed = [name for name, value in sums.items() if name in there and _sum(there[name]) != value]
    whole = package.name in sums  # the sum of what was attached is a sum of all that is in it
    more = [] if whole else [name for name in package.files if name not in sums and name not in free]
    for names, words in ((changed, "other content than it was made with"), (lost, "missing"), (more, "not listed")):
        if names:
            return Finding("wrong", source, f"{_named(names)}: {words}")
    return Finding("ok", source, f"{len(sums)} files are as it lists them")


def _named(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(shown(one, 80) for one in names[:_MOST_NAMED]) + more


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _signed(package: Package, proofs: list[_Proof], signers: Path | None) -> Iterator[Finding]:
    """Each signature; where one of two is missing, the sums without one are only sums."""
    sender = parseaddr(package.mail.field("From"))[1].lower() if package.mail else ""
    if not any(one.signature for one in proofs):
        yield Finding("?", "signature", "there is none")
        return
    for one in proofs:
        what = "signature" if one is proofs[0] else f"signature of {one.what}"
        if one.signature is None or one.sums is None:
            yield Finding("?" if one.signature is None else "wrong", what, "there is none, or nothing that it is of")
            continue
        found = signature_of(one.sums, one.signature, signers, sender, _when(package))
        yield _judged(found, sender, what)


def _when(package: Package) -> str:
    """When it was sent, or says that it was made, as ssh-keygen reads a time; empty: it does not say."""
    try:
        if package.mail:
            at = parsedate_to_datetime(package.mail.field("Date"))
        else:
            read = parsed(package.files.get(METADATA, b"")) or {}
            at = datetime.strptime(str(read.get("generated_at")), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        return at.astimezone().strftime("%Y%m%d%H%M%S")
    except (TypeError, ValueError, IndexError, OverflowError, OSError):
        return ""


def _judged(found: Signature, sender: str, what: str) -> Finding:
    if found.state == "good" and sender and found.by.lower() != sender:
        return Finding("wrong", what, f"is by {shown(found.by)}, the mail says it is from {shown(sender)}")
    if found.state == "good":
        return Finding("ok", what, f"by {shown(found.by)}, key {shown(found.key)}" + shown(found.words))
    return Finding("wrong" if found.state == "bad" else "?", what, shown(found.words))


def _provenance(package: Package) -> Iterator[Finding]:
    content = package.files.get(PROVENANCE, package.beside.get(PROVENANCE))
    if content is None:
        return
    read = parsed(content)
    subjects = read.get("subject") if read else None
    if not isinstance(subjects, list) or not subjects or not all(isinstance(one, dict) for one in subjects):
        yield Finding("wrong", PROVENANCE, "cannot be read, or names no file")
        return
    known = {**package.beside, **package.files}
    sums = {_sum(one) for one in [*known.values(), package.packed]}
    named = {str(one.get("name", "")): one.get("digest") for one in subjects}
    for name, digest in named.items():
        value = digest.get("sha256") if isinstance(digest, dict) else None
        if not isinstance(value, str) or not _DIGEST.fullmatch(value):
            yield Finding("?", PROVENANCE, f"gives {shown(name, 80)} no sum that is known here")
            return
        at = known.get(
            name, known.get(name[len(package.folder) + 1 :] if name.startswith(package.folder + "/") else "")
        )
        if (at is not None and _sum(at) != value) or (at is None and value not in sums):
            yield Finding("wrong", PROVENANCE, f"{shown(name, 80)} is not what it was made as")
            return
    yield Finding("ok", PROVENANCE, f"{len(named)} files are what it says was made")


def _sent(package: Package, dkim: Dkim | None) -> Iterator[Finding]:
    """Whether the mail is from whom it says: only asked where there is a mail."""
    if package.mail is None:
        return
    if dkim is not None:
        yield dkim(package.mail.raw)
        return
    yield Finding("?", "DKIM", "not verified here: use `mailbot verify` on a machine with mailbot")


# ---- watch: Watch a Maildir or a folder of mails: each one that comes is handed on once, when it is whole.

PAUSE = 2.0  #: seconds between two looks
MAX_SEEN = 100_000  #: files of one folder
_ENDINGS = (".eml", ".mbox")


def watch(folder: Path, each: Callable[[Path], None], pause: float = PAUSE, looks: int = 0) -> None:
    """Hand every new mail of *folder* to *each*, until interrupted; after so many *looks*, where it is not 0.

    What is there at the start was there before anybody asked, and is left alone. A file is new once two looks have
    found it with the same size: a program may still write it. Of a Maildir a mail that is moved or marked is the same.
    """
    done = set(_found(folder))
    sizes: dict[str, int] = {}
    count = 0
    while not looks or count < looks:
        count += 1
        time.sleep(pause)
        for name, path in sorted(_found(folder).items()):
            size = _size(path)
            if name in done or size < 0:
                continue
            if sizes.get(name) != size:
                sizes[name] = size
                continue
            done.add(name)
            each(path)


def _found(folder: Path) -> dict[str, Path]:
    """The mails that are there, by a name that stays."""
    try:
        maildir = (folder / "new").is_dir() and (folder / "cur").is_dir()
        places = [folder / "new", folder / "cur"] if maildir else [folder]
        files = [one for place in places for one in place.iterdir()]
    except OSError as error:
        raise Trouble(
            f"{shown(str(folder))} cannot be watched: {error.strerror or error}. Give a Maildir, or a folder of mails."
        ) from None
    if len(files) > MAX_SEEN:
        raise Trouble(f"{shown(str(folder))} holds over {MAX_SEEN} files. Watch a folder for these mails alone.")
    return {one.name.partition(":2,")[0]: one for one in files if maildir or one.name.lower().endswith(_ENDINGS)}


def _size(path: Path) -> int:
    """Of a file that is a mail's: a link, a device or one that is too large is none."""
    try:
        about = path.lstat()
    except OSError:
        return -1
    return about.st_size if stat.S_ISREG(about.st_mode) and 0 < about.st_size <= MAX_MAIL else -1


# ---- command: The five things that a receiver does with a mail, and their command line. 0: all is well, 1: it is not, 2: misused.

_WELL, _WRONG = 0, 1


@dataclass(frozen=True)
class Order:
    """What a person typed."""

    mails: tuple[str, ...] = ()
    to: str = "."
    force: bool = False
    hook: str = ""  #: https address that is told how it went
    signers: str = ""  #: a file of keys that are trusted
    strict: bool = False  #: what could not be verified counts as wrong
    container: bool = False
    venv: bool = False
    yes: bool = False
    dkim: Dkim | None = None
    watch: str = ""  #: a Maildir or a folder whose new mails are opened, one by one
    ask: bool = False  #: of each of them, whether it shall run


def open_mails(order: Order) -> int:
    """Unpack what came; nothing of it is run."""
    if bool(order.watch) == bool(order.mails):
        raise Trouble("open takes mails, or --watch and a folder; give one of the two.")
    if order.watch:
        return _watched(order)
    found = packages(sources(list(order.mails)))
    root = Path(order.to)
    plans = [(one, _targets(one)) for one in found]
    for one, files in plans:
        count = write(root, files, force=order.force)
        place = root / one.folder
        say(f"{place}: {one.size}, from {shown(one.name)} ({one.form})")
        for note in one.notes:
            say(f"  note: {shown(note)}")
        if not count:
            say("  all of it was there already")
        if one.extra:
            say(f"  beside it, in {place}-attached: {', '.join(sorted(one.extra))}")
    say("Nothing was run. Is it whole, and whose is it: verify. How it starts: run, or its README.md.")
    return _WELL


def _watched(order: Order) -> int:
    """Open each mail that comes into a folder; one that is none of ours, or not as it should be, stops nothing."""

    def each(mail: Path) -> None:
        one = replace(order, mails=(str(mail),), watch="", hook="")
        say(f"{shown(mail.name)}:")
        try:
            open_mails(one)
            if order.ask:
                run_mail(replace(one, container=bool(engine()), venv=not engine()))
        except Trouble as error:
            say(f"mailbot: {error}", sys.stderr)

    say(f"Watching {shown(order.watch)} for new mails; Ctrl-C ends it. Nothing is run without your yes.")
    try:
        watch(Path(order.watch), each)
    except KeyboardInterrupt:
        say("Ended.")
    return _WELL


def _targets(package: Package) -> dict[str, bytes]:
    """Every file of a package under the name that it gets below --to."""
    inside = {f"{package.folder}/{name}": content for name, content in package.files.items()}
    return {**inside, **{f"{package.folder}-attached/{name}": content for name, content in package.extra.items()}}


def verify_mails(order: Order) -> int:
    """Say of each package what holds, what does not, and what could not be found out."""
    signers = Path(order.signers) if order.signers else None
    code = _WELL
    for one in packages(sources(list(order.mails))):
        findings = verify(one, signers, order.dkim)
        say(f"{one.folder} ({one.form}):")
        for finding in findings:
            say(f"  {finding.mark:6} {finding.what}: {finding.words}")
        words, well = verdict(findings, strict=order.strict)
        say(f"  {words}")
        code = code if well else _WRONG
    return code


def info_mails(order: Order) -> int:
    """Say what is in it."""
    for number, one in enumerate(packages(sources(list(order.mails)))):
        if number:
            say()
        for line in info(one):
            say(line)
    return _WELL


def apply_mail(order: Order) -> int:
    """Take the revisions into the folder, in the order in which they are given."""
    letters = joined([one for raw in sources(list(order.mails)) for one in letters_of(raw)])
    fitting = [(mail, parts) for mail, parts in letters if applicable(parts)]
    if not fitting:
        raise Trouble("there is no patch and no bundle in it. Use open to get the files.")
    for mail, parts in fitting:
        say(apply(parts, mail, Path(order.to)))
    return _WELL


def run_mail(order: Order) -> int:
    """Show the commands; run them only when the person has said where, and yes."""
    found = packages(sources(list(order.mails)))
    if len(found) > 1:
        raise Trouble(
            f"there are {len(found)} packages in it; run takes one. Open them, and run the one that you mean."
        )
    one, said = found[0], about(found[0])
    lines = instructions(said)
    place = Path(order.to) / one.folder
    say(f"{one.folder} says how it is started:")
    for line in lines or ["(nothing: see README.md)"]:
        say(f"  {line}")
    if page := viewed(said, one.files):
        write(Path(order.to), _targets(one), force=order.force)
        say(f"It is a page, and nothing needs to run. Open in your browser: {place / shown(page)}")
    if not (order.container or order.venv):
        say("Nothing was run. --container runs it apart from this machine, --venv only keeps its packages apart.")
        return _WELL
    steps = in_container(said, one.files, place) if order.container else in_venv(said, place)
    if not _agreed(steps, place, yes=order.yes):
        say("Nothing was run.")
        return _WRONG
    write(Path(order.to), _targets(one), force=order.force)
    return _WELL if play(steps, place) == 0 else _WRONG


def _agreed(steps: list[Step], place: Path, *, yes: bool) -> bool:
    say(f"These commands run in {place}:")
    for step in steps:
        say(f"  $ {step.words}")
    if yes:
        return True
    if not sys.stdin.isatty():
        say("Add --yes to run them.")
        return False
    return input("Run them? [y/N] ").strip().lower() in {"y", "yes"}


def done(work: Callable[[Order], int], order: Order) -> int:
    """Do it; what is foreseen ends in words and exit code 1. The hook hears how it went."""
    try:
        if order.hook:
            checked(order.hook)
        code = work(order)
    except Trouble as error:
        say(f"mailbot: {error}", sys.stderr)
        code = _WRONG
    except (MemoryError, RecursionError):
        say("mailbot: it is too large or too deep to be looked at here. Nothing was done.", sys.stderr)
        code = _WRONG
    if order.hook:
        _tell(order, work, code)
    return code


_WORDS = {
    "open_mails": "opened",
    "verify_mails": "verified",
    "run_mail": "ran",
    "apply_mail": "applied",
    "info_mails": "seen",
}


def _tell(order: Order, work: Callable[[Order], int], code: int) -> None:
    try:
        [request, *_] = [about(one).words("request_id") for one in packages(sources(list(order.mails)))]
        trouble = post(order.hook, _WORDS[work.__name__] if code == _WELL else "failed", request)
    except (Trouble, ValueError) as error:
        trouble = str(error)
    if trouble:
        say(f"mailbot: {trouble}", sys.stderr)


def main(args: Sequence[str] | None = None) -> int:
    """The command line of the single file."""
    parser = _parser()
    given = vars(parser.parse_args(args))
    if given["order"] == "open" and bool(given["watch"]) == bool(given["mails"]):
        parser.error("open takes mails, or --watch and a folder; give one of the two")
    work = given.pop("work")
    given["mails"] = tuple(given["mails"])
    given["ask"] = given.pop("run", None) == "ask"
    return done(work, Order(**{name: value for name, value in given.items() if name != "order"}))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mailbot-open.py", description="Open, verify, run or apply a mail from a mailbot."
    )
    orders = parser.add_subparsers(title="orders", dest="order", metavar="ORDER")
    orders.required = True
    for name, work, words in (
        ("open", open_mails, "unpack what came; several mails at once are put together"),
        ("verify", verify_mails, "is it as it was sent, and who signed it"),
        ("run", run_mail, "show how it is started; start it only when told"),
        ("apply", apply_mail, "take a bundle or a patch into a folder (git)"),
        ("info", info_mails, "who, what, which version, what was checked"),
    ):
        _order(orders.add_parser(name, help=words, description=words), name, work)
    return parser


def _order(one: argparse.ArgumentParser, name: str, work: Callable[[Order], int]) -> None:
    one.set_defaults(work=work)
    many = "*" if name == "open" else "+"
    one.add_argument("mails", nargs=many, metavar="MAIL", help="a mail (.eml), an mbox, a Maildir, a package, or -")
    if name == "open":
        one.add_argument("--watch", default="", metavar="FOLDER", help="a Maildir or folder: open each mail that comes")
        one.add_argument("--run", choices=["ask"], help="ask of each watched mail whether it shall run")
    if name in {"open", "run"}:
        one.add_argument("--to", default=".", metavar="FOLDER", help="where to; else here")
        one.add_argument("--force", action="store_true", help="overwrite files that are there")
    if name == "apply":
        one.add_argument(
            "--to", required=True, metavar="FOLDER", help="the folder that holds the earlier version, or a new one"
        )
    if name == "verify":
        one.add_argument(
            "--signers", default="", metavar="FILE", help="keys that you trust, in the form of allowed_signers"
        )
        one.add_argument("--strict", action="store_true", help="what could not be verified counts as wrong")
    if name == "run":
        one.add_argument("--container", action="store_true", help="by podman or docker")
        one.add_argument("--venv", action="store_true", help="by Python, packages kept apart")
        one.add_argument("--yes", action="store_true", help="without asking")
    if name != "info":
        one.add_argument("--hook", default="", metavar="URL", help="https address that is told {status, request_id}")


if __name__ == "__main__":
    sys.exit(main())
