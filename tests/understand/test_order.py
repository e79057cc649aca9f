"""An order is read from its part, and only where our own door wrote it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.intent import Kind
from mailbot.domain.message import Address, Envelope, Proof
from mailbot.receive.orders import Vouched, order_envelope, order_mail, subject_of
from mailbot.understand.brought import to_read
from mailbot.understand.intent import intent_of
from mailbot.understand.order import ordered
from mailbot.understand.parse import parse

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TO, ANA = Address("build@mailbot.localhost"), Address("ana@acme.example")
HERE = order_envelope(ANA, TO, Vouched(token="t", proof=Proof.ACCOUNT), NOW)
BY_MAIL = Envelope(channel="smtp", sender=ANA, recipients=(TO,), received_at=NOW, proof=Proof.DKIM)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ("app_type", "description", "requirements", "tech_stack", "deployment_target", "features", "parameters")


def mail(order):
    return order_mail(order, author=ANA, to=TO, nonce="n", at=NOW)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=7))
def test_whatever_an_order_holds_it_is_one_mail_of_one_author(order):
    """The same bytes each time, no header of its own, a wish and never a command."""
    raw = mail(order)
    message = parse(raw)
    intent = intent_of(message, HERE, None, {"build": "build"})
    assert raw == mail(order)
    assert (message.author, message.to, len(message.attachments)) == (ANA, (TO,), 1)
    assert json.loads(message.attachments[0].content) == order
    assert (intent.kind, intent.commands) == (Kind.CREATE, ())


def test_the_part_counts_only_in_our_own_channel():
    """Anybody may mail a file of that name; it is a file then, and no order."""
    message = parse(mail({"app_type": "cli", "description": "A timer"}))
    assert ordered(message, BY_MAIL) is None
    assert ordered(message, HERE).wants.app_type == "cli"
    assert to_read(message, HERE) == ()
    assert len(to_read(message, BY_MAIL)) == 1


def test_a_subject_is_the_first_words():
    """Never more than eighty characters, and never empty."""
    assert subject_of({"description": "A page\nabout bees"}) == "A page"
    assert subject_of({"app_type": "web_application"}) == "web application"
    assert subject_of({}) == "Order"
    assert len(subject_of({"description": "word " * 100})) <= 80
