"""Values as JSON, and back."""

from __future__ import annotations

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.build.plan import Said, Tried
from mailbot.domain.errors import Permanent
from mailbot.domain.grants import Grants, Meter, Quota
from mailbot.domain.message import Envelope, MessageId
from mailbot.domain.project import Draft, Maker, Report
from mailbot.domain.request import Admitted, Built, Held, Ignored, Merged, RequestId, Told, Withdrawn
from mailbot.store.codec import dump, dump_turn, load, load_turn, summary, why_closed
from tests.fakes import envelope, order
from tests.store.values import check, draft

words = st.text(st.characters(), max_size=20)  # lone surrogates too
st.register_type_strategy(MessageId, words)


@given(
    st.builds(
        Envelope, sender=words, recipients=st.lists(words).map(tuple), received_at=st.just(envelope().received_at)
    )
)
def test_an_envelope_comes_back(value):
    """Whatever the transport said."""
    assert load(Envelope, dump(value)) == value


@given(st.dictionaries(words, st.binary(max_size=50), max_size=4), words)
def test_a_draft_comes_back(files, title):
    """Every byte of every file, and the report on them."""
    value = draft(files=files, title=title, checks=(check(1, title),))
    assert load(Draft, dump(value)) == value


@pytest.mark.parametrize(
    "turn", [Said(text="\0", maker=Maker(kind="m", seconds=0.1)), Tried(report=draft().report, base=2)]
)
def test_a_turn_comes_back(turn):
    """Of each kind."""
    assert load_turn(*dump_turn(turn)) == turn


def test_an_order_comes_back():
    """With what is none in it."""
    value = order(priority=0)
    assert load(Admitted, dump(value)) == value


def test_what_a_newer_version_wrote_is_passed_over():
    """Unknown fields, so that an older mailbot can be put back."""
    stored = json.loads(dump(order())) | {"lights": ["red"]}
    stored["intent"]["mood"] = 3
    assert load(Admitted, json.dumps(stored)) == order()


def test_what_an_older_version_did_not_write_has_its_default():
    """A field that came later."""
    stored = json.loads(dump(order(repairs=7)))
    del stored["repairs"]
    assert load(Admitted, json.dumps(stored)) == order()


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"findings": 3}', '{"findings": [{"result": "perhaps"}]}'])
def test_what_cannot_be_read_is_permanent(text):
    """A damaged row is named, and no bug."""
    if text == "{}":
        text = '{"executed": true, "findings": [{}]}'
    with pytest.raises(Permanent, match="Report"):
        load(Report, text)


def test_the_audit_keeps_no_files():
    """Nor the words of a mail: rule, reason, numbers."""
    kept = json.loads(summary(Built(draft=draft(b"secret"), number=3)))
    assert kept == {"number": 3}
    kept = json.loads(summary(order()))
    assert (kept["rule"], kept["kind"], kept["project"]) == ("loopback", "create", "p00001")
    assert "bees" not in summary(order())
    assert json.loads(summary(Held(rule="r", reason="w", admitted=order()))) == {"rule": "r", "reason": "w"}
    meters = (Meter(quota=Quota(per="all", max=1, every="day"), used=1),)
    given = order(set=Grants(prompt="secret"), rules="v1", meters=meters)
    assert set(json.loads(summary(given))) == {*kept, "rules"}


REASONS = [(Ignored(rule="loop", reason=""), "loop"), (Merged(into=RequestId("a")), "merged")]


@pytest.mark.parametrize(("event", "reason"), [*REASONS, (Withdrawn(by=RequestId("a")), "withdrawn")])
def test_why_a_request_is_closed(event, reason):
    """The reason that it is counted under."""
    assert why_closed(event) == reason


def test_what_has_no_json_is_a_bug():
    """It is not stored as something else."""
    with pytest.raises(TypeError, match="set"):
        dump(dataclasses.make_dataclass("Odd", ["x"])({1}))
    with pytest.raises(AssertionError):
        why_closed(Told(topic="x"))
