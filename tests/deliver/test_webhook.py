"""One signed POST to a program that ordered, against a real server on loopback."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook, WebhookVerificationError

from mailbot.deliver.webhook import Webhooks, allows, signer
from mailbot.domain.errors import NotYet, Permanent, Temporary
from mailbot.domain.fetching import Forbidden
from mailbot.domain.news import Gone, News, What
from tests.deliver.fetched import Zone, door, web

NEW, OLD, OWN = ("whsec_" + base64.b64encode(letter * 24).decode() for letter in (b"n", b"o", b"t"))
NOW = datetime.now(UTC)  # noqa: TID251  (signatures are judged by the real time)


@pytest.fixture(autouse=True)
def at_this_moment(monkeypatch):
    """The file may have been read long before its tests run."""
    monkeypatch.setitem(globals(), "NOW", datetime.now(UTC))  # noqa: TID251  (the same)


def news(url, **changes):
    known = {"id": "msg_x_completed", "request": "x", "what": What.COMPLETED, "token": "ci", "first_at": NOW}
    return News(url=url, body='{"status": "completed"}', **(known | changes))


def hook(server, secret=NEW, **settings):
    settings = {"allow": ("localhost",), **settings}
    return Webhooks(**settings).open(door(f"localhost:{server.port}"), secret)


def url(server):
    return f"http://localhost:{server.port}/hook?a=b"


async def test_e9_it_is_signed_as_the_standard_says():
    """The official verifier takes it; another secret, or another body, does not pass."""
    async with web() as server:
        assert await hook(server).send(news(url(server)), NOW) == "200"
        method, path, headers, body = server.calls[0]
        assert (method, path, body) == ("POST", "/hook?a=b", b'{"status": "completed"}')
        assert (headers["webhook-id"], headers["content-type"]) == ("msg_x_completed", "application/json")
        assert Webhook(NEW).verify(body, headers) == {"status": "completed"}
        for secret, said in ((OLD, body), (NEW, body + b" ")):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(said, headers)


async def test_two_signatures_while_a_secret_is_changed():
    """Whoever still has the old one, and whoever has the new one, takes it."""
    async with web() as server:
        await hook(server, former_secret=SecretStr(OLD)).send(news(url(server)), NOW)
        _, _, headers, body = server.calls[0]
        for secret in (NEW, OLD):
            Webhook(secret).verify(body, headers)


async def test_a_token_may_have_a_secret_of_its_own():
    """What one customer can verify, another cannot make."""
    async with web() as server:
        own = hook(server, former_secret=SecretStr(OLD), secrets={"ci": SecretStr(OWN)})
        await own.send(news(url(server)), NOW)
        await own.send(news(url(server), token="other"), NOW)
        (_, _, first, body), (_, _, second, _) = server.calls
        Webhook(OWN).verify(body, first)
        assert len(first["webhook-signature"].split(" ")) == 1
        with pytest.raises(WebhookVerificationError):
            Webhook(OWN).verify(body, second)


async def test_without_a_secret_it_is_not_signed():
    """But it has its id and time."""
    async with web() as server:
        await hook(server, "").send(news(url(server)), NOW)
        assert "webhook-signature" not in server.calls[0][2]
        assert server.calls[0][2]["webhook-timestamp"] == str(int(NOW.timestamp()))


@pytest.mark.parametrize(
    ("status", "headers", "error"),
    [
        (410, {}, Gone),
        (500, {}, Temporary),
        (404, {}, Temporary),
        (302, {"Location": "http://localhost:1/"}, Temporary),
        (429, {"Retry-After": "90"}, NotYet),
        (503, {"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}, NotYet),
        (503, {"Retry-After": "soon"}, Temporary),
        (429, {"Retry-After": "9" * 5_000}, NotYet),
    ],
)
async def test_what_is_not_2xx(status, headers, error):
    """410 is the end; all others are tried again, later where that was asked for, and no redirect is followed."""
    async with web(**{"/hook?a=b": (status, headers, b"x")}) as server:
        with pytest.raises(error) as caught:
            await hook(server).send(news(url(server)), NOW)
        assert type(caught.value) is error
        assert len(server.calls) == 1
        if error is NotYet:
            assert NOW < caught.value.until <= NOW + timedelta(hours=2)


async def test_what_is_said_back_is_not_read():
    """A body of any size, packed or not, changes nothing: it was taken."""
    async with web(**{"/hook?a=b": (202, {"Content-Encoding": "gzip"}, b"x" * 200_000)}) as server:
        assert await hook(server).send(news(url(server)), NOW) == "202"


async def test_only_hosts_that_an_admin_allows():
    """By default none; and never one of our own network, whatever is allowed."""
    async with web() as server:
        with pytest.raises(Permanent, match="not allowed"):
            await hook(server, allow=()).send(news(url(server)), NOW)
        with pytest.raises(Forbidden):
            await hook(server, allow=("*",)).send(news("https://127.0.0.1/hook"), NOW)
        zone = Zone(**{"hooks.acme.example": ["10.0.0.1"]})
        wide = Webhooks(allow=("*",)).open(door(zone=zone), NEW)
        with pytest.raises(Forbidden):
            await wide.send(news("https://hooks.acme.example/"), NOW)
        assert server.calls == []


def test_names_of_hosts():
    """Whole, with all below it, or any."""
    assert allows(["hooks.acme.example"], "https://HOOKS.acme.example/x")
    assert allows(["*.acme.example"], "https://a.b.acme.example/")
    assert allows(["*"], "https://x.example/")
    for other in (
        "https://acme.example/",
        "https://xacme.example/",
        "https://acme.example.evil.example/",
        "x",
        "http://[",
    ):
        assert not allows(["*.acme.example", "hooks.acme.example"], other)
    assert not allows([], "https://hooks.acme.example/")


def test_secrets_in_both_spellings():
    """Base64 behind whsec_, or any words; a broken whsec_ is told when the settings are opened."""
    assert signer("") is None
    assert signer("a plain secret, no base64").sign("a", NOW, "b").startswith("v1,")
    with pytest.raises(Permanent, match="whsec_"):
        Webhooks(former_secret=SecretStr("whsec_not base64 at all")).open(door(), "")


def test_pauses_grow_from_a_second_and_end_after_a_day():
    """1, 2, 4, 8 s as D11 has it, two hours at most; then it is given up."""
    one, pauses, now = news("https://x.example/"), [], NOW
    while one.way == "waiting":
        one = one.again(now)
        if one.not_before:
            pauses.append((one.not_before - now).total_seconds())
            now = one.not_before
    assert pauses[:4] == [1, 2, 4, 8]
    assert max(pauses) == 7_200
    assert timedelta(hours=22) < now - NOW <= timedelta(hours=24)
    asked = news("https://x.example/").again(NOW, NOW + timedelta(minutes=5))
    assert asked.not_before == NOW + timedelta(minutes=5)
