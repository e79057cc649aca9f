"""Three versions of the same files in one: nothing that only one side did is lost, and nothing is guessed."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.build.merge import merged
from mailbot.build.merge_lines import Room, shared
from tests.servers import missing

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"d\n", b"e\n", b"\n"]), max_size=12)
BASE = b"one\ntwo\nthree\nfour\nfive\n"


def changed(lines, side, chance):
    """*lines* with up to three changes of one side."""
    made = list(lines)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(made) + 1)
        new = [f"{side}{chance.randint(0, 99)}\n".encode() for _ in range(chance.randint(1, 2))]
        made[at : at + chance.randint(0, 2)] = new if chance.random() < 0.7 else []
    return made


def test_it_does_as_git_does(tmp_path):
    """Hundreds of generated cases: what git merges, we merge to the same; what it does not, we do not."""
    if shutil.which("git") is None:
        missing("git is not installed")
    chance, agreed, cases = random.Random(7), 0, 200
    for number in range(cases):
        base = [f"l{chance.randint(0, 12) if number % 2 else at}\n".encode() for at in range(chance.randint(0, 14))]
        sides = {"base": base, "mine": changed(base, "m", chance), "yours": changed(base, "y", chance)}
        for name, lines in sides.items():
            (tmp_path / name).write_bytes(b"".join(lines))
        told = ["git", "merge-file", "-p", "yours", "base", "mine"]
        theirs = subprocess.run(told, cwd=tmp_path, capture_output=True, check=False)
        ours = merged(*({"f": b"".join(lines)} for lines in sides.values()))
        agreed += (theirs.returncode == 0) == (not ours.clashes)
        if theirs.returncode == 0 and not ours.clashes:
            assert ours.files["f"] == theirs.stdout
    assert agreed >= cases * 0.97  # where several diffs are as short as each other, either may be meant


@given(LINES, LINES, LINES)
def test_no_line_that_only_one_side_added_is_lost(base, mine, yours):
    """Whatever the three are: it stands in what was merged, or in a clash that is shown."""
    made = merged({"f": b"".join(base)}, {"f": b"".join(mine)}, {"f": b"".join(yours)})
    kept = Counter(made.files.get("f", b"").splitlines(keepends=True))
    for clash in made.clashes:
        kept += Counter(clash.mine or ())
    added = (Counter(mine) - Counter(base)) | (Counter(yours) - Counter(base))
    assert not added - kept


@given(LINES, LINES)
def test_whoever_is_alone_wins(base, mine):
    """Where the other side did nothing, the result is what was made, byte for byte."""
    one, other = {"f": b"".join(base)}, {"f": b"".join(mine)}
    assert merged(one, other, one).files == other
    assert merged(one, one, other).files == other
    assert merged(one, other, other).files == other


def test_what_lies_apart_is_merged():
    """One side changed the first line, the other the last one."""
    mine, yours = BASE.replace(b"one", b"ONE"), BASE.replace(b"five", b"FIVE")
    assert merged({"f": BASE}, {"f": mine}, {"f": yours}).files == {"f": b"ONE\ntwo\nthree\nfour\nFIVE\n"}


@pytest.mark.parametrize(("side", "line"), [("mine", b"2\n"), ("yours", b"II\n"), ("both", b"II\n2\n")])
def test_a_clash_is_settled_by_its_number(side, line):
    """Until then it is shown, with the line of the newest version where it stands."""
    files = {"f": BASE}, {"f": BASE.replace(b"two", b"2")}, {"f": b"zero\n" + BASE.replace(b"two", b"II")}
    (clash,) = merged(*files).clashes
    assert (clash.number, clash.line, clash.mine, clash.yours) == (1, 3, (b"2\n",), (b"II\n",))
    made = merged(*files, chosen={1: side})
    assert (made.clashes, made.files["f"]) == ((), b"zero\n" + BASE.replace(b"two\n", line))


@pytest.mark.parametrize(
    ("mine", "yours"), [(None, b"new\n"), (b"new\n", None), (b"\0mine", b"\0yours")], ids=["gone", "there", "no text"]
)
def test_what_cannot_be_merged_by_lines_is_a_clash(mine, yours):
    """A file that one side removed and the other changed; one that is no text."""
    sides = [{"f": one} if one is not None else {} for one in (b"old\n", mine, yours)]
    assert len(merged(*sides).clashes) == 1
    assert merged(*sides, chosen={1: "mine"}).files == sides[1]
    assert merged(*sides, chosen={1: "yours"}).files == sides[2]


def test_a_new_name_goes_together_with_a_change():
    """One side renames the file, the other changes a line of it."""
    made = merged({"a": BASE}, {"b": BASE}, {"a": BASE.replace(b"two", b"2")})
    assert (made.clashes, made.files) == ((), {"b": BASE.replace(b"two", b"2")})


def test_two_files_of_one_name_never_swallow_one_another():
    """One side moves a file to where the other made a new one."""
    made = merged({"a": BASE}, {"b": BASE}, {"a": BASE + b"six\n", "b": b"else\n"})
    assert len(made.clashes) == 2


@pytest.mark.parametrize("kind", ["same", "different", "repeated"])
def test_hostile_files_cost_no_more_than_their_share(kind):
    """Lines that all are the same, all differ, or repeat in two rhythms: the steps are counted."""
    size = 20_000
    one = [b"x\n" if kind == "same" else b"%d\n" % (at % 7 if kind == "repeated" else at) for at in range(size)]
    two = [b"x\n" if kind == "same" else b"%d\n" % (at % 5 if kind == "repeated" else -at) for at in range(size - 9)]
    room = Room()
    pairs = shared(one, two, room)
    assert all(one[here] == two[there] for here, there in pairs)
    assert room.steps > -2 * size
    assert pairs == sorted(pairs)
