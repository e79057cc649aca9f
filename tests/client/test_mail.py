"""Mails are taken apart: every encoding, every damage, in linear time."""

from __future__ import annotations

import base64
import email
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.client.mail import MAX_DEPTH, MAX_PARTS, mails, parse, unpacked64, words_of
from mailbot.client.trouble import Trouble
from tests.client.letters import OURS, ends_well, letter


def test_our_own_mail_is_read_as_the_standard_library_reads_it():
    """The same parts, names and contents, byte for byte."""
    leaves = [part for part in email.message_from_bytes(OURS).walk() if not part.is_multipart()]
    expected = [(part.get_filename() or "", part.get_content_type(), part.get_payload(decode=True)) for part in leaves]
    found = [(one.name, one.kind, one.content) for one in parse(OURS).parts]
    assert [one[2].replace(b"\r\n", b"\n") for one in found] == [one[2].replace(b"\r\n", b"\n") for one in expected]
    assert [one[:2] for one in found] == [one[:2] for one in expected]


def test_line_ends_of_a_file_on_disk_do_not_matter():
    """LF or CRLF, the attachments are the same."""
    assert [one.content for one in parse(OURS.replace(b"\r\n", b"\n")).parts if one.name] == [
        one.content for one in parse(OURS).parts if one.name
    ]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('filename="a.zip"', "a.zip"),
        ("filename*=utf-8''gr%C3%B6%C3%9Fe.zip", "größe.zip"),
        ('filename*0="long-"; filename*1="name.zip"', "long-name.zip"),
        ('filename="=?utf-8?B?Z3LDtsOfZS56aXA=?="', "größe.zip"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="C:\\\\dir\\\\x.zip"', "x.zip"),
        ("filename*=nonsense''a%FF.zip", "a\xff.zip"),
    ],
)
def test_a_file_name_is_read_however_it_is_written(field, name):
    """RFC 2231, encoded words, and never a folder."""
    raw = f"From: a\nContent-Disposition: attachment; {field}\nContent-Transfer-Encoding: base64\n\neA==\n".encode()
    [part] = parse(raw).parts
    assert part.content == b"x"
    assert part.name == name


def test_an_mbox_is_its_mails():
    """With its quoted lines as they were; what comes before another header line is no new mail."""
    box = b"From x Mon\nSubject: 1\n\n>From here\nFrom within\n\nFrom x Tue\nSubject: 2\n\nend\n"
    assert mails(box) == [b"Subject: 1\n\nFrom here\nFrom within\n\n", b"Subject: 2\n\nend\n"]


def test_what_an_editor_puts_before_a_mail_is_passed_over():
    """The mark of UTF-8, empty lines."""
    assert mails(b"\xef\xbb\xbf\r\n\nSubject: 1\n\nx") == [b"Subject: 1\n\nx"]


def test_a_mail_that_is_cut_off_says_so():
    """Whatever part of it is missing."""
    raw = letter(("a.zip", b"x" * 1000))
    assert parse(raw).damaged == ()
    assert parse(raw[: len(raw) // 2]).damaged
    assert parse(raw[:-8]).damaged


@pytest.mark.parametrize(
    "raw", [b"", b"\0\0\0", b"PK\3\4", b"no colon here\n\nx", b"<html><body>", b"\xff\xfeF\0r\0o\0m\0"]
)
def test_what_is_no_mail_is_said(raw):
    """In words that tell what to do."""
    with pytest.raises(Trouble, match="no mail"):
        parse(raw)


def test_parts_have_a_limit_in_depth():
    """Multiparts in multiparts."""
    raw = "From: a\n" + "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n" for level in range(MAX_DEPTH + 3)
    )
    with pytest.raises(Trouble, match="deep"):
        parse(raw.encode())


def test_parts_have_a_limit_in_number():
    """One more than is looked at."""
    with pytest.raises(Trouble, match=str(MAX_PARTS)):
        parse(letter(*[("a", b"a")] * MAX_PARTS))


def test_a_mail_of_60_mb_is_cut_in_a_time_that_grows_with_it():
    """Twice the mail is about twice the time; nothing in it makes the parser go back."""
    evil = b"--=_" * 5_000_000
    spent = []
    for many in (1, 2):
        raw = letter(("a.bin", evil * many))
        start = time.process_time()
        assert parse(raw).parts[-1].content == evil * many
        spent.append(time.process_time() - start)
    assert spent[1] < 6 * spent[0] + 1


@pytest.mark.parametrize(
    "field", ["Content-Type: text/plain" + ";" * 900_000, "Content-Type: a/b; n=" + '"\\' * 400_000]
)
def test_a_field_that_takes_the_library_long_is_refused(field):
    """The square of a million would be an hour."""
    with pytest.raises(Trouble, match="described in more"):
        parse(f"From: a\n{field}\n\nx".encode())


def test_a_subject_that_takes_the_library_long_is_cut():
    """Encoded words that never end."""
    assert parse(b"From: a\nSubject: " + b"=?a?q?" * 150_000 + b"\n\nx").field("Subject")


@given(st.binary(max_size=300))
def test_base64_comes_back(content):
    """Broken over lines, with quote marks and spaces in between."""
    text = b"> " + b"\r\n> ".join(base64.encodebytes(content).split(b"\n"))
    assert unpacked64(text) == (content, "")


@given(st.binary(max_size=400))
def test_whatever_bytes_come_end_in_parts_or_in_words(junk):
    """Behind a header, no bytes raise anything else."""
    for raw in (junk, b"From: a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + junk, b"Subject: " + junk):
        assert ends_well(parse, raw)


@given(st.text(max_size=80))
def test_a_header_field_becomes_words(value):
    """Broken encoded words are left as they are."""
    assert isinstance(words_of("=?utf-8?B?" + value), str)
    assert "\n" not in words_of(value)
