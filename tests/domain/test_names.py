"""Our names on the wire prove themselves, and nobody else can make them."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.names import MAX_REFERENCES, Names, request_id
from mailbot.domain.project import ProjectId
from mailbot.domain.reply import DeliveryId

NAMES = Names(domain="acme.example", keys=(b"new" * 8, b"old" * 8))
OTHER = Names(domain="acme.example", keys=(b"other" * 8,))
PROJECT, DELIVERY = ProjectId("t7k2m9"), DeliveryId("d4x7q2m5n3ab")


def test_each_name_reads_back():
    """The four names of a project and a delivery lead back to them, in any case of letters."""
    assert NAMES.project_of_address(NAMES.thread_address(PROJECT, "build").upper()) == PROJECT
    assert NAMES.project_of_message_id(NAMES.message_id(PROJECT, "3", DELIVERY)) == PROJECT
    assert NAMES.projects_of_text(f"> thanks\n> {NAMES.reference(PROJECT)}\n") == (PROJECT,)
    assert NAMES.delivery_of(NAMES.return_path(DELIVERY)) == DELIVERY


def test_a_strangers_signature_leads_nowhere():
    """What another key signed is not ours."""
    assert NAMES.project_of_address(OTHER.thread_address(PROJECT, "build")) is None
    assert NAMES.project_of_message_id(OTHER.message_id(PROJECT, "3", DELIVERY)) is None
    assert NAMES.projects_of_text(OTHER.reference(PROJECT)) == ()
    assert NAMES.delivery_of(OTHER.return_path(DELIVERY)) is None
    assert not NAMES.is_ours(OTHER.message_id(PROJECT, "3", DELIVERY))


def test_an_older_key_still_verifies():
    """After a change of keys the threads of before go on."""
    before = Names(domain="acme.example", keys=(b"old" * 8,))
    assert NAMES.project_of_address(before.thread_address(PROJECT, "build")) == PROJECT


def test_a_mail_without_a_project_is_ours_and_names_none():
    """Help and refusals belong to no project."""
    name = NAMES.message_id(None, "told", DELIVERY)
    assert NAMES.is_ours(name)
    assert NAMES.project_of_message_id(name) is None


def test_a_signature_holds_for_one_purpose():
    """The signature of a Message-ID is no signature of a thread."""
    mac = NAMES.message_id(PROJECT, "1", DELIVERY).split(".")[3][:10]
    assert NAMES.project_of_address(f"build+{PROJECT}.{mac}@acme.example") is None


def test_a_forged_reference_hides_nothing():
    """In a long quoted thread a forged line is stepped over, wherever it stands."""
    forged = OTHER.reference(ProjectId("aaaaaa"))
    assert NAMES.projects_of_text(f"{NAMES.reference(PROJECT)}\n{forged}") == (PROJECT,)
    assert NAMES.projects_of_text(f"{forged}\n{NAMES.reference(PROJECT)}") == (PROJECT,)


def test_the_least_quoted_reference_comes_first():
    """The mail that is answered is quoted once, the ones before it more often; without marks the newest is on top."""
    one, two = (NAMES.reference(ProjectId(name)) for name in ("aaaaaa", "bbbbbb"))
    assert NAMES.projects_of_text(f"> > {one}\n> {two}") == ("bbbbbb", "aaaaaa")
    assert NAMES.projects_of_text(f"{one}\n{two}\n{one}") == ("aaaaaa", "bbbbbb")
    assert NAMES.projects_of_text(f"> {one}\n{two}\n{one}") == ("bbbbbb", "aaaaaa")


def test_a_revision_is_read_from_what_delivered_it():
    """Questions and news deliver none, and nobody else can name one."""
    assert NAMES.revision_of_message_id(NAMES.message_id(PROJECT, "12", DELIVERY)) == 12
    assert NAMES.revision_of_message_id(NAMES.message_id(PROJECT, "asked", DELIVERY)) is None
    assert NAMES.revision_of_message_id(NAMES.message_id(PROJECT, "1", DELIVERY).replace(".1.", ".2.")) is None


def test_thread_addresses_are_found_in_a_text():
    """A link of ours that is quoted names its project, also as an encoding wrote it."""
    address = NAMES.thread_address(PROJECT, "build")
    for text in (f"<mailto:{address}?subject=x>", address.upper(), address.replace("+", "%2B").replace("@", "%40")):
        assert NAMES.projects_written(text) == (PROJECT,)
    assert NAMES.projects_written(OTHER.thread_address(PROJECT, "build")) == ()


def test_letters_that_look_like_others_are_no_signature():
    """The long s is an s to who compares without case, and to nobody else."""
    assert NAMES.projects_of_text("Ref t7k2m9.\u017fbcdefghij") == ()
    assert NAMES.projects_written("+t7k2m9.\u017fbcdefghij@acme.example") == ()


def test_only_so_many_signatures_are_checked():
    """A text of nothing but references costs no more than its length."""
    forged = "".join(f"Ref a{number:05d}.abcdefghij\n" for number in range(MAX_REFERENCES))
    assert NAMES.projects_of_text(forged + NAMES.reference(PROJECT)) == ()
    assert NAMES.projects_of_text(f"{NAMES.reference(PROJECT)}\n{forged}") == (PROJECT,)


@given(st.text(max_size=400))
def test_no_text_breaks_the_readers(text):
    """Whatever stands there, the answer is no."""
    assert NAMES.project_of_address(text) is None
    assert NAMES.project_of_message_id(text) is None
    assert NAMES.projects_of_text(text) == ()
    assert NAMES.delivery_of(text) is None


def test_long_inputs_are_read_in_one_pass():
    """A megabyte of near misses is no work."""
    assert NAMES.projects_of_text("Ref t7k2m" * 120_000) == ()
    assert NAMES.project_of_address("build+" * 200_000 + "@x") is None


@pytest.mark.parametrize("people", [("build@a.example",), ("BUILD@A.example", "build@a.example")])
def test_the_same_bytes_to_the_same_people_are_one_request(people):
    """Offered twice, it is known; case and order of the addresses do not matter."""
    assert request_id(b"mail", people) == request_id(b"mail", ("build@a.example",))
    assert request_id(b"mail", people) != request_id(b"mail", ("ask@a.example",))
    assert request_id(b"Mail", people) != request_id(b"mail", people)


def test_names_are_the_same_after_a_crash():
    """Nothing in them is chance or time."""
    again = Names(domain="acme.example", keys=NAMES.keys)
    first, second = itertools.islice(NAMES.project_ids("r1"), 2)
    assert next(again.project_ids("r1")) == first != second
    assert again.delivery_id("r1", "email", "zip") == NAMES.delivery_id("r1", "email", "zip")


def test_a_record_is_ours_only_under_our_mark():
    """With a key of ours, old ones too, and for just this sum."""
    mark = NAMES.mark("a" * 64)
    assert NAMES.is_marked("a" * 64, mark)
    assert not NAMES.is_marked("b" * 64, mark)
    assert not NAMES.is_marked("a" * 64, "")
    assert Names(domain="other.example", keys=(b"new", *NAMES.keys)).is_marked("a" * 64, mark)
    assert not Names(domain=NAMES.domain, keys=(b"new",)).is_marked("a" * 64, mark)
