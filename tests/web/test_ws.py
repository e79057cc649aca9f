"""A model over a WebSocket, with a real client on a real socket."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
import websockets

from mailbot.domain.orders import Scope
from mailbot.web.server import Listening
from tests.models.fake_ollama import Script
from tests.web.talking import MODEL, talking

SAID = Script(pieces=["Yes", "."])
SLOW = Script(pieces=["a "] * 2_000, stall=0.05)


@contextlib.asynccontextmanager
async def door(tmp_path, *scripts, **more):
    """Our door on a socket."""
    async with talking(tmp_path, *scripts, **{"listen": ("127.0.0.1:0",), **more}) as web:
        listening = Listening(web.doors)
        web.url = (await listening.open(None)).replace("http", "ws") + "/api/v1/ws"
        try:
            yield web
        finally:
            await listening.close()


async def heard(socket):
    """The messages of one answer."""
    said = []
    while not said or not said[-1]["done"]:
        said.append(json.loads(await socket.recv()))
    return said


async def test_na9_answers_come_in_chunks_over_a_websocket(tmp_path):
    """Several on one connection: a prompt, and a conversation."""
    async with door(tmp_path, SAID) as web, websockets.connect(web.url, additional_headers=web.key) as socket:
        await socket.send('{"prompt": "Well?"}')
        chunks = await heard(socket)
        await socket.send(json.dumps({"messages": [{"role": "user", "content": "And?"}], "max_tokens": 9}))
        again = await heard(socket)
    assert [one["chunk"] for one in chunks] == ["Yes", ".", ""]
    assert (chunks[-1]["model"], chunks[-1]["tokens_used"] > 1) == (MODEL, True)
    assert again[-1]["done"]


async def test_na5_a_browser_says_its_token_first(tmp_path):
    """It cannot set a header; no token, a wrong one and one for something else end the connection with the reason."""
    async with door(tmp_path, SAID) as web:
        secret = web.key["Authorization"].removeprefix("Bearer ")
        other = (await web.token("orders", scopes=(Scope.ORDERS,)))["Authorization"].removeprefix("Bearer ")
        async with websockets.connect(web.url) as socket:
            await socket.send(json.dumps({"api_key": secret}))
            await socket.send('{"prompt": "Well?"}')
            assert (await heard(socket))[-1]["done"]
        for first, code in (
            ({}, "unauthorized"),
            ({"api_key": "x"}, "unauthorized"),
            ({"api_key": other}, "forbidden"),
        ):
            async with websockets.connect(web.url) as socket:
                await socket.send(json.dumps(first))
                assert json.loads(await socket.recv())["error_code"] == code
                with pytest.raises(websockets.ConnectionClosed) as closed:
                    await socket.recv()
            assert closed.value.rcvd.code == 1008


async def test_what_is_wrong_is_said_and_the_connection_goes_on(tmp_path):
    """A body without sense, a value out of its range, a model that is not there, too many calls."""
    async with (
        door(tmp_path, SAID, per_minute=6) as web,
        websockets.connect(web.url, additional_headers=web.key) as socket,
    ):
        wrong = (
            "{",
            "[]",
            "\x00",
            '{"prompt": ""}',
            '{"prompt": "x", "top_p": 7}',
            '{"prompt": "x", "model": "n"}',
        )
        codes = []
        for text in wrong:
            await socket.send(text)
            codes.append(json.loads(await socket.recv())["error_code"])
        await socket.send('{"prompt": "Well?"}')
        assert (await heard(socket))[0]["chunk"] == "Yes"
        for _ in range(3):
            await socket.send('{"prompt": "Well?"}')
            last = (await heard(socket))[-1]
    assert codes == ["validation_error"] * 5 + ["model_not_found"]
    assert last["error_code"] == "rate_limited"


async def test_an_answer_can_be_stopped(tmp_path):
    """The model's server sees it; the connection goes on with the next prompt."""
    async with door(tmp_path, SLOW, SAID) as web, websockets.connect(web.url, additional_headers=web.key) as socket:
        await socket.send('{"prompt": "Long?"}')
        assert json.loads(await socket.recv())["chunk"] == "a "
        await socket.send('{"prompt": "Another?"}')
        await socket.send('{"cancel": true}')
        said = await heard(socket)
        while said[-1].get("error_code") != "cancelled":
            said = await heard(socket)
        await asyncio.wait_for(web.server.gone.wait(), 10)
        await socket.send('{"prompt": "Well?"}')
        assert [one.get("chunk") for one in await heard(socket)] == ["Yes", ".", ""]


async def test_whoever_hangs_up_stops_the_model(tmp_path):
    """In the middle of an answer."""
    async with door(tmp_path, SLOW) as web:
        async with websockets.connect(web.url, additional_headers=web.key) as socket:
            await socket.send('{"prompt": "Long?"}')
            await socket.recv()
        await asyncio.wait_for(web.server.gone.wait(), 10)


async def test_the_house_closes_without_waiting_for_a_talker(tmp_path):
    """They are told that it is over."""
    async with door(tmp_path, SLOW) as web, websockets.connect(web.url, additional_headers=web.key) as socket:
        await socket.send('{"prompt": "Long?"}')
        await socket.recv()
        web.doors.closing.set()
        with contextlib.suppress(websockets.ConnectionClosed):
            while True:
                await socket.recv()
        assert socket.close_code == 1001


async def test_na6_other_networks_are_not_let_in(tmp_path):
    """Before anything is said."""
    async with door(tmp_path, SAID, allow=("203.0.113.0/24",)) as web:
        with pytest.raises(websockets.InvalidStatus):
            async with websockets.connect(web.url, additional_headers=web.key):
                pass
