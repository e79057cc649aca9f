"""Make a mail that is a program as well (row E29): x.eml.py opens in a mail program, and unpacks itself by Python.

Only on request: filters take such a file for malware, and they are right to. To Python its header is one string, then
comes the program of inside.py, and what is attached is one more string; to a mail program all of it is a mail.
"""

from __future__ import annotations

import base64
import io
import zipfile
from email.header import Header

from mailbot.client.found import packages
from mailbot.client.single import joined_source
from mailbot.client.trouble import Trouble

_BOUNDARY = "=_mail_and_program"
_QUOTES = '"""'
_FIELDS = ("From", "To", "Date", "Subject", "Message-ID", "In-Reply-To", "References")


def eml_py(raw: bytes) -> bytes:
    """The mail *raw* with its one package, as x.eml.py."""
    found = packages([raw])
    if len(found) != 1 or found[0].mail is None:
        raise Trouble("a mail with one package can be made into a program; this is none, or has several.")
    package, mail = found[0], found[0].mail
    program = joined_source("inside")
    top = [f"Comments: r{_QUOTES}This mail is a program as well. Save it as x.eml.py, and: python3 x.eml.py help"]
    top += [f"{name}: {_plain(name, mail.field(name))}" for name in _FIELDS if mail.field(name)]
    top += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{_BOUNDARY}"', ""]
    words = [
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Save this whole mail as x.eml.py, and run it by Python 3.6",
    ]
    words += ["or newer: python3 x.eml.py help", "Nothing in it runs before that."]
    code = ["Content-Type: text/plain; charset=us-ascii", 'Content-Disposition: attachment; filename="program.txt"', ""]
    code += [_QUOTES, program.rstrip("\n"), f"r{_QUOTES}"]
    data = ["Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64"]
    data += [f'Content-Disposition: attachment; filename="{_ascii(package.folder)}.zip"', ""]
    data += [base64.encodebytes(_zip(package.folder, package.files)).decode("ascii").rstrip("\n")]
    parts = [f"--{_BOUNDARY}\n" + "\n".join(one) for one in (words, code, data)]
    whole = "\n".join([*top, *parts, f"--{_BOUNDARY}--", _QUOTES, ""])
    return whole.replace("\n", "\r\n").encode("ascii")


def _plain(name: str, value: str) -> str:
    """A field in ASCII, without what would end a string of Python."""
    charset = "us-ascii" if value.isascii() and _QUOTES not in value else "utf-8"
    return Header(value, charset, header_name=name).encode()


def _ascii(name: str) -> str:
    return "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "-" for one in name)


def _zip(folder: str, files: dict[str, bytes]) -> bytes:
    """The same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
