"""Models behind the packages of OpenAI and Anthropic: what is sent, what is counted, and what never leaves."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from mailbot.build.answer import CUT, applied
from mailbot.build.plan import Brief
from mailbot.domain.errors import Permanent
from mailbot.domain.intent import Kind
from mailbot.models import hosted
from mailbot.models.remote import SHAPED
from tests.models.fake_ollama import PIECES, Script
from tests.models.rooms import ANTHROPIC, KINDS, OPENAI, ROOT, question

BRIEF = Brief(kind=Kind.CREATE, title="Bees", text="A page about bees.")
HOSTED = (OPENAI, ANTHROPIC)
SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_an_answer_is_kept_as_it_came(kind):
    """With who gave it, and what it took."""
    async with kind.serve() as server:
        said = await kind.open(server, price_prompt=3, price_answer=15).ask(BRIEF)
    assert applied(said.text, {}) == {"a.py": "x = '<&>'  # ż\n".encode()}
    assert (said.maker.kind, said.maker.name, said.maker.provider, said.title) == ("model", "m", kind.name, "Bees")
    assert said.maker.seconds > 0
    assert said.maker.tokens == said.maker.prompt_tokens + 3
    assert said.maker.cost == pytest.approx((said.maker.prompt_tokens * 3 + 3 * 15) / 1e6)


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_an_answer_that_ended_at_its_limit_is_marked(kind):
    """So that its last file is not taken for a whole one."""
    async with kind.serve(Script(done_reason="length")) as server:
        assert (await kind.open(server).ask(BRIEF)).text.endswith(CUT)


async def test_what_openai_is_asked():
    """The rules as system, the limit, and the count of tokens."""
    async with OPENAI.serve() as server:
        await OPENAI.open(server, num_predict=512, temperature=0.5).ask(BRIEF)
    sent = server.asked[0]
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
    assert (sent["max_tokens"], sent["temperature"], sent["stream"]) == (512, 0.5, True)
    assert sent["stream_options"] == {"include_usage": True}


async def test_what_anthropic_is_asked():
    """What never changes is marked for the cache, and is not paid for twice."""
    prices = {"price_prompt": 1_000_000, "price_cached": 0}
    async with ANTHROPIC.serve() as server:
        model = ANTHROPIC.open(server, num_predict=512, **prices)
        first, second = await model.ask(BRIEF), await model.ask(BRIEF)
    sent = server.asked[0]
    assert sent["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert [message["role"] for message in sent["messages"]] == ["user"]
    assert (sent["max_tokens"], "temperature" in sent) == (512, False)
    assert second.maker.prompt_tokens == first.maker.prompt_tokens
    assert second.maker.cost < first.maker.cost / 2


@pytest.mark.parametrize(("price_cached", "cost"), [(None, 3.0), (1, 2.5), (0, 2.0)])
async def test_what_a_server_remembered_has_its_own_price(price_cached, cost):
    """A million tokens were read, half of them known; the answer costs 1."""
    async with OPENAI.serve(Script(prompt_tokens=1_000_000), cached=500_000) as server:
        prices = {"price_prompt": 2, "price_cached": price_cached, "price_answer": 1e6 / 3}
        said = await OPENAI.open(server, **prices).ask(BRIEF)
    assert said.maker.cost == pytest.approx(cost)


@pytest.mark.parametrize(
    ("refused", "instead"),
    [
        (("max_tokens",), {"max_completion_tokens": 8192}),
        (("temperature",), {}),
        (("stream_options",), {}),
        (("max_tokens", "temperature", "stream_options"), {"max_completion_tokens": 8192}),
    ],
)
async def test_an_option_that_a_server_does_not_take_is_left_out(refused, instead):
    """Newer models and older servers differ; what was learned is kept for the next question."""
    async with OPENAI.serve(refuses=refused) as server:
        model = OPENAI.open(server)
        await model.write(question())
        await model.write(question())
    assert len(server.asked) == len(refused) + 2
    assert not set(refused) & set(server.asked[-1])
    assert instead.items() <= server.asked[-1].items()


async def test_an_older_proxy_without_a_cache_is_asked_without():
    """And a model that takes no temperature, too."""
    async with ANTHROPIC.serve(refuses=("cache_control", "temperature")) as server:
        assert (await ANTHROPIC.open(server, temperature=1).write(question()))[1] == "".join(PIECES)
    assert len(server.asked) == 3


async def test_an_option_that_is_refused_for_ever_ends():
    """Nothing is tried twice."""
    async with OPENAI.serve(refuses=("max_tokens", "max_completion_tokens")) as server:
        with pytest.raises(Permanent, match=r"takes no max_tokens|refused"):
            await OPENAI.open(server).write(question())
    assert len(server.asked) <= 3


@pytest.mark.parametrize("kind", HOSTED, ids=str)
async def test_only_our_key_leaves(kind, monkeypatch, tmp_path):
    """What the environment has for other servers stays here."""
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.setenv(name, "of-somebody-else")
    monkeypatch.setenv("ANTHROPIC_CUSTOM_HEADERS", "X-Other: of-somebody-else")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Other: of-somebody-else")
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "key").write_text("sk-ours\n", "utf-8")
    async with kind.serve() as server:
        await kind.open(server, api_key_file=str(tmp_path / "key")).write(question())
    assert "sk-ours" in str(server.headers)
    assert "of-somebody-else" not in str(server.headers)
    assert not [key for key in server.headers[0] if key.startswith("x-stainless")]


@pytest.mark.parametrize("kind", HOSTED, ids=str)
async def test_a_key_never_stands_in_words(kind, caplog):
    """Also where a server repeats it."""
    caplog.set_level("DEBUG")
    async with kind.serve(Script(status=401, error="the key sk-very-secret is wrong")) as server:
        model = kind.open(server, api_key="sk-very-secret")
        with pytest.raises(Permanent) as told:
            await model.write(question())
    assert "sk-very-secret" not in f"{told.value} {caplog.text} {model}"


@pytest.mark.parametrize("kind", KINDS, ids=str)
async def test_a_key_that_cannot_be_read_is_told_at_the_start(kind, tmp_path):
    """Not with the first mail."""
    with pytest.raises(Permanent, match="cannot be read from"):
        kind.at("http://127.0.0.1:9", api_key_file=str(tmp_path / "none"))
    with pytest.raises(ValidationError, match="both api_key and api_key_file"):
        kind.at("http://127.0.0.1:9", api_key="a", api_key_file="b")


@pytest.mark.parametrize("kind", HOSTED, ids=str)
async def test_a_model_that_is_not_there_is_named(kind):
    """By a question, and by a look."""
    async with kind.serve() as server:
        with pytest.raises(Permanent, match="nope"):
            await kind.open(server, name="nope").write(question())
        with pytest.raises(Permanent, match="nope"):
            await kind.open(server, name="nope").look()
        assert "m is ready at" in await kind.open(server).look()


@pytest.mark.parametrize("kind", HOSTED, ids=str)
async def test_an_answer_keeps_the_schema(kind):
    """It is asked for once more where it does not."""
    async with kind.serve(Script(pieces=["No."]), Script(pieces=['{"title": "Bees"}'])) as server:
        heard, text = await kind.open(server).write(question(schema=SCHEMA))
    assert (text, heard.answer_tokens, len(server.asked)) == ('{"title": "Bees"}', 2, 2)
    assert "title" in str(server.asked[0])
    assert server.asked[0]["max_tokens"] == SHAPED


@pytest.mark.parametrize(("kind", "option"), [(OPENAI, "response_format"), (ANTHROPIC, "output_config")])
async def test_a_server_without_schemas_is_asked_without(kind, option):
    """The words of the question must do; what needs no schema never names it."""
    async with kind.serve(Script(pieces=['{"title": "Bees"}']), refuses=(option,)) as server:
        model = kind.open(server)
        assert (await model.write(question(schema=SCHEMA)))[1] == '{"title": "Bees"}'
        await model.write(question())
    assert [option in sent for sent in server.asked] == [True, False, False]


async def test_a_whole_answer_does_not_wait_for_its_count(monkeypatch):
    """Some servers leave the connection open behind it."""
    from mailbot.models import openai_wire  # noqa: PLC0415  (the SDK is loaded by it)

    monkeypatch.setattr(openai_wire, "BEHIND", 0.1)
    async with OPENAI.serve(Script(), usage=False, hangs=True) as server:
        assert (await OPENAI.open(server, idle_seconds=5).write(question()))[1] == "".join(PIECES)


@pytest.mark.parametrize("kind", HOSTED, ids=str)
def test_what_is_missing_is_named_with_its_extra(kind, monkeypatch):
    """At the start."""
    monkeypatch.setattr(hosted.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(Permanent, match=rf"pip install 'mailbot\[{kind.name}\]'"):
        kind.at("http://127.0.0.1:9")


@pytest.mark.parametrize("kind", HOSTED, ids=str)
def test_the_queue_takes_as_many_as_the_settings_say(kind):
    """A hosted model may answer several at once."""
    model = kind.at("https://user:pw@api.example.org/v1", at_once=4)
    assert (model.host, model.slots) == ("api.example.org", 4)


def test_nothing_is_loaded_before_the_first_question():
    """The packages take 70 MB, which an idle server does not pay."""
    program = """
import sys
from mailbot.models import Anthropic, OpenAi
OpenAi(kind="openai", name="m").open(None), Anthropic(kind="anthropic", name="m").open(None)
print([name for name in ("openai", "anthropic", "httpx2", "httpx") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
