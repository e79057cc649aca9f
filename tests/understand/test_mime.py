"""The tree of parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.understand.mime import MAX_DEPTH, MAX_PARTS, Walk, mail_fields, part_fields


def tree(raw):
    walk = Walk(raw=raw)
    fields, body = part_fields(raw, 0, len(raw))
    return walk.tree(fields, body, len(raw)), walk


def shape(part):
    return (part.kind, *map(shape, part.parts)) if part.parts else part.kind


def contents(raw):
    root, _ = tree(raw)
    return [part.content(raw) for part in root.parts]


def multipart(*bodies, boundary="b", end="--b--\r\n", kind="mixed"):
    head = f"Content-Type: multipart/{kind}; boundary={boundary}\r\n\r\npreamble\r\n"
    return (head + "".join(f"--{boundary}\r\n{body}\r\n" for body in bodies) + end).encode()


def test_parts_are_found():
    """The line end before a delimiter belongs to the delimiter; preamble and epilogue are no parts."""
    raw = multipart("\r\none", "Content-Type: text/html\r\n\r\n<p>two\r\n", end="--b--\r\nepilogue\r\n--b\r\n\r\nno")
    assert contents(raw) == [b"one", b"<p>two\r\n"]
    assert shape(tree(raw)[0]) == ("multipart/mixed", "text/plain", "text/html")


@pytest.mark.parametrize("end", ["", "--b", "--b--", "--b \t--"])
def test_a_missing_end_loses_nothing(end):
    """A mail that was cut off still has its parts."""
    assert contents(multipart("\r\none", "\r\ntwo", end=end))[:2] == [b"one", b"two"] or end in {"", "--b \t--"}
    assert contents(multipart("\r\none", end=end))[0].startswith(b"one")


def test_empty_parts():
    """A part may hold nothing, not even a line end."""
    assert contents(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n--b\n\n--b\n\n\n--b--") == [b"", b"", b""]


def test_lines_that_only_look_like_delimiters():
    """A delimiter stands alone on its line."""
    raw = multipart("\r\nx--b\r\n --b\r\n--bc\r\n--b x\r\ny")
    assert contents(raw) == [b"x--b\r\n --b\r\n--bc\r\n--b x\r\ny"]


def test_the_header_of_a_part():
    """Folded fields are joined; a header without an empty line after it ends where it stops looking like one."""
    fields, body = part_fields(b"A: b\r\n c\r\nD : e\r\nno field: x\r\nbody", 0, 40)
    assert (list(fields), body) == ([("A", "b c"), ("D", "e")], 17)


def test_bare_line_feeds():
    """A mail out of a Maildir."""
    assert contents(multipart("\r\none", "\r\ntwo").replace(b"\r", b"")) == [b"one", b"two"]


def test_a_multipart_without_parts_is_its_text():
    """No boundary, or one that never comes: the words are all there is."""
    for raw in (
        b"Content-Type: multipart/mixed\r\n\r\nwords",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nwords",
    ):
        part, walk = tree(raw)
        assert (part.kind, part.content(raw), walk.trouble) == ("text/plain", b"words", "")


@pytest.mark.parametrize("kind", ["", "text", "text/plain/x", "TEXT/plain", "a b/c", "x" * 200 + "/y"])
def test_no_usable_type_is_plain_text(kind):
    """RFC 2045, 5.2."""
    assert tree(f"Content-Type: {kind}\r\n\r\nx".encode())[0].kind == "text/plain"


def test_a_part_of_a_digest_is_a_message():
    """RFC 2046, 5.1.5."""
    assert shape(tree(multipart("\r\nSubject: x\r\n\r\ny", kind="digest"))[0]) == ("multipart/digest", "message/rfc822")


@pytest.mark.parametrize(
    ("encoding", "body", "content"),
    [
        ("base64", "aGVs\r\nbG8=", b"hello"),
        ("BASE64 ", "aGVs bG8", b"hello"),
        ("quoted-printable", "a=3Db=\r\nc=C3=BC =ZZ", b"a=bc\xc3\xbc =ZZ"),
        ("x-uuencode", "begin 644 x\r\n%:&5L;&\\\r\n`\r\nend\r\n", b"hello"),
        ("x-uuencode", "begin 644 x\r\n\x7f\x7f\r\n%:&5L;&\\\r\n`\r\nend\r\n", b"hello"),
        ("7bit", "a=3D", b"a=3D"),
        ("nonsense", "a", b"a"),
    ],
)
def test_transfer_encodings(encoding, body, content):
    """Each encoding is undone; a broken one gives what is left of it."""
    raw = f"Content-Transfer-Encoding: {encoding}\r\n\r\n{body}".encode()
    assert tree(raw)[0].content(raw) == content


def test_too_many_parts():
    """The parts up to the limit are read, and the rest is said."""
    root, walk = tree(multipart(*["\r\nx"] * (MAX_PARTS - 1)))
    assert (len(root.parts), walk.trouble) == (MAX_PARTS - 1, "")
    root, walk = tree(multipart(*["\r\nx"] * MAX_PARTS))
    assert len(root.parts) == MAX_PARTS - 1
    assert "100 parts" in walk.trouble


def nested(depth):
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return (head + "\r\nx\r\n").encode()


def test_too_deep():
    """Ten levels are read; the eleventh is said to be too much."""
    assert tree(nested(MAX_DEPTH))[1].trouble == ""
    assert "10 deep" in tree(nested(MAX_DEPTH + 1))[1].trouble


@pytest.mark.parametrize(
    "raw",
    [
        nested(20_000),
        multipart("\r\n" + "--b\r\n" * 200_000),
        b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"-" * 1_000_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b x\r\n" * 140_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n" + b"X: y\r\n" * 160_000,
        b"X: y\r\n" * 160_000,
        b"Content-Transfer-Encoding: x-uuencode\r\n\r\n" + b"\x7f\r\n" * 300_000,
    ],
)  # fmt: skip
def test_hostile_mails_end(raw):
    """A megabyte of anything ends, within the limits."""
    part, walk = tree(raw)
    part.content(raw)
    assert walk.count <= MAX_PARTS


@given(
    st.lists(
        st.sampled_from(
            [b"--b", b"--b--", b"\r\n", b"\n", b"Content-Type: multipart/mixed; boundary=b", b"x", b":", b" "]
        )
    )
)
def test_any_bytes_are_a_tree(pieces):
    """Nothing raises, and every part lies within the mail."""
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(pieces)
    root, _ = tree(raw)
    assert all(0 <= part.start <= part.end <= len(raw) for part in (root, *root.parts))


PARTS = b"--used  \r\nContent-Type: text/html\r\n\r\none\r\n--used\r\n\r\ntwo\r\n--used--\r\n"


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Type: multipart/mixed; boundary=announced\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nbefore\r\n",
        b"\r\n\r\n",
    ],
)
def test_a_delimiter_that_was_not_announced(head):
    """A line where one would stand, with a field behind it, is taken for one."""
    assert contents(head + PARTS) == [b"one", b"two"]


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: text/plain\r\n\r\n" + PARTS,
        b"Subject: x\r\n\r\nLook:\r\n" + PARTS,
        b"Content-Type: multipart/mixed\r\n\r\n--used\r\nwords\r\n",
        b"Content-Type: multipart/mixed\r\n\r\nwords --used\r\nContent-Type: a/b\r\n",
    ],
)
def test_delimiters_are_not_guessed_everywhere(raw):
    """Somebody may write about them: only a multipart has them, or what begins with one and says nothing else."""
    root, _ = tree(raw)
    assert (root.parts, root.kind) == ((), "text/plain")


def test_a_delimiter_is_sought_at_the_top():
    """Within the first 64 kB."""
    head = b"Content-Type: multipart/mixed\r\n\r\n"
    assert contents(head + b"x" * 60_000 + b"\r\n" + PARTS) == [b"one", b"two"]
    assert contents(head + b"x" * 70_000 + b"\r\n" + PARTS) == []


def test_a_multipart_without_parts_is_broken():
    """It is read as words, and it is known that it is not what it says."""
    root, _ = tree(b"Content-Type: multipart/mixed; boundary=b\r\n\r\nwords")
    assert (root.kind, root.broken) == ("text/plain", True)
    assert not tree(multipart("\r\none"))[0].broken


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("text/html charset=utf-8", "text/html"),
        ("text/html, charset=utf-8", "text/html"),
        ("text/html (of ours)", "text/html"),
        ("TEXT/HTML;charset=utf-8", "text/html"),
        ("text", "text/plain"),
        ("text/", "text/plain"),
        ("", "text/plain"),
    ],
)
def test_a_type_as_programs_write_it(said, kind):
    """Without its semicolon, with a remark, in capitals; half a type is none."""
    assert tree(f"Content-Type: {said}\r\n\r\nx".encode())[0].kind == kind


@pytest.mark.parametrize(
    "before", [b"", b"\r\n", b"   \n\r\n", b"From ana Mon Nov 20\n", b">From ana Mon Nov 20\r\n \r\n"]
)
def test_the_header_of_a_mail_in_a_mail(before):
    """Blank lines, and the line that some mailbox files put before a mail, are stepped over."""
    raw = before + b"Subject: x\r\n\r\nwords"
    fields, body = mail_fields(raw)
    assert (fields, raw[body:]) == ([("Subject", "x")], b"words")


def test_a_mail_of_nothing():
    """Neither a header nor a body."""
    assert mail_fields(b"") == ([], 0)
    assert mail_fields(b"\r\n \r\n") == ([], 5)
