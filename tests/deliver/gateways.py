"""Simulated mail systems: they refuse what the published lists of Gmail, Microsoft 365 and Zoho say, and some more.

Nothing here is the real thing, and nothing of it is taken from our own data: whoever reads a list of theirs anew
writes it here and there. Each looks at the bytes of a mail as they go over the wire.
"""

from __future__ import annotations

import bz2
import email
import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

#: https://support.google.com/mail/answer/6590, "File types you can't include as attachments".
_GMAIL = """
.ade .adp .apk .appx .appxbundle .bat .cab .chm .cmd .com .cpl .diagcab .diagcfg .diagpkg .dll .dmg .ex .ex_ .exe .hta
.img .ins .iso .isp .jar .jnlp .js .jse .lib .lnk .mde .mjs .msc .msi .msix .msixbundle .msp .mst .nsh .pif .ps1 .scr
.sct .shb .sys .vb .vbe .vbs .vhd .vxd .wsc .wsf .wsh .xll
"""
#: Microsoft Defender for Office 365, the default of the common attachments filter.
_MICROSOFT = """
.ace .ani .apk .app .appx .arj .bat .cab .cmd .com .deb .dex .dll .docm .elf .exe .hta .img .iso .jar .jnlp .kext .lha
.lib .library .lnk .lzh .macho .msc .msi .msix .msp .mst .pif .ppa .ppam .reg .rev .scf .scr .sct .sys .uif .vb .vbe
.vbs .vxd .wsc .wsf .wsh .xll .xz .z
"""
#: What a university adds for its own people.
_TENANT = ".py .pyw .js .mjs .ts .jsx .php .rb .sh .pl .go .rs .java .class .html .htm"
GMAIL, MICROSOFT = tuple(_GMAIL.split()), tuple(_MICROSOFT.split())
TENANT = (*GMAIL, *MICROSOFT, *_TENANT.split())
ZIP, BUNDLE = b"PK\x03\x04", (b"# v2 git bundle", b"# v3 git bundle", b"PACK")
PACKED = (ZIP, b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", *BUNDLE)


@dataclass(frozen=True)
class Gateway:
    """One simulated mail system."""

    name: str
    mx: str  #: what the DNS says
    endings: tuple[str, ...]
    most: int = 25_000_000
    kinds: tuple[bytes, ...] = ()  #: beginnings of files that it takes in no case

    def judge(self, wire: bytes) -> str:
        """What it says to the mail: 250, or why not."""
        if len(wire) > self.most:
            return "552-5.3.4 your message exceeded our size limits"
        for name, content in leaves(wire):
            if content.startswith(self.kinds):
                return f"550 5.7.1 {name}: this type of file is not allowed by policy"
            for one in (name, *inside(content)):
                if one.lower().rstrip(". ").endswith(self.endings):
                    return f"552-5.7.0 {one}: content presents a potential security issue"
        return "250 2.0.0 OK"


GATEWAYS = (
    Gateway("Gmail, simulated", "gmail-smtp-in.l.google.com", GMAIL),
    Gateway("Microsoft 365, simulated", "acme-example.mail.protection.outlook.com", MICROSOFT),
    Gateway("Zoho, simulated", "mx.zoho.eu", GMAIL, 20_000_000),
    Gateway("a list of its own, simulated", "mxa-001.gslb.pphosted.com", TENANT, 10_240_000),
    Gateway("no zip at all, simulated", "eu-smtp-inbound-1.mimecast.com", GMAIL, 10_240_000, (ZIP,)),
    Gateway("no archive at all, simulated", "mail.uni.example", TENANT, 10_240_000, PACKED),
)


def leaves(wire: bytes) -> Iterator[tuple[str, bytes]]:
    """Every part of a mail that holds no further parts, by its file name."""
    for part in email.message_from_bytes(wire).walk():
        if not part.is_multipart():
            yield part.get_filename() or "", part.get_payload(decode=True) or b""


def inside(content: bytes, depth: int = 0) -> Iterator[str]:
    """The names in an archive, and in archives in it."""
    if depth > 5:
        return
    try:
        for name, member in members(content):
            yield name
            yield from inside(member, depth + 1)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, OSError, EOFError, ValueError):
        return


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    """What is one level down."""
    if content.startswith(b"PK\x03\x04"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        yield from ((name, archive.read(name)) for name in archive.namelist())
    elif content.startswith(b"\x1f\x8b"):
        yield "", gzip.decompress(content)
    elif content.startswith(b"BZh"):
        yield "", bz2.decompress(content)
    elif content[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            for one in archive.getmembers():
                stream = archive.extractfile(one)
                yield one.name, stream.read() if stream else b""
