"""What is around every call: its number, its limits of size and patience, and no word of our insides."""

from __future__ import annotations

import gzip
import json
import socket

import pytest
from structlog.testing import capture_logs

from mailbot.web import server
from tests.web.served import served
from tests.web.world import ENVIRONMENT, ORDER, here

TOKEN = {"Authorization": f"Bearer {ENVIRONMENT}"}


def spoken(port, *pieces, wait=10.0):
    """What the server says to these bytes, until it hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as line:
        for piece in pieces:
            line.sendall(piece)
        said = b""
        while piece := line.recv(65536):
            said += piece
    return said


def head(size, *more):
    """The head of an order of so many bytes."""
    fields = ["POST /generate HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {size}", *more]
    return ("\r\n".join(fields) + "\r\n\r\n").encode()


def test_a_body_of_100_mb_is_refused_before_it_is_read(tmp_path):
    """413 on the word of its head, and the connection ends."""
    with served(tmp_path) as door:
        said = spoken(door.port, head(100_000_000))  # what is sent behind a close may reset the connection
    assert said.startswith(b"HTTP/1.1 413 ")
    assert b'"error_code":"too_large"' in said


def test_a_body_without_an_end_is_refused_where_the_limit_is(tmp_path):
    """Whoever does not say how much comes is counted."""
    with served(tmp_path, max_body=10_000) as door:
        chunk = b"1000\r\n" + b" " * 4096 + b"\r\n"
        begin = head(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        said = spoken(door.port, begin, *[chunk] * 3)
    assert said.startswith(b"HTTP/1.1 413 ")


def test_only_who_has_a_token_may_send_a_mail_of_megabytes(tmp_path):
    """Without one a call to /eml has the room of an order."""
    with served(tmp_path, max_body=10_000) as door:
        begin = b"POST /eml/parse HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n"
        assert spoken(door.port, begin + b"\r\n", b"x").startswith(b"HTTP/1.1 4")
        whole = begin + f"X-API-Key: {ENVIRONMENT}\r\nConnection: close\r\n\r\n".encode() + b"x" * 20_000
        assert spoken(door.port, whole).startswith(b"HTTP/1.1 422 ")


def test_a_slow_body_is_not_waited_for(tmp_path):
    """408 once patience ends, and the connection ends."""
    with served(tmp_path, timeout=0.3) as door:
        said = spoken(door.port, head(100), b"{")
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"did not come whole" in said


def test_a_head_that_does_not_come_is_hung_up_on(tmp_path, monkeypatch):
    """On the first call of a connection and on a later one; one that is being answered is left alone."""
    monkeypatch.setattr(server, "HEAD_SECONDS", 0.3)
    with served(tmp_path) as door:
        assert spoken(door.port, b"GET /healthz HT") == b""
        assert spoken(door.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /he").count(b"HTTP/1.1 200") == 1


def test_garbage_is_answered_and_forgotten(tmp_path):
    """No HTTP, a head without end: a 400 or a hang-up; the door stays open."""
    with served(tmp_path) as door:
        for bytes_ in (
            b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000,
            b"\r\n\r\n\0\r\n\r\n",
        ):
            assert spoken(door.port, bytes_)[:12] in {b"HTTP/1.1 400", b""}
        assert spoken(door.port, b"GET /healthz HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


async def test_every_call_has_a_number_and_a_time(web):
    """The caller's own number, where it is one; na13: X-Process-Time."""
    given = await web.get("/healthz", {"X-Request-ID": "my-call.1"})
    made = await web.get("/healthz", {"X-Request-ID": "no\tnumber at all"})
    assert given.headers["x-request-id"] == "my-call.1"
    assert len(made.headers["x-request-id"]) == 16
    assert float(given.headers["x-process-time"]) >= 0
    assert given.headers["x-content-type-options"] == "nosniff"


async def test_na8_an_error_has_one_shape(web):
    """The fields of a problem, and those that callers of such systems know."""
    answer = await web.post("/generate", {"app_type": 1}, TOKEN)
    body = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"error", "error_code", "timestamp", "path", "details", "type", "title", "status", "detail"} <= set(body)
    assert (body["error_code"], body["path"], body["status"]) == ("validation_error", "/generate", 422)
    assert {one["where"] for one in body["details"]} >= {"body.app_type", "body.description"}
    for path, code in (("/nothing", "not_found"), ("/%00%ff", "not_found")):
        assert (await web.get(path)).json()["error_code"] == code
    assert (await web.get("/generate")).json()["error_code"] == "method_not_allowed"


async def test_a_bug_says_nothing_of_our_insides(web, monkeypatch):
    """500 with the number of the call; the log has the rest."""

    async def broken(*_):
        raise RuntimeError("password hunter2 in /srv/secret.py")

    monkeypatch.setattr(web.ledger, "place", broken)
    with capture_logs() as logs:
        answer = await web.post("/generate", ORDER, TOKEN)
    assert [one["event"] for one in logs] == ["web.bug"]
    assert (answer.status_code, answer.json()["request_id"]) == (500, answer.headers["x-request-id"])
    assert "hunter2" not in answer.text
    assert "secret.py" not in answer.text


async def test_na13_a_long_answer_is_packed_for_who_can_read_it(web):
    """gzip, by Accept-Encoding."""
    answer = await web.get("/openapi.json", {"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(gzip.compress(answer.content)) < len(answer.content) / 4
    assert "content-encoding" not in (await web.get("/openapi.json", {"Accept-Encoding": "identity"})).headers


@pytest.mark.parametrize("origin", ["https://app.example", "https://evil.example"])
async def test_na13_only_named_pages_may_call_from_a_browser(tmp_path, origin):
    """CORS: nobody as it ships, else who is named."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    async with here(tmp_path, origins=("https://app.example",)) as web:
        answer = await web.client.options("/generate", headers=asked)
        named = answer.headers.get("access-control-allow-origin")
        assert named == (origin if origin == "https://app.example" else None)


async def test_nobody_may_call_from_a_browser_as_it_ships(web):
    """No header of CORS at all."""
    answer = await web.client.post("/generate", json=ORDER, headers={**TOKEN, "Origin": "https://app.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_form_of_a_web_page_orders_nothing(web):
    """What a browser sends without asking first is no JSON to us."""
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        body = json.dumps(ORDER).encode()
        answer = await web.client.post("/generate", content=body, headers={**TOKEN, "Content-Type": kind})
        assert answer.status_code == 422
