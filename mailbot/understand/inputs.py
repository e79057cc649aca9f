"""What comes with a mail, made useful: each file is read within limits, or named with the reason and what helps.

The extractors are in inputs_*.py, one module for each family. They run where a bad file can do no harm, in a worker
(receive/mapped.py); a file that kills it is one Input that says so. Nothing of a file is ever run or looked up, and
its words are material for a model, never the author's wish.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from mailbot.domain.errors import Unreadable
from mailbot.domain.message import Attachment, Input, Known
from mailbot.understand.inputs_archive import inner_name, read_tar, read_zip, unzipped
from mailbot.understand.inputs_book import read_ods, read_xlsx
from mailbot.understand.inputs_bundle import read_bundle
from mailbot.understand.inputs_code import read_patch
from mailbot.understand.inputs_data import read_json, read_yaml
from mailbot.understand.inputs_found import Found, unused
from mailbot.understand.inputs_kind import PICTURES, PROGRAMS, ending_of, expected, kind_of, lie_of, shown
from mailbot.understand.inputs_mail import read_calendar, read_mail
from mailbot.understand.inputs_office import parts_of, read_docx, read_odt, read_pptx
from mailbot.understand.inputs_pdf import read_pdf
from mailbot.understand.inputs_picture import read_picture
from mailbot.understand.inputs_table import read_csv
from mailbot.understand.inputs_text import LANGUAGES, read_html, read_markdown, read_source, read_text, read_xml
from mailbot.understand.inputs_within import input_from
from mailbot.understand.inputs_zip import Zip

_READERS: Final[Mapping[str, Callable[[bytes], Found]]] = {
    "csv": read_csv, "json": read_json, "yaml": read_yaml, "text": read_text, "markdown": read_markdown,
    "html": read_html, "xml": read_xml, "pdf": read_pdf, "tar": read_tar, "patch": read_patch, "bundle": read_bundle,
    "mail": read_mail, "calendar": read_calendar,
}  # fmt: skip
_OFFICE: Final[Mapping[str, Callable[[Zip], Found]]] = {
    "docx": read_docx, "xlsx": read_xlsx, "pptx": read_pptx, "odt": read_odt, "ods": read_ods, "": read_zip,
}  # fmt: skip
#: Kinds that nothing reads, and what helps.
_HELP: Final = {
    "old-office": "it is an old Office file, or locked with a password: save it as .docx or .xlsx without one",
    "rtf": "I do not read RTF: save it as .docx or as text",
    "packed": "I do not open this kind of archive: send a ZIP",
    "TIFF": "I do not read TIFF: send it as a PNG",
    "database": "I do not read databases: export the tables as CSV",
    "contact": "I have no use for address cards: write what matters into the mail",
    "sound": "I cannot listen: write what matters into the mail",
    "film": "I cannot watch films: write what matters into the mail",
    "tnef": "Outlook packed the files in its own way (winmail.dat): send the mail as HTML or plain text",
    "signature": "it signs the mail, there is nothing to build from",
    "secret": "it is a private key, which should never be mailed: make a new one, I do not use it",
    "script": "what a click would run is not used by itself; its code can come in a ZIP, or in the mail as text",
    "program": "programs are neither run nor used; send the source in a ZIP",
    "data": "I know no way to read it: send it as text, CSV, PDF or an Office document",
}


def input_of(attachment: Attachment, *, private: bool = False, known: Known | None = None) -> Input:
    """What *attachment* holds, or why it is not used; *private*: it must not leave in a package.

    *known*: the history upon which a bundle of git may build.
    """
    name, content = attachment.name, attachment.content
    if not content:
        return input_from(attachment, unused(shown(expected(name)), "it is empty; send it again"), private=private)
    kind = ""
    try:
        kind = _refused(name) or kind_of(name, attachment.media_type, content)
        found = read_bundle(content, known) if kind == "bundle" else _read(kind, name, attachment)
    except Unreadable as error:
        found = unused(shown(kind), str(error))
    lie = lie_of(name, found.kind)
    if lie and (found.used or found.kind != "zip"):  # a ZIP that cannot be opened may be what its name says
        found = replace(found, note=f"{lie}; {found.note}")
    return input_from(attachment, found, private=private)


def _refused(name: str) -> str:
    return "script" if ending_of(name) in PROGRAMS else ""


def _read(kind: str, name: str, attachment: Attachment) -> Found:
    content = attachment.content
    if kind in _HELP:
        return unused(shown(kind), _HELP[kind])
    if kind in PICTURES:
        return read_picture(content, kind)
    if kind == "source":
        return read_source(content, LANGUAGES[ending_of(name)])
    if kind == "gzip":
        return _unpacked(attachment)
    if kind == "zip":
        return _zipped(content)
    return _READERS[kind](content)


def _zipped(content: bytes) -> Found:
    """What is in a ZIP: many kinds of files are one."""
    archive = Zip(content)
    kind = parts_of(archive)
    try:
        return _OFFICE[kind](archive)
    except Unreadable as error:
        return unused(kind or "zip", str(error))


def _unpacked(attachment: Attachment) -> Found:
    """What is in a packed file: a tar, or one file."""
    content = unzipped(attachment.content)
    name = inner_name(attachment.name)
    if not content:
        raise Unreadable("it is empty; send it again")
    kind = _refused(name) or kind_of(name, "", content)
    if kind in {"gzip", "zip"}:
        raise Unreadable("it is packed twice; send it packed once")
    return _read(kind, name, Attachment(name=name, media_type="", content=content))
