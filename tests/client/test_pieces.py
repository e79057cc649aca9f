"""What was too large for one mail."""

from __future__ import annotations

import base64

import pytest

from mailbot.client.found import packages
from mailbot.client.trouble import Trouble
from tests.client.letters import FILES, letter, one, zipped

WHOLE = zipped(FILES)
CUT = [WHOLE[:100], WHOLE[100:200], WHOLE[200:]]


@pytest.mark.parametrize(
    "name",
    ["bees.zip.{0:03}", "bees.zip.part{0}of3", "bees.part-{0}-of-3.zip", "bees.zip.part{0}", "bees part {0} of 3"],
)
def test_parts_in_several_mails_are_joined(name):
    """In whatever order the mails are given."""
    mails = [letter((name.format(number), piece)) for number, piece in enumerate(CUT, 1)]
    assert one(*reversed(mails)).files == FILES


def test_parts_of_base64_text_are_joined():
    """Each text says which part it is."""
    mails = [
        letter(text=f"bees, part {number} of 2\n\n{base64.encodebytes(piece).decode()}\n")
        for number, piece in enumerate((WHOLE[:300], WHOLE[300:]), 1)
    ]
    assert one(*mails).files == FILES


def test_a_missing_part_is_named():
    """With what to do."""
    with pytest.raises(Trouble, match=r"part 2 of 3 of bees\.zip is missing.*open part1\.eml part2\.eml"):
        packages([letter(("bees.zip.part1of3", CUT[0])), letter(("bees.zip.part3of3", CUT[2]))])


def test_the_last_part_may_only_be_missed_by_the_package_itself():
    """Where names do not say how many there are, the zip does."""
    with pytest.raises(Trouble, match="damaged"):
        packages([letter(("bees.zip.001", CUT[0])), letter(("bees.zip.002", CUT[1]))])


def test_the_same_part_twice_is_no_matter_and_another_one_is():
    """A mail may come twice; two versions are not mixed."""
    mails = [letter((f"bees.zip.part{number}of3", piece)) for number, piece in enumerate(CUT, 1)]
    assert one(*mails, mails[0]).files == FILES
    with pytest.raises(Trouble, match="different parts 1"):
        packages([*mails, letter(("bees.zip.part1of3", b"other"))])


@pytest.mark.parametrize("names", [["x.part1of2", "x.part2of3"], ["x.part1of999", "x.part2of999"]])
def test_parts_that_do_not_agree_are_refused(names):
    """On how many there are, or too many."""
    with pytest.raises(Trouble, match=r"do not agree|over 100"):
        packages([letter((name, b"x")) for name in names])
