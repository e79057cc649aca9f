"""PDF: the words of the first pages, locked and broken files, and shapes that would never end."""

from __future__ import annotations

import zlib

import pytest

from mailbot.understand.inputs import input_of
from mailbot.understand.inputs_found import MAX_TEXT
from mailbot.understand.inputs_pdf import MAX_STEPS, MAX_STREAM
from tests.understand.attachments import attached, bound, encrypted, pdf


def read(content):
    return input_of(attached("a.pdf", content))


def of_streams(*streams):
    """A PDF with a page for each of *streams*, which are packed."""
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(len(streams)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(streams)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for page, stream in enumerate(streams):
        drawn = zlib.compress(stream)
        font = "/Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * page} 0 R {font} >>")
        length = f"<< /Length {len(drawn)} /Filter /FlateDecode >>"
        objects.append(f"{length}\nstream\n{drawn.decode('latin-1')}\nendstream")
    return bound(objects)


@pytest.mark.parametrize(
    ("pages", "text", "note"),
    [
        (1, "Hello", "1 page"),
        (51, "Hello", "51 pages; the first 50 are read"),
        (20, "word " * 400, "20 pages; the first 12,000 characters are read"),
        (2_000, "Hello", "2,000 pages; the first 50 are read"),
    ],
)
def test_only_so_many_pages(pages, text, note):
    """The number of pages is told, and how many of them are read."""
    found = read(pdf(pages, text))
    assert found.note == note
    assert found.text.startswith(text.strip()[:60])
    assert len(found.text) < MAX_TEXT + 30


def test_locked_files():
    """With a password it is not opened; one that anybody may open is."""
    assert read(encrypted("secret")).note == "it is locked with a password: send it without one"
    assert read(encrypted("")).text == "Total is 33.75 euro 1"


def test_a_page_that_holds_too_much():
    """It is not read, whether it unpacks to too much or takes too many steps; the others are, and it is said."""
    page = b"BT /F1 12 Tf 72 720 Td (Hello) Tj ET"
    for flood in (b" " * (MAX_STREAM + 9), b"(x) Tj " * MAX_STEPS):
        assert read(of_streams(flood)).note == "its pages are broken; send its words as text or as a Word document"
        found = read(of_streams(page, flood, page))
        assert (found.note, found.text) == ("3 pages; 1 page could not be read", "Hello\n\nHello")


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n",
        b"%PDF-1.4\n" + b"<<" * 200_000,
        b"%PDF-1.4\ntrailer << /Root " + b"[" * 200_000,
        b"%PDF-1.4\n1 0 obj (" + b"(" * 500_000,
        bound(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]),
        bound(["<< /Type /Catalog /Pages 1 0 R >>"]),
        bound(["1 0 R"]),
        pdf(3)[:-400],
    ],
    ids=["head", "open", "arrays", "words", "loop", "no pages", "itself", "cut"],
)
def test_broken_files(content):
    """Words in the end, whatever is wrong with it; a table that is lost is made again."""
    assert read(content).note in {
        "it is broken: a PDF program cannot read it; print it to PDF again",
        "its pages are pictures, in which I cannot read; send its words as text or as a Word document",
        "3 pages",
    }


def test_too_many_pages():
    """A tree of pages that is larger than any document is not walked."""
    kids = " ".join(["2 0 R"] * 5)
    nested = [f"<< /Type /Pages /Kids [{' '.join([f'{number + 1} 0 R'] * 9)}] /Count 9 >>" for number in range(2, 12)]
    page = "<< /Type /Page /Parent 2 0 R >>"
    found = read(bound(["<< /Type /Catalog /Pages 2 0 R >>", *nested, page, kids]))
    assert not found.used
    assert found.note.startswith(("it holds more than I read of a PDF", "it is broken"))
