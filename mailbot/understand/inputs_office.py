"""Documents of Word, Writer and PowerPoint: the words that a person sees, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.understand.inputs_found import MAX_TEXT, Found, counted, shortened
from mailbot.understand.inputs_xml import Enough, read_xml
from mailbot.understand.inputs_zip import Zip

MAX_SLIDES: Final = 200
_OFF: Final = frozenset({"0", "false", "off", "none"})
#: In Word: what was deleted, and orders to Word itself, are not the author's words.
_UNREAD: Final = frozenset({"del", "moveFrom", "delText", "instrText", "fldData", "tracked-changes", "annotation"})


class _Words:
    """Gathers the words of a document; those under a style that hides them are left out."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.size = 0
        self.unread = 0  #: how deep inside what is not read
        self.hidden = False  #: the run is hidden
        self.any_hidden = False
        self.tables = self.cells = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in _UNREAD:
            self.unread += 1
        elif name == "vanish" and attributes.get("val", "1").lower() not in _OFF:
            self.hidden = self.any_hidden = True
        elif name == "tab":
            self.line.append("\t")
        elif name in {"tc", "table-cell"}:
            self.cells += 1
            self.line.append("| " if self.line else "")
        elif name in {"br", "cr", "line-break"}:
            self.line.append("\n")
        elif name in {"tbl", "table"}:
            self.tables += 1
        elif name == "s":  # blanks of Writer
            self.line.append(" ")

    def end(self, name: str) -> None:
        if name in _UNREAD:
            self.unread -= 1
        elif name == "r":
            self.hidden = False
        elif name in {"p", "h"} and self.cells:
            self.line.append(" ")
        elif name in {"tc", "table-cell"}:
            self.cells -= 1
        elif name in {"p", "h", "tr", "table-row"}:
            self.flush()

    def text(self, words: str) -> None:
        if self.unread or self.hidden:
            return
        self.line.append(words)
        self.size += len(words)
        if self.size > 2 * MAX_TEXT:
            self.flush()
            raise Enough

    def flush(self) -> None:
        self.lines += [line.rstrip() for line in "".join(self.line).split("\n") if line.strip(" |\t")]
        self.line.clear()


class _Paragraphs(_Words):
    """Word puts the words of a paragraph into runs; what stands between those is layout."""

    def __init__(self, *, runs: bool) -> None:
        super().__init__()
        self._runs = runs
        self._inside = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._inside += name == "t"
        super().start(name, attributes)

    def end(self, name: str) -> None:
        self._inside -= name == "t"
        super().end(name)

    def text(self, words: str) -> None:
        if self._inside or not self._runs:
            super().text(words)


def read_docx(archive: Zip) -> Found:
    """A document of Word."""
    return _document(archive, "word/document.xml", "docx", runs=True)


def read_odt(archive: Zip) -> Found:
    """A document of Writer."""
    if is_locked_odf(archive):
        raise Unreadable("it is locked with a password: send it without one")
    return _document(archive, "content.xml", "odt", runs=False)


def read_pptx(archive: Zip) -> Found:
    """The words of slides."""
    slides = sorted(
        (name for name in archive.names if name.startswith("ppt/slides/slide") and name.endswith(".xml")),
        key=lambda name: (len(name), name),
    )
    words = _Paragraphs(runs=True)
    for name in slides[:MAX_SLIDES]:
        read_xml(archive.pieces(name), words)
        words.flush()
    return _found(words, "pptx", counted(len(slides), "slide"), archive)


def _document(archive: Zip, part: str, kind: str, *, runs: bool) -> Found:
    words = _Paragraphs(runs=runs)
    read_xml(archive.pieces(part), words)
    words.flush()
    return _found(words, kind, counted(len(words.lines), "paragraph"), archive)


def _found(words: _Words, kind: str, size: str, archive: Zip) -> Found:
    text = shortened("\n".join(words.lines))
    if not text:
        raise Unreadable("it holds no words that I can read; if they are in pictures, write them into the mail")
    notes = [size + (f", {counted(words.tables, 'table')}" if words.tables else "")]
    if len(text) > MAX_TEXT:
        notes = [f"the first {MAX_TEXT:,} characters are read"]
    if words.any_hidden:
        notes.append("hidden words are left out")
    notes += macros(archive)
    return Found(kind=kind, note="; ".join(notes), text=text)


def macros(archive: Zip) -> list[str]:
    """What is to be said of the programs in an office file."""
    found = [name for name in archive.names if name.lower().endswith("vbaproject.bin") or name.startswith("Basic/")]
    return ["its macros are neither read nor run"] if found else []


def is_locked_odf(archive: Zip) -> bool:
    """Whether a file of LibreOffice is locked with a password."""
    manifest = "META-INF/manifest.xml"
    return manifest in archive.names and b"encryption-data" in archive.read(manifest, 1_000_000)


def parts_of(archive: Zip) -> str:
    """Which kind of office file it is; empty when it is none."""
    for part, kind in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("ppt/presentation.xml", "pptx")):
        if part in archive.names:
            return kind
    if "mimetype" not in archive.names:
        return ""
    media_type = archive.read("mimetype", 200).decode("ascii", "replace")
    if not media_type.startswith("application/vnd.oasis.opendocument."):
        return ""
    kind = media_type.rpartition(".")[2].partition("-")[0].strip()
    return {"text": "odt", "spreadsheet": "ods"}.get(kind, "")
