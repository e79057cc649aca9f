"""Names of orders, and whom a token speaks for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from mailbot.domain.orders import Scope, Token, request_of, uuid_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
IDS = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=20, max_size=20)


@given(IDS)
def test_a_uuid_names_one_request_and_back(id):
    """It is a UUID of version 8; the same request has the same."""
    name = uuid_of(id)
    assert UUID(name).version == 8
    assert request_of(name) == request_of(name.upper()) == request_of(id) == id


@given(st.one_of(st.text(max_size=60), st.uuids().map(str), IDS.map(lambda text: str(uuid5(UUID(int=0), text)))))
def test_whatever_else_names_no_request(text):
    """Or exactly the one whose name it is."""
    found = request_of(text)
    assert found is None or text == found or UUID(uuid_of(found)) == UUID(text)


def token(*people, **more):
    """A token."""
    return Token(name="t", scopes=frozenset({Scope.ORDERS}), people=people, created_at=NOW, **more)


def test_a_token_speaks_for_whom_it_names():
    """Letters large or small; a domain is not its subdomain."""
    assert token("@acme.example").speaks_for("Ana@acme.example")
    assert token("ANA@acme.example").speaks_for("ana@acme.example")
    assert not token("@acme.example").speaks_for("ana@sub.acme.example")
    assert not token("@acme.example").speaks_for("ana@notacme.example")


def test_a_token_counts_until_it_ends():
    """The instant of its end is no longer its time."""
    assert token().valid(NOW)
    assert token(expires_at=NOW + timedelta(seconds=1)).valid(NOW)
    assert not token(expires_at=NOW).valid(NOW)
    assert not token(revoked_at=NOW).valid(NOW)
