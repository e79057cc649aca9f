"""Documents: the words that a person sees, and nothing that only a program does."""

from __future__ import annotations

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_zip import MAX_UNPACKED
from tests.understand.attachments import W, attached, docx, locked, opened, words, zipped


def read(name, content):
    return input_of(attached(name, content))


def test_the_words_of_a_document():
    """Paragraphs, tabs, breaks and tables, in their order."""
    cell = "<w:tc>{}</w:tc>"
    row = "<w:tr>" + cell.format(words("a") + words("b")) + cell.format(words("c")) + "</w:tr>"
    body = words("One") + "<w:p><w:r><w:t>Two</w:t><w:tab/><w:t>tabs</w:t><w:br/><w:t>Three</w:t></w:r></w:p>"
    found = read("a.docx", docx(f"{body}<w:tbl>{row}</w:tbl>{words('End')}"))
    assert found.text == "One\nTwo\ttabs\nThree\na b | c\nEnd"
    assert found.note == "5 paragraphs, 1 table"


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        (words("Secret", "<w:vanish/>"), True),
        (words("Secret", '<w:vanish w:val="1"/>'), True),
        ("<w:del><w:r><w:delText>Secret</w:delText></w:r></w:del>", False),
        ("<w:del><w:r><w:t>Secret</w:t></w:r></w:del>", False),
        ("<w:p><w:r><w:instrText>Secret</w:instrText></w:r></w:p>", False),
    ],
)
def test_what_nobody_sees_is_left_out(body, hidden):
    """Hidden words are told; deleted ones and orders to Word are no words of the author."""
    found = read("a.docx", docx(words("Hello") + body + words("End")))
    assert found.text == "Hello\nEnd"
    assert ("hidden words are left out" in found.note) == hidden


def test_a_style_that_does_not_hide():
    """A run that takes the hiding back is seen."""
    assert read("a.docx", docx(words("Hello", '<w:vanish w:val="0"/>'))).text == "Hello"


def test_the_words_of_libreoffice():
    """Blanks and remarks at the edge; locked files say what helps."""
    remark = "<office:annotation><text:p>Remark</text:p></office:annotation>"
    body = f"<office:text><text:p>A<text:s/>b<text:tab/>c<text:line-break/>d{remark}</text:p></office:text>"
    assert read("a.odt", opened("text", body)).text == "A b\tc\nd"
    manifest = {"META-INF/manifest.xml": "<encryption-data/>"}
    assert "locked with a password" in read("a.odt", opened("text", body, **manifest)).note
    macro = opened("text", body, **{"Basic/Standard/x.xml": "x"})
    assert read("a.odt", macro).note == "2 paragraphs; its macros are neither read nor run"
    assert read("a.odg", opened("graphics", body)).kind == "zip"


def test_the_words_of_slides():
    """In the order of the slides."""
    slides = {f"ppt/slides/slide{number}.xml": f"<sld><p><t>Slide {number}</t></p></sld>" for number in (10, 2)}
    found = read("a.pptx", zipped({"ppt/presentation.xml": "", **slides}))
    assert (found.kind, found.note, found.text) == ("pptx", "2 slides", "Slide 2\nSlide 10")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (docx(""), "it holds no words that I can read"),
        (docx("<w:p>" * 400), "it is nested deeper than an office program would make it"),
        (zipped({"word/document.xml": b"\xff\xfe\x00"}), "its XML is broken"),
        (locked(docx(words("a"))), "it is broken: a ZIP program cannot read it"),
        (docx("<w:p>" + " " * (MAX_UNPACKED + 9) + "</w:p>"), "it unpacks to more than 50 MB"),
        (zipped({"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), "its XML defines words"),
    ],
    ids=["empty", "deep", "binary", "locked", "bomb", "entity"],
)
def test_documents_that_are_not_read(content, why):
    """With what helps, and under the name that they have."""
    found = read("a.docx", content)
    assert not found.used
    assert found.kind == "docx"
    assert found.note.startswith(why)


def test_only_so_many_words():
    """The rest of a long document is not even looked at."""
    broken_at_the_end = f"<w:document {W}><w:body>{words('word ' * 20_000)}<oops"
    found = read("a.docx", zipped({"word/document.xml": broken_at_the_end}))
    assert (found.used, found.note) == (True, "the first 12,000 characters are read")
