"""Pictures: their size out of their first bytes."""

from __future__ import annotations

import struct

import pytest

from mailbot.understand.inputs import input_of
from tests.understand.attachments import attached, jpeg, png


def read(content):
    return input_of(attached("a", content))


def riff(kind, body):
    return b"RIFF0000WEBP" + kind + bytes(4) + body


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (png(640, 480), "PNG picture of 640 x 480"),
        (jpeg(800, 600), "JPEG picture of 800 x 600"),
        (jpeg(800, 600).replace(b"\xff\xc0", b"\xff\xff\xc2"), "JPEG picture of 800 x 600"),
        (b"GIF89a" + struct.pack("<HH", 3, 4), "GIF picture of 3 x 4"),
        (b"BM" + bytes(16) + struct.pack("<ii", 3, -4), "BMP picture of 3 x 4"),
        (b"\0\0\1\0\1\0\0\x20", "ICO picture of 256 x 32"),
        (riff(b"VP8X", bytes(4) + b"\x02\0\0\x03\0\0"), "WebP picture of 3 x 4"),
        (riff(b"VP8L", b"\x2f" + (2 | 3 << 14).to_bytes(4, "little") + bytes(9)), "WebP picture of 3 x 4"),
        (riff(b"VP8 ", bytes(6) + struct.pack("<HH", 3, 4)), "WebP picture of 3 x 4"),
        (b"0000ftypheic" + b"ispe" + bytes(4) + struct.pack(">II", 3, 4), "HEIC picture of 3 x 4"),
        (b'<svg width="3" height="4.5px">', "SVG picture of 3 x 4"),
        (b'<svg viewBox="0 0 3 4">', "SVG picture of 3 x 4"),
        (b"<svg><script>alert(1)</script>", "SVG picture of 300 x 150"),
    ],
)
def test_sizes(content, said):
    """Its kind and its size are all that is known of it, and that is said."""
    found = read(content)
    assert found.note.startswith(said)
    assert (found.used, found.kind) == (True, "image")
    assert "alert" not in found.text


@pytest.mark.parametrize(
    "content",
    [
        png()[:18],
        png(0, 5),
        jpeg(1, 1)[:-14],
        b"\xff\xd8\xff\xe0\0\0" * 9,
        b"\xff\xd8" + b"\xff\xe0\0\x02" * 5_000,
        b"GIF89a",
        b"0000ftypheic",
        riff(b"VP8X", b""),
        b"<svg",
    ],
    ids=range(9),
)
def test_broken_pictures(content):
    """No size, no picture."""
    found = read(content)
    assert (found.used, found.kind) == (content == b"<svg", "image" if content != b"<svg" else "text")


@pytest.mark.parametrize(("width", "height"), [(50_000, 1), (1, 50_000), (15_000, 15_000), (2**31, 2**31)])
def test_pictures_that_are_too_large(width, height):
    """A small file may promise billions of pixels: nobody draws them."""
    found = read(png(width, height))
    assert not found.used
    assert found.note == f"{width:,} x {height:,} pixels are too many; send it at 2,000 pixels or less"


def test_a_kind_that_is_not_read():
    """With the kind that helps."""
    assert read(b"II*\0").note == "I do not read TIFF: send it as a PNG"
