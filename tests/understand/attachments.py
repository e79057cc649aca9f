"""Files as people attach them, good and broken, each made here from a few bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import struct
import tarfile
import zipfile
import zlib

from pypdf import PdfReader, PdfWriter

from mailbot.domain.message import Attachment

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
X = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
O = (  # noqa: E741  (LibreOffice)
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
CELLS = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>sales</t></is></c></row>'
    '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>10.5</v></c></row>'
    '<row r="3"><c r="A3" s="1"><v>45981</v></c><c r="B3" t="b"><v>1</v></c></row>'
)


def attached(name, content, media_type="application/octet-stream"):
    return Attachment(name=name, media_type=media_type, content=content)


def zipped(files, **more):
    """A ZIP of names and contents."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for info, content in more.get("entries", ()):
            archive.writestr(info, content)
    return buffer.getvalue()


def link(name, target):
    """An entry of a ZIP that stands for another file."""
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info, target


def locked(content):
    """The same ZIP, saying that each entry needs a password."""
    content = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = content.find(mark)
        while found >= 0:
            content[found + at] |= 1
            found = content.find(mark, found + 4)
    return bytes(content)


def tarred(files, *links):
    """A packed tar of names and contents."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    return buffer.getvalue()


def docx(body, **more):
    return zipped({"word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>", **more})


def words(text, style=""):
    return f"<w:p><w:r><w:rPr>{style}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


def xlsx(cells=CELLS, *, before="", state="visible", second="", **more):
    """A workbook of one sheet, or of two."""
    sheet = f"<worksheet {X}>{before}<sheetData>{{}}</sheetData></worksheet>"
    sheets = f'<sheet name="Sales" sheetId="1" state="{state}" r:id="r1"/><sheet name="More" sheetId="2" r:id="r2"/>'
    rel = '<Relationship Id="r{0}" Target="worksheets/sheet{0}.xml"/>'
    files = {
        "xl/workbook.xml": f"<workbook {X} {R}><sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{rel.format(1)}{rel.format(2)}</Relationships>",
        "xl/sharedStrings.xml": f"<sst {X}><si><t>name</t></si><si><r><t>An</t></r><r><t>a</t></r></si></sst>",
        "xl/styles.xml": f'<styleSheet {X}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": sheet.format(cells),
    }
    if second:
        files["xl/worksheets/sheet2.xml"] = sheet.format(second)
    return zipped({**files, **more})


def opened(kind, body, styles="", **more):
    """A file of LibreOffice."""
    content = f"<office:document-content {O}>{styles}<office:body>{body}</office:body></office:document-content>"
    mimetype = f"application/vnd.oasis.opendocument.{kind}"
    return zipped({"mimetype": mimetype, "content.xml": content, **more})


def pdf(pages, text="Total is 33.75 euro"):
    """A PDF of so many *pages*."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(pages))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page in range(pages):
        shown = f"BT /F1 12 Tf 72 720 Td ({text} {page + 1}) Tj ET" if text else ""
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        box = "/MediaBox [0 0 612 792]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {5 + 2 * page} 0 R {font} >>")
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    return bound(objects)


def bound(objects, more=""):
    """The *objects* of a PDF with their table."""
    content, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(content))
        content += f"{number} 0 obj\n{one}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size, at = len(objects) + 1, len(content)
    end = f"trailer\n<< /Size {size} /Root 1 0 R {more} >>\nstartxref\n{at}\n%%EOF\n"
    return bytes(content) + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode()


def encrypted(password):
    """A PDF that opens with the *password*; the empty one opens it for anybody."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(1))))
    writer.encrypt(user_password=password, owner_password="other", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def png(width=640, height=480):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))


def jpeg(width, height):
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\0\x11\x08"
        + struct.pack(">HH", height, width)
        + bytes(9)
    )


PATCH = b"""From 1111111111111111111111111111111111111111 Mon Sep 17 00:00:00 2001
From: Ana <ana@acme.example>
Subject: [PATCH] Blue header

---
diff --git a/style.css b/style.css
--- a/style.css
+++ b/style.css
@@ -1,2 +1,3 @@
 body {}
-h1 { color: red }
+h1 { color: blue }
+h2 { color: blue }
--
2.39.2
"""


def packed(kind, content):
    """An object of git as it lies in a pack: 1 commit, 2 folder, 3 file."""
    size = len(content)
    head = bytearray([kind << 4 | size & 15 | (128 if size > 15 else 0)])
    size >>= 4
    while size:
        head.append(size & 127 | (128 if size > 127 else 0))
        size >>= 7
    return bytes(head) + zlib.compress(content)


def named(kind, content):
    """The id of an object of git."""
    return hashlib.sha1(b"%s %d\0" % (kind, len(content)) + content, usedforsecurity=False).digest()


def bundle(files, *, needs=b"", mode=b"100644"):
    """A bundle of one commit with these *files*, all in one folder."""
    blobs = [named(b"blob", content) for content in files.values()]
    tree = b"".join(mode + b" " + name.encode() + b"\0" + id for name, id in zip(files, blobs, strict=True))
    commit = b"tree %s\nauthor A <a@b> 0 +0000\ncommitter A <a@b> 0 +0000\n\nOne" % named(b"tree", tree).hex().encode()
    objects = [packed(3, content) for content in files.values()] + [packed(2, tree), packed(1, commit)]
    head = b"# v2 git bundle\n" + needs + named(b"commit", commit).hex().encode() + b" refs/heads/main\n\n"
    return head + pack(objects)


def pack(objects):
    content = b"PACK" + struct.pack(">II", 2, len(objects)) + b"".join(objects)
    return content + hashlib.sha1(content, usedforsecurity=False).digest()


BUNDLE = bundle({"app.py": b"print(1)"})
MAIL = b"""From: Bob <bob@acme.example>
Subject: Upload is broken
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b

An empty CSV gives a 500.
--b
Content-Disposition: attachment; filename=log.txt

Traceback
--b--
"""
CALENDAR = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Demo\\, with
  Ana
DTSTART;TZID=Europe/Paris:20261120T100000
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
BOMB = zipped({f"{number}.txt": bytes(9_000_000) for number in range(3)} | {"more.bin": bytes(30_000_000)})
HUGE_GZIP = gzip.compress(bytes(60_000_000))
