"""Order something over HTTP: what is answered, what is stored, and who may."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from uuid import UUID

from mailbot.decide.errands import errands
from mailbot.domain.intent import Kind
from mailbot.domain.message import Proof
from mailbot.domain.orders import Scope, request_of
from mailbot.domain.request import Ignored
from mailbot.understand.intent import intent_of
from mailbot.understand.parse import parse
from mailbot.understand.thread import project_of
from tests.house import ADDRESSES, NAMES
from tests.web.world import ENVIRONMENT, ORDER

KEY = {"Idempotency-Key": "7f3a"}


async def stored(web, answer):
    """The request that an answer names, and its mail as it is read."""
    id = request_of(answer.json()["request_id"])
    return await web.ledger.request(id), parse(await web.ledger.raw(id))


async def test_e3_an_order_is_taken_with_its_defaults(web):
    """Three fields are enough; the stack and the target are python, fastapi and docker then."""
    answer = await web.post("/generate", {name: ORDER[name] for name in list(ORDER)[:3]}, await web.token())
    request, message = await stored(web, answer)
    order = json.loads(message.attachments[0].content)
    assert (order["tech_stack"], order["deployment_target"]) == (["python", "fastapi"], "docker")
    assert request.envelope.channel == "http"
    assert request.envelope.proof is Proof.ACCOUNT
    assert message.author == "ana@acme.example"


async def test_e3_every_field_reaches_the_intent(web):
    """Type, stack, target, features and requirements are read from the order; metadata and webhook stay beside it."""
    more = {
        "tech_stack": ["rust"],
        "deployment_target": "static",
        "features": ["search", "own thing"],
        "metadata": {"a": 1},
    }
    order = {**ORDER, **more, "webhook_url": "https://hooks.example/1"}
    answer = await web.post("/generate", order, await web.token())
    request, message = await stored(web, answer)
    intent = intent_of(message, request.envelope, None, ADDRESSES)
    assert (intent.kind, intent.wants.app_type, intent.wants.stack) == (Kind.CREATE, "static_site", ("rust",))
    assert intent.wants.target == "static"
    assert {"search", "own thing"} <= set(intent.wants.features)
    assert "heading Honey" in intent.text
    assert (await web.ledger.order(request.id)).webhook_url == "https://hooks.example/1"


async def test_e4_the_answer_has_its_four_fields_at_once(web):
    """A UUID, queued, a message and a time; it is on disk by then."""
    answer = await web.post("/generate", ORDER, await web.token())
    body = answer.json()
    assert answer.status_code == 202
    assert set(body) == {"request_id", "status", "message", "estimated_completion"}
    assert UUID(body["request_id"]).version == 8
    assert body["status"] == "queued"
    assert datetime.fromisoformat(body["estimated_completion"]).tzinfo
    assert answer.headers["location"] == f"/status/{body['request_id']}"


async def test_e5_without_a_good_token_nothing_is_ordered(web):
    """401, in the one shape of errors, and nothing is stored."""
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic YTpi"}, {"X-API-Key": "x"}):
        answer = await web.post("/generate", ORDER, headers)
        assert answer.status_code == 401, headers
        assert answer.json()["error_code"] == "unauthorized"
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await web.ledger.count()).received == 0


WRONG = (
    {"app_type": None}, {"description": ""}, {"recipient_email": "nobody"}, {"requirements": "one"},
    {"tech_stack": ["x" * 201]}, {"features": ["a"] * 51}, {"metadata": {"a": "b" * 30_000}},
    {"webhook_url": "ftp://a"}, {"webhook_url": "https://a b"}, {"app_type": "a\nSubject: b"},
    {"recipient_email": "a@b.example\nBcc: c@d.example"}, {"description": "x" * 20_001},
)  # fmt: skip


async def test_e5_e23_an_order_that_is_none_is_422(web):
    """Each mistake is named by its field, and nothing is stored."""
    token = await web.token(people=("*",))
    for change in WRONG:
        answer = await web.post("/generate", ORDER | change, token)
        assert answer.status_code == 422, change
        assert next(iter(change)) in answer.json()["error"]
    assert (await web.ledger.count()).received == 0


async def test_e5_a_body_that_is_no_json_is_no_order(web):
    """Broken, nested without end, of another type, with half a character: an error, never a 500."""
    token = await web.token()
    bodies = (b"", b"{", b"[" * 100_000, b'"x"', b"null", b'{"app_type": "\\ud800"}', b"\xff\xfe", b"1" * 5_000)
    for body in bodies:
        headers = {**token, "content-type": "application/json"}
        answer = await web.client.post("/generate", content=body, headers=headers)
        assert answer.status_code in {400, 422}, body[:20]
        assert answer.headers["content-type"] == "application/problem+json"


async def test_e6_the_status_of_an_order(web):
    """Six fields; only for whoever ordered it, or may read all; anything else is a 404."""
    mine, other = await web.token(), await web.token("other")
    reader = await web.token("reader", scopes=(Scope.READ,))
    name = (await web.post("/generate", ORDER, mine)).json()["request_id"]
    found = await web.get(f"/status/{name}", mine)
    assert set(found.json()) == {"request_id", "status", "created_at", "completed_at", "error", "email_sent"}
    assert (found.json()["status"], found.json()["email_sent"]) == ("queued", False)
    assert (await web.get(f"/status/{name}", reader)).status_code == 200
    assert (await web.get(f"/status/{name}", other)).status_code == 404
    for unknown in ("0" * 8, "a" * 20, "1d6bd7d3-1b4e-4d2a-9d61-9b5d6c1c8f3e", "x" * 65):
        assert (await web.get(f"/status/{unknown}", mine)).status_code in {404, 422}


async def test_e6_what_ended_without_software_has_failed_and_says_why(web):
    """Closed: failed, with the reason."""
    token = await web.token()
    name = (await web.post("/generate", ORDER, token)).json()["request_id"]
    request = await web.ledger.request(request_of(name))
    await web.ledger.record(request, Ignored(rule="spam", reason="it looks like spam"), at=web.doors.site.clock())
    found = (await web.get(f"/status/{name}", token)).json()
    assert (found["status"], found["error"]) == ("failed", "it looks like spam")


async def test_the_same_key_orders_once(web):
    """The same call again has the same answer and is marked as a repetition."""
    token = await web.token() | KEY
    first, again = [await web.post("/generate", ORDER, token) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (await web.ledger.count()).received == 1


async def test_the_same_key_at_the_same_moment_orders_once(web):
    """Ten callers of one key: one order."""
    token = await web.token() | KEY
    answers = await asyncio.gather(*(web.post("/generate", ORDER, token) for _ in range(10)))
    assert {one.status_code for one in answers} == {202}
    assert len({one.json()["request_id"] for one in answers}) == 1
    assert (await web.ledger.count()).received == 1


async def test_a_key_for_another_order_is_refused(web):
    """422; another token may use the same key."""
    token = await web.token() | KEY
    await web.post("/generate", ORDER, token)
    other = await web.post("/generate", ORDER | {"description": "Another"}, token)
    assert (other.status_code, "Idempotency-Key" in other.json()["error"]) == (422, True)
    assert (await web.post("/generate", ORDER, await web.token("two") | KEY)).status_code == 202


async def test_a_key_that_is_none_is_refused(web):
    """It has 1 to 255 visible characters."""
    token = await web.token()
    for key in ("", "a b", "x" * 256):
        assert (await web.post("/generate", ORDER, token | {"Idempotency-Key": key})).status_code == 422


async def test_without_a_key_two_orders_are_two(web):
    """Who orders the same twice gets it twice."""
    token = await web.token()
    names = {(await web.post("/generate", ORDER, token)).json()["request_id"] for _ in range(2)}
    assert len(names) == 2


PEOPLE = {
    ("ana@acme.example",): True, ("@acme.example",): True, ("*",): True, ("@ACME.example",): True,
    ("bob@acme.example",): False, ("@example",): False, ("acme.example",): False, (): False,
}  # fmt: skip


async def test_a_token_orders_for_whom_it_was_made(web):
    """Nobody gets mail because somebody else's token said so."""
    for number, (people, allowed) in enumerate(PEOPLE.items()):
        answer = await web.post("/generate", ORDER, await web.token(str(number), people=people))
        assert answer.status_code == (202 if allowed else 403), people
        assert allowed or "may not order for ana@acme.example" in answer.json()["error"]


async def test_a_token_without_the_scope_orders_nothing(web):
    """403, which names the scope."""
    answer = await web.post("/generate", ORDER, await web.token(scopes=(Scope.SEND,)))
    assert (answer.status_code, "scope orders" in answer.json()["error"]) == (403, True)


async def test_an_order_decides_about_no_held_mail_and_names_no_project(web):
    """Whatever stands in it: no command, no errand of an admin, no thread."""
    project = next(NAMES.project_ids("a" * 20))
    text = f"#mailbot held\nrollback to v1\nstop\n\nRef {NAMES.reference(project)[4:]}"
    order = ORDER | {"recipient_email": "ola@acme.example", "description": text}
    request, message = await stored(web, await web.post("/generate", order, await web.token()))
    intent = intent_of(message, request.envelope, None, ADDRESSES)
    assert (intent.kind, intent.commands, intent.project) == (Kind.CREATE, (), None)
    assert errands(message, request.envelope, ("ola@acme.example",)) == ()
    assert project_of(message, request.envelope, NAMES) is None


async def test_the_environment_gives_a_token(web):
    """API_TOKEN is a token like any other; it is no admin's."""
    answer = await web.post("/generate", ORDER, {"X-API-Key": ENVIRONMENT})
    assert answer.status_code == 202
    assert (await web.ledger.order(request_of(answer.json()["request_id"]))).token == "API_TOKEN"


async def test_e24_too_many_calls_are_told_when_to_come_again(web):
    """Each token by itself: 60 a minute as it ships."""
    token, other = await web.token(), await web.token("other")
    answers = [await web.get("/status/x", token) for _ in range(61)]
    assert {one.status_code for one in answers[:60]} == {404}
    last = answers[60]
    body = last.json()
    assert (last.status_code, body["limit"], body["remaining"]) == (429, 60, 0)
    assert 0 < body["retry_after"] <= 60
    assert last.headers["retry-after"] == str(body["retry_after"])
    assert answers[0].headers["ratelimit-remaining"] == "59"
    assert (await web.get("/status/x", other)).status_code == 404


async def test_a_clock_that_says_later_changes_no_answer(web):
    """The time of a repeated order is the first one's."""
    token = await web.token() | KEY
    first = (await web.post("/generate", ORDER, token)).json()["estimated_completion"]
    again = (await web.post("/generate", ORDER, token)).json()["estimated_completion"]
    assert datetime.fromisoformat(first) - datetime.fromisoformat(again) == timedelta()
