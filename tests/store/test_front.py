"""Tokens and orders in the ledger, on both databases: one transaction each, and a key counts once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mailbot.domain.errors import Temporary
from mailbot.domain.message import Address, Proof
from mailbot.domain.names import request_id
from mailbot.domain.orders import Placed, Scope, Token
from mailbot.receive.orders import Vouched, order_envelope, order_mail
from tests.conftest import postgres, sqlite

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TO, ANA = Address("build@mailbot.localhost"), Address("ana@acme.example")


@pytest.fixture(params=[sqlite, postgres], ids=lambda kind: kind.__name__)
async def ledger(request, tmp_path):
    """A new ledger of either kind."""
    open_again = await request.param(request, tmp_path)()
    found = await open_again(lambda: NOW)
    yield found
    await found.close()


def ordered(number, **more):
    """An order: its mail, its envelope, and what is kept beside it."""
    raw = order_mail({"description": f"bees {number}"}, author=ANA, to=TO, nonce=str(number), at=NOW)
    envelope = order_envelope(ANA, TO, Vouched(token="t", proof=Proof.ACCOUNT), NOW)
    return raw, envelope, Placed(request=request_id(raw, (TO,)), token="t", at=NOW, body=str(number), **more)


async def test_an_order_is_stored_with_its_request(ledger):
    """Both or none; how it stands is known at once."""
    raw, envelope, placed = ordered(1, key="k", webhook_url="https://h.example/1", app_type="cli")
    assert await ledger.place(raw, envelope, placed) is placed
    assert await ledger.order(placed.request) == placed
    assert (await ledger.request(placed.request)).envelope == envelope
    standing = await ledger.standing(placed.request)
    assert (standing.status, standing.token, standing.ended) == ("queued", "t", False)
    assert await ledger.standing("a" * 20) is None
    assert await ledger.order("a" * 20) is None


async def test_a_key_counts_once_at_any_moment(ledger):
    """Ten orders with one key at the same time: one is stored, all hear of that one."""
    placed = await asyncio.gather(*(ledger.place(*ordered(number, key="same")) for number in range(10)))
    assert len({one.request for one in placed}) == 1
    assert (await ledger.count()).received == 1


async def test_orders_without_a_key_are_all_stored(ledger):
    """An empty key is none."""
    for number in range(3):
        await ledger.place(*ordered(number))
    assert (await ledger.count()).received == 3


async def test_an_order_that_cannot_be_stored_leaves_nothing(ledger, monkeypatch):
    """The request goes with the order: neither is there alone."""
    raw, envelope, placed = ordered(1)

    def broken(*_):
        raise Temporary("the disk is full")

    monkeypatch.setattr(ledger._orders, "add", broken)
    with pytest.raises(Temporary):
        await ledger.place(raw, envelope, placed)
    assert (await ledger.count()).received == 0


async def test_tokens_are_found_by_their_hash(ledger):
    """Made once by name; revoked once; their last use is known to the minute."""
    token = Token(name="t", scopes=frozenset({Scope.SEND, Scope.READ}), people=("@a.example",), created_at=NOW)
    assert await ledger.add_token(token, "h1")
    assert not await ledger.add_token(replace(token, people=()), "h2")
    assert await ledger.token("h1") == token
    assert await ledger.token("h2") is None
    await ledger.use_token("t", NOW)
    await ledger.use_token("t", NOW + timedelta(seconds=59))
    assert (await ledger.token("h1")).used_at == NOW
    await ledger.use_token("t", NOW + timedelta(seconds=61))
    assert (await ledger.token("h1")).used_at == NOW + timedelta(seconds=61)
    assert await ledger.revoke_token("t", NOW)
    assert not await ledger.revoke_token("t", NOW)
    assert [one.revoked_at for one in await ledger.tokens()] == [NOW]
