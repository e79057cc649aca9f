"""The AI core: a prompt, a conversation, a batch; whole, and in pieces."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

import httpx
import pytest

from mailbot.domain.orders import Scope
from mailbot.models import Scaffold
from tests.models.fake_ollama import Script
from tests.web.talking import MODEL, PROMPT, events, say, talking, until
from tests.web.world import here

SAID = Script(pieces=["Because ", "of Rayleigh ", "scattering."])


async def test_na1_a_prompt_is_answered_with_its_five_fields(tmp_path):
    """And the defaults of the row reach the model's server."""
    async with talking(tmp_path, SAID) as web:
        answer = await say(web)
        body = answer.json()
    assert answer.status_code == 200
    assert (body["response"], body["model"]) == ("Because of Rayleigh scattering.", MODEL)
    assert {"response", "model", "tokens_used", "processing_time", "timestamp"} <= set(body)
    assert body["tokens_used"] > 3
    assert body["processing_time"] > 0
    assert datetime.fromisoformat(body["timestamp"]).tzinfo
    asked = web.server.asked[0]
    options = asked["options"]
    assert (options["num_predict"], options["temperature"], options["top_p"]) == (512, 0.7, 0.9)
    assert asked["messages"] == [{"role": "user", "content": PROMPT["prompt"]}]


async def test_na1_the_models_own_context_stays(tmp_path):
    """Whatever a call wants, the server has not to load the model anew."""
    async with talking(tmp_path, SAID) as web:
        await say(web)
        await say(web, max_tokens=9, temperature=1.5)
        assert len(web.server.loads) == 1
        assert {one["options"]["num_ctx"] for one in web.server.asked} == {16_384}


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ({"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]}, "Hi"),
        ({"message": "Hi", "context": ["Ana is six."]}, "Hi"),
        ({"message": "And now?", "context": [{"role": "user", "content": "Hi"}]}, "And now?"),
    ],
    ids=["messages", "words", "earlier"],
)
async def test_na2_a_conversation_is_answered(tmp_path, body, last):
    """With messages, or one message and what was before."""
    async with talking(tmp_path, SAID) as web:
        found = (await say(web, "/api/v1/chat", **body)).json()
        told = web.server.asked[0]["messages"]
    assert found["message"] == {"role": "assistant", "content": "Because of Rayleigh scattering."}
    assert found["response"] == found["message"]["content"]
    assert told[-1] == {"role": "user", "content": last}
    assert len(told) == 2


async def test_na5_without_a_token_nobody_is_answered(tmp_path):
    """None, a wrong one, and one for something else; X-API-Key is as good as Bearer."""
    async with talking(tmp_path, SAID, key_header="X-My-Key") as web:
        assert (await web.post("/api/v1/generate", PROMPT)).status_code == 401
        assert (await web.post("/api/v1/generate", PROMPT, {"X-My-Key": "mbt_wrong"})).status_code == 401
        other = await web.token("orders", scopes=(Scope.ORDERS,))
        assert (await web.post("/api/v1/generate", PROMPT, other)).status_code == 403
        secret = web.key["Authorization"].removeprefix("Bearer ")
        assert (await web.post("/api/v1/generate", PROMPT, {"X-My-Key": secret})).status_code == 200


async def test_na6_more_than_the_limit_is_a_429(tmp_path):
    """With what is left, and how long to wait."""
    async with talking(tmp_path, SAID, per_minute=2) as web:
        codes = [(await say(web)).status_code for _ in range(3)]
        body = (await say(web)).json()
    assert codes == [200, 200, 429]
    assert {"error", "retry_after", "limit", "remaining"} <= set(body)
    assert (body["limit"], body["remaining"]) == (2, 0)


async def test_na6_only_named_networks_may_call(tmp_path):
    """Everybody else is told so, whatever they hold."""
    async with talking(tmp_path, SAID, allow=("203.0.113.0/24", "2001:db8::/32")) as web:
        assert (await say(web)).status_code == 200
    async with talking(tmp_path, SAID, allow=("203.0.113.0/24",), peer="198.51.100.7") as web:
        answer = await say(web)
        assert (answer.status_code, answer.json()["error_code"]) == (403, "forbidden")
        assert not web.server.asked


WRONG = (
    {"prompt": "x" * 4_097},
    {"prompt": ""},
    {"prompt": " \x00 "},
    {"prompt": 7},
    {"max_tokens": 0},
    {"max_tokens": 2_049},
    {"temperature": -0.1},
    {"temperature": 2.1},
    {"temperature": "NaN"},
    {"top_p": 1.1},
    {"top_p": -1},
    {"stream": "perhaps"},
    {"model": ""},
)


async def test_na7_what_is_out_of_its_limits_is_a_422(tmp_path):
    """And the model never hears of it."""
    async with talking(tmp_path, SAID) as web:
        codes = [(await say(web, **wrong)).status_code for wrong in WRONG]
        assert codes == [422] * len(WRONG)
        assert not web.server.asked


async def test_na7_what_is_just_within_is_answered(tmp_path):
    """The ends of every range."""
    async with talking(tmp_path, SAID, talk={"max_prompt": 4_096}) as web:
        assert (await say(web, prompt="x" * 4_096, max_tokens=2_048, temperature=2, top_p=1)).status_code == 200
        assert (await say(web, max_tokens=1, temperature=0, top_p=0)).status_code == 200


async def test_na8_errors_have_one_shape(tmp_path):
    """Whoever fails: the body, the model's name, the model's server."""
    async with talking(tmp_path, Script(status=500, error="llama runner died at 10.1.2.3")) as web:
        answers = [await say(web, max_tokens=0), await say(web, model="nobody"), await say(web)]
    for answer, status in zip(answers, (422, 404, 503), strict=True):
        body = answer.json()
        assert (answer.status_code, body["path"]) == (status, "/api/v1/generate")
        assert {"error", "error_code", "timestamp", "path"} <= set(body)
        assert "10.1.2.3" not in answer.text
        assert "127.0.0.1" not in answer.text
    assert answers[0].json()["details"][0]["where"] == "body.max_tokens"
    assert answers[1].json()["error_code"] == "model_not_found"


@pytest.mark.parametrize("accept", ["*/*", "application/x-ndjson"], ids=["events", "lines"])
async def test_na9_a_stream_comes_in_chunks(tmp_path, accept):
    """As events, or as lines of JSON; the last one is done, with the tokens."""
    async with talking(tmp_path, SAID) as web:
        answer = await say(web, headers={"Accept": accept, "Accept-Encoding": "gzip"}, stream=True)
    lines = "ndjson" in accept
    chunks = [json.loads(one) for one in answer.text.splitlines()] if lines else events(answer.text)
    assert ("ndjson" in answer.headers["content-type"]) is lines
    assert all({"chunk", "done", "model", "tokens_used"} <= set(one) for one in chunks)
    assert "".join(one["chunk"] for one in chunks) == "Because of Rayleigh scattering."
    assert [one["done"] for one in chunks] == [False, False, False, True]
    assert chunks[-1]["tokens_used"] > 3


async def test_na9_an_answer_that_breaks_off_is_said_in_the_stream(tmp_path):
    """The status has left by then."""
    async with talking(tmp_path, Script(pieces=["Be", "cause"], error="unexpected EOF")) as web:
        chunks = events((await say(web, stream=True)).text)
    assert [one["chunk"] for one in chunks] == ["Be", "cause", ""]
    assert chunks[-1]["done"]
    assert chunks[-1]["error_code"] == "unavailable"


async def test_na9_one_that_fails_at_once_has_its_status(tmp_path):
    """A client that looks at the status alone is right."""
    async with talking(tmp_path, Script(status=503, error="server busy")) as web:
        assert (await say(web, stream=True)).status_code == 503
        assert (await say(web, stream=True, model="nobody")).status_code == 404


async def test_na10_a_batch_counts_what_went_well(tmp_path):
    """One that fails stops no other; the results keep their order."""
    async with talking(tmp_path, SAID, fake={"parallel": 4}) as web:
        requests = [{"prompt": f"{number}?"} for number in range(4)] + [{"prompt": "?", "model": "nobody"}]
        body = (await say(web, "/api/v1/batch", requests=requests, max_concurrent=2)).json()
    assert (body["total"], body["successful"], body["failed"]) == (5, 4, 1)
    assert [one["index"] for one in body["results"]] == [0, 1, 2, 3, 4]
    assert body["results"][4]["error_code"] == "model_not_found"


async def test_na10_a_batch_has_limits(tmp_path):
    """100 requests, 50 at once."""
    async with talking(tmp_path, SAID) as web:
        for wrong in ({"requests": []}, {"requests": [PROMPT] * 101}, {"max_concurrent": 51}, {"max_concurrent": 0}):
            assert (await say(web, "/api/v1/batch", **{"requests": [PROMPT], **wrong})).status_code == 422


async def test_na12_the_same_prompt_is_asked_once(tmp_path):
    """For a while, by the same token; another number, another model or another token asks anew."""
    async with talking(tmp_path, SAID) as web:
        first, second = (await say(web)).json(), (await say(web)).json()
        assert (first["cached"], second["cached"]) == (False, True)
        assert (first["response"], first["tokens_used"]) == (second["response"], second["tokens_used"])
        assert len(web.server.asked) == 1
        streamed = events((await say(web, stream=True)).text)
        assert "".join(one["chunk"] for one in streamed) == first["response"]
        await say(web, temperature=0.1)
        await say(web, headers={"Cache-Control": "no-cache"})
        await web.post("/api/v1/generate", PROMPT, await web.token("other", scopes=(Scope.GENERATE,)))
        assert len(web.server.asked) == 4


async def test_na12_the_cache_has_a_time_and_can_be_off(tmp_path):
    """A time of nothing keeps nothing; an answer that failed is not kept."""
    async with talking(tmp_path, SAID, talk={"cache_seconds": 0}) as web:
        assert not [(await say(web)).json()["cached"] for _ in range(2)][1]
    async with talking(tmp_path, Script(status=500, error="x"), SAID) as web:
        assert [(await say(web)).status_code for _ in range(2)] == [503, 200]


async def test_na16_named_phrases_neither_go_in_nor_come_out(tmp_path):
    """However they are spaced and written; in a stream, too, where they come in pieces."""
    said = Script(pieces=["The code is red ", "fal", "con ", "nine. Bye."])
    async with talking(tmp_path, said, talk={"refused": ("red falcon",)}) as web:
        refused = await say(web, prompt="Tell me of the RED\n \uff26alcon")
        assert (refused.status_code, refused.json()["error_code"]) == (422, "content_filtered")
        assert not web.server.asked
        assert (await say(web)).json()["response"] == "The code is [removed] nine. Bye."
        chunks = events((await say(web, stream=True, max_tokens=9)).text)
        assert "".join(one["chunk"] for one in chunks) == "The code is [removed] nine. Bye."


async def test_na16_control_characters_do_not_reach_the_model(tmp_path):
    """Nor what would turn the direction of a text; lines and tabs stay."""
    async with talking(tmp_path, SAID) as web:
        await say(web, prompt="a\x00b\x1b[31m\u202ec\r\nd\te\ufeff")
        assert web.server.asked[0]["messages"][0]["content"] == "ab[31mc\nd\te"


async def test_na16_sql_and_scripts_are_only_words(tmp_path):
    """They are stored by parameters and answered as JSON, which no browser runs."""
    bad = "'; DROP TABLE sessions; --<script>alert(1)</script>"
    async with talking(tmp_path, Script(pieces=[bad])) as web:
        made = (await say(web, "/api/v1/sessions", model=bad, metadata={bad: bad})).json()
        answer = await say(web, "/api/v1/chat", message=bad, session_id=made["session_id"], model=MODEL)
        found = await web.get(f"/api/v1/sessions/{made['session_id']}", web.key)
        assert (await web.get(f"/api/v1/sessions/{bad}", web.key)).status_code == 404
    assert answer.json()["response"] == bad
    assert found.json()["messages"][0]["content"] == bad
    assert found.json()["metadata"] == {bad: bad}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_na17_a_hundred_at_once_are_all_answered(tmp_path):
    """On a server that writes two answers at a time; and in turn: the few of one token are not behind the many."""
    async with talking(tmp_path, SAID, fake={"parallel": 1}, talk={"cache_seconds": 0}, per_minute=1_000) as web:
        few, order = await web.token("few", scopes=(Scope.GENERATE,)), []

        async def one(key, name):
            answer = await web.post("/api/v1/generate", PROMPT, key)
            order.append(name)
            return answer.status_code

        many = [asyncio.create_task(one(web.key, "many")) for _ in range(100)]
        await until(lambda: web.server.asked)
        codes = await asyncio.gather(*many, *(one(few, "few") for _ in range(5)))
    assert set(codes) == {200}
    assert max(at for at, name in enumerate(order) if name == "few") < 60


async def test_who_goes_away_stops_the_model(tmp_path):
    """Whole or in pieces: the model's server sees the connection closed, and the next one is answered."""
    slow = Script(pieces=["a "] * 2_000, stall=0.05)
    async with talking(tmp_path, slow) as web:
        for body in ({}, {"stream": True}):
            web.server.gone.clear()
            web.server.heard.clear()
            task = asyncio.create_task(say(web, prompt=str(body), **body))
            await web.server.heard.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.wait_for(web.server.gone.wait(), 10)


async def test_without_a_model_it_is_said(tmp_path):
    """The templates build, but do not talk."""
    async with talking(tmp_path, own=Scaffold()) as web:
        answer = await say(web)
    assert (answer.status_code, answer.json()["error_code"]) == (503, "no_model")
    assert "templates" in answer.json()["error"]


async def test_an_empty_answer_is_no_answer(tmp_path):
    """It is said so, and nothing is kept."""
    async with talking(tmp_path, Script(pieces=[]), SAID) as web:
        assert [(await say(web)).status_code for _ in range(2)] == [503, 200]


async def test_a_house_without_models_has_a_door_all_the_same(tmp_path):
    """Health, numbers and the list."""
    async with here(tmp_path) as web:
        key = await web.token("a", scopes=(Scope.GENERATE,))
        for path in ("/api/v1/health", "/api/v1/metrics", "/api/v1/status", "/api/v1/models"):
            assert (await web.get(path, key)).status_code == 200, path
        assert isinstance(web.client, httpx.AsyncClient)
