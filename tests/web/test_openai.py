"""The package of OpenAI, unchanged, against our door on a real socket."""

from __future__ import annotations

import asyncio
import contextlib

import openai
import pytest

from mailbot.domain.orders import Scope
from mailbot.web.server import Listening
from tests.models.fake_ollama import Script
from tests.web.talking import MODEL, talking
from tests.web.test_serve import home
from tests.web.world import ENVIRONMENT

SAID = Script(pieces=["Four", " legs."])
ASK = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "A horse?"}]


def client(url, key, **more):
    return openai.AsyncOpenAI(base_url=f"{url}/v1", api_key=key, **{"max_retries": 0, **more})


@contextlib.asynccontextmanager
async def open_door(tmp_path, *scripts, **more):
    """Our door on a socket, and a client of OpenAI's that knows nothing of us."""
    async with talking(tmp_path, *scripts, **{"listen": ("127.0.0.1:0",), **more}) as web:
        listening = Listening(web.doors)
        web.url = await listening.open(None)
        key = web.key["Authorization"].removeprefix("Bearer ")
        try:
            async with client(web.url, key) as web.ai:
                yield web
        finally:
            await listening.close()


async def test_its_list_has_every_model_and_the_builder(tmp_path):
    """And each by its name; another one is not found, in their words."""
    async with open_door(tmp_path) as web:
        names = [one.id async for one in await web.ai.models.list()]
        assert names == ["mailbot/builder", MODEL]
        assert (await web.ai.models.retrieve("mailbot/builder")).owned_by == "mailbot"
        assert (await web.ai.models.retrieve(MODEL)).id == MODEL
        with pytest.raises(openai.NotFoundError) as error:
            await web.ai.models.retrieve("gpt-4")
    assert error.value.code == "model_not_found"


async def test_a_conversation_is_answered_whole_and_in_pieces(tmp_path):
    """With its usage; the numbers reach the model's server."""
    async with open_door(tmp_path, SAID) as web:
        said = await web.ai.chat.completions.create(model=MODEL, messages=ASK, max_tokens=50, temperature=0)
        stream = await web.ai.chat.completions.create(
            model=MODEL, messages=ASK, stream=True, stream_options={"include_usage": True}, top_p=0.5
        )
        chunks = [one async for one in stream]
    assert (said.choices[0].message.content, said.choices[0].finish_reason) == ("Four legs.", "stop")
    assert said.usage.total_tokens == said.usage.prompt_tokens + said.usage.completion_tokens
    assert said.usage.completion_tokens > 0
    assert "".join(one.choices[0].delta.content or "" for one in chunks if one.choices) == "Four legs."
    assert [one.choices[0].finish_reason for one in chunks if one.choices][-1] == "stop"
    assert chunks[-1].usage.total_tokens == said.usage.total_tokens
    first, second = web.server.asked
    assert (first["options"]["num_predict"], first["options"]["temperature"]) == (50, 0)
    assert (second["options"]["num_predict"], second["options"]["top_p"]) == (8_192, 0.5)
    assert first["messages"] == ASK


async def test_what_goes_wrong_is_said_in_its_own_shape(tmp_path):
    """Each failure is the error that this client has for it, with a code."""
    async with open_door(tmp_path, Script(status=500, error="x"), scopes=(Scope.GENERATE,)) as web:
        make = web.ai.chat.completions.create
        wrong = [
            (openai.NotFoundError, "model_not_found", {"model": "gpt-4"}),
            (openai.BadRequestError, "validation_error", {"temperature": 3}),
            (openai.BadRequestError, "validation_error", {"n": 2}),
            (openai.BadRequestError, "unsupported_parameter", {"stop": ["x"]}),
            (openai.BadRequestError, "unsupported_parameter", {"response_format": {"type": "json_object"}}),
            (openai.BadRequestError, "validation_error", {"messages": []}),
            (openai.PermissionDeniedError, "forbidden", {"model": "mailbot/builder"}),
            (openai.InternalServerError, "unavailable", {}),
            (openai.InternalServerError, "unavailable", {"stream": True}),
        ]
        for kind, code, body in wrong:
            with pytest.raises(kind) as error:
                await make(**{"model": MODEL, "messages": ASK, **body})
            assert error.value.code == code, body
        async with client(web.url, "mbt_wrong") as stranger:
            with pytest.raises(openai.AuthenticationError) as error:
                await stranger.models.list()
        assert error.value.code == "invalid_api_key"


async def test_a_stream_that_breaks_off_is_an_error(tmp_path):
    """Half an answer is not taken for a whole one."""
    async with open_door(tmp_path, Script(pieces=["Fo"], error="unexpected EOF")) as web:
        stream = await web.ai.chat.completions.create(model=MODEL, messages=ASK, stream=True)
        assert [(await anext(stream)).choices[0].delta.content for _ in range(2)] == ["", "Fo"]
        with pytest.raises(openai.APIError, match="does not answer"):
            await anext(stream)


async def test_too_many_calls_are_its_rate_limit_error(tmp_path):
    """So that its own patience works."""
    async with open_door(tmp_path, per_minute=1) as web:
        await web.ai.models.list()
        with pytest.raises(openai.RateLimitError) as error:
            await web.ai.models.list()
        assert int(error.value.response.headers["retry-after"]) > 0


async def test_whoever_hangs_up_stops_the_model(tmp_path):
    """Whole and in pieces: the model's server sees its connection closed."""
    async with open_door(tmp_path, Script(pieces=["a "] * 2_000, stall=0.05)) as web:
        for stream in (False, True):
            web.server.gone.clear()
            web.server.heard.clear()
            call = web.ai.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": str(stream)}], stream=stream
            )
            task = asyncio.create_task(call)
            await web.server.heard.wait()
            if stream:
                await (await task).close()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.wait_for(web.server.gone.wait(), 10)


async def test_while_it_waits_for_its_turn_one_may_leave(tmp_path):
    """Its place goes to the next one; the one that is writing is not disturbed."""
    async with open_door(tmp_path, Script(pieces=["a "] * 30, stall=0.05), SAID) as web:
        first = asyncio.create_task(web.ai.chat.completions.create(model=MODEL, messages=ASK))
        await web.server.heard.wait()
        with pytest.raises(openai.APITimeoutError):
            await web.ai.with_options(timeout=0.2).chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "2?"}]
            )
        third = await web.ai.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": "3?"}])
        assert third.choices[0].message.content == "Four legs."
        assert (await first).choices[0].message.content == "a " * 30
        assert len(web.server.asked) == 2


async def test_nc17_the_builder_builds(tmp_path):
    """It orders for the user that is named, tells the stages, and answers what is recorded; once for the same words."""
    wish = [{"role": "user", "content": "A page about bees with a heading Honey"}]
    async with home(tmp_path) as (_, [url]), client(url, ENVIRONMENT) as ai:
        make = ai.chat.completions.create
        stream = await make(model="mailbot/builder", messages=wish, user="ana@acme.example", stream=True)
        said = "".join([one.choices[0].delta.content or "" async for one in stream if one.choices])
        again = await make(model="mailbot/builder", messages=wish, user="ana@acme.example")
        mails = list((tmp_path / "data" / "sent" / "new").iterdir())
        with pytest.raises(openai.BadRequestError, match="user"):
            await make(model="mailbot/builder", messages=wish)
    assert said.startswith("Ordered as ")
    assert "/status/" in said
    assert "the mail was sent to ana@acme.example" in said
    assert again.choices[0].message.content.splitlines()[0] == said.splitlines()[0]
    assert len(mails) == 1
    assert b"To: ana@acme.example" in mails[0].read_bytes()
