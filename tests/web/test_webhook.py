"""Orders of workflow tools: both forms, tokens, signatures, and the open door."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from mailbot.domain.message import Proof
from mailbot.domain.orders import Scope, request_of
from tests.web.world import ORDER, here, now

SECRET = "whsec_" + base64.b64encode(b"s" * 24).decode()
HOOK = {"app_type": "cli", "description": "A timer", "recipient_email": "ana@acme.example"}


def signed(body, *, id="msg_1", secret=SECRET, ago=timedelta()):
    """The headers by which *body* is signed."""
    at = now() - ago
    signature = Webhook(secret).sign(id, at, body)
    stamp = str(int(at.timestamp()))
    known = {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": signature}
    return {**known, "content-type": "application/json"}


async def order_in(web, answer):
    """The order that was stored for an answer."""
    raw = await web.ledger.raw(request_of(answer.json()["request_id"]))
    return json.loads(base64.b64decode(raw.split(b"order.json")[2].split(b"\r\n\r\n")[1].split(b"--")[0]))


async def test_e7_a_webhook_orders(web):
    """Its answer has success, request_id, message and status_url; what is not said is taken."""
    body = {"recipient_email": "ana@acme.example", "callback_url": "https://hooks.example/1"}
    answer = await web.post("/webhook/generate", body, await web.token())
    told = answer.json()
    assert (answer.status_code, set(told)) == (202, {"success", "request_id", "message", "status_url"})
    assert told["status_url"] == f"/status/{told['request_id']}"
    order = await order_in(web, answer)
    assert (order["app_type"], order["tech_stack"]) == ("web_application", ["python", "fastapi"])
    assert order["description"]
    assert (await web.ledger.order(request_of(told["request_id"]))).webhook_url == "https://hooks.example/1"


async def test_e7_e23_without_a_recipient_it_is_400(web):
    """Somebody has to get the answer."""
    token = await web.token()
    for body in ({}, {"recipient_email": ""}, {"recipient_email": "ana"}, {"recipient": "a@b@c.example"}):
        answer = await web.post("/webhook/generate", HOOK | {"recipient_email": None} | body, token)
        assert (answer.status_code, "recipient_email" in answer.json()["error"]) == (400, True)
    assert (await web.ledger.count()).received == 0


async def test_e8_the_short_form_of_the_concept(web):
    """recipient and parameters say the same in other words."""
    body = {"app_type": "api", "requirements": ["CRUD for books"], "recipient": "ana@acme.example"}
    parameters = {"database": "postgresql", "auth": "jwt", "deployment": "kubernetes"}
    answer = await web.post("/webhook/generate", body | {"parameters": parameters}, await web.token())
    order = await order_in(web, answer)
    assert (answer.status_code, order["recipient_email"]) == (202, "ana@acme.example")
    assert (order["deployment_target"], order["requirements"]) == ("kubernetes", ["CRUD for books"])
    assert order["parameters"] == {"database": "postgresql", "auth": "jwt"}


async def test_e10_a_status_is_heard_and_a_test_orders_nothing(web):
    """Both say success; neither stores anything."""
    token = await web.token()
    for path in ("/webhook/status", "/webhook/test"):
        answer = await web.post(path, {"status": "email_sent", "request_id": "1", "more": [1]}, token)
        assert (answer.status_code, answer.json()["success"]) == (200, True)
        assert (await web.post(path, {})).status_code == 401
    assert (await web.ledger.count()).received == 0


async def test_e10_a_sample_is_ordered(web):
    """For whom it says, else for the first admin."""
    token = await web.token()
    for body, who in (({}, "ola@acme.example"), ({"recipient_email": "ana@acme.example"}, "ana@acme.example")):
        answer = await web.post("/test-generation", body, token)
        assert (answer.status_code, (await order_in(web, answer))["recipient_email"]) == (202, who)
    assert (await web.post("/test-generation", {"recipient_email": "x"}, token)).status_code == 400


async def test_e7_a_signed_webhook_needs_no_token_and_counts_once(tmp_path):
    """The same webhook-id again is no second order."""
    body = json.dumps(HOOK)
    async with here(tmp_path, secret=SECRET) as web:
        answers = [await web.client.post("/webhook/generate", content=body, headers=signed(body)) for _ in range(2)]
        assert [one.status_code for one in answers] == [202, 202]
        assert (await web.ledger.count()).received == 1
        later = await web.client.post("/webhook/generate", content=body, headers=signed(body, id="msg_2"))
        assert later.json()["request_id"] != answers[0].json()["request_id"]


BROKEN = (
    {"webhook-signature": "v1,AAAA"}, {"webhook-signature": "v1,%%%"}, {"webhook-signature": "nonsense"},
    {"webhook-signature": "v1,\u00e9".encode("latin-1")}, {"webhook-timestamp": "nan"},
    {"webhook-timestamp": "1" * 40}, {"webhook-timestamp": ""}, {"webhook-id": "other"},
)  # fmt: skip


async def test_e7_a_signature_that_does_not_hold_is_401(tmp_path):
    """Whatever is malformed is a 401 and never a 500."""
    body = json.dumps(HOOK)
    async with here(tmp_path, secret=SECRET) as web:
        for change in BROKEN:
            answer = await web.client.post("/webhook/generate", content=body, headers=signed(body) | change)
            assert answer.status_code == 401, change


async def test_e7_an_old_signature_and_another_secret_are_401(tmp_path):
    """Five minutes are the most, and only our secret counts."""
    body = json.dumps(HOOK)
    other = "whsec_" + base64.b64encode(b"x" * 24).decode()
    async with here(tmp_path, secret=SECRET) as web:
        for headers in (signed(body, ago=timedelta(minutes=6)), signed(body, secret=other), signed("other")):
            assert (await web.client.post("/webhook/generate", content=body, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("embedded", "peer", "host", "proof"),
    [
        (False, "127.0.0.1", "127.0.0.1:8000", Proof.NONE),
        (True, "127.0.0.1", "127.0.0.1:8000", Proof.ACCOUNT),
        (True, "127.0.0.1", "evil.example", Proof.NONE),
        (True, "203.0.113.7", "127.0.0.1:8000", Proof.NONE),
    ],
)
async def test_e7_the_open_door_proves_nothing(tmp_path, embedded, peer, host, proof):
    """Only without a domain, from this machine and under its own name does nobody need a token to be believed."""
    async with here(tmp_path, embedded=embedded, peer=peer, webhook_open=True) as web:
        answer = await web.post("/webhook/generate", HOOK, {"host": host})
        request = await web.ledger.request(request_of(answer.json()["request_id"]))
        assert (request.envelope.proof, request.envelope.peer) == (proof, peer)
        assert (await web.post("/generate", ORDER)).status_code == 401


async def test_e7_a_closed_door_asks_for_a_token(web):
    """As it ships, nobody orders without one."""
    assert (await web.post("/webhook/generate", HOOK)).status_code == 401
    assert (await web.post("/webhook/generate", HOOK, await web.token(scopes=(Scope.READ,)))).status_code == 403
