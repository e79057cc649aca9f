"""How far a folder was read: the cursor never stands behind what is not settled, and one mail holds nobody else up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mailbot.receive.imap_progress import LOST, PATIENCE, REFUSED, Progress


def test_what_is_settled_is_not_asked_for_again():
    """Only what lies above the cursor and is not settled."""
    progress = Progress(7, 3)
    assert progress.ready([1, 3, 4, 5, 6], 0) == ([4, 5, 6], [])
    progress.settle([5])
    assert progress.ready([4, 5, 6], 0) == ([4, 6], [])


def test_the_cursor_waits_for_a_mail_in_trouble():
    """What lies behind it is taken, and the cursor follows once it is settled."""
    progress = Progress(7, 0)
    progress.ready([1, 2, 9], 0)
    assert progress.reach([2, 9]) == 0
    progress.settle([2, 9])
    assert progress.uid == 0
    assert progress.reach([1]) == 9
    progress.settle([1])
    assert progress.uid == 9


def test_a_doubted_mail_is_tried_alone_and_after_a_pause():
    """The others go first; it is due again when its time has come."""
    progress = Progress(7, 0)
    progress.doubt([1, 2])
    assert progress.ready([1, 2, 3], 0) == ([3], [1, 2])
    assert not progress.failed(2, REFUSED, again=50)
    assert progress.ready([1, 2, 3], 10) == ([3], [1])
    assert progress.next_try == 50
    assert progress.ready([1, 2, 3], 50) == ([3], [1, 2])


def test_three_refusals_or_ten_lost_connections_end_the_patience():
    """A server that says no knows what it says; a lost connection may be the network's fault."""
    for weight, times in ((REFUSED, 3), (LOST, 10)):
        progress = Progress(7, 0)
        progress.ready([1], 0)
        assert [progress.failed(1, weight, 0) for _ in range(times)] == [False] * (times - 1) + [True]
    assert PATIENCE == 30


def test_a_mail_that_is_gone_makes_no_trouble_any_more():
    """Somebody has deleted it."""
    progress = Progress(7, 0)
    progress.ready([1, 2], 0)
    progress.failed(1, REFUSED, again=5)
    assert progress.ready([2], 9) == ([2], [])
    assert progress.next_try is None


@given(st.data())
def test_the_cursor_is_always_the_settled_beginning(data):
    """Whatever is settled in whatever order."""
    uids = sorted(data.draw(st.sets(st.integers(1, 60), min_size=1)))
    progress, left = Progress(7, 0), set(uids)
    progress.ready(uids, 0)
    for some in data.draw(st.lists(st.sets(st.sampled_from(uids)))):
        reached = progress.reach(some)
        left -= some
        progress.settle(some)
        wanted = max((uid for uid in uids if uid < min(left, default=999)), default=0)
        assert reached == progress.uid == wanted
