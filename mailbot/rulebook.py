"""Rules from a folder: *.yaml files, parsed with their lines, and tried by their own tests before they are in force."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.tokens import AliasToken, AnchorToken, DirectiveToken

from mailbot.decide.rules import Book, RulesError, book_from
from mailbot.decide.trials import failures

MAX_FILES: Final = 100
MAX_BYTES: Final = 1_000_000  #: of all files; to parse as many takes a quarter of a minute
_TABS: Final = re.compile(r"^ *\t", re.MULTILINE)
_MARKS: Final = re.compile(r"(?:^|[\s\[{,:-])[&*][^\s&*]|^%", re.MULTILINE)  #: perhaps an anchor, an alias, a directive


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """The files of a folder."""

    files: tuple[tuple[str, object], ...]
    mistakes: tuple[str, ...]
    version: str


def load_book(folder: Path, admins: Sequence[str] = ()) -> Book:
    """The rules of *folder*, when all is well with them and their tests pass; else RulesError says what is not."""
    book = read_book(folder, admins)
    if failed := failures(book.rules, book.trials):
        raise RulesError("\n".join(failed))
    return book


def read_book(folder: Path, admins: Sequence[str] = ()) -> Book:
    """The same, with tests that nobody has tried yet."""
    for admin in admins:
        if not re.fullmatch(r"[^\s@*,;<>\"]{1,64}@[A-Za-z0-9.-]{1,253}", admin):
            raise RulesError(f"`admins` in mailbot.toml: {admin!r} is no plain address such as ola@example.org")
    parsed = parse(folder)
    return book_from(parsed.files, admins=admins, version=parsed.version, mistakes=parsed.mistakes)


def parse(folder: Path) -> Parsed:
    """Every *.yaml file of *folder*, in the order of their names."""
    place = folder.expanduser()
    try:
        paths = sorted(path for path in place.glob("*.yaml") if path.is_file())
    except OSError as error:
        raise RulesError(f"the rules folder {place} cannot be read: {error}") from error
    if not paths:
        raise RulesError(f"there is no *.yaml in the rules folder {place}; nobody could be served")
    if len(paths) > MAX_FILES:
        raise RulesError(f"there are {len(paths)} files in the rules folder {place}; {MAX_FILES} is the most")
    reader, digest, files, left = _Reader(), hashlib.sha256(), list[tuple[str, object]](), MAX_BYTES
    for path in paths:
        text = _text(path, left)
        left -= len(text)
        digest.update(f"{path.name}\0{text}\0".encode())
        files += [(path.name, node) for node in reader.parse(path.name, text)]
    return Parsed(files=tuple(files), mistakes=tuple(reader.mistakes), version=digest.hexdigest()[:16])


def _text(path: Path, most: int) -> str:
    if ":" in path.name:
        raise RulesError(f"{path.name}: a file of rules has no colon in its name; it would stand where the line begins")
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise RulesError(f"{path}: the files of rules have more than {MAX_BYTES:,} bytes together; take some out")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError(f"{path}: it is not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise RulesError(f"{path}: it cannot be read: {error.strerror or error}") from error
    return text


@dataclass(kw_only=True)
class _Reader:
    """YAML 1.2 with patience: tabs and keys that stand twice are noted, and the reading goes on."""

    mistakes: list[str] = field(default_factory=list)

    def parse(self, name: str, text: str) -> Iterator[object]:
        """What stands in *text*; nothing when it cannot be told."""
        text = self._spaced(name, text)
        if _MARKS.search(text) and not self._plain(name, text):
            return
        try:
            yield self._yaml(name).load(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._wrong(name, mark, " ".join(str(error.problem or error.context).split()))
        except (YAMLError, ValueError) as error:
            self.mistakes.append(f"{name}: {' '.join(str(error).split())}"[:300])
        except RecursionError:
            self.mistakes.append(f"{name}: its values stand too deep within each other")

    def _yaml(self, name: str) -> YAML:
        wrong = self._wrong

        class Patient(RoundTripConstructor):
            """Notes a key that stands twice, where its parent class would stop."""

            def check_mapping_key(self, node: Any, key_node: Any, mapping: Any, key: Any, value: Any) -> bool:  # noqa: ANN401
                del node, value
                if key in mapping:
                    wrong(name, key_node.start_mark, f"the key {str(key)!r} stands here twice; take one out")
                    return False
                return True

        yaml = YAML(typ="rt")
        yaml.Constructor = Patient
        return yaml

    def _spaced(self, name: str, text: str) -> str:
        """Without tabs in front of a line, which YAML refuses; what was meant is guessed, and the reading goes on."""
        if not _TABS.search(text):
            return text
        lines, known = text.split("\n"), ""
        for number, line in enumerate(lines):
            if not line.strip():
                lines[number] = ""
                continue
            if _TABS.match(line):
                words = "a tab stands in front of the line; YAML wants spaces"
                self.mistakes.append(f"{name}:{number + 1}:{line.index(chr(9)) + 1}: {words}")
                lines[number] = " " * _indent(known, _following(lines, number)) + line.lstrip()
            known = lines[number]
        return "\n".join(lines)

    def _plain(self, name: str, text: str) -> bool:
        """Whether it is free of what makes one text into many (anchors), or another YAML of it (%YAML 1.1)."""
        noted = len(self.mistakes)
        try:
            for token in YAML(typ="rt").scan(text):
                if isinstance(token, AnchorToken | AliasToken):
                    words = "anchors (&) and aliases (*) are not known here; write it out, quote it, or use `lists`"
                    self._wrong(name, token.start_mark, words)
                elif isinstance(token, DirectiveToken):
                    self._wrong(name, token.start_mark, "a directive (%) has no place here; this is YAML 1.2")
        except MarkedYAMLError:
            return True  # the parser will say what it is
        return len(self.mistakes) == noted

    def _wrong(self, name: str, mark: Any, words: str) -> None:  # noqa: ANN401  (a mark of the library)
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        self.mistakes.append(f"{where}: {words}")


def _indent(before: str, after: str) -> int:
    """How far a line is probably meant to stand in, by the lines around it."""
    bare = before.split(" #", maxsplit=1)[0].rstrip()
    stands = len(before) - len(before.lstrip(" -"))
    if not bare.endswith(":"):
        return stands
    below = len(after) - len(after.lstrip(" "))
    return below if below > stands else stands + 2


def _following(lines: Sequence[str], number: int) -> str:
    """The next line that is neither empty nor begins with a tab."""
    return next((line for line in lines[number + 1 :] if line.strip() and not _TABS.match(line)), "")
