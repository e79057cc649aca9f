"""A person's mail with what they attach, as bytes; and their archives and patches."""

from __future__ import annotations

import io
import mimetypes
import zipfile
from email.message import EmailMessage
from email.policy import SMTP


def letter(subject, text, files=None, number=1, **headers):
    """The bytes of a mail to build@, written by Ana."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Ana <ana@acme.example>", "build@mailbot.localhost", subject
    mail["Date"], mail["Message-ID"] = "Fri, 20 Nov 2026 12:00:00 +0000", f"<{number}@acme.example>"
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in (files or {}).items():
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def zipped(files):
    """A zip of *files*, path by path."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return packed.getvalue()


def unzipped(packed):
    """The files of a zip."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
